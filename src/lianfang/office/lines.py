"""Lists page by page, and cases as their lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import QuerySet

from lianfang.kernel.model import Text
from lianfang.office.engine import engine
from lianfang.office.people import NOBODY, names, title
from lianfang.office.views import COUNTED, CaseLine, Page
from lianfang.store.models import CaseRow

Line = TypeVar("Line")
PAGE = 25
"""Lines of a page."""
STATUS: Mapping[str, Text] = {
    "open": Text("办理中", "in progress"),
    "completed": Text("已办结", "completed"),
    "rejected": Text("未获同意", "rejected"),
    "withdrawn": Text("已撤回", "withdrawn"),
}


def paged(rows: QuerySet[Any], lines: tuple[Line, ...], page: int, through: int = 0, size: int = PAGE) -> Page[Line]:
    """A page of what a query finds, which is counted as far as it is worth it, in its order, which an index has; ``through`` is as the page
    has it."""
    found = rows[: COUNTED + 1].count()
    return Page(lines, page, min(found, COUNTED), size, found <= COUNTED, through)


def cut(rows: Any, page: int, size: int = PAGE) -> list[Any]:
    """The page of a list or a query; the first page is 1."""
    first = (max(page, 1) - 1) * size
    return list(rows[first : first + size])


def status_title(status: str) -> Text:
    """A case's status in words."""
    return STATUS.get(status, Text(status, status))


def case_lines(rows: Iterable[tuple[CaseRow, Text, str, str]]) -> tuple[CaseLine, ...]:
    """Lines from (row, what is shown as step, since or when, due)."""
    listed = list(rows)
    known = names(row.applicant for row, *_ in listed)
    return tuple(
        CaseLine(
            id=row.id,
            title=row.title,
            matter=row.matter,
            matter_title=engine().matter_of(row.version).title,
            unit_title=title(row.unit),
            step=step,
            moment=moment,
            due=due,
            status=row.status,
            status_title=status_title(row.status),
            applicant=known.get(row.applicant, NOBODY),
        )
        for row, step, moment, due in listed
    )
