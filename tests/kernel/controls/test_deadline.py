"""deadline 时限: a thing is due at a second; before it nothing is said, after it the alarm says what and since when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, matter

from lianfang.kernel.controls.deadline import due, explain
from lianfang.kernel.schedule import Duration

OUTING = """
record: {back_by: datetime, day: date}
steps:
  leave: {by: applicant, form: [back_by, day]}
  walk: {by: clerk}
  back: {by: keeper}
controls: [{id: late, kind: deadline, until: back, PARAMS, escalate: head, false_alarms: {zh: 无, en: none}}]
"""
BY = OUTING.replace("PARAMS", "by: back_by")
DAY = OUTING.replace("PARAMS", "by: day")
OPENED = OUTING.replace("PARAMS", "within: 4h")
EITHER = """
record: {outing: bool}
steps:
  {start: {by: applicant, form: [outing]}, use: {by: clerk}, carry: {by: clerk}, back: {by: keeper}, away: {by: keeper}, tell: {by: head}}
flow:
  - start
  - choose: [{when: "has(outing) && outing", do: [use, carry, back]}, {otherwise: [away, tell]}]
controls:
  - {id: late, kind: deadline, until: away, from: [start, use], within: 4h, escalate: head, false_alarms: {zh: 无, en: none}}
  - {id: told, kind: deadline, until: tell, from: start, within: 9h, escalate: head, false_alarms: {zh: 无, en: none}}
  - {id: home, kind: deadline, until: back, from: [start, use], within: 4h, escalate: head, false_alarms: {zh: 无, en: none}}
"""
STEP = OUTING.replace("PARAMS", "from: walk, within: 1wd")


def alarms(office: PaperOffice, wait: str) -> list[str]:
    office.wait(Duration.parse(wait))
    return [alarm.control for alarm in office.alarms]


def out(text: str, **data: str) -> PaperOffice:
    office = PaperOffice(text)
    assert office.does("ann", "leave", **data) is None
    return office


def test_by_the_moment_that_was_written_down() -> None:
    """It is 01:00; due at 03:00, so late is the second after."""
    office = out(BY, back_by="2026-03-02T03:00:00Z")
    assert alarms(office, "2h") == []
    office.now = "2026-03-02T03:00:01Z"
    assert alarms(office, "0h") == ["late"]


def test_a_day_lasts_until_its_midnight_here() -> None:
    """It is 9 o'clock on 2 March in China: due that day means within fifteen hours."""
    office = out(DAY, day="2026-03-02")
    assert alarms(office, "15h") == []
    assert alarms(office, "1h") == ["late"]


def test_hours_from_the_opening() -> None:
    office = out(OPENED)
    assert alarms(office, "4h") == []
    assert alarms(office, "1h") == ["late"]


def test_time_runs_only_from_the_step_that_starts_it() -> None:
    office = out(STEP)
    assert alarms(office, "30d") == []
    office.does("ben", "walk")
    assert alarms(office, "1d") == []
    assert alarms(office, "1d") == ["late"]


def test_of_several_beginnings_that_done_last_counts() -> None:
    office = PaperOffice(EITHER)
    office.does("ann", "start", outing=True)
    office.wait(Duration(3, "h"))
    office.does("ben", "use")
    assert alarms(office, "4h") == []
    assert alarms(office, "1h") == ["home"]


def test_what_the_case_does_not_come_to_is_not_late() -> None:
    office = PaperOffice(EITHER)
    office.does("ann", "start", outing=True)
    assert alarms(office, "9d") == ["home"]


def test_a_step_before_the_one_that_is_due_has_the_deadline_as_well() -> None:
    """Else nobody would be told of it while the case is held up before."""
    late = {name: [control.id for control in plan.deadlines] for name, plan in matter(EITHER).plan.steps.items()}
    assert late == {
        "start": ["late", "told", "home"], "use": ["home"], "carry": ["home"], "back": ["home"], "away": ["late", "told"], "tell": ["told"],
    }  # fmt: skip


def test_working_days_pass_over_the_weekend() -> None:
    """From Friday a working day is Monday."""
    office = out(STEP)
    office.wait(Duration(4, "d"))
    office.does("ben", "walk")
    assert alarms(office, "3d") == []
    assert alarms(office, "1h") == ["late"]


@pytest.mark.parametrize("ended", ["done", "none set"])
def test_what_is_done_or_was_never_due_is_not_late(ended: str) -> None:
    office = out(BY, **({"back_by": "2026-03-02T03:00:00Z"} if ended == "done" else {}))
    office.does("ben", "walk")
    if ended == "done":
        assert office.does("kit", "back") is None
    assert alarms(office, "90d") == []


def test_the_alarm_says_what_was_due_when_by_the_clock_on_the_wall() -> None:
    office = out(BY, back_by="2026-03-02T03:00:00Z")
    control, case = office.matter.controls[0], office.cases["a"]
    for text in explain(control, case):
        assert "back" in text
        assert "2026-03-02 11:00" in text
        assert " a " in text
    item = due(control, case)
    assert item is not None
    assert all("back" in text and "11:00" in text for text in item.about)


@given(st.integers(0, 200), st.integers(0, 200))
def test_alarmed_means_past_the_hour(limit: int, passed: int) -> None:
    office = out(OUTING.replace("PARAMS", f"within: {limit}h"))
    assert (alarms(office, f"{passed}h") == ["late"]) == (passed > limit)


def test_either_a_moment_or_a_length() -> None:
    for params in ("by: back_by, within: 4h", "from: walk"):
        with pytest.raises(ValueError, match="either by or within"):
            matter(OUTING.replace("PARAMS", params))
    with pytest.raises(ValueError, match="should be a duration such as 4h, 2d or 3wd"):
        matter(OUTING.replace("PARAMS", "within: soon"))
