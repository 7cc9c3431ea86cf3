"""An alert is worked to its end in a browser: taken, verified, dealt with, put right and closed; what was typed survives a refusal."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Walk, Window, two_views
from tests.browser.test_expense import claimed

pytestmark = pytest.mark.browser
FOUND = "三张发票出自同一次采购，已约谈经办人"


def works(window: Window, act: str, opinion: str = "") -> None:
    """Press the button of an act on an alert, with words."""
    page = window.page
    button = page.locator(f".act-bar button[name=act][value={act}]").first
    if opinion:
        button.locator("xpath=ancestor::form").locator("textarea[name=opinion]").fill(opinion)
    with page.expect_navigation():
        button.click()
    window.fits()


@two_views
def test_an_alert_is_worked_to_its_end(walk: Walk) -> None:
    case = [claimed(walk, "2,900") for _ in range(3)][-1]
    walk.office.settle()
    one = walk.window("inspector").open("/alerts/").look("alerts-list")
    row = one.page.locator("table.alerts tbody tr").filter(has_text=walk.say("化整为零监测", "Watch for sliced claims"))
    expect(row).to_have_count(1)
    expect(row).to_contain_text(walk.say("尚无人接办", "nobody has it"))
    with one.page.expect_navigation():
        row.locator("a.noticed").click()
    one.fits()
    one.look("alert-raised")
    expect(one.page.locator("main")).to_contain_text(case)
    works(one, "take")
    expect(one.page.locator(".stages [aria-current=step]")).to_have_text(walk.say("核实", "Verify"))
    works(one, "forward", FOUND)  # nothing is ruled out yet
    expect(one.page.locator(".error-summary, .refusal").first).to_be_visible()
    one.look("alert-nothing-ruled-out")
    expect(one.page.locator("#forward-opinion")).to_have_value(FOUND)
    for box in one.page.locator("#forward-ruled_out input").all():
        box.check()
    works(one, "forward")
    for words in ("责令退回重复报销款", "修订报销须知，三日内同一收款人的发票合并报销"):
        works(one, "forward", words)
    one.look("alert-to-be-closed").page.locator("#close-reason").select_option("handled")
    works(one, "close", "退款已到账，须知已发")
    other = walk.window("auditor").open(one.page.url.removeprefix(walk.address))
    works(other, "agree")
    other.look("alert-closed")
    expect(other.page.locator(".stages")).to_contain_text(walk.say("销号", "Clos"))
    expect(other.page.locator("#history .opinion")).to_have_count(5)  # what was refused, the four stages
    expect(other.page.locator(".act-bar")).to_have_count(0)
    records = walk.window("auditor").open("/alerts/records/").look("alert-records")
    expect(records.page.locator("table.records").last).to_contain_text(re.compile("100 ?%"))
