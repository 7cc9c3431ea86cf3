"""R048, a supplier of everything (供货庞杂): it was awarded goods of far more kinds than the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.kernel.model import Text
from lianfang.watch.flags.found import TENDERER, Found
from lianfang.watch.flags.release import Process
from lianfang.watch.flags.shared import Shared

TITLE = Text("供货庞杂", "Heterogeneous supplier")
METHOD = Text(
    "一家供应商生效中标的物品有多少类（分类编码 classification.id 的前 digits（2）位），不小于上界即报"
    "（threshold；默认为全部类数的上四分位数加 1.5 倍四分位距）。只看中标不少于 minimum_contracting_processes（20）次采购的供应商；"
    "联合中标的不看。",
    "Of how many kinds (the first ``digits`` (2) signs of classification.id) the items of a supplier's active awards are: at least the"
    " upper fence (``threshold``, else the upper quartile of all and 1.5 times the distance of the quartiles). Only suppliers awarded in at"
    " least ``minimum_contracting_processes`` (20) are looked at; joint awards are not.",
)
BLIND_SPOTS = Text("没有分类编码的物品；刚成立、中标还不多的空壳公司。", "Items without a code; a new shell that was not awarded much yet.")
FALSE_ALARMS = Text("综合商场、电商平台、批发商。", "Department stores, platforms and wholesalers.")
ABOUT = (TENDERER,)
SETTINGS: Mapping[str, Any] = {"digits": 2, "threshold": None, "minimum_contracting_processes": 20}


class Flag:
    """See the module."""

    def __init__(self, settings: Mapping[str, Any], shared: Shared) -> None:
        self.digits: int = settings["digits"]
        self.threshold: int | None = settings["threshold"]
        self.least: int = settings["minimum_contracting_processes"]
        self.kinds: dict[str, set[str]] = {}
        self.processes: dict[str, int] = {}

    def add(self, process: Process, found: Found) -> None:
        """A process that is looked at."""
        here = set[str]()
        for award in process.active:
            if award.only is not None and award.kinds:
                self.kinds.setdefault(award.only, set()).update(code[: self.digits] for code in award.kinds)
                here.add(award.only)
        for supplier in here:
            self.processes[supplier] = self.processes.get(supplier, 0) + 1

    def end(self, found: Found) -> None:
        """Hold every supplier against the fence."""
        counts = {one: float(len(kinds)) for one, kinds in self.kinds.items() if self.processes[one] >= self.least}
        found.judged["R048", TENDERER] = len(counts)
        fence = found.drawn("R048", counts.values(), None if self.threshold is None else float(self.threshold), "upper")
        for one, count in counts.items():
            if fence is not None and count >= fence:
                found.tell("R048", TENDERER, one, count)
