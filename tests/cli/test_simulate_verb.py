"""``lianfang simulate``: the same seed gives the same bytes, in whichever process; a matter that is not there is named with the nearest."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from five import EXPENSE, FIVE


def simulate(*options: str, hashed: str = "0") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from lianfang.cli.main import main; main()", "simulate", "--catalogue", str(FIVE), "--json", *options]
    return subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": hashed})


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    asked = (EXPENSE, "--cases", "20", "--seed", "7", "--misconduct", "0.3", "--out")
    one, two = (simulate(*asked, str(tmp_path / hashed), hashed=hashed) for hashed in ("1", "2"))
    other = simulate(EXPENSE, "--cases", "20", "--seed", "8", "--misconduct", "0.3")
    assert (one.returncode, one.stderr) == (0, "")
    assert one.stdout == two.stdout != other.stdout
    for name in ("events.parquet", "labels.parquet"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    told = json.loads(one.stdout)
    assert [told["cases"], told["injected"], told["false_refusals"]] == [20, 6, 0]
    assert {"commands", "false_alarms", "caught"} < told.keys()
    assert all(row.keys() == {"id", "raised", "true", "expected", "precision", "recall"} for row in (*told["detectors"], *told["controls"]))


def test_a_matter_that_is_not_there_is_named_with_the_nearest():
    went = simulate("information-centre/expenses")
    assert went.returncode == 2
    assert f"{EXPENSE}" in went.stderr


def test_a_page_says_by_which_command_it_was_made(tmp_path):
    place = tmp_path / "life.md"
    assert simulate(EXPENSE, "--cases", "10", "--seed", "9", "--page", str(place)).returncode == 0
    assert f"lianfang simulate {EXPENSE} --cases 10 --years 1 --seed 9 --misconduct 0.0 --page {place}" in place.read_text(encoding="utf-8")
    nowhere = simulate(EXPENSE, "--cases", "1", "--page", str(tmp_path / "no" / "life.md"))
    assert nowhere.returncode == 2
    assert "life.md" in nowhere.stderr
