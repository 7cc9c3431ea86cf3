"""What the tests of the use cases begin with: an application for a seal, a claim of an expense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SEAL, EXPENSE = "government-services/seal", "information-centre/expense"


@pytest.fixture
def letter(office: Any) -> str:
    """A finished letter, uploaded by the clerk."""
    return str(office.file("关于窗口延时服务的函.txt", "自下月起周六上午开放综合窗口。", "gs-clerk"))


@pytest.fixture
def application(office: Any, letter: str) -> str:
    """A case in which two copies of the letter wait for approval."""
    outcome = office.start("gs-clerk", SEAL, title="延时服务函", document=letter, copies=2, seal="official-seal")
    assert outcome.accepted
    return str(outcome.case_id)


@pytest.fixture
def claim(office: Any) -> Callable[..., str]:
    """Files a claim of so many fen and returns its case."""
    scans = {who: office.file("凭证.txt", "增值税普通发票", who) for who in ("ic-clerk", "ic-clerk-2", "ic-voucher-keeper")}

    def file(amount: int, number: str, payee: str = "宝文印务", who: str = "ic-clerk", seller: str = "") -> str:
        scan, invoice = scans[who], {"seller": seller or payee, "number": number, "date": "2026-01-02", "amount": amount}
        opened = office.start(who, EXPENSE, title="印制材料费", payee=payee, invoices=[invoice], vouchers=scan)
        assert opened.accepted, opened.refusal
        filled = office.act(who, opened.case_id, "fill", amount=amount, purpose="office", budget_line="office-2026")
        assert filled.accepted, filled.refusal
        return str(opened.case_id)

    return file
