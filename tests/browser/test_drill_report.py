"""The report of the drills, opened from a disk: it fits a desk and a phone, speaks both languages and unfolds what a link leads to."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, expect

from lianfang.cli.main import cli
from tests.browser.conftest import CUT, EN, EVERY_VIEW

pytestmark = pytest.mark.browser
SEAL = "government-services/seal"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as the command line writes it."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    assert CliRunner().invoke(cli, ["drill", SEAL, "--out", str(path)]).exit_code == 0
    return path


@pytest.mark.parametrize("view", EVERY_VIEW)
def test_a_leader_opens_the_report(chromium: Browser, report: Path, view: tuple[tuple[int, int], str]) -> None:
    (width, height), language = view
    english = language == EN
    context = chromium.new_context(viewport={"width": width, "height": height}, offline=True, java_script_enabled=True)
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    if english:
        page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Drill report" if english else "廉防演练报告", use_inner_text=True)
    assert page.locator(".verdict").inner_text().startswith("✓ All as it must be" if english else "✓ 全部如期")
    drill = page.locator("details", has=page.get_by_text("Stamping another document" if english else "换一份文件盖章", exact=True))
    expect(drill.locator("blockquote")).to_be_hidden()
    page.locator("a").get_by_text("Stamping another document" if english else "换一份文件盖章", exact=True).first.click()
    expect(drill.locator("blockquote")).to_be_visible()
    page.evaluate("for (const drill of document.querySelectorAll('details')) drill.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT) == []
    assert asked == [report.as_uri()], "nothing else is asked for"
    context.close()


def test_what_is_folded_away_is_printed(chromium: Browser, report: Path) -> None:
    page = chromium.new_page()
    page.goto(report.as_uri())
    page.emulate_media(media="print")
    expect(page.locator("blockquote").first).to_be_visible()
    expect(page.locator(".languages")).to_be_hidden()
    page.close()
