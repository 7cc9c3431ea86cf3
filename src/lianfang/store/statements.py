"""The statements of the append path, each over many rows at once, in the words of either vendor."""
# ruff: noqa: S608 (names of tables and columns are this module's own; values are always bound)

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

NUMBER, BYTES, TRUTH, DATA = "bigint", "bytea", "boolean", "jsonb"


class Statement(NamedTuple):
    """One statement over many rows of these columns: run with each row's values on SQLite, once with all rows as JSON on PostgreSQL."""

    columns: tuple[str, ...]
    sqlite: str
    postgres: str


def insert(table: str, columns: Mapping[str, str], conflict: str = "") -> Statement:
    """Insert rows; ``columns`` gives their PostgreSQL types."""
    into = f"INSERT INTO {table} ({', '.join(columns)}) "
    values = ", ".join("?" * len(columns))
    named = ", ".join(f"{name}::jsonb" if kind == DATA else name for name, kind in columns.items())
    return Statement(tuple(columns), f"{into}VALUES ({values}){conflict}", f"{into}SELECT {named} FROM {_rows(columns)}{conflict}")


def update(table: str, columns: Mapping[str, str], keys: Mapping[str, str]) -> Statement:
    """Change the columns of the rows with these keys; a row gives the columns, then the keys."""
    row = {**columns, **keys}
    return Statement(
        tuple(row),
        f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in columns)} WHERE {_given(keys)}",
        f"UPDATE {table} AS t SET {', '.join(f'{name} = v.{name}' for name in columns)} FROM {_rows(row)} WHERE {_same(keys)}",
    )


def delete(table: str, keys: Mapping[str, str]) -> Statement:
    """Delete the rows with these keys."""
    return Statement(
        tuple(keys), f"DELETE FROM {table} WHERE {_given(keys)}", f"DELETE FROM {table} AS t USING {_rows(keys)} WHERE {_same(keys)}"
    )


def _rows(columns: Mapping[str, str]) -> str:
    listed = ", ".join(f"{name} {'text' if kind == DATA else kind}" for name, kind in columns.items())
    return f"json_to_recordset(%s::json) AS v ({listed})"


def _given(keys: Iterable[str]) -> str:
    return " AND ".join(f"{name} = ?" for name in keys)


def _same(keys: Iterable[str]) -> str:
    return " AND ".join(f"t.{name} = v.{name}" for name in keys)


def _replacing(keys: str, columns: Iterable[str]) -> str:
    return f" ON CONFLICT ({keys}) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in columns)


def _texts(names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), "text")


_ENTRY = insert(
    "entry",
    {
        **_texts("case_id"),
        "n": NUMBER,
        **_texts("at actor matter step kind control key body"),
        "leaf": BYTES,
        "before": NUMBER,
        "id": NUMBER,
    },
)
ENTRY = _ENTRY._replace(postgres=f"WITH e AS ({_ENTRY.postgres} RETURNING id) INSERT INTO unsequenced (entry_id) SELECT id FROM e")
"""On PostgreSQL the entry then waits for its place in the log; on SQLite its number is its place."""
_HEAD = {"n": NUMBER, "tip": BYTES, "last": NUMBER, "actors": "text"}
CASE_NEW = insert("case_row", {**_texts("id matter version unit title status applicant opened_at changed_at"), **_HEAD})
_MOVED = {**_texts("title changed_at"), **_HEAD}
CASE_NEXT = update("case_row", _MOVED, _texts("id"))
CASE_ENDED = update("case_row", {**_texts("status"), **_MOVED}, _texts("id"))
TASK_END = delete("task", _texts("whom case_id step item"))
TASK_PUT_OFF = update("task", _texts("due"), _texts("whom case_id step item"))
TASK_URGED = update("task", _texts("urged"), _texts("whom case_id step item"))
COPY = insert("copy", _texts("person case_id actor at"), _replacing("person, case_id", ("actor", "at")))
PART_END = delete("part", {**_texts("person"), "last": NUMBER})
PART_NEW = insert("part", {**_texts("person"), "last": NUMBER, **_texts("case_id")})
MENTION = insert("mention", {**_texts("person case_id"), "entry_id": NUMBER}, _replacing("person, case_id", ("entry_id",)))
MENTION_ANSWERED = delete("mention", _texts("person case_id"))
TASK_NEW = insert("task", _texts("whom case_id step item since due"), _replacing("whom, case_id, step, item", ("since", "due", "urged")))
"""A step that waits anew in the same transaction was not urged yet."""
_STATE = {**_texts("ledger key case_id step data"), "open": TRUTH}
ENTRY_NOW = insert("ledger_entry", {**_STATE, "at": "text"}, _replacing("ledger, key", ("case_id", "step", "data", "open", "at")))
ENTRY_GONE = delete("ledger_entry", _texts("ledger key"))
FILE_USE = insert("file_use", _texts("sha256 case_id"), " ON CONFLICT DO NOTHING")
CASE_LINK = insert("case_link", _texts("source case_id"), " ON CONFLICT DO NOTHING")
_PLACE = _texts("matter control about")
_STANDS = {**_texts("status stage holder since due back reason closers reported changed_at"), "last": NUMBER}
_TOLD = {**_STANDS, **_texts("level explanation_zh explanation_en"), "cases": DATA, "people": DATA, "entry_id": NUMBER}
ALERT = insert("alert", {**_PLACE, **_texts("kind risk unit raised_at"), **_TOLD}, _replacing("matter, control, about", _TOLD))
ALERT_WORKED = update("alert", _STANDS, _PLACE)
ALERT_CASE = insert("alert_case", {**_texts("case_id"), **_PLACE}, " ON CONFLICT DO NOTHING")
ALERT_FILE = insert("alert_file", {**_texts("sha256"), **_PLACE}, " ON CONFLICT DO NOTHING")
DUTY = update("duty", _texts("case_id"), _texts("matter period holder"))
