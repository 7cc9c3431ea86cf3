"""pattern 规律监测: a detector looks over the log and the ledgers for what no single act shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from lianfang.kernel.calendar import Calendar
from lianfang.kernel.controls.base import WATCH, Control, Kind, Param
from lianfang.kernel.ledger import Standing
from lianfang.kernel.model import Text


class Finding(NamedTuple):
    """What a detector found. ``about`` tells it apart from its other findings, ``cases`` are those it stands on, ``strength``
    is 1 (weak) to 3 (strong). One that is ``fixed`` stays about the same thing whatever cases it comes to stand on."""

    about: str
    cases: tuple[str, ...]
    strength: int
    explanation: Text
    fixed: bool = False


Row = Mapping[str, Any]
"""An entry of a ledger: its data, with ``case`` and ``key`` beside it."""


class Detect(Protocol):
    """Runs the detector of a name, with its settings, over rows of a ledger; the calendar tells it the days worked."""

    def __call__(self, name: str, settings: Mapping[str, Any], rows: Sequence[Row], /, *, calendar: Calendar) -> list[Finding]: ...


def looked_at(control: Control, rows: Iterable[Row]) -> list[Row]:
    """Those of a ledger's rows that a control looks at. What its condition can't read is looked at too."""
    when = control.params.get("when")
    return [row for row in rows if when is None or _holds(when, row)]


def found_by(control: Control, calendar: Calendar, entries: Iterable[Standing], detect: Detect) -> list[Finding]:
    """What a control's detector finds in the entries that stand in its ledger."""
    rows = looked_at(control, ({**one.data, "case": one.case, "key": one.key} for one in entries))
    return detect(control.params["detector"], control.params["settings"], rows, calendar=calendar) if rows else []


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
