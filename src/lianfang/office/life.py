"""A simulated life (模拟生活), lived in an office: every act submitted as people submit it, at its own moment, and what the clock brings.

So what stands in the log is judged, noticed and worked as it would have been. The life is made up beside it in memory, and whatever
the office answers otherwise than that is told: such a case is left as it stands.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import PurePath
from random import Random
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from lianfang.catalogue.load import Catalogue, load
from lianfang.interchange.sheets import sheets
from lianfang.kernel import CommandError, Judged, Matter
from lianfang.kernel import alerts as rules
from lianfang.kernel.controls.base import Control
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import Span, office_day, utc_moment, utc_text
from lianfang.kernel.turns import turn_name
from lianfang.office import acts, alert_acts, engine, facts, files, installation, sweep
from lianfang.office.duties import untaken
from lianfang.office.people import holders
from lianfang.office.views import NotFound, OfficeError
from lianfang.simulate import calendar as when
from lianfang.simulate.life import Life, Time, filled
from lianfang.simulate.office import Office
from lianfang.simulate.variant import PARTS
from lianfang.store.models import Alert, CaseRow, Duty, Entry
from lianfang.watch.detectors import declared

YEAR, EVERY, AHEAD = timedelta(days=365), timedelta(days=14), 2
"""How long a life is, how often it is looked what the clock brings, and for how many times of that turns are opened together."""
NEGLECTED = 0.08
"""Which share of alerts and differences nobody gets round to, at each step."""
HOUR, A_DAY = timedelta(hours=8, minutes=30), timedelta(days=1)
"""At what time of the day it is looked."""
MISCONDUCT = 0.1
UNDER_WAY, LAST_DAYS = 2, 8
"""For how many cases of the year one more begins in the last so many working days, so that desks are not empty."""
NOT_NEW = Text(
    "这个单位已有存证，模拟生活只能写入新的单位。", "This office has a log already: a simulated life is written into a new one only."
)
SAID: Mapping[str, Text] = {
    rules.VERIFY: Text("已调阅办件材料并与经办人谈话，情况属实。", "Read the papers and talked to who did it: it is so."),
    rules.HANDLE: Text("已约谈责任人，责令说明并改正。", "Talked to who is responsible, who was told to explain it and put it right."),
    rules.RECTIFY: Text("已整改到位，举一反三自查一遍。", "Put right, and looked for more of the kind."),
    rules.CLOSE: Text("整改已核，予以销号。", "What was put right was checked: closed."),
    rules.AGREE: Text("复核无异议。", "Checked again, agreed."),
}
DISMISSED = Text("经核实属正当情形，予以销号。", "Looked into: it is innocent, closed.")


class Astray(NamedTuple):
    """Where the office answered otherwise than the life that was made up."""

    at: str
    matter: str
    step: str
    why: str


class Lived(NamedTuple):
    """What came of a life: how many cases, entries of the log and alerts there are, and what went astray."""

    cases: int
    entries: int
    alerts: int
    astray: tuple[Astray, ...]


def live(cases: int, seed: int = 1, misconduct: float = MISCONDUCT, ends: str = "") -> Lived:
    """Live a year until a moment (UTC text; '' for now) in the office of this process, which must be new: its people are installed on the
    first day of that year. About so many cases begin, beside the turns of duties; ``misconduct`` is the share of them that are one. Raises
    OfficeError where the office has a log."""
    call_command("migrate", verbosity=0, interactive=False)
    if Entry.objects.exists():
        raise OfficeError(NOT_NEW)
    ends = ends or engine.wall_clock()
    time = Time(office_day(utc_text(utc_moment(ends) - YEAR)), ends)
    clock = [time.begins]
    catalogue = load(settings.LIANFANG_CATALOGUE, declared())
    engine.reset(lambda: clock[0], catalogue)
    try:
        _hurry(engine.engine().writer.repository.connection.run)
        engine.engine().watch.hush()
        installation.install(demo=True)
        office = LivedIn(catalogue, seed, time, clock)
        life = Life(catalogue, time, cases, seed, misconduct, (), office)
        life.people.often = frozenset(person.id for person in catalogue.organisation.people.values() if person.shown)
        life.press(cases // UNDER_WAY, LAST_DAYS)
        office.wrong = lambda case: case in life.labels and not life.labels[case].honest
        life.live()
        office.look()
        return Lived(CaseRow.objects.count(), Entry.objects.count(), Alert.objects.count(), tuple(office.astray))
    finally:
        engine.reset()


def _hurry(run: Callable[[str], None]) -> None:
    """Let the embedded database not wait for the disk with every act: what breaks off is begun anew."""
    if connection.vendor == "sqlite":
        run("PRAGMA synchronous=OFF")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")


class LivedIn(Office):
    """An office in memory, each of whose acts is an act in this process's office as well. ``clock`` holds the moment that it is there."""

    def __init__(self, catalogue: Catalogue, seed: int, time: Time, clock: list[str]) -> None:
        super().__init__(catalogue)
        self.time, self.clock = time, clock
        self.rng = Random(f"lived {seed}")  # noqa: S311 a seed that gives the same life, no secret
        self.wrong: Callable[[str], bool] = lambda case: False
        self.days = when.workdays(when.weekdays(engine.engine().calendar), time.first, time.last + timedelta(days=30))
        self.numbers: dict[str, str] = {}
        """By case of the life made up, the number that the office gave it."""
        self.astray: list[Astray] = []
        self.left: set[str] = set()
        """The cases that went astray."""
        self.papers: dict[tuple[str, str], str] = {}
        self.taken_up: set[tuple[str, ...]] = set()
        """The alerts and turns that somebody gets round to, or nobody does."""
        self.drawn_at = ""
        self.serial = Counter[str]()
        self.plans: list[tuple[str, int, Callable[[], None]]] = []
        self._plan(time.begins, self._sweep)

    def come(self, at: str) -> None:
        """Let everything happen that comes until a moment, and let it be that."""
        while self.plans and self.plans[0][0] <= at:
            self.clock[0], _, happens = heapq.heappop(self.plans)
            happens()
        super().come(at)
        self.clock[0] = at

    def act(self, matter: Matter, case_id: str, step: str, act: str, data: dict[str, Any], who: str, at: str) -> Judged:
        """Submit a command to both offices."""
        judged = super().act(matter, case_id, step, act, data, who, at)
        if case_id not in self.left:
            command = judged.entry["command"]
            why = self._submitted(matter, case_id, command["step"], command["act"], command["data"], who, judged)
            if why:
                self.astray.append(Astray(at, matter.id, step, why))
                self.left.add(case_id)
        return judged

    def place(self, ledger: str, key: str, data: Mapping[str, Any]) -> None:
        """Place an entry that comes from no case, in both."""
        super().place(ledger, key, data)
        facts.place(ledger, key, self._meant(data, ""))

    def draw(self, matter: Matter, control: Control, span: Span, cases: Collection[str]) -> Sequence[str]:
        """What the office draws is drawn."""
        if self.drawn_at != self.clock[0]:
            engine.engine().sampling.sweep(lambda post: holders([post]))
            self.drawn_at = self.clock[0]
        turns = Duty.objects.filter(parent=matter.id, control=control.id, opens_at=span.ends).values_list("period", flat=True)
        drawn = {*turns}
        chosen = [case for case in cases if case in self.numbers and turn_name(self.numbers[case]) in drawn]
        for case in chosen:
            self.drew(control, span, case)
        return chosen

    def look(self) -> None:
        """What the clock brings, now."""
        sweep.look(engine.engine())
        for alert in Alert.objects.filter(status=Alert.OPEN).exclude(kind="reconcile").order_by("id"):
            self._take_up((alert.matter, alert.control, alert.about), self._work)
        for turn in untaken(Duty.objects.filter(control__in=[one.id for _, one in engine.engine().controls("reconcile")])).order_by("id"):
            self._take_up((turn.matter, turn.period), self._clear)

    def _sweep(self) -> None:
        """Look what the clock has brought, and open the turns to come, so that they can be taken before it is looked again."""
        self.look()
        now = self.clock[0]
        if self.serial["sweeps"] % AHEAD == 0:
            self.clock[0] = min(utc_text(utc_moment(now) + AHEAD * EVERY + A_DAY), self.time.ends)
            sweep.open_turns(engine.engine())
            self.clock[0] = now
        self.serial["sweeps"] += 1
        self._plan(utc_text(utc_moment(self.time.begins) + self.serial["sweeps"] * EVERY + HOUR), self._sweep)

    def _plan(self, at: str, happens: Callable[[], None]) -> None:
        self.serial["plans"] += 1
        heapq.heappush(self.plans, (at, self.serial["plans"], happens))

    def _soon(self) -> str:
        """A moment of one of the next working days."""
        day = office_day(self.clock[0])
        following = [one for one in self.days if one > day][: self.rng.randint(1, 2)]
        return when.moment(self.rng, following[-1]) if following else self.time.ends

    def _submitted(
        self, matter: Matter, case: str, step: str, act: str, data: Mapping[str, Any], who: str, judged: Judged
    ) -> str:  # fmt: skip
        """Submit a command to the office; what it says otherwise, '' for nothing."""
        meant = self._meant(data, who)
        try:
            if case in self.numbers:
                outcome = acts.act(who, self.numbers[case], step, act, meant)
            elif step == matter.plan.first:
                outcome = acts.start(who, matter.id, meant)
            else:
                return ""  # of a case that is not there: the office has no place to try that
        except (CommandError, NotFound, OfficeError) as error:
            return str(error)
        if outcome.case_id:
            self.numbers.setdefault(case, outcome.case_id)
        said, expected = outcome.refusal.control if outcome.refusal else "", judged.refusal.control if judged.refusal else ""
        return "" if said == expected else f"{said or 'accepted'}, not {expected or 'accepted'}"

    def _meant(self, value: Any, who: str) -> Any:
        """A value as the office has it: its own numbers of cases, and files that are really there."""
        match value:
            case Mapping():
                return {name: self._meant(one, who) for name, one in value.items()}
            case list() | tuple():
                return [self._meant(one, who) for one in value]
            case str() if value in self.files and who:
                return self._paper(value, who)
            case str():
                return self.numbers.get(value) or "".join(self.numbers.get(part, part) for part in PARTS.split(value))
        return value

    def _paper(self, sha256: str, who: str) -> str:
        """A file of its own for one that was made up: with as many pages, as many of them blank."""
        if (sha256, who) not in self.papers:
            known = self.files[sha256]
            name, pages, blank = PurePath(known["name"]), known["pages"], known["blank_pages"]
            plain = name.suffix == ".txt" and (pages, blank) == (1, 0)
            content = f"{name.stem}\n\n{sha256}\n".encode() if plain else sheets(sha256, pages, blank)
            kept = files.keep(who, f"{name.stem}.txt" if plain else f"{name.stem}.pdf", BytesIO(content))
            self.papers[sha256, who] = kept.sha256
        return self.papers[sha256, who]

    def _take_up(self, place: tuple[str, ...], how: Callable[..., None]) -> None:
        if place not in self.taken_up:
            self.taken_up.add(place)
            if self.rng.random() >= NEGLECTED:
                self._plan(self._soon(), partial(how, *place))

    def _work(self, matter: str, control: str, about: str) -> None:
        """Carry an alert one step on."""
        alert = Alert.objects.get(matter=matter, control=control, about=about)
        acted = CaseRow.objects.filter(id__in=alert.cases).values_list("actors", flat=True)
        named = {*alert.people, *json.loads(alert.closers)}.union(*map(json.loads, acted))
        known = engine.engine().catalogue.organisation.posts
        able = [one for one in holders(post for post in known if known[post].role in rules.OVERSIGHT) if one not in named]
        wrong = any(self.wrong(case) for case, number in self.numbers.items() if number in alert.cases) or not alert.cases
        data: dict[str, Any]
        who, act, data = alert.holder, "forward", {"opinion": SAID.get(alert.stage, DISMISSED).zh}
        if alert.status != Alert.OPEN or not able or (who and who not in able):
            return
        if alert.stage == rules.AGREE:
            who, act = self.rng.choice(able), "agree"
        elif not who:
            who, act, data = self.rng.choice(able), "take", {}
        elif alert.stage == rules.CLOSE or (alert.stage == rules.VERIFY and not wrong):
            reason = ("handled" if self.rng.random() < 0.5 else "violation") if alert.stage == rules.CLOSE else "other"  # noqa: PLR2004
            act, data = "close", {"opinion": data["opinion"] if alert.stage == rules.CLOSE else DISMISSED.zh, "reason": reason}
        elif alert.stage == rules.VERIFY:
            found = engine.engine().matter_named(matter)
            raised = rules.control_of(found, control) if found is not None else None
            data["ruled_out"] = [*range(1, len(raised.innocent if raised is not None else ()) + 1)]
        outcome = alert_acts.act(who, alert.pk, act, data)
        if outcome.accepted and self.rng.random() >= NEGLECTED:
            self._plan(self._soon(), partial(self._work, matter, control, about))

    def _clear(self, name: str, period: str) -> None:
        """Let who is asked to look into a difference do so, and who accepts it accept it."""
        small, turn = engine.engine().current[name], Duty.objects.get(matter=name, period=period)
        case = ""
        for step in (small.steps[one] for one in small.flow.order):
            by = step.by if case else turn.post
            able = [one for one in self.organisation.holders(by, self.clock[0]) if one not in self.actors.get(period, ())]
            if not able:
                return
            who = self.rng.choice(able)
            data = self._meant(filled(small, step.form, period, self.files), who)
            outcome = acts.act(who, case, step.id, step.acts[0], data) if case else acts.start(who, name, data)
            if not outcome.accepted:
                return
            case = outcome.case_id
            self.acted(period, who)
