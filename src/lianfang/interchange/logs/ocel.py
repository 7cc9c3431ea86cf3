"""A log of events that each concern several objects: OCEL 2.0 as JSON, XML or SQLite.

One type of objects stands for the cases: the one that was chosen, else the one that most of the first events name exactly one object
of. An event that concerns several objects of it is a step of each; one that concerns none is apart. Objects of a type that is called
like people are the hands, and of one called like posts the posts of these. What objects have to do with each other, and how an attribute
changed over time, is left out: its first value counts.
"""

from __future__ import annotations

import difflib
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import orjson

from lianfang.interchange.kinds import UnreadableFileError
from lianfang.interchange.logs.events import COLUMNS, MOST_EVENTS, Log, Names, Raw, plain, short
from lianfang.interchange.logs.events import gather as gather_events
from lianfang.interchange.streams import items, parse_xml
from lianfang.kernel.model import Text

NO_SQLITE = Text("不是完好的 OCEL 数据库。", "It is not a sound OCEL database.")
CASE, STEP, TIME, PERSON, POST = "ocel:case", "ocel:activity", "ocel:timestamp", "ocel:person", "ocel:post"
MOST_ROWS = 10 * MOST_EVENTS
MOST_STEPS = 1000
"""How many million instructions the database may take for what is asked: a made-up one can't go on forever."""
MOST_SAID = 1000
"""How many signs of what an attribute says are kept until it has ended: more than are looked at, the spaces around it included."""
FIRST = 10_000
"""From how many events is guessed what the cases are."""


class Thing(NamedTuple):
    """An object."""

    id: str
    type: str
    attributes: Mapping[str, str]


class Happening(NamedTuple):
    """An event with the objects that it concerns. ``place``: where in the file."""

    place: int
    type: str
    time: str
    attributes: Mapping[str, str]
    about: Sequence[str]


class Source(Protocol):
    """A file of one of the forms. Each iterator reads it once more."""

    def things(self) -> Iterator[Thing]:
        """The objects."""

    def happenings(self) -> Iterator[Happening]:
        """The events."""


def gather(source: Source, names: Names) -> Log:
    """Make a log of events that concern objects. Raises UnreadableFileError."""
    types, told = dict[str, str](), dict[str, Mapping[str, str]]()
    for one in source.things():
        types[one.id] = sys.intern(one.type)
        if one.attributes:
            told[one.id] = one.attributes
    hands, posts = (_called(types, words, names.chosen.get(name)) for name, words in (("person", PEOPLE), ("post", POSTS)))
    case = names.chosen.get("case") or _guessed(source, types, hands | posts)
    if case not in types.values():
        raise _no_type(case, {*types.values()})
    traits = {id_: {f"{case}:{name}": value for name, value in told[id_].items()} for id_ in told if types[id_] == case}
    apart = Counter[str]()
    own = {"case": CASE, "step": names.chosen.get("step", STEP), "time": TIME, "person": PERSON, "post": POST}
    log = gather_events(_raws(source, types, (case, hands, posts), traits, apart), own)
    log.used = {"case": case, "step": own["step"], "time": "time", "person": "、".join(sorted(hands))}
    if posts:
        log.used["post"] = "、".join(sorted(posts))
    log.apart = apart["events"]
    return log


def _raws(
    source: Source,
    types: Mapping[str, str],
    kinds: tuple[str, frozenset[str], frozenset[str]],
    traits: Mapping[str, Mapping[str, str]],
    apart: Counter[str],
) -> Iterator[Raw]:
    case, hands, posts = kinds
    for one in source.happenings():
        about = [*dict.fromkeys(one.about)]
        cases = [id_ for id_ in about if types.get(id_) == case]
        apart["events"] += not cases
        told = {name: value for name, value in one.attributes.items() if plain(name) not in PEOPLE | POSTS}
        who = {
            name: "、".join(
                sorted(id_ for id_ in about if types.get(id_) in kind)
                or [value for name, value in one.attributes.items() if plain(name) in words]
            )
            for name, kind, words in ((PERSON, hands, PEOPLE), (POST, posts, POSTS))
        }
        for id_ in cases:
            cells = {**told, CASE: id_, STEP: one.type, TIME: one.time, **who}
            yield Raw(one.place, cells, traits.get(id_, {}))


PEOPLE = frozenset(plain(name) for name in ("person", "people", "staff", "worker", "agent", *COLUMNS["person"][1]))
"""What a type of objects, or an attribute, is called that names who did it."""
POSTS = frozenset(plain(name) for name in ("post", *COLUMNS["post"][1]))
"""What it is called where it names the post of who did it."""


def _called(types: Mapping[str, str], words: frozenset[str], chosen: str | None) -> frozenset[str]:
    """The types of objects that are called like these words, or the one that was chosen."""
    known = {*types.values()}
    if chosen is not None and chosen not in known:
        raise _no_type(chosen, known)
    return frozenset({chosen} if chosen is not None else {one for one in known if {plain(one), plain(one).removesuffix("s")} & words})


def _no_type(name: str, known: set[str]) -> UnreadableFileError:
    near = next(iter(difflib.get_close_matches(name, known, 1)), None)
    hint = (f"是否指“{near}”？", f"Did you mean {near!r}? ") if near else ("", "")
    there = sorted(known)
    return UnreadableFileError(Text(
        f"没有“{name}”类对象。{hint[0]}有的是：{'、'.join(there) or '无'}。",
        f"There are no objects of a type {name!r}. {hint[1]}There are: {', '.join(there) or 'none'}.",
    ))  # fmt: skip


def _guessed(source: Source, types: Mapping[str, str], hands: frozenset[str]) -> str:
    """The type of which most of the first events name exactly one object."""
    found = Counter[str]()
    for one in islice(source.happenings(), FIRST):
        counts = Counter(types[id_] for id_ in {*one.about} if id_ in types)
        found.update(type_ for type_, count in counts.items() if count == 1 and type_ not in hands)
    if not found:
        raise UnreadableFileError(Text("没有关联到对象的事件（OCEL 2.0）。", "No event concerns an object (OCEL 2.0)."))
    return min(found, key=lambda one: (-found[one], one))


class Written:
    """The form in JSON, read an event at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def things(self) -> Iterator[Thing]:
        """The objects."""
        for _, one in self._all("objects"):
            yield Thing(_word(one.get("id")), _word(one.get("type")), _named(one.get("attributes")))

    def happenings(self) -> Iterator[Happening]:
        """The events."""
        for place, one in self._all("events"):
            about = [_word(link.get("objectId")) for link in _list(one.get("relationships")) if isinstance(link, dict)]
            yield Happening(place, _word(one.get("type")), _word(one.get("time")), _named(one.get("attributes")), about)

    def _all(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        for place, item in enumerate(items(self.path, {name}), 1):
            try:
                value = orjson.loads(item.content)
            except orjson.JSONDecodeError:
                raise UnreadableFileError(
                    Text(f"“{name}”的第 {place} 项不是完好的 JSON。", f"Item {place} of {name!r} is not sound JSON.")
                ) from None
            if isinstance(value, dict):
                yield place, value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _word(value: Any) -> str:
    """A value as text; nothing for a list or an object."""
    if value is None or isinstance(value, (list, dict)):
        return ""
    return str(value).lower() if isinstance(value, bool) else short(str(value))


def _named(value: Any) -> dict[str, str]:
    """Attributes by name, the first value of each."""
    found: dict[str, str] = {}
    for one in _list(value):
        if isinstance(one, dict):
            found.setdefault(_word(one.get("name")), _word(one.get("value")))
    return found


class _Elements:
    """Objects and events of the form in XML that were read and not taken yet."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self.happenings: list[Happening] = []
        self.within: list[str] = []
        self.one: dict[str, str] = {}
        self.attributes: dict[str, str] = {}
        self.about: list[str] = []
        self.name: str | None = None
        self.said = ""
        self.line = 0

    def opened(self, name: str, attributes: dict[str, str], line: int) -> None:
        """An object or event, or a part of it."""
        place = (self.within[-1] if self.within else "", len(self.within))
        self.within.append(name)
        if (name, *place) in {("object", "objects", 2), ("event", "events", 2)}:
            self.one, self.attributes, self.about, self.line = attributes, {}, [], line
        elif name == "attribute" and self.within[1] in {"objects", "events"}:
            self.name, self.said = attributes.get("name", ""), ""
        elif name in {"relationship", "object"} and self.within[1] == "events":
            self.about.append(attributes.get("object-id", ""))

    def closed(self, name: str) -> None:
        """The end of an object, an event or an attribute."""
        self.within.pop()
        if name == "attribute" and self.name is not None:
            self.attributes.setdefault(self.name, short(self.said))
            self.name = None
        elif name == "object" and self.within[1:] == ["objects"]:
            self.things.append(Thing(short(self.one.get("id", "")), short(self.one.get("type", "")), self.attributes))
        elif name == "event" and self.within[1:] == ["events"]:
            when, kind = self.one.get("time", ""), self.one.get("type", "")
            self.happenings.append(Happening(self.line, short(kind), when, self.attributes, [short(id_) for id_ in self.about]))

    def text(self, text: str) -> None:
        """What an attribute says; no more of it is kept than is looked at."""
        if self.name is not None and len(self.said) < MOST_SAID:
            self.said += text


class Marked:
    """The form in XML, read an event at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def things(self) -> Iterator[Thing]:
        """The objects."""
        elements = _Elements()
        for _ in parse_xml(self.path, elements):
            yield from elements.things
            elements.things, elements.happenings = [], []

    def happenings(self) -> Iterator[Happening]:
        """The events."""
        elements = _Elements()
        for _ in parse_xml(self.path, elements):
            yield from elements.happenings
            elements.things, elements.happenings = [], []


class Stored:
    """The form as a database: opened to be read only, plain tables only, and no longer than a bounded number of instructions."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def things(self) -> Iterator[Thing]:
        """The objects. Where a type's own table has several lines of one object, they are its attributes over time: the first counts."""
        types = dict(self._rows("object", "ocel_id", "ocel_type"))
        told: dict[str, dict[str, str]] = {}
        for _, row in self._each("object"):
            told.setdefault(_word(row.get("ocel_id")), _without(row))
        for id_, type_ in types.items():
            yield Thing(_word(id_), _word(type_), told.get(_word(id_), {}))

    def happenings(self) -> Iterator[Happening]:
        """The events, with their place in the order of the tables."""
        about: dict[str, list[str]] = {}
        for event, thing in self._rows("event_object", "ocel_event_id", "ocel_object_id"):
            about.setdefault(_word(event), []).append(_word(thing))
        for place, (type_, row) in enumerate(self._each("event"), 1):
            yield Happening(place, type_, _word(row.get("ocel_time")), _without(row), about.get(_word(row.get("ocel_id")), ()))

    def _each(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The lines of the tables of all types of events or objects, each with its type."""
        for type_, table in self._rows(f"{name}_map_type", "ocel_type", "ocel_type_map"):
            for row in self._rows(f"{name}_{table}"):
                yield _word(type_), dict(row)

    def _rows(self, table: str, *columns: str) -> list[Any]:
        """Lines of a table, as pairs of those columns or whole with their names."""
        try:
            connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        except sqlite3.Error as error:
            raise UnreadableFileError(NO_SQLITE) from error
        left = [MOST_STEPS]

        def enough() -> int:
            left[0] -= 1
            return int(left[0] < 0)

        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
            connection.set_progress_handler(enough, 1_000_000)
            connection.row_factory = None if columns else sqlite3.Row
            kind = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
            if kind is None or not str(kind[0]).upper().startswith("CREATE TABLE"):
                raise UnreadableFileError(Text(f"OCEL 数据库中没有“{table}”表。", f"The OCEL database has no table {table!r}."))
            wanted = ", ".join(map(_quoted, columns)) or "*"
            found = connection.execute(f"SELECT {wanted} FROM {_quoted(table)}").fetchmany(MOST_ROWS)  # noqa: S608 quoted names
            return found
        except (sqlite3.Error, sqlite3.Warning, UnicodeDecodeError, ValueError, OverflowError) as error:
            if isinstance(error, UnreadableFileError):
                raise
            raise UnreadableFileError(NO_SQLITE) from error
        finally:
            connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _without(row: Mapping[str, Any]) -> dict[str, str]:
    """A line's attributes: what is not the format's own."""
    return {name: _word(value) for name, value in row.items() if not name.startswith("ocel_") and _word(value)}
