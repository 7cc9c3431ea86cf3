"""R024, a price close to the winner's (报价与中标价过近): the second-lowest bid is hardly above the winning one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.kernel.model import Text
from lianfang.watch.flags.found import OCID, TENDERER, Found
from lianfang.watch.flags.release import Process
from lianfang.watch.flags.shared import Shared

TITLE = Text("报价与中标价过近", "Price close to winning bid")
METHOD = Text(
    "次低有效报价高出中标价的比例，不大于下界即报（threshold；默认为全部比例的下四分位数减 1.5 倍四分位距）。中标人和次低者一并列出。"
    "中标价不是最低、中标的不止一家、联合体投标的不看。",
    "By which part the second-lowest valid bid is above the winning one: at most the lower fence (``threshold``, else the lower quartile of"
    " all less 1.5 times the distance of the quartiles). The winner and the second are told too. Not looked at: a winner that is not the"
    " lowest, several winners, joint bids.",
)
BLIND_SPOTS = Text("会错开价差的串通；以质量而不以价格串通的。", "Who knows how to vary prices; agreement on quality instead of price.")
FALSE_ALARMS = Text(
    "标准化产品、指导价、公开成本价使报价自然接近。", "Standard products, guided prices and known costs bring bids close by themselves."
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
        """Hold every ratio against the fence. There is none at 0, as where a quarter of them is 0: too many would be on it."""
        ratios = self.shared.ratios
        found.judged["R024", OCID] = len(ratios)
        fence = found.drawn("R024", (ratio for ratio, _, _ in ratios.values()), self.threshold, "lower")
        if fence is None or fence <= 0:
            return
        for ocid, (ratio, *both) in ratios.items():
            if ratio <= fence:
                found.tell("R024", OCID, ocid, ratio)
                for one in both:
                    found.tell("R024", TENDERER, one, 0.0)
