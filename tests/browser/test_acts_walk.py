"""What people do to a running case besides its steps, in a browser: urged, copied, returned to a step of choice, taken back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Walk, Window, two_views

pytestmark = pytest.mark.browser
SEAL = "government-services/seal"
EXPENSE = "information-centre/expense"
LETTER = ("函.txt", "关于窗口延时服务的函")
SCAN = ("凭证扫描.txt", "增值税普通发票 宝文印务有限公司 印制费")


def beside(window: Window, case: str, act: str, **said: Any) -> Window:
    """Open what is behind the name of an act beside the steps, fill it in and do it."""
    window.open(f"/cases/{case}/")
    box = window.page.locator(f".beside > details:has(button[value={act}])")
    box.locator("> summary").click()
    for person in said.get("people", ()):
        place = box.locator(f"details:has([value='{person}'])")
        if place.get_attribute("open") is None:
            place.locator("summary").click()
        box.locator(f"[name=people][value='{person}']").check()
    if "opinion" in said:
        box.locator("[name=opinion]").fill(said["opinion"])
    window.fits()
    return window.look(f"beside-{act}").act(act)


@two_views
def test_a_claim_is_urged_copied_and_returned_one_level(walk: Walk) -> None:
    line = {"seller": "宝文印务有限公司", "number": "44031001", "date": "2026-02-20", "amount": "2800"}
    case = walk.start("ic-clerk", EXPENSE, title="印制材料费", payee="宝文印务", vouchers=SCAN, invoices=[line]).done()
    walk.take("ic-clerk", case, "fill", amount="2800", purpose="office", budget_line="office-2026").done()
    beside(walk.window("ic-clerk"), case, "urge", opinion="本周须付款").done()
    urged = walk.say("被催办", "urged")
    desk = walk.window("ic-rechecker").open("/").look("beside-desk")
    expect(desk.page.locator(".list .urged")).to_contain_text(urged)
    expect(desk.open(f"/cases/{case}/").page.locator(".asked .urged")).to_contain_text(urged)
    again = walk.window("ic-clerk").open(f"/cases/{case}/")
    assert not again.page.locator(".beside button[value=urge]").count(), "once in a working day"

    walk.take("ic-rechecker", case, "recheck", "approve").done()
    beside(walk.window("ic-rechecker"), case, "copy", people=["gs-clerk"], opinion="请知悉").done()
    reader = walk.window("gs-clerk").open("/?list=copied").look("beside-copied")
    reader.page.locator(f".list a[href='/cases/{case}/']").click()
    expect(reader.page.locator(".timeline")).to_contain_text(walk.say("抄送给", "Copied to"))
    assert not reader.page.locator("form[data-form], .beside form").count(), "a reader does nothing"

    walk.take("ic-department-head", case, "head", "approve").done()
    deputy = walk.window("ic-deputy").step(case, "deputy").fill(returns_to="recheck", opinion="请再核对发票")
    deputy.look("beside-return").act("return").done()
    expect(deputy.page.locator(".timeline")).to_contain_text(walk.say("退回到“复核人复核”", "Back to “Recheck”"))
    expect(walk.window("ic-rechecker").open(f"/cases/{case}/").page.locator(".asked")).to_contain_text("请再核对发票")
    walk.window("inspector").open(f"/cases/{case}/").look("beside-case")


@two_views
def test_an_application_is_taken_back_until_somebody_has_acted(walk: Walk) -> None:
    asked = {"title": "延时服务函", "document": LETTER, "copies": "2", "seal": "official-seal"}
    case = walk.start("gs-clerk", SEAL, **asked).done()
    window = beside(walk.window("gs-clerk"), case, "withdraw", opinion="内容有误")
    window.done()
    expect(window.page.locator(".case-head .status")).to_have_text(walk.say("已撤回", "withdrawn"))
    window.look("beside-withdrawn")

    late = walk.start("gs-clerk", SEAL, **asked).done()
    window.open(f"/cases/{late}/").page.locator(".beside > details:has(button[value=withdraw]) > summary").click()
    walk.office.act("gs-deputy", late, "approve", "approve")
    window.act("withdraw")
    box = window.page.locator(".refusal")
    expect(box).to_contain_text(walk.say("他人办理之前方可撤回", "A case is withdrawn before anybody else has acted in it"))
    expect(box).to_contain_text(walk.say("办理“印章的审批”", "did “"))
    expect(box.locator(".remedy")).not_to_be_empty()
    assert not window.page.locator(".beside button[value=withdraw]").count()
    window.look("beside-late")


@two_views
def test_an_opinion_is_asked_before_an_approval(walk: Walk) -> None:
    asked = {"title": "延时服务函", "document": LETTER, "copies": "2", "seal": "official-seal"}
    case = walk.start("gs-clerk", SEAL, **asked).done()
    window = beside(walk.window("gs-deputy"), case, "consult", people=["ic-director", "ic-clerk"], opinion="请核对函件的依据是否充分")
    window.done()
    window.look("opinion-waited-for")
    window.step(case, "approve").act("approve")
    box = window.page.locator(".refusal")
    expect(box).to_contain_text(walk.say("所征求的意见答复之后方可办理", "A step is done when the opinions that were asked for are there"))
    expect(box).to_contain_text(walk.say("尚未答复", "is not given"))
    window.look("opinion-refused")

    adviser = walk.window("ic-director").open("/").look("opinion-desk")
    adviser.page.locator(f".list a[href='/cases/{case}/']").first.click()
    form = adviser.page.locator("section.asked form")
    form.locator("[name=opinion]").fill("依据为市局通知，但未附原件")
    adviser.act("advise")
    expect(adviser.page.locator(".asked .error-summary")).to_contain_text(walk.say("请选择同意或不同意", "say whether you agree"))
    adviser.look("opinion-form")
    form.locator("[value=no]").check()
    adviser.act("advise").done()
    expect(adviser.page.locator("#opinions")).to_contain_text("未附原件")
    expect(adviser.page.locator(".timeline")).to_contain_text(walk.say("答复：不同意", "does not agree"))
    window.open(f"/cases/{case}/").page.locator(".beside > details:has(button[value=recall]) > summary").click()
    window.look("opinion-recall").act("recall").done()
    window.step(case, "approve").act("approve").done()
    window.look("opinion-given")
