"""专厚一家: a buyer and a supplier who meet far more often than chance explains are found; one that all deal with is nobody's favourite."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianfang.kernel.schedule import utc_moment, utc_text
from tests.watch.live import Row, agree

BASE = {"hand": "buyer", "party": "supplier", "moment": "moment"}
START = utc_moment("2026-01-05T02:00:00Z")


def bought(buyer: str, suppliers: str, first: int = 0, **more: Any) -> list[Row]:
    """Purchases of one buyer, a day apart, each from the supplier of a letter."""
    return [
        {"case": f"{buyer}{first + n}", "key": f"{buyer}{first + n}", "buyer": buyer, "supplier": supplier,
         "moment": utc_text(START + timedelta(days=first + n, minutes=ord(buyer[0]))), **more}
        for n, supplier in enumerate(suppliers)
    ]  # fmt: skip


def found(*lists: list[Row], **changed: Any) -> list[Any]:
    rows = sorted((row for rows in lists for row in rows), key=lambda row: str(row["moment"]))
    return agree("favourite", {**BASE, **changed}, rows)


def test_one_supplier_in_one_hand_is_told_with_both_shares() -> None:
    (finding,) = found(bought("ben", "xyzxyzxy"), bought("cho", "zyxzyxzy"), bought("ann", "wwwwwx", 10))
    assert finding.about.startswith("ann|w|")
    assert finding.cases == tuple(f"ann1{n}" for n in range(5))
    for text in finding.explanation:
        assert all(value in text for value in ("ann", "“w”", "5", "100", "16", "0"))


def test_one_that_all_deal_with_is_nobodys_favourite() -> None:
    assert found(bought("ben", "wwwxwwwx"), bought("cho", "wwxwwwxw"), bought("ann", "wwwwwww", 10)) == []


@pytest.mark.parametrize(("pair", "caught"), [(4, False), (5, True)])
def test_five_cases_of_the_two_are_enough_whatever_else_the_hand_has(pair: int, caught: bool) -> None:
    others = bought("ben", "xyzxyzxy" * 3), bought("cho", "zyxzyxzy" * 3)
    assert bool(found(*others, bought("ann", "w" * pair + "xyz", 10))) == caught


def test_the_chance_counts_every_pair_that_was_compared() -> None:
    """By lot 5 of ann's 5 among the 6 of 17 are one in a thousand: times two hands and two suppliers, 3.88."""
    rows = bought("ben", "w" + "x" * 11), bought("ann", "wwwww", 12)
    assert found(*rows, chance=4)
    assert found(*rows, chance=3) == []


def test_a_hand_alone_has_no_others_to_be_held_against() -> None:
    assert found(bought("ann", "w" * 30)) == []
    assert found(bought("ann", "w" * 30), bought("ben", "x" * 11)) == []


def test_unlike_purchases_are_not_compared_and_old_ones_do_not_count() -> None:
    rows = bought("ben", "x" * 12, kind="paper"), bought("ann", "w" * 8, 12, kind="chairs")
    assert found(*rows)
    assert found(*rows, like=["kind"]) == []
    assert found(bought("ben", "x" * 12), bought("ann", "w" * 3), bought("ann", "w" * 3, 400)) == []
