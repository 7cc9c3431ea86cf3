"""From what was typed to kernel values, telling what can't be read and where. What is right is the kernel's to judge."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lianfang.kernel.model import FieldError, Text
from lianfang.kernel.schedule import OFFICE_TIME, utc_text
from lianfang.office.views import FormField, FormView
from lianfang.web.case.typed import Typed, cell, one, rows, vote

KEPT = Text("已登记的内容不能清空，请改为正确的内容", "What is on record can't be emptied: correct it instead")
_MONEY = re.compile(r"(?P<sign>-?)(?P<yuan>[0-9]{1,13}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.(?P<fen>[0-9]{1,2}))?").fullmatch
_INT = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})").fullmatch
_DATE = re.compile(r"(?P<y>[0-9]{4})(?:-|/|\.|年)(?P<m>[0-9]{1,2})(?:-|/|\.|月)(?P<d>[0-9]{1,2})日?").fullmatch
_TIME = re.compile(r"(?P<day>.+?)[T ]+(?P<h>[0-9]{1,2}):(?P<min>[0-9]{2})(?::(?P<s>[0-9]{2}))?").fullmatch


class Unreadable(ValueError):
    """What was typed can't be read; ``message`` says how to write it."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message.en)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The data of a command, and what could not be read."""

    data: dict[str, Any]
    errors: tuple[FieldError, ...]


def parse(form: FormView, typed: Typed, forward: bool) -> Parsed:
    """The data of an act. Blank inputs are left out; one that blanks what the record holds is told, since leaving it out would keep
    the old value behind the person's back. An act that doesn't carry the case on takes nothing but the opinion, and what a
    meeting put on record."""
    data: dict[str, Any] = {}
    errors: list[FieldError] = []
    for field in form.fields if forward else ():
        _field(field, typed, data, errors)
    if form.meeting:
        data.update((name, value) for name, value in _meeting(form, typed).items() if value)
    opinion = one(typed, "opinion").strip()
    if opinion:
        data["opinion"] = opinion
    return Parsed(data, tuple(errors))


def _stands(typed: Typed, path: str) -> bool:
    return any(text.strip() for text in typed.get(path, ()))


def _field(field: FormField, typed: Typed, data: dict[str, Any], errors: list[FieldError]) -> None:
    if field.type == "list":
        if rows(typed, field.id) or field.value:
            data[field.id] = [_row(field, typed, number, errors) for number in rows(typed, field.id)]
    elif _stands(typed, field.id):
        _read(field, typed, field.id, data, errors)
    elif field.value is not None:
        _emptied(field, data, errors)


def _row(field: FormField, typed: Typed, number: int, errors: list[FieldError]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in field.columns:
        path = cell(field.id, number, column.id)
        if _stands(typed, path):
            _read(column, typed, path, row, errors)
    return row


def _read(field: FormField, typed: Typed, path: str, into: dict[str, Any], errors: list[FieldError]) -> None:
    try:
        into[field.id] = value(field.type, typed[path])
    except Unreadable as error:
        errors.append(FieldError(path, error.message))


def _emptied(field: FormField, data: dict[str, Any], errors: list[FieldError]) -> None:
    match field.type:
        case "text" | "longtext":
            data[field.id] = ""
        case "people":
            data[field.id] = []
        case _:
            errors.append(FieldError(field.id, KEPT))


def _meeting(form: FormView, typed: Typed) -> dict[str, Any]:
    """Attendance, recusals and votes; who voted by what, in the order of the members."""
    members = [member.id for member in form.meeting]
    votes = [{"person": member, "vote": one(typed, vote(member))} for member in members if one(typed, vote(member))]
    data: dict[str, Any] = {"attendance": [m for m in members if m in typed.get("attendance", ())], "votes": votes}
    recused = [m for m in members if m in typed.get("recused", ())]
    return {**data, "recused": recused} if recused else data


def value(kind: str, typed: tuple[str, ...]) -> Any:
    """A kernel value from what was typed. Raises Unreadable."""
    text = typed[0] if typed else ""
    if kind in READERS:
        return READERS[kind](text)
    match kind:
        case "bool":
            return {"yes": True, "no": False}.get(text, text)
        case "people":
            return [person for person in typed if person]
        case "longtext":
            return text.replace("\r\n", "\n").strip()
    return text.strip()


def money(text: str) -> int:
    """Yuan as typed (``2,800``, ``￥２８００．５``, ``2800元``) in whole fen; no float in between. Raises Unreadable."""
    plain = _plain(text).removeprefix("¥").removesuffix("元")
    found = _MONEY(plain)
    if found is None:
        raise Unreadable(
            Text("请填写金额，如 2,800.00（元，最多两位小数）", "Give an amount such as 2,800.00 (yuan, at most two decimals)")
        )
    fen = int(found["yuan"].replace(",", "")) * 100 + int((found["fen"] or "").ljust(2, "0"))
    return -fen if found["sign"] else fen


def whole(text: str) -> int:
    """A whole number as typed. Raises Unreadable."""
    plain = _plain(text)
    if _INT(plain) is None:
        raise Unreadable(Text("请填写整数，如 2", "Give a whole number such as 2"))
    return int(plain.replace(",", ""))


def day(text: str) -> str:
    """A date as typed (``2026-01-05``, ``2026/1/5``, ``2026年1月5日``). Raises Unreadable."""
    found = _DATE(unicodedata.normalize("NFKC", text).strip())
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])).isoformat() if found else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> str:
    raise Unreadable(Text("请填写日期，如 2026-01-05", "Give a date such as 2026-01-05")) from None


def moment(text: str) -> str:
    """A date and time by the office's clock as a UTC moment. Raises Unreadable."""
    found = _TIME(unicodedata.normalize("NFKC", text).strip())
    try:
        at = datetime.fromisoformat(f"{day(found['day'])}T{found['h']:0>2}:{found['min']}:{found['s'] or '00'}") if found else None
        utc = utc_text(at.replace(tzinfo=OFFICE_TIME)) if at else ""
    except (ValueError, OverflowError):
        utc = ""
    if not utc:
        raise Unreadable(Text("请填写日期和时间，如 2026-01-05 17:30", "Give a date and a time such as 2026-01-05 17:30"))
    return utc


def _plain(text: str) -> str:
    """Full-width digits and signs as plain ones, without the spaces between thousands."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("\N{MINUS SIGN}", "-").replace("，", ",")


READERS: Mapping[str, Callable[[str], Any]] = {"money": money, "int": whole, "date": day, "datetime": moment}
"""What reads one line of text of each type. They raise Unreadable."""
