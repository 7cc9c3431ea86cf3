"""What a matter's declaration says must not pass, found without asking the judge.

The generator needs a second opinion: it reads the same declaration (whose step it is, what must be apart, who is appointed, the tree of
the flow) and comes to its own conclusion from the list of acts that were done. It uses neither ``decide``, nor how a control judges, nor
how a flow is walked; what it says nothing about may still be refused by something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from lianfang.catalogue.load import Catalogue
from lianfang.kernel.controls.base import Control
from lianfang.kernel.decide import FORWARD
from lianfang.kernel.flow import Choose, Each, Node, Repeat, Sequence, StepNode, children, repeated_steps, steps_of
from lianfang.kernel.model import BESIDE, NOTHING, Matter, Text, Values
from lianfang.kernel.wording import joined


class Done(NamedTuple):
    """A step that was done and still counts: by whom and when (UTC text)."""

    step: str
    who: str
    at: str


class Standing(NamedTuple):
    """What is known of a case: ``new``, ``open`` or ``closed``, by whom it was begun, what was done in it, its record, and the opinions
    that were asked for on steps, of whom, and are not given."""

    status: str = "new"
    applicant: str = ""
    done: tuple[Done, ...] = ()
    values: Values = NOTHING
    asked: frozenset[tuple[str, str]] = frozenset()

    @property
    def steps(self) -> frozenset[str]:
        """The steps that were done."""
        return frozenset(done.step for done in self.done)


class Absent(NamedTuple):
    """Whom somebody stands in for ('' for nobody), the posts that were lent, and whether they act ``on_behalf`` or in their own name."""

    person: str = ""
    posts: frozenset[str] = frozenset()
    on_behalf: bool = False


class Try(NamedTuple):
    """Somebody trying an act with some data, holding these posts at the time, and standing in for somebody."""

    who: str
    step: str
    act: str
    data: Values
    posts: frozenset[str]
    members: Callable[[str], tuple[str, ...]]
    absent: Absent = Absent()


OWN_NAME = Text("这一环节或岗位不在委托之内，只能由本人办理", "it is not among the steps that were lent: only they may do it themselves")


class Oracle:
    """Says of one declared matter what must be refused."""

    def __init__(self, matter: Matter, catalogue: Catalogue) -> None:
        self.matter, self.catalogue = matter, catalogue
        self._again = frozenset(repeated_steps(matter.flow.root))

    def after(self, case: Standing, who: str, step: str, act: str, data: Values, at: str) -> Standing:
        """A case after an act that was accepted."""
        if act in ("reject", "withdraw"):
            return case._replace(status="closed")
        if act in BESIDE:
            return case._replace(asked=_asked(case, who, act, data))
        if act == "return":
            undone = self.undone(data.get("returns_to") or self.matter.steps[step].returns_to)
            asked = frozenset(one for one in case.asked if one[0] not in undone)
            return case._replace(done=tuple(done for done in case.done if done.step not in undone), asked=asked)
        form = self.matter.steps[step].form if step in self._again else ()
        kept = {name: value for name, value in case.values.items() if name not in form}
        values = {**kept, **{name: value for name, value in data.items() if name in self.matter.record}}
        found = Standing("open", case.applicant or who, (*case.done, Done(step, who, at)), values, case.asked)
        return found._replace(status="closed") if _over(self.matter.flow.root, found) else found

    def undone(self, step: str) -> frozenset[str]:
        """What a return to a step undoes: it, and all that comes after it in a sequence."""
        return frozenset({step, *_later(self.matter.flow.root, step)})

    def barred(self, case: Standing, tried: Try) -> Text | None:
        """Why an act must not pass; None where nothing that is looked at here forbids it."""
        if tried.act in BESIDE:
            return self._beside(case, tried)
        whose = self._whose(case, tried)
        if whose is None and tried.act in self.matter.steps[tried.step].closed:
            return Text("这一环节不得不予同意", "this step can't be rejected")
        if whose is not None or tried.act not in FORWARD:
            return whose or self._order(case, tried)
        missing = [person for step, person in case.asked if step == tried.step]
        if missing:
            return Text("所征求的意见尚未答复", "an opinion that was asked for is not given")
        for control in self.matter.controls:
            look = LOOK.get(control.kind)
            if look is not None and tried.step in control.steps:
                why = look(self, control, case, tried)
                if why is not None:
                    return Text(f"“{control.title.zh}”：{why.zh}", f"“{control.title.en}”: {why.en}")
        return self._order(case, tried)

    def _beside(self, case: Standing, tried: Try) -> Text | None:
        """An act beside the steps: for the applicant and who did something, to take the case back for the applicant, if nobody else did."""
        if tried.absent.on_behalf:
            return OWN_NAME
        if case.status == "new" or (case.status == "closed" and tried.act not in ("copy", "comment")):
            return Text("没有正在办理的办件", "there is no case that runs")
        if tried.act == "transfer":
            by = self.matter.steps[tried.data["step"]].by
            return None if by in tried.posts else Text("此人不持有该环节的岗位", "this person does not hold the post of the step")
        if tried.act in ("consult", "advise", "recall"):
            return self._opinion(case, tried)
        return None if tried.act == "comment" and self._has_step(tried) else self._part(case, tried)

    def _has_step(self, tried: Try) -> bool:
        return any(step.by in tried.posts for step in self.matter.steps.values())

    def _part(self, case: Standing, tried: Try) -> Text | None:
        """Who acts has a part in the case."""
        others = {done.who for done in case.done if done.who != case.applicant}
        if tried.who != case.applicant and (tried.act == "withdraw" or tried.who not in others):
            return Text("此人与本件无关，或不是申请人", "this person has no part in the case, or is not the applicant")
        return Text("他人已经办理", "somebody else has acted") if others and tried.act == "withdraw" else None

    def _opinion(self, case: Standing, tried: Try) -> Text | None:
        """Asked by who has the step, of others than themselves and the applicant; given by who was asked, and by nobody in two parts."""
        step, people = tried.data["step"], {*tried.data.get("people", ())}
        by = self.matter.steps[step].by
        if tried.act == "advise":
            if (step, tried.who) not in case.asked:
                return Text("没有征求此人的意见", "this person was not asked")
            return Text("此人正代理申请人", "this person stands in for the applicant") if tried.absent.person == case.applicant else None
        if by not in tried.posts and not (by == "applicant" and case.applicant == tried.who):
            return Text("此人不持有该环节的岗位", "this person does not hold the post of the step")
        if people & {tried.who, tried.absent.person, case.applicant}:
            return Text("征求的是本人或申请人的意见", "the opinion is that of who asks, or of the applicant")
        return self._order(case, tried._replace(step=step))

    def _whose(self, case: Standing, tried: Try) -> Text | None:
        """The step belongs to a post, to the members of a body or to the applicant."""
        by = self.matter.steps[tried.step].by
        if tried.absent.on_behalf:
            lent = case.status != "new" and by in tried.absent.posts
            return None if lent else OWN_NAME
        if by == "applicant":
            theirs = case.status == "new" or case.applicant == tried.who
            who = Text("申请人", "the applicant")
        elif by.startswith("body:"):
            theirs = tried.who in tried.members(by.removeprefix("body:"))
            who = self.matter.label(by.removeprefix("body:"))
        else:
            theirs, who = by in tried.posts, self.matter.label(by)
        return None if theirs else Text(f"只能由{who.zh}办理", f"only {who.en} may do it")

    def _order(self, case: Standing, tried: Try) -> Text | None:
        """The case must have come to the step."""
        if case.status == "closed":
            return Text("办件已经办结", "the case is closed")
        if case.status == "new":
            begins = tried.step == next(steps_of(self.matter.flow.root)) and tried.act in FORWARD
        else:
            begins = _open_to(self.matter.flow.root, tried.step, case)
        return None if begins else Text("还没有轮到或已经办过这一环节", "it is not the turn of this step, or it was done already")

    def entry(self, control: Control, values: Values) -> Mapping[str, Any] | None:
        """The entry that a control looks up, as the office began with it; None where there is none or a case could have changed it."""
        ledger = control.params["ledger"]
        writes = [write for step in self.matter.steps.values() for write in step.writes if write.ledger == ledger]
        if any(not write.adds for write in writes):
            return None
        try:
            key = str(control.params["key"](values))
        except KeyError:  # what names the entry is not filled in
            return None
        began = next((entry.data for entry in self.catalogue.ledgers[ledger].entries if entry.key == key), None)
        added = {column for write in writes for column in write.adds}
        return {column: value for column, value in began.items() if column not in added} if began is not None else None

    def apart(self, control: Control, case: Standing, tried: Try) -> Text | None:
        """Nobody does two of the steps that must be apart."""
        both = {tried.who, tried.absent.person}
        mine = [done.step for done in case.done if done.who in both and done.step in control.params["steps"]]
        other = next((step for step in mine if step != tried.step), None)
        did = self.matter.label(other) if other else None
        if did is None:
            return None
        if tried.absent.person:
            return Text(f"代理人或其所代之人已办理“{did.zh}”", f"the stand-in, or whom they stand in for, did “{did.en}”")
        return Text(f"此人已办理“{did.zh}”", f"this person did “{did.en}”")

    def levels(self, control: Control, case: Standing, tried: Try) -> Text | None:
        """What must be agreed before is done."""
        values = {**case.values, **tried.data}
        missing = [level["step"] for level in control.params["levels"]
                   if level["step"] not in case.steps and (level.get("when") is None or _holds(level["when"], values))]  # fmt: skip
        names = joined(self.matter.label(step) for step in missing)
        return Text(f"尚未经{names.zh}", f"{names.en} is not done") if missing else None

    def appointed(self, control: Control, case: Standing, tried: Try) -> Text | None:
        """Who acts holds the post, belongs to the unit, and is whom the ledger names."""
        params = control.params
        if params["posts"] and not tried.posts & set(params["posts"]):
            return Text("此人不任所需岗位", "this person holds none of the posts")
        known = self.catalogue.organisation.people.get(tried.who)
        if params["own_unit"] and (known is None or known.unit != self.matter.unit):
            return Text("此人不是本单位人员", "this person is not of the unit")
        entry = self.entry(control, {**case.values, **tried.data}) if params["ledger"] else None
        if entry is not None and entry.get(params["holder"]) != tried.who:
            return Text("此人不是台账上指定的人员", "this is not whom the ledger names")
        return None


LOOK: Mapping[str, Callable[[Oracle, Control, Standing, Try], Text | None]] = {
    "distinct": Oracle.apart,
    "approval": Oracle.levels,
    "qualified": Oracle.appointed,
}
"""The kinds whose demand can be looked at in who did what; those that compare values are tried at their limits."""


def _asked(case: Standing, who: str, act: str, data: Values) -> frozenset[tuple[str, str]]:
    """Whose opinion is not given after an act beside the steps."""
    if act == "consult":
        return case.asked | {(data["step"], person) for person in data["people"]}
    given = {(data["step"], who)} if act == "advise" else {one for one in case.asked if act == "recall" and one[0] == data["step"]}
    return case.asked - given


_walked: dict[int, tuple[Node, frozenset[str]]] = {}


def _inside(node: Node) -> frozenset[str]:
    """The steps under a node. Remembered by the node itself: it is asked for tens of thousands of times."""
    known = _walked.get(id(node))
    if known is None or known[0] is not node:
        known = _walked[id(node)] = node, frozenset(steps_of(node))
    return known[1]


def _over(node: Node, case: Standing) -> bool:
    """Whether nothing is left to do in a part of the flow."""
    match node:
        case StepNode(step):
            return step in case.steps
        case Choose():
            chosen = _chosen(node, case)
            return chosen is not None and _over(chosen, case)
        case Each(over, _, inner):
            items = len(list(over(case.values))) if over is not None else 0
            return all(sum(done.step == step for done in case.done) >= items for step in steps_of(inner))
        case Repeat(_, until):
            return until in case.steps
    return all(_over(part, case) for part in children(node))


def _chosen(node: Choose, case: Standing) -> Node | None:
    """The branch that is taken: the one in which something was done, or else the first whose condition holds."""
    begun = next((branch.node for branch in node.branches if case.steps & _inside(branch.node)), None)
    if begun is not None:
        return begun
    return next((branch.node for branch in node.branches if branch.when is None or _holds(branch.when, case.values)), None)


def _holds(condition: Callable[[Values], Any], values: Values) -> bool:
    try:
        return bool(condition(values))
    except KeyError:  # what it asks for is not filled in
        return False


def _open_to(node: Node, step: str, case: Standing) -> bool:
    """Whether a step can come now: all before it is over, it is on the way that is taken, and it was not done unless it may be again."""
    if step not in _inside(node):
        return False
    match node:
        case StepNode():
            return step not in case.steps
        case Sequence(parts):
            at = next(i for i, part in enumerate(parts) if step in _inside(part))
            return all(_over(part, case) for part in parts[:at]) and _open_to(parts[at], step, case)
        case Choose():
            chosen = _chosen(node, case)
            return chosen is not None and _open_to(chosen, step, case)
        case Repeat(acts, until):
            return until not in case.steps and (step == until or any(step in _reachable(part, case) for part in acts))
    return not _over(node, case) if isinstance(node, Each) else any(_open_to(part, step, case) for part in node.parts)


def _reachable(node: Node, case: Standing) -> Iterator[str]:
    """The steps of an act that can be done several times: those of a choice whose condition does not hold now are left out."""
    if isinstance(node, Choose):
        now = (branch.node for branch in node.branches if branch.when is None or _holds(branch.when, case.values))
        inner = next(now, None)
        if inner is not None:
            yield from _reachable(inner, case)
    elif isinstance(node, StepNode):
        yield node.step
    else:
        for part in children(node):
            yield from _reachable(part, case)
        if isinstance(node, Repeat):
            yield node.until


def _later(node: Node, step: str) -> Iterator[str]:
    """The steps after a step: those in later parts of the sequences it stands in, and all beside it where steps are done again."""
    inner = next((part for part in children(node) if step in _inside(part)), None)
    if isinstance(node, Each | Repeat):
        yield from steps_of(node)
    elif inner is not None:
        yield from _later(inner, step)
        if isinstance(node, Sequence):
            for part in node.parts[node.parts.index(inner) + 1 :]:
                yield from steps_of(part)
