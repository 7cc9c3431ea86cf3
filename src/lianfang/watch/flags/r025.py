"""R025, many bids and few wins (屡投不中): one who bids as often as the busiest wins far less often than the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.kernel.model import Text
from lianfang.watch.flags.fences import quantile
from lianfang.watch.flags.found import TENDERER, Found
from lianfang.watch.flags.release import Process
from lianfang.watch.flags.shared import Shared

TITLE = Text("屡投不中", "Excessive unsuccessful bids")
METHOD = Text(
    "投标人有效投标的采购数不少于全部投标人的第 percentile（75）百分位数，且中标的比例不大于下界"
    "（threshold；默认为全部比例的下四分位数减 1.5 倍四分位距）。同一采购多次报价算一次；中标的不止一家、联合体投标的不看。",
    "A tenderer has valid bids in as many processes as the ``percentile`` (75) of all tenderers, and wins at most the lower fence of them"
    " (``threshold``, else the lower quartile of all shares less 1.5 times the distance of the quartiles). Several bids in a process are"
    " one; several winners and joint bids are not looked at.",
)
BLIND_SPOTS = Text("轮流中标；换着名字陪标的。", "Who takes turns at winning, or bids for show under many names.")
FALSE_ALARMS = Text("新入市的、报价一贯偏高的投标人。", "Newcomers, and who is always dear.")
ABOUT = (TENDERER,)
SETTINGS: Mapping[str, Any] = {"percentile": 75, "threshold": None}


class Flag:
    """See the module."""

    def __init__(self, settings: Mapping[str, Any], shared: Shared) -> None:
        self.percentile: int = settings["percentile"]
        self.threshold: float | None = settings["threshold"]
        self.counts: dict[str, list[int]] = {}
        """By tenderer: of how many processes it won, and bid in."""

    def add(self, process: Process, found: Found) -> None:
        """A process that is looked at."""
        winner = process.winner
        if winner is None:
            return
        for tenderer in dict.fromkeys(bid.only for bid in process.bids or () if bid.status == "valid" and bid.only is not None):
            count = self.counts.setdefault(tenderer, [0, 0])
            count[0] += tenderer == winner
            count[1] += 1

    def end(self, found: Found) -> None:
        """Hold every tenderer against the fences. There is none at 0, as where a quarter never wins: too many would be on it."""
        found.judged["R025", TENDERER] = len(self.counts)
        ratios = {one: won / bids for one, (won, bids) in self.counts.items()}
        often = quantile((float(bids) for _, bids in self.counts.values()), self.percentile / 100.0)
        found.fence("R025", "upper_fence", often)
        fence = found.drawn("R025", ratios.values(), self.threshold, "lower")
        if often is None or fence is None or fence <= 0:
            return
        for one, ratio in ratios.items():
            if self.counts[one][1] >= often and ratio <= fence:
                found.tell("R025", TENDERER, one, ratio)
