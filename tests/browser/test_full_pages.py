"""Pages with much on them: nothing sticks out, nothing is cut off (every page that is opened is measured), and what counts is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, EN, PHONE, ZH, Walk, every_view, two_views

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
"""Installed with the front end's own tools (``npm ci``)."""
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
        ("inspector", "/overview/"), ("inspector", "/worklist/"), ("inspector", "/evidence/"),
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


@two_views
def test_axe_finds_nothing_on_any_page(walk: Walk, busy: str) -> None:
    """WCAG 2.2 AA, as far as a machine can tell, and what axe holds to be good practice."""
    office = walk.office
    office.act("ic-clerk", busy, "", "comment", opinion="请尽快", people=["ic-rechecker"])
    more = [
        ("ic-clerk-2", "/?list=done"), ("ic-clerk", "/?list=drafts"), ("ic-rechecker", f"/cases/{busy}/steps/recheck/"),
        ("inspector", "/alerts/1/"), ("inspector", "/alerts/records/"), ("inspector", "/register/risks/"),
        ("inspector", "/register/maps/?unit=supervision"), ("inspector", f"/matters/{EXPENSE}/map/?map=heat"),
        ("inspector", "/register/coverage/"), ("inspector", "/register/48/"), ("ic-clerk", "/stand-ins/"),
        ("inspector", f"/matters/{EXPENSE}/?map=heat"), ("inspector", f"/refusals/{EXPENSE}/"),
        ("ic-clerk", f"/cases/{busy}/documents/sheet/"), ("inspector", "/verify/"),
    ]  # fmt: skip
    office.client("ic-clerk").post(f"/start/{EXPENSE}/", {"draft": "quiet", "title": "电信专线年费"})
    found: dict[str, list[str]] = {}
    for login, path in [*pages(busy), *more]:
        page = walk.window(login).page
        page.goto(walk.address + path)
        for one in faults(page):
            found.setdefault(one, []).append(path)
    clerk = walk.window("ic-clerk").open(f"/start/{EXPENSE}/").fill(title="电信专线年费").act()  # which lacks nearly everything
    for one in faults(clerk.page):
        found.setdefault(one, []).append("what is wrong with a form")
    window = walk.watched(walk.blank()).page
    for path in ("/login/", "/nowhere/"):
        window.goto(walk.address + path)
        for one in faults(window):
            found.setdefault(one, []).append(path)
    assert not found


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
