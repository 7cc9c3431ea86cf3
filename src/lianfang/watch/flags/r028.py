"""R028, identical prices (报价相同): different tenderers asked the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.kernel.model import Text
from lianfang.watch.flags.found import OCID, TENDERER, Found
from lianfang.watch.flags.release import Process
from lianfang.watch.flags.shared import Shared

TITLE = Text("报价相同", "Identical bid prices")
METHOD = Text(
    "一次采购中，不同投标人的报价（金额和币种）相同。这些投标人一并列出。",
    "In a process, different tenderers bid the same amount of the same currency. They are told too.",
)
BLIND_SPOTS = Text("只差分毫的报价。", "Prices that differ by a trifle.")
FALSE_ALARMS = Text(
    "采购人定价、政府指导价的采购，可在设置中排除。",
    "Prices that the buyer or the state sets, which the settings can leave out.",
)
ABOUT = (OCID,)
SETTINGS: Mapping[str, Any] = {}


class Flag:
    """See the module."""

    def __init__(self, settings: Mapping[str, Any], shared: Shared) -> None:
        self.shared = shared

    def add(self, process: Process, found: Found) -> None:
        """A process that is looked at."""
        if not self.shared.compares(process):
            return
        prices: dict[tuple[float, str], frozenset[str]] = {}
        bids = 0
        for bid in process.submitted:
            amount, currency, tenderers = bid.amount, bid.currency, frozenset(bid.tenderers)
            if amount is None or currency is None or not tenderers:
                continue
            bids += 1
            before = prices.get((amount, currency), tenderers)
            if before != tenderers:
                found.tell("R028", OCID, process.ocid, 1.0)
                for one in sorted(before | tenderers):
                    found.tell("R028", TENDERER, one, 1.0)
            prices[amount, currency] = tenderers
        found.judged["R028", OCID] += bids > 1

    def end(self, found: Found) -> None:
        """Each process is judged by itself."""
