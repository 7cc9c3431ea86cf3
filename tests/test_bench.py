"""The measurements run: what they come to is for ``make bench`` to say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_each_line_on_the_embedded_store_is_measured() -> None:
    command = [sys.executable, "-m", "bench", "--json", "--seconds", "0.02", "--rounds", "1", "--only"]
    env = {**os.environ, "LIANFANG_TEST_POSTGRES": "postgresql://not-asked-for/"}
    for word, lines in (("memory disk", 1), ("SQLite, 8 clients", 1), ("kernel", 3)):
        done = subprocess.run([*command, word], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr  # 1: a floor is not kept, which a moment can't tell
        assert len(json.loads(done.stdout)["lines"]) == lines, done.stderr
