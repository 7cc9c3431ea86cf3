"""Submitting a command: judged by the kernel, appended with its verdict, answered after the commit."""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from typing import Any, TypeVar

from lianfang.evidence import canonical
from lianfang.kernel import Add, Case, Command, CommandError, Judged, Matter, Put, judge, needs, read
from lianfang.kernel.controls.deadline import running
from lianfang.kernel.entry import sources_of
from lianfang.kernel.model import COMMENT, FieldError, Need, Text
from lianfang.kernel.schedule import office_clock
from lianfang.office.access import matter_in_force, may_see, readable
from lianfang.office.channels import confidential
from lianfang.office.duties import takes_turns, turns_of, untaken
from lianfang.office.engine import engine
from lianfang.office.files import recount
from lianfang.office.people import posts_of
from lianfang.office.refusals import refusal_view, whom_to_ask
from lianfang.office.views import NotFound, Outcome, StaleCase
from lianfang.store.models import CaseRow, Duty
from lianfang.store.record import ACCEPTED, REFUSED, Append, Held, TaskRow, Written
from lianfang.store.repository import Recalled, Scene, UncountedError

T = TypeVar("T")
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Case numbers are read out on the telephone: no 0, O, 1 or I. There are 32 of them, so that a letter is five bits."""
A_SECOND = len(LETTERS) ** 6 // 86_400
"""Numbers of cases that can be opened in a second."""
CONFIDENTIAL = Text(
    "所反映的事项不得向他人披露，不能征求意见或评论",
    "what came in by a channel is shown to nobody else, so no opinion is asked on it and no comment given",
)
UNSEEN = Text("评论只能提到能看到本件的人", "a comment names only who sees the case")
_drawn = itertools.count(secrets.randbelow(A_SECOND))


def start(person: str, matter: str, data: Mapping[str, Any], key: str = "") -> Outcome:
    """Open a case of a matter with its first step; an ``Outcome`` either way, a refusal being evidence too.

    ``data`` holds kernel values (see ``kernel.model``); ``key`` makes a repeated submission harmless. Raises NotFound for an
    unknown matter and CommandError (a list of field errors) for what is malformed, of which nothing is kept.
    """
    found = matter_in_force(matter)
    duty = _turn(person, found, data)
    at = engine().now()

    def opening(case_id: str) -> Command:
        return Command(case_id, found.plan.first, "do", data, person, "", at, key)

    def run(scene: Scene) -> tuple[Written, Judged | None]:
        case = found.new_case(case_number(at))
        return _judged(scene, found, case, "", opening(case.id), duty, ())

    def wants(held: Recalled) -> Iterable[Need]:
        return needs(found, found.new_case(), opening(""))

    return _answer(submitted("", run, person, wants))


def act(
    person: str, case_id: str, step: str, act: str | None, data: Mapping[str, Any], key: str = "", seen: int | None = None, behalf: str = ""
) -> Outcome:
    """Take a step in a case, or for '' do an act beside the steps; ``behalf`` is the person whom one stands in for. None for
    ``act`` is the step's first one, which carries the case forward. ``seen`` is the case's ``n`` as the person saw it: StaleCase when it
    has moved on since.

    Raises NotFound for a case that does not exist, CommandError for what is malformed. Whoever names a case is judged: an attempt
    by somebody who has nothing to do with it is refused, and kept. Of one that came in by a channel they are told what they would be of a
    case that does not exist.

    Where the clock says less than the case's last entry, the command is judged and kept as of that entry's moment: it came after it.
    The clock is read before a command's turn comes, so that of two people who act at once the later may have read it first; to refuse
    would make honest people pay for that, and for a clock that was set right. Setting it back gains nothing in the case, whose moments
    never run back; where those of the whole log do, ``evidence verify`` remarks it.
    """
    now = engine().now()

    def command(held: Held) -> Command:
        plan = held.case.matter.plan.steps.get(step) if act is None else None
        meant = act or (plan.acts[0] if plan is not None else "")
        return Command(case_id, step, meant, data, person, "", max(now, held.at), key, behalf)

    def run(scene: Scene) -> tuple[Written, Judged | None]:
        held = scene.held(case_id)
        if held is None:
            raise _no_case(case_id)
        if act in ("consult", COMMENT) and held.case.matter.id in confidential():
            raise CommandError([FieldError("act", CONFIDENTIAL)])
        if seen is not None and seen != held.case.n and held.case.moved_since(seen) and not (key and scene.repeated(person, key)):
            raise StaleCase(Text(
                "本件在您填写期间已有新的办理，请核对后再提交；您填写的内容仍在。",
                "The case has moved on while you were writing: look again, then submit. What you wrote is still here.",
            ))  # fmt: skip
        return _judged(scene, held.case.matter, held.case, held.tip.hex(), command(held), None, held.trail.actors)

    def wants(recalled: Recalled) -> Iterable[Need]:
        held = recalled(case_id)
        return needs(held.case.matter, held.case, command(held)) if held is not None else ()

    try:
        if act == COMMENT and not step:
            _demand_seen(case_id, data)
        outcome = _answer(submitted(case_id, run, person, wants))
    except (CommandError, StaleCase):
        _demand_open(person, case_id)
        raise
    if not outcome.accepted:
        _demand_open(person, case_id)
    return outcome


def _no_case(case_id: str) -> NotFound:
    return NotFound(Text(f"没有办件 {case_id}。", f"There is no case {case_id}."))


def _demand_open(person: str, case_id: str) -> None:
    """Raises NotFound for a case that came in by a channel and is not there for a person: why an act on it could not be would tell of it.
    Asked when it could not, so that what people do every day pays nothing for it."""
    row = CaseRow.objects.filter(id=case_id, matter__in=confidential()).first()
    if row is not None and not may_see(person, row):
        raise _no_case(case_id)


def _demand_seen(case_id: str, data: Mapping[str, Any]) -> None:
    """Raises CommandError where a comment names somebody who does not see the case: who is told of it must be able to read it. What is no
    list of people is the kernel's to say."""
    row, people = CaseRow.objects.filter(id=case_id).first(), data.get("people")
    named = people if isinstance(people, list) else []
    if row is not None and any(isinstance(one, str) and not may_see(one, row) for one in named):
        raise CommandError([FieldError("people", UNSEEN)])


def case_number(at: str) -> str:
    """A number for a case that is opened at a moment: the day and six letters, which follow the time of day.

    So numbers of one day stand in the order in which the cases were opened, and what is worked on at the same time lies together in
    the tables. Two processes can draw the same; the table then refuses the second, and it draws another.
    """
    day, first = _numbers_of(at)
    number = first + next(_drawn) % A_SECOND
    return day + "".join([LETTERS[number >> shift & 31] for shift in range(25, -1, -5)])


@lru_cache(maxsize=2)
def _numbers_of(at: str) -> tuple[str, int]:
    """What the numbers of a second begin with, and the first of them."""
    clock = office_clock(at)
    return f"{clock:%Y%m%d}-", (clock.hour * 3600 + clock.minute * 60 + clock.second) * A_SECOND


def submitted(case_id: str, run: Callable[[Scene], T], person: str, wants: Callable[[Recalled], Iterable[Need]]) -> T:
    """What came of a command. A file whose pages were counted by an earlier rule is counted first."""
    while True:
        try:
            return engine().writer.submit(case_id, run, person, wants)
        except UncountedError as error:
            recount(error.sha256)


def _judged(
    scene: Scene, matter: Matter, case: Case, prev: str, command: Command, duty: tuple[str, str, str] | None, actors: Iterable[str]
) -> tuple[Written, Judged | None]:
    """Judge inside the transaction and append the entry; the earlier entry when the key was used before."""
    if command.key:
        earlier = scene.repeated(command.actor, command.key)
        if earlier is not None:
            return earlier, None
    command = standing(scene, matter, command)
    reading = read(matter, case, command)
    judged = judge(matter, case, command, scene.facts(reading.needs, command.at, [command.actor, *actors]), reading)
    entry = judged.entry
    entry["prev"] = prev if entry["case"] else ""
    refused = judged.refusal
    kept = judged.case if entry["case"] else None
    after = judged.case
    ended, begun = _moved(case, after) if refused is None else ([], [])
    put_off = _put_off(case, after) if refused is None and after is not case else ()
    answered, asked = _opinions(case, after) if case.asked or after.asked else ((), ())
    note = after.notes[-1] if after.notes is not case.notes else None
    told = note.to if note is not None else ()
    written = scene.append(Append(
        REFUSED if refused else ACCEPTED, command.at, command.actor, matter.id, command.step, refused.control if refused else "",
        command.key, canonical(entry), kept,
        [*((whom(case, step), step, item) for step, item in ended), *answered],
        [*(TaskRow(whom(after, step), step, item, due_of(after, step)) for step, item in begun), *(TaskRow(*one, "") for one in asked)],
        judged.changes,
        [command.data[name] for name in reading.plan.files if name in command.data] if kept is not None else (),
        duty=duty if refused is None else None,
        urged=_urged(after) if command.act == "urge" and note else (), copied=told if command.act == "copy" else (),
        mentioned=told if command.act == COMMENT else (), acted=command.acted if refused is None else (),
        commented=command.actor if command.act == COMMENT and note else "", put_off=put_off, sources=sources_of(entry),
    ))  # fmt: skip
    return written, judged


def _urged(case: Case) -> list[tuple[str, str, str]]:
    """The waiting steps that the last note of a case urges."""
    to = case.notes[-1].to
    return [(whom(case, step), step, item) for step, item in case.matter.flow.waiting_items(case.position) if step in to]


def standing(scene: Scene, matter: Matter, command: Command) -> Command:
    """The command with whom the actor stands in for, as the post that its step belongs to, when the actor holds it, or whom they act
    for."""
    stands, plan, post = scene.stands(command.actor, command.at), matter.plan.steps.get(command.step), command.post
    if plan is not None and plan.post and plan.post in scene.posts(command.behalf or command.actor, command.at):
        post = plan.post
    return command._replace(stands=stands, post=post)


def _moved(before: Case, after: Case) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The (step, item) that wait no longer in a case, and those that have begun to, each in the order of the flow. One that was handed
    over is both."""
    flow = before.matter.flow
    waited = flow.waiting_items(before.position) if before.status == "open" else ()
    waits = flow.waiting_items(after.position) if after.status == "open" else ()
    still = {*waited} & {*waits}
    over = {step for step in after.passed if after.passed[step] != before.passed.get(step)}
    still = {one for one in still if one[0] not in over}
    return [one for one in waited if one not in still], [one for one in waits if one not in still]


def _opinions(before: Case, after: Case) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """The tasks of those whose opinion is waited for no longer, and of those whose opinion now is: of no step, about one."""
    waited, waits = ({(f"person:{one.person}", "", one.step) for one in case.asking} for case in (before, after))
    return sorted(waited - waits), sorted(waits - waited)


def _put_off(before: Case, after: Case) -> list[TaskRow]:
    """What waited and still waits, and falls due at another moment now: a clock stopped or ran again, a day was moved, a round is over."""
    flow = before.matter.flow
    waits = flow.waiting_items(after.position) if before.status == after.status == "open" else ()
    still = {*flow.waiting_items(before.position)} & {*waits} if waits and before.matter.plan.timed else ()
    moved = ((step, item, due_of(after, step)) for step, item in sorted(still))
    return [TaskRow(whom(after, step), step, item, falls) for step, item, falls in moved if falls != due_of(before, step)]


def whom(case: Case, step: str) -> str:
    """Whose task a step is, as tasks name people."""
    by = case.matter.steps[step].by
    if step in case.passed:
        return f"person:{case.passed[step]}"
    if by == "applicant":
        return f"person:{case.applicant}"
    return by if by.startswith("body:") else f"post:{by}"


def due_of(case: Case, step: str) -> str:
    """When a step, or what must be done after it, falls due by the matter's deadlines; '' where none runs."""
    return min((item.moment for _, item in running(case, step)), default="") if case.matter.plan.steps[step].deadlines else ""


def _turn(person: str, matter: Matter, data: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """The turn of a duty that a person's case of its small matter carries: the post's, or their own. None for what has no turns.

    Who holds no post of the duty and names a turn of somebody else is judged, and so refused on record.
    """
    if not takes_turns(matter):
        return None
    period, turns = str(data.get("period", "")), turns_of(person, matter)
    turn = turns.filter(period=period).first()
    if turn is not None:
        return matter.id, period, turn.holder
    others = Duty.objects.filter(matter=matter.id, period=period)
    if others.exists() and not others.filter(post__in=posts_of(person)).exists():
        return matter.id, period, person
    open_ones = untaken(turns).order_by("due").values_list("period", flat=True)[:6]
    listed = "、".join(open_ones) or "—"
    raise CommandError([FieldError("period", Text(f"没有这一期履责，待办的有：{listed}", f"there is no such turn; open ones: {listed}"))])


def _answer(result: tuple[Written, Judged | None]) -> Outcome:
    """The outcome of a committed entry; of an earlier one with the same key, read back from its body."""
    written, judged = result
    office = engine()
    entry: Mapping[str, Any] = json.loads(written.body) if judged is None else judged.entry
    if judged is not None and judged.changes:
        office.touched({change.ledger for change in judged.changes if isinstance(change, Put | Add)})
    accepted = "refusal" not in entry["verdict"]
    return Outcome(
        entry["case"] or "",
        accepted,
        written.id,
        None if accepted else refusal_view(written.id, readable(entry["command"]["actor"], entry), ask=whom_to_ask(entry["matter"])),
        partial(office.log.receipt, written.id, written.leaf, entry["command"]["at"]),
        judged is None,
    )
