"""A drill, or the forms in it, with something in them changed: a figure on which the way depends, a word, a number, a paper."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from lianfang.catalogue.drills.limits import thresholds
from lianfang.catalogue.schema import DrillSpec
from lianfang.kernel.model import Field, Matter

Data = Mapping[str, Any]


def shifted(matter: Matter, drill: DrillSpec) -> Iterator[DrillSpec]:
    """The drill with each figure on which its way depends put just below, at and just past where it turns, wherever that figure stands."""
    for name, figure in sorted(set(thresholds(matter))):
        before = next((act.data[name] for act in drill.script if isinstance(act.data.get(name), int)), None)
        if before is not None:
            for after in (figure - 1, figure, figure + 1):
                script = [act.model_copy(update={"data": _replaced(act.data, before, after)}) for act in drill.script]
                yield drill.model_copy(update={"script": script})


def _replaced(value: Any, before: int, after: int) -> Any:
    """A value with a whole number in it replaced wherever it stands."""
    match value:
        case dict():
            return {name: _replaced(item, before, after) for name, item in value.items()}
        case list():
            return [_replaced(item, before, after) for item in value]
        case bool():
            return value
    return after if value == before and isinstance(value, int) else value


def edits(record: Mapping[str, Field], data: Data, papers: Collection[str]) -> Iterator[Data]:
    """The data of a form with one thing in it changed; ``papers`` are the files that there are, by their SHA-256."""
    for name, value in data.items():
        for other in _others(record[name].type if name in record else "", value, papers):
            yield {**data, name: other}


def _others(kind: str, value: Any, papers: Collection[str]) -> Iterator[Any]:
    match kind:
        case "text" | "longtext":
            yield f"{value}+"
        case "int" | "money":
            yield value + 1
        case "file":
            yield from (paper for paper in papers if paper != value)


def changes(record: Mapping[str, Field], filled: Sequence[Data], papers: Collection[str]) -> Iterator[list[Data]]:
    """Several forms filled in again with one thing changed: a field of one of them, or a figure wherever it stands in them."""
    for number, data in enumerate(filled):
        for other in edits(record, data, papers):
            yield [*filled[:number], other, *filled[number + 1 :]]
    for figure in sorted({value for data in filled for value in _figures(data)}):
        yield [_replaced(data, figure, figure + 1) for data in filled]


def _figures(value: Any) -> Iterator[int]:
    match value:
        case dict():
            for item in value.values():
                yield from _figures(item)
        case list():
            for item in value:
                yield from _figures(item)
        case int() if not isinstance(value, bool):
            yield value
