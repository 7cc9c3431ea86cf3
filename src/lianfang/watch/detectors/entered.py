"""Entered (登记即报): a ledger of what should not happen, in which every standing entry is itself the finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.watch.detectors import LATE

if TYPE_CHECKING:
    import ibis

SETTINGS = (Param("told", "column:text", Text("说明情况的栏目", "the column that tells what happened"), required=True),)
BLIND_SPOTS = Text("没有登记的看不见。", "What nobody entered is not seen.")
FALSE_ALARMS = Text("登记有误的。", "An entry made by mistake.")
STRONG = 3
OUTSIDE = Text("外部数据", "What came from outside")
TITLE = Text("登记即报", "Told as it is entered")
METHOD = Text("台账里每有一条，就报一次。", "Each entry of the ledger is a finding.")
EXAMPLE: Mapping[str, Any] = {
    "settings": {"told": "account"},
    "rows": ({"key": "official", "case": "a", "account": "回程途中丢失"},),
}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """The entries in their order: ``case``, ``key`` and what they tell."""
    return table.select("case", "key", told=table[settings["told"]])


def horizon(settings: Mapping[str, Any]) -> int:
    """Seconds back within which entries are new: each is a finding by itself."""
    return LATE


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding an entry, in the words in which it was entered."""
    return [_finding(row) for row in rows]


def _finding(row: Mapping[str, Any]) -> Finding:
    case, key, told = row["case"], row["key"], row["told"]
    by = Text(f"办件 {case} ", f"Case {case}") if case else OUTSIDE
    text = Text(f"{by.zh}登记：“{told}”。请立即核实处置。", f"{by.en} records: “{told}”. Look into it at once.")
    return Finding(f"{key}|{case}", (case,) if case else (), STRONG, text, facts=() if case else (("ledger", key),))
