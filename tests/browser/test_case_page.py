"""What a case's page tells beside what is asked: what its values were before, and by what it is checked."""

from __future__ import annotations

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Walk, every_view

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
    expect(stranger.look("verified").page.locator("[role=status]")).to_contain_text(walk.say("仍然有效", "it stands"))
