"""deadline 时限: a thing is due at a second; before it nothing is said, after it the alarm says what and since when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, matter

from lianfang.kernel.controls.deadline import due, explain, pressing, reminded
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


def test_what_presses_first_is_the_first_of_all_that_is_due() -> None:
    office = PaperOffice(EITHER)
    office.does("ann", "start", outing=False)
    assert pressing(matter(EITHER).controls, office.cases["a"], "2027-01-01T00:00:00Z") == "2026-03-02T05:00:00Z"
    assert pressing(matter(EITHER).controls, office.cases["a"], "2026-03-02T04:59:59Z") == ""
    assert office.does("kit", "away") is None
    assert pressing(matter(EITHER).controls, office.cases["a"], "2027-01-01T00:00:00Z") == "2026-03-02T10:00:00Z"


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


PAUSED = """
record: {agreed: bool, day: date}
steps:
  leave: {by: applicant, form: [day]}
  ask: {by: clerk, form: [agreed]}
  go_on: {by: clerk}
  back: {by: keeper}
flow: [leave, {repeat: {acts: [ask, go_on], until: back}}]
controls:
  - {id: late, kind: deadline, until: back, PARAMS, stops: [{step: ask, when: agreed}], restarts: go_on, escalate: head, false_alarms: {zh: 无, en: none}}
"""  # noqa: E501 a control on one line, as matters write them


def falls(office: PaperOffice) -> str:
    """When the deadline falls due now; '' while nothing is due."""
    item = due(office.matter.controls[0], office.cases["a"])
    return item.moment if item is not None and not item.done else ""


def paused(params: str, **data: str) -> PaperOffice:
    office = PaperOffice(PAUSED.replace("PARAMS", params))
    assert office.does("ann", "leave", **data) is None
    return office


def test_what_lies_between_stop_and_restart_does_not_count() -> None:
    """Ten hours from 01:00; three are gone when it stops, and forty later it has seven left. A second stop counts as well."""
    office = paused("from: leave, within: 10h")
    office.wait(Duration(3, "h"))
    office.does("ben", "ask", agreed=True)
    assert falls(office) == ""
    assert alarms(office, "40h") == []
    office.does("ben", "go_on")
    assert falls(office) == "2026-03-04T03:00:00Z"
    office.does("ben", "ask", agreed=True)
    office.wait(Duration(1, "h"))
    office.does("ben", "go_on")
    assert falls(office) == "2026-03-04T04:00:00Z"
    assert alarms(office, "7h") == []
    assert alarms(office, "1h") == ["late"]


def test_a_stop_that_is_not_agreed_to_stops_nothing() -> None:
    office = paused("from: leave, within: 10h")
    office.does("ben", "ask", agreed=False)
    assert falls(office) == "2026-03-02T11:00:00Z"


def test_what_was_late_before_the_clock_stopped_stays_late() -> None:
    office = paused("from: leave, within: 10h")
    office.wait(Duration(11, "h"))
    office.does("ben", "ask", agreed=True)
    assert falls(office) == "2026-03-02T11:00:00Z"


@pytest.mark.parametrize(
    ("stopped", "stood", "then"),
    [
        (2, 24, "2026-03-06T03:00:00Z"),  # stopped on Monday, when none is gone; three are left from Tuesday on
        (24, 48, "2026-03-09T01:00:00Z"),  # on Tuesday, which counts; two are left from Thursday on
        (70, 96, "2026-03-09T16:00:00Z"),  # on Thursday, the last; Monday, when it runs again, is left whole
    ],
)
def test_of_working_days_those_between_do_not_count(stopped: int, stood: int, then: str) -> None:
    office = paused("from: leave, within: 3wd")
    office.wait(Duration(stopped, "h"))
    office.does("ben", "ask", agreed=True)
    assert falls(office) == ""
    office.wait(Duration(stood, "h"))
    office.does("ben", "go_on")
    assert falls(office) == then


def test_a_day_that_was_written_moves_by_whole_days() -> None:
    office = paused("by: day", day="2026-03-05")
    office.does("ben", "ask", agreed=True)
    office.wait(Duration(50, "h"))
    office.does("ben", "go_on")
    assert falls(office) == "2026-03-07T16:00:00Z", "two days later, to the end of the day in China"


def test_a_clock_that_stops_must_run_again() -> None:
    with pytest.raises(ValueError, match="stops and restarts need each other"):
        matter(PAUSED.replace("PARAMS", "by: day").replace("restarts: go_on, ", ""))
    with pytest.raises(ValueError, match="can't both stop the clock and restart it"):
        matter(PAUSED.replace("PARAMS", "by: day").replace("restarts: go_on", "restarts: ask"))
    with pytest.raises(ValueError, match="'ask' is not asked for 'day'"):
        matter(PAUSED.replace("PARAMS", "by: day").replace("when: agreed", "when: has(day)"))


ROUNDS = """
record: {stages: {type: list, of: {due: date}}}
steps: {start: {by: applicant, form: [stages]}, do_it: {by: clerk}, meet: {by: keeper}, close: {by: head}}
flow: [start, {repeat: {acts: [[do_it, meet]], until: close}}]
controls:
  - {id: late, kind: deadline, until: meet, PARAMS, escalate: head, false_alarms: {zh: 无, en: none}}
"""


def test_every_round_has_its_own_deadline() -> None:
    """A week from the last meeting on: held in time, then not, then again not."""
    office = PaperOffice(ROUNDS.replace("PARAMS", "from: [start, meet], within: 7d"))
    office.does("ann", "start")
    for _ in range(2):
        assert alarms(office, "6d") == []
        office.does("ben", "do_it")
        office.does("kit", "meet")
    assert alarms(office, "8d") == ["late"]
    office.does("ben", "do_it")
    office.does("kit", "meet")
    assert len(alarms(office, "8d")) == 2, "each about its own round"
    assert "(time 4)" in explain(office.matter.controls[0], office.cases["a"]).en
    office.does("hua", "close")
    assert len(alarms(office, "90d")) == 2


def test_a_round_that_is_over_is_settled_until_the_next_begins() -> None:
    office = PaperOffice(ROUNDS.replace("PARAMS", "from: do_it, within: 1d"))
    office.does("ann", "start")
    office.does("ben", "do_it")
    office.does("kit", "meet")
    assert alarms(office, "9d") == []
    office.does("ben", "do_it")
    assert alarms(office, "2d") == ["late"]


def test_a_list_says_the_day_of_every_round() -> None:
    office = PaperOffice(ROUNDS.replace("PARAMS", "each: stages, by: due"))
    office.does("ann", "start", stages=[{"due": "2026-03-20"}, {"due": "2026-03-05"}])
    for last in ("2026-03-05T16:00:00Z", "2026-03-20T16:00:00Z"):
        assert falls(office) == last
        office.does("ben", "do_it")
        office.does("kit", "meet")
    assert falls(office) == ""
    assert alarms(office, "90d") == []


LADDER = "{post: head}, {post: deputy, after: 2d}, {post: director, after: 5d}"


def test_it_is_reported_rung_by_rung() -> None:
    office = out(OPENED.replace("escalate: head", f"escalate: [{LADDER}]"))
    told = [len(alarms(office, wait)) for wait in ("4h", "1h", "2d", "2d", "2d")]
    assert told == [0, 1, 2, 2, 3]


def test_a_later_rung_hears_later() -> None:
    with pytest.raises(ValueError, match="'bureau/head' needs an after that is later than 'bureau/deputy'"):
        matter(OPENED.replace("escalate: head", "escalate: [deputy, head]"))
    with pytest.raises(ValueError, match=r"did you mean 'after'"):
        matter(OPENED.replace("escalate: head", "escalate: [deputy, {post: head, aftr: 2d}]"))


@pytest.mark.parametrize(
    ("remind", "told"), [("2h", "2026-03-02T03:00:00Z"), ("[1h, 3h]", "2026-03-02T02:00:00Z"), ("1wd", "2026-02-27T05:00:00Z")]
)
def test_it_is_told_before(remind: str, told: str) -> None:
    """Due at 05:00 on a Monday; a working day before is the Friday."""
    office = out(OPENED.replace("within: 4h", f"within: 4h, remind: {remind}"))
    control, case = office.matter.controls[0], office.cases["a"]
    item = due(control, case)
    assert item is not None
    assert reminded(control, case, item) == told
