"""All checks of the built-in catalogue, as ``lianfang check`` makes them: files read and proofs made, in the seconds of a core."""

from __future__ import annotations

import subprocess
import sys
from resource import RUSAGE_CHILDREN, getrusage

from bench.rates import Line

NAME, CEILING = "check", 10.0
COMMAND = (sys.executable, "-m", "lianfang.cli.main", "check")


def line(rounds: int) -> Line:
    """The whole verb in a process of its own: the quickest of a few."""
    return Line(NAME, min(_once() for _ in range(rounds)), "", 0.0, 0.0, CEILING, unit=" s", at_most=True)


def _once() -> float:
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run(COMMAND, stdout=subprocess.DEVNULL, check=True)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
