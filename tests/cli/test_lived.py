"""A simulated year written into an office: what is there afterwards, that it comes once, and what is left of one that was broken off."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lianfang.catalogue.kept import FILE
from lianfang.cli import life
from lianfang.store import place
from tests.five import FIVE

PROGRAM = Path(sys.executable).with_name("lianfang")


def environment(data: Path) -> dict[str, str]:
    """That of somebody whose office is to lie there."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("LIANFANG_", "DJANGO_"))}
    return {**own, "LIANFANG_CATALOGUE": str(FIVE), "LIANFANG_DATA": str(data)}


def run(data: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A verb in that office."""
    return subprocess.run([PROGRAM, *arguments], env=environment(data), capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A small life, and what was told of it."""
    data = tmp_path_factory.mktemp("lived") / "data"
    done = run(data, "simulate", "--into-office", "--cases", "60", "--misconduct", "0.3", "--seed", "5", "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    return data, json.loads(done.stdout)


@pytest.fixture
def rows(lived: Any) -> Iterator[Any]:
    """Asks the lived office's database."""
    connection = sqlite3.connect(lived[0] / place.DATABASE)
    yield lambda query: connection.execute(query).fetchall()
    connection.close()


def test_the_office_answers_as_the_life_was_made_up(lived: Any, rows: Any) -> None:
    data, told = lived
    assert told["astray"] == []
    assert told["entries"] == rows("SELECT count(*) FROM entry")[0][0] > 1000
    assert not [*data.glob(".li*")], "nothing of the making is left"


def test_its_evidence_is_sound_and_its_time_runs_on(lived: Any, rows: Any, tmp_path: Path) -> None:
    data, told = lived
    assert run(data, "evidence", "export", "--out", tmp_path / "bundle").returncode == 0
    verified = run(data, "evidence", "verify", tmp_path / "bundle")
    assert verified.returncode == 0, verified.stdout
    assert f"Sound: {told['entries']} entries" in verified.stdout
    assert "set back" not in verified.stdout
    assert rows("SELECT count(*) FROM entry a JOIN entry b ON b.id = a.id + 1 WHERE b.at < a.at") == [(0,)]
    days = rows("SELECT julianday(max(at)) - julianday(min(at)) FROM entry")[0][0]
    assert 360 < days < 367


def test_cases_stand_in_every_state_and_some_wait_for_somebody(rows: Any) -> None:
    assert {"open", "completed"} < {status for (status,) in rows("SELECT DISTINCT status FROM case_row")}
    assert rows("SELECT count(*) FROM task JOIN case_row ON case_row.id = case_id WHERE status = 'open'")[0][0] > 3
    assert rows("SELECT count(*) FROM entry WHERE kind = 'refused'")[0][0] > 3


def test_duties_are_done_and_alerts_are_worked_to_their_end(rows: Any) -> None:
    done, due = rows("SELECT sum(c.status = 'completed'), count(*) FROM duty d LEFT JOIN case_row c ON c.id = d.case_id WHERE due < "
                     "(SELECT max(at) FROM entry)")[0]  # fmt: skip
    assert due > 100
    assert done > 0.9 * due
    alerts = dict(rows("SELECT status, count(*) FROM alert GROUP BY status"))
    assert alerts.keys() == {"open", "closed"}
    assert rows("SELECT count(*) FROM entry WHERE kind = 'work' AND step = 'forward'")[0][0] > 3


def test_files_are_really_there(lived: Any, rows: Any) -> None:
    kept = [sha for (sha,) in rows("SELECT sha256 FROM stored_file")]
    assert len(kept) > 20
    assert all((lived[0] / "files" / sha[:2] / sha).is_file() for sha in kept)


def test_a_life_comes_once(lived: Any, rows: Any) -> None:
    data, told = lived
    again = run(data, "simulate", "--into-office", "--cases", "5")
    assert again.returncode == 2
    assert "LIANFANG_DATA" in again.stderr
    assert _served(data, "--life") == ""
    assert rows("SELECT count(*) FROM case_row")[0][0] == told["cases"]


def test_the_drills_run_beside_the_server_once_for_a_catalogue(lived: Any) -> None:
    data, _ = lived
    (data / FILE).unlink(missing_ok=True)
    with serving(data):
        ends = time.monotonic() + 900  # it gives way to every other process, and a busy machine is not a failure
        while not (data / FILE).exists():
            assert time.monotonic() < ends
            time.sleep(0.2)
    drilled = (data / FILE).read_text()
    matters = json.loads(drilled)["matters"]
    assert len(matters) == 5
    assert all(one["verdicts"] and not one["failures"] for one in matters.values())
    assert _served(data, "--life") == ""
    assert (data / FILE).read_text() == drilled, "what is known is not run again"


def test_drills_end_with_the_server(lived: Any) -> None:
    data, _ = lived
    (data / FILE).unlink(missing_ok=True)
    with serving(data) as process:
        (drill,) = children(process.pid)
    assert not Path(f"/proc/{drill}").exists()
    assert not (data / FILE).exists()


def test_one_that_was_broken_off_leaves_no_office(tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = subprocess.Popen(
        [PROGRAM, "serve", "--demo", "--port", "0"], env=environment(data), stdout=subprocess.DEVNULL, start_new_session=True
    )
    ends = time.monotonic() + 120
    while not [*data.glob(f"{life.DRAFT}*/{place.DATABASE}")]:
        assert time.monotonic() < ends
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not place.is_office(data)
    assert run(data, "evidence", "export", "--out", tmp_path / "bundle").returncode == 2
    assert _served(data, "--empty") == ""
    assert not [*data.glob(f"{life.DRAFT}*")]
    assert sqlite3.connect(data / place.DATABASE).execute("SELECT count(*) FROM case_row").fetchone() == (0,)


def test_one_that_was_broken_off_while_it_moved_in_is_moved_in(tmp_path: Path) -> None:
    whole = tmp_path / life.WHOLE
    (whole / "files").mkdir(parents=True)
    for name in (place.DATABASE, "files/one"):
        (whole / name).write_text(name)
    (tmp_path / place.LOG_KEY).write_text("moved before")
    assert not life.is_new(tmp_path)
    life.mend(tmp_path)
    assert place.is_office(tmp_path)
    assert (tmp_path / "files" / "one").read_text() == "files/one"
    assert not whole.exists()


@pytest.mark.parametrize("more", [["--years", "2"], ["information-centre/expense"], ["--out", "tables"]])
def test_what_does_not_go_with_it(tmp_path: Path, more: list[str]) -> None:
    done = run(tmp_path / "data", "simulate", *more, "--into-office")
    assert done.returncode == 2
    assert not (tmp_path / "data").exists()


@contextmanager
def serving(data: Path, how: str = "--life") -> Iterator[subprocess.Popen[str]]:
    """Serve an office, from when it says where."""
    process = subprocess.Popen(
        [PROGRAM, "serve", "--demo", how, "--port", "0", "--json"], env=environment(data), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        if line == "}\n":
            break
    with process:
        yield process
        process.terminate()
        process.wait()


def children(process: int) -> list[int]:
    """What a process has begun."""
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _served(data: Path, how: str) -> str:
    """Serve an office until it says where; what it complained of."""
    with serving(data, how) as process:
        process.terminate()
        return process.communicate()[1]
