"""Pages with much on them: nothing sticks out, nothing is cut off (every page that is opened is measured), and what counts is told."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.urls import resolve
from playwright.sync_api import Browser, Page, expect

from lianfang.catalogue.compile import SHEET
from lianfang.office import documents
from tests.browser.conftest import DESKTOP, EN, PHONE, ZH, Walk, every_view, two_views

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
"""Installed with the front end's own tools (``npm ci``)."""
ACCESS = Path(__file__).parents[1] / "web" / "access.csv"
MOST_TABS = 150
pytestmark = pytest.mark.browser
SEAL, EXPENSE = "government-services/seal", "information-centre/expense"
TITLE = "关于政务云平台扩容及等级保护三级测评整改配套软硬件采购费用（含一年运维）报销"
SELLER = "中国电信股份有限公司深圳分公司宝安区西乡街道营业厅"


@pytest.fixture
def claim(walk: Walk) -> str:
    """A claim with several invoices of a seller with a long name."""
    office = walk.office
    scan = office.file("发票及明细清单扫描件（含签收单、验收报告、合同复印件）-最终版-v3.txt", "增值税普通发票", "ic-clerk")
    lines = [{"seller": SELLER, "number": f"4403{n:08}", "date": "2026-01-02", "amount": 1_234_567} for n in range(3)]
    opened = office.start("ic-clerk", EXPENSE, title="电信专线年费", payee=SELLER, invoices=lines, vouchers=scan)
    assert opened.accepted, opened.refusal
    filled = office.act("ic-clerk", opened.case_id, "fill", amount=3_703_701, purpose="systems", budget_line="systems-2026")
    assert filled.accepted, filled.refusal
    return str(opened.case_id)


@pytest.fixture
def busy(walk: Walk, claim: str) -> str:
    """A claim refused once, and slices that the watch noticed."""
    office = walk.office
    assert not office.act("ic-clerk", claim, "recheck", "approve").accepted
    scan = office.file("凭证.txt", "增值税普通发票", "ic-clerk-2")
    for number in range(12):
        line = {"seller": SELLER, "number": f"4404{number:08}", "date": "2026-01-02", "amount": 290_000}
        opened = office.start("ic-clerk-2", EXPENSE, title=TITLE, payee=SELLER, invoices=[line], vouchers=scan)
        filled = office.act("ic-clerk-2", opened.case_id, "fill", amount=290_000, purpose="office", budget_line="office-2026")
        assert filled.accepted, filled.refusal
    office.settle()
    return claim


def pages(case: str) -> list[tuple[str, str]]:
    """Every page of a busy office, each with somebody who has much on it."""
    return [
        ("inspector", "/"), ("ic-clerk-2", "/?list=started"), ("ic-rechecker", "/"), ("gs-keeper", "/"), ("inspector", "/search/"),
        ("inspector", "/register/"), ("inspector", "/register/?unit=information-centre"), ("inspector", f"/matters/{EXPENSE}/"),
        ("inspector", f"/matters/{SEAL}/"), ("inspector", "/alerts/"),
        ("inspector", "/overview/"), ("inspector", "/agenda/?unit=government-services"), ("inspector", "/worklist/"),
        ("inspector", "/evidence/"),
        ("inspector", "/evidence/entries/20/"), ("inspector", f"/cases/{case}/"), ("ic-rechecker", f"/cases/{case}/"),
        ("ic-clerk", f"/start/{EXPENSE}/"), ("gs-clerk", f"/start/{SEAL}/"), ("sysadmin", "/style/"),
    ]  # fmt: skip


@every_view
def test_nothing_is_cut_off_on_any_page(walk: Walk, busy: str) -> None:
    for login, path in pages(busy):
        walk.window(login).open(path).look("page-" + path.strip("/").replace("/", "-").replace("?", "-") + f"-{login}")
    walk.watched(walk.blank()).open("/login/").look("page-login")


@two_views
def test_a_page_that_is_turned_is_read_from_its_top(walk: Walk) -> None:
    letter = walk.office.file("函.txt", "自下月起周六上午开放综合窗口。", "gs-clerk")
    for number in range(60):
        asked = walk.office.start("gs-clerk", SEAL, title=f"第 {number} 件", document=letter, copies=1, seal="official-seal")
        assert asked.accepted, asked.refusal
    for login, path, place in (("gs-deputy", "/", "#cases"), ("inspector", "/search/", "#found"), ("inspector", "/evidence/", "#entries")):
        page = walk.window(login).open(path).page
        first = page.locator(f"{place} tbody tr").first.inner_text()
        page.locator(f"{place} [rel=next]").click()
        expect(page.locator(f"{place} [rel=prev]")).to_be_visible()
        expect(page.locator(f"{place} tbody tr").first).not_to_have_text(first)
        expect(page.locator(f"{place} tbody tr").first).to_be_in_viewport()
        assert "page=2" in page.url
        walk.window(login).fits()


@pytest.mark.parametrize("walk", [(DESKTOP, ZH), (PHONE, ZH), (PHONE, EN)], indirect=True)
def test_every_amount_of_a_list_is_seen_and_what_they_come_to(walk: Walk, claim: str) -> None:
    asked = walk.window("ic-rechecker").open(f"/cases/{claim}/").look("case-lines").page.locator(".asked .value-lines")
    amounts = asked.locator("tbody .cell-money")
    expect(amounts).to_have_text(["¥12,345.67"] * 3)
    for number in range(3):
        box = amounts.nth(number).bounding_box()
        assert box is not None and box["x"] + box["width"] <= walk.view[0][0]
    expect(asked.locator("tfoot")).to_contain_text("¥37,037.01")


def more_pages(case: str, code: str) -> list[tuple[str, str]]:
    """The pages that are left, so that every page of the access table is among all of them."""
    return [
        ("ic-clerk-2", "/?list=done"), ("ic-clerk", "/?list=drafts"), ("ic-rechecker", f"/cases/{case}/steps/recheck/"),
        ("inspector", "/alerts/1/"), ("inspector", "/alerts/records/"), ("inspector", "/register/risks/"),
        ("inspector", "/register/maps/?unit=supervision"), ("inspector", f"/matters/{EXPENSE}/map/?map=heat"),
        ("inspector", "/register/coverage/"), ("inspector", "/register/48/"), ("ic-clerk", "/stand-ins/"),
        ("inspector", f"/matters/{EXPENSE}/?map=heat"), ("inspector", f"/refusals/{EXPENSE}/"),
        ("ic-clerk", f"/cases/{case}/documents/sheet/"), ("inspector", "/verify/"), ("", f"/verify/{code}/"), ("", "/login/"),
    ]  # fmt: skip


def routes() -> set[str]:
    """The addresses of the access table that somebody opens as a page: neither the interface nor what only a program or a page fetches."""
    table = csv.DictReader(ACCESS.read_text(encoding="utf-8").splitlines())
    opened = {row["route"] for row in table if row["method"] == "GET" and any(row[who].startswith("200") for who in list(row)[3:])}
    return {route for route in opened if not route.startswith(("api/", "files/")) and route not in ("evidence/checkpoint", "healthz")}


WIDE, ENLARGED, NARROW = (1440, 900), (720, 450), (360, 780)
"""A desk, the same at 200 %, and a small phone."""


@pytest.mark.parametrize("walk", [(WIDE, ZH), (WIDE, EN)], indirect=True)
def test_axe_finds_nothing_on_any_page_and_none_is_too_wide(walk: Walk, busy: str) -> None:
    """WCAG 2.2 AA, as far as a machine can tell, and what axe holds to be good practice; at 200 % nothing is scrolled sideways."""
    office = walk.office
    office.act("ic-clerk", busy, "", "comment", opinion="请尽快", people=["ic-rechecker"])
    office.client("ic-clerk").post(f"/start/{EXPENSE}/", {"save-draft": "quiet", "title": "电信专线年费"})
    visited = [*pages(busy), *more_pages(busy, documents.document_view("ic-clerk", busy, SHEET).stamp.code)]
    assert {resolve(path.partition("?")[0]).route for _, path in visited} == routes(), "a page that nobody looks at here"
    stranger = walk.watched(walk.blank()).page
    found: dict[str, list[str]] = {}
    for login, path in [*visited, ("", "/nowhere/")]:
        page = walk.window(login).page if login else stranger
        page.goto(walk.address + path)
        seen(page, path, found, walk.view[1])
    clerk = walk.window("ic-clerk").page
    clerk.goto(walk.address + f"/start/{EXPENSE}/")
    with clerk.expect_navigation():
        clerk.locator(".act-bar button[name=act][value=do]").click()  # a form which lacks everything
    seen(clerk, "what is wrong with a form", found, walk.view[1])
    assert not found


def seen(page: Page, name: str, found: dict[str, list[str]], language: str) -> None:
    """What is wrong with a page at each width, by what it is; axe looks at a small phone in English only, whose words are the longer."""
    for width, height in (WIDE, ENLARGED, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        wrong = faults(page) if width == WIDE[0] or (width == NARROW[0] and language == EN) else []
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        for one in [*wrong, *(["too wide"] if over > 0 else [])]:
            found.setdefault(one, []).append(f"{name} {width}")


@two_views
def test_a_case_is_decided_with_the_keyboard_alone(walk: Walk) -> None:
    letter = walk.office.file("函.txt", "自下月起周六上午开放综合窗口。", "gs-clerk")
    asked = walk.office.start("gs-clerk", SEAL, title="延时服务函", document=letter, copies=1, seal="official-seal")
    window = walk.watched(walk.blank()).open("/login/")
    page = window.page
    tab_to(page, "[name=username]")
    page.keyboard.type("gs-deputy")
    tab_to(page, "[name=password]")
    page.keyboard.type(walk.office.password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, ".top nav a[href='/']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, f"a[href='/cases/{asked.case_id}/']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "form[data-form] [name=opinion]")
    page.keyboard.type("同意用印")
    tab_to(page, ".act-bar button[value=approve]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("同意用印")
    window.fits()


def tab_to(page: Page, place: str) -> None:
    """Reach it by the tabulator, and see that the focus is there."""
    reached = "(place) => document.activeElement.matches(place)"
    for _ in range(MOST_TABS):
        if page.evaluate(reached, place):
            break
        page.keyboard.press("Tab")
    assert page.evaluate(reached, place), f"{place} is not reached by {MOST_TABS} tabs"
    drawn = "() => { const style = getComputedStyle(document.activeElement); return style.outlineStyle + style.boxShadow; }"
    assert page.evaluate(drawn) != "nonenone", f"nobody sees that {place} has the focus"


@pytest.mark.parametrize("walk", [((680, 960), ZH), ((680, 960), EN)], indirect=True)
def test_a_case_is_printed_with_all_of_its_history_and_nothing_to_press(walk: Walk, busy: str) -> None:
    window = walk.window("ic-rechecker").open(f"/cases/{busy}/")
    page = window.page
    expect(page.locator(".top")).to_be_visible()
    page.emulate_media(media="print")
    assert page.locator("button:visible, input:visible, select:visible, textarea:visible, summary.button:visible").count() == 0
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    history = page.locator(".timeline > li")
    assert history.count() == history.locator("visible=true").count() >= 3, "also what a screen folds away"
    expect(page.locator("main")).to_contain_text(busy)
    window.fits()
    window.look("case-printed")
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_axe_finds_a_fault(chromium: Browser) -> None:
    """The test above can fail."""
    page = chromium.new_page()
    page.set_content("<html><title>x</title><main><h1>x</h1><img src='a.png'><input></main></html>")
    assert {one.split(":")[0] for one in faults(page)} >= {"image-alt", "label", "html-has-lang"}
    page.close()


def faults(page: Page) -> list[str]:
    """What axe finds on a page, everything that is folded away opened."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in found]
