"""Turning the pages of a list, and filtering it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from lianfang.office.views import Page

MOST_DIGITS = 6
MOST_WORDS = 100


@dataclass(frozen=True, slots=True)
class Paged:
    """A page of a list with its place in the list and the ways to its neighbours ('' where there is none). ``anchor`` is where on the page
    the list stands, where it is not at its head."""

    page: Page[Any]
    request: HttpRequest
    anchor: str = ""

    @property
    def first(self) -> int:
        """The number of the first line shown."""
        return (self.page.number - 1) * self.page.size + 1

    @property
    def last(self) -> int:
        """The number of the last line shown."""
        return self.first + len(self.page.lines) - 1

    @property
    def back(self) -> str:
        """The query of the page before."""
        pages = max(-(-self.page.total // self.page.size), 1) if self.page.counted else self.page.number
        return self._query(min(self.page.number - 1, pages)) if self.page.number > 1 else ""

    @property
    def on(self) -> str:
        """The query of the page after."""
        more = self.last < self.page.total if self.page.counted else len(self.page.lines) == self.page.size
        return self._query(self.page.number + 1) if more and self.page.lines else ""

    def _query(self, number: int) -> str:
        query = self.request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}{self.anchor}"


def page_number(request: HttpRequest) -> int:
    """The page that is asked for; the first for anything that is no number of a page."""
    text = request.GET.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 1
    return max(number, 1)


def said(request: HttpRequest, name: str) -> str:
    """The words that a filter was given, up to 100 letters."""
    return request.GET.get(name, "").strip()[:MOST_WORDS]
