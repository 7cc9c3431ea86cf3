"""What comes from outside of what honest people wrote down: the bank's line of a payment, the statement's of a fuelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.reconcile import compare
from lianfang.kernel.ledger import Standing
from lianfang.kernel.model import Field, Matter
from lianfang.kernel.schedule import office_day

_OURS = r"(?:norm\()?entry\.([a-z][a-z0-9_]*)\)?"
_THEIRS = r"(?:norm\()?other\.([a-z][a-z0-9_]*)\)?"
_NAMED = re.compile(r"\bentry\.([a-z][a-z0-9_]*)").findall
_ONE = re.compile(_OURS).fullmatch
_SAME = re.compile(rf"{_OURS} == {_THEIRS}")
_SAME_TURNED = re.compile(rf"{_THEIRS} == {_OURS}")
_FIXED = re.compile(rf'{_THEIRS} == "([^"]*)"')


class Outside:
    """The reconciling watches whose other side comes from outside, by our own ledger."""

    def __init__(self, catalogue: Catalogue, files: Iterable[MatterFile], columns: Mapping[str, Mapping[str, Field]]) -> None:
        self.columns = columns
        self.watches: dict[str, list[tuple[Matter, Control]]] = {}
        self.examples: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.told: set[tuple[str, str]] = set()
        for file in files:
            for control in file.matter.controls:
                if control.kind == "reconcile" and catalogue.ledgers[control.params["with"]].outside:
                    self.watches.setdefault(control.params["ledger"], []).append((file.matter, control))
            for drill in file.drills.drills:
                for act in drill.script if drill.lawful else ():
                    if act.fact:
                        self.examples.setdefault((file.matter.id, act.fact), act.data)

    def other_side(self, matter: Matter, control: Control, ours: Standing, at: str) -> dict[str, Any] | None:
        """What stands on the other side of an entry of ours, told at a moment; None where it was told before, does not count, or where the
        control says too little of it."""
        ledger, scope = control.params["with"], {"entry": ours.data}
        when = control.params["when"]
        if when is not None and not when(scope):
            return None
        data = dict(self.examples.get((matter.id, ledger), {}))
        for name in ("key", "moment", "amount", "when"):
            mine, theirs = control.params[name], control.params[f"with_{name}"]
            if mine is not None and theirs is not None and mine.text == theirs.text:
                data.update({column: ours.data[column] for column in _NAMED(mine.text) if column in ours.data})
            column = _ONE(theirs.text) if mine is not None and theirs is not None else None
            if column is not None:
                value = mine(scope)
                dated = self.columns[ledger][column[1]].type == "date"
                data[column[1]] = office_day(value).isoformat() if dated and "T" in str(value) else value
        that = control.params["that"].text if control.params["that"] is not None else ""
        pairs = [(mine, theirs) for mine, theirs in _SAME.findall(that)] + [(mine, theirs) for theirs, mine in _SAME_TURNED.findall(that)]
        data.update({theirs: ours.data[mine] for mine, theirs in pairs if mine in ours.data})
        data.update(_FIXED.findall(that))
        once = (ledger, str(control.params["with_key"]({"entry": data})))
        if once in self.told or not compare(control, matter, [ours], [Standing("", "", data)], at).agree:
            return None
        self.told.add(once)
        return data
