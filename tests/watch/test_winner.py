"""中标集中: who wins most of what one buyer awards of one kind is told, where there are enough awards to say so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.watch.engine import find
from tests.watch.live import agree

SETTINGS = {
    "group": ["unit", "kind"], "winner": "supplier", "amount": "price", "moment": "moment", "window": "365d", "least": 4, "share": 75,
}  # fmt: skip
JANUARY = utc_moment("2026-01-05T01:00:00Z")


def award(case: str, supplier: str, days: float, price: int = 100_000, kind: str = "design", unit: str = "centre") -> dict[str, Any]:
    moment = utc_text(JANUARY + timedelta(days=days))
    return {"case": case, "key": f"no-{case}", "unit": unit, "kind": kind, "supplier": supplier, "price": price, "moment": moment}


def found(*rows: dict[str, Any]) -> list[Finding]:
    return find("winner", SETTINGS, rows)


def test_three_of_four_are_told_with_their_number_and_sums() -> None:
    rows = [award("a", "湾图", 0), award("b", "致远", 30), award("c", "湾图", 60), award("d", "湾图", 90)]
    (finding,) = found(*rows)
    assert (finding.cases, finding.strength, finding.about) == (("a", "c", "d"), 2, "centre|design|湾图|no-d")
    for text in finding.explanation:
        for value in ("centre · design", "湾图", "¥4,000.00", "¥3,000.00", "75"):
            assert value in text
    assert found(*rows[:3]) == [], "three awards are too few"


def test_two_of_four_are_innocent_and_so_is_every_supplier_once() -> None:
    assert found(*(award(str(n), ("湾图", "致远")[n % 2], n * 30) for n in range(4))) == []
    assert found(*(award(str(n), f"供应商{n}", n * 30) for n in range(8))) == []


def test_all_of_them_is_strong() -> None:
    assert found(*(award(str(n), "湾图", n * 30) for n in range(4)))[0].strength == 3


@pytest.mark.parametrize(("days", "caught"), [(365, True), (366, False)])
def test_the_window_to_the_day(days: int, caught: bool) -> None:
    assert (found(*(award(str(n), "湾图", n) for n in range(3)), award("x", "湾图", days)) != []) == caught


def test_other_kinds_and_other_buyers_are_counted_apart() -> None:
    assert found(*(award(str(n), "湾图", n, kind=("design", "hardware")[n % 2]) for n in range(6))) == []
    assert found(*(award(str(n), "湾图", n, unit=("centre", "bureau")[n % 2]) for n in range(6))) == []


def test_while_it_goes_on_it_is_one_finding() -> None:
    (finding,) = found(*(award(f"{n:02}", "湾图", n * 60) for n in range(12)))
    assert finding.about == "centre|design|湾图|no-03"
    assert len(finding.cases) == 7, "those of the last year"


def test_award_by_award_the_same_is_found_as_all_at_once() -> None:
    rows = [award(f"{n:02}", ("湾图", "致远")[n % 7 == 3], n * 40, kind=("design", "hardware")[n % 5 == 4]) for n in range(16)]
    assert agree("winner", SETTINGS, rows)


def test_an_award_without_a_moment_is_left_out() -> None:
    assert found(*({**award(str(n), "湾图", n), "moment": None} for n in range(6))) == []
