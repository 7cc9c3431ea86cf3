"""围标迹象: what bids look like that were not made apart; one sign by itself says little."""

from __future__ import annotations

from typing import Any

import pytest

from lianfang.kernel.controls.pattern import Finding
from lianfang.watch.engine import find
from tests.watch.live import agree

SETTINGS = {"tender": "tender", "bidder": "bidder", "amount": "price"}


def tender(*prices: int, name: str = "a", estimate: int = 0) -> list[dict[str, Any]]:
    """The bids of a tender, in yuan."""
    return [
        {
            "case": name, "key": f"{name}:{n}", "tender": name, "bidder": f"第{n}家", "price": price * 100,
            **({"estimate": estimate * 100} if estimate else {}),
        }
        for n, price in enumerate(prices)
    ]  # fmt: skip


def found(rows: list[dict[str, Any]], **changed: Any) -> list[Finding]:
    return find("bids", {**SETTINGS, **changed}, rows)


def test_bids_made_apart_are_innocent() -> None:
    assert found(tender(571_300, 640_150, 803_400)) == []
    assert found(tender(570_000, 580_000, 595_000)) == [], "close, and nothing else"
    assert found(tender(500_000, 700_000, 720_000, 760_000)) == [], "the lowest stands apart, and nothing else"


def test_two_equal_prices_are_told_by_themselves() -> None:
    (finding,) = found(tender(571_300, 803_400, 803_400))
    assert (finding.about, finding.cases, finding.strength) == ("bids|a", ("a",), 3)
    for text in finding.explanation:
        assert "¥803,400.00" in text and "a" in text
    assert "分毫不差" in finding.explanation.zh
    assert "equal to the fen" in finding.explanation.en


def test_four_in_equal_steps_are_told_by_themselves_and_three_only_where_they_lie_close_too() -> None:
    assert found(tender(500_000, 600_000, 700_000, 800_000))[0].strength == 3
    assert found(tender(500_000, 600_000, 720_000, 864_000))[0].strength == 3, "equal ratios"
    assert found(tender(500_000, 600_000, 700_000)) == []
    assert found(tender(570_000, 580_000, 590_000))[0].strength == 2
    assert found(tender(500_000, 600_000, 702_000, 800_000)) == []


def test_a_cover_bid_is_far_above_a_low_one_and_close_to_the_others() -> None:
    (finding,) = found(tender(570_000, 598_000, 600_000, 603_000))
    assert "挤在一起" in finding.explanation.zh and "过于接近" in finding.explanation.zh
    assert found(tender(570_000, 598_000, 600_000, 603_000), agree=3) == []
    assert found(tender(570_000, 598_000, 600_000, 603_000), distance=1_200) == []


def test_only_the_lowest_within_the_estimate() -> None:
    within = {"estimate": "estimate"}
    assert "预算" in found(tender(570_000, 590_000, 620_000, estimate=580_000), **within)[0].explanation.zh
    assert found(tender(570_000, 590_000, 620_000, estimate=590_000), **within) == []
    assert found(tender(570_000, 590_000, 620_000), **within) == [], "where there is no estimate there is nothing to be within"


def test_round_bids_count_where_a_figure_is_set() -> None:
    rows = tender(560_000, 580_000, 610_000)
    assert found(rows) == []
    assert found(rows, round=1_000_000) != []
    assert found(tender(560_000, 580_000, 611_000), round=1_000_000) == []


@pytest.mark.parametrize(("count", "caught"), [(2, False), (3, True)])
def test_two_bids_say_nothing(count: int, caught: bool) -> None:
    assert (found(tender(*[600_000] * count)) != []) == caught


def test_tender_by_tender_the_same_is_found_as_all_at_once() -> None:
    rows = [*tender(570_000, 580_000, 590_000), *tender(571_300, 640_150, 803_400, name="b"), *tender(9, 9, 9, name="c")]
    assert [one.about for one in agree("bids", SETTINGS, rows)] == ["bids|a", "bids|c"]
