"""Where the time of a command goes: by the part of the program that spends it, and by its calls."""

from __future__ import annotations

import cProfile
import pstats
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bench.bare import bare
from bench.office import WAY, Clerk, office
from lianfang.office.engine import engine

PARTS = (
    "lianfang/kernel", "lianfang/evidence", "lianfang/office", "lianfang/store", "lianfang/catalogue", "lianfang/watch",
    "django", "psycopg", "cryptography", "sqlite3", "json", "threading",
)  # fmt: skip
CLAIMS = 200
SHOWN = 25
FRAME = 4096 + 24
"""Bytes of a page in the write-ahead log, with its header."""


def profile(memory: Path, disk: Path) -> None:
    """Print what a claim's commands spend their time on with one client: on a memory disk by parts, on a disk by its commit."""
    _parts(memory)
    _commit(disk)


def _commit(disk: Path) -> None:
    with office(disk) as data:
        clerk, connection = Clerk("0"), engine().writer.repository.connection
        for _ in range(CLAIMS * len(WAY)):
            clerk.step()
        spent, commit = [], connection.commit

        def timed() -> None:
            begun = time.perf_counter()
            commit()
            spent.append(time.perf_counter() - begun)

        connection.commit = timed  # type: ignore[method-assign]
        connection.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        begun = time.perf_counter()
        for _ in range(10 * len(WAY)):
            clerk.step()
        whole = time.perf_counter() - begun
        connection.commit = commit  # type: ignore[method-assign]
        pages = (data / "lianfang.sqlite3-wal").stat().st_size / FRAME / len(spent)
        with bare(1, [1]) as (rival,):
            least = statistics.median(_timed(rival) for _ in spent)
    print(f"在磁盘上 / on the disk: {1e6 * whole / len(spent):,.0f} µs")
    print(f"其中提交 / of it the commit: {1e6 * statistics.median(spent):,.0f} µs, {pages:.1f} 页 / pages")
    print(f"一行的裸事务 / a bare transaction of a row: {1e6 * least:,.0f} µs")


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _parts(disk: Path) -> None:
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
