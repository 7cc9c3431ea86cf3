"""From the figures of a map and of the risk matrix to what they count, with and without scripts, on a desk and on a phone."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, EN, PHONE, ZH, Walk, two_views

pytestmark = pytest.mark.browser
SEAL = "government-services/seal"


@two_views
@pytest.mark.parametrize("scripts", [True, False])
def test_each_figure_of_a_map_with_its_heat_leads_to_what_it_counts(walk: Walk, scripts: bool) -> None:
    walk.without_scripts = not scripts
    office = walk.office
    letter, blank = office.file("函.txt", "自下月起周六上午开放综合窗口。", "gs-clerk"), office.file("空白.txt", " ", "gs-clerk")
    for number in range(3):
        asked = office.start("gs-clerk", SEAL, title=f"第 {number} 件", document=letter, copies=1, seal="official-seal")
        assert asked.accepted, asked.refusal
    assert not office.start("gs-clerk", SEAL, title="空白", document=blank, copies=1, seal="official-seal").accepted
    page = walk.window("gs-director").open(f"/matters/{SEAL}/").page
    expect(page.locator(".flow-map .heat")).to_have_count(0)
    page.get_by_role("link", name=walk.say("热度", "Heat"), exact=True).click()
    waiting = page.locator(".map-step .heat")
    expect(waiting).to_have_text([walk.say("停在此 3", "waiting here 3")])
    walk.window("gs-director").look(f"heat-{'with' if scripts else 'without'}-scripts").fits()
    waiting.click()
    expect(page.locator("#cases tbody tr")).to_have_count(3)
    expect(page.locator("#cases .subject")).to_be_visible()
    refused = page.locator(".map-controls a.heat").first
    expect(refused).to_have_text(walk.say("今年拦截 1", "refused this year 1"))
    refused.click()
    expect(page.locator("#refused tbody tr")).to_have_count(1)
    walk.window("gs-director").fits()


@pytest.mark.parametrize("walk", [(DESKTOP, ZH), (PHONE, EN)], indirect=True)
@pytest.mark.parametrize("scripts", [True, False])
def test_a_cell_of_the_risk_matrix_leads_to_its_risks(walk: Walk, scripts: bool) -> None:
    walk.without_scripts = not scripts
    page = walk.window("inspector").open("/register/risks/").page
    matrix = page.locator(".risk-matrix").first
    boxes = [box for cell in matrix.locator("tbody td").all() if (box := cell.bounding_box())]
    assert len(boxes) == 9
    assert len({round(box["x"]) for box in boxes}) == len({round(box["y"]) for box in boxes}) == 3, "three by three, on a phone too"
    page.locator(".risk-matrix.small a").first.scroll_into_view_if_needed()
    counts = [int(told) for told in matrix.locator("tbody a b").all_inner_texts()]
    count, cell = max(counts), matrix.locator("tbody a").nth(counts.index(max(counts)))
    cell.click()
    expect(page.locator("#list .risk-lines tbody tr")).to_have_count(count)
    expect(page.locator(".risk-matrix [aria-current]")).to_have_count(1)
    assert page.locator("#list .risk-group h3").count() > 1
    expect(page.locator("#list h2")).to_be_in_viewport()
    page.locator("select[name=unit]").select_option("information-centre")
    page.locator(".find .button").click()
    expect(page.locator(".risk-matrix")).to_have_count(1)
    expect(page.locator("details.risk-group[open]").first).to_be_visible()
    walk.window("inspector").look("risks").fits()


@pytest.mark.parametrize("walk", [(DESKTOP, ZH), (DESKTOP, EN)], indirect=True)
@pytest.mark.parametrize(("form", "across"), [("paper", 297 / 210), ("slides", 338 / 190)])
def test_the_maps_of_a_unit_are_printed_a_sheet_a_page_with_every_word(walk: Walk, form: str, across: float) -> None:
    page = walk.window("gs-clerk").open(f"/register/maps/?unit=government-services&form={form}").look(f"maps-{form}").page
    sheets, said = page.locator(".sheet").count(), page.locator(".sheet h2 a").all_inner_texts()
    with pdfium.PdfDocument(page.pdf(prefer_css_page_size=True)) as printed:
        assert len(printed) == sheets
        words = []
        for paper in printed:
            wide, high = paper.get_size()
            assert wide / high == pytest.approx(across, rel=0.01)
            words.append("".join(paper.get_textpage().get_text_bounded().split()))
    assert sheets > len(said)
    assert [one for one in said if not any("".join(one.split()) in page for page in words)] == []
    assert all("".join(walk.say("防控机制", "Controls").split()) in page for page in words), "the columns are named on every sheet"


@two_views
def test_a_drawing_is_walked_with_the_keyboard(walk: Walk) -> None:
    window = walk.window("inspector").open(f"/matters/{SEAL}/")
    window.page.get_by_role("link", name=walk.say("图", "Drawing"), exact=True).click()
    page = window.look("drawing").page
    expect(page.locator(".drawing-hint")).to_be_visible(visible=walk.view[0] == PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the drawing is moved sideways, never the page"
    first = page.locator(".drawing a").first
    page.locator(".drawing").focus()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#cases .subject")).to_be_visible()
