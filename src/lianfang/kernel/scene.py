"""An act beside the steps as it is judged, and who has a waiting step to do."""

from __future__ import annotations

from typing import NamedTuple

from lianfang.kernel.model import BESIDE, Case, Command, Event, Facts, Matter, Refusal, Text
from lianfang.kernel.wording import both, joined, quoted

PASS = "transfer-order"  # noqa: S105 a rule, not a password
"""What refuses to do what was handed over to somebody else."""


class Scene(NamedTuple):
    """One such act as it is judged."""

    matter: Matter
    case: Case
    command: Command
    facts: Facts

    @property
    def title(self) -> Text:
        """What the act is called."""
        return BESIDE[self.command.act]

    @property
    def held(self) -> tuple[str, ...]:
        """The posts of who acts."""
        return tuple(self.facts.get(f"posts:{self.command.actor}") or ())

    @property
    def lent(self) -> tuple[str, ...]:
        """The posts whose steps they take for others."""
        return tuple(post for one in self.command.stands for post in one.posts)

    def labels(self, steps: tuple[str, ...]) -> Text:
        """The titles of steps as one list."""
        return joined(self.matter.label(step) for step in steps)

    def refuse(self, control: str, kind: str, message: Text, remedy: Text, **shown: object) -> Refusal:
        """The refusal of the act by a rule that every matter has."""
        return Refusal(control, kind, "gate", "", message, remedy, None, shown)  # of no step, and so of no risk that the matter names

    def event(self, kind: str, to: str = "") -> Event:
        """The act as it happened."""
        one = self.command
        return Event(kind, one.step, one.act, one.actor, one.post, one.at, one.data, to)


def handed_over(matter: Matter, case: Case, command: Command, facts: Facts) -> Refusal | None:
    """What was handed over is for who has it now, as long as they hold the post: after that it is everybody's who does."""
    has, step = case.passed.get(command.step, ""), matter.steps[command.step]
    if not has or (command.behalf or command.actor) == has or step.by not in (facts.get(f"posts:{has}") or ()):
        return None
    who = quoted(both(has))
    return Scene(matter, case, command, facts).refuse(
        PASS, "order",
        Text(f"“{step.title.zh}”已转办给{who.zh}，由其办理。", f"“{step.title.en}” was handed over to {who.en}, who does it now."),
        Text(f"请由{who.zh}办理，或由其转办。", f"Leave it to {who.en}, or let them hand it over."),
        step=step.id, by=has,
    )  # fmt: skip
