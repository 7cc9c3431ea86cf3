"""What a simulated life has of an honest one: sums are kept within limits, dates and numbers run on, and both sides of ledgers are told."""

from __future__ import annotations

from functools import cache
from random import Random

from five import CONTRACT, EXPENSE, copied, five
from lianfang.catalogue.load import Catalogue, load
from lianfang.simulate import Report, simulate
from lianfang.simulate.variant import Names, spelt
from lianfang.watch.engine import find

FEES, SCORES = "general-2/article-fees", "supervision/performance-scores"
RESEARCH, FINANCE = "development-research/research", "development-research/finance"
INSPECTION, RECONSIDERATION = "policy-research/reform-inspection", "legal-affairs/reconsideration"
SLICES = {"information-centre/expense/slices", "information-centre/expense/slices-large", "information-centre/expense/invoice-alike"}


@cache
def seven() -> Catalogue:
    return load(copied(FEES, SCORES, RESEARCH, FINANCE, INSPECTION, RECONSIDERATION, "archives-bureau/contract", "secretariat-2/contract"))


@cache
def year() -> Report:
    return simulate(seven(), find, 150, seed=21)


def test_an_honest_year_raises_hardly_an_alarm_and_refuses_nobody():
    assert not year().refused
    assert year().cases > 140
    assert [(one.id, one.false) for one in year().figures() if one.false or one.true] == []


def test_what_is_injected_to_be_noticed_by_its_sum_or_likeness_is_that_in_every_seed():
    for seed in (31, 32, 33):
        report = simulate(five(), find, 60, seed=seed, misconduct=1.0, matters=[EXPENSE])
        told = {one.id: one for one in report.figures() if one.id in SLICES}
        assert told
        assert [one for one in told.values() if one.found < one.wanted] == []


def test_a_misconduct_that_the_years_end_cuts_off_counts_for_nothing():
    report = simulate(five(), find, 120, seed=1, misconduct=1.0, matters=[EXPENSE, CONTRACT])
    assert report.cut
    assert not {*report.cut} & {*report.injected}


def test_numbers_of_a_register_run_on_and_others_are_drawn():
    names, rng = Names(), Random(1)
    assert [names.number("印字〔2026〕17号", rng) for _ in range(3)] == ["印字〔2026〕101号", "印字〔2026〕102号", "印字〔2026〕103号"]
    other = names.number("LJ-0302-07", rng)
    assert (other[:3], other[7:]) == ("LJ-", "-07")
    assert other != "LJ-0302-07"


def test_what_only_looks_different_is_spelt_so_again():
    assert spelt("lj0302-07", "LJ-0302-07", "LJ-9846-07") == "lj9846-07"
    assert spelt("人字[2026]17号", "人字〔2026〕17号", "人字〔2026〕42号") == "人字[2026]42号"


def test_numbers_that_are_near_each_other_stay_so():
    names, rng = Names(), Random(3)
    one, other = names.together(["44030009", "44030010"], rng).values()
    assert int(other) - int(one) == 1
    assert one != "44030009"
    one, other = names.together(["44030001", "4403OOOl"], rng).values()
    assert (one[:4], one[4:], other[4:]) == (other[:4], "0001", "OOOl")


def test_what_comes_in_from_outside_in_a_misconduct_is_no_false_alarm():
    report = simulate(seven(), find, 40, seed=5, misconduct=1.0, matters=[RECONSIDERATION])
    (told,) = [one for one in report.figures() if one.id == f"{RECONSIDERATION}/all-registered"]
    assert told.raised == told.true > 0
