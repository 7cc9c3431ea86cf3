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


class Drilling:
    """A run of all drills in a process of its own, unless what came of them is kept for this catalogue already."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if catalogue.matters.keys() <= last_runs(place.folder() / FILE, fingerprint(catalogue.root)).keys():
            return
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lianfang.cli.main", "drill", "--keep", "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        os.setpriority(os.PRIO_PROCESS, self._process.pid, LAST)

    @property
    def runs(self) -> bool:
        """Whether it is under way."""
        return self._process is not None and self._process.poll() is None

    def close(self) -> None:
        """Break it off, and all that it began."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
