"""What is wrong with a catalogue is told with file, line, the word and the nearest right one: all of it, in both languages."""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianfang.catalogue.load import load as load_catalogue
from lianfang.catalogue.problems import CatalogueError, Problem
from lianfang.catalogue.source import Document, Place, read
from lianfang.watch.detectors import declared
from tests import five, written

SEAL, EXPENSE = "matters/government-services/seal/", "matters/information-centre/expense/"
Where = tuple[str, int]
Change = Callable[[str, str, str], Where]
TWO = five.copied(five.SEAL, five.EXPENSE, "secretariat-2/seal")  # which uses what the first leaves out of the template
"""The others are read in the same way, and take as long again each."""
load = partial(load_catalogue, detectors=declared())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the built-in catalogue, to be spoilt."""
    copy = tmp_path / "catalogue"
    shutil.copytree(TWO, copy)
    return copy


@pytest.fixture
def change(root: Path) -> Change:
    """Replaces the first occurrence of some words of a file (see ``tests/written.py``); the file and the line where they stand."""
    return partial(written.replace, root)


def below(where: Where, lines: int) -> Where:
    return where[0], where[1] + lines


def problems(root: Path) -> list[Problem]:
    with pytest.raises(CatalogueError) as caught:
        load(root)
    for problem in caught.value.problems:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in problem.message.zh), problem
        assert problem.message.en, problem
        assert str(problem).startswith(f"{problem.file}:{problem.line}: ")
    return list(caught.value.problems)


def test_the_copy_is_sound(root: Path) -> None:
    assert len(load(root).rows) == 68


ONE_WORD = [
    # file, what stands there, what is written instead, what is told
    (EXPENSE + "matter.yaml", "unit: information-centre\n", "unti: information-centre\n", "did you mean 'unit'"),
    (EXPENSE + "matter.yaml", "    returns_to: collect", "    return_to: collect", "did you mean 'returns_to'"),
    (EXPENSE + "matter.yaml", "    by: rechecker", "    by: recheker", "no post 'recheker'; did you mean 'rechecker'"),
    (EXPENSE + "matter.yaml", "    by: office-meeting", "    by: ofice-meeting", "no body 'ofice-meeting'; did you mean 'office-meeting'"),
    (SEAL + "matter.yaml", "              acts: [{choose", "              aacts: [{choose",
     "repeat is {acts, until}; no key 'aacts'; did you mean 'acts'"),
    (SEAL + "matter.yaml", "              until: hand_back", "              untill: hand_back", "no key 'untill'; did you mean 'until'"),
    (EXPENSE + "matter.yaml", "  - settle\n  - pay\n", "  - setle\n  - pay\n", "no step 'setle'; did you mean 'settle'"),
    (EXPENSE + "matter.yaml", "    returns_to: collect", "    returns_to: colect", "no step 'colect'; did you mean 'collect'"),
    (EXPENSE + "matter.yaml", "form: [amount, purpose,", "form: [amuont, purpose,", "no field 'amuont'; did you mean 'amount'"),
    (EXPENSE + "matter.yaml", 'when: "amount <= small"', 'when: "amount <= smal"', "no field or parameter 'smal'; did you mean 'small'"),
    (EXPENSE + "matter.yaml", 'that: "paid == amount"', 'that: "payd == amount"', "no field or parameter 'payd'; did you mean 'paid'"),
    (EXPENSE + "matter.yaml", "    not_blank: [vouchers]", "    not_blanc: [vouchers]",
     "no parameter 'not_blanc'; did you mean 'not_blank'"),
    (EXPENSE + "matter.yaml", "    kind: distinct", "    kind: distinkt", "no kind of control 'distinkt'; did you mean 'distinct'"),
    (EXPENSE + "matter.yaml", "type: entry, ledger: budget-lines", "type: entry, ledger: budget-line", "did you mean 'budget-lines'"),
    (EXPENSE + "matter.yaml", "controls: [papers, voucher-count", "controls: [paper, voucher-count", "did you mean 'papers'"),
    (EXPENSE + "matter.yaml", "    at: collect\n    grade", "    at: colect\n    grade", "no step 'colect'; did you mean 'collect'"),
    (EXPENSE + "matter.yaml", "seller: item.seller", "seler: item.seller", "no column 'seler'; did you mean 'seller'"),
    (EXPENSE + "matter.yaml", "register: [63]", "register: [630]", "no row of the register '630'; did you mean '63'"),
    (EXPENSE + "matter.yaml", "map: 十六（五）", "map: 十六（五", "no map '十六（五'; did you mean '十六（五）'"),
    (EXPENSE + "matter.yaml", "    false_alarms: {zh: 银行对账单迟到",
     "    false_alarm: {zh: 银行对账单迟到", "did you mean 'false_alarms'"),
    (EXPENSE + "matter.yaml", "unit: CNY, cite", "unit: RMB, cite", "no 'unit' 'RMB'; there are: CNY, count, day, hour, percent"),
    (EXPENSE + "matter.yaml", "type: money, label: {zh: 实付", "type: mony, label: {zh: 实付", "no 'type' 'mony'; did you mean 'money'"),
    (EXPENSE + "matter.yaml", "    kind: meeting", "    kind: meting", "no 'kind' 'meting'; did you mean 'meeting'"),
    (EXPENSE + "matter.yaml", "unit: information-centre\n", "unit: information-center\n", "did you mean 'information-centre'"),
    (EXPENSE + "matter.yaml", "    detector: splitting", "    detektor: splitting", "did you mean 'detector'"),
    (EXPENSE + "matter.yaml", "limit: small, window", "limit: smal, window", "no column or parameter 'smal'; did you mean 'small'"),
    (EXPENSE + "matter.yaml", "any_of: [payee, seller]", "any_of: [paye, seller]", "no column or parameter 'paye'; did you mean 'payee'"),
    (EXPENSE + "matter.yaml", "      - {step: head}\n", "      - {stpe: head}\n", "no key 'stpe'; did you mean 'step'"),
    (EXPENSE + "matter.yaml", '{when: "amount <= small", do', '{wehn: "amount <= small", do', "no key 'wehn'; did you mean 'when'"),
    (EXPENSE + "matter.yaml", "window: 1d", "window: 1x", "should be a duration"),
    (EXPENSE + "matter.yaml", "    detector: splitting", "    detector: spliting", "no detector 'spliting'; did you mean 'splitting'"),
    (EXPENSE + "matter.yaml", "amount: amount, moment: moment", "amuont: amount, moment: moment",
     "no setting 'amuont'; did you mean 'amount'"),
    (EXPENSE + "matter.yaml", "window: 1d, least", "windows: 1d, least", "no setting 'windows'; did you mean 'window'"),
    (EXPENSE + "matter.yaml", "window: 1d, least: 2", "window: 1d", "the setting 'least' is missing"),
    (EXPENSE + "matter.yaml", "claim, amount: amount,", "claim, amount: payee,", "the column 'payee' is text, not money / int"),
    (EXPENSE + "matter.yaml", "moment: moment, limit", "moment: unit, limit", "the column 'unit' is text, not datetime"),
    (EXPENSE + "matter.yaml", "moment: moment, limit", "moment: small, limit", "should be the name of a column"),
    (EXPENSE + "matter.yaml", "{group: [unit]", "{group: unit", "should be a list of columns"),
    (EXPENSE + "matter.yaml", "{group: [unit]", "{group: []", "should be a list of columns"),
    (EXPENSE + "matter.yaml", "limit: small", "limit: 300000", "should be money, not int; write money as a parameter"),
    (EXPENSE + "matter.yaml", "limit: small", "limit: payee", "should be a figure or the name of a parameter"),
    (EXPENSE + "matter.yaml", "window: 1d", "window: 1", "should be a duration"),
    (EXPENSE + "matter.yaml", "window: 1d", "window: payee", "should be a duration"),
    (EXPENSE + "matter.yaml", "least: 2", "least: 2d", "should be a whole number"),
    (EXPENSE + "matter.yaml", '{step: director, when: "', '{step: director, wehn: "', "no key 'wehn'; did you mean 'when'"),
    (EXPENSE + "matter.yaml", "      - {step: deputy}\n", "      - {step: deputi}\n", "no step 'deputi'; did you mean 'deputy'"),
    (EXPENSE + "matter.yaml", "    kind: distinct\n", "    knid: distinct\n", "did you mean 'kind'"),
    (EXPENSE + "matter.yaml", "    at: [fill]\n", "    at: []\n", "can't be empty"),
    (EXPENSE + "matter.yaml", 'that: "paid == amount"', 'that: "paid == 3"', "compare money with a parameter"),
    (EXPENSE + "matter.yaml", 'that: "paid == amount"', "that: [paid]", "should be a condition"),
    (EXPENSE + "matter.yaml", "invoices.map(i, i.amount)", "invoices.map(amount, amount.amount)", "'amount' is a field or a parameter"),
    (EXPENSE + "matter.yaml", "version_date: 2026-01-01", "version_date: 2026-02-30", "should be a day of the calendar"),
    (EXPENSE + "matter.yaml", "{value: 3000, unit", "{value: '3000', unit", "'value' should be a whole number"),
    (EXPENSE + "matter.yaml", "en: Expenses}", "en: ''}", "'en' can't be empty"),
    (EXPENSE + "matter.yaml", "form: [paid, bank_reference]", "form: [paid, paid, bank_reference]", "the field 'paid' stands twice"),
    (EXPENSE + "matter.yaml", "  payee: {type: text,", "  payee: {type: text, choises: {},", "did you mean 'choices'"),
    (EXPENSE + "matter.yaml", "label: {zh: 实付金额, en: Amount paid}, required",
     "label: {zh: 实付金额, en: Amount paid}, ledger: payments, required",
     "a money has no 'ledger'"),
    (EXPENSE + "matter.yaml", "    with: bank-lines", "    with: bank-line", "no ledger 'bank-line'"),
    (EXPENSE + "matter.yaml", "with_amount: entry.paid_out", "with_amount: entry.paidout", "no column 'paidout'"),
    (EXPENSE + "matter.yaml", "norm(other.payee)", "norm(oter.payee)", "no field or parameter 'oter'; did you mean 'other'"),
    (EXPENSE + "matter.yaml", "      - {ledger: payments, key", "      - {ledger: bank-lines, key",
     "comes from outside: no step writes to it"),
    (EXPENSE + "drills.yaml", "fact: bank-lines", "fact: bank-line", "no ledger from outside 'bank-line'; did you mean 'bank-lines'"),
    (EXPENSE + "drills.yaml", "fact: bank-lines", "fact: payments", "no ledger from outside 'payments'"),
    (EXPENSE + "drills.yaml", "earlier: invoices", "earlier: payments", "no ledger that a pattern of this matter looks at 'payments'"),
    (EXPENSE + "drills.yaml", "{earlier: invoices", "{who: ic-clerk, earlier: invoices", "a fact is nobody's act"),
    (EXPENSE + "drills.yaml", ", currency: CNY", ", curency: CNY", "no column 'curency'; did you mean 'currency'"),
    (EXPENSE + "drills.yaml", ", currency: CNY", "", "this is required"),
    (EXPENSE + "drills.yaml", "{fact: bank-lines", "{who: ic-clerk, fact: bank-lines", "a fact is nobody's act"),
    (EXPENSE + "drills.yaml", "{fact: bank-lines", "{reads: title, fact: bank-lines", "a fact is nobody's act"),
    (EXPENSE + "drills.yaml", "ends: completed", "ends: complete", "did you mean 'completed'"),
    (EXPENSE + "drills.yaml", "act: return", "act: retrun", "no act 'retrun'; did you mean 'return'"),
    (EXPENSE + "drills.yaml", "pass: ", "pass: x", "should be a duration"),
    (EXPENSE + "drills.yaml", "act: withdraw}", "act: withdrawn}", "an act says which step it takes (step)"),
    (EXPENSE + "drills.yaml", "people: [ic-director]", "people: [ic-directr]", "no person 'ic-directr'; did you mean 'ic-director'"),
    (EXPENSE + "drills.yaml", "people: [ic-director]", "people: []", "this is required"),
    (EXPENSE + "drills.yaml", "{who: ic-clerk, act: urge}", "{who: ic-clerk, act: urge, data: {people: [ic-head]}}", "no field 'people'"),
    (EXPENSE + "drills.yaml", "refused: withdraw-order", "refused: withdraw-oder", "did you mean 'withdraw-order'"),
    (EXPENSE + "drills.yaml", "returns_to: recheck, opinion", "return_to: recheck, opinion", "did you mean 'returns_to'"),
    (EXPENSE + "matter.yaml", "  recheck:\n", "  recheck:\n    final: yes please\n", "'final' should be true or false"),
    (EXPENSE + "drills.yaml", "invoices: [{seller: ", "invoices: [{seler: ", "did you mean 'seller'"),
    (EXPENSE + "drills.yaml", "data: {amount: 280000", "data: {amount: many", "should be a whole number"),
    (EXPENSE + "drills.yaml", "purpose: office,", "purpose: offce,", "choose one of"),
    (EXPENSE + "drills.yaml", "{person: ic-", "{persn: ic-", "no column 'persn'; did you mean 'person'"),
    (EXPENSE + "drills.yaml", "{person: ic-deputy,", "{person: ic-depty,", "no person 'ic-depty'; did you mean 'ic-deputy'"),
    (EXPENSE + "drills.yaml", "expect: {refused: papers}", "expect: {}", "either refused or alarmed is needed"),
    (EXPENSE + "drills.yaml", "who: ic-rechecker", "who: ic-recheker", "no person 'ic-recheker'; did you mean 'ic-rechecker'"),
    (EXPENSE + "drills.yaml", "step: recheck}", "step: rechek}", "no step 'rechek'; did you mean 'recheck'"),
    (EXPENSE + "drills.yaml", "vouchers: $voucher}", "vouchers: $vouchr}", "no file 'vouchr'; did you mean 'voucher'"),
    (EXPENSE + "drills.yaml", "refused: papers", "refused: paperz", "no control 'paperz'; did you mean 'papers'"),
    (EXPENSE + "drills.yaml", "risk: voucher-loss", "risk: vouchers-lost", "no risk 'vouchers-lost'; did you mean 'voucher-loss'"),
    (EXPENSE + "drills.yaml", "duty: bank-check", "duty: bank-chek", "no duty 'bank-chek'; did you mean 'bank-check'"),
    (EXPENSE + "drills.yaml", "data: {amount: 280000", "data: {amuont: 280000", "no field 'amuont'; did you mean 'amount'"),
    (EXPENSE + "drills.yaml", "  - id: lawful-middle\n", "  - id: lawful-middle\n    after: lawful-smal\n",
     "no drill 'lawful-smal'; did you mean 'lawful-small'"),
    (EXPENSE + "drills.yaml", "  - id: lawful-middle\n", "  - id: lawful-middle\n    after: lawful-middle\n", "begins as this one does"),
    ("templates/seal.yaml", "ledger: seals, own: true", "ledger: seal-copies, own: true", "has no column 'unit'"),
    ("templates/seal.yaml", "title: {type: text, label", "title: {type: text, own: true, label", "a text has no 'own'"),
    (EXPENSE + "drills.yaml", "  - id: lawful-middle\n", "  - id: lawful-middle\n    until: head\n", "not with which drill"),
    (EXPENSE + "drills.yaml", "  - id: lawful-middle\n", "  - id: lawful-middle\n    after: lawful-small\n    until: heda\n",
     "no step 'heda'; did you mean 'head'"),
    (EXPENSE + "matter.yaml", "owner: deputy\n", "owner: deputi\n", "no post 'deputi'; did you mean 'deputy'"),
    (SEAL + "matter.yaml", "    escalate: director", "    escalat: director", "no parameter 'escalat'; did you mean 'escalate'"),
    (SEAL + "matter.yaml", "extends: seal", "extend: seal", "no key 'extend'; did you mean 'extends'"),
    (SEAL + "matter.yaml", "remove: [record/paper, ", "remove: [controls/keper, record/paper, ", "did you mean 'controls/keeper'"),
    (SEAL + "matter.yaml", "extends: seal", "extends: seals", "no template 'seals'; did you mean 'seal'"),
    (SEAL + "matter.yaml", "at_least: least_companions", "at_least: companions", "name of a parameter"),
    (SEAL + "matter.yaml", "    people: companions", "    people: destination", "no people field 'destination'"),
    ("templates/seal.yaml", 'that: "stamped == document"', 'that: "stampd == document"', "did you mean 'stamped'"),
    ("templates/seal.yaml", "    holder: keeper", "    holder: keper", "no column 'keper'; did you mean 'keeper'"),
    ("templates/seal.yaml", "    note: {zh: 核对", "    notes: {zh: 核对", "did you mean 'note'"),
    ("templates/seal.yaml", "label: {zh: 用印事由,", "label: {hz: 用印事由,", "no key 'hz'; did you mean 'zh'"),
    ("templates/seal.yaml", "record:\n", "extends: seal\nrecord:\n", "a template can't have 'extends'"),
    ("templates/seal.yaml", "    by: deputy-director", "    by: deputy-directr", "did you mean 'deputy-director'"),
    (EXPENSE + "matter.yaml", "    false_alarms: {zh: 银行对账单迟到",
     "    false_alarms:\n      - {hz: 迟到, en: Late}\n    x: {zh: 银行对账单迟到", "no key 'hz'; did you mean 'zh'"),
    ("alerts.yaml", "  red:", "  rad:", "did you mean 'red'"),
    ("alerts.yaml", "verify: 2wd", "verfy: 2wd", "did you mean 'verify'"),
    ("alerts.yaml", "verify: 2wd", "verify: 0wd", "should be more than nothing"),
    ("alerts.yaml", "post: office/director", "post: office/directr", "no post 'office/directr'; did you mean"),
    ("alerts.yaml", "post: office/director, after: 3wd", "post: office/director", "each later one says how long after"),
    ("organisation.yaml", "members: [director, deputy, department-head, head]", "members: [director, deputi, department-head, head]",
     "did you mean 'deputy'"),
    ("organisation.yaml", "unit: secretariat-1, posts", "unit: secretariat-l, posts",
     "no unit 'secretariat-l'; did you mean 'secretariat-1'"),
    ("organisation.yaml", "timezone: Asia/Shanghai", "timezone: Asia/Shanghia", "did you mean 'Asia/Shanghai'"),
    ("organisation.yaml", "leads: true", "leads: 1", "'leads' should be true or false"),
    ("organisation.yaml", "from: 2025-01-01, to: null", "from: 2025-01-01, to: 2024-01-01", "not after it begins"),
    ("ledgers/seals.yaml", "ledger: seals, label", "ledger: seal, label", "no ledger 'seal'; did you mean 'seals'"),
    ("ledgers/seals.yaml", "keeper: gs-keeper, cabinet", "keeper: gs-keper, cabinet", "no person 'gs-keper'; did you mean 'gs-keeper'"),
    ("ledgers/seals.yaml", "cabinet: A-1", "cabinet: 1", "'cabinet': should be text"),
    ("ledgers/seals.yaml", "keeper: gs-keeper, cabinet", "kepeer: gs-keeper, cabinet", "no column 'kepeer'; did you mean 'keeper'"),
    ("ledgers/procurement.yaml", "{party: 文汇办公商行}", "{paty: 文汇办公商行}", "no column 'paty'; did you mean 'party'"),
    ("register/government-services.yaml", "unit: government-services", "unit: goverment-services", "did you mean 'government-services'"),
    ("register/government-services.yaml", "map: 十四（一）", "map: 十四（一一）", "no map '十四（一一）'; did you mean '十四（一）'"),
    ("register/government-services.yaml", "    responsible:", "    responsable:", "did you mean 'responsible'"),
    ("maps/government-services.yaml", "    row: 45", "    row: 46", "row 46 names the map '十四（二）'"),
    ("maps/government-services.yaml", "    row: 45", "    row: 450", "no row of the register '450'; did you mean '45'"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "told"), ONE_WORD, ids=[f"{file}: {new.strip()}" for file, _, new, _ in ONE_WORD])
def test_a_word_misspelt_is_told_where_it_stands_with_the_right_one(
    root: Path, change: Change, file: str, old: str, new: str, told: str
) -> None:
    where, line = change(file, old, new)
    found = problems(root)
    hit = [problem for problem in found if told in problem.message.en]
    assert hit, found
    assert hit[0].file == where
    assert 0 <= hit[0].line - line <= max(1, new.count("\n") - 1), (hit[0].line, line)


def test_all_faults_of_all_files_are_told_at_once_in_order(root: Path, change: Change) -> None:
    """One in every kind of file, and several kinds of fault in one matter: none hides another."""
    wanted = {
        change(EXPENSE + "matter.yaml", "unit: information-centre\n", "unti: information-centre\n"),
        change(EXPENSE + "matter.yaml", "    title: {zh: 出纳付款, en: Payment}", "    titel: {zh: 出纳付款, en: Payment}"),
        change(EXPENSE + "matter.yaml", "    by: rechecker", "    by: recheker"),
        change(EXPENSE + "matter.yaml", 'that: "paid == amount"', 'that: "payd == amount"'),
        change(EXPENSE + "drills.yaml", "who: ic-rechecker", "who: ic-recheker"),
        change(SEAL + "matter.yaml", "    people: companions", "    people: destination"),
        change("templates/seal.yaml", "    max: copies", "    max: copys"),
        change("organisation.yaml", "timezone:", "timezon:"),
        change("ledgers/seals.yaml", "keeper: gs-keeper, cabinet", "kepeer: gs-keeper, cabinet"),
        change("register/government-services.yaml", "    responsible:", "    responsable:"),
        change("maps/government-services.yaml", "    boxes:", "    boxs:"),
    }
    found = [(problem.file, problem.line) for problem in problems(root)]
    assert found == sorted(found)
    assert set(found) == wanted


def test_an_organisation_that_can_not_be_read_does_not_hide_the_shape_of_a_matter(root: Path, change: Change) -> None:
    (root / "organisation.yaml").write_text("units: 7\n", encoding="utf-8")
    where = change(EXPENSE + "matter.yaml", "    title: {zh: 出纳付款, en: Payment}", "    titel: {zh: 出纳付款, en: Payment}")
    assert where in [(problem.file, problem.line) for problem in problems(root)]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("matters/information-centre/expense/mater.yaml", "matters/information-centre/expense/matter.yaml"),
        ("matters/information-centre/expense/step.yaml", "matters/information-centre/expense/steps.yaml"),
        ("matters/information-centre/expense/drill/1-lawful.yaml", "matters/information-centre/expense/drills/1-lawful.yaml"),
        ("organization.yaml", "organisation.yaml"),
        ("ledger/seals.yaml", "ledgers/seals.yaml"),
        ("template/seal.yaml", "templates/seal.yaml"),
        ("registers/government-services.yaml", "register/government-services.yaml"),
    ],
)
def test_a_file_that_nothing_would_read_is_told(root: Path, name: str, near: str) -> None:
    """A matter under a misspelt name would otherwise be missing in silence."""
    (root / name).parent.mkdir(exist_ok=True)
    (root / near).rename(root / name)
    hit = [problem for problem in problems(root) if problem.file == name]
    assert hit
    assert near in hit[0].message.en


FIGURE = "{value: 2, unit: count, cite: {zh: 一, en: one}}\n"
SAME_NAME = [
    # where the name stands first, what is added, and where the fault is told: at both
    (SEAL + "matter.yaml", "  outing: {type: bool", "params:\n", "  outing: " + FIGURE, "'outing' is a field and a parameter"),
    ("templates/seal.yaml", "  copies: {type: int", "params:\n", "  copies: " + FIGURE, "'copies' is a field and a parameter"),
    (SEAL + "matter.yaml", "  director:\n", "record:\n", "  director: {type: person, label: {zh: 一, en: one}}\n",
     "'director' is a step and a field"),
    ("templates/seal.yaml", "  custody:\n", "params:\n", "  custody: " + FIGURE, "'custody' is a step and a parameter"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "first", "section", "added", "told"), SAME_NAME, ids=[told for *_, told in SAME_NAME])
def test_a_word_means_one_thing_in_a_matter_and_both_places_are_told(
    root: Path, change: Change, file: str, first: str, section: str, added: str, told: str
) -> None:
    where = {below(change(SEAL + "matter.yaml", section, section + added), 1), written.line_of(root, file, first)}
    words = told.split(" is ", maxsplit=1)[0]
    told = told.replace(" is ", " means something else already: it is ")
    hit = [problem for problem in problems(root) if problem.message.en.startswith(words) and "choose another name" in problem.message.en]
    assert {(problem.file, problem.line) for problem in hit} == where
    assert told in [problem.message.en.partition(";")[0] for problem in hit]
    assert all("请换一个名称" in problem.message.zh for problem in hit)


@pytest.mark.parametrize("name", ["at", "unit", "applicant", "opinion", "votes", "item", "entry", "case_id", "act", "key"])
def test_a_name_of_the_systems_own_is_taken(root: Path, change: Change, name: str) -> None:
    where = change(EXPENSE + "matter.yaml", "  payee: {type: text", f"  {name}: {{type: text")
    hit = [problem for problem in problems(root) if "a name of the system's own" in problem.message.en]
    assert [(problem.file, problem.line) for problem in hit] == [where]


def test_a_setting_of_a_detector_that_could_be_a_figure_or_a_column_is_told(root: Path, change: Change) -> None:
    """The figure would have stood in for the column, and the detector would have looked at nothing."""
    change(EXPENSE + "matter.yaml", "params:\n", "params:\n  moment: {value: 1, unit: day, cite: {zh: 一, en: one}}\n")
    where = written.line_of(root, EXPENSE + "matter.yaml", "settings: {group: [unit]")
    problem, *others = problems(root)  # each watch that names the column
    assert (problem.file, problem.line) == where
    assert all("'moment' is a parameter and a column" in one.message.en for one in (problem, *others))


def test_a_detector_without_its_settings_is_told_of_each(root: Path, change: Change) -> None:
    change(EXPENSE + "matter.yaml", "    settings: {group: [unit", "    # settings: {group: [unit")
    where = written.line_of(root, EXPENSE + "matter.yaml", "  - id: slices")
    told = [problem for problem in problems(root) if re.match("the setting '.*' is missing", problem.message.en)]
    assert {(problem.file, problem.line) for problem in told} == {where}
    assert [problem.message.en.split("'")[1] for problem in told] == [one.name for one in declared()["splitting"] if one.required]


def test_a_column_may_be_called_like_a_field(root: Path, change: Change) -> None:
    """``item.amount`` and ``amount`` are told apart by how they are written."""
    assert {"amount", "invoices"} <= set(load(root).matters[EXPENSE[8:-1]].spec.record)


def test_what_stands_twice_in_an_override_is_not_lost_in_its_template(root: Path, change: Change) -> None:
    where = change(SEAL + "matter.yaml", "  - id: outing-approved\n", "  - id: separate\n    steps: [apply]\n  - id: outing-approved\n")
    (problem,) = problems(root)
    assert (problem.file, problem.line) == where
    assert "'separate' stands twice" in problem.message.en


def test_a_field_that_no_step_collects_is_told(root: Path, change: Change) -> None:
    change(EXPENSE + "matter.yaml", "form: [paid, bank_reference]", "form: [paid]")
    assert "no step collects the field 'bank_reference'" in [problem.message.en for problem in problems(root)]


NONSENSE = [
    "(" * 900 + "true" + ")" * 900, "!" * 900 + "true", "'", "a" * 5000, "1 ==", "true && ", "x.y.z", "[1, 'a']", "paid == paid ? 1 : 'a'",
    "matches('(')", "title.matches('(')", "\\", "有", "paid.all(x, x)", "has()", "sum()", "1 / 0 == 1",
]  # fmt: skip


@pytest.mark.parametrize("condition", NONSENSE)
def test_whatever_stands_in_a_condition_is_told_or_means_something(root: Path, condition: str) -> None:
    where = written.replace(root, EXPENSE + "matter.yaml", 'that: "paid == amount"', "that: " + repr_yaml(condition))
    if condition == "1 / 0 == 1":
        load(root)  # it fails when it judges, and refuses
        return
    assert where in [(problem.file, problem.line) for problem in problems(root)]


def repr_yaml(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


TWICE = [
    (EXPENSE + "matter.yaml", "unit: information-centre\n", "unit: information-centre\nunit: information-centre\n", "'unit' stands twice"),
    (EXPENSE + "matter.yaml", "  - id: invoice-sum\n", "  - id: invoice-once\n", "'invoice-once' stands twice"),
    (EXPENSE + "drills.yaml", "  - id: lawful-middle\n", "  - id: lawful-small\n", "the drill 'lawful-small' stands twice"),
    ("organisation.yaml", "login: s1-clerk-2,", "login: s1-clerk,", "the person 's1-clerk' stands twice"),
    ("organisation.yaml", "  - id: secretariat-2\n", "  - id: secretariat-1\n", "the unit 'secretariat-1' stands twice"),
    ("ledgers/seals.yaml", "  - id: seal-outings", "  - id: seal-uses", "the ledger 'seal-uses' stands twice"),
    ("register/government-services.yaml", "  - row: 46", "  - row: 45", "row 45 stands twice"),
    ("maps/government-services.yaml", "  - map: 十四（二）", "  - map: 十四（一）", "the map '十四（一）' stands twice"),
]


@pytest.mark.parametrize(("file", "old", "new", "told"), TWICE, ids=[told for *_, told in TWICE])
def test_nothing_stands_twice(root: Path, change: Change, file: str, old: str, new: str, told: str) -> None:
    where, line = change(file, old, new)
    hit = [problem for problem in problems(root) if told in problem.message.en]
    assert hit
    assert (hit[0].file, 0 <= hit[0].line - line <= 1) == (where, True)


def test_a_row_that_stands_twice_in_two_files_says_where_it_stood_before(root: Path, change: Change) -> None:
    change("register/information-centre.yaml", "- row: 63", "- row: 45")
    (hit,) = [problem for problem in problems(root) if "row 45 stands twice" in problem.message.en]
    assert hit.file == "register/information-centre.yaml"
    assert "register/government-services.yaml:" in hit.message.zh


def test_a_ledger_that_stands_twice_in_two_files_says_where_it_stood_before(root: Path, change: Change) -> None:
    where = change("ledgers/seals.yaml", "- id: seal-outings", "- id: contracts")
    (hit,) = [problem for problem in problems(root) if "'contracts' stands twice" in problem.message.en]
    assert (hit.file, hit.line) == where
    assert "ledgers/contracts.yaml:" in hit.message.zh


@pytest.mark.parametrize("broken", ["id: [", "id: 'x\nunit: y", "a: b: c", "\tid: x", "id: &x *y"])
def test_what_is_no_yaml_is_told_with_its_line(root: Path, broken: str) -> None:
    (root / EXPENSE / "matter.yaml").write_text(f"# a remark\n{broken}\n", encoding="utf-8")
    (problem, *_) = [problem for problem in problems(root) if problem.file == EXPENSE + "matter.yaml"]
    assert problem.line >= 1
    assert "YAML" in problem.message.en


SHAPED = [
    EXPENSE + "matter.yaml", EXPENSE + "steps.yaml", EXPENSE + "drills/1-lawful.yaml", "organisation.yaml", "ledgers/seals.yaml",
    "register/government-services.yaml", "templates/seal.yaml",
]  # fmt: skip


@pytest.mark.parametrize("text", ["", "just words\n", "- a\n- list\n", "42\n"])
@pytest.mark.parametrize("file", SHAPED)
def test_a_file_of_another_shape_is_told(root: Path, file: str, text: str) -> None:
    (root / file).write_text(text, encoding="utf-8")
    assert file in {problem.file for problem in problems(root)} or not text


@pytest.mark.parametrize("file", ["organisation.yaml", EXPENSE + "drills.yaml"])
def test_a_file_that_is_missing_is_told(root: Path, file: str) -> None:
    for path in written.paths(root, file):
        path.unlink()
    assert [problem.file for problem in problems(root) if "missing" in problem.message.en] == [file]


def test_a_register_that_can_not_be_read_does_not_make_every_row_a_fault(root: Path) -> None:
    (root / "register/government-services.yaml").write_text("rows: [", encoding="utf-8")
    assert len(problems(root)) == 1


def test_a_matter_lies_in_the_folder_of_its_name(root: Path, change: Change) -> None:
    where = change(EXPENSE + "matter.yaml", "id: information-centre/expense", "id: information-centre/expenses")
    (problem,) = problems(root)
    assert (problem.file, problem.line) == where
    assert "information-centre/expense" in problem.message.zh


def test_a_problem_is_told_to_programs_too(root: Path, change: Change) -> None:
    change(EXPENSE + "matter.yaml", "    by: rechecker", "    by: recheker")
    (problem,) = problems(root)
    assert set(problem.as_json()) == {"file", "line", "check", "message", "message_zh"}


TOUCHED = (
    *(path.relative_to(TWO).as_posix() for matter in (EXPENSE, SEAL) for path in sorted((TWO / matter).rglob("*.yaml"))),
    "templates/seal.yaml", "organisation.yaml", "ledgers/seals.yaml", "register/government-services.yaml",
    "maps/government-services.yaml",
)  # fmt: skip
FREE = ("record", "steps", "headings", "params", "files", "choices", "of", "fields", "data")
"""Mappings whose keys are names that the author gives: a misspelt one is another name."""


def test_a_heading_stands_above_a_field_of_the_form(root: Path, change: Change) -> None:
    form = "form: [title, payee, invoices, vouchers]"
    where = change(EXPENSE + "matter.yaml", form, form + "\n    headings: {paye: {zh: 收款, en: The payee}}")
    [problem] = problems(root)
    assert (problem.file, problem.line) == below(where, 1)
    assert problem.message.en == "no field 'paye'; did you mean 'payee'?"


@cache
def original(file: str) -> Document:
    return read(TWO / file, TWO)


@cache
def places(file: str) -> list[Place]:
    def within(value: Any, place: Place) -> Iterator[Place]:
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, item in items:
            yield (*place, key)
            yield from within(item, (*place, key))

    return list(within(original(file).value, ()))


def load_with(changed: Document) -> list[Problem]:
    """Load the catalogue with one file as it was changed; its faults."""

    def given(path: Path, root: Path) -> Document:
        file = path.relative_to(root).as_posix()
        kept = changed if file == changed.file else original(file)
        return Document(file, copy.deepcopy(kept.value), dict(kept.lines))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lianfang.catalogue.files.read", given)
        try:
            load(TWO)
        except CatalogueError as error:
            return list(error.problems)
    return []


def told_well(found: list[Problem]) -> None:
    for problem in found:
        assert re.search("[\u4e00-\u9fff]", problem.message.zh), problem
        assert "nput should" not in problem.message.zh
        assert 0 <= problem.line <= len((TWO / problem.file).read_text(encoding="utf-8").splitlines())


@settings(max_examples=120)
@given(st.data())
def test_whatever_a_value_is_replaced_by_is_told_or_means_something(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(TOUCHED))
    place = data.draw(st.sampled_from(places(file)))
    value = data.draw(st.sampled_from([None, 7, -1, True, "zzz", "", [], ["zzz", 3, None], {}, {"zzz": 1}, [[]], {"id": []}, "1 +", "$x"]))
    kept = original(file)
    changed = Document(file, copy.deepcopy(kept.value), kept.lines)
    holder = changed.value
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    told_well(load_with(changed))


@settings(max_examples=120)
@given(st.data())
def test_a_misspelt_key_is_told_at_its_line_with_the_right_one(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(TOUCHED))
    keys = [place for place in places(file) if isinstance(place[-1], str) and (len(place) < 2 or place[-2] not in FREE)]
    place = data.draw(st.sampled_from(keys))
    right = str(place[-1])
    wrong = data.draw(
        st.sampled_from(
            [right[:1] + right, right + "s", right.upper(), right[::-1] if len(right) == 2 else right[:-2] + right[:-3:-1]]
        ).filter(lambda word: word != right)
    )
    kept = original(file)

    def renamed(value: Any, inside: Place) -> Any:
        if isinstance(value, dict):
            return {(wrong if (*inside, key) == place else key): renamed(item, (*inside, key)) for key, item in value.items()}
        return [renamed(item, (*inside, i)) for i, item in enumerate(value)] if isinstance(value, list) else value

    lines = {(*place[:-1], wrong, *rest[len(place) :]) if rest[: len(place)] == place else rest: line for rest, line in kept.lines.items()}
    found = load_with(Document(file, renamed(kept.value, ()), lines))
    told_well(found)
    line = kept.line(place)
    assert any((one.file, one.line) == (file, line) and f"{wrong!r}; did you mean {right!r}?" in one.message.en for one in found), (
        place,
        wrong,
        found[:4],
    )


DOCUMENT = """documents:
  - id: slip
    title: {zh: 登记单, en: Register slip}
    after: use
    text: {zh: "兹用印于《{title}》。", en: "Stamped: {title}."}
    fields: [title, copies, impressions]
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("《{title}》", "《{titel}》", "no field 'titel'; did you mean 'title'"),
        ("fields: [title, copies,", "fields: [title, copeis,", "no field 'copeis'; did you mean 'copies'"),
        ("after: use", "after: usse", "no step 'usse'; did you mean 'use'"),
        ("after: use", "after: approve", "the field 'impressions' can't be filled in by the step 'approve'"),
        ('en: "Stamped: {title}."', 'en: "Stamped."', "only one language tells 'title'"),
        ("《{title}》", "《{title》", "a brace stands alone"),
        ("id: slip", "id: sheet", "'sheet' stands twice"),
    ],
)
def test_a_document_tells_only_what_is_on_record_when_it_is_given(root: Path, change: Change, old: str, new: str, told: str) -> None:
    begins = change("templates/seal.yaml", "documents:\n", DOCUMENT)
    assert load(root)
    change("templates/seal.yaml", old, new)
    found = [problem for problem in problems(root) if told in problem.message.en]
    assert found, told
    assert found[0].file.endswith("seal.yaml")
    assert begins[1] < found[0].line < begins[1] + 6
