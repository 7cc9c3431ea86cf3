"""Who gets in, what is there for whom, and addresses that lead nowhere."""

from __future__ import annotations

from io import StringIO
from typing import Any
from urllib.parse import quote

import pytest

from lianfang.api import desk, evidence
from lianfang.api.interface import api
from lianfang.evidence.checkpoint import open_checkpoint
from lianfang.evidence.leaves import leaf_bytes, leaf_hash
from lianfang.evidence.merkle import root_of_inclusion
from lianfang.office.engine import engine
from lianfang.store.models import Alert

EXPENSE = "information-centre/expense"


def test_a_name_and_a_password_give_a_token_that_ends(office: Any, program: Any) -> None:
    office.at("2026-03-02T01:00:00Z")
    answer = program().post("/tokens", {"username": "gs-clerk", "password": office.password})
    assert answer.status_code == 201
    assert answer.json()["expires_at"] == "2026-03-02T13:00:00Z"
    holder = program(answer.json()["token"])
    assert holder.get("/tasks").status_code == 200
    office.at("2026-03-02T13:00:00Z")
    assert holder.get("/tasks").status_code == 401


def test_a_wrong_password_is_a_401_in_words(program: Any) -> None:
    answer = program().post("/tokens", {"username": "gs-clerk", "password": "wrong"})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["detail"] == "账号或密码不正确。"


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_without_a_right_token_nothing_is_there(program: Any, token: str) -> None:
    for path in ("/tasks", "/cases/20260101-AAAAA", "/register", "/evidence/proof?event=1", "/files/" + "0" * 64):
        answer = program(token).get(path)
        assert answer.status_code == 401, path
        assert answer.json()["type"] == "urn:lianfang:problem:unauthenticated"


def test_a_session_of_the_pages_opens_nothing_here(office: Any) -> None:
    assert office.client("gs-clerk").get("/api/v1/tasks").status_code == 401


def test_somebody_elses_case_is_not_there(caller: Any, application: str) -> None:
    stranger = caller("ic-clerk")
    for path in ("", "/events", "/steps/approve/form"):
        answer = stranger.get(f"/cases/{application}{path}")
        assert answer.status_code == 404, path
        assert answer.json()["type"] == "urn:lianfang:problem:not-found"
    assert stranger.get("/cases/20260101-AAAAA").status_code == 404
    assert stranger.act("20260101-AAAAA", "approve", "approve").status_code == 404
    assert stranger.open("no/such-matter").status_code == 404


def test_what_waits_is_there_for_whom_it_waits(caller: Any, application: str) -> None:
    tasks = caller("gs-deputy").get("/tasks").json()["tasks"]
    assert [(task["case"], task["step"], task["by"]) for task in tasks] == [(application, "approve", "government-services/deputy-director")]
    assert caller("gs-clerk").get("/tasks").json() == {"tasks": [], "overdue": []}
    caller("gs-deputy").act(application, "approve", "return", opinion="附件不全")
    assert [task["by"] for task in caller("gs-clerk").get("/tasks").json()["tasks"]] == ["applicant"]


def test_the_register_names_what_carries_out_each_measure(caller: Any) -> None:
    rows = {row["row"]: row for row in caller("gs-clerk").get("/register").json()["rows"]}
    assert rows[48]["live"] == "government-services/seal"
    assert all(measure["controls"] for measure in rows[48]["measures"])
    assert "government-services/seal/approved" in rows[48]["measures"][1]["controls"]
    assert rows[62]["live"] is None


def test_a_clerk_starts_what_their_unit_starts(caller: Any) -> None:
    theirs = [matter["id"] for matter in caller("gs-clerk").get("/matters").json()["matters"]]
    assert theirs == ["government-services/seal", "government-services/vehicle"]
    form = caller("gs-clerk").get("/matters/government-services/seal/form").json()
    assert {"document": "file", "copies": "int"}.items() <= {field["id"]: field["type"] for field in form["fields"]}.items()


def test_alerts_are_there_for_those_who_look_after_them(office: Any, caller: Any) -> None:
    scan = office.file("凭证.txt", "发票", "ic-clerk")
    for number in "123":
        lines = [{"seller": "宝文印务", "number": number, "date": "2026-01-02", "amount": "2900"}]
        opened = caller("ic-clerk").open("information-centre/expense", title="印制", payee="宝文印务", invoices=lines, vouchers=scan)
        caller("ic-clerk").act(opened.json()["id"], "fill", amount="2900", purpose="office", budget_line="office-2026")
    office.settle()
    [alert] = caller("inspector").get("/alerts").json()["alerts"]
    assert alert["control"] == "slices"
    assert len(alert["cases"]) == 3
    assert caller("ic-clerk").get("/alerts").json() == {"alerts": [], "page": 1, "size": 200, "total": 0}


def test_alerts_are_turned_page_by_page(office: Any, caller: Any) -> None:
    known = {
        "matter": EXPENSE,
        "control": "slices",
        "kind": "splitting",
        "level": "red",
        "raised_at": "2026-01-02T00:00:00Z",
        "entry_id": 1,
    }
    Alert.objects.bulk_create(Alert(**known, about=f"{number}") for number in range(251))
    pages = [caller("inspector").get("/alerts", {"page": number}).json() for number in (1, 2, 3)]
    assert [(len(page["alerts"]), page["page"], page["total"]) for page in pages] == [(200, 1, 251), (51, 2, 251), (0, 3, 251)]
    assert len({alert["id"] for page in pages for alert in page["alerts"]}) == 251
    assert pages[0] == caller("inspector").get("/alerts").json()
    wrong = caller("inspector").get("/alerts", {"page": "0"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "page")


def test_a_file_is_counted_and_comes_back_as_it_was(caller: Any) -> None:
    clerk = caller("gs-clerk")
    kept = clerk.upload("函.txt", "正文")
    assert kept.status_code == 201
    assert (kept.json()["name"], kept.json()["pages"], kept.json()["blank_pages"]) == ("函.txt", 1, 0)
    answer = clerk.get(f"/files/{kept.json()['sha256']}")
    assert b"".join(answer.streaming_content).decode() == "正文"
    assert answer["Content-Disposition"].startswith("attachment")


def test_two_people_may_upload_the_same_paper_and_both_use_it(caller: Any, letter: str) -> None:
    again = caller("gs-clerk-2").upload("也是这份函.txt", "自下月起周六上午开放综合窗口。").json()
    assert (again["sha256"], again["name"]) == (letter, "也是这份函.txt")
    answer = caller("gs-clerk-2").get(f"/files/{letter}")
    assert quote("也是这份函.txt") in answer["Content-Disposition"], "and nobody else's name for it"
    answer.close()
    opened = caller("gs-clerk-2").open("government-services/seal", title="函", document=letter, copies=1, seal="official-seal")
    assert opened.status_code == 201, opened.json()


def test_the_checkpoint_is_for_anybody_and_the_proof_leads_to_it(program: Any, caller: Any, application: str) -> None:
    answer = program().get("/evidence/checkpoint")
    assert answer["Content-Type"].startswith("text/plain")
    signed = open_checkpoint(answer.content.decode(), engine().log.signer.verifier)
    entry = caller("gs-clerk").get(f"/cases/{application}/events").json()["events"][0]["entry"]
    proof = caller("ic-clerk").get("/evidence/proof", {"event": entry}).json()
    root = root_of_inclusion(bytes.fromhex(proof["leaf"]), proof["index"], proof["size"], [bytes.fromhex(h) for h in proof["proof"]])
    assert root is not None
    assert root.hex() == proof["root"] == signed.root.hex()


def test_an_entry_is_read_by_those_who_may(caller: Any, application: str) -> None:
    entry = caller("gs-clerk").get(f"/cases/{application}/events").json()["events"][0]["entry"]
    for login in ("gs-clerk", "gs-deputy", "auditor", "audadmin"):
        kept = caller(login).get(f"/evidence/entries/{entry}").json()
        assert leaf_hash(leaf_bytes(kept["body"].encode())).hex() == kept["leaf"]
    assert caller("ic-clerk").get(f"/evidence/entries/{entry}").status_code == 404
    assert caller("ic-clerk").get("/evidence/entries/999999").status_code == 404


@pytest.mark.parametrize("path", ["/tasks", "/evidence/checkpoint"])
def test_what_breaks_is_a_problem_with_the_number_that_the_log_has(
    caller: Any, monkeypatch: pytest.MonkeyPatch, logged: StringIO, path: str
) -> None:
    def breaks(*given: object) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(desk.desk, "tasks", breaks)
    monkeypatch.setattr(evidence.log, "checkpoint", breaks)
    answer = caller("gs-clerk").get(path)
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    told = answer.json()
    assert (told["type"], told["title"], told["status"]) == ("urn:lianfang:problem:broken", "系统出错", 500)
    assert "the disk is gone" not in answer.content.decode()
    assert f"[{told['number']}] Internal Server Error: /api/v1{path}" in logged.getvalue()
    assert "RuntimeError: the disk is gone" in logged.getvalue()
    english = caller("gs-clerk").get(path, Accept_Language="en").json()
    assert english["title"] == "Something broke"
    assert english["number"] != told["number"], "each has its own"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("get", "/nowhere", 404), ("get", "/", 404), ("delete", "/tasks", 405), ("put", "/cases", 405)]
)
def test_an_address_that_leads_nowhere_is_a_problem_too(program: Any, method: str, path: str, status: int) -> None:
    answer = getattr(program().client, method)(f"/api/v1{path}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_the_description_is_made_once(program: Any) -> None:
    first = program().get("/openapi.json").json()
    assert api.get_openapi_schema(path_params={}) is api.get_openapi_schema()
    assert program().get("/openapi.json").json() == first


def test_the_description_is_whole(program: Any) -> None:
    described = program().get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    operations = {(path, method): operation for path, methods in described["paths"].items() for method, operation in methods.items()}
    assert ("/api/v1/cases/{case_id}/commands", "post") in operations
    assert len({operation["operationId"] for operation in operations.values()}) == len(operations)
    for place, operation in operations.items():
        answers = operation["responses"]
        assert any(status < "300" for status in answers), place
        assert ("401" in answers) or "security" not in operation, place
        assert all("application/problem+json" in said["content"] for status, said in answers.items() if status >= "400"), place
        assert operation["description"], place
        for name in _named(operation):
            assert name in described["components"]["schemas"], place


def _named(part: Any) -> set[str]:
    """Every schema that a part of the description refers to."""
    if isinstance(part, dict):
        own = {part["$ref"].rpartition("/")[2]} if "$ref" in part else set()
        return own | {name for inner in part.values() for name in _named(inner)}
    return {name for inner in part for name in _named(inner)} if isinstance(part, list) else set()
