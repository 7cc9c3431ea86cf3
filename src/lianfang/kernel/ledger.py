"""What events write to the ledgers (台账): the one place where a ledger entry comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from lianfang.kernel.model import Case, Event


class Put(NamedTuple):
    """An entry written by a step of a case. ``open`` is false where the step ends what the entry stood for."""

    ledger: str
    key: str
    data: Mapping[str, Any]
    open: bool
    step: str


class Release(NamedTuple):
    """The open entries that these steps of the case wrote no longer stand (the case was returned, rejected or withdrawn)."""

    steps: frozenset[str]


def ledger_changes(case: Case, event: Event) -> list[Put | Release]:
    """The ledger changes of one event; ``case`` is the case *after* its command. Values are the record's and the act's own data."""
    if event.kind != "done":
        if event.kind == "returned":
            return [Release(case.matter.flow.from_step(event.to))]
        if event.kind in ("rejected", "withdrawn"):
            return [Release(frozenset(case.matter.flow.order))]
        return []
    step = case.matter.steps[event.step]
    if not step.writes:
        return []
    values = {**case.values, "case_id": case.id, "applicant": case.applicant, "actor": event.actor, "at": event.at}
    changes: list[Put | Release] = []
    for write in step.writes:
        if write.when is not None and not write.when(values):
            continue
        for item in [None] if write.each is None else write.each(values):
            scope = values if item is None else {**values, "item": item}
            data = {name: value(scope) for name, value in write.data.items()}
            changes.append(Put(write.ledger, str(write.key(scope)), data, write.open, event.step))
    return changes


class Ledgers:
    """The current entries of all ledgers, kept in memory as the events of cases make them: for drills and for judging again."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], dict[str, Any]] = {}
        self._open: dict[str, dict[tuple[str, str], str]] = {}

    def copy(self) -> Ledgers:
        """The same entries, to try something with: an entry is replaced and never changed."""
        other = Ledgers()
        other._entries = dict(self._entries)
        other._open = {case: dict(held) for case, held in self._open.items()}
        return other

    def fact(self, ledger: str, key: str) -> Mapping[str, Any] | None:
        """An entry as gates see it: ``{"case", "data", "open"}``; None where nothing stands."""
        return self._entries.get((ledger, key))

    def place(self, ledger: str, key: str, data: Mapping[str, Any]) -> None:
        """Place an entry that comes from no case."""
        self._entries[ledger, key] = {"case": None, "data": dict(data), "open": True}

    def rows(self, ledger: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The (key, entry) pairs of one ledger, in the order in which they were first written."""
        return [(key, entry) for (name, key), entry in self._entries.items() if name == ledger]

    def everything(self) -> Iterable[tuple[tuple[str, str], Mapping[str, Any]]]:
        """Every entry of every ledger, by ledger and key, in the order in which they were first written."""
        return self._entries.items()

    def apply(self, case_id: str, changes: Iterable[Put | Release]) -> None:
        """Carry out what an accepted command of a case changes."""
        held = self._open.setdefault(case_id, {})
        for change in changes:
            match change:
                case Put(ledger, key, data, is_open, step):
                    self._entries[ledger, key] = {"case": case_id, "data": dict(data), "open": is_open}
                    held.pop((ledger, key), None)
                    if is_open:
                        held[ledger, key] = step
                case Release(steps):
                    for place in [p for p, step in held.items() if step in steps]:
                        del held[place]
                        if self._entries.get(place, {}).get("case") == case_id:
                            del self._entries[place]
