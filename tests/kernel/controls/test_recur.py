"""recur 定期履责: a duty is a small matter of its own: done by whose duty it is, accepted by somebody else, with its proof."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import BEGINS, ORGANISATION, PaperOffice, office_calendar, source, words

from lianfang.catalogue.compile import compile_source
from lianfang.catalogue.drills.office import MemoryOffice
from lianfang.catalogue.meaning import full_source
from lianfang.kernel.controls.recur import duty_matter
from lianfang.kernel.model import CommandError
from lianfang.kernel.schedule import Duration, add, periods, utc_moment
from lianfang.watch.engine import find

COUNT = """
steps: {do: {by: applicant}}
controls: [{id: count, kind: recur, every: month, by: keeper, within: 5d, false_alarms: {zh: 无, en: none}}]
"""


def office(**extra: str) -> MemoryOffice:
    written = source(COUNT)["matter"]
    control = {**written["controls"][0], "title": words("count"), **extra}
    duty = compile_source(full_source(duty_matter(control, written), ORGANISATION, {}))
    made: Any = PaperOffice(COUNT)
    return MemoryOffice(made.matter, {"count": duty}, ORGANISATION, {}, {"a" * 64: {"name": "x", "size": 1}}, BEGINS, find)


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
