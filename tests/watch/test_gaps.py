"""缺号: numbers that were skipped, once later ones stand."""

from __future__ import annotations

import pytest

from tests.watch.live import Row, agree


def entry(number: str, unit: str = "centre") -> Row:
    return {"case": number, "key": f"{unit}{number}", "number": number, "unit": unit}


def numbers(*places: int) -> list[Row]:
    return [entry(f"印字〔2026〕{place:03d}号") for place in places]


def test_numbers_that_were_skipped_are_one_finding() -> None:
    (finding,) = agree("gaps", {"number": "number"}, numbers(1, 2, 6, 7, 8))
    assert finding.cases == ("印字〔2026〕002号", "印字〔2026〕006号")
    for text in finding.explanation:
        assert all(value in text for value in ("2026", "3–5"))


@pytest.mark.parametrize(
    ("places", "caught"),
    [((1, 2, 3, 4, 5), 0), ((1, 3, 4), 0), ((1, 3, 4, 5), 1), ((5, 6, 7, 8), 0), ((1, 3, 5, 6, 7, 8), 2), ((4, 3, 1, 2), 0)],
)
def test_two_later_numbers_are_too_few_and_three_are_enough(places: tuple[int, ...], caught: int) -> None:
    assert len(agree("gaps", {"number": "number"}, numbers(*places))) == caught


def test_however_it_is_written_a_number_is_the_same_and_each_year_has_its_own() -> None:
    rows = [entry("印字〔2026〕001号"), entry("印字[2026]2号"), entry("印字【2026】 003号"), entry("印字〔2025〕009号"), *numbers(4, 5)]
    assert agree("gaps", {"number": "number"}, rows) == []
    assert agree("gaps", {"number": "number"}, [row for row in rows if "【" not in str(row["number"])] + numbers(6))
    assert agree("gaps", {"number": "number"}, [*numbers(1, 2, 3, 4), entry("印字〔2025〕009号"), entry("无号")]) == []


def test_units_number_by_themselves() -> None:
    rows = [entry(f"{place}", unit) for place in range(1, 7) for unit in [("a", "b")[place % 2]]]
    assert agree("gaps", {"number": "number"}, rows) == []
    assert len(agree("gaps", {"number": "number", "group": ["unit"]}, [*rows, entry("8", "a"), entry("10", "a")])) == 2
