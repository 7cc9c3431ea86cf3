"""From JSON to kernel values: money as yuan in text or whole fen, moments with an offset, never a float.

What is not of these forms is passed on as it is: the kernel says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from lianfang.kernel.model import FieldError, Text
from lianfang.office.views import FormField

_MONEY = re.compile(r"(?P<sign>-?)(?P<yuan>\d{1,13})(?:\.(?P<fen>\d{1,2}))?").fullmatch
_SHA256 = re.compile(r"[0-9a-f]{64}").fullmatch

FRACTION = Text("不接受小数，请写整数", "no fractions: write a whole number")
FEN = Text(
    "不接受小数：金额请写成文字的元（\"2800.00\"）或整数的分（280000）",
    'no fractions: write money as text in yuan ("2800.00") or as whole fen (280000)',
)  # fmt: skip
MONEY = Text("金额应为文字的元，如 \"2800.00\"，或整数的分", 'money is text in yuan, such as "2800.00", or whole fen')  # fmt: skip
MOMENT = Text(
    "时间须带时区，如 2026-01-05T17:30:00+08:00 或 2026-01-05T09:30:00Z",
    "a moment needs its offset, such as 2026-01-05T17:30:00+08:00 or 2026-01-05T09:30:00Z",
)
LETTERS = Text("含有不能登记的字符", "holds characters that can't be recorded")
UPLOAD = Text("请先以 POST /api/v1/files 上传文件，再写明它的 sha256", "upload the file by POST /api/v1/files first, then name its sha256")

Seen = Callable[[str], bool]
"""Whether a kept file is there for whoever names its SHA-256."""


def kernel_values(fields: Iterable[FormField], data: Mapping[str, Any], seen: Seen) -> tuple[dict[str, Any], list[FieldError]]:
    """The data of a command as kernel values, and everything that can't be read: where there is any, they are not to be judged.

    A file that isn't there for whoever names it is an error: naming the hash of somebody's document is no way to get hold of it.
    """
    known = {field.id: field for field in fields}
    errors: list[FieldError] = []
    values = {name: _value(known.get(name), name, value, seen, errors) for name, value in data.items() if _written(name, name, errors)}
    return values, errors


def _value(field: FormField | None, path: str, value: Any, seen: Seen, errors: list[FieldError]) -> Any:
    kind = field.type if field is not None else ""
    match value:
        case float():
            errors.append(FieldError(path, FEN if kind == "money" else FRACTION))
        case str():
            _written(path, value, errors)
            return _text(kind, path, value, seen, errors)
        case list():
            return [_value(None, f"{path}[{i}]", item, seen, errors) if not isinstance(item, dict)
                    else _row(field, f"{path}[{i}]", item, seen, errors) for i, item in enumerate(value)]  # fmt: skip
        case dict():
            return _row(None, path, value, seen, errors)
    return value


def _row(field: FormField | None, path: str, row: Mapping[str, Any], seen: Seen, errors: list[FieldError]) -> dict[str, Any]:
    columns = {column.id: column for column in field.columns} if field is not None else {}
    return {
        name: _value(columns.get(name), f"{path}.{name}", cell, seen, errors) for name, cell in row.items() if _written(path, name, errors)
    }


def _text(kind: str, path: str, text: str, seen: Seen, errors: list[FieldError]) -> Any:
    match kind:
        case "money":
            return _read(money, path, text, MONEY, errors)
        case "datetime":
            return _read(moment, path, text, MOMENT, errors)
        case "file" if _SHA256(text) and not seen(text):
            errors.append(FieldError(path, UPLOAD))
    return text


def _read(reader: Callable[[str], Any], path: str, text: str, otherwise: Text, errors: list[FieldError]) -> Any:
    try:
        return reader(text)
    except ValueError:
        errors.append(FieldError(path, otherwise))
        return None


def money(text: str) -> int:
    """Yuan in text as whole fen, no float in between. Raises ValueError."""
    found = _MONEY(text) if text.isascii() else None
    if found is None:
        raise ValueError(text)
    fen = int(found["yuan"]) * 100 + int((found["fen"] or "").ljust(2, "0"))
    return -fen if found["sign"] else fen


def moment(text: str) -> str:
    """An ISO 8601 moment with its offset as evidence writes it, to the second. Raises ValueError."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    try:
        utc = found.astimezone(UTC)
    except OverflowError:
        raise ValueError(text) from None
    return f"{utc.replace(tzinfo=None, microsecond=0).isoformat()}Z"


def _written(path: str, text: str, errors: list[FieldError]) -> bool:
    """Whether a text can stand in evidence and in every database: no half of a character, no zero byte."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        errors.append(FieldError(path.encode("utf-8", "replace").decode().replace("\x00", "?"), LETTERS))
        return False
    return True
