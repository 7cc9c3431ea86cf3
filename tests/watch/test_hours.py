"""非工作时间办理: nights, weekends and holidays, by the office's clock and calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lianfang.kernel.calendar import Calendar
from lianfang.kernel.controls.pattern import Finding
from lianfang.watch.engine import find
from tests.watch.live import agree

SETTINGS = {"who": "keeper", "moment": "moment", "least": 2}
HOLIDAYS = Calendar({2026: {date(2026, 10, 1): False, date(2026, 10, 10): True}})


def use(case: str, moment: str, keeper: str = "ann") -> dict[str, Any]:
    return {"case": case, "key": f"k-{case}", "keeper": keeper, "moment": moment}


def found(*rows: dict[str, Any], least: int = 1, **changed: Any) -> list[Finding]:
    return find("hours", {**SETTINGS, "least": least, **changed}, rows, calendar=HOLIDAYS)


@pytest.mark.parametrize(
    ("moment", "caught"),
    [
        ("2026-03-02T00:59:59Z", True),  # Monday, a second before nine
        ("2026-03-02T01:00:00Z", False),
        ("2026-03-02T09:59:59Z", False),
        ("2026-03-02T10:00:00Z", True),  # six in the evening
        ("2026-03-07T02:00:00Z", True),  # Saturday
        ("2026-10-01T02:00:00Z", True),  # a Thursday, and the national day
        ("2026-10-10T02:00:00Z", False),  # a Saturday that is worked for it
    ],
)
def test_the_hour_and_the_day_by_the_offices_clock_and_calendar(moment: str, caught: bool) -> None:
    assert (found(use("a", moment)) != []) == caught


def test_once_is_no_habit_and_twice_within_the_window_is_told_with_the_times() -> None:
    first, second = use("a", "2026-03-02T12:30:00Z"), use("b", "2026-03-07T02:00:00Z")
    assert found(first, least=2) == []
    (finding,) = found(first, second, least=2)
    assert (finding.cases, finding.about, finding.strength) == (("a", "b"), "ann|k-b", 2)
    for text in finding.explanation:
        assert "2026-03-02 20:30" in text and "2026-03-07 10:00" in text and "9:00–18:00" in text
    assert found(first, use("b", "2026-03-07T02:00:00Z", "ben"), least=2) == []
    assert found(first, use("b", "2026-04-04T02:00:00Z"), least=2) == [], "more than 30 days later"


def test_other_hours_are_a_setting() -> None:
    assert found(use("a", "2026-03-02T00:30:00Z"), begins=8) == []


def test_use_by_use_the_same_is_found_as_all_at_once() -> None:
    rows = [use(f"{n:02}", f"2026-03-{n + 1:02}T{n * 3 % 24:02}:00:00Z", ("ann", "ben")[n % 2]) for n in range(20)]
    assert agree("hours", SETTINGS, rows)


def test_what_came_from_outside_is_named_by_its_key() -> None:
    first, second = (use("", f"2026-03-0{day}T12:00:00Z") | {"key": f"g{day}"} for day in (2, 3))
    (told,) = agree("hours", SETTINGS, [first, second, use("a", "2026-03-07T02:00:00Z")], calendar=HOLIDAYS)
    assert (told.cases, told.facts) == (("a",), (("ledger", "g2"), ("ledger", "g3")))
