"""The judge: a command against a case gives events or a refusal; events make the next case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lianfang.kernel import beside, comment, consult, standins
from lianfang.kernel.beside import COPY, PART, URGE, WITHDRAW
from lianfang.kernel.controls.base import Ask
from lianfang.kernel.fields import RETURNS_TO
from lianfang.kernel.flow import FlowError, Position
from lianfang.kernel.ledger import NOTHING_LEFT, Left, left_by
from lianfang.kernel.model import (
    BESIDE,
    Act,
    Added,
    Case,
    Command,
    CommandError,
    Event,
    Facts,
    FieldError,
    Matter,
    Need,
    Note,
    Refusal,
    Text,
    Values,
)
from lianfang.kernel.plan import StepPlan
from lianfang.kernel.returns import no_way_back
from lianfang.kernel.scene import PASS, handed_over
from lianfang.kernel.wording import joined

FORWARD = frozenset({"do", "approve", "resolve"})
REJECTS = "step-rejects"
"""What refuses to end a case at a step that can only be agreed to or returned."""
WRITES = "step-writes"
"""What refuses a step that can't leave its ledger entry."""
BUILT_IN: Mapping[str, Text] = {
    "step-post": Text("办理人须持有该环节的岗位", "Only the post that a step belongs to takes it"),
    standins.STAND_IN: Text("代理人只代办受托岗位的环节", "A stand-in takes the steps of the posts that were lent to them, and no more"),
    "step-order": Text("按流程次序办理", "Steps are taken in their order"),
    "return-order": Text("退回到已办过的环节", "A case goes back to a step that was done in it"),
    REJECTS: Text("只可同意或退回的环节，不得以不予同意结束办件", "A step that can only be agreed to or returned does not end the case"),
    WRITES: Text("登记台账所需的内容须填写", "What a ledger entry needs is filled in"),
    PART: Text("撤回由申请人，催办和抄送由申请人和经办人", "The applicant withdraws; the applicant and who did a step urge and copy"),
    WITHDRAW: Text("他人办理之前方可撤回", "A case is withdrawn before anybody else has acted in it"),
    URGE: Text("催办他人，每个工作日一次", "Others are urged, once in a working day"),
    PASS: Text("转办给同岗位的他人；转办后由其办理", "A task is handed over to another holder of its post, who then does it"),
    COPY: Text("抄送给在岗的他人", "Copies go to others who hold a post"),
    consult.CONSULT: Text(
        "待办该环节的人，方可就其征求他人意见；不得征求申请人和须与之分开的人",
        "Who has a step to do asks others about it: not the applicant, nor who has what must be kept apart from it",
    ),
    consult.ADVISE: Text("由被征求意见的人本人答复", "Who is asked for an opinion gives it"),
    comment.COMMENT: Text("与本件有关的人评论，只提到能看到本件的人", "Who has to do with a case comments on it, naming only who sees it"),
    consult.OPEN: Text("所征求的意见答复之后方可办理", "A step is done when the opinions that were asked for are there"),
}
"""What every matter demands by itself, beside its controls: by the name that a refusal has."""
UNTITLED: Mapping[str, Text] = {
    "step-order": Text("环节次序", "the order of the steps"), WRITES: Text("台账登记", "the entry in the ledger"),
}  # fmt: skip
NO_REMEDY = Text("请由系统管理员查看日志并修正该事项的规则。", "Ask the system administrator to read the log and mend the rules.")


class Reading(NamedTuple):
    """A command that is not malformed: the rules of its step, the record's values as they would be, and the facts to judge it on."""

    plan: StepPlan
    values: dict[str, object]
    needs: tuple[Need, ...]


def read(matter: Matter, case: Case, command: Command) -> Reading:
    """Read a command before it is judged. Raises CommandError for a malformed one."""
    plan = plan_of(matter, command)
    return reading_of(matter, case, command, plan, plan.read(command, case.values))


def reading_of(matter: Matter, case: Case, command: Command, plan: StepPlan, values: dict[str, object]) -> Reading:
    """What a command was read as, with the facts to judge it on."""
    asked: dict[Need, None] = {("posts", command.actor): None}
    if command.stands:
        asked["entry", standins.LEDGER, command.actor] = None
    if command.behalf:
        asked["posts", command.behalf] = None
    if plan.asks and command.act in FORWARD:
        for ask in plan.asks:
            asked.update(dict.fromkeys(_asked(ask, case, command, values)))
    if plan.step.kind == "meeting":
        asked["members", plan.step.by.removeprefix("body:")] = None
    if command.step in case.passed:
        asked["posts", case.passed[command.step]] = None
    if not command.step:
        asked.update(dict.fromkeys(_asked_beside(matter, case, command)))
    for need in _shared(case, command, plan, values):
        asked[need] = None
    return Reading(plan, values, tuple(asked))


def _asked_beside(matter: Matter, case: Case, command: Command) -> Iterable[Need]:
    """What an act beside the steps is judged on. Raises CommandError where it is about a step that is not there."""
    if command.data.get("step", matter.plan.first) not in matter.steps:
        raise _no_step(matter, command.data["step"])
    return beside.asks(case, command)


def _asked(ask: Ask, case: Case, command: Command, values: Values) -> Iterable[Need]:
    """What a gate asks for; nothing where that fails: its judge will err in the same way, and refuse."""
    try:
        return ask(case, command, values)
    except Exception:
        return ()


def _shared(case: Case, command: Command, plan: StepPlan, values: Values) -> Iterable[Need]:
    """The entries that an act adds to, or takes from what the case added: held until it is done, so that no two add to the same figure."""
    if command.act in FORWARD:
        if not plan.adds:
            return ()
        try:
            added = left_by(case, command, values).added
        except Exception:  # it will err in the same way when it is judged, and refuse
            return ()
    else:
        added = case.added if command.act in ("return", "reject", "withdraw") else ()
    return [("entry", one.ledger, one.key) for one in added] if added else ()


def needs(matter: Matter, case: Case, command: Command) -> tuple[Need, ...]:
    """The facts that ``decide`` will read for this command. Raises CommandError for a malformed one."""
    return read(matter, case, command).needs


def decide(matter: Matter, case: Case, command: Command, facts: Facts, reading: Reading | None = None) -> list[Event] | Refusal:
    """Judge a command; ``reading`` is what it was read as, where it was read before.

    Returns the events it gives, or the refusal of the first gate that turned it down: who may act at all, then the matter's
    own gates in their order, then the order of the steps. A gate that fails unexpectedly refuses. Raises CommandError when
    the command is malformed.
    """
    verdict = weigh(matter, case, command, facts, reading)
    return verdict if isinstance(verdict, Refusal) else verdict.events


class Accepted(NamedTuple):
    """The events of a command, and what the case has after them: the record's values, and where it stands; and what it leaves in the
    ledgers."""

    events: list[Event]
    values: Values
    position: Position
    left: Left = NOTHING_LEFT


def weigh(matter: Matter, case: Case, command: Command, facts: Facts, reading: Reading | None = None) -> Accepted | Refusal:
    """``decide``, with what was found on the way: ``after`` makes the next case of it without walking the flow again."""
    if reading is None:
        plan = plan_of(matter, command)
        values = plan.read(command, case.values)
    else:
        plan, values, _ = reading
    if not command.step:
        own = standins.judge(matter, case, command, plan, facts) if command.behalf else None
        return own or _beside(matter, case, command, plan, facts)
    refusal = _not_theirs(matter, case, command, plan, facts)
    if refusal is None and command.act in FORWARD:
        refusal = _held_up(matter, case, command, plan, values, facts)
    if refusal is not None:
        return refusal
    if _too_early(matter, case, command):
        return _out_of_order(matter, case, command, plan)
    return _events(matter, case, command, plan, values)


def kept_out(matter: Matter, case: Case, command: Command, plan: StepPlan, facts: Facts) -> Refusal | None:
    """What stands against a step whatever is filled in: it is not the actor's, or does not wait."""
    refusal = _not_theirs(matter, case, command, plan, facts)
    return _out_of_order(matter, case, command, plan) if refusal is None and _too_early(matter, case, command) else refusal


def _not_theirs(matter: Matter, case: Case, command: Command, plan: StepPlan, facts: Facts) -> Refusal | None:
    refusal = _may_act(matter, case, command, plan, facts)
    return handed_over(matter, case, command, facts) if refusal is None and case.passed else refusal


def _too_early(matter: Matter, case: Case, command: Command) -> bool:
    return command.step not in matter.flow.waiting(case.position) if case.status == "open" else not _opens(matter, case, command)


def _held_up(matter: Matter, case: Case, command: Command, plan: StepPlan, values: dict[str, object], facts: Facts) -> Refusal | None:
    """What stands against going on: the first gate of the step that refuses, or an opinion that is not given yet."""
    for control, judge in plan.judges:
        try:
            refusal = judge(case, command, values, facts)
        except Exception as error:
            return failed(matter, control, plan, values, error)
        if refusal is not None:
            return refusal
    return consult.unanswered(case, command) if case.asked else None


def _beside(matter: Matter, case: Case, command: Command, plan: StepPlan, facts: Facts) -> Accepted | Refusal:
    """An act beside the steps: of a case that runs, or of those that can be done in one that has ended."""
    if case.status != "open" and (case.status == "new" or command.act not in beside.AFTER):
        return _out_of_order(matter, case, command, plan)
    verdict = beside.judge(matter, case, command, facts)
    if isinstance(verdict, Refusal):
        return verdict
    return Accepted([verdict], case.values, case.position if verdict.kind != "withdrawn" else None)


def _opens(matter: Matter, case: Case, command: Command) -> bool:
    return case.status == "new" and command.step == matter.plan.first and command.act in FORWARD


def plan_of(matter: Matter, command: Command) -> StepPlan:
    """The rules of a command's step. Raises CommandError where there is no such step, or no such act at it."""
    plan = matter.plan.of(command.step)
    if plan is None:
        raise _no_step(matter, command.step)
    if command.act not in plan.acts:
        acts = ", ".join(plan.acts)
        message = Text(f"本环节没有动作“{command.act}”，只有：{acts}", f"this step has no act {command.act!r}; it has: {acts}")
        raise CommandError([FieldError("act", message)])
    return plan


def _no_step(matter: Matter, step: str) -> CommandError:
    known = joined(Text(f"{name}（{one.title.zh}）", f"{name} ({one.title.en})") for name, one in matter.steps.items())
    message = Text(f"没有环节“{step}”，本事项的环节有：{known.zh}", f"no step {step!r}; the steps are: {known.en}")
    return CommandError([FieldError("step", message)])


def _may_act(matter: Matter, case: Case, command: Command, plan: StepPlan, facts: Facts) -> Refusal | None:
    """Who may take the step at all: the post it belongs to, held by the actor at the time."""
    if command.behalf:
        return standins.judge(matter, case, command, plan, facts)
    by, post = plan.step.by, command.post
    held = facts.get("posts:" + command.actor) or ()
    if plan.post:
        allowed = post == by
    elif by == "applicant":
        allowed = case.applicant == command.actor or case.status == "new"
    else:
        allowed = command.actor in (facts.get(f"members:{by.removeprefix('body:')}") or ())
    if allowed and (not post or post in held):
        return _not_to_be_ended(plan) if command.act == "reject" and not plan.step.rejects else None
    who = matter.label(by.removeprefix("body:")) if by != "applicant" else Text("申请人本人", "the applicant")
    title = plan.step.title
    own = Text("您是本件的申请人，", "This is your own application: ") if case.applicant == command.actor else Text("", "")
    return Refusal(
        "step-post", "qualified", "gate", plan.by_whom.risk,
        Text(f"{own.zh}“{title.zh}”只能由{who.zh}办理，您此刻不具备这一身份。",
             f"{own.en}“{title.en}” can be done by {who.en} only, and you are not that at this moment."),
        Text(f"请交由{who.zh}办理。", f"Leave it to {who.en}."),
        plan.by_whom.source,
        {"needed": by, "held": sorted(held)},
    )  # fmt: skip


def _out_of_order(matter: Matter, case: Case, command: Command, plan: StepPlan) -> Refusal:
    title = plan.step.title if command.step else BESIDE[command.act]
    if case.status in ("open", "new"):
        waiting = [matter.label(s) for s in (case.waiting if case.status == "open" else (matter.plan.first,))]
        now = Text("、".join(t.zh for t in waiting), ", ".join(t.en for t in waiting))
        message = Text(f"现在不能办理“{title.zh}”：本件当前环节是“{now.zh}”。",
                       f"“{title.en}” can't be done now: the case waits at “{now.en}”.")  # fmt: skip
        remedy = Text(f"请先完成“{now.zh}”。", f"First finish “{now.en}”.")
    else:
        message = Text("本件已经办结，不能再办理。", "The case is closed; nothing more can be done in it.")
        remedy = Text("如需再办，请另行发起。", "Start a new case if something is still to be done.")
    shown = {"step": command.step, "waiting": list(case.waiting), "status": case.status}
    return Refusal("step-order", "order", "gate", plan.in_order.risk, message, remedy, plan.in_order.source, shown)


def _not_to_be_ended(plan: StepPlan) -> Refusal:
    title = plan.step.title
    return Refusal(
        REJECTS, "order", "gate", plan.in_order.risk,
        Text(f"“{title.zh}”只可同意或退回，不得以“不予同意”结束本件。",
             f"“{title.en}” can be agreed to or returned only: a rejection can't end the case."),
        Text("不同意的，请写明理由后退回。", "If you don't agree, return it with your reason."),
        plan.in_order.source,
        {"step": plan.step.id},
    )  # fmt: skip


def failed(matter: Matter, control_id: str, plan: StepPlan, values: Values, error: Exception) -> Refusal:
    """The refusal where a rule could not be judged: what it needs is not filled in, or the rule itself is at fault."""
    control = next((c for c in matter.controls if c.id == control_id), None)
    title = control.title if control else UNTITLED[control_id]
    name = str(error.args[0]) if isinstance(error, KeyError) and error.args else ""
    if name in matter.record and name not in values:
        field = matter.label(name)
        message = Text(f"“{field.zh}”尚未填写，“{title.zh}”无从判断，按规定予以拦截。",
                       f"“{field.en}” is not filled in, so “{title.en}” can't be judged and the act is refused.")  # fmt: skip
        remedy = Text(f"请先填写“{field.zh}”。", f"Fill in “{field.en}” first.")
        shown: dict[str, object] = {"missing": [name]}
    else:
        message = Text(
            f"规则“{title.zh}”未能完成判断，按规定予以拦截。", f"The rule “{title.en}” could not be judged, so the act is refused."
        )
        # The kind of error only: its words differ from one Python to the next, and a verdict must come out the same on each.
        remedy, shown = NO_REMEDY, {"error": type(error).__name__}
    if control is not None:
        return control.refuse(message, remedy, shown)
    return Refusal(control_id, "order", "gate", plan.in_order.risk, message, remedy, plan.in_order.source, shown)


def _events(matter: Matter, case: Case, command: Command, plan: StepPlan, values: dict[str, object]) -> Accepted | Refusal:
    if command.act == "reject":
        return Accepted([_event(command, "rejected", "rejected")], case.values, None)
    rule = "step-order"
    try:
        if command.act == "return":
            chosen = str(command.data.get(RETURNS_TO, ""))
            to = chosen or plan.step.returns_to
            refusal = no_way_back(case, plan, chosen, to)
            if refusal is not None:
                return refusal
            # Without a choice the declared step alone counts, on the trunk: so earlier logs come out the same.
            return Accepted([_event(command, "returned", to)], case.values, matter.flow.go_back(case.position, to, again=bool(chosen)))
        position = case.position if case.status == "open" else matter.flow.start(values)
        then = matter.flow.advance(position, command.step, values, str(command.data.get("item", "")))
        rule = WRITES
        left = left_by(case, command, values)
    except Exception as error:  # a condition of the flow or of a ledger entry that errs refuses, as a gate does
        if isinstance(error, FlowError) and case.status == "new":
            return _out_of_order(matter, case, command, plan)
        return failed(matter, rule, plan, values, error)
    done = _event(command, "done")
    events = [done] if case.status == "open" else [_event(command, "opened"), done]
    if then is None:
        events.append(_event(command, "closed", "completed"))
    return Accepted(events, values, then, left)


def _event(command: Command, kind: str, to: str = "") -> Event:
    return Event(kind, command.step, command.act, command.actor, command.post, command.at, command.data, to, command.behalf)


def after(case: Case, accepted: Accepted) -> Case:
    """The case after an accepted command: what folding its events with ``evolve`` gives."""
    for event in accepted.events:
        if event.kind == "done":
            case = _done(case, event, accepted.values, accepted.position, accepted.left.added)
        elif event.kind == "opened":
            case = case._replace(status="open", applicant=event.actor, opened_at=event.at)
        else:
            case = evolve(case, event)
    return case


def _done(case: Case, event: Event, values: Values, position: Position, added: tuple[Added, ...]) -> Case:
    act = Act(event.step, event.act, event.actor, event.post, event.at, event.data, event.behalf, case.n + 1)
    acts = {**case.acts, event.step: (*case.acts.get(event.step, ()), act)}
    still, added = _still(case, event.step), (*case.added, *added)
    then = Case(case.matter, case.id, "open", case.applicant, case.opened_at, values, position, acts, case.n + 1, case.notes, still, added)
    return consult.still(then._replace(asked=case.asked)) if case.asked else then


def _still(case: Case, *over: str) -> Mapping[str, str]:
    """What is still handed over when these steps don't wait as they did."""
    return {step: who for step, who in case.passed.items() if step not in over} if case.passed else case.passed


def evolve(case: Case, event: Event) -> Case:
    """The case after an event. Total: every event that ``decide`` gives can be applied to the case it was given for."""
    flow = case.matter.flow
    if event.kind == "opened":
        values = merged(case, event)
        return Case(case.matter, case.id, "open", event.actor, event.at, values, flow.start(values), {}, case.n)
    if event.kind == "done":
        values = merged(case, event)
        position = flow.advance(case.position, event.step, values, str(event.data.get("item", "")))
        added = left_by(case, event, values).added if case.matter.plan.steps[event.step].adds else ()
        return _done(case, event, values, position, added)
    if event.kind == "returned":
        undone = flow.from_step(event.to)
        acts = {step: done for step, done in case.acts.items() if step not in undone}
        position = flow.go_back(case.position, event.to, again=True)
        still = _still(case, *undone)
        added = tuple(one for one in case.added if one.step not in undone)
        then = case._replace(status="open", position=position, acts=acts, n=case.n + 1, passed=still, added=added)
        return consult.still(then, undone)
    if event.kind in NOTED:
        return _noted(case, event)
    if event.kind == "closed":
        return consult.still(case._replace(status=event.to, position=None))
    return consult.still(case._replace(status=event.to, position=None, n=case.n + 1, added=()))


NOTED = frozenset({"passed", "urged", "copied", "commented", "consulted", "recalled", "advised"})
"""The events of acts that move no step."""


def _noted(case: Case, event: Event) -> Case:
    """The case with a note of what moved nothing, to whom; what was handed over waits for somebody else from now on, and a step that
    opinions are asked on for these."""
    passed, asked = case.passed, case.asked
    if event.kind == "advised":  # no note: a form that was open before it was given is stale
        return case._replace(n=case.n + 1, asked=consult.asked(case, event))
    if event.kind in ("consulted", "recalled"):
        to = event.to, *event.data.get("people", ())
        asked = consult.asked(case, event)
    elif event.kind == "passed":
        to = event.to, event.data["person"]
        passed = {**passed, event.to: event.data["person"]}
    else:
        to = tuple(event.to.split() if event.kind == "urged" else event.data.get("people", ()))
    note = Note(event.act, event.actor, event.at, to, case.n + 1)
    return case._replace(n=case.n + 1, notes=(*case.notes, note), passed=passed, asked=asked)


def merged(case: Case, event: Command | Event) -> Values:
    """The record's values after an event: only fields of the record are kept, act data (opinion, votes) stays in the act."""
    record, fresh, before = case.matter.record, case.matter.plan.steps[event.step].fresh, case.values
    if fresh:
        before = {name: value for name, value in before.items() if name not in fresh}
    elif not event.data:
        return before
    return {**before, **{name: value for name, value in event.data.items() if name in record}}
