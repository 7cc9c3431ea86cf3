"""What the watch, the calendar and the clock notice."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from django.conf import settings

from lianfang.kernel import CommandError
from lianfang.kernel.schedule import Duration, add
from lianfang.office import alert_access, alerts, cases, desk, engine, installation, ledger_watch
from lianfang.office.sweep import sweep
from lianfang.store.models import Alert, Duty, Entry, LedgerEntry, MatterVersion
from tests.five import copied

SEAL, EXPENSE = "government-services/seal", "information-centre/expense"
COUNT = f"{SEAL}/custody-check"


def test_three_slices_raise_one_alert_that_the_inspector_sees(office: Any, claim: Any) -> None:
    slices = [claim(290_000, f"s{number}") for number in range(3)]
    claim(290_000, "other", payee="另一家")
    office.settle()
    (alert,) = alerts.alerts("inspector").lines
    assert (alert.control, alert.level, sorted(alert.cases)) == ("slices", "red", sorted(slices))
    assert "信息中心 · 宝文印务" in alert.explanation.zh
    assert "¥8,700.00" in alert.explanation.zh
    assert alert.false_alarms.zh
    assert json.loads(Entry.objects.get(id=alert.entry).body)["alert"]["control"] == "slices"


def test_slices_filed_in_one_second_stay_one_alert(office: Any, claim: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lianfang.office.acts._drawn", itertools.count(9000, -1))
    office.at("2026-11-25T02:00:00Z")
    slices = []
    for number in range(4):
        slices.append(claim(290_000, f"s{number}"))
        office.settle()
    assert slices == sorted(slices, reverse=True), "each later claim comes before the earlier ones"
    (alert,) = alerts.alerts("inspector").lines
    assert set(alert.cases) == set(slices)
    assert "¥11,600.00" in alert.explanation.zh


def test_slices_of_one_seller_through_several_people_are_one_alert(office: Any, claim: Any) -> None:
    slices = [claim(290_000, f"s{n}", to, who, "宝文印务") for n, (who, to) in enumerate([("ic-clerk", "李明"), ("ic-clerk-2", "王芳")])]
    office.settle()
    slices += [claim(290_000, "s3", "李明", "ic-clerk", "宝文印务"), claim(290_000, "s4", "赵强", "ic-clerk", "粤新物业")]
    office.settle()
    sweep()
    (alert,) = alerts.alerts("inspector").lines
    assert (alert.control, sorted(alert.cases)) == ("slices", sorted(slices[:3]))
    assert "信息中心 · 宝文印务" in alert.explanation.zh


def test_an_invoice_claimed_again_under_a_shorter_name_is_an_alert_however_old_the_first_is(office: Any, claim: Any) -> None:
    office.at("2026-01-05T02:00:00Z")
    first = claim(280_000, "44030001", "宝文印务有限公司")
    office.at("2026-11-25T02:00:00Z")
    claim(100_000, "55667788", "粤新纸业有限公司")
    office.settle()
    assert not Alert.objects.exists()
    again = claim(280_000, "44030001", "宝文印务", "ic-clerk-2")
    office.settle()
    alert = Alert.objects.get()
    assert (alert.control, sorted(alert.cases), alert.level) == ("invoice-alike", sorted([first, again]), "red")
    for words in (alert.explanation_zh, alert.explanation_en):
        assert all(value in words for value in (first, again, "宝文印务有限公司", "“宝文印务”", "44030001", "¥2,800.00"))
    (seen,) = alerts.alerts("inspector").lines
    assert "连号" in seen.false_alarms.zh


def test_weekend_invoices_are_told_with_the_name_of_who_claimed_them(office: Any) -> None:
    scan = office.file("发票.txt", "增值税普通发票", "ic-clerk")
    for n, day in enumerate(("2026-11-07", "2026-11-15", "2026-11-21")):
        bills = [{"seller": f"店{n}", "number": f"4403{n}9999", "date": day, "amount": 1_000}]
        assert not Alert.objects.exists()
        assert office.start("ic-clerk", EXPENSE, title="餐费", payee="店", invoices=bills, vouchers=scan).accepted
        office.settle()
    alert = Alert.objects.get()
    assert alert.control == "weekend-invoices"
    assert "温以凡" in alert.explanation_zh


def test_two_pairs_of_the_same_two_cases_stay_two_alerts_and_looking_again_raises_nothing(office: Any, claim: Any) -> None:
    scan = office.file("发票.txt", "增值税普通发票", "ic-clerk")
    sellers = ("宝文印务有限公司", "宝文印务")
    for seller in sellers:
        bills = [{"seller": seller, "number": number, "date": "2026-01-02", "amount": 100_000} for number in ("44030001", "87654321")]
        assert office.start("ic-clerk", EXPENSE, title="印制费", payee="宝文", invoices=bills, vouchers=scan).accepted
        office.settle()
    assert Alert.objects.filter(control="invoice-alike").count() == 2
    before = Entry.objects.count()
    claim(1_000, "11112222", "粤新")
    office.settle()
    sweep()
    office.settle()
    assert Entry.objects.filter(kind="alert").count() == 2
    assert Entry.objects.count() == before + 2, "the two acts of the last claim"


def test_a_pair_that_an_alert_already_tells_is_not_told_with_fewer(office: Any, claim: Any) -> None:
    """A later claim brings two papers of a group of three along, which is no reason to tell of two only."""
    for n, seller in enumerate(("宝文印务有限公司", "宝文印务", "宝文印刷")):
        office.at(f"2026-11-2{n}T02:00:00Z")
        claim(100_000 if n < 2 else 250_000, "44030001", f"收款人{n}", "ic-clerk", seller)
        office.settle()
    told = [*Alert.objects.filter(control="invoice-alike").values_list("cases", "explanation_zh")]
    office.at("2026-11-25T02:00:00Z")
    claim(100_000, "99887766", "百科图文")
    office.settle()
    assert [*Alert.objects.filter(control="invoice-alike").values_list("cases", "explanation_zh")] == told


def test_another_process_wrote_in_between(office: Any, claim: Any) -> None:
    """Entries that this process was told nothing of are held against what comes later all the same."""
    office.at("2026-11-25T02:00:00Z")
    claim(100_000, "99887766", "百科图文")
    office.settle()
    before = LedgerEntry.objects.get(ledger="invoices")
    data = {"seller": "宝文印务有限公司", "number": "44030001", "amount": 280_000, "date": "2026-01-02"}
    LedgerEntry.objects.create(
        ledger="invoices",
        key="宝文印务有限公司:44030001",
        case_id=before.case_id,
        data=json.dumps(data),
        open=True,
        at="2026-11-25T03:00:00Z",
    )
    office.at("2026-11-25T09:00:00Z")
    claim(280_000, "44030001", "宝文印务", "ic-clerk-2")
    office.settle()
    assert before.case_id in Alert.objects.get(control="invoice-alike").cases


def test_a_look_reads_what_is_new_and_what_it_may_be_like_and_not_the_ledger(
    office: Any, claim: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.at("2026-11-25T02:00:00Z")
    case = claim(100_000, "99887766", "百科图文")
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            ledger="invoices", key=f"S{n % 50}:{n}", case_id=case, open=True, at="2026-11-25T03:00:00Z",
            data=json.dumps({"seller": f"S{n % 50}店", "number": str(20_000_000 + n * 13), "amount": 1_000 + n, "date": "2026-01-02"}),
        )
        for n in range(3_000)
    )  # fmt: skip
    office.settle()
    office.at("2026-11-25T09:00:00Z")
    claim(1_005, "71717171", "S5店", "ic-clerk-2")
    office.settle()
    office.at("2026-11-25T11:00:00Z")
    given, find = [], ledger_watch.detectors.find

    def counted(name: str, settings: Any, rows: Any, *rest: Any) -> Any:
        given.append((name, len(rows)))
        return find(name, settings, rows, *rest)

    monkeypatch.setattr(ledger_watch.detectors, "find", counted)
    claim(1_007, "20000091", "S7", "ic-clerk-2")
    office.settle()
    assert [1 < rows < 100 for name, rows in given if name == "duplicate"] == [True], given
    assert Alert.objects.filter(control="invoice-alike").count() == 1
    sweep()
    assert max(rows for _, rows in given) > 3_000, "the first sweep of a process looks at everything"
    given.clear()
    claim(1_009, "20000117", "S9", "ic-clerk-2")
    sweep()
    by_traits = [rows for name, rows in given if name != "weekend"]  # which looks at a whole ledger: what it holds has any date
    assert max(by_traits) < 100, "the next at what came since"


def test_a_look_takes_what_the_last_one_saw_for_known_unless_it_was_changed(
    office: Any, claim: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All in one second, which a moment alone can't tell apart."""
    office.at("2026-11-25T02:00:00Z")
    claim(100_000, "10000019", "百科图文")
    office.settle()
    looked, find = [], ledger_watch.detectors.find

    def counted(name: str, settings: Any, rows: Any, label: Any, new: Any, *rest: Any) -> Any:
        if name == "duplicate":
            looked.append({row["number"] for row in rows if row["key"] in new})
        return find(name, settings, rows, label, new, *rest)

    monkeypatch.setattr(ledger_watch.detectors, "find", counted)
    claim(110_000, "20000033", "远行打印")
    office.settle()
    first = LedgerEntry.objects.get(ledger="invoices", key__endswith="10000019")
    LedgerEntry.objects.filter(ledger="invoices", key=first.key).update(data=json.dumps({**json.loads(first.data), "amount": 1}))
    claim(120_000, "30000047", "晨光文具")
    office.settle()
    assert looked == [{"20000033"}, {"10000019", "30000047"}]


def test_what_time_alone_brings_is_told_when_it_has_come_though_nobody_wrote_anything(office: Any) -> None:
    office.at("2026-11-25T02:00:00Z")
    LedgerEntry.objects.create(
        ledger="contract-disputes", key="HT1", open=True, at="2026-11-25T02:00:00Z",
        data=json.dumps({"dispute": "延迟交付", "reporter": "ic-lead", "reported_at": "2026-11-25T02:00:00Z"}),
    )  # fmt: skip
    sweep()
    stale = Alert.objects.filter(control="dispute-stale")
    assert not stale.exists()
    office.at("2026-12-25T01:59:59Z")
    sweep()
    assert not stale.exists()
    office.at("2026-12-25T02:00:00Z")
    sweep()
    assert "延迟交付" in stale.get().explanation_zh
    office.at("2027-02-25T02:00:00Z")
    sweep()
    assert stale.count() == 1


def test_what_a_ledger_shows_that_several_matters_share_is_an_alert_of_the_matter_whose_case_it_is(
    office: Any, application: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "LIANFANG_CATALOGUE", copied(SEAL, "archives-bureau/seal"))
    engine.reset(office.clock)
    installation.install(demo=True)
    for key, case in (("official-seal", application), ("contract-seal", None)):
        LedgerEntry.objects.create(
            ledger="seal-incidents",
            key=key,
            case_id=case,
            open=True,
            at="2026-11-25T03:00:00Z",
            data=json.dumps({"account": f"丢失 {key}"}),
        )
    sweep()
    told = Alert.objects.filter(control="incident-reported").order_by("about")
    assert [(one.about.partition("|")[0], one.matter) for one in told] == [
        ("contract-seal", "archives-bureau/seal"),  # of no case: the first matter that looks at it
        ("official-seal", SEAL),
    ]


def test_who_is_watched_does_not_learn_of_it(office: Any, claim: Any) -> None:
    slices = [claim(290_000, f"s{number}") for number in range(3)]
    office.settle()
    assert alerts.alerts("ic-clerk").total == 0
    assert not alert_access.may_watch("ic-clerk")
    assert cases.case_view("ic-clerk", slices[0]).alerts == ()
    assert len(cases.case_view("inspector", slices[0]).alerts) == 1
    assert alerts.alerts("ic-director").total == 1
    assert alerts.alerts("gs-director").total == 0


def test_who_leads_another_unit_sees_no_alert_on_a_case_copied_to_them(office: Any, claim: Any) -> None:
    slices = [claim(290_000, f"s{number}") for number in range(3)]
    office.settle()
    assert office.act("ic-clerk", slices[0], "", "copy", people=["gs-director"]).accepted
    assert cases.case_view("gs-director", slices[0]).id == slices[0]
    assert cases.case_view("gs-director", slices[0]).alerts == ()
    assert cases.case_view("ic-director", slices[0]).alerts


def test_innocent_claims_raise_nothing(office: Any, claim: Any) -> None:
    claim(150_000, "a")
    claim(150_000, "b")
    claim(290_000, "c", payee="别家")
    claim(2_900_000, "d")
    office.settle()
    assert not Alert.objects.exists()


def test_looking_again_raises_nothing_new(office: Any, claim: Any) -> None:
    for number in range(3):
        claim(290_000, f"s{number}")
    office.settle()
    before = Entry.objects.count()
    sweep()
    sweep()
    assert Entry.objects.count() == before


def test_a_seal_not_handed_back_is_an_alert(office: Any, letter: str) -> None:
    office.at("2026-11-25T02:00:00Z")
    opened = office.start(
        "gs-clerk", SEAL, title="现场签约", document=letter, copies=2, seal="official-seal", outing=True, destination="区会议中心"
    )
    case_id = opened.case_id
    office.act("gs-deputy", case_id, "approve", "approve")
    office.act("gs-director", case_id, "director", "approve")
    out = office.act("gs-keeper", case_id, "leave", companions=["gs-clerk", "gs-clerk-2"], return_by="2026-11-25T09:00:00Z")
    assert out.accepted, out.refusal
    office.act("gs-keeper", case_id, "use_outside", stamped=letter, impressions=2)
    office.at("2026-11-25T09:00:00Z")
    sweep()
    assert not Alert.objects.filter(control="handed-back").exists(), "not a second too early"
    office.at("2026-11-25T09:00:01Z")
    sweep()
    sweep()
    alert = Alert.objects.get(control="handed-back")
    assert alert.cases == [case_id]
    assert "17:00" in alert.explanation_zh, "the office's own time"
    (task,) = cases.case_view("gs-registrar", case_id).waiting
    assert task.due == "2026-11-25T09:00:00Z"


@pytest.fixture
def taken_out(office: Any, letter: str) -> str:
    """An outing from ten o'clock, to be back at five."""
    office.at("2026-11-25T02:00:00Z")
    asked = {"title": "现场签约", "document": letter, "copies": 2, "seal": "official-seal", "outing": True, "destination": "区会议中心"}
    case_id = str(office.start("gs-clerk", SEAL, **asked).case_id)
    office.act("gs-deputy", case_id, "approve", "approve")
    office.act("gs-director", case_id, "director", "approve")
    leave = {"companions": ["gs-clerk", "gs-clerk-2"], "return_by": "2026-11-25T09:00:00Z"}
    assert office.act("gs-keeper", case_id, "leave", **leave).accepted
    return case_id


def test_a_seal_that_was_not_even_used_is_due_back(office: Any, taken_out: str, letter: str) -> None:
    """The registrar is asked for it from the moment it leaves; one lateness is one alert, wherever the case stands by then."""
    tasks = {task.step: task.due for task in cases.case_view("gs-registrar", taken_out).waiting}
    assert tasks == {"use_outside": "2026-11-25T09:00:00Z", "hand_back": "2026-11-25T09:00:00Z"}
    office.at("2026-11-25T09:00:01Z")
    sweep()
    used = office.act("gs-keeper", taken_out, "use_outside", stamped=letter, impressions=2)
    assert used.accepted, used.refusal
    sweep()
    assert Alert.objects.filter(control="handed-back").count() == 1


def test_an_alert_comes_to_who_answers_for_the_matter(office: Any, taken_out: str) -> None:
    """The keeper of the seals leads no unit, and owns the matter."""
    assert office.act("gs-registrar", taken_out, "hand_back", incident="lost", account="回程途中丢失，已报警").accepted
    office.settle()
    assert [one.cases for one in alerts.alerts("gs-keeper").lines if one.control == "incident-reported"] == [(taken_out,)]
    assert alert_access.may_read("gs-keeper") and not alert_access.may_watch("gs-keeper")
    assert alerts.alerts("gs-registrar").total == 0


def test_a_lost_seal_is_told_to_the_inspector_and_used_by_nobody(office: Any, taken_out: str, letter: str) -> None:
    lost = office.act("gs-registrar", taken_out, "hand_back", incident="lost", account="回程途中丢失，已报警")
    assert lost.accepted, lost.refusal
    office.settle()
    (alert,) = (one for one in alerts.alerts("inspector").lines if one.control == "incident-reported")
    assert (alert.level, alert.cases) == ("red", (taken_out,))
    assert all(taken_out in words and "回程途中丢失，已报警" in words for words in alert.explanation)
    other = str(office.start("gs-clerk-2", SEAL, title="函", document=letter, copies=1, seal="official-seal").case_id)
    office.act("gs-deputy", other, "approve", "approve")
    assert office.act("gs-keeper", other, "use", stamped=letter, impressions=1).refusal.control == "seal-sound"
    office.act("gs-director", taken_out, "settle", remedy="声明作废，已重新刻制并备案")
    assert office.act("gs-keeper", other, "use", stamped=letter, impressions=1).accepted


def test_a_seal_used_is_due_in_its_cabinet(office: Any, application: str, letter: str) -> None:
    office.act("gs-deputy", application, "approve", "approve")
    used = office.act("gs-keeper", application, "use", stamped=letter, impressions=2)
    assert used.accepted, used.refusal
    (task,) = cases.case_view("gs-keeper", application).waiting
    office.at(task.due)
    sweep()
    assert not Alert.objects.filter(control="put-away").exists()
    office.at(add(task.due, Duration(1, "h")))
    sweep()
    assert Alert.objects.get(control="put-away").cases == [application]


def test_a_duty_opens_is_done_and_asks_no_more(office: Any) -> None:
    office.at("2026-11-25T00:30:00Z")
    sweep()
    turn = next(line for line in desk.duties("gs-keeper") if line.period == "2026-11-25")
    assert (turn.state, turn.matter) == ("open", COUNT)
    done = office.start("gs-keeper", COUNT, period="2026-11-25", note="印章两枚均在柜")
    assert done.accepted, done.refusal
    turn = next(line for line in desk.duties("gs-keeper-2") if line.period == "2026-11-25")
    assert (turn.state, turn.case_id) == ("done", done.case_id)
    office.at("2026-11-26T00:30:00Z")
    sweep()
    assert not Alert.objects.filter(about="2026-11-25").exists()


def test_a_missed_duty_is_an_alert(office: Any) -> None:
    office.at("2026-11-25T00:30:00Z")
    sweep()
    office.at("2026-11-26T00:30:00Z")
    sweep()
    alert = Alert.objects.get(control="custody-check", about="2026-11-25")
    assert "印章保管人" in alert.explanation_zh
    assert alert.people == ["gs-keeper", "gs-keeper-2"]


def test_a_duty_missed_day_after_day_is_one_alert_that_grows_while_it_is_open(office: Any) -> None:
    for day in (25, 26, 27, 28):
        office.at(f"2026-11-{day}T00:30:00Z")
        sweep()
    alert = Alert.objects.get(control="custody-check")
    assert alert.about == "2026-11-25"
    assert "（2026-11-27）" in alert.explanation_zh
    assert "此前已逾期：2026-11-26、2026-11-25。" in alert.explanation_zh
    assert "Late before it: 2026-11-26, 2026-11-25." in alert.explanation_en
    told = Entry.objects.filter(kind="alert", control="custody-check").count()
    sweep()
    assert Entry.objects.filter(kind="alert", control="custody-check").count() == told == 3, "nothing is told twice"
    Alert.objects.update(status="closed", stage="closed")
    office.at("2026-12-01T00:30:00Z")
    sweep()
    assert [*Alert.objects.filter(control="custody-check", status="open").values_list("about", flat=True)] == ["2026-11-30"]


def test_a_duty_of_working_days_says_where_it_goes_by_a_year_that_nobody_entered(office: Any) -> None:
    """31 December 2026 is known; 2027 is not, so its first Friday is taken for worked, and the alert says so."""
    for moment in ("2026-12-30T23:00:00Z", "2027-01-01T00:30:00Z", "2027-01-04T00:30:00Z"):
        office.at(moment)
        sweep()
        told = Alert.objects.filter(control="custody-check").values_list("explanation_zh", "explanation_en").first()
        assert told is None or ("推算" in told[0]) == ("2027-01-01" in told[0])
    assert told is not None
    assert "尚无 2027 年放假安排" in told[0]
    assert "the holidays of 2027 are not known" in told[1]


def test_a_duty_of_working_days_rests_on_holidays(office: Any) -> None:
    """The demo office is looked at through the first week of October 2026: nobody owes a turn until the eighth."""
    Duty.objects.all().delete()
    MatterVersion.objects.filter(matter=COUNT).update(published_at="2026-09-30T00:00:00Z")
    Duty.objects.create(
        matter=COUNT, parent=COUNT.rpartition("/")[0], control="custody-check", period="2026-09-30",
        post="government-services/seal-keeper", opens_at="2026-09-29T16:00:00Z", due="2026-09-30T16:00:00Z",
    )  # fmt: skip
    office.at("2026-10-12T00:30:00Z")
    sweep()
    turns = Duty.objects.filter(control="custody-check").order_by("opens_at").values_list("period", flat=True)
    assert [*turns] == ["2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12"]


def test_a_turn_that_does_not_exist_is_told_at_the_field(office: Any) -> None:
    with pytest.raises(CommandError) as caught:
        office.start("gs-keeper", COUNT, period="2031-01-01", note="提前")
    assert [error.field for error in caught.value.errors] == ["period"]


def test_an_office_that_goes_live_on_a_saturday_begins_its_daily_duties_on_monday(office: Any) -> None:
    Duty.objects.all().delete()
    MatterVersion.objects.update(published_at="2026-11-28T02:00:00Z")
    daily = Duty.objects.filter(control="custody-check")
    for moment, opened in (
        ("2026-11-28T02:00:00Z", []),
        ("2026-11-29T15:59:59Z", []),
        ("2026-11-30T00:30:00Z", ["2026-11-30"]),
        ("2026-12-01T00:30:00Z", ["2026-11-30", "2026-12-01"]),
    ):
        office.at(moment)
        sweep()
        assert [*daily.order_by("period").values_list("period", flat=True)] == opened, moment
    assert [*Alert.objects.filter(control="custody-check").values_list("about", flat=True)] == ["2026-11-30"]


def test_nothing_that_was_due_before_the_first_day_is_held_against_anybody(office: Any) -> None:
    sweep()
    assert not Alert.objects.exists()
    assert Duty.objects.exists()
