"""Canonical JSON (RFC 8785): one value, one sequence of bytes."""

from __future__ import annotations

import math
from typing import Any

import orjson

_MAX_INT = 2**53 - 1
_LAST_OF_BASIC_PLANE = "\uffff"


class CanonicalError(ValueError):
    """A value that has no canonical form, or bytes that are none; the message is "Chinese / English"."""


def canonical(value: Any) -> bytes:
    """The canonical bytes of a JSON value. Raises CanonicalError for what JSON, or exact arithmetic, can't carry."""
    try:
        body = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise CanonicalError(f"没有规范格式：{error} / no canonical form: {error}") from None
    return body if _plain(value) else _slow(value)


def from_canonical(body: bytes) -> Any:
    """The value of canonical bytes. Raises CanonicalError for bytes that are not JSON, or not the canonical form of what they say."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise CanonicalError(f"不是 JSON：{error} / not JSON: {error}") from None
    again = canonical(value)
    if again != body:
        place = next((i for i, (a, b) in enumerate(zip(body, again, strict=False)) if a != b), min(len(body), len(again)))
        raise CanonicalError(f"第 {place + 1} 字节起不是规范格式 / not the canonical form from byte {place + 1} on")
    return value


def _plain(value: Any) -> bool:
    """Whether a common encoder gives the canonical form: no floats, and no key outside the basic plane, which UTF-16 sorts otherwise.

    ``value`` has been encoded, so it has an end. Raises CanonicalError for what is not JSON, some of which the encoder takes.
    """
    plain = True
    names: list[str] = []
    inside = [(value,)]
    for parts in inside:  # grows on the way
        for one in parts:
            kind = type(one)
            if kind is str:
                continue
            if kind is dict:
                names += one
                inside.append(one.values())
            elif kind is list or kind is tuple:
                inside.append(one)
            elif kind is int:
                if not -_MAX_INT <= one <= _MAX_INT:
                    raise CanonicalError("整数超出 2^53-1 / integer beyond 2^53-1")
            elif kind is float:
                plain = False
            elif one is not None and kind is not bool:
                raise CanonicalError(f"{kind.__name__} 不是 JSON / is not JSON")
    keys = "".join(names)
    return plain and (keys.isascii() or max(keys) <= _LAST_OF_BASIC_PLANE)


def _slow(value: Any) -> bytes:
    if isinstance(value, float):
        return _number(value).encode()
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return b"{" + b",".join(orjson.dumps(key) + b":" + _slow(value[key]) for key in keys) + b"}"
    if isinstance(value, list | tuple):
        return b"[" + b",".join(map(_slow, value)) + b"]"
    return orjson.dumps(value)


def _number(value: float) -> str:
    """A number as ECMAScript writes it."""
    if not math.isfinite(value):
        raise CanonicalError("不是有限的数 / not a finite number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, part = mantissa.partition(".")
    part = "" if part == "0" else part
    digits = (whole + part).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + part) - len((whole + part).lstrip("0")))
    digits = digits.rstrip("0") or "0"
    count = len(digits)
    if count <= point <= 21:  # noqa: PLR2004
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:  # noqa: PLR2004
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:  # noqa: PLR2004
        return f"{sign}0.{'0' * -point}{digits}"
    power = point - 1
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if power > 0 else '-'}{abs(power)}"
