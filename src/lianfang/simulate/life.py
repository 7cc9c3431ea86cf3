"""Years of an office: cases begin, go on side by side and end; turns of duties are done in time; and here and there something is wrong."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.catalogue.schema import DrillSpec
from lianfang.kernel.alike import fold
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.pattern import Detect
from lianfang.kernel.controls.sample import PERIOD, checker, took_part
from lianfang.kernel.entry import Judged
from lianfang.kernel.ledger import Put, Standing
from lianfang.kernel.model import CommandError, Matter
from lianfang.kernel.schedule import Duration, Span, add, office_day, spans, start_of_day, utc_moment, utc_text
from lianfang.kernel.turns import Held, Turn
from lianfang.simulate import calendar as when
from lianfang.simulate.office import Entry, Office, Watcher
from lianfang.simulate.people import People
from lianfang.simulate.report import Alarm, Label, Report, Stopped, finder
from lianfang.simulate.run import Pace, Run
from lianfang.simulate.shape import DAYS, HOURS, START, Bound, School, Shape
from lianfang.simulate.variant import PARTS, Exhausted, Names
from lianfang.simulate.watches import Story, noticed

BEGINS = date(2026, 1, 1)
TRIES = 24
DONE, PROOF = "已按规定完成", "0" * 64
A_SECOND, A_MINUTE, A_DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
MOST_LATER = 3 * 86400
"""Seconds until the other side of something comes in from outside."""
LEAST_AGAIN, MOST_AGAIN = 6, 30
"""How many times more it is told of a habit: the more, the more else the same people did."""
HOUR = Duration(1, "h")
FORTNIGHT = 14
"""Days over which the holidays of a script can be met again."""


@dataclass(slots=True)
class _Owed:
    """A turn that is done in time."""

    matter: Matter
    control: Control
    period: str
    due: str
    post: str
    holder: str
    case: str
    step: int = 0


@dataclass(slots=True)
class _Live:
    """A run with its label, the entries that it holds, so that no other run comes between, and those that it looks up."""

    run: Run
    shape: Shape
    label: Label
    holds: tuple[Entry, ...]
    reads: tuple[Entry, ...]


def simulate(
    catalogue: Catalogue, detect: Detect, cases: int, years: int = 1, seed: int = 1, misconduct: float = 0.0,
    matters: Sequence[str] = (), tell: Watcher | None = None,
) -> Report:  # fmt: skip
    """Simulate so many cases of the named matters (all when none is named) over so many years; the same seed gives the same life.

    ``misconduct`` is the share of cases that are one. ``tell`` is told of every entry of the log as it comes to be. Turns of duties come
    beside the cases.
    """
    time = years_from(BEGINS, years)
    life = Life(catalogue, time, cases, seed, misconduct, matters, Office(catalogue, tell=tell))
    life.live()
    return life.noticed(detect)


class Time(NamedTuple):
    """The time that a life takes: from the beginning of a day to a moment (exclusive; UTC text)."""

    first: date
    ends: str

    @property
    def begins(self) -> str:
        """Its first moment."""
        return start_of_day(self.first.isoformat())

    @property
    def last(self) -> date:
        """The last day of which something belongs to it."""
        return office_day(utc_text(utc_moment(self.ends) - A_SECOND))

    @property
    def days(self) -> int:
        """How many days it touches."""
        return (self.last - self.first).days + 1


def years_from(first: date, years: int) -> Time:
    """So many years, from a day on."""
    return Time(first, start_of_day(first.replace(year=first.year + years).isoformat()))


class Life:
    """One simulated life of an office, and what has come of it so far."""

    def __init__(
        self, catalogue: Catalogue, time: Time, cases: int, seed: int, misconduct: float, matters: Sequence[str], office: Office
    ) -> None:  # fmt: skip
        self.catalogue = catalogue
        self.files = [catalogue.matters[name] for name in matters or catalogue.matters]
        self.rng = Random(f"lianfang {seed}")  # noqa: S311 a seed that gives the same life, no secret
        self.begins, self.ends = time.begins, time.ends
        self.school = School(catalogue, self.files)
        self.days = when.workdays(self.school.calendar, time.first, time.last + A_DAY)
        self.office = office
        self.people = People(catalogue, self.rng, time.first, time.days)
        self.names = Names({fold(part) for part in self.school.parts})
        self.sums = self.school.sums
        controls = ((file.matter.id, control) for file in self.files for control in file.matter.controls)
        self.report = Report(finders={f"{name}/{control.id}": finder(control) for name, control in controls})
        self.honest = _Drills(self.files, self.school, lawful=True)
        self.wrong = _Drills(self.files, self.school, lawful=False)
        self.serial = 0
        self.queue: list[tuple[str, int, Any]] = []
        self.late: list[_Live] = []
        self.waiting: dict[Entry, list[Shape]] = {}
        self.held: set[Entry] = set()
        self.spent: set[Entry] = set()
        self.stories: dict[Story, int] = {}
        """By misconduct that tells of before: how many entries were written when it was done."""
        self.habits: dict[Entry, str] = {}
        """By ledger and person of whom a habit is told there: until when nothing else is told of what they did before."""
        self.read = Counter[Entry]()
        self.finished: dict[str, dict[str, str]] = {}
        self.actors: dict[str, set[str]] = {}
        self.done: dict[tuple[str, str, str], str] = {}
        self.owed: list[tuple[MatterFile, Control, Turn]] = []
        self.carried = {
            small.id: (file.matter.id, name) for file in self.files for name, small in file.duties.items()
        }  # fmt: skip
        self.omitted: set[tuple[str, str, str]] = set()
        self.outside = self.school.outside
        self.answered: set[tuple[str, str]] = set()
        self.labels: dict[str, Label] = {}
        drills = [(file.matter.id, drill) for file in self.files for drill in file.drills.drills]
        self.tells = {f"{name}/{drill.id}": {act.fact for act in drill.script if act.fact} for name, drill in drills}
        self._plan(cases, misconduct)
        self._answer_opening()

    def _calendar(self) -> Any:
        return next(iter(self.catalogue.matters.values())).matter.calendar.guessing()

    def _plan(self, cases: int, misconduct: float) -> None:
        wrong = round(cases * misconduct)
        kinds = [*[False] * wrong, *[True] * (cases - wrong)]
        self.rng.shuffle(kinds)
        for at, honest in zip(when.arrivals(self.rng, self.days, cases), kinds, strict=True):
            self._push(at, honest)
        for file in self.files:
            for control in file.matter.controls:
                if KINDS[control.kind].turns is not None:
                    self._owe(file, control)
                if control.kind == "sample":
                    for span in spans(control.params["every"], self.begins, self.ends, self._calendar()):
                        self._push(add(span.ends, HOUR), (file, control, span))

    def _push(self, at: str, what: Any) -> None:
        self.serial += 1
        heapq.heappush(self.queue, (at, self.serial, what))

    def press(self, cases: int, days: int) -> None:
        """Let so many honest cases more begin in the last working days: most of them are under way when the life ends."""
        for at in when.arrivals(self.rng, self.days[-days:], cases):
            self._push(at, True)  # noqa: FBT003 what is pushed is whether it is honest

    def learn_from(self, other: Life) -> None:
        """Know of the drills, from the beginning, what another life of the same matters has learned; this one is the same as without."""
        for mine, theirs in ((self.honest, other.honest), (self.wrong, other.wrong)):
            mine.learned.update(theirs.learned)

    def live(self) -> None:
        """Let it all happen, in the order of time."""
        while self.queue and self.queue[0][0] < self.ends:
            at, _, what = heapq.heappop(self.queue)
            self.office.come(at)
            match what:
                case bool():
                    self._begin(at, honest=what)
                case Shape():
                    self._try(what, at)
                case _Live():
                    self._go(what)
                case _Owed():
                    self._turn(what, at)
                case (Matter() as matter, Control() as control, str() as key):
                    self._agree(matter, control, key, at)
                case (MatterFile() as file, Control() as control, Span() as span):
                    self._sample(file, control, span, at)
        self.office.come(self.ends)
        self._unfinished()
        self._settle()

    def noticed(self, detect: Detect) -> Report:
        """Look what was noticed of all that happened."""
        matters = [file.matter for file in self.files]
        stories = {label.cases: self.stories.get(label.cases) for label in (*self.report.injected, *self.report.cut)}
        self.report.alarms = [*noticed(self.office, matters, self.carried, detect, self.ends, stories), *self._missed()]
        self.report.kept = self.school.bounds
        return self.report

    def _begin(self, at: str, *, honest: bool) -> None:
        """Let a case begin: of a matter and drill that can happen now, with what it needs."""
        for _ in range(TRIES):
            shape = self.honest.any(self.rng) if honest else self.wrong.of_each_sort(self.rng)
            duty = self._duty(shape) if shape is not None else None
            if shape is not None and (self._omit(shape, duty, at) if duty is not None else self._try(shape, at)):
                return

    def _try(self, shape: Shape, at: str) -> bool:
        """Let a case of this shape begin, or wait for the one that holds what it needs; whether it can."""
        start = at if START in shape.free else self._from(at, shape)
        if not start or not self.school.fits(shape, start[:7]):
            return False
        people = self.people.standing_in(shape.said.people, shape.play.file.matter, start, self.rng)
        holds = tuple((ledger, self._of(key, people)) for ledger, key in shape.shared)
        reads = tuple((ledger, self._of(key, people)) for ledger, key in shape.read)
        before = [(ledger, people.get(one, one)) for ledger, one in shape.said.before]
        habit = self.school.habit(shape)
        known = (shape.honest or habit is not None) and any(start < self.habits.get(one, "") for one in before)
        if known or self.spent & {*holds, *reads} or any(self.read[one] for one in holds):
            return False
        busy = next((one for one in (*holds, *reads) if one in self.held), None)
        if busy is not None:
            self.waiting.setdefault(busy, []).append(shape)
            return True
        try:
            variant = self.school.variant(shape, self.rng, self.names, self._number(at), start, people)
        except Exhausted:
            return False
        if shape.honest and not self.sums.allow(self.school.entries(shape, variant), start, shape.expects):
            return False
        self.spent |= {(ledger, self._of(key, people)) for ledger, key in shape.spoilt}
        if habit is not None:
            self.habits.update(dict.fromkeys(before, add(start, habit, self._calendar())))
            variant.again = self.school.again(shape, self.rng, self.names, min(MOST_AGAIN, LEAST_AGAIN + self._otherwise(before)))
        if shape.once:
            (self.honest if shape.honest else self.wrong).drop(shape)
        self.held |= {*holds}
        self.read.update(reads)
        name = shape.play.file.matter.id
        label = Label((*variant.cases.values(),), shape.id, shape.honest, tuple(sorted(f"{name}/{one}" for one in shape.expects)))
        self.report.labels.append(label)
        self.labels.update(dict.fromkeys(label.cases, label))
        self.report.cases += 1
        self.school.own_things(self.office, variant, shape.things)
        run = Run(shape.play, variant, start, Pace(self.rng, HOURS in shape.free, DAYS in shape.free), self.school.calendar)
        self._push(run.at, _Live(run, shape, label, holds, reads))
        return True

    def _otherwise(self, before: Collection[Entry]) -> int:
        """How many entries there are already of those of whom something is told."""
        ledgers = {ledger for ledger, _ in before}
        rows = ((ledger, entry["data"].values()) for ledger in ledgers for _, entry in self.office.ledgers.rows(ledger))
        return sum(any((ledger, one) in before for one in values if isinstance(one, str)) for ledger, values in rows)

    def _from(self, at: str, shape: Shape) -> str:
        """The next moment of a working day, from one on, at which it is the hour of the script's beginning; of a misconduct on the same day
        of the week and before days that are worked as those of the script are: what it does on a weekend stays there. '' for none."""
        day, begins, worked = office_day(at), shape.play.file.drills.begins, self.school.calendar.is_workday
        first, lasts = office_day(begins), () if shape.honest else range(shape.play.lasts if shape.play.lasts <= FORTNIGHT else 0)

        def alike(one: date) -> bool:
            of_week = shape.honest or one.weekday() == first.weekday()
            return of_week and all(worked(one + n * A_DAY) == worked(first + n * A_DAY) for n in lasts)

        days = (one for one in self.days[bisect_left(self.days, day) :] if alike(one))
        return next((moment for one in days if (moment := f"{one.isoformat()}{begins[10:]}") >= at), "")

    def _duty(self, shape: Shape) -> Control | None:
        """The duty that a misconduct leaves undone, if that is what it is."""
        controls = shape.play.file.matter.controls
        found = (control for control in controls if not shape.honest and control.id in shape.expects)
        return next((control for control in found if KINDS[control.kind].takes_turns), None)

    def _omit(self, shape: Shape, duty: Control, at: str) -> bool:
        """Leave a turn undone: one that is still to come."""
        small = shape.play.file.duties[duty.id].id
        coming = [turn for _, control, turn in self.owed if control is duty and at < turn.opens and turn.due < self.ends]
        coming = [turn for turn in coming if (small, *turn.key) not in self.omitted]
        if not coming:
            return False
        turn = self.rng.choice(coming)
        self.omitted.add((small, *turn.key))
        about = "|".join(filter(None, turn.key))
        self.report.labels.append(
            Label((f"{duty.id}/{about}",), shape.id, honest=False, expects=(f"{shape.play.file.matter.id}/{duty.id}",))
        )
        self.report.cases += 1
        return True

    def _number(self, at: str) -> str:
        return f"{at[:4]}-{self.report.cases + 1:06}"

    def _of(self, key: str, people: Mapping[str, str]) -> str:
        return "".join(people.get(part, part) for part in PARTS.split(key))

    def _leave(self, live: _Live, at: str) -> None:
        """Give back what a run held; who waited for it longest begins on the next working day."""
        self.held -= {*live.holds}
        self.read.subtract(live.reads)
        day = office_day(at)
        following = next((one for one in self.days if one > day), None)
        for one in live.holds:
            if self.waiting.get(one) and following is not None:
                self._push(when.moment(self.rng, following), self.waiting[one].pop(0))

    def _go(self, live: _Live) -> None:
        """Let a run's next act happen."""
        happened = live.run.go(self.office)
        if happened.judged is not None:
            self._count(happened.judged, happened.matter, happened.at)
        if happened.stopped:
            wanted = happened.act.expect is not None and not live.label.honest
            if live.label.honest:
                self.report.refused.append(Stopped(live.label.drill, happened.case, happened.at, happened.stopped, happened.why))
            elif happened.judged is not None and wanted:
                self.report.refusals.setdefault(happened.case, set()).add(f"{live.shape.play.file.matter.id}/{happened.stopped}")
        if live.run.over or happened.stopped or (happened.act.expect is not None and not live.label.honest):
            self._leave(live, live.run.at)
            if live.shape.said.before and not live.label.honest:
                self.stories[live.label.cases] = len(self.office.written)
            if live.run.at >= self.ends and not live.label.honest:
                self.late.append(live)
        else:
            self._push(live.run.at, live)

    def _count(self, judged: Judged, matter: Matter, at: str) -> None:
        self.report.commands += 1
        if judged.refusal is None:
            case = judged.case
            self.actors.setdefault(case.id, set()).update(took_part(judged.entry["command"]))
            if case.status == "completed":
                self.finished.setdefault(matter.id, {}).setdefault(case.id, at)
            for change in judged.changes:
                if isinstance(change, Put) and change.open:
                    self._follow(change, case.id, at)

    def _follow(self, put: Put, case: str, at: str) -> None:
        """Let the other side of what was written down come in from outside, within days; not where the drill says itself what comes."""
        label = self.labels.get(case)
        for matter, control in self.outside.watches.get(put.ledger, ()):
            told = label is not None and (f"{matter.id}/{control.id}" in label.expects or control.params["with"] in self.tells[label.drill])
            if not told:
                later = timedelta(seconds=self.rng.randrange(MOST_LATER))
                self._push(utc_text(utc_moment(at) + later), (matter, control, put.key))

    def _answer_opening(self) -> None:
        """Let the other side of what the office begins with come in when it is due, where it is not there already."""
        for pairs in self.outside.watches.values():
            for _, control in pairs:
                known = [entry["data"] for _, entry in self.office.ledgers.rows(control.params["with"])]
                self.answered |= {(control.params["with"], str(control.params["with_key"]({"entry": data}))) for data in known}
        for ledger, pairs in self.outside.watches.items():
            for matter, control in pairs:
                for key, entry in self.office.ledgers.rows(ledger):
                    moment = str(control.params["moment"]({"entry": entry["data"]}))
                    at = moment if "T" in moment else start_of_day(moment)
                    if self.begins <= at:
                        self._push(at, (matter, control, key))

    def _unfinished(self) -> None:
        """Forget of a misconduct that it was one where the time was over before it was done, or before it could be noticed."""
        cut = [live for _, _, live in self.queue if isinstance(live, _Live) and not live.label.honest] + self.late
        for live in cut:
            self.report.labels.remove(live.label)
            self.report.cut.append(live.label)

    def _settle(self) -> None:
        """Let honest people write down the other side of what they wrote in one of the office's own ledgers, or found there."""
        for known, ledger, data in [*self.outside.missing(self.office.ledgers, self.ends)]:
            label = self.labels.get(known.case)
            if label is None or label.honest:
                self.office.tell(ledger, data)

    def _agree(self, matter: Matter, control: Control, key: str, at: str) -> None:
        entry = self.office.ledgers.fact(control.params["ledger"], key)
        if entry is not None and entry["open"]:
            found = self.outside.other_side(matter, control, Standing(key, entry["case"] or "", entry["data"]), at)
            if found is not None and (control.params["with"], found[0]) not in self.answered:
                self.answered.add((control.params["with"], found[0]))
                self.office.tell(control.params["with"], found[1])

    def _owe(self, file: MatterFile, control: Control) -> None:
        """Plan the turns of a duty over the whole time, each at a working day before it falls due."""
        turns = KINDS[control.kind].turns
        assert turns is not None
        people = self.catalogue.organisation.people.values()
        held = [Held(person.id, one.post, one.since, one.until) for person in people for one in person.holdings]
        found: dict[tuple[str, str], Turn] = {}
        until = self.begins
        while until < self.ends:
            until = min(self.ends, utc_text(utc_moment(until) + timedelta(days=366)))
            found.update({turn.key: turn for turn in turns(control, self._calendar(), held, self.begins, until)})
        for turn in found.values():
            if self.begins < turn.due and turn.opens < self.ends:
                self.owed.append((file, control, turn))
                self._push(self._in_time(max(turn.opens, self.begins), turn.due), self._to_do(file, control, turn, "T"))

    def _in_time(self, opens: str, due: str) -> str:
        """A moment between these two: soon after the first, at the latest in the last but one working day where there are so many."""
        first, last = office_day(opens), office_day(due)
        days = [
            day
            for day in (first + timedelta(days=n) for n in range(min(120, (last - first).days + 1)))
            if self.school.calendar.is_workday(day)
        ]
        days = days[:-1] or days
        at = when.moment(self.rng, days[min(len(days) - 1, int(self.rng.paretovariate(0.8)) - 1)]) if days else opens
        return min(max(at, utc_text(utc_moment(opens) + A_MINUTE)), utc_text(utc_moment(due) - 2 * A_MINUTE))

    def _turn(self, owed: _Owed, at: str) -> None:
        """Do the next step of a turn."""
        if (owed.matter.id, owed.period, owed.holder) in self.omitted:
            return
        small, acted = owed.matter, self.actors.get(owed.case, set())
        step = small.steps[small.flow.order[owed.step]]
        holders = [owed.holder] if owed.holder and owed.step == 0 else self._holders(step.by if owed.step else owed.post, at)
        barred = acted if owed.step else self.actors.get(owed.period, set())
        able = [one for one in holders if one not in barred]
        if not able:
            self.school.bounds.append(Bound(*self.carried[small.id], step.id, "nobody"))
            return
        who = self.rng.choice(self.people.there(able, office_day(at)))
        try:
            judged = self.office.act(
                small, owed.case, step.id, step.acts[0], filled(small, step.form, owed.period, self.office.files), who, at
            )
        except CommandError as error:
            self.report.refused.append(Stopped(small.id, owed.case, at, "malformed", str(error)))
            return
        self.report.turns += owed.step == 0
        self._count(judged, small, at)
        if judged.refusal is not None:
            self.report.refused.append(Stopped(small.id, owed.case, at, judged.refusal.control, judged.refusal.message.en))
        elif judged.case.status == "completed":
            for holder in ("", judged.case.applicant):
                self.done.setdefault((small.id, owed.period, holder), at)
        else:
            owed.step += 1
            self._push(self._in_time(at, self.office.pressing([owed.case], owed.due) or owed.due), owed)

    def _holders(self, by: str, at: str) -> list[str]:
        return [*self.catalogue.organisation.holders(by, at)]

    def _sample(self, file: MatterFile, control: Control, span: Span, at: str) -> None:
        """Draw from the finished cases of a period, and let those drawn be checked in time."""
        cases = [case for case, done in self.finished.get(file.matter.id, {}).items() if span.holds(done)]
        due = add(span.ends, control.params["within"], self._calendar())
        for case in self.office.draw(file.matter, control, span, cases):
            turn = Turn(case, at, due, checker(control, self.actors[case], partial(self._holders, at=at)))
            self.owed.append((file, control, turn))
            self._push(self._in_time(at, due), self._to_do(file, control, turn, "C"))

    def _to_do(self, file: MatterFile, control: Control, turn: Turn, mark: str) -> _Owed:
        number = f"{mark}{len(self.owed):07}"
        return _Owed(file.duties[control.id], control, turn.period, turn.due, turn.post, turn.holder, number)

    def _missed(self) -> Iterator[Alarm]:
        for file, control, turn in self.owed:
            done = self.done.get((file.duties[control.id].id, *turn.key))
            if turn.due < self.ends and (done is None or done > turn.due):
                about = "|".join(filter(None, turn.key))
                yield Alarm(file.matter.id, control.id, about, (about,) if control.kind == "sample" else (f"{control.id}/{about}",))


class _Drills:
    """The drills that cases are shaped after, learned when one is first wanted: some matters come often, many seldom."""

    def __init__(self, files: Sequence[MatterFile], school: School, *, lawful: bool) -> None:
        self.school = school
        self.of = [[drill for drill in file.drills.drills if drill.lawful is lawful and _of_cases(file, drill)] for file in files]
        self.files = files
        self.weights = [*accumulate(1 / (1 + nth % 10) if drills else 0 for nth, drills in enumerate(self.of))]
        self.turn: list[str] = []
        self.sorts: dict[str, list[tuple[MatterFile, DrillSpec]]] = {}
        for file, drills in zip(files, self.of, strict=True):
            finders = {control.id: finder(control) for control in file.matter.controls}
            for drill in drills:
                for act in drill.script:
                    if act.expect is not None:
                        control = act.expect.refused or act.expect.alarmed
                        self.sorts.setdefault(finders.get(control, control), []).append((file, drill))
        self.learned: dict[tuple[str, str], Shape | None] = {}
        self.shapes: dict[tuple[str, str], Shape | None] = {}

    def any(self, rng: Random) -> Shape | None:
        """The shape of the next case; None where that drill can't be one."""
        if not self.weights or not self.weights[-1]:
            return None
        (nth,) = rng.choices(range(len(self.files)), cum_weights=self.weights)
        return self._shape(self.files[nth], rng.choice(self.of[nth]))

    def of_each_sort(self, rng: Random) -> Shape | None:
        """The same, by what must notice it in turn: a detector that few matters use finds as much to do as one that many use."""
        if not self.turn:
            self.turn = sorted(name for name, drills in self.sorts.items() if drills)
            rng.shuffle(self.turn)
            self.turn.sort(key=lambda name: -len(self.sorts[name]))  # those of few drills first, while what they need is not taken
        if not self.turn:
            return None
        name = self.turn.pop()
        file, drill = one = rng.choice(self.sorts[name])
        shape = self._shape(file, drill)
        if shape is None:
            self.sorts[name].remove(one)
        return shape

    def _shape(self, file: MatterFile, drill: DrillSpec) -> Shape | None:
        key = (file.matter.id, drill.id)
        if key not in self.shapes:
            if key not in self.learned:
                self.learned[key] = self.school.shape(file, drill)
            self.shapes[key] = self.learned[key]
        return self.shapes[key]

    def drop(self, shape: Shape) -> None:
        """Forget a shape of which there can't be another case."""
        self.shapes[shape.play.file.matter.id, shape.play.drill.id] = None


def _of_cases(file: MatterFile, drill: DrillSpec) -> bool:
    """Whether a drill tells of cases that somebody begins, in the office as it is: not of turns of duties, which come of themselves."""
    turns = {name for name in file.duties if KINDS[next(c.kind for c in file.matter.controls if c.id == name)].takes_turns}
    begun = any((not act.still and not act.duty) or (act.duty and act.duty not in turns) for act in drill.script)
    return begun and not drill.also and not drill.stand_ins and not any(act.duty in turns for act in drill.script)


def filled(small: Matter, form: Iterable[str], period: str, files: dict[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What is said where a step of a turn is done in order; its proof is one of the ``files``."""
    data: dict[str, Any] = {}
    for name in form:
        field_ = small.record[name]
        if name == PERIOD:
            data[name] = period
        elif field_.type == "choice":
            data[name] = next(iter(field_.choices))
        elif field_.type == "file":
            data[name] = PROOF
            files.setdefault(PROOF, {"name": "proof.txt", "size": 1, "pages": 1, "blank_pages": 0})
        else:
            data[name] = DONE
    return data
