"""The desk in a browser: comments, filters of one's own, and several approved at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from lianfang.office import engine as running
from lianfang.office import guesses, installation
from lianfang.web.desk import views
from tests.browser.conftest import Walk, every_view, two_views
from tests.web.test_batch import allowing

pytestmark = pytest.mark.browser
SEAL = "government-services/seal"


def asked(walk: Walk, title: str = "延时服务函") -> str:
    """A case that waits for the deputy."""
    letter = walk.office.file("函.txt", "自下月起周六上午开放综合窗口。", "gs-clerk")
    opened = walk.office.start("gs-clerk", SEAL, title=title, document=letter, copies=1, seal="official-seal")
    assert opened.accepted, opened.refusal
    return str(opened.case_id)


@two_views
def test_a_comment_reaches_whom_it_names(walk: Walk) -> None:
    case = asked(walk)
    clerk, leader = walk.window("gs-clerk").open(f"/cases/{case}/"), walk.window("gs-deputy")
    form = clerk.page.locator("#comments form")
    form.locator("textarea").fill("请@杜若衡 今天审批，窗口明天要用。")
    form.locator("summary").click()
    clerk.look("comment-form").fits()
    with clerk.page.expect_navigation():
        form.locator("button[value=comment]").click()
    expect(clerk.page.locator(".comments li")).to_have_count(1)
    clerk.look("comment-given").fits()
    leader.open("/").look("comment-desk")
    with leader.page.expect_navigation():
        leader.page.locator("#mentions a").click()
    expect(leader.page.locator(".comments")).to_contain_text("窗口明天要用")


@two_views
def test_a_filter_of_ones_own(walk: Walk) -> None:
    for number in range(12):
        asked(walk, f"第 {number} 件")
    asked(walk, "延时服务函")
    leader = walk.window("gs-deputy").open("/")
    leader.page.locator(".desk-main .find [name=q]").fill("wxl")
    expect(leader.page.locator(".save-filter")).to_be_visible()
    expect(leader.page.locator("#lines tbody tr")).to_have_count(13)
    leader.page.locator(".desk-main .find [name=q]").fill("延时")
    expect(leader.page.locator("#lines tbody tr")).to_have_count(1)
    with leader.page.expect_navigation():
        leader.page.locator(".save-filter button").click()
    leader.look("filter-saved").fits()
    leader.open("/").page.locator(".filter a").click()
    expect(leader.page.locator("#lines tbody tr")).to_have_count(1)
    leader.open("/search/?q=wxl").look("filter-search")


@two_views
def test_several_are_approved_at_once(walk: Walk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LIANFANG_CATALOGUE", allowing(tmp_path / "catalogue"))
    running.reset(walk.office.clock)
    installation.install(demo=True)
    cases = [asked(walk, f"第 {number} 件") for number in range(4)]
    leader = walk.window("gs-deputy").open("/")
    for box in leader.page.locator("[name=item]").all():
        box.check()
    leader.look("batch-ticked").fits()
    returned = walk.office.act("gs-deputy", cases[0], "approve", "return", opinion="请补正")
    assert returned.accepted
    with leader.page.expect_navigation():
        leader.page.locator(".batch-bar button").click()
    leader.look("batch-done").fits()
    expect(leader.page.locator("tbody tr")).to_have_count(4)
    expect(leader.page.locator("tbody")).to_contain_text(walk.say("没有提交", "Not submitted"))


AT_ONCE = """(key) => {
  const list = document.querySelector("[data-shortcuts]");
  list.showModal();
  list.querySelector("[data-keys]").focus();
  list.close();
  const focused = list.contains(document.activeElement) ? document.activeElement : list.querySelector("[data-keys]");
  focused.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}"""
"""Closes the list of keys and presses one before the page is drawn again: until then the focus may stay in the closed list."""


@two_views
def test_keys_lead_through_the_pages_and_can_be_turned_off(walk: Walk) -> None:
    cases = [asked(walk, f"第 {number} 件") for number in range(2)]
    leader = walk.window("gs-deputy").open("/")
    page = leader.page
    page.keyboard.press("?")
    expect(page.locator(".shortcuts")).to_be_visible()
    leader.look("keys").fits()
    page.keyboard.press("Escape")
    expect(page.locator(".shortcuts")).to_be_hidden()
    page.evaluate(AT_ONCE, "j")
    expect(page.locator(":focus")).to_have_text("第 0 件")
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_text("第 1 件")
    page.keyboard.press("k")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert cases[0] in page.url
    page.keyboard.press("f")
    expect(page.locator("form[data-form] :focus")).to_have_count(1)
    page.keyboard.type("g r")
    assert cases[0] in page.url, "who types is not led away"
    page.locator("h1").click()
    with page.expect_navigation():
        page.keyboard.type("gr")
    assert page.url.endswith("/register/")
    page.keyboard.press("?")
    page.locator("[data-keys]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("tbody a:focus")).to_have_count(0)
    leader.open("/")
    page.keyboard.press("j")
    expect(page.locator("tbody a:focus")).to_have_count(0)


@two_views
def test_a_file_is_dropped_where_it_is_asked_for(walk: Walk) -> None:
    clerk = walk.window("gs-clerk").open(f"/start/{SEAL}/").fill(title="延时服务函", copies="1", seal="official-seal")
    drop = """(place) => {
      const given = new DataTransfer();
      given.items.add(new File(["自下月起周六上午开放综合窗口。"], "函.txt", { type: "text/plain" }));
      for (const kind of ["dragover", "drop"])
        document.querySelector(place).dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: given }));
    }"""
    clerk.page.evaluate(drop, "h1")
    expect(clerk.page.locator("[data-new]")).to_be_hidden()
    has = clerk.page.locator("form[data-form] [name=title]")
    expect(has).to_have_value("延时服务函")
    clerk.page.evaluate(drop, ".file-input")
    expect(clerk.page.locator("[data-name]")).to_have_text("函.txt")
    clerk.look("file-dropped").fits()
    clerk.page.locator("[name=outing][value=no]").check()
    clerk.act().done()


@every_view
def test_the_page_of_stand_ins(walk: Walk) -> None:
    walk.window("gs-deputy").open("/stand-ins/").look("stand-ins-none")
    page = walk.windows["gs-deputy"].page
    page.locator("#stand_in").select_option(index=1)
    page.locator("#first").fill("2026-12-01")
    page.locator("#last").fill("2026-12-05")
    with page.expect_navigation():
        page.locator("button[value=name]").click()
    walk.windows["gs-deputy"].look("stand-ins").fits()
    expect(page.locator(".stand-ins li")).to_have_count(1)


@two_views
def test_what_went_wrong_is_said_with_the_way_on(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Overtaken by somebody else, too many wrong passwords, and a fault of the system."""
    case = asked(walk)
    leader = walk.window("gs-deputy").open(f"/cases/{case}/")
    leader.page.locator("[name=opinion]").first.fill("同意。")
    assert walk.office.act("gs-deputy-2", case, "approve", "return", opinion="份数过多，请减为一份").accepted
    with leader.page.expect_navigation():
        leader.page.locator("button[value=approve]:not(.default-act)").click()
    leader.look("error-409").fits()
    expect(leader.page.locator(".changed")).to_contain_text("份数过多")
    expect(leader.page.locator("[name=opinion]").first).to_have_value("同意。")

    def breaks(person: str) -> None:
        raise RuntimeError

    monkeypatch.setattr(views.desk, "desk", breaks)
    leader.page.goto(walk.address + "/")
    leader.look("error-500").fits()
    expect(leader.page.locator("code")).to_have_text(re.compile("^[2-9A-Z]{8}$"))
    stranger = walk.watched(walk.blank())
    for _ in range(guesses.PASSWORDS.most + 1):
        stranger.page.goto(walk.address + "/login/")
        stranger.page.fill("[name=username]", "gs-keeper")
        stranger.page.fill("[name=password]", "wrong")
        with stranger.page.expect_navigation():
            stranger.page.locator("main form button.primary").click()
    stranger.look("error-429").fits()
    expect(stranger.page.locator("h1 small")).to_have_text("429")
