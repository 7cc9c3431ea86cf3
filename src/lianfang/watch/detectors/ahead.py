"""Ahead (超进度付款): more of a contract has been paid, all in all, than its accepted progress bears out.

Each payment may be right by itself, and the sum of them run ahead. Source: the rules of settling construction prices (财建〔2004〕369号):
progress payments follow the quantity of work confirmed; how far ahead an advance may be is the contract's figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import utc_moment
from lianfang.kernel.wording import money
from lianfang.watch.detectors import LATE, values, with_new

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("thing", "column", Text("合同（项目）所在的栏目", "the column of the contract or project"), required=True),
    Param(
        "paid", "column:money|int", Text("本次付款所在的栏目；报进度的为空", "the column of what is paid; empty on a report"), required=True
    ),
    Param("whole", "column:money|int", Text("合同总价所在的栏目", "the column of the whole price"), required=True),
    Param(
        "progress",
        "column:int",
        Text("认可的进度（百分比）所在的栏目；付款的为空", "the column of the progress, of a hundred; empty on a payment"),
        required=True,
    ),
    Param("moment", "column:datetime", Text("时间所在的栏目", "the column of the moment"), required=True),
    Param(
        "points",
        "int",
        Text("付款最多可比进度超前几个百分点（如预付款）", "by how many points payment may be ahead, as for an advance"),
        default=30,
    ),
)
TITLE = Text("超进度付款", "Payment ahead of progress")
METHOD = Text(
    "每付一笔，把该合同至此累计付款占总价的比例，与此前最后一次认可的进度相比：超前的百分点多于规定的，报。没有报过进度的按零算。",
    "At each payment the share of the price that has been paid in all is held against the progress accepted last before it: ahead by more"
    " points than allowed is a finding. Where no progress was reported it is nothing.",
)
BLIND_SPOTS = Text(
    "进度本身报得虚高的；不登记在这本台账里的付款；追加后没有改总价的。",
    "Progress that was reported too high; payments that are not in this ledger; a price that was not raised after an addition.",
)
FALSE_ALARMS = Text(
    "合同约定的大额预付款；设备到货即付、安装在后的；进度报得晚的。",
    "A large advance by contract; equipment paid for on delivery and installed later; progress reported late.",
)
STRONG, WEAK = 3, 2
FAR = 2
"""Ahead by so many times what is allowed is a strong finding."""
EXAMPLE: Mapping[str, Any] = {
    "settings": {"thing": "contract", "paid": "paid", "whole": "price", "progress": "progress", "moment": "moment"},
    "rows": (
        {"key": "1", "case": "a", "contract": "HT-1", "paid": None, "price": None, "progress": 20, "moment": "2026-03-02T02:00:00Z"},
        {
            "key": "2",
            "case": "a",
            "contract": "HT-1",
            "paid": 30_000_000,
            "price": 100_000_000,
            "progress": None,
            "moment": "2026-03-03T02:00:00Z",
        },
        {
            "key": "3",
            "case": "a",
            "contract": "HT-1",
            "paid": 30_000_000,
            "price": 100_000_000,
            "progress": None,
            "moment": "2026-03-20T02:00:00Z",
        },
    ),
}


def prepare(row: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """A payment or a report of progress; those of one thing belong together. None where it is neither."""
    found = values(row, settings, thing=str, moment=str)
    paid, whole, progress = (row.get(settings[name]) for name in ("paid", "whole", "progress"))
    pays = type(paid) is int and type(whole) is int and whole > 0
    if found is None or not (pays or type(progress) is int):
        return None
    return {
        **found, "second": int(utc_moment(found["moment"]).timestamp()), "pays": int(pays), "paid": paid if pays else 0,
        "whole": whole if pays else 0, "progress": -1 if pays else progress, "traits": [found["thing"]],
    }  # fmt: skip


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """The payments with which a thing was ahead: the ``total`` paid of the ``whole``, and the ``level`` of progress reached by then."""
    import ibis  # noqa: PLC0415 what is declared above is read without the engine

    rows = with_new(table, "thing").drop("traits")
    # Progress that was reported in the second of a payment counts for it; the latest report is the one with the highest stamp.
    until: dict[str, Any] = {"rows": (None, 0), "group_by": "thing", "order_by": ["second", "pays", "key"]}
    stamp: Any = ibis.ifelse(rows.pays == 0, rows.second * 1000 + rows.progress, 0)
    seen = rows.mutate(total=rows.paid.sum().over(**until), stamp=stamp.max().over(**until))
    seen = seen.mutate(level=seen.stamp % 1000)
    held = seen.filter((seen.pays == 1) & (seen.total * 100 > seen.whole * (seen.level + settings["points"])))
    return held.select("thing", "key", "case", "second", "total", "whole", "level").order_by("second", "key")


def horizon(settings: Mapping[str, Any]) -> int:
    """Seconds back within which entries are new; all of the same thing are brought along."""
    return LATE


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding a payment."""
    return [_finding(row, settings, label(row["thing"])) for row in rows]


def _finding(row: Mapping[str, Any], settings: Mapping[str, Any], what: Text) -> Finding:
    total, whole, level = int(row["total"]), int(row["whole"]), row["level"]
    share = total * 100 // whole
    text = Text(
        f"“{what.zh}”累计已付 {money(total)}，占总价 {money(whole)} 的 {share}%，而认可的进度是 {level}%，超前超过允许的 "
        f"{settings['points']} 个百分点。也可能无误：合同约定的预付款、设备到货即付，或进度报得晚。请核对验收确认单和合同付款条款。",
        f"Of “{what.en}”, {money(total)} has been paid in all, {share} % of {money(whole)}, where the progress accepted is {level} %: "
        f"ahead by more than the {settings['points']} points allowed. It can be innocent: an advance by contract, equipment paid for on "
        f"delivery, or progress reported late. Compare the acceptance and the contract's terms of payment.",
    )
    strong = total * 100 > whole * (level + FAR * settings["points"])
    return Finding(f"{row['thing']}|{row['key']}", tuple(filter(None, [row["case"]])), STRONG if strong else WEAK, text, fixed=True)
