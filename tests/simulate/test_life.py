"""A made-up year of an office: honest people get their work done, and what is wrong is found."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache

import pyarrow.parquet as pq
import pytest

from five import EXPENSE, PROCUREMENT, SEAL, five
from lianfang.kernel.entry import Rejudge
from lianfang.simulate import Report, simulate
from lianfang.simulate.life import BEGINS, Life, Time, years_from
from lianfang.simulate.office import Office
from lianfang.simulate.tables import Events, write
from lianfang.watch.engine import find


@cache
def honest() -> Report:
    """A year without misconduct."""
    return simulate(five(), find, 120, seed=3)


@cache
def mixed() -> Report:
    """A year in which one case in three is a misconduct."""
    return simulate(five(), find, 90, seed=4, misconduct=0.34)


def test_nobody_honest_is_refused_in_a_year():
    report = honest()
    assert not report.refused
    assert report.cases >= 110
    assert report.commands > 5 * report.cases
    assert not report.injected


def test_duties_are_done_in_time():
    duties = {f"{name}/{c.id}" for name, file in five().matters.items() for c in file.matter.controls if c.family == "duty"}
    assert honest().turns > 100
    assert not [one for one in honest().figures() if one.id in duties]


def test_misconduct_is_caught_by_the_control_that_must():
    report = mixed()
    caught = [label for label in report.injected if report.caught(label)]
    assert len(report.injected) == 31
    assert len(caught) >= 0.8 * len(report.injected)


def test_each_sort_of_misconduct_comes_as_often_as_any_other():
    """However few matters use a detector, it has something to find: what must notice is drawn in turn, and then a drill of it."""
    report = mixed()
    sorts = Counter(report.finders.get(label.expects[0], label.expects[0]) for label in report.injected)
    assert {"approval", "distinct", "match", "splitting", "fuel", "publicity"} <= sorts.keys()
    assert max(sorts.values()) <= 1 + min(sorts.values())


def test_what_a_detector_misses_lowers_its_recall():
    """With blind detectors the same life has the same misconduct, and less of it is found."""
    seeing, blind = (simulate(five(), detect, 30, seed=6, misconduct=1.0, matters=[EXPENSE]) for detect in (find, lambda *_, **__: []))
    assert blind.labels == seeing.labels
    told = {one.id: one.found for one in blind.figures()}
    assert any(one.found > told.get(one.id, 0) for one in seeing.figures())


def test_cases_of_one_drill_differ_in_people_numbers_and_amounts():
    seen: dict[str, set[str]] = {"actor": set(), "number": set(), "amount": set()}
    firsts = []

    def tell(entry, files):
        command = entry.get("command")
        if command and entry["matter"] == EXPENSE and command["step"] == "collect":
            firsts.append(entry)
            seen["actor"].add(command["actor"])
            seen["number"] |= {line["number"] for line in command["data"].get("invoices", ())}
            seen["amount"] |= {line["amount"] for line in command["data"].get("invoices", ())}

    simulate(five(), find, 60, seed=5, matters=[EXPENSE], tell=tell)
    assert len(firsts) > 40
    assert len(seen["actor"]) > 1
    assert len(seen["number"]) > 35
    assert len(seen["amount"]) > 20


def test_the_log_of_a_life_judged_again_comes_out_the_same():
    """What is simulated is what the kernel says: its entries hold before the same auditor as a real log's."""
    entries = []
    matters = {matter.version: matter for matter in five().all_matters().values()}
    simulate(five(), find, 20, seed=6, misconduct=0.3, matters=[SEAL], tell=lambda entry, _: entries.append(entry))
    rejudge = Rejudge(matters.__getitem__)
    assert sum("command" in entry for entry in entries) > 200
    assert sum("refusal" in entry.get("verdict", ()) for entry in entries) > 2
    assert [fault for fault in map(rejudge.check, entries) if fault is not None] == []


def test_a_year_is_written_as_tables_with_its_labels(tmp_path):
    events = Events()
    report = simulate(five(), find, 30, seed=7, misconduct=0.5, matters=[PROCUREMENT], tell=events)
    write(tmp_path, events, report)
    table, labels = pq.read_table(tmp_path / "events.parquet"), pq.read_table(tmp_path / "labels.parquet")
    assert table.num_rows == report.commands
    times = table["at"].to_pylist()
    assert times == sorted(times)
    assert labels["honest"].to_pylist().count(False) == sum(len(label.cases) for label in report.injected)
    assert {*table["case"].to_pylist()} & {*labels["case"].to_pylist()}


@pytest.mark.parametrize("seed", [11])
def test_other_seeds_are_honest_too(seed):
    assert not simulate(five(), find, 100, seed=seed).refused


def test_a_life_that_knows_the_drills_already_is_the_same():
    first, second = (Life(five(), years_from(BEGINS, 1), 40, 12, 0.3, (), Office(five())) for _ in range(2))
    first.live()
    second.learn_from(first)
    second.school.shape = lambda file, drill: pytest.fail("it learns what it knows")
    second.live()
    assert second.report.labels == first.report.labels
    assert second.report.commands == first.report.commands


def test_time_runs_on_and_ends_with_the_life():
    """Also where drills begin at a given hour: nothing comes before what came before it."""
    moments = []

    class Watched(Office):
        def come(self, at):
            moments.append(at)
            super().come(at)

    Life(five(), Time(date(2026, 3, 4), "2026-09-04T03:00:00Z"), 60, 13, 0.5, (), Watched(five())).live()
    assert len(moments) > 500
    assert moments == sorted(moments)
    assert moments[-1] == "2026-09-04T03:00:00Z"


def test_turns_that_are_under_way_when_a_life_begins_are_done_in_time():
    duties = {control.id for file in five().matters.values() for control in file.matter.controls if control.family == "duty"}
    life = Life(five(), Time(date(2026, 3, 4), "2026-05-04T03:00:00Z"), 5, 14, 0.0, (), Office(five()))
    life.live()
    under_way = [turn for _, control, turn in life.owed if turn.opens < life.begins]
    assert under_way
    assert not [alarm for alarm in life.noticed(find).alarms if alarm.control in duties]


def test_what_begins_in_the_last_days_is_under_way_at_the_end():
    life = Life(five(), Time(date(2026, 3, 4), "2026-06-04T03:00:00Z"), 10, 15, 0.0, (EXPENSE,), Office(five()))
    life.press(20, 3)
    life.live()
    assert life.report.cases > 20
    assert sum(case.status == "open" for case in life.office.cases.values() if case.matter.id == EXPENSE) > 5


def test_those_who_do_it_often_stand_in_as_often_as_not():
    life = Life(five(), years_from(BEGINS, 1), 1, 16, 0.0, (SEAL,), Office(five()))
    matter, at = five().matters[SEAL].matter, "2026-03-04T03:00:00Z"

    def tried(person):
        return Counter(life.people.standing_in([person], matter, at, life.rng).get(person) for _ in range(200))

    person, plain = next((one, found) for one in five().organisation.people if len(found := tried(one)) > 2)
    seldom = min(plain, key=plain.__getitem__)
    life.people.often = frozenset({seldom})
    assert tried(person)[seldom] > 90 > plain[seldom]
