"""油耗异常: a tank can't take more than it holds, an odometer only goes forward, and a car uses about what it always did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.watch.engine import find, traits
from tests.watch.live import agree

SETTINGS = {"car": "car", "litres": "litres", "odometer": "odometer", "moment": "moment", "tank": 70}
MONDAY = utc_moment("2026-03-02T01:00:00Z")


def fill(case: str, litres: int, odometer: int, days: float, car: str = "van") -> dict[str, Any]:
    moment = utc_text(MONDAY + timedelta(days=days))
    return {"case": case, "key": f"slip-{case}", "car": car, "litres": litres, "odometer": odometer, "moment": moment}


def usual(car: str = "van", count: int = 6) -> list[dict[str, Any]]:
    """Fills a week apart, of 9 to 11 litres by 100 km."""
    return [fill(f"{car}{n}", 40 + n % 3 * 4, 10_000 + n * 420, n * 7, car) for n in range(count)]


def found(*rows: dict[str, Any], new: set[str] | None = None, **changed: Any) -> list[Finding]:
    return find("fuel", {**SETTINGS, **changed}, rows, new=new)


def test_a_car_that_uses_what_it_always_did_is_innocent() -> None:
    assert found(*usual(), *usual("sedan")) == []


def test_two_fills_within_minutes_are_more_than_a_tank() -> None:
    (finding,) = found(*usual(), fill("a", 45, 12_520, 42), fill("b", 43, 12_520, 42.01))
    assert (finding.cases, finding.strength, finding.fixed) == (("a", "b"), 3, True)
    for text in finding.explanation:
        assert "88" in text and "70" in text and "van" in text


@pytest.mark.parametrize(("litres", "caught"), [(25, False), (26, True)])
def test_what_just_fits_is_innocent(litres: int, caught: bool) -> None:
    """45 and 25 litres are a tank of 70; one more does not fit, unless it was used on the way."""
    assert (found(fill("a", 45, 1_000, 0), fill("b", litres, 1_000, 0.5)) != []) == caught
    assert found(fill("a", 45, 1_000, 0), fill("b", litres, 1_004, 0.5)) == []


def test_fills_far_apart_are_not_put_together() -> None:
    assert found(fill("a", 60, 1_000, 0), fill("b", 60, 1_000, 3.01)) == []
    assert found(fill("a", 60, 1_000, 0), fill("b", 60, 1_000, 3)) != []
    assert found(fill("a", 60, 1_000, 0), fill("b", 60, 1_000, 0, "sedan")) == []


def test_three_small_fills_add_up() -> None:
    (finding,) = found(*(fill(case, 30, 1_000 + n * 10, n / 4) for n, case in enumerate("abc")))
    assert finding.cases == ("a", "c")
    assert "90" in finding.explanation.zh


def test_an_odometer_that_went_back() -> None:
    (finding,) = found(fill("a", 40, 2_000, 0), fill("b", 40, 1_999, 7))
    assert (finding.about, finding.strength) == ("back|slip-b", 3)
    assert all("1999" in text and "2000" in text for text in finding.explanation)
    assert found(fill("a", 40, 2_000, 0), fill("b", 40, 2_000, 7)) == []


def test_a_fill_far_above_the_cars_own_usual() -> None:
    (finding,) = found(*usual(), fill("x", 66, 10_000 + 6 * 420, 42))
    assert (finding.about, finding.cases, finding.strength) == ("rate|slip-x", ("x",), 2)
    assert "15.7" in finding.explanation.zh and "没有加满" in finding.explanation.zh
    assert found(*usual(count=5), fill("x", 66, 10_000 + 5 * 420, 42)) == [], "four rates before it are too few"
    assert found(*usual("sedan"), fill("x", 66, 10_420, 42), fill("w", 40, 10_000, 35)) == [], "another car's usual is not this one's"


def test_a_third_above_the_median_is_the_boundary() -> None:
    steady = [fill(f"s{n}", 40, 10_000 + n * 400, n * 7) for n in range(7)]
    assert found(*steady, fill("x", 52, 10_000 + 7 * 400, 49)) != [], "13 where 10 is usual"
    assert found(*steady, fill("x", 51, 10_000 + 7 * 400, 49)) == []


def test_what_came_later_changes_no_finding() -> None:
    rows = [*usual(), fill("x", 66, 12_520, 42)]
    later = [*rows, *(fill(f"y{n}", 66, 12_940 + n * 420, 49 + n * 7) for n in range(3))]
    assert found(*rows)[0] in found(*later)


def test_only_cars_with_a_new_fill_are_told_of() -> None:
    rows = [fill("a", 45, 1_000, 0), fill("b", 45, 1_000, 0.1), fill("c", 45, 1_000, 0, "sedan"), fill("d", 45, 1_000, 0.1, "sedan")]
    assert {one.cases for one in found(*rows, new={"slip-d"})} == {("c", "d")}
    assert traits("fuel", SETTINGS, rows[0]) == ("van",)


def test_an_entry_of_before_there_were_readings_is_left_out() -> None:
    assert found({**fill("a", 45, 0, 0), "odometer": None}, fill("b", 45, 1_000, 0.1)) == []


fills = st.lists(
    st.tuples(st.sampled_from([20, 40, 60]), st.sampled_from([-5, 0, 40, 400]), st.sampled_from(["van", "sedan"])), max_size=14
)


@settings(deadline=None, derandomize=True, max_examples=8)
@given(fills)
def test_fill_by_fill_the_same_is_found_as_all_at_once(drawn: list[tuple[int, int, str]]) -> None:
    rows, odometer = [], {"van": 10_000, "sedan": 5_000}
    for n, (litres, km, car) in enumerate(drawn):
        odometer[car] += km
        rows.append(fill(f"{n:02}", litres, odometer[car], n / 2, car))
    agree("fuel", SETTINGS, rows)
