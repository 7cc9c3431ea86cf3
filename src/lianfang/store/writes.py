"""The rows that one transaction leaves, gathered while its commands are judged and written a table at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from lianfang.store.connection import Connection
from lianfang.store.record import ACCEPTED, Append, Written

ENTRY_SQLITE = (
    "INSERT INTO entry (case_id, n, at, actor, matter, step, kind, control, key, body, leaf, id) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
)
ENTRY_POSTGRES = (
    "WITH e AS (INSERT INTO entry (case_id, n, at, actor, matter, step, kind, control, key, body, leaf)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?) RETURNING id)"
    " INSERT INTO unsequenced (entry_id) SELECT id FROM e RETURNING entry_id"
)
TAIL = "SELECT coalesce((SELECT max(id) FROM entry), 0), coalesce((SELECT max(idx) + 1 FROM leaf), 0)"
CASE_NEW = (
    "INSERT INTO case_row (id, matter, version, unit, title, status, applicant, opened_at, changed_at, n, tip)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?)"
)
CASE_NEXT = "UPDATE case_row SET title = ?, status = ?, changed_at = ?, n = ?, tip = ? WHERE id = ?"
TASK_END = "DELETE FROM task WHERE case_id = ? AND step = ? AND item = ?"
TASK_NEW = "INSERT INTO task (case_id, step, item, whom, since, due) VALUES (?,?,?,?,?,?)"
VERSION = "INSERT INTO ledger_version (ledger, key, case_id, step, data, open, released, at, entry_id) VALUES (?,?,?,?,?,?,?,?,?)"
ENTRY_NOW = (
    "INSERT INTO ledger_entry (ledger, key, case_id, step, data, open, at) VALUES (?,?,?,?,?,?,?)"
    " ON CONFLICT (ledger, key) DO UPDATE SET case_id = excluded.case_id, step = excluded.step,"
    " data = excluded.data, open = excluded.open, at = excluded.at"
)
ENTRY_GONE = "DELETE FROM ledger_entry WHERE ledger = ? AND key = ?"
FILE_USE = "INSERT INTO file_use (sha256, case_id) VALUES (?,?) ON CONFLICT DO NOTHING"
ALERT = (
    "INSERT INTO alert (control, matter, about, kind, risk, unit, level, status, raised_at, entry_id, cases, explanation_zh,"
    " explanation_en) VALUES (?,?,?,?,?,?,?,'open',?,?,?,?,?)"
    " ON CONFLICT (matter, control, about) DO UPDATE SET level = excluded.level, entry_id = excluded.entry_id, cases = excluded.cases,"
    " explanation_zh = excluded.explanation_zh, explanation_en = excluded.explanation_en"
)
DUTY = "UPDATE duty SET case_id = ? WHERE matter = ? AND period = ?"


class Tail(NamedTuple):
    """The end of the log on SQLite: the last entry's id and the number of leaves."""

    last_id: int
    leaves: int


class Sheet:
    """What a transaction will write, in the order in which it was decided."""

    def __init__(self) -> None:
        self.appended: list[tuple[Append, Written]] = []
        self.by_key: dict[tuple[str, str], Written] = {}
        self._ledger: list[tuple[int, tuple[Any, ...]]] = []
        self._steps: dict[tuple[str, str, str], tuple[str, str, str] | None] = {}

    def add(self, append: Append, written: Written, ledger: Sequence[tuple[Any, ...]]) -> None:
        """Take an append in, with its ledger changes as rows (ledger, key, case, step, data, open, released)."""
        place = len(self.appended)
        self.appended.append((append, written))
        if append.key:
            self.by_key[append.actor, append.key] = written
        self._ledger.extend((place, row) for row in ledger)
        if append.case is not None:
            for step, item in append.ended:
                self._steps[append.case.id, step, item] = None
            for task in append.tasks:
                self._steps[append.case.id, task.step, task.item] = (task.whom, append.at, task.due)

    def ledger_rows(self) -> list[tuple[Any, ...]]:
        """The ledger changes so far, oldest first."""
        return [row for _, row in self._ledger]

    def write(self, connection: Connection, tail: Tail | None) -> Tail | None:
        """Write all rows and give the entries their ids. Returns the tail of the log after it (None on PostgreSQL)."""
        if not self.appended:
            return tail
        tail = self._entries(connection, tail)
        self._cases(connection)
        if self._steps:
            connection.many(TASK_END, list(self._steps))
            begun = [(*place, *row) for place, row in self._steps.items() if row is not None]
            if begun:
                connection.many(TASK_NEW, begun)
        if self._ledger:
            self._ledgers(connection)
        uses = [(sha256, a.case.id) for a, _ in self.appended if a.case for sha256 in a.files]
        if uses:
            connection.many(FILE_USE, uses)
        alerts = [
            (*a.alert[:7], a.at, w.id, json.dumps(a.alert.cases), a.alert.explanation_zh, a.alert.explanation_en)
            for a, w in self.appended
            if a.alert is not None
        ]
        if alerts:
            connection.many(ALERT, alerts)
        duties = [(a.case.id, *a.duty) for a, _ in self.appended if a.case is not None and a.duty is not None]
        if duties:
            connection.many(DUTY, duties)
        return tail

    def _entries(self, connection: Connection, tail: Tail | None) -> Tail | None:
        rows = []
        for a, written in self.appended:
            case_id, n = (a.case.id, a.case.n) if a.case is not None else (None, 0)
            body = written.body.decode()
            rows.append((case_id, n, a.at, a.actor, a.matter, a.step, a.kind, a.control, a.key, body, written.leaf))
        if connection.postgres:
            for (_, written), entry_id in zip(self.appended, connection.returned(ENTRY_POSTGRES, rows), strict=True):
                written.id = entry_id
            return None
        if tail is None:
            tail = Tail(*connection.rows(TAIL)[0])
        for place, (_, written) in enumerate(self.appended, 1):
            written.id = tail.last_id + place
        connection.many(ENTRY_SQLITE, [(*row, w.id) for row, (_, w) in zip(rows, self.appended, strict=True)])
        connection.many("INSERT INTO leaf (idx, entry_id) VALUES (?,?)", [(i, w.id) for i, (_, w) in enumerate(self.appended, tail.leaves)])
        return Tail(tail.last_id + len(rows), tail.leaves + len(rows))

    def _cases(self, connection: Connection) -> None:
        new: dict[str, tuple[Any, ...]] = {}
        changed: dict[str, tuple[Any, ...]] = {}
        for a, written in self.appended:
            case = a.case
            if case is None:
                continue
            title = str(case.values.get("title") or case.matter.title.zh)[:200]
            if case.id in new or (case.n == 1 and a.kind == ACCEPTED):
                new[case.id] = (
                    case.id, case.matter.id, case.matter.version, case.matter.unit, title, case.status,
                    case.applicant, case.opened_at, a.at, case.n, written.leaf,
                )  # fmt: skip
            else:
                changed[case.id] = (title, case.status, a.at, case.n, written.leaf, case.id)
        if new:
            connection.many(CASE_NEW, list(new.values()))
        if changed:
            connection.many(CASE_NEXT, list(changed.values()))

    def _ledgers(self, connection: Connection) -> None:
        rows = [(row, *self.appended[place]) for place, row in self._ledger]
        connection.many(VERSION, [(*row, a.at, w.id) for row, a, w in rows])
        now: dict[tuple[str, str], tuple[Any, ...] | None] = {}
        for row, a, _ in rows:
            now[row[0], row[1]] = None if row[6] else (*row[:6], a.at)
        standing = [row for row in now.values() if row is not None]
        if standing:
            connection.many(ENTRY_NOW, standing)
        gone = [place for place, row in now.items() if row is None]
        if gone:
            connection.many(ENTRY_GONE, gone)
