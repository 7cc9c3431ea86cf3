"""Where the time of a command goes: by the part of the program that spends it, and by its calls."""

from __future__ import annotations

import cProfile
import pstats
from collections import Counter
from pathlib import Path

from bench.office import WAY, Clerk, office

PARTS = (
    "lianfang/kernel", "lianfang/evidence", "lianfang/office", "lianfang/store", "lianfang/catalogue", "lianfang/watch",
    "django", "psycopg", "cryptography", "sqlite3", "json", "threading",
)  # fmt: skip
CLAIMS = 200
SHOWN = 25


def profile(disk: Path) -> None:
    """Print what a claim's commands spend their time on, on this disk, with one client."""
    with office(disk):
        clerk = Clerk("0")
        for _ in range(10 * len(WAY)):
            clerk.step()
        count = CLAIMS * len(WAY)
        watched = cProfile.Profile()
        watched.enable()
        for _ in range(count):
            clerk.step()
        watched.disable()
    stats = pstats.Stats(watched)
    spent: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]
        spent[next((part for part in PARTS if part in f"{file} {name}".replace("_thread", "threading")), "Python")] += own
    whole = sum(spent.values())
    print(f"每条命令 / a command: {1e6 * whole / count:,.0f} µs (with the profiler's own cost)")
    for part, own in spent.most_common():
        print(f"{own / whole:7.1%} {1e6 * own / count:8.1f} µs  {part}")
    stats.sort_stats("tottime").print_stats(SHOWN)
