"""What is late comes before somebody: who is there, who may see it, and who is not the one who is late."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lianfang.catalogue.checks.deadlines import unheard
from tests import written
from tests.five import five

SEAL, OFFICE = "matters/government-services/seal/matter.yaml", "organisation.yaml"
EXPENSE = "matters/information-centre/expense/matter.yaml"
AT = "2026-03-02T01:00:00Z"


def leave(*posts: str) -> Callable[[Any], None]:
    """Everybody leaves some posts."""

    def change(organisation: Any) -> None:
        for one in organisation["people"]:
            one["posts"] = [held for held in one["posts"] if held["post"] not in posts]

    return change


def escalate(post: Any) -> Callable[[Any], None]:
    """Let the return of a seal escalate to a post."""

    def change(matter: Any) -> None:
        next(one for one in matter["controls"] if one["id"] == "handed-back")["escalate"] = post

    return change


def told(catalogue: Any) -> list[str]:
    return [problem.message.en for problem in unheard(catalogue, AT)]


def test_the_built_in_deadlines_are_heard_of() -> None:
    assert told(five()) == []


def test_a_deadline_that_escalates_to_a_post_that_nobody_holds(changed: Any) -> None:
    found = list(unheard(changed(OFFICE, leave("government-services/director")), AT))
    assert [one.message.en for one in found] == [
        f"“{title}” escalates to Director (government-services/director), and no one is that now"
        for title in ("The seal is handed back in time", "Back in its cabinet soon after use or return")
    ]
    where = [written.line_of(five().root, SEAL, f"- id: {control}\n") for control in ("handed-back", "put-away")]
    assert [(one.file, one.line) for one in found] == where
    assert {one.check for one in found} == {"deadline"}
    assert "逾期报给局长（government-services/director），现在没有人担任" in found[0].message.zh


@pytest.mark.parametrize(
    ("post", "why"),
    [
        ("registrar", ["escalates to Registrar, whose own step “Seal handed back” is late"]),
        ("seal-keeper", []),
        ("deputy-director", []),
        ([{"post": "director"}, {"post": "registrar", "after": "3d"}], ["escalates to Registrar, whose own step"]),
        ("office/discipline-inspector", []),
    ],
)
def test_a_deadline_that_escalates_to_who_is_late(changed: Any, post: Any, why: list[str]) -> None:
    found = told(changed(SEAL, escalate(post)))
    assert len(found) == len(why)
    assert all(words in message for words, message in zip(why, found, strict=True)), found


def test_a_duty_that_nobody_does_or_accepts(changed: Any) -> None:
    found = told(changed(OFFICE, leave("information-centre/voucher-keeper", "information-centre/accountant")))
    assert [message.partition(",")[0] for message in found] == [
        "“Financial seals and vouchers are counted monthly” is due from Keeper of financial seals and vouchers"
        " (information-centre/voucher-keeper)",
        "“Financial seals and vouchers are counted monthly” is accepted by Accountant (information-centre/accountant)",
        "“Monthly bank reconciliation” is due from Accountant (information-centre/accountant)",
        "“Every payment agrees with a bank line” is due from Accountant (information-centre/accountant)",
    ]


def test_alerts_that_nobody_sees(changed: Any) -> None:
    """Without anybody who leads the centre the inspectors and auditors still see its alerts; without them nobody does."""
    leading = [f"information-centre/{post}" for post in ("director", "deputy", "department-head", "head")]
    unled = changed(OFFICE, leave(*leading), drills=False)
    assert not any("nobody sees" in message for message in told(unled))
    found = told(changed(OFFICE, leave("office/discipline-inspector", "office/auditor"), drills=False))
    assert [message for message in found if "nobody sees the alerts of “Watch for sliced claims”" in message]
    assert all("Information Centre" in message for message in found if "nobody sees" in message)
