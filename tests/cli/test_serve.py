"""``serve``: an office that people can sign in to, and that stops when it is told to."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def served(program: Path, outside: dict[str, str], database: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A demo office of its own on a free port, and what it printed."""
    env = {**outside, "LIANFANG_DATA": str(tmp_path / "data"), "LIANFANG_DATABASE": database}
    process = subprocess.Popen(
        [program, "serve", "--demo", "--empty", "--port", "0", "--json"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if line == "}\n":
            break
    try:
        yield process, json.loads(printed)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_a_demo_account_signs_in_and_a_stop_is_obeyed(served: Any) -> None:
    process, told = served
    account = next(one for one in told["accounts"] if one["login"] == "gs-clerk")
    assert account["unit"] == {"zh": "政务局", "en": "Government Services Bureau"}
    body = json.dumps({"username": account["login"], "password": account["password"]}).encode()
    request = urllib.request.Request(f"{told['address']}api/v1/tokens", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 201
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{told['address']}api/v1/tasks")
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate()
    assert process.returncode == 0
    assert (out, err) == ("", ""), "nothing noisy"


def test_a_taken_port_is_told_before_any_work_is_done(lianfang: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = lianfang("serve", "--demo", "--port", str(port), env={**os.environ, "LIANFANG_DATA": str(tmp_path / "data")})
    assert ended.status == 2
    assert ended.err.count("\n") == 1
    assert f"端口 {port} 已被占用" in ended.err
    assert f"Port {port} is taken" in ended.err
    assert not (tmp_path / "data").exists()


def test_an_address_that_is_not_there(lianfang: Any) -> None:
    ended = lianfang("serve", "--host", "no-such-host.invalid")
    assert ended.status == 2
    assert "--host" in ended.err
