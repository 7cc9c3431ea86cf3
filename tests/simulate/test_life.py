"""A made-up year of an office: honest people get their work done, and what is wrong is found."""

from __future__ import annotations

from functools import cache

import pyarrow.parquet as pq
import pytest

from five import EXPENSE, PROCUREMENT, SEAL, five
from lianfang.kernel.entry import Rejudge
from lianfang.simulate import Report, simulate
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
