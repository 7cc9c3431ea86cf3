"""R003, a short submission period (投标期过短): bidders had less time than is due."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from lianfang.kernel.model import Text
from lianfang.watch.flags.found import OCID, Found
from lianfang.watch.flags.release import Process
from lianfang.watch.flags.shared import Shared

TITLE = Text("投标期过短", "Short submission period")
METHOD = Text(
    "投标期从 tenderPeriod 的 startDate 到 endDate，按整日计，少于 threshold（15）日即报；"
    "procurement_method_details 可按采购方式细目另定日数，procurement_methods 限定只看哪些采购方式。",
    "The time from startDate to endDate of the tenderPeriod, in whole days, is shorter than ``threshold`` (15), or than what"
    " ``procurement_method_details`` says for the details of its method; ``procurement_methods`` says which methods are looked at.",
)
BLIND_SPOTS = Text(
    "没有写明时刻和时区的日期；事先私下透露、公告期却足够的招标。",
    "Dates without a time and a zone; a tender that some knew of before, and that was published long enough.",
)
FALSE_ALARMS = Text(
    "法定期限较短的紧急采购、询价、再次招标。",
    "Urgent purchases, requests for quotations and repeated tenders, whose time is short by law.",
)
ABOUT = (OCID,)
SETTINGS: Mapping[str, Any] = {"threshold": 15, "procurement_methods": frozenset(), "procurement_method_details": {}}

DAY = 86_400 * 10**9
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?P<h>[0-9]{2}):(?P<m>[0-9]{2}):(?P<s>[0-9]{2})(?:\.(?P<part>[0-9]+))?"
    r"(?:[Zz]|(?P<sign>[-+\N{MINUS SIGN}])(?P<oh>[0-9]{2}):(?P<om>[0-9]{2}))"
).fullmatch


class Flag:
    """See the module."""

    def __init__(self, settings: Mapping[str, Any], shared: Shared) -> None:
        self.threshold: int = settings["threshold"]
        self.methods = settings["procurement_methods"]
        self.by_details: Mapping[str, int] = settings["procurement_method_details"]

    def add(self, process: Process, found: Found) -> None:
        """A process that is looked at."""
        start, end = (nanoseconds(text) for text in (process.start, process.end))
        if start is None or end is None or not process.goes_by(self.methods):
            return
        found.judged["R003", OCID] += 1
        length = end - start
        days = length // DAY if length >= 0 else -(-length // DAY)
        if days < self.by_details.get(process.details or "", self.threshold):
            found.tell("R003", OCID, process.ocid, 1.0)

    def end(self, found: Found) -> None:
        """Each process is judged by itself."""


def nanoseconds(text: str | None) -> int | None:
    """A moment (RFC 3339) in nanoseconds since the year 1; None for what is none."""
    told = _MOMENT(text or "")
    if told is None:
        return None
    hour, minute, second, part = int(told["h"]), int(told["m"]), int(told["s"]), (told["part"] or "")[:9].ljust(9, "0")
    oh, om = int(told["oh"] or 0), int(told["om"] or 0)
    if hour > 23 or minute > 59 or second > 60 or oh > 23 or om > 59:  # noqa: PLR2004 the clock
        return None
    try:
        days = date.fromisoformat(told["day"]).toordinal()
    except ValueError:
        return None
    offset = (oh * 60 + om) * (1 if told["sign"] == "+" else -1)
    return (((days * 24 + hour) * 60 + minute - offset) * 60 + second) * 10**9 + int(part)
