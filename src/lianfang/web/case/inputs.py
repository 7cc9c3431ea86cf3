"""A form as its template draws it: every input with what stands in it, what is wrong with it and how it is addressed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lianfang.kernel.fields import RETURNS_TO
from lianfang.kernel.model import FieldError, Text
from lianfang.office.views import ActChoice, FileView, Foresight, FormField, FormView, PersonView, RefusalView
from lianfang.web.case.typed import MEETING, Typed, ballots, cell, from_record, one, rows, vote

Files = Mapping[str, FileView]
BLANK_ROW = "__row__"
"""Stands for a row's number in the markup that the browser copies for a new row."""
VOTES: Mapping[str, Text] = {"for": Text("同意", "For"), "against": Text("反对", "Against"), "abstain": Text("弃权", "Abstain")}
OPINION = Text("意见", "Opinion")
BACK = Text("退回到", "Return to")
PHRASES: Mapping[str, tuple[Text, ...]] = {
    "approval": (
        Text("同意。", "Agreed."),
        Text("同意，请按规定办理。", "Agreed; proceed by the rules."),
        Text("材料不全，请补充后再报。", "Papers are missing; complete them and submit again."),
        Text("内容有误，请修改后再报。", "There are mistakes; mend them and submit again."),
        Text("不符合规定，不予同意。", "Against the rules; not agreed."),
    ),
    "meeting": (
        Text("会议同意。", "The meeting agrees."),
        Text("列席人员：", "Also attending: "),
    ),
}
"""Common phrases (常用语) for opinions."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose, and whether it is chosen. ``far`` ones stand after the others."""

    value: str
    label: Text
    group: Text
    far: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What is to be expected of what is filled in: words, and the refusal that they are of (None where it is malformed)."""

    message: Text
    refusal: RefusalView | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """One input. ``path`` is its name in the form and in errors, ``ident`` its id on the page."""

    path: str
    ident: str
    type: str
    label: Text
    help: Text
    required: bool
    text: str
    errors: tuple[Text, ...] = ()
    choices: tuple[Choice, ...] = ()
    file: FileView | None = None
    heads: tuple[FormField, ...] = ()
    rows: tuple[Row, ...] = ()
    blank: Row | None = None
    most: int | None = None
    heading: Text = Text("", "")
    foreseen: tuple[Foreseen, ...] = ()

    @property
    def foreseen_at(self) -> str:
        """The id of the place where what is to be expected of it is told."""
        return f"{self.ident}-foreseen"

    @property
    def grouped(self) -> bool:
        """Whether the input is several controls under one legend."""
        return self.type in ("bool", "people", "list")

    @property
    def near(self) -> tuple[Choice, ...]:
        """The choices that stand first."""
        return tuple(choice for choice in self.choices if not choice.far)

    @property
    def far(self) -> tuple[Choice, ...]:
        """Those that stand after them."""
        return tuple(choice for choice in self.choices if choice.far)

    @property
    def far_chosen(self) -> bool:
        """Whether one of those is chosen."""
        return any(choice.chosen for choice in self.far)

    @property
    def described_by(self) -> str:
        """The ids of what explains the input."""
        parts = (("error", self.errors), ("foreseen", self.foreseen), ("help", self.help))
        return " ".join(f"{self.ident}-{part}" for part, there in parts if there)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list."""

    number: str
    place: str
    cells: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a meeting: whether present, recused, and the vote."""

    person: PersonView
    present: bool
    recused: bool
    path: str
    vote: str
    voted: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of the error summary; ``ident`` is the input that it leads to, '' where there is none."""

    ident: str
    label: Text
    message: Text


@dataclass(frozen=True, slots=True)
class Form:
    """A form with everything that its page shows. ``key`` makes a repeated submission harmless."""

    view: FormView
    inputs: tuple[Input, ...]
    opinion: Input
    back: Input
    """To which step a return goes; without choices where there is nothing to choose."""
    members: tuple[Member, ...]
    tally: tuple[Input, ...]
    """How many voted how, at a secret ballot."""
    acts: tuple[ActChoice, ...]
    problems: tuple[Problem, ...] = ()
    refusal: RefusalView | None = None
    note: Text = Text("", "")
    answers: bool = False
    """Whether what stands in it was typed a moment ago, rather than on record."""
    left: bool = False
    """Whether it stands as its person left it, carried here through signing in or as a draft."""
    typed: Typed = field(default_factory=dict)
    foreseen: tuple[Foreseen, ...] = ()
    """What is to be expected whatever its inputs hold."""
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def phrases(self) -> tuple[Text, ...]:
        """Common phrases for the opinion."""
        return PHRASES.get(self.view.kind, ())

    @property
    def needs_reason(self) -> bool:
        """Whether some act turns the case back, which needs an opinion."""
        return not all(act.forward for act in self.acts)

    @property
    def asks_opinion(self) -> bool:
        """Whether the step is one where an opinion is given."""
        return self.view.kind != "task"

    @property
    def default(self) -> ActChoice | None:
        """The act that the enter key means: none where enter might approve by accident."""
        return self.acts[0] if self.view.kind == "task" and self.acts else None


def build(
    view: FormView,
    typed: Typed | None = None,
    errors: Iterable[FieldError] = (),
    files: Files | None = None,
    refusal: RefusalView | None = None,
    note: Text = Text("", ""),
) -> Form:
    """The form as it stands: with what the record holds, or with what was ``typed``; ``files`` are those behind typed hashes."""
    found = list(errors)
    draw = _Draw(view, from_record(view.fields) if typed is None else typed, found, files or {})
    inputs = tuple(draw.input(f, f.id) for f in view.fields)
    opinion = draw.input(FormField("opinion", "longtext", OPINION, required=False, max=2000), "opinion")
    ways = view.returns if len(view.returns) > 1 else ()
    chosen = draw.typed.get(RETURNS_TO) or (view.returns_to,)
    back_to = FormField(RETURNS_TO, "choice", BACK, required=False, options=ways)
    back = replace(draw, typed={**draw.typed, RETURNS_TO: chosen}).input(back_to, RETURNS_TO)
    members = tuple(draw.member(person) for person in view.meeting)
    how = VOTES.items() if view.secret else ()
    tally = tuple(draw.input(FormField(name, "int", label, required=False), ballots(name)) for name, label in how)
    known = {one.path: one for one in _all((*inputs, opinion))}
    problems = tuple(_problem(e, known) for e in found)
    return Form(view, inputs, opinion, back, members, tally, view.acts, problems, refusal, note, typed=draw.typed)


def foreseeing(form: Form, foresight: Foresight) -> Form:
    """The form with what is to be expected told at its inputs."""
    known = {drawn.path: drawn for drawn in _all((*form.inputs, form.opinion))}
    told: dict[str, list[Foreseen]] = {}
    for error in foresight.errors:
        problem, path = _problem(error, known), error.field.split("[")[0]
        line = "[" in error.field and problem.label.zh
        message = Text(f"{problem.label.zh}：{error.message.zh}", f"{problem.label.en}: {error.message.en}") if line else error.message
        told.setdefault(path if path in known else "", []).append(Foreseen(message))
    for coming in foresight.refusals:
        path = next((name for name in reversed(coming.fields) if name in known), "")  # the one that is filled in last
        told.setdefault(path, []).append(Foreseen(coming.refusal.message, coming.refusal))
    inputs = tuple(replace(drawn, foreseen=tuple(told.get(drawn.path, ()))) for drawn in form.inputs)
    opinion = replace(form.opinion, foreseen=tuple(told.get("opinion", ())))
    return replace(form, inputs=inputs, opinion=opinion, foreseen=tuple(told.get("", ())))


def ident(step: str, path: str) -> str:
    """The id on the page of an input: ``collect-invoices-0-amount``."""
    return f"{step}-{re.sub(r'[^A-Za-z0-9_]+', '-', path).strip('-')}"


@dataclass(frozen=True, slots=True)
class _Draw:
    """Draws the inputs of one form."""

    view: FormView
    typed: Typed
    errors: Sequence[FieldError]
    files: Files

    def input(self, field: FormField, path: str) -> Input:
        drawn = Input(
            path=path,
            ident=ident(self.view.step, path),
            type=field.type,
            label=field.label,
            help=field.help,
            required=field.required,
            text=one(self.typed, path),
            errors=tuple(error.message for error in self.errors if error.field == path),
            choices=tuple(Choice(o.value, o.label, o.group, o.far, o.value in self.typed.get(path, ())) for o in field.options),
            file=self.file(field, path),
            most=field.max if field.type in ("text", "longtext") else None,
            heading=field.heading,
        )
        return self.list(drawn, field) if field.type == "list" else drawn

    def list(self, drawn: Input, field: FormField) -> Input:
        numbers = [str(number) for number in rows(self.typed, field.id)] or ["0"]
        return replace(drawn, heads=field.columns, rows=tuple(self.row(field, n) for n in numbers), blank=self.row(field, BLANK_ROW))

    def row(self, field: FormField, number: str) -> Row:
        cells = tuple(self.input(column, cell(field.id, number, column.id)) for column in field.columns)
        return Row(number, f"{field.id}[{number}]", cells)

    def file(self, field: FormField, path: str) -> FileView | None:
        if field.type != "file":
            return None
        sha256 = one(self.typed, path)
        return field.file if field.file is not None and field.file.sha256 == sha256 else self.files.get(sha256)

    def member(self, person: PersonView) -> Member:
        present, recused, voted = (person.id in self.typed.get(name, ()) for name in MEETING)
        return Member(person, present, recused, vote(person.id), one(self.typed, vote(person.id)), voted)


def _all(inputs: Iterable[Input]) -> Iterable[Input]:
    for drawn in inputs:
        yield drawn
        for row in drawn.rows:
            yield from row.cells


def _problem(error: FieldError, known: Mapping[str, Input]) -> Problem:
    """Where an error leads to: the input itself, or its list when the cell isn't there."""
    found = known.get(error.field) or known.get(re.sub(r"\[.*", "", error.field))
    if found is None:
        return Problem("", Text("", ""), error.message)
    if found.path != error.field or "[" not in error.field:
        return Problem(found.ident, found.label, error.message)
    number = int(error.field.split("[")[1].split("]")[0]) + 1
    return Problem(found.ident, Text(f"第 {number} 行 {found.label.zh}", f"Line {number}, {found.label.en}"), error.message)
