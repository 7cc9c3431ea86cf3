"""The real ``lianfang`` in a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import written
from tests.five import FIVE


@dataclass
class Ended:
    """How a run ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What was printed, as JSON."""
        return json.loads(self.out)


@pytest.fixture
def program() -> Path:
    """The program as it is installed."""
    return Path(sys.executable).with_name("lianfang")


@pytest.fixture
def outside() -> dict[str, str]:
    """The environment of somebody who knows nothing of the tests' office, and whose catalogue is theirs."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("LIANFANG_", "DJANGO_"))}
    return {**own, "LIANFANG_CATALOGUE": str(FIVE)}


@pytest.fixture
def lianfang(program: Path, outside: dict[str, str], tmp_path: Path) -> Callable[..., Ended]:
    """Runs a verb in an empty folder. Whatever happens, nobody is shown a traceback."""
    home = tmp_path / "home"
    home.mkdir()

    def run(*arguments: str | Path, env: Mapping[str, str] | None = None) -> Ended:
        done = subprocess.run([program, *arguments], cwd=home, env=env or outside, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def spoiled(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """A copy of the tests' catalogue with some words of a file replaced."""
    root = tmp_path / "catalogue"
    shutil.copytree(FIVE, root)

    def replace(name: str, old: str, new: str) -> Path:
        assert written.holding(root, name, old)
        for path in written.paths(root, name):
            path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        return root

    return replace
