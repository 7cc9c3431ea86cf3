"""Expenses, in a browser: the ways that an amount takes, an invoice used twice, one person's many hands, and slices that are noticed."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, EN, PHONE, ZH, Walk, two_views

pytestmark = pytest.mark.browser
EXPENSE = "information-centre/expense"
SCAN = ("凭证扫描.txt", "增值税普通发票 宝文印务有限公司 印制费")
SLACK = ("报销单据审核把关不严", "Claims are reviewed slackly")
MEETING_RULE = ("建立健全中心财务议事决策制度", "Establish and improve financial decision-making in the centre")
ACCOUNTS_RULE = ("账务处理严格执行国家会计基础规范要求", "keep the accounts strictly by the state's basic accounting standards")
CODE_RULE = ("严格执行廉政准则", "Strictly carry out the code of integrity")
MEMBERS = ["ic-director", "ic-deputy", "ic-deputy-2", "ic-department-head", "ic-department-head-2"]
HEAD, DEPUTY, DIRECTOR, MEETING, SETTLE, PAY = "head", "deputy", "director", "office_meeting", "settle", "pay"
WHO = {
    "recheck": "ic-rechecker", HEAD: "ic-department-head", DEPUTY: "ic-deputy", DIRECTOR: "ic-director",
    MEETING: "ic-director", SETTLE: "ic-general-affairs",
}  # fmt: skip
_numbers = count(44031000)


def invoice(amount: str, number: str = "") -> dict[str, str]:
    """A line of the list of invoices, each with a number of its own."""
    return {"seller": "宝文印务有限公司", "number": number or str(next(_numbers)), "date": "2026-02-20", "amount": amount}


def claimed(walk: Walk, amount: str, login: str = "ic-clerk", lines: list[dict[str, str]] | None = None) -> str:
    """A claim that is filled in and waits for its recheck."""
    collected = {"title": "印制材料费", "payee": "宝文印务", "vouchers": SCAN, "invoices": lines or [invoice(amount)]}
    case = walk.start(login, EXPENSE, **collected).done()
    return walk.take(login, case, "fill", amount=amount, purpose="office", budget_line="office-2026").done()


def pays(walk: Walk, case: str, amount: str, login: str = "ic-cashier") -> Any:
    """Somebody pays."""
    return walk.take(login, case, PAY, paid=amount, bank_reference="B20260302-1")


def agreed(walk: Walk, case: str, *steps: str) -> None:
    """The steps are approved, each by whose it is; the meeting attends and votes four to one."""
    for step in steps:
        if step == MEETING:
            window = walk.window(WHO[step]).step(case, step)
            for member, vote in zip(MEMBERS, ["for", "for", "for", "for", "against"], strict=True):
                window.page.locator(f"[name='vote.{member}'][value={vote}]").check()
            for name, number in {"attendance": 5, "for": 4, "against": 1, "recused": 0}.items():
                expect(window.page.locator(f"[data-count={name}]")).to_have_text(str(number))
            window.look("meeting").act("resolve").done()
        else:
            walk.take(WHO[step], case, step, "approve").done()


def passed(walk: Walk, case: str) -> list[str]:
    """The steps of the map that were done, in order, by their titles."""
    return walk.window("ic-clerk").open(f"/cases/{case}/").page.locator(".map-row.state-done .map-title").all_inner_texts()


@pytest.mark.parametrize(
    ("walk", "amount", "levels"),
    [
        ((DESKTOP, ZH), "2,800", []),
        ((PHONE, EN), "3,000.00", []),
        ((DESKTOP, EN), "30000", [DIRECTOR]),
        ((PHONE, ZH), "５００００", [DIRECTOR]),
        ((DESKTOP, ZH), "80,000", [DIRECTOR, MEETING]),
        ((PHONE, EN), "80,000", [DIRECTOR, MEETING]),
    ],
    indirect=["walk"],
)
def test_an_amount_takes_the_way_that_the_source_says(walk: Walk, amount: str, levels: list[str]) -> None:
    """Up to and including 3 000 the deputy is enough; up to and including 50 000 the director decides; above that the meeting."""
    case = claimed(walk, amount)
    agreed(walk, case, "recheck", HEAD, DEPUTY)
    for level in levels:
        early = walk.take("ic-general-affairs", case, SETTLE, "approve")
        early.refused(("按金额逐级审批", "Level by level by amount"), SLACK, MEETING_RULE).look(f"refused-before-{level}")
        agreed(walk, case, level)
    agreed(walk, case, SETTLE)
    assert pays(walk, case, amount).done() == case
    done = passed(walk, case)
    assert len(done) == len(["collect", "fill", "recheck", HEAD, DEPUTY, *levels, SETTLE, PAY])
    walk.window("ic-clerk").look(f"expense-{len(levels)}")
    expect(walk.window("ic-clerk").page.locator(".status")).to_have_text(walk.say("已办结", "completed"))


@two_views
def test_an_invoice_that_was_used_is_refused_with_the_earlier_case(walk: Walk) -> None:
    """Also when it is written another way; what the second clerk typed stays."""
    first = claimed(walk, "2,800", lines=[invoice("2,800", "44030001")])
    lines = [invoice("1,000"), invoice("1,800", "4403 00-01")]
    again = walk.start("ic-clerk-2", EXPENSE, title="再印一批", payee="宝文印务", vouchers=SCAN, invoices=lines)
    again.refused(("一张发票只能报销一次", "An invoice is claimed once"), SLACK, ACCOUNTS_RULE, first).look("refused-invoice")
    expect(again.page.locator("[name='invoices[1].number']")).to_have_value("4403 00-01")
    expect(again.page.locator("[data-sum] b")).to_have_text("¥2,800.00")
    expect(again.page.locator(".file-kept")).to_contain_text(SCAN[0])
    again.page.locator("button[name=remove-line]").nth(1).click()
    again.page.locator("[name='invoices[0].amount']").fill("2,800")
    expect(again.page.locator("[data-sum] b")).to_have_text("¥2,800.00")
    again.look("invoice-removed").act().done()


@two_views
def test_one_person_cannot_fill_recheck_approve_and_pay(walk: Walk) -> None:
    apart = ("经办、复核、核准、审批、付款由不同的人办理", "Claiming, rechecking, approving and paying are apart")
    own = claimed(walk, "2,800", "ic-rechecker")
    walk.take("ic-rechecker", own, "recheck", "approve").refused(apart, SLACK, CODE_RULE).look("refused-recheck-own")
    own = claimed(walk, "2,800", "ic-department-head")
    agreed(walk, own, "recheck")
    walk.take("ic-department-head", own, HEAD, "approve").refused(apart, SLACK, CODE_RULE)
    own = claimed(walk, "2,800", "ic-cashier")
    agreed(walk, own, "recheck", HEAD, DEPUTY, SETTLE)
    pays(walk, own, "2,800").refused(apart, SLACK, CODE_RULE).look("refused-pay-own")
    expect(walk.window("ic-cashier").page.locator("[name=paid]")).to_have_value("2,800")
    history = walk.window("ic-cashier").open(f"/cases/{own}/").page.locator("#history .moment-refused")
    expect(history).to_contain_text(walk.say(*apart))
    pays(walk, own, "2,800", "ic-cashier-2").done()
    own_again = walk.take("ic-cashier", own, "recheck", "approve")
    expect(own_again.page.locator(".refusal")).to_contain_text(walk.say("只能由复核人办理", "can be done by Rechecker only"))


@two_views
def test_three_slices_on_one_day_are_noticed_by_the_inspector(walk: Walk) -> None:
    cases = [claimed(walk, "2,900") for _ in range(3)]
    walk.office.settle()
    inspector = walk.window("inspector").open("/alerts/").look("alerts")
    for case in cases:
        expect(inspector.page.locator("main")).to_contain_text(case)
    inspector.open(f"/cases/{cases[-1]}/").look("case-alerted")
    for noticed in (("化整为零监测", "Watch for sliced claims"), ("疑似同一张发票监测", "Watch for one invoice claimed as two")):
        expect(inspector.page.locator("#history .moment-alert").filter(has_text=walk.say(*noticed))).to_have_count(1)
    expect(inspector.page.locator(".map-row .alert-count").first).to_be_visible()
    clerk = walk.window("ic-clerk").open(f"/cases/{cases[-1]}/")
    expect(clerk.page.locator(".moment-alert, .alert-count")).to_have_count(0)


@two_views
def test_what_does_not_agree_is_told_with_what_it_comes_to_and_the_next_desk_by_the_amount(walk: Walk) -> None:
    collected = {"title": "印制材料费", "payee": "宝文印务", "vouchers": SCAN, "invoices": [invoice("1,000"), invoice("1,500")]}
    case = walk.start("ic-clerk", EXPENSE, **collected).done()
    expect(walk.window("ic-clerk").page.locator(".asked-facts")).not_to_contain_text(walk.say("会议", "meeting"))
    unequal = walk.take("ic-clerk", case, "fill", amount="2,800", purpose="office", budget_line="office-2026")
    equals = ("报销金额等于发票合计", "The claim equals the sum of its invoices")
    unequal.refused(equals, SLACK, ACCOUNTS_RULE, "¥2,500.00", "¥2,800.00").look("refused-sum")
    elsewhere = walk.take("ic-clerk", case, "fill", amount="2,500", purpose="training", budget_line="office-2026")
    line = walk.say("2026年办公运行经费", "Office running, 2026")
    fits = (walk.say("培训会议", "Training and meetings"), walk.say("办公运行", "Office running"))
    expect(elsewhere.page.locator(".refusal")).to_contain_text(line)
    for words in fits:
        expect(elsewhere.page.locator(".refusal")).to_contain_text(words)
    elsewhere.look("refused-purpose")
    walk.take("ic-clerk", case, "fill", amount="2,500", purpose="office", budget_line="office-2026").done()
    agreed(walk, case, "recheck", HEAD)
    then = walk.window("ic-deputy").open(f"/cases/{case}/").page.locator(".asked-facts div").last
    expect(then).to_contain_text(walk.say("综合部把关", "General affairs"))
    expect(then).not_to_contain_text(walk.say("中心主任", "Director"))
    walk.window("ic-deputy").look("then")
