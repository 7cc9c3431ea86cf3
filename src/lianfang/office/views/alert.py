"""An alert as it is worked, a list of them, and how the alerts of a control came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lianfang.kernel.model import Text
from lianfang.office.views.common import NOTHING, FileView, Page, PersonView
from lianfang.office.views.desk import CaseLine
from lianfang.office.views.rules import AlertView, RefusalView


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """Something in the life of an alert: that it was raised (``act`` is empty), something done about it, or a ``refused`` attempt. ``to``
    is what it led to: a stage or a person."""

    entry: int
    at: str
    who: Text
    title: Text
    act: str = ""
    to: Text = NOTHING
    words: str = ""
    reason: Text = NOTHING
    ruled_out: tuple[Text, ...] = ()
    files: tuple[FileView, ...] = ()
    refused: Text = NOTHING
    explanation: Text = NOTHING


class Row(NamedTuple):
    """An entry of a ledger that a finding stands on; ``case`` wrote it, '' where it came from outside."""

    ledger: str
    ledger_title: Text
    key: str
    case: str


class Basis(NamedTuple):
    """How a finding was made: the matter's ``version`` by which it was, the ``detector`` ('' for a control that has none), what it was set
    to, each as its name, its value as the matter has it and both in words, and the ``rows`` that the reader may know of."""

    version: str
    detector: str
    detector_title: Text
    method: Text
    settings: tuple[tuple[str, Any, Text, Text], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class AlertPage:
    """All of an alert: what was found, the cases that it stands on (``cases``; those that the reader may not see are only counted in
    ``unseen``), whom it names, what may be innocent, its history, and what the reader could do now: their ``acts``, the ``takers`` to whom
    they could hand it, the ``reasons`` to close it for. ``barred`` says that the reader is named in it; ``basis`` is how it was found, None
    where the version that found it has no such control."""

    alert: AlertView
    cases: tuple[CaseLine, ...]
    unseen: int
    people: tuple[PersonView, ...]
    innocent: tuple[Text, ...]
    history: tuple[AlertEvent, ...]
    acts: tuple[tuple[str, Text], ...]
    takers: tuple[PersonView, ...]
    reasons: tuple[tuple[str, Text, str], ...]
    barred: bool
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Of what alerts or refusals are listed: a matter, one of its controls or risks ('' for all), and whether only since the year began."""

    matter: str = ""
    control: str = ""
    risk: str = ""
    this_year: bool = False


@dataclass(frozen=True, slots=True)
class AlertList:
    """A page of alerts, and how many there are of those that the reader may see: of each colour, state and unit, open ones unless the state
    is asked for, each with what is to be filled in for it; ``mine`` wait for the reader. They are counted among the first ``through``,
    where there are more; 0 where among all."""

    page: Page[AlertView]
    levels: tuple[tuple[str, Text, int], ...]
    states: tuple[tuple[str, Text, int], ...]
    units: tuple[tuple[str, Text, int], ...]
    mine: int
    through: int = 0


@dataclass(frozen=True, slots=True)
class ControlRecord:
    """How the alerts of a control (or of all controls with a detector) came out. ``precision`` is the share of the confirmed among those
    that were closed, in whole per cent; None while none was."""

    matter: str
    matter_title: Text
    unit_title: Text
    control: str
    title: Text
    kind_title: Text
    detector: str
    detector_title: Text
    raised: int
    confirmed: int
    dismissed: int
    open: int

    @property
    def precision(self) -> int | None:
        """The share of the confirmed among those closed."""
        closed = self.confirmed + self.dismissed
        return round(self.confirmed * 100 / closed) if closed else None


class AlertOutcome(NamedTuple):
    """What an act on an alert met; ``entry`` is the number of its evidence."""

    accepted: bool
    entry: int
    refusal: RefusalView | None
    receipt: Callable[[], Mapping[str, Any]]
    repeated: bool = False
