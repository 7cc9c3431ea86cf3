"""What a misconduct shows only together with what was before it: the same people, firms and numbers again, as an office's ledgers tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from five import EXPENSE, copied
from lianfang.catalogue.load import Catalogue, load
from lianfang.catalogue.schema import DrillSpec
from lianfang.kernel.calendar import SATURDAY
from lianfang.simulate import Report, simulate
from lianfang.simulate.variant import Names
from lianfang.watch.engine import find

SEALS, GOODS, SCORES = "information-centre/seal", "government-services/goods", "supervision/performance-scores"
RECORDS, LEAKS = "policy-research/reform-inspection", "secrecy-bureau/leak-case"
TENDERS, RATINGS = "information-centre/tendering", "open-government/openness-assessment"
MATTERS = (EXPENSE, SEALS, GOODS, SCORES, RECORDS, LEAKS, TENDERS, RATINGS)
TOLD = {"alike", "apart", "favourite", "gaps", "jump", "leaning", "perfect", "series", "weekend", "winner"}


@cache
def eight() -> Catalogue:
    return load(copied(*MATTERS))


def only(catalogue: Catalogue, drills: Mapping[str, str], change=lambda drill: drill) -> Catalogue:
    """The catalogue with one drill of each of these matters."""

    def kept(matter: str, wanted: str):
        file = catalogue.matters[matter]
        drills = [change(drill) for drill in file.drills.drills if drill.id == wanted]
        return replace(file, drills=file.drills.model_copy(update={"drills": drills}))

    return replace(catalogue, matters={matter: kept(matter, drill) for matter, drill in drills.items()})


@cache
def mixed() -> Report:
    return simulate(eight(), find, 100, seed=8, misconduct=0.5)


def test_what_shows_only_over_time_is_injected_and_found_among_honest_work():
    told = {one.id: one for one in mixed().by_detector(mixed().figures())}
    assert told.keys() >= TOLD
    assert {name: told[name].found for name in TOLD} == {name: told[name].wanted for name in TOLD}
    assert min(told[name].wanted for name in TOLD) > 0


def test_honest_people_beside_it_are_neither_refused_nor_suspected():
    assert not mixed().refused
    assert mixed().false_alarms == 0


def without_history(drill: DrillSpec) -> DrillSpec:
    return drill.model_copy(update={"script": [act for act in drill.script if not act.earlier]})


@pytest.mark.parametrize(
    ("matter", "drill"),
    [
        (EXPENSE, "invoices-of-weekends"),
        (EXPENSE, "invoices-in-series"),
        (GOODS, "keeps-to-one"),
        (LEAKS, "measures-leaning"),
        (SCORES, "jump-upwards"),
        (RECORDS, "record-reworded"),
    ],
)
def test_the_same_cases_without_what_was_before_are_not_found(matter, drill):
    found, not_found = (
        simulate(only(eight(), {matter: drill}, change), find, 1, seed=5, misconduct=1.0) for change in (lambda one: one, without_history)
    )
    assert [len(report.injected) for report in (found, not_found)] == [1, 1]
    assert found.caught(found.injected[0])
    assert not not_found.caught(not_found.injected[0])


def test_what_is_told_of_before_is_of_the_cases_own_people_and_numbers():
    facts, actors = [], []

    def tell(entry, files):
        if "command" in entry and entry["command"]["step"] == "collect":
            actors.append(entry["command"]["actor"])
        elif "fact" in entry and entry["fact"]["ledger"] == "invoices":
            facts.append(entry["fact"]["data"])

    simulate(only(eight(), {EXPENSE: "invoices-of-weekends"}), find, 3, seed=6, misconduct=1.0, tell=tell)
    told = facts[len(eight().ledgers["invoices"].entries) :]
    assert actors
    assert {fact["claimant"] for fact in told} == {*actors}
    assert len({fact["number"] for fact in told}) == len(told) > 2 * len(actors)
    assert all(date.fromisoformat(fact["date"]).weekday() >= SATURDAY for fact in told)


def test_numbers_of_a_register_that_are_apart_stay_so():
    names = Names()
    like = ("印字〔2026〕001号", "印字〔2026〕004号", "印字[2026]006号")
    assert [*names.register(like).values()] == ["印字〔2026〕101号", "印字〔2026〕104号", "印字[2026]106号"]
    assert [*names.register(like).values()] == ["印字〔2026〕107号", "印字〔2026〕110号", "印字[2026]112号"]
