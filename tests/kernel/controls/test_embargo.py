"""embargo 禁阅: until the release only the listed readers are shown the fields, or take the steps that show them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import BEGINS, MEMBERS, ORGANISATION, PaperOffice, explains, matter

from lianfang.catalogue.checks.findings import Finding
from lianfang.catalogue.checks.loopholes import loopholes
from lianfang.kernel import Command, Refusal, decide, needs
from lianfang.kernel.build import without
from lianfang.kernel.controls import embargo
from lianfang.kernel.entry import Rejudge, read_json

REVIEW = """
ledgers:
  results: {fields: {score: int}}
record: {title: text, score: int, report: file, remark: text}
steps:
  apply: {by: applicant, form: [title]}
  rate: {by: clerk, form: [score, report]}
  agree: {by: head, kind: approval, returns_to: rate}
  publish: {by: keeper, form: [remark]}
  file: {by: cashier}
flow: [apply, {parallel: [[rate, agree], publish]}, file]
controls:
  - {id: sealed, kind: embargo, fields: [score, report], readers: READERS, at: [rate], until: publish, after: [agree]}
"""
LISTED = REVIEW.replace("READERS", "[deputy, head, clerk]")
BOARD = REVIEW.replace("READERS", "['body:meeting', applicant]")
FIELDS = frozenset({"score", "report"})
PAPER = "a" * 64


def scored(text: str = LISTED, by: str = "ben") -> PaperOffice:
    """An application by Ann that was scored."""
    office = PaperOffice(text)
    assert office.does("ann", "apply", title="plan") is None
    assert office.does(by, "rate", score=87, report=PAPER) is None
    return office


def hidden(office: PaperOffice, who: str) -> frozenset[str]:
    case = office.cases["a"]
    return embargo.hidden(case, who, office.facts(embargo.asks(case.matter, who), office.now))


LIST = {"ben": True, "hua": True, "dan": True, "duo": True, "dora": False, "kit": False, "gil": False, "xu": False}


@pytest.mark.parametrize(("who", "reads"), LIST.items())
def test_who_holds_a_listed_post_today_reads(who: str, reads: bool) -> None:
    """Gil was head until last year; Xu is a clerk of another unit; Duo holds two posts of the list."""
    office = scored()
    assert hidden(office, who) == (frozenset() if reads else FIELDS)
    refusal = office.reads(who, "a", "score")
    if reads:
        assert refusal is None
    else:
        assert explains(refusal, "sealed", "score", "publish", "deputy", "head", "clerk")
        assert refusal is not None
        assert "87" not in str(refusal), "what is in the field is not told"
    assert office.reads(who, "a", "title") is None, "what no embargo names is read by all who see the case"


def test_a_refused_reader_is_told_the_same_whether_something_is_there_or_not() -> None:
    office = PaperOffice(LISTED)
    office.does("ann", "apply", title="plan")
    before = office.reads("kit", "a", "score")
    office.does("ben", "rate", score=87, report=PAPER)
    assert office.reads("kit", "a", "score") == before is not None


def test_members_of_a_listed_body_and_the_applicant_read() -> None:
    office = PaperOffice(BOARD.replace("by: clerk", "by: head"))
    office.does("ann", "apply", title="plan")
    office.does("hua", "rate", score=87, report=PAPER)
    assert {who for who in ORGANISATION.people if not hidden(office, who)} == {*MEMBERS, "ann"}
    assert explains(office.reads("ben", "a", "report"), "sealed", "meeting", "report")


def test_who_is_not_on_the_list_takes_no_step_that_shows_it() -> None:
    office = PaperOffice(REVIEW.replace("READERS", "[head]"))
    office.does("ann", "apply", title="plan")
    refusal = office.does("ben", "rate", score=87, report=PAPER)
    assert explains(refusal, "sealed", "score", "report", "publish", "head")
    assert refusal is not None
    assert refusal.shown == {"readers": ["bureau/head"], "until": "publish"}
    assert office.does("duo", "rate", score=87, report=PAPER) is None, "who is clerk and head is on it"


def test_a_stand_in_who_is_not_listed_neither_reads_nor_takes_it() -> None:
    """Ben, who rates, is away: his stand-in's own posts count, not those that were lent."""
    office = PaperOffice(LISTED)
    office.does("ann", "apply", title="plan")
    for stand_in, taken in (("kit", False), ("hua", True)):
        office.lend("ben", stand_in, ["bureau/clerk"], BEGINS, "2026-04-01T00:00:00Z")
        assert (hidden(office, stand_in) == frozenset()) == taken
        refusal = office.act(stand_in, "a", "rate", "", {"score": 87, "report": PAPER}, behalf="ben")
        assert (refusal is None) == taken
        assert refusal is None or explains(refusal, "sealed", "rate", "score", "clerk")


def test_a_member_of_a_listed_body_takes_it() -> None:
    office = PaperOffice(REVIEW.replace("READERS", "['body:meeting']").replace("by: clerk", "by: deputy"))
    office.does("ann", "apply", title="plan")
    assert office.does("dan", "rate", score=87, report=PAPER) is None


def test_it_is_not_released_before_what_must_be_done_first() -> None:
    office = scored()
    assert explains(office.does("kit", "publish"), "sealed", "agree", "publish", "score", "report")
    assert hidden(office, "kit") == FIELDS
    assert office.does("hua", "agree", act="approve") is None
    assert office.does("kit", "publish") is None


def test_after_the_release_everybody_reads() -> None:
    office = scored()
    office.does("hua", "agree", act="approve")
    assert hidden(office, "xu") == FIELDS, "an approval is no release"
    office.does("kit", "publish")
    assert hidden(office, "xu") == frozenset() == embargo.withheld(office.cases["a"])
    assert office.reads("xu", "a", "score") is None


def test_a_return_to_before_the_release_puts_it_under_embargo_again() -> None:
    text = LISTED.replace("flow: [apply, {parallel: [[rate, agree], publish]}, file]", "flow: [apply, rate, agree, publish, file]")
    text = text.replace("file: {by: cashier}", "file: {by: cashier, kind: approval, returns_to: rate}")
    office = scored(text)
    office.does("hua", "agree", act="approve")
    office.does("kit", "publish")
    assert hidden(office, "xu") == frozenset()
    assert office.does("cai", "file", act="return", opinion="count again") is None
    assert hidden(office, "xu") == FIELDS


def test_a_case_that_ends_without_release_stays_closed() -> None:
    office = scored(LISTED.replace("kind: approval, returns_to: rate", "kind: approval, returns_to: rate"))
    assert office.does("hua", "agree", act="reject", opinion="no") is None
    assert hidden(office, "kit") == FIELDS


def test_a_field_of_two_lists_is_read_by_those_on_both() -> None:
    second = "  - {id: inner, kind: embargo, fields: [score], readers: [deputy, clerk], at: [rate], until: file}\n"
    office = scored(LISTED + second)
    assert [sorted(hidden(office, who)) for who in ("dan", "hua", "kit")] == [[], ["score"], ["report", "score"]]


def test_without_it_everybody_reads() -> None:
    office = scored()
    case = office.cases["a"]._replace(matter=without(office.matter, "sealed"))
    assert embargo.hidden(case, "xu", {"posts:xu": []}) == frozenset()


@given(st.sampled_from([*ORGANISATION.people, "stranger"]), st.lists(st.sampled_from(["rate", "agree", "publish", "file"]), max_size=6))
def test_only_the_list_and_the_release_open_it(who: str, script: list[str]) -> None:
    """Whatever was done and in whatever order: who is not on the list reads exactly when the release was accepted."""
    office = PaperOffice(LISTED)
    office.does("ann", "apply", title="plan")
    actors: dict[str, tuple[str, dict[str, Any]]] = {
        "rate": ("ben", {"score": 1, "report": PAPER}), "agree": ("hua", {"act": "approve"}), "publish": ("kit", {}), "file": ("cai", {}),
    }  # fmt: skip
    accepted = {step for step in script if office.does(actors[step][0], step, **actors[step][1]) is None}
    listed = {f"bureau/{post}" for post in ("deputy", "head", "clerk")} & set(office.posts(who))
    assert "publish" not in accepted or "agree" in accepted
    assert (not hidden(office, who)) == (bool(listed) or "publish" in accepted)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("at: [rate]", "at should hold 'rate': 'score' is in its form"),
        ("at: [rate], until: publish, after: [agree]", "the release can't wait for itself"),
        ("at: [rate], until", "the form of 'file' in at holds none of the fields"),
        ("readers: [deputy", "no post 'deputi'; did you mean 'deputy'"),
        ("readers: [", "no body 'meetin'; did you mean 'meeting'"),
    ],
)
def test_what_does_not_fit_together(wrong: str, told: str) -> None:
    right = {
        "at: [rate]": "at: [publish]",
        "at: [rate], until: publish, after: [agree]": "at: [rate], until: publish, after: [publish]",
        "at: [rate], until": "at: [rate, file], until",
        "readers: [deputy": "readers: [deputi",
        "readers: [": "readers: ['body:meetin', ",
    }
    with pytest.raises(ValueError, match=told):
        matter(LISTED.replace(wrong, right[wrong]))


def test_the_words_of_other_rules_may_tell_of_it() -> None:
    fits = "  - {id: fits, kind: match, at: agree, that: score > 60}\n  - {id: told, kind: complete, at: agree, fields: [remark]}\n"
    one = matter(LISTED + fits)
    assert [embargo.tells(one, name, FIELDS) for name in ("fits", "told", "sealed", "step-order")] == [True, False, False, False]


WRITES = ("key: case_id, open: true, data: {score: score}", "when: score > 60, key: case_id, open: true, data: {}")


def leaks(text: str) -> list[Finding]:
    return [one for one in loopholes(matter(text), ORGANISATION, BEGINS) if one.kind == "leak"]


@pytest.mark.parametrize("write", WRITES)
def test_what_a_ledger_gets_before_the_release_is_a_leak(write: str) -> None:
    step = "rate: {by: clerk, form: [score, report]"
    [one] = leaks(LISTED.replace(step, f"{step}, writes: [{{ledger: results, {write}}}]"))
    assert one.step == "rate"
    assert "results" in one.message.en


def test_what_a_ledger_gets_with_the_release_is_none() -> None:
    writes = "publish: {by: keeper, form: [remark], writes: [{ledger: results, key: case_id, open: true, data: {score: score}}]}"
    text = LISTED.replace("publish: {by: keeper, form: [remark]}", writes)
    assert not leaks(text)


def test_a_branch_and_a_due_date_that_rest_on_it_are_leaks() -> None:
    flow = "flow: [apply, {parallel: [[rate, {choose: [{when: score > 60, do: agree}, {otherwise: []}]}], publish]}, file]"
    branched = LISTED.replace("flow: [apply, {parallel: [[rate, agree], publish]}, file]", flow)
    dated = LISTED.replace("score: int, report", "score: date, report")
    dated += "  - {id: late, kind: deadline, by: score, until: file, escalate: head, false_alarms: {zh: 无, en: none}}\n"
    for text, step, told in ((branched, "agree", "agree"), (dated, "publish", "late")):
        [one] = leaks(text)
        assert (one.step, told in one.message.en) == (step, True)


def reading(office: PaperOffice, who: str, *fields: str) -> dict[str, Any]:
    case = office.cases["a"]
    return {"read": read_json(case, who, fields, office.facts(embargo.asks(case.matter, who), office.now))}


class Unheard(dict[str, Any]):
    """Facts that can't be asked for."""

    def get(self, *_: object) -> Any:
        raise LookupError


def test_where_it_fails_nobody_takes_the_step_and_nothing_is_shown() -> None:
    office = PaperOffice(LISTED)
    office.does("ann", "apply", title="plan")
    case = office.cases["a"]
    plan = case.matter.plan.judged("sealed", dict.fromkeys(case.matter.steps, lambda *_: {}["seal"]))
    act = Command("a", "rate", "do", {"score": 87, "report": PAPER}, "ben", "bureau/clerk", office.now)
    broken, facts = replace(case.matter, plan=plan), office.facts(needs(case.matter, case, act), office.now)
    assert isinstance(decide(case.matter, case, act, facts), list)
    verdict = decide(broken, case, act, facts)
    assert isinstance(verdict, Refusal)
    assert (verdict.control, verdict.shown) == ("sealed", {"error": "KeyError"})
    with pytest.raises(LookupError):
        embargo.hidden(case, "ben", Unheard())


def test_a_reading_is_judged_again() -> None:
    office = scored()
    rejudge = Rejudge(lambda version: office.matter)
    rejudge._cases["a"] = office.cases["a"]
    assert rejudge.check(reading(office, "hua", "score")) is None
    for false in (
        reading(office, "kit", "score"),
        reading(office, "hua", "title"),
        reading(office, "hua"),
        {"read": {**reading(office, "kit", "score")["read"], "facts": {}}},
        {"read": {**reading(office, "hua", "score")["read"], "case": "b"}},
        {"read": {**reading(office, "hua", "score")["read"], "facts": {"posts:hua": "head"}}},
    ):
        assert rejudge.check(false) is not None, false
    office.does("hua", "agree", act="approve")
    office.does("kit", "publish")
    rejudge._cases["a"] = office.cases["a"]
    assert rejudge.check(reading(office, "hua", "score")) is not None, "what is released is read by all, and no entry is made of it"
