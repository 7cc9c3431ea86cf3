"""Who is who now: people, the posts they hold and the roles those posts give."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from lianfang.kernel import standins
from lianfang.kernel.alerts import OVERSIGHT
from lianfang.kernel.model import Stand, Text
from lianfang.kernel.schedule import office_day
from lianfang.kernel.turns import Held
from lianfang.office.engine import engine
from lianfang.office.initials import spells
from lianfang.office.views import PersonView
from lianfang.store.models import Holding, LedgerEntry, Person
from lianfang.store.organisation import stands

NOBODY = Text("—", "—")
SYSTEM = Text("系统", "the system")
LOG_READERS = OVERSIGHT | {"audit-administrator"}
"""The roles that may read the log entry by entry."""
FEEDERS = frozenset({"system-administrator"})
"""The roles that may bring facts from outside in: they connect other systems, and read nothing of the office by it."""
T = TypeVar("T")
_looking: ContextVar[dict[tuple[str, str], Any] | None] = ContextVar("looking", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Within it, what is told ``once`` of a person is not asked for again: a page that is only shown is of one moment."""
    before = _looking.set({})
    try:
        yield
    finally:
        _looking.reset(before)


def once(ask: Callable[[str], T]) -> Callable[[str], T]:
    """Something that is asked of a person again and again for one page, and once within ``one_look``."""

    @wraps(ask)
    def asked(person: str) -> T:
        known = _looking.get()
        if known is None:
            return ask(person)
        key = (f"{ask.__module__}.{ask.__name__}", person)
        if key not in known:
            known[key] = ask(person)
        found: T = known[key]
        return found

    return asked


def holdings(**which: Any) -> list[tuple[str, str]]:
    """(person, post) of every post that is held now, narrowed as a query of holdings is."""
    day = office_day(engine().now()).isoformat()
    held = Holding.objects.filter(**which).values_list("person_id", "post", "since", "until")
    return [(person, post) for person, post, since, until in held if stands(since, until, day)]


def every_holding() -> list[Held]:
    """Who ever held which post, and from when until when."""
    return [Held(*row) for row in Holding.objects.values_list("person_id", "post", "since", "until")]


@once
def posts_of(person: str) -> tuple[str, ...]:
    """The posts a person holds now, sorted."""
    return tuple(sorted({post for _, post in holdings(person=person)}))


def holders(posts: Iterable[str]) -> tuple[str, ...]:
    """Who holds one of the posts now, sorted."""
    return tuple(sorted({person for person, _ in holdings(post__in=list(posts))}))


def held_by(posts: Iterable[str]) -> Mapping[str, list[str]]:
    """By post who holds it now, sorted; without those that nobody holds."""
    found: dict[str, list[str]] = {}
    for person, post in sorted(holdings(post__in=list(posts))):
        found.setdefault(post, []).append(person)
    return found


def roles_of(person: str) -> frozenset[str]:
    """The roles that a person's posts give: inspector, auditor, system-administrator ..."""
    known = engine().catalogue.organisation.posts
    return frozenset(known[post].role for post in posts_of(person) if post in known and known[post].role)


def led_units(person: str) -> frozenset[str]:
    """The units that a person leads."""
    known = engine().catalogue.organisation.posts
    return frozenset(known[post].unit for post in posts_of(person) if post in known and known[post].leads)


def looks_after(person: str, unit: str) -> bool:
    """Whether a person answers for what happens in a unit: who leads it, and oversight."""
    return bool(roles_of(person) & OVERSIGHT) or unit in led_units(person)


def every_unit() -> dict[str, Text]:
    """The units of the office by their names, in its order."""
    return {unit: title(unit) for unit in engine().catalogue.organisation.units}


def looked_after(person: str) -> frozenset[str]:
    """The units of the office that a person looks after."""
    return frozenset(engine().catalogue.organisation.units) if roles_of(person) & OVERSIGHT else led_units(person)


@once
def stands_of(person: str) -> tuple[Stand, ...]:
    """For whom a person stands in now, at those of the posts that are still held."""
    now = engine().now()
    data = LedgerEntry.objects.filter(ledger=standins.LEDGER, key=person).values_list("data", flat=True).first()
    found = standins.in_force(standins.stands(json.loads(data)), now) if data else ()
    held = {one.person: posts_of(one.person) for one in found}
    return tuple(one._replace(posts=tuple(post for post in one.posts if post in held[one.person])) for one in found)


def lent_to(person: str) -> Mapping[str, str]:
    """The posts whose steps a person takes for somebody now, each with whom they stand in for."""
    return {post: one.person for one in reversed(stands_of(person)) for post in one.posts}


class Hands(NamedTuple):
    """What a person's hands can do now: their own posts, and for whom they stand in."""

    person: str
    posts: frozenset[str]
    stands: tuple[Stand, ...]

    def behalf(self, by: str, has: str = "") -> str:
        """On whose behalf they take a step that is somebody's (``by`` as steps have it), where somebody ``has`` it on theirs: '' for their
        own and what they can't take."""
        if has and has != self.person:
            return has if any(one.person == has and by in one.posts for one in self.stands) else ""
        return "" if by in self.posts else next((one.person for one in self.stands if by in one.posts), "")


def hands_of(person: str) -> Hands:
    """What a person can do now, read once for many steps."""
    return Hands(person, frozenset(posts_of(person)), stands_of(person))


def bodies_of(person: str) -> frozenset[str]:
    """The collective bodies that a person is a member of."""
    held = set(posts_of(person))
    return frozenset(body.id for body in engine().catalogue.organisation.bodies.values() if held & set(body.posts))


def addresses(person: str) -> list[str]:
    """How tasks name a person: as themselves, by the posts they hold or stand in at and the bodies they sit on."""
    held = dict.fromkeys((*posts_of(person), *lent_to(person)))
    return [f"person:{person}", *(f"post:{post}" for post in held), *(f"body:{body}" for body in bodies_of(person))]


def name(person: Person) -> Text:
    """What somebody is called."""
    return Text(person.name_zh, person.name_en)


def names(people: Iterable[str]) -> Mapping[str, Text]:
    """The names of people; the system for ''."""
    return {"": SYSTEM, **{p.id: name(p) for p in Person.objects.filter(id__in=set(people))}}


def called(words: str) -> frozenset[str]:
    """The people whose name contains the words, in either language, or is spelt by them as initials in pinyin; nobody for no words."""
    sought = words.strip().casefold()
    if not sought:
        return frozenset()
    people = Person.objects.values_list("id", "name_zh", "name_en")
    return frozenset(one for one, zh, en in people if sought in zh or sought in en.casefold() or spells(sought, zh))


def for_whom(command: Mapping[str, Any], known: Mapping[str, Text]) -> Text:
    """What who gave a command is called, and whom they stood in for."""
    who, absent = known.get(command["actor"], NOBODY), command.get("behalf", "")
    if not absent:
        return who
    whom = known.get(absent, NOBODY)
    return Text(f"{who.zh}（代{whom.zh}办理）", f"{who.en} (for {whom.en})")


def views(people: Iterable[str]) -> tuple[PersonView, ...]:
    """People as pages show them, in the order given; unknown ones are left out."""
    wanted = list(people)
    known = Person.objects.in_bulk(wanted)
    posts: dict[str, list[Text]] = {}
    for person, post in holdings(person__in=wanted):
        posts.setdefault(person, []).append(title(post))
    return tuple(
        PersonView(p.id, name(p), title(p.unit), tuple(posts.get(p.id, ()))) for p in (known[one] for one in wanted if one in known)
    )


def view(person: str) -> PersonView | None:
    """A person with posts and roles."""
    found = views([person])
    if not found:
        return None
    one = found[0]
    return PersonView(one.id, one.name, one.unit, one.posts, tuple(sorted(roles_of(person))))


def title(name: str) -> Text:
    """The title of a unit, post or body; the name itself when unknown."""
    return engine().title(name)
