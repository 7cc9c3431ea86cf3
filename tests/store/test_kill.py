"""The server is killed in the middle of a thousand commands: what it acknowledged is there, and the log holds."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from lianfang.catalogue.audit import verify_bundle
from lianfang.evidence.checkpoint import verify_receipt
from lianfang.office import log
from lianfang.office.engine import engine
from lianfang.store.models import CaseRow, Entry

EXPENSE = "information-centre/expense"
CLIENTS, CASES, ENOUGH = 20, 500, 300
"""Each case is two commands; the server dies once this many are acknowledged."""

Json = dict[str, Any]
FILL = {"step": "fill", "act": "do", "data": {"amount": 120_000, "purpose": "office", "budget_line": "office-2026"}}


class Browser:
    """One connection to the interface."""

    def __init__(self, port: int, token: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}

    def post(self, path: str, value: Json) -> tuple[int, Json]:
        """The status and the answer. Raises OSError or HTTPException where none came."""
        self.connection.request("POST", f"/api/v1{path}", json.dumps(value), self.headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


def posted(port: int, token: str, path: str, value: Json) -> tuple[int, Json]:
    """One request on a connection of its own."""
    browser = Browser(port, token)
    with closing(browser.connection):
        return browser.post(path, value)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


@contextmanager
def served(office: Any) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A real server process on the office, answering."""
    port = free_port()
    start = "from lianfang.cli.main import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", start, "serve", "--demo", "--port", str(port)], env=office.environment, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            assert process.poll() is None, "the server did not start"
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        yield process, port
    finally:
        process.kill()
        process.wait()


def test_no_acknowledged_command_is_lost(office: Any, expense: Callable[[str], Json], tmp_path: Path) -> None:
    acknowledged: list[Json] = []
    enough = threading.Event()

    def acknowledge(answer: Json) -> None:
        acknowledged.append(answer)
        if len(acknowledged) >= ENOUGH:
            enough.set()

    with served(office) as (process, port):
        status, made = posted(port, "", "/tokens", {"username": "ic-clerk", "password": office.password})
        assert status in (200, 201), made

        def work(client: int) -> None:
            browser = Browser(port, made["token"])
            try:
                for number in range(client, CASES, CLIENTS):
                    status, case = browser.post("/cases", {"matter": EXPENSE, "record": expense(f"0470{number:04}")})
                    assert status == 201, case
                    acknowledge(case)
                    status, case = browser.post(f"/cases/{case['id']}/commands", FILL)
                    assert status == 200, case
                    acknowledge(case)
            except (OSError, http.client.HTTPException):
                return  # the server is gone: nothing was acknowledged
            finally:
                browser.connection.close()

        with ThreadPoolExecutor(CLIENTS) as pool:
            working = [pool.submit(work, client) for client in range(CLIENTS)]
            assert enough.wait(120)
            process.send_signal(signal.SIGKILL)
        for done in working:
            done.result()

    assert ENOUGH <= len(acknowledged) < 2 * CASES, "it was killed in the middle"
    leaves = {entry.id: bytes(entry.leaf).hex() for entry in Entry.objects.all()}
    for answer in acknowledged:
        receipt = answer["receipt"]
        assert leaves.get(receipt["entry"]) == receipt["leaf"]
        assert verify_receipt(receipt, engine().log.signer.verifier)
        assert CaseRow.objects.get(id=answer["id"]).n >= answer["n"]

    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults
    assert verdict.size == len(leaves)

    with served(office) as (_, port):
        status, case = posted(port, made["token"], "/cases", {"matter": EXPENSE, "record": expense("04719999")})
        assert status == 201, "work goes on after a restart"
        assert case["receipt"]["entry"] > max(leaves)
