"""The types of conditions: a plain name, ``("list", item)`` or ``("record", {name: type})``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.kernel.model import Field

Type = Any
"""``"int" | "money" | "text" | "bool" | "date" | "datetime" | "file" | "person" | "any"``, or a list or record of types."""

PLAIN = {"longtext": "text", "choice": "text", "entry": "text"}
WORDS = ("text", "person", "file")
MOMENTS = ("date", "datetime")


def field_type(field: Field) -> Type:
    """The type that a record's field has in a condition."""
    if field.type == "people":
        return ("list", "person")
    if field.type == "list":
        return ("list", ("record", {name: field_type(column) for name, column in field.of.items()}))
    return PLAIN.get(field.type, field.type)


def type_name(kind: Type) -> str:
    """A type as an author would write it."""
    if isinstance(kind, tuple):
        if kind[0] == "list":
            return f"list of {type_name(kind[1])}"
        return "record of " + ", ".join(kind[1])
    return str(kind)


def comparable(a: Type, b: Type, literal: bool) -> bool:
    """Whether two values may be compared; a text literal may stand for a date, any kind of word for another, and an empty list for any."""
    if "any" in (a, b) or a == b:
        return True
    if isinstance(a, tuple) and isinstance(b, tuple) and a[0] == b[0] == "list" and "any" in (a[1], b[1]):
        return True
    if a in WORDS and b in WORDS:
        return True
    return literal and (a in MOMENTS or b in MOMENTS) and "text" in (a, b)


def addition(op: str, a: Type, b: Type) -> Type | None:
    """The type of ``a op b`` for + and -; None when it makes no sense."""
    if a == b and a in ("int", "money"):
        return a
    if op == "+" and a in WORDS and b in WORDS:
        return "text"
    if op == "+" and isinstance(a, tuple) and a == b and a[0] == "list":
        return a
    return "any" if "any" in (a, b) else None


def multiplication(op: str, a: Type, b: Type) -> Type | None:
    """The type of ``a op b`` for * / %: money times a count is money, money over money is a count."""
    table: Mapping[tuple[str, Type, Type], Type] = {
        ("*", "int", "int"): "int", ("/", "int", "int"): "int", ("%", "int", "int"): "int",
        ("*", "money", "int"): "money", ("*", "int", "money"): "money",
        ("/", "money", "int"): "money", ("/", "money", "money"): "int",
    }  # fmt: skip
    if isinstance(a, tuple) or isinstance(b, tuple):
        return None
    return "any" if "any" in (a, b) else table.get((op, a, b))
