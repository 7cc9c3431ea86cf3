"""What a page can do about an alert, a program can do with the same verdict."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lianfang.office.facts import import_facts
from lianfang.store.models import Alert, Entry, LedgerEntry

EXPENSE = "information-centre/expense"


@pytest.fixture
def alert(office: Any, caller: Callable[[str], Any]) -> int:
    """Three claims that look like one cut up; a department head approved the first."""
    scan = office.file("凭证.txt", "发票", "ic-clerk")
    cases = []
    for number in "123":
        lines = [{"seller": "宝文印务", "number": number, "date": "2026-01-02", "amount": "2900"}]
        opened = caller("ic-clerk").open(EXPENSE, title="印制", payee="宝文印务", invoices=lines, vouchers=scan)
        cases.append(opened.json()["id"])
        caller("ic-clerk").act(cases[-1], "fill", amount="2900", purpose="office", budget_line="office-2026")
    assert office.act("ic-rechecker", cases[0], "recheck", "approve").accepted
    assert office.act("ic-department-head", cases[0], "head", "approve").accepted
    office.settle()
    return Alert.objects.get().id


def works(program: Any, alert: int, act: str, /, n: int | None = None, **data: Any) -> Any:
    return program.post(f"/alerts/{alert}/acts", {"act": act, "data": data, **({"n": n} if n is not None else {})})


def test_an_alert_says_how_it_was_found_and_what_it_stands_on(caller: Callable[[str], Any], alert: int) -> None:
    seen = caller("inspector").get(f"/alerts/{alert}").json()
    basis, raised = seen["basis"], json.loads(Entry.objects.get(id=seen["entry"]).body)["alert"]
    assert (basis["detector"], basis["version"]) == ("splitting", raised["version"])
    assert basis["title"]["en"] == "Splitting under a threshold"
    assert basis["method"]["zh"]
    settings = {one["name"]: (one["value"], one["shown"]["zh"], one["shown"]["en"]) for one in basis["settings"]}
    assert settings["limit"] == (300_000, "¥3,000.00", "¥3,000.00")
    assert settings["window"] == ("1d", "1 天", "1 day")
    assert settings["any_of"] == (["payee", "seller"], "收款人、销售方", "Payee, Seller")
    assert {one["ledger"] for one in basis["rows"]} == {"expense-claims"}
    assert sorted({one["case"] for one in basis["rows"]}) == sorted(seen["cases"])
    for one in basis["rows"]:
        assert LedgerEntry.objects.filter(ledger=one["ledger"], key=one["key"], case_id=one["case"]).exists()


def test_what_came_from_outside_is_named_among_what_an_alert_stands_on(office: Any, caller: Callable[[str], Any]) -> None:
    office.at("2026-04-10T16:00:00Z")
    import_facts("bank-lines", "记账日期,银行流水号,对方户名,支出金额,币种\n2026-03-03,B9,陌生公司,9900.00,CNY\n".encode())
    import_facts("invoice-checks", "报销单位,发票号码,销售方,开票日期,价税合计,发票状态\n"
                 "information-centre,44030001,宝文印务,2026-03-02,2800.00,作废\n"
                 "information-centre,44030002,宝文印务,2026-03-02,2800.00,正常\n".encode())  # fmt: skip
    office.settle()
    found = {one["control"]: one["id"] for one in caller("inspector").get("/alerts").json()["alerts"]}
    assert set(found) == {"bank-agrees", "invoice-valid"}
    seen = caller("inspector").get(f"/alerts/{found['bank-agrees']}").json()
    (row,) = seen["basis"]["rows"]
    assert (row["ledger"], row["title"]["zh"], row["case"], seen["basis"]["detector"]) == ("bank-lines", "银行流水", None, None)
    assert ("grace", "10d") in {(one["name"], one["value"]) for one in seen["basis"]["settings"]}
    assert LedgerEntry.objects.filter(ledger="bank-lines", key=row["key"]).exists()
    invoice = caller("inspector").get(f"/alerts/{found['invoice-valid']}").json()
    assert (invoice["cases"], len(invoice["basis"]["rows"]), invoice["basis"]["detector"]) == ([], 1, "entered")
    assert "44030001" in invoice["explanation"]["zh"]


def test_an_alert_is_worked_to_its_end(caller: Callable[[str], Any], alert: int) -> None:
    inspector = caller("inspector")
    seen = inspector.get(f"/alerts/{alert}").json()
    assert (seen["stage"], seen["holder"], seen["acts"], len(seen["innocent"])) == ("verify", None, ["take"], 1)
    assert works(inspector, alert, "take", seen["n"]).json()["holder"] == "inspector"
    paper = inspector.upload("记录.txt", "已约谈。").json()["sha256"]
    verified = works(inspector, alert, "forward", opinion="查过", files=[paper], ruled_out=[1]).json()
    assert (verified["stage"], verified["acts"]) == ("handle", ["hand", "forward", "close"])
    assert {reason["outcome"] for reason in verified["reasons"]} == {"dismissed"}, "what is true is put right first"
    for _ in range(2):
        assert works(inspector, alert, "forward", opinion="已办").status_code == 200
    asked = works(inspector, alert, "close", reason="violation", opinion="属实").json()
    assert (asked["stage"], asked["acts"], asked["outcome"]) == ("agree", [], None)
    assert caller("auditor").get(f"/alerts/{alert}").json()["acts"] == ["agree", "return"]
    closed = works(caller("auditor"), alert, "agree").json()
    assert (closed["stage"], closed["outcome"], closed["reason"]["en"]) == ("closed", "confirmed", "A violation, confirmed")
    assert [one["act"] for one in closed["history"]] == [None, "take", "forward", "forward", "forward", "close", "agree"]
    assert closed["history"][2]["data"]["files"] == [paper]
    records = caller("auditor").get("/alerts/records").json()
    assert [(one["control"], one["confirmed"], one["precision"]) for one in records["controls"]] == [("slices", 1, 100)]
    assert records["detectors"] == [{"detector": "splitting", "raised": 1, "confirmed": 1, "dismissed": 0, "open": 0, "precision": 100}]


def test_the_alerts_of_a_control_are_asked_for_as_the_page_does(caller: Callable[[str], Any], alert: int) -> None:
    def asked(**narrowed: str) -> list[int]:
        return [one["id"] for one in caller("inspector").get("/alerts", narrowed).json()["alerts"]]

    kept = Alert.objects.get(id=alert)
    assert asked(matter=EXPENSE, control="slices", risk=kept.risk, this_year="true") == [alert]
    for other in ({"matter": "government-services/seal"}, {"control": "return"}, {"risk": "another"}):
        assert asked(**other) == [], other
    kept.raised_at = "2020-01-02T00:00:00Z"
    kept.save()
    assert asked(this_year="true") == [] and asked() == [alert]


def test_who_is_named_in_it_is_refused_with_a_receipt(caller: Callable[[str], Any], alert: int) -> None:
    answer = works(caller("ic-department-head"), alert, "take")
    assert answer.status_code == 409
    refusal = answer.json()["refusal"]
    assert (refusal["control"], refusal["kind"]) == ("alert-named", "recusal")
    assert "樊以宁" in refusal["message"]
    assert answer.json()["receipt"]["entry"] == refusal["evidence"]
    english = caller("ic-department-head").post(f"/alerts/{alert}/acts", {"act": "take"}, Accept_Language="en")
    assert "Fan Yining" in english.json()["refusal"]["message"]


def test_it_is_not_there_for_others(caller: Callable[[str], Any], alert: int) -> None:
    for login in ("ic-clerk", "gs-director", "sysadmin"):
        assert caller(login).get(f"/alerts/{alert}").status_code == 404
        assert works(caller(login), alert, "take").status_code == 404
        assert caller(login).get("/alerts/records").json() == {"controls": [], "detectors": []}
    assert caller("inspector").get("/alerts/999").status_code == 404


def test_what_is_malformed_is_told_at_its_field(caller: Callable[[str], Any], alert: int) -> None:
    works(caller("inspector"), alert, "take")
    for act, data, field in (
        ("close", {"opinion": "x", "reason": "no such"}, "reason"),
        ("forward", {"opinion": ""}, "opinion"),
        ("forward", {"opinion": "x", "files": ["0" * 64]}, "files"),
        ("jump", {}, "act"),
    ):
        answer = works(caller("inspector"), alert, act, **data)
        assert answer.status_code == 422, answer.json()
        assert field in [one["field"] for one in answer.json()["errors"]]


def test_an_alert_that_moved_on_is_not_acted_on_and_a_key_makes_an_act_once(caller: Callable[[str], Any], alert: int) -> None:
    inspector = caller("inspector")
    n = inspector.get(f"/alerts/{alert}").json()["n"]
    body = {"act": "take", "n": n}
    answers = [inspector.post(f"/alerts/{alert}/acts", body, Idempotency_Key="once") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(answers[1].json()["history"]) == 2
    other = inspector.post(f"/alerts/{alert}/acts", {"act": "close", "data": {}}, Idempotency_Key="once")
    assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "key")
    stale = works(caller("auditor"), alert, "take", n, opinion="我来")
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:lianfang:problem:stale")


def test_the_list_is_narrowed(caller: Callable[[str], Any], alert: int) -> None:
    inspector = caller("inspector")
    for query, found in (
        ({"level": "red"}, 1), ({"level": "yellow"}, 0), ({"state": "closed"}, 0), ({"state": "verify"}, 1), ({"mine": "true"}, 0),
        ({"unit": "government-services"}, 0), ({"unit": "information-centre"}, 1),
    ):  # fmt: skip
        assert inspector.get("/alerts", query).json()["total"] == found, query
    assert inspector.get("/alerts", {"state": "gone"}).status_code == 422
