"""R038, many bids disqualified (否决投标过多): by a buyer or a procuring entity, or of a tenderer, far more often than of the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.kernel.model import Text
from lianfang.watch.flags.found import BUYER, ENTITY, TENDERER, Found
from lianfang.watch.flags.release import Process
from lianfang.watch.flags.shared import Shared

TITLE = Text("否决投标过多", "Excessive disqualified bids")
METHOD = Text(
    "采购人（Buyer）、采购单位（ProcuringEntity）、投标人（Tenderer）各自比较：被否决的投标占已递交投标的比例，不小于上界即报"
    "（threshold；默认为全部比例的上四分位数加 1.5 倍四分位距）。投标少于 minimum_submitted_bids（2）份的投标人、"
    "已递交投标合计少于 minimum_contracting_processes（2）份的采购人和采购单位不看。",
    "Of buyers, procuring entities and tenderers each: which part of the bids submitted was disqualified is at least the upper fence"
    " (``threshold``, else the upper quartile of all and 1.5 times the distance of the quartiles). Left out are tenderers with fewer than"
    " ``minimum_submitted_bids`` (2), and buyers and entities to whom fewer bids than ``minimum_contracting_processes`` (2) were submitted"
    " in all, which is what Cardinal counts under that name.",
)
BLIND_SPOTS = Text("同一单位或投标人用不同编号的；大家都多的。", "One organisation under several ids; what everybody does.")
FALSE_ALARMS = Text(
    "要求专门、投标人生疏的采购，否决自然较多。", "Special conditions and inexperienced bidders bring more disqualifications."
)
ABOUT = (BUYER, ENTITY, TENDERER)
SETTINGS: Mapping[str, Any] = {"threshold": None, "minimum_submitted_bids": 2, "minimum_contracting_processes": 2}


class Flag:
    """See the module."""

    def __init__(self, settings: Mapping[str, Any], shared: Shared) -> None:
        self.threshold: float | None = settings["threshold"]
        processes: int = settings["minimum_contracting_processes"]
        self.least = {BUYER: processes, ENTITY: processes, TENDERER: settings["minimum_submitted_bids"]}
        self.counts: dict[str, dict[str, list[int]]] = {group: {} for group in self.least}
        """By group and id: how many bids were disqualified, and submitted."""

    def add(self, process: Process, found: Found) -> None:
        """A process that is looked at."""
        bids, all_gone = process.submitted, 0
        for bid in bids:
            gone = bid.status == "disqualified"
            all_gone += gone
            for id_ in bid.tenderers:
                self._count(TENDERER, id_, gone, 1)
        for group, who in ((BUYER, process.buyer), (ENTITY, process.entity)):
            if who is not None and bids:
                self._count(group, who, all_gone, len(bids))

    def _count(self, group: str, id_: str, gone: int, bids: int) -> None:
        count = self.counts[group].setdefault(id_, [0, 0])
        count[0] += gone
        count[1] += bids

    def end(self, found: Found) -> None:
        """Hold each group against its own fence. There is none at 0, where three quarters have no bids disqualified."""
        for group, counts in self.counts.items():
            ratios = {id_: gone / bids for id_, (gone, bids) in counts.items() if bids >= self.least[group]}
            found.judged["R038", group] = len(ratios)
            fence = found.drawn("R038", ratios.values(), self.threshold, "upper", f"{group}_") if ratios else None
            for id_, ratio in ratios.items():
                if fence is not None and 0 < fence <= ratio:
                    found.tell("R038", group, id_, ratio)
