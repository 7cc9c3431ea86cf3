"""Deadlines in an office: a day that moves while a step waits, a reminder on the workbench, and rungs that hear one after the other."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from lianfang.office import alerts, desk, engine, installation
from lianfang.office.sweep import sweep
from lianfang.store.models import Entry, Task
from tests import written

SEAL = "government-services/seal"
BEFORE = "    by: return_by\n    until: hand_back\n    escalate: director\n"
AFTER = """    from: [leave, use_outside]
    within: 4h
    until: hand_back
    remind: 1h
    escalate: [director, {post: information-centre/accountant, after: 2h}]
"""


@pytest.fixture
def outing(office: Any, tmp_path: Path, letter: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A seal that is out since ten o'clock, where it is due four hours after it left or was last used."""
    root = tmp_path / "catalogue"
    shutil.copytree(settings.LIANFANG_CATALOGUE, root)
    written.replace(root, f"matters/{SEAL}/matter.yaml", BEFORE, AFTER)
    monkeypatch.setattr(settings, "LIANFANG_CATALOGUE", root)
    office.at("2026-11-25T02:00:00Z")
    engine.reset(office.clock)
    installation.install(demo=True)
    asked = {"title": "现场签约", "document": letter, "copies": 2, "seal": "official-seal", "outing": True, "destination": "区会议中心"}
    case_id = str(office.start("gs-clerk", SEAL, **asked).case_id)
    office.act("gs-deputy", case_id, "approve", "approve")
    office.act("gs-director", case_id, "director", "approve")
    left = office.act("gs-keeper", case_id, "leave", companions=["gs-clerk", "gs-clerk-2"], return_by="2026-11-25T09:00:00Z")
    assert left.accepted, left.refusal
    return case_id


def test_what_still_waits_falls_due_anew(office: Any, outing: str, letter: str) -> None:
    waits = Task.objects.get(case_id=outing, step="hand_back")
    assert waits.due == "2026-11-25T06:00:00Z"
    office.at("2026-11-25T03:00:00Z")
    used = office.act("gs-keeper", outing, "use_outside", stamped=letter, impressions=2)
    assert used.accepted, used.refusal
    again = Task.objects.get(case_id=outing, step="hand_back")
    assert (again.due, again.since) == ("2026-11-25T07:00:00Z", waits.since)


def test_it_is_reminded_of_in_its_last_hour(office: Any, outing: str) -> None:
    for now, soon in (("04:59:59", False), ("05:00:00", True), ("06:00:00", True), ("06:00:01", False)):
        office.at(f"2026-11-25T{now}Z")
        line = next(line for line in desk.waiting("gs-registrar").lines if line.id == outing)
        assert (now, line.soon) == (now, soon)


def test_each_rung_hears_in_its_turn_and_in_evidence_of_its_own(office: Any, outing: str) -> None:
    heard = {}
    for now in ("06:00:00", "06:00:01", "08:00:00", "08:00:01", "09:00:00"):
        office.at(f"2026-11-25T{now}Z")
        sweep()
        heard[now] = [sum(outing in alert.cases for alert in alerts.alerts(who).lines) for who in ("gs-director", "ic-accountant")]
    assert heard == {"06:00:00": [0, 0], "06:00:01": [1, 0], "08:00:00": [1, 0], "08:00:01": [2, 1], "09:00:00": [2, 1]}
    told = [entry.body for entry in Entry.objects.filter(control="handed-back", kind="alert")]
    assert len(told) == 2
    told = alerts.alerts("ic-accountant").lines[0].explanation
    assert "2 小时" in told.zh
    assert "more than 2 hours late" in told.en
