"""pattern 规律监测: a detector looks over the log and the ledgers for what no single act shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.kernel.controls.base import WATCH, Control, Kind, Param
from lianfang.kernel.model import Text


def concerns(control: Control, finding: Mapping[str, Any]) -> str:
    """What a finding is about, as one key: the same group is not alarmed twice for the same rows."""
    return f"{control.id}:{finding['group']}"


KIND = Kind(
    id="pattern",
    family=WATCH,
    title=Text("规律监测", "Pattern"),
    demand=Text("由探测器在日志和台账中发现", "a detector over the log and the ledgers"),
    params=(
        Param("detector", "detector", Text("探测器", "the detector"), required=True),
        Param("ledger", "ledger", Text("查看的台账", "the ledger it reads"), required=True),
        Param("settings", "settings", Text("探测器的参数", "the detector's settings"), default={}),
    ),
    blind=Text("只能看见登记在台账里的；换名目、换收款人可以绕开。", "It sees only what the ledger holds; another name or payee slips by."),
)
