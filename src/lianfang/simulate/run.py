"""A script on its way through the office: which act comes next, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple

from lianfang.catalogue.drills.runner import papers
from lianfang.catalogue.load import MatterFile
from lianfang.catalogue.references import step_of
from lianfang.catalogue.schema import ActSpec, DrillSpec
from lianfang.kernel.calendar import Calendar
from lianfang.kernel.entry import Judged
from lianfang.kernel.model import NOTHING, CommandError, Field, Matter
from lianfang.kernel.schedule import OFFICE_TIME, Duration, add, office_clock, office_day, utc_moment, utc_text
from lianfang.simulate.office import Office
from lianfang.simulate.variant import Variant

MORNING, EVENING, NOON, AFTER_NOON = time(9), time(17, 30), time(12), time(14)
MINUTE = timedelta(minutes=1)
LONGEST, MOST_DAYS = timedelta(minutes=45), 3
"""What is taken between two acts: within a day, and in working days,"""
MOST_AWAY = 5
"""and with the days between them: nothing is left lying over a long holiday."""


class Pace(NamedTuple):
    """How long somebody takes before the next act: within the day, and for how many working days after it (None: not at all)."""

    rng: Random | None
    hours: bool
    days: bool

    def gap(self) -> tuple[timedelta, int]:
        """The time until the next act: of the same day, and in working days."""
        if self.rng is None:
            return LONGEST if self.hours else timedelta(), MOST_AWAY if self.days else 0
        short = min(LONGEST, timedelta(minutes=int(self.rng.lognormvariate(2.2, 1.0)))) if self.hours else timedelta()
        days = min(MOST_DAYS, int(self.rng.paretovariate(1.3))) if self.days and self.rng.random() < 0.4 else 0  # noqa: PLR2004
        return short, days


AT_ONCE = Pace(None, hours=False, days=False)


class Play(NamedTuple):
    """What is needed to play a script: its matter with the small ones of its turns, and its papers."""

    file: MatterFile
    drill: DrillSpec
    matters: Mapping[str, Matter]
    papers: Mapping[str, tuple[str, dict[str, Any]]]
    columns: Mapping[str, Mapping[str, Field]]

    @staticmethod
    def of(file: MatterFile, drill: DrillSpec, columns: Mapping[str, Mapping[str, Field]]) -> Play:
        """A drill of a matter; ``columns`` are those of each ledger."""
        return Play(file, drill, {"": file.matter, **file.duties}, papers(file.drills.files), columns)

    @property
    def lasts(self) -> int:
        """The days that the script takes, its first and its last among them."""
        passed = [Duration.parse(act.pass_) for act in self.drill.script if act.pass_]
        return 1 + sum(length.amount for length in passed if length.unit in ("d", "wd"))


class Happened(NamedTuple):
    """An act as it went: by what it was stopped ('' where it was accepted, ``malformed`` where it could not be read)."""

    act: ActSpec
    matter: Matter
    case: str
    at: str
    stopped: str
    judged: Judged | None
    why: str = ""


@dataclass(slots=True)
class Run:
    """One run of a script: where it stands, and at which moment (UTC text) it goes on."""

    play: Play
    variant: Variant
    at: str
    pace: Pace
    calendar: Calendar
    place: int = 0
    script: str = ""
    """The moment in the script's own time."""

    def __post_init__(self) -> None:
        self.script = self.play.file.drills.begins
        self._pass()

    @property
    def over(self) -> bool:
        """Whether nothing more comes."""
        return self.place >= len(self.play.drill.script)

    @property
    def next(self) -> ActSpec:
        """What comes next."""
        return self.play.drill.script[self.place]

    def go(self, office: Office) -> Happened:
        """Do what comes next; ``at`` is then when it goes on."""
        act, at = self.next, self.at
        happened = self._happens(office, act, at)
        self.place += 1
        if happened.judged is not None and not self.over:
            self._wait(office)
        self._pass(office)
        return happened

    def _happens(self, office: Office, act: ActSpec, at: str) -> Happened:
        matter = self.play.matters[act.duty]
        self.variant.days = (office_day(at) - office_day(self.script)).days
        self.variant.today = office_day(self.script)
        self.variant.later = utc_moment(at) - utc_moment(self.script)
        case = self.variant.cases[act.case]
        if act.told:
            for names in (NOTHING, *(self.variant.again if act.earlier else ())):
                told = replace(self.variant, names={**self.variant.names, **names}) if names else self.variant
                data = told.data(self.play.columns[act.told], self.play.papers, act.data)
                office.tell(act.told, data, next(iter(self.variant.cases.values())))
            return Happened(act, matter, "", at, "", None)
        if act.reads:
            return Happened(act, matter, case, at, "", None)
        data = self.variant.data(matter.record, self.play.papers, act.data)
        office.files.update(self.variant.files)
        who = self.variant.people.get(act.who, act.who)
        try:
            judged = office.act(matter, case, step_of(act, matter), act.act, data, who, at)
        except CommandError as error:
            return Happened(act, matter, case, at, "malformed", None, str(error))
        refusal = judged.refusal
        return Happened(act, matter, case, at, refusal.control if refusal else "", judged, refusal.message.en if refusal else "")

    def _wait(self, office: Office) -> None:
        """Take a while before the next act, and not so long that anything of the case falls overdue."""
        short, days = self.pace.gap()
        at = utc_moment(self.at) + short
        clock = at.astimezone(OFFICE_TIME)
        if days:
            at = utc_moment(add(self.at, Duration(days, "wd"), self.calendar)).astimezone(OFFICE_TIME)
            at = datetime.combine(at.date(), MORNING, OFFICE_TIME) + short
            if self.pace.rng is not None and (at.date() - clock.date()).days > MOST_AWAY:
                at = utc_moment(self.at)
        elif clock.time() > EVENING or NOON <= clock.time() < AFTER_NOON or clock.date() != office_clock(self.at).date():
            at = utc_moment(self.at)
        then = utc_text(at)
        if then > self.at:
            self.at = self._in_time(office, then)

    def _in_time(self, office: Office, then: str) -> str:
        """This moment, or one just before something of the cases falls due, in office hours; not of what the drill
        raises in any case."""
        last = office.pressing(self.variant.cases.values(), utc_text(utc_moment(then) + MINUTE), self.play.drill.raises)
        if not last:
            return then
        soon = (utc_moment(last) - MINUTE).astimezone(OFFICE_TIME)
        if not MORNING <= soon.time() <= EVENING:
            soon = datetime.combine(soon.date() - timedelta(days=soon.time() < MORNING), EVENING, OFFICE_TIME)
        return max(self.at, utc_text(soon))

    def _pass(self, office: Office | None = None) -> None:
        """Let the time pass that the script says, and as many working days as passed in it; a lawful case is still in time then."""
        while not self.over and self.next.pass_:
            length = Duration.parse(self.next.pass_)
            after = add(self.script, length, self.calendar)
            worked = self._workdays(self.script, after) if length.unit == "d" else 0
            at = max(add(self.at, length, self.calendar), add(self.at, Duration(worked, "wd"), self.calendar))
            self.at = self._in_time(office, at) if office is not None and self.play.drill.lawful else at
            self.script = after
            self.place += 1

    def _workdays(self, begins: str, ends: str) -> int:
        first, last = office_day(begins), office_day(ends)
        return sum(self.calendar.is_workday(first + timedelta(days=n + 1)) for n in range((last - first).days))
