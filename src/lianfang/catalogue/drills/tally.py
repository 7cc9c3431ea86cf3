"""The attempts that nobody wrote, counted by sort, and those of them that passed and must not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lianfang.kernel.model import CommandError, Refusal, Text

SORTS: Mapping[str, Text] = {
    "person": Text("换人办理", "By the wrong person"),
    "order": Text("打乱次序", "Out of order"),
    "limit": Text("刚好超限", "Just past a limit"),
    "twice": Text("重复办理", "Twice"),
    "edit": Text("批后改动", "After an edit"),
    "late": Text("逾期一秒", "A second too late"),
    "early": Text("提前一秒", "A second too early"),
    "related": Text("应回避而办理", "By somebody related"),
    "reading": Text("名单外查阅", "Read by somebody not listed"),
    "delegate": Text("代人办理", "By a stand-in"),
    "opinion": Text("未答先办", "Before an opinion is given"),
}
"""The sorts of attempts."""
UNTRIED = Text("所演练的事项没有可以这样尝试的地方。", "None of the matters drilled has anything that could be tried so.")


class Attempt(NamedTuple):
    """An attempt of a sort: before which act of which drill, who tried what, and why it must not pass."""

    matter: str
    sort: str
    drill: str
    number: int
    who: str
    step: str
    act: str
    why: Text

    @property
    def id(self) -> str:
        """The attempt in a word."""
        return f"{self.drill} {self.number}: {self.who} {self.step} {self.act}"

    def as_json(self) -> dict[str, Any]:
        """The attempt as the command line prints it."""
        fields = ("matter", "sort", "drill", "number", "who", "step", "act")
        return {**{name: getattr(self, name) for name in fields}, "message": self.why.en, "message_zh": self.why.zh}


@dataclass(slots=True)
class Tally:
    """How the attempts of a sort went. Those whose data no step would take are not tried: ``malformed`` says how many. ``accepted`` are
    those that passed and must not, and the deadlines that were not noticed."""

    tried: int = 0
    refused: int = 0
    alarmed: int = 0
    malformed: int = 0
    accepted: list[Attempt] = field(default_factory=list)

    def met(self, stopped: Refusal | CommandError | None) -> bool:
        """Count an attempt by what stopped it; whether nothing did."""
        if isinstance(stopped, CommandError):
            self.malformed += 1
            return False
        self.tried += 1
        self.refused += stopped is not None
        return stopped is None

    def add(self, other: Tally) -> None:
        """Count those of another matter too."""
        for name in ("tried", "refused", "alarmed", "malformed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.accepted += other.accepted

    def as_json(self) -> dict[str, Any]:
        """The counts as the command line prints them."""
        counts = {name: getattr(self, name) for name in ("tried", "refused", "alarmed", "malformed")}
        why = {} if self.tried else {"message": UNTRIED.en, "message_zh": UNTRIED.zh}
        return {**counts, "accepted": [one.as_json() for one in self.accepted], **why}


def tallies() -> dict[str, Tally]:
    """Nothing tried yet, of every sort."""
    return {sort: Tally() for sort in SORTS}
