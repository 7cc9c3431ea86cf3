"""What the blocks of a flow alone don't rule out: a case that can't begin, a choice that finds no branch, a return into nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lianfang.kernel.flow import Choose, Each, Node, Parallel, Sequence, StepNode, children, steps_of
from lianfang.kernel.model import Text


class FlowFault(NamedTuple):
    """A fault of a flow; ``step`` is the step whose return it is about, or '' for the flow itself."""

    step: str
    message: Text


def flow_faults(root: Node, returns: Mapping[str, str]) -> Iterator[FlowFault]:
    """All that keeps a flow from being sound. ``returns`` says where each step that can return a case returns it to."""
    if not _begins(root):
        yield FlowFault("", Text("流程须以一个环节开始", "a flow begins with a step"))
    yield from (FlowFault("", message) for message in _faults(root, inside_each=False))
    known = set(steps_of(root))
    for step, to in returns.items():
        if step in known and to in known and not _returns(root, step, to):
            yield FlowFault(
                step,
                Text(f"不能退回到“{to}”：只能退回到每件都必经、且先于本环节的环节",
                     f"can't return to {to!r}: a case goes back only to a step that came before and that every case passes"),
            )  # fmt: skip


def _begins(node: Node) -> bool:
    return isinstance(node, StepNode) or (isinstance(node, Sequence) and bool(node.parts) and _begins(node.parts[0]))


def _faults(node: Node, inside_each: bool) -> Iterator[Text]:
    if isinstance(node, Choose) and [branch.when is None for branch in node.branches] != [False] * (len(node.branches) - 1) + [True]:
        yield Text("choose 须以且只以最后一支为 otherwise", "a choose has one otherwise, and it comes last")
    if isinstance(node, Each) and inside_each:
        yield Text("each 之内不能再有 each", "an each can't stand inside an each")
    for inner in children(node):
        yield from _faults(inner, inside_each or isinstance(node, Each))


def _returns(node: Node, step: str, to: str) -> bool:
    """Whether a return leads back along the way that the case came: both in one branch, or the target on the trunk before."""
    match node:
        case Sequence(parts):
            here, there = (next(i for i, part in enumerate(parts) if name in steps_of(part)) for name in (step, to))
            return _trunk(parts[there], to) if there < here else there == here and _returns(parts[here], step, to)
        case Parallel(parts):
            return any(_returns(part, step, to) for part in parts if {step, to} <= set(steps_of(part)))
        case Choose(branches):
            return any(_returns(branch.node, step, to) for branch in branches if {step, to} <= set(steps_of(branch.node)))
    return False


def _trunk(node: Node, step: str) -> bool:
    """Whether a step is reached without any choice, branch or round."""
    match node:
        case StepNode(own):
            return own == step
        case Sequence(parts):
            return any(_trunk(part, step) for part in parts)
    return False
