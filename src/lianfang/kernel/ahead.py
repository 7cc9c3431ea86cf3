"""Which steps of a case still come: by where it stands, and by what its values say now of the choices that lie ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lianfang.kernel.conditions import Condition
from lianfang.kernel.flow import Branch, Choose, Each, Node, Parallel, Position, Repeat, Sequence, StepNode
from lianfang.kernel.model import Case

COMES, MAY, NEVER = "comes", "may", "never"
AHEAD = "ahead"
"""The position of a node that the case has not come to."""

Inner = tuple[Node, Position, str]


def coming(case: Case) -> Mapping[str, str]:
    """By step whether it comes on the way that the values known now lead to: it comes, it may come, or it does not."""
    return dict(_Way(case).steps(case.matter.flow.root, case.position, COMES))


class _Way:
    def __init__(self, case: Case) -> None:
        forms = (step.form for name, step in case.matter.steps.items() if name not in case.acts)
        self.values = case.values
        self.open = {name for form in forms for name in form if name not in case.values}
        """What is not known and may still be filled in: a condition on it can't be told yet, whatever it says of what is missing."""

    def steps(self, node: Node, position: Position, sure: str) -> Iterator[tuple[str, str]]:
        """(step, whether it comes) of a node that comes as surely as this."""
        sure = NEVER if position is None else sure  # it is behind the case
        if isinstance(node, StepNode):
            yield node.step, sure
        for inner, where, chance in self.fresh(node, sure) if position in (AHEAD, None) else self.entered(node, position, sure):
            yield from self.steps(inner, where, chance)
        if isinstance(node, Repeat):
            yield node.until, sure

    def fresh(self, node: Node, sure: str) -> Iterator[Inner]:
        """The nodes directly inside one that was not entered yet."""
        match node:
            case Sequence(parts) | Parallel(parts):
                yield from ((part, AHEAD, sure) for part in parts)
            case Choose(branches):
                taken = self.taken(branches)
                for i, branch in enumerate(branches):
                    yield branch.node, AHEAD, _less(sure) if taken is None else sure if i == taken else NEVER
            case Each(over, _, inner):
                items = self.told(over)
                yield inner, AHEAD, _less(sure) if items is None else sure if items else NEVER
            case Repeat(acts, _):
                yield from ((part, AHEAD, _less(sure)) for part in acts)

    def entered(self, node: Node, position: Position, sure: str) -> Iterator[Inner]:
        """The nodes directly inside one in which the case stands."""
        match node:
            case Sequence(parts):
                here, inner = position
                yield from ((part, None if i < here else inner if i == here else AHEAD, sure) for i, part in enumerate(parts))
            case Parallel(parts):
                yield from ((part, inner, sure) for part, inner in zip(parts, position, strict=True))
            case Choose(branches):
                taken, inner = position
                yield from ((b.node, inner if i == taken else AHEAD, sure if i == taken else NEVER) for i, b in enumerate(branches))
            case Each(_, _, inner_node):
                yield inner_node, next(inner for _, inner in position if inner is not None), sure
            case Repeat(acts, _):
                yield from ((part, inner, sure if busy else _less(sure)) for part, (busy, inner) in zip(acts, position[1], strict=True))

    def taken(self, branches: tuple[Branch, ...]) -> int | None:
        """The branch that the values lead to; None where that can't be told yet."""
        for i, branch in enumerate(branches):
            holds = True if branch.when is None else self.told(branch.when)
            if holds is None:
                return None
            if holds:
                return i
        return None

    def told(self, condition: Callable[[Mapping[str, Any]], Any]) -> bool | None:
        """Whether a condition holds; None where it can't be told yet."""
        if isinstance(condition, Condition) and self.open & condition.uses:
            return None
        try:
            return bool(condition(self.values))
        except Exception:  # as in the flow, a condition that errs leads nowhere: what may come of it is not known here
            return None


def _less(sure: str) -> str:
    return MAY if sure == COMES else sure
