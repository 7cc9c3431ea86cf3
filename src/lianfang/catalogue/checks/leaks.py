"""Leaks: what is under an embargo and gets out before its release, past every list of readers.

A ledger is read by whoever chooses from it and by the watches, whose alerts have readers of their own; which branch a case takes, and when
a step falls due, stands on every list of cases.
"""

from __future__ import annotations

from collections.abc import Iterator

from lianfang.catalogue.checks.findings import Finding, loophole
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.embargo import uses
from lianfang.kernel.flow import Branch, Choose, Each, Node, children, steps_of
from lianfang.kernel.model import Matter, Step


def leaks(matter: Matter) -> Iterator[Finding]:
    """Every way in which a field of an embargo gets out before its release."""
    for control in matter.controls:
        fields = frozenset(KINDS[control.kind].withholds(control.params))
        if fields:
            early = matter.flow.order[: matter.flow.order.index(control.params["until"])]
            yield from (one for name in early for one in _written(matter, control, matter.steps[name], fields))
            yield from _branched(matter, control, fields, frozenset([*early, control.params["until"]]))
            yield from _due(matter, control, fields)


def _leak(matter: Matter, control: Control, step: str, names: frozenset[str], zh: str, en: str) -> Finding:
    until = matter.label(control.params["until"])
    told = matter.label(min(names))
    return loophole(
        matter, "leak", step,
        f"“{control.title.zh}”没有作用：“{told.zh}”在“{until.zh}”之前{zh}",
        f"“{control.title.en}” has no force: before “{until.en}” “{told.en}” {en}",
    )  # fmt: skip


def _written(matter: Matter, control: Control, step: Step, fields: frozenset[str]) -> Iterator[Finding]:
    for write in step.writes:
        parts = [write.when, write.each, write.key, *write.data.values(), *write.adds.values()]
        found = fields & {name for part in parts for name in getattr(part, "uses", ())}
        if found:
            ledger = matter.label(write.ledger)
            yield _leak(matter, control, step.id, found, f"就写进了{ledger.zh}", f"is written to {ledger.en}")


def _branched(matter: Matter, control: Control, fields: frozenset[str], early: frozenset[str]) -> Iterator[Finding]:
    for step, condition in _turns(matter.flow.root):
        found = fields & frozenset(getattr(condition, "uses", ()))
        if found and step in early:
            label = matter.label(step)
            zh, en = f"就决定了是否办理“{label.zh}”，办件走到哪里人人可见", f"decides whether “{label.en}” is taken, which all see"
            yield _leak(matter, control, step, found, zh, en)


def _turns(node: Node) -> Iterator[tuple[str, object]]:
    """(the first step inside, the condition) of every branch and of every list that is gone through."""
    match node:
        case Choose(branches):
            yield from ((step, branch.when) for branch in branches if (step := _first(branch)))
        case Each(over, _, inner):
            yield next(steps_of(inner)), over
    for inner in children(node):
        yield from _turns(inner)


def _first(branch: Branch) -> str:
    return next(steps_of(branch.node), "")


def _due(matter: Matter, control: Control, fields: frozenset[str]) -> Iterator[Finding]:
    for other in matter.controls:
        found = fields & uses(other) if other.kind == "deadline" else frozenset()
        if found:
            zh = f"就决定了“{other.title.zh}”的期限，期限人人可见"
            yield _leak(matter, control, control.params["until"], found, zh, f"decides when “{other.title.en}” falls due, which all see")
