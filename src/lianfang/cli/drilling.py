"""The drills of a demo office, run beside the server: its register then tells how they went, and not that they were never run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from lianfang.catalogue.files import fingerprint
from lianfang.catalogue.kept import FILE, last_runs
from lianfang.catalogue.load import Catalogue
from lianfang.store import place

LAST = 19
"""The priority that gives way to every other."""


def begin(catalogue: Catalogue) -> subprocess.Popen[bytes] | None:
    """Run all drills in a process of its own; None where what came of them is kept for this catalogue already."""
    if catalogue.matters.keys() <= last_runs(place.folder() / FILE, fingerprint(catalogue.root)).keys():
        return None
    process = subprocess.Popen(
        [sys.executable, "-m", "lianfang.cli.main", "drill", "--keep", "--json"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    os.setpriority(os.PRIO_PROCESS, process.pid, LAST)
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """Break it off where it still runs, and all that it began."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
