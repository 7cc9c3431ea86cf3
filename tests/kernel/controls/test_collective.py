"""collective 集体决策: a meeting of enough members decides by more than half; nobody votes twice, absent, recused or for another."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import MEMBERS, PaperOffice, explains, matter

from lianfang.kernel.model import CommandError

DECISION = """
record: {what: text}
steps:
  ask: {by: applicant, form: [what]}
  meet: {by: meeting, kind: meeting}
controls: [{id: vote, kind: collective, at: meet, quorum: 2/3, majority: 1/2, base: present}]
"""
OF_ALL = DECISION.replace("base: present", "base: entitled")
WITHOUT_APPLICANT = DECISION.replace("base: present", "base: present, without_applicant: true")
ALL = ["cai", "dan", "dora", "duo", "hua", "kit"]
"""The six members: the holders of head (two), deputy, director, keeper and cashier."""


def meeting(text: str, present: list[str], favour: list[str], applicant: str = "ann", **more: Any) -> Any:
    office = PaperOffice(text)
    assert office.does(applicant, "ask") is None
    votes = [{"person": person, "vote": "for" if person in favour else "against"} for person in present]
    return office.does("dora", "meet", **{"attendance": present, "votes": votes, **more})


def test_the_members_are_those_who_hold_the_posts() -> None:
    assert list(MEMBERS) == ALL


@pytest.mark.parametrize("present", range(7))
def test_quorum_to_the_last_member(present: int) -> None:
    """Two thirds of six are four."""
    refusal = meeting(DECISION, ALL[:present], ALL[:present])
    if present >= 4:
        assert refusal is None
    else:
        assert explains(refusal, "vote", 6, present, "2/3", 4)


@pytest.mark.parametrize("favour", range(7))
def test_more_than_half_to_the_last_voter(favour: int) -> None:
    """Three of six are exactly half, which is not more than half."""
    refusal = meeting(DECISION, ALL, ALL[:favour])
    if favour >= 4:
        assert refusal is None
    else:
        assert explains(refusal, "vote", favour, 6, "1/2")


def test_of_those_present_or_of_all() -> None:
    """Three of four present are a majority of those present, and exactly half of all six."""
    assert meeting(DECISION, ALL[:4], ALL[:3]) is None
    assert explains(meeting(OF_ALL, ALL[:4], ALL[:3]), "vote", 3, 6)
    assert meeting(OF_ALL, ALL[:4], ALL[:4]) is None


def test_who_is_recused_counts_on_neither_side() -> None:
    """Of five that remain, two thirds are four."""
    assert meeting(DECISION, ALL[:4], ALL[:3], recused=["kit"]) is None
    assert explains(meeting(DECISION, ALL[:3], ALL[:3], recused=["kit"]), "vote", 5, 3, 4)


@pytest.mark.parametrize("present", [["kit", *ALL[:4]], ALL])
def test_who_is_recused_is_not_there(present: list[str]) -> None:
    refusal = meeting(DECISION, present, ALL[:4], recused=["kit"])
    assert explains(refusal, "vote", 1)
    assert refusal.shown == {"recused": ["kit"]}


def test_who_is_recused_has_no_vote_from_outside_the_room() -> None:
    votes = [{"person": person, "vote": "for"} for person in [*ALL[:4], "kit"]]
    refusal = meeting(DECISION, ALL[:4], ALL[:4], recused=["kit"], votes=votes)
    assert explains(refusal, "vote")
    assert refusal.shown["absent"] == ["kit"]


def test_one_person_is_no_meeting_however_many_are_recused() -> None:
    assert explains(meeting(DECISION, ["cai"], ["cai"], recused=ALL[1:]), "vote", 6, 1)


def test_more_than_half_is_left_after_the_recusals() -> None:
    """Three of six are exactly half: not enough; four are."""
    assert explains(meeting(DECISION, ALL[:3], ALL[:3], recused=ALL[3:]), "vote", 6, 3)
    assert meeting(DECISION, ALL[:4], ALL[:4], recused=ALL[4:]) is None


def test_the_applicant_neither_sits_nor_votes() -> None:
    refusal = meeting(WITHOUT_APPLICANT, ALL, ALL, applicant="kit")
    assert explains(refusal, "vote", 1)
    assert refusal.shown == {"recused": ["kit"]}
    assert meeting(WITHOUT_APPLICANT, ALL[:4], ALL[:4], applicant="kit") is None
    assert meeting(DECISION, ALL, ALL, applicant="kit") is None, "where the rule does not ask for it"


def test_a_stranger_is_not_counted() -> None:
    refusal = meeting(DECISION, [*ALL[:4], "ann"], ALL[:4])
    assert explains(refusal, "vote", 1, "meeting")
    assert refusal.shown == {"strangers": ["ann"]}


@pytest.mark.parametrize(
    ("votes", "twice", "absent"),
    [(["cai", "cai", "dan", "dora", "duo"], ["cai"], []), (["cai", "dan", "dora", "hua"], [], ["hua"]), (ALL, [], ["hua", "kit"])],
)
def test_one_vote_each_and_only_by_who_is_there(votes: list[str], twice: list[str], absent: list[str]) -> None:
    refusal = meeting(DECISION, ALL[:4], [], votes=[{"person": person, "vote": "for"} for person in votes])
    assert explains(refusal, "vote")
    assert refusal.shown == {"twice": twice, "absent": absent}


def test_a_meeting_that_nobody_attended_decides_nothing() -> None:
    office = PaperOffice(DECISION)
    office.does("ann", "ask")
    assert explains(office.does("dora", "meet", attendance=[], votes=[]), "vote", 6, 0)
    assert explains(office.does("dora", "meet", attendance=[], votes=[]), "vote", 6, 0)


def test_abstaining_is_not_agreeing() -> None:
    votes = [{"person": person, "vote": "for" if person in ALL[:3] else "abstain"} for person in ALL]
    assert explains(meeting(DECISION, ALL, [], votes=votes), "vote", 3, 6)


def test_a_body_without_members_can_neither_meet_nor_record() -> None:
    office = PaperOffice(DECISION.replace("by: meeting", "by: empty"))
    office.does("ann", "ask")
    refusal = office.does("dora", "meet", attendance=["dora"], votes=[{"person": "dora", "vote": "for"}])
    assert refusal is not None
    assert refusal.control == "step-post"


def test_any_member_records_and_nobody_else() -> None:
    office = PaperOffice(DECISION)
    office.does("ann", "ask")
    votes = [{"person": person, "vote": "for"} for person in ALL]
    outsider = office.does("ann", "meet", attendance=ALL, votes=votes)
    assert outsider is not None
    assert outsider.control == "step-post"
    assert office.does("kit", "meet", attendance=ALL, votes=votes) is None


people = st.lists(st.sampled_from(ALL), unique=True)


@given(people, people, people, st.sampled_from([DECISION, OF_ALL]))
def test_carried_means_quorum_and_majority(present: list[str], favour: list[str], recused: list[str], text: str) -> None:
    there, agreed = set(present), set(favour) & set(present)
    entitled = set(ALL) - set(recused)
    base = len(there) if text is DECISION else len(entitled)
    lawful = (
        len(entitled) > len(ALL) / 2
        and there <= entitled
        and len(there) >= max(2, Fraction(2, 3) * len(entitled))
        and len(agreed) > Fraction(1, 2) * base
    )
    assert (meeting(text, present, favour, recused=recused) is None) == lawful


SECRET = DECISION.replace("base: present", "base: present, secret: true")
SECRET_OF_ALL = OF_ALL.replace("base: entitled", "base: entitled, secret: true")


def ballot(text: str, present: list[str], favour: int, against: int = 0, abstain: int = 0, **more: Any) -> Any:
    tally = {"for": favour, "against": against, "abstain": abstain}
    office = PaperOffice(text)
    office.does("ann", "ask")
    return office.does("dora", "meet", **{"attendance": present, "cast_by": present, "counts": tally, **more})


@pytest.mark.parametrize("favour", range(7))
def test_a_secret_ballot_carries_by_its_counts_and_a_tie_does_not(favour: int) -> None:
    refusal = ballot(SECRET, ALL, favour, 6 - favour)
    assert refusal is None if favour >= 4 else explains(refusal, "vote", favour, 6, "1/2")


def test_a_secret_ballot_is_carried_by_those_present_or_by_all() -> None:
    assert ballot(SECRET, ALL[:4], 3, 1) is None
    assert explains(ballot(SECRET_OF_ALL, ALL[:4], 3, 1), "vote", 3, 6)
    assert ballot(SECRET_OF_ALL, ALL[:4], 4) is None


@pytest.mark.parametrize(
    ("voters", "twice", "absent"),
    [(["cai", "cai", "dan", "dora"], ["cai"], []), (["cai", "dan", "dora", "hua"], [], ["hua"]), ([*ALL[:4], "ann"], [], ["ann"])],
)
def test_nobody_votes_twice_by_proxy_or_as_a_stranger(voters: list[str], twice: list[str], absent: list[str]) -> None:
    refusal = ballot(SECRET, ALL[:4], 4, cast_by=voters)
    assert explains(refusal, "vote")
    assert refusal.shown == {"twice": twice, "absent": absent}


def test_more_ballots_than_voters_are_void_and_one_not_put_in_is_none() -> None:
    refusal = ballot(SECRET, ALL, 6, cast_by=ALL[:5])
    assert explains(refusal, "vote", 6, 5)
    assert refusal.shown == {"cast": 6, "voted": 5}
    assert ballot(SECRET, ALL, 4) is None


def test_who_voted_what_is_not_taken_at_a_secret_ballot_and_is_demanded_at_an_open_one() -> None:
    votes = [{"person": person, "vote": "for"} for person in ALL]
    for more in ({"votes": votes}, {"counts": {"for": 6}}, {"counts": {"for": -1, "against": 0, "abstain": 7}}, {"cast_by": [1]}):
        with pytest.raises(CommandError):
            ballot(SECRET, ALL, 6, **more)
    for data in ({"votes": votes}, {"cast_by": ALL}, {"counts": {"for": 6, "against": 0, "abstain": 0}}):
        office = PaperOffice(SECRET)
        office.does("ann", "ask")
        with pytest.raises(CommandError):
            office.does("dora", "meet", attendance=ALL, **data)
    with pytest.raises(CommandError):
        ballot(DECISION, ALL, 6, votes=votes)


def test_only_a_meeting_decides_together() -> None:
    with pytest.raises(ValueError, match="'ask' is not a meeting"):
        matter(DECISION.replace("at: meet,", "at: ask,"))
