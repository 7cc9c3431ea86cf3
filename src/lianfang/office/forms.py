"""Forms made from a matter's record: what a step asks for, and what may be chosen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from lianfang.kernel import Command, CommandError, read
from lianfang.kernel.alike import visible
from lianfang.kernel.decide import FORWARD
from lianfang.kernel.model import Case, Field, FieldError, Matter, Text
from lianfang.kernel.returns import ways_back
from lianfang.kernel.wording import ACTS as ACT_TITLES
from lianfang.kernel.wording import both
from lianfang.office.access import actors_of, case_of, hidden_from, matter_in_force, seen_case, without_fields
from lianfang.office.duties import takes_turns, turns_of, untaken
from lianfang.office.engine import engine
from lianfang.office.files import Shelf, shelf
from lianfang.office.people import hands_of, holders, name, title, views
from lianfang.office.readings import opened
from lianfang.office.views import NOTHING, ActChoice, FormField, FormView, NotFound, Option
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
    shown = without_fields(case, hidden_from(person, case))
    opened(person, case, (name for name in case.matter.steps[step].form if name in shown.values))
    return _form(case.matter, shown, step, [person, *actors_of(row)])


def demand_whole(person: str, form: FormView, act: str, data: Mapping[str, Any], unread: Iterable[FieldError] = ()) -> None:
    """Raises CommandError with all that is wrong with what was filled in, each at its field, so that nobody is sent round twice: what
    could not be read of it (``unread``), what it names that is not there, and what the kernel finds.

    Without any of the first two it is the kernel that says the rest, when the command is judged.
    """
    case = case_of(seen_case(person, form.case_id)) if form.case_id else matter_in_force(form.matter).new_case()
    errors = [*unread, *(_nowhere(case.matter, form.step, data) if act in FORWARD else ())]
    if not errors:
        return
    told = {error.field for error in errors}
    try:
        read(case.matter, case, Command(form.case_id, form.step, act, data, person, "", engine().now()))
    except CommandError as error:
        errors += [found for found in error.errors if found.field not in told]
    raise CommandError(errors)


def _nowhere(matter: Matter, step: str, data: Mapping[str, Any]) -> Iterator[FieldError]:
    """What the fields of a step name, ledger entries and people, that the office does not have; what is no name is the kernel's to say."""
    for path, field, one in _named([matter.record[field] for field in matter.steps[step].form], data):
        if field.type == "entry" and not LedgerEntry.objects.filter(ledger=field.ledger, key=one).exists():
            ledger = matter.label(field.ledger)
            yield FieldError(
                path, Text(f"{ledger.zh}中没有“{one}”，请改选已有的一项", f"{ledger.en} has no “{one}”: choose one that it holds")
            )
        elif field.type != "entry" and not Person.objects.filter(id=one).exists():
            yield FieldError(
                path, Text(f"没有人员“{one}”，请改选本单位名册中的人员", f"there is nobody “{one}”: choose somebody of the office")
            )


def _named(fields: Iterable[Field], data: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Field, str]]:
    """(path, field, name) of every ledger entry and person that is named."""
    for field in fields:
        path, value = f"{within}{field.id}", data.get(field.id)
        if field.type == "list" and isinstance(value, list):
            for i, line in enumerate(value):
                if isinstance(line, dict):
                    yield from _named(field.of.values(), line, f"{path}[{i}].")
        elif field.type in ("entry", "person", "people"):
            names = value if field.type == "people" and isinstance(value, list) else [value]
            yield from ((path, field, name) for name in names if isinstance(name, str) and visible(name))


def _form(matter: Matter, case: Case | None, step_id: str, people: Sequence[str]) -> FormView:
    step = matter.steps[step_id]
    values: Mapping[str, Any] = case.values if case is not None else {}
    files = shelf(files_of(matter, values), people)
    acts = step.acts if case is not None else step.acts[:1]
    ways = ways_back(case, step_id) if case is not None else ()
    body = engine().catalogue.organisation.bodies.get(step.by.removeprefix("body:"))
    absent = hands_of(people[0]).behalf(step.by, case.passed.get(step_id, "")) if case is not None else ""
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
        fields=tuple(
            replace(_field(matter, matter.record[name], values.get(name), files, people), heading=step.headings.get(name, NOTHING))
            for name in step.form
        ),
        meeting=views(holders(body.posts)) if step.kind == "meeting" and body else (),
        secret=matter.plan.steps[step_id].secret,
        n=case.n if case is not None else 0,
        returns=tuple(Option(to, matter.label(to)) for to in ways),
        returns_to=step.returns_to if step.returns_to in ways else "",
        behalf=next(iter(views([absent])), None) if absent else None,
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
        turns = untaken(turns_of(person, matter)).order_by("due").values_list("period", flat=True)
        return tuple(Option(period, both(period)) for period in turns)
    match field.type:
        case "choice":
            return tuple(Option(value, label) for value, label in field.choices.items())
        case "entry":
            rows = LedgerEntry.objects.filter(ledger=field.ledger).order_by("key")
            found = (row for row in rows if not field.own or json.loads(row.data).get("unit") == matter.unit)
            return tuple(Option(row.key, titled(row)) for row in islice(found, MOST_OPTIONS))
        case "person" | "people":
            near, far = Person.objects.filter(unit=matter.unit), Person.objects.exclude(unit=matter.unit)
            people = [*near.order_by("id")[:MOST_OPTIONS], *far.order_by("unit", "id")[:MOST_OPTIONS]]
            return tuple(Option(p.id, name(p), title(p.unit), p.unit != matter.unit) for p in people)
    return ()
