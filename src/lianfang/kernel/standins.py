"""Stand-ins: who is away has somebody else take the steps of their posts for a time (代理).

A stand-in holds no post by it: they act on behalf of somebody who does, and count as both. Who stands in for whom is kept in a ledger of
the office's own, an entry a stand-in; what of it is in force comes with a command and stands in its facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lianfang.kernel.model import Case, Command, Facts, Matter, Refusal, Stand, Step, Text
from lianfang.kernel.plan import StepPlan
from lianfang.kernel.whole import MOMENT, WORD, Whole
from lianfang.kernel.wording import both, joined, moment, quoted

LEDGER = "office.stand-ins"
"""The ledger of stand-ins, by the stand-in's id; no catalogue can have a ledger of this name."""
TITLE = Text("委托代理", "Stand-ins")
STAND_IN = "stand-in"
"""What refuses an act on behalf of somebody."""
DATA = Whole.of({"for": [{"person": WORD, "posts": [WORD], "since": MOMENT, "until": MOMENT}]})
"""What an entry of the ledger holds."""

ADMINISTRATORS = frozenset({"system-administrator", "security-administrator", "audit-administrator"})
"""The roles whose holders stand in for nobody: what they may is kept apart from what an office does."""


def stands(data: Mapping[str, Any] | None) -> tuple[Stand, ...]:
    """For whom somebody stands in, by the data of their entry in the ledger."""
    return tuple(Stand(one["person"], tuple(one["posts"]), one["since"], one["until"]) for one in data["for"]) if data else ()


def in_force(found: Iterable[Stand], at: str) -> tuple[Stand, ...]:
    """Those of them that are in force at a moment."""
    return tuple(one for one in found if one.since <= at < one.until)


def kept(found: Iterable[Stand]) -> dict[str, Any]:
    """The data of an entry in the ledger."""
    return {"for": [{"person": one.person, "posts": [*one.posts], "since": one.since, "until": one.until} for one in found]}


def standing(fact: Mapping[str, Any] | None, at: str) -> tuple[Stand, ...]:
    """For whom somebody stands in at a moment, by the fact that a command carries."""
    return in_force(stands(fact["data"]), at) if fact else ()


def fact_of(person: str) -> str:
    """The name of that fact."""
    return f"entry:{LEDGER}:{person}"


def fault(stand_in: str, new: Stand, roles: Iterable[str], everybody: Mapping[str, Iterable[Stand]]) -> tuple[str, Text] | None:
    """Why somebody can't be named for a time, with the part that is wrong; None where they can.

    ``roles`` are what the stand-in's posts give, ``everybody`` who stands in for whom by the stand-in. Nobody passes on what they stand
    in for, and nobody stands in while they are away themselves: neither of the two is on the other side of it in the same time.
    """
    return _unfit(stand_in, new, roles) or next(
        (found for who, theirs in everybody.items() for one in theirs if (found := _meets(stand_in, new, who, one)) is not None), None
    )


def _unfit(stand_in: str, new: Stand, roles: Iterable[str]) -> tuple[str, Text] | None:
    """What is wrong with it by itself."""
    faults = (
        (stand_in == new.person, "stand_in", Text("代理人须为他人", "a stand-in is somebody else")),
        (bool(ADMINISTRATORS & {*roles}), "stand_in",
         Text("系统管理员、安全保密管理员、安全审计员不得为代理人", "no administrator can be a stand-in")),
        (not new.posts, "posts", Text("请写明委托哪些岗位", "say for which posts")),
        (new.since >= new.until, "until", Text("结束时间须晚于开始时间", "the end must come after the beginning")),
    )  # fmt: skip
    return next(((part, why) for wrong, part, why in faults if wrong), None)


def _meets(stand_in: str, new: Stand, who: str, one: Stand) -> tuple[str, Text] | None:
    """What stands against it in that somebody stands in for somebody already."""
    if one.since >= new.until or new.since >= one.until:
        return None
    if who == new.person:
        whom = quoted(both(one.person))
        return "since", Text(f"您在此期间代理{whom.zh}，代理不得转委托", f"you stand in for {whom.en} then, and that can't be passed on")
    if one.person == stand_in:
        return "stand_in", Text("此人在此期间已委托他人代理，请改选其他人员", "they are away themselves then: choose somebody else")
    if who == stand_in and one.person == new.person and {*one.posts} & {*new.posts}:
        return "since", Text("已委托此人在此期间代理", "they are named for that time already")
    return None


def wrong(stand_in: str, fact: Mapping[str, Any], at: str, everybody: Mapping[str, tuple[Stand, ...]]) -> Text | None:
    """What is wrong with a change of an entry of the ledger, made at a moment; None where it is one that people can make.

    ``fact`` holds the new data, who made the change (``by``) and the roles that the stand-in's posts gave (``roles``). Who is away names
    somebody; either of them ends it; and both take effect later than they are said, so that no act is judged without knowing of it.
    """
    before, after = everybody.get(stand_in, ()), stands(fact["data"])
    for one in after:
        if one in before:
            continue
        if any(one[:3] == known[:3] and at < one.until < known.until for known in before):
            if fact.get("by") not in (stand_in, one.person):
                return Text("提前结束代理的不是本人或代理人", "it was ended by neither of the two")
            continue
        others = {**everybody, stand_in: [known for known in before if known[:3] != one[:3]]}
        found = fault(stand_in, one, fact.get("roles") or (), others)
        if found is not None or fact.get("by") != one.person or one.since <= at:
            return found[1] if found is not None else Text("委托不是本人事先作出的", "it was not named beforehand by who is away")
    left = [known for known in before if not any(known[:3] == one[:3] for one in after)]
    if any(known.until > at for known in left):
        return Text("尚未结束的代理被删去", "one that has not ended was left out")
    return None


def judge(matter: Matter, case: Case, command: Command, plan: StepPlan, facts: Facts) -> Refusal | None:
    """Whether an act can be done on behalf of whom the command names: a step of a post that they hold and lent, nothing of their own."""
    step, absent = plan.step, quoted(both(command.behalf))
    found = next((one for one in command.stands if one.person == command.behalf), None)
    if found is None:
        return _refuse(plan, command,
            Text(f"您此刻不是{absent.zh}的代理人，不能代其办理。", f"You don't stand in for {absent.en} at this moment."),
            Text("请由其本人办理，或由其先行委托。", "Leave it to them, or let them name you first."))  # fmt: skip
    own = _own(case, step)
    if own is not None:
        return _refuse(plan, command, own, Text("请由本人办理。", "Leave it to them."))
    held = facts.get(f"posts:{command.behalf}") or ()
    if command.post == step.by and step.by in found.posts and step.by in held:
        return None
    lent = joined(matter.label(post) for post in found.posts)
    return _refuse(plan, command,
        Text(f"{absent.zh}委托您代理的岗位是{lent.zh}（至 {moment(found.until)}），不能代其办理“{step.title.zh}”。",
             f"You stand in for {absent.en} as {lent.en} (until {moment(found.until)}), which does not cover “{step.title.en}”."),
        Text(f"请交由{matter.label(step.by).zh}办理。", f"Leave it to {matter.label(step.by).en}."))  # fmt: skip


def _own(case: Case, step: Step) -> Text | None:
    """Why nobody can do something in the place of somebody else."""
    if not step.id:
        return Text("撤回、催办、抄送等只能以本人名义进行。", "What is done beside the steps is done in one's own name.")
    if case.status == "new":
        return Text("办件只能以本人名义发起。", "A case is opened in one's own name.")
    if step.by == "applicant":
        return Text(f"“{step.title.zh}”是申请人本人的事，不能代办。", f"“{step.title.en}” is the applicant's own and nobody else's.")
    if step.by.startswith("body:"):
        return Text("会议由成员本人参加和表决，不能代办。", "A meeting is for its members themselves: nobody sits or votes for another.")
    return None


def _refuse(plan: StepPlan, command: Command, message: Text, remedy: Text) -> Refusal:
    ground, shown = plan.by_whom, {"behalf": command.behalf, "needed": plan.step.by}
    return Refusal(STAND_IN, "qualified", "gate", ground.risk, message, remedy, ground.source, shown)
