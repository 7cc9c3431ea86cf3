"""limit 限额: two copies were approved, so two are stamped, not three; money is told in yuan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, explains, matter

STAMP = """
record: {copies: {type: int, required: true}, made: int}
steps:
  ask: {by: applicant, form: [copies]}
  stamp: {by: keeper, form: [made]}
controls: [{id: copies, kind: limit, at: stamp, value: made, max: copies}]
"""
SPEND = """
record: {granted: {type: money, required: true}, spent: {type: money, required: true}}
steps: {spend: {by: applicant, form: [granted, spent]}}
controls: [{id: budget, kind: limit, at: spend, value: spent, max: granted}]
"""


@pytest.mark.parametrize("made", [-5, 0, 1, 2])
def test_up_to_and_including_what_was_approved(made: int) -> None:
    office = PaperOffice(STAMP)
    office.does("ann", "ask", copies=2)
    assert office.does("kit", "stamp", made=made) is None


@pytest.mark.parametrize("made", [3, 4, 2**53 - 1])
def test_one_more_is_too_many(made: int) -> None:
    office = PaperOffice(STAMP)
    office.does("ann", "ask", copies=2)
    refusal = office.does("kit", "stamp", made=made)
    assert explains(refusal, "copies", "made", made, 2)
    assert refusal is not None
    assert refusal.shown == {"value": made, "max": 2}


def test_money_is_told_in_yuan() -> None:
    refusal = PaperOffice(SPEND).does("ann", "spend", granted=300_000, spent=300_001)
    assert explains(refusal, "budget", "¥3,000.01", "¥3,000.00")
    assert PaperOffice(SPEND).does("ann", "spend", granted=300_000, spent=300_000) is None


def test_what_is_limited_is_told_in_words_and_never_as_it_is_written_in_the_matter() -> None:
    text = """
record: {bills: {type: list, of: {amount: money}}, granted: {type: money, required: true}}
steps: {spend: {by: applicant, form: [bills, granted]}}
controls: [{id: budget, kind: limit, at: spend, value: "sum(bills.map(b, b.amount))", max: granted}]
"""
    refusal = PaperOffice(text).does("ann", "spend", granted=300_000, bills=[{"amount": 200_000}] * 2)
    assert refusal is not None
    assert refusal.message.zh == "“〔bills〕”的“〔amount〕”合计为 ¥4,000.00，超过允许的 ¥3,000.00。"
    assert refusal.message.en == "The sum of “amount” in “bills” is ¥4,000.00, more than the ¥3,000.00 allowed."


def test_a_figure_that_was_never_given_is_asked_for() -> None:
    office = PaperOffice(STAMP)
    office.does("ann", "ask", copies=2)
    refusal = office.does("kit", "stamp")
    assert explains(refusal, "copies", "made")
    assert refusal is not None
    assert refusal.shown == {"missing": ["made"]}
    assert "made" in refusal.remedy.zh
    assert office.does("kit", "stamp", made=2) is None


@given(st.integers(-(2**40), 2**40), st.integers(-(2**40), 2**40))
def test_accepted_means_within_the_limit(copies: int, made: int) -> None:
    office = PaperOffice(STAMP)
    office.does("ann", "ask", copies=copies)
    assert (office.does("kit", "stamp", made=made) is None) == (made <= copies)


def test_pears_are_not_measured_in_yuan() -> None:
    with pytest.raises(ValueError, match=r"value \(money\) and max \(int\) should both be counts, or both money"):
        matter(SPEND.replace("granted: {type: money", "granted: {type: int"))
    with pytest.raises(ValueError, match=r"value \(text\)"):
        matter(STAMP.replace("made: int", "made: text"))
