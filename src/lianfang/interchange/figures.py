"""Figures, days and moments as people and other systems write them, read as kernel values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from lianfang.kernel.model import Text
from lianfang.kernel.schedule import OFFICE_TIME, utc_text

_MONEY = re.compile(r"(?P<sign>-?)(?P<yuan>[0-9]{1,13}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.(?P<fen>[0-9]{1,2}))?").fullmatch
_INT = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})").fullmatch
_DATE = re.compile(r"(?P<y>[0-9]{4})(?:-|/|\.|年)(?P<m>[0-9]{1,2})(?:-|/|\.|月)(?P<d>[0-9]{1,2})日?").fullmatch
_DIGITS = re.compile(r"[0-9]{8}").fullmatch
_TIME = re.compile(r"(?P<day>.+?)[T ]+(?P<h>[0-9]{1,2}):(?P<min>[0-9]{2})(?::(?P<s>[0-9]{2}))?").fullmatch


class Unreadable(ValueError):
    """What was typed can't be read; ``message`` says how to write it."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message.en)


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
    """A date as typed (``2026-01-05``, ``2026/1/5``, ``2026年1月5日``, ``20260105``). Raises Unreadable."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _DATE(f"{plain[:4]}-{plain[4:6]}-{plain[6:]}" if _DIGITS(plain) else plain)
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
