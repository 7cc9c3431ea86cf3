"""The append path: what a group of commands reads and writes inside one transaction, in plain SQL.

A command sees the commands before it in its group: what they appended is laid over what the database says, and written
together, one statement a table, just before the commit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import orjson

from lianfang.interchange.kinds import called
from lianfang.interchange.pages import RULE
from lianfang.kernel import Add, Case, Matter, Put, evolve, ledger_changes, standins
from lianfang.kernel.alerts import Alert
from lianfang.kernel.entry import events_of, fold
from lianfang.kernel.ledger import NO_ENTRY
from lianfang.kernel.model import Need, Stand
from lianfang.store.connection import Connection, Query
from lianfang.store.models import CHAIN
from lianfang.store.organisation import Holdings
from lianfang.store.record import Append, Held, LedgerRow, MatterOf, Trail, Written, json_text, leaf_of
from lianfang.store.writes import Sheet

Recalled = Callable[[str], Held | None]
"""A case as it was when it was last seen: good for a guess at what will be needed, not for a verdict."""
KEPT_CASES = 20_000
_SINCE = CHAIN.format(last="?", since=" AND e.n > ?")
ACCEPTED_SINCE = f"SELECT body FROM entry WHERE id IN ({_SINCE}) AND kind = 'accepted' AND n > ? ORDER BY n"  # noqa: S608 words of its own
LAST = "SELECT coalesce(max(id), 0) FROM entry"
REPEATED = "SELECT body, leaf, id FROM entry WHERE actor = ? AND key = ? AND NOT (key = '')"
"""The last words are those of the index over keys: without them it is not used."""
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(name, 7)) FROM unnest(?::text[]) AS name"
STANDING = "SELECT ledger, key, case_id, data, open FROM ledger_entry WHERE ledger = ? AND key = ?"
STANDING_LOCKED = (
    "SELECT ledger, key, case_id, data, open FROM ledger_entry WHERE (ledger, key) IN (SELECT * FROM unnest(?::text[], ?::text[]))"
)
FILES = (
    "SELECT f.sha256, f.size, f.media, f.pages, f.blank_pages, f.rule, k.person, k.name"
    " FROM stored_file f LEFT JOIN file_keeper k ON k.sha256 = f.sha256 WHERE "
)
ACTED = "SELECT actors FROM case_row WHERE id = ?"
ACTED_IN = "SELECT id, actors FROM case_row WHERE "
ALERT_NOW = (
    "SELECT level, cases, people, changed_at, stage, holder, since, due, back, reason, closers, reported, last FROM alert"
    " WHERE matter = ? AND control = ? AND about = ?"
)
DRAW = "SELECT nextval('entry_id_seq') FROM generate_series(1, ?)"


class Asking(Protocol):
    """A command that waits to be judged: the case that it is about ('' for a new one) and who acts ('' for the office itself)."""

    case_id: str
    person: str


class Repository:
    """The cases, facts and entries of one database, as one writer knows them.

    ``bodies`` maps a body to the posts whose holders are its members.
    """

    def __init__(self, connection: Connection, matter_of: MatterOf, bodies: Callable[[], Mapping[str, Sequence[str]]]) -> None:
        self.connection = connection
        self.matter_of = matter_of
        self.bodies = bodies
        self.cases: OrderedDict[str, Held] = OrderedDict()
        self.sure: set[str] = set()
        self.holdings = Holdings(connection)
        self.last: int | None = None
        """The number of the last entry (embedded store only: it has no other writer while a transaction is open)."""

    def begin(self, commands: Sequence[Asking], needs: Iterable[Need] = ()) -> Scene:
        """Open a transaction for these commands, which probably need these facts."""
        if self.connection.postgres:
            self._forget()
            wanted = sorted({command.case_id for command in commands} - {""})
            asking = sorted({command.person for command in commands} - {""})
            needed = [*needs]
            places = sorted({(need[1], need[2]) for need in needed if need[0] in ("entry", "acted")})
            papers = sorted({need[1] for need in needed if need[0] == "file"})
            heads, posts, *others, drawn = self.connection.begin(
                self._heads(wanted),
                self.holdings.query(asking),
                *([self.papers(papers)] if papers else ()),
                *(_locked(places) if places else ()),
                (DRAW, (len(commands),)),
            )
            self._bring(wanted, heads)
            self.holdings.take(asking, posts)
            scene = Scene(self, len(commands), [number for (number,) in drawn])
            if papers:
                scene.take_papers(papers, others[0])
            if places:
                scene.take(places, others[-1])
            return scene
        self.connection.begin()
        if not self.connection.untouched():
            self._forget()
        if len(commands) > 1 and (unsure := {command.case_id for command in commands} - {""} - self.sure):
            self._check(sorted(unsure))
        return Scene(self, len(commands), [])

    def load(self, case_id: str) -> Held | None:
        """A case as the database has it; None when there is none of this id."""
        if case_id not in self.sure:
            self._check([case_id])
        return self.cases.get(case_id)

    def keep(self, cases: Mapping[str, Held]) -> None:
        """Remember cases as they are after a commit."""
        for case_id, held in cases.items():
            self.cases[case_id] = held
            self.cases.move_to_end(case_id)
        self.sure.update(cases)
        while len(self.cases) > KEPT_CASES:
            self.sure.discard(self.cases.popitem(last=False)[0])

    def forget(self) -> None:
        """Be sure of nothing: after a rollback."""
        self.connection.distrust()

    def wrote(self, matter: Matter, case_id: str) -> dict[tuple[str, str], str]:
        """The step that last wrote to each (ledger, key) in a case of a matter, by the log of the case."""
        found: dict[tuple[str, str], str] = {}
        case = matter.new_case(case_id)
        held = self.load(case_id)
        for entry in self._entries(held.trail.last) if held is not None else ():
            for event in events_of(entry):
                before, case = case, evolve(case, event)
                for change in ledger_changes(before, case, event):
                    if isinstance(change, Put):
                        found[change.ledger, change.key] = change.step
        return found

    def papers(self, wanted: Sequence[str]) -> Query:
        """What asks for kept files, a row for each person who uploaded one."""
        condition, values = self.connection.among("f.sha256", wanted)
        return FILES + condition, values

    def next_numbers(self, count: int) -> list[int]:
        """The numbers of the next entries. On PostgreSQL they must be drawn under the locks on what the entries were judged on."""
        if self.connection.postgres:
            return [number for (number,) in self.connection.rows(DRAW, (count,))]
        if self.last is None:
            self.last = self.connection.rows(LAST)[0][0]
        first, self.last = self.last + 1, self.last + count
        return list(range(first, first + count))

    def _forget(self) -> None:
        self.last = None
        self.sure.clear()
        self.holdings.forget()

    def _heads(self, wanted: Sequence[str]) -> Query:
        """What asks for the heads of cases; locks them on PostgreSQL."""
        condition, values = self.connection.among("id", wanted)
        lock = " ORDER BY id FOR UPDATE" if self.connection.postgres else ""
        return f"SELECT id, version, n, tip, changed_at, last, actors FROM case_row WHERE {condition}{lock}", values  # noqa: S608 placeholders only

    def _check(self, wanted: Sequence[str]) -> None:
        self._bring(wanted, self.connection.rows(*self._heads(wanted)))

    def _bring(self, wanted: Sequence[str], heads: Iterable[Sequence[Any]]) -> None:
        """Bring cases up to date: one whose tip is as remembered is as remembered."""
        missing = set(wanted)
        for case_id, version, n, tip, at, last, actors in heads:
            known = self.cases.get(case_id)
            if known is None or known.tip != tip:
                self.cases[case_id] = Held(self._read(known, case_id, version, n, last), bytes(tip), at, Trail(last, orjson.loads(actors)))
            self.cases.move_to_end(case_id)
            missing.remove(case_id)
        self.sure.update(wanted)
        for case_id in missing:
            self.cases.pop(case_id, None)

    def _read(self, known: Held | None, case_id: str, version: str, n: int, last: int) -> Case:
        case = known.case if known is not None and known.case.n <= n else self.matter_of(version).new_case(case_id)
        return fold(case, self._entries(last, case.n))

    def _entries(self, last: int, since: int = 0) -> Iterator[Mapping[str, Any]]:
        """The accepted entries of the case whose last entry this is, after its n-th."""
        return (orjson.loads(body) for (body,) in self.connection.rows(ACCEPTED_SINCE, (last, since, since)))


class UncountedError(Exception):
    """A command asks for a file whose pages were counted by an earlier rule: they are counted anew, outside the transaction, first."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        super().__init__(sha256)


class Scene:
    """What the commands of one transaction see and leave."""

    def __init__(self, repository: Repository, commands: int, numbers: list[int]) -> None:
        self.repository = repository
        self.connection = repository.connection
        self.sheet = Sheet()
        self._commands = commands
        self._numbers = numbers
        self._cases: dict[str, Held | None] = {}
        self._ledger: dict[tuple[str, str], dict[str, Any] | None] = {}
        self._papers: dict[str, list[Sequence[Any]]] = {}
        self._alerts: dict[tuple[str, str, str], Alert | None] = {}
        self._moved: set[tuple[str, str, str]] = set()

    def held(self, case_id: str) -> Held | None:
        """A case as it is now, with what this transaction did to it."""
        if case_id in self._cases:
            return self._cases[case_id]
        held = self._cases[case_id] = self.repository.load(case_id)
        return held

    def alert(self, place: tuple[str, str, str]) -> Alert | None:
        """An alert (matter, control, about) as it is now, with what this transaction did to it; None for one that nothing raised. On
        PostgreSQL under a lock on its name."""
        if place not in self._alerts:
            if self.connection.postgres:
                _, rows, drawn = self.connection.ask(
                    (LOCK, (["|".join(("alert", *place))],)), (ALERT_NOW, place), (DRAW, (self._commands,))
                )
                self._numbers = [number for (number,) in drawn]
            else:
                rows = self.connection.rows(ALERT_NOW, place)
            self._alerts[place] = _alert(place, rows[0]) if rows else None
            self.sheet.alerts[place] = rows[0][-1] if rows else 0
        return self._alerts[place]

    def last_of(self, place: tuple[str, str, str]) -> int:
        """The number of the last entry of an alert; -1 where this transaction adds one, which has none yet."""
        return -1 if place in self._moved else self.sheet.alerts[place]

    def named(self, alert: Alert) -> list[str]:
        """Who is named in an alert and who acted in its cases until now, sorted."""
        people = {*alert.people}.union(*(self.sheet.trails[case].actors for case in alert.cases if case in self.sheet.trails))
        others = sorted({*alert.cases} - self.sheet.trails.keys())
        if others:
            condition, values = self.connection.among("id", others)
            query = ACTED_IN + condition
            if self.connection.postgres:
                rows, drawn = self.connection.ask((f"{query} ORDER BY id FOR SHARE", values), (DRAW, (self._commands,)))
                self._numbers = [number for (number,) in drawn]
            else:
                rows = self.connection.rows(query, values)
            people.update(*(orjson.loads(actors) for _, actors in rows))
        return sorted(people)

    def repeated(self, actor: str, key: str) -> Written | None:
        """The entry that an idempotency key of this person already made."""
        found = self.sheet.by_key.get((actor, key))
        if found is not None:
            return found
        rows = self.connection.rows(REPEATED, (actor, key))
        return Written(rows[0][0].encode(), bytes(rows[0][1]), rows[0][2]) if rows else None

    def expect(self, needs: Iterable[Need]) -> None:
        """Read what these facts will need, all at once: a hint, which changes no answer."""
        wanted = [(need[1], need[2]) for need in needs if need[0] in ("entry", "acted")]
        if wanted and (missing := {*wanted} - self._ledger.keys()):
            self._fetch(missing)

    def posts(self, person: str, at: str) -> list[str]:
        """The posts that a person holds at a moment, sorted."""
        return self.repository.holdings.posts(person, at)

    def stands(self, person: str, at: str) -> tuple[Stand, ...]:
        """For whom a person stands in at a moment. What is changed takes effect a while later, so that no lock is needed for it."""
        return self.repository.holdings.stands(person, at)

    def facts(self, needs: Collection[Need], at: str, people: Sequence[str] = ()) -> dict[str, Any]:
        """The facts that a command asks for, as they are in this transaction, by their names joined with colons. A file is called what
        the first of these people who uploaded it calls it. Raises UncountedError."""
        self.expect(needs)
        return {":".join(need): self._fact(need, at, people) for need in needs}

    def append(self, append: Append) -> Written:
        """Add an entry; it is written with the others of the transaction, and gets its id then."""
        written = Written(append.body, leaf_of(append.body))
        self.sheet.add(append, written, list(self._ledger_rows(append)) if append.ledger or append.placed else ())
        if append.case is not None:
            case_id = append.case.id
            trail = self.sheet.trails.get(case_id)
            if trail is None:
                before = self._cases.get(case_id)
                trail = Trail(before.trail.last, {**before.trail.actors}) if before is not None else Trail(0, {})
                self.sheet.trails[case_id] = trail
            self._cases[case_id] = Held(append.case, written.leaf, append.at, trail)
        if append.alert is not None:
            self._alerts[append.alert.alert.place] = append.alert.alert
            self._moved.add(append.alert.alert.place)
        return written

    def write(self) -> None:
        """Write everything that was appended, and give each entry its number."""
        count = len(self.sheet.appended)
        if not count:
            return
        numbers = self._numbers if len(self._numbers) >= count else self.repository.next_numbers(count)
        self.sheet.write(self.connection, numbers)

    def settle(self) -> None:
        """The transaction is durable: what it changed may be remembered."""
        if any(ledger == standins.LEDGER for ledger, _ in self.sheet.ledger):
            self.repository.holdings.forget()
        self.repository.keep({case_id: held for case_id, held in self._cases.items() if held is not None})

    def _fact(self, need: Need, at: str, people: Sequence[str]) -> Any:
        kind, name = need[0], need[1]
        if kind == "posts":
            return self.posts(name, at)
        if kind == "entry":
            return self._ledger[name, need[2]]
        if kind == "person":
            return self.repository.holdings.person(name, at)
        if kind == "file":
            return self._file(name, people)
        if kind == "acted":
            return self._acted(self._ledger[name, need[2]])
        if kind == "members":
            return self.repository.holdings.members(self.repository.bodies().get(name, ()), at)
        raise LookupError("no such fact: " + ":".join(need))

    def _fetch(self, keys: Iterable[tuple[str, str]]) -> None:
        """Read ledger entries; on PostgreSQL under a lock, so that two cases can't both find the same thing free."""
        wanted = sorted(keys)
        if self.connection.postgres:
            _, rows, drawn = self.connection.ask(*_locked(wanted), (DRAW, (self._commands,)))
            self._numbers = [number for (number,) in drawn]
        else:
            # One by one: for a list of pairs SQLite makes a table first, which costs more than the lookups.
            rows = [row for place in wanted for row in self.connection.rows(STANDING, place)]
        self.take(wanted, rows)

    def take(self, places: Iterable[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> None:
        """Take in what stands at these (ledger, key)."""
        self._ledger.update(dict.fromkeys(places))
        for ledger, key, case_id, data, is_open in rows:
            self._ledger[ledger, key] = {"case": case_id, "data": orjson.loads(data), "open": bool(is_open)}

    def take_papers(self, wanted: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
        """Take in what is known of these files."""
        self._papers.update((sha256, []) for sha256 in wanted)
        for row in rows:
            self._papers[row[0]].append(row)

    def _file(self, sha256: str, people: Sequence[str]) -> dict[str, Any] | None:
        if sha256 not in self._papers:
            self.take_papers([sha256], self.connection.rows(*self.repository.papers([sha256])))
        kept = self._papers[sha256]
        if not kept:
            return None
        _, size, media, pages, blank, rule, _, _ = kept[0]
        if rule != RULE:
            raise UncountedError(sha256)
        names = {person: name for *_, person, name in kept if name}
        return {"name": called(names, people, sha256, media), "size": size, "pages": pages, "blank_pages": blank}

    def _acted(self, entry: Mapping[str, Any] | None) -> list[str] | None:
        """Who did something in the case that a ledger entry is of, this transaction included; None where there is no entry. On PostgreSQL
        under a lock on that case, before the numbers are drawn."""
        if entry is None or not entry["case"]:
            return None if entry is None else []
        case = entry["case"]
        if case in self.sheet.trails:
            return sorted(self.sheet.trails[case].actors)
        if self.connection.postgres:
            rows, drawn = self.connection.ask((f"{ACTED} FOR SHARE", (case,)), (DRAW, (self._commands,)))
            self._numbers = [number for (number,) in drawn]
        else:
            rows = self.connection.rows(ACTED, (case,))
        return sorted(orjson.loads(rows[0][0])) if rows else []

    def _ledger_rows(self, append: Append) -> Iterator[LedgerRow]:
        """Each change of a ledger as the entry's row after it, with releases resolved to the entries they end."""
        for ledger, key, placed in append.placed:
            self._ledger[ledger, key] = {"case": None, "data": orjson.loads(placed), "open": True}
            yield LedgerRow(ledger, key, None, "", placed, open=True, at=append.at)
        if append.case is None:
            return
        case_id = append.case.id
        for change in append.ledger:
            if isinstance(change, Put):
                ledger, key, data, is_open, step = change
                self._ledger[ledger, key] = {"case": case_id, "data": dict(data), "open": is_open}
                yield LedgerRow(ledger, key, case_id, step, json_text(data), is_open, append.at)
            elif isinstance(change, Add):
                yield self._added(change, append.at)
            else:
                for ledger, key in self._open_of(append.case.matter, case_id, change.steps):
                    self._ledger[ledger, key] = None
                    yield LedgerRow(ledger, key, None, "", "", open=False, at=append.at)

    def _added(self, add: Add, at: str) -> LedgerRow:
        """The row of an entry whose figures were added to. The command that adds asked for it, and so it is here, and locked."""
        place = (add.ledger, add.key)
        entry = {**(self._ledger[place] or NO_ENTRY)}
        entry["data"] = add.to(entry["data"])
        self._ledger[place] = entry
        return LedgerRow(*place, entry["case"], "", json_text(entry["data"]), entry["open"], at)

    def _open_of(self, matter: Matter, case_id: str, steps: frozenset[str]) -> list[tuple[str, str]]:
        """(ledger, key) of the open entries that these steps of a case wrote and that are still its own."""
        wrote = self.repository.wrote(matter, case_id)
        wrote.update(((row.ledger, row.key), row.step) for row in self.sheet.ledger.values() if row.case == case_id)
        self.expect(("entry", *place) for place in wrote)
        return sorted(place for place, step in wrote.items() if step in steps and self._stands(place, case_id))

    def _stands(self, place: tuple[str, str], case_id: str) -> bool:
        entry = self._ledger[place]
        return entry is not None and entry["open"] and entry["case"] == case_id


def place_once(appends: Iterable[Append], scene: Scene) -> int:
    """Append the entries whose keys nobody used before; how many they are."""
    new = [append for append in appends if scene.repeated(append.actor, append.key) is None]
    for append in new:
        scene.append(append)
    return len(new)


def _alert(place: tuple[str, str, str], row: Sequence[Any]) -> Alert:
    level, cases, people, at, stage, holder, since, due, back, reason, closers, reported, _ = row
    lists = [tuple(orjson.loads(one) if isinstance(one, str) else one) for one in (cases, people, closers, reported)]
    told = tuple((post, moment) for post, moment in lists[3])
    return Alert(*place, level, lists[0], lists[1], at, stage, holder, since, due, back, reason, lists[2], told)


def _locked(places: Sequence[tuple[str, str]]) -> tuple[Query, Query]:
    """What locks ledger entries on PostgreSQL, and then asks for them."""
    ledgers, keys = [ledger for ledger, _ in places], [key for _, key in places]
    return (LOCK, ([f"{ledger}:{key}" for ledger, key in places],)), (STANDING_LOCKED, (ledgers, keys))
