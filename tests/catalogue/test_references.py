"""Every kind of name by which one part of a catalogue means another: misspelt, it is told at its line with the right one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from lianfang.catalogue.load import load
from lianfang.catalogue.problems import CatalogueError, Problem
from lianfang.kernel.controls import KINDS
from lianfang.watch.detectors import declared
from tests import written
from tests.five import FIVE

SEAL, MATTER = "matters/government-services/seal/matter.yaml", "matters/information-centre/expense/matter.yaml"
DRILLS, SEAL_DRILLS = "matters/information-centre/expense/drills.yaml", "matters/government-services/seal/drills.yaml"
REGISTER, MAPS, OFFICE = "register/archives-bureau.yaml", "maps/archives-bureau.yaml", "organisation.yaml"


class Name(NamedTuple):
    """A kind of name: what stands in a file, what is written there instead, the word that is wrong in that and the right one."""

    what: str
    file: str
    stands: str
    instead: str
    wrong: str
    right: str


def misspelt(what: str, file: str, stands: str, wrong: str, right: str) -> Name:
    return Name(what, file, stands, stands.replace(right, wrong, 1), wrong, right)


def param(kind: str, key: str, written: str, wrong: str, right: str, /, **params: str) -> Name:
    """A parameter of a control that is added to the matter; all that it needs beside is right."""
    said = "".join(f"    {one}: {value}\n" for one, value in {key: written, **params}.items())
    start = "controls:\n"
    added = f"{start}  - id: added\n    kind: {kind}\n    title: {{zh: 添, en: added}}\n{said}"
    kept = {one.name: one.type.partition(":")[0] for one in KINDS[kind].params}
    return Name(f"{kept[key]} of {kind}", MATTER, start, added, wrong, right)


FALSE = "{zh: 无, en: none}"
RECONCILED = {
    "ledger": "payments", "with": "bank-lines", "key": "entry.bank_reference", "with_key": "entry.reference", "moment": "entry.moment",
    "with_moment": "entry.day", "every": "month", "grace": "10d", "by": "accountant", "within": "5wd", "false_alarms": FALSE,
}  # fmt: skip
BUT_KEY = {name: value for name, value in RECONCILED.items() if name != "key"}
QUOTES = {"at": "[fill]", "least": "3", "price": "amount", "chosen": "payee"}
NAMES = [
    misspelt("unit of a matter", MATTER, "unit: information-centre\n", "information-center", "information-centre"),
    misspelt("unit of a person", OFFICE, "unit: secretariat-1,", "secretariat-l", "secretariat-1"),
    misspelt("unit of a row of the register", REGISTER, "unit: archives-bureau", "archive-bureau", "archives-bureau"),
    misspelt("post of a person", OFFICE, "post: secretariat-1/head", "secretariat-1/haed", "secretariat-1/head"),
    misspelt("member of a body", OFFICE, "members: [director, deputy-director, head]", "deputy-directr", "deputy-director"),
    misspelt("chair of a body", OFFICE, "chair: director", "directr", "director"),
    misspelt("post of a step", MATTER, "    by: rechecker", "recheker", "rechecker"),
    misspelt("applicant of a step", MATTER, "    by: applicant", "aplicant", "applicant"),
    Name("post of another unit", MATTER, "    by: rechecker", "    by: office/auditr", "office/auditr", "office/auditor"),
    misspelt("body of a meeting", MATTER, "    by: office-meeting", "ofice-meeting", "office-meeting"),
    Name("body of another unit", MATTER, "    by: office-meeting", "    by: office/ofice-meeting", "office/ofice-meeting",
         "office/office-meeting"),
    misspelt("field of a form", MATTER, "form: [amount, purpose", "amuont", "amount"),
    misspelt("ledger of a field", MATTER, "type: entry, ledger: budget-lines", "budget-line", "budget-lines"),
    misspelt("ledger of a column", "ledgers/seals.yaml", "ledger: seals,", "seal", "seals"),
    misspelt("person of an entry", "ledgers/seals.yaml", "keeper: gs-keeper,", "gs-keper", "gs-keeper"),
    misspelt("column of an entry", "ledgers/seals.yaml", "keeper: gs-keeper,", "kepeer", "keeper"),
    Name("entry of an entry", "ledgers/seals.yaml", "  - id: seal-uses\n",
         "  - id: seal-uses\n    entries: [{key: one, data: {seal: oficial-seal}}]\n", "oficial-seal", "official-seal"),
    Name("people of an entry", "ledgers/seals.yaml", "  - id: seal-outings\n",
         "  - id: seal-outings\n    entries: [{key: one, data: {companions: [gs-clerk, gs-clark-2]}}]\n", "gs-clark-2", "gs-clerk-2"),
    misspelt("ledger that a step writes", MATTER, "ledger: payments,", "payment", "payments"),
    misspelt("column that a step writes", MATTER, "{payee: payee, amount: paid", "paye", "payee"),
    misspelt("step returned to", MATTER, "returns_to: collect", "colect", "collect"),
    misspelt("step of the flow", MATTER, "  - settle\n", "setle", "settle"),
    misspelt("step that closes a repeat", SEAL, "until: hand_back\n", "hand_bak", "hand_back"),
    misspelt("field of a condition", MATTER, "amount <= small", "amuont", "amount"),
    misspelt("parameter of a condition", MATTER, "amount <= small", "smal", "small"),
    misspelt("field under has()", SEAL, "when: has(incident), do", "incidnt", "incident"),
    misspelt("field of what is written", MATTER, "norm(payee), seller: norm", "paye", "payee"),
    misspelt("column of a list in a condition", MATTER, "i.amount)", "amuont", "amount"),
    misspelt("column of the item in a condition", MATTER, "item.seller)", "seler", "seller"),
    misspelt("column of the entry in a condition", MATTER, "entry.purpose ==", "purpos", "purpose"),
    misspelt("step of a risk", MATTER, "    at: recheck\n", "rechek", "recheck"),
    misspelt("control of a risk", MATTER, "controls: [papers, voucher-count, bank-check,", "paperz", "papers"),
    misspelt("control of a measure", MATTER, "controls: [voucher-count, bank-check, bank-agrees, papers]", "bank-chek", "bank-check"),
    misspelt("row of the register", MATTER, "register: [63]", "630", "63"),
    misspelt("map of a matter", MATTER, "map: 十六（五）}", "十六(五)", "十六（五）"),
    misspelt("map of a row of the register", REGISTER, "map: 十三（一）", "十三(一)", "十三（一）"),
    misspelt("row of a map", MAPS, "row: 36", "360", "36"),
    misspelt("template", SEAL, "extends: seal", "seel", "seal"),
    Name("part of a template", SEAL, "remove: [record/paper", "remove: [controls/keper", "controls/keper", "controls/keeper"),
    misspelt("kind of control", MATTER, "kind: distinct", "distinkt", "distinct"),
    misspelt("parameter of a kind", MATTER, "not_blank: [vouchers]", "not_blanc", "not_blank"),
    misspelt("risk of a drill", DRILLS, "risk: voucher-loss", "vouchers-lost", "voucher-loss"),
    misspelt("person of a drill", DRILLS, "who: ic-rechecker", "ic-recheker", "ic-rechecker"),
    misspelt("step of a drill", DRILLS, "step: recheck}", "rechek", "recheck"),
    misspelt("act of a drill", DRILLS, "act: return", "retrun", "return"),
    misspelt("duty of a drill", DRILLS, "duty: bank-check", "bank-chek", "bank-check"),
    misspelt("file of a drill", DRILLS, "$voucher}", "vouchr", "voucher"),
    misspelt("field of a drill", DRILLS, "data: {amount: 280000", "amuont", "amount"),
    misspelt("column of a drill", DRILLS, "invoices: [{seller: ", "seler", "seller"),
    misspelt("person who votes in a drill", DRILLS, "{person: ic-deputy,", "ic-depty", "ic-deputy"),
    misspelt("ledger of a fact", DRILLS, "fact: bank-lines", "bank-line", "bank-lines"),
    misspelt("column of a fact", DRILLS, "data: {reference: b2026", "referense", "reference"),
    misspelt("control that refuses", DRILLS, "refused: papers", "paperz", "papers"),
    misspelt("control that alarms", DRILLS, "alarmed: slices", "slicez", "slices"),
    misspelt("alarm of a lawful drill", SEAL_DRILLS, "raises: [incident-reported]", "incident-reportd", "incident-reported"),
    misspelt("person of one more post", SEAL_DRILLS, "also: {gs-keeper: deputy-director}", "gs-keper", "gs-keeper"),
    misspelt("stand-in of a drill", SEAL_DRILLS, "stand_ins: {gs-keeper: gs-deputy}", "gs-keper", "gs-keeper"),
    misspelt("whom a stand-in of a drill stands in for", SEAL_DRILLS, "stand_ins: {gs-keeper: gs-deputy}", "gs-depty", "gs-deputy"),
    Name("for whom an act is done", DRILLS, "behalf: ic-deputy,", "behalf: ic-depty,", "ic-depty", "ic-deputy"),
    misspelt("one more post", SEAL_DRILLS, "also: {gs-keeper: registrar}", "registar", "registrar"),
    param("complete", "at", "[collct]", "collct", "collect", fields="[title]"),
    param("complete", "fields", "[titel]", "titel", "title", at="[collect]"),
    param("complete", "when", "amuont > small", "amuont", "amount", at="[fill]", fields="[purpose]"),
    param("deadline", "until", "setle", "setle", "settle", within="2d", escalate="director", false_alarms=FALSE),
    param("deadline", "escalate", "directr", "directr", "director", within="2d", until="settle", false_alarms=FALSE),
    param("deadline", "escalate", "[{post: directr}]", "directr", "director", within="2d", until="settle", false_alarms=FALSE),
    param("deadline", "by", "titel", "titel", "title", until="settle", escalate="director", false_alarms=FALSE),
    param("recur", "every", "moth", "moth", "month", by="accountant", within="2d", false_alarms=FALSE),
    param("qualified", "posts", "[acountant]", "acountant", "accountant", at="[pay]"),
    param("qualified", "holder", "purpos", "purpos", "purpose", at="[pay]", ledger="budget-lines", key="budget_line"),
    param("match", "ledger", "budget-line", "budget-line", "budget-lines", at="[fill]", key="budget_line", that="entry.purpose == purpose"),
    param("match", "that", "payd == amount", "payd", "paid", at="[pay]"),
    param("limit", "max", "amuont", "amuont", "amount", at="[pay]", value="paid"),
    param("match", "key", "budget_lne", "budget_lne", "budget_line", at="[fill]", ledger="budget-lines", that="entry.allowed > amount"),
    param("limit", "key", "budget_lne", "budget_lne", "budget_line", at="[fill]", ledger="budget-lines", value="amount", max="amount"),
    param("match", "each", "invoises", "invoises", "invoices", at="[fill]", that="amount == amount"),
    param("approval", "levels", "[{step: hed}]", "hed", "head", steps="[pay]"),
    param("compete", "quotes", "invoises", "invoises", "invoices", name="seller", apart="[number]", **QUOTES),
    param("compete", "name", "seler", "seler", "seller", quotes="invoices", apart="[number]", **QUOTES),
    param("compete", "apart", "[numbr]", "numbr", "number", quotes="invoices", name="seller", **QUOTES),
    param("pattern", "detector", "spliting", "spliting", "splitting", ledger="payments", settings="{}", false_alarms=FALSE),
    param("pattern", "settings", "{told: paye}", "paye", "payee", ledger="payments", detector="entered", false_alarms=FALSE),
    param("embargo", "readers", "[acountant]", "acountant", "accountant", fields="[title]", at="[collect]", until="settle"),
    param("unique", "key", "norm(titel)", "titel", "title", at="[collect]", ledger="expense-claims"),
    param("reconcile", "key", "entry.bank_referense", "bank_referense", "bank_reference", **BUT_KEY),
    param("reconcile", "with_when", "entry.curency == 'CNY'", "curency", "currency", **RECONCILED),
    param("reconcile", "that", "entry.payee == other.paye", "paye", "payee", **RECONCILED),
    Name("int of together", SEAL, "at_least: least_companions", "at_least: least_companion", "least_companion", "least_companions"),
    Name("people-field of together", SEAL, "    people: companions", "    people: companion", "companion", "companions"),
]  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the built-in catalogue, to be spoilt."""
    copy = tmp_path / "catalogue"
    shutil.copytree(FIVE, copy)
    return copy


def misspell(root: Path, name: Name) -> tuple[str, int]:
    """Write a name wrongly; the file and the line where it stands."""
    file, line = written.replace(root, name.file, name.stands, name.instead)
    return file, line + name.instead[: name.instead.index(name.wrong)].count("\n")


def problems(root: Path) -> tuple[Problem, ...]:
    with pytest.raises(CatalogueError) as caught:
        load(root, declared())
    return caught.value.problems


def says(problem: Problem, name: Name) -> bool:
    """Whether a problem names the wrong word and the right one, in both languages."""
    zh, en = problem.message
    return f"{name.wrong!r}; did you mean {name.right!r}?" in en and f"“{name.wrong}”" in zh and f"是否指“{name.right}”？" in zh


@pytest.mark.parametrize("name", NAMES, ids=[name.what for name in NAMES])
def test_a_name_that_leads_nowhere_is_told_at_its_line_with_the_right_one(root: Path, name: Name) -> None:
    where = misspell(root, name)
    found = problems(root)
    assert [one for one in found if says(one, name) and (one.file, one.line) == where], (where, found)


def test_no_type_of_parameter_that_names_something_is_left_out() -> None:
    types = {one.type.partition(":")[0] for kind in KINDS.values() for one in kind.params}
    tried = {name.what.partition(" of ")[0] for name in NAMES}
    assert types - tried == {"bool", "duration", "durations", "fraction", "share", "words"}, "these name nothing"
