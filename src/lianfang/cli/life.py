"""A simulated life for an office that is not there yet: made in a folder aside, by a process of its own, and moved in when it is whole.

So whatever ends it leaves no office that looks half-lived: what was not finished is thrown away, what was not moved in is moved in.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from lianfang.store import place

DRAFT, WHOLE = ".life-", ".lived"
"""The folders, inside that of the office, of a life that is under way, and of one that is whole and is being moved in."""
CASES, SEED, MISCONDUCT = 120, 1, 0.1
"""What ``serve --demo`` makes: about a minute's work."""


def is_new(folder: Path) -> bool:
    """Whether there is no office in a folder, nor anything that is called like a part of one. An office whose database is on a server is
    none of those that a life is made for."""
    parts = (place.DATABASE, place.KEY, place.LOG_KEY, "files", "demo-password")
    return not os.environ.get("LIANFANG_DATABASE") and not any((folder / name).exists() for name in (*parts, WHOLE))


def mend(folder: Path) -> bool:
    """Finish moving a life in, where that was broken off, and throw away what was not finished; whether there was such."""
    drafts, whole = [*folder.glob(f"{DRAFT}*")], folder / WHOLE
    for draft in drafts:
        shutil.rmtree(draft)
    if whole.is_dir():
        for part in sorted(whole.iterdir(), key=lambda part: part.name == place.DATABASE):
            part.replace(folder / part.name)
        whole.rmdir()
    return bool(drafts)


def make(folder: Path, cases: int, seed: int, misconduct: float) -> dict[str, Any] | None:
    """Make a life and move it into a folder; what came of it, None where it came to nothing, and then nothing is left of it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=folder))
    try:
        asked = [str(cases), str(seed), str(misconduct)]
        done = subprocess.run(  # noqa: S603 our own interpreter and module
            [sys.executable, "-m", "lianfang.cli.life", *asked],
            env={**os.environ, "LIANFANG_DATA": str(draft)}, stdout=subprocess.PIPE, check=False,
        )  # fmt: skip
        if done.returncode:
            return None
        draft.replace(folder / WHOLE)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    mend(folder)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _child(cases: str, seed: str, misconduct: str) -> None:
    """Live, in the process and the folder made for it."""
    from lianfang.cli.setup import set_up  # noqa: PLC0415 Django only where it is needed

    set_up()
    from lianfang.office.life import live  # noqa: PLC0415

    told = live(int(cases), int(seed), float(misconduct))
    print(json.dumps({**told._asdict(), "astray": [one._asdict() for one in told.astray]}))


if __name__ == "__main__":
    _child(*sys.argv[1:])
