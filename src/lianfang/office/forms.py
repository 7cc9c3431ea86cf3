"""Forms made from a matter's record: what a step asks for, and what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lianfang.kernel.decide import FORWARD
from lianfang.kernel.model import Case, Field, Matter, Text
from lianfang.kernel.returns import ways_back
from lianfang.kernel.wording import ACTS as ACT_TITLES
from lianfang.kernel.wording import both
from lianfang.office.access import actors_of, matter_in_force, seen_case
from lianfang.office.cases import case_of
from lianfang.office.duties import takes_turns, turns_of
from lianfang.office.engine import engine
from lianfang.office.files import Shelf, shelf
from lianfang.office.people import holders, name, title, views
from lianfang.office.views import ActChoice, FormField, FormView, NotFound, Option
from lianfang.office.words import files_of, titled
from lianfang.store.models import LedgerEntry, Person

SUBMIT = Text("提交", "Submit")
MOST_OPTIONS = 500


def opening_form(person: str, matter: str) -> FormView:
    """The form that opens a case of a matter (or of a duty's small matter). Raises NotFound."""
    found = matter_in_force(matter)
    return _form(found, None, found.plan.first, [person])


def step_form(person: str, case_id: str, step: str) -> FormView:
    """The form of a step, filled with what the record holds; for any step of the matter, whether it waits or not, since it is
    the kernel that judges. Raises NotFound."""
    row = seen_case(person, case_id)
    case = case_of(row)
    if step not in case.matter.steps:
        raise NotFound(Text(f"本事项没有环节“{step}”。", f"This matter has no step {step!r}."))
    return _form(case.matter, case, step, [person, *actors_of(row)])


def _form(matter: Matter, case: Case | None, step_id: str, people: Sequence[str]) -> FormView:
    step = matter.steps[step_id]
    values: Mapping[str, Any] = case.values if case is not None else {}
    files = shelf(files_of(matter, values), people)
    acts = step.acts if case is not None else step.acts[:1]
    ways = ways_back(case, step_id) if case is not None else ()
    body = engine().catalogue.organisation.bodies.get(step.by.removeprefix("body:"))
    return FormView(
        matter=matter.id,
        matter_title=matter.title,
        unit_title=title(matter.unit),
        case_id=case.id if case is not None else "",
        step=step_id,
        step_title=step.title,
        kind=step.kind,
        note=step.note,
        acts=tuple(ActChoice(act, SUBMIT if act == "do" else ACT_TITLES[act], act in FORWARD) for act in acts),
        fields=tuple(_field(matter, matter.record[name], values.get(name), files, people) for name in step.form),
        meeting=views(holders(body.posts)) if step.kind == "meeting" and body else (),
        n=case.n if case is not None else 0,
        returns=tuple(Option(to, matter.label(to)) for to in ways),
        returns_to=step.returns_to if step.returns_to in ways else "",
    )


def _field(matter: Matter, field: Field, value: Any, files: Shelf, people: Sequence[str]) -> FormField:
    return FormField(
        id=field.id,
        type="choice" if _is_turn(matter, field) else field.type,
        label=field.label,
        required=field.required,
        help=field.help,
        value=value,
        options=_options(matter, field, people[0]),
        columns=tuple(_field(matter, column, None, files, people) for column in field.of.values()),
        file=files.shown(str(value), people) if field.type == "file" and value else None,
        min=field.min,
        max=field.max,
    )


def _is_turn(matter: Matter, field: Field) -> bool:
    """Whether a field names the turn of a duty: it is chosen from the person's open ones."""
    return field.id == "period" and takes_turns(matter)


def _options(matter: Matter, field: Field, person: str) -> tuple[Option, ...]:
    if _is_turn(matter, field):
        turns = turns_of(person, matter).filter(case_id="").order_by("due").values_list("period", flat=True)
        return tuple(Option(period, both(period)) for period in turns)
    match field.type:
        case "choice":
            return tuple(Option(value, label) for value, label in field.choices.items())
        case "entry":
            rows = LedgerEntry.objects.filter(ledger=field.ledger).order_by("key")[:MOST_OPTIONS]
            return tuple(Option(row.key, titled(row)) for row in rows)
        case "person" | "people":
            people = Person.objects.filter(unit=matter.unit).order_by("id")[:MOST_OPTIONS]
            return tuple(Option(p.id, name(p), title(p.unit)) for p in people)
    return ()
