"""An office to measure: installed in a folder of its own, on the embedded store or on PostgreSQL, and people who claim expenses."""

from __future__ import annotations

import gc
import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connections

from lianfang.office import acts, files, installation
from lianfang.office import engine as running
from lianfang.store.settings import database as described_by

EXPENSE = "information-centre/expense"
WAY = (
    ("ic-clerk", "collect"),
    ("ic-clerk", "fill"),
    ("ic-rechecker", "recheck"),
    ("ic-department-head", "head"),
    ("ic-deputy", "deputy"),
    ("ic-general-affairs", "settle"),
    ("ic-cashier", "pay"),
)
"""Who does what in a claim of one yuan: the budget line lasts for as many as can be timed."""
FEN = 100
_databases = itertools.count(1)


@contextmanager
def office(disk: Path | None, server: str = "") -> Iterator[Path]:
    """A demo office whose folder lies on this disk, in a new database of this PostgreSQL server if one is given."""
    with tempfile.TemporaryDirectory(dir=disk, prefix="lianfang-bench-") as folder, database(server) as url, inside(Path(folder), url):
        installation.install(demo=True)
        yield Path(folder)


@contextmanager
def inside(data: Path, url: str) -> Iterator[None]:
    """Let this process work in the office of a folder and a database (of the folder itself for an empty URL)."""
    described = connections.settings["default"]
    before = settings.LIANFANG_DATA, dict(described)
    connections["default"].close()
    del connections["default"]  # of its vendor: the next use makes one of the new
    settings.LIANFANG_DATA = data
    described.update({"OPTIONS": {}, **described_by(url, data)})
    try:
        yield
    finally:
        running.reset()
        connections.close_all()
        del connections["default"]
        settings.LIANFANG_DATA = before[0]
        described.clear()
        described.update(before[1])


@contextmanager
def served() -> Iterator[None]:
    """Let this process work as one that has served for a while: the watch is loaded and has looked, and what stays is known to stay."""
    thresholds = gc.get_threshold()
    running.settle()
    running.keep_loaded()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)


@contextmanager
def database(server: str, like: str = "") -> Iterator[str]:
    """The URL of a new database of a PostgreSQL server, a copy of another one where its URL is given; '' for no server."""
    if not server:
        yield ""
        return
    name = f"lianfang_bench_{next(_databases)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {urlsplit(like).path.lstrip('/')}" if like else ""))
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Clerk:
    """Takes claims from the invoice to the payment, one command at a time. ``name`` tells its claims from those of others."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._scan = files.keep("ic-clerk", "vouchers.txt", BytesIO(b"invoice")).sha256
        self._number = 0
        self._left: list[tuple[str, str]] = []
        self._case = ""

    def step(self) -> None:
        """The next command. Raises RuntimeError where it is refused: nothing here should be."""
        if not self._left:
            self._left = list(WAY)
            self._number += 1
        person, step = self._left.pop(0)
        data = self._data(step)
        if step == "collect":
            outcome = acts.start(person, EXPENSE, data)
            self._case = outcome.case_id
        else:
            outcome = acts.act(person, self._case, step, "approve" if not data else "do", data)
        if not outcome.accepted:
            raise RuntimeError(f"{person} {step}: {outcome.refusal}")

    def _data(self, step: str) -> dict[str, Any]:
        payee = f"宝文印务 {self._name}-{self._number}"
        match step:
            case "collect":
                invoice = {"seller": payee, "number": f"{self._number:08}", "date": "2026-01-02", "amount": FEN}
                return {"title": "印制材料费", "payee": payee, "invoices": [invoice], "vouchers": self._scan}
            case "fill":
                return {"amount": FEN, "purpose": "office", "budget_line": "office-2026"}
            case "pay":
                return {"paid": FEN, "bank_reference": f"{self._name}-{self._number}"}
        return {}
