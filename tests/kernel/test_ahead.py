"""Which steps of a case still come: what its values rule out is not named, what they lead to is, and the rest is only possible."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import MEMBERS, PaperOffice

from lianfang.kernel.ahead import COMES, MAY, NEVER, coming

CLAIM = """
params: {small: 300, large: 500}
record: {amount: {type: int, required: true}, hurry: bool, helpers: people}
flow:
  - open
  - fill
  - {parallel: [[check], [{choose: [{when: "has(hurry) && hurry", do: [call]}, {otherwise: [look]}]}]]}
  - {choose: [{when: amount <= small, do: []}, {otherwise: [deputy, {choose: [{when: amount <= large, do: []}, {otherwise: [meet]}]}]}]}
  - {each: {over: helpers, do: [help]}}
  - {repeat: {acts: [[lend, give_back]], until: close}}
  - pay
steps:
  open: {by: applicant}
  fill: {by: applicant, form: [amount, hurry, helpers]}
  check: {by: head, kind: approval, returns_to: open}
  call: {by: clerk}
  look: {by: clerk}
  deputy: {by: deputy, kind: approval, returns_to: open}
  meet: {by: meeting, kind: meeting}
  help: {by: clerk}
  lend: {by: keeper}
  give_back: {by: keeper}
  close: {by: clerk}
  pay: {by: cashier}
"""
WHO = {
    "check": "hua", "deputy": "dan", "meet": "dora", "lend": "kit", "give_back": "kit", "pay": "cai",
}  # fmt: skip


def begun(**data: Any) -> PaperOffice:
    office = PaperOffice(CLAIM)
    assert office.does("ann", "open") is None
    if data:
        assert office.does("ann", "fill", **data) is None
    return office


def ways(office: PaperOffice, *steps: str) -> list[str]:
    found = coming(office.cases["a"])
    return [found[step] for step in steps]


def test_nothing_is_known_before_it_is_filled_in() -> None:
    assert ways(begun(), "check", "call", "look", "deputy", "meet", "help", "lend", "close", "pay") == [
        COMES, MAY, MAY, MAY, MAY, MAY, MAY, COMES, COMES,
    ]  # fmt: skip


@pytest.mark.parametrize(("amount", "deputy", "meet"), [(300, NEVER, NEVER), (301, COMES, NEVER), (501, COMES, COMES)])
def test_the_amount_leads_one_way(amount: int, deputy: str, meet: str) -> None:
    office = begun(amount=amount, hurry=True, helpers=["ben"])
    assert ways(office, "call", "look", "deputy", "meet", "help") == [COMES, NEVER, deputy, meet, COMES]
    assert ways(begun(amount=1, helpers=[]), "call", "look", "help") == [NEVER, COMES, NEVER]


def test_what_the_case_has_passed_never_comes_again() -> None:
    office = begun(amount=501, hurry=True, helpers=["ben"])
    assert office.does("ben", "call") is None
    assert ways(office, "open", "call", "look", "check") == [NEVER, NEVER, NEVER, COMES], "the other part goes on"


def test_what_was_begun_in_a_round_is_finished() -> None:
    office = begun(amount=1, helpers=[])
    assert office.does("ben", "look") is None
    assert office.does("hua", "check") is None
    assert ways(office, "lend", "give_back") == [MAY, MAY]
    assert office.does("kit", "lend") is None
    assert ways(office, "give_back", "close") == [COMES, COMES]


def test_a_case_that_came_back_is_told_by_what_stood_in_it_and_what_was_empty_is_open_again() -> None:
    office = begun(amount=501)
    assert office.does("hua", "check", act="return", opinion="请补充") is None
    assert ways(office, "deputy", "meet", "call", "look", "help") == [COMES, COMES, MAY, MAY, MAY]


@given(st.integers(1, 700), st.booleans(), st.lists(st.sampled_from(["ben", "kit"]), unique=True))
def test_what_comes_is_walked_and_what_never_comes_is_not(amount: int, hurry: bool, helpers: list[str]) -> None:
    office = begun(amount=amount, hurry=hurry, helpers=helpers)
    walked: set[str] = set()
    told = []
    while office.status() == "open":
        found = coming(office.cases["a"])
        told.append({step: way for step, way in found.items() if step not in walked})
        step = office.cases["a"].waiting[-1]
        votes = [{"person": person, "vote": "for"} for person in MEMBERS]
        data: dict[str, Any] = {"attendance": list(MEMBERS), "votes": votes} if step == "meet" else {}
        assert office.does(WHO.get(step, "ben"), step, **data) is None
        walked.add(step)
    for found in told:
        assert all((step in walked) == (way == COMES) for step, way in found.items() if way != MAY and step not in ("open", "fill"))
