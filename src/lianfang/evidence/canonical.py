"""Canonical JSON (RFC 8785): one value, one sequence of bytes."""

from __future__ import annotations

import json
import math
from typing import Any

_MAX_INT = 2**53 - 1
_MAX_DIGITS = len(str(_MAX_INT))
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_BEYOND_BASIC_PLANE = b"\xf0\xf1\xf2\xf3\xf4"
"""The first bytes of characters that UTF-16 sorts otherwise than Python."""


class CanonicalError(ValueError):
    """A value that has no canonical form, or bytes that are none; the message is "Chinese / English"."""


def canonical(value: Any) -> bytes:
    """The canonical bytes of a JSON value. Raises CanonicalError for what JSON, or exact arithmetic, can't carry."""
    text = _encode(value) if _plain(value, "$") else _slow(value)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise CanonicalError(f"不成对的代理字符 / lone surrogate: {error.reason}") from None


class _UnusualError(ValueError):
    """A number of which Python's own encoder may not give the canonical form."""


def _small(digits: str) -> int:
    if len(digits) >= _MAX_DIGITS:
        raise _UnusualError
    return int(digits)


def _unusual(digits: str) -> float:
    raise _UnusualError


_decode = json.JSONDecoder(parse_int=_small, parse_float=_unusual, parse_constant=_unusual).decode


def from_canonical(body: bytes) -> Any:
    """The value of canonical bytes. Raises CanonicalError for bytes that are not JSON, or not the canonical form of what they say."""
    try:
        try:
            value = _decode(body.decode())
            ordinary = len(body.translate(None, _BEYOND_BASIC_PLANE)) == len(body)
        except _UnusualError:
            value, ordinary = json.loads(body.decode()), False
        again = _encode(value).encode() if ordinary else canonical(value)
    except CanonicalError:
        raise
    except (ValueError, RecursionError) as error:
        raise CanonicalError(f"不是 JSON：{error} / not JSON: {error}") from None
    if again != body:
        place = next((i for i, (a, b) in enumerate(zip(body, again, strict=False)) if a != b), min(len(body), len(again)))
        raise CanonicalError(f"第 {place + 1} 字节起不是规范格式 / not the canonical form from byte {place + 1} on")
    return value


def _plain(value: Any, path: str) -> bool:
    """Whether Python's own encoder gives the canonical form: no floats, and no key outside the basic plane."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        if -_MAX_INT <= value <= _MAX_INT:
            return True
        raise CanonicalError(f"{path}: 整数超出 2^53-1 / integer beyond 2^53-1")
    if kind is dict:
        return _plain_mapping(value, path)
    if kind is list or kind is tuple:
        plain = True
        for item in value:
            if not _plain(item, path):
                plain = False
        return plain
    if kind is float:
        return False
    raise CanonicalError(f"{path}: {kind.__name__} 不是 JSON / is not JSON")


def _plain_mapping(value: dict[Any, Any], path: str) -> bool:
    plain = True
    for key, item in value.items():
        if type(key) is not str:
            raise CanonicalError(f"{path}: 键必须是文字 / a key must be text")
        if not (_plain(item, path) and (key.isascii() or max(key) <= "\uffff")):
            plain = False
    return plain


def _slow(value: Any) -> str:
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_encode(key)}:{_slow(value[key])}" for key in keys) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_slow, value)) + "]"
    return _encode(value)


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
