"""A database connection of its own for the append path: plain SQL, its own transactions, either vendor.

Statements are written with ``?``; PostgreSQL gets ``%s``. A connection is used by one thread at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import psycopg
from django.db import connections

Row = Sequence[Any]

CONFLICTS = (
    sqlite3.IntegrityError,
    sqlite3.OperationalError,
    psycopg.errors.UniqueViolation,
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
)
"""What another writer can cause: the command is judged again on the state as it then is."""

DATABASE_ERRORS = (sqlite3.Error, psycopg.Error)


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
        else:
            self.raw.isolation_level = None

    def begin(self) -> None:
        """Open a transaction; on SQLite it takes the one write lock at once."""
        if self.postgres:
            self.raw.execute("BEGIN")
        else:
            self.raw.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make the transaction durable."""
        self.raw.execute("COMMIT")

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
        found: list[Any] = self.raw.execute(_percent(sql) if self.postgres else sql, values).fetchall()
        return found

    def run(self, sql: str, values: Row = ()) -> None:
        """One statement without a result."""
        self.raw.execute(_percent(sql) if self.postgres else sql, values)

    def many(self, sql: str, values: Iterable[Row]) -> None:
        """One statement over many rows."""
        if self.postgres:
            with self.raw.cursor() as cursor:
                cursor.executemany(_percent(sql), values)
        else:
            self.raw.executemany(sql, values)

    def returned(self, sql: str, values: Sequence[Row]) -> list[Any]:
        """The first column that each row's statement returns, in order (PostgreSQL)."""
        with self.raw.cursor() as cursor:
            cursor.executemany(_percent(sql), values, returning=True)
            found = []
            while True:
                found.append(cursor.fetchone()[0])
                if not cursor.nextset():
                    return found

    def untouched(self) -> bool:
        """Whether no other connection has changed the database since this was last asked. PostgreSQL can't tell: False."""
        if self.postgres:
            return False
        before, self._change_count = self._change_count, self.raw.execute("PRAGMA data_version").fetchone()[0]
        return before == self._change_count

    def distrust(self) -> None:
        """Make the next ``untouched`` answer False."""
        self._change_count = None

    def close(self) -> None:
        """Give the connection back."""
        self._wrapper.close()


@cache
def _percent(sql: str) -> str:
    return sql.replace("?", "%s")


def marks(count: int) -> str:
    """``count`` placeholders, for an IN list."""
    return ",".join("?" * count)
