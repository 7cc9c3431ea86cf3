"""Whether the people there are can finish a case at all without one of them doing two jobs that must be apart."""

from __future__ import annotations

from typing import Any

import pytest
from paper_office import ORGANISATION, matter

from lianfang.catalogue.checks.staffing import Missing, staff
from lianfang.catalogue.load import Catalogue
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
    changed("organisation.yaml", hand_over("information-centre/rechecker", "ic-cashier"))
    return changed("organisation.yaml", hand_over("information-centre/cashier", "ic-cashier"))  # type: ignore[no-any-return]


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

    assert missing(changed("organisation.yaml", join)) is None


def test_a_post_that_nobody_holds_is_named(changed: Any) -> None:
    found = missing(changed("organisation.yaml", hand_over("government-services/seal-keeper", "")), SEAL)
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
