"""The office can't be reached for a while: a bar says so, nothing that was typed is lost, and it is saved when the office is back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from lianfang.store.models import Draft
from tests.browser.conftest import Walk, two_views

pytestmark = pytest.mark.browser
SEAL = "government-services/seal"


@two_views
def test_a_form_waits_while_the_network_is_away_and_is_saved_when_it_is_back(walk: Walk) -> None:
    clerk = walk.window("gs-clerk").open(f"/start/{SEAL}/")
    page, place = clerk.page, clerk.page.url
    bar = page.locator("[data-offline] p")
    expect(bar).to_be_hidden()
    page.context.set_offline(True)
    expect(bar).to_contain_text(walk.say("联系不上服务器", "The server can’t be reached"))
    clerk.fill(title="延时服务函")
    expect(page.locator("[data-draft]")).to_contain_text(walk.say("没有存上", "Not saved"))
    page.locator(".act-bar button[name=act][value=do]").click()
    clerk.fits()
    clerk.look("offline")
    assert page.url == place, "the form is not given up to the browser's own page of errors"
    expect(page.locator("form[data-form] [name=title]")).to_have_value("延时服务函")
    assert not Draft.objects.exists()
    page.context.set_offline(False)
    expect(bar).to_be_hidden()
    expect(page.locator("[data-draft]")).to_contain_text(walk.say("已存草稿", "Saved as a draft"))
    assert "延时服务函" in Draft.objects.get().fields


@two_views
def test_a_server_that_is_away_is_noticed_by_a_form_that_saves_itself_and_asked_until_it_answers(walk: Walk) -> None:
    clerk = walk.window("gs-clerk").open(f"/start/{SEAL}/")
    page, bar = clerk.page, clerk.page.locator("[data-offline] p")
    page.route("**/*", lambda route: route.abort())
    clerk.fill(title="延时服务函")
    expect(bar).to_be_visible()
    page.unroute("**/*")
    expect(bar).to_be_hidden()
    expect(page.locator("[data-draft]")).to_contain_text(walk.say("已存草稿", "Saved as a draft"))


@two_views
def test_an_office_that_is_there_without_a_network_is_not_said_to_be_away(walk: Walk) -> None:
    clerk = walk.window("gs-clerk").open("/")
    with clerk.page.expect_response("**/healthz"):
        clerk.page.evaluate("dispatchEvent(new Event('offline'))")
    expect(clerk.page.locator("[data-offline] p")).to_be_hidden()
