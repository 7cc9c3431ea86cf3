"""What was typed is not lost: the session ends, accounts change, the language is switched, or a file is too big."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from lianfang.office import files
from tests.browser.conftest import Walk, Window, two_views

pytestmark = pytest.mark.browser
SEAL, EXPENSE = "government-services/seal", "information-centre/expense"
LETTER = ("函.txt", "自下月起周六上午开放综合窗口。")
LINES = [
    {"seller": "宝文印务", "number": "0001", "date": "2026-01-02", "amount": "2900"},
    {"seller": "中国电信", "number": "0002", "date": "2026-01-03", "amount": "100"},
]


def signed_in(walk: Walk, window: Window, login: str, path: str = "/login/") -> None:
    """Sign in by the page for it, which is already open when there is no path."""
    if path:
        window.open(path)
    window.page.fill("[name=username]", login)
    window.page.fill("[name=password]", walk.office.password)
    with window.page.expect_navigation():
        window.page.locator("main form button.primary").click()


def switch(window: Window) -> None:
    """Use the switch of the language; on the page of a form it belongs to the form."""
    with window.page.expect_navigation():
        window.page.locator("header :is(button[name=language], label[for^=language])").click()


def has_title(page: Page, title: str) -> None:
    """The title that was typed stands in the form."""
    expect(page.locator("form[data-form] [name=title]")).to_have_value(title)


@two_views
def test_the_session_ends_while_a_form_is_filled_in(walk: Walk) -> None:
    clerk = walk.watched(walk.blank())
    signed_in(walk, clerk, "gs-clerk")
    clerk.open(f"/start/{SEAL}/").fill(title="延时服务函", copies="2", seal="official-seal", outing=False, document=LETTER)
    Session.objects.all().delete()
    clerk.act().look("typed-session-ended")
    expect(clerk.page.locator(".form-note")).to_contain_text(walk.say("已保留一小时", "kept for an hour"))
    signed_in(walk, clerk, "gs-clerk", "")
    clerk.look("typed-session-back").fits()
    assert urlsplit(clerk.page.url).path == f"/start/{SEAL}/"
    has_title(clerk.page, "延时服务函")
    expect(clerk.page.locator(".form-note:visible")).to_have_count(1)
    expect(clerk.page.locator("[name=outing][value=no]")).to_be_checked()
    clerk.fill(document=LETTER).act().done()
    clerk.open(f"/start/{SEAL}/")
    has_title(clerk.page, "")
    expect(clerk.page.locator(".form-note:visible")).to_have_count(0)


@two_views
def test_the_same_without_scripts(walk: Walk) -> None:
    walk.without_scripts = True
    clerk = walk.watched(walk.blank())
    signed_in(walk, clerk, "gs-clerk")
    clerk.open(f"/start/{SEAL}/").fill(title="延时服务函", copies="2")
    Session.objects.all().delete()
    clerk.act()
    signed_in(walk, clerk, "gs-clerk", "")
    has_title(clerk.page, "延时服务函")
    clerk.fill(seal="official-seal", document=LETTER).act().done()


@two_views
def test_another_account_signs_in_in_another_tab(walk: Walk) -> None:
    context = walk.blank()
    clerk, other = walk.watched(context), walk.watched(context)
    signed_in(walk, clerk, "gs-clerk")
    clerk.open(f"/start/{SEAL}/").fill(title="延时服务函", copies="2")
    other.open("/").page.locator("[data-sign-out] button").click()
    other.page.wait_for_url("**/login/")
    signed_in(walk, other, "gs-deputy")
    clerk.act().look("typed-switched")
    expect(clerk.page.locator("h1")).to_contain_text(walk.say("表单没有提交", "The form was not submitted"))
    expect(clerk.page.locator(".problem")).to_contain_text(walk.say("武晓岚", "Wu Xiaolan"))
    with clerk.page.expect_navigation():
        clerk.page.locator(".problem form button").click()
    signed_in(walk, clerk, "gs-clerk", "")
    has_title(clerk.page, "延时服务函")


@two_views
def test_the_language_is_switched_in_the_middle_of_a_form(walk: Walk) -> None:
    clerk = walk.window("ic-clerk").open(f"/start/{EXPENSE}/").fill(title="印制材料费", payee="宝文印务", invoices=LINES)
    clerk.page.locator("button[name=remove-line]").first.click()
    switch(clerk)
    has_title(clerk.page, "印制材料费")
    expect(clerk.page.locator("[data-rows] [data-row]")).to_have_count(1)
    expect(clerk.page.locator("[name='invoices[0].seller']")).to_have_value("中国电信")
    expect(clerk.page.locator("[data-sum]")).to_contain_text("¥100.00")
    clerk.look("typed-switched-language").fits()
    clerk.page.locator("[name=title]").fill("印制材料费二")
    switch(clerk)
    has_title(clerk.page, "印制材料费二")
    clerk.open(f"/start/{EXPENSE}/")
    has_title(clerk.page, "印制材料费二")
    expect(clerk.page.locator(".form-note:visible")).to_have_count(1)
    expect(clerk.page.locator(".form-note:visible")).to_contain_text(walk.say("已填回", "back in its place"))
    with clerk.page.expect_navigation():
        clerk.page.locator("button[data-empty]:visible").click()
    has_title(clerk.page, "")
    expect(clerk.page.locator("[data-restored]")).to_be_hidden()
    expect(clerk.page.locator("[name='invoices[0].seller']")).to_have_value("")


@two_views
def test_the_language_is_switched_without_scripts(walk: Walk) -> None:
    walk.without_scripts = True
    clerk = walk.window("ic-clerk").open(f"/start/{EXPENSE}/").fill(title="印制材料费", payee="宝文印务", vouchers=LETTER)
    for zh, en in (("English", "中文"), ("中文", "English")):
        expect(clerk.page.locator("header label[for^=language]")).to_have_text(walk.say(zh, en))
        switch(clerk)
        has_title(clerk.page, "印制材料费")
        expect(clerk.page.locator("[data-kept]")).to_contain_text("函.txt")
        expect(clerk.page.locator(".error-summary")).to_have_count(0)


@two_views
def test_what_is_kept_in_a_tab_is_its_persons_and_goes_with_them(walk: Walk) -> None:
    context = walk.blank()
    window, tab = walk.watched(context), walk.watched(context)
    signed_in(walk, window, "gs-clerk")
    window.open(f"/start/{SEAL}/").fill(title="延时服务函", document=LETTER)
    kept = window.page.evaluate("JSON.stringify(sessionStorage)")
    assert "延时服务函" in kept
    assert "csrf" not in kept and "函.txt" not in kept and "written-by" not in kept
    tab.open(f"/start/{SEAL}/")
    has_title(tab.page, "")
    tab.page.locator("[name=title]").fill("另一件")
    assert "另一件" in tab.page.evaluate("JSON.stringify(sessionStorage)")
    with window.page.expect_navigation():
        window.page.locator("[data-sign-out] button").click()
    for page in (window.page, tab.page):
        page.wait_for_function("!JSON.stringify(sessionStorage).includes('lianfang typed')")
    signed_in(walk, window, "gs-deputy")
    has_title(window.open(f"/start/{SEAL}/").page, "")


@two_views
def test_a_file_that_is_too_big_is_told_before_it_is_sent(walk: Walk, tmp_path: Path) -> None:
    big = tmp_path / "合同扫描件.txt"
    with big.open("wb") as out:
        out.truncate(70 * 1024 * 1024)
    clerk = walk.window("gs-clerk").open(f"/start/{SEAL}/").fill(title="延时服务函", copies="2", seal="official-seal")
    sent: list[str] = []
    clerk.page.on("request", lambda request: sent.append(request.method) if request.is_navigation_request() else None)
    clerk.page.locator("[type=file]").first.set_input_files(big)
    expect(clerk.page.locator("[data-too-big]")).to_have_text(walk.say(*files.TOO_BIG))
    clerk.page.locator(".act-bar button[name=act]").click()
    clerk.look("typed-too-big").fits()
    assert "POST" not in sent
    has_title(clerk.page, "延时服务函")
    clerk.fill(document=LETTER)
    expect(clerk.page.locator("[data-too-big]")).to_be_hidden()
    clerk.act().done()


@two_views
def test_the_server_answers_what_is_too_big_in_its_own_words(walk: Walk, tmp_path: Path) -> None:
    """As to a browser without scripts."""
    big = tmp_path / "合同扫描件.txt"
    with big.open("wb") as out:
        out.truncate(70 * 1024 * 1024)
    clerk = walk.window("gs-clerk").open(f"/start/{SEAL}/").fill(title="延时服务函", copies="2")
    clerk.page.locator("[type=file]").first.set_input_files(big)
    with clerk.page.expect_navigation():
        clerk.page.evaluate("document.querySelector('form[data-form]').submit()")
    clerk.look("typed-413").fits()
    expect(clerk.page.locator("h1")).to_have_text(re.compile(walk.say("文件太大，没有提交", "Too big to be submitted")))
    expect(clerk.page.locator(".who")).to_contain_text(walk.say("武晓岚", "Wu Xiaolan"))
    with clerk.page.expect_navigation():
        clerk.page.get_by_role("link", name=walk.say("回到填好的表单", "Back to the form as filled in")).click()
    clerk.look("typed-413-back").fits()
    has_title(clerk.page, "延时服务函")
    expect(clerk.page.locator(".form-note:visible")).to_have_count(1)


@two_views
def test_what_is_too_big_without_scripts(walk: Walk, tmp_path: Path) -> None:
    big = tmp_path / "合同扫描件.txt"
    with big.open("wb") as out:
        out.truncate(70 * 1024 * 1024)
    walk.without_scripts = True
    clerk = walk.window("gs-clerk").open(f"/start/{SEAL}/").fill(title="延时服务函", copies="2", seal="official-seal")
    clerk.page.locator("[type=file]").first.set_input_files(big)
    clerk.act()
    clerk.page.get_by_role("link", name=walk.say("回到填好的表单", "Back to the form as filled in")).click()
    has_title(clerk.page, "延时服务函")
    clerk.fill(document=LETTER).act().done()


@two_views
def test_a_form_saves_itself_and_is_there_again_on_another_machine(walk: Walk) -> None:
    clerk, elsewhere = walk.watched(walk.blank()), walk.watched(walk.blank())
    for window in (clerk, elsewhere):
        signed_in(walk, window, "ic-clerk")
    clerk.open(f"/start/{EXPENSE}/").fill(title="印制材料费", payee="宝文印务", invoices=LINES)
    clerk.page.locator("button[name=remove-line]").first.click()
    expect(clerk.page.locator("[data-draft]")).to_contain_text(walk.say("已存草稿", "Saved as a draft"))
    clerk.page.wait_for_function("!JSON.stringify(sessionStorage).includes('lianfang typed')")
    clerk.look("draft-saved").fits()
    elsewhere.open("/?list=drafts").look("draft-list").fits()
    elsewhere.open(f"/start/{EXPENSE}/").look("draft-back")
    has_title(elsewhere.page, "印制材料费")
    expect(elsewhere.page.locator("[name='invoices[0].seller']")).to_have_value("中国电信")
    elsewhere.page.locator("[name=title]").fill("印制材料费二")
    expect(elsewhere.page.locator("[data-draft]")).to_contain_text(walk.say("已存草稿", "Saved as a draft"))
    has_title(clerk.open(f"/start/{EXPENSE}/").page, "印制材料费二")


@two_views
def test_a_form_that_can_not_save_itself_says_so_and_stays_as_it_is(walk: Walk) -> None:
    clerk = walk.watched(walk.blank())
    signed_in(walk, clerk, "gs-clerk")
    clerk.open(f"/start/{SEAL}/")
    Session.objects.all().delete()
    clerk.page.locator("[name=title]").fill("延时服务函")
    expect(clerk.page.locator("[data-draft]")).to_contain_text(walk.say("登录已失效", "no longer signed in"))
    has_title(clerk.page, "延时服务函")
    clerk.look("draft-signed-out").fits()
