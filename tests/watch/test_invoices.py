"""连号、周末开票: numbers that hardly move over weeks, and invoices of weekends again and again."""

from __future__ import annotations

import pytest

from tests.watch.live import Row, agree

SERIES = {"seller": "seller", "number": "number", "amount": "amount", "date": "date"}
WEEKEND = {"group": ["payee"], "date": "date"}


def invoice(number: str, date: str, seller: str = "宝文印务", case: str = "", payee: str = "李明") -> Row:
    name = case or number
    return {"case": name, "key": name, "seller": seller, "number": number, "amount": 1_000, "date": date, "payee": payee}


def test_three_numbers_in_a_row_over_three_weeks_are_found_however_they_come_in() -> None:
    rows = [invoice("44030003", "2026-03-23"), invoice("44030001", "2026-03-02"), invoice("44030002", "2026-03-12")]
    (finding,) = agree("series", SERIES, rows)
    assert (finding.cases, finding.strength) == (("44030001", "44030002", "44030003"), 3)
    for text in finding.explanation:
        assert all(value in text for value in ("宝文印务", "3", "21", "2026-03-12 44030002"))


@pytest.mark.parametrize(
    ("numbers", "dates", "caught"),
    [
        (("44030001", "44030004", "44030007"), ("02", "09", "16"), True),
        (("44030001", "44030005", "44030009"), ("02", "09", "16"), False),  # four apart: others bought in between
        (("44030001", "44030002", "44030003"), ("02", "09", "15"), False),  # thirteen days
        (("44030001", "44030002", "44030002"), ("02", "09", "23"), False),  # two numbers
        (("00001", "00002", "00003"), ("02", "09", "23"), False),  # short numbers say nothing
    ],
)
def test_gap_time_and_number_to_the_boundary(numbers: tuple[str, ...], dates: tuple[str, ...], caught: bool) -> None:
    rows = [invoice(number, f"2026-03-{day}", case=f"c{nth}") for nth, (number, day) in enumerate(zip(numbers, dates, strict=True))]
    assert bool(agree("series", SERIES, rows)) == caught


def test_the_numbers_of_three_sellers_are_innocent() -> None:
    assert agree("series", SERIES, [invoice(f"4403000{n}", f"2026-03-{n}1", seller=f"店{n}") for n in range(1, 4)]) == []


def test_three_weekends_of_one_payee_are_found() -> None:
    days = ("2026-03-07", "2026-03-15", "2026-03-18", "2026-03-21")
    (finding,) = agree("weekend", WEEKEND, [invoice(f"4403{n}999", day) for n, day in enumerate(days)])
    for text in finding.explanation:
        assert all(value in text for value in ("李明", "3", "4", "2026-03-21"))


@pytest.mark.parametrize(
    ("days", "caught"),
    [
        (("2026-03-07", "2026-03-08"), False),
        (("2026-03-06", "2026-03-09", "2026-03-13"), False),
        (("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-07", "2026-03-14", "2026-03-21"), True),
        (("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-07", "2026-03-14", "2026-03-21"), False),
        (("2026-03-07", "2026-03-14", "2026-06-06"), False),  # 91 days from the first to the last
        (("2026-03-07", "2026-03-14", "2026-05-30"), True),
    ],
)
def test_two_or_working_days_or_less_than_half_are_innocent(days: tuple[str, ...], caught: bool) -> None:
    assert bool(agree("weekend", WEEKEND, [invoice(f"44{n}3999", day) for n, day in enumerate(days)])) == caught


def test_weekends_of_three_people_are_innocent() -> None:
    days = ("2026-03-07", "2026-03-14", "2026-03-21")
    assert agree("weekend", WEEKEND, [invoice(f"44{n}3999", day, payee=f"p{n}") for n, day in enumerate(days)]) == []
