"""Deadlines: what is late, or found by a watch, comes before somebody who is there, may see it, and is not who is late."""

from __future__ import annotations

from collections.abc import Iterator

from lianfang.catalogue.checks.traceability import control_place
from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.catalogue.organisation import OVERSIGHT, Organisation
from lianfang.catalogue.problems import Problem
from lianfang.kernel.controls.base import Control
from lianfang.kernel.model import Text

CHECK = "deadline"


def unheard(catalogue: Catalogue, at: str) -> Iterator[Problem]:
    """Every deadline, watch and duty with nobody to hear of it, or to do it, at a moment (UTC text)."""
    organisation = catalogue.organisation
    for file in catalogue.matters.values():
        for control in file.matter.controls:
            told = [] if control.family == "gate" else [*_posts(file, control, organisation, at)]
            if control.family != "gate" and not _seen(file, organisation, at):
                unit = organisation.units[file.matter.unit].title
                told.append(Text(
                    f"“{control.title.zh}”的预警没有人看：{unit.zh}没有在任的负责人，也没有在任的纪检监察员或审计员",
                    f"nobody sees the alerts of “{control.title.en}”: no one leads {unit.en} now, and there is neither an inspector"
                    " nor an auditor",
                ))  # fmt: skip
            yield from (file.document.problem(control_place(file, control.id), message, CHECK) for message in told)


def _posts(file: MatterFile, control: Control, organisation: Organisation, at: str) -> Iterator[Text]:
    """What is wrong with the posts that a deadline escalates to, or that a duty is laid on."""
    matter, title = file.matter, control.title
    named = [("by", Text("由", "is due from")), ("accept_by", Text("交由", "is accepted by"))] if control.kind == "recur" else []
    named += [("escalate", Text("逾期报给", "escalates to"))] if control.kind == "deadline" else []
    for param, verb in named:
        post = control.params[param]
        if post and not organisation.holders(post, at):
            who = organisation.posts[post].title
            yield Text(
                f"“{title.zh}”{verb.zh}{who.zh}（{post}），现在没有人担任",
                f"“{title.en}” {verb.en} {who.en} ({post}), and no one is that now",
            )
    if control.kind != "deadline":
        return
    post, late = organisation.posts[control.params["escalate"]], matter.steps[control.params["until"]]
    if late.by == post.id:
        yield Text(
            f"“{title.zh}”逾期报给{post.title.zh}，而逾期的“{late.title.zh}”正是由其办理：请报给上一级",
            f"“{title.en}” escalates to {post.title.en}, whose own step “{late.title.en}” is late: let it escalate to somebody above",
        )
    if not (post.role in OVERSIGHT or (post.leads and post.unit == matter.unit)):
        unit = organisation.units[matter.unit].title
        yield Text(
            f"“{title.zh}”逾期报给{post.title.zh}（{post.id}），其看不到{unit.zh}的预警：请报给{unit.zh}的负责人（leads）或纪检、审计",
            f"“{title.en}” escalates to {post.title.en} ({post.id}), who does not see the alerts of {unit.en}: let it escalate to somebody"
            f" who leads {unit.en}, to an inspector or to an auditor",
        )


def _seen(file: MatterFile, organisation: Organisation, at: str) -> bool:
    """Whether anybody sees the alerts of a matter: who leads its unit, and oversight."""
    unit = file.matter.unit
    watching = (post for post in organisation.posts.values() if post.role in OVERSIGHT or (post.leads and post.unit == unit))
    return any(organisation.holders(post.id, at) for post in watching)
