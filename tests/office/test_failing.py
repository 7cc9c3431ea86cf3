"""A watch or a duty whose rule fails says so as an alert, and keeps no other from being looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lianfang.kernel.controls import KINDS
from lianfang.office import alerts
from lianfang.office.sweep import sweep
from lianfang.store.models import Alert, Entry

SEAL, WINDOW = "government-services/seal", "government-services/window"
FOUND = {"pattern", "deadline", "channel", "recur", "pledge"}
"""The kinds that find something in the office of these tests."""


def failing(*_: object, **__: object) -> Any:
    raise LookupError


def no_turns(kind: str) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setitem(KINDS, kind, replace(KINDS[kind], turns=failing))


BREAK: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "channel deadline": lambda patch: patch.setattr("lianfang.office.sweep.due", failing),
    "pattern": lambda patch: patch.setattr("lianfang.watch.engine.find", failing),
    "reconcile": lambda patch: patch.setattr("lianfang.office.reconciling.compare", failing),
    "recur": no_turns("recur"),
    "pledge": no_turns("pledge"),
}


@pytest.fixture
def busy(window: Any, claim: Any, letter: str) -> Any:
    """Three slices of a claim, a seal that is out and a complaint that nobody answers; months go by."""
    for number in range(3):
        claim(290_000, f"s{number}")
    window.start("ic-clerk", f"{WINDOW}/suggestion-box", sort="tip", title="插队", about=[], text="后来的先办了。")
    asked = {"title": "现场签约", "document": letter, "copies": 2, "seal": "official-seal", "outing": True, "destination": "区会议中心"}
    case_id = window.start("gs-clerk", SEAL, **asked).case_id
    for person, step in (("gs-deputy", "approve"), ("gs-director", "director")):
        window.act(person, case_id, step, "approve")
    left = window.act("gs-keeper", case_id, "leave", companions=["gs-clerk", "gs-clerk-2"], return_by="2026-12-07T09:00:00Z")
    assert left.accepted, left.refusal
    return window


def told() -> set[str]:
    return {alert.kind for alert in Alert.objects.exclude(about__startswith="failed|")}


def later(office: Any) -> None:
    office.settle()
    office.at("2027-02-25T02:00:00Z")
    sweep()


def test_what_the_office_finds_when_nothing_fails(busy: Any) -> None:
    later(busy)
    assert told() == FOUND
    assert not Alert.objects.filter(about__startswith="failed|").exists()


@pytest.mark.parametrize("kind", sorted(BREAK))
def test_a_kind_that_fails_is_told_and_the_others_go_on(busy: Any, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a rule does wrong, who looks after it hears that it found nothing because it failed."""
    BREAK[kind](monkeypatch)
    later(busy)
    failed = Alert.objects.filter(about__startswith="failed|LookupError")
    assert {alert.kind for alert in failed} == {*kind.split()}
    assert told() >= FOUND - {*kind.split()}
    assert all("没能检查" in alert.explanation_zh and "could not be looked at" in alert.explanation_en for alert in failed)
    assert any("没能检查" in line.explanation.zh for line in alerts.alerts("inspector").lines)
    before = Entry.objects.count()
    sweep()
    assert Entry.objects.count() == before, "once, not at every sweep"


def test_what_is_mended_finds_what_was_missed(busy: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        BREAK["pattern"](patch)
        busy.settle()
        sweep()
        assert "pattern" not in told()
    sweep()
    assert "pattern" in told()


def test_what_still_fails_after_its_alert_was_closed_is_told_again_once_a_day(busy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    BREAK["reconcile"](monkeypatch)
    later(busy)
    failed = Alert.objects.filter(about__startswith="failed|")
    many = failed.count()

    def swept(moment: str) -> int:
        """How many are open after a sweep, when all were closed before it."""
        failed.update(status=Alert.CLOSED, stage="closed")
        busy.at(moment)
        sweep()
        return failed.filter(status=Alert.OPEN).count()

    assert swept("2027-02-25T03:00:00Z") == many > 0
    assert all("2027-02-25 仍然出错" in one.explanation_zh and "still failed on 2027-02-25" in one.explanation_en for one in failed)
    assert swept("2027-02-25T04:00:00Z") == 0
    assert swept("2027-02-26T03:00:00Z") == many
