"""The year's agenda of duties: what is to come is what comes, what was done is counted, and who sees it."""

from __future__ import annotations

from typing import Any

import pytest

from lianfang.office.agenda import COMING, IN_TIME, LATE, OWED, UNDONE, agenda
from lianfang.office.duties import owed
from lianfang.office.engine import engine
from lianfang.office.sweep import open_turns, sweep
from lianfang.store.models import CaseRow, Duty

UNIT = "government-services"
EDUCATION = "education"


def turns(view: Any) -> dict[tuple[str, str, str, str, str], tuple[str, str]]:
    """By (matter, control, post, person, period) when each turn falls due, and how it stands."""
    return {
        (line.matter, line.control, post.post, line.person, turn.period): (turn.due, turn.state)
        for post in view.posts
        for line in post.lines
        for turn in line.turns
    }


def of_education(person: str, year: int = 2027) -> dict[tuple[str, str], str]:
    """By (person, period) how the turns of the education stand."""
    return {(key[3], key[4]): state for key, (_, state) in turns(agenda(person, year, UNIT)).items() if key[1] == EDUCATION}


def test_what_a_year_will_ask_is_what_it_asks(window: Any) -> None:
    foreseen = turns(agenda("inspector", 2027, UNIT))
    assert {state for _, state in foreseen.values()} == {COMING}
    for month in range(1, 13):
        window.at(f"2027-{month:02}-28T01:00:00Z")
        open_turns(engine())
    window.at("2027-12-31T15:59:59Z")
    open_turns(engine())
    come = turns(agenda("inspector", 2027, UNIT))
    assert {key: due for key, (due, _) in come.items()} == {key: due for key, (due, _) in foreseen.items()}
    assert len(come) > 200, "every working day, week, month and quarter of it"
    assert {state for _, state in come.values()} <= {UNDONE, OWED}


def test_a_turn_is_counted_as_it_was_done(window: Any) -> None:
    window.at("2027-01-04T01:00:00Z")
    sweep()
    assert of_education("inspector")["gs-registrar", "2027-Q1"] == OWED
    done = window.start("gs-registrar", f"{UNIT}/window/education", period="2027-Q1", note="参加了廉政教育会议")
    assert of_education("inspector")["gs-registrar", "2027-Q1"] == OWED, "nobody accepted it yet"
    assert window.act("gs-head", done.case_id, "accept", "approve").accepted
    window.at("2027-01-17T01:00:00Z")
    sweep()
    late = window.start("gs-registrar-2", f"{UNIT}/window/education", period="2027-Q1", note="补学")
    assert of_education("inspector")["gs-registrar-2", "2027-Q1"] == UNDONE
    assert window.act("gs-head", late.case_id, "accept", "approve").accepted
    found = of_education("inspector")
    assert (found["gs-registrar", "2027-Q1"], found["gs-registrar-2", "2027-Q1"]) == (IN_TIME, LATE)
    assert found["gs-registrar", "2027-Q2"] == COMING
    (line,) = [line for post in agenda("gs-registrar", 2027).posts for line in post.lines if line.control == EDUCATION]
    assert (line.figures.fallen, line.figures.in_time, line.figures.late, line.figures.undone) == (1, 1, 0, 0)


def test_the_figures_of_units_and_posts_are_those_of_their_turns(window: Any) -> None:
    window.at("2027-03-15T01:00:00Z")
    sweep()
    view = agenda("inspector", 2027, UNIT)
    one = next(one.figures for one in view.units if one.unit == UNIT)
    stand = [state for _, state in turns(view).values()]
    assert one.undone == stand.count(UNDONE) > 0
    assert (one.owed, one.coming) == (stand.count(OWED), stand.count(COMING))
    assert one.undone == sum(post.figures.undone for post in view.posts)
    assert view.total.undone == sum(unit.figures.undone for unit in view.units) > one.undone
    late = owed(Duty.objects.filter(due__gt="2026-12-31T16:00:00Z", due__lt="2027-03-15T01:00:00Z"))
    assert view.total.undone == late.count(), "all of the office's"
    assert not CaseRow.objects.filter(status="completed").exists()


def test_what_falls_due_at_the_year_s_midnight_is_of_the_year_that_ends(window: Any) -> None:
    turn = Duty.objects.filter(control="integrity-pledge").first()
    assert turn is not None
    for due, year in (("2026-12-31T16:00:00Z", 2026), ("2026-12-31T16:00:01Z", 2027)):
        Duty.objects.filter(id=turn.id).update(due=due)
        within = {one for one in (2026, 2027) if (turn.holder, turn.period) in {key[3:] for key in turns(agenda("inspector", one, UNIT))}}
        assert within == {year}


@pytest.mark.parametrize("year", [2026, 2027])
def test_a_holder_sees_what_they_owe_and_a_leader_their_unit(window: Any, year: int) -> None:
    whole = {unit.unit for unit in agenda("inspector", year).units}
    assert whole >= {UNIT, "information-centre"}
    assert [unit.unit for unit in agenda("ic-director", year).units] == ["information-centre"]
    assert not {key[3] for key in turns(agenda("gs-registrar", year, UNIT))} - {"", "gs-registrar"}
    assert {key[2] for key in turns(agenda("gs-registrar", year, UNIT))} == {f"{UNIT}/registrar"}
    assert not agenda("sysadmin", year).units


def test_a_year_that_is_not_known_is_this_one(window: Any) -> None:
    assert [agenda("inspector", year).year for year in (None, 1, 2028, 9999)] == [2026] * 4
    assert agenda("inspector").years == (2026, 2027)
    assert agenda("inspector", unit="nowhere").unit == ""
