"""What events write to the ledgers (台账): the one place where a ledger entry comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from lianfang.kernel.conditions import Type
from lianfang.kernel.model import Added, Case, Command, Event, Values


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


NO_ENTRY: Mapping[str, Any] = MappingProxyType({"case": None, "data": {}, "open": True})
"""What a figure is added to where no entry stands."""
NO_ENTRIES: Mapping[str, dict[str, Any]] = MappingProxyType({})


class Add(NamedTuple):
    """Figures added to columns of an entry that many cases share; it stays whose it was, and a column begins at nothing."""

    ledger: str
    key: str
    figures: Mapping[str, int]

    def to(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """An entry's data with the figures added."""
        return {**data, **{column: data.get(column, 0) + figure for column, figure in self.figures.items()}}


class Standing(NamedTuple):
    """An entry that stands in a ledger: its key, the case that wrote it ('' for a fact) and its data."""

    key: str
    case: str
    data: Values


class Left(NamedTuple):
    """What a step that was done leaves in the ledgers."""

    puts: tuple[Put, ...] = ()
    added: tuple[Added, ...] = ()


NOTHING_LEFT = Left()


KNOWN_TO: Mapping[str, Type] = {"case_id": "text", "applicant": "person", "actor": "person", "as_post": "text", "at": "datetime"}
"""What is known of an act beside the values of the record, by its type."""


def known_to(case: Case, command: Command | Event, values: Values) -> dict[str, Any]:
    """What the key of an entry may be made of: the record's values, who acts as which post and when, and the case."""
    who = command.actor
    return {**values, "case_id": case.id, "applicant": case.applicant or who, "actor": who, "as_post": command.post, "at": command.at}


def left_by(case: Case, command: Command | Event, values: Values) -> Left:
    """What doing a step leaves, with the record's values as they are after it. Raises KeyError where a value is not filled in."""
    step = case.matter.steps[command.step]
    if not step.writes:
        return NOTHING_LEFT
    known = known_to(case, command, values)
    puts: list[Put] = []  # ``list[Put]()`` would take thirty times as long, at every step
    added: list[Added] = []
    for write in step.writes:
        if write.when is None or write.when(known):
            for scope in (known,) if write.each is None else [{**known, "item": item} for item in write.each(known)]:
                key, columns = write.row(scope)
                if write.adds:
                    added.append(Added(step.id, write.ledger, key, columns))
                else:
                    puts.append(Put(write.ledger, key, columns, write.open, step.id))
    return Left(tuple(puts), tuple(added))


def ledger_changes(before: Case, case: Case, event: Event, left: Left | None = None) -> list[Put | Add | Release]:
    """The ledger changes of one event; ``case`` is the case *after* its command, ``before`` that before it. ``left`` is what the step
    leaves, where that is known already."""
    match event.kind:
        case "done":
            left = left_by(case, event, case.values) if left is None else left
            return [*left.puts, *[Add(*one[1:]) for one in left.added]] if left.added else [*left.puts]
        case "returned":
            undone = case.matter.flow.from_step(event.to)
        case "rejected" | "withdrawn":
            undone = frozenset(case.matter.flow.order)
        case _:
            return []
    return [Release(undone), *(_taken_back(one) for one in before.added if one.step in undone)]


def _taken_back(added: Added) -> Add:
    return Add(added.ledger, added.key, {column: -figure for column, figure in added.figures.items()})


class Ledgers:
    """The current entries of all ledgers, kept in memory as the events of cases make them: for drills and for judging again."""

    def __init__(self) -> None:
        self._entries: dict[str, dict[str, dict[str, Any]]] = {}
        self._open: dict[str, dict[tuple[str, str], str]] = {}

    def copy(self) -> Ledgers:
        """The same entries, to try something with: an entry is replaced and never changed."""
        other = Ledgers()
        other._entries = {ledger: dict(entries) for ledger, entries in self._entries.items()}
        other._open = {case: dict(held) for case, held in self._open.items()}
        return other

    def fact(self, ledger: str, key: str) -> Mapping[str, Any] | None:
        """An entry as gates see it: ``{"case", "data", "open"}``; None where nothing stands."""
        return self._entries.get(ledger, NO_ENTRIES).get(key)

    def place(self, ledger: str, key: str, data: Mapping[str, Any]) -> None:
        """Place an entry that comes from no case."""
        self._of(ledger)[key] = {"case": None, "data": dict(data), "open": True}

    def rows(self, ledger: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The (key, entry) pairs of one ledger, in the order in which they were first written."""
        return [*self._entries.get(ledger, NO_ENTRIES).items()]

    def everything(self) -> Iterable[tuple[tuple[str, str], Mapping[str, Any]]]:
        """Every entry by ledger and key, those of each ledger in the order in which they were first written."""
        return (((ledger, key), entry) for ledger, entries in self._entries.items() for key, entry in entries.items())

    def apply(self, case_id: str, changes: Iterable[Put | Add | Release]) -> None:
        """Carry out what an accepted command of a case changes."""
        held = self._open.setdefault(case_id, {})
        for change in changes:
            match change:
                case Put(ledger, key, data, is_open, step):
                    self._of(ledger)[key] = {"case": case_id, "data": dict(data), "open": is_open}
                    held.pop((ledger, key), None)
                    if is_open:
                        held[ledger, key] = step
                case Add(ledger, key):
                    entry = self._of(ledger).get(key) or NO_ENTRY
                    self._of(ledger)[key] = {**entry, "data": change.to(entry["data"])}
                case Release(steps):
                    for place in [p for p, step in held.items() if step in steps]:
                        del held[place]
                        ledger, key = place
                        if self._of(ledger).get(key, NO_ENTRY).get("case") == case_id:
                            del self._of(ledger)[key]

    def _of(self, ledger: str) -> dict[str, dict[str, Any]]:
        return self._entries.setdefault(ledger, {})
