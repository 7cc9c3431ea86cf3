"""Rows of an embedded database, written and read without the product."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

AT = "2026-11-24T08:00:00Z"
_ENTRY = {"case_id": "c", "at": AT, "actor": "p", "matter": "m", "step": "s", "control": "", "key": "", "body": "{}", "leaf": b"l"}
_STATE = {"ledger": "l", "key": "k", "case_id": "c", "step": "s", "data": "{}", "open": 1, "at": AT}
CASE = {
    "id": "c", "matter": "m", "version": "v", "unit": "u", "title": "t", "status": "open", "applicant": "p", "opened_at": AT,
    "changed_at": AT, "n": 1, "tip": b"l",
}  # fmt: skip
ROWS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "entry": [{**_ENTRY, "id": 1, "n": 1, "kind": "accepted"}, {**_ENTRY, "id": 2, "n": 1, "kind": "refused"}],
    "task": [{"case_id": "c", "step": "s", "item": item, "whom": "post:u/p", "since": AT, "due": ""} for item in ("", "1")],
    "ledger_entry": [_STATE, {**_STATE, "key": "k2", "case_id": None}],
    "file_use": [{"sha256": "ab", "case_id": "c"}],
}


def written(folder: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Insert rows into the database of a data folder."""
    with closing(sqlite3.connect(folder / "lianfang.sqlite3")) as connection, connection:
        for table, rows in tables.items():
            for row in rows:
                connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def read(folder: Path, table: str, sql: str = "") -> list[Any]:
    """The rows of a table, or of a statement."""
    with closing(sqlite3.connect(folder / "lianfang.sqlite3")) as connection:
        return sorted(connection.execute(sql or f"SELECT * FROM {table}").fetchall(), key=str)
