"""What an alert rests on: by which detector of which version it was found, what that was set to, and the entries that it stands on.

An alert's entry of the log keeps the version; the settings are that version's, and only what no case wrote is named in the entry itself.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from lianfang.kernel import alerts as rules
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import Control, Param
from lianfang.kernel.controls.pattern import looked_at
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.schedule import Duration
from lianfang.kernel.wording import both, joined, value_text
from lianfang.office.engine import engine
from lianfang.office.views import NOTHING, Basis, Row
from lianfang.store.models import CaseRow, LedgerEntry
from lianfang.watch.detectors import declared, detector

PATTERN, RECONCILE = "pattern", "reconcile"
SHOWN = ("every", "grace", "tolerance", "batch", "within")
"""What of a control that reconciles is a setting as a detector's are: the others say what it compares."""


def basis(kept: Mapping[str, Any], seen: Collection[CaseRow]) -> Basis | None:
    """What an alert rests on, by what its latest raising kept; of its cases only those are named that are ``seen`` by the reader and have
    nothing under an embargo."""
    matter = engine().matter_of(kept["version"])
    control = rules.control_of(matter, kept["control"])
    if control is None:
        return None
    name = control.params.get("detector", "") if control.kind == PATTERN else ""
    module = detector(name) if name in declared() else None
    # What a kind of control says of its method is for who writes a matter, and names its parameters.
    title, method = (module.TITLE, module.METHOD) if module is not None else (both(name) if name else NOTHING, NOTHING)
    return Basis(kept["version"], name, title, method, _settings(matter, control, name), _rows(matter, control, kept, seen))


def _settings(matter: Matter, control: Control, name: str) -> tuple[tuple[str, Any, Text, Text], ...]:
    if control.kind == RECONCILE:
        known = tuple(one for one in KINDS[RECONCILE].params if one.name in SHOWN)
        return tuple((one.name, _plain(value), one.help, _words(value)) for one in known if (value := control.params[one.name]) is not None)
    given = control.params.get("settings") or {}
    found = []
    for one in declared().get(name, ()):
        value = given.get(one.name, one.default)
        if value is not None:
            found.append((one.name, value, one.help, _worded(matter, control, one, value, given)))
    return tuple(found)


def _worded(matter: Matter, control: Control, one: Param, value: Any, given: Mapping[str, Any]) -> Text:
    """A setting of a detector in words: a column by its title, a figure as the column that it is held against."""
    ledger, (kind, _, of) = control.params["ledger"], one.type.partition(":")
    match kind:
        case "column" | "columns":
            names = [value] if isinstance(value, str) else value
            return joined(_title(matter, f"{ledger}.{name}", name) for name in names)
        case "figure":
            column = engine().catalogue.ledgers[ledger].fields.get(str(given.get(of))) if ledger in engine().catalogue.ledgers else None
            return value_text(column.type if column is not None else "int", value)
        case "duration":
            return Duration.parse(value).words
    return _words(value)


def _title(matter: Matter, place: str, name: str) -> Text:
    found = matter.label(place)
    return both(name) if found.zh == place else found


def _words(value: Any) -> Text:
    if isinstance(value, Duration):
        return value.words
    return value_text("bool" if isinstance(value, bool) else "text", value)


def _plain(value: Any) -> Any:
    return f"{value.amount}{value.unit}" if isinstance(value, Duration) else value


def _rows(matter: Matter, control: Control, kept: Mapping[str, Any], seen: Collection[CaseRow]) -> tuple[Row, ...]:
    """The entries that the cases wrote in the ledgers which the control looks at, of those that it looks at, and what no case wrote."""
    ledgers = [control.params[one] for one in ("ledger", "with") if control.params.get(one)] if control.kind in (PATTERN, RECONCILE) else []
    open_to = {case.id: case.opened_at for case in seen if not engine().matter_of(case.version).plan.withheld}
    first = min(open_to.values(), default="")
    written = LedgerEntry.objects.filter(ledger__in=ledgers, at__gte=first, case_id__in=[*open_to], open=True).order_by("at", "key")
    told = [(row.ledger, row.key, str(row.case_id)) for row in written if _counts(control, row)]
    told += [(ledger, key, "") for ledger, key in kept.get("facts", ())]
    return tuple(Row(ledger, matter.label(ledger), key, case) for ledger, key, case in told)


def _counts(control: Control, row: LedgerEntry) -> bool:
    return control.kind != PATTERN or bool(looked_at(control, [{**json.loads(row.data), "case": row.case_id, "key": row.key}]))
