"""The measurements run: what they come to is for ``make bench`` to say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from lianfang.kernel.controls import KINDS

ROOT = Path(__file__).resolve().parents[1]


def test_each_line_on_the_embedded_store_is_measured() -> None:
    command = [sys.executable, "-m", "bench", "--json", "--seconds", "0.02", "--rounds", "1", "--events", "3000"]
    env = {**os.environ, "LIANFANG_TEST_POSTGRES": "postgresql://not-asked-for/"}
    counts = {"memory disk": 1, "SQLite, 8 clients": 1, "watch": 25, "kernel": 3, "mix of controls": 1, "simulate": 1, "check": 1}
    asked = [part for word in counts for part in ("--only", word)]
    done = subprocess.run([*command, *asked], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr  # 1: a floor is not kept, which a moment can't tell
    names = [line["name"] for line in json.loads(done.stdout)["lines"]]
    found = {word: sum(word in name for name in names) for word in counts if word != "kernel"}
    assert found == {word: lines for word, lines in counts.items() if word != "kernel"}, names
    assert len(names) == sum(counts.values()), names


def test_what_each_kind_of_gate_costs_is_told_and_adds_up() -> None:
    command = [sys.executable, "-m", "bench", "--kinds", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    costs = json.loads(done.stdout)["costs"]
    assert {cost["kind"] for cost in costs} == {*(kind.id for kind in KINDS.values() if kind.build is not None), ""}
    assert abs(sum(cost["share"] for cost in costs) - 1) < 1e-9
    assert all(cost["asked"] > 0 and cost["each"] > 0 for cost in costs if cost["kind"])
