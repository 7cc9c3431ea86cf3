"""Whoever has a step to do asks others for their opinion first, and does it when they have answered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paper_office import PaperOffice
from test_beside import FRIDAY, VOTE, Beside, told

from lianfang.kernel.beside import offered
from lianfang.kernel.decide import needs
from lianfang.kernel.entry import judge
from lianfang.kernel.model import Command, CommandError

CLAIM = """
record: {bill: {type: text, required: true}}
flow: [fill, check, {parallel: [[look], [meet]]}, report, {repeat: {acts: [lend], until: close}}, pay]
steps:
  fill: {by: applicant, form: [bill]}
  check: {by: head, kind: approval, returns_to: fill}
  look: {by: clerk}
  meet: {by: meeting, kind: meeting, returns_to: fill}
  report: {by: applicant}
  lend: {by: keeper}
  close: {by: head}
  pay: {by: cashier}
controls:
  - {id: apart, kind: distinct, steps: [check, pay]}
  - {id: agreed, kind: approval, steps: [pay], levels: [{step: check}]}
"""
ANSWER = {"step": "check", "agrees": True, "opinion": "已核"}


def filed(text: str = CLAIM) -> Beside:
    office = Beside(text)
    office.now = FRIDAY
    assert office.does("ann", "fill", bill="1") is None
    return office


def asked(*people: str, step: str = "check", by: str = "hua") -> Beside:
    office = filed()
    assert office.beside(by, "consult", step=step, people=[*people], opinion="价格是否合理") is None
    return office


def answers(office: Beside, who: str, agrees: bool = True, step: str = "check") -> Any:
    return office.beside(who, "advise", step=step, agrees=agrees, opinion="已核")


def missing(office: Beside) -> list[str]:
    return [one.person for one in office.cases["a"].asking]


def test_nothing_is_decided_before_everybody_who_was_asked_has_answered() -> None:
    office = asked("ben", "dora")
    told(office.does("hua", "check"), "consult-open", "ben", "dora", "check")
    assert answers(office, "ben", agrees=False) is None
    told(office.does("hua", "check"), "consult-open", "dora")
    refusal = office.does("hua", "check")
    assert refusal is not None
    assert "“ben”" not in refusal.message.zh
    assert answers(office, "dora") is None
    assert office.does("hua", "check") is None, "an opinion decides nothing: Ben did not agree"
    given = office.cases["a"].asked
    assert [(one.person, one.by, one.why, one.agrees, one.words) for one in given] == [
        ("ben", "hua", "价格是否合理", False, "已核"), ("dora", "hua", "价格是否合理", True, "已核"),
    ]  # fmt: skip
    office.sound()


def test_it_is_no_approval() -> None:
    """Dan's opinion does not stand for the level that is missing."""
    office = asked("dan")
    answers(office, "dan")
    assert "check" not in office.cases["a"].acts
    told(office.does("cai", "pay"), "agreed")
    told(office.does("dan", "check"), "step-post")


@pytest.mark.parametrize(
    ("who", "data", "said"),
    [
        ("ann", {}, "check"),  # it is not her step
        ("dan", {}, "check"),
        ("hua", {"step": "report"}, "report"),  # not its turn
        ("hua", {"people": ["hua"]}, "hua"),
        ("hua", {"people": ["ben", "ann"]}, "ann"),  # the applicant
        ("hua", {"people": ["gil"]}, "gil"),  # held a post once
        ("hua", {"people": ["nobody"]}, "nobody"),
        ("hua", {"people": ["cai"]}, "pay"),  # who pays is somebody else than who checks
    ],
)
def test_it_is_asked_by_who_has_the_step_of_who_may_answer(who: str, data: dict[str, Any], said: str) -> None:
    office = filed()
    told(office.beside(who, "consult", **{"step": "check", "people": ["ben"], "opinion": "x", **data}), "consult-people", said)
    assert missing(office) == []
    office.sound()


def test_nobody_is_asked_twice_at_once_and_again_once_they_answered() -> None:
    office = asked("ben")
    told(office.beside("hua", "consult", step="check", people=["dora", "ben"], opinion="x"), "consult-people", "ben")
    assert missing(office) == ["ben"], "nor anybody beside them"
    answers(office, "ben")
    assert office.beside("hua", "consult", step="check", people=["ben"], opinion="再问") is None
    told(office.does("hua", "check"), "consult-open", "ben")
    office.sound()


def test_only_who_is_asked_answers_and_once() -> None:
    office = asked("ben")
    for who in ("dora", "hua", "ann", "xu"):
        told(answers(office, who), "consult-answer", "check")
    told(answers(office, "ben", step="pay"), "consult-answer", "pay")
    assert answers(office, "ben") is None
    told(answers(office, "ben", agrees=False), "consult-answer")
    assert office.cases["a"].asked[0].agrees is True
    office.sound()


def test_who_left_can_not_answer_and_the_asker_takes_it_back() -> None:
    office = Beside(CLAIM)
    office.now = "2025-12-30T01:00:00Z"
    office.does("ann", "fill", bill="1")
    assert office.beside("duo", "consult", step="check", people=["gil"], opinion="x") is None
    office.now = "2026-01-05T01:00:00Z"
    told(answers(office, "gil"), "consult-answer")
    assert office.beside("duo", "recall", step="check") is None
    assert office.does("duo", "check") is None
    office.sound()


def test_the_asking_is_taken_back_by_who_has_the_step() -> None:
    office = asked("ben", "dora")
    answers(office, "dora", agrees=False)
    told(office.beside("dora", "recall", step="check"), "consult-people", "check")
    told(office.beside("ben", "recall", step="check"), "consult-people", "check")
    office.beside("hua", "transfer", step="check", person="duo", opinion="外出")
    told(office.beside("hua", "recall", step="check"), "transfer-order", "duo")
    assert office.beside("duo", "recall", step="check") is None
    assert [one.person for one in office.cases["a"].asked] == ["dora"], "what was answered stays"
    told(office.beside("duo", "recall", step="check"), "consult-people", "check")
    told(answers(office, "ben"), "consult-answer")
    assert office.does("duo", "check") is None
    office.sound()


@pytest.mark.parametrize(("act", "status"), [("return", "open"), ("reject", "rejected")])
def test_returning_and_rejecting_are_possible_and_end_it(act: str, status: str) -> None:
    office = asked("ben", "dora")
    answers(office, "dora")
    assert office.does("hua", "check", act=act, opinion="不合规") is None
    assert office.status() == status
    assert missing(office) == []
    told(answers(office, "ben"), "consult-answer" if act == "return" else "step-order")
    if act == "return":
        office.does("ann", "fill", bill="2")
        assert office.cases["a"].asked == (), "what they said was about what was returned"
        assert office.does("hua", "check") is None
    office.sound()


def test_a_withdrawn_case_waits_for_nobody() -> None:
    office = asked("ben")
    assert office.beside("ann", "withdraw") is None
    assert missing(office) == []
    office.sound()


def test_a_step_that_does_not_come_any_more_waits_for_nobody() -> None:
    office = filed()
    for who, step, data in (("hua", "check", {}), ("ben", "look", {}), ("dora", "meet", VOTE), ("ann", "report", {})):
        assert office.act(who, "a", step, "", data) is None
    assert office.beside("kit", "consult", step="lend", people=["ben"], opinion="x") is None
    assert office.does("hua", "close") is None, "another step waits for nobody"
    assert missing(office) == []
    office.sound()


def test_who_advised_on_a_step_takes_none_that_has_to_be_somebody_elses() -> None:
    """Dan is no cashier when he is asked; when he becomes one, the case is not his to pay."""
    office = asked("dan")
    answers(office, "dan")
    for who, step, data in (("hua", "check", {}), ("ben", "look", {}), ("dora", "meet", VOTE), ("ann", "report", {}), ("hua", "close", {})):
        assert office.act(who, "a", step, "", data) is None
    small = office.copy({"dan": "bureau/cashier"})
    refusal = small.act("dan", "a", "pay", "", {})
    assert refusal is not None
    assert (refusal.control, refusal.shown["advised"]) == ("apart", "check")
    assert office.does("cai", "pay") is None


def test_who_did_what_has_to_be_somebody_elses_gives_no_opinion() -> None:
    office = filed(CLAIM.replace("steps: [check, pay]}", "steps: [check, look]}"))
    office.does("duo", "check")
    told(office.beside("ben", "consult", step="look", people=["duo"], opinion="x"), "consult-people", "duo", "check")
    assert office.beside("ben", "consult", step="look", people=["hua"], opinion="x") is None, "another head did it"
    office.sound()


@pytest.mark.parametrize("absent", ["ann", "hua"])
def test_no_stand_in_of_the_applicant_or_the_asker_answers(absent: str) -> None:
    office = PaperOffice(CLAIM)
    office.now = FRIDAY
    office.does("ann", "fill", bill="1")
    office.act("hua", "a", "", "consult", {"step": "check", "people": ["ben"], "opinion": "x"})
    office.lend(absent, "ben", ["bureau/clerk", "bureau/head"], "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")
    refusal = office.act("ben", "a", "", "advise", ANSWER)
    told(refusal, "consult-answer", absent)


def test_a_stand_in_does_not_decide_before_the_answer_either() -> None:
    office = PaperOffice(CLAIM)
    office.now = FRIDAY
    office.does("ann", "fill", bill="1")
    office.act("hua", "a", "", "consult", {"step": "check", "people": ["ben"], "opinion": "x"})
    office.lend("hua", "dan", ["bureau/head"], "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")
    told(office.act("dan", "a", "check", "approve", {}, behalf="hua"), "consult-open", "ben")
    assert office.act("ben", "a", "", "advise", ANSWER) is None
    assert office.actors["a"].keys() == {"ann", "hua", "ben"}, "who advised had a part in it: in draws, and for cases that are linked"
    assert office.act("dan", "a", "check", "approve", {}, behalf="hua") is None


def test_a_meeting_asks_nobody_by_one_of_its_members() -> None:
    office = filed()
    office.does("hua", "check")
    told(office.beside("dora", "consult", step="meet", people=["ben"], opinion="x"), "consult-people", "meet")


def test_the_applicant_asks_about_a_step_of_their_own() -> None:
    office = filed()
    for who, step, data in (("hua", "check", {}), ("ben", "look", {}), ("dora", "meet", VOTE)):
        assert office.act(who, "a", step, "", data) is None
    assert office.beside("ann", "consult", step="report", people=["hua"], opinion="x") is None
    told(office.does("ann", "report"), "consult-open", "hua")


@pytest.mark.parametrize(
    ("act", "data", "field"),
    [
        ("consult", {"people": ["ben"], "opinion": "x"}, "step"),
        ("consult", {"step": "chek", "people": ["ben"], "opinion": "x"}, "step"),
        ("consult", {"step": "check", "opinion": "x"}, "people"),
        ("consult", {"step": "check", "people": [], "opinion": "x"}, "people"),
        ("consult", {"step": "check", "people": ["ben", "ben"], "opinion": "x"}, "people"),
        ("consult", {"step": "check", "people": ["ben"], "opinion": " "}, "opinion"),
        ("advise", {"step": "check", "opinion": "x"}, "agrees"),
        ("advise", {"step": "check", "agrees": "yes", "opinion": "x"}, "agrees"),
        ("advise", {"step": "check", "agrees": True}, "opinion"),
        ("recall", {}, "step"),
        ("recall", {"step": "check", "people": ["ben"]}, "people"),
    ],
)
def test_what_is_malformed_is_told_and_not_kept(act: str, data: dict[str, Any], field: str) -> None:
    office = asked("dora")
    kept = len(office.log)
    with pytest.raises(CommandError) as error:
        office.beside("hua", act, **data)
    assert [one.field for one in error.value.errors] == [field]
    assert len(office.log) == kept


def test_an_answer_makes_an_open_form_stale_and_the_asking_does_not() -> None:
    office = filed()
    n = office.cases["a"].n
    office.beside("hua", "consult", step="check", people=["ben"], opinion="x")
    assert not office.cases["a"].moved_since(n)
    answers(office, "ben")
    assert office.cases["a"].moved_since(n), "who decides has not read it"


def test_what_is_offered_is_what_would_be_accepted() -> None:
    office = asked("ben", "dora")
    answers(office, "dora")
    tried = (("consult", {"people": ["kit"], "opinion": "x"}), ("advise", {"agrees": True, "opinion": "x"}), ("recall", {}))
    for person in ("ann", "ben", "dora", "hua", "duo", "xu", "gil"):
        case = office.cases["a"]
        could = offered(case, person, office.posts(person), office.now)
        for act, data in tried:
            one = Command("a", "", act, {"step": "check", **data}, person, "", office.now)
            verdict = judge(office.matter, case, one, office.facts(needs(office.matter, case, one), office.now))
            assert (act in could) == (verdict.refusal is None), (person, act, verdict.refusal)


SHORT = """
record: {bill: {type: text, required: true}}
flow: [fill, check, pay]
steps:
  fill: {by: applicant, form: [bill]}
  check: {by: head, kind: approval, returns_to: fill}
  pay: {by: cashier}
"""
TRIES = st.one_of(
    st.tuples(
        st.sampled_from(["hua", "cai", "ben"]), st.just("consult"), st.sampled_from(["check", "pay"]), st.sampled_from(["ben", "dora"])
    ),
    st.tuples(st.sampled_from(["ben", "dora"]), st.just("advise"), st.sampled_from(["check", "pay"]), st.just("")),
    st.tuples(st.sampled_from(["hua", "cai"]), st.just("recall"), st.sampled_from(["check", "pay"]), st.just("")),
    st.sampled_from([("hua", "approve", "check", ""), ("hua", "return", "check", ""), ("cai", "do", "pay", ""), ("ann", "do", "fill", "")]),
)


@settings(max_examples=150)
@given(tries=st.lists(TRIES, max_size=25))
def test_paid_means_that_everybody_who_was_asked_has_answered(tries: list[tuple[str, str, str, str]]) -> None:
    """Whatever is tried in whichever order: at each step that passes, nobody's answer is missing, by a tally of what passed before."""
    office, waited = filed(SHORT), set[tuple[str, str]]()
    for who, act, step, person in tries:
        if act in ("consult", "advise", "recall"):
            more = {"consult": {"people": [person]}, "advise": {"agrees": False}, "recall": {}}[act]
            passed = office.beside(who, act, step=step, **more, **({} if act == "recall" else {"opinion": "x"})) is None
            assert not (passed and act == "advise") or (step, who) in waited
        else:
            data = {"do": {"bill": "1"} if step == "fill" else {}, "approve": {}, "return": {"opinion": "x"}}[act]
            passed = office.act(who, "a", step, act, data) is None
            assert not passed or act == "return" or not {one for one in waited if one[0] == step}, (step, waited)
        if passed:
            waited |= {(step, person)} if act == "consult" else set()
            waited -= {(step, who)} if act == "advise" else {one for one in waited if one[0] == step and act in ("recall", "return")}
        assert waited == {(one.step, one.person) for one in office.cases["a"].asking}
    office.sound()
