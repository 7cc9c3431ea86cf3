"""What the use cases answer, as plain values for pages, API and command line. No Django object leaves the office.

Words on screen are kernel ``Text`` pairs; moments are UTC texts; money is fen. A title that somebody typed is plain ``str``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lianfang.kernel.model import Text

NOTHING = Text("", "")


class OfficeError(Exception):
    """A use case that could not be done; ``message`` says why in both languages."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message.en)


class NotFound(OfficeError):
    """What was asked for does not exist for this person."""


class Forbidden(OfficeError):
    """The person may not do this."""


class StaleCase(OfficeError):
    """The case changed under the person's hands; reading it again shows how."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody of the office."""

    id: str
    name: Text
    unit: Text
    posts: tuple[Text, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileView:
    """A kept file; ``blank_pages`` of its ``pages`` have nothing on them."""

    sha256: str
    name: str
    size: int
    media: str
    pages: int
    blank_pages: int


@dataclass(frozen=True, slots=True)
class ControlView:
    """A control as a page shows it. ``source`` is the sentence of the office's document that it carries out."""

    id: str
    title: Text
    kind: str
    kind_title: Text
    family: str
    family_title: Text
    demand: Text
    blind: Text
    source: Text = NOTHING
    false_alarms: Text = NOTHING
    refusals: int = 0
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class RiskView:
    """A risk with the controls that guard it, and how often they acted (in the case, or in all cases on a matter's page)."""

    id: str
    title: Text
    grade: str
    grade_title: Text
    blind_spots: Text
    controls: tuple[ControlView, ...]
    refusals: int = 0
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class RefusalView:
    """A refused act: what, by which control, which risk it guards, what the source says and how to comply."""

    entry: int
    at: str
    who: Text
    step: Text
    control: str
    control_title: Text
    kind: str
    kind_title: Text
    family: str
    risk: str
    risk_title: Text
    message: Text
    remedy: Text
    source: Text = NOTHING
    case_id: str = ""
    matter_title: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field."""

    value: str
    label: Text
    group: Text = NOTHING


@dataclass(frozen=True, slots=True)
class FormField:
    """One input of a form. ``value`` is a kernel value; ``columns`` are those of a list; ``file`` is what a hash stands for."""

    id: str
    type: str
    label: Text
    required: bool
    help: Text = NOTHING
    value: Any = None
    options: tuple[Option, ...] = ()
    columns: tuple[FormField, ...] = ()
    file: FileView | None = None
    min: int | None = None
    max: int | None = None


@dataclass(frozen=True, slots=True)
class ActChoice:
    """An act that a step offers. A ``forward`` act carries the case on; the others need an opinion."""

    id: str
    title: Text
    forward: bool


@dataclass(frozen=True, slots=True)
class FormView:
    """The form of a step; ``case_id`` is empty for the form that opens a case. ``n`` is the case's number of acts, to notice
    that it changed meanwhile. ``meeting`` lists the members who may attend and vote."""

    matter: str
    matter_title: Text
    unit_title: Text
    case_id: str
    step: str
    step_title: Text
    kind: str
    note: Text
    acts: tuple[ActChoice, ...]
    fields: tuple[FormField, ...]
    meeting: tuple[PersonView, ...] = ()
    n: int = 0


@dataclass(frozen=True, slots=True)
class TaskView:
    """A step that waits: whose it is, since when, until when, and why it is next. ``whom`` is whose it is as an address: ``person:``,
    ``post:`` or ``body:`` and an id."""

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


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list. ``step`` is what waits or what was done; ``moment`` is since when, or when."""

    id: str
    title: str
    matter: str
    matter_title: Text
    unit_title: Text
    step: Text
    moment: str
    due: str
    status: str
    status_title: Text
    applicant: Text


@dataclass(frozen=True, slots=True)
class MatterLine:
    """A matter that somebody can start."""

    id: str
    title: Text
    unit: str
    unit_title: Text
    first_step: Text


@dataclass(frozen=True, slots=True)
class ValueView:
    """A value of the record as a person reads it; a list has ``rows`` of cells under ``columns`` of these ``types``, and where it
    has several amounts their ``total`` as a last row."""

    id: str
    label: Text
    type: str
    text: Text
    columns: tuple[Text, ...] = ()
    rows: tuple[tuple[Text, ...], ...] = ()
    file: FileView | None = None
    types: tuple[str, ...] = ()
    total: tuple[Text, ...] = ()

    @property
    def lines(self) -> tuple[tuple[tuple[Text, str, Text], ...], ...]:
        """The rows, each cell with the label and the type of its column."""
        return tuple(tuple(zip(self.columns, self.types, row, strict=True)) for row in self.rows)

    @property
    def sums(self) -> tuple[tuple[str, Text], ...]:
        """The cells of the last row, each with the type of its column."""
        return tuple(zip(self.types, self.total, strict=False))


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """Something in the life of a case: an act, a refusal or an alert. ``leaf`` is the hash that the log keeps of it."""

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


@dataclass(frozen=True, slots=True)
class MapRow:
    """A step of the three-column map with its risks and their controls. ``state`` is done, now, ahead or skipped."""

    step: str
    title: Text
    by: Text
    kind: str
    state: str
    who: Text
    at: str
    condition: Text
    risks: tuple[RiskView, ...]


@dataclass(frozen=True, slots=True)
class AlertView:
    """Something a watch noticed. ``level`` is red, orange or yellow."""

    id: int
    matter: str
    matter_title: Text
    unit_title: Text
    control: str
    control_title: Text
    kind_title: Text
    risk_title: Text
    level: str
    level_title: Text
    status: str
    raised_at: str
    cases: tuple[str, ...]
    explanation: Text
    false_alarms: Text
    entry: int


@dataclass(frozen=True, slots=True)
class CaseView:
    """All of a case that a person may see. ``receipt`` is the signed receipt of its last entry, ``record`` the record as kernel
    values (``values`` are the same in words)."""

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
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command met. ``entry`` is the number of its evidence; ``repeated`` tells that the same key was answered before.

    ``receipt`` signs the log's receipt for that entry: when it is asked for, since most acts are answered with a page that shows it later.
    """

    case_id: str
    accepted: bool
    entry: int
    refusal: RefusalView | None
    receipt: Callable[[], Mapping[str, Any]]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure of the register and what carries it out (``matter/control`` ids with their titles)."""

    text: Text
    controls: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of the register, verbatim; ``live`` names the matter that carries it, '' while there is none."""

    row: int
    responsible: Text
    matter: Text
    map: Text
    risks: tuple[Text, ...]
    measures: tuple[MeasureView, ...]
    preamble: tuple[Text, ...]
    owner: Text
    live: str


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with its rows of the register."""

    id: str
    title: Text
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class MatterView:
    """A matter's own page: its map without a case, its controls, where it stands in the source, and for those who look after it
    the latest refusals in its cases (and of cases that were never opened)."""

    id: str
    title: Text
    unit_title: Text
    version: str
    source_rows: tuple[int, ...]
    source_map: Text
    map: tuple[MapRow, ...]
    controls: tuple[ControlView, ...]
    rows: tuple[RowView, ...]
    cases: int
    startable: bool
    refused: tuple[RefusalView, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A turn of a recurring duty (履责) that a person's post owes. ``case_id`` is empty until it was begun; ``state`` is open,
    overdue or done. ``matter`` is the small matter to start, with ``period`` as the value of its record's ``period``."""

    matter: str
    title: Text
    parent: str
    parent_title: Text
    unit_title: Text
    period: str
    opens_at: str
    due: str
    state: str
    case_id: str


Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Page(Generic[Line]):
    """One page of a list. ``total`` counts all lines; ``number`` counts from 1."""

    lines: tuple[Line, ...]
    number: int
    total: int
    size: int


@dataclass(frozen=True, slots=True)
class Desk:
    """The workbench: what waits for me (待办), what I did (已办), what I started (我发起), my duties, what I can start, my latest
    acts that were refused, and of the ``alerts`` that I look after the latest (``noticed``)."""

    waiting: Page[CaseLine]
    done: Page[CaseLine]
    started: Page[CaseLine]
    duties: tuple[DutyLine, ...]
    startable: tuple[MatterLine, ...]
    alerts: int
    refused: tuple[RefusalView, ...] = ()
    noticed: tuple[AlertView, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo office, for the table that the server prints and the sign-in page shows."""

    login: str
    name: Text
    unit: Text
    posts: tuple[Text, ...]
    password: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the log as a list shows it: its place (``index``, -1 while it waits for one), what it is and its leaf hash."""

    entry: int
    index: int
    at: str
    kind: str
    who: Text
    matter_title: Text
    step: Text
    case_id: str
    control: str
    leaf: str


@dataclass(frozen=True, slots=True)
class ProofView:
    """That an entry is in the log: its canonical ``body`` (what the leaf is the hash of), place, and the RFC 9162 inclusion
    proof (hex hashes) under the signed checkpoint ``note``."""

    entry: int
    index: int
    size: int
    leaf: str
    body: str
    proof: tuple[str, ...]
    root: str
    note: str


@dataclass(frozen=True, slots=True)
class LogView:
    """The evidence log as anyone may check it: size, root (hex), the signed note and the key that verifies it."""

    size: int
    root: str
    note: str
    verifier: str
    waiting: int
