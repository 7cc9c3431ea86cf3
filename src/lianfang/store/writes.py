"""The rows that one transaction leaves, gathered while its commands are judged and written a table at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from lianfang.store import statements as sql
from lianfang.store.connection import Connection
from lianfang.store.record import ACCEPTED, Append, LedgerRow, Trail, Written, json_text


class Sheet:
    """What a transaction will write, in the order in which it was decided."""

    def __init__(self) -> None:
        self.appended: list[tuple[Append, Written]] = []
        self.trails: dict[str, Trail] = {}
        self.by_key: dict[tuple[str, str], Written] = {}
        self.ledger: dict[tuple[str, str], LedgerRow] = {}
        self._tasks: dict[tuple[str, str, str, str], tuple[str, str] | None] = {}
        self._files: list[tuple[str, str]] = []
        self._duties: list[tuple[str, str, str]] = []

    def add(self, append: Append, written: Written, ledger: Iterable[LedgerRow]) -> None:
        """Take an append in, with the ledger entries that it changes."""
        self.appended.append((append, written))
        if append.key:
            self.by_key[append.actor, append.key] = written
        for row in ledger:
            self.ledger[row.ledger, row.key] = row
        if append.case is not None:
            case_id = append.case.id
            for whom, step, item in append.ended:
                self._tasks[whom, case_id, step, item] = None
            for whom, step, item, due in append.tasks:
                self._tasks[whom, case_id, step, item] = (append.at, due)
            for sha256 in append.files:
                self._files.append((sha256, case_id))
            if append.duty is not None:
                self._duties.append((case_id, *append.duty))

    def write(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Write all rows; the entries get these numbers."""
        rows = []
        for (a, written), number in zip(self.appended, numbers, strict=False):
            written.id = number
            case_id, n, before = None, 0, None
            if a.case is not None:
                case_id, n, trail = a.case.id, a.case.n, self.trails[a.case.id]
                before, trail.last = trail.last or None, number
                if a.kind == ACCEPTED:
                    trail.actors[a.actor] = number
            body = written.body.decode()
            rows.append((case_id, n, a.at, a.actor, a.matter, a.step, a.kind, a.control, a.key, body, written.leaf, before, number))
        connection.each(sql.ENTRY, rows)
        self._cases(connection)
        connection.each(sql.TASK_END, [place for place, row in self._tasks.items() if row is None])
        connection.each(sql.TASK_NEW, [(*place, *row) for place, row in self._tasks.items() if row is not None])
        if self.ledger:
            connection.each(sql.ENTRY_NOW, [row for row in self.ledger.values() if row.data])
            connection.each(sql.ENTRY_GONE, [place for place, row in self.ledger.items() if not row.data])
        connection.each(sql.FILE_USE, self._files)
        connection.each(sql.DUTY, self._duties)
        for a, written in self.appended:
            if a.alert is not None:
                told = (a.alert.level, written.id, json.dumps(a.alert.cases), a.alert.explanation_zh, a.alert.explanation_en)
                connection.each(sql.ALERT, [(*a.alert[:6], "open", a.at, *told)])

    def _cases(self, connection: Connection) -> None:
        new: dict[str, tuple[Any, ...]] = {}
        moved: dict[str, tuple[Any, ...]] = {}
        ended: dict[str, tuple[Any, ...]] = {}
        for a, written in self.appended:
            case = a.case
            if case is None:
                continue
            title = str(case.values.get("title") or case.matter.title.zh)[:200]
            trail = self.trails[case.id]
            head = (case.n, written.leaf, trail.last, json_text(trail.actors))
            if case.id in new or (case.n == 1 and a.kind == ACCEPTED):
                new[case.id] = (
                    case.id, case.matter.id, case.matter.version, case.matter.unit, title, case.status,
                    case.applicant, case.opened_at, a.at, *head,
                )  # fmt: skip
            elif case.status == "open":  # as before: its index is not touched
                moved[case.id] = (title, a.at, *head, case.id)
            else:
                moved.pop(case.id, None)
                ended[case.id] = (case.status, title, a.at, *head, case.id)
        connection.each(sql.CASE_NEW, list(new.values()))
        connection.each(sql.CASE_NEXT, list(moved.values()))
        connection.each(sql.CASE_ENDED, list(ended.values()))
