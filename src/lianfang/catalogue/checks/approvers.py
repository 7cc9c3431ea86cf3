"""Approvers: whether an approval is given by somebody, by somebody other than the applicant, and by as many people as it has levels."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from lianfang.catalogue.checks.findings import Finding, loophole
from lianfang.catalogue.checks.paths import TooManyPathsError, paths_to
from lianfang.catalogue.organisation import Organisation
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.collective import FEWEST
from lianfang.kernel.hands import APPLICANT
from lianfang.kernel.model import Matter, Step, Text


def holders(matter: Matter, step: Step, organisation: Organisation, at: str) -> tuple[str, ...]:
    """Who may take a step; of an applicant's own, everybody of the unit."""
    if step.by == APPLICANT:
        return tuple(person.id for person in organisation.people.values() if person.unit == matter.unit)
    if step.by.startswith("body:"):
        return organisation.members(step.by.removeprefix("body:"), at)
    return organisation.holders(step.by, at)


def vacant(matter: Matter, step: Step, organisation: Organisation, at: str) -> Iterator[Finding]:
    """An approval that nobody can give. It does not pass by itself: the case stays there for good."""
    people = holders(matter, step, organisation, at)
    who, doing = matter.label(step.by.removeprefix("body:")), step.title
    if not people:
        yield loophole(
            matter, "empty-approver", step.id,
            f"“{doing.zh}”没有人能办：现在没有人担任{who.zh}，请先任命",
            f"nobody can do “{doing.en}”: no one is {who.en} now; have somebody appointed",
        )  # fmt: skip
    elif votes(matter, step) and len(people) < FEWEST:
        name = organisation.people[people[0]].name
        yield loophole(
            matter, "empty-approver", step.id,
            f"“{doing.zh}”永远表决不了：{who.zh}只有 {name.zh} 一人，至少须有 {FEWEST} 人",
            f"“{doing.en}” can never vote: {name.en} alone is {who.en}, and at least {FEWEST} are needed",
        )  # fmt: skip


def votes(matter: Matter, step: Step) -> list[Control]:
    """The votes that are taken at a step."""
    return [control for control in matter.controls if control.kind == "collective" and control.params["at"] == step.id]


def own(matter: Matter, step: Step, organisation: Organisation, at: str) -> Iterator[Finding]:
    """An approval that the applicant may give, whatever posts people hold today."""
    controls, doing = matter.controls, step.title
    if any(c.kind == "recusal" and c.params["applicant"] and step.id in c.params["at"] for c in controls):
        return
    if step.kind == "meeting":
        taken = votes(matter, step)
        if not taken:
            yield loophole(
                matter, "no-vote", step.id,
                f"“{doing.zh}”不用表决：任何一名成员登记“通过”即可，请加 collective",
                f"“{doing.en}” needs no vote: any one member records that it was carried; add a collective",
            )  # fmt: skip
        elif not any(control.params["without_applicant"] for control in taken):
            yield loophole(
                matter, "self-approval", step.id,
                f"申请人可以在“{doing.zh}”为自己的事投票，请写 without_applicant: true",
                f"the applicant may vote on their own case at “{doing.en}”; say without_applicant: true",
            )  # fmt: skip
        return
    theirs = _applicants(matter, step.id)
    if any(c.kind == "distinct" and step.id in c.steps and theirs & {*c.steps} for c in controls):
        return
    first = matter.steps[matter.flow.order[0]]
    both = sorted({*holders(matter, first, organisation, at)} & {*holders(matter, step, organisation, at)})
    named = organisation.people[both[0]].name if both else Text("", "")
    now = Text(f"（如 {named.zh}）", f" ({named.en}, for one)") if both else named
    yield loophole(
        matter, "self-approval", step.id,
        f"申请人{now.zh}可以自己办理“{doing.zh}”：没有 distinct 把它与“{first.title.zh}”分开",
        f"the applicant{now.en} may do “{doing.en}” themselves: no distinct keeps it apart from “{first.title.en}”",
    )  # fmt: skip


def _applicants(matter: Matter, step: str) -> set[str]:
    """The steps that the applicant has certainly taken before a step: the first, and those that are the applicant's own on every way."""
    own = {name for name, one in matter.steps.items() if one.by == APPLICANT}
    try:
        certain = set.intersection(*({*path.steps} for path in paths_to(matter.flow.root, step, matter.record)))
    except TooManyPathsError:
        certain = set()
    return {matter.flow.order[0], *(own & certain)} - {step}


def one_for_all(matter: Matter, organisation: Organisation, at: str) -> Iterator[Finding]:
    """Two levels of one approval that somebody can pass alone, by the posts that people hold now."""
    apart = [{*control.steps} for control in matter.controls if control.kind == "distinct"]
    told: set[tuple[str, str]] = set()
    for control in matter.controls:
        levels = [level["step"] for level in control.params["levels"]] if control.kind == "approval" else []
        for pair in combinations([step for step in levels if matter.steps[step].kind == "approval"], 2):
            one, other = (matter.steps[step] for step in pair)
            both = sorted({*holders(matter, one, organisation, at)} & {*holders(matter, other, organisation, at)})
            if both and pair not in told and not any({*pair} <= steps for steps in apart):
                told.add(pair)
                name = organisation.people[both[0]].name
                yield loophole(
                    matter, "one-approver", other.id,
                    f"{name.zh}一人可以办理“{control.title.zh}”的两级：“{one.title.zh}”和“{other.title.zh}”，没有 distinct 把它们分开",
                    f"{name.en} alone may pass two levels of “{control.title.en}”, “{one.title.en}” and “{other.title.en}”:"
                    " no distinct keeps them apart",
                )  # fmt: skip
