"""What the flags find together: their values by group and id, the fences, and of how many there was enough to judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from lianfang.watch.flags.fences import fences
from lianfang.watch.flags.release import Process

OCID, BUYER, ENTITY, TENDERER = GROUPS = ("OCID", "Buyer", "ProcuringEntity", "Tenderer")
"""What a flag is about: a process, or an organisation in one of its roles."""


@dataclass
class Found:
    """``results``: by group and id, the value of each flag. ``fences``: by flag, the quartiles and fences by which it judged. ``judged``:
    by flag and group, of how many there was enough to judge. ``looked``, ``apart``: processes looked at, and not."""

    results: dict[str, dict[str, dict[str, float]]] = field(default_factory=lambda: {group: {} for group in GROUPS})
    fences: dict[str, dict[str, float]] = field(default_factory=dict)
    judged: Counter[tuple[str, str]] = field(default_factory=Counter)
    looked: int = 0
    apart: int = 0
    currency: str | None = None
    foreign: bool = False
    """Whether prices were left out as they are in another currency than the main one."""
    no_ratio: int = 0
    """In how many processes the winner's price can't be divided by, such as 0."""

    def tell(self, code: str, group: str, id_: str, value: float) -> None:
        """A value of a flag."""
        self.results[group].setdefault(id_, {})[code] = value

    def fence(self, code: str, name: str, value: float | None) -> None:
        """A figure by which a flag judges; none is told where there is none."""
        if value is not None:
            self.fences.setdefault(code, {})[name] = value

    def drawn(self, code: str, values: Iterable[float], threshold: float | None, side: str, of: str = "") -> float | None:
        """The ``upper`` or ``lower`` fence by which a flag judges: the threshold that was set, else the one of these values, told with
        their quartiles; None where there is neither. ``of`` begins its names, where a flag has several."""
        fence = threshold
        if fence is None and (usual := fences(values)) is not None:
            low, high, below, above = usual
            self.fence(code, f"{of}q1", low)
            self.fence(code, f"{of}q3", high)
            fence = above if side == "upper" else below
        self.fence(code, f"{of}{side}_fence", fence)
        return fence


class Flag(Protocol):
    """A flag at work: it is made of its settings and of what is shared, and given one process after the other."""

    def add(self, process: Process, found: Found) -> None:
        """A process that is looked at."""

    def end(self, found: Found) -> None:
        """All have been seen."""
