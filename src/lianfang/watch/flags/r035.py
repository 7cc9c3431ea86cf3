"""R035, all but the winner disqualified (其余全部否决): nobody else's bid was left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.kernel.model import Text
from lianfang.watch.flags.found import OCID, TENDERER, Found
from lianfang.watch.flags.release import Process
from lianfang.watch.flags.shared import Shared

TITLE = Text("其余全部否决", "All except winning bid disqualified")
METHOD = Text(
    "只有一家有有效投标，全部生效中标都是它的，且至少 threshold（1）家其他投标人的投标被否决。值为被否决的家数。",
    "Exactly one tenderer has valid bids and all active awards, and bids of at least ``threshold`` (1) others were disqualified. The value"
    " is how many others.",
)
BLIND_SPOTS = Text("留下一家陪标的；投标没有写明是否否决的。", "One other whose bid is left for show; bids whose status is not told.")
FALSE_ALARMS = Text(
    "投标人少、资格条件专门的采购，否决可能都有依据。", "With few bidders and special conditions each disqualification can be right."
)
ABOUT = (OCID,)
SETTINGS: Mapping[str, Any] = {"threshold": 1}


class Flag:
    """See the module."""

    def __init__(self, settings: Mapping[str, Any], shared: Shared) -> None:
        self.threshold = max(settings["threshold"], 1)

    def add(self, process: Process, found: Found) -> None:
        """A process that is looked at."""
        if not process.settled:
            return
        suppliers = {one for award in process.active for one in award.suppliers}
        valid, disqualified = (
            {one for bid in process.bids or () if bid.status == status for one in bid.tenderers} for status in ("valid", "disqualified")
        )
        found.judged["R035", OCID] += bool(suppliers and valid)
        others = len(disqualified - valid)
        if len(valid) == 1 and valid == suppliers and others >= self.threshold:
            found.tell("R035", OCID, process.ocid, float(others))
            found.tell("R035", TENDERER, min(valid), 0.0)

    def end(self, found: Found) -> None:
        """Each process is judged by itself."""
