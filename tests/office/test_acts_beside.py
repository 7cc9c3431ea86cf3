"""What people do to a running case besides its steps: it is taken back, urged, copied, and returned to the step of their choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lianfang.catalogue.audit import verify_bundle
from lianfang.kernel.model import CommandError
from lianfang.office import acts, cases, desk, forms, log
from lianfang.office.access import seen_cases
from lianfang.office.views import NOTHING, NotFound, StaleCase
from lianfang.store.models import Copy, Entry, LedgerEntry, Task

MONDAY, TUESDAY = "2026-03-02T02:00:00Z", "2026-03-03T02:00:00Z"
STRANGER = "gs-clerk"
"""Somebody of another unit, who has nothing to do with the claims."""


def beside(who: str, case: str, act: str, **data: Any) -> Any:
    return acts.act(who, case, "", act, data)


def test_a_claim_is_taken_back_and_its_invoice_used_again(office: Any, claim: Callable[..., str]) -> None:
    case = claim(280_000, "44030001")
    outcome = beside("ic-clerk", case, "withdraw", opinion="金额有误")
    assert outcome.accepted
    view = cases.case_view("ic-clerk", case)
    assert (view.status, view.status_title.zh, view.waiting) == ("withdrawn", "已撤回", ())
    assert (view.timeline[-1].act.zh, view.timeline[-1].opinion) == ("撤回", "金额有误")
    assert not Task.objects.filter(case_id=case).exists()
    assert not LedgerEntry.objects.filter(case_id=case).exists()
    assert [line.step.zh for line in desk.done("ic-clerk").lines] == ["撤回"]
    assert desk.started("ic-clerk").lines[0].status == "withdrawn"
    assert desk.waiting("ic-rechecker").lines == ()
    claim(280_000, "44030001")


def test_too_late_names_who_acted_and_when(office: Any, claim: Callable[..., str]) -> None:
    office.at(MONDAY)
    case = claim(280_000, "1")
    office.at(TUESDAY)
    assert office.act("ic-rechecker", case, "recheck", "approve").accepted
    refused = beside("ic-clerk", case, "withdraw")
    assert refused.refusal.control == "withdraw-order"
    assert refused.refusal.step == ("撤回", "Withdraw")
    name = cases.case_view("inspector", case).timeline[-2].who
    assert refused.refusal.message.zh.startswith(f"{name.zh}已于 2026-03-03 10:00 办理“复核人复核”")
    assert refused.refusal.message.en.startswith(f"{name.en} did “Recheck” at 2026-03-03 10:00")
    assert "ic-rechecker" not in refused.refusal.message.zh
    assert cases.case_view("ic-clerk", case).timeline[-1].refusal == replace(refused.refusal, ask=NOTHING)
    assert "withdraw" not in cases.case_view("ic-clerk", case).beside
    assert Entry.objects.get(id=refused.entry).kind == "refused"


def test_an_urge_stands_where_the_step_waits_and_moves_nothing(office: Any, claim: Callable[..., str]) -> None:
    office.at(MONDAY)
    case = claim(280_000, "1")
    seen = cases.case_view("ic-rechecker", case).n
    assert beside("ic-clerk", case, "urge").accepted
    assert [line.urged for line in desk.waiting("ic-rechecker").lines] == [MONDAY]
    view = cases.case_view("ic-rechecker", case)
    assert [task.urged for task in view.waiting] == [MONDAY]
    assert view.timeline[-1].note == ("催办“复核人复核”", "Urged: “Recheck”")
    again = beside("ic-clerk", case, "urge")
    assert again.refusal.control == "urge-limit"
    assert "2026-03-03" in again.refusal.remedy.zh
    # What was written while somebody urged is not stale.
    assert acts.act("ic-rechecker", case, "recheck", "approve", {}, seen=seen).accepted
    assert [line.urged for line in desk.waiting("ic-department-head").lines] == [""], "the next step was not urged"
    with pytest.raises(StaleCase):
        acts.act("ic-department-head", case, "head", "approve", {}, seen=seen)


def test_who_is_named_reads_the_case_comments_on_it_and_does_no_more(office: Any, claim: Callable[..., str]) -> None:
    office.at(MONDAY)
    case, other = claim(280_000, "1"), claim(280_000, "2")
    with pytest.raises(NotFound):
        cases.case_view(STRANGER, case)
    assert beside("ic-clerk", case, "copy", people=[STRANGER, "gs-deputy"], opinion="请知悉").accepted
    view = cases.case_view(STRANGER, case)
    assert [one.id for one in view.copied] == [STRANGER, "gs-deputy"]
    assert view.beside == ("comment",)
    assert view.timeline[-1].note.zh.startswith("抄送给")
    (line,) = desk.copied(STRANGER).lines
    assert (line.id, line.moment, line.step.zh) == (case, MONDAY, "复核人复核")
    assert {row.id for row in seen_cases(STRANGER)} & {case, other} == {case}
    with pytest.raises(NotFound):
        cases.case_view(STRANGER, other)
    assert office.act(STRANGER, case, "recheck", "approve").refusal.control == "step-post"
    assert beside(STRANGER, case, "copy", people=["gs-keeper"]).refusal.control == "beside-part"
    assert Copy.objects.count() == 2


def test_copies_go_to_staff_by_name(office: Any, claim: Callable[..., str]) -> None:
    case = claim(280_000, "1")
    refused = beside("ic-clerk", case, "copy", people=["nobody"])
    assert refused.refusal.control == "copy-people"
    with pytest.raises(CommandError):
        beside("ic-clerk", case, "copy")
    assert not Copy.objects.exists()


def test_a_return_goes_to_the_step_of_ones_choice(office: Any, claim: Callable[..., str]) -> None:
    case = claim(280_000, "1")
    office.act("ic-rechecker", case, "recheck", "approve")
    office.act("ic-department-head", case, "head", "approve")
    form = forms.step_form("ic-deputy", case, "deputy")
    assert [option.value for option in form.returns] == ["collect", "fill", "recheck", "head"]
    assert form.returns_to == "collect"
    back = office.act("ic-deputy", case, "deputy", "return", opinion="请再核对发票", returns_to="recheck")
    assert back.accepted
    view = cases.case_view("ic-clerk", case)
    assert [task.step for task in view.waiting] == ["recheck"]
    assert view.timeline[-1].note == ("退回到“复核人复核”", "Back to “Recheck”")
    assert LedgerEntry.objects.filter(case_id=case, ledger="invoices").exists(), "what was entered before it stands"
    assert office.act("ic-department-head", case, "head", "approve").refusal.control == "step-order"
    wrong = office.act("ic-rechecker", case, "recheck", "return", opinion="跳过", returns_to="settle")
    assert wrong.refusal.control == "return-order"


def test_a_key_makes_a_second_click_harmless(office: Any, claim: Callable[..., str]) -> None:
    case = claim(280_000, "1")
    first, second = (acts.act("ic-clerk", case, "", "urge", {}, key="once") for _ in range(2))
    assert (first.accepted, second.accepted, second.repeated) == (True, True, True)
    assert first.entry == second.entry


def test_all_of_it_verifies_offline(office: Any, claim: Callable[..., str], tmp_path: Path) -> None:
    case, other = claim(280_000, "1"), claim(280_000, "2")
    beside("ic-clerk", case, "urge")
    beside("ic-clerk", case, "urge")  # refused
    beside("ic-clerk", case, "copy", people=[STRANGER])
    beside("ic-clerk", case, "copy", people=["nobody"])  # refused
    office.act("ic-rechecker", case, "recheck", "approve")
    office.act("ic-department-head", case, "head", "return", opinion="再核", returns_to="recheck")
    office.act("ic-rechecker", case, "recheck", "return", opinion="跳过", returns_to="settle")  # refused
    beside("ic-clerk", case, "withdraw")
    beside("ic-rechecker", other, "withdraw")  # refused
    beside("ic-clerk", other, "withdraw")
    claim(280_000, "2")
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults
    assert [line.step.zh for line in log.lines("inspector")].count("撤回") == 3


def test_a_task_is_handed_over_and_found_by_who_takes_it(office: Any, application: str, tmp_path: Path) -> None:
    assert [desk.waiting(who).total for who in ("gs-deputy", "gs-deputy-2")] == [1, 1]
    view = cases.case_view("gs-deputy", application)
    assert "transfer" in view.beside
    assert [(step, [one.id for one in people]) for step, _, people in view.takers] == [("approve", ["gs-deputy-2"])]
    assert beside("gs-deputy", application, "transfer", step="approve", person="gs-deputy-2", opinion="外出").accepted
    assert [desk.waiting(who).total for who in ("gs-deputy", "gs-deputy-2")] == [0, 1]
    (task,) = desk.tasks("gs-deputy-2")
    assert (task.whom, task.post, task.mine) == ("person:gs-deputy-2", "government-services/deputy-director", True)
    item = cases.case_view("gs-deputy", application).timeline[-1]
    assert (item.act.zh, item.note.zh, item.opinion) == ("转办", "“印章的审批”转办给丁毅之", "外出")
    refused = office.act("gs-deputy", application, "approve", "approve")
    assert "丁毅之" in refused.refusal.message.zh
    assert office.act("gs-deputy-2", application, "approve", "approve").accepted
    assert not Task.objects.filter(case_id=application, step="approve").exists()
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults


def test_nothing_is_offered_to_hand_over_where_nobody_else_holds_the_post(office: Any, claim: Callable[..., str]) -> None:
    view = cases.case_view("ic-rechecker", claim(280_000, "1"))
    assert any(task.mine for task in view.waiting)
    assert ("transfer" in view.beside) == any(people for *_, people in view.takers)


def test_an_opinion_is_asked_and_found_by_who_is_asked(office: Any, application: str, tmp_path: Path) -> None:
    """The deputy asks somebody of another unit before approving; until then the case is none of their business."""
    asked = {"step": "approve", "people": ["ic-director"], "opinion": "用印文件是否规范"}
    with pytest.raises(NotFound):
        cases.case_view("ic-director", application)
    assert "consult" in cases.case_view("gs-deputy", application).beside
    assert beside("gs-deputy", application, "consult", **asked).accepted
    (task,) = [task for task in desk.tasks("ic-director") if task.case_id == application]
    assert (task.step, task.act, task.mine, task.step_title.zh) == ("approve", "advise", True, "就“印章的审批”答复意见")
    line = next(line for line in desk.waiting("ic-director").lines if line.id == application)
    assert (line.step.zh, line.step.en) == (
        "就“印章的审批”答复意见",
        f"Opinion on “{cases.case_view('gs-deputy', application).waiting[0].step_title.en}”",
    )
    assert application in {row.id for row in seen_cases("ic-director")}
    view = cases.case_view("ic-director", application)
    assert view.beside == ("advise", "comment")
    assert [task.step for task in view.waiting] == ["approve"], "the step waits for its post"
    assert [(one.person.id, one.by.id, one.why, one.agrees) for one in view.opinions] == [
        ("ic-director", "gs-deputy", "用印文件是否规范", None)
    ]
    refused = office.act("gs-deputy", application, "approve", "approve")
    name = view.opinions[0].person.name
    assert refused.refusal.control == "consult-open"
    assert name.zh in refused.refusal.message.zh
    assert name.en in refused.refusal.message.en
    assert "ic-director" not in refused.refusal.message.zh
    assert beside("ic-director", application, "advise", step="approve", agrees=False, opinion="缺附件").accepted
    assert [task for task in desk.tasks("ic-director") if task.case_id == application] == []
    items = cases.case_view("gs-deputy", application).timeline
    assert (items[-3].act.zh, items[-3].note.zh) == ("征求意见", f"就“印章的审批”征求{name.zh}的意见")
    assert (items[-1].act.zh, items[-1].note.zh, items[-1].opinion) == ("答复意见", "就“印章的审批”答复：不同意", "缺附件")
    assert office.act("gs-deputy", application, "approve", "approve").accepted
    assert cases.case_view("ic-director", application).beside == ("comment",), "they may read on and comment, no more"
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults


def test_who_is_not_asked_any_more_has_nothing_to_do_with_the_case(office: Any, application: str) -> None:
    asked = {"step": "approve", "people": ["ic-director", "ic-clerk"], "opinion": "x"}
    assert beside("gs-deputy", application, "consult", **asked).accepted
    assert beside("ic-clerk", application, "advise", step="approve", agrees=True, opinion="x").accepted
    assert "recall" in cases.case_view("gs-deputy", application).beside
    assert beside("gs-deputy", application, "recall", step="approve").accepted
    assert not Task.objects.filter(case_id=application, step="").exists()
    with pytest.raises(NotFound):
        cases.case_view("ic-director", application)
    assert [one.person.id for one in cases.case_view("ic-clerk", application).opinions] == ["ic-clerk"]
    assert office.act("gs-deputy", application, "approve", "approve").accepted


def test_an_answer_comes_between_the_form_and_its_submission(office: Any, application: str) -> None:
    beside("gs-deputy", application, "consult", step="approve", people=["ic-director"], opinion="x")
    seen = cases.case_view("gs-deputy", application).n
    beside("ic-director", application, "advise", step="approve", agrees=False, opinion="不妥")
    with pytest.raises(StaleCase):
        acts.act("gs-deputy", application, "approve", "approve", {}, "", seen)
    assert office.act("gs-deputy", application, "approve", "return", opinion="请补正").accepted
    assert cases.case_view("gs-deputy", application).opinions == ()
