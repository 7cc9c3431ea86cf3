"""What a matter compiles to: for each step, who may take it, how its data is read and which gates judge it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from lianfang.kernel.controls.base import Ask, Control, Judge
from lianfang.kernel.model import Command, Step, Text, Values

Reader = Callable[[Command, Values], dict[str, object]]
"""Validates a command's data and returns the record's values as they would be after it. Raises CommandError."""

TITLE = "title"


class Ground(NamedTuple):
    """Why a rule that every matter has is kept at a step: the risk it guards there ('' for none) and the office's sentence for it."""

    risk: str
    source: Text | None


@dataclass(frozen=True, slots=True)
class StepPlan:
    """The compiled rules of one step. ``judges`` (each beside its control) and ``asks`` are for forward acts.

    ``fresh`` holds the fields that each act sets anew, because the step is taken once a round or an item; ``deadlines`` are the
    controls that say when it, or a step after it, falls due. ``post`` is the one post whose step it is ('' for the applicant's own and for
    a body's), ``files`` the fields of its form that hold one; ``by_whom`` grounds that only its own people take it, ``in_order`` that it
    is taken in its turn. ``back`` are the steps before it that a case can be returned to from it, where they were done. ``adds`` says
    whether it adds to figures of an entry that cases share, ``secret`` whether its meeting votes by a secret ballot.
    """

    step: Step
    acts: tuple[str, ...]
    post: str
    read: Reader
    judges: tuple[tuple[str, Judge], ...]
    asks: tuple[Ask, ...]
    by_whom: Ground
    in_order: Ground
    fresh: frozenset[str] = frozenset()
    deadlines: tuple[Control, ...] = ()
    files: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    adds: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of a matter, the one a case begins with, and the acts beside the steps, as if of a step without a name.

    ``withheld`` are the fields that some control keeps from some of those who see a case: no list shows them.
    ``timed`` says that some step falls due.
    """

    first: str
    steps: Mapping[str, StepPlan]
    beside: StepPlan
    withheld: frozenset[str] = frozenset()
    timed: bool = False

    @property
    def title(self) -> str:
        """The field that a case is called by in lists; '' where its title is not for everybody."""
        return "" if TITLE in self.withheld else TITLE

    def of(self, step: str) -> StepPlan | None:
        """The rules of a step, or of the acts beside the steps for ''; None for an unknown one."""
        return self.steps.get(step) if step else self.beside

    def judged(self, control: str, judges: Mapping[str, Judge]) -> Plan:
        """The same plan with one control judging by these judges, by step, and nowhere else: for drills and tests, never in production."""
        steps = {
            name: replace(
                plan,
                judges=tuple((c, judges[name] if c == control else judge) for c, judge in plan.judges if c != control or name in judges),
            )
            for name, plan in self.steps.items()
        }
        return replace(self, steps=steps)
