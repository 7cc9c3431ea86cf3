"""Reading a form: what is wrong is told at its field, in both languages, all at once; nothing strange gets through as a value."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice

from lianfang.evidence.canonical import canonical
from lianfang.kernel.model import CommandError

FORM = """
record:
  title: {type: text, required: true, max: 5}
  note: longtext
  copies: {type: int, min: 1, max: 3}
  amount: money
  urgent: bool
  day: date
  at_noon: datetime
  paper: file
  whom: person
  with: people
  kind: {type: choice, choices: [red, blue]}
  lines: {type: list, min: 1, max: 2, of: {what: {type: text, required: true}, sum: money}}
steps:
  fill: {by: applicant, form: [title, note, copies, amount, urgent, day, at_noon, paper, whom, with, kind, lines]}
  check: {by: head, kind: approval, returns_to: fill}
  meet: {by: meeting, kind: meeting}
"""
BILLS = """
record: {bills: {type: list, of: {day: {type: date, past: true}}}, seen_at: {type: datetime, past: true}}
steps: {fill: {by: applicant, form: [bills, seen_at]}}
"""
LONE, NUL = "\ud800", "a\0b"


def errors(step: str = "fill", who: str = "ann", act: str = "", **data: Any) -> dict[str, Any]:
    """What is wrong, by field; nothing when the form is right."""
    office = PaperOffice(FORM)
    try:
        office.does(who, step, "a", act, **data)
    except CommandError as error:
        assert all(one.message.zh and one.message.en for one in error.errors)
        return {one.field: one.message for one in error.errors}
    return {}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("title", ["函", "五个字以内"], ["", "  ", "六个字就太长", 5, None, ["函"], LONE]),
        ("note", ["", "x" * 4000], ["x" * 4001, True, f"a{LONE}", NUL]),
        ("copies", [1, 3], [0, 4, -1, True, False, "2", 2.0, float("nan"), None, [2]]),
        ("amount", [0, -5, 2**53 - 1], [2**53, -(2**53), 1.5, float("inf"), True, "30"]),
        ("urgent", [True, False], [1, 0, "yes", None]),
        ("day", ["2026-03-02", "2028-02-29"], ["2026-02-29", "2026-02-30", "2026-13-01", "0000-01-01", "9999-12-31",
         "2026-3-2", "２026-03-02", "2026-03-02\n", 20260302]),
        ("at_noon", ["2026-03-02T04:00:00Z"], ["2026-03-02T24:00:00Z", "2026-02-30T04:00:00Z", "2026-03-02T04:00:60Z",
         "2026-03-02 04:00", "2026-03-02T04:00:00+08:00"]),
        ("paper", ["a" * 64], ["A" * 64, "a" * 63, "g" * 64, None]),
        ("whom", ["ben"], [["ben"], 1, LONE]),
        ("with", [[], ["ben", "hua"]], [["ben", "ben"], "ben", [1], None, {"ben": 1}, [LONE], [["ben"]]]),
        ("kind", ["red"], ["green", "", ["red"], None, 0, {}]),
        ("lines", [[{"what": "x"}], [{"what": "x", "sum": 1}] * 2], [[], [{"what": "x"}] * 3, {}, [1], "x", None]),
    ],
)  # fmt: skip
def test_each_type_takes_its_own_and_nothing_else(name: str, right: list[Any], wrong: list[Any]) -> None:
    for value in right:
        assert errors(**{"title": "函", name: value}) == {}, value
    for value in wrong:
        assert list(errors(**{"title": "函", name: value})) == [name], value


def test_all_that_is_wrong_is_told_at_once_and_where() -> None:
    found = errors(copies="two", day="tomorrow", lines=[{"sum": 1}, {"what": "x", "sum": 1.5, "smu": 1}], titel="函")
    assert set(found) == {"title", "copies", "day", "lines[0].what", "lines[1].sum", "lines[1].smu", "titel"}
    assert "title" in found["titel"].zh
    assert "'title'" in found["titel"].en


@pytest.mark.parametrize(("now", "last"), [("2026-03-02T15:59:59Z", "2026-03-02"), ("2026-03-02T16:00:00Z", "2026-03-03")])
def test_an_invoice_is_not_of_a_day_that_has_not_come(now: str, last: str) -> None:
    """The day ends at the office's midnight, and the line that is wrong is named."""
    office = PaperOffice(BILLS)
    office.now = now
    coming = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    with pytest.raises(CommandError) as wrong:
        office.does("ann", "fill", bills=[{"day": last}, {"day": coming}, {"day": "2026-02-30"}])
    assert [one.field for one in wrong.value.errors] == ["bills[1].day", "bills[2].day"]
    assert wrong.value.errors[0].message == ("不能晚于办理之时", "this can't be later than the act itself")
    assert office.does("ann", "fill", bills=[{"day": last}]) is None


def test_a_moment_that_has_passed_is_told_to_the_second() -> None:
    office = PaperOffice(BILLS)
    with pytest.raises(CommandError, match="seen_at"):
        office.does("ann", "fill", seen_at="2026-03-02T01:00:01Z")
    assert office.does("ann", "fill", seen_at="2026-03-02T01:00:00Z") is None


def test_only_a_time_can_have_passed() -> None:
    with pytest.raises(ValueError, match="past"):
        PaperOffice(BILLS.replace("seen_at: {type: datetime", "seen_at: {type: text"))


def test_a_field_of_another_step_is_not_taken_here() -> None:
    office = PaperOffice(FORM)
    office.does("ann", "fill", title="函")
    with pytest.raises(CommandError, match="title"):
        office.does("hua", "check", title="改")


def test_what_is_required_was_given_now_or_before() -> None:
    assert list(errors(copies=1)) == ["title"]
    office = PaperOffice(FORM)
    office.does("ann", "fill", title="函")
    office.does("hua", "check", act="return", opinion="请补份数")
    assert office.does("ann", "fill", copies=2) is None
    assert office.cases["a"].values == {"title": "函", "copies": 2}


def test_a_return_needs_a_reason() -> None:
    for opinion in ({}, {"opinion": ""}, {"opinion": "  "}):
        assert list(errors("check", "hua", "return", **opinion)) == ["opinion"]
        assert list(errors("check", "hua", "reject", **opinion)) == ["opinion"]
    assert list(errors("check", "hua", "approve", opinion="x" * 2001)) == ["opinion"]
    assert list(errors("check", "hua", "approve", opinion=LONE)) == ["opinion"]


@pytest.mark.parametrize(
    "votes",
    ["for", [1], [{}], [{"person": "hua"}], [{"person": "hua", "vote": "yes"}], [{"person": 1, "vote": "for"}],
     [{"person": "hua", "vote": ["for"]}], [{"person": "hua", "vote": "for", "weight": 9}], None],
)  # fmt: skip
def test_a_vote_is_a_person_and_a_choice(votes: Any) -> None:
    assert list(errors("meet", "hua", attendance=[], votes=votes)) == ["votes"]


def test_attendance_belongs_to_meetings() -> None:
    assert list(errors("fill", title="函", attendance=["hua"])) == ["attendance"]
    assert list(errors("meet", "hua", attendance=["hua", "hua"], votes=[], recused="kit")) == ["attendance", "recused"]


def test_a_decision_has_its_minutes() -> None:
    assert list(errors("meet", "hua")) == ["attendance", "votes"]
    assert list(errors("meet", "hua", "reject", opinion="没有通过")) == []


@pytest.mark.parametrize("seen", ["\u200b", "\u3000\u00ad", "\u2060 \ufeff"])
def test_what_leaves_no_mark_is_blank(seen: str) -> None:
    assert list(errors(title=seen)) == ["title"]
    assert list(errors("check", "hua", "return", opinion=seen)) == ["opinion"]


def test_an_unknown_step_or_act_is_told_with_the_known_ones() -> None:
    assert "fill" in errors("fil")["step"].zh
    assert "approve" in errors("check", "hua", "aprove")["act"].en
    assert "do" in errors("fill", act="approve", title="函")["act"].en


@pytest.mark.parametrize("data", [None, [], "title=函", 1])
def test_data_is_a_mapping(data: Any) -> None:
    office = PaperOffice(FORM)
    with pytest.raises(CommandError, match="data"):
        office.act("ann", "a", "fill", "", data)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(st.dictionaries(st.sampled_from(["title", "copies", "amount", "day", "with", "kind", "lines", "opinion", "x"]), anything))
def test_whatever_is_sent_is_read_or_told_and_what_is_read_can_be_kept(data: dict[str, Any]) -> None:
    office = PaperOffice(FORM)
    try:
        refusal = office.does("ann", "fill", **data)
    except CommandError as error:
        assert error.errors
        return
    assert refusal is None
    kept = canonical(dict(office.cases["a"].values))
    assert json.loads(kept) == office.cases["a"].values
