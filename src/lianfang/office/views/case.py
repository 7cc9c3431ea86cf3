"""A case, what waits in it, and what an act in it met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lianfang.kernel.model import Text
from lianfang.office.views.common import NOTHING, FileView, PersonView
from lianfang.office.views.rules import AlertView, MapRow, RefusalView


@dataclass(frozen=True, slots=True)
class TaskView:
    """A step that waits, or with ``act`` (``advise``) an opinion on it: whose it is, since when, until when, and why it is next.

    ``whom`` is whose it is as an address: ``person:``, ``post:`` or ``body:`` and an id; ``urged`` when it was last urged, '' where nobody
    did; ``behalf`` is for whom it would be done, None for oneself; ``post`` is the one that it belongs to, '' for the applicant's own and a
    body's.
    """

    case_id: str
    step: str
    step_title: Text
    kind: str
    by: Text
    holders: tuple[PersonView, ...]
    since: str
    due: str
    mine: bool
    why: Text = NOTHING
    whom: str = ""
    urged: str = ""
    behalf: PersonView | None = None
    post: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True)
class OpinionView:
    """An opinion on a step: who was asked by whom, when and why; ``agrees``, when and in which words once it was ``answered`` ('' until
    then)."""

    step: str
    step_title: Text
    person: PersonView
    by: PersonView
    at: str
    why: str
    agrees: bool | None
    answered: str
    words: str


@dataclass(frozen=True, slots=True)
class ValueView:
    """A value of the record as a person reads it; a list has ``rows`` of cells under ``columns`` of these ``types``, and where it
    has several amounts their ``total`` as a last row. ``changes`` are all that it was set to in its case, the oldest first; none where it
    never changed."""

    id: str
    label: Text
    type: str
    text: Text
    columns: tuple[Text, ...] = ()
    rows: tuple[tuple[Text, ...], ...] = ()
    file: FileView | None = None
    types: tuple[str, ...] = ()
    total: tuple[Text, ...] = ()
    changes: tuple[ChangeView, ...] = ()

    @property
    def lines(self) -> tuple[tuple[tuple[Text, str, Text], ...], ...]:
        """The rows, each cell with the label and the type of its column."""
        return tuple(tuple(zip(self.columns, self.types, row, strict=True)) for row in self.rows)

    @property
    def sums(self) -> tuple[tuple[str, Text], ...]:
        """The cells of the last row, each with the type of its column."""
        return tuple(zip(self.types, self.total, strict=False))


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What a field of the record was set to: the value in words and as the kernel has it (``kept``), by whom (``who`` in words, with
    ``behalf`` for whom, '' for themselves), at which step, when and with which entry."""

    value: ValueView
    kept: Any
    actor: str
    behalf: str
    who: Text
    step: str
    step_title: Text
    at: str
    entry: int


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document that a case gave: with its ``n``-th accepted command, at that moment (UTC text)."""

    id: str
    title: Text
    n: int
    at: str


@dataclass(frozen=True, slots=True)
class StampView:
    """What is printed on a document to check it by: its code, the case, the entry that it rests on with the leaf hash that the log keeps of
    it (hex), and the ``hash`` (hex) that holds case, document, entry and version together."""

    code: str
    case_id: str
    document: str
    title: Text
    n: int
    at: str
    entry: int
    leaf: str
    hash: str


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """Something in the life of a case: an act, a refusal or an alert. ``leaf`` is the hash that the log keeps of it, ``n`` the number of
    accepted commands of the case with it (0 for an alert), ``alert`` the alert's own number (0 for anything else)."""

    entry: int
    kind: str
    at: str
    who: Text
    post: Text
    step: Text
    act: Text
    opinion: str
    values: tuple[ValueView, ...]
    leaf: str
    refusal: RefusalView | None = None
    note: Text = NOTHING
    n: int = 0
    alert: int = 0


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """Another case that a case rests on, by what it recorded in a ledger, or that rests on it."""

    id: str
    title: str
    matter: str
    matter_title: Text
    unit_title: Text
    status: str
    status_title: Text


@dataclass(frozen=True, slots=True)
class CaseView:
    """All of a case that a person may see. ``receipt`` is the signed receipt of its last entry, ``record`` the record as kernel
    values (``values`` are the same in words). ``beside`` are the acts beside the steps that the person could do now, ``copied`` those who
    were named to read the case, ``takers`` the steps that they could hand over, each with its title and to whom, ``askable`` those that
    they could ask opinions on, each with its title and whether answers are missing, ``opinions`` what was asked and answered,
    ``documents`` those that the case gave and the person may see, ``stamp`` what its sheet as it stands is checked by, ``taken_from`` the
    cases that it rests on, by what these recorded, ``given_to`` the latest of those that rest on it, of both those that the person sees."""

    id: str
    title: str
    matter: str
    matter_title: Text
    unit_title: Text
    version: str
    status: str
    status_title: Text
    applicant: PersonView
    opened_at: str
    n: int
    waiting: tuple[TaskView, ...]
    values: tuple[ValueView, ...]
    timeline: tuple[TimelineItem, ...]
    map: tuple[MapRow, ...]
    alerts: tuple[AlertView, ...]
    receipt: Mapping[str, Any]
    stamp: StampView
    record: Mapping[str, Any]
    beside: tuple[str, ...] = ()
    copied: tuple[PersonView, ...] = ()
    takers: tuple[tuple[str, Text, tuple[PersonView, ...]], ...] = ()
    askable: tuple[tuple[str, Text, bool], ...] = ()
    opinions: tuple[OpinionView, ...] = ()
    documents: tuple[DocumentLine, ...] = ()
    taken_from: tuple[LinkedCase, ...] = ()
    given_to: tuple[LinkedCase, ...] = ()


class Outcome(NamedTuple):
    """What a command met. ``entry`` is the number of its evidence; ``repeated`` tells that the same key was answered before.

    ``receipt`` signs the log's receipt for that entry: when it is asked for, since most acts are answered with a page that shows it later.
    """

    case_id: str
    accepted: bool
    entry: int
    refusal: RefusalView | None
    receipt: Callable[[], Mapping[str, Any]]
    repeated: bool = False
