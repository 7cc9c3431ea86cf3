"""Deadlines: what is late, or found by a watch, comes before somebody who is there and is not who is late; what is owed is owed by
somebody."""

from __future__ import annotations

from collections.abc import Iterator

from lianfang.catalogue.checks.traceability import control_place
from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.catalogue.organisation import Organisation
from lianfang.catalogue.problems import Problem
from lianfang.kernel.alerts import OVERSIGHT
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.deadline import ladder
from lianfang.kernel.model import Text

CHECK = "deadline"
DUE, ACCEPTED, ESCALATES = Text("由", "is due from"), Text("交由", "is accepted by"), Text("逾期报给", "escalates to")


def unheard(catalogue: Catalogue, at: str) -> Iterator[Problem]:
    """Every deadline, watch and duty with nobody to hear of it, or to do it, at a moment (UTC text)."""
    organisation = catalogue.organisation
    for file in catalogue.matters.values():
        for control in file.matter.controls:
            told = [] if control.family == "gate" else [*_posts(file, control, organisation, at)]
            if control.family != "gate" and not _seen(file, control, organisation, at):
                unit = organisation.units[file.matter.unit].title
                told.append(Text(
                    f"“{control.title.zh}”的预警没有人看：{unit.zh}没有在任的负责人、责任人，也没有在任的纪检监察员或审计员",
                    f"nobody sees the alerts of “{control.title.en}”: no one leads {unit.en} or answers for it now, and there is neither an"
                    " inspector nor an auditor",
                ))  # fmt: skip
            yield from (file.document.problem(control_place(file, control.id), message, CHECK) for message in told)


def _posts(file: MatterFile, control: Control, organisation: Organisation, at: str) -> Iterator[Text]:
    """What is wrong with the posts that something late is reported to, or that a duty or a turn is laid on."""
    title = control.title
    for verb, post in _named(control):
        if not organisation.holders(post, at):
            who = organisation.posts[post].title
            yield Text(
                f"“{title.zh}”{verb.zh}{who.zh}（{post}），现在没有人担任",
                f"“{title.en}” {verb.en} {who.en} ({post}), and no one is that now",
            )
    late = file.matter.steps[control.params["until"]] if control.kind == "deadline" else None
    for rung in ladder(control):
        if late is not None and late.by == rung.post:
            who = organisation.posts[rung.post].title
            yield Text(
                f"“{title.zh}”逾期报给{who.zh}，而逾期的“{late.title.zh}”正是由其办理：请报给上一级",
                f"“{title.en}” escalates to {who.en}, whose own step “{late.title.en}” is late: let it escalate to somebody above",
            )


def _named(control: Control) -> Iterator[tuple[Text, str]]:
    """The posts that a control names, each with what it names them for."""
    for param in KINDS[control.kind].params:
        value = control.params[param.name]
        if param.name == "escalate":
            yield from ((ESCALATES, rung.post) for rung in ladder(control))
        elif param.type in ("post", "posts") and value:
            verb = ACCEPTED if param.name == "accept_by" else DUE
            yield from ((verb, post) for post in (value if isinstance(value, tuple) else (value,)))


def _seen(file: MatterFile, control: Control, organisation: Organisation, at: str) -> bool:
    """Whether anybody sees the alerts of a control: oversight, and but for a channel who leads the unit or answers for the matter; to whom
    they are reported at once."""
    matter, closed = file.matter, bool(KINDS[control.kind].concerns)
    posts = organisation.posts.values()
    leading = (post.id for post in posts if post.role in OVERSIGHT or (not closed and post.leads and post.unit == matter.unit))
    told = [rung.post for rung in ladder(control)[:1]]
    owner = [matter.owner] if matter.owner and not closed else []
    return any(organisation.holders(post, at) for post in (*leading, *owner, *told))
