"""Whoever reaches the database itself still can't rewrite what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from lianfang.office import log
from lianfang.store.models import Checkpoint, Entry, Leaf


@pytest.fixture(autouse=True)
def full(office: Any, application: Callable[[], str]) -> None:
    """Something in every table of the evidence: an application, a refusal, a checkpoint."""
    case = application()
    refused = office.act("gs-clerk", case, "approve", "approve")
    assert not refused.accepted
    view = log.log_view()
    Checkpoint.objects.create(size=view.size, root=bytes.fromhex(view.root), note=view.note, at="2026-11-24T08:00:00Z")


@pytest.mark.parametrize("table", ["entry", "leaf", "checkpoint"])
@pytest.mark.parametrize("statement", ["DELETE FROM {table}", "UPDATE {table} SET {column} = {column}"])
def test_the_database_refuses_to_change_evidence(table: str, statement: str) -> None:
    column = {"entry": "body", "leaf": "entry_id", "checkpoint": "note"}[table]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0], f"{table} is empty: nothing would be refused"
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement.format(table=table, column=column))


def test_a_refusal_can_not_be_made_an_acceptance() -> None:
    refused = Entry.objects.filter(kind=Entry.REFUSED)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        refused.update(kind=Entry.ACCEPTED)
    assert refused.count() == 1


def test_the_models_can_not_either() -> None:
    entry = Entry.objects.order_by("-id")[0]
    entry.actor = "nobody"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Leaf.objects.order_by("idx")[0].delete()
