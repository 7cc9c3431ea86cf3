"""Rates: how often things happen in a second, two of them turn by turn so that both meet the same machine."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connections

Work = Callable[[], object]
Clock = Callable[[], float]


@dataclass(frozen=True)
class Line:
    """A result: a rate, what it stands beside (0 for nothing) and the least that is expected: of their ratio, or of the rate.

    A figure of another ``unit`` than times a second may have a ceiling instead: ``at_most``.
    """

    name: str
    rate: float
    beside: str
    beside_rate: float
    ratio: float
    floor: float
    unit: str = "/s"
    at_most: bool = False

    @property
    def holds(self) -> bool:
        """Whether the floor is kept, or the ceiling where it is one."""
        figure = self.ratio if self.beside else self.rate
        return figure <= self.floor if self.at_most else figure >= self.floor

    def as_json(self) -> dict[str, Any]:
        """The line for programs."""
        return {**asdict(self), "holds": self.holds}


def rate(clients: Sequence[Work], seconds: float, clock: Clock = time.perf_counter) -> float:
    """How often all clients together did their work in a second, each in a thread of its own (a single one in this thread).

    ``clock`` is the wall's, or that of the processor: what waits for no disk is measured in seconds of a core, whatever else runs on it.
    """
    gate = threading.Barrier(len(clients))

    def run(work: Work) -> tuple[int, float, float]:
        gate.wait()
        count, begun = 0, clock()
        try:
            while clock() - begun < seconds:
                work()
                count += 1
            return count, begun, clock()
        finally:
            if len(clients) > 1:
                connections.close_all()

    if len(clients) == 1:
        counted = [run(clients[0])]
    else:
        with ThreadPoolExecutor(len(clients)) as pool:
            counted = list(pool.map(run, clients))
    first, last = min(begun for _, begun, _ in counted), max(ended for _, _, ended in counted)
    return sum(count for count, _, _ in counted) / (last - first)


def side_by_side(
    ours: Sequence[Work], theirs: Sequence[Work], rounds: int, seconds: float, clock: Clock = time.perf_counter
) -> tuple[float, float, float]:
    """The median rate of each and the median of their ratios, round by round; the first round warms up and counts for nothing."""
    measured = []
    for turn in range(rounds + 1):
        pair = (
            (rate(ours, seconds, clock), rate(theirs, seconds, clock))
            if turn % 2
            else (rate(theirs, seconds, clock), rate(ours, seconds, clock))[::-1]
        )
        if turn:
            measured.append(pair)
    return (
        statistics.median(one for one, _ in measured),
        statistics.median(other for _, other in measured),
        statistics.median(one / other for one, other in measured),
    )
