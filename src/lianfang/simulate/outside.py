"""The other side of what honest people wrote down: the bank's line of a payment, the statement's of a fuelling, and what another matter
of the office writes where two of its own ledgers are held against each other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.reconcile import compare
from lianfang.kernel.ledger import Ledgers, Standing
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
    """The reconciling watches of some matters, by our own ledger, and what stands on their other side."""

    def __init__(self, catalogue: Catalogue, files: Iterable[MatterFile], columns: Mapping[str, Mapping[str, Field]]) -> None:
        self.columns = columns
        self.watches: dict[str, list[tuple[Matter, Control]]] = {}
        self.within: list[tuple[Matter, Control]] = []
        """Those of two ledgers of the office."""
        self.all: list[tuple[Matter, Control]] = []
        self.keys: dict[str, list[Any]] = {}
        self.examples: dict[tuple[str, str], Mapping[str, Any]] = {}
        for file in files:
            for control in file.matter.controls:
                if control.kind == "reconcile":
                    self.all.append((file.matter, control))
                    for prefix, ledger in (("", control.params["ledger"]), ("with_", control.params["with"])):
                        self.keys.setdefault(ledger, []).append(control.params[f"{prefix}key"])
                    if not catalogue.ledgers[control.params["with"]].outside:
                        self.within.append((file.matter, control))
                        continue
                    self.watches.setdefault(control.params["ledger"], []).append((file.matter, control))
            for drill in file.drills.drills:
                for act in drill.script if drill.lawful else ():
                    if act.fact:
                        self.examples.setdefault((file.matter.id, act.fact), act.data)

    def other_side(
        self, matter: Matter, control: Control, known: Standing, at: str, *, turned: bool = False
    ) -> tuple[str, dict[str, Any]] | None:
        """What stands on the other side of an entry of ours (``turned``: of theirs), told at a moment, and by which key; None where it does
        not count, or where the control says too little of it."""
        params, scope = control.params, {"entry": known.data}
        here, there = ("with_", "") if turned else ("", "with_")
        ledger = params["ledger"] if turned else params["with"]
        when = params[f"{here}when"]
        if when is not None and not when(scope):
            return None
        columns = self.columns[ledger]
        data = {name: one for name, one in self.examples.get((matter.id, ledger), {}).items() if columns[name].type != "money"}
        for name in ("key", "moment", "amount", "when"):
            mine, theirs = params[f"{here}{name}"], params[f"{there}{name}"]
            if mine is not None and theirs is not None and mine.text == theirs.text:
                data.update({column: known.data[column] for column in _NAMED(mine.text) if column in known.data})
            column = _ONE(theirs.text) if mine is not None and theirs is not None else None
            if column is not None:
                value = mine(scope)
                dated = columns[column[1]].type == "date"
                data[column[1]] = office_day(value).isoformat() if dated and "T" in str(value) else value
        that = params["that"].text if params["that"] is not None else ""
        pairs = [(mine, theirs) for mine, theirs in _SAME.findall(that)] + [(mine, theirs) for theirs, mine in _SAME_TURNED.findall(that)]
        if turned:
            pairs = [(theirs, mine) for mine, theirs in pairs]
        data.update({theirs: known.data[mine] for mine, theirs in pairs if mine in known.data})
        data.update(_FIXED.findall(that) if not turned else ())
        other = Standing("", "", data)
        if not compare(control, matter, *(([other], [known]) if turned else ([known], [other])), at).agree:
            return None
        return str(params[f"{there}key"]({"entry": data})), data

    def same(self, ledger: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Whether two entries are the same to some watch that holds their ledger against another."""
        return any(key({"entry": one}) == key({"entry": other}) for key in self.keys.get(ledger, ()))

    def missing(self, ledgers: Ledgers, now: str) -> Iterator[tuple[Standing, str, dict[str, Any]]]:
        """What stands in one of two ledgers of the office only: that entry, the ledger that lacks its other side, and what it would be."""
        for matter, control in self.within:
            compared = compare(control, matter, *_sides(ledgers, control), now=now)
            for turned, found in ((False, compared.only_here), (True, compared.only_there)):
                for known in (entry for one in found for entry in (*one.here, *one.there)):
                    other = self.other_side(matter, control, known, now, turned=turned)
                    if other is not None:
                        yield known, control.params["ledger" if turned else "with"], other[1]

    def wanting(self, ledgers: Ledgers, written: Collection[tuple[str, str]], now: str) -> Iterator[str]:
        """The controls by which what was written does not agree, but for what only lacks an other side that can still come."""
        touched = {ledger for ledger, _ in written}
        for matter, control in self.all:
            sides = control.params["ledger"], control.params["with"]
            if touched.isdisjoint(sides):
                continue
            compared = compare(control, matter, *_sides(ledgers, control), now=now)
            for one in compared.differences:
                about = [(sides[0], entry.key) for entry in one.here] + [(sides[1], entry.key) for entry in one.there]
                if not any(entry in written for entry in about):
                    continue
                turned = not one.here
                known = one.there if turned else one.here
                never = (one.here and one.there) or (turned and (matter, control) not in self.within)
                if never or any(self.other_side(matter, control, entry, now, turned=turned) is None for entry in known):
                    yield control.id

    def undone(self, ledgers: Ledgers, written: Iterable[tuple[str, str]]) -> Iterator[str]:
        """The controls by which something that was written has another side from outside, and does not stand any more."""
        for ledger, key in written:
            entry = ledgers.fact(ledger, key)
            if entry is None or not entry["open"]:
                yield from (control.id for _, control in self.watches.get(ledger, ()))


def _sides(ledgers: Ledgers, control: Control) -> tuple[list[Standing], list[Standing]]:
    ours, theirs = (
        [Standing(key, one["case"] or "", one["data"]) for key, one in ledgers.rows(control.params[side]) if one["open"]]
        for side in ("ledger", "with")
    )
    return ours, theirs
