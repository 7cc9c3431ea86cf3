"""R058, a winner far below the others (中标价明显偏低): the second-lowest bid is far above the winning one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.kernel.model import Text
from lianfang.watch.flags.found import OCID, TENDERER, Found
from lianfang.watch.flags.release import Process
from lianfang.watch.flags.shared import Shared

TITLE = Text("中标价明显偏低", "Heavily discounted bid")
METHOD = Text(
    "次低有效报价高出中标价的比例，不小于上界即报（threshold；默认为全部比例的上四分位数加 1.5 倍四分位距）。"
    "中标人一并列出。不看的同 R024。",
    "By which part the second-lowest valid bid is above the winning one: at least the upper fence (``threshold``, else the upper quartile"
    " of all and 1.5 times the distance of the quartiles). The winner is told too. What is not looked at is that of R024.",
)
BLIND_SPOTS = Text("各家一起压低的；中标后再变更加价的。", "Bids that are all low; a price that is raised by changes after the award.")
FALSE_ALARMS = Text(
    "有现成设备、库存或正想进入市场的投标人，报价会低得多。",
    "Who has the equipment at hand, stock to sell or a market to enter bids far lower.",
)
ABOUT = (OCID,)
SETTINGS: Mapping[str, Any] = {"threshold": None}


class Flag:
    """See the module."""

    def __init__(self, settings: Mapping[str, Any], shared: Shared) -> None:
        self.threshold: float | None = settings["threshold"]
        self.shared = shared

    def add(self, process: Process, found: Found) -> None:
        """What is shared has taken the ratio."""

    def end(self, found: Found) -> None:
        """Hold every ratio against the fence. There is none at 0, where three quarters of the ratios are."""
        ratios = self.shared.ratios
        found.judged["R058", OCID] = len(ratios)
        fence = found.drawn("R058", (ratio for ratio, _, _ in ratios.values()), self.threshold, "upper")
        if fence is None or fence <= 0:
            return
        for ocid, (ratio, winner, _) in ratios.items():
            if ratio >= fence:
                found.tell("R058", OCID, ocid, ratio)
                found.tell("R058", TENDERER, winner, 0.0)
