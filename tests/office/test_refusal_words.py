"""A refusal as a page tells it: what the values come to, entries by their title, people and files by their name, in both languages."""

from __future__ import annotations

import re
from typing import Any

from lianfang.catalogue.audit import verify_bundle
from lianfang.kernel.model import Text
from lianfang.office import log
from lianfang.office.engine import engine
from lianfang.office.people import names
from lianfang.office.refusals import _called, _who

SEAL, EXPENSE = "government-services/seal", "information-centre/expense"


def collected(office: Any, *amounts: int) -> str:
    scan = office.file("凭证.txt", "增值税普通发票", "ic-clerk")
    invoices = [{"seller": "宝文", "number": str(n), "date": "2026-11-02", "amount": one} for n, one in enumerate(amounts)]
    return str(office.start("ic-clerk", EXPENSE, title="印制材料费", payee="宝文", invoices=invoices, vouchers=scan).case_id)


def told(outcome: Any) -> Text:
    assert not outcome.accepted
    message: Text = outcome.refusal.message
    return message


def test_the_claim_and_the_sum_of_its_invoices_are_both_told(office: Any, tmp_path: Any) -> None:
    case_id = collected(office, 100_000, 150_000)
    message = told(office.act("ic-clerk", case_id, "fill", amount=280_000, purpose="office", budget_line="office-2026"))
    assert message.zh == "不符合“报销金额等于发票合计”：“发票及原始凭证”的“金额”合计为 ¥2,500.00，应等于“报销金额”（¥2,800.00）。"
    assert message.en.endswith("the sum of “Amount” in “Invoices and vouchers” is ¥2,500.00; it should equal “Amount claimed” (¥2,800.00).")
    log.export(tmp_path / "bundle")
    assert verify_bundle(tmp_path / "bundle").sound


def test_a_budget_line_stands_by_its_title(office: Any) -> None:
    message = told(office.act("ic-clerk", collected(office, 100), "fill", amount=100, purpose="training", budget_line="office-2026"))
    assert message.zh == "不符合“专款专用”：预算指标“2026年办公运行经费”的“用途”为办公运行，应等于“开支用途”（培训会议）。"
    assert "of “Office running, 2026” (Budget lines) is Office running; it should equal “Purpose” (Training and meetings)." in message.en


def approved(office: Any, letter: str, **more: Any) -> str:
    """An application for the seal that the deputy has agreed to."""
    case_id = office.start("gs-clerk", SEAL, title="延时服务函", document=letter, copies=2, seal="official-seal", **more).case_id
    assert office.act("gs-deputy", case_id, "approve", "approve").accepted
    return str(case_id)


def test_a_seal_stands_by_its_title_and_its_keeper_by_name(office: Any, letter: str) -> None:
    case_id = approved(office, letter)
    message = told(office.act("gs-keeper-2", case_id, "use", stamped=letter, impressions=1))
    keeper = _name("gs-keeper")
    assert "“区政务局行政公章”" in message.zh
    assert "“Official seal of the bureau”" in message.en
    assert message.zh.endswith(f"台账指定的是：{keeper.zh}。")
    assert message.en.endswith(f"The ledger names: {keeper.en}.")


def _name(person: str) -> Text:
    return names([person])[person]


def test_what_was_stamped_instead_is_told_by_its_file(office: Any, letter: str) -> None:
    other = office.file("另一份.txt", "换过的内容", "gs-keeper")
    message = told(office.act("gs-keeper", approved(office, letter), "use", stamped=other, impressions=1))
    for words in message:
        assert re.search(f"“另一份.txt” ?{other[:12]}…", words)
        assert re.search(f"“关于窗口延时服务的函.txt” ?{letter[:12]}…", words)


def test_who_was_counted_is_told_by_name(office: Any, letter: str) -> None:
    case_id = approved(office, letter, outing=True, destination="法院")
    assert office.act("gs-director", case_id, "director", "approve").accepted
    due = "2099-01-01T00:00:00Z"
    message = told(office.act("gs-keeper", case_id, "leave", companions=["gs-clerk", "ic-clerk"], return_by=due))
    clerk, other = _name("gs-clerk"), _name("ic-clerk")
    assert message.zh.endswith(f"填报的：{clerk.zh}、{other.zh}。可以计入的：{clerk.zh}。")
    assert message.en.endswith(f"Named: {clerk.en}, {other.en}. Counted: {clerk.en}.")


def test_who_does_not_belong_to_the_meeting_is_told_by_name(office: Any, claim: Any) -> None:
    case_id = claim(8_000_000, "1")
    for who, step in (("ic-rechecker", "recheck"), ("ic-department-head", "head"), ("ic-deputy", "deputy"), ("ic-director", "director")):
        assert office.act(who, case_id, step, "approve").accepted
    present = ["ic-director", "ic-deputy", "gs-clerk"]
    votes = [{"person": person, "vote": "for"} for person in present]
    message = told(office.act("ic-director", case_id, "office_meeting", "resolve", attendance=present, votes=votes))
    assert message.zh.endswith(f"不是应到会成员的：{_name('gs-clerk').zh}。")
    assert "gs-clerk" not in message.zh + message.en


def test_who_published_what_has_not_stood_long_enough_is_told_by_name(office: Any) -> None:
    told = _who({"kind": "publicity", "shown": {"by": "gs-clerk", "missing": 2}}, names(["gs-clerk"]))
    clerk = _name("gs-clerk")
    assert told == (f"公示人：{clerk.zh}。", f"Published by: {clerk.en}.")


def test_who_must_stand_back_or_declared_nothing_is_told_by_name(office: Any) -> None:
    clerk = _name("gs-clerk")
    told = _who({"kind": "recusal", "shown": {"related": ["gs-clerk"], "parties": ["宏达公司"]}}, names(["gs-clerk"]))
    assert told == (f"须回避的：{clerk.zh}。", f"To stand back: {clerk.en}.")
    told = _who({"kind": "recusal", "shown": {"undeclared": ["gs-clerk"]}}, names(["gs-clerk"]))
    assert told == (f"尚未申报的：{clerk.zh}。", f"Declared nothing: {clerk.en}.")


def test_the_party_that_one_is_related_to_is_told_by_name(office: Any) -> None:
    matter = engine().current[SEAL]
    control = next(c.id for c in matter.controls if "key" not in c.params)
    kept = {"kind": "recusal", "control": control, "shown": {"related": ["gs-keeper"], "parties": ["gs-clerk", "宏达公司"]}}
    clerk = _name("gs-clerk")
    called = _called(matter, kept, {"case": "", "command": {"actor": "gs-keeper"}}, names(["gs-clerk", "宏达公司"]))
    assert called == {"“gs-clerk”": Text(f"“{clerk.zh}”", f"“{clerk.en}”")}
