"""R036, the lowest bid disqualified (最低价被否决): a dearer one took its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.kernel.model import Text
from lianfang.watch.flags.found import OCID, Found
from lianfang.watch.flags.release import Process
from lianfang.watch.flags.shared import Shared

TITLE = Text("最低价被否决", "Lowest bid disqualified")
METHOD = Text(
    "有生效中标、有带金额的有效投标，而已递交的投标中报价最低的被否决。只比较主要币种（currency，默认为最先出现的）的报价。",
    "There is an active award and a valid bid with an amount, and the lowest bid that was submitted is disqualified. Only prices of the"
    " main currency (``currency``, else the first that is seen) are compared.",
)
BLIND_SPOTS = Text("先劝退最低价的；没有写明金额的投标。", "Who talked the lowest bidder into withdrawing; bids without an amount.")
FALSE_ALARMS = Text("最低价确不合格，或不以价格为唯一标准的采购。", "The lowest bid was unfit, or price was not all that counted.")
ABOUT = (OCID,)
SETTINGS: Mapping[str, Any] = {}


class Flag:
    """See the module."""

    def __init__(self, settings: Mapping[str, Any], shared: Shared) -> None:
        self.shared = shared

    def add(self, process: Process, found: Found) -> None:
        """A process that is looked at."""
        if not process.active or not self.shared.compares(process):
            return
        prices = [
            (bid.amount, bid.status)
            for bid in process.submitted
            if bid.amount is not None and bid.currency is not None and self.shared.is_main(bid.currency)
        ]
        if not any(status == "valid" for _, status in prices):
            return
        found.judged["R036", OCID] += 1
        if min(prices, key=lambda one: one[0])[1] == "disqualified":
            found.tell("R036", OCID, process.ocid, 1.0)

    def end(self, found: Found) -> None:
        """Each process is judged by itself."""
