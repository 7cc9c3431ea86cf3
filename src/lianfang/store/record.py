"""What an append writes, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from lianfang.evidence import leaf_bytes, leaf_hash
from lianfang.kernel import Add, Case, Matter, Put, Release
from lianfang.kernel.alerts import Alert
from lianfang.kernel.model import Text

ACCEPTED, REFUSED, ALERT, FACT, READ, WORK = "accepted", "refused", "alert", "fact", "read", "work"

MatterOf = Callable[[str], Matter]
"""The compiled matter of a version (SHA-256 of its source). Raises KeyError for one that was never published."""


@dataclass(slots=True)
class Trail:
    """The numbers of a case's last entry (0 before the first) and of the last accepted entry of each who did something in it."""

    last: int
    actors: dict[str, int]


class Held(NamedTuple):
    """A case, the leaf hash and the moment of its last entry, and its trail."""

    case: Case
    tip: bytes
    at: str
    trail: Trail


class TaskRow(NamedTuple):
    """A step that begins to wait; ``whom`` is ``person:ID``, ``post:UNIT/POST`` or ``body:UNIT/BODY``."""

    whom: str
    step: str
    item: str
    due: str


class LedgerRow(NamedTuple):
    """A ledger entry after a change. ``data`` is JSON; empty for one that no longer stands because its case was undone."""

    ledger: str
    key: str
    case: str | None
    step: str
    data: str
    open: bool
    at: str


class AlertRow(NamedTuple):
    """An alert after an entry. Where it was raised, ``kind``, ``risk``, ``unit`` and ``explanation`` are what lists show of it; about the
    same thing, it replaces what was shown before. ``files`` prove what was done."""

    alert: Alert
    kind: str = ""
    risk: str = ""
    unit: str = ""
    explanation: Text | None = None
    files: tuple[str, ...] = ()


class Append(NamedTuple):
    """One entry and everything that changes with it, in one transaction.

    ``case`` is the case after it; None for entries that belong to no case. ``ended`` are the (whom, step, item) that wait no longer.
    ``placed`` are (ledger, key, data as JSON) of entries that come from no case; ``duty`` is the (matter, period, holder) whose
    turn the case carries. ``urged`` are the (whom, step, item) that were urged, ``copied`` the people who may read the case from now on,
    ``mentioned`` those whom a comment names; ``acted`` are those who have acted in the case by it, ``commented`` is who has only commented,
    ``put_off`` are those that still wait and fall due at another moment than before, and ``sources`` the cases that it rests on.
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
    ended: Iterable[tuple[str, str, str]] = ()
    tasks: Iterable[TaskRow] = ()
    ledger: Sequence[Put | Add | Release] = ()
    files: Iterable[str] = ()
    placed: Sequence[tuple[str, str, str]] = ()
    alert: AlertRow | None = None
    duty: tuple[str, str, str] | None = None
    urged: Iterable[tuple[str, str, str]] = ()
    copied: Iterable[str] = ()
    mentioned: Iterable[str] = ()
    acted: tuple[str, ...] = ()
    commented: str = ""
    put_off: Iterable[TaskRow] = ()
    sources: Iterable[str] = ()


@dataclass(slots=True)
class Written:
    """An entry in the store. ``id`` is 0 until the transaction is written."""

    body: bytes
    leaf: bytes
    id: int = 0


def json_text(data: object) -> str:
    """Plain values as a column of JSON keeps them: the same text for the same values."""
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()


def leaf_of(body: bytes) -> bytes:
    """The leaf hash of an entry in the log (RFC 9162 section 2.1.1)."""
    return leaf_hash(leaf_bytes(body))
