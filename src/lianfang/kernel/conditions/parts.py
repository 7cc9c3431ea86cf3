"""What a condition is made of, so that a refusal can say what its values came to: read off the code that it was lowered to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from lianfang.kernel.conditions.types import Type

SIGNS: Mapping[type[ast.cmpop], str] = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
MADE = "made"


class Named(NamedTuple):
    """How a value is made, and of which names.

    ``field`` (a name), ``column`` (an entry and its column), ``sum`` and ``each`` (a list and its column), ``size`` (a list),
    ``days`` and ``hours`` (from one name to another), ``figure`` (a literal or a parameter), ``made`` (of these names in some other way).
    """

    how: str
    of: tuple[str, ...]


class Side(NamedTuple):
    """A value that a condition reads or compares."""

    named: Named
    type: Type
    call: Callable[[Mapping[str, Any]], Any]


class Part(NamedTuple):
    """One of the conditions that ``&&`` joins. ``sign`` compares two sides; '' for what is no comparison: ``sides`` are then the values
    that it reads."""

    call: Callable[[Mapping[str, Any]], Any]
    sign: str
    sides: tuple[Side, ...]


def parts(code: ast.expr, side: Callable[[ast.expr], Side]) -> Iterator[Part]:
    """The parts of a condition in the order in which they are judged; ``side`` makes a value of code."""
    if isinstance(code, ast.BoolOp) and isinstance(code.op, ast.And):
        for value in code.values:
            yield from parts(value, side)
    elif isinstance(code, ast.Compare) and type(code.ops[0]) in SIGNS:
        yield Part(side(code).call, SIGNS[type(code.ops[0])], (side(code.left), side(code.comparators[0])))
    else:
        read = {named(value): value for value in _read(code)}
        yield Part(side(code).call, "", tuple(side(value) for value in read.values()))


def named(code: ast.expr) -> Named:
    """How the value of some code is made."""
    how, of = _pattern(code)
    return Named(how, of or tuple(dict.fromkeys(name for value in _read(code) for name in named(value).of[:1])))


def _pattern(code: ast.expr) -> tuple[str, tuple[str, ...]]:
    how, of = MADE, tuple[str, ...]()
    match code:
        case ast.Constant() | ast.UnaryOp(operand=ast.Constant()):
            how = "figure"
        case ast.Subscript(value=ast.Name(id="v"), slice=ast.Constant(value=str(name))):
            how, of = "field", (name,)
        case ast.Subscript(value=ast.Subscript() as owner, slice=ast.Constant(value=str(column))) if _pattern(owner)[0] == "field":
            how, of = "column", (*_pattern(owner)[1], column)
        case ast.ListComp(
            elt=ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str(column))), generators=[ast.comprehension(iter=inner, ifs=[])]
        ) if _pattern(inner)[0] == "field":
            how, of = "each", (*_pattern(inner)[1], column)
        case ast.Call(func=ast.Name(id="sum"), args=[inner]) if _pattern(inner)[0] == "each":
            how, of = "sum", _pattern(inner)[1]
        case ast.Call(func=ast.Name(id="len"), args=[inner]) if _pattern(inner)[0] == "field":
            how, of = "size", _pattern(inner)[1]
        case ast.Call(func=ast.Name(id="days" | "hours" as unit), args=[a, b]) if _pattern(a)[0] == _pattern(b)[0] == "field":
            how, of = unit, (*_pattern(a)[1], *_pattern(b)[1])
    return how, of


def _read(code: ast.AST) -> Iterator[ast.expr]:
    """The values that code reads, as large as they can be called by a name."""
    match code:
        case ast.Compare(ops=[ast.In()], comparators=[ast.Name(id="v") | ast.Subscript(slice=ast.Constant(value="entry")) as holder]):
            yield ast.Subscript(holder, code.left, ast.Load())  # has(): the value itself is what a reader looks for
            return
    for inner in ast.iter_child_nodes(code):
        if isinstance(inner, ast.expr) and _pattern(inner)[0] not in (MADE, "figure"):
            yield inner
        else:
            yield from _read(inner)
