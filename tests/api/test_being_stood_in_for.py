"""Stand-ins through the interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

NAMED = {"stand_in": "gs-keeper-2", "first": "2026-11-30", "last": "2026-12-04"}


def test_a_program_names_acts_and_ends(office: Any, caller: Callable[[str], Any], application: str) -> None:
    office.at("2026-11-30T01:00:00Z")
    deputy, keeper = caller("gs-deputy"), caller("gs-keeper-2")
    made = deputy.post("/stand-ins", NAMED)
    assert made.status_code == 201, made.json()
    assert made.json()["posts"] == ["government-services/deputy-director"]
    office.at("2026-11-30T03:00:00Z")
    assert keeper.get("/stand-ins").json() == deputy.get("/stand-ins").json() == {"stand_ins": [made.json()]}
    assert [task["behalf"] for task in keeper.get("/tasks").json()["tasks"]] == ["gs-deputy"]
    own = keeper.post(f"/cases/{application}/commands", {"step": "approve", "act": "approve"})
    assert own.json()["refusal"]["control"] == "step-post"
    done = keeper.post(f"/cases/{application}/commands", {"step": "approve", "act": "approve", "behalf": "gs-deputy"})
    assert done.status_code == 200, done.json()
    event = keeper.get(f"/cases/{application}/events").json()["events"][-1]
    assert event["body"]["command"]["behalf"] == "gs-deputy"
    named = {name: made.json()[name] for name in ("stand_in", "person", "since")}
    assert deputy.post("/stand-ins/end", named).status_code == 200
    office.at("2026-11-30T04:00:00Z")
    assert deputy.get("/stand-ins").json() == {"stand_ins": []}
    assert deputy.post("/stand-ins/end", named).status_code == 404


def test_what_is_wrong_is_told_at_its_field(office: Any, caller: Callable[[str], Any]) -> None:
    office.at("2026-11-30T01:00:00Z")
    answer = caller("gs-deputy").post("/stand-ins", {**NAMED, "stand_in": "secadmin"})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["stand_in"]
    assert caller("gs-deputy").post("/stand-ins", {**NAMED, "first": "soon"}).status_code == 422
