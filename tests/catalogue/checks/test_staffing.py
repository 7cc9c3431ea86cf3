"""Whether the people there are can finish a case at all without one of them doing two jobs that must be apart."""

from __future__ import annotations

from typing import Any

import pytest

from lianfang.catalogue.checks.staffing import Missing, staff
from lianfang.catalogue.load import Catalogue, load

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
    assert missing(load(), matter) is None


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
    found = missing(load(), SEAL, "2001-01-01T00:00:00Z")
    assert found is not None
    assert "government-services/deputy-director" in found.posts
