"""Comments (评论): words to those who have to do with a case, some of them named (@). A comment is a note: it decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lianfang.kernel.model import Case, Command, Event, Facts, Need, Refusal, Text
from lianfang.kernel.scene import Scene
from lianfang.kernel.wording import named

COMMENT = "comment-people"
"""What refuses: who comments, and who is named."""


def asks(case: Case, command: Command) -> Iterator[Need]:
    """The facts that a comment is judged on, beside the posts of who gives it: the posts of those named, and who sits on the bodies."""
    yield from (("posts", person) for person in command.data.get("people", ()))
    yield from (("members", body) for body in _bodies(case))


def judge(scene: Scene) -> Event | Refusal:
    """The event of a comment, or why it can't be."""
    case, command, facts = scene.case, scene.command, scene.facts
    if not concerned(case, command.actor, facts):
        return scene.refuse(
            COMMENT, "qualified",
            Text("只有与本件有关的在岗人员可以评论，您不是。",
                 "Only who has to do with the case and holds a post comments on it, and you don't."),
            Text("请由申请人或经办人先抄送给您。", "Let the applicant or who did a step copy it to you first."),
            person=command.actor,
        )  # fmt: skip
    people: list[str] = command.data.get("people", [])
    unfit = [one for one in people if one == command.actor or not concerned(case, one, facts)]
    if unfit:
        listed = named(unfit)
        return scene.refuse(
            COMMENT, "qualified",
            Text(f"不能在评论中提到{listed.zh}：须为能看到本件的在岗他人。",
                 f"{listed.en} can't be named in a comment: only others who hold a post and see the case."),
            Text("请改选他人，或先抄送给此人。", "Choose others, or copy the case to them first."),
            people=unfit,
        )  # fmt: skip
    return scene.event("commented")


def concerned(case: Case, person: str, facts: Facts) -> bool:
    """Whether somebody who holds a post has to do with a case: the applicant, who takes or took a step of it, who was asked for an opinion,
    and who was named to read it. All of them see it."""
    posts = facts.get(f"posts:{person}") or ()
    if not posts:
        return False
    by = {step.by for step in case.matter.steps.values()}
    if person == case.applicant or not by.isdisjoint(posts) or person in case.passed.values():
        return True
    if any(person in (facts.get(f"members:{body}") or ()) for body in _bodies(case)):
        return True
    told = (note.to for note in case.notes if note.act == "copy")
    acts = (act.people for done in case.acts.values() for act in done)
    return any(person in named for named in (*told, *acts)) or any(person == one.person for one in case.asked)


def _bodies(case: Case) -> Iterable[str]:
    return sorted({step.by.removeprefix("body:") for step in case.matter.steps.values() if step.by.startswith("body:")})
