"""distinct 不相容岗位: who filled in a claim neither checks nor pays it, whatever posts they hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, explains, matter

CLAIM = """
record: {what: text}
steps:
  fill: {by: applicant, form: [what]}
  note: {by: clerk}
  check: {by: head, kind: approval, returns_to: fill}
controls: [{id: apart, kind: distinct, steps: [fill, check]}]
"""


def test_two_people_do_what_one_may_not() -> None:
    office = PaperOffice(CLAIM)
    assert office.does("ann", "fill") is None
    assert office.does("ann", "note") is None, "the note is not among the steps that are kept apart"
    assert office.does("hua", "check") is None


def test_the_same_person_under_another_post_is_still_the_same_person() -> None:
    """Duo is clerk and head."""
    office = PaperOffice(CLAIM)
    office.does("duo", "fill")
    office.does("ann", "note")
    refusal = office.does("duo", "check")
    assert explains(refusal, "apart", "fill", "check")
    assert refusal is not None
    assert refusal.shown == {"person": "duo", "did": "fill", "now": "check"}
    assert office.does("hua", "check") is None


def test_one_may_return_what_one_may_not_approve() -> None:
    """A return gives nothing away; so Duo may send the own claim back and mend it."""
    office = PaperOffice(CLAIM)
    office.does("duo", "fill")
    office.does("ann", "note")
    assert office.does("duo", "check", act="return", opinion="我自己的，请他人核") is None
    assert office.cases["a"].waiting == ("fill",)


def test_what_a_return_undid_no_longer_counts() -> None:
    office = PaperOffice(CLAIM)
    office.does("ann", "fill")
    office.does("ann", "note")
    office.does("hua", "check", act="return", opinion="请补")
    assert "note" not in office.cases["a"].acts


@given(st.lists(st.sampled_from(["ann", "ben", "duo", "hua"]), min_size=3, max_size=3))
def test_no_completed_case_has_one_person_on_both_sides(people: list[str]) -> None:
    office = PaperOffice(CLAIM)
    for who, step in zip(people, ("fill", "note", "check"), strict=True):
        office.does(who, step)
    if office.status() == "completed":
        acts = office.cases["a"].acts
        assert acts["fill"][0].actor != acts["check"][0].actor


def test_one_step_alone_keeps_nobody_apart() -> None:
    with pytest.raises(ValueError, match="at least two different steps"):
        matter(CLAIM.replace("[fill, check]", "[fill, fill]"))


LINKED = """
record: {what: text, contract: {type: entry, ledger: contracts}}
ledgers: {contracts: {fields: {}, entries: {old: {}}}}
flow: [fill, {choose: [{when: "has(contract)", do: [accept]}, {otherwise: true, do: [sign]}]}]
steps:
  fill: {by: applicant, form: [what, contract]}
  sign: {by: head, writes: [{ledger: contracts, key: what}]}
  accept: {by: head}
controls: [{id: apart, kind: distinct, steps: [accept], also: contract}]
"""


def test_who_acted_in_the_case_that_this_one_comes_from_does_not_act_here() -> None:
    office = PaperOffice(LINKED.replace("{otherwise: true, do: [sign]}", "{otherwise: [sign]}"))
    office.does("ann", "fill", "first", what="c1")
    office.does("hua", "sign", "first")
    office.does("ben", "fill", contract="c1")
    refusal = office.does("hua", "accept")
    assert explains(refusal, "apart", "c1", "contract")
    assert office.does("duo", "accept") is None
    office.does("ann", "fill", "b", contract="old")
    assert office.does("hua", "accept", "b") is None, "what comes from no case bars nobody"


def test_a_stand_in_of_who_acted_there_does_not_act_here_either() -> None:
    office = PaperOffice(LINKED.replace("{otherwise: true, do: [sign]}", "{otherwise: [sign]}"))
    office.does("ann", "fill", "first", what="c1")
    office.does("hua", "sign", "first")
    office.lend("hua", "duo", ["bureau/keeper"], "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
    office.does("ben", "fill", contract="c1")
    assert explains(office.does("duo", "accept"), "apart", "hua")


KIN = """
record: {what: text}
ledgers: {kin: {fields: {related: {type: list, of: {who: text}}}, entries: {
  ann: {related: [{who: hua}]}, hua: {related: []}, ben: {related: []}, duo: {related: [{who: ben}]}}}}
steps:
  fill: {by: applicant, form: [what]}
  check: {by: head, kind: approval, returns_to: fill}
controls: [{id: apart, kind: distinct, steps: [fill, check], relatives: kin, related: related}]
"""


@pytest.mark.parametrize(
    ("first", "second", "told"), [("ann", "hua", "ann"), ("ben", "duo", "ben"), ("ben", "hua", ""), ("ann", "duo", "")]
)
def test_relatives_are_kept_apart_whoever_declared_it(first: str, second: str, told: str) -> None:
    office = PaperOffice(KIN)
    office.does(first, "fill")
    refusal = office.does(second, "check")
    assert explains(refusal, "apart", told) if told else refusal is None


def test_who_declared_nothing_does_not_act() -> None:
    office = PaperOffice(KIN)
    office.does("xu", "fill")
    assert explains(office.does("hua", "check"), "apart", "xu", "kin")


@pytest.mark.parametrize(
    ("wrong", "said"), [("steps: [fill]", "two different"), ("also: what", "entry of a ledger"), ("relatives: kin", "related")]
)
def test_what_does_not_fit_together_is_told(wrong: str, said: str) -> None:
    text = KIN.replace(
        "steps: [fill, check], relatives: kin, related: related", wrong if wrong[:5] == "steps" else f"steps: [fill, check], {wrong}"
    )
    with pytest.raises(ValueError, match=said):
        matter(text)


MET = """
record: {what: text}
steps:
  propose: {by: applicant, form: [what]}
  meet: {by: meeting, kind: meeting}
  carry: {by: keeper}
controls:
  - {id: apart, kind: distinct, steps: [propose, meet, carry], VOTERS}
  - {id: vote, kind: collective, at: meet, quorum: 1/2, majority: 1/2, base: present}
"""
MEMBERS = ["cai", "dan", "dora", "hua"]


def met(voters: str, propose: str, present: list[str]) -> tuple[PaperOffice, Any]:
    """Somebody proposes, and the director records who met."""
    office = PaperOffice(MET.replace("VOTERS", voters))
    assert office.does(propose, "propose") is None
    votes = [{"person": one, "vote": "for"} for one in present]
    return office, office.does("dora", "meet", attendance=present, votes=votes)


def test_who_votes_neither_proposes_nor_carries_out_where_it_says_so() -> None:
    """Kit is a member of the meeting and the keeper who carries out what it decides."""
    assert explains(met("voters: true", "kit", [*MEMBERS, "kit"])[1], "apart", "kit", "propose", "meet")
    office, refusal = met("voters: true", "ann", [*MEMBERS, "kit"])
    assert refusal is None
    assert explains(office.does("kit", "carry"), "apart", "meet", "carry")
    office, refusal = met("voters: true", "ann", MEMBERS)
    assert refusal is None and office.does("kit", "carry") is None


def test_without_it_only_who_records_a_meeting_did_it() -> None:
    office, refusal = met("voters: false", "ann", [*MEMBERS, "kit"])
    assert refusal is None and office.does("kit", "carry") is None
    assert met("voters: false", "kit", [*MEMBERS, "kit"])[1] is None
    assert explains(met("voters: false", "dora", MEMBERS)[1], "apart", "propose", "meet")
