"""What a process runs on: the catalogue in force, the writer, the log, the watch and the clock. One a process."""

from __future__ import annotations

import atexit
import gc
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from lianfang.catalogue.calendar import calendar_of, calendar_source
from lianfang.catalogue.compile import compile_source
from lianfang.catalogue.files import fingerprint
from lianfang.catalogue.load import Catalogue, load
from lianfang.kernel.calendar import Calendar
from lianfang.kernel.controls.base import Control
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.schedule import utc_text
from lianfang.office.ledger_watch import LedgerWatch
from lianfang.office.merkle_log import MerkleLog
from lianfang.office.reconciling import Reconciling
from lianfang.office.sampling import Sampling
from lianfang.store import place
from lianfang.store.connection import Connection
from lianfang.store.models import MatterVersion
from lianfang.store.repository import Repository
from lianfang.store.writer import Writer
from lianfang.watch.detectors import declared

Clock = Callable[[], str]
LOOKED_THROUGH = 20_000, 20, 50
"""How much more there must be before the collector of cycles looks at what is new, at what it left then, and at everything."""
TICK = 30.0
"""Seconds between two looks at the deadlines."""


def wall_clock() -> str:
    """Now, as evidence writes it."""
    return _second(int(time.time()))


@lru_cache(maxsize=2)
def _second(number: int) -> str:
    return utc_text(datetime.fromtimestamp(number, UTC))


class Engine:
    """The parts that use cases share. ``now`` is the only clock of the office."""

    def __init__(self, clock: Clock = wall_clock, catalogue: Catalogue | None = None) -> None:
        self.now = clock
        self.catalogue: Catalogue = catalogue or load(settings.LIANFANG_CATALOGUE, declared(), drills=False)
        self.fingerprint = fingerprint(self.catalogue.root)
        self.calendar: Calendar = calendar_of(calendar_source(self.catalogue.calendar)).guessing()
        """The office's own, for what is told of days that no matter counts."""
        self.current: Mapping[str, Matter] = self.catalogue.all_matters()
        self.duties: Mapping[str, tuple[Matter, Control]] = {
            file.duties[control.id].id: (file.matter, control)
            for file in self.catalogue.matters.values()
            for control in file.matter.controls
            if control.id in file.duties
        }
        """By the small matter that carries it, each duty: the matter it stands in, and the control."""
        self._in_force: dict[str, str] = {}
        self._titles = self.catalogue.organisation.names()
        self._sources: dict[str, Mapping[str, Any]] = dict(self.catalogue.sources())
        self._versions: dict[str, Matter] = {matter.version: matter for matter in self.current.values()}
        bodies = {body.id: body.posts for body in self.catalogue.organisation.bodies.values()}
        self.writer = Writer(Repository(Connection(), self.matter_of, lambda: bodies))
        self.log = MerkleLog(Path(settings.LIANFANG_DATA) / place.LOG_KEY, settings.LIANFANG_ORIGIN)
        self.watch = LedgerWatch(self)
        self.reconciling = Reconciling(self)
        self.sampling = Sampling(self)
        self._stop = threading.Event()
        self._ticker: threading.Thread | None = None

    def controls(self, kind: str) -> list[tuple[Matter, Control]]:
        """The controls of a kind, each beside its matter, of all matters in force."""
        return [(matter, control) for matter in self.current.values() for control in matter.controls if control.kind == kind]

    def title(self, name: str) -> Text:
        """The title of a unit, post or body; the name itself when unknown."""
        return self._titles.get(name) or Text(name, name)

    def matter_of(self, version: str) -> Matter:
        """The matter of a published version, compiled once. Raises KeyError for one that was never published."""
        known = self._versions.get(version)
        if known is None:
            known = self._versions[version] = compile_source(self.source_of(version))
        return known

    def matter_named(self, name: str) -> Matter | None:
        """A matter by its id: as it is in force, else as it was published last; None for one that never was."""
        found = self.current.get(name)
        row = MatterVersion.objects.filter(matter=name).order_by("-published_at").first() if found is None else None
        return self.matter_of(row.version) if row is not None else found

    def source_of(self, version: str) -> Mapping[str, Any]:
        """The full source of a published version. Raises KeyError."""
        if version not in self._sources:
            row = MatterVersion.objects.filter(version=version).first()
            if row is None:
                raise KeyError(version)
            self._sources[version] = json.loads(row.source)
        return self._sources[version]

    def in_force(self, small: Matter) -> str:
        """Since when (UTC text) a small matter asks for what it asks for now: the first publication with the same fields and choices,
        whatever they are called. Now, where it is not published."""
        known = self._in_force.get(small.id)
        if known is None:
            asked = _asked(self.source_of(small.version))
            versions = MatterVersion.objects.filter(matter=small.id).order_by("published_at").values_list("source", "published_at")
            known = next((at for source, at in versions if _asked(json.loads(source)) == asked), "")
            if not known:
                return self.now()
            self._in_force[small.id] = known
        return known

    def touched(self, ledgers: Iterable[str]) -> None:
        """Tell the watch that a committed command wrote to these ledgers."""
        self.watch.look(ledgers)

    def run(self, sweep: Callable[[], None]) -> None:
        """Look at the deadlines, the duties and the log's end every now and then, until the engine is closed."""

        def turn() -> None:
            while True:
                sweep()
                if self._stop.wait(TICK):
                    return

        self._ticker = threading.Thread(target=turn, name="ticker", daemon=True)
        self._ticker.start()

    def close(self) -> None:
        """Stop the threads and give the connections back."""
        self._stop.set()
        self.watch.close()
        if self._ticker is not None:
            self._ticker.join()
        self.log.close()
        self.writer.close()


def _asked(source: Mapping[str, Any]) -> dict[str, list[str]]:
    """The fields of a matter's record, each with what may be chosen."""
    return {name: sorted(field.get("choices", ())) for name, field in source["matter"]["record"].items()}


_lock = threading.Lock()
_engine: Engine | None = None


def engine() -> Engine:
    """The engine of this process, made on first use."""
    global _engine  # noqa: PLW0603 one a process is the point
    if _engine is None:
        with _lock:
            if _engine is None:
                _engine = Engine()
    return _engine


def reset(clock: Clock | None = None, catalogue: Catalogue | None = None) -> None:
    """Close the engine; the next use makes a new one (with this clock, and this catalogue where it is loaded already). For lives that are
    made up, for tests and for a database that was replaced."""
    global _engine  # noqa: PLW0603
    with _lock:
        if _engine is not None:
            _engine.close()
        _engine = Engine(clock, catalogue) if clock is not None else None


def settle() -> None:
    """Wait until the watch has looked at everything that was committed."""
    engine().watch.settle()


def keep_loaded() -> None:
    """Tell the collector of cycles that what is loaded now stays: for a process that serves. Looking through a compiled catalogue takes
    half a second, in which nobody is answered."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*LOOKED_THROUGH)
    atexit.register(gc.unfreeze)  # what is let go at the end is looked through after all
