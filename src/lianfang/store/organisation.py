"""Who holds which post, as facts for the judge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lianfang.store.connection import Connection, marks


class Holdings:
    """The posts that people hold, remembered until somebody else changes the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._by_person: dict[str, list[tuple[str, str, str]]] = {}
        self._people: dict[str, dict[str, Any] | None] = {}

    def forget(self) -> None:
        """Read again what is asked for next."""
        self._by_person.clear()
        self._people.clear()

    def posts(self, person: str, at: str) -> list[str]:
        """The posts that a person holds at a moment, sorted."""
        held = self._by_person.get(person)
        if held is None:
            found = self._connection.rows("SELECT post, since, until FROM holding WHERE person_id = ? ORDER BY post", (person,))
            held = self._by_person[person] = [tuple(row) for row in found]
        return sorted({post for post, since, until in held if stands(since, until, at)})

    def members(self, posts: Iterable[str], at: str) -> list[str]:
        """Everybody who holds one of the posts at a moment, sorted."""
        wanted = list(posts)
        if not wanted:
            return []
        sql = f"SELECT person_id, since, until FROM holding WHERE post IN ({marks(len(wanted))})"  # noqa: S608 placeholders only
        found = self._connection.rows(sql, wanted)
        return sorted({person for person, since, until in found if stands(since, until, at)})

    def person(self, person: str) -> dict[str, Any] | None:
        """What a gate may know of a person; None for nobody."""
        if person not in self._people:
            found = self._connection.rows("SELECT unit FROM person WHERE id = ?", (person,))
            self._people[person] = {"unit": found[0][0]} if found else None
        return self._people[person]


def stands(since: str, until: str, at: str) -> bool:
    """Whether a holding from one day to another (exclusive; empty: still) covers a moment."""
    day = at[:10]
    return since <= day and (not until or day < until)
