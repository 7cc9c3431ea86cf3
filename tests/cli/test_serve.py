"""``serve``: an office that people can sign in to, and that stops when it is told to."""

from __future__ import annotations

import http.client
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
from urllib.parse import urlsplit

import pytest

from lianfang.office.guesses import CODES


@pytest.fixture
def settled() -> dict[str, str]:
    """What the environment says beside."""
    return {}


@pytest.fixture
def served(
    program: Path, outside: dict[str, str], settled: dict[str, str], database: str, tmp_path: Path
) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A demo office of its own on a free port, and what it printed."""
    env = {**outside, "LIANFANG_DATA": str(tmp_path / "data"), "LIANFANG_DATABASE": database, **settled}
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


def guessed(address: str, **headers: str) -> int:
    """The status of a guess at the code of a document."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{address}verify/?code=2345-6789-ABCD", headers=named)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_who_asks_is_not_believed_about_where_from(served: Any) -> None:
    _, told = served
    statuses = [guessed(told["address"], X_Forwarded_For=f"10.0.0.{number}") for number in range(CODES.most + 1)]
    assert statuses[0] == 404 and statuses[-1] == 429


@pytest.mark.parametrize("settled", [{"LIANFANG_HTTPS": "1"}])
def test_a_proxy_that_ends_https_says_who_asks_and_how(served: Any) -> None:
    _, told = served
    asked = http.client.HTTPConnection(urlsplit(told["address"]).netloc)
    asked.request("GET", "/login/")
    answer = asked.getresponse()
    assert (answer.status, answer.headers["Location"].split(":")[0]) == (301, "https")
    answer.read()
    asked.request("GET", "/login/", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1"})
    answer = asked.getresponse()
    assert answer.status == 200 and "Secure" in answer.headers["Set-Cookie"]
    asked.close()
    through = {"X_Forwarded_Proto": "https"}
    statuses = [guessed(told["address"], X_Forwarded_For="10.0.0.1", **through) for _ in range(CODES.most + 1)]
    assert statuses[0] == 404 and statuses[-1] == 429
    assert guessed(told["address"], X_Forwarded_For="10.0.0.2", **through) == 404, "who asks from elsewhere does not wait"


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
