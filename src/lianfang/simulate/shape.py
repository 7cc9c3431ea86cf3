"""A drill as the shape of many cases: what of it may differ from case to case without another verdict.

An honest person knows the rules. What they allow is found by rehearsal: the script is played again by itself, in an office where nothing
else happened, with one thing after the other left free. What the rules then turn down is kept as the drill has it, and told (``bounds``):
so what honest life does not try is known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from random import Random
from typing import NamedTuple

from lianfang.catalogue.compile import field_of
from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.catalogue.memory import opening
from lianfang.catalogue.schema import DrillSpec
from lianfang.kernel.alike import fold
from lianfang.kernel.ledger import Ledgers, Put
from lianfang.kernel.model import Field
from lianfang.kernel.schedule import Duration, office_day, utc_moment, utc_text
from lianfang.simulate.calendar import weekdays
from lianfang.simulate.office import Entry, Office
from lianfang.simulate.outside import Outside
from lianfang.simulate.run import AT_ONCE, Pace, Play, Run
from lianfang.simulate.sums import Sums, Written
from lianfang.simulate.variant import PARTS, Exhausted, Names, Said, Variant, has_number, long_tailed, renamed, said, spelt

START, PEOPLE, HOURS, DAYS, PAPERS = "start", "people", "hours", "days", "papers"
STEPS = tuple(Fraction(*pair) for pair in ((1, 20), (1, 5), (1, 2), (4, 5), (5, 4), (2, 1), (5, 1), (20, 1)))
"""How far amounts are tried, around those of the script."""
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z").fullmatch
AFTERWARDS = timedelta(days=400)
"""When it is looked what a rehearsal left: by then whatever was to come has come."""
DAYS_OF_MONTH = ("03", "28")
"""On which a month is tried."""


class Bound(NamedTuple):
    """What could not be left free in a drill, and the control (or ``malformed``) that turned it down."""

    matter: str
    drill: str
    what: str
    control: str


class Rehearsed(NamedTuple):
    """How a rehearsal went: what stopped it ('' for nothing), what it wrote and looked up, and of a lawful one the control that will notice
    what it leaves ('' for none): too late, or without the other side of its ledger."""

    stopped: str
    why: str
    wrote: tuple[Entry, ...]
    read: tuple[Entry, ...]
    left: str
    entries: tuple[Written, ...] = ()
    """What each case wrote down, by the script's own name of the case."""


@dataclass(slots=True)
class Shape:
    """A drill, and what of it may differ.

    ``expects`` are the controls that notice it: of a misconduct the one that must, of a lawful run those that it raises. ``free`` names
    what may differ, ``low`` and ``high`` the factors between which amounts may. ``things`` are the names of things of which each case needs
    its own, because it changes them. ``shared`` are the entries that cases of this shape write in common, so that one goes after the other,
    ``spoilt`` those of them that are not in the end as they were, ``read`` those that cases look up; ``once`` says that there can't be a
    second case. ``entries`` is what each of its cases writes down. ``months`` tells, by month, what stops it there.
    """

    play: Play
    said: Said
    honest: bool
    expects: frozenset[str]
    things: tuple[str, ...] = ()
    free: frozenset[str] = frozenset()
    low: Fraction = Fraction(1)
    high: Fraction = Fraction(1)
    shared: tuple[Entry, ...] = ()
    spoilt: tuple[Entry, ...] = ()
    read: tuple[Entry, ...] = ()
    once: bool = False
    entries: tuple[Written, ...] = ()
    months: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The drill by its matter."""
        return f"{self.play.file.matter.id}/{self.play.drill.id}"


class School:
    """Where shapes are learned."""

    def __init__(self, catalogue: Catalogue, files: Sequence[MatterFile]) -> None:
        self.catalogue = catalogue
        self.calendar = weekdays(next(iter(catalogue.matters.values())).matter.calendar)
        self.columns: dict[str, dict[str, Field]] = {
            name: {column: field_of(column, spec) for column, spec in ledger.fields.items()} for name, ledger in catalogue.ledgers.items()
        }
        self.outside = Outside(catalogue, files, self.columns)
        self.sums = Sums(files)
        self.opening = opening(catalogue.ledgers.values())
        self.known = [(key, ledger, entry["data"]) for (ledger, key), entry in self.opening.everything() if entry["open"]]
        self.listed = {(ledger.id, entry.key): entry.data for ledger in catalogue.ledgers.values() for entry in ledger.entries}
        self.parts: dict[str, list[Entry]] = {}
        self.telling: dict[str, list[Entry]] = {}
        for ledger, key in self.listed:
            for part in dict.fromkeys((key, *PARTS.split(key))):
                self.parts.setdefault(part, []).append((ledger, key))
        for entry, data in self.listed.items():
            for text in dict.fromkeys(value for value in data.values() if isinstance(value, str) and value in self.parts):
                self.telling.setdefault(text, []).append(entry)
        self.bounds: list[Bound] = []

    def shape(self, file: MatterFile, drill: DrillSpec) -> Shape | None:
        """A drill as a shape; None for one of which there can't be many: a lawful one whose end leaves something to fall overdue, or that
        can't happen in this office."""
        play = Play.of(file, drill, self.columns)
        told = said(drill.script, play.matters, self.columns, self.catalogue.organisation.people)
        expects = {act.expect.refused or act.expect.alarmed for act in drill.script if act.expect is not None} | {*drill.raises}
        shape = Shape(play, told, drill.lawful, frozenset(expects))
        plain = self.rehearse(shape, self.plain(shape))
        if plain.stopped or plain.left:
            self.bounds.append(Bound(file.matter.id, drill.id, "itself", plain.stopped or plain.left))
            return None
        keys = {part for entry in plain.wrote for part in (entry[1], *PARTS.split(entry[1]))}
        values = {value for text in told.texts for value in (text, *PARTS.split(text))} | self._named(drill)
        shape.things = self._things(keys | self._told_of(drill), values)
        shape.entries = plain.entries
        self._free(shape)
        self._bounds_of_amounts(shape)
        self._again(shape)
        return shape

    def _things(self, changed: set[str], named: set[str]) -> tuple[str, ...]:
        """The names of the things that a case changes, and of those that belong to them: what of this the script names."""
        everybody = self.catalogue.organisation.people
        things = {key for key in changed & named - self.catalogue.organisation.units.keys() if key in self.parts and len(key) > 1}
        while True:
            theirs = {
                key for (_, key), data in self.listed.items()
                if key in named and key not in everybody and things & {value for value in data.values() if isinstance(value, str)}
            }  # fmt: skip
            if theirs <= things:
                return tuple(sorted(things))
            things |= theirs

    def _told_of(self, drill: DrillSpec) -> set[str]:
        """What a script tells of before and then acts with, but for people: each case has its own, so that no other is among it."""
        before, now = self._told_and_done(drill)
        return (before & now) - {*self.catalogue.organisation.people}

    def _told_and_done(self, drill: DrillSpec) -> tuple[set[str], set[str]]:
        """The texts of what a script tells of before, and of all else in it."""
        before, now = (self._texts(act.data for act in drill.script if bool(act.earlier) is earlier) for earlier in (True, False))
        return before, now

    def _named(self, drill: DrillSpec) -> set[str]:
        """All texts of a script, whatever they are."""
        return self._texts(act.data for act in drill.script)

    @staticmethod
    def _texts(values: Iterable[object]) -> set[str]:
        found: set[str] = set()

        def walk(value: object) -> None:
            match value:
                case dict():
                    for one in value.values():
                        walk(one)
                case list():
                    for one in value:
                        walk(one)
                case str():
                    found.update((value, *PARTS.split(value)))

        for value in values:
            walk(value)
        return found

    def plain(self, shape: Shape, mark: str = "x") -> Variant:
        """The script as it is."""
        return Variant({act.case: f"{mark}{act.case}" for act in shape.play.drill.script})

    def variant(self, shape: Shape, rng: Random, names: Names, serial: str, start: str, people: Mapping[str, str]) -> Variant:
        """The values of one more case of a shape that begins at a moment. Raises Exhausted."""
        cases = [*dict.fromkeys(act.case for act in shape.play.drill.script)]
        begins = shape.play.file.drills.begins
        day, before = office_day(start), office_day(begins)
        months = (day.year - before.year) * 12 + day.month - before.month
        words: dict[str, str] = {}
        brands: dict[str, str] = {}
        more = "" if shape.honest else names.more(rng)
        rows = {thing: self._fresh(thing, rng, names) for thing in shape.things}
        # Who is honest has no paper by chance that is nearly another one, but where the drill says that such is noticed.
        for near in shape.said.numbers if not shape.honest or shape.expects else ():
            if self._renamed(shape, near, rows):
                words.update(names.together(near, rng))
        for register in shape.said.registers:
            if self._renamed(shape, register, rows):
                words.update(names.register(register))
        for alike in shape.said.alike:
            if words.keys() & {*alike} or not self._renamed(shape, alike, rows):
                continue
            first = alike[0]
            room = min(shape.said.room[text] for text in alike)
            other = renamed(first, rng, names, brands, months, serial, room, more if first in shape.said.near else "")
            words.update({text: spelt(text, first, other) for text in alike})
        words.update(rows)
        return Variant(
            {name: f"{serial}{'' if nth == 0 else f'-{nth + 1}'}" for nth, name in enumerate(cases)},
            (day - before).days,
            utc_moment(start) - utc_moment(begins),
            people=people if PEOPLE in shape.free else {},
            names=words,
            scale=self._scale(shape, rng),
            salt=serial if PAPERS in shape.free else "",
            lawful=shape.honest,
        )

    @staticmethod
    def habit(shape: Shape) -> Duration | None:
        """Within how long the watch that must notice a misconduct counts what it tells of before; None where it tells of none, or the
        watch does not go by time."""
        told = {ledger for ledger, _ in shape.said.before} if not shape.honest else set()
        watches = [one.params for one in shape.play.file.matter.controls if one.kind == "pattern" and one.id in shape.expects]
        windows = (one["settings"].get("window") for one in watches if one["ledger"] in told)
        return next((Duration.parse(window) for window in windows if window), None)

    def again(self, shape: Shape, rng: Random, names: Names, times: int) -> list[Mapping[str, str]]:
        """For each time more that it is told of before: the numbers that stand there only, again others. A habit outweighs by that what
        the same people do beside it."""
        before, now = self._told_and_done(shape.play.drill)
        free = (text for text in before - now if text in shape.said.texts and self._renamed(shape, [text], ()))
        numbers = sorted(filter(has_number, free))
        return [{text: names.number(text, rng) for text in numbers} for _ in range(times)]

    def _renamed(self, shape: Shape, texts: Sequence[str], things: Collection[str]) -> bool:
        """Whether these texts are others in another case: they name nothing that the office has, and are free."""
        paths = (path for text in texts for path in shape.said.texts[text])
        kept = {*things, *self.catalogue.organisation.units}
        return not any(text in kept or text in self.parts for text in texts) and all(path in shape.free for path in paths)

    def _fresh(self, thing: str, rng: Random, names: Names) -> str:
        """What another thing of this sort is called."""
        return names.number(thing if has_number(thing) else f"{thing}-00000", rng)

    def _scale(self, shape: Shape, rng: Random) -> tuple[int, int]:
        amounts = [abs(amount) for amount in shape.said.amounts if amount]
        if not amounts or shape.low == shape.high:
            return 1, 1
        factor = Fraction(long_tailed(rng, float(shape.low), float(shape.high))).limit_denominator(10**6)
        return self.scaled(amounts, factor, shape.low, shape.high)

    @staticmethod
    def scaled(amounts: Sequence[int], factor: Fraction, low: Fraction, high: Fraction) -> tuple[int, int]:
        """A factor near this one by which all amounts stay whole fen, and within these."""
        unit = math.gcd(*amounts)
        many = min(int(high * unit), max(math.ceil(low * unit), round(factor * unit)))
        return max(1, many), unit

    def own_things(self, office: Office, variant: Variant, things: Sequence[str]) -> None:
        """Give the office the things of a case: each entry that stands for one or tells of one, again under the new name; one that
        only tells of it not where it would be the same to a ledger that is held against it."""
        plain = Variant(variant.cases, names={thing: variant.names[thing] for thing in things})
        for entry in dict.fromkeys(entry for thing in things for entry in (*self.parts[thing], *self.telling.get(thing, ()))):
            ledger, key = entry
            data = {name: plain.value(None, {}, value) for name, value in self.listed[entry].items()}
            fresh = plain.key(key)
            if fresh == key and self.outside.same(ledger, self.listed[entry], data):
                continue
            office.place(ledger, fresh if fresh != key else f"{key}~{variant.names[things[0]]}", data)

    def rehearse(self, shape: Shape, variant: Variant, pace: Pace = AT_ONCE, start: str = "", office: Office | None = None) -> Rehearsed:
        """Play a variant through by itself, or after what happened in an office."""
        office = office or Office(self.catalogue, self.opening.copy())
        office.written = {}
        if variant.names:
            self.own_things(office, variant, shape.things)
        office.written = {}
        read: dict[Entry, None] = {}
        entries: dict[tuple[str, str, str], Written] = {}
        run = Run(shape.play, variant, start or shape.play.file.drills.begins, pace, self.calendar)
        while not run.over:
            happened = run.go(office)
            if happened.judged is not None:
                puts = [put for put in happened.judged.changes if isinstance(put, Put)]
                entries.update({(happened.act.case, put.ledger, put.key): (happened.act.case, put.ledger, put.data) for put in puts})
                needs = (name.split(":", 2) for name in happened.judged.entry["facts"])
                read.update({(need[1], need[2]): None for need in needs if need[0] == "entry"})
            wanted = happened.act.expect.refused if happened.act.expect is not None else ""
            if happened.stopped != wanted:
                return Rehearsed(happened.stopped or wanted, happened.why, (*office.written,), (*read,), "")
            if happened.act.expect is not None:
                break
        left, writes = "", (*entries.values(),)
        unmet = next((one for one in self._sums(shape) if not self.sums.passed(writes, one, self.known, run.at)), "")
        if unmet:
            return Rehearsed(unmet, "", (*office.written,), (*read,), "")
        if shape.honest:
            after = utc_text(utc_moment(run.at) + AFTERWARDS)
            found = [control.id for _, control in office.late(variant.cases.values(), after)]
            found += self.outside.wanting(office.ledgers, office.written, after)
            found += self.outside.undone(office.ledgers, [(ledger, key) for _, ledger, key in entries])
            left = next((control for control in found if control not in shape.expects), "")
        return Rehearsed("", "", (*office.written,), (*read,), left, writes)

    def _sums(self, shape: Shape) -> list[str]:
        """The controls of a misconduct that is one by a sum: it is none where this stays within the limit."""
        return [] if shape.honest else [one.id for one in shape.play.file.matter.controls if one.id in shape.expects and one in self.sums]

    def _tried(self, shape: Shape, free: frozenset[str], scale: Fraction | None = None) -> str:
        """What turns it down that these are free; '' for nothing."""
        kept, shape.free = shape.free, free
        try:
            rng = Random(f"{shape.id}")  # noqa: S311 no secret
            begins = shape.play.file.drills.begins
            start = begins if START not in free else utc_text(utc_moment(begins) + timedelta(hours=5))
            variant = self.variant(shape, rng, Names(), "900001", start, {})
            if scale is not None:
                variant.scale = self.scaled([abs(a) for a in shape.said.amounts if a], scale, Fraction(0), Fraction(10**6))
            went = self.rehearse(shape, variant, Pace(None, hours=HOURS in free, days=DAYS in free), start)
            return went.stopped or went.left
        except Exhausted:
            return "exhausted"
        finally:
            shape.free = kept

    def _free(self, shape: Shape) -> None:
        """What may differ: everything, where that is allowed; else what may, added one after the other."""
        # A misconduct may be one by how soon one thing follows the other, or by the day of the week: it keeps to the days of its script.
        days = [DAYS] if shape.honest else []
        hours = [] if self._by_the_hour(shape) else [START, HOURS] if shape.honest else [HOURS]
        wanted = [PEOPLE, PAPERS, *hours, *days, *sorted({path for paths in shape.said.texts.values() for path in paths})]
        if shape.things:
            thing = self._tried(shape, frozenset())
            if thing:
                self.bounds.append(Bound(shape.play.file.matter.id, shape.play.drill.id, "things", thing))
                shape.things = ()
        if not self._tried(shape, frozenset(wanted)):
            shape.free = frozenset(wanted)
            return
        free = frozenset[str]()
        for one in wanted:
            stopped = self._tried(shape, free | {one})
            if stopped:
                self.bounds.append(Bound(shape.play.file.matter.id, shape.play.drill.id, one, stopped))
            else:
                free |= {one}
        shape.free = free

    def _by_the_hour(self, shape: Shape) -> bool:
        """Whether a script goes by the hours of its day: it lets some pass, or says until when something is to be done that day."""
        begins = shape.play.file.drills.begins
        last = utc_text(utc_moment(begins) + timedelta(days=1))
        told = any(begins < text < last for text in self._named(shape.play.drill) if _MOMENT(text))
        return told or any(act.pass_.endswith("h") for act in shape.play.drill.script)

    def _bounds_of_amounts(self, shape: Shape) -> None:
        """How far amounts may go: as far as each step from those of the script is allowed."""
        if not any(shape.said.amounts):
            return
        for factors, name in ((STEPS[3::-1], "low"), (STEPS[4:], "high")):
            for factor in factors:
                stopped = self._tried(shape, shape.free, factor)
                if stopped:
                    if getattr(shape, name) == 1:
                        self.bounds.append(Bound(shape.play.file.matter.id, shape.play.drill.id, f"amounts {name}", stopped))
                    break
                setattr(shape, name, factor)

    def _again(self, shape: Shape) -> None:
        """What cases of the shape share, and whether there can be a second one at all."""
        names, rng = Names(), Random(shape.id)  # noqa: S311 no secret
        begins = shape.play.file.drills.begins
        one, two = (self.variant(shape, rng, names, serial, begins, {}) for serial in ("900001", "900002"))
        office = Office(self.catalogue, self.opening.copy())
        first = self.rehearse(shape, one, office=office)
        alone = self.rehearse(shape, two)
        then = self.rehearse(shape, two, office=office)
        shape.once = bool(then.stopped)
        if shape.once:
            self.bounds.append(Bound(shape.play.file.matter.id, shape.play.drill.id, "again", then.stopped))
        shape.shared = tuple(sorted({*first.wrote} & {*alone.wrote} - office.told.keys()))
        shape.read = tuple(sorted({*first.read} & {*alone.read} - {*shape.shared}))
        shape.spoilt = tuple(one for one in shape.shared if _stands(office.ledgers, one) != _stands(self.opening, one))

    def entries(self, shape: Shape, variant: Variant) -> list[Written]:
        """What the cases of a variant will write down."""
        meant = {fold(text): other for text, other in (*variant.names.items(), *variant.people.items())}

        def other(of: Field | None, value: object) -> object:
            found = meant.get(fold(value)) if isinstance(value, str) else None
            return found if found is not None else variant.value(of, {}, value) if isinstance(value, int) else value

        return [
            (variant.cases[case], ledger, {name: other(self.columns[ledger].get(name), value) for name, value in data.items()})
            for case, ledger, data in shape.entries
        ]

    def fits(self, shape: Shape, month: str) -> bool:
        """Whether the shape is allowed in a month of the year, by itself."""
        if month not in shape.months:
            shape.months[month] = ""
            for day in DAYS_OF_MONTH:
                start = f"{month}-{day}{shape.play.file.drills.begins[10:]}"
                went = self.rehearse(shape, self.variant(shape, Random(shape.id), Names(), "900003", start, {}), start=start)  # noqa: S311
                shape.months[month] = shape.months[month] or went.stopped or went.left
            if shape.months[month]:
                self.bounds.append(Bound(shape.play.file.matter.id, shape.play.drill.id, month, shape.months[month]))
        return not shape.months[month]


def _stands(ledgers: Ledgers, entry: Entry) -> object:
    """What stands in an entry: what is closed is as good as none."""
    found = ledgers.fact(*entry)
    return found["data"] if found is not None and found["open"] else None
