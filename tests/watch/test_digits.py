"""首位数字: amounts made up below a limit are found among many of all sizes; few, or of one size, say nothing, and nothing is said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.watch.detectors.digits import LAW, _chance
from tests.watch.live import Row, agree

SETTINGS = {"group": ["unit"], "amount": "amount", "moment": "moment"}
START = utc_moment("2026-01-05T02:00:00Z")


def grown(count: int, sizes: int = 3) -> list[int]:
    """Amounts as they come about by themselves: evenly spread over powers of ten."""
    return [int(1_000 * 10 ** (n * sizes / count + 0.001)) for n in range(count)]


def spent(amounts: list[int], unit: str = "centre", apart: float = 1) -> list[Row]:
    return [
        {"case": f"{unit}{n}", "key": f"{unit}{n}", "unit": unit, "amount": amount, "moment": utc_text(START + timedelta(days=n * apart))}
        for n, amount in enumerate(amounts)
    ]


def found(*rows: Row, **changed: Any) -> list[Any]:
    return agree("digits", {**SETTINGS, **changed}, rows, at_once=25)


def shuffled(amounts: list[int]) -> list[int]:
    """The same in an order that no size has to itself."""
    return [amounts[n * 41 % len(amounts)] for n in range(len(amounts))]


def test_amounts_of_all_sizes_with_too_many_nines_are_told() -> None:
    (finding,) = found(*spent(shuffled([*grown(90), *(9_000 + n for n in range(21))])))
    assert (finding.cases, finding.strength) == ((), 2)
    assert finding.about.startswith("centre|9|")
    for text in finding.explanation:
        assert all(value in text for value in ("centre", "9", "5%" if "笔" in text else "5 %"))


def test_what_comes_about_by_itself_is_innocent() -> None:
    assert found(*spent(shuffled(grown(200)))) == []


@pytest.mark.parametrize(("count", "caught"), [(99, False), (100, True)])
def test_fewer_than_a_hundred_say_nothing(count: int, caught: bool) -> None:
    assert bool(found(*spent([*shuffled([*grown(count - 40), *[9_500] * 39]), 9_500]))) == caught


def test_amounts_of_one_size_say_nothing() -> None:
    """Between 500 and 999 yuan everybody's amounts begin with 5 to 9."""
    rows = spent([50_000 + n * 450 for n in range(110)])
    assert found(*rows) == []
    assert found(*spent(shuffled([*grown(66, sizes=2), *[9_500] * 44]))) == []
    assert found(*spent(shuffled([*grown(66, sizes=2), *[9_500] * 44])), sizes=2)


def test_units_by_themselves_and_old_ones_do_not_count() -> None:
    amounts = shuffled([*grown(60), *[9_500] * 40])
    assert found(*spent(amounts[:50]), *spent(amounts[50:], "hall")) == []
    assert found(*spent(amounts, apart=5)) == []


def test_nothing_or_less_than_nothing_is_no_amount() -> None:
    assert found(*spent([*[0, -9_500] * 60])) == []


def test_the_chance_is_the_exact_one() -> None:
    assert sum(LAW) == pytest.approx(1)
    assert _chance(10, 9, 0.5) == pytest.approx(11 / 1024)
    assert _chance(3, 0, LAW[0]) == pytest.approx(1)
