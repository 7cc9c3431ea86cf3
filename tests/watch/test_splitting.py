"""化整为零: amounts that each stay within the limit and together pass it raise one finding; what is innocent raises none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.watch.engine import find
from tests.watch.live import live

SETTINGS = {"group": ["unit", "payee"], "amount": "amount", "moment": "moment", "limit": 300_000, "window": "1d", "least": 2}
DAY = utc_moment("2026-03-02T01:00:00Z")


def claim(case: str, amount: int = 290_000, hours: float = 0, payee: str = "宝文", unit: str = "centre") -> dict[str, Any]:
    return {"case": case, "key": case, "amount": amount, "moment": utc_text(DAY + timedelta(hours=hours)), "payee": payee, "unit": unit}


def found(*rows: dict[str, Any], **changed: Any) -> list[Finding]:
    return find("splitting", {**SETTINGS, **changed}, rows)


def test_what_came_without_a_case_is_each_an_amount_of_its_own() -> None:
    facts = [{**claim("", hours=nth), "key": f"line-{nth}"} for nth in range(3)]
    (finding,) = found(*facts)
    for text in finding.explanation:
        assert "3" in text and "¥8,700.00" in text


def test_three_slices_of_2900_on_one_day_are_one_finding() -> None:
    (finding,) = found(claim("a"), claim("b", hours=2), claim("c", hours=5))
    assert finding.cases == ("a", "b", "c")
    assert finding.strength == 3
    assert finding.about == "centre|宝文|a"
    for text in finding.explanation:
        for value in ("centre · 宝文", "3", "¥3,000.00", "¥8,700.00"):
            assert value in text
    assert "1 天" in finding.explanation.zh
    assert "1 day" in finding.explanation.en


def test_two_of_1500_are_exactly_3000_and_allowed_and_one_fen_more_is_not() -> None:
    assert found(claim("a", 150_000), claim("b", 150_000)) == []
    (finding,) = found(claim("a", 150_000), claim("b", 150_001))
    assert (finding.cases, finding.strength) == (("a", "b"), 2)


def test_unrelated_payees_and_units_are_innocent() -> None:
    assert found(claim("a", payee="宝文"), claim("b", payee="粤新"), claim("c", payee="百科")) == []
    assert found(claim("a", unit="centre"), claim("b", unit="bureau")) == []
    assert found(claim("a", payee="b|c", unit="a"), claim("b", payee="c", unit="a|b")) == [], "names are not run together"


def test_one_large_amount_was_approved_at_its_own_level() -> None:
    assert found(claim("a", 300_001), claim("b", 900_000)) == []
    assert found(claim("a", 300_000), claim("b", 900_000)) == []
    assert len(found(claim("a", 300_000), claim("b", 1))) == 1


@pytest.mark.parametrize(("hours", "caught"), [(23.9, True), (24, True), (24 + 1 / 3600, False), (48, False)])
def test_a_day_to_the_second(hours: float, caught: bool) -> None:
    assert (found(claim("a"), claim("b", hours=hours)) != []) == caught


SELLER = {"group": ["unit"], "any_of": ["payee", "seller"], "whole": "claim"}


def part(case: str, seller: str, amount: int = 290_000, hours: float = 0, payee: str = "宝文", claim_: int = 0) -> dict[str, Any]:
    """A line of a claim: what it buys of one seller."""
    return {**claim(case, amount, hours, payee), "key": f"{case}{seller}{amount}", "seller": seller, "claim": claim_ or amount}


def test_one_seller_through_several_payees_and_one_payee_with_several_sellers() -> None:
    (finding,) = found(part("a", "BW", payee="李明"), part("b", "BW", payee="王芳"), **SELLER)
    assert (finding.cases, finding.about) == (("a", "b"), "centre|BW|a")
    (finding,) = found(part("a", "BW"), part("b", "YX"), **SELLER)
    assert (finding.cases, finding.about) == (("a", "b"), "centre|宝文|a")
    assert found(part("a", "BW", payee="李明"), part("b", "YX", payee="王芳"), **SELLER) == []


def test_what_is_grouped_in_two_ways_is_one_finding() -> None:
    (finding,) = found(part("a", "BW"), part("b", "BW"), **SELLER)
    assert finding.about == "centre|宝文|a", "the first way"
    (finding,) = found(part("a", "BW"), part("b", "BW"), part("c", "BW", payee="王芳"), **SELLER)
    assert (finding.about, finding.cases) == ("centre|BW|a", ("a", "b", "c")), "the way that shows more of it"
    both = found(part("a", "BW"), part("b", "BW", payee="王芳"), part("c", "YX"), **SELLER)
    assert {one.cases for one in both} == {("a", "b"), ("a", "c")}, "neither is all in the other"


def test_the_lines_of_one_claim_were_approved_together() -> None:
    assert found(part("a", "BW", 200_000, claim_=350_000), part("a", "YX", 150_000, claim_=350_000), **SELLER) == []
    assert found(part("a", "BW", 200_000, claim_=450_000), part("b", "BW", 200_000), **SELLER) == [], "at the level of the whole claim"
    assert found(part("a", "BW", 200_000, claim_=450_000), part("b", "BW", 200_000), **{**SELLER, "whole": None})
    lines = [part("a", "BW", 90_000, claim_=200_000), part("a", "BW", 110_000, claim_=200_000), part("b", "BW", 150_000, payee="王芳")]
    (finding,) = found(*lines, **SELLER)
    assert (finding.cases, finding.strength) == (("a", "b"), 2)
    assert "2 笔" in finding.explanation.zh
    assert "¥3,500.00" in finding.explanation.zh


def test_entries_of_before_there_were_sellers_are_grouped_by_what_they_have() -> None:
    old = [claim("a"), claim("b")]
    assert [one.about for one in found(*old, **SELLER)] == ["centre|宝文|a"]
    assert [one.cases for one in found(*old, part("c", "BW", hours=1), **SELLER)] == [("a", "b", "c")]
    assert found(claim("a", payee="李明"), claim("b", payee="王芳"), **SELLER) == [], "what is not known of two is not the same"


def test_filed_in_one_second_they_are_told_in_the_same_order_whatever_order_they_come_in() -> None:
    rows = [claim("c"), claim("a"), claim("b")]
    assert found(*rows) == found(*reversed(rows)) == found(*sorted(rows, key=lambda row: str(row["case"])))
    assert found(*rows)[0].cases == ("a", "b", "c")


def test_a_longer_list_of_slices_keeps_its_name() -> None:
    """An alert that grows is still the same alert."""
    rows = [claim(case, hours=hour) for hour, case in enumerate("zyxw")]
    assert {finding.about for size in range(2, 5) for finding in found(*rows[:size])} == {"centre|宝文|z"}


def test_ids_are_told_by_their_titles() -> None:
    titles = {"centre": Text("信息中心", "Information Centre")}
    (finding,) = find("splitting", SETTINGS, [claim("a"), claim("b")], lambda name: titles.get(name, Text(name, name)))
    assert "信息中心 · 宝文" in finding.explanation.zh
    assert "Information Centre · 宝文" in finding.explanation.en


def test_no_rows_no_findings_and_an_unknown_detector_is_told_with_the_nearest() -> None:
    assert found() == []
    with pytest.raises(LookupError, match="did you mean 'splitting'"):
        find("spliting", SETTINGS, [claim("a")])


def test_slices_of_days_to_come_are_found_live_however_far_apart_they_are_written() -> None:
    """By the day on which they fall, not by that on which they were entered."""
    told = live("splitting", SETTINGS, [claim("a", hours=900), claim("z", payee="粤新"), claim("b", hours=890)])
    assert [one.cases for one in told.values()] == [("b", "a")]


parts = st.tuples(st.sampled_from(["BW", "YX"]), st.integers(100_000, 400_000), st.integers(0, 60), st.sampled_from(["宝文", "粤新"]))


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.lists(parts, max_size=7), st.integers(1, 3))
def test_what_is_told_live_is_what_the_sweep_finds(written: list[tuple[str, int, int, str]], at_once: int) -> None:
    """In whatever order it is written; a finding may have another name where it grew from one that was told before."""
    rows = [part(f"case{nth}", *one) for nth, one in enumerate(written)]
    told = {frozenset(one.cases) for one in live("splitting", {**SETTINGS, **SELLER}, rows, at_once).values()}
    swept = {frozenset(one.cases) for one in found(*rows, **SELLER)}
    assert swept <= told
    assert all(any(one <= whole for whole in swept) for one in told)


rows = st.lists(st.tuples(st.integers(1, 400_000), st.integers(0, 60), st.sampled_from(["宝文", "粤新"])), max_size=8)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(rows)
def test_found_means_that_some_day_long_window_passes_the_limit(claims: list[tuple[int, int, str]]) -> None:
    """Beside a plain reckoning of the same rule."""
    table = [claim(f"case{i}", amount, hours, payee) for i, (amount, hours, payee) in enumerate(claims)]
    guilty = set()
    for last in table:
        end = datetime.fromisoformat(last["moment"])
        window = [
            row
            for row in table
            if row["payee"] == last["payee"] and row["amount"] <= 300_000
            and timedelta(0) <= end - datetime.fromisoformat(row["moment"]) <= timedelta(days=1)
        ]  # fmt: skip
        if last["amount"] <= 300_000 and len(window) >= 2 and sum(row["amount"] for row in window) > 300_000:
            guilty |= {row["case"] for row in window}
    told = {case for finding in found(*table) for case in finding.cases}
    assert told <= guilty
    assert {next(r["payee"] for r in table if r["case"] == case) for case in told} == {r["payee"] for r in table if r["case"] in guilty}
