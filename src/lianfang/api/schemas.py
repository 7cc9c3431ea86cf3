"""What is sent and answered, for OpenAPI and for the reader. Keys that are not here are refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field, StrictInt

from lianfang.kernel.model import Text

Moment = Annotated[str, Field(examples=["2026-01-05T09:30:00Z"], description="UTC")]
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="hex SHA-256")]
Values = Annotated[
    dict[str, Any],
    Field(
        description="Values by field, as the form describes them: "
        'money as text in yuan ("2800.00") or whole fen (280000), never a fraction; '
        "a moment with its offset; a date as YYYY-MM-DD; a file as its sha256; people as lists of ids.",
    ),
]


class Sent(BaseModel):
    """What is sent to the interface; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class Words(Schema):
    """A text in Chinese and in English."""

    zh: str
    en: str


def words(text: Text) -> Words:
    """A text as it is answered."""
    return Words(zh=text.zh, en=text.en)


class Credentials(Sent):
    """Who wants a token."""

    username: Annotated[str, Field(max_length=150)]
    password: Annotated[str, Field(max_length=4096)]


class Token(Schema):
    """A key to the interface and when it ends."""

    token: str
    expires_at: Moment


class Opening(Sent):
    """A case to open: its matter and the values of its first step."""

    matter: str
    record: Values


class Act(Sent):
    """A step to take, or without one an act beside the steps: ``withdraw``, ``urge``, ``copy`` with ``people`` in its data, ``transfer``
    with ``step``, ``person`` and ``opinion`` (why), ``consult`` with ``step``, ``people`` and ``opinion`` (what is asked), ``advise`` with
    ``step``, ``agrees`` and ``opinion`` (the answer), ``recall`` with ``step``, or ``comment`` with ``opinion`` and maybe ``people``. A
    return may say ``returns_to`` which earlier step. ``n`` is the number of acts that the case had when it was read: given, a case that
    moved on is not acted on."""

    step: str = ""
    act: Annotated[
        str | None,
        Field(
            description="One of the acts of the step's form (do; approve, return, reject; resolve, return, reject), or of those beside the "
            "steps. Left out, it is the first of the form, the one that carries the case forward.",
            examples=["approve"],
        ),
    ] = None
    data: Values = Field(default_factory=dict)
    n: StrictInt | None = None
    behalf: Annotated[str, Field(max_length=64, description="Whom one stands in for, where the step is theirs.")] = ""


class Receipt(Schema):
    """The log's signed promise that it will show this entry in its tree."""

    log: str
    entry: int
    leaf: Hash
    at: Moment
    signature: str


class Waiting(Schema):
    """A step that waits: ``by`` is a post, ``applicant`` or ``body:`` and a body; ``due`` is null where no deadline runs,
    ``urged`` where nobody urged it. ``behalf`` is for whom whoever asks would take it, null for themselves;
    ``passed`` is to whom of the post it was handed over. Where an opinion on the step is waited for, ``act`` is ``advise`` and ``by`` is
    ``person:`` and who was asked; null for the step itself."""

    case: str
    step: str
    title: Words
    by: str
    by_title: Words
    since: Moment
    due: Moment | None
    urged: Moment | None
    behalf: str | None
    passed: str | None
    act: str | None


class StandIn(Schema):
    """Somebody who stands in for a person at some posts, from a moment until another (exclusive)."""

    stand_in: str
    person: str
    posts: list[str]
    since: Moment
    until: Moment


class StandIns(Schema):
    """Who stands in for whoever asks, and for whom they do; now or later."""

    stand_ins: list[StandIn]


Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2026-01-05"], description="A day of the office's clock.")]


class Naming(Sent):
    """Naming a stand-in from the first day until the end of the last; for all of one's posts where ``posts`` are left out."""

    stand_in: Annotated[str, Field(max_length=64)]
    posts: list[Annotated[str, Field(max_length=160)]] = Field(default_factory=list)
    first: Day
    last: Day


class Ending(Sent):
    """Ending early what was named: whose, and since when, as it is listed."""

    stand_in: str
    person: str
    since: str


class Copied(Schema):
    """A case that whoever asks was named to read; ``at`` is when."""

    case: str
    matter: str
    title: str
    state: str
    at: Moment


class Copies(Schema):
    """A page of the cases that whoever asks was named to read, the latest first: at most ``size`` of ``total``, which counts
    no further than 500: the page after the last is empty."""

    copies: list[Copied]
    page: int
    size: int
    total: int


class Opinion(Schema):
    """An opinion on a step that a person was asked for: by whom, when and why (``asked``); what they answered and when, null until then."""

    step: str
    person: str
    by: str
    at: Moment
    asked: str
    agrees: bool | None
    answered: Moment | None
    opinion: str | None


class Change(Schema):
    """What a field of a record was set to, by whom (on behalf of whom, null for themselves), at which step and with which entry."""

    value: Any
    by: str
    behalf: str | None
    step: str
    at: Moment
    entry: int


class Linked(Schema):
    """Another case that whoever asks may see and that is linked with one."""

    case: str
    matter: str
    title: str
    state: str


class Case(Schema):
    """A case. ``version`` is the SHA-256 of the matter's source that it is judged by; ``n`` counts its acts; ``beside`` are the acts
    beside the steps that whoever asks could do now, ``copied`` the people who were named to read it, ``opinions`` what was asked on its
    steps before they were done. ``changes`` tells by field all that it was set to, the oldest first, where that is more than one thing.
    ``taken_from`` are the cases that it rests on, by what these recorded in a ledger, ``given_to`` the latest that rest on it, ``alerts``
    the numbers of the alerts that stand on it, all as far as whoever asks may see them."""

    id: str
    matter: str
    version: Hash
    state: Annotated[str, Field(json_schema_extra={"enum": ["open", "completed", "rejected", "withdrawn"]})]
    title: str
    applicant: str
    opened_at: Moment
    n: int
    record: dict[str, Any]
    tasks: list[Waiting]
    beside: list[str]
    copied: list[str]
    opinions: list[Opinion]
    changes: dict[str, list[Change]]
    taken_from: list[Linked]
    given_to: list[Linked]
    alerts: list[int]
    receipt: Receipt


class Event(Schema):
    """An entry of a case in evidence; ``index`` is null while it waits for its place in the log."""

    entry: int
    index: int | None
    leaf: Hash
    kind: str
    body: dict[str, Any]


class Events(Schema):
    """The evidence of a case, oldest first."""

    case: str
    events: list[Event]


class Tasks(Schema):
    """Every step that waits for whoever asks, and the ``overdue`` ones of others for whose time they answer."""

    tasks: list[Waiting]
    overdue: list[Waiting]


Level = Literal["red", "orange", "yellow"]
Stage = Literal["verify", "handle", "rectify", "close", "agree", "closed"]


class Alert(Schema):
    """Something a watch noticed; ``entry`` is its evidence. ``stage`` is what it waits for, ``due`` until when (null where nothing says),
    ``holder`` who took it over; ``outcome`` what came of it once it is closed, and ``reason`` why."""

    id: int
    matter: str
    matter_title: Words
    control: str
    level: Level
    status: str
    raised_at: Moment
    cases: list[str]
    explanation: Words
    false_alarms: Words
    entry: int
    stage: Stage
    due: Moment | None
    holder: str | None
    outcome: Literal["confirmed", "dismissed"] | None
    reason: Words | None


class AlertReason(Schema):
    """Why an alert can be closed: ``outcome`` says whether that confirms or dismisses it."""

    id: str
    title: Words
    outcome: Literal["confirmed", "dismissed"]


class AlertEntry(Schema):
    """An entry of the log about an alert: that it was raised (``act`` is null), what was done about it by whom (``person`` is null for the
    office itself), or what was tried and refused, with why. ``to`` is the stage, person or post that it led to."""

    entry: int
    at: Moment
    act: str | None
    person: str | None
    data: dict[str, Any]
    to: str | None
    refused: Words | None


class Setting(Schema):
    """What a detector (or a control that reconciles) was set to: its ``value`` as the matter has it, money in fen, and in words."""

    name: str
    title: Words
    value: Any
    shown: Words


class LedgerRow(Schema):
    """An entry of a ledger that a finding stands on; ``case`` wrote it, null for what came from outside."""

    ledger: str
    title: Words
    key: str
    case: str | None


class Basis(Schema):
    """How a finding was made: by which ``version`` of the matter (the hash that its entry of the log names), which ``detector`` (null for a
    control that has none), by which method and settings, and the ``rows`` that it stands on, of those that I may know of."""

    version: Hash
    detector: str | None
    title: Words | None
    method: Words | None
    settings: list[Setting]
    rows: list[LedgerRow]


class OneAlert(Alert):
    """An alert with the people that it names, the innocent explanations to rule out, what was done about it, and what whoever asks could do
    now: their ``acts``, to whom they could hand it (``takers``) and why they could close it. ``n`` is its last entry: sent with an act, an
    alert that moved on is not acted on. ``basis`` is null where the version that raised it has no such control."""

    people: list[str]
    innocent: list[Words]
    history: list[AlertEntry]
    acts: list[str]
    takers: list[str]
    reasons: list[AlertReason]
    n: int
    basis: Basis | None


class Working(Sent):
    """An act on an alert. ``take`` may say ``opinion`` (why, where somebody else has it); ``hand`` says ``person`` and ``opinion``;
    ``forward`` says ``opinion``, ``files`` (sha256 of uploaded ones) and, at ``verify``, ``ruled_out``: the numbers, from 1, of the
    innocent explanations that it is not; ``close`` says ``reason``, ``opinion`` and ``files``; ``agree`` and ``return`` say ``opinion``
    and ``files``."""

    act: Annotated[str, Field(max_length=20, examples=["take", "forward"])]
    data: dict[str, Any] = Field(default_factory=dict)
    n: StrictInt | None = None


class Record(Schema):
    """How the alerts of a control came out. ``precision`` is the share of the confirmed among those that were closed, in whole per cent;
    null while none was. ``detector`` is null for a control that has none."""

    matter: str
    control: str
    title: Words
    detector: str | None
    raised: int
    confirmed: int
    dismissed: int
    open: int
    precision: int | None


class DetectorRecord(Schema):
    """The same of all controls that use a detector."""

    detector: str
    raised: int
    confirmed: int
    dismissed: int
    open: int
    precision: int | None


class Records(Schema):
    """How the alerts that whoever asks may see came out, control by control and detector by detector."""

    controls: list[Record]
    detectors: list[DetectorRecord]


class Alerts(Schema):
    """A page of the alerts that whoever asks may see: at most ``size`` of ``total``, those of the first page where none was named;
    ``total`` counts no further than 500, and the page after the last is empty."""

    alerts: list[Alert]
    page: int
    size: int
    total: int


class Matter(Schema):
    """A matter that can be started."""

    id: str
    title: Words
    unit: str
    unit_title: Words
    first_step: Words


class Matters(Schema):
    """The matters that whoever asks can start."""

    matters: list[Matter]


class Measure(Schema):
    """A measure of the register and what carries it out, as ``matter/control``."""

    text: Words
    controls: list[str]


class Row(Schema):
    """A row of the register, word for word; ``live`` is the matter that carries it, null while there is none."""

    row: int
    unit: str
    matter: Words
    map: str
    preamble: list[Words]
    risks: list[Words]
    measures: list[Measure]
    owner: Words
    live: str | None


class Register(Schema):
    """The office's responsibility list."""

    rows: list[Row]


class Choice(Schema):
    """A value that a field may take."""

    value: str
    label: Words


class Input(Schema):
    """A field of a form; ``value`` is what the record holds of it, ``columns`` are those of a list."""

    id: str
    type: str
    label: Words
    required: bool
    help: Words
    value: Any
    options: list[Choice]
    columns: list[Input]
    min: int | None
    max: int | None


class FactKind(Schema):
    """A kind of facts from outside: a file of it has a column for each, named by its id or its label in either language."""

    id: str
    title: Words
    columns: list[FactColumn]


class FactColumn(Schema):
    """A column: what of it must be filled in, the values that it may take, and the bounds of a figure or of the length of a text."""

    id: str
    type: str
    label: Words
    required: bool
    help: Words
    options: list[Choice]
    min: int | None
    max: int | None


class FactKinds(Schema):
    """Every kind of facts from outside."""

    kinds: list[FactKind]


class BadLine(Schema):
    """A line that was not brought in, and why; ``line`` is its number in the file."""

    line: int
    why: Words


class Brought(Schema):
    """What came of a file of facts: how many lines were brought in and how many were there ``known`` already, which columns were
    ``ignored``, and the ``bad`` lines. Those are kept ``aside`` in a file of this SHA-256 with the reason behind each, to be had by
    ``GET /files/{sha256}``, corrected and sent again; null where there are none."""

    kind: str
    brought: int
    known: int
    bad: list[BadLine]
    ignored: list[str]
    aside: Hash | None


class ActChoice(Schema):
    """An act that a step offers; one that does not carry the case forward needs an opinion."""

    id: str
    title: Words
    forward: bool


class Person(Schema):
    """Somebody of the office."""

    id: str
    name: Words
    unit: Words


class Form(Schema):
    """What a step asks for. ``case_id`` is empty for the form that opens a case; ``meeting`` are the members who may attend and vote, by a
    ``secret`` ballot where it says so (``cast_by`` and ``counts`` in place of ``votes``); ``returns`` the steps that a return may name as
    ``returns_to``, whose default is ``returns_to``."""

    matter: str
    case_id: str
    step: str
    step_title: Words
    kind: str
    note: Words
    acts: list[ActChoice]
    fields: list[Input]
    meeting: list[Person]
    secret: bool
    n: int
    returns: list[Choice]
    returns_to: str


class Kept(Schema):
    """A kept file."""

    sha256: Hash
    name: str
    size: int
    media: str
    pages: int
    blank_pages: int


class Entry(Schema):
    """An entry of the log: ``leaf`` is the hash of its canonical ``body``."""

    entry: int
    index: int
    leaf: Hash
    body: str


class Proof(Schema):
    """That an entry is in the log: the RFC 9162 inclusion proof under the signed checkpoint ``note``."""

    entry: int
    index: int
    size: int
    leaf: Hash
    proof: list[Hash]
    root: Hash
    note: str


class Told(Schema):
    """What is told of a refusal: by which control, of which risk, what the source says, how to comply and whom to ask (the post that
    answers for the matter and who holds it; '' for a channel)."""

    control: str
    kind: str
    family: str
    risk: str
    message: str
    message_en: str
    remedy: str
    remedy_en: str
    source: str
    source_en: str
    ask: str
    ask_en: str


class Refusal(Told):
    """A refusal: by which control, of which risk, what the source says and how to comply; ``evidence`` is its entry in the log."""

    evidence: int


class Fault(Schema):
    """What is wrong with one field."""

    field: str
    message: str
    message_en: str


class Foreseen(Told):
    """A refusal that a form would meet as it stands, and the fields that its control looks at; nothing was judged, nothing is kept."""

    fields: list[str]


class Foresight(Schema):
    """What a form would meet as it stands: what is wrong with what is filled in, and what would be refused."""

    errors: list[Fault]
    refusals: list[Foreseen]


class Draft(Sent):
    """A form that may be half filled in."""

    data: Values = Field(default_factory=dict)


class Problem(Schema):
    """Why something could not be done (RFC 9457), in the language that was asked for."""

    type: str
    title: str
    status: int
    detail: str


class Broken(Problem):
    """A fault of the server (type ``urn:lianfang:problem:broken``), with the number under which its log has it."""

    number: str


class Malformed(Problem):
    """A request that can't be judged, with all that is wrong with it."""

    errors: list[Fault] = Field(default_factory=list)


class Refused(Problem):
    """A refused act (type ``urn:lianfang:problem:refusal``), or a case that moved on (``...:stale``, without a refusal)."""

    refusal: Refusal | None = None
    receipt: Receipt | None = None


class DutyTurn(Schema):
    """A turn of a duty: done in time or late, undone (overdue), owed (it runs) or coming."""

    period: str
    opens_at: Moment
    due: Moment
    state: Literal["in-time", "late", "undone", "owed", "coming"]


class DutyOfYear(Schema):
    """A duty of a post; of one ``person`` where each holder owes their own, else null."""

    matter: str
    control: str
    title: Words
    post: str
    person: str | None
    turns: list[DutyTurn]


class DutyFigures(Schema):
    """How many turns of a unit have fallen due or were done before (``due``), and of these were done in time, done late and are undone;
    how many are owed, and how many are still coming."""

    unit: str
    due: int
    in_time: int
    late: int
    undone: int
    owed: int
    coming: int


class YearOfDuties(Schema):
    """The duties of a year: the figures of each unit, and of one unit each duty."""

    year: int
    units: list[DutyFigures]
    unit: str | None
    duties: list[DutyOfYear]


class Figures(Schema):
    """How a unit stands, or all together (``unit`` is null): open alerts by colour, turns of duties that are owed in time and that were
    missed, cases in which something is late, and rows of the register by how their drills last went."""

    unit: str | None
    title: Words
    alerts: dict[str, int]
    owed: int
    missed: int
    late: int
    drills: dict[str, int]


class RefusedBy(Schema):
    """How often a control of a matter refused since the year began."""

    matter: str
    control: str
    title: Words
    count: int


class Overview(Schema):
    """How the units stand, which controls refused, and how many cases (``waiting``) and alerts (``worked``) wait for me."""

    units: list[Figures]
    total: Figures
    refused: list[RefusedBy]
    waiting: int
    worked: int
