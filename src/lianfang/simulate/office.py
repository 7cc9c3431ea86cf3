"""The whole office in memory: all cases of all matters, one set of ledgers, and the time that it is told with each act."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from lianfang.catalogue.facts import FactKeys
from lianfang.catalogue.load import Catalogue
from lianfang.catalogue.memory import Memory, opening
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.deadline import due, pressing
from lianfang.kernel.controls.sample import ACTORS, PERIOD, drawn, took_part
from lianfang.kernel.decide import read
from lianfang.kernel.entry import Judged, judge
from lianfang.kernel.ledger import Add, Ledgers, Put
from lianfang.kernel.model import Case, Command, Matter
from lianfang.kernel.schedule import Span

Entry = tuple[str, str]
"""A ledger and a key in it."""
ROOT = "0" * 64
"""An office in memory has no log: its draws have no secret seed."""
Watcher = Callable[[Mapping[str, Any], Mapping[str, Any]], None]
"""Is told of every entry of the log as it comes to be (a judged command, or a fact), and of what the office knows of the files so far."""


class Office(Memory):
    """An office in which any number of cases live. Nothing is written but to dictionaries."""

    def __init__(self, catalogue: Catalogue, ledgers: Ledgers | None = None, tell: Watcher | None = None) -> None:
        super().__init__(catalogue.organisation, ledgers or opening(catalogue.ledgers.values()))
        self.watcher = tell
        self.now = ""
        """The moment (UTC text) that it is."""
        self.cases: dict[str, Case] = {}
        self.parts: dict[str, set[str]] = {}
        """By case, who had a part in it."""
        self.keys = FactKeys()
        if tell is not None:
            for (ledger, key), entry in self.ledgers.everything():
                tell({"fact": {"ledger": ledger, "key": key, "data": entry["data"]}}, self.files)
        self._timed: dict[str, tuple[Control, ...]] = {}
        self.written: dict[Entry, None] = {}
        """Every entry that an act or a fact wrote, in that order."""
        self.told: dict[Entry, str] = {}
        """By entry that came in from outside: the case whose script says that it does."""

    def come(self, at: str) -> None:
        """Let it be this moment: it never runs back."""
        self.now = at

    def timed(self, matter: Matter) -> tuple[Control, ...]:
        """The controls of a matter by which its steps fall due."""
        found = self._timed.get(matter.id)
        if found is None:
            found = self._timed[matter.id] = tuple(control for control in matter.controls if control.kind == "deadline")
        return found

    def pressing(self, cases: Iterable[str], until: str, raised: Collection[str] = ()) -> str:
        """The first moment, until one, at which something of these cases falls due; '' for none. Not by controls that are raised anyway."""
        running = [case for name in cases if (case := self.cases.get(name)) is not None and case.status == "open"]
        moments = (pressing([one for one in self.timed(case.matter) if one.id not in raised], case, until) for case in running)
        return min(filter(None, moments), default="")

    def late(self, cases: Iterable[str], until: str) -> Iterator[tuple[str, Control]]:
        """What of these cases was done too late, or is still to be done and was due by a moment: the case and its control."""
        for case in [self.cases[name] for name in cases if name in self.cases]:
            for control in self.timed(case.matter):
                item = due(control, case)
                if item is not None:
                    acts = case.acts.get(control.params["until"], ())
                    if until > item.moment if not item.done else acts and acts[-1].at > item.moment:
                        yield case.id, control

    def act(self, matter: Matter, case_id: str, step: str, act: str, data: dict[str, Any], who: str, at: str) -> Judged:
        """Submit a command as a person would, and carry out what comes of it. Raises CommandError for a malformed one."""
        case = self.cases.get(case_id) or matter.new_case(case_id)
        plan = matter.plan.steps.get(step)
        held = self.organisation.posts_of(who, at)
        post = plan.post if plan is not None and plan.post in held else ""
        command = Command(case_id, step, act or (plan.acts[0] if plan else "do"), data, who, post, at)
        reading = read(matter, case, command)
        judged = judge(matter, case, command, self.facts(reading.needs, at), reading)
        if self.watcher is not None:
            self.watcher(judged.entry, self.files)
        if judged.refusal is None:
            self.cases[case_id] = judged.case
            self.acted(case_id, *command.acted)
            self.parts.setdefault(case_id, set()).update(took_part(judged.entry["command"]))
            if judged.changes:
                self.ledgers.apply(case_id, judged.changes)
                self.written.update(dict.fromkeys((one.ledger, one.key) for one in judged.changes if isinstance(one, Put | Add)))
        return judged

    def draw(self, matter: Matter, control: Control, span: Span, cases: Collection[str]) -> Sequence[str]:
        """Draw from the cases of a matter that were finished in a period, and note down which."""
        chosen = drawn(matter.id, control, span, 0, ROOT, cases).cases
        for case in chosen:
            self.drew(control, span, case)
        return chosen

    def drew(self, control: Control, span: Span, case: str) -> None:
        """Note down that a case was drawn."""
        self._note(control.params["ledger"], case, {PERIOD: span.name, ACTORS: sorted(self.parts[case])})

    def tell(self, ledger: str, data: Mapping[str, Any], case: str = "") -> None:
        """Let a fact come in from outside; ``case`` is the one whose script says that it does."""
        key = self.keys.of(data)
        self.place(ledger, key, data)
        if case:
            self.told.setdefault((ledger, key), case)

    def place(self, ledger: str, key: str, data: Mapping[str, Any]) -> None:
        """Place an entry that comes from no case."""
        self._note(ledger, key, data)

    def _note(self, ledger: str, key: str, data: Mapping[str, Any]) -> None:
        self.ledgers.place(ledger, key, data)
        self.written[ledger, key] = None
        if self.watcher is not None:
            self.watcher({"fact": {"ledger": ledger, "key": key, "data": dict(data)}}, self.files)
