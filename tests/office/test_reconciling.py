"""Facts come in by file, each line once and in evidence; what does not agree is an alert that somebody must clear."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lianfang.catalogue.audit import verify_bundle
from lianfang.interchange.kinds import UnreadableFileError
from lianfang.kernel.model import Text
from lianfang.office import alerts, desk, facts, log
from lianfang.office.engine import engine
from lianfang.office.sweep import sweep
from lianfang.office.views import NotFound
from lianfang.office.words import by_name
from lianfang.store.models import Alert, Duty, Entry, LedgerEntry

HEAD = "记账日期,银行流水号,对方户名,支出金额,收入金额,币种,余额\n"
CLEAR = "information-centre/expense/bank-agrees"


def imported(*lines: str, head: str = HEAD) -> facts.Imported:
    return facts.import_facts("bank-lines", (head + "".join(f"{line}\n" for line in lines)).encode("gb18030"))


@pytest.fixture
def payment(office: Any, claim: Any) -> str:
    """2 800 yuan paid on 2 March 2026, as B1; it is the sixth."""
    office.at("2026-03-02T02:00:00Z")
    case_id = str(claim(280_000, "n1"))
    for who, step in (("rechecker", "recheck"), ("department-head", "head"), ("deputy", "deputy"), ("general-affairs", "settle")):
        assert office.act(f"ic-{who}", case_id, step, "approve").accepted
    assert office.act("ic-cashier", case_id, "pay", paid=280_000, bank_reference="B1").accepted
    office.at("2026-03-06T02:00:00Z")
    return case_id


def raised() -> list[Alert]:
    return list(Alert.objects.filter(kind="reconcile").order_by("id"))


def test_a_line_comes_in_once_whatever_file_it_stands_in(office: Any) -> None:
    first = imported('2026-03-02,B1,宝文印务,"2,800.00",,CNY,1.00', "2026-03-03,B2,区财政局,,50000,CNY,2.00")
    assert (first.brought, first.known, first.bad, first.ignored) == (2, 0, (), ("余额",))
    before = Entry.objects.filter(kind=Entry.FACT).count()
    again = imported("20260302,B1,宝文印务,2800,,CNY,9.00", "2026-03-04,B3,甲,1,,CNY,0")
    assert (again.brought, again.known) == (1, 1)
    assert Entry.objects.filter(kind=Entry.FACT).count() == before + 1
    stands = [json.loads(row.data) for row in LedgerEntry.objects.filter(ledger="bank-lines")]
    assert {"reference": "B1", "day": "2026-03-02", "payee": "宝文印务", "paid_out": 280_000, "currency": "CNY"} in stands


def test_two_lines_that_say_the_same_are_two(office: Any) -> None:
    fare = "2026-03-02,,出租车,30,,CNY,0"
    assert imported(fare, fare).brought == 2
    assert (imported(fare).known, imported(fare, fare, fare).brought) == (1, 1)


def test_bad_lines_are_told_with_their_number_and_the_others_come_in(office: Any) -> None:
    wrong = ("2026-02-30,B2,甲,一元,,CNY,0", "2100-01-01,B3,甲,1,,CNY,0", "2026-03-02,B4,甲", ",B5,甲,1,,CNY,0")
    done = imported("2026-03-02,B1,甲,1,,CNY,0", *wrong)
    assert done.brought == 1
    assert [bad.line.number for bad in done.bad] == [3, 4, 5, 6]
    assert "记账日期" in done.bad[0].why.zh
    assert "支出金额" in done.bad[0].why.zh
    assert "later than" in done.bad[1].why.en
    assert "3 栏，应有 7 栏" in done.bad[2].why.zh
    assert "Booked on" in done.bad[3].why.en


@pytest.mark.parametrize(
    ("head", "told"), [("银行流水号,支出金额\n", "there is no column “booked on”"), (HEAD.replace("余额", "payee"), "two columns are")]
)
def test_a_file_of_other_columns_is_told(office: Any, head: str, told: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        imported(head=head)
    assert told.casefold() in caught.value.message.en.casefold()


@pytest.mark.parametrize("kind", ["payments", "bank-line"])
def test_only_ledgers_from_outside_take_facts(office: Any, kind: str) -> None:
    """What the office itself wrote is not overwritten by a file."""
    with pytest.raises(NotFound) as caught:
        facts.import_facts(kind, HEAD.encode())
    assert kind in caught.value.message.zh


def test_facts_stand_in_evidence_with_their_file_and_line(office: Any, tmp_path: Path) -> None:
    imported("2026-03-02,B1,甲,1,,CNY,0")
    fact = json.loads(Entry.objects.filter(kind=Entry.FACT).latest("id").body)["fact"]
    assert (fact["ledger"], fact["line"], len(fact["file"])) == ("bank-lines", 2, 64)
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults


def test_a_payment_that_agrees_raises_nothing(office: Any, payment: str) -> None:
    imported("2026-03-03,b-1,“宝文印务”,2800.00,,CNY,0")
    office.at("2026-06-01T02:00:00Z")
    sweep()
    assert raised() == []


def test_an_amount_that_differs_is_an_alert_as_soon_as_the_file_is_in(office: Any, payment: str) -> None:
    imported("2026-03-03,B1,宝文印务,3800.00,,CNY,0")
    (alert,) = raised()
    assert (alert.matter, alert.control, alert.level, alert.cases) == ("information-centre/expense", "bank-agrees", "red", [payment])
    for text in (alert.explanation_zh, alert.explanation_en):
        assert all(value in text for value in ("B1", "¥2,800.00", "¥3,800.00", "¥1,000.00", payment, "2026-03-03"))
    assert "会计" in alert.explanation_zh
    kept = json.loads(Entry.objects.get(id=alert.entry_id).body)["alert"]
    line = LedgerEntry.objects.get(ledger="bank-lines", case_id=None, data__contains='"B1"').key
    assert (kept["about"], kept["facts"]) == (alert.about, [["bank-lines", line]]), "of what came from outside its entry is named"
    before = Entry.objects.count()
    imported("2026-03-03,B1,宝文印务,3800.00,,CNY,0")
    sweep()
    sweep()
    assert Entry.objects.count() == before


def test_a_payment_without_a_line_is_an_alert_when_march_and_ten_days_are_over(office: Any, payment: str) -> None:
    office.at("2026-04-10T15:59:59Z")
    sweep()
    assert raised() == [], "not a second too early"
    office.at("2026-04-10T16:00:00Z")
    sweep()
    (alert,) = raised()
    assert alert.cases == [payment]


def test_a_line_without_a_payment_is_an_alert(office: Any) -> None:
    office.at("2026-03-20T02:00:00Z")
    imported("2026-03-03,B9,陌生公司,9900.00,,CNY,0")
    assert raised() == []
    office.at("2026-04-10T16:00:00Z")
    sweep()
    (alert,) = raised()
    assert alert.cases == []
    assert "陌生公司" in alert.explanation_zh


def test_a_difference_is_cleared_by_the_post_accepted_by_another_and_then_closed(office: Any, payment: str, tmp_path: Path) -> None:
    imported("2026-03-03,B1,宝文印务,3800.00,,CNY,0")
    (turn,) = (line for line in desk.duties("ic-accountant") if line.matter == CLEAR)
    assert (turn.period, turn.state) == ("B1", "open")
    assert office.start("ic-cashier", CLEAR, period="B1", note="没事").refusal.control == "step-post"
    done = office.start("ic-accountant", CLEAR, period="B1", note="银行多付，已追回")
    assert done.accepted, done.refusal
    sweep()
    assert raised()[0].status == "open", "nobody has accepted it"
    assert office.act("ic-department-head", done.case_id, "accept", "approve").accepted
    sweep()
    assert raised()[0].status == "closed"
    assert alerts.open_alerts("inspector") == 0
    work = json.loads(Entry.objects.get(kind=Entry.WORK).body)["work"]
    assert (work["act"], work["data"], work["actor"]) == ("clear", {"case": done.case_id}, ""), "it is closed in the log"
    log.export(tmp_path / "bundle")
    assert verify_bundle(tmp_path / "bundle").faults == ()


def test_what_was_cleared_and_then_differs_otherwise_is_open_again(office: Any, payment: str) -> None:
    imported("2026-03-03,B1,宝文印务,3800.00,,CNY,0")
    case_id = office.start("ic-accountant", CLEAR, period="B1", note="已追回").case_id
    office.act("ic-department-head", case_id, "accept", "approve")
    sweep()
    assert raised()[0].status == "closed"
    imported("2026-03-05,B1,宝文印务,100.00,,CNY,0")
    (alert,) = raised()
    assert alert.status == "open"
    assert "¥100.00" in alert.explanation_zh
    assert Duty.objects.get(matter=CLEAR).case_id == ""


def test_a_difference_that_nobody_clears_is_an_alert_of_its_own(office: Any, payment: str) -> None:
    imported("2026-03-03,B1,宝文印务,3800.00,,CNY,0")
    office.at("2026-03-16T02:00:00Z")
    sweep()
    assert len(raised()) == 1
    office.at("2026-03-16T02:00:01Z")
    sweep()
    told, late = raised()
    assert told.about != late.about
    assert "B1" in late.explanation_zh
    assert "逾期" in late.explanation_zh
    case_id = office.start("ic-accountant", CLEAR, period="B1", note="已追回").case_id
    office.act("ic-department-head", case_id, "accept", "approve")
    sweep()
    assert [alert.status for alert in raised()] == ["closed", "closed"]


def test_an_alert_is_never_without_its_turn(office: Any, payment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends between the two: the next sweep raises what was not raised, and the turn is there."""
    monkeypatch.setattr("lianfang.office.reconciling.raise_alert", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        imported("2026-03-03,B1,宝文印务,3800.00,,CNY,0")
    assert raised() == []
    monkeypatch.undo()
    engine().reconciling.sweep()
    assert len(raised()) == Duty.objects.filter(matter=CLEAR).count() == 1


def test_pages_put_names_for_ids_that_stand_in_marks(office: Any) -> None:
    told = by_name(
        [Text("经手人“ic-clerk”，单位“information-centre”，标题“ic”", "by “ic-clerk” of “information-centre”: “ic”"), Text("无", "none")]
    )
    assert told == (
        Text("经手人“温以凡”，单位“信息中心”，标题“ic”", "by “Wen Yifan” of “Information Centre”: “ic”"),
        Text("无", "none"),
    )  # fmt: skip
