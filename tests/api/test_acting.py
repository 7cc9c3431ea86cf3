"""Working through the interface: lawful ways to the end, and the shapes of what is turned down."""

from __future__ import annotations

from typing import Any

import pytest

from lianfang.evidence.checkpoint import verify_receipt
from lianfang.office.engine import engine
from lianfang.store.models import CaseRow, Entry

SEAL, EXPENSE = "government-services/seal", "information-centre/expense"


def test_a_seal_is_used_from_application_to_custody(caller: Any, letter: str) -> None:
    opened = caller("gs-clerk").open(SEAL, title="延时服务函", document=letter, copies=2, seal="official-seal")
    assert opened.status_code == 201
    case = opened.json()
    assert case["matter"] == SEAL
    assert case["state"] == "open"
    assert case["version"] == engine().current[SEAL].version
    assert [(task["step"], task["by"], task["due"]) for task in case["tasks"]] == [("approve", "government-services/deputy-director", None)]

    for login, step, act, data in [
        ("gs-deputy", "approve", "approve", {}),
        ("gs-keeper", "use", "do", {"stamped": letter, "impressions": 2}),
        ("gs-keeper", "custody", "do", {"seal_intact": True}),
    ]:
        answer = caller(login).act(case["id"], step, act, **data)
        assert answer.status_code == 200, answer.json()
    assert answer.json()["state"] == "completed"
    assert answer.json()["tasks"] == []
    assert answer.json()["record"]["impressions"] == 2


def claim(caller: Any, amount: Any, invoices: list[Any], who: str = "ic-clerk") -> str:
    """An expense that was filled in and waits for the recheck."""
    program = caller(who)
    scan = program.upload("凭证.txt", f"增值税普通发票 {invoices}").json()["sha256"]
    lines = [{"seller": "宝文印务", "number": number, "date": "2026-01-02", "amount": sum_} for number, sum_ in invoices]
    opened = program.open(EXPENSE, title="印制材料费", payee="宝文印务", invoices=lines, vouchers=scan)
    assert opened.status_code == 201, opened.json()
    filled = program.act(opened.json()["id"], "fill", amount=amount, purpose="office", budget_line="office-2026")
    assert filled.status_code == 200, filled.json()
    return str(opened.json()["id"])


def test_an_act_that_is_not_named_is_the_steps_first(caller: Any, application: str, office: Any) -> None:
    approved = caller("gs-deputy").post(f"/cases/{application}/commands", {"step": "approve"})
    assert approved.status_code == 200, approved.json()
    assert [task["step"] for task in approved.json()["tasks"]] == ["use"]
    events = caller("gs-deputy").get(f"/cases/{application}/events").json()["events"]
    assert events[-1]["body"]["command"]["act"] == "approve"
    acts = caller("gs-deputy").get("/openapi.json").json()["components"]["schemas"]["Act"]["properties"]["act"]
    assert "first" in acts["description"]


def test_a_meeting_resolves_where_no_act_is_named(caller: Any) -> None:
    case = claim(caller, "50000.01", [("0001", "50000.01")])
    for login, step in [*SIGNED, ("ic-director", "director")]:
        assert caller(login).post(f"/cases/{case}/commands", {"step": step}).status_code == 200
    members = ["ic-deputy", "ic-department-head", "ic-director", "ic-head"]
    minutes = {"attendance": members, "votes": [{"person": member, "vote": "for"} for member in members]}
    decided = caller("ic-director").post(f"/cases/{case}/commands", {"step": "office_meeting", "data": minutes})
    assert decided.status_code == 200, decided.json()
    assert [task["step"] for task in decided.json()["tasks"]] == ["settle"]


SIGNED = [("ic-rechecker", "recheck"), ("ic-department-head", "head"), ("ic-deputy", "deputy")]


@pytest.mark.parametrize(
    ("yuan", "further"),
    [("3000.00", []), ("3000.01", ["director"]), ("50000.00", ["director"]), ("50000.01", ["director", "office_meeting"])],
)
def test_an_expense_goes_the_way_of_its_amount(caller: Any, yuan: str, further: list[str]) -> None:
    case = claim(caller, yuan, [("0001", yuan)])
    for login, step in SIGNED:
        assert caller(login).act(case, step, "approve").status_code == 200
    if "director" in further:
        assert caller("ic-director").act(case, "director", "approve").status_code == 200
    if "office_meeting" in further:
        members = ["ic-deputy", "ic-department-head", "ic-director", "ic-head"]
        votes = [{"person": member, "vote": "for"} for member in members]
        decided = caller("ic-director").act(case, "office_meeting", "resolve", attendance=members, votes=votes)
        assert decided.status_code == 200, decided.json()
    settled = caller("ic-general-affairs").act(case, "settle", "approve")
    assert settled.status_code == 200, settled.json()
    paid = caller("ic-cashier").act(case, "pay", paid=yuan, bank_reference="20260105-1")
    assert paid.status_code == 200, paid.json()
    assert paid.json()["state"] == "completed"
    assert paid.json()["record"]["paid"] == int(yuan.replace(".", ""))


def test_a_refusal_names_control_risk_source_and_evidence(caller: Any, application: str, letter: str) -> None:
    answer = caller("gs-keeper").act(application, "use", stamped=letter, impressions=2)
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["type"] == "urn:lianfang:problem:refusal"
    assert told["status"] == 409
    refusal = told["refusal"]
    assert (refusal["control"], refusal["kind"], refusal["family"], refusal["risk"]) == ("approved", "approval", "gate", "unapproved-use")
    assert "印章的审批" in refusal["message"]
    assert "Approval" in refusal["message_en"]
    assert told["detail"] == refusal["message"]
    assert refusal["remedy"]
    assert refusal["source"] == "对印章使用实行领导签批制"
    kept = Entry.objects.get(id=refusal["evidence"])
    assert (kept.kind, kept.control) == (Entry.REFUSED, "approved")
    assert verify_receipt(told["receipt"], engine().log.signer.verifier)


def test_whoever_reads_english_is_refused_in_english(caller: Any, application: str, letter: str) -> None:
    body = {"step": "use", "data": {"stamped": letter, "impressions": 2}}
    told = caller("gs-keeper").post(f"/cases/{application}/commands", body, Accept_Language="en").json()
    assert told["title"] == "Refused"
    assert told["refusal"]["message"] == told["refusal"]["message_en"] == told["detail"]


def test_a_refused_opening_is_a_409_without_a_case(caller: Any) -> None:
    blank = caller("gs-clerk").upload("空白页.txt", "  \n").json()
    assert blank["blank_pages"] == 1
    answer = caller("gs-clerk").open(SEAL, title="空白介绍信", document=blank["sha256"], copies=1, seal="official-seal")
    assert answer.status_code == 409
    assert answer.json()["refusal"]["control"] == "blank-application"
    assert not CaseRow.objects.exists()


@pytest.mark.parametrize(
    ("login", "step", "act", "data", "control"),
    [
        ("gs-clerk", "approve", "approve", {}, "step-post"),
        ("gs-keeper", "custody", "do", {"seal_intact": True}, "step-order"),
        ("ic-clerk", "approve", "approve", {}, "step-post"),
    ],
)
def test_even_a_stranger_is_judged_and_remembered(
    caller: Any, application: str, login: str, step: str, act: str, data: dict[str, Any], control: str
) -> None:
    answer = caller(login).act(application, step, act, **data)
    assert answer.status_code == 409
    assert answer.json()["refusal"]["control"] == control
    assert Entry.objects.filter(actor=login, kind=Entry.REFUSED, control=control).count() == 1


def test_a_receipt_can_be_proved_later(caller: Any, application: str) -> None:
    receipt = caller("gs-deputy").act(application, "approve", "approve").json()["receipt"]
    assert verify_receipt(receipt, engine().log.signer.verifier)
    proof = caller("gs-deputy").get("/evidence/proof", {"event": receipt["entry"]}).json()
    assert proof["leaf"] == receipt["leaf"]
    assert caller("gs-deputy").get(f"/cases/{application}").json()["receipt"] == receipt


def test_a_repeated_submission_is_answered_once(caller: Any, application: str, letter: str) -> None:
    keeper, body = caller("gs-keeper"), {"step": "use", "data": {"stamped": letter, "impressions": 2}}
    first = keeper.post(f"/cases/{application}/commands", body, Idempotency_Key="tap-1")
    again = keeper.post(f"/cases/{application}/commands", body, Idempotency_Key="tap-1")
    assert first.json() == again.json()
    opening = {"matter": SEAL, "record": {"title": "函", "document": letter, "copies": 1, "seal": "official-seal"}}
    clerk = caller("gs-clerk")
    opened = [clerk.post("/cases", opening, Idempotency_Key="tap-2").json()["id"] for _ in range(2)]
    assert opened[0] == opened[1] != clerk.post("/cases", opening).json()["id"]


def test_a_key_used_for_something_else_does_nothing(caller: Any, application: str, letter: str) -> None:
    clerk = caller("gs-clerk")
    opening = {"matter": SEAL, "record": {"title": "函", "document": letter, "copies": 1, "seal": "official-seal"}}
    clerk.post("/cases", opening, Idempotency_Key="k")
    answer = clerk.post(f"/cases/{application}/commands", {"step": "apply", "data": {}}, Idempotency_Key="k")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["Idempotency-Key"]


def test_a_case_that_moved_on_is_another_problem_than_a_refusal(caller: Any, application: str, letter: str) -> None:
    seen = caller("gs-deputy").get(f"/cases/{application}").json()["n"]
    assert caller("gs-deputy").act(application, "approve", "return", opinion="附件不全").status_code == 200
    answer = caller("gs-deputy").post(f"/cases/{application}/commands", {"step": "approve", "act": "approve", "n": seen})
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:lianfang:problem:stale"
    assert "refusal" not in answer.json()


def test_a_case_is_urged_copied_returned_and_taken_back(caller: Any) -> None:
    case, clerk = claim(caller, "2800", [("1", "2800")]), caller("ic-clerk")
    assert clerk.get(f"/cases/{case}").json()["beside"] == ["urge", "copy", "comment", "withdraw"]
    urged = clerk.act(case, "", "urge")
    assert urged.status_code == 200, urged.json()
    assert urged.json()["tasks"][0]["urged"]
    assert clerk.act(case, "", "urge").json()["refusal"]["control"] == "urge-limit"
    copied = clerk.act(case, "", "copy", people=["gs-clerk"])
    assert copied.json()["copied"] == ["gs-clerk"]
    (line,) = caller("gs-clerk").get("/copies").json()["copies"]
    assert (line["case"], line["state"]) == (case, "open")
    for wrong in ({}, {"people": []}, {"people": "gs-clerk"}):
        assert clerk.act(case, "", "copy", **wrong).status_code == 422
    assert clerk.act(case, "", "shred").status_code == 422

    form = caller("ic-rechecker").get(f"/cases/{case}/steps/recheck/form").json()
    assert ([one["value"] for one in form["returns"]], form["returns_to"]) == (["collect", "fill"], "collect")
    returned = caller("ic-rechecker").act(case, "recheck", "return", opinion="请补正", returns_to="fill")
    assert [task["step"] for task in returned.json()["tasks"]] == ["fill"]
    taken = clerk.act(case, "", "withdraw", opinion="不报了")
    assert (taken.status_code, taken.json()["state"], taken.json()["tasks"]) == (200, "withdrawn", [])
    refused = clerk.act(case, "", "withdraw")
    assert (refused.status_code, refused.json()["refusal"]["control"]) == (409, "step-order")


def test_a_case_tells_what_its_values_were_before(caller: Any, application: str) -> None:
    clerk, deputy = caller("gs-clerk"), caller("gs-deputy")
    assert clerk.get(f"/cases/{application}").json()["changes"] == {}
    assert deputy.act(application, "approve", "return", opinion="份数过多").status_code == 200
    changed = clerk.act(application, "apply", copies=1).json()
    assert list(changed["changes"]) == ["copies"]
    first, last = changed["changes"]["copies"]
    assert [(one["value"], one["by"], one["behalf"], one["step"]) for one in (first, last)] == [
        (2, "gs-clerk", None, "apply"), (1, "gs-clerk", None, "apply"),
    ]  # fmt: skip
    assert last["entry"] == changed["receipt"]["entry"]
    assert deputy.get(f"/cases/{application}").json()["changes"] == changed["changes"]


def test_an_opinion_is_asked_and_given(caller: Any, letter: str) -> None:
    """What waits for whoever is asked says so; until they answer, the approval is turned down by name."""
    case = caller("gs-clerk").open(SEAL, title="延时服务函", document=letter, copies=2, seal="official-seal").json()["id"]
    deputy, adviser = caller("gs-deputy"), caller("ic-director")
    assert adviser.get(f"/cases/{case}").status_code == 404
    asked = deputy.act(case, "", "consult", step="approve", people=["ic-director"], opinion="是否规范")
    assert asked.status_code == 200, asked.json()
    (waits,) = [task for task in adviser.get("/tasks").json()["tasks"] if task["case"] == case]
    assert (waits["step"], waits["act"], waits["by"]) == ("approve", "advise", "person:ic-director")
    assert [task["act"] for task in deputy.get("/tasks").json()["tasks"] if task["case"] == case] == [None]
    refused = deputy.act(case, "approve", "approve")
    assert refused.status_code == 409
    assert refused.json()["refusal"]["control"] == "consult-open"
    for wrong in ({"step": "approve", "opinion": "x"}, {"step": "approve", "agrees": 1, "opinion": "x"}, {"agrees": True, "opinion": "x"}):
        assert adviser.act(case, "", "advise", **wrong).status_code == 422
    answered = adviser.act(case, "", "advise", step="approve", agrees=False, opinion="缺附件").json()
    (opinion,) = answered["opinions"]
    assert (opinion["person"], opinion["by"], opinion["asked"], opinion["agrees"], opinion["opinion"]) == (
        "ic-director", "gs-deputy", "是否规范", False, "缺附件",
    )  # fmt: skip
    assert adviser.act(case, "", "advise", step="approve", agrees=True, opinion="x").status_code == 409
    assert deputy.act(case, "approve", "approve").status_code == 200
