"""Working days: holidays and make-up days by the State Council's notices of 2025 and 2026, counted by the office's clock."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, office_calendar, source

from lianfang.catalogue.compile import compile_source, version_of
from lianfang.kernel.calendar import EVERY_WEEK, NO_CALENDAR, Calendar, NoCalendarError
from lianfang.kernel.controls.deadline import due, explain
from lianfang.kernel.model import Matter
from lianfang.kernel.schedule import Duration, add, periods

OFFICE = office_calendar()
DAY = Duration(1, "wd")
REPLY = """
calendar: true
steps: {ask: {by: applicant}, answer: {by: head}}
controls: [{id: late, kind: deadline, until: answer, within: 3wd, escalate: director, false_alarms: {zh: 无, en: none}}]
"""


@pytest.mark.parametrize(
    ("begins", "length", "ends"),
    [
        pytest.param("2026-09-30T02:00:00Z", 1, "2026-10-08T02:00:00Z", id="the day before a holiday week"),
        pytest.param("2026-09-30T02:00:00Z", 3, "2026-10-10T02:00:00Z", id="a make-up Saturday counts"),
        pytest.param("2026-10-10T02:00:00Z", 1, "2026-10-12T02:00:00Z", id="the Sunday after it does not"),
        pytest.param("2026-02-13T02:00:00Z", 2, "2026-02-24T02:00:00Z", id="Saturday worked, then nine days off"),
        pytest.param("2025-12-31T02:00:00Z", 1, "2026-01-04T02:00:00Z", id="over New Year to a make-up Sunday"),
        pytest.param("2025-12-31T02:00:00Z", 2, "2026-01-05T02:00:00Z", id="over New Year and the make-up Sunday"),
        pytest.param("2025-09-26T02:00:00Z", 1, "2025-09-28T02:00:00Z", id="2025 by its own notice"),
        pytest.param("2026-04-30T15:59:59Z", 1, "2026-05-06T15:59:59Z", id="the last second of 30 April here"),
        pytest.param("2026-04-30T16:00:00Z", 1, "2026-05-05T16:00:00Z", id="a second later it is May Day here, and 6 May ends it"),
        pytest.param("2026-10-01T02:00:00Z", 1, "2026-10-08T02:00:00Z", id="begun on a holiday"),
        pytest.param("2026-03-02T02:00:00Z", 0, "2026-03-02T02:00:00Z", id="no day at all"),
    ],
)
def test_a_working_day_later(begins: str, length: int, ends: str) -> None:
    assert add(begins, Duration(length, "wd"), OFFICE) == ends


def test_the_turns_of_a_duty_pass_over_a_holiday_and_come_on_a_make_up_day() -> None:
    turns = periods("workday", DAY, "2026-09-28T00:00:00Z", "2026-10-12T00:00:00Z", OFFICE)
    assert [turn.name for turn in turns] == ["2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12"]


def test_a_year_that_nobody_entered_is_an_error_and_never_a_silent_guess() -> None:
    with pytest.raises(NoCalendarError, match="2027"):
        add("2026-12-30T02:00:00Z", Duration(2, "wd"), OFFICE)
    with pytest.raises(NoCalendarError):
        add("2026-03-02T02:00:00Z", DAY)
    with pytest.raises(NoCalendarError):
        list(periods("workday", Duration(1, "d"), "2026-03-02T02:00:00Z", "2026-03-04T02:00:00Z"))
    assert add("2026-12-30T02:00:00Z", DAY, OFFICE) == "2026-12-31T02:00:00Z", "the last day of a known year is known"
    assert add("2026-12-30T02:00:00Z", Duration(2, "wd"), OFFICE.guessing()) == "2027-01-01T02:00:00Z"
    for text in OFFICE.guessed(date(2026, 12, 30), date(2027, 1, 1)):
        assert "2027" in text
    assert not OFFICE.guessed(date(2025, 1, 1), date(2026, 12, 31))
    assert all("2027" in part for part in str(NoCalendarError(2027)).split("/"))


def test_a_later_notice_orders_the_december_before() -> None:
    notices = {2018: {}, 2019: {date(2018, 12, 29): True, date(2018, 12, 31): False}}
    assert Calendar(notices).is_workday(date(2018, 12, 29))
    assert not Calendar(notices).is_workday(date(2018, 12, 31))
    assert Calendar({2018: {date(2018, 12, 29): False}, 2019: notices[2019]}).is_workday(date(2018, 12, 29)), "and prevails"


def test_a_deadline_goes_by_the_holidays() -> None:
    """Asked on Wednesday 30 September at nine: Thursday 8, Friday 9 and the make-up Saturday 10 October are worked."""
    office = PaperOffice(REPLY)
    office.now = "2026-09-30T01:00:00Z"
    assert office.does("ann", "ask") is None
    office.now = "2026-10-10T01:00:00Z"
    office.wait(Duration(0, "h"))
    assert office.alarms == set()
    office.now = "2026-10-10T01:00:01Z"
    office.wait(Duration(0, "h"))
    assert {alarm.control for alarm in office.alarms} == {"late"}


@pytest.mark.parametrize(("opened", "told"), [("2026-12-28T01:00:00Z", False), ("2026-12-29T01:00:00Z", True)])
def test_a_deadline_in_a_year_nobody_entered_says_that_it_is_a_guess(opened: str, told: bool) -> None:
    office = PaperOffice(REPLY)
    office.now = opened
    office.does("ann", "ask")
    control, case = office.matter.controls[0], office.cases["a"]
    item = due(control, case)
    assert item is not None
    for text in (*item.about, *explain(control, case)):
        assert ("2027 年放假安排" in text or "holidays of 2027" in text) == told, text


def published(calendar: Any) -> Matter:
    kept = {**source(REPLY), "calendar": calendar}
    if calendar is None:
        del kept["calendar"]
    return compile_source(json.loads(json.dumps(kept)))


def test_what_was_published_before_there_was_a_calendar_still_goes_by_the_week() -> None:
    old = published(None)
    assert old.calendar == EVERY_WEEK
    case = old.new_case("a")._replace(status="open", opened_at="2026-09-30T01:00:00Z", position=old.flow.start({}))
    item = due(old.controls[0], case)
    assert item is not None
    assert item.moment == "2026-10-05T01:00:00Z"
    assert item.about == ("“〔answer〕”应于 2026-10-05 09:00 前完成", "“answer” is due by 2026-10-05 09:00")


def test_the_holidays_are_part_of_the_version_that_counts_working_days_and_of_no_other() -> None:
    known, unknown = source(REPLY), source(REPLY.replace("calendar: true", ""))
    assert known["calendar"]["2026"]["off"][0] == "2026-01-01"
    assert unknown["calendar"] == {}
    assert version_of(known) != version_of(unknown)
    assert published({}).calendar == NO_CALENDAR
    assert "calendar" not in source(REPLY.replace("3wd", "3d")), "and of no other"


@pytest.mark.parametrize(
    "calendar", [[], {"x": {}}, {"2026": {}}, {"2026": {"off": ["soon"], "work": []}}, {"2026": {"off": "x", "work": []}}]
)
def test_a_calendar_that_is_none_compiles_to_nothing(calendar: Any) -> None:
    with pytest.raises(ValueError, match="the calendar can't be understood"):
        published(calendar)


@given(st.dates(date(2025, 1, 1), date(2026, 10, 1)), st.integers(1, 40), st.integers(1, 20))
def test_days_add_up_and_each_ends_on_a_day_that_is_worked(day: date, first: int, second: int) -> None:
    begins = f"{day}T02:00:00Z"
    between = add(begins, Duration(first, "wd"), OFFICE)
    ends = add(between, Duration(second, "wd"), OFFICE)
    assert ends == add(begins, Duration(first + second, "wd"), OFFICE)
    last = date.fromisoformat(ends[:10])
    assert OFFICE.is_workday(last)
    assert sum(OFFICE.is_workday(day + timedelta(days=n)) for n in range(1, (last - day).days + 1)) == first + second
