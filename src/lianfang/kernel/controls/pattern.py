"""pattern 规律监测: a detector looks over the log and the ledgers for what no single act shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from lianfang.kernel.calendar import Calendar
from lianfang.kernel.controls.base import WATCH, Control, Kind, Param
from lianfang.kernel.ledger import Standing
from lianfang.kernel.model import Matter, Text


class Finding(NamedTuple):
    """What a detector found. ``about`` tells it apart from its other findings, ``cases`` are those it stands on, ``strength``
    is 1 (weak) to 3 (strong). One that is ``fixed`` stays about the same thing whatever cases it comes to stand on. What only time brings
    is told from a moment on, ``since`` (UTC text; '' for at once). ``people`` are whom it is about beside those that ``about`` names.
    ``facts`` are the entries that it stands on and no case wrote: each the parameter of its control that names the ledger, and the key."""

    about: str
    cases: tuple[str, ...]
    strength: int
    explanation: Text
    fixed: bool = False
    since: str = ""
    people: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


class Found(NamedTuple):
    """A finding beside the control whose detector made it, and its matter."""

    matter: Matter
    control: Control
    finding: Finding


Row = Mapping[str, Any]
"""An entry of a ledger: its data, with ``case`` and ``key`` beside it."""


class Detect(Protocol):
    """Runs the detector of a name, with its settings, over rows of a ledger; the calendar tells it the days worked."""

    def __call__(self, name: str, settings: Mapping[str, Any], rows: Sequence[Row], /, *, calendar: Calendar) -> list[Finding]: ...


def looked_at(control: Control, rows: Iterable[Row]) -> list[Row]:
    """Those of a ledger's rows that a control looks at. What its condition can't read is looked at too."""
    when = control.params.get("when")
    return [row for row in rows if when is None or _holds(when, row)]


def found_by(control: Control, calendar: Calendar, entries: Iterable[Standing], detect: Detect, now: str = "") -> list[Finding]:
    """What a control's detector finds in the entries that stand in its ledger, but for what is only told after this moment."""
    rows = looked_at(control, ({**one.data, "case": one.case, "key": one.key} for one in entries))
    found = detect(control.params["detector"], control.params["settings"], rows, calendar=calendar) if rows else []
    return [finding for finding in found if finding.since <= now]


Whose = Callable[[Sequence[str]], Mapping[str, str]]
"""Tells the matters of cases."""


def told_once(found: Sequence[Found], whose: Whose) -> list[Found]:
    """What the controls of several matters found, with the same finding of a ledger that they share told once: in the matter of the first
    case that it stands on, of those that found it; else in the first of them."""
    same: dict[tuple[str, str, str], list[Found]] = {}
    for one in found:
        same.setdefault(_what(one), []).append(one)
    owners = {what: _owner(ones, whose) for what, ones in same.items()}
    return [one for one in found if one.matter.id == owners[_what(one)]]


def _what(one: Found) -> tuple[str, str, str]:
    return one.control.params["ledger"], one.control.params["detector"], one.finding.about


def _owner(same: Sequence[Found], whose: Whose) -> str:
    finders = list(dict.fromkeys(one.matter.id for one in same))
    cases = same[0].finding.cases
    matters = whose(cases) if len(finders) > 1 and cases else {}
    return next((matters[case] for case in cases if matters.get(case) in finders), finders[0])


def _holds(when: Any, row: Row) -> bool:
    try:
        return bool(when({"entry": row}))
    except Exception:  # an entry without the column: it may be one of those
        return True


KIND = Kind(
    id="pattern",
    family=WATCH,
    title=Text("规律监测", "Pattern"),
    demand=Text("由探测器在日志和台账中发现", "a detector over the log and the ledgers"),
    params=(
        Param("detector", "detector", Text("探测器", "the detector"), required=True),
        Param("ledger", "ledger", Text("查看的台账", "the ledger it reads"), required=True),
        Param("when", "entry-condition:ledger", Text("看其中哪些条目，默认全部", "which of its entries it looks at; by default all")),
        Param("settings", "settings", Text("探测器的参数", "the detector's settings"), default={}),
    ),
    blind=Text("只能看见登记在台账里的；换名目、换收款人可以绕开。", "It sees only what the ledger holds; another name or payee slips by."),
)
