"""The paths of a block-structured flow: what is certainly done before a step, and under which conditions.

A parallel promises nothing of its other parts, and a repeat nothing but its closing step: what may not have happened yet can't be
relied on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lianfang.kernel.flow import Branch, Choose, Each, Node, Parallel, Repeat, Sequence, StepNode, steps_of
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
