"""What the clock brings: turns of duties that open, deadlines and turns that are missed, differences, draws, drafts and guesses to
forget, and checkpoints of the log."""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import timedelta

from django.db import close_old_connections
from django.db.models import QuerySet

from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.deadline import about_late, due, explain, reached
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Case, Matter, Text
from lianfang.kernel.schedule import NO_GUESS, office_day
from lianfang.kernel.turns import a_year_before
from lianfang.kernel.wording import both, moment, several
from lianfang.office import drafts, guesses
from lianfang.office.access import case_of
from lianfang.office.alert_log import raise_alert, report
from lianfang.office.duties import owed, untaken
from lianfang.office.engine import Engine, engine
from lianfang.office.guarded import guarded
from lianfang.office.people import NOBODY, every_holding, holders, names
from lianfang.store.models import Alert, CaseRow, Duty, Task

_log = logging.getLogger(__name__)

CERTAIN = 3
KEPT_EVERY = timedelta(hours=1)
"""How often at most a checkpoint of a log that grows is kept."""


def sweep() -> None:
    """Look at everything that depends on the clock, once."""
    office = engine()
    open_turns(office)
    look(office)


def look(office: Engine) -> None:
    """Look at all of it but the turns that are still to open."""
    office.sampling.sweep(lambda post: holders([post]))
    _overdue(office)
    _missed(office)
    office.watch.sweep()
    office.reconciling.sweep()
    report(office)
    drafts.sweep(office.now())
    guesses.sweep(office.now())
    office.log.keep(office.now(), KEPT_EVERY)


def sweep_quietly() -> None:
    """The same from a thread: a failure is reported and the next turn tries again."""
    try:
        sweep()
    except Exception:
        _log.exception("定时检查失败 / the sweep failed")
    finally:
        close_old_connections()


def open_turns(office: Engine) -> None:
    """Open the turns of duties that have begun, and take back those that nobody is asked for any more: of a text that was replaced, or of
    a holder who left in time. What was due before a duty came into force here is not held against anybody."""
    now, held = office.now(), every_holding()
    small = {name: one for name, one in office.duties.items() if KINDS[one[1].kind].turns is not None}
    rows = Duty.objects.filter(matter__in=small)
    known, waiting = defaultdict[str, set[tuple[str, str]]](set), defaultdict[str, list[Duty]](list)
    for name, period, holder in rows.filter(opens_at__gt=a_year_before(now)).values_list("matter", "period", "holder"):
        known[name].add((period, holder))
    for row in untaken(rows.filter(due__gt=now)):
        waiting[row.matter].append(row)
    new: list[Duty] = []
    for name, (matter, control) in small.items():
        turns_of = KINDS[control.kind].turns
        assert turns_of is not None
        with guarded(office, matter, control):
            since = min(office.in_force(office.current[name]), now)
            asked = {turn.key: turn for turn in turns_of(control, matter.calendar.guessing(), held, since, now)}
            for row in waiting[name]:
                if (row.period, row.holder) not in asked:
                    row.delete()
            new += [
                Duty(
                    matter=name, parent=matter.id, control=control.id, period=turn.period, post=turn.post, opens_at=turn.opens,
                    due=turn.due, holder=turn.holder,
                )
                for key, turn in asked.items()
                if key not in known[name]
            ]  # fmt: skip
    Duty.objects.bulk_create(new, ignore_conflicts=True)


def _overdue(office: Engine) -> None:
    """Alert for every deadline that a case has passed while it waits for that step, or still for one before it."""
    now = office.now()
    for task in Task.objects.filter(due__gt="", due__lt=now):
        row = CaseRow.objects.get(id=task.case_id)
        case = case_of(row)
        for control in case.matter.plan.steps[task.step].deadlines:
            # What is late in a duty's small matter is the duty's own alert.
            matter, raised = office.duties.get(case.matter.id, (case.matter, control))
            with guarded(office, matter, raised, case.id):
                _late_case(office, task, case, control, (matter, raised))


def _late_case(office: Engine, task: Task, case: Case, control: Control, whose: tuple[Matter, Control]) -> None:
    """Alert for a deadline that a case has passed, if it has; by the matter and the control whose alert it is."""
    item = due(control, case)
    if item is None or item.done:
        return
    for rung in reached(control, case, item, office.now()):
        about = about_late(case.id, control, item, rung)
        if not Alert.objects.filter(about=about, matter=whose[0].id, control=whose[1].id).exists():
            told = explain(control, case, rung)
            raise_alert(office, *whose, Finding(about, (case.id,), CERTAIN, told, people=_waited_for(task)))


def _missed(office: Engine) -> None:
    """Alert for every turn that nobody did in time. What falls due by the calendar again and again from the same people is one alert while
    that is open, which grows; other turns, each of a thing of its own, are an alert each."""
    now = office.now()
    for turn in owed(Duty.objects.filter(due__lt=now, told=False)).order_by("due", "id"):
        matter = office.current.get(turn.parent)
        control = next((c for c in matter.controls if c.id == turn.control), None) if matter else None
        if matter is None or control is None:
            continue
        with guarded(office, matter, control):
            known = Alert.objects.filter(matter=matter.id, control=control.id)
            own = "|".join(filter(None, (turn.period, turn.holder)))
            if not known.filter(about=own).exists():
                before = _growing(turn, known) if KINDS[control.kind].turns is not None else None
                raise_alert(office, matter, control, _late(matter, control, turn, own, before))
            turn.told = True
            turn.save(update_fields=["told"])


def _growing(turn: Duty, known: QuerySet[Alert]) -> Alert | None:
    """The open alert that tells of earlier turns of the same duty, of the same holder or post."""
    for alert in known.filter(status=Alert.OPEN).order_by("-id"):
        period, _, holder = alert.about.partition("|")
        first = Duty.objects.filter(matter=turn.matter, period=period, holder=turn.holder, post=turn.post).exists()
        if holder == turn.holder and first:
            return alert
    return None


def _late(matter: Matter, control: Control, turn: Duty, about: str, before: Alert | None) -> Finding:
    """That a turn was not done in time, told after what an alert tells already of the turns before it."""
    post = matter.label(turn.post)
    named = names([turn.holder]).get(turn.holder, NOBODY) if turn.holder else None
    who = Text(f"{named.zh}（{post.zh}）", f"{named.en} ({post.en})") if named is not None else post
    counted = control.params["every"] == "workday" or control.params["within"].by_calendar
    told = matter.calendar.guessed(office_day(turn.opens_at), office_day(turn.due)) if counted else NO_GUESS
    text = Text(
        f"“{control.title.zh}”（{turn.period}）应由{who.zh}于 {moment(turn.due)} 前完成{told.zh}，逾期未完成。",
        f"“{control.title.en}” ({turn.period}) was due from {who.en} by {moment(turn.due)}{told.en} and was not done.",
    )
    cases = (turn.case_id,) if turn.case_id else ()
    if before is not None:
        about, cases = before.about, tuple(dict.fromkeys((*before.cases, *cases)))
        first = Duty.objects.get(matter=turn.matter, period=about.partition("|")[0], holder=turn.holder)
        turns = Duty.objects.filter(matter=turn.matter, holder=turn.holder, post=turn.post, told=True, due__gte=first.due, due__lt=turn.due)
        earlier = several([both(period) for period in turns.order_by("-due").values_list("period", flat=True)])
        text = Text(f"{text.zh}此前已逾期：{earlier.zh}。", f"{text.en} Late before it: {earlier.en}.")
    people = (turn.holder,) if turn.holder else holders([turn.post])
    return Finding(about, cases, CERTAIN, text, people=people)


def _waited_for(task: Task) -> tuple[str, ...]:
    """Whom a step waits for."""
    kind, _, name = task.whom.partition(":")
    if kind == "person":
        return (name,)
    body = engine().catalogue.organisation.bodies.get(name)
    return holders(body.posts if kind == "body" and body is not None else [name])
