"""Acts beside the steps: the applicant takes the case back (撤回), somebody urges what waits (催办), has others read it (抄送), hands
over a task of theirs (转办), asks for opinions on it (征求意见, see ``consult``) or comments on the case (评论, see ``comment``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lianfang.kernel import comment, consult
from lianfang.kernel.model import BESIDE, Act, Case, Command, Event, Facts, Matter, Need, Refusal, Text
from lianfang.kernel.scene import PASS, Scene, handed_over
from lianfang.kernel.schedule import Duration, add, office_day
from lianfang.kernel.wording import both, moment, named, quoted

PART, WITHDRAW, URGE, COPY = "beside-part", "withdraw-order", "urge-limit", "copy-people"
"""What refuses such acts: who may, until when, whom and how often, to whom."""
A_WORKDAY = Duration(1, "wd")
AFTER = frozenset({"copy", "comment"})
"""Such acts that can be done in a case that has ended."""


def asks(case: Case, command: Command) -> Iterator[Need]:
    """The facts that such an act is judged on, beside the posts of who acts: whoever is to read a copy or to take a task over, and who has
    it now."""
    if command.act == "transfer":
        step = command.data["step"]
        yield "posts", command.data["person"]
        if step in case.passed:
            yield "posts", case.passed[step]
    if command.act == "copy":
        yield from (("person", person) for person in command.data["people"])
    if command.act in consult.ACTS:
        yield from consult.asks(case, command)
    if command.act == "comment":
        yield from comment.asks(case, command)


def judge(matter: Matter, case: Case, command: Command, facts: Facts) -> Event | Refusal:
    """The event of an act beside the steps, or why it can't be."""
    scene = Scene(matter, case, command, facts)
    if command.act in consult.ACTS:
        return consult.judge(scene)
    match command.act:
        case "comment":
            return comment.judge(scene)
        case "transfer":
            return _transfer(scene)
    return _no_part(scene) or _of_part(scene)


def offered(case: Case, person: str, posts: Iterable[str], at: str, bodies: Iterable[str] = ()) -> tuple[str, ...]:
    """The acts beside the steps that a person with these posts, who sits on these bodies, could do now."""
    facts = {f"posts:{person}": [*posts], **{f"members:{body}": [person] for body in bodies}}
    usual = (act for act in ("urge", "copy", "withdraw", "comment") if case.status == "open" or act in AFTER)
    commands = [Command(case.id, "", act, {"people": []}, person, "", at) for act in usual]
    verdicts = [(one.act, judge(case.matter, case, one, facts)) for one in commands]
    able = {act for act, verdict in verdicts if isinstance(verdict, Event)} | ({"transfer"} if mine(case, person, posts) else set())
    able.update(consult.offered(case, person, posts))
    return tuple(act for act in BESIDE if act in able)


def mine(case: Case, person: str, posts: Iterable[str]) -> tuple[str, ...]:
    """The waiting steps that a person with these posts could hand over: those of a post of theirs that nobody else has."""
    steps, held = case.matter.steps, frozenset(posts)
    return tuple(step for step in case.waiting if steps[step].by in held and case.passed.get(step, person) == person)


def _transfer(scene: Scene) -> Event | Refusal:
    """Who has a waiting task of a post hands it over to somebody else who holds the post."""
    matter, case, command, facts = scene
    step, person = matter.steps[command.data["step"]], command.data["person"]
    if step.id not in case.waiting or step.by not in scene.held:
        who = matter.label(step.by.removeprefix("body:")) if step.by != "applicant" else Text("申请人本人", "the applicant")
        return scene.refuse(
            PASS, "order",
            Text(f"“{step.title.zh}”现在不由您办理，不能转办。", f"“{step.title.en}” is not yours to do now, so you can't hand it over."),
            Text(f"转办由持有该岗位、正待办理的人进行（{who.zh}）。", f"It is handed over by who has it to do ({who.en})."),
            step=step.id,
        )  # fmt: skip
    elsewhere = handed_over(matter, case, command._replace(step=step.id), facts)
    if elsewhere is not None:
        return elsewhere
    if person in command.people or step.by not in (facts.get(f"posts:{person}") or ()):
        who, post = quoted(both(person)), matter.label(step.by)
        return scene.refuse(
            PASS, "qualified",
            Text(f"不能转办给{who.zh}：须为同岗位（{post.zh}）的他人。",
                 f"It can't go to {who.en}: only to somebody else who is {post.en}."),
            Text(f"请改选其他{post.zh}；没有其他人的，请由本人办理或委托代理。",
                 f"Choose another {post.en}; where there is none, do it yourself or name a stand-in."),
            step=step.id, by=person,
        )  # fmt: skip
    return scene.event("passed", step.id)


def _no_part(scene: Scene) -> Refusal | None:
    """Who does it: the applicant, and but for taking the case back whoever did something in it that still counts."""
    case, actor, title = scene.case, scene.command.actor, scene.title
    mine = case.applicant == actor or (scene.command.act != "withdraw" and any(actor in act.people for act in _acts(case)))
    if mine and (not scene.command.post or scene.command.post in scene.held):
        return None
    who = (
        Text("申请人本人", "the applicant")
        if scene.command.act == "withdraw"
        else Text("申请人和办理过本件的人", "the applicant and those who did a step of the case")
    )
    return scene.refuse(
        PART, "qualified",
        Text(f"“{title.zh}”只能由{who.zh}进行，您不是。", f"“{title.en}” is for {who.en} only, and you are not."),
        Text(f"请交由{who.zh}进行。", f"Leave it to {who.en}."),
        needed="applicant" if scene.command.act == "withdraw" else "part", person=actor,
    )  # fmt: skip


def _of_part(scene: Scene) -> Event | Refusal:
    """An act of who has a part in the case."""
    match scene.command.act:
        case "withdraw":
            return _withdraw(scene)
        case "urge":
            return _urge(scene)
    return _copy(scene)


def _withdraw(scene: Scene) -> Event | Refusal:
    """Only while the case is the applicant's own work: nobody else's act counts in it, and nothing that can't be undone was done."""
    case, matter = scene.case, scene.matter
    final = next((step for step in matter.flow.order if step in case.acts and matter.steps[step].final), None)
    others = [act for act in _acts(case) if {*act.people} != {case.applicant}]
    if not others and final is None:
        return scene.event("withdrawn", "withdrawn")
    waiting = scene.labels(case.waiting)
    remedy = (
        Text(f"如确需停办，请由“{waiting.zh}”的办理人退回或不予同意。", f"To stop it, have it returned or rejected at “{waiting.en}”.")
        if any({"return", "reject"} & {*matter.steps[step].acts} for step in case.waiting)
        else Text(f"如确需停办，请与“{waiting.zh}”的办理人商定。", f"To stop it, settle that with whoever does “{waiting.en}”.")
    )
    if others:
        last = max(others, key=lambda act: act.at)
        step, who = matter.label(last.step), quoted(both(last.actor))
        message = Text(f"{who.zh}已于 {moment(last.at)} 办理“{step.zh}”，他人办理之后不能再撤回。",
                       f"{who.en} did “{step.en}” at {moment(last.at)}: once somebody else has acted, it can't be withdrawn.")  # fmt: skip
        return scene.refuse(WITHDRAW, "order", message, remedy, step=last.step, by=last.actor, at=last.at)
    assert final is not None
    step = matter.label(final)
    message = Text(
        f"“{step.zh}”已经办理，办理后不可撤销，不能再撤回。", f"“{step.en}” is done and can't be undone, so the case can't be withdrawn."
    )
    return scene.refuse(WITHDRAW, "order", message, remedy, step=final)


def _urge(scene: Scene) -> Event | Refusal:
    """What waits for others, once in a working day: urging more often is noise, and urging oneself is nothing."""
    case, command = scene.case, scene.command
    others = tuple(step for step in case.waiting if not _own(scene, step))
    if not others:
        waiting = scene.labels(case.waiting)
        return scene.refuse(
            URGE, "order",
            Text(f"“{waiting.zh}”正等您自己办理，无须催办。", f"“{waiting.en}” waits for you yourself; there is nobody to urge."),
            Text(f"请办理“{waiting.zh}”。", f"Do “{waiting.en}”."),
            waiting=list(case.waiting),
        )  # fmt: skip
    last = next((note for note in reversed(case.notes) if note.act == command.act and note.actor == command.actor), None)
    again = office_day(add(last.at, A_WORKDAY, scene.matter.calendar.guessing())) if last is not None else None
    if last is not None and again is not None and office_day(command.at) < again:
        return scene.refuse(
            URGE, "order",
            Text(f"您已于 {moment(last.at)} 催办过本件，每个工作日只能催办一次。",
                 f"You urged this case at {moment(last.at)}; that can be done once in a working day."),
            Text(f"{again.isoformat()} 起可以再次催办。", f"Urge again on {again.isoformat()} or later."),
            urged=last.at, again=again.isoformat(),
        )  # fmt: skip
    return scene.event("urged", " ".join(others))


def _copy(scene: Scene) -> Event | Refusal:
    """To people who hold a post, and not to oneself."""
    command = scene.command
    people: list[str] = command.data["people"]
    unfit = [one for one in people if one in command.people or scene.facts.get(f"person:{one}") is None]
    if unfit:
        listed = named(unfit)
        return scene.refuse(
            COPY, "qualified",
            Text(f"不能抄送给{listed.zh}：须为他人，且在岗。",
                 f"No copy goes to {listed.en}: it goes to others, and to who holds a post."),
            Text("请改选其他在岗人员。", "Choose others who hold a post."),
            people=unfit,
        )  # fmt: skip
    return scene.event("copied")


def _acts(case: Case) -> Iterator[Act]:
    return (act for acts in case.acts.values() for act in acts)


def _own(scene: Scene, step: str) -> bool:
    by = scene.matter.steps[step].by
    if step in scene.case.passed:
        return scene.case.passed[step] in scene.command.people
    return scene.case.applicant == scene.command.actor if by == "applicant" else by in (*scene.held, *scene.lent)
