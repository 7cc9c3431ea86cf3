"""The workbench of a person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db.models import Q, QuerySet

from lianfang.kernel import Case
from lianfang.kernel.controls.deadline import bearers, reminded, running
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.wording import joined
from lianfang.office.access import case_of, confidential, seen_cases, withheld
from lianfang.office.alerts import latest_open, open_alerts
from lianfang.office.duties import TAKEN, owed_by
from lianfang.office.engine import engine
from lianfang.office.lines import PAGE, case_lines, cut, status_title
from lianfang.office.people import NOBODY, Hands, addresses, hands_of, holders, names, posts_of, stands_of, title, views
from lianfang.office.refusals import latest_refusals
from lianfang.office.views import NOTHING, CaseLine, Desk, DutyLine, MatterLine, Page, TaskView
from lianfang.office.words import doing
from lianfang.store.models import CaseRow, Copy, Duty, Entry, Person, Task, acted

MOST_OVERDUE = 200
FAR = "9999"
"""What has no due date comes after what has one."""


def desk(person: str) -> Desk:
    """What waits for a person, what they did and started, the duties they owe and what they can start; first pages."""
    mine = latest_refusals(person, Entry.objects.filter(actor=person))
    return Desk(
        waiting(person), done(person), started(person), copied(person), duties(person), startable(person), open_alerts(person), mine,
        latest_open(person), _lines(person, _borne(person)),
    )  # fmt: skip


def waiting(person: str, page: int = 1, words: str = "") -> Page[CaseLine]:
    """What waits for a person (待办), most urgent first; with ``words``, here and below, only the cases whose number or title contains
    them."""
    found = _mine(person, words)
    return Page(_lines(person, cut(found, page)), page, len(found), PAGE)


def done(person: str, page: int = 1, words: str = "") -> Page[CaseLine]:
    """What a person did (已办), latest first."""
    found = CaseRow.objects.filter(acted(person), _saying(words)).values_list("id", "actors")
    acts = sorted(((json.loads(actors)[person], case_id) for case_id, actors in found), reverse=True)
    shown = cut(acts, page)
    entries = Entry.objects.in_bulk([entry for entry, _ in shown])
    rows = CaseRow.objects.in_bulk([case_id for _, case_id in shown])
    lines = case_lines(
        (rows[case_id], doing(engine().matter_of(rows[case_id].version), json.loads(entries[entry].body)["command"]), entries[entry].at, "")
        for entry, case_id in shown
    )
    return Page(lines, page, len(acts), PAGE)


def started(person: str, page: int = 1, words: str = "") -> Page[CaseLine]:
    """The cases a person started (我发起), latest first."""
    return _cases(CaseRow.objects.filter(_saying(words), applicant=person), page)


def copied(person: str, page: int = 1, words: str = "") -> Page[CaseLine]:
    """The cases that a person was named to read (抄送我的), the latest first."""
    closed = CaseRow.objects.filter(matter__in=confidential())
    found = Copy.objects.filter(person=person).exclude(case_id__in=closed.values("id")).order_by("-at", "-case_id")
    if words:
        found = found.filter(case_id__in=CaseRow.objects.filter(_saying(words)).values("id"))
    shown = cut(found, page)
    rows = CaseRow.objects.in_bulk([copy.case_id for copy in shown])
    stands = _stands(rows.values())
    lines = case_lines((rows[copy.case_id], _standing(stands.get(copy.case_id), rows[copy.case_id]), copy.at, "") for copy in shown)
    return Page(lines, page, found.count(), PAGE)


def find(person: str, words: str, page: int = 1) -> Page[CaseLine]:
    """The cases a person may see whose number or title contains the words, latest first."""
    return _cases(seen_cases(person).filter(_saying(words)), page)


def _saying(words: str) -> Q:
    """Cases whose number or title contains the words; all where there are none."""
    return Q(id__icontains=words) | Q(title__icontains=words) if words else Q()


def of_matter(person: str, matter: str, page: int = 1) -> Page[CaseLine]:
    """The cases of a matter that a person may see, latest first."""
    return _cases(seen_cases(person).filter(matter=matter), page)


def duties(person: str) -> tuple[DutyLine, ...]:
    """The turns of duties that a person's posts owe, most urgent first: those that are overdue (of very many the latest), those whose time
    still runs, and the latest that were done. What is owed is never crowded out by what was done since."""
    now = engine().now()
    mine = owed_by(person)
    completed = CaseRow.objects.filter(status="completed").values("id")
    owed = mine.exclude(case_id__in=completed)
    turns = [
        *reversed(owed.filter(due__lt=now).order_by("-due")[:MOST_OVERDUE]),
        *owed.filter(due__gte=now).order_by("due"),
        *mine.filter(case_id__in=completed).order_by("-due")[:PAGE],
    ]
    carried = CaseRow.objects.in_bulk([turn.case_id for turn in turns if turn.case_id])
    return tuple(_duty_line(turn, carried.get(turn.case_id)) for turn in turns)


def _duty_line(turn: Duty, row: CaseRow | None) -> DutyLine:
    office = engine()
    finished = row is not None and row.status == "completed"
    state = "done" if finished else "overdue" if turn.due < office.now() else "open"
    small, parent = office.current.get(turn.matter), office.current.get(turn.parent)
    return DutyLine(
        turn.matter, small.title if small else NOBODY, turn.parent, parent.title if parent else NOBODY,
        title(parent.unit) if parent else NOBODY, turn.period, turn.opens_at, turn.due, state,
        turn.case_id if row is not None and row.status in TAKEN else "",
    )  # fmt: skip


def startable(person: str) -> tuple[MatterLine, ...]:
    """The matters that a person can start: those of their unit that anybody of it may start, those that begin with a post of theirs,
    and every channel. Those of their own unit come first, the other units in the office's order. Other duties are started from their own
    list."""
    office = engine()
    known = Person.objects.filter(id=person).first()
    unit, posts = known.unit if known else "", posts_of(person)
    lines = []
    for name in office.catalogue.matters:
        matter = office.current[name]
        first = matter.steps[matter.plan.first]
        if matter.unit == unit if first.by == "applicant" else first.by in posts:
            lines.append(MatterLine(matter.id, matter.title, matter.unit, title(matter.unit), first.title))
    for name in sorted(confidential()):
        box = office.current[name]
        lines.append(MatterLine(name, box.title, box.unit, title(box.unit), box.steps[box.plan.first].title))
    return mine_first(lines, unit, list(office.catalogue.organisation.units))


def mine_first(lines: Iterable[MatterLine], unit: str, units: Sequence[str]) -> tuple[MatterLine, ...]:
    """Matters by unit: one's own first, the others in the office's order."""
    return tuple(sorted(lines, key=lambda line: (line.unit != unit, units.index(line.unit))))


def named(lines: Iterable[MatterLine], words: str) -> tuple[MatterLine, ...]:
    """Those of some matters whose title, unit or first step contains the words, in either language."""
    sought = words.casefold()
    return tuple(line for line in lines if any(sought in one.casefold() for one in (*line.title, *line.unit_title, *line.first_step)))


def tasks(person: str) -> tuple[TaskView, ...]:
    """Every step that waits for a person."""
    return _views(person, _mine(person))


def overdue(person: str) -> tuple[TaskView, ...]:
    """Every overdue step of others for whose time a person answers: theirs to see to, though not to take."""
    return _views(person, _borne(person))


def _views(person: str, found: Sequence[Task]) -> tuple[TaskView, ...]:
    rows = CaseRow.objects.in_bulk([task.case_id for task in found])
    return tuple(task_view(task, rows[task.case_id], person) for task in found if task.case_id in rows)


def task_view(task: Task, row: CaseRow, person: str) -> TaskView:
    """A waiting step as a page shows it."""
    matter = engine().matter_of(row.version)
    step = matter.steps[task.step]
    kind, _, name = task.whom.partition(":")
    absent, post = _for_whom(hands_of(person), task, matter), matter.plan.steps[task.step].post
    if kind == "person":
        who: tuple[str, ...] = (name,)
        by = title(post) if post else names(who).get(name, NOBODY)
    else:
        body = engine().catalogue.organisation.bodies.get(name)
        who = holders(body.posts if body else [name])
        by = title(name)
    return TaskView(
        task.case_id, task.step, step.title, step.kind, by, views(who), task.since, task.due, person in who or bool(absent), step.note,
        task.whom, task.urged or "", next(iter(views([absent])), None) if absent else None,
        post,
    )  # fmt: skip


def _mine(person: str, words: str = "") -> list[Task]:
    tasks = Task.objects.filter(whom__in=addresses(person)).exclude(case_id__in=withheld(person))
    found = [*tasks, *_handed_over(person)]
    if words:
        said = set(CaseRow.objects.filter(_saying(words), id__in={task.case_id for task in found}).values_list("id", flat=True))
        found = [task for task in found if task.case_id in said]
    return sorted(found, key=lambda task: (task.due or FAR, task.since, task.case_id))


def _handed_over(person: str) -> list[Task]:
    """What was handed over to somebody whom a person stands in for, at a post that was lent."""
    lent = {one.person: one.posts for one in stands_of(person)}
    tasks = Task.objects.filter(whom__in=[f"person:{one}" for one in lent]).exclude(case_id__in=withheld(person)) if lent else ()
    versions = dict(CaseRow.objects.filter(id__in=[task.case_id for task in tasks]).values_list("id", "version"))
    posts = ((task, engine().matter_of(versions[task.case_id]).plan.steps[task.step].post) for task in tasks)
    return [task for task, post in posts if post in lent[task.whom.removeprefix("person:")]]


def _borne(person: str) -> list[Task]:
    """The overdue tasks of others for whose time a person answers, the longest overdue first."""
    now = engine().now()
    acted_in = CaseRow.objects.filter(acted(person)).values("id")
    late = Task.objects.filter(due__gt="", due__lt=now, case_id__in=acted_in).exclude(whom__in=addresses(person)).order_by("due", "case_id")
    tasks = list(late[:MOST_OVERDUE])
    cases = {name: case_of(row) for name, row in CaseRow.objects.in_bulk([task.case_id for task in tasks]).items()}
    return [task for task in tasks if task.case_id in cases and _bears(person, task, cases[task.case_id], now)]


def _bears(person: str, task: Task, case: Case, now: str) -> bool:
    return any(item.moment < now and person in bearers(control, case) for control, item in running(case, task.step))


def _for_whom(hands: Hands, task: Task, matter: Matter) -> str:
    """For whom a person would do a task; '' for themselves, and for what they can't do."""
    kind, _, name = task.whom.partition(":")
    post = matter.plan.steps[task.step].post
    return hands.behalf(post, name if kind == "person" else "") if post else ""


def _lines(person: str, tasks: Sequence[Task]) -> tuple[CaseLine, ...]:
    """Waiting steps as the lines of a list."""
    rows = CaseRow.objects.in_bulk([task.case_id for task in tasks])
    shown = [(task, rows[task.case_id], engine().matter_of(rows[task.case_id].version)) for task in tasks if task.case_id in rows]
    lines = case_lines((row, matter.label(task.step), task.since, task.due) for task, row, matter in shown)
    hands, now = hands_of(person), engine().now()
    absent = [_for_whom(hands, task, matter) for task, _, matter in shown]
    called = names(absent) if any(absent) else {}
    return tuple(
        replace(line, urged=task.urged or "", behalf=called.get(whom, NOBODY) if whom else NOTHING, soon=_soon(row, task, now))
        for line, (task, row, _), whom in zip(lines, shown, absent, strict=True)
    )


def _soon(row: CaseRow, task: Task, now: str) -> bool:
    """Whether it is time to remind of what a task falls due by."""
    deadlines = engine().matter_of(row.version).plan.steps[task.step].deadlines
    if not task.due or task.due < now or not any(control.params["remind"] for control in deadlines):
        return False
    case = case_of(row)
    return any((told := reminded(control, case, item)) and told <= now <= item.moment for control, item in running(case, task.step))


def _cases(rows: QuerySet[CaseRow], page: int) -> Page[CaseLine]:
    ordered = rows.order_by("-last")
    shown = cut(ordered, page)
    stands = _stands(shown)
    lines = case_lines((row, _standing(stands.get(row.id), row), row.changed_at, "") for row in shown)
    return Page(lines, page, ordered.count(), PAGE)


def _stands(rows: Iterable[CaseRow]) -> dict[str, list[Text]]:
    """By case the steps that wait."""
    versions = {row.id: row.version for row in rows}
    stands: dict[str, list[Text]] = {}
    for task in Task.objects.filter(case_id__in=versions):
        stands.setdefault(task.case_id, []).append(engine().matter_of(versions[task.case_id]).label(task.step))
    return stands


def _standing(steps: Sequence[Text] | None, row: CaseRow) -> Text:
    return joined(steps) if steps else status_title(row.status)
