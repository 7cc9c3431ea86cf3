"""改头换面: one paper under another number or another name of the seller is a finding; ordinary neighbours in a series are none."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianfang.kernel.controls.pattern import Finding
from lianfang.watch.engine import compares, find, horizon, traits
from lianfang.watch.traits import Traits
from tests.watch.live import agree

SETTINGS = {"seller": "seller", "number": "number", "amount": "amount", "date": "date"}
WHOLE = "宝文印务有限公司"


def paper(case: str, seller: str = WHOLE, number: str = "44030001", amount: int = 280_000, on: str = "2026-02-20") -> dict[str, Any]:
    return {"case": case, "key": f"{seller}:{number}:{amount}:{on}", "seller": seller, "number": number, "amount": amount, "date": on}


def found(*rows: dict[str, Any], **changed: Any) -> list[Finding]:
    return find("duplicate", {**SETTINGS, **changed}, rows)


def strength(one: dict[str, Any], **changed: Any) -> int:
    """How strong the finding of two papers is; 0 for none."""
    findings = found({**paper("a"), **one}, {**paper("b"), "key": "other", **changed})
    return findings[0].strength if findings else 0


def test_a_shorter_name_of_the_seller_is_told_with_both_cases_and_what_differs() -> None:
    (finding,) = found(paper("a"), paper("b", "宝文印务"))
    assert (finding.cases, finding.strength) == (("a", "b"), 3)
    for text in finding.explanation:
        for value in ("a", "b", f"“{WHOLE}”", "“宝文印务”", "44030001", "¥2,800.00", "2026-02-20"):
            assert value in text
    assert (
        "相同：号码（44030001）、金额（¥2,800.00）、日期（2026-02-20）；不同：销售方（宝文印务有限公司、宝文印务）"
        in finding.explanation.zh
    )
    assert "The same: number (44030001), amount (¥2,800.00), date (2026-02-20). Different: seller" in finding.explanation.en
    assert "也可能无误：销售方更名" in finding.explanation.zh
    assert "It can be innocent: the seller was renamed" in finding.explanation.en


@pytest.mark.parametrize("number", ["4403OOO1", "4403ooo1", "4403000l", "4403000I", "00044030001", "44Ø30001".replace("Ø", "Q")])
def test_signs_that_are_misread_and_leading_zeros_make_no_other_number(number: str) -> None:
    assert strength({}, number=number) == 3
    assert strength({}, number=number, amount=100, date="2025-01-01") == 2, "of one seller, whatever else was changed"


@pytest.mark.parametrize(("one", "other"), [("S8G2Z000", "58622000"), ("B0B0B0B0", "80808080")])
def test_each_sign_that_looks_like_a_digit(one: str, other: str) -> None:
    assert strength({"number": one}, number=other) == 3


@pytest.mark.parametrize(
    "number",
    ["44080001", "4430001", "440300001", "44300001", "44930001", "A4030001"],
    ids=["changed", "dropped", "added", "exchanged", "changed too", "a letter"],
)
def test_one_sign_changed_in_a_long_number(number: str) -> None:
    assert strength({}, number=number) == 3, "of one day and amount"
    assert strength({}, number=number, date="2026-03-20") == 2
    assert strength({}, number=number, amount=279_000) == 2, "within one per cent"
    assert strength({}, number=number, amount=270_000) == 0
    assert strength({}, number=number, date="2026-04-20") == 0, "another month's bill"
    assert strength({}, number=number, seller="宝文印务") == 3, "and the name shortened"
    assert strength({}, number=number, seller="粤新纸业有限公司") == 0


def test_the_window_is_counted_to_the_day() -> None:
    for days, alike in ((30, 2), (31, 0)):
        for back in (days, -days):
            on = str(date(2026, 2, 20) + timedelta(days=back))
            assert strength({}, number="44080001", date=on) == alike, on


def test_neighbours_in_a_series_are_ordinary_but_for_one_amount_on_one_day() -> None:
    assert strength({}, number="44030002", amount=150_000) == 0
    assert strength({}, number="44030002", date="2026-02-21") == 0
    assert strength({}, number="44030041", date="2026-03-20") == 0, "a monthly bill of a small shop"
    assert strength({}, number="44030002") == 1
    assert strength({"number": "44030009"}, number="44030012") == 1
    assert strength({"number": "44030009"}, number="44030013") == 0, "not so close, and two signs differ"
    assert strength({}, number="44030002", seller="粤新纸业有限公司") == 0


def test_a_row_of_numbers_is_one_finding_however_long() -> None:
    rows = [paper(case, number=f"4403000{n}") for n, case in enumerate("abcdef")]
    (finding,) = found(*rows)
    assert finding.cases == tuple("abcdef")
    assert {one.about for size in range(2, 7) for one in found(*rows[:size])} == {finding.about}


def test_short_numbers_are_given_by_every_shop() -> None:
    assert strength({"number": "12"}, number="12", seller="粤新纸业有限公司") == 0
    assert strength({"number": "12"}, number="13") == 0
    assert strength({"number": "12"}, number="l2", date="2026-02-25") == 2
    assert strength({"number": "12"}, number="12", seller="宝文印务") == 2
    assert strength({"number": "12"}, number="12", seller="宝文印务", date="2026-02-21") == 2
    assert strength({"number": "12"}, number="12", seller="宝文印务", date="2027-02-20") == 0, "a new book of receipts"
    assert strength({"number": "12"}, number="12", seller="宝文印务", amount=1) == 0


def test_a_long_number_under_any_other_seller() -> None:
    assert strength({}, seller="粤新纸业有限公司") == 3
    assert strength({}, seller="粤新纸业有限公司", amount=100) == 0, "two series may meet"
    assert strength({}, seller="宝文印务", amount=100) == 2, "the name was shortened and the amount changed"
    national = "26442000000012345678"
    assert strength({"number": national}, number=national, seller="粤新纸业有限公司", amount=100) == 3
    assert strength({"number": national[1:]}, number=national[1:], seller="粤新纸业有限公司", amount=100) == 0


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (WHOLE, "宝文", True), (WHOLE, "宝文公司", True), ("中国石油化工股份有限公司", "中石化", True), ("宝文印务", "宝纹印务", True),
        ("宝文印务", "文宝印务", True), ("宝文印务", "文宝务印", False), ("宝文印务", "宝文务", True), ("宝文印务", "粤文印刷", False),
        ("Baowen Printing Ltd", "BAOWEN", True), (WHOLE, "宝", False), (WHOLE, "文宝", False),
        ("宝文", "宝武", False), ("AB Ltd", "AB", False),
    ],
)  # fmt: skip
def test_when_two_names_may_be_one_seller(one: str, other: str, alike: bool) -> None:
    assert (strength({"number": "12", "seller": one}, number="12", seller=other) == 2) == alike


def test_every_threshold_is_a_setting() -> None:
    assert not found(paper("a"), paper("b", "粤新"), long=9)
    assert found(paper("a"), paper("b", "粤新", amount=1), countrywide=8)
    assert found(paper("a"), paper("b", number="44080001", on="2026-04-20"), window="60d")
    assert found(paper("a"), paper("b", number="44080001", amount=270_000), percent=4)
    assert found(paper("a", number="44030009"), paper("b", number="44030013"), next=4)
    assert found(paper("a"), paper("b", number="44030041", on="2026-03-20"), series=39)


def test_what_can_not_be_compared_hides_nothing() -> None:
    broken = [
        {**paper("c"), "key": "1", "date": "soon"}, {**paper("d"), "key": "2", "amount": None}, {"case": "e", "key": "3"},
        {**paper("f"), "key": "4", "seller": " — "}, {**paper("g"), "key": "5", "number": None},
    ]  # fmt: skip
    (finding,) = found(*broken, paper("a"), paper("b", "宝文印务"))
    assert finding.cases == ("a", "b")
    assert found(*broken) == []


def test_what_stood_in_the_ledger_before_counts_too() -> None:
    (finding,) = found({**paper("a"), "case": ""}, paper("b", "宝文印务"))
    assert finding.cases == ("b",)
    assert "台账原有" in finding.explanation.zh
    assert "in the ledger before" in finding.explanation.en


def test_names_as_long_as_one_likes_stay_apart() -> None:
    name = "宝" * 500
    first, second = (found(paper("a", name + end), paper("b", name)) for end in ("印务", "纸业"))
    assert len(first[0].about) < 100
    pairs = found(paper("a", name, "44030001"), paper("b", name, "44080001"), paper("c", name, "55030001"), paper("d", name, "55080001"))
    assert len({one.about for one in pairs}) == len(pairs) == 2
    assert second


def test_only_findings_of_what_is_new_are_wanted_where_older_ones_were_brought_along() -> None:
    a, b, c = paper("a"), paper("b", "宝文印务"), paper("c", number="99999999")
    assert find("duplicate", SETTINGS, [a, b, c], new={c["key"]}) == []
    assert len(find("duplicate", SETTINGS, [a, b, c], new={b["key"]})) == 1
    assert compares("duplicate", SETTINGS)
    assert horizon("duplicate", SETTINGS) == 300


sellers = st.sampled_from([WHOLE, "宝文印务", "粤新纸业有限公司"])
numbers = st.sampled_from(["44030001", "4403OOO1", "44030002", "44080001", "12", "l2", "26442000000012345678"])
papers = st.tuples(sellers, numbers, st.sampled_from([280_000, 281_000, 100]), st.sampled_from([0, 1, 29, 30, 31, 60]))


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.lists(papers, max_size=7, unique=True))
def test_one_by_one_by_their_traits_the_same_is_found_as_all_at_once(drawn: list[tuple[str, str, int, int]]) -> None:
    """What live watching relies on."""
    rows = [
        paper(f"case{n}", seller, number, amount, str(date(2026, 1, 1) + timedelta(days=days)))
        for n, (seller, number, amount, days) in enumerate(drawn)
    ]
    agree("duplicate", SETTINGS, rows)


@settings(deadline=None, derandomize=True, max_examples=12)
@given(st.lists(papers, max_size=5, unique=True))
def test_the_order_in_which_they_come_does_not_matter(drawn: list[tuple[str, str, int, int]]) -> None:
    rows = [paper(f"case{n}", *one[:3], on=str(date(2026, 1, 1) + timedelta(days=one[3]))) for n, one in enumerate(drawn)]
    first = {(one.about, one.explanation) for one in found(*rows)}
    assert all(
        {(one.about, one.explanation) for one in found(*order)} == first for order in itertools.islice(itertools.permutations(rows), 3)
    )


def test_a_new_entry_brings_along_few_however_long_the_ledger(twenty_thousand: list[dict[str, Any]]) -> None:
    known = Traits()
    for row in twenty_thousand:
        known.add(row["key"], traits("duplicate", SETTINGS, row))
    for row in twenty_thousand[::200]:
        assert len(known.sharing(traits("duplicate", SETTINGS, row))) <= 30


@pytest.fixture(scope="module")
def twenty_thousand() -> list[dict[str, Any]]:
    """A year of invoices: three hundred sellers, numbers that go up, every third of a price that many have."""
    rows = []
    for n in range(20_000):
        seller, on = f"广州市{n * 7919 % 300}号店", str(date(2021, 1, 1) + timedelta(days=n // 55))
        amount = (1_200, 5_000, 10_000)[n % 3] if n % 9 < 3 else n * 104_729 % 5_000_000
        rows.append(paper(f"case{n}", seller, str(10_000_000 + n * 13), amount, on))
    return rows
