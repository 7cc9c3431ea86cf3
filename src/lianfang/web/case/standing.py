"""Where a case stands, for its page: what is asked of a person, what comes after it, and what may be tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from lianfang.kernel.model import BESIDE, FieldError, Text
from lianfang.kernel.wording import ACTS, joined
from lianfang.office import drafts, forms
from lianfang.office.views import CaseView, MapRow, Outcome, PersonView, RefusalView, RiskView, TaskView, TimelineItem, ValueView
from lianfang.web.case.begun import begun
from lianfang.web.case.inputs import Form

MOST_NEXT = 4


@dataclass(frozen=True, slots=True)
class Ask:
    """A step that is asked of a person: its task and form, what is on record besides, the risks it guards against, and the steps
    that may follow. ``returned`` is the act that sent the case back, where that was the last one: its opinion says what to mend."""

    task: TaskView
    form: Form
    known: tuple[ValueView, ...]
    why: tuple[RiskView, ...]
    then: tuple[MapRow, ...]
    returned: TimelineItem | None


@dataclass(frozen=True, slots=True)
class Tried:
    """An act beside the steps that could not be done: why, and what was filled in."""

    act: str
    errors: Sequence[FieldError] = ()
    typed: QueryDict | None = None
    refusal: RefusalView | None = None

    @property
    def opinion(self) -> str:
        """What was said with it."""
        return str(self.typed.get("opinion", "")) if self.typed else ""

    @property
    def taker(self) -> str:
        """To whom it should have been handed over."""
        return str(self.typed.get("taker", "")).partition(":")[2] if self.typed else ""

    @property
    def step(self) -> str:
        """On which step an opinion should have been asked."""
        return str(self.typed.get("step", "")) if self.typed else ""

    @property
    def agrees(self) -> str:
        """Whether who was asked said that they agree: ``yes``, ``no`` or ''."""
        return str(self.typed.get("agrees", "")) if self.typed else ""

    @property
    def people(self) -> Sequence[str]:
        """Who was named."""
        return self.typed.getlist("people") if self.typed else ()


def asks(person: PersonView, view: CaseView) -> tuple[Ask, ...]:
    """What is asked of a person in a case."""
    places = {task: reverse("step", args=[view.id, task.step]) for task in view.waiting if task.mine}
    kept = drafts.held(person.id, places.values()) if places else {}
    forms_of = ((task, begun(person.id, forms.step_form(person.id, view.id, task.step), kept.get(place))) for task, place in places.items())
    return tuple(_ask(view, task, form) for task, form in forms_of)


def _ask(view: CaseView, task: TaskView, form: Form) -> Ask:
    return Ask(task, form, known(view, form), _row(view, task.step).risks, following(view.map, task.step), _returned(view))


def _returned(view: CaseView) -> TimelineItem | None:
    last = [item for item in view.timeline if item.kind == "accepted" and item.act not in BESIDE.values()][-1]
    return last if last.act == ACTS["return"] else None


def known(view: CaseView, form: Form) -> tuple[ValueView, ...]:
    """What is on record and does not stand in the form itself: what the person has to have before them."""
    inputs = {drawn.path for drawn in form.inputs}
    return tuple(value for value in view.values if value.id not in inputs)


def rewritten(view: CaseView, asked: Sequence[Ask]) -> tuple[ValueView, ...]:
    """What changed of the record and stands only in the forms that are asked of the person, which show what it is now."""
    shown = {value.id for ask in asked for value in ask.known}
    return tuple(value for value in view.values if value.changes and value.id not in shown) if asked else ()


def since(view: CaseView, n: int | None) -> tuple[TimelineItem, ...]:
    """What was accepted in a case since somebody saw it with so many acts."""
    return tuple(item for item in view.timeline if item.kind == "accepted" and n is not None and item.n > n)


def following(rows: Sequence[MapRow], step: str) -> tuple[MapRow, ...]:
    """What comes after a step: the next step on the way that the values of the case lead to, and before it the first step of each
    branch of which they can't tell yet."""
    at = next(index for index, row in enumerate(rows) if row.step == step)
    found: list[MapRow] = []
    for row in rows[at + 1 :]:
        if row.state not in ("ahead", "now"):
            continue
        if not any(row.condition and row.condition == other.condition for other in found):
            found.append(row)
        if row.coming == "comes" or len(found) == MOST_NEXT:
            break
    return tuple(found)


def linked(person: PersonView, view: CaseView) -> frozenset[str]:
    """The steps whose forms the map leads to: those that wait, and those that a post of the person takes."""
    waiting = {task.step for task in view.waiting}
    return frozenset(row.step for row in view.map if row.step in waiting or row.by in person.posts)


def told(outcome: Outcome, view: CaseView) -> Text:
    """What an accepted act led to: its evidence, and what comes next by whom."""
    kept = Text(f"已受理，存证第 {outcome.entry} 号。", f"Accepted, entry {outcome.entry} of the evidence. ")
    if not view.waiting:
        return Text(f"{kept.zh}本件{view.status_title.zh}。", f"{kept.en}The case is {view.status_title.en}.")
    following = joined(_next(task) for task in view.waiting)
    return Text(f"{kept.zh}下一环节：{following.zh}。", f"{kept.en}Next: {following.en}.")


def _next(task: TaskView) -> Text:
    who = Text("由您办理", "yours") if task.mine else joined(person.name for person in task.holders) or task.by
    by = f"{task.by.zh} " if not task.mine and who != task.by else ""
    by_en = f"{task.by.en}: " if by else ""
    return Text(f"{task.step_title.zh}（{by}{who.zh}）", f"{task.step_title.en} ({by_en}{who.en})")


def _row(view: CaseView, step: str) -> MapRow:
    return next(row for row in view.map if row.step == step)
