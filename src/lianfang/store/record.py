"""What an append writes, as plain values, and how a case is read back from its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lianfang.evidence import leaf_hash
from lianfang.kernel import Case, Command, Event, Matter, evolve
from lianfang.kernel.ledger import Put, Release

ACCEPTED, REFUSED, ALERT, FACT = "accepted", "refused", "alert", "fact"

MatterOf = Callable[[str], Matter]
"""The compiled matter of a version (SHA-256 of its source). Raises KeyError for one that was never published."""


class Held(NamedTuple):
    """A case, and the leaf hash of its last entry (empty before the first)."""

    case: Case
    tip: bytes


class TaskRow(NamedTuple):
    """A step that begins to wait; ``whom`` is ``person:ID``, ``post:UNIT/POST`` or ``body:UNIT/BODY``."""

    step: str
    item: str
    whom: str
    due: str


class Append(NamedTuple):
    """One entry and everything that changes with it, in one transaction.

    ``case`` is the case after it; None for entries that belong to no case. ``ended`` are the (step, item) that wait no longer.
    ``openings`` are (commitment, path, opening) of sealed values.
    """

    kind: str
    at: str
    actor: str
    matter: str
    step: str
    control: str
    key: str
    body: bytes
    case: Case | None = None
    ended: Iterable[tuple[str, str]] = ()
    tasks: Iterable[TaskRow] = ()
    ledger: Iterable[Put | Release] = ()
    files: Iterable[str] = ()
    openings: Iterable[tuple[str, str, str]] = ()


@dataclass(slots=True)
class Written:
    """An entry in the store. ``id`` is 0 until the transaction is written."""

    body: bytes
    leaf: bytes
    id: int = 0


def leaf_of(body: bytes) -> bytes:
    """The leaf hash of an entry in the log (RFC 9162 section 2.1.1)."""
    return leaf_hash(body)


def command_of(case_id: str, data: Mapping[str, Any]) -> Command:
    """The command as an entry keeps it."""
    return Command(case_id, data["step"], data["act"], data["data"], data["actor"], data["post"], data["at"], data["key"])


def events_of(entry: Mapping[str, Any]) -> list[Event]:
    """The events of an accepted entry; what they share with the command is kept once."""
    c = entry["command"]
    return [
        Event(e["kind"], c["step"], c["act"], c["actor"], c["post"], c["at"], c["data"], e["to"])
        for e in entry["verdict"]["events"]
    ]


def fold(case: Case, entries: Iterable[Mapping[str, Any]]) -> Case:
    """A case after more of its accepted entries."""
    for entry in entries:
        for event in events_of(entry):
            case = evolve(case, event)
    return case
