"""The shape of a catalogue's files. Unknown keys are errors; texts are ``{zh, en}``.

How names are spelt, and what only a reader would miss, is a matter of the files: a version that was published is not asked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from lianfang.kernel.schedule import Duration

T = TypeVar("T")
PUBLISHED = "published"
"""The context in which a stored version is read, rather than a file of the catalogue."""


def _author(right: Callable[[T], Any], fault: Callable[[T], Exception]) -> AfterValidator:
    """A rule that helps the author of a file, and that a published version is not held to."""

    def check(value: T, info: ValidationInfo) -> T:
        if info.context != PUBLISHED and not right(value):
            raise fault(value)
        return value

    return AfterValidator(check)


def _spelt(pattern: str) -> AfterValidator:
    return _author(
        re.compile(pattern).search, lambda text: PydanticCustomError("string_pattern_mismatch", "{pattern}", {"pattern": pattern})
    )


Id = Annotated[str, _spelt(r"^[a-z0-9][a-z0-9-]*$")]
Name = Annotated[str, _spelt(r"^[a-z][a-z0-9_]*$")]
Said = Annotated[str, _spelt(r"\S")]
Figure = Annotated[int, _author(lambda n: n >= 0, lambda n: PydanticCustomError("greater_than_equal", "{ge}", {"ge": 0}))]
Rows = Annotated[list[int], _author(bool, lambda rows: PydanticCustomError("too_short", "empty"))]
FieldType = Literal["text", "longtext", "int", "money", "bool", "date", "datetime", "file", "person", "people", "choice", "entry", "list"]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _no_day(text: str) -> ValueError:
    return ValueError(f"应为日历上有的日期，如 2026-01-05：{text} / should be a day of the calendar such as 2026-01-05: {text!r}")


def _moment(text: str) -> str:
    try:
        if datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC):
            return text
    except ValueError:
        pass
    raise ValueError(f"应为时刻，如 2026-01-05T08:00:00Z：{text} / should be a moment such as 2026-01-05T08:00:00Z: {text!r}")


def _length(text: str) -> str:
    Duration.parse(text or "0d")
    return text


def _time(text: str) -> str:
    if not Duration.parse(text).amount:
        raise ValueError(f"应大于零：{text} / should be more than nothing: {text!r}")
    return text


def _strict_day(text: str) -> str:
    if not _is_day(text):
        raise _no_day(text)
    return text


Day = Annotated[str, _author(_is_day, _no_day)]
StrictDay = Annotated[str, AfterValidator(_strict_day)]
Moment = Annotated[str, AfterValidator(_moment)]
Length = Annotated[str, AfterValidator(_length)]
Time = Annotated[str, AfterValidator(_time)]


class Model(BaseModel):
    """Strict: nothing unknown, nothing converted in silence."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Words(Model):
    """A text in both languages."""

    zh: Said
    en: Said


class FieldSpec(Model):
    """A field of a record, a list's column or a ledger's column. An ``own`` entry is offered where its ``unit`` is the matter's."""

    type: FieldType
    label: Words
    required: bool = False
    of: dict[Name, FieldSpec] = Field(default_factory=dict)
    choices: dict[Id, Words] = Field(default_factory=dict)
    ledger: str = ""
    help: Words | None = None
    personal: bool = False
    min: int | None = None
    max: int | None = None
    past: bool = False
    own: bool = False


class ParamSpec(Model):
    """A named figure with where it comes from. CNY values are written in yuan and used in fen."""

    value: Figure
    unit: Literal["CNY", "count", "day", "hour", "percent"]
    cite: Words


class WriteSpec(Model):
    """What a step writes to a ledger; key, each, data, adds and when (always where it is not said) are CEL.

    ``data`` are the columns of an entry of its own; ``adds`` are figures that are added to columns of one that many cases share (what is
    reserved of a budget), and taken back when the case is returned to the step or before it, rejected or withdrawn.
    """

    ledger: str
    key: str
    when: str = ""
    each: str = ""
    open: bool = True
    data: dict[Name, str] = Field(default_factory=dict)
    adds: dict[Name, str] = Field(default_factory=dict)


class StepSpec(Model):
    """A step of a matter; what a ``final`` one did can't be taken back, and one that does not ``rejects`` can't end the case by a
    rejection. An approval that may be given in a ``batch`` is offered for several cases at once, each judged by itself. ``headings`` part a
    long form: each stands above the field that it names, and holds until the next."""

    title: Words
    kind: Literal["task", "approval", "meeting"]
    by: str
    form: list[Name] = Field(default_factory=list)
    headings: dict[Name, Words] = Field(default_factory=dict)
    returns_to: str = ""
    note: Words | None = None
    final: bool = False
    rejects: bool = True
    batch: bool = False
    writes: list[WriteSpec] = Field(default_factory=list)


Grade = Literal["high", "medium", "low"]


class FactorsSpec(Model):
    """What the grade of a risk goes by: how important the power is, how much is left to discretion, how probable and how harmful the
    misconduct is; and why."""

    importance: Grade
    discretion: Grade
    probability: Grade
    harm: Grade
    why: Words


class RiskSpec(Model):
    """A risk, verbatim, at the step where it bites."""

    id: Id
    title: Words
    origin: Literal["register", "map", "both"] = Field(alias="from")
    at: str
    grade: Grade
    factors: FactorsSpec | None = None
    controls: list[Id]
    blind_spots: Words


class MeasureSpec(Model):
    """A measure of the register or a mechanism of the map, verbatim, with the controls that carry it out."""

    text: Said
    en: str = ""
    origin: Literal["register", "map", "both"] = Field(alias="from")
    controls: list[Id]


class DocumentSpec(Model):
    """A document that a case gives (文书) with every act of the step ``after``, where ``when`` (CEL) holds: to whom, a text of which each
    line is a paragraph and ``{field}`` what the record says, a table of fields, and the steps whose people sign it (``after`` where none
    is said)."""

    id: Id
    title: Words
    after: Name
    when: str = ""
    to: Words | None = None
    text: Words | None = None
    fields: list[Name] = Field(default_factory=list)
    signed: list[Name] = Field(default_factory=list)


class SourceSpec(Model):
    """Where in the office's document the matter stands."""

    register_: Rows = Field(alias="register")
    map: Said


class MatterSpec(Model):
    """A matter, after its template was merged in. Controls stay raw: their keys are their kind's parameters. The ``owner`` is the post that
    answers for it (责任人): its alerts come to it."""

    id: str
    title: Words
    unit: Id
    source: SourceSpec
    version_date: Day
    owner: str = ""
    params: dict[Name, ParamSpec] = Field(default_factory=dict)
    record: dict[Name, FieldSpec]
    flow: list[Any]
    steps: dict[Name, StepSpec]
    risks: list[RiskSpec] = Field(default_factory=list)
    measures: list[MeasureSpec] = Field(default_factory=list)
    controls: list[dict[str, Any]] = Field(default_factory=list)
    documents: list[DocumentSpec] = Field(default_factory=list)


SECTIONS: Mapping[str, type] = {
    "params": dict, "record": dict, "steps": dict, "flow": list, "risks": list, "measures": list, "controls": list, "documents": list,
}  # fmt: skip
"""What of a matter may grow long, and what it is written as: it is merged with its template's, and may have a file of its own."""


class PostSpec(Model):
    """A post of a unit; ``role`` marks those whom the system itself knows."""

    id: Id
    title: Words
    role: Literal["", "inspector", "auditor", "system-administrator", "security-administrator", "audit-administrator"] = ""
    leads: bool = False


class BodySpec(Model):
    """A collective body; its members are the holders of the posts."""

    id: Id
    title: Words
    members: list[str]
    chair: str


class UnitSpec(Model):
    """A unit of the office."""

    id: Id
    title: Words
    kind: Literal["unit", "leadership"] = "unit"
    posts: list[PostSpec] = Field(default_factory=list)
    bodies: list[BodySpec] = Field(default_factory=list)


class HoldingSpec(Model):
    """A post held by a person for a period; ``to`` is exclusive, absent while it lasts."""

    post: str
    since: Day = Field(alias="from")
    until: Day | None = Field(default=None, alias="to")


class PersonSpec(Model):
    """A person of the demo office; ``login`` is also the person's id. ``shown`` marks those who are told first to who tries it."""

    login: Id
    shown: bool = False
    name: Words
    unit: Id
    posts: list[HoldingSpec] = Field(default_factory=list)


class OfficeSpec(Model):
    """The office itself."""

    id: Id
    title: Words
    timezone: Literal["Asia/Shanghai"]


class OrganisationSpec(Model):
    """organisation.yaml."""

    office: OfficeSpec
    units: list[UnitSpec]
    people: list[PersonSpec]


class RestSpec(Model):
    """A holiday; ``through`` is its last day."""

    title: Words
    since: StrictDay = Field(alias="from")
    through: StrictDay


class YearSpec(Model):
    """The holidays and make-up days of a year, as the notice of the State Council orders them."""

    year: int = Field(ge=2000, le=2199)
    cite: Words
    off: list[RestSpec] = Field(min_length=1)
    work: list[StrictDay]


class CalendarSpec(Model):
    """calendar.yaml."""

    years: list[YearSpec]


class RungSpec(Model):
    """To whom what is late is reported; each rung after the first says how much later."""

    post: str
    after: Length = ""


class AlertsSpec(Model):
    """alerts.yaml: by colour, how long the stages of an alert may take where it is not as long as usual; and to whom late work on one is
    reported, one after the other (to those who oversee everything, where nobody is named)."""

    within: dict[Literal["red", "orange", "yellow"], dict[Literal["verify", "handle", "rectify", "close", "agree"], Time]] = Field(
        default_factory=dict
    )
    escalate: list[RungSpec] = Field(default_factory=list)


class EntrySpec(Model):
    """A ledger entry that the office begins with."""

    key: Said
    data: dict[Name, Any]


class LedgerSpec(Model):
    """A ledger and its columns. The entries of one from ``outside`` are imported, and no step writes to it."""

    id: Id
    title: Words
    outside: bool = False
    fields: dict[Name, FieldSpec]
    entries: list[EntrySpec] = Field(default_factory=list)


class LedgersSpec(Model):
    """A file of ``ledgers/``: those of one subject."""

    ledgers: list[LedgerSpec]


class RowSpec(Model):
    """A row of the register, verbatim."""

    row: int
    unit: Id
    responsible: Said
    matter: Words
    map: Said
    risks: list[Words]
    measures: list[Words]
    preamble: list[Words] = Field(default_factory=list)
    owner: Words


class RegisterSpec(Model):
    """register/<unit>.yaml."""

    rows: list[RowSpec]


class BoxSpec(Model):
    """A box of a flow map."""

    id: Id
    title: Words
    branch: str = ""


class MapSpec(Model):
    """A flow map, verbatim."""

    map: Said
    row: int
    title: Words
    boxes: list[BoxSpec] = Field(min_length=1)
    risks: list[Words]
    mechanisms: list[Words]


class MapsSpec(Model):
    """maps/<unit>.yaml."""

    maps: list[MapSpec]


class ExpectSpec(Model):
    """What an act of a drill must meet: refused by a control, or alarmed by a watch: by the act itself, or ``within`` some time of it."""

    refused: str = ""
    alarmed: str = ""
    within: Length = ""


class ActSpec(Model):
    """One act of a drill, a fact that comes from outside, or the passing of time.

    ``duty`` names the control whose small matter the act belongs to, ``fact`` the ledger that the data of a fact stands in, ``earlier`` one
    that a ``pattern`` looks at, where the data stands from before. An act beside the steps (such as urge or transfer) names no step. Who
    ``reads`` a field of the record wants to be shown it, and takes no step. ``behalf`` is for whom a stand-in of the drill acts.
    """

    who: str = ""
    behalf: str = ""
    fact: str = ""
    earlier: str = ""
    duty: str = ""
    step: str = ""
    act: str = ""
    data: dict[str, Any] = Field(default_factory=dict)
    case: str = "a"
    pass_: Length = Field(default="", alias="pass")
    reads: str = ""
    expect: ExpectSpec | None = None

    @property
    def happens(self) -> bool:
        """Whether it is nobody's act: time passes, or a fact comes in or stood there before."""
        return bool(self.pass_ or self.told)

    @property
    def told(self) -> str:
        """The ledger of a fact that comes in or stood there before; '' for what is no fact."""
        return self.fact or self.earlier

    @property
    def still(self) -> bool:
        """Whether no step is taken: it is nobody's act, or somebody reads."""
        return self.happens or bool(self.reads)


class DrillSpec(Model):
    """A scripted attempt of a misconduct with the verdict it must meet, or a lawful run.

    It may begin as another one of the matter does: ``after`` names that drill, and ``until`` the step before whose first act it goes its
    own way (after the whole of it where none is named).
    ``raises`` are the alarms that a lawful run must raise (a loss that is told); ``also`` gives somebody one more post of the matter's
    unit, as in a small office. ``stand_ins`` says by stand-in for whom they stand in, at all of that person's posts, for a year from the
    drill's beginning.
    """

    id: Id
    title: Words
    risk: str = ""
    lawful: bool = False
    raises: list[Id] = Field(default_factory=list)
    also: dict[Id, Id] = Field(default_factory=dict)
    stand_ins: dict[Id, Id] = Field(default_factory=dict)
    after: str = ""
    until: str = ""
    script: list[ActSpec] = Field(min_length=1)
    ends: Literal["", "open", "completed", "rejected", "withdrawn"] = ""


class PaperSpec(Model):
    """A file that drills use: what the office would have found out about it."""

    name: str
    content: str
    pages: int = Field(default=1, ge=0)
    blank_pages: int = Field(default=0, ge=0)


class DrillsSpec(Model):
    """drills.yaml, or the files of drills/ together."""

    begins: Moment = "2026-03-02T01:00:00Z"
    files: dict[str, PaperSpec] = Field(default_factory=dict)
    drills: list[DrillSpec]

    def told(self) -> DrillsSpec:
        """The same drills, each with its whole script. What begins as a drill that is not there, or as itself, keeps its own acts."""
        known = {drill.id: drill for drill in self.drills}
        return self.model_copy(update={"drills": [drill.model_copy(update={"script": _script(drill, known)}) for drill in self.drills]})


def _script(drill: DrillSpec, known: Mapping[str, DrillSpec], seen: tuple[str, ...] = ()) -> list[ActSpec]:
    before = known.get(drill.after)
    if before is None or drill.id in seen:
        return drill.script
    script = _script(before, known, (*seen, drill.id))
    parts_at = next((n for n, act in enumerate(script) if drill.until and act.step == drill.until), len(script))
    return [*script[:parts_at], *drill.script]
