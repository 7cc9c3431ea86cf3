"""The workbench of a person."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from lianfang.kernel import Case
from lianfang.kernel.controls.deadline import bearers, reminded, running
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.kernel.wording import joined, quoted
from lianfang.office import drafts
from lianfang.office.access import case_of, newest, seen_cases
from lianfang.office.alerts import latest_open, open_alerts
from lianfang.office.alerts import waiting as worked
from lianfang.office.channels import confidential, withheld
from lianfang.office.duties import TAKEN, owed, owed_by
from lianfang.office.duties import done as performed
from lianfang.office.engine import engine
from lianfang.office.lines import PAGE, case_lines, cut, paged, status_title
from lianfang.office.people import NOBODY, Hands, addresses, called, hands_of, holders, names, posts_of, stands_of, title, views
from lianfang.office.refusals import latest_refusals
from lianfang.office.views import COUNTED, NOTHING, CaseLine, Desk, DutyLine, MatterLine, MentionLine, Page, TaskView
from lianfang.office.words import doing
from lianfang.store.models import CaseRow, Copy, Duty, Entry, Mention, Part, Person, Task, acted

MOST_OVERDUE = 200
MOST_MENTIONS = 50
REMEMBERED = timedelta(days=30)
ORDERS: Mapping[str, Text] = {
    "due": Text("按时限", "By when it falls due"),
    "since": Text("最近到达的在前", "Newest first"),
    "matter": Text("按事项", "By matter"),
}
"""In what order what waits may be listed. It is all read before, so each costs the same; longer lists have the one that their index has."""
ASKED = Text("被征求意见的人", "who is asked for an opinion")
LOOKED_THROUGH = 1_000
"""Of how many cases a list is made, and in how many words are looked for: the newest of those there are."""
A_NUMBER = re.compile(r"\d{6}[\dA-Za-z-]*", re.ASCII).fullmatch
"""What may be the number of a case, or its beginning: at least the year and the month."""
FAR = "9999"
"""What has no due date comes after what has one."""


def desk(person: str) -> Desk:
    """What waits for a person, what they did, started and began to write, the duties they owe and what they can start; first pages."""
    mine = latest_refusals(person, Entry.objects.filter(_open_to(person), actor=person))
    return Desk(
        waiting(person), done(person), started(person), copied(person), drafts.listed(person), duties(person), startable(person),
        open_alerts(person), mine, latest_open(person), worked(person), _lines(person, _borne(person)), mentions(person),
    )  # fmt: skip


def _open_to(person: str) -> Q:
    """What a person tried, but in cases of channels that are not there for them: why it could not be would tell of these."""
    closed = confidential()
    theirs = seen_cases(person).filter(matter__in=closed).values("id")
    return ~Q(matter__in=closed) | Q(case_id=None) | Q(case_id__in=theirs)


def waiting(person: str, page: int = 1, words: str = "", late: bool = False, unit: str = "", order: str = "due") -> Page[CaseLine]:
    """What waits for a person (待办), most urgent first, or in another of the ``ORDERS``; with ``words``, here and below, only the cases
    whose number or title contains them, whose matter is called so, or whose applicant is (by name or its initials in pinyin), with ``unit``
    only those of its matters; with ``late`` only what is overdue."""
    found = [task for task in _mine(person, words, unit) if not late or (task.due and task.due < engine().now())]
    if order == "since":
        found.sort(key=lambda task: (task.since, task.case_id), reverse=True)
    elif order == "matter":
        of = dict(CaseRow.objects.filter(id__in={task.case_id for task in found}).values_list("id", "matter"))
        found.sort(key=lambda task: of.get(task.case_id, ""))
    return Page(_lines(person, cut(found, page)), page, len(found), PAGE)


def done(person: str, page: int = 1, words: str = "", unit: str = "") -> Page[CaseLine]:
    """What a person did (已办), latest first."""
    found = Part.objects.filter(person=person).order_by("-last")
    far = _far(found, words or unit)
    if words or unit:
        found = found.filter(case_id__in=_saying_so(found.values_list("case_id", flat=True)[:LOOKED_THROUGH], words, unit))
    shown = cut(found, page)
    entries = Entry.objects.in_bulk([part.last for part in shown])
    rows = CaseRow.objects.in_bulk([part.case_id for part in shown])
    lines = case_lines(
        (
            rows[part.case_id], doing(engine().matter_of(rows[part.case_id].version), json.loads(entries[part.last].body)["command"]),
            entries[part.last].at, "",
        )
        for part in shown
    )  # fmt: skip
    return paged(found, lines, page, through=far)


def started(person: str, page: int = 1, words: str = "", late: bool = False, unit: str = "") -> Page[CaseLine]:
    """The cases a person started (我发起): those in which something is overdue first, then the latest."""
    theirs = CaseRow.objects.filter(applicant=person)
    listed = theirs.order_by("-id").values_list("id", flat=True)[: LOOKED_THROUGH + 1]
    return _cases(listed, lambda: theirs, words, page, late=late, unit=unit)


def copied(person: str, page: int = 1, words: str = "", unit: str = "") -> Page[CaseLine]:
    """The cases that a person was named to read (抄送我的), the latest first."""
    closed = CaseRow.objects.filter(id=OuterRef("case_id"), matter__in=confidential())
    found = Copy.objects.filter(~Exists(closed), person=person).order_by("-at", "-case_id")
    far = _far(found, words or unit)
    if words or unit:
        found = found.filter(case_id__in=_saying_so(found.values_list("case_id", flat=True)[:LOOKED_THROUGH], words, unit))
    shown = cut(found, page)
    rows = CaseRow.objects.in_bulk([copy.case_id for copy in shown])
    stands = _stands(rows.values())
    lines = case_lines((rows[copy.case_id], _standing(stands.get(copy.case_id), rows[copy.case_id]), copy.at, "") for copy in shown)
    return paged(found, lines, page, through=far)


def mentions(person: str) -> tuple[MentionLine, ...]:
    """The comments that name a person on cases where they have done nothing since, the latest first; of the last thirty days."""
    since = utc_text(utc_moment(engine().now()) - REMEMBERED)
    found = {one.case_id: one.entry_id for one in Mention.objects.filter(person=person).order_by("-entry_id")[:MOST_MENTIONS]}
    entries = Entry.objects.in_bulk(list(found.values()))
    rows = {row.id: row for row in seen_cases(person).filter(id__in=found)} if found else {}
    waiting = [
        (rows[case_id], entries[entry])
        for case_id, entry in found.items()
        if case_id in rows and entries[entry].at >= since and json.loads(rows[case_id].actors).get(person, 0) < entry
    ]
    known = names(entry.actor for _, entry in waiting)
    return tuple(
        MentionLine(
            row.id, row.title, engine().matter_of(row.version).title, title(row.unit), known.get(entry.actor, NOBODY),
            str(json.loads(entry.body)["command"]["data"]["opinion"]), entry.at,
        )
        for row, entry in waiting
    )  # fmt: skip


def find(person: str, words: str, page: int = 1, unit: str = "", late: bool = False) -> Page[CaseLine]:
    """The newest cases a person may see, of a ``unit`` where it is named, the latest change first; of those that the words find, those in
    which something is overdue come before, or with ``late`` alone, of whatever age. One of any age is found by its number too, or by the
    beginning of it that says the day or the month."""

    def seen() -> QuerySet[CaseRow]:
        return seen_cases(person).filter(unit=unit) if unit else seen_cases(person)

    numbered = seen().filter(id__startswith=words.upper()) if A_NUMBER(words) else CaseRow.objects.none()
    also = numbered.order_by("-id").values_list("id", flat=True)[:LOOKED_THROUGH]
    listed = () if late else newest(person, LOOKED_THROUGH + 1, unit=unit)
    return _cases(listed, seen, words, page, also=also, late=late, late_first=bool(words or unit))


def late_by_unit(person: str) -> dict[str, int]:
    """Of the cases that a person may see, how many of each unit have something overdue in them."""
    return dict(_late(seen_cases(person)).order_by().values_list("unit").annotate(count=Count("id")))


def waiting_count(person: str) -> int:
    """How much waits for a person."""
    return len(_mine(person))


def _saying(words: str, unit: str = "") -> Q:
    """Cases of a unit, where it is named, whose number or title contains the words, whose matter is called so or whose applicant is; all
    where there are none."""
    of = Q(unit=unit) if unit else Q()
    if not words:
        return of
    sought = words.casefold()
    matters = [name for name, matter in engine().current.items() if any(sought in one.casefold() for one in matter.title)]
    return of & (Q(id__icontains=words) | Q(title__icontains=words) | Q(matter__in=matters) | Q(applicant__in=called(words)))


def _saying_so(cases: Iterable[str], words: str, unit: str = "") -> list[str]:
    """Those of some cases, not too many, that the words find, of a unit where it is named."""
    return list(CaseRow.objects.filter(_saying(words, unit), id__in=list(cases)).values_list("id", flat=True))


def _far(found: QuerySet[Any], words: str) -> int:
    """In how many of a list words are looked for, where it is longer than that; else 0."""
    return LOOKED_THROUGH if words and found.order_by()[: LOOKED_THROUGH + 1].count() > LOOKED_THROUGH else 0


def of_matter(person: str, matter: str, page: int = 1, step: str = "") -> Page[CaseLine]:
    """The newest cases of a matter that a person may see, the latest change first; with ``step`` those that wait there, of whatever age."""

    def seen() -> QuerySet[CaseRow]:
        return seen_cases(person).filter(matter=matter)

    if step:
        waiting = seen().filter(id__in=Task.objects.filter(step=step).values("case_id"))
        return _cases((), seen, "", page, also=waiting.values_list("id", flat=True), late_first=False)
    return _cases(newest(person, LOOKED_THROUGH + 1, matter), seen, "", page, late_first=False)


def duties(person: str) -> tuple[DutyLine, ...]:
    """The turns of duties that a person's posts owe, most urgent first: those that are overdue (of very many the latest), those whose time
    still runs, and the latest that were done. What is owed is never crowded out by what was done since."""
    now = engine().now()
    mine = owed_by(person)
    left = owed(mine)
    turns = [
        *reversed(left.filter(due__lt=now).order_by("-due")[:MOST_OVERDUE]),
        *left.filter(due__gte=now).order_by("due"),
        *performed(mine).order_by("-due")[:PAGE],
    ]
    return turn_lines(turns)


def turn_lines(turns: Iterable[Duty]) -> tuple[DutyLine, ...]:
    """Turns of duties as the lines of a list."""
    listed = list(turns)
    carried = CaseRow.objects.in_bulk([turn.case_id for turn in listed if turn.case_id])
    return tuple(_duty_line(turn, carried.get(turn.case_id)) for turn in listed)


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
    return tuple(_task_views(person, ((task, rows[task.case_id]) for task in found if task.case_id in rows)))


def task_view(task: Task, row: CaseRow, person: str) -> TaskView:
    """A waiting step, or an opinion that is waited for, as a page shows it."""
    return next(_task_views(person, [(task, row)]))


def _task_views(person: str, found: Iterable[tuple[Task, CaseRow]]) -> Iterator[TaskView]:
    """The same of many: who holds what and who is who is asked once, however many wait for the same."""
    hands, shown = hands_of(person), cache(views)
    held = cache(holders)
    for task, row in found:
        matter = engine().matter_of(row.version)
        if not task.step:
            asked = task.whom.removeprefix("person:")
            yield TaskView(
                task.case_id, task.item, _called(task, matter), "opinion", ASKED, shown((asked,)), task.since, "", person == asked,
                whom=task.whom, act="advise",
            )  # fmt: skip
            continue
        step = matter.steps[task.step]
        kind, _, name = task.whom.partition(":")
        absent, post = _for_whom(hands, task, matter), matter.plan.steps[task.step].post
        if kind == "person":
            who: tuple[str, ...] = (name,)
            by = title(post) if post else next((one.name for one in shown(who)), NOBODY)
        else:
            body = engine().catalogue.organisation.bodies.get(name)
            who = held(tuple(body.posts) if body else (name,))
            by = title(name)
        yield TaskView(
            task.case_id, task.step, step.title, step.kind, by, shown(who), task.since, task.due, person in who or bool(absent), step.note,
            task.whom, task.urged or "", next(iter(shown((absent,))), None) if absent else None,
            post,
        )  # fmt: skip


def _mine(person: str, words: str = "", unit: str = "") -> list[Task]:
    tasks = Task.objects.filter(whom__in=addresses(person)).exclude(case_id__in=withheld(person))
    found = [*tasks, *_handed_over(person)]
    if words or unit:
        said = set(_saying_so({task.case_id for task in found}, words, unit))
        found = [task for task in found if task.case_id in said]
    return sorted(found, key=lambda task: (task.due or FAR, task.since, task.case_id))


def _handed_over(person: str) -> list[Task]:
    """What was handed over to somebody whom a person stands in for, at a post that was lent."""
    lent = {one.person: one.posts for one in stands_of(person)}
    theirs = Task.objects.filter(whom__in=[f"person:{one}" for one in lent]).exclude(step="")
    tasks = theirs.exclude(case_id__in=withheld(person)) if lent else ()
    versions = dict(CaseRow.objects.filter(id__in=[task.case_id for task in tasks]).values_list("id", "version"))
    posts = ((task, engine().matter_of(versions[task.case_id]).plan.steps[task.step].post) for task in tasks)
    return [task for task, post in posts if post in lent[task.whom.removeprefix("person:")]]


def _borne(person: str) -> list[Task]:
    """The overdue tasks of others for whose time a person answers, the longest overdue first."""
    now = engine().now()
    acted_in = CaseRow.objects.filter(acted(person), id=OuterRef("case_id"))
    late = Task.objects.filter(Exists(acted_in), due__gt="", due__lt=now).exclude(whom__in=addresses(person))
    tasks = list(late.order_by("due", "case_id")[:MOST_OVERDUE])
    cases = {name: case_of(row) for name, row in CaseRow.objects.in_bulk([task.case_id for task in tasks]).items()}
    return [task for task in tasks if task.case_id in cases and _bears(person, task, cases[task.case_id], now)]


def _bears(person: str, task: Task, case: Case, now: str) -> bool:
    return any(item.moment < now and person in bearers(control, case) for control, item in running(case, task.step))


def _called(task: Task, matter: Matter) -> Text:
    """What a person is asked for: the step, or an opinion on it."""
    if task.step:
        return matter.label(task.step)
    on = quoted(matter.label(task.item))
    return Text(f"就{on.zh}答复意见", f"Opinion on {on.en}")


def _for_whom(hands: Hands, task: Task, matter: Matter) -> str:
    """For whom a person would do a task; '' for themselves, and for what they can't do."""
    kind, _, name = task.whom.partition(":")
    post = matter.plan.steps[task.step].post if task.step else ""
    return hands.behalf(post, name if kind == "person" else "") if post else ""


def _lines(person: str, tasks: Sequence[Task]) -> tuple[CaseLine, ...]:
    """Waiting steps as the lines of a list."""
    rows = CaseRow.objects.in_bulk([task.case_id for task in tasks])
    shown = [(task, rows[task.case_id], engine().matter_of(rows[task.case_id].version)) for task in tasks if task.case_id in rows]
    lines = case_lines((row, _called(task, matter), task.since, task.due) for task, row, matter in shown)
    hands, now = hands_of(person), engine().now()
    absent = [_for_whom(hands, task, matter) for task, _, matter in shown]
    known = names(absent) if any(absent) else {}
    return tuple(
        replace(
            line,
            urged=task.urged or "",
            behalf=known.get(whom, NOBODY) if whom else NOTHING,
            soon=_soon(row, task, now),
            batch=task.step if task.step and not whom and matter.steps[task.step].batch else "",
            n=row.n,
        )
        for line, (task, row, matter), whom in zip(lines, shown, absent, strict=True)
    )


def _soon(row: CaseRow, task: Task, now: str) -> bool:
    """Whether it is time to remind of what a task falls due by."""
    if not task.due or task.due < now:
        return False
    if not any(control.params["remind"] for control in engine().matter_of(row.version).plan.steps[task.step].deadlines):
        return False
    case = case_of(row)
    return any((told := reminded(control, case, item)) and told <= now <= item.moment for control, item in running(case, task.step))


def _cases(
    listed: Iterable[str], seen: Callable[[], QuerySet[CaseRow]], words: str, page: int, *, also: Iterable[str] = (), late: bool = False,
    late_first: bool = True, unit: str = "",
) -> Page[CaseLine]:  # fmt: skip
    """A page of some cases, the latest change first: of the newest of those ``listed``, of ``also`` and of all in which something is
    overdue, those that the words find. With ``late`` only what is overdue, with ``late_first`` that before the others."""
    numbers = [*listed]
    far = len(numbers) > LOOKED_THROUGH and not late
    overdue = set(_late(seen()).values_list("id", flat=True)) if late or late_first or far else set[str]()
    wanted = overdue if late else overdue.union(numbers[:LOOKED_THROUGH], also)
    found = dict(CaseRow.objects.filter(_saying(words, unit), id__in=wanted).values_list("id", "last"))
    order = sorted(found, key=lambda one: (late_first and one in overdue, found[one]), reverse=True)
    on_page = cut(order, page)
    known = CaseRow.objects.in_bulk(on_page)
    shown = [known[case_id] for case_id in on_page]
    stands, dues = _stands(shown), _dues(shown)
    lines = case_lines((row, _standing(stands.get(row.id), row), row.changed_at, dues.get(row.id, "")) for row in shown)
    return Page(lines, page, min(len(order), COUNTED), PAGE, len(order) <= COUNTED, LOOKED_THROUGH if far else 0)


def _stands(rows: Iterable[CaseRow]) -> dict[str, list[Text]]:
    """By case the steps that wait."""
    versions = {row.id: row.version for row in rows}
    stands: dict[str, list[Text]] = {}
    for task in Task.objects.filter(case_id__in=versions).exclude(step=""):
        stands.setdefault(task.case_id, []).append(engine().matter_of(versions[task.case_id]).label(task.step))
    return stands


def _late(rows: QuerySet[CaseRow]) -> QuerySet[CaseRow]:
    """Those of some cases in which something is overdue."""
    return rows.filter(id__in=Task.objects.filter(due__gt="", due__lt=engine().now()).values("case_id"))


def _dues(rows: Iterable[CaseRow]) -> dict[str, str]:
    """By case when what waits falls due first."""
    found = Task.objects.filter(case_id__in=[row.id for row in rows], due__gt="").values_list("case_id").annotate(first=Min("due"))
    return dict(found)


def _standing(steps: Sequence[Text] | None, row: CaseRow) -> Text:
    return joined(steps) if steps else status_title(row.status)
