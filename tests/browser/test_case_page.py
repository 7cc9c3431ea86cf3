"""What a case's page tells beside what is asked: what its values were before, by what it is checked, and its papers."""

from __future__ import annotations

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Walk, every_view, two_views
from tests.browser.test_full_pages import faults
from tests.web.test_previews import hostile, pdf, scan

pytestmark = pytest.mark.browser
SEAL = "government-services/seal"


@pytest.fixture
def returned(walk: Walk) -> str:
    """An application that was returned, and changed since."""
    office = walk.office
    letter = office.file("关于窗口延时服务的函.txt", "自下月起周六上午开放综合窗口。", "gs-clerk")
    asked = office.start("gs-clerk", SEAL, title="延时服务函", document=letter, copies=12, seal="official-seal")
    assert office.act("gs-deputy", asked.case_id, "approve", "return", opinion="份数过多，事由请写全").accepted
    assert office.act("gs-clerk", asked.case_id, "apply", title="关于窗口周六延时服务的函", copies=2).accepted
    return str(asked.case_id)


@every_view
def test_who_decides_sees_what_was_changed_since_it_was_returned(walk: Walk, returned: str) -> None:
    deputy = walk.window("gs-deputy").open(f"/cases/{returned}/")
    copies = deputy.page.locator(".asked .value").filter(has=deputy.page.locator("dt", has_text=walk.say("份数", "Copies")))
    expect(copies.locator("del")).to_be_hidden()
    for summary in deputy.page.locator(".asked .changes summary").all():
        summary.click()
    expect(copies.locator("del")).to_have_text("12")
    expect(copies.locator(".changes li")).to_have_count(2)
    deputy.look("changed")
    assert walk.office.act("gs-deputy", returned, "approve", "return", opinion="再减一份").accepted
    clerk = walk.window("gs-clerk").open(f"/cases/{returned}/")
    for summary in clerk.page.locator(".changes summary").all():
        summary.click()
    clerk.look("changed-in-form")


def scanned(shown: Locator) -> str:
    """What a telephone held before the screen reads."""
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(shown.screenshot())))
    return str(found.text)


@every_view
def test_the_code_on_the_screen_and_on_paper_leads_to_the_check(walk: Walk, returned: str) -> None:
    page = walk.window("gs-clerk").open(f"/cases/{returned}/").look("receipt").page
    address = scanned(page.locator("#receipt .code"))
    assert address.startswith(f"{walk.address}/verify/")
    walk.window("gs-clerk").open(f"/cases/{returned}/documents/sheet/").look("sheet")
    page.emulate_media(media="print")
    assert scanned(page.locator(".paper-stamp .code")) == address
    stranger = walk.watched(walk.blank()).open(address.removeprefix(walk.address))
    expect(stranger.page.locator("[name=code]")).to_have_value(address.rstrip("/").rsplit("/", 1)[1])
    expect(stranger.look("verified").page.locator("main .message")).to_contain_text(walk.say("仍然有效", "it stands"))


@every_view
def test_papers_are_looked_at_in_place_and_fetched_when_they_are(walk: Walk) -> None:
    office = walk.office
    paper = office.file("延时服务合同.pdf", pdf(3), "gs-clerk")
    asked = office.start("gs-clerk", SEAL, title="延时服务合同", document=paper, copies=1, seal="official-seal")
    assert office.act("gs-deputy", asked.case_id, "approve", "return", opinion="缺附件").accepted
    corrected = office.file("延时服务合同（含附件）.pdf", pdf(4), "gs-clerk")
    assert office.act("gs-clerk", asked.case_id, "apply", document=corrected).accepted
    page = walk.window("gs-deputy").open(f"/cases/{asked.case_id}/").page
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "/pages/" in request.url else None)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert fetched == [], "who opens the case has not looked at its papers yet"
    page.locator(".asked .preview summary").first.click()
    first = page.locator(".asked .preview img").first
    expect(first).to_be_in_viewport()
    page.wait_for_function("picture => picture.complete && picture.naturalWidth > 500", arg=first.element_handle())
    page.locator(".asked .preview").first.locator("img").last.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    walk.window("gs-deputy").fits()
    walk.window("gs-deputy").look("preview")
    with page.context.expect_page() as opened:
        first.click()
    opened.value.wait_for_load_state()
    assert opened.value.evaluate("document.images[0].naturalWidth") > 500, "in a window of its own, where it can be made bigger"
    opened.value.close()
    assert not faults(page)


@two_views
def test_a_paper_that_is_also_a_page_of_html_takes_nothing_over(walk: Walk) -> None:
    office = walk.office
    paper = office.file("函.pdf", hostile(), "gs-clerk")
    asked = office.start("gs-clerk", SEAL, title="延时服务函", document=paper, copies=1, seal="official-seal")
    page = walk.window("gs-deputy").open(f"/cases/{asked.case_id}/").page
    page.locator(".asked .preview summary").click()
    picture = page.locator(".asked .preview img")
    page.wait_for_function("picture => picture.complete && picture.naturalWidth > 500", arg=picture.element_handle())
    alone = walk.watched(page.context).open(f"/files/{paper}/pages/1/").page
    assert alone.evaluate("[document.contentType, document.title.includes('taken over')]") == ["image/jpeg", False]


@two_views
def test_a_picture_is_looked_at_as_it_is_without_scripts(walk: Walk) -> None:
    walk.without_scripts = True
    office = walk.office
    paper = office.file("现场照片.png", scan("PNG"), "gs-clerk")
    asked = office.start("gs-clerk", SEAL, title="延时服务函", document=paper, copies=1, seal="official-seal")
    window = walk.window("gs-deputy")
    with window.page.expect_response(f"**/files/{paper}/pages/1/") as shown:
        window.open(f"/cases/{asked.case_id}/")
    assert shown.value.header_value("content-type") == "image/png"
    window.page.locator(".asked .preview summary").click()
    expect(window.page.locator(".asked .preview img")).to_be_in_viewport()
    window.look("picture")
