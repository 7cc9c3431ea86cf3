"""R018, a single bid (只有一家投标): nobody else bid where others might have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.kernel.model import Text
from lianfang.watch.flags.found import OCID, Found
from lianfang.watch.flags.release import Process
from lianfang.watch.flags.shared import Shared

TITLE = Text("只有一家投标", "Single bid received")
METHOD = Text(
    "竞争性采购（procurement_methods，默认 open 和 selective）的 numberOfTenderers 为 1。",
    "The numberOfTenderers of a competitive process (``procurement_methods``: open and selective) is 1.",
)
BLIND_SPOTS = Text("有人陪标的；没有写明投标家数的。", "Others who only bid for show; a number of bidders that is not told.")
FALSE_ALARMS = Text("偏远地区、专门行业、小额采购本来就少有人投标。", "Far places, special trades and small purchases find few bidders.")
ABOUT = (OCID,)
SETTINGS: Mapping[str, Any] = {"procurement_methods": frozenset({"open", "selective"})}


class Flag:
    """See the module."""

    def __init__(self, settings: Mapping[str, Any], shared: Shared) -> None:
        self.methods = settings["procurement_methods"]

    def add(self, process: Process, found: Found) -> None:
        """A process that is looked at."""
        if process.tenderers is None or not process.goes_by(self.methods):
            return
        found.judged["R018", OCID] += 1
        if process.tenderers == 1:
            found.tell("R018", OCID, process.ocid, 1.0)

    def end(self, found: Found) -> None:
        """Each process is judged by itself."""
