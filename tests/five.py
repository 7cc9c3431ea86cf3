"""Five matters of the built-in catalogue, with all of its lists: what the tests work in, so that a test costs the same however long the
office's list grows. What is said of every matter is tested in ``tests/catalogue/test_built_in.py``."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from lianfang.catalogue.load import Catalogue, builtin, load

PROCUREMENT, SEAL, VEHICLE = "archives-bureau/procurement", "government-services/seal", "government-services/vehicle"
CONTRACT, EXPENSE = "information-centre/contract", "information-centre/expense"
MATTERS = (PROCUREMENT, SEAL, VEHICLE, CONTRACT, EXPENSE)


def copied(*matters: str) -> Path:
    """A copy of the built-in catalogue with these matters only, for as long as the process runs."""
    root = Path(tempfile.mkdtemp(prefix="lianfang-catalogue-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    folders = {(builtin() / "matters" / matter).resolve() for matter in matters}

    def others(folder: str, names: list[str]) -> list[str]:
        here = Path(folder).resolve()
        return [name for name in names if here.parent == (builtin() / "matters").resolve() and here / name not in folders]

    shutil.copytree(builtin(), root, dirs_exist_ok=True, ignore=others)
    for unit in (root / "matters").iterdir():
        if not any(unit.iterdir()):
            unit.rmdir()
    return root


FIVE = copied(*MATTERS)


@cache
def five() -> Catalogue:
    """The catalogue of the five, loaded once; detectors are not looked into."""
    return load(FIVE)
