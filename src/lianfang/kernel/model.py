"""The words of the kernel: matters, cases, commands, events and refusals.

Everything here is a plain value. Values that enter evidence are JSON without floats: money is whole fen, a date is
``YYYY-MM-DD``, a moment is ``YYYY-MM-DDTHH:MM:SSZ`` (UTC, so that text order is time order), a file is the hex SHA-256 of its
bytes, a person is an id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lianfang.kernel.calendar import Calendar
    from lianfang.kernel.controls.base import Control
    from lianfang.kernel.flow import Flow, Position
    from lianfang.kernel.plan import Plan

type_names = (
    "text", "longtext", "int", "money", "bool", "date", "datetime",
    "file", "person", "people", "choice", "entry", "list",
)  # fmt: skip
"""The closed list of field types."""

ACTS: Mapping[str, tuple[str, ...]] = {
    "task": ("do",),
    "approval": ("approve", "return", "reject"),
    "meeting": ("resolve", "return", "reject"),
}
"""Which acts each kind of step knows. A meeting that does not carry returns or rejects, as an approval does."""

Values = Mapping[str, Any]
Facts = Mapping[str, Any]
Need = tuple[str, ...]
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Text(NamedTuple):
    """A sentence in Chinese and in English."""

    zh: str
    en: str

    def __bool__(self) -> bool:
        return bool(self.zh)


COMMENT = "comment"
BESIDE: Mapping[str, Text] = {
    "urge": Text("催办", "Urge"),
    "copy": Text("抄送", "Copy to"),
    "transfer": Text("转办", "Hand over"),
    "consult": Text("征求意见", "Ask for opinions"),
    "advise": Text("答复意见", "Give an opinion"),
    "recall": Text("取消征求", "Stop asking"),
    COMMENT: Text("评论", "Comment"),
    "withdraw": Text("撤回", "Withdraw"),
}
"""The acts beside the steps, which every case knows: its command names no step."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a matter's record.

    ``ledger`` names the ledger that an ``entry`` field points into; ``of`` holds the columns of a ``list``; ``personal`` fields
    stand in evidence as salted commitments. A ``past`` date or moment may not lie after the act that gives it. Of an ``own`` entry's
    ledger, forms offer what is the matter's unit's; a gate refuses the others.
    """

    id: str
    type: str
    label: Text
    required: bool = False
    of: Mapping[str, Field] = field(default_factory=dict)
    choices: Mapping[str, Text] = field(default_factory=dict)
    ledger: str = ""
    help: Text = Text("", "")
    personal: bool = False
    min: int | None = None
    max: int | None = None
    past: bool = False
    own: bool = False


class Write(NamedTuple):
    """A ledger entry that a step leaves behind, with its values as compiled conditions; without ``when`` it always does.

    One with ``adds`` writes no entry of its own: it adds to figures of an entry that many cases share, by column. ``row`` gives the key and
    these columns at once.
    """

    ledger: str
    when: Callable[[Values], Any] | None
    each: Callable[[Values], Any] | None
    key: Callable[..., Any]
    data: Mapping[str, Callable[..., Any]]
    open: bool
    adds: Mapping[str, Callable[..., Any]]
    row: Callable[[Values], tuple[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Step:
    """A thing that one post does in a case (环节).

    ``by`` is a full post id (``unit/post``), ``applicant``, or ``body:unit/body`` for a meeting. What a ``final`` step did can't be
    taken back: once it is done, the case is neither withdrawn nor returned to it or to a step before it. One that ``rejects`` not can't end
    the case: it is agreed to or returned. ``headings`` are shown above the fields of its form that they are given for, and what may be
    approved in a ``batch`` is offered so; nothing is judged by them.
    """

    id: str
    title: Text
    kind: str
    by: str
    form: tuple[str, ...] = ()
    writes: tuple[Write, ...] = ()
    returns_to: str = ""
    note: Text = Text("", "")
    final: bool = False
    headings: Mapping[str, Text] = field(default_factory=dict)
    rejects: bool = True
    batch: bool = False

    @property
    def acts(self) -> tuple[str, ...]:
        """The acts that it offers: one that says to which step it returns can return, and one that does not reject can't be rejected."""
        return tuple(act for act in ACTS[self.kind] if act not in self.closed and (act != "return" or self.returns_to))

    @property
    def closed(self) -> tuple[str, ...]:
        """The acts of its kind that are refused at it, whoever tries them."""
        return ("reject",) if not self.rejects else ()


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk of the register or the map: what could go wrong, at a step (风险点)."""

    id: str
    title: Text
    at: str
    grade: str
    controls: tuple[str, ...]
    blind_spots: Text
    source: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where in the office's document the matter stands: rows of the register and the number of its map."""

    register: tuple[int, ...]
    map: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document that cases of a matter give (文书) with each act of the step ``after``, where ``when`` holds of what was on record then.

    It has an addressee, a text (a line is a paragraph) and a table of fields, any of which may be empty; those who did the steps of
    ``signed`` sign it. Nothing is judged by it.
    """

    id: str
    title: Text
    after: str
    when: Callable[[Values], Any] | None = None
    to: Text = Text("", "")
    text: Text = Text("", "")
    fields: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """One listed power and its process, compiled (事项). ``version`` is the SHA-256 of its canonical source; ``owner`` the post that
    answers for it, or ''."""

    id: str
    title: Text
    unit: str
    version: str
    source: Source
    record: Mapping[str, Field]
    params: Mapping[str, Any]
    steps: Mapping[str, Step]
    flow: Flow
    risks: tuple[Risk, ...]
    controls: tuple[Control, ...]
    plan: Plan
    calendar: Calendar
    names: Mapping[str, Text] = field(default_factory=dict)
    owner: str = ""
    documents: tuple[Document, ...] = ()

    def new_case(self, case_id: str = "") -> Case:
        """The empty case that an opening command is judged on."""
        return Case(self, case_id)

    def label(self, name: str) -> Text:
        """The title of a post, body, step, field or ledger, for explanations; the id itself when unknown."""
        if name in self.steps:
            return self.steps[name].title
        if name in self.record:
            return self.record[name].label
        return self.names.get(name, Text(name, name))


class Stand(NamedTuple):
    """That somebody stands in for a person at the steps of these posts, from a moment until another (exclusive; UTC texts)."""

    person: str
    posts: tuple[str, ...]
    since: str
    until: str


class Act(NamedTuple):
    """A step that was done in a case, by whom, as which post and with which values; ``behalf`` is whom they stood in for, '' for none.
    ``n`` is the case's number of accepted commands with it: of two acts of a second, it says which came first."""

    step: str
    act: str
    actor: str
    post: str
    at: str
    data: Values
    behalf: str = ""
    n: int = 0

    @property
    def people(self) -> tuple[str, ...]:
        """Who counts as having done it: a stand-in and whom they stood in for."""
        return (self.actor, self.behalf) if self.behalf else (self.actor,)


class Note(NamedTuple):
    """An act beside the steps that moved nothing: the steps that were urged, the people who may read the case or are named in a comment,
    the step that was handed over and to whom, or the step that opinions are asked on and of whom. ``n`` is the case's number of accepted
    commands with it."""

    act: str
    actor: str
    at: str
    to: tuple[str, ...]
    n: int


class Opinion(NamedTuple):
    """An opinion that whoever has a step to do asked of a person before doing it: by whom, when (UTC text) and why, and what came of it.
    ``agrees`` is None while the answer is missing; ``answered`` and ``words`` are '' until then."""

    step: str
    person: str
    by: str
    at: str
    why: str
    agrees: bool | None = None
    answered: str = ""
    words: str = ""


class Added(NamedTuple):
    """What a step of a case added to a shared entry, by column: in the unit of the column (a count, or fen)."""

    step: str
    ledger: str
    key: str
    figures: Mapping[str, int]


class Case(NamedTuple):
    """One run of a matter (办件).

    ``acts`` holds, by step, the acts that still count: returning a case to an earlier step drops those at and after it, so that
    an approval never outlives what it approved. ``n`` counts the accepted commands, ``notes`` holds those that moved nothing.
    ``passed`` says of waiting steps to whom of their post they were handed over, ``added`` what the acts that count added to entries of
    the ledgers, ``asked`` the opinions that were given on steps and count like their acts, and those that waiting steps wait for.
    """

    matter: Matter
    id: str
    status: str = "new"
    applicant: str = ""
    opened_at: str = ""
    values: Values = NOTHING
    position: Position = None
    acts: Mapping[str, tuple[Act, ...]] = NOTHING
    n: int = 0
    notes: tuple[Note, ...] = ()
    passed: Mapping[str, str] = NOTHING
    added: tuple[Added, ...] = ()
    asked: tuple[Opinion, ...] = ()

    @property
    def waiting(self) -> tuple[str, ...]:
        """The steps that can be taken now, in flow order."""
        return self.matter.flow.waiting(self.position) if self.status in ("new", "open") else ()

    @property
    def asking(self) -> tuple[Opinion, ...]:
        """The opinions that waiting steps wait for."""
        return tuple(one for one in self.asked if one.agrees is None) if self.asked else ()

    def moved_since(self, n: int) -> bool:
        """Whether anything but notes was accepted since the case had so many accepted commands."""
        return self.n - n != sum(note.n > n for note in self.notes)


class Command(NamedTuple):
    """What somebody wants to do. ``step`` is empty for an act beside the steps; ``post`` is the post it is done as; ``key`` makes a
    repeated submission harmless. ``behalf`` is whom they do it for ('' for themselves); ``stands`` is everybody whom they stand in for
    at that moment, whether or not they act for them now: it comes from the facts."""

    case: str
    step: str
    act: str
    data: Values
    actor: str
    post: str
    at: str
    key: str = ""
    behalf: str = ""
    stands: tuple[Stand, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """Who counts as doing it: whoever stands in for somebody is both, in whosever name they act."""
        return (self.actor, *dict.fromkeys(one.person for one in self.stands)) if self.stands else (self.actor,)

    @property
    def acted(self) -> tuple[str, ...]:
        """Who has acted in its case by it once it is accepted: nobody by a comment, which decides nothing."""
        if self.act == COMMENT:
            return ()
        return (self.actor, self.behalf) if self.behalf else (self.actor,)


class Event(NamedTuple):
    """What happened. Kinds: opened, done, returned, rejected, withdrawn, closed, urged, copied, passed, consulted, advised, recalled.
    ``to`` is the step returned to, handed over or asked about, the steps urged (a space between), or the outcome."""

    kind: str
    step: str
    act: str
    actor: str
    post: str
    at: str
    data: Values
    to: str = ""
    behalf: str = ""


class Refusal(NamedTuple):
    """A command that a gate turned down (拦截). ``shown`` are the values that failed; ``remedy`` says how to comply."""

    control: str
    kind: str
    family: str
    risk: str
    message: Text
    remedy: Text
    source: Text | None = None
    shown: Values = NOTHING


class FieldError(NamedTuple):
    """What is wrong with one field of a command."""

    field: str
    message: Text


class CommandError(ValueError):
    """A command that is malformed (422): nothing was judged and nothing is kept."""

    def __init__(self, errors: list[FieldError]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{e.field}: {e.message.zh} / {e.message.en}" for e in errors))
