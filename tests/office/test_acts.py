"""Submitting commands: verdicts, receipts, repeated and stale submissions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lianfang.catalogue.audit import verify_bundle
from lianfang.evidence.checkpoint import verify_receipt
from lianfang.kernel import CommandError
from lianfang.office import cases, desk, log
from lianfang.office.acts import act, start
from lianfang.office.engine import engine, reset
from lianfang.office.views import NotFound, StaleCase
from lianfang.store.models import CaseRow, Entry, Holding, Task

SEAL, EXPENSE = "government-services/seal", "information-centre/expense"


def test_an_application_opens_a_case_and_waits_for_the_approver(office: Any, application: str) -> None:
    row = CaseRow.objects.get(id=application)
    assert (row.status, row.title, row.applicant, row.n) == ("open", "延时服务函", "gs-clerk", 1)
    assert list(Task.objects.values_list("case_id", "step", "whom")) == [
        (application, "approve", "post:government-services/deputy-director")
    ]


def test_a_case_number_can_be_read_out_on_the_telephone(office: Any, application: str) -> None:
    assert re.fullmatch(r"\d{8}-[2-9A-HJ-NP-Z]{6}", application)


def test_a_receipt_is_the_logs_promise(office: Any, application: str) -> None:
    outcome = office.act("gs-deputy", application, "approve", "approve")
    entry = Entry.objects.get(id=outcome.entry)
    assert outcome.receipt()["leaf"] == bytes(entry.leaf).hex()
    assert verify_receipt(outcome.receipt(), engine().log.signer.verifier)
    assert not verify_receipt({**outcome.receipt(), "entry": outcome.entry + 1}, engine().log.signer.verifier)


def test_a_refusal_names_the_control_the_risk_the_source_and_the_way_on(office: Any, application: str, letter: str) -> None:
    outcome = office.act("gs-keeper", application, "use", stamped=letter, impressions=2)
    assert not outcome.accepted
    refusal = outcome.refusal
    assert (refusal.control, refusal.kind, refusal.family) == ("approved", "approval", "gate")
    assert refusal.risk_title.zh == "未审批盖章"
    assert refusal.source.zh == "对印章使用实行领导签批制"
    assert "印章的审批" in refusal.message.zh
    assert refusal.remedy.zh
    assert refusal.remedy.en


def test_a_refusal_is_kept_and_leaves_the_case_as_it_was(office: Any, application: str, letter: str) -> None:
    before = CaseRow.objects.get(id=application)
    outcome = office.act("gs-keeper", application, "use", stamped=letter, impressions=2)
    after = CaseRow.objects.get(id=application)
    assert (after.n, after.status) == (before.n, before.status)
    assert after.tip != before.tip, "the refusal is part of the case's chain"
    kept = Entry.objects.get(id=outcome.entry)
    assert (kept.kind, kept.control, kept.case_id) == (Entry.REFUSED, "approved", application)


def test_each_entry_names_the_one_before_it(office: Any, application: str, letter: str) -> None:
    office.act("gs-keeper", application, "use", stamped=letter, impressions=2)
    office.act("gs-deputy", application, "approve", "approve")
    first, second, third = Entry.objects.filter(case_id=application).order_by("id")
    assert json.loads(first.body)["prev"] == ""
    assert json.loads(second.body)["prev"] == bytes(first.leaf).hex()
    assert json.loads(third.body)["prev"] == bytes(second.leaf).hex()


def moments(case_id: str) -> list[str]:
    """The moments of a case's entries, by the columns, which must say what the bodies say."""
    entries = Entry.objects.filter(case_id=case_id).order_by("id")
    told = [entry.at for entry in entries]
    assert told == [json.loads(entry.body)["command"]["at"] for entry in entries]
    assert CaseRow.objects.get(id=case_id).changed_at == told[-1]
    return told


def test_a_clock_that_is_set_back_does_not_take_a_case_back_with_it(office: Any, letter: str, tmp_path: Path) -> None:
    office.at("2026-11-25T02:00:00Z")
    case = office.start("gs-clerk", SEAL, title="延时服务函", document=letter, copies=2, seal="official-seal").case_id
    office.at("2026-11-25T01:00:00Z")
    assert not office.act("gs-keeper", case, "use", stamped=letter, impressions=2).accepted
    approved = office.act("gs-deputy", case, "approve", "approve")
    assert approved.accepted
    assert approved.receipt()["at"] == "2026-11-25T02:00:00Z"
    office.at("2026-11-25T02:00:01Z")
    assert not office.act("gs-clerk", case, "use", stamped=letter, impressions=2).accepted
    reset(office.clock)  # who starts anew reads from the tables how far the case has come
    office.at("2026-11-24T02:00:00Z")
    assert office.act("gs-keeper", case, "use", stamped=letter, impressions=2).accepted
    assert moments(case) == [*["2026-11-25T02:00:00Z"] * 3, *["2026-11-25T02:00:01Z"] * 2]
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults


def test_a_clock_set_back_gives_nobody_a_post_back(office: Any, letter: str) -> None:
    office.at("2026-11-25T02:00:00Z")
    case = office.start("gs-clerk", SEAL, title="延时服务函", document=letter, copies=2, seal="official-seal").case_id
    Holding.objects.filter(person="gs-deputy").update(until="2026-11-25")
    office.at("2026-11-24T02:00:00Z")
    assert not office.act("gs-deputy", case, "approve", "approve").accepted, "who approves is judged by the day that is kept"


def test_a_refused_opening_is_kept_without_a_case(office: Any) -> None:
    blank = office.file("空白页.txt", "   \n", "gs-clerk")
    outcome = office.start("gs-clerk", SEAL, title="空白介绍信", document=blank, copies=1, seal="official-seal")
    assert not outcome.accepted
    assert outcome.refusal.control == "blank-application"
    assert outcome.case_id == ""
    assert not CaseRow.objects.exists()
    assert Entry.objects.get(id=outcome.entry).case_id is None


def test_a_malformed_command_leaves_nothing(office: Any, letter: str) -> None:
    before = Entry.objects.count()
    with pytest.raises(CommandError) as caught:
        office.start("gs-clerk", SEAL, title=" ", document=letter, copies=0, seall="official-seal")
    assert {error.field for error in caught.value.errors} == {"title", "copies", "seall", "seal"}
    assert Entry.objects.count() == before


def test_the_same_key_is_answered_once(office: Any, application: str, letter: str) -> None:
    first = act("gs-deputy", application, "approve", "approve", {}, key="tap-1")
    again = act("gs-deputy", application, "approve", "approve", {}, key="tap-1")
    assert (again.entry, again.repeated, again.accepted) == (first.entry, True, True)
    data = {"title": "函", "document": letter, "copies": 1, "seal": "official-seal"}
    opened = start("gs-clerk", SEAL, data, key="tap-2")
    assert start("gs-clerk", SEAL, data, key="tap-2").case_id == opened.case_id
    assert start("gs-clerk-2", SEAL, data, key="tap-2").case_id != opened.case_id, "a key is its owner's"


def test_a_repeated_refusal_is_answered_with_the_same_refusal(office: Any, application: str, letter: str) -> None:
    data = {"stamped": letter, "impressions": 2}
    first = act("gs-keeper", application, "use", "do", data, key="k")
    again = act("gs-keeper", application, "use", "do", data, key="k")
    assert again.refusal == first.refusal
    assert again.entry == first.entry


def test_a_case_that_moved_on_is_not_acted_on_blindly(office: Any, application: str) -> None:
    seen = cases.case_view("gs-deputy", application).n
    office.act("gs-deputy-2", application, "approve", "return", opinion="请改份数")
    with pytest.raises(StaleCase):
        act("gs-deputy", application, "approve", "approve", {}, seen=seen)


def test_whoever_names_a_case_is_judged(office: Any, application: str) -> None:
    outcome = office.act("s1-clerk", application, "approve", "approve")
    assert outcome.refusal.control == "step-post"
    assert Entry.objects.filter(actor="s1-clerk", kind=Entry.REFUSED).count() == 1
    with pytest.raises(NotFound):  # trying is no way to get to see it
        cases.case_view("s1-clerk", application)
    assert not desk.find("s1-clerk", application).lines


def test_an_unknown_case_or_matter_is_not_found(office: Any) -> None:
    with pytest.raises(NotFound):
        office.act("gs-clerk", "20260101-AAAAA", "approve", "approve")
    with pytest.raises(NotFound):
        office.start("gs-clerk", "no-such/matter")


def test_an_amount_chooses_its_own_way(office: Any, claim: Any) -> None:
    ways = {280_000: [], 300_000: [], 300_001: ["director"], 5_000_000: ["director"], 5_000_001: ["director", "office_meeting"]}
    for index, (amount, above) in enumerate(ways.items()):
        case_id = claim(amount, f"way-{index}")
        for who, step in (("ic-rechecker", "recheck"), ("ic-department-head", "head"), ("ic-deputy", "deputy")):
            assert office.act(who, case_id, step, "approve").accepted
        walked = []
        while (step := Task.objects.get(case_id=case_id).step) != "settle":
            walked.append(step)
            if step == "director":
                assert office.act("ic-director", case_id, step, "approve").accepted
            else:
                present = ["ic-director", "ic-deputy", "ic-department-head", "ic-head"]
                votes = [{"person": person, "vote": "for"} for person in present]
                assert office.act("ic-director", case_id, step, "resolve", attendance=present, votes=votes).accepted
        assert walked == above, amount


def test_a_used_invoice_is_refused_with_the_earlier_case(office: Any, claim: Any) -> None:
    earlier = claim(280_000, "44030001")
    scan = office.file("再次.txt", "同一张发票", "ic-clerk-2")
    invoice = {"seller": "宝文印务", "number": "4403 0001", "date": "2026-11-02", "amount": 280_000}
    outcome = office.start("ic-clerk-2", EXPENSE, title="印制", payee="宝文印务", invoices=[invoice], vouchers=scan)
    assert outcome.refusal.control == "invoice-once"
    assert earlier in outcome.refusal.message.zh
    assert earlier in outcome.refusal.message.en
