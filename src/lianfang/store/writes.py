"""The rows that one transaction leaves, gathered while its commands are judged and written a table at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from lianfang.kernel import Case
from lianfang.kernel.alerts import CLOSED
from lianfang.store import statements as sql
from lianfang.store.connection import Connection, Row
from lianfang.store.record import ACCEPTED, AlertRow, Append, LedgerRow, Trail, Written, json_text
from lianfang.store.statements import Statement


class Sheet:
    """What a transaction will write, in the order in which it was decided."""

    def __init__(self) -> None:
        self.appended: list[tuple[Append, Written]] = []
        self.trails: dict[str, Trail] = {}
        self.alerts: dict[tuple[str, str, str], int] = {}
        """The number of the last entry of each alert that is touched."""
        self.by_key: dict[tuple[str, str], Written] = {}
        self.ledger: dict[tuple[str, str], LedgerRow] = {}
        self._heads: dict[str, tuple[Case, str, bytes]] = {}
        self._opened: set[str] = set()
        self._tasks: dict[tuple[str, str, str, str], tuple[str, str] | None] = {}
        self._urged: dict[tuple[str, str, str, str], str] = {}
        self._put_off: dict[tuple[str, str, str, str], str] = {}
        self._copies: dict[tuple[str, str], tuple[str, str]] = {}
        self._parts: dict[tuple[str, str], int] = {}
        """By person and case the number of their last entry there."""
        self._parted: list[tuple[str, int]] = []
        """(person, number) of what was their last entry in a case before."""

    def add(self, append: Append, written: Written, ledger: Iterable[LedgerRow]) -> None:
        """Take an append in, with the ledger entries that it changes."""
        self.appended.append((append, written))
        if append.key:
            self.by_key[append.actor, append.key] = written
        for row in ledger:
            self.ledger[row.ledger, row.key] = row
        case = append.case
        if case is not None:
            case_id = case.id
            self._heads[case_id] = case, append.at, written.leaf
            if case.n == 1 and append.kind == ACCEPTED:
                self._opened.add(case_id)
            for whom, step, item in append.ended:
                self._tasks[whom, case_id, step, item] = None
                self._urged.pop((whom, case_id, step, item), None)
                self._put_off.pop((whom, case_id, step, item), None)
            for whom, step, item, due in append.tasks:
                self._tasks[whom, case_id, step, item] = append.at, due
            for whom, step, item, due in append.put_off:
                self._falls(whom, case_id, step, item, due)
            for whom, step, item in append.urged:
                self._urged[whom, case_id, step, item] = append.at
            for person in append.copied:
                self._copies[person, case_id] = append.actor, append.at

    def _falls(self, whom: str, case_id: str, step: str, item: str, due: str) -> None:
        """What waits falls due at another moment; it may have begun to wait in this very transaction."""
        new = self._tasks.get((whom, case_id, step, item))
        if new is not None:
            self._tasks[whom, case_id, step, item] = new[0], due
        else:
            self._put_off[whom, case_id, step, item] = due

    def write(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Write all rows; the entries get these numbers."""
        each = connection.each
        rows, files, links, duties = [], [], [], []
        mentions: dict[tuple[str, str], int] = {}
        alerts: list[tuple[Statement, Row]] = []
        for (a, written), number in zip(self.appended, numbers, strict=False):
            written.id = number
            case_id, n, before = None, 0, None
            case = a.case
            if case is not None:
                case_id, n = case.id, case.n
                trail = self.trails[case_id]
                before, trail.last = trail.last or None, number
                if a.kind == ACCEPTED:
                    self._acted(a.acted, case_id, trail.actors, number)
                files += [(sha256, case_id) for sha256 in a.files]
                links += [(source, case_id) for source in a.sources]
                mentions.update(_mentions(a, case_id, number))
                if a.duty is not None:
                    duties.append((case_id, *a.duty))
            if a.alert is not None:
                place = a.alert.alert.place
                before, self.alerts[place] = self.alerts.get(place) or None, number
                alerts += _alert(a.alert, a.at, number)
            body = written.body.decode()
            rows.append((case_id, n, a.at, a.actor, a.matter, a.step, a.kind, a.control, a.key, body, written.leaf, before, number))
        each(sql.ENTRY, rows)
        if self._heads:
            self._cases(each)
        if self._tasks:
            each(sql.TASK_END, [place for place, row in self._tasks.items() if row is None])
            each(sql.TASK_NEW, [(*place, *row) for place, row in self._tasks.items() if row is not None])
        each(sql.TASK_PUT_OFF, [(due, *place) for place, due in self._put_off.items()])
        each(sql.TASK_URGED, [(at, *place) for place, at in self._urged.items()])
        each(sql.COPY, [(*place, *row) for place, row in self._copies.items()])
        each(sql.PART_END, self._parted)
        each(sql.PART_NEW, [(person, last, case_id) for (person, case_id), last in self._parts.items()])
        each(sql.MENTION_ANSWERED, [place for place, number in mentions.items() if not number])
        each(sql.MENTION, [(*place, number) for place, number in mentions.items() if number])
        if self.ledger:
            each(sql.ENTRY_NOW, [row for row in self.ledger.values() if row.data])
            each(sql.ENTRY_GONE, [place for place, row in self.ledger.items() if not row.data])
        each(sql.FILE_USE, files)
        each(sql.CASE_LINK, links)
        each(sql.DUTY, duties)
        for statement, row in alerts:  # one by one: two of a transaction may be about the same thing
            each(statement, [row])

    def _acted(self, people: Iterable[str], case_id: str, actors: dict[str, int], number: int) -> None:
        """These people's last entry in a case is now that of this number."""
        for person in people:
            place = (person, case_id)
            if person in actors and place not in self._parts:
                self._parted.append((person, actors[person]))
            actors[person] = self._parts[place] = number

    def _cases(self, each: Callable[[Statement, Sequence[Row]], None]) -> None:
        """Write each case's row as its last entry here leaves it."""
        new, moved, ended = [], [], []
        for case_id, (case, at, tip) in self._heads.items():
            title = str(case.values.get(case.matter.plan.title) or case.matter.title.zh)[:200]
            trail = self.trails[case_id]
            head = (case.n, tip, trail.last, json_text(trail.actors))
            if case_id in self._opened:
                matter = case.matter
                new.append((
                    case_id, matter.id, matter.version, matter.unit, title, case.status, case.applicant, case.opened_at, at, *head,
                ))  # fmt: skip
            elif case.status == "open":  # as before: its index is not touched
                moved.append((title, at, *head, case_id))
            else:
                ended.append((case.status, title, at, *head, case_id))
        each(sql.CASE_NEW, new)
        each(sql.CASE_NEXT, moved)
        each(sql.CASE_ENDED, ended)


def _mentions(append: Append, case_id: str, number: int) -> Iterator[tuple[tuple[str, str], int]]:
    """Whom an entry of this number names in a case, and before that 0 for whoever has answered by it."""
    if append.commented:
        yield (append.commented, case_id), 0
    yield from (((person, case_id), number) for person in append.mentioned)


def _alert(row: AlertRow, at: str, number: int) -> Iterator[tuple[Statement, Row]]:
    """What an alert's row is after an entry of this number, and the files that it came with."""
    alert, told = row.alert, row.explanation
    status = "closed" if alert.stage == CLOSED else "open"
    lists = json_text(alert.closers), json_text(alert.reported)
    stands = (status, alert.stage, alert.holder, alert.since, alert.due, alert.back, alert.reason, *lists, alert.at, number)
    if told is None:
        yield sql.ALERT_WORKED, (*stands, *alert.place)
    else:
        shown = (alert.level, told.zh, told.en, json.dumps(alert.cases), json.dumps(alert.people), number)
        yield sql.ALERT, (*alert.place, row.kind, row.risk, row.unit, at, *stands, *shown)
        yield from ((sql.ALERT_CASE, (case, *alert.place)) for case in alert.cases)
    yield from ((sql.ALERT_FILE, (sha256, *alert.place)) for sha256 in row.files)
