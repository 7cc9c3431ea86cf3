"""From a condition's text to a native function: parse (cel-python), check types, lower to Python's ``ast``, compile once."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from celpy.celparser import CELParseError, CELParser
from lark import Token, Tree

from lianfang.kernel.conditions.parts import Code, Named, Part, Side, function, named, parts, unfolded
from lianfang.kernel.conditions.types import MOMENTS, WORDS, Type, addition, comparable, multiplication, type_name
from lianfang.kernel.model import Text

_COMPARE: Mapping[str, type[ast.cmpop]] = {
    "relation_eq": ast.Eq, "relation_ne": ast.NotEq, "relation_lt": ast.Lt,
    "relation_le": ast.LtE, "relation_gt": ast.Gt, "relation_ge": ast.GtE,
}  # fmt: skip
_ARITHMETIC = {"addition_add": "+", "addition_sub": "-", "multiplication_mul": "*", "multiplication_div": "/", "multiplication_mod": "%"}
_MOMENT = ("date", "datetime")
MACRO_PARTS = 2
"""A macro takes the name of the item and an expression over it."""
_OPERATORS = ("list_lit", "map_lit", "member_dot", "ident_arg")
"""Nodes that mean something even with a single child."""


class ConditionError(ValueError):
    """A condition that can't be understood. ``nearest`` is the right name it probably meant, or ''."""

    def __init__(self, text: str, message: Text, nearest: str = "") -> None:
        self.text, self.message, self.nearest = text, message, nearest
        super().__init__(f"{text!r}: {message.zh} / {message.en}")


@dataclass(frozen=True)
class Condition(Code):
    """A compiled condition. Call it with the values; it raises KeyError when a value it needs is missing.

    ``uses`` are the declared names it reads (parameters included), ``type`` the type of its result, ``named`` how that is made;
    ``parts`` are the conditions that it joins by ``&&``, ``unfolded`` what it reads as it was written.
    """

    text: str
    type: Type
    uses: frozenset[str]
    named: Named
    parts: tuple[Part, ...]
    unfolded: tuple[Named, ...]

    @property
    def side(self) -> Side:
        """The whole as a value."""
        return Side(self.code, self.named, self.type)

    def __call__(self, values: Mapping[str, Any]) -> Any:
        return self.call(values)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Tree[Token]:
    """The tree of a condition, which is read and never changed: the same few words stand in many places of a catalogue."""
    return CELParser().parse(text)


def compile_condition(
    text: str, names: Mapping[str, Type], constants: Mapping[str, Any] | None = None, result: Type | None = None
) -> Condition:
    """Compile a CEL text against the declared names.

    ``constants`` gives the values of those names that are parameters: they are folded in. ``result`` is the type that is
    expected. Raises ConditionError for a syntax error, an unknown name, a type that does not fit or a construct outside the
    subset.
    """
    try:
        tree = _parsed(text)
    except CELParseError as error:
        at = f"{error.line}:{error.column}"
        raise ConditionError(text, Text(f"第 {at} 处无法读懂这个条件", f"syntax error at {at}")) from None
    lowering = _Lowering(text, names, constants or {})
    code, kind = lowering.lower(tree)
    if result is not None and kind not in (result, "any"):
        raise ConditionError(
            text,
            Text(f"结果应为 {type_name(result)}，实为 {type_name(kind)}", f"gives {type_name(kind)}, not {type_name(result)}"),
        )
    found = tuple(parts(code, lowering.side)) if kind in ("bool", "any") else ()
    return Condition(code, text, kind, frozenset(lowering.uses), named(code), found, tuple(unfolded(code)))


Row = Callable[[Mapping[str, Any]], tuple[str, dict[str, Any]]]
"""Gives the key and the columns of one row. Raises KeyError when a value it needs is missing."""


def compile_row(key: Condition, columns: Mapping[str, Condition]) -> Row:
    """Compile what a row is made of into one function: a call for each of its values would cost more than the values do."""
    code = ast.Dict([ast.Constant(name) for name in columns], [one.code for one in columns.values()])
    return function(ast.Tuple([_call("str", key.code), code], ast.Load()))


class _Lowering:
    """One condition on its way from CEL's tree to Python's. Every method gives (python expression, type)."""

    def __init__(self, text: str, names: Mapping[str, Type], constants: Mapping[str, Any]) -> None:
        self.text, self.names, self.constants = text, names, constants
        self.locals: dict[str, Type] = {}
        self.uses: set[str] = set()
        self.kinds: dict[int, Type] = {}

    def fail(self, zh: str, en: str, nearest: str = "") -> ConditionError:
        return ConditionError(self.text, Text(zh, en), nearest)

    def lower(self, node: Tree[Token]) -> tuple[ast.expr, Type]:
        children = node.children
        wraps = len(children) == 1 and not node.data.startswith(("relation_", "unary_")) and node.data not in _OPERATORS
        if wraps and isinstance(children[0], Tree):
            return self.lower(children[0])
        method = getattr(self, f"_{node.data}", None)
        if method is None:
            raise self.fail(f"条件中不能用 {node.data}", f"{node.data} is outside the subset")
        result: tuple[ast.expr, Type] = method(*children)
        self.kinds[id(result[0])] = result[1]
        return result

    def side(self, code: ast.expr) -> Side:
        """A value inside the condition, with what it is called and its type."""
        made = named(code)
        return Side(code, made, self._kind(made, self.kinds.get(id(code), "any")))

    def _kind(self, made: Named, lowered: Type) -> Type:
        """The type of a value that has a name, by what it is a value of; code that was made to read it was never lowered."""
        match made.how:
            case "field":
                return self.names.get(made.of[0], "any")
            case "column" | "each":
                match self.names.get(made.of[0], "any"):
                    case ("record", columns):
                        return columns[made.of[1]]
                    case ("list", ("record", columns)):
                        return ("list", columns[made.of[1]])
        return lowered

    def _expr(self, test: Tree[Token], yes: Tree[Token], no: Tree[Token]) -> tuple[ast.expr, Type]:
        condition = self._bool(test)
        (a, a_type), (b, b_type) = self.lower(yes), self.lower(no)
        if not comparable(a_type, b_type, literal=False):
            raise self.fail("条件表达式两支的类型不同", f"the two sides of ?: are {type_name(a_type)} and {type_name(b_type)}")
        return ast.IfExp(condition, a, b), a_type

    def _bool(self, node: Tree[Token]) -> ast.expr:
        code, kind = self.lower(node)
        if kind not in ("bool", "any"):
            raise self.fail(f"此处需要是非条件，得到 {type_name(kind)}", f"a condition is needed here, not {type_name(kind)}")
        return code

    def _conditionalor(self, a: Tree[Token], b: Tree[Token]) -> tuple[ast.expr, Type]:
        return ast.BoolOp(ast.Or(), [self._bool(a), self._bool(b)]), "bool"

    def _conditionaland(self, a: Tree[Token], b: Tree[Token]) -> tuple[ast.expr, Type]:
        return ast.BoolOp(ast.And(), [self._bool(a), self._bool(b)]), "bool"

    def _relation(self, operator: Tree[Token], right: Tree[Token]) -> tuple[ast.expr, Type]:
        left = operator.children[0]
        assert isinstance(left, Tree)
        (a, a_type), (b, b_type) = self.lower(left), self.lower(right)
        if operator.data == "relation_in":
            if not (isinstance(b_type, tuple) and comparable(a_type, b_type[1], literal=True)) and b_type != "any":
                raise self.fail("in 的右边应为同类的列表", f"“in” needs a list of {type_name(a_type)}, not {type_name(b_type)}")
            return ast.Compare(a, [ast.In()], [b]), "bool"
        if not comparable(a_type, b_type, isinstance(a, ast.Constant) or isinstance(b, ast.Constant)):
            hint = "；金额请与参数比较" if "money" in (a_type, b_type) else ""
            hint_en = "; compare money with a parameter" if hint else ""
            raise self.fail(
                f"不能比较 {type_name(a_type)} 与 {type_name(b_type)}{hint}",
                f"can't compare {type_name(a_type)} with {type_name(b_type)}{hint_en}",
            )
        return ast.Compare(a, [_COMPARE[operator.data]()], [b]), "bool"

    def _addition(self, operator: Tree[Token], right: Tree[Token]) -> tuple[ast.expr, Type]:
        return self._arithmetic(operator, right, addition)

    def _multiplication(self, operator: Tree[Token], right: Tree[Token]) -> tuple[ast.expr, Type]:
        return self._arithmetic(operator, right, multiplication)

    def _arithmetic(
        self, operator: Tree[Token], right: Tree[Token], rule: Callable[[str, Type, Type], Type | None]
    ) -> tuple[ast.expr, Type]:
        left = operator.children[0]
        assert isinstance(left, Tree)
        (a, a_type), (b, b_type) = self.lower(left), self.lower(right)
        sign = _ARITHMETIC[operator.data]
        kind = rule(sign, a_type, b_type)
        if kind is None:
            raise self.fail(
                f"{type_name(a_type)} {sign} {type_name(b_type)} 没有意义", f"{type_name(a_type)} {sign} {type_name(b_type)} makes no sense"
            )
        if sign in "/%":
            return _call("_div" if sign == "/" else "_mod", a, b), kind
        return ast.BinOp(a, {"+": ast.Add, "-": ast.Sub, "*": ast.Mult}[sign](), b), kind

    def _unary(self, operator: Tree[Token], operand: Tree[Token]) -> tuple[ast.expr, Type]:
        if operator.data == "unary_not":
            return ast.UnaryOp(ast.Not(), self._bool(operand)), "bool"
        code, kind = self.lower(operand)
        if kind not in ("int", "money", "any"):
            raise self.fail(f"不能对 {type_name(kind)} 取负", f"can't negate {type_name(kind)}")
        return ast.UnaryOp(ast.USub(), code), kind

    def _literal(self, token: Token) -> tuple[ast.expr, Type]:
        match token.type:
            case "INT_LIT" if token.removeprefix("-").isdecimal():
                return ast.Constant(int(token)), "int"
            case "STRING_LIT" if token[0] in "'\"" and "\\" not in token:
                return ast.Constant(ast.literal_eval(str(token))), "text"
            case "BOOL_LIT":
                return ast.Constant({"true": True, "false": False}[str(token)]), "bool"
        raise self.fail(f"不能用字面量 {token}", f"the literal {token} is outside the subset")

    def _ident(self, token: Token) -> tuple[ast.expr, Type]:
        name = str(token)
        if name in self.locals:
            return ast.Name(_local(name), ast.Load()), self.locals[name]
        if name not in self.names:
            near, ask = _nearest(name, self.names)
            raise self.fail(f"没有名为“{name}”的字段或参数{ask.zh}", f"no field or parameter {name!r}{ask.en}", near)
        self.uses.add(name)
        if name in self.constants:
            return ast.Constant(self.constants[name]), self.names[name]
        return ast.Subscript(ast.Name("v", ast.Load()), ast.Constant(name), ast.Load()), self.names[name]

    def _member_dot(self, owner: Tree[Token], token: Token) -> tuple[ast.expr, Type]:
        code, kind = self.lower(owner)
        name = str(token)
        if isinstance(kind, tuple) and kind[0] == "record":
            if name not in kind[1]:
                near, ask = _nearest(name, kind[1])
                ask = ask or Text(f"，有：{'、'.join(kind[1])}", f"; there are: {', '.join(kind[1])}")
                raise self.fail(f"没有“{name}”这一栏{ask.zh}", f"no column {name!r}{ask.en}", near)
            return ast.Subscript(code, ast.Constant(name), ast.Load()), kind[1][name]
        if kind == "any":
            return ast.Subscript(code, ast.Constant(name), ast.Load()), "any"
        raise self.fail(f"{type_name(kind)} 没有“{name}”", f"{type_name(kind)} has no {name!r}")

    def _member_index(self, owner: Tree[Token], index: Tree[Token]) -> tuple[ast.expr, Type]:
        code, kind = self.lower(owner)
        at, at_type = self.lower(index)
        if not (isinstance(kind, tuple) and kind[0] == "list" and at_type == "int"):
            raise self.fail("只有列表可以用序号取", "only a list can be indexed, by a count")
        return ast.Subscript(code, at, ast.Load()), kind[1]

    def _list_lit(self, items: Tree[Token] | None = None) -> tuple[ast.expr, Type]:
        made = [self.lower(item) for item in (items.children if items else ()) if isinstance(item, Tree)]
        kinds = {type_name(kind) for _, kind in made}
        if len(kinds) > 1:
            raise self.fail("列表中的类型不一致", "a list of one type is needed")
        return ast.List([code for code, _ in made], ast.Load()), ("list", made[0][1] if made else "any")

    def _ident_arg(self, name: Token, args: Tree[Token] | None = None) -> tuple[ast.expr, Type]:
        given = [a for a in (args.children if args else ()) if isinstance(a, Tree)]
        if name == "has":
            return self._has(given)
        made = [self.lower(a) for a in given]
        kinds = [kind for _, kind in made]
        codes = [code for code, _ in made]
        match str(name), kinds:
            case "size", [("list", _) | "text" | "any"]:
                call, kind = "len", "int"
            case "sum", [("list", "int" | "money" as item)]:
                call, kind = "sum", item
            case "distinct", [("list", _)]:
                call, kind = "distinct", "bool"
            case "norm", [word] if word in WORDS:
                call, kind = "norm", "text"
            case "days" | "hours", [a, b] if a in MOMENTS and b in MOMENTS:
                call, kind = str(name), "int"
            case "month" | "year", [moment] if moment in MOMENTS:
                call, kind = str(name), "text"
            case "string", ["int"]:
                call, kind = "str", "text"
            case _:
                shown = ", ".join(type_name(kind) for kind in kinds)
                raise self.fail(f"没有函数 {name}({shown})", f"no function {name}({shown})")
        return _call(call, *codes), kind

    def _has(self, given: list[Tree[Token]]) -> tuple[ast.expr, Type]:
        code = self.lower(given[0])[0] if len(given) == 1 else None
        if isinstance(code, ast.Subscript) and isinstance(code.slice, ast.Constant):
            return ast.Compare(code.slice, [ast.In()], [code.value]), "bool"
        if isinstance(code, ast.Constant):
            return ast.Constant(value=True), "bool"
        raise self.fail("has() 里应是一个字段", "has() takes one field")

    def _member_dot_arg(self, owner: Tree[Token], name: Token, args: Tree[Token] | None = None) -> tuple[ast.expr, Type]:
        code, kind = self.lower(owner)
        given = [a for a in (args.children if args else ()) if isinstance(a, Tree)]
        if name in ("all", "exists", "exists_one", "map", "filter"):
            return self._macro(code, kind, str(name), given)
        made = [self.lower(a) for a in given]
        if (
            name in ("startsWith", "endsWith", "contains", "matches")
            and kind in (*WORDS, *_MOMENT)
            and len(made) == 1
            and made[0][1] == "text"
        ):
            return self._text_method(code, str(name), made[0][0]), "bool"
        if name == "size" and not made and (kind in ("text", "any") or (isinstance(kind, tuple) and kind[0] == "list")):
            return _call("len", code), "int"
        raise self.fail(f"{type_name(kind)} 没有方法 {name}", f"{type_name(kind)} has no method {name}")

    def _text_method(self, code: ast.expr, name: str, arg: ast.expr) -> ast.expr:
        if name == "contains":
            return ast.Compare(arg, [ast.In()], [code])
        if name == "matches":
            if not isinstance(arg, ast.Constant):
                raise self.fail("matches 的模式须写明", "the pattern of matches must be a literal")
            try:
                re.compile(str(arg.value))
            except re.error as error:
                raise self.fail(f"模式有误：{error}", f"bad pattern: {error}") from None
            return _call("_matches", code, arg)
        method = {"startsWith": "startswith", "endsWith": "endswith"}[name]
        return ast.Call(ast.Attribute(code, method, ast.Load()), [arg], [])

    def _macro(self, code: ast.expr, kind: Type, name: str, given: list[Tree[Token]]) -> tuple[ast.expr, Type]:
        if not (isinstance(kind, tuple) and kind[0] == "list"):
            raise self.fail(f"{name} 只能用于列表", f"{name} works on a list, not on {type_name(kind)}")
        tokens = [*given[0].scan_values(lambda t: isinstance(t, Token))] if len(given) == MACRO_PARTS else []
        token = tokens[0] if len(tokens) == 1 and tokens[0].type == "IDENT" else None
        if token is None:
            raise self.fail(f"{name} 需要两个参数", f"{name} takes a name and an expression")
        outer = self.locals
        self.locals = {**outer, str(token): kind[1]}
        try:
            body, body_type = (self._bool(given[1]), "bool") if name != "map" else self.lower(given[1])
        finally:
            self.locals = outer
        target = ast.Name(_local(str(token)), ast.Store())
        if name == "map":
            return ast.ListComp(body, [ast.comprehension(target, code, [], 0)]), ("list", body_type)
        if name == "filter":
            item = ast.Name(_local(str(token)), ast.Load())
            return ast.ListComp(item, [ast.comprehension(target, code, [body], 0)]), kind
        flags = ast.GeneratorExp(body, [ast.comprehension(target, code, [], 0)])
        return _call({"all": "all", "exists": "any", "exists_one": "_one"}[name], flags), "bool"


def _nearest(name: str, known: Iterable[str]) -> tuple[str, Text]:
    """The right name that was probably meant, and the words that ask for it; nothing where none is near."""
    near = next(iter(difflib.get_close_matches(name, [*known], 1)), "")
    return near, Text(f"，是否指“{near}”？", f"; did you mean {near!r}?") if near else Text("", "")


def _call(name: str, *args: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


def _local(name: str) -> str:
    return f"i_{name}"
