"""An office in memory: the kernel, the ledgers and a clock that is told the time. No database, no files, no waiting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from typing import Any, NamedTuple

from lianfang.catalogue.facts import FactKeys
from lianfang.catalogue.memory import Memory, opening
from lianfang.catalogue.organisation import Organisation, full
from lianfang.catalogue.schema import LedgerSpec
from lianfang.kernel import standins
from lianfang.kernel.controls import KINDS, embargo
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.deadline import about_late, due, reached
from lianfang.kernel.controls.pattern import Detect, Finding, found_by
from lianfang.kernel.controls.reconcile import compare, findings
from lianfang.kernel.controls.sample import ACTORS, PERIOD, Drawn, drawn, took_part
from lianfang.kernel.decide import FORWARD, needs
from lianfang.kernel.entry import Judged, judge
from lianfang.kernel.ledger import Add, Put, Standing
from lianfang.kernel.model import COMMENT, NOTHING, Case, Command, Matter, Refusal, Stand
from lianfang.kernel.schedule import Duration, add, spans
from lianfang.kernel.turns import Held

Facts = Mapping[str, Any]
NO_ROOT = "0" * 64
EVER = "~"
"""Comes after every moment."""


class Alarm(NamedTuple):
    """What a watch or a duty noticed: by which control of the matter, about what, and in which cases (or turn of a duty)."""

    control: str
    about: str
    where: tuple[str, ...]


class MemoryOffice(Memory):
    """Runs one matter (and the small matters of its turns) for a drill.

    ``duties`` maps a duty's control to its small matter; ``files`` maps a SHA-256 to what the office knows of that file;
    ``also`` gives people a post beside those that they hold.
    """

    def __init__(
        self,
        matter: Matter,
        duties: Mapping[str, Matter],
        organisation: Organisation,
        ledgers: Mapping[str, LedgerSpec],
        files: Mapping[str, Mapping[str, Any]],
        begins: str,
        detect: Detect,
        also: Mapping[str, str] = NOTHING,
    ) -> None:
        super().__init__(organisation, opening(ledgers.values()), files)
        self.matter = matter
        self.duties = duties
        self.begins = self.now = begins
        self.detect = detect
        self.also = also
        self.cases: dict[str, Case] = {}
        self.alarms: set[Alarm] = set()
        self.keys = FactKeys()
        self.finished: dict[str, str] = {}
        self.drawn: dict[tuple[str, str], Drawn] = {}
        self.parts: dict[str, frozenset[str]] = {}
        self.waiting: frozenset[str] = frozenset()

    def act(
        self, who: str, case_name: str, step: str, act: str, data: Mapping[str, Any], duty: str = "", behalf: str = ""
    ) -> Refusal | None:
        """Submit a command as a person would; the refusal, or None when it was accepted. Raises CommandError for a malformed one."""
        judged = self.judged(who, case_name, step, act, data, duty, behalf)
        if judged.refusal is None:
            self.cases[case_name] = judged.case
            if act != COMMENT:
                self.acted(case_name, *filter(None, (who, behalf)))
            self.parts[case_name] = self.parts.get(case_name, frozenset()) | took_part(judged.entry["command"])
            if judged.case.status == "completed":
                self.finished.setdefault(case_name, self.now)
            self.ledgers.apply(case_name, judged.changes)
            if judged.entry["command"]["act"] in FORWARD:
                self._look({change.ledger for change in judged.changes if isinstance(change, Put | Add)})
        return judged.refusal

    def judged(self, who: str, case_name: str, step: str, act: str, data: Mapping[str, Any], duty: str = "", behalf: str = "") -> Judged:
        """How a command would be judged now; nothing comes of it. Raises CommandError for a malformed one."""
        matter = self.duties[duty] if duty else self.matter
        case = self.cases.get(case_name) or matter.new_case(case_name)
        plan = matter.plan.steps.get(step)
        forward, post = (plan.acts[0], plan.post) if plan else ("do", "")
        command = Command(case_name, step, act or forward, data, who, post if post in self.posts(behalf or who) else "", self.now)
        stands = standins.standing(self.ledgers.fact(standins.LEDGER, who), self.now)
        command = command._replace(behalf=behalf, stands=stands)
        return judge(matter, case, command, self.facts(needs(matter, case, command), self.now))

    def reads(self, who: str, case_name: str, name: str) -> Refusal | None:
        """Somebody wants to be shown a field of a case; the refusal, or None where they are."""
        case = self.cases.get(case_name) or self.matter.new_case(case_name)
        return embargo.read(case, who, name, self.facts(embargo.asks(self.matter, who), self.now))

    def copy(self, also: Mapping[str, str] = NOTHING) -> MemoryOffice:
        """An office that stands where this one does, to try something in: with somebody holding one more post, where that is given."""
        other = copy(self)
        other.cases, other.alarms = dict(self.cases), set(self.alarms)
        other.ledgers, other.keys = self.ledgers.copy(), self.keys.copy()
        other.actors = {case: dict(people) for case, people in self.actors.items()}
        other.finished, other.drawn, other.parts = dict(self.finished), dict(self.drawn), dict(self.parts)
        other.also = {**self.also, **also}
        return other

    def lend(self, person: str, stand_in: str, posts: Iterable[str], since: str, until: str) -> None:
        """Let somebody stand in for a person, whether or not they may be named: for tests of what a stand-in may do."""
        found = self.ledgers.fact(standins.LEDGER, stand_in)
        known = standins.stands(found["data"]) if found else ()
        self.ledgers.place(standins.LEDGER, stand_in, standins.kept([*known, Stand(person, tuple(posts), since, until)]))

    def tell(self, ledger: str, data: Mapping[str, Any]) -> None:
        """Let a fact come in from outside."""
        self.ledgers.place(ledger, self.keys.of(data), data)
        self._look({ledger})

    def wait(self, length: Duration) -> None:
        """Let time pass; what falls overdue meanwhile is alarmed."""
        self.wait_until(add(self.now, length, self.matter.calendar.guessing()))

    def wait_until(self, moment: str) -> None:
        """Let it become a moment (UTC text); what falls overdue meanwhile, or still lacks its other side, is alarmed."""
        self.now = moment
        self._sample()
        self._detect(self.waiting)
        self.alarms = self.alarms | {*self._overdue(), *self._missed()}
        self._compare()

    def posts(self, person: str) -> list[str]:
        """The posts that somebody holds now, by their full ids."""
        return self.posts_at(person, self.now)

    def posts_at(self, person: str, at: str) -> list[str]:
        """The same at a moment: those that this office gives somebody in addition are held at any."""
        more = [full(self.matter.unit, self.also[person])] if person in self.also else []
        return [*super().posts_at(person, at), *more]

    def _controls(self, kind: str) -> Iterator[Control]:
        return (control for control in self.matter.controls if control.kind == kind)

    def _look(self, ledgers: set[str]) -> None:
        self._detect({control.id for control in self._controls("pattern") if control.params["ledger"] in ledgers})
        self._compare(ledgers)

    def _detect(self, controls: Collection[str]) -> None:
        """Have the detectors of these controls look. What they find that is only told later keeps its control ``waiting`` for the time."""
        for control in self._controls("pattern"):
            if control.id in controls:
                found = found_by(control, self.matter.calendar, self._standing(control.params["ledger"]), self.detect, EVER)
                for finding in found:
                    if finding.since <= self.now:
                        self._alarm(control, finding)
                later = any(finding.since > self.now for finding in found)
                self.waiting = (self.waiting - {control.id}) | ({control.id} if later else set())

    def _compare(self, ledgers: set[str] | None = None) -> None:
        """Reconcile what these ledgers are part of, everything where none is named."""
        for control in self._controls("reconcile"):
            ours, theirs = control.params["ledger"], control.params["with"]
            if ledgers is None or {ours, theirs} & ledgers:
                for finding in findings(compare(control, self.matter, self._standing(ours), self._standing(theirs), self.now)):
                    self._alarm(control, finding)

    def _standing(self, ledger: str) -> list[Standing]:
        return [Standing(key, entry["case"] or "", entry["data"]) for key, entry in self.ledgers.rows(ledger) if entry["open"]]

    def _alarm(self, control: Control, finding: Finding) -> None:
        """Raise an alarm, in place of what was raised about the same thing before; without a case it stands on what it is about."""
        same = {alarm for alarm in self.alarms if alarm[:2] == (control.id, finding.about)}
        self.alarms = (self.alarms - same) | {Alarm(control.id, finding.about, finding.cases or (finding.about,))}

    def _overdue(self) -> Iterator[Alarm]:
        """What a deadline of the matter noticed, or one of a duty's small matter: that is the duty's own alarm."""
        carried = {self.duties[c.id].id: c.id for c in self.matter.controls if c.id in self.duties}
        for case in self.cases.values():
            for control in case.matter.controls:
                name = control.id if case.matter.id == self.matter.id else carried.get(case.matter.id, "")
                item = due(control, case) if control.kind == "deadline" and name else None
                if item is not None and not item.done:
                    for rung in reached(control, case, item, self.now):
                        yield Alarm(name, about_late(case.id, control, item, rung), (case.id,))

    def _sample(self) -> None:
        """Draw from the cases of every period that is over. An office in memory has no log, so its seed is no secret."""
        calendar = self.matter.calendar.guessing()
        for control in self._controls("sample"):
            for span in spans(control.params["every"], self.begins, self.now, calendar):
                if (control.id, span.name) in self.drawn:
                    continue
                cases = [name for name, at in self.finished.items() if self.cases[name].matter is self.matter and span.holds(at)]
                found = self.drawn[control.id, span.name] = drawn(self.matter.id, control, span, 0, NO_ROOT, cases)
                for case in found.cases:
                    self.ledgers.place(control.params["ledger"], case, {PERIOD: span.name, ACTORS: sorted(self.parts[case])})

    def _done(self, control: Control) -> list[Case]:
        """The turns of a control that were done."""
        return [case for case in self.cases.values() if case.matter is self.duties[control.id] and case.status == "completed"]

    def _missed(self) -> Iterator[Alarm]:
        for control in self.matter.controls:
            turns = KINDS[control.kind].turns
            if turns is None:
                continue
            did = {(case.values["period"], who) for case in self._done(control) for who in ("", case.applicant)}
            for turn in turns(control, self.matter.calendar.guessing(), self._held(), self.begins, self.now):
                if self.begins <= turn.opens and turn.due < self.now and turn.key not in did:
                    about = "|".join(filter(None, turn.key))
                    yield Alarm(control.id, about, (f"{control.id}/{about}",))
        for control in self._controls("sample"):
            checked = {case.values["period"] for case in self._done(control)}
            for (name, _), found in self.drawn.items():
                due = add(found.ends, control.params["within"], self.matter.calendar.guessing())
                if name == control.id and due < self.now:
                    yield from (Alarm(control.id, case, (case,)) for case in found.cases if case not in checked)

    def _held(self) -> list[Held]:
        held = [Held(p.id, h.post, h.since, h.until) for p in self.organisation.people.values() for h in p.holdings]
        return [*held, *(Held(person, full(self.matter.unit, post), "", "") for person, post in self.also.items())]
