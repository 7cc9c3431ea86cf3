"""Whether the people there are can finish a case at all without one of them doing two jobs that must be apart."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paper_office import ORGANISATION, matter

from lianfang.catalogue.checks.fewest import Meeting, Place, fewest
from lianfang.catalogue.checks.report import check
from lianfang.catalogue.checks.staffing import Missing, staff, unchecked
from lianfang.catalogue.load import Catalogue
from lianfang.kernel.hands import Apart, Quorum
from tests.five import five

EXPENSE, SEAL = "information-centre/expense", "government-services/seal"
AT = "2026-03-02T01:00:00Z"


def missing(catalogue: Catalogue, matter: str = EXPENSE, at: str = AT) -> Missing | None:
    return staff(catalogue.matters[matter].matter, catalogue.organisation, at)


def hand_over(post: str, person: str) -> Any:
    """Everybody leaves a post, and one person holds it from now on besides their own."""

    def change(organisation: Any) -> None:
        for one in organisation["people"]:
            one["posts"] = [held for held in one["posts"] if held["post"] != post]
            if one["login"] == person:
                one["posts"].append({"post": post, "from": "2025-01-01"})

    return change


@pytest.mark.parametrize("matter", [EXPENSE, SEAL])
def test_the_demo_office_can_finish_its_matters(matter: str) -> None:
    assert missing(five(), matter) is None


@pytest.fixture
def short_staffed(changed: Any) -> Catalogue:
    """One person is both the only rechecker and the only cashier."""
    changed("organisation.yaml", hand_over("information-centre/rechecker", "ic-cashier"), drills=False)
    return changed("organisation.yaml", hand_over("information-centre/cashier", "ic-cashier"), drills=False)  # type: ignore[no-any-return]


def test_nobody_pays_what_they_rechecked(short_staffed: Catalogue) -> None:
    found = missing(short_staffed)
    assert found is not None
    assert len(found.posts) == 1, "one person more would do"
    assert found.posts[0] in ("information-centre/cashier", "information-centre/rechecker")
    assert "pay" in found.path
    assert "人员" in found.message.zh


def test_a_second_person_at_the_post_is_enough(short_staffed: Catalogue, changed: Any) -> None:
    def join(organisation: Any) -> None:
        person = next(one for one in organisation["people"] if one["login"] == "ic-accountant")
        person["posts"].append({"post": "information-centre/rechecker", "from": "2025-01-01"})

    assert missing(changed("organisation.yaml", join, drills=False)) is None


def test_a_post_that_nobody_holds_is_named(changed: Any) -> None:
    found = missing(changed("organisation.yaml", hand_over("government-services/seal-keeper", ""), drills=False), SEAL)
    assert found is not None
    assert found.posts == ("government-services/seal-keeper",)
    assert "印章保管人" in found.message.zh


def test_who_has_not_begun_yet_does_not_count() -> None:
    found = missing(five(), SEAL, "2001-01-01T00:00:00Z")
    assert found is not None
    assert "government-services/deputy-director" in found.posts


APART = """
record: {what: text}
steps: {fill: {by: clerk, form: [what]}, check: {by: cashier, kind: approval, returns_to: fill}, pay: {by: cashier}}
controls:
  - {id: apart, kind: distinct, steps: [fill, check, pay]}
"""


def test_two_more_people_at_one_post_are_told_as_two() -> None:
    """Cai alone is cashier, and the two steps of the cashiers are kept apart."""
    found = staff(matter(APART), ORGANISATION, AT)
    assert found is not None
    assert found.posts == ("bureau/cashier",)
    nobody = staff(matter(APART), ORGANISATION, "2001-01-01T00:00:00Z")
    assert nobody is not None
    assert nobody.posts == ("bureau/cashier", "bureau/cashier", "bureau/clerk")
    assert "cashier (2 people)" in nobody.message.en
    assert "cashier〕 2 人" in nobody.message.zh
    assert "fill → check → pay" in nobody.message.en


def test_three_at_a_post_where_nobody_is() -> None:
    three = APART.replace("pay: {by: cashier}}", "pay: {by: cashier}, book: {by: cashier}}").replace("check, pay]", "check, pay, book]")
    found = staff(matter(three), ORGANISATION, "2001-01-01T00:00:00Z")
    assert found is not None
    assert found.posts == (*["bureau/cashier"] * 3, "bureau/clerk")


def test_who_lacks_the_post_that_a_gate_asks_for_does_not_count() -> None:
    """The clerk's step may be taken by deputies only: nobody is both."""
    asked = APART + "  - {id: only, kind: qualified, at: [fill], posts: [deputy]}\n"
    found = staff(matter(asked.replace("steps: [fill, check, pay]", "steps: [fill, check]")), ORGANISATION, AT)
    assert found is not None
    assert found.posts == ("bureau/clerk",)
    both = asked.replace("posts: [deputy]", "posts: [head]").replace("steps: [fill, check, pay]", "steps: [fill, check]")
    assert staff(matter(both), ORGANISATION, AT) is None, "duo is clerk and head"


def test_steps_of_one_applicant_that_are_kept_apart_can_be_manned_by_nobody() -> None:
    own = APART.replace("fill: {by: clerk", "fill: {by: applicant").replace(
        "check: {by: cashier, kind: approval, returns_to: fill}", "check: {by: applicant}"
    )
    found = staff(matter(own), ORGANISATION, AT)
    assert found is not None
    assert found.posts == ("applicant",)
    assert (
        found.message.en == "matter: “fill”, “check” are all the applicant's own and must be different people's: it can never be finished"
    )


SAMPLED = """
ledgers: {checks: {fields: {period: text, actors: people}}}
record: {large: bool}
steps:
  fill: {by: clerk, form: [large]}
  agree: {by: cashier, kind: approval, returns_to: fill}
  meet: {by: meeting, kind: meeting, returns_to: fill}
flow: [fill, {choose: [{when: "!large", do: [agree]}, {otherwise: [meet]}]}]
controls:
  - {id: votes, kind: collective, at: meet, quorum: 1/2, majority: 1/2, base: present}
  - {id: again, kind: sample, share: 10%, every: month, ledger: checks, by: BY, within: 5d, false_alarms: {zh: 无, en: none}}
"""


@pytest.mark.parametrize(("by", "way"), [
    ("cashier", ["fill", "agree"]),
    ("director", ["fill", "meet"]),
    ("[director, cashier]", ["fill", "meet"]),
    ("clerk", None),
    ("[director, clerk]", None),
])  # fmt: skip
def test_somebody_is_left_to_check_what_may_be_drawn(by: str, way: list[str] | None) -> None:
    """Cai is the only cashier and votes with the director; of the three clerks one fills it in."""
    found = [*unchecked(matter(SAMPLED.replace("BY", by)), ORGANISATION, AT)]
    assert [[*one.path] for one in found] == ([way] if way else [])
    for one in found:
        assert "抽中没有旁人能查的办件" in one.message.zh
        assert "Name one more post in `by`" in one.message.en
        assert " → ".join(one.path) in one.message.en


def test_a_sample_that_nobody_can_check_is_a_fault_of_the_catalogue(changed: Any) -> None:
    def own(value: Any) -> None:
        value["controls"].append({
            "id": "again", "kind": "sample", "title": {"zh": "抽查", "en": "again"}, "share": 1, "every": "month", "ledger": "leak-checks",
            "by": "cashier", "within": "5d", "false_alarms": {"zh": "无", "en": "none"},
        })  # fmt: skip
        value["risks"][1]["controls"].append("again")

    def alone(value: Any) -> None:
        for person in value["people"]:
            if person["login"] != "ic-cashier":
                person["posts"] = [held for held in person["posts"] if held["post"] != "information-centre/cashier"]

    changed("organisation.yaml", alone, drills=False)
    (found,) = check(changed(f"matters/{EXPENSE}/matter.yaml", own, drills=False), AT).missing
    assert (found.matter, found.posts) == (EXPENSE, ("information-centre/cashier",))


STEPS = ["fill", "check", "pay", "again", "twice"]
POSTS = ["bureau/clerk", "bureau/cashier", "bureau/cashier"]


@given(
    st.lists(st.frozensets(st.sampled_from(["a", "b"])), min_size=5, max_size=5),
    st.lists(st.frozensets(st.sampled_from(STEPS), min_size=2, max_size=3), max_size=3),
)
@settings(max_examples=40)
def test_no_smaller_set_of_people_would_do(able: list[frozenset[str]], apart: list[frozenset[str]]) -> None:
    """Every way to give the steps to the people and to two newcomers a post is tried; the applicant takes two of them."""
    may = {step: (*people,) for step, people in zip(STEPS, able, strict=True)}
    could = [[*may[step], f"+{post}", f"++{post}"] for step, post in zip(STEPS, POSTS, strict=False)]
    came = []
    for *three, applicant in product(*could, [*able[3] & able[4], "+applicant"]):
        takes = dict(zip(STEPS, [*three, applicant, applicant], strict=True))
        if all(len({takes[step] for step in group}) == len(group) for group in apart):
            came.append(len({person for person in takes.values() if person.startswith("+")}))
    places = [Place((step,), post, may[step]) for step, post in zip(STEPS, POSTS, strict=False)]
    places.append(Place(("again", "twice"), "applicant", (*(able[3] & able[4]),)))
    found = fewest(places, [], [Apart((*group,)) for group in apart])
    assert (len(found) if found is not None else None) == min(came, default=None)


@given(
    st.integers(min_value=0, max_value=5),
    st.lists(st.frozensets(st.sampled_from("abcdefg"), min_size=1), min_size=0, max_size=3),
    st.sampled_from([(1, 2), (2, 3), (1, 1)]),
    st.sampled_from([(0, 1), (1, 2)]),
)
@settings(max_examples=40)
def test_a_meeting_is_short_of_no_smaller_set(
    members: int, able: list[frozenset[str]], quorum: tuple[int, int], more: tuple[int, int]
) -> None:
    """Who takes one of the steps does not attend; every number of newcomers, every way to give the steps out, everyone recused or not."""
    body, names = "abcde"[:members], ["s0", "s1", "s2"][: len(able)]

    def held(new: int, out: int) -> bool:
        return any(
            present >= 2 and present * quorum[1] >= entitled * quorum[0] and present * more[1] > entitled * more[0]
            and 2 * entitled > members + new
            for back in range(out + 1)
            if (entitled := members + new - back) and (present := members + new - out) >= 0
        )  # fmt: skip

    taken = [len({*who} & {*body}) for who in product(*able)]
    least = next(new for new in range(20) if any(held(new, out) for out in taken))
    found = fewest(
        [Place((name,), "post", (*sorted(people),)) for name, people in zip(names, able, strict=True)],
        [Meeting(Quorum("meet", quorum, more), "body:b", (*body,))],
        [Apart((name,), ("meet",)) for name in names],
    )
    assert found is not None
    assert len(found) <= least
    if not found:
        assert least == 0
