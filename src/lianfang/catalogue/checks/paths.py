"""The paths of a block-structured flow: what is certainly done before a step, and under which conditions.

A parallel promises nothing of its other parts, and a repeat nothing but its closing step: what may not have happened yet can't be
relied on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lianfang.kernel.flow import Branch, Choose, Each, Node, Parallel, Repeat, Sequence, StepNode, children, steps_of
from lianfang.kernel.model import Field

MOST = 20_000
Record = Mapping[str, Field]


class TooManyPathsError(ValueError):
    """A flow with more paths than can be looked at one by one."""


class Taken(NamedTuple):
    """A condition of the flow that a path met: it held, or it did not and a later branch was taken. ``step`` is the first step of the
    choice, to know when it was asked."""

    branch: Branch
    held: bool
    step: str


class Path(NamedTuple):
    """Steps that are certainly done, in an order that can happen, and the conditions that were met on the way."""

    steps: tuple[str, ...] = ()
    taken: tuple[Taken, ...] = ()

    def then(self, other: Path) -> Path:
        """This path, and after it the other."""
        return Path(self.steps + other.steps, self.taken + other.taken)


class Decision(NamedTuple):
    """A choice or an each, and the paths that lead to it."""

    node: Choose | Each
    ways: list[Path]


def paths_to(node: Node, step: str, record: Record) -> list[Path]:
    """Every path that leads to a step. Raises TooManyPathsError."""
    match node:
        case Sequence(parts):
            at = next(i for i, part in enumerate(parts) if step in steps_of(part))
            before = joined(through(part, record) for part in parts[:at])
            return product(before, paths_to(parts[at], step, record))
        case Choose(branches):
            at = next(i for i, branch in enumerate(branches) if step in steps_of(branch.node))
            return product([_entered(node, at)], paths_to(branches[at].node, step, record))
        case Parallel(parts):
            return paths_to(next(part for part in parts if step in steps_of(part)), step, record)
        case Each(_, _, inner):
            return paths_to(inner, step, record)
        case Repeat(acts, until) if step != until:
            return paths_to(next(part for part in acts if step in steps_of(part)), step, record)
    return [Path()]


def paths_by(node: Node, step: str, record: Record) -> list[Path]:
    """Every way to get a node over with that takes a step. Raises TooManyPathsError."""
    match node:
        case StepNode():
            return [Path((step,))]
        case Sequence(parts) | Parallel(parts):
            return joined(paths_by(part, step, record) if step in steps_of(part) else through(part, record) for part in parts)
        case Choose(branches):
            at = next(i for i, branch in enumerate(branches) if step in steps_of(branch.node))
            return product([_entered(node, at)], paths_by(branches[at].node, step, record))
        case Each(_, _, inner):
            return paths_by(inner, step, record)
        case Repeat(acts, until):
            act = next((part for part in acts if step in steps_of(part)), None)
            return product(paths_by(act, step, record) if act is not None else [Path()], [Path((until,))])


def decisions(node: Node, ways: list[Path], record: Record) -> Iterator[Decision]:
    """Every choice and each of a flow, with the ways that lead to it. Raises TooManyPathsError."""
    match node:
        case Sequence(parts):
            for part in parts:
                yield from decisions(part, ways, record)
                ways = product(ways, through(part, record))
        case Choose(branches):
            yield Decision(node, ways)
            for i, branch in enumerate(branches):
                yield from decisions(branch.node, product(ways, [_entered(node, i)]), record)
        case Each(_, _, inner):
            yield Decision(node, ways)
            yield from decisions(inner, ways, record)
        case Parallel(parts) | Repeat(parts, _):
            for part in parts:
                yield from decisions(part, ways, record)


def through(node: Node, record: Record) -> list[Path]:
    """Every way to get a node over with. Raises TooManyPathsError."""
    match node:
        case StepNode(step):
            return [Path((step,))]
        case Sequence(parts) | Parallel(parts):
            return joined(through(part, record) for part in parts)
        case Choose(branches):
            return [path for i, branch in enumerate(branches) for path in product([_entered(node, i)], through(branch.node, record))]
        case Each(_, over, inner):
            found = through(inner, record)
            return found if _never_empty(over, record) else [Path(), *found]
        case Repeat(_, until):
            return [Path((until,))]


def joined(ways: Iterable[list[Path]]) -> list[Path]:
    """One after the other, in every combination."""
    found = [Path()]
    for one in ways:
        found = product(found, one)
    return found


def product(first: list[Path], second: list[Path]) -> list[Path]:
    """Every path of the first with every path of the second after it."""
    if len(first) * len(second) > MOST:
        raise TooManyPathsError(f"more than {MOST} paths")
    return [a.then(b) for a in first for b in second]


def can_follow(node: Node, first: str, then: str) -> bool:
    """Whether a step can be done after another one going forward, in one round of what is repeated."""
    match node:
        case Repeat(_, until) if until in (first, then):
            return then == until != first
        case Each() | StepNode() | Sequence() | Choose() | Parallel() | Repeat():
            inner = children(node)
            here, there = (next((i for i, part in enumerate(inner) if step in steps_of(part)), -1) for step in (first, then))
            if here == there:
                return here >= 0 and can_follow(inner[here], first, then)
            return here < there if isinstance(node, Sequence) else not isinstance(node, Choose)


def conditions(path: Path) -> Iterator[Any]:
    """The compiled conditions that a path met, *otherwise* left out."""
    return (taken.branch.when for taken in path.taken if taken.branch.when is not None)


def _entered(choice: Choose, at: int) -> Path:
    """The path into a branch: the conditions before it did not hold, its own did."""
    first = next(steps_of(choice), "")
    passed = tuple(Taken(branch, held=False, step=first) for branch in choice.branches[:at])
    return Path((), (*passed, Taken(choice.branches[at], held=True, step=first)))


def _never_empty(over: str, record: Record) -> bool:
    field = record.get(over)
    return field is not None and field.required and bool(field.min)
