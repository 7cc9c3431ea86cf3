"""Who holds which post and who stands in for whom, as facts for the judge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import orjson

from lianfang.kernel import standins
from lianfang.kernel.model import Stand
from lianfang.kernel.schedule import office_day
from lianfang.store.connection import Connection, Query


class Holdings:
    """The posts that people hold and for whom they stand in, remembered until somebody else changes the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._by_person: dict[str, list[tuple[str, ...]]] = {}
        self._people: dict[str, dict[str, Any] | None] = {}
        self._on_day: dict[tuple[str, str], list[str]] = {}
        self._stands: dict[str, tuple[Stand, ...]] = {}

    def forget(self) -> None:
        """Read again what is asked for next."""
        self._by_person.clear()
        self._people.clear()
        self._on_day.clear()
        self._stands.clear()

    def query(self, people: Sequence[str]) -> Query:
        """What asks for people and their posts, for ``take``."""
        condition, values = self._connection.among("p.id", people)
        joined = (
            "person p LEFT JOIN holding h ON h.person_id = p.id"
            f" LEFT JOIN ledger_entry s ON s.ledger = '{standins.LEDGER}' AND s.key = p.id"
        )
        return f"SELECT p.id, p.unit, s.data, h.post, h.since, h.until FROM {joined} WHERE {condition}", values  # noqa: S608 placeholders only

    def take(self, people: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
        """Remember people and their posts, as ``query`` found them."""
        for person in people:
            self._by_person[person], self._people[person], self._stands[person] = [], None, ()
        for person, unit, lent, *held in rows:
            self._people[person] = {"unit": unit}
            if lent is not None and not self._stands[person]:
                self._stands[person] = standins.stands(orjson.loads(lent))
            if held[0] is not None:
                self._by_person[person].append(tuple(held))

    def posts(self, person: str, at: str) -> list[str]:
        """The posts that a person holds at a moment, sorted."""
        day = _day(at)
        found = self._on_day.get((person, day))
        if found is None:
            if person not in self._by_person:
                self.take([person], self._connection.rows(*self.query([person])))
            found = sorted({post for post, since, until in self._by_person[person] if stands(since, until, day)})
            self._on_day[person, day] = found
        return found

    def stands(self, person: str, at: str) -> tuple[Stand, ...]:
        """For whom a person stands in at a moment."""
        if person not in self._stands:
            self.take([person], self._connection.rows(*self.query([person])))
        return standins.in_force(self._stands[person], at)

    def members(self, posts: Iterable[str], at: str) -> list[str]:
        """Everybody who holds one of the posts at a moment, sorted."""
        wanted = list(posts)
        if not wanted:
            return []
        condition, values = self._connection.among("post", wanted)
        found = self._connection.rows(f"SELECT person_id, since, until FROM holding WHERE {condition}", values)  # noqa: S608 placeholders only
        day = _day(at)
        return sorted({person for person, since, until in found if stands(since, until, day)})

    def person(self, person: str, at: str) -> dict[str, Any] | None:
        """What a gate may know of a person at a moment; None for nobody, and for who holds no post any more."""
        return self._people[person] if self.posts(person, at) else None


@lru_cache(maxsize=8)
def _day(at: str) -> str:
    """The day of a moment as holdings tell it."""
    return office_day(at).isoformat()


def stands(since: str, until: str, day: str) -> bool:
    """Whether a holding from one day to another (exclusive; empty: still) covers a day of the office."""
    return since <= day and (not until or day < until)
