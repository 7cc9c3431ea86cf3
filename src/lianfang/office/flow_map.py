"""The three-column map (业务流程 | 风险点 | 防控机制) of a matter, and where a case stands on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lianfang.kernel.ahead import MAY, NEVER, coming
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import Control
from lianfang.kernel.flow import Branch, Choose, Each, Node, Parallel, Repeat, Sequence, StepNode
from lianfang.kernel.model import Case, Matter, Risk, Text
from lianfang.office.alerts import false_alarms
from lianfang.office.people import NOBODY, names, title
from lianfang.office.refusals import FAMILIES, GRADES
from lianfang.office.views import NOTHING, ControlView, MapRow, RiskView
from lianfang.office.words import condition_text

APPLICANT = Text("申请人", "Applicant")
ALL_ITEMS = Text("逐项", "for each item")
ANY_TIME = Text("可多次", "any number of times")
FILLED_IN = re.compile(r"has\(\w+\)").fullmatch
AT_ONCE = Text("并行", "in parallel")


@dataclass(frozen=True, slots=True)
class Tally:
    """How often the controls of a matter acted: refusals and alerts by control; and for the heat of its map the cases that wait at each
    step, each with since when the first of them does, and the open alerts by the risk that they name."""

    refusals: Mapping[str, int] = field(default_factory=Counter)
    alerts: Mapping[str, int] = field(default_factory=Counter)
    waiting: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    named: Mapping[str, int] = field(default_factory=Counter)


def controls_of(matter: Matter, tally: Tally) -> tuple[ControlView, ...]:
    """All controls of a matter."""
    return tuple(control_view(matter, control, tally) for control in matter.controls)


def control_view(matter: Matter, control: Control, tally: Tally) -> ControlView:
    """One control as a page shows it."""
    kind = KINDS[control.kind]
    return ControlView(
        control.id, control.title, control.kind, kind.title, control.family, FAMILIES[control.family], kind.demand, kind.blind,
        control.source or NOTHING, false_alarms(matter.id, control.id), tally.refusals.get(control.id, 0), tally.alerts.get(control.id, 0),
    )  # fmt: skip


def risk_view(matter: Matter, risk: Risk, tally: Tally) -> RiskView:
    """One risk with the controls that guard it."""
    guards = tuple(control_view(matter, control, tally) for control in matter.controls if control.id in risk.controls)
    return RiskView(
        risk.id, risk.title, risk.grade, GRADES[risk.grade], risk.blind_spots, guards,
        sum(guard.refusals for guard in guards), sum(guard.alerts for guard in guards), tally.named.get(risk.id, 0),
    )  # fmt: skip


def flow_map(matter: Matter, tally: Tally, case: Case | None = None) -> tuple[MapRow, ...]:
    """The rows of the map in flow order, each step with its risks; with a case also who did it and where it stands."""
    conditions = dict(_conditions(matter, matter.flow.root, ()))
    waiting = case.waiting if case is not None and case.status == "open" else ()
    first = min((matter.flow.order.index(step) for step in waiting), default=len(matter.flow.order))
    known = names(acts[-1].actor for acts in case.acts.values()) if case is not None else {}
    ways = coming(case) if waiting and case is not None else {}
    rows = []
    for index, name in enumerate(matter.flow.order):
        step = matter.steps[name]
        act = case.acts[name][-1] if case is not None and name in case.acts else None
        way = ways.get(name, MAY)
        state = "now" if name in waiting else "done" if act else _not_done(way, passed=case is not None and index < first)
        by = APPLICANT if step.by == "applicant" else title(step.by.removeprefix("body:"))
        risks = tuple(risk_view(matter, risk, tally) for risk in matter.risks if risk.at == name)
        who = known.get(act.actor, NOBODY) if act else NOTHING
        when = conditions.get(name, NOTHING)
        rows.append(
            MapRow(name, step.title, by, step.kind, state, who, act.at if act else "", when, risks, way, *tally.waiting.get(name, ()))
        )
    return tuple(rows)


def arrows_of(flow: Node) -> tuple[tuple[str, str], ...]:
    """(step, step that may come next); an act that may be repeated leads to the step that ends the repeating."""
    found: list[tuple[str, str]] = []
    _through(flow, frozenset(), found)
    return tuple(found)


def _through(node: Node, before: frozenset[str], found: list[tuple[str, str]]) -> frozenset[str]:
    """Note the arrows into and within a node that is entered after these steps; the steps after which it is left."""
    match node:
        case StepNode(step):
            found += [(one, step) for one in sorted(before)]
            return frozenset({step})
        case Sequence(parts):
            for part in parts:
                before = _through(part, before, found)
            return before
        case Choose(branches):
            return frozenset().union(*(_through(branch.node, before, found) for branch in branches))
        case Parallel(parts):
            return frozenset().union(*(_through(part, before, found) for part in parts))
        case Each(_, _, inner):
            return _through(inner, before, found)
        case Repeat(acts, until):
            left = before.union(*(_through(act, before, found) for act in acts))
            found += [(one, until) for one in sorted(left)]
            return frozenset({until})


def _not_done(way: str, *, passed: bool) -> str:
    return "skipped" if passed else "ruled-out" if way == NEVER else "ahead"


def _conditions(matter: Matter, node: Node, above: tuple[Text, ...]) -> Iterator[tuple[str, Text]]:
    """(step, when it is taken) of the steps under a choice, an each, a repeat or a parallel."""
    own = node.step if isinstance(node, StepNode) else node.until if isinstance(node, Repeat) else ""
    if own and above:
        yield own, Text("；".join(t.zh for t in above), "; ".join(t.en for t in above))
    for inner, when in _inside(matter, node):
        yield from _conditions(matter, inner, (*above, when) if when else above)


def _inside(matter: Matter, node: Node) -> Iterator[tuple[Node, Text]]:
    """The nodes directly under a block, each with what it adds to when its steps are taken."""
    match node:
        case Sequence(parts):
            yield from ((part, NOTHING) for part in parts)
        case Parallel(parts):
            yield from ((part, AT_ONCE) for part in parts)
        case Choose(branches):
            yield from ((branch.node, _branch(matter, branches, number)) for number, branch in enumerate(branches))
        case Each(_, _, inner):
            yield inner, ALL_ITEMS
        case Repeat(acts, _):
            yield from ((part, ANY_TIME) for part in acts)


def _branch(matter: Matter, branches: tuple[Branch, ...], number: int) -> Text:
    """When a branch is taken, in words; *otherwise* beside one other branch is its opposite."""
    texts = [branch.text for branch in branches]
    if texts[number] == "otherwise" and len(texts) == 2:  # noqa: PLR2004
        other = texts[0]
        turned = _opposite(other)
        if turned:
            return condition_text(matter, turned)
        shown = condition_text(matter, other)
        return Text(f"非“{shown.zh}”", f"not “{shown.en}”")
    return condition_text(matter, texts[number])


def _opposite(condition: str) -> str:
    """The opposite of a plain comparison, or of something filled in; '' for anything else."""
    if FILLED_IN(condition):
        return f"!{condition}"
    if condition.count("<") + condition.count(">") != 1 or "&&" in condition or "||" in condition:
        return ""
    for sign, other in (("<=", ">"), (">=", "<"), ("<", ">="), (">", "<=")):
        if sign in condition:
            return condition.replace(sign, other)
    return ""
