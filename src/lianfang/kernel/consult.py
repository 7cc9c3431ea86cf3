"""Asking for opinions before a step is done (加签): whoever has it to do asks others, and until they have answered it is not done.

An opinion decides nothing: it satisfies no approval, and who gave it did not take the step. It is a part in the step all the same, so that
what has to be done by somebody else than the step is not done by whoever advised on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from lianfang.kernel.model import Case, Command, Event, Matter, Need, Opinion, Refusal, Text
from lianfang.kernel.scene import Scene, handed_over
from lianfang.kernel.wording import both, named, quoted

CONSULT, ADVISE, OPEN = "consult-people", "consult-answer", "consult-open"
"""What refuses: who asks whom, who answers, and that the step is done while an answer is missing."""
ACTS = frozenset({"consult", "advise", "recall"})


def asks(case: Case, command: Command) -> Iterator[Need]:
    """The facts that such an act is judged on, beside the posts of who acts: those of whom they ask, and of who has the step now."""
    step = command.data["step"]
    if command.act == "consult":
        yield from (("posts", person) for person in command.data["people"])
    if command.act != "advise" and step in case.passed:
        yield "posts", case.passed[step]


def judge(scene: Scene) -> Event | Refusal:
    """The event of such an act, or why it can't be."""
    match scene.command.act:
        case "advise":
            return _advise(scene)
        case "recall":
            return _recall(scene)
    return _consult(scene)


def theirs(case: Case, person: str, posts: Iterable[str]) -> tuple[str, ...]:
    """The waiting steps that a person with these posts could ask opinions on: those that they have to do, in their own name."""
    steps, held = case.matter.steps, frozenset(posts)
    mine = (step for step in case.waiting if steps[step].by in held or (steps[step].by == "applicant" and case.applicant == person))
    return tuple(step for step in mine if case.passed.get(step, person) == person)


def offered(case: Case, person: str, posts: Iterable[str]) -> Iterator[str]:
    """Those of these acts that a person with these posts could do now."""
    own = theirs(case, person, posts)
    if own:
        yield "consult"
    if any(one.step in own for one in case.asking):
        yield "recall"
    facts = {f"posts:{person}": [*posts]}
    answers = (Command(case.id, "", "advise", {"step": one.step}, person, "", "") for one in case.asking if one.person == person)
    if any(isinstance(_advise(Scene(case.matter, case, answer, facts)), Event) for answer in answers):
        yield "advise"


def unanswered(case: Case, command: Command) -> Refusal | None:
    """What stands against doing a step: that somebody was asked for an opinion on it and has not answered."""
    missing = [one for one in case.asking if one.step == command.step]
    if not missing:
        return None
    title, who = case.matter.label(command.step), named(one.person for one in missing)
    return Scene(case.matter, case, command, {}).refuse(
        OPEN, "order",
        Text(f"“{title.zh}”已征求{who.zh}的意见，尚未答复，现在不能办理。",
             f"“{title.en}” can't be done yet: an opinion was asked of {who.en} and is not given."),
        Text(f"请等{who.zh}答复，或先取消征求；也可以退回。",
             f"Wait for the answer of {who.en}, or stop asking first; it can be returned too."),
        step=command.step, people=[one.person for one in missing],
    )  # fmt: skip


def _consult(scene: Scene) -> Event | Refusal:
    matter, case, command, facts = scene
    step, people = command.data["step"], command.data["people"]
    posts = {person: facts.get(f"posts:{person}") or () for person in people}
    refusal = _not_theirs(scene, step)
    if refusal is not None:
        return refusal
    asked = {one.person for one in case.asking if one.step == step}
    reasons = (
        ([one for one in people if one in command.people],
         "意见须向他人征求", "an opinion is asked of somebody else", "请改选他人。", "Choose others."),
        ([one for one in people if one == case.applicant],
         "申请人不对自己的申请发表意见", "nobody gives an opinion on their own application", "请改选他人。", "Choose others."),
        ([one for one in people if not posts[one]],
         "须为在岗人员", "it is asked of people who hold a post", "请改选其他在岗人员。", "Choose others who hold a post."),
        ([one for one in people if one in asked],
         "已在征求其意见", "their answer is being waited for already", "请等其答复。", "Wait for their answer."),
    )  # fmt: skip
    title = matter.label(step)
    for unfit, zh, en, remedy, remedy_en in reasons:
        if unfit:
            who = named(unfit)
            return scene.refuse(
                CONSULT, "qualified",
                Text(f"“{title.zh}”不能征求{who.zh}的意见：{zh}。", f"{who.en} can't be asked about “{title.en}”: {en}."),
                Text(remedy, remedy_en),
                step=step, people=unfit,
            )  # fmt: skip
    for person in people:
        other = _other(matter, case, step, (person,), posts[person])
        if other:
            return _apart(scene, CONSULT, step, other, person)
    return scene.event("consulted", step)


def _advise(scene: Scene) -> Event | Refusal:
    matter, case, command, _ = scene
    step, title = command.data["step"], matter.label(command.data["step"])
    found = next((one for one in case.asking if one.step == step and one.person == command.actor), None)
    if found is None or not scene.held:
        return scene.refuse(
            ADVISE, "qualified",
            Text(f"没有就“{title.zh}”征求您的意见，或已答复、已取消，或您已不在岗。",
                 f"You are not asked for an opinion on “{title.en}”: nobody asked, it was answered or taken back, or you hold no post."),
            Text("只有被征求意见且尚未答复的在岗人员可以答复。", "Only who is asked, holds a post and has not answered gives one."),
            step=step, person=command.actor,
        )  # fmt: skip
    one = next((who for who in command.people if who in (case.applicant, found.by)), "")
    if one:
        who = quoted(both(one))
        return scene.refuse(
            ADVISE, "qualified",
            Text(f"您正代理{who.zh}，不能就其办理的“{title.zh}”答复意见。",
                 f"You stand in for {who.en}, so you can't give an opinion on “{title.en}”, which is theirs."),
            Text("请由提出的人取消征求，改问他人。", "Let whoever asked stop asking, and ask somebody else."),
            step=step, person=one,
        )  # fmt: skip
    other = _other(matter, case, step, command.people, ())
    return _apart(scene, ADVISE, step, other, command.actor) if other else scene.event("advised", step)


def _recall(scene: Scene) -> Event | Refusal:
    """Whoever has the step to do: also where somebody else asked, who has handed it over or left."""
    step = scene.command.data["step"]
    refusal = _not_theirs(scene, step)
    if refusal is not None or any(one.step == step for one in scene.case.asking):
        return refusal or scene.event("recalled", step)
    title = scene.matter.label(step)
    return scene.refuse(
        CONSULT, "order",
        Text(f"“{title.zh}”没有等待答复的意见，无须取消。", f"No answer is waited for at “{title.en}”; there is nothing to take back."),
        Text(f"请办理“{title.zh}”。", f"Do “{title.en}”."),
        step=step,
    )  # fmt: skip


def _not_theirs(scene: Scene, step: str) -> Refusal | None:
    """Why a step is not who acts' to do now, in their own name."""
    matter, case, command, facts = scene
    by = matter.steps[step].by
    if step in case.waiting and (by in scene.held or (by == "applicant" and case.applicant == command.actor)):
        return handed_over(matter, case, command._replace(step=step), facts)
    title, who = matter.label(step), Text("申请人本人", "the applicant") if by == "applicant" else matter.label(by.removeprefix("body:"))
    return scene.refuse(
        CONSULT, "order",
        Text(f"“{title.zh}”现在不由您办理，不能就其征求或取消征求意见。",
             f"“{title.en}” is not yours to do now, so you ask for no opinion on it and take none back."),
        Text(f"由正待办理的人提出（{who.zh}）；会议的意见在会上提出。",
             f"Whoever has it to do asks ({who.en}); a meeting hears opinions when it meets."),
        step=step,
    )  # fmt: skip


def _other(matter: Matter, case: Case, step: str, people: Collection[str], held: Collection[str]) -> str:
    """A step that has to be done by somebody else than this one, and that one of these people did or has still to do by a post; '' for
    none."""
    for control in matter.controls:
        if control.kind == "distinct" and step in control.params["steps"]:
            for other in control.params["steps"]:
                done = case.acts.get(other, ())
                did = any(who in act.people for act in done for who in people)
                if other != step and (did or (not done and matter.steps[other].by in held)):
                    return str(other)
    return ""


def _apart(scene: Scene, control: str, step: str, other: str, person: str) -> Refusal:
    title, did, who = scene.matter.label(step), scene.matter.label(other), quoted(both(person))
    return scene.refuse(
        control, "distinct",
        Text(f"{who.zh}不能就“{title.zh}”发表意见：“{did.zh}”由其办理，这两个环节须由不同的人办理。",
             f"{who.en} gives no opinion on “{title.en}”: “{did.en}” is theirs, and the two need different people."),
        Text("请改问他人。", "Ask somebody else."),
        step=step, other=other, people=[person],
    )  # fmt: skip


def asked(case: Case, event: Event) -> tuple[Opinion, ...]:
    """The opinions of a case after one of these acts."""
    data, said = event.data, str(event.data.get("opinion", ""))
    if event.kind == "consulted":
        return (*case.asked, *(Opinion(event.to, person, event.actor, event.at, said) for person in data["people"]))
    if event.kind == "recalled":
        return tuple(one for one in case.asked if one.step != event.to or one.agrees is not None)
    return tuple(
        one._replace(agrees=data["agrees"], answered=event.at, words=said)
        if one.agrees is None and (one.step, one.person) == (event.to, event.actor)
        else one
        for one in case.asked
    )


def still(case: Case, undone: Collection[str] = ()) -> Case:
    """The case without the opinions on steps that were undone, and without those that no step waits for any more."""
    if not case.asked:
        return case
    waiting = case.waiting
    kept = (one for one in case.asked if one.step not in undone)
    return case._replace(asked=tuple(one for one in kept if one.agrees is not None or one.step in waiting))
