"""Whose time runs out sees it, also where somebody else has to take the last step."""

from __future__ import annotations

from typing import Any

SEAL = "government-services/seal"


def test_the_bearer_of_a_seal_sees_when_it_is_due_and_that_it_is_overdue(caller: Any, office: Any, letter: str) -> None:
    office.at("2026-03-02T01:00:00Z")
    outing = {"outing": True, "destination": "签约现场"}
    case = caller("gs-clerk").open(SEAL, title="函", document=letter, copies=2, seal="official-seal", **outing).json()["id"]
    assert caller("gs-deputy").act(case, "approve", "approve").status_code == 200
    assert caller("gs-director").act(case, "director", "approve").status_code == 200
    keeper, due = caller("gs-keeper"), "2026-03-02T09:30:00Z"
    left = keeper.act(case, "leave", companions=["gs-clerk", "gs-clerk-2"], return_by="2026-03-02T17:30:00+08:00")
    assert left.status_code == 200, left.json()
    told = keeper.get("/tasks").json()
    assert [(task["step"], task["due"]) for task in told["tasks"]] == [("use_outside", due)]
    assert told["overdue"] == [], "what is not late yet is nobody's debt"
    assert "17:30" in office.client("gs-keeper").get("/").content.decode()
    office.at("2026-03-03T01:00:00Z")
    keeper = caller("gs-keeper")
    assert keeper.act(case, "use_outside", stamped=letter, impressions=2).status_code == 200
    told = keeper.get("/tasks").json()
    assert told["tasks"] == [], "it is the registrar who takes it back"
    assert [(task["case"], task["step"], task["due"]) for task in told["overdue"]] == [(case, "hand_back", due)]
    page = office.client("gs-keeper").get("/").content.decode()
    assert 'id="overdue"' in page and "交还印章" in page and "逾期 15 小时" in page
    for other in ("gs-clerk", "gs-registrar"):
        assert caller(other).get("/tasks").json()["overdue"] == [], other
        assert 'id="overdue"' not in office.client(other).get("/").content.decode()
    assert caller("gs-registrar").act(case, "hand_back", seal_intact=True).status_code == 200
    assert "hand_back" not in [task["step"] for task in keeper.get("/tasks").json()["overdue"]]
