"""What can't be said of an approval: that it passes by itself, counts for another, is skipped or jumped. Each is tried here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PEOPLE, PaperOffice, matter

from lianfang.catalogue.schema import StepSpec
from lianfang.kernel.controls import KINDS
from lianfang.kernel.flow import Choose, Each, Node, Parallel, Repeat, Sequence, StepNode
from lianfang.kernel.model import ACTS, Refusal
from lianfang.kernel.schedule import Duration

CLAIM = """
record: {what: text}
steps:
  fill: {by: clerk, form: [what]}
  check: {by: head, kind: approval, returns_to: fill}
  sign: {by: head, kind: approval, returns_to: fill}
  meet: {by: empty, kind: meeting, returns_to: fill}
  pay: {by: cashier}
controls:
  - {id: late, kind: deadline, from: [fill], within: 1d, until: check, escalate: director, false_alarms: {zh: 〔x〕, en: x}}
"""


@pytest.fixture
def office() -> PaperOffice:
    """An office in which a claim waits for its check."""
    made = PaperOffice(CLAIM)
    assert made.does("ann", "fill") is None
    return made


def test_time_alone_passes_nothing(office: PaperOffice) -> None:
    """A year after its deadline the claim is alarmed, and still waits for the same person."""
    before = office.cases["a"]
    office.wait(Duration.parse("366d"))
    assert [alarm.control for alarm in office.alarms] == ["late"]
    assert office.cases["a"] == before
    refusal = office.does("cai", "pay")
    assert isinstance(refusal, Refusal)
    assert refusal.control == "step-order"


@pytest.mark.parametrize("nobody", ["", "system", "stranger"])
def test_nobody_is_no_approver(office: PaperOffice, nobody: str) -> None:
    refusal = office.does(nobody, "check")
    assert refusal is not None
    assert refusal.control == "step-post"
    assert office.cases["a"].waiting == ("check",)


def test_a_body_without_members_does_not_pass(office: PaperOffice) -> None:
    assert office.does("hua", "check") is None
    assert office.does("hua", "sign") is None
    for who in PEOPLE:
        refusal = office.does(who, "meet", attendance=[], votes=[])
        assert refusal is not None
        assert refusal.control == "step-post"
    assert office.cases["a"].waiting == ("meet",)


def test_one_approval_does_not_count_for_the_next(office: PaperOffice) -> None:
    """Hua gives both, and has to give both."""
    assert office.does("hua", "check") is None
    assert office.cases["a"].waiting == ("sign",)
    refusal = office.does("cai", "pay")
    assert refusal is not None
    assert refusal.control == "step-order"


def test_an_applicant_who_could_approve_is_not_skipped() -> None:
    """Duo is clerk and head: the check waits all the same, and is an act of its own."""
    office = PaperOffice(CLAIM)
    assert office.does("duo", "fill") is None
    assert office.cases["a"].waiting == ("check",)
    assert office.does("duo", "check") is None
    assert [act.actor for act in office.cases["a"].acts["check"]] == ["duo"]


@given(st.lists(st.sampled_from(["fill", "check", "sign", "meet", "pay"]), max_size=6))
def test_no_step_is_taken_but_the_one_where_the_case_stands(steps: list[str]) -> None:
    office = PaperOffice(CLAIM)
    posts = {"fill": "ann", "check": "hua", "sign": "hua", "meet": "hua", "pay": "cai"}
    for step in steps:
        before = office.cases["a"].waiting if "a" in office.cases else ("fill",)
        refusal = office.does(posts[step], step, **({"attendance": [], "votes": []} if step == "meet" else {}))
        assert (refusal is None) == (step in before and step != "meet")


def test_the_language_has_no_word_for_it() -> None:
    """A new act, a new key of a step, a new block of the flow or a watch that judges needs a proof of its own in ``checks/loopholes``.
    A ``batch`` needs none: nothing is judged by it, and each of its cases is judged as if it came alone."""
    assert {act for acts in ACTS.values() for act in acts} == {"do", "approve", "resolve", "return", "reject"}
    keys = {"title", "kind", "by", "form", "headings", "returns_to", "note", "writes", "final", "rejects", "batch"}
    assert set(StepSpec.model_fields) == keys
    assert set(Node.__args__) == {StepNode, Sequence, Choose, Parallel, Each, Repeat}
    assert all((kind.build is not None) == (kind.family == "gate") for kind in KINDS.values()), "no watch and no duty judges an act"
    assert matter(CLAIM).plan.steps["check"].judges == ()
