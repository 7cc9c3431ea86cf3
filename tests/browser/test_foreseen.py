"""A form says what it would meet while it is filled in, in a browser, and stops saying it once that is mended."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from lianfang.store.models import Entry
from tests.browser.conftest import Walk, two_views
from tests.browser.test_expense import EXPENSE, SCAN, claimed, invoice

pytestmark = pytest.mark.browser


@two_views
def test_a_mistake_is_told_at_its_field_before_it_is_submitted(walk: Walk) -> None:
    first = claimed(walk, "2,800", lines=[invoice("2,800", "44030001")])
    entries = Entry.objects.count()
    clerk = walk.window("ic-clerk-2").open(f"/start/{EXPENSE}/")
    clerk.fill(title="再印一批", payee="宝文印务", vouchers=SCAN, invoices=[invoice("1,800", "4403 00-01")])
    told = clerk.page.locator("#collect-invoices-foreseen")
    expect(told).to_contain_text(walk.say("照此提交会被拦截", "As it stands, this would be refused"))
    expect(told).to_contain_text(first)
    told.locator("summary").click()
    clerk.look("foreseen-invoice").fits()
    assert Entry.objects.count() == entries
    clerk.page.locator("[name='invoices[0].number']").fill("44030002")
    expect(told).to_be_empty()
    case = clerk.act().done()
    clerk.step(case, "fill").fill(amount="1,700", purpose="office", budget_line="office-2026")
    told = clerk.page.locator("#fill-amount-foreseen")
    expect(told).to_contain_text(walk.say("报销金额等于发票合计", "The claim equals the sum of its invoices"))
    clerk.look("foreseen-amount").fits()
    clerk.page.locator("[name=amount]").fill("1,800")
    expect(told).to_be_empty()
    clerk.act().done()


@two_views
def test_the_applicant_is_told_at_once_that_approving_is_not_theirs(walk: Walk) -> None:
    case = claimed(walk, "2,800")
    clerk = walk.window("ic-clerk").step(case, "recheck")
    expect(clerk.page.locator("#foreseen-recheck")).to_contain_text(walk.say("只能由", "only"))
    clerk.look("foreseen-not-theirs").fits()
