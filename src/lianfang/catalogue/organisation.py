"""Who is who: units, posts, bodies, people and the posts they hold for a period."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lianfang.catalogue.schema import OrganisationSpec
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import office_day


@dataclass(frozen=True, slots=True)
class Post:
    """A post, by its full id ``unit/post``."""

    id: str
    title: Text
    unit: str
    role: str
    leads: bool


@dataclass(frozen=True, slots=True)
class Body:
    """A collective body, by its full id ``unit/body``; members are the holders of the posts."""

    id: str
    title: Text
    posts: tuple[str, ...]
    chair: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit; ``leadership`` units carry no matters of their own."""

    id: str
    title: Text
    kind: str


@dataclass(frozen=True, slots=True)
class Holding:
    """A post held from one day to another (exclusive; '' while it lasts)."""

    post: str
    since: str
    until: str

    def on(self, day: str) -> bool:
        """Whether it is held on a day."""
        return self.since <= day and (not self.until or day < self.until)


@dataclass(frozen=True, slots=True)
class Person:
    """A person and the posts they hold; ``shown`` where who tries the demo is told of their account first."""

    id: str
    name: Text
    unit: str
    holdings: tuple[Holding, ...]
    shown: bool = False


class Roster(NamedTuple):
    """Who stands where on a day: the posts of each person, the holders of each post and the members of each body, all sorted."""

    posts: Mapping[str, tuple[str, ...]]
    holders: Mapping[str, tuple[str, ...]]
    members: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Organisation:
    """An office."""

    id: str
    title: Text
    units: Mapping[str, Unit]
    posts: Mapping[str, Post]
    bodies: Mapping[str, Body]
    people: Mapping[str, Person]
    rosters: dict[str, Roster] = field(default_factory=dict, compare=False, repr=False)

    def posts_of(self, person: str, at: str) -> tuple[str, ...]:
        """The posts a person holds at a moment (UTC text), sorted."""
        return self.roster(at).posts.get(person, ())

    def holders(self, post: str, at: str) -> tuple[str, ...]:
        """Who holds a post at a moment, sorted."""
        return self.roster(at).holders.get(post, ())

    def members(self, body: str, at: str) -> tuple[str, ...]:
        """The members of a body at a moment, sorted."""
        return self.roster(at).members.get(body, ())

    def roster(self, at: str) -> Roster:
        """Who stands where at a moment: days begin by the office's clock."""
        day = office_day(at).isoformat()
        known = self.rosters.get(day)
        if known is None:
            held = [(person.id, one.post) for person in self.people.values() for one in person.holdings if one.on(day)]
            posts, holders = _grouped(held), _grouped((post, person) for person, post in held)
            members = {
                body.id: tuple(sorted({who for post in body.posts for who in holders.get(post, ())})) for body in self.bodies.values()
            }
            known = self.rosters[day] = Roster(posts, holders, members)
        return known

    def posts_among(self, names: Collection[str]) -> frozenset[str]:
        """The posts among some names (such as those that a matter knows), and those of the bodies among them."""
        told = (post for body in self.bodies.values() if body.id in names for post in body.posts)
        return frozenset(name for name in names if name in self.posts).union(told)

    def names(self) -> dict[str, Text]:
        """The titles of all units, posts and bodies."""
        titles = {unit.id: unit.title for unit in self.units.values()}
        titles.update({post.id: Text(post.title.zh, post.title.en) for post in self.posts.values()})
        titles.update({body.id: body.title for body in self.bodies.values()})
        return titles


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: tuple(sorted(values)) for key, values in found.items()}


def from_spec(spec: OrganisationSpec) -> Organisation:
    """An organisation from its file; references inside are checked by the loader."""
    units = {u.id: Unit(u.id, Text(u.title.zh, u.title.en), u.kind) for u in spec.units}
    posts = {
        f"{u.id}/{p.id}": Post(f"{u.id}/{p.id}", Text(p.title.zh, p.title.en), u.id, p.role, p.leads) for u in spec.units for p in u.posts
    }
    bodies = {
        f"{u.id}/{b.id}": Body(f"{u.id}/{b.id}", Text(b.title.zh, b.title.en), tuple(full(u.id, p) for p in b.members), full(u.id, b.chair))
        for u in spec.units
        for b in u.bodies
    }
    people = {
        p.login: Person(
            p.login,
            Text(p.name.zh, p.name.en),
            p.unit,
            tuple(Holding(full(p.unit, h.post), h.since, h.until or "") for h in p.posts),
            p.shown,
        )
        for p in spec.people
    }
    return Organisation(spec.office.id, Text(spec.office.title.zh, spec.office.title.en), units, posts, bodies, people)


def full(unit: str, name: str) -> str:
    """The full id of a post or body named inside a unit."""
    return name if "/" in name else f"{unit}/{name}"


def inside(unit: str, names: Iterable[str]) -> list[str]:
    """The posts or bodies of a unit as they are named inside it, then all by their full ids."""
    known = [*names]
    return [*(name.removeprefix(f"{unit}/") for name in known if name.startswith(f"{unit}/")), *known]
