"""YAML with positions: plain values, and for every place in them the line it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lianfang.catalogue.problems import CatalogueError, Problem
from lianfang.kernel.model import Text

Place = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """A file read: its value and the line of every place in it."""

    file: str
    value: Any
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest place around it that has one."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, message: Text, check: str = "schema") -> Problem:
        """A fault at a place of this file."""
        return Problem(self.file, self.line(place), message, check)


def read(path: Path, root: Path) -> Document:
    """Read a file of the catalogue. Raises CatalogueError for broken YAML or a key that stands twice."""
    file = path.relative_to(root).as_posix()
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogueError([Problem(file, line, Text(f"不是合规的 YAML：{error.problem}", f"not valid YAML: {error.problem}"))]) from None
    document = Document(file, None)
    faults: list[Problem] = []
    document.value = _value(node, (), document, faults) if node is not None else {}
    if faults:
        raise CatalogueError(faults)
    return document


_SAFE = yaml.CSafeLoader("")


def _value(node: yaml.Node, place: Place, document: Document, faults: list[Problem]) -> Any:
    document.lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            document.lines[(*place, key)] = key_node.start_mark.line + 1
            if key in result:
                faults.append(document.problem((*place, key), Text(f"“{key}”写了两次", f"{key!r} stands twice")))
            result[key] = _value(value_node, (*place, key), document, faults)
            document.lines[(*place, key)] = key_node.start_mark.line + 1
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, i), document, faults) for i, item in enumerate(node.value)]
    value = _SAFE.construct_object(node)
    # Dates stay text: evidence holds JSON only.
    return value if isinstance(value, str | int | bool) or value is None else str(node.value)


def walk(root: Path, pattern: str) -> Iterator[Path]:
    """The catalogue's files of one kind, in a stable order."""
    return iter(sorted(root.glob(pattern)))
