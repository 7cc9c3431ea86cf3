"""What the clock brings: turns of duties that open, deadlines and turns that are missed, differences, draws, and checkpoints of the log."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import close_old_connections

from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.deadline import about_late, explain, reached, running
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import NO_GUESS, office_day
from lianfang.kernel.turns import a_year_before
from lianfang.kernel.wording import moment
from lianfang.office.access import case_of
from lianfang.office.duties import untaken
from lianfang.office.engine import Engine, engine
from lianfang.office.ledger_watch import raise_alert
from lianfang.office.people import NOBODY, every_holding, names
from lianfang.store.models import Alert, CaseRow, Duty, Task

_log = logging.getLogger(__name__)

CERTAIN = 3
KEPT_EVERY = timedelta(hours=1)
"""How often at most a checkpoint of a log that grows is kept."""


def sweep() -> None:
    """Look at everything that depends on the clock, once."""
    office = engine()
    open_turns(office)
    office.sampling.sweep()
    _overdue(office)
    _missed(office)
    office.watch.sweep()
    office.reconciling.sweep()
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
    now = office.now()
    held = every_holding()
    for name, (matter, control) in office.duties.items():
        turns_of = KINDS[control.kind].turns
        if turns_of is None:
            continue
        since = min(office.in_force(office.current[name]), now)
        asked = {turn.key: turn for turn in turns_of(control, matter.calendar.guessing(), held, since, now)}
        rows = Duty.objects.filter(matter=name)
        for row in untaken(rows.filter(due__gt=now)):
            if (row.period, row.holder) not in asked:
                row.delete()
        known = set(rows.filter(opens_at__gt=a_year_before(now)).values_list("period", "holder"))
        new = [turn for key, turn in asked.items() if key not in known]
        Duty.objects.bulk_create(
            [
                Duty(
                    matter=name, parent=matter.id, control=control.id, period=turn.period, post=turn.post, opens_at=turn.opens,
                    due=turn.due, holder=turn.holder,
                )
                for turn in new
            ],
            ignore_conflicts=True,
        )  # fmt: skip


def _overdue(office: Engine) -> None:
    """Alert for every deadline that a case has passed while it waits for that step, or still for one before it."""
    now = office.now()
    for task in Task.objects.filter(due__gt="", due__lt=now):
        row = CaseRow.objects.get(id=task.case_id)
        case = case_of(row)
        for control, item in running(case, task.step):
            # What is late in a duty's small matter is the duty's own alert.
            matter, raised = office.duties.get(case.matter.id, (case.matter, control))
            for rung in reached(control, case, item, now):
                about = about_late(case.id, control, item, rung)
                if not Alert.objects.filter(about=about, matter=matter.id, control=raised.id).exists():
                    raise_alert(office, matter, raised, Finding(about, (row.id,), CERTAIN, explain(control, case, rung)))


def _missed(office: Engine) -> None:
    """Alert for every turn that nobody did in time."""
    now = office.now()
    done = CaseRow.objects.filter(status="completed").values("id")
    late = Duty.objects.filter(due__lt=now).exclude(case_id__in=done)
    for turn in late:
        matter = office.current.get(turn.parent)
        control = next((c for c in matter.controls if c.id == turn.control), None) if matter else None
        if matter is None or control is None:
            continue
        post = matter.label(turn.post)
        named = names([turn.holder]).get(turn.holder, NOBODY) if turn.holder else None
        who = Text(f"{named.zh}（{post.zh}）", f"{named.en} ({post.en})") if named is not None else post
        counted = control.params["every"] == "workday" or control.params["within"].by_calendar
        told = matter.calendar.guessed(office_day(turn.opens_at), office_day(turn.due)) if counted else NO_GUESS
        text = Text(
            f"“{control.title.zh}”（{turn.period}）应由{who.zh}于 {moment(turn.due)} 前完成{told.zh}，逾期未完成。",
            f"“{control.title.en}” ({turn.period}) was due from {who.en} by {moment(turn.due)}{told.en} and was not done.",
        )
        about = "|".join(filter(None, (turn.period, turn.holder)))
        raise_alert(office, matter, control, Finding(about, (turn.case_id,) if turn.case_id else (), CERTAIN, text))
