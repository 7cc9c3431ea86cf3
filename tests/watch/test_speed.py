"""秒批: who decides sooner than it can be read, day after day, is found; one busy afternoon and a slow reader are not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianfang.kernel.schedule import utc_moment, utc_text
from tests.watch.live import Row, agree

SETTINGS = {"thing": "thing", "hand": "hand", "size": "size", "moment": "moment", "seconds": 20, "each": 10}
MONDAY = utc_moment("2026-03-02T01:00:00Z")


def read(thing: str, days: float, took: int, hand: str = "ann", size: int = 4, came: int = 0) -> list[Row]:
    """A thing that ben brings in and somebody decides so many seconds later."""
    moments = MONDAY + timedelta(days=days, seconds=came), MONDAY + timedelta(days=days, seconds=took)
    return [
        {"case": thing, "key": f"{thing}{who}", "thing": thing, "hand": who, "size": much, "moment": utc_text(moment)}
        for who, much, moment in zip(("ben", hand), (0, size), moments, strict=True)
    ]


def by_time(*lists: list[Row]) -> list[Row]:
    return sorted((row for rows in lists for row in rows), key=lambda row: str(row["moment"]))


def found(*lists: list[Row], **changed: Any) -> list[Any]:
    return agree("speed", {**SETTINGS, **changed}, by_time(*lists))


def test_three_days_of_seconds_are_told_with_the_share_and_the_last() -> None:
    (finding,) = found(*(read(f"c{day}", day, 6) for day in range(3)), read("slow", 1.5, 3600))
    assert (finding.about, finding.cases, finding.strength) == ("ann|c2ann", ("c0", "c1", "c2"), 2)
    for text in finding.explanation:
        assert all(value in text for value in ("ann", "4", "3", "75", "6", "60"))
    (always,) = found(*(read(f"c{day}", day, 6) for day in range(3)))
    assert always.strength == 3


@pytest.mark.parametrize(("took", "caught"), [(59, True), (60, False)])
def test_twenty_seconds_and_ten_for_each_of_four_pages(took: int, caught: bool) -> None:
    assert bool(found(*(read(f"c{day}", day, took) for day in range(3)))) == caught
    assert bool(found(*(read(f"c{day}", day, took, size=3) for day in range(3)))) is False


def test_a_pile_that_came_at_once_is_one_afternoon() -> None:
    """Forty in ten seconds each: the hand was busy with the one before, and it is one day."""
    pile = [read(f"c{n:02}", 0, 3600 + n * 10, came=n) for n in range(40)]
    assert found(*pile) == []
    assert found(*pile, read("d", 1, 5)) == [], "two days"
    assert found(*pile, read("d", 1, 5), read("e", 2, 5))


def test_a_pile_worked_off_with_time_for_each_is_innocent_however_long_it_lay() -> None:
    assert found(*(read(f"c{day}{n}", day, 3600 + n * 70, came=n) for day in range(5) for n in range(8))) == []


def test_a_day_is_the_offices_and_not_that_of_utc() -> None:
    """One in the night and nine in the morning are one day, and by UTC two."""
    nights = [read("a", 16 / 24, 5), read("b", 1, 5), read("c", 1 + 16 / 24, 5), read("d", 2, 5)]
    assert found(*nights, days=3) == []
    assert found(*nights, days=2)


def test_in_the_minority_or_by_different_hands_is_innocent() -> None:
    slow = [read(f"s{n}", n / 2, 3000) for n in range(4)]
    assert found(*(read(f"c{day}", day, 6) for day in range(3)), *slow) == []
    assert found(*(read(f"c{day}", day, 6, hand) for day, hand in enumerate(("ann", "cho", "dan")))) == []


@pytest.mark.parametrize(("apart", "caught"), [(44, True), (46, False)])
def test_the_window(apart: int, caught: bool) -> None:
    assert bool(found(*(read(f"c{n}", n * apart, 6) for n in range(3)))) == caught


def test_who_brings_it_and_what_came_by_no_known_way_do_not_count() -> None:
    assert found(*([read(f"c{day}", day, 6)[1]] for day in range(3))) == []
    assert found(*(read(f"c{day}", day, 6, size=0) for day in range(3))) == []


def test_while_it_goes_on_it_is_one_finding_and_after_a_window_another() -> None:
    (one,) = found(*(read(f"c{day}", day, 6) for day in range(20)))
    assert len(one.cases) == 20
    assert len(found(*(read(f"c{day}", day, 6) for day in (0, 1, 2, 200, 201, 202)))) == 2
