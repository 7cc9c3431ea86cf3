"""Pages as a browser reads them: their forms, links and words, and somebody who clicks through them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

SEAL, EXPENSE = "government-services/seal", "information-centre/expense"
VOID = {"meta", "link", "input", "br", "hr", "img"}


@dataclass
class Html(HTMLParser):
    """A page taken apart. ``words`` are its visible words outside what is marked as Chinese by a ``lang`` of its own."""

    source: str
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    forms: list[dict[str, Any]] = field(default_factory=list)
    words: str = ""
    _open: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if tag == "form":
            self.forms.append({"attributes": found, "fields": {}})
        if tag in ("input", "button") and self.forms and any(name == "form" for name, _ in self._open):
            self.forms[-1]["fields"].setdefault(found.get("name", ""), found.get("value", ""))
        for name in ("title", "aria-label", "placeholder", "data-label"):
            self._say(found.get(name, ""))
        if tag not in VOID:
            self._open.append((tag, found.get("lang", "")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        name, _ = self._open.pop()
        assert name == tag, f"</{tag}> closes <{name}>"

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _say(self, text: str) -> None:
        own = [language for tag, language in self._open if tag != "html" and language]
        if not any(tag in ("script", "style") for tag, _ in self._open) and not (own and own[-1].startswith("zh")):
            self.words += text + " "

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of this name."""
        return [found for name, found in self.tags if name == tag]

    @property
    def links(self) -> list[str]:
        """Where the page leads to."""
        return [found["href"] for found in self.all("a")]


@dataclass
class Reader:
    """Somebody at a browser, signed in or not."""

    client: Client

    def open(self, path: str, status: int = 200, **query: str) -> Html:
        """Read a page, which must answer with this status."""
        answer = self.client.get(path, query)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return Html(answer.content.decode())

    def text(self, path: str, **query: str) -> str:
        """The words of a page on one line."""
        return " ".join(strip_tags(self.client.get(path, query).content.decode()).split())

    def speak(self, language: str) -> Reader:
        """Use the switch at the head of the page."""
        answer = self.client.post("/i18n/setlang/", {"language": language, "next": "/login/"})
        assert answer.status_code == 302
        return self


@pytest.fixture
def reader(office: Any) -> Callable[..., Reader]:
    """A browser: signed in as somebody, or as nobody."""
    return lambda login="": Reader(office.client(login) if login else Client())


@pytest.fixture
def letter(office: Any) -> str:
    """A finished letter, uploaded by the clerk."""
    return str(office.file("关于窗口延时服务的函.txt", "自下月起周六上午开放综合窗口。", "gs-clerk"))


@pytest.fixture
def ask(office: Any, letter: str) -> Callable[..., str]:
    """Asks for the seal on the letter; the case's number."""

    def start(title: str = "延时服务函", who: str = "gs-clerk") -> str:
        outcome = office.start(who, SEAL, title=title, document=letter, copies=2, seal="official-seal")
        assert outcome.accepted, outcome.refusal
        return str(outcome.case_id)

    return start


@pytest.fixture
def slices(office: Any) -> list[str]:
    """Three claims that together are too much for one approval; the watch has looked at them."""
    scan = office.file("凭证.txt", "增值税普通发票", "ic-clerk")
    cases = []
    for number in ("0001", "0002", "0003"):
        invoice = {"seller": "宝文印务", "number": number, "date": "2026-01-02", "amount": 290_000}
        opened = office.start("ic-clerk", EXPENSE, title="印制材料费", payee="宝文印务", invoices=[invoice], vouchers=scan)
        assert opened.accepted, opened.refusal
        filled = office.act("ic-clerk", opened.case_id, "fill", amount=290_000, purpose="office", budget_line="office-2026")
        assert filled.accepted, filled.refusal
        cases.append(str(opened.case_id))
    office.settle()
    return cases
