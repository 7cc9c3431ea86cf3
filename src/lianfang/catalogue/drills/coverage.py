"""Which ways through a flow the lawful drills take: a way that none takes is a way that nobody has tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from lianfang.catalogue.drills.runner import Stage, play
from lianfang.kernel.flow import Branch, Choose, Each, Flow, Node, Parallel, Repeat, Sequence, children, steps_of
from lianfang.kernel.model import Values

Way = tuple[int, ...]
"""A branch by its place in the tree: which part, which branch, and so on down."""


def untried(stage: Stage) -> list[str]:
    """The branches that no lawful drill of the matter takes to its end, each as ``condition → first step``."""
    tried: set[Way] = set()
    for drill in stage.file.drills.drills:
        if drill.lawful:
            seen: set[Way] = set()
            root = _traced(stage.matter.flow.root, (), seen.add)
            if not play(stage._replace(matter=replace(stage.matter, flow=Flow.of(root))), drill).why:
                tried |= seen
    return [_words(branch) for way, branch in _branches(stage.matter.flow.root, ()) if way not in tried]


def _words(branch: Branch) -> str:
    return f"{branch.text} → {next(steps_of(branch.node), '(nothing more)')}"


def _branches(node: Node, way: Way) -> Iterator[tuple[Way, Branch]]:
    for i, inner in enumerate(children(node)):
        if isinstance(node, Choose):
            yield (*way, i), node.branches[i]
        yield from _branches(inner, (*way, i))


def _traced(node: Node, way: Way, took: Callable[[Way], None]) -> Node:
    """The same tree, telling which branches it takes."""
    inner = tuple(_traced(part, (*way, i), took) for i, part in enumerate(children(node)))
    match node:
        case Choose(branches):
            return Choose(tuple(_watched(b, inner[i], (*way, i), took) for i, b in enumerate(branches)))
        case Sequence():
            return Sequence(inner)
        case Parallel():
            return Parallel(inner)
        case Each(over, text, _):
            return Each(over, text, inner[0])
        case Repeat(_, until):
            return Repeat(inner, until)
    return node


def _watched(branch: Branch, node: Node, way: Way, took: Callable[[Way], None]) -> Branch:
    def when(values: Values) -> Any:
        holds = branch.when is None or branch.when(values)
        if holds:
            took(way)
        return holds

    return Branch(when, branch.text, node)
