"""The watch: a sweep of all detectors over the ledgers of an office, and each detector's query beside the same written by hand in SQL.

``python -m bench.watch FOLDER`` is the sweep in a process of its own, over the ledgers that lie there as Parquet; it prints as JSON how
long it took and how much memory the process came to hold at most.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bench.rates import Line, side_by_side
from lianfang.watch.engine import complete, connection, entries, find, query

EVENTS = 1_000_000
LONGEST, MOST = 15.0, 1024
"""Seconds that a sweep of so many events may take, and MiB that it may need."""
TIMES = 1.3
"""How much longer than a query written by hand a detector's may take."""
BY_HAND = Path(__file__).parent / "sql"


def lines(only: str, events: int, rounds: int, seconds: float) -> Iterator[Line]:
    """The sweep, its memory, and each detector beside its query by hand."""
    from bench.ledgers import LEDGERS, table  # noqa: PLC0415 a sweep is not to hold what makes the ledgers

    name = f"watch: sweep of {events:,} events"
    if only in name or only in "watch: memory":
        with tempfile.TemporaryDirectory() as folder:
            for ledger in LEDGERS:
                pq.write_table(table(ledger, events), Path(folder) / f"{ledger}.parquet", compression="none")
            watched = {ledger: dict(one.watched) for ledger, one in LEDGERS.items()}
            (Path(folder) / "watched.json").write_text(json.dumps(watched), encoding="utf-8")
            command = [sys.executable, "-m", "bench.watch", folder]
            done = subprocess.run(command, cwd=BY_HAND.parents[1], capture_output=True, text=True, check=True)
        swept = json.loads(done.stdout)
        yield Line(name, events / swept["seconds"], "", 0.0, 0.0, EVENTS / LONGEST)
        yield Line("watch: memory of that sweep", swept["mebibytes"], "", 0.0, 0.0, MOST, " MiB", at_most=True)
    for ledger, one in LEDGERS.items():
        for detector, settings in one.watched.items():
            if only in f"watch: {detector}":
                rows = table(ledger, events).to_pylist()
                complete_settings = complete(detector, settings)
                yield _beside(detector, complete_settings, entries(detector, complete_settings, rows), rounds, seconds)


def _beside(detector: str, settings: Mapping[str, Any], table: pa.Table, rounds: int, seconds: float) -> Line:
    ours, theirs, ratio = side_by_side(
        [lambda: query(detector, settings, table)], [lambda: by_hand(detector, table)], rounds, seconds, time.process_time
    )
    return Line(f"watch: {detector}", ours, "手写的 SQL / SQL by hand", theirs, ratio, 1 / TIMES)


def by_hand(detector: str, table: pa.Table) -> pa.Table:
    """What the query written by hand for a detector, with the settings that its ledger's watch has here, makes of its ``entries``."""
    engine = connection()
    engine.register("rows", table)
    try:
        return engine.sql((BY_HAND / f"{detector}.sql").read_text(encoding="utf-8")).to_arrow_table()
    finally:
        engine.unregister("rows")


def sweep(folder: Path) -> dict[str, float]:
    """Let every detector look at its ledger, ledger by ledger."""
    watched = json.loads((folder / "watched.json").read_text(encoding="utf-8"))
    begun, spent, found = time.perf_counter(), time.process_time(), 0
    for ledger, detectors in watched.items():
        batches = pq.ParquetFile(folder / f"{ledger}.parquet").iter_batches()
        rows = [row for batch in batches for row in batch.to_pylist()]
        found += sum(len(find(detector, settings, rows)) for detector, settings in detectors.items())
    return {
        "findings": found,
        "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - spent,
        "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(sweep(Path(sys.argv[1]))))
