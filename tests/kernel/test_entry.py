"""The log judges itself: an entry judged again comes out the same; a verdict, a fact or an order that was touched does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from paper_office import PaperOffice

from lianfang.kernel.decide import needs
from lianfang.kernel.entry import Rejudge, command_of, events_of, fold, judge, refusal_json, refusal_of
from lianfang.kernel.model import Command

CLAIM = """
ledgers:
  bills: {fields: {payee: text}}
  lines: {fields: {purpose: text}, entries: {office: {purpose: office}}}
record: {number: {type: text, required: true}, line: text}
steps:
  fill: {by: applicant, form: [number, line], writes: [{ledger: bills, key: norm(number), data: {payee: line}}]}
  check: {by: head, kind: approval, returns_to: fill}
controls:
  - {id: once, kind: unique, at: fill, ledger: bills, key: norm(number)}
  - {id: line, kind: match, at: fill, ledger: lines, key: line, that: "entry.purpose == 'office'"}
"""
FACT = {"fact": {"ledger": "lines", "key": "office", "data": {"purpose": "office"}}}


def log() -> tuple[PaperOffice, list[Any]]:
    """A claim paid, one refused for its invoice, one sent back, mended and rejected."""
    office, entries = PaperOffice(CLAIM), [FACT]
    script = [
        ("a", "ann", "fill", "do", {"number": "7", "line": "office"}),
        ("b", "ben", "fill", "do", {"number": "7", "line": "office"}),
        ("a", "hua", "check", "approve", {}),
        ("c", "ben", "fill", "do", {"number": "8", "line": "office"}),
        ("c", "hua", "check", "return", {"opinion": "号码有误"}),
        ("c", "ben", "fill", "do", {"number": "9"}),
        ("c", "hua", "check", "reject", {"opinion": "不予报销"}),
        ("d", "ben", "fill", "do", {"number": "9", "line": "office"}),
    ]
    for name, who, step, act, data in script:
        case = office.cases.get(name) or office.matter.new_case(name)
        one = Command(name, step, act, data, who, "bureau/head" if who == "hua" else "", office.now)
        judged = judge(office.matter, case, one, office.facts(needs(office.matter, case, one), office.now))
        entries.append(judged.entry)
        if judged.refusal is None:
            office.cases[name] = judged.case
            office.ledgers.apply(name, judged.changes)
    return office, json.loads(json.dumps(entries))


def faults(office: PaperOffice, entries: list[Any]) -> list[int]:
    found = list(Rejudge({office.matter.version: office.matter}.__getitem__).faults(enumerate(entries)))
    assert all(message.zh and message.en for _, message in found)
    return [index for index, _ in found]


def test_the_whole_log_comes_out_the_same() -> None:
    office, entries = log()
    assert [sorted(entry["verdict"]) for entry in entries[1:]] == [["events"], ["refusal"], *[["events"]] * 6]
    assert faults(office, entries) == []
    for name, case in office.cases.items():
        assert fold(office.matter.new_case(name), [e for e in entries[1:] if e["case"] == name]) == case


def test_a_refused_opening_belongs_to_no_case() -> None:
    _, entries = log()
    assert entries[2]["case"] is None
    refusal = refusal_of(entries[2])
    assert refusal is not None
    assert refusal_json(refusal) == entries[2]["verdict"]["refusal"]
    assert events_of(entries[2]) == []
    assert command_of(entries[2]).actor == "ben"


CHANGES = [
    (1, "verdict", {"refusal": None}),
    (1, "verdict", {"events": [{"kind": "opened", "to": ""}]}),
    (1, "n", 2),
    (1, "case", "z"),
    (1, "matter", "bureau/other"),
    (1, "version", "0" * 64),
    (2, "verdict", {"events": [{"kind": "opened", "to": ""}, {"kind": "done", "to": ""}]}),
    (2, "facts", {}),
    (4, "command", None),
]


@pytest.mark.parametrize(("index", "key", "value"), CHANGES)
def test_what_was_touched_is_found_at_its_leaf(index: int, key: str, value: Any) -> None:
    office, entries = log()
    entries[index][key] = value
    if key == "case":
        assert faults(office, entries) == [2, 3], "the opening itself holds under any name; the refusal that names it does not"
    else:
        assert min(faults(office, entries)) == index


@pytest.mark.parametrize("words", ["message", "remedy"])
def test_a_refusal_told_in_other_words_is_the_same_refusal(words: str) -> None:
    """A later release says it better: what people were told before stays as it was told."""
    office, entries = log()
    rejudge = Rejudge({office.matter.version: office.matter}.__getitem__)
    entries[2]["verdict"]["refusal"][words] = {"zh": "从前的说法", "en": "As it was put before"}
    assert [rejudge.check(entry) for entry in entries] == [None] * len(entries)
    assert rejudge.reworded == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("control", "line"),
        ("kind", "match"),
        ("family", "watch"),
        ("risk", "another"),
        ("source", {"zh": "另一句", "en": "Another sentence"}),
        ("shown", {}),
        ("shown", {"key": "7", "case": "c"}),
        ("message", None),
        ("message", {"zh": "只有中文"}),
        ("remedy", {"zh": "好", "en": "well", "more": 1}),
        ("more", 1),
    ],
)
def test_another_substance_or_no_words_at_all_is_another_refusal(key: str, value: Any) -> None:
    office, entries = log()
    refusal = entries[2]["verdict"]["refusal"]
    assert refusal.get(key) != value
    refusal[key] = value
    assert faults(office, entries) == [2]


@pytest.mark.parametrize(
    ("key", "value", "holds"),
    [
        ("risk", "risk", True),
        ("source", {"zh": "从前的一句", "en": "The sentence of before"}, True),
        ("risk", "another", False),
        ("control", "step-post", False),
        ("shown", {}, False),
    ],
)
def test_which_risk_the_order_of_steps_guards_is_told_and_not_judged(key: str, value: Any, holds: bool) -> None:
    """A matter doesn't say it: an earlier release took the matter's first risk."""
    office, entries = log()
    case = office.matter.new_case("e")
    early = Command("e", "check", "approve", {}, "hua", "bureau/head", office.now)
    entry = json.loads(json.dumps(judge(office.matter, case, early, {"posts:hua": ["bureau/head"]}).entry))
    assert entry["verdict"]["refusal"]["control"] == "step-order"
    assert entry["verdict"]["refusal"][key] != value
    entry["verdict"]["refusal"][key] = value
    assert faults(office, [*entries, entry]) == ([] if holds else [len(entries)])


@pytest.mark.parametrize("key", ["message", "remedy", "shown", "risk"])
def test_a_refusal_that_lacks_something_does_not_hold(key: str) -> None:
    office, entries = log()
    del entries[2]["verdict"]["refusal"][key]
    assert faults(office, entries) == [2]


@pytest.mark.parametrize(
    ("index", "name", "fact"),
    [
        (1, "entry:bills:7", {"case": "x", "data": {}, "open": True}),
        (1, "entry:lines:office", {"case": None, "data": {"purpose": "office", "more": 1}, "open": True}),
        (1, "entry:lines:office", None),
        (2, "entry:bills:7", None),
        (2, "entry:bills:7", {"case": "a", "data": {"payee": "office"}, "open": False}),
        (8, "entry:bills:9", {"case": "c", "data": {"payee": "office"}, "open": True}),
        (1, "posts:hua", []),
        (3, "posts:hua", []),
    ],
)
def test_a_fact_that_the_log_does_not_bear_out_is_found(index: int, name: str, fact: Any) -> None:
    office, entries = log()
    entries[index]["facts"][name] = fact
    assert index in faults(office, entries)


@pytest.mark.parametrize("gone", range(8))
def test_a_leaf_that_is_gone_is_missed_by_what_rests_on_it(gone: int) -> None:
    """Only a refusal, and the last acts of a case, have nothing after them to miss them: for those there is the tree."""
    office, entries = log()
    del entries[gone]
    nothing_rests_on = {2, 3, 7} if gone != 7 else set()
    assert (faults(office, entries) == []) == (gone in nothing_rests_on)


def test_acts_in_another_order_do_not_hold() -> None:
    office, entries = log()
    entries[1], entries[3] = entries[3], entries[1]
    assert min(faults(office, entries)) == 1


def test_a_rejected_claim_frees_what_it_held() -> None:
    office, entries = log()
    assert entries[8]["facts"]["entry:bills:9"] is None
    assert dict(office.ledgers.rows("bills"))["9"]["case"] == "d"
    assert "8" not in dict(office.ledgers.rows("bills"))
