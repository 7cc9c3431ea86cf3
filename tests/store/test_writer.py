"""The writer of a process: one transaction a group, and for each command its own verdict."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections

from lianfang.evidence import canonical
from lianfang.kernel import CommandError
from lianfang.kernel.model import FieldError, Text
from lianfang.office.engine import engine
from lianfang.store.models import Entry, LedgerEntry
from lianfang.store.record import FACT, Append, Written
from lianfang.store.repository import Scene
from lianfang.store.statements import ENTRY_NOW, Statement

AT = "2026-11-24T08:00:00Z"


def note(scene: Scene, number: int, key: str = "") -> Written:
    """A fact to write, told from others by its number."""
    body = canonical({"case": None, "n": 0, "prev": "", "at": AT, "fact": {"ledger": "notes", "key": str(number), "data": {}}})
    return scene.append(Append(FACT, AT, "", "", "", "", key, body, placed=[("notes", str(number), "{}")]))


def written() -> list[str]:
    return list(LedgerEntry.objects.filter(ledger="notes").order_by("key").values_list("key", flat=True))


@contextmanager
def grouped(*runs: Callable[[Scene], Any]) -> Any:
    """Submit these so that they come into one transaction: the writer is kept busy until all of them wait. Yields their futures."""
    writer, started, release = engine().writer, threading.Event(), threading.Event()

    def busy(scene: Scene) -> None:
        started.set()
        assert release.wait(30)

    def submit(run: Callable[[Scene], Any]) -> Any:
        try:
            return writer.submit("", run)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(runs) + 1) as pool:
        first = pool.submit(submit, busy)
        assert started.wait(30)
        futures: list[Future[Any]] = []
        for run in runs:
            futures.append(pool.submit(submit, run))
            while len(writer._waiting) < len(futures):
                time.sleep(0.001)
        release.set()
        first.result()
        yield futures


def test_commands_that_wait_are_written_together(office: Any) -> None:
    statements: list[str] = []
    raw = engine().writer.repository.connection
    begin, raw.begin = raw.begin, lambda *queries: (statements.append("begin"), begin(*queries))[1]
    with grouped(*(lambda scene, n=n: note(scene, n) for n in range(10))) as futures:
        entries = [future.result() for future in futures]
    assert len(statements) == 2, "the busy one, then the ten"
    assert written() == [str(n) for n in range(10)]
    ids = [entry.id for entry in entries]
    assert ids == sorted(ids)
    assert [bytes(leaf) for leaf in Entry.objects.filter(id__in=ids).order_by("id").values_list("leaf", flat=True)] == [
        e.leaf for e in entries
    ]


def test_one_malformed_command_does_not_touch_the_others(office: Any) -> None:
    def malformed(scene: Scene) -> None:
        raise CommandError([FieldError("amount", Text("不是金额", "not an amount"))])

    with grouped(lambda scene: note(scene, 1), malformed, lambda scene: note(scene, 2)) as (before, wrong, after):
        assert before.result().id < after.result().id
        with pytest.raises(CommandError):
            wrong.result()
    assert written() == ["1", "2"]


def test_what_the_database_refuses_falls_back_on_its_own_command(office: Any) -> None:
    """An entry that breaks a constraint undoes the group's transaction; everybody in it is then served alone."""

    def careless(scene: Scene) -> Written:
        return note(scene, 3, key="used")  # without looking whether the key was used

    engine().writer.submit("", lambda scene: note(scene, 1, key="used"))
    with grouped(lambda scene: note(scene, 2), careless, lambda scene: note(scene, 4)) as (before, wrong, after):
        assert before.result().id
        assert after.result().id
        with pytest.raises(Exception, match=r"(?i)unique"):
            wrong.result()
    assert written() == ["1", "2", "4"]


def test_a_command_sees_those_before_it_in_its_group(office: Any) -> None:
    def seen(scene: Scene) -> Any:
        return scene.facts([("entry", "notes", "7")], AT)["entry:notes:7"]

    with grouped(seen, lambda scene: note(scene, 7), seen) as (before, _, after):
        assert before.result() is None
        assert after.result() == {"case": None, "data": {}, "open": True}


def test_an_entry_and_its_rows_stand_or_fall_together(office: Any) -> None:
    """The process loses its database in the middle of writing: nothing of the command remains, and the next one goes through."""
    connection = engine().writer.repository.connection
    entries = Entry.objects.count()
    each = connection.each

    def lost(statement: Statement, rows: Any) -> None:
        each(statement, rows)
        if statement is ENTRY_NOW:
            connection._wrapper.connection.close()

    connection.each = lost
    with pytest.raises(Exception, match=r"(?i)closed"):
        engine().writer.submit("", lambda scene: note(scene, 1))
    connection.each = each
    assert (written(), Entry.objects.count()) == ([], entries)
    assert engine().writer.submit("", lambda scene: note(scene, 2)).id
    assert written() == ["2"]
