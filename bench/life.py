"""A simulated life: its commands in a second of a core, without a database. What is learned of a drill before its first case is told apart:
it is rehearsed many times, once, however long the life is."""

from __future__ import annotations

import time

from bench.rates import Line
from lianfang.catalogue.load import Catalogue
from lianfang.simulate.life import BEGINS, Life, years_from
from lianfang.simulate.office import Office

NAME, FLOOR = "simulate", 5_000
"""The aim is twice that; what is learned counts for nothing here."""
CASES = 100


def line(catalogue: Catalogue) -> Line:
    """A year lived twice: what the second time costs, when all that it needs was learned in the first."""
    first, second = (Life(catalogue, years_from(BEGINS, 1), CASES, 1, 0.1, (), Office(catalogue)) for _ in range(2))
    first.live()
    second.learn_from(first)
    begun = time.process_time()
    second.live()
    return Line(NAME, second.report.commands / (time.process_time() - begun), "", 0.0, 0.0, FLOOR)
