"""A real Chromium before a served office. Every person has a window of their own, as wide and in the language the walk asks for.

Screenshots go to the folder that LIANFANG_SCREENSHOTS names, else to the test's own folder.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.conftest import Office

DESKTOP, PHONE = (1280, 800), (390, 844)
ZH, EN = "zh-CN", "en-GB"
PATIENCE = 30_000
"""Milliseconds. A busy machine is not a failure; what never comes is."""
expect.set_options(timeout=PATIENCE)
EVERY_VIEW = [(DESKTOP, ZH), (PHONE, ZH), (DESKTOP, EN), (PHONE, EN)]
CUT = """() => {
  const cut = [];
  const width = document.documentElement.clientWidth;
  const hidden = (element) => element && (getComputedStyle(element).clipPath !== "none" || hidden(element.parentElement));
  const closed = [...document.querySelectorAll("details:not([open])")];
  closed.forEach((details) => { details.open = true; });
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(words.currentNode);
    if (range.getBoundingClientRect().right > width + 1 && words.currentNode.data.trim() && !hidden(words.currentNode.parentElement))
      cut.push(words.currentNode.data.trim());
  }
  closed.forEach((details) => { details.open = false; });
  return cut;
}"""
"""The words that stand beyond the edge of the window, also inside a box that could be scrolled, since nobody sees that it can, or behind
a heading that opens: what is folded away has no place until it is opened, so it is opened for the measuring."""
File = tuple[str, str]
"""A file to upload: its name and its text."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each walk in one view: what it shows of the database shows there too."""
    for item in items:
        if hasattr(item, "callspec") and item.callspec.params.get("walk") == (DESKTOP, ZH):
            item.add_marker("first_view")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all walks."""
    # Playwright keeps an event loop in this thread; Django would take the test's own reading of the office for a mistake.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    place = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert place, "Chromium is missing: run scripts/services"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Window:
    """Somebody's browser window."""

    page: Page
    walk: Walk

    def open(self, path: str) -> Window:
        """Go to a page of the office."""
        answer = self.page.goto(self.walk.address + path)
        assert answer is not None and answer.status < 400, f"{path}: {answer and answer.status}"
        self.fits()
        return self

    def step(self, case: str, step: str) -> Window:
        """The form of a step: on the case's own page when it is asked of this person, else on the step's page."""
        self.open(f"/cases/{case}/")
        if not self.form(step).count():
            self.open(f"/cases/{case}/steps/{step}/")
        return self

    def form(self, step: str = "") -> Locator:
        """The form of a step, or the page's only one."""
        return self.page.locator(f"form[data-form][action$='/steps/{step}/']" if step else "form[data-form]")

    def fill(self, **values: Any) -> Window:
        """Fill inputs by their names; a list of rows is typed row by row."""
        for name, value in values.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                self.rows(name, value)
            else:
                self.one(name, value)
        return self

    def rows(self, name: str, rows: list[dict[str, str]]) -> None:
        """Type the lines of a list, adding lines as a person would."""
        for number, row in enumerate(rows):
            if number:
                self.page.locator(f"button[name=add-line][value={name}]").click()
            for column, text in row.items():
                self.one(f"{name}[{number}].{column}", text)

    def one(self, name: str, value: Any) -> None:
        """Fill one input, whatever it is."""
        box = self.page.locator(f"form[data-form] [name='{name}']:not([type=hidden])")
        match value:
            case bool():
                box.locator(f"xpath=self::*[@value='{'yes' if value else 'no'}']").check()
            case list():
                for one in value:
                    self.page.locator(f"form[data-form] [name='{name}'][value='{one}']").check()
            case tuple():
                box.set_input_files({"name": value[0], "mimeType": "text/plain", "buffer": value[1].encode()})
            case _ if self.page.locator(f"form[data-form] select[name='{name}']").count():
                box.select_option(value)
            case _:
                box.fill(value)

    def act(self, act: str = "do") -> Window:
        """Press the button of an act."""
        with self.page.expect_navigation():
            self.page.locator(f".act-bar button[name=act][value={act}]").click()
        self.fits()
        return self

    def done(self) -> str:
        """The act was accepted: the case's number, from its page."""
        said = self.page.locator(".refusal, .error-summary").all_inner_texts()
        assert not said, said
        self.page.wait_for_url("**/cases/*/")
        return self.page.url.rstrip("/").rsplit("/", 1)[1]

    def refused(self, control: tuple[str, str], risk: tuple[str, str], source: tuple[str, str], *facts: str) -> Window:
        """The act was refused by this control: the page says which, against what risk, by what sentence, with which facts, and how
        to comply."""
        box = self.page.locator(".refusal")
        expect(box).to_be_visible()
        for words in (self.walk.say(*control), self.walk.say(*risk), self.walk.say(*source), *facts):
            expect(box).to_contain_text(words)
        expect(box.locator(".remedy")).not_to_be_empty()
        return self

    def look(self, name: str) -> Window:
        """Take a picture of the whole page."""
        (width, _), language = self.walk.view
        self.page.screenshot(path=self.walk.pictures / f"{name}-{width}-{language[:2]}.png", full_page=True)
        return self

    def fits(self) -> None:
        """Nothing sticks out sideways: a phone never has to be scrolled to the side."""
        if self.walk.without_scripts:
            return
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"
        cut = self.page.evaluate(CUT)
        assert not cut, f"{self.page.url} cuts off {cut[:5]}"


@dataclass
class Walk:
    """A served office and the windows of its people."""

    office: Office
    address: str
    browser: Browser
    view: tuple[tuple[int, int], str]
    pictures: Path
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    without_scripts: bool = False

    def say(self, zh: str, en: str) -> str:
        """Words in the language of the walk."""
        return zh if self.view[1] == ZH else en

    def window(self, login: str) -> Window:
        """Somebody's window, signed in."""
        if login not in self.windows:
            context = self.blank()
            session = self.office.client(login).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}])
            self.windows[login] = self.watched(context)
        return self.windows[login]

    def blank(self) -> BrowserContext:
        """A browser that nobody has signed in with."""
        (width, height), language = self.view
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            timezone_id="Asia/Shanghai",
            java_script_enabled=not self.without_scripts,
        )
        context.set_default_timeout(PATIENCE)
        if language == EN:  # the switch was used; what the browser itself asks for counts for nothing
            context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": self.address}])
        self.contexts[f"{len(self.contexts)}"] = context
        return context

    def watched(self, context: BrowserContext) -> Window:
        """A window whose scripts may not complain: a blocked inline style or a script error fails the walk."""
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if "Content Security Policy" in said.text else None)
        return Window(page, self)

    def start(self, login: str, matter: str, **values: Any) -> Window:
        """Somebody opens a case and submits its first form."""
        return self.window(login).open(f"/start/{matter}/").fill(**values).act()

    def take(self, login: str, case: str, step: str, act: str = "do", **values: Any) -> Window:
        """Somebody takes a step of a case."""
        return self.window(login).step(case, step).fill(**values).act(act)

    def close(self) -> None:
        """Close every window."""
        for context in self.contexts.values():
            context.close()


@pytest.fixture
def walk(office: Office, chromium: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Walk]:
    """A served office, seen as the test's parameter says: (width and height), language."""
    pictures = Path(os.environ.get("LIANFANG_SCREENSHOTS") or tmp_path / "screenshots")
    pictures.mkdir(parents=True, exist_ok=True)
    one = Walk(office, office.serve(), chromium, request.param, pictures)
    yield one
    one.close()
    assert not one.complaints


def _named(view: object) -> str | None:
    return f"{view[0][0]}-{view[1][:2]}" if isinstance(view, tuple) else None


every_view: Callable[..., Any] = pytest.mark.parametrize("walk", EVERY_VIEW, indirect=True, ids=_named)
two_views: Callable[..., Any] = pytest.mark.parametrize("walk", [(DESKTOP, ZH), (PHONE, EN)], indirect=True, ids=_named)
