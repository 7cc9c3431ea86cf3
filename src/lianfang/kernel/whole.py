"""Whether a JSON value is whole: that it has the parts which whoever reads it needs, each of its kind; what is not so is told in words.

A shape is a ``Kind``, a mapping of shapes by the keys that must be there, a list of one shape (of each item), ``ByName``, ``Or``, or one
of these made ``Whole``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from lianfang.kernel.fields import is_moment
from lianfang.kernel.model import Text


class Kind(NamedTuple):
    """A kind of plain value: how it is told, and what it is called."""

    fits: Callable[[Any], bool]
    called: Text


class ByName(NamedTuple):
    """A mapping whose keys are free, and the shape of each of its values."""

    shape: Shape


class Or(NamedTuple):
    """A shape, or null."""

    shape: Shape


class Whole(NamedTuple):
    """A shape, with one function made of it that says whether a value has it: whole logs are held against it."""

    shape: Shape
    fits: Callable[[Any], bool]

    @staticmethod
    def of(shape: Shape) -> Whole:
        """The shape, made."""
        return Whole(shape, _fits(shape))


Shape = Kind | ByName | Or | Whole | Mapping[str, "Shape"] | Sequence["Shape"]

WORD = Kind(lambda value: type(value) is str, Text("文字", "text"))
COUNT = Kind(lambda value: type(value) is int, Text("整数", "a whole number"))
FLAG = Kind(lambda value: type(value) is bool, Text("是或否", "true or false"))
MOMENT = Kind(
    lambda value: type(value) is str and is_moment(value), Text("时间，如 2026-01-05T01:30:00Z", "a moment such as 2026-01-05T01:30:00Z")
)
TABLE = Kind(lambda value: type(value) is dict, Text("键值", "a mapping"))
LIST = Kind(lambda value: type(value) is list, Text("列表", "a list"))
WORDS: Shape = {"zh": WORD, "en": WORD}


def broken(value: Any, shape: Shape, path: str = "") -> Text | None:
    """What is wrong with the first part of a value that does not have the shape, without a full stop; None where it is whole."""
    if isinstance(shape, Whole):
        return None if shape.fits(value) else broken(value, shape.shape, path)
    match shape:
        case Or(inner):
            return None if value is None else broken(value, inner, path)
        case Kind(fits, called):
            return None if fits(value) else _other(path, called)
        case ByName(inner):
            parts = [(key, inner) for key in value] if TABLE.fits(value) else None
            called = TABLE.called
        case Mapping():
            parts = [*shape.items()] if TABLE.fits(value) else None
            called = TABLE.called
        case _:
            parts = [(place, shape[0]) for place in range(len(value))] if LIST.fits(value) else None
            called = LIST.called
    if parts is None:
        return _other(path, called)
    return next((found for key, inner in parts if (found := _part(value, key, inner, path)) is not None), None)


def _part(value: Any, key: Any, shape: Shape, path: str) -> Text | None:
    where = f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}" if path else key
    if not isinstance(key, int) and key not in value:
        return Text(f"缺少“{where}”", f"“{where}” is missing")
    return broken(value[key], shape, where)


def _other(path: str, called: Text) -> Text:
    return (
        Text(f"“{path}”应为{called.zh}", f"“{path}” should be {called.en}") if path else Text(f"应为{called.zh}", f"should be {called.en}")
    )


def _fits(shape: Shape) -> Callable[[Any], bool]:
    match shape:
        case Or(inner):
            whole = _fits(inner)
            return lambda value: value is None or whole(value)
        case Kind(alike, _) | Whole(_, alike):
            return alike
        case ByName(inner):
            whole = _fits(inner)
            return lambda value: type(value) is dict and all(map(whole, value.values()))
        case Mapping():
            return _table({key: _fits(inner) for key, inner in shape.items()})
        case _:
            whole = _fits(shape[0])
            return lambda value: type(value) is list and all(map(whole, value))


def _table(columns: Mapping[str, Callable[[Any], bool]]) -> Callable[[Any], bool]:
    parts = tuple(columns.items())

    def fits(value: Any) -> bool:
        if type(value) is not dict:
            return False
        for key, whole in parts:  # noqa: SIM110 a loop is faster than what makes its values
            if key not in value or not whole(value[key]):
                return False
        return True

    return fits
