"""Bare transactions: as many bytes as a command leaves, made as durable, and nothing else."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lianfang.office.engine import engine
from lianfang.store.connection import Connection
from lianfang.store.statements import Statement

INSERT = "INSERT INTO bare (body) VALUES (?)"


def weighed(work: Callable[[], object], times: int) -> list[int]:
    """How many bytes of values the office's writer sent to the database in each transaction, while work was done this often."""
    connection = engine().writer.repository.connection
    each, commit = connection.each, connection.commit
    weights, weight = [], 0

    def counted(statement: Statement, rows: Sequence[Sequence[Any]]) -> None:
        nonlocal weight
        weight += sum(_size(value) for row in rows for value in row)
        each(statement, rows)

    def committed() -> None:
        nonlocal weight
        weights.append(weight)
        weight = 0
        commit()

    connection.each, connection.commit = counted, committed  # type: ignore[method-assign]
    try:
        for _ in range(times):
            work()
    finally:
        connection.each, connection.commit = each, commit  # type: ignore[method-assign]
    return [w for w in weights if w]


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value.encode())
    return len(value) if isinstance(value, bytes) else 8


@contextmanager
def bare(clients: int, weights: Sequence[int]) -> Iterator[list[Callable[[], None]]]:
    """Clients that commit bare transactions of these weights, in a table of the same database.

    On PostgreSQL each has a connection. SQLite has one writer, and several connections starve each other: there they take turns on
    one connection, which is the best that bare transactions can do.
    """
    first = Connection()
    number = "BIGSERIAL" if first.postgres else "INTEGER"
    first.run(f"CREATE TABLE IF NOT EXISTS bare (id {number} PRIMARY KEY, body TEXT NOT NULL)")
    own = [Connection() for _ in range(clients - 1)] if first.postgres else []
    turn = threading.Lock()

    def client(connection: Connection) -> Callable[[], None]:
        payloads = itertools.cycle(["x" * weight for weight in weights])

        def commit() -> None:
            connection.begin()
            connection.run(INSERT, (next(payloads),))
            connection.commit()

        def in_turn() -> None:
            with turn:
                commit()

        return commit if connection.postgres or clients == 1 else in_turn

    try:
        yield [client(connection) for connection in ([first, *own] if first.postgres else [first] * clients)]
    finally:
        for connection in (first, *own):
            connection.close()
