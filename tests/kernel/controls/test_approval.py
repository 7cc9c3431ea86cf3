"""approval 审批: Ann's money is paid out only after everybody agreed whom its amount needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, explains, matter

CLAIM = """
params: {small: 300, large: 500}
record: {amount: {type: int, required: true}}
flow:
  - fill
  - head
  - choose:
      - {when: amount <= small, do: []}
      - otherwise: [deputy, {choose: [{when: amount <= large, do: []}, {otherwise: [director]}]}]
  - pay
steps:
  fill: {by: applicant, form: [amount]}
  head: {by: head, kind: approval, returns_to: fill}
  deputy: {by: deputy, kind: approval, returns_to: fill}
  director: {by: director, kind: approval, returns_to: fill}
  pay: {by: cashier}
controls:
  - id: levels
    kind: approval
    steps: [pay]
    levels: [{step: head}, {step: deputy, when: amount > small}, {step: director, when: amount > large}]
"""
LEVELS = {"head": "hua", "deputy": "dan", "director": "dora"}


def needed(amount: int) -> list[str]:
    return ["head", *(["deputy"] if amount > 300 else []), *(["director"] if amount > 500 else [])]


@pytest.mark.parametrize("amount", [1, 299, 300, 301, 499, 500, 501, 10_000])
def test_each_amount_needs_exactly_its_own_levels(amount: int) -> None:
    office = PaperOffice(CLAIM)
    assert office.does("ann", "fill", amount=amount) is None
    levels = needed(amount)
    for done, step in enumerate(levels):
        refusal = office.does("cai", "pay")
        assert explains(refusal, "levels", *levels[done:], "pay")
        assert refusal is not None
        assert refusal.shown == {"missing": levels[done:], "done": levels[:done]}
        assert office.does(LEVELS[step], step) is None
    assert office.does("cai", "pay") is None
    assert office.status() == "completed"


def test_an_approval_does_not_outlive_a_return() -> None:
    office = PaperOffice(CLAIM)
    office.does("ann", "fill", amount=400)
    office.does("hua", "head")
    assert office.does("dan", "deputy", act="return", opinion="太多") is None
    assert explains(office.does("cai", "pay"), "levels", "head", "deputy")
    assert office.does("ann", "fill", amount=200) is None
    assert explains(office.does("cai", "pay"), "levels", "head")
    assert office.does("hua", "head") is None
    assert office.does("cai", "pay") is None


def test_a_rejection_is_no_approval() -> None:
    office = PaperOffice(CLAIM)
    office.does("ann", "fill", amount=200)
    assert office.does("hua", "head", act="reject", opinion="不属本单位开支") is None
    assert explains(office.does("cai", "pay"), "levels", "head")
    assert office.status() == "rejected"


@given(st.integers(1, 1000), st.lists(st.sampled_from(sorted(LEVELS)), max_size=6))
def test_paid_means_approved_by_all_whoever_pushed_in_which_order(amount: int, pushed: list[str]) -> None:
    office = PaperOffice(CLAIM)
    office.does("ann", "fill", amount=amount)
    agreed = [step for step in pushed if office.does(LEVELS[step], step) is None]
    assert (office.does("cai", "pay") is None) == (set(agreed) == set(needed(amount)))


def test_who_is_needed_is_told_with_their_post_and_why() -> None:
    office = PaperOffice(CLAIM)
    office.does("ann", "fill", amount=501)
    refusal = office.does("cai", "pay")
    assert refusal is not None
    assert "〔director〕（〔director〕，因“〔amount〕”为 501）" in refusal.message.zh
    assert "head (head), deputy (deputy, since “amount” is 501)" in refusal.message.en


EDITED = """
record: {amount: {type: int, required: true}, note: text}
flow: [fill, head, edit, pay]
steps:
  fill: {by: applicant, form: [amount, note]}
  head: {by: head, kind: approval, returns_to: fill}
  edit: {by: clerk, form: [FIELDS]}
  pay: {by: cashier, kind: approval, returns_to: fill}
controls:
  - {id: agreed, kind: approval, steps: [pay], levels: [{step: head}]}
"""


@pytest.mark.parametrize(("edited", "changed"), [({"amount": 2}, True), ({"amount": 1}, False), ({"amount": 1, "note": "x"}, False)])
def test_what_changed_after_an_approval_goes_back_to_it(edited: dict[str, object], changed: bool) -> None:
    """What is filled in for the first time was not there to be approved, and what is written again as it was did not change."""
    office = PaperOffice(EDITED.replace("FIELDS", "amount, note"))
    office.does("ann", "fill", amount=1)
    office.does("hua", "head")
    assert office.does("ben", "edit", **edited) is None
    refusal = office.does("cai", "pay")
    assert (refusal is not None) == changed
    if refusal is not None:
        assert explains(refusal, "agreed", "amount", "head", "pay")
        assert refusal.shown == {"changed": "amount", "approved_by": "head"}
        assert office.does("cai", "pay", act="return", opinion="金额改过") is None
        office.does("ann", "fill", amount=2)
        office.does("hua", "head")
        assert office.does("ben", "edit", note="x") is None
        assert office.does("cai", "pay") is None


def test_what_the_act_itself_changes_was_not_approved() -> None:
    own = EDITED.replace("flow: [fill, head, edit, pay]", "flow: [fill, head, pay]").replace("  edit: {by: clerk, form: [FIELDS]}\n", "")
    office = PaperOffice(own.replace("pay: {by: cashier, kind: approval, returns_to: fill}", "pay: {by: cashier, form: [amount]}"))
    office.does("ann", "fill", amount=1)
    office.does("hua", "head")
    assert explains(office.does("cai", "pay", amount=2), "agreed", "amount", "head", "pay")
    assert office.does("cai", "pay", amount=1) is None


def test_what_an_approver_filled_in_stays_as_they_left_it() -> None:
    own = EDITED.replace("head: {by: head, kind: approval, returns_to: fill}", "head: {by: head, form: [note]}").replace("FIELDS", "note")
    office = PaperOffice(own)
    office.does("ann", "fill", amount=1)
    office.does("hua", "head", note="a")
    assert office.does("ben", "edit", note="b") is None
    assert explains(office.does("cai", "pay"), "agreed", "note", "head", "pay")


def test_a_step_is_not_its_own_approval() -> None:
    with pytest.raises(ValueError, match="'head' can't be an approval of itself"):
        matter(CLAIM.replace("steps: [pay]", "steps: [pay, head]"))
