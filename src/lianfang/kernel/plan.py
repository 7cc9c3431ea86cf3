"""What a matter compiles to: for each step, who may take it, how its data is read and which gates judge it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lianfang.kernel.controls.base import Ask, Control, Judge
from lianfang.kernel.model import Command, Step, Text, Values

Reader = Callable[[Command, Values], dict[str, object]]
"""Validates a command's data and returns the record's values as they would be after it. Raises CommandError."""


@dataclass(frozen=True, slots=True)
class StepPlan:
    """The compiled rules of one step. ``judges`` (each beside its control) and ``asks`` are for forward acts.

    ``fresh`` holds the fields that each act sets anew, because the step is taken once a round or an item; ``deadlines`` are the
    controls that say when it, or a step after it, falls due, ``source`` the office's sentence that its first gate carries out. ``post`` is
    the one post whose step it is ('' for the applicant's own and for a body's), ``files`` the fields of its form that hold one.
    """

    step: Step
    acts: tuple[str, ...]
    post: str
    read: Reader
    judges: tuple[tuple[str, Judge], ...]
    asks: tuple[Ask, ...]
    risk: str
    fresh: frozenset[str] = frozenset()
    deadlines: tuple[Control, ...] = ()
    source: Text | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of a matter, and the one a case begins with."""

    first: str
    steps: Mapping[str, StepPlan]

    def judged(self, control: str, judges: Mapping[str, Judge]) -> Plan:
        """The same plan with one control judging by these judges, by step, and nowhere else: for drills and tests, never in production."""
        steps = {
            name: replace(
                plan,
                judges=tuple((c, judges[name] if c == control else judge) for c, judge in plan.judges if c != control or name in judges),
            )
            for name, plan in self.steps.items()
        }
        return Plan(self.first, steps)
