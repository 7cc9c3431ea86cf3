"""What a condition is made of, so that a refusal can say what its values came to: read off the code that it was lowered to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from lianfang.kernel.conditions import functions
from lianfang.kernel.conditions.types import Type

SIGNS: Mapping[type[ast.cmpop], str] = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
MADE = "made"
NO_LINES: Mapping[str, ast.expr] = MappingProxyType({})
_RUNTIME: dict[str, Any] = {
    "__builtins__": {},
    "_div": functions.div, "_mod": functions.mod, "days": functions.days, "hours": functions.hours,
    "month": functions.month, "year": functions.year,
    "distinct": functions.distinct, "norm": functions.norm, "_matches": functions.matches, "_one": functions.exactly_one,
    "len": len, "sum": sum, "all": all, "any": any, "str": str,
}  # fmt: skip


def function(code: ast.expr) -> Callable[[Mapping[str, Any]], Any]:
    """Code over the values ``v``, compiled."""
    arguments = ast.arguments(posonlyargs=[], args=[ast.arg("v")], kwonlyargs=[], kw_defaults=[], defaults=[])
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, code)))
    # The tree was built node by node from a checked grammar; no text of the author reaches the compiler.
    made: Callable[[Mapping[str, Any]], Any] = eval(compile(tree, "<condition>", "eval"), _RUNTIME)  # noqa: S307 a tree of our own
    return made


@dataclass(frozen=True)
class Code:
    """What something is lowered to. It is compiled when it is first called: most of what a refusal could tell is never told."""

    code: ast.expr

    @cached_property
    def call(self) -> Callable[[Mapping[str, Any]], Any]:
        """The function itself: gives the value, or raises KeyError when one that it needs is missing."""
        return function(self.code)


class Named(NamedTuple):
    """How a value is made, and of which names.

    ``field`` (a name), ``column`` (an entry and its column), ``sum`` and ``each`` (a list and its column), ``size`` (a list),
    ``days`` and ``hours`` (from one name to another), ``figure`` (a literal or a parameter), ``made`` (of these names in some other way).
    """

    how: str
    of: tuple[str, ...]


@dataclass(frozen=True)
class Side(Code):
    """A value that a condition reads or compares."""

    named: Named
    type: Type


@dataclass(frozen=True)
class Part(Code):
    """One of the conditions that ``&&`` joins. ``sign`` compares two sides; '' for what is no comparison: ``sides`` are then the values
    that it reads."""

    sign: str
    sides: tuple[Side, ...]


def parts(code: ast.expr, side: Callable[[ast.expr], Side]) -> Iterator[Part]:
    """The parts of a condition in the order in which they are judged; ``side`` makes a value of code."""
    if isinstance(code, ast.BoolOp) and isinstance(code.op, ast.And):
        for value in code.values:
            yield from parts(value, side)
    elif isinstance(code, ast.Compare) and type(code.ops[0]) in SIGNS:
        yield Part(code, SIGNS[type(code.ops[0])], (side(code.left), side(code.comparators[0])))
    else:
        read = {named(value): value for value in _read(code)}
        yield Part(code, "", tuple(side(value) for value in read.values()))


def named(code: ast.expr) -> Named:
    """How the value of some code is made."""
    how, of = _pattern(code)
    return Named(how, of or tuple(dict.fromkeys(name for value in _read(code) for name in named(value).of[:1])))


def unfolded(code: ast.AST) -> Iterator[Named]:
    """The fields and columns that code reads as they were written, and not folded by ``norm``."""
    match code:
        case ast.Call(func=ast.Name(id="norm")):
            return
        case ast.expr() if _pattern(code)[0] in ("field", "column"):
            yield named(code)
        case _:
            for inner in ast.iter_child_nodes(code):
                yield from unfolded(inner)


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
            elt=ast.Subscript(value=ast.Name(id=item), slice=ast.Constant(value=str(column))),
            generators=[ast.comprehension(target=ast.Name(id=target), iter=inner, ifs=[])],
        ) if item == target and _pattern(inner)[0] == "field":
            how, of = "each", (*_pattern(inner)[1], column)
        case ast.Call(func=ast.Name(id="sum"), args=[inner]) if _pattern(inner)[0] == "each":
            how, of = "sum", _pattern(inner)[1]
        case ast.Call(func=ast.Name(id="len"), args=[inner]) if _pattern(inner)[0] == "field":
            how, of = "size", _pattern(inner)[1]
        case ast.Call(func=ast.Name(id="days" | "hours" as unit), args=[a, b]) if _pattern(a)[0] == _pattern(b)[0] == "field":
            how, of = unit, (*_pattern(a)[1], *_pattern(b)[1])
    return how, of


def _read(code: ast.AST, lines: Mapping[str, ast.expr] = NO_LINES) -> Iterator[ast.expr]:
    """The values that code reads, as large as they can be called by a name; ``lines`` has the list that a macro's item is a line of."""
    match code:
        case ast.expr() if _pattern(code)[0] not in (MADE, "figure"):
            yield code
        case ast.Compare(ops=[ast.In()], comparators=[ast.Name(id="v") | ast.Subscript(slice=ast.Constant(value="entry")) as holder]):
            yield ast.Subscript(holder, code.left, ast.Load())  # has(): the value itself is what a reader looks for
        case (
            ast.Subscript(value=ast.Name(id=item), slice=ast.Constant(value=str()) as column)
            | ast.Compare(left=ast.Constant(value=str()) as column, ops=[ast.In()], comparators=[ast.Name(id=item)])
        ) if item in lines:
            yield _column(lines[item], column)
        case ast.ListComp(elt=body, generators=[over]) | ast.GeneratorExp(elt=body, generators=[over]):
            assert isinstance(over.target, ast.Name)
            listed = _list(over.iter)
            within = {item: held for item, held in lines.items() if item != over.target.id}
            if listed is not None:
                within[over.target.id] = listed
            told = [value for part in (*over.ifs, body) for value in _read(part, within)]
            yield from told
            # Where columns of the lines are told, the lines themselves say no more.
            if over.iter is not listed or not any(_of(value, listed) for value in told):
                yield from _read(over.iter, lines)
        case _:
            for part in ast.iter_child_nodes(code):
                yield from _read(part, lines)


def _list(code: ast.expr) -> ast.expr | None:
    """The list of the record whose lines these are, however they were filtered; None for what is made in another way."""
    match code:
        case ast.ListComp(elt=ast.Name(id=item), generators=[ast.comprehension(target=ast.Name(id=target), iter=inner)]) if item == target:
            return _list(inner)
    return code if _pattern(code)[0] == "field" else None


def _column(listed: ast.expr, column: ast.Constant) -> ast.expr:
    """A column of a list, as the macro ``map`` gives it."""
    target = ast.comprehension(ast.Name("i_", ast.Store()), listed, [], 0)
    return ast.ListComp(ast.Subscript(ast.Name("i_", ast.Load()), column, ast.Load()), [target])


def _of(value: ast.expr, listed: ast.expr) -> bool:
    how, of = _pattern(value)
    return how == "each" and of[:1] == _pattern(listed)[1]
