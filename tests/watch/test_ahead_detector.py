"""超进度付款: the sum of what was paid runs ahead of the progress accepted, though each payment is small; an advance is innocent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianfang.kernel.schedule import utc_moment, utc_text
from tests.watch.live import Row, agree

SETTINGS = {"thing": "contract", "paid": "paid", "whole": "price", "progress": "progress", "moment": "moment"}
START = utc_moment("2026-03-02T01:00:00Z")


def moved(contract: str, day: float, **said: Any) -> Row:
    moment = utc_text(START + timedelta(days=day))
    return {"case": f"case-{contract}", "key": f"{contract}:{day}:{len(said)}", "contract": contract, "moment": moment, **said}


def paid(day: float, amount: int, contract: str = "ht1", price: int = 1_000_000) -> Row:
    return moved(contract, day, paid=amount, price=price)


def reached(day: float, progress: int, contract: str = "ht1") -> Row:
    return moved(contract, day, progress=progress)


def found(*rows: Row, **changed: Any) -> list[Any]:
    return agree("ahead", {**SETTINGS, **changed}, rows)


def test_small_payments_that_together_run_ahead_are_told_from_the_one_that_does_it_on() -> None:
    rows = [reached(0, 20), *(paid(day, 200_000) for day in (1, 2, 3, 4))]
    first, second = found(*rows)
    assert (first.about, first.cases, first.strength) == ("ht1|ht1:3:2", ("case-ht1",), 2)
    for text in first.explanation:
        assert all(value in text for value in ("ht1", "¥6,000.00", "¥10,000.00", "60", "20", "30"))
    assert (second.about, second.strength) == ("ht1|ht1:4:2", 2)
    assert found(*rows, paid(5, 200_000))[-1].strength == 3


@pytest.mark.parametrize(("amount", "caught"), [(500_000, False), (500_001, True)])
def test_an_advance_of_thirty_points_is_innocent(amount: int, caught: bool) -> None:
    assert bool(found(reached(0, 20), paid(1, amount))) == caught


def test_without_any_progress_the_advance_is_all_there_may_be() -> None:
    assert found(paid(1, 300_000)) == []
    assert found(paid(1, 300_001))
    assert found(paid(1, 1), points=0)


def test_progress_that_came_later_does_not_heal_and_that_which_was_taken_back_counts() -> None:
    assert found(paid(1, 500_000), reached(2, 50))
    assert found(reached(0, 60), reached(0.5, 10), paid(1, 500_000))
    assert found(reached(0, 10), reached(0.5, 60), paid(1, 500_000)) == []


def test_progress_of_the_same_second_counts() -> None:
    assert found(reached(1, 50), paid(1, 500_000)) == []


def test_each_contract_by_itself() -> None:
    assert found(reached(0, 100, "ht2"), paid(1, 200_000, "ht2"), paid(2, 300_000), paid(3, 300_000, "ht3")) == []


def test_what_says_neither_is_left_out() -> None:
    assert found(moved("ht1", 0), paid(1, 900_000, price=0), moved("ht1", 2, paid=900_000)) == []
