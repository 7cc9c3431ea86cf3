"""The bank's program sends its lines: each comes in once and in evidence, what is wrong is told and kept aside, and nobody else may."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lianfang.office.engine import engine
from lianfang.store.models import Alert, Entry

HEAD = "记账日期,银行流水号,对方户名,支出金额,收入金额,币种,余额\n"
GOOD, BAD = "2026-01-05,B1,甲,1.00,,CNY,0\n", "2026-01-05,B2,甲,一元,,CNY,0\n"


def send(caller: Any, text: str | bytes, kind: str = "bank-lines", who: str = "sysadmin", **headers: str) -> Any:
    program = caller(who)
    return program.client.post(f"/api/v1/facts/{kind}", text, content_type="text/csv", headers=program.headers(headers))


def test_a_kind_says_what_its_file_holds_and_a_file_of_these_columns_comes_in(caller: Any) -> None:
    kinds = {one["id"]: one for one in caller("sysadmin").get("/facts").json()["kinds"]}
    assert set(kinds) == {name for name, ledger in engine().catalogue.ledgers.items() if ledger.outside}
    columns = {one["id"]: one for one in kinds["bank-lines"]["columns"]}
    assert (columns["paid_out"]["type"], columns["paid_out"]["label"]["zh"], columns["day"]["required"]) == ("money", "支出金额", True)
    for language in ("zh", "en"):
        head = ",".join(one["label"][language] for one in columns.values())
        assert send(caller, head + "\n").json()["brought"] == 0
    assert send(caller, "day,reference,payee,paid_out,currency\n2026-01-05,B1,甲,1.00,CNY\n").json()["brought"] == 1


def test_lines_come_in_once_and_the_evidence_says_who_brought_them(caller: Any) -> None:
    first = send(caller, (HEAD + GOOD).encode("gb18030"))
    assert first.status_code == 200, first.json()
    assert first.json() == {"kind": "bank-lines", "brought": 1, "known": 0, "bad": [], "ignored": ["余额"], "aside": None}
    fact = json.loads(Entry.objects.filter(kind=Entry.FACT).latest("id").body)["fact"]
    assert (fact["line"], len(fact["file"]), fact["by"]) == (2, 64, "sysadmin")
    facts = Entry.objects.filter(kind=Entry.FACT)
    before = facts.count()
    again = send(caller, HEAD + GOOD + GOOD.replace("B1", "B3"))
    assert (again.json()["brought"], again.json()["known"]) == (1, 1)
    assert facts.count() == before + 1


def test_bad_lines_are_told_and_kept_aside_for_who_sent_them_to_correct(caller: Any) -> None:
    done = send(caller, HEAD + GOOD + BAD).json()
    ((bad,), aside) = done["bad"], done["aside"]
    assert (done["brought"], bad["line"]) == (1, 3)
    assert "支出金额" in bad["why"]["zh"]
    assert "Paid out" in bad["why"]["en"]
    assert send(caller, HEAD + GOOD + BAD).json()["aside"] == aside, "again is the same file"
    assert caller("inspector").get(f"/files/{aside}").status_code == 404
    kept = b"".join(caller("sysadmin").get(f"/files/{aside}").streaming_content).decode("utf-8-sig")
    assert kept.splitlines()[1].startswith("2026-01-05,B2,甲,一元,,CNY,0,")
    mended = send(caller, kept.replace("一元", "2.00")).json()
    assert (mended["brought"], mended["bad"], mended["ignored"]) == (1, [], ["余额", "原因 why"])


def test_what_does_not_agree_is_an_alert_at_once(office: Any, caller: Any) -> None:
    office.at("2026-04-10T16:00:00Z")
    send(caller, HEAD + "2026-03-03,B9,陌生公司,9900.00,,CNY,0\n")
    (alert,) = Alert.objects.filter(kind="reconcile")
    assert "陌生公司" in alert.explanation_zh


@pytest.mark.parametrize("who", ["inspector", "auditor", "secadmin", "audadmin", "ic-cashier", "ic-director"])
def test_who_does_not_connect_systems_brings_nothing(caller: Any, who: str) -> None:
    """Not who pays, who would then say what the bank says; not who judges by it either."""
    before = Entry.objects.count()
    for answer in (send(caller, HEAD + GOOD, who=who, accept_language="en"), caller(who).get("/facts", accept_language="en")):
        assert answer.status_code == 403
        assert "system administrator" in answer.json()["detail"]
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("kind", "text", "status", "told"),
    [
        ("payments", HEAD + GOOD, 404, "no ledger from outside 'payments'"),
        ("bank-line", HEAD + GOOD, 404, "did you mean 'bank-lines'?"),
        ("bank-lines", "", 422, "empty"),
        ("bank-lines", b"\x00\x01", 422, "not a table"),
        ("bank-lines", "reference\nB1\n", 422, "There is no column"),
    ],
)
def test_what_can_not_come_in_is_one_sentence(caller: Any, kind: str, text: str | bytes, status: int, told: str) -> None:
    answer = send(caller, text, kind, accept_language="en")
    assert answer.status_code == status
    assert told.casefold() in answer.json()["detail"].casefold()


def test_a_body_over_the_limit_is_told(caller: Any) -> None:
    assert send(caller, "x" * (5 * 1024 * 1024)).status_code == 413
