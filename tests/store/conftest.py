"""Work as the store sees it: claims and applications by several people, and rivals in processes of their own."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

EXPENSE, SEAL = "information-centre/expense", "government-services/seal"


class Rival:
    """A process of its own on the same office."""

    def __init__(self, office: Any) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("rival.py"))],
            env=office.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, **job: Any) -> None:
        """Have it do something, without waiting for the answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """What came of the oldest job not answered yet."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the rival has died"
        return dict(json.loads(line))

    def end(self) -> None:
        """Let it go home."""
        self.process.communicate(timeout=60)


@pytest.fixture
def rivals(office: Any) -> Iterator[tuple[Rival, Rival]]:
    """Two processes that work on this office, ready to act."""
    with ExitStack() as stack:
        pair = Rival(office), Rival(office)
        for rival in pair:
            stack.callback(rival.end)
            rival.tell(do="ready")
        for rival in pair:
            assert rival.answer() == {"ready": True}
        yield pair


@pytest.fixture
def expense(office: Any) -> Callable[[str], dict[str, Any]]:
    """What a claim with the invoice of this number says. On the paper stands another for each, unlike all others: a watch that takes two
    for one would append an alert whenever it comes to it, in any of the processes, and what is counted here is entries."""
    scan = office.file("凭证.txt", "增值税普通发票", "ic-clerk")

    def data(number: str) -> dict[str, Any]:
        written = f"{int(hashlib.sha256(number.encode()).hexdigest(), 16) % 10**8:08}"
        invoice = {"seller": "宝文印务", "number": written, "date": "2026-01-02", "amount": 120_000}
        return {"title": "印制材料费", "payee": "宝文印务", "invoices": [invoice], "vouchers": scan}

    return data


@pytest.fixture
def recommended(office: Any, expense: Callable[[str], dict[str, Any]]) -> Callable[[str, int, str], str]:
    """Opens a claim with the invoice of this number, of so many fen, against a budget line, and brings it to the deputy; its case."""

    def claim(number: str, amount: int, line: str) -> str:
        data = expense(number)
        data["invoices"][0]["amount"] = amount
        opened = office.start("ic-clerk", EXPENSE, **data)
        purpose = line.partition("-")[0]
        assert office.act("ic-clerk", opened.case_id, "fill", amount=amount, purpose=purpose, budget_line=line).accepted
        assert office.act("ic-rechecker", opened.case_id, "recheck", "approve").accepted
        assert office.act("ic-department-head", opened.case_id, "head", "approve").accepted
        return str(opened.case_id)

    return claim


@pytest.fixture
def application(office: Any) -> Callable[[], str]:
    """Opens an application for the seal and returns its case."""
    letter = office.file("函.txt", "关于窗口延时服务的函", "gs-clerk")

    def apply() -> str:
        opened = office.start("gs-clerk", SEAL, title="延时服务函", document=letter, copies=2, seal="official-seal")
        assert opened.accepted
        return str(opened.case_id)

    return apply
