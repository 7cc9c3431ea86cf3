"""The lines of the table: what is measured, beside what, and the least that is expected."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import checking, elsewhere, kernel, kinds, life, pages, watch
from bench.bare import bare, weighed
from bench.handwritten import handwritten
from bench.office import WAY, Clerk, office, served
from bench.rates import Line, side_by_side
from lianfang.catalogue.load import load

CLAIMS = 40
BRIEF = 5
"""What is measured for many detectors gets this part of the time each."""
BARE = "裸事务，同字节同持久性 / bare transactions, same bytes and durability"


def lines(disk: Path, memory: Path, server: str, only: str, rounds: int, seconds: float, events: int, out: Path | None) -> Iterator[Line]:
    """Measure what is asked for, line by line; the pages as a page to ``out`` besides."""
    for name, where, url, clients, floor in (
        ("SQLite, 1 client", disk, "", 1, 0.40),
        ("SQLite, 8 clients", disk, "", 8, 0.80),
        ("PostgreSQL, 8 clients", disk, server, 8, 0.40),
    ):
        if only in name:
            yield _beside_bare(name, where, url, clients, floor, rounds, seconds)
    if only in "memory disk":
        yield _beside_handwritten(memory if memory.is_dir() else disk, rounds, seconds)
    if only in "watch":
        yield from _watch(seconds * rounds)
    if only in "kernel":
        yield from _kernel(memory if memory.is_dir() else disk, seconds * rounds)
    if only in kinds.NAME:
        yield kinds.line(kinds.mix(load()), seconds * rounds)
    if only in life.NAME:
        yield life.line(load())
    if only in checking.NAME:
        yield checking.line(rounds)
    yield from watch.lines(only, events, rounds, seconds / BRIEF)
    yield from pages.lines(only, server, events, rounds, out)


def _beside_bare(name: str, disk: Path, server: str, clients: int, floor: float, rounds: int, seconds: float) -> Line:
    with office(disk, server):
        weights = weighed(Clerk("weighed").step, 5 * len(WAY))
        clerks = [Clerk(str(number)).step for number in range(clients)]
        with served(), bare(clients, weights) as rivals:
            ours, theirs, ratio = side_by_side(clerks, rivals, rounds, seconds)
    return Line(name, ours, BARE, theirs, ratio, floor)


def _beside_handwritten(disk: Path, rounds: int, seconds: float) -> Line:
    with office(disk):
        weights = weighed(Clerk("weighed").step, 5 * len(WAY))
        with served():
            ours, theirs, ratio = side_by_side([Clerk("0").step], [handwritten(weights)], rounds, seconds, time.process_time)
    return Line("SQLite, memory disk, 1 client", ours, "手写的 Django 保存 / a hand-written Django save", theirs, ratio, 3.0)


def _watch(seconds: float) -> Iterator[Line]:
    """Files from elsewhere, events or processes a second."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (work, count), floor in (
            ("watch --log, events", elsewhere.log(Path(folder)), 15_000),
            ("watch --ocds, processes", elsewhere.releases(Path(folder)), 8_000),
        ):
            yield Line(name, kernel.a_second(work, count, seconds), "", 0.0, 0.0, floor)


def _kernel(disk: Path, seconds: float) -> Iterator[Line]:
    with office(disk):
        clerk = Clerk("0")
        for _ in range(CLAIMS * len(WAY)):
            clerk.step()
        log = kernel.entries()
        judged = list(kernel.judgements(log))
        for name, work, count, floor in (
            ("decide", kernel.verdicts(judged), len(judged), 100_000),
            ("decide, with the canonical entry", kernel.canonical_verdicts(judged), len(judged), 50_000),
            ("re-judge", kernel.judged_again(log), len(log), 30_000),
        ):
            yield Line(name, kernel.a_second(work, count, seconds), "", 0.0, 0.0, floor)
