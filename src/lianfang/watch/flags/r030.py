"""R030, a late bid that won (逾期投标中标): who came after the deadline was given the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.kernel.model import Text
from lianfang.watch.flags.found import OCID, TENDERER, Found
from lianfang.watch.flags.release import Process
from lianfang.watch.flags.shared import Shared

TITLE = Text("逾期投标中标", "Late bid won")
METHOD = Text(
    "有效投标的 date 晚于 tenderPeriod 的 endDate，且其投标人是生效中标（active）的供应商。两个时间按文字比较，须用同一时区写法。",
    "The date of a valid bid is after the endDate of the tenderPeriod, and a tenderer of it supplies an active award. Both moments are"
    " compared as text: they have to be written in one zone.",
)
BLIND_SPOTS = Text(
    "时间写得不准或补写的；同一家另有按时报价的看不出是哪一份中标。",
    "Moments that were set by hand; which of several bids of one tenderer won.",
)
FALSE_ALARMS = Text("截止时间延长而公告未改。", "A deadline that was put off and not published.")
ABOUT = (OCID,)
SETTINGS: Mapping[str, Any] = {}


class Flag:
    """See the module."""

    def __init__(self, settings: Mapping[str, Any], shared: Shared) -> None:
        pass

    def add(self, process: Process, found: Found) -> None:
        """A process that is looked at."""
        if process.end is None:
            return
        suppliers = {one for award in process.active for one in award.suppliers}
        dated = [(bid.date, bid.tenderers) for bid in process.bids or () if bid.status == "valid" and bid.date is not None]
        found.judged["R030", OCID] += bool(suppliers and dated)
        for at, tenderers in dated:
            if at > process.end:
                for one in (one for one in tenderers if one in suppliers):
                    found.tell("R030", OCID, process.ocid, 1.0)
                    found.tell("R030", TENDERER, one, 1.0)

    def end(self, found: Found) -> None:
        """Each process is judged by itself."""
