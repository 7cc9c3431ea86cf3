"""The values of a file against their model: everything that does not fit, at its place, in both languages.

A misspelt key is put right for the while, so that it hides nothing else that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Generic, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lianfang.catalogue.problems import closest, nearest
from lianfang.catalogue.source import Place
from lianfang.kernel.model import Text

M = TypeVar("M", bound=BaseModel)
ROUNDS = 8
"""A key put right may have others inside it."""

_KINDS = {
    "string_type": Text("应为文字（像数的文字请加引号）", "should be text (quote a text that looks like a number)"),
    "int_type": Text("应为整数", "should be a whole number"),
    "bool_type": Text("应为 true 或 false", "should be true or false"),
    "dict_type": Text("应为键值", "should be a mapping"),
    "model_type": Text("应为键值", "should be a mapping"),
    "model_attributes_type": Text("应为键值", "should be a mapping"),
    "list_type": Text("应为列表", "should be a list"),
    "string_too_short": Text("不能为空", "can't be empty"),
    "too_short": Text("不能为空", "can't be empty"),
}
_PATTERNS = {
    "^[a-z0-9]": Text("只能用小写字母、数字和连字符", "is made of lower-case letters, digits and hyphens"),
    "^[a-z][": Text("只能用小写字母、数字和下划线，以字母开头", "is made of lower-case letters, digits and underscores, a letter first"),
    "\\S": Text("不能为空", "can't be empty"),
}


class Fault(NamedTuple):
    """What does not fit, and where in the value."""

    place: Place
    message: Text


class Shaped(NamedTuple, Generic[M]):
    """A value held against its model. ``model`` is None when it could not be put right, ``value`` has its misspelt keys put right,
    and ``back`` finds a place of it in the value as it was written."""

    model: M | None
    value: Any
    faults: tuple[Fault, ...]
    back: Callable[[Place], Place]


def shaped(value: Any, model: type[M], context: str = "") -> Shaped[M]:
    """Hold a value against a model; ``context`` is ``PUBLISHED`` for a version that was stored."""
    faults: list[Fault] = []
    renamed: dict[Place, str] = {}

    def back(place: Place) -> Place:
        return tuple(renamed.get(place[: i + 1], key) for i, key in enumerate(place))

    for _ in range(ROUNDS):
        try:
            return Shaped(model.model_validate(value, context=context), value, tuple(faults), back)
        except ValidationError as error:
            details = error.errors(include_url=False)
        unknown = [detail for detail in details if detail["type"] == "extra_forbidden"]
        if not unknown:
            faults += [Fault(back(_place(detail)), message(detail)) for detail in details]
            break
        for detail in unknown:
            place = _place(detail)
            known = keys_at(model, place[:-1])
            faults.append(Fault(back(place), nearest(str(place[-1]), known, "键", "key")))
            value = put_right(value, place, closest(str(place[-1]), known), renamed)
    return Shaped(None, value, tuple(faults), back)


def put_right(value: Any, place: Place, right: str, renamed: dict[Place, str]) -> Any:
    """A copy with the key at a place renamed, or left out where its right name stands already (or none is known)."""
    key, *inside = place
    if inside:
        copy: Any = dict(value) if isinstance(value, Mapping) else list(value)
        copy[key] = put_right(value[key], tuple(inside), right, _Inside(renamed, key))
        return copy
    if right and right not in value:
        renamed[right,] = str(key)
        return {right if name == key else name: item for name, item in value.items()}
    return {name: item for name, item in value.items() if name != key}


class _Inside(dict[Place, str]):
    """Writes what is renamed inside a key to the whole's table."""

    def __init__(self, whole: dict[Place, str], key: str | int) -> None:
        super().__init__()
        self._whole, self._key = whole, key

    def __setitem__(self, place: Place, name: str) -> None:
        self._whole[(self._key, *place)] = name


def _place(detail: ErrorDetails) -> Place:
    return tuple(part for part in detail["loc"] if part != "[key]")


def message(detail: ErrorDetails) -> Text:
    """What is wrong, in both languages."""
    place = _place(detail)
    key = next((str(part) for part in reversed(place) if isinstance(part, str)), "")
    match detail["type"]:
        case "missing":
            return Text(f"缺少“{place[-1]}”", f"{place[-1]!r} is missing")
        case "literal_error":
            options = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
            return nearest(str(detail["input"]), [option for option in options if option], f"“{key}”", f"{key!r}")
        case "string_pattern_mismatch":
            start = detail["ctx"]["pattern"]
            rule = next((text for begins, text in _PATTERNS.items() if start.startswith(begins)), None)
            if rule is not None:
                written = str(detail["input"])
                return Text(f"“{key}”：“{written}”{rule.zh}", f"{key!r}: {written!r} {rule.en}") if written else _of(key, rule)
        case "greater_than_equal":
            return Text(f"“{key}”不能小于 {detail['ctx']['ge']}", f"{key!r} can't be less than {detail['ctx']['ge']}")
        case "value_error":
            zh, _, en = str(detail["ctx"]["error"]).partition(" / ")
            return Text(f"“{key}”{zh}", f"{key!r} {en}")
    return _of(key, _KINDS.get(detail["type"], Text("不合规", detail["msg"])))


def _of(key: str, rule: Text) -> Text:
    return Text(f"“{key}”{rule.zh}", f"{key!r} {rule.en}") if key else Text(f"文件内容{rule.zh}", f"the file {rule.en}")


def keys_at(model: type[BaseModel], place: Place) -> Collection[str]:
    """The keys that a model knows at a place."""
    kind: Any = model
    for part in place:
        held = _models(kind)
        if held and isinstance(part, str) and (info := _fields(held).get(part)) is not None:
            kind = info
        else:
            kind = next((argument for argument in reversed(get_args(kind)) if argument is not type(None)), kind)
    held = _models(kind)
    return _fields(held).keys() if held else ()


def _models(kind: Any) -> type[BaseModel] | None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((one for one in get_args(kind) if isinstance(one, type) and issubclass(one, BaseModel)), None) if _optional(kind) else None


def _optional(kind: Any) -> bool:
    return type(None) in get_args(kind)


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}
