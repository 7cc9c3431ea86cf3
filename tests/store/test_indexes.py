"""What is asked often is found by an index, however long the log grows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from lianfang.store.models import REFUSED, Entry, LedgerEntry, Task, chain
from lianfang.store.repository import REPEATED


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (Entry.objects.filter(REFUSED, actor="p").order_by("-id"), "entry_refused_actor"),
        (Entry.objects.filter(REFUSED, matter="m").values_list("control"), "entry_refused_control"),
        (chain(7), "PRIMARY KEY"),
        (LedgerEntry.objects.filter(ledger="l", open=True, key__in=["a", "b"]), "(ledger=? AND key=?)"),
        (LedgerEntry.objects.filter(ledger="l", open=True, at__gte="2026-01-01T00:00:00Z").order_by("at", "key"), "ledger_entry_at"),
        (Task.objects.filter(whom__in=["post:u/p", "person:p"]), "PRIMARY KEY"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_by_its_index(office: Any, question: QuerySet[Any], index: str) -> None:
    with transaction.atomic():
        plan = explained(question.explain)
    if connection.vendor == "sqlite":
        assert index in plan
    else:  # which of two indexes is the better depends on the rows
        assert "Index" in plan


def test_a_repeated_key_is_found_by_its_index(office: Any) -> None:
    def explain() -> str:
        sqlite = connection.vendor == "sqlite"
        with connection.cursor() as cursor:
            cursor.execute(("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + REPEATED.replace("?", "%s"), ("p", "k"))
            return str(cursor.fetchall())

    with transaction.atomic():
        assert "entry_key" in explained(explain)


def explained(explain: Callable[[], str]) -> str:
    """A plan, on PostgreSQL that of a table which is too long to be read from end to end."""
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    return explain()
