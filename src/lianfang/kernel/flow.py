"""Block-structured flow: sequence, choose, parallel, each, repeat. Sound by construction, walked as a pure value.

A *position* says where a case stands inside the tree: ``None`` means finished, a step is ``READY``, a sequence is
``(index, inner)``, a choice ``(branch, inner)``, a parallel a tuple of inner positions, an each a tuple of ``(key, inner)``, a
repeat ``(acts so far, ((busy, inner), ...))`` where an act that was begun is busy until it is done. Positions are JSON, so that a
case can be stored and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Position = Any
Values = Mapping[str, Any]
READY = 0
REMEMBERED = 4096
"""Positions of a flow. There are few, but for the items of an each."""


@dataclass(frozen=True, slots=True)
class StepNode:
    """A leaf: one step."""

    step: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """One way through a choice; ``when`` is None for *otherwise*. ``text`` is the condition as written."""

    when: Callable[[Values], Any] | None
    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class Choose:
    """The first branch whose condition holds; a choice without a branch that holds is an error."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Parallel:
    """All parts, in any order."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """The body once for every item of a list (``over`` gives their keys)."""

    over: Callable[[Values], Any]
    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class Repeat:
    """Any of the acts, any number of times, until the closing step is taken. It can't be taken while an act is half done."""

    acts: tuple[Node, ...]
    until: str


Node = StepNode | Sequence | Choose | Parallel | Each | Repeat


class FlowError(ValueError):
    """No branch of a choice holds, or a step is not where the case stands."""


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside a node, in reading order; none inside a step."""
    match node:
        case Sequence(parts) | Parallel(parts) | Repeat(parts, _):
            return parts
        case Choose(branches):
            return tuple(branch.node for branch in branches)
        case Each(_, _, inner):
            return (inner,)
    return ()


def steps_of(node: Node) -> Iterator[str]:
    """Every step under a node, in reading order."""
    if isinstance(node, StepNode):
        yield node.step
    for inner in children(node):
        yield from steps_of(inner)
    if isinstance(node, Repeat):
        yield node.until


def repeated_steps(node: Node) -> Iterator[str]:
    """The steps that one case can take several times going forward: under an each or a repeat."""
    if isinstance(node, Each | Repeat):
        yield from steps_of(node)
        return
    for inner in children(node):
        yield from repeated_steps(inner)


def enter(node: Node, values: Values) -> Position:
    """The position on entering a node; None when there is nothing to do in it."""
    match node:
        case StepNode():
            return READY
        case Sequence(parts):
            return _enter_from(parts, 0, values)
        case Choose(branches):
            index = _chosen(branches, values)
            inner = enter(branches[index].node, values)
            return None if inner is None else (index, inner)
        case Parallel(parts):
            inner_positions = tuple(enter(part, values) for part in parts)
            return None if all(p is None for p in inner_positions) else inner_positions
        case Each(over, _, inner_node):
            items = tuple((str(key), enter(inner_node, values)) for key in over(values))
            return None if all(p is None for _, p in items) else items
        case Repeat(acts, _):
            return (0, tuple((0, enter(part, values)) for part in acts))


def _enter_from(parts: tuple[Node, ...], index: int, values: Values) -> Position:
    while index < len(parts):
        inner = enter(parts[index], values)
        if inner is not None:
            return (index, inner)
        index += 1
    return None


def _chosen(branches: tuple[Branch, ...], values: Values) -> int:
    for index, branch in enumerate(branches):
        if branch.when is None or branch.when(values):
            return index
    raise FlowError("no branch holds: " + " | ".join(branch.text for branch in branches))


def _waiting(node: Node, position: Position) -> Iterator[tuple[str, str]]:
    """(step, item key) pairs that can be taken at a position; the key is '' outside an each."""
    if position is None:
        return
    match node:
        case StepNode(step):
            yield step, ""
        case Sequence(parts):
            yield from _waiting(parts[position[0]], position[1])
        case Choose(branches):
            yield from _waiting(branches[position[0]].node, position[1])
        case Parallel(parts):
            for part, inner in zip(parts, position, strict=True):
                yield from _waiting(part, inner)
        case Each(_, _, inner_node):
            for key, inner in position:
                yield from ((step, sub or key) for step, sub in _waiting(inner_node, inner))
        case Repeat(acts, until):
            yield from _waiting_round(acts, until, position)


def _waiting_round(acts: tuple[Node, ...], until: str, position: Position) -> Iterator[tuple[str, str]]:
    for part, (_, inner) in zip(acts, position[1], strict=True):
        yield from _waiting(part, inner)
    if not any(busy for busy, _ in position[1]):
        yield until, ""


def _advance(node: Node, position: Position, step: str, item: str, values: Values) -> Position:
    """The position after ``step`` was done. Raises FlowError when the step does not wait there."""
    match node:
        case StepNode(own) if own == step and position is not None:
            return None
        case Sequence(parts):
            index, inner = position
            after = _advance(parts[index], inner, step, item, values)
            return (index, after) if after is not None else _enter_from(parts, index + 1, values)
        case Choose(branches):
            index, inner = position
            after = _advance(branches[index].node, inner, step, item, values)
            return None if after is None else (index, after)
        case Parallel(parts):
            return _advance_one(parts, position, step, item, values)
        case Each(_, _, inner_node):
            return _advance_item(inner_node, position, step, item, values)
        case Repeat(acts, until):
            return _advance_round(acts, until, position, step, item, values)
    raise FlowError(f"the step {step!r} does not wait here")


def _advance_one(parts: tuple[Node, ...], position: Position, step: str, item: str, values: Values) -> Position:
    for i, part in enumerate(parts):
        if any(name == step for name, _ in _waiting(part, position[i])):
            after = (*position[:i], _advance(part, position[i], step, item, values), *position[i + 1 :])
            return None if all(p is None for p in after) else after
    raise FlowError(f"the step {step!r} does not wait here")


def _advance_round(acts: tuple[Node, ...], until: str, position: Position, step: str, item: str, values: Values) -> Position:
    turn, inner = position
    if step == until and not any(busy for busy, _ in inner):
        return None
    for i, part in enumerate(acts):
        if any(name == step for name, _ in _waiting(part, inner[i][1])):
            after = _advance(part, inner[i][1], step, item, values)
            begun = tuple((int(after is not None), after) if i == j else one for j, one in enumerate(inner))
            # What is not begun is entered anew: its conditions see the values of today.
            return (turn + 1, tuple(one if one[0] else (0, enter(part, values)) for part, one in zip(acts, begun, strict=True)))
    raise FlowError(f"the step {step!r} does not wait here")


def _advance_item(node: Node, position: Position, step: str, item: str, values: Values) -> Position:
    for i, (key, inner) in enumerate(position):
        if (not item or key == item) and any(name == step for name, _ in _waiting(node, inner)):
            after = (*position[:i], (key, _advance(node, inner, step, item, values)), *position[i + 1 :])
            return None if all(p is None for _, p in after) else after
    raise FlowError(f"the step {step!r} does not wait for {item!r}")


def _go_back(node: Node, position: Position, step: str, again: bool) -> Position:
    """The position when the case is returned to ``step``; branches beside it stay untouched. ``again`` leads back into a choice or a
    parallel that was left: the step was done, so the choice was for its branch."""
    match node:
        case StepNode(own) if own == step:
            return READY
        case Sequence(parts):
            for i, part in enumerate(parts):
                if step in steps_of(part):
                    return (i, _go_back(part, position[1] if position is not None and position[0] == i else None, step, again))
        case Choose(branches) if position is not None:
            index, inner = position
            return (index, _go_back(branches[index].node, inner, step, again))
        case Choose(branches) if again:
            index = next(i for i, branch in enumerate(branches) if step in steps_of(branch.node))
            return (index, _go_back(branches[index].node, None, step, again))
        case Parallel(parts) if position is not None or again:
            inside = position or (None,) * len(parts)
            for i, part in enumerate(parts):
                if step in steps_of(part):
                    return (*inside[:i], _go_back(part, inside[i], step, again), *inside[i + 1 :])
    raise FlowError(f"the case cannot be returned to {step!r}")


def _undone(node: Node, step: str) -> Iterator[str]:
    """The steps that a return to ``step`` undoes: it and what comes after it, but not the parallel branches beside it."""
    match node:
        case Sequence(parts):
            index = next(i for i, part in enumerate(parts) if step in steps_of(part))
            yield from _undone(parts[index], step)
            for part in parts[index + 1 :]:
                yield from steps_of(part)
        case Parallel(parts):
            yield from _undone(next(part for part in parts if step in steps_of(part)), step)
        case Choose(branches):
            yield from _undone(next(branch.node for branch in branches if step in steps_of(branch.node)), step)
        case _:
            yield from steps_of(node)


def _before(node: Node, step: str) -> Iterator[str]:
    """The steps that a case may have passed before it came to ``step`` and can be returned to, in reading order."""
    match node:
        case Sequence(parts):
            index = next(i for i, part in enumerate(parts) if step in steps_of(part))
            for part in parts[:index]:
                yield from _single(part)
            yield from _before(parts[index], step)
        case Parallel() | Choose():
            yield from _before(next(inner for inner in children(node) if step in steps_of(inner)), step)


def _single(node: Node) -> Iterator[str]:
    """The steps of a node that are taken once: a round or an item can't be gone back into."""
    if isinstance(node, StepNode):
        yield node.step
    elif not isinstance(node, Each | Repeat):
        for inner in children(node):
            yield from _single(inner)


def _leading(node: Node, step: str) -> Iterator[str]:
    """A step, and those that a case may have to take before it."""
    match node:
        case Sequence(parts):
            index = next(i for i, part in enumerate(parts) if step in steps_of(part))
            for part in parts[:index]:
                yield from steps_of(part)
            yield from _leading(parts[index], step)
        case Repeat(_, until) if step == until:
            yield from steps_of(node)
        case StepNode():
            yield step
        case _:
            yield from _leading(next(inner for inner in children(node) if step in steps_of(inner)), step)


class _Asked(Exception):
    """A condition was asked on the way: where it leads depends on the record."""


class _Unread(dict[str, Any]):
    """A record that nobody may look into."""

    def __getitem__(self, name: object) -> Any:
        raise _Asked

    __contains__ = __getitem__


_UNREAD, _UNKNOWN, _DEPENDS = _Unread(), object(), object()


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow tree with the order of its steps. ``_seen`` remembers what waits at a position, ``_moves`` where a step leads to from one, if
    that does not depend on the record, and ``_later`` what comes after a step: all are asked for often."""

    root: Node
    order: tuple[str, ...]
    _seen: dict[Position, tuple[tuple[tuple[str, str], ...], tuple[str, ...]]] = field(default_factory=dict, repr=False, compare=False)
    _moves: dict[tuple[Position, str, str], Position] = field(default_factory=dict, repr=False, compare=False)
    _later: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    @staticmethod
    def of(root: Node) -> Flow:
        """Wrap a tree; a step may stand in it once only."""
        order = tuple(steps_of(root))
        twice = sorted({step for step in order if order.count(step) > 1})
        if twice:
            raise FlowError("a step stands twice in the flow: " + ", ".join(twice))
        return Flow(root, order)

    def start(self, values: Values) -> Position:
        """Where a new case stands."""
        return enter(self.root, values)

    def waiting(self, position: Position) -> tuple[str, ...]:
        """The steps that can be taken at a position, each once, in flow order."""
        found = self._seen.get(position)
        if found is None:
            found = ((), ()) if position is None else self._at(position)
        return found[1]

    def waiting_items(self, position: Position) -> tuple[tuple[str, str], ...]:
        """(step, item) pairs; one a branch of an each."""
        return () if position is None else self._at(position)[0]

    def _at(self, position: Position) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        found = self._seen.get(position)
        if found is None:
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            items = tuple(_waiting(self.root, position))
            found = self._seen[position] = items, tuple(dict.fromkeys(step for step, _ in items))
        return found

    def advance(self, position: Position, step: str, values: Values, item: str = "") -> Position:
        """Where the case stands after a step was done; None when it is finished."""
        move = position, step, item
        found = self._moves.get(move, _UNKNOWN)
        if found is _UNKNOWN:
            try:
                found = _advance(self.root, position, step, item, _UNREAD)
            except _Asked:
                found = _DEPENDS
            if len(self._moves) >= REMEMBERED:
                self._moves.clear()
            self._moves[move] = found
        return _advance(self.root, position, step, item, values) if found is _DEPENDS else found

    def go_back(self, position: Position, step: str, again: bool = False) -> Position:
        """Where the case stands after it was returned to an earlier step; ``again`` where that was done in it, so that it leads back into
        a choice that was left. Raises FlowError where the step can't be returned to."""
        return _go_back(self.root, position, step, again)

    def before(self, step: str) -> tuple[str, ...]:
        """The steps that a case can be returned to from a step, where it passed them, in flow order."""
        return tuple(_before(self.root, step)) if step in self.order else ()

    def leading_to(self, step: str) -> frozenset[str]:
        """A step, and those that a case may have to take before it: what is done beside it is none of them, nor another act of a round."""
        return frozenset(_leading(self.root, step)) if step in self.order else frozenset()

    def from_step(self, step: str) -> frozenset[str]:
        """The step and all that come after it: what a return to it undoes."""
        found = self._later.get(step)
        if found is None:
            if step not in self.order:
                return frozenset()
            found = self._later[step] = frozenset(_undone(self.root, step))
        return found
