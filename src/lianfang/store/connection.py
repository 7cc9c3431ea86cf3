"""A database connection of its own for the append path: plain SQL, its own transactions, either vendor.

Statements are written with ``?``; PostgreSQL gets ``%s``. A connection is used by one thread at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

import orjson
import psycopg
from django.db import connections

from lianfang.store.statements import Statement

Row = Sequence[Any]
Query = tuple[str, Row]

CONFLICTS = (
    sqlite3.IntegrityError,
    sqlite3.OperationalError,
    psycopg.errors.UniqueViolation,
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
)
"""What another writer can cause: the command is judged again on the state as it then is."""

DATABASE_ERRORS = (sqlite3.Error, psycopg.Error)
_AT_ONCE = nullcontext()


class Connection:
    """A connection outside Django's own, one a writer."""

    def __init__(self) -> None:
        self._wrapper = connections.create_connection("default")
        self._wrapper.inc_thread_sharing()
        self.postgres = self._wrapper.vendor == "postgresql"
        self.raw: Any = None
        self._open()

    def _open(self) -> None:
        self._wrapper.ensure_connection()
        self.raw = self._wrapper.connection
        self._change_count: int | None = None
        if self.postgres:
            self.raw.prepare_threshold = 2
            # All that is read and written here is found by a key, but the planner takes rows given as JSON for a hundred.
            self.raw.execute("SET enable_seqscan = off")
        else:
            self.raw.isolation_level = None
        self._cursor = self.raw.cursor()

    def begin(self, *queries: Query) -> list[list[Any]]:
        """Open a transaction and ask the first questions in it; on SQLite it takes the one write lock at once."""
        if self.postgres:
            return self.ask(("BEGIN", ()), *queries)[1:]
        self._cursor.execute("BEGIN IMMEDIATE")
        return self.ask(*queries) if queries else []

    def commit(self) -> None:
        """Make the transaction durable."""
        self._cursor.execute("COMMIT")

    def restore(self) -> None:
        """Undo the open transaction, if any; a connection that was lost is opened again."""
        try:
            if not self.postgres:
                if self.raw.in_transaction:
                    self.raw.execute("ROLLBACK")
            elif self.raw.closed:
                raise psycopg.OperationalError("the connection is lost")
            else:
                self.raw.execute("ROLLBACK")
        except DATABASE_ERRORS:
            self._wrapper.close()
            self._open()

    def rows(self, sql: str, values: Row = ()) -> list[Any]:
        """The rows of a query."""
        found: list[Any] = self._cursor.execute(_percent(sql) if self.postgres else sql, values).fetchall()
        return found

    def ask(self, *queries: Query) -> list[list[Any]]:
        """The rows of several queries, asked in this order and, on PostgreSQL, sent together; none for what has no rows."""
        if not self.postgres:
            return [self.rows(*query) for query in queries]
        with self.raw.pipeline():
            cursors = [self.raw.execute(_percent(sql), values) for sql, values in queries]
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]

    def run(self, sql: str, values: Row = ()) -> None:
        """One statement without a result."""
        self._cursor.execute(_percent(sql) if self.postgres else sql, values)

    def each(self, statement: Statement, rows: Sequence[Row]) -> None:
        """A statement over some rows; nothing where there are none."""
        if not rows:
            return
        if self.postgres:
            named = [dict(zip(statement.columns, row, strict=True)) for row in rows]
            self._cursor.execute(statement.postgres, (orjson.dumps(named, default=_hexadecimal).decode(),))
        elif len(rows) == 1:
            self._cursor.execute(statement.sqlite, rows[0])
        else:
            self._cursor.executemany(statement.sqlite, rows)

    def among(self, column: str, values: Sequence[str]) -> Query:
        """The condition that a column holds one of these values, and what to bind to it."""
        if self.postgres:
            return f"{column} = ANY(?)", [list(values)]
        return f"{column} IN ({','.join('?' * len(values))})", values

    def together(self) -> AbstractContextManager[Any]:
        """Send the statements within without waiting for each one's answer (PostgreSQL; SQLite answers at once)."""
        return self.raw.pipeline() if self.postgres else _AT_ONCE

    def untouched(self) -> bool:
        """Whether no other connection has changed the database since this was last asked. PostgreSQL can't tell: False."""
        if self.postgres:
            return False
        before, self._change_count = self._change_count, self._cursor.execute("PRAGMA data_version").fetchone()[0]
        return before == self._change_count

    def distrust(self) -> None:
        """Make the next ``untouched`` answer False."""
        self._change_count = None

    def close(self) -> None:
        """Give the connection back."""
        self._wrapper.close()


def _hexadecimal(value: bytes) -> str:
    """Bytes as PostgreSQL reads them."""
    return f"\\x{value.hex()}"


@cache
def _percent(sql: str) -> str:
    return sql.replace("?", "%s")
