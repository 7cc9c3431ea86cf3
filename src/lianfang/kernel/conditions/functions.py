"""The functions a condition may call at run time. Pure; they raise on values they can't take, and the gate then refuses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from lianfang.kernel.alike import fold
from lianfang.kernel.schedule import office_day, utc_moment

LOOKALIKES = str.maketrans("АВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJSABEZHIKMNOPTYX")
"""Cyrillic and Greek capitals that look the same as a Latin one."""


def div(a: int, b: int) -> int:
    """Integer division towards zero, as CEL has it."""
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def mod(a: int, b: int) -> int:
    """The remainder that belongs to ``div``."""
    return a - b * div(a, b)


def days(start: str, end: str) -> int:
    """Whole calendar days from one date (or moment, by the office's clock) to another."""
    return (_day(end) - _day(start)).days


def month(text: str) -> str:
    """The month of a date (or moment, by the office's clock), as ``2026-11``."""
    return f"{_day(text):%Y-%m}"


def year(text: str) -> str:
    """The year of a date (or moment, by the office's clock), as ``2026``."""
    return f"{_day(text):%Y}"


def hours(start: str, end: str) -> int:
    """Hours from one moment to another, an hour begun counting in full either way; negative when the second lies before the first."""
    seconds = int((utc_moment(end) - utc_moment(start)).total_seconds())
    whole = -(-abs(seconds) // 3600)
    return whole if seconds >= 0 else -whole


def _day(text: str) -> date:
    return office_day(text) if "T" in text else date.fromisoformat(text)


def distinct(items: Iterable[Any]) -> bool:
    """Whether no item stands twice."""
    listed = list(items)
    return len(set(listed)) == len(listed)


@lru_cache(maxsize=1024)  # a key is asked for, judged and written: the same text within a moment
def norm(text: str) -> str:
    """A text folded for comparison: full-width to half-width, upper case, letters and digits only, and letters of other scripts that
    look like Latin ones as those. Raises ValueError where nothing is left: what says nothing can't be told from another."""
    kept = fold(text).upper().translate(LOOKALIKES)
    if not kept:
        raise ValueError(f"nothing to compare in {text!r}")
    return kept


def matches(text: str, pattern: str) -> bool:
    """CEL's ``matches``: the pattern found anywhere in the text."""
    return re.search(pattern, text) is not None


def exactly_one(flags: Iterable[Any]) -> bool:
    """CEL's ``exists_one``."""
    return sum(1 for flag in flags if flag) == 1
