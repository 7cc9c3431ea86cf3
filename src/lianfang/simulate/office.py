"""The whole office in memory: all cases of all matters, one set of ledgers, and the time that it is told with each act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lianfang.catalogue.facts import FactKeys
from lianfang.catalogue.load import Catalogue
from lianfang.catalogue.memory import Memory, opening
from lianfang.kernel.decide import read
from lianfang.kernel.entry import Judged, judge
from lianfang.kernel.ledger import Add, Ledgers, Put
from lianfang.kernel.model import Case, Command, Matter

Entry = tuple[str, str]
"""A ledger and a key in it."""


Watcher = Callable[[Mapping[str, Any], Mapping[str, Any]], None]
"""Is told of every entry of the log as it comes to be (a judged command, or a fact), and of what the office knows of the files so far."""


class Office(Memory):
    """An office in which any number of cases live. Nothing is written but to dictionaries."""

    def __init__(self, catalogue: Catalogue, ledgers: Ledgers | None = None, tell: Watcher | None = None) -> None:
        super().__init__(catalogue.organisation, ledgers or opening(catalogue.ledgers.values()))
        self.watcher = tell
        self.cases: dict[str, Case] = {}
        self.keys = FactKeys()
        if tell is not None:
            for (ledger, key), entry in self.ledgers.everything():
                tell({"fact": {"ledger": ledger, "key": key, "data": entry["data"]}}, self.files)
        self.written: dict[Entry, None] = {}
        """Every entry that an act or a fact wrote, in that order."""

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
            self.acted(case_id, who)
            if judged.changes:
                self.ledgers.apply(case_id, judged.changes)
                self.written.update(dict.fromkeys((one.ledger, one.key) for one in judged.changes if isinstance(one, Put | Add)))
        return judged

    def tell(self, ledger: str, data: Mapping[str, Any]) -> None:
        """Let a fact come in from outside."""
        self.place(ledger, self.keys.of(data), data)

    def place(self, ledger: str, key: str, data: Mapping[str, Any]) -> None:
        """Place an entry that comes from no case."""
        self.ledgers.place(ledger, key, data)
        self.written[ledger, key] = None
        if self.watcher is not None:
            self.watcher({"fact": {"ledger": ledger, "key": key, "data": dict(data)}}, self.files)
