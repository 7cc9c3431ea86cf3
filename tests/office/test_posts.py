"""Who holds a post, and from when to when: by the calendar of the office, and for every right that comes from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lianfang.office import installation
from lianfang.office.acts import case_number
from lianfang.office.engine import engine
from lianfang.office.people import posts_of
from lianfang.store.models import Holding

EXPENSE = "information-centre/expense"


@pytest.fixture
def ended() -> Callable[[str, str], None]:
    """Ends the posts of a person on a day."""

    def end(person: str, day: str) -> None:
        assert Holding.objects.filter(person_id=person).update(until=day)

    return end


def test_who_has_left_starts_nothing(office: Any, ended: Callable[[str, str], None]) -> None:
    scan = office.file("凭证.txt", "增值税普通发票", "ic-clerk-2")
    invoice = {"seller": "宝文印务", "number": "1", "date": "2026-11-02", "amount": 1}
    claim = {"title": "印制材料费", "payee": "宝文印务", "vouchers": scan}
    assert office.start("ic-clerk-2", EXPENSE, invoices=[invoice], **claim).accepted
    ended("ic-clerk-2", "2020-01-01")
    outcome = office.start("ic-clerk-2", EXPENSE, invoices=[{**invoice, "number": "2"}], **claim)
    assert not outcome.accepted
    assert outcome.refusal.control == "own-staff"


def test_a_post_ends_with_the_day_of_the_office(office: Any, ended: Callable[[str, str], None]) -> None:
    """At 16:00 UTC the next day has begun in the office."""
    ended("ic-clerk", "2026-11-25")
    office.at("2026-11-24T15:59:59Z")
    assert posts_of("ic-clerk")
    office.at("2026-11-24T16:00:00Z")
    assert not posts_of("ic-clerk")


def test_a_case_carries_the_day_of_the_office() -> None:
    assert case_number("2026-11-24T15:59:59Z").startswith("20261124-")
    assert case_number("2026-11-24T16:00:00Z").startswith("20261125-")
    early, late = case_number("2026-11-24T16:00:00Z"), case_number("2026-11-25T15:59:59Z")
    assert early < late


def test_installing_again_gives_nobody_a_post_back(office: Any, ended: Callable[[str, str], None]) -> None:
    ended("ic-clerk", "2020-01-01")
    engine()
    installation.install(demo=True)
    assert not posts_of("ic-clerk")
