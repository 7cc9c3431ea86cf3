"""Who does it this time: other people of the same standing, as long as they are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from random import Random

from lianfang.catalogue.load import Catalogue
from lianfang.kernel.model import Matter
from lianfang.kernel.schedule import office_day

AS_OFTEN = 0.5
LEAVES, LONGEST_LEAVE = 3, 12
"""Of a year, how many times somebody is away, and for how many days at most."""

Standing = tuple[str, tuple[str, ...]]
"""Somebody's unit, and the posts that they hold as far as a matter knows of them."""


class People:
    """The people of an office, and when each of them is away."""

    def __init__(self, catalogue: Catalogue, rng: Random, begins: date, days: int) -> None:
        self.often: frozenset[str] = frozenset()
        """Those who do it as often as not, where they can."""
        self.organisation = catalogue.organisation
        told = {text for ledger in catalogue.ledgers.values() for entry in ledger.entries for text in _texts((entry.key, entry.data))}
        self.known = told & self.organisation.people.keys()
        """Those of whom some ledger tells something from the beginning: nobody stands for them."""
        self._known: dict[tuple[str, date], tuple[dict[str, Standing], dict[Standing, list[str]]]] = {}
        self.away: dict[str, list[tuple[date, date]]] = {}
        for person in self.organisation.people:
            for _ in range(LEAVES * -(-days // 365)):
                first = begins + timedelta(days=rng.randrange(days))
                self.away.setdefault(person, []).append((first, first + timedelta(days=rng.randint(1, LONGEST_LEAVE))))

    def there(self, people: Iterable[str], day: date) -> list[str]:
        """Those who are not away on a day; all of them where none is left: then somebody comes back for it."""
        all_of = [*people]
        return [one for one in all_of if not any(first <= day < last for first, last in self.away[one])] or all_of

    def standing_in(self, people: Iterable[str], matter: Matter, at: str, rng: Random) -> dict[str, str]:
        """Somebody for each of these people, who holds the same posts as far as a matter knows of them; never one for two."""
        day = office_day(at)
        of, alike = self._alike(matter, at)
        chosen: dict[str, str] = {}
        asked = [*people]
        taken = {one for one in asked if one in self.known}
        for one in asked:
            if one in self.known:
                continue
            others = [other for other in alike[of[one]] if other not in self.known and other not in taken]
            able = self.there(others, day) if others else [one]
            known = [other for other in able if other in self.often]
            chosen[one] = rng.choice(known if known and rng.random() < AS_OFTEN else able) if others else one
            taken.add(chosen[one])
        return chosen

    def _alike(self, matter: Matter, at: str) -> tuple[dict[str, Standing], dict[Standing, list[str]]]:
        """How each person stands on a day in the eyes of a matter, and who stands alike."""
        key = matter.id, office_day(at)
        if key not in self._known:
            posts = self.organisation.posts_among(matter.names)
            held = self.organisation.roster(at).posts
            of = {
                person: (known.unit, tuple(post for post in held.get(person, ()) if post in posts))
                for person, known in self.organisation.people.items()
            }
            alike: dict[Standing, list[str]] = {}
            for person, standing in of.items():
                alike.setdefault(standing, []).append(person)
            self._known[key] = of, alike
        return self._known[key]


def _texts(value: object) -> Iterable[str]:
    match value:
        case str():
            yield from (value, *value.split(":"))
        case Mapping():
            for one in value.values():
                yield from _texts(one)
        case list() | tuple():
            for one in value:
                yield from _texts(one)
