"""recur 定期履责: a duty is a small matter of its own: done by whose duty it is, accepted by somebody else, with its proof."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import BEGINS, duty_office, office_calendar

from lianfang.catalogue.drills.office import MemoryOffice
from lianfang.kernel.model import CommandError
from lianfang.kernel.schedule import Duration, Period, add, periods, utc_moment
from lianfang.kernel.turns import Held, each_holder, running

COUNT = """
steps: {do: {by: applicant}}
controls: [{id: count, kind: recur, every: month, by: keeper, within: 5d, false_alarms: {zh: 无, en: none}}]
"""


def office(**extra: str) -> MemoryOffice:
    said = {"by": "keeper", **extra}
    return duty_office(COUNT.replace("by: keeper", ", ".join(f"{name}: {value}" for name, value in said.items())))


def alarmed(made: MemoryOffice) -> set[str]:
    return {alarm.about for alarm in made.alarms}


def test_a_turn_missed_is_alarmed_after_its_last_second() -> None:
    """April opens at midnight in China, 16:00 UTC on 31 March; five days later it is due."""
    made = office()
    made.wait(Duration(30, "d"))
    assert made.now == "2026-04-01T01:00:00Z"
    made.now = "2026-04-05T16:00:00Z"
    made.wait(Duration(0, "h"))
    assert made.alarms == set()
    made.now = "2026-04-05T16:00:01Z"
    made.wait(Duration(0, "h"))
    assert {(alarm.control, alarm.about) for alarm in made.alarms} == {("count", "2026-04")}


def test_a_turn_done_is_not_alarmed_and_another_turns_proof_does_not_count() -> None:
    made = office()
    made.wait(Duration(31, "d"))
    assert made.act("kit", "april", "perform", "", {"period": "2026-04", "note": "在柜"}, "count") is None
    made.wait(Duration(40, "d"))
    assert {alarm.about for alarm in made.alarms} == {"2026-05"}


def test_only_whose_duty_it_is() -> None:
    refusal = office().act("ann", "x", "perform", "", {"period": "2026-04", "note": "在柜"}, "count")
    assert refusal is not None
    assert refusal.control == "step-post"
    assert "keeper" in refusal.message.zh
    assert "keeper" in refusal.message.en


def test_a_duty_that_another_accepts_is_done_only_then_and_never_by_oneself() -> None:
    made = office(accept_by="head")
    made.wait(Duration(31, "d"))
    made.act("kit", "april", "perform", "", {"period": "2026-04", "note": "在柜"}, "count")
    made.wait(Duration(10, "d"))
    assert {alarm.about for alarm in made.alarms} == {"2026-04"}, "done, but accepted by nobody"
    assert made.act("hua", "april", "accept", "approve", {}, "count") is None
    both = office(by="head", accept_by="head")
    both.act("duo", "x", "perform", "", {"period": "2026-04", "note": "在柜"}, "count")
    refusal = both.act("duo", "x", "accept", "approve", {}, "count")
    assert refusal is not None
    assert refusal.control == "apart"


def test_a_file_is_asked_for_where_a_file_proves_it() -> None:
    with pytest.raises(CommandError, match="proof"):
        office(proof="file").act("kit", "x", "perform", "", {"period": "2026-04", "note": "在柜"}, "count")
    assert office(proof="file").act("kit", "x", "perform", "", {"period": "2026-04", "note": "在柜", "proof": "a" * 64}, "count") is None


def test_each_holder_owes_a_turn_that_another_s_does_not_settle() -> None:
    """Ann, Ben and Duo are clerks; Gil was head and is not any more."""
    made = office(by="clerk", per="holder")
    made.wait(Duration(31, "d"))
    assert made.act("ann", "a", "perform", "", {"period": "2026-04", "note": "已学习"}, "count") is None
    made.wait(Duration(10, "d"))
    assert alarmed(made) == {"2026-04|ben", "2026-04|duo"}
    assert {alarm.where for alarm in made.alarms} == {("count/2026-04|ben",), ("count/2026-04|duo",)}
    heads = office(by="head", per="holder")
    heads.wait(Duration(41, "d"))
    assert alarmed(heads) == {"2026-04|hua", "2026-04|duo"}


def test_a_holder_s_turn_is_refused_to_who_holds_no_such_post_and_to_another_holder_once_it_comes_back() -> None:
    made = office(by="clerk", per="holder", accept_by="head")
    refusal = made.act("kit", "a", "perform", "", {"period": "2026-04", "note": "代为学习"}, "count")
    assert refusal is not None
    assert (refusal.control, refusal.kind) == ("count", "qualified"), "the duty's own name"
    assert "〔clerk〕" in refusal.message.zh and "clerk" in refusal.message.en
    assert made.act("ann", "a", "perform", "", {"period": "2026-04", "note": "已学习"}, "count") is None
    assert made.act("hua", "a", "accept", "return", {"opinion": "请写明内容"}, "count") is None
    refusal = made.act("ben", "a", "perform", "", {"note": "我替她写"}, "count")
    assert refusal is not None
    assert refusal.control == "step-post"
    assert made.act("ann", "a", "perform", "", {"note": "学习了条例"}, "count") is None
    assert made.act("duo", "b", "perform", "", {"period": "2026-04", "note": "已学习"}, "count") is None
    refusal = made.act("duo", "b", "accept", "approve", {}, "count")
    assert refusal is not None
    assert refusal.control == "apart", "one person in both posts"


APRIL = Period("2026-04", "2026-03-31T16:00:00Z", "2026-04-05T16:00:00Z")
"""From the first second of 1 April in China to the last of 5 April."""


@pytest.mark.parametrize(
    ("since", "until", "owes"),
    [
        ("", "", True), ("2026-04-01", "", True), ("2026-04-02", "", False), ("2025-01-01", "2026-04-01", False),
        ("2025-01-01", "2026-04-02", False), ("2025-01-01", "2026-04-05", False), ("2025-01-01", "2026-04-06", True),
    ],
)  # fmt: skip
def test_who_comes_within_a_period_or_leaves_before_its_end_owes_nothing(since: str, until: str, owes: bool) -> None:
    found = [*each_holder(APRIL, [Held("ann", "u/clerk", since, until), Held("ann", "u/head", "", "")], ["u/clerk"])]
    assert [turn[3:] for turn in found] == ([("u/clerk", "ann")] if owes else [])


def test_who_hands_one_post_over_for_another_of_the_same_duty_owes_one_turn() -> None:
    held = [Held("ann", "u/clerk", "", "2026-04-03"), Held("ann", "u/head", "2026-04-03", ""), Held("ann", "u/deputy", "", "")]
    assert len([*each_holder(APRIL, held, ["u/clerk", "u/head"])]) == 1
    assert len([*each_holder(APRIL, held, ["u/deputy", "u/head", "u/clerk"])]) == 1
    gone = [Held("ann", "u/clerk", "", "2026-04-03"), Held("ann", "u/head", "2026-04-05", "")]
    assert len([*each_holder(APRIL, gone, ["u/clerk", "u/head"])]) == 1, "held at its beginning and at its end"


def test_a_period_whose_time_ran_out_before_the_duty_came_into_force_is_not_owed() -> None:
    def found(since: str) -> list[str]:
        return [period.name for period in running("month", Duration(5, "d"), since, "2026-05-02T00:00:00Z", office_calendar())]

    assert found("2026-04-05T15:59:59Z") == ["2026-04", "2026-05"]
    assert found("2026-04-05T16:00:00Z") == ["2026-05"]


_DAY = st.sampled_from(["", *(f"2026-04-0{n}" for n in range(1, 9))])
_HELD = st.lists(st.builds(Held, st.sampled_from("ab"), st.sampled_from(["u/clerk", "u/head", "u/keeper"]), _DAY, _DAY), max_size=6)


@given(_HELD)
def test_a_turn_is_owed_exactly_by_who_holds_the_post_at_both_ends(held: list[Held]) -> None:
    posts = ("u/clerk", "u/head")
    owing = {turn.holder for turn in each_holder(APRIL, held, posts)}

    def there(person: str, day: str) -> bool:
        return any(h.person == person and h.post in posts and h.since <= day and (h.until == "" or h.until > day) for h in held)

    assert owing == {person for person in "ab" if there(person, "2026-04-01") and there(person, "2026-04-05")}
    assert len([*each_holder(APRIL, held, posts)]) == len(owing), "nobody twice"


@pytest.mark.parametrize(
    ("every", "names"),
    [
        ("workday", ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02", "2026-04-03"]),
        ("week", ["2026-W14", "2026-W15"]), ("month", ["2026-04"]), ("quarter", ["2026-Q2"]), ("year", []),
    ],
)  # fmt: skip
def test_the_turns_of_a_spring_week(every: str, names: list[str]) -> None:
    """From Saturday 28 March to Tuesday 7 April, just before it begins in China; Monday 6 April is the holiday of Qingming."""
    found = periods(every, Duration(1, "d"), "2026-03-28T01:00:00Z", "2026-04-06T15:59:59Z", office_calendar())
    assert [period.name for period in found] == names


def test_the_last_days_of_a_year_belong_to_the_week_of_the_next() -> None:
    found = periods("week", Duration(1, "d"), "2025-12-25T00:00:00Z", "2026-01-01T00:00:00Z")
    assert [period.name for period in found] == ["2026-W01"]


@given(st.sampled_from(["workday", "week", "month", "quarter", "year"]), st.integers(0, 900), st.integers(0, 900), st.integers(0, 900))
def test_turns_are_the_same_however_often_one_looks(every: str, begin: int, middle: int, end: int) -> None:
    """Looking twice, up to some moment and then from it, finds every turn exactly once."""
    moments = [add(BEGINS, Duration(hours, "h")) for hours in sorted((begin, middle, end))]
    whole = list(periods(every, Duration(1, "d"), moments[0], moments[2], office_calendar()))
    parts = [period for pair in pairwise(moments) for period in periods(every, Duration(1, "d"), *pair, office_calendar())]
    assert whole == parts
    assert all(utc_moment(p.opens) < utc_moment(p.due) for p in whole)
