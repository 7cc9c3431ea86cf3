"""Bid screens (围标迹象): what the bids of one tender look like where they were not made apart from each other.

Source: coefficient of variation and relative distance (Abrantes-Metz et al. 2006; Imhof 2018), equal prices and equal steps (Implementing
Regulation of the Bidding Law, article 40: bids in a regular pattern). One statistical screen by itself flags 9 to 97 % of a market's
tenders, so that several must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.wording import joined, money
from lianfang.watch.detectors import LATE, values, with_new

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("tender", "column", Text("哪一次招标或询价", "the column that names the tender"), required=True),
    Param("bidder", "column", Text("投标人所在的栏目", "the column of the bidder"), required=True),
    Param("amount", "column:money|int", Text("报价所在的栏目", "the column of the price"), required=True),
    Param("estimate", "column:money|int", Text("预算（最高限价）所在的栏目", "the column of the estimate (the highest price allowed)")),
    Param("least", "int", Text("至少几家报价才作比较", "how many bids make a comparison"), default=3),
    Param("spread", "int", Text("变异系数低于千分之几算过密", "below which variation, of a thousand, bids lie too close"), default=60),
    Param(
        "distance",
        "int",
        Text("最低与次低之差达到其余报价标准差的百分之几", "the gap above the lowest, of a hundred deviations of the others"),
        default=150,
    ),
    Param("even", "int", Text("各级差额（比率）相差不到千分之几算相等", "steps that differ by less, of a thousand, are equal"), default=10),
    Param("round", "figure:amount", Text("全部报价都是多少的整数倍才算取整", "of what all bids are multiples where they are round")),
    Param("agree", "int", Text("至少几项迹象同时出现才报", "how many of the signs must agree"), default=2),
)
TITLE = Text("围标迹象", "Bid screens")
METHOD = Text(
    "逐次招标：报价的变异系数（标准差除以平均数）过小；最低与次低之差比其余各家之间的差大得多（陪标）；相邻报价等差或等比；"
    "报价都是整数；只有最低一家在预算以内（陪标）。几项同时出现才报。两家报价分毫不差，或四家以上等差、等比的，单独即报。",
    "Tender by tender: the variation of the bids (deviation by mean) is small; the gap above the lowest is large beside the deviation of"
    " the others (cover bids); neighbouring bids differ by equal steps or ratios; all are round; only the lowest lies within the estimate"
    " (cover bids). Several must agree. Two equal bids, and four or more in equal steps, are told by themselves.",
)
BLIND_SPOTS = Text(
    "会错开价差的串通；只有两家报价的；以质量而不以价格串通的；轮流中标要看多次招标，这里只看一次。",
    "Bidders who know how to vary their prices; two bids only; agreement on quality instead of price; taking turns, which only several"
    " tenders show.",
)
FALSE_ALARMS = Text(
    "标准化产品、政府指导价、公开成本价使报价自然接近；按取费标准下浮计价的服务；小额报价习惯取整。",
    "Standard products, guided prices or known costs bring bids close by themselves; fees by a scale; small bids are often round.",
)
STRONG, WEAK = 3, 2
EXAMPLE: Mapping[str, Any] = {
    "settings": {"tender": "tender", "bidder": "bidder", "amount": "amount"},
    "rows": tuple(
        {"key": f"bid-{n}", "case": "a", "tender": "ZB-1", "bidder": bidder, "amount": amount}
        for n, (bidder, amount) in enumerate((("湾图", 57_000_000), ("致远", 58_000_000), ("明德", 59_000_000)))
    ),
}
SIGNS = {
    "equal": Text("有报价分毫不差", "bids are equal to the fen"),
    "steps": Text("相邻报价等差或等比", "neighbouring bids differ by equal steps or ratios"),
    "close": Text("报价过于接近", "the bids lie very close"),
    "apart": Text("最低价与其余拉开，其余挤在一起", "the lowest stands apart while the others crowd together"),
    "whole": Text("报价全部取整", "all bids are round"),
    "cover": Text("只有最低一家在预算以内", "only the lowest lies within the estimate"),
}
FEW, MANY = 3, 4
"""From how many bids on there are steps to compare, and from how many on equal steps are no chance."""


def prepare(row: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """A bid; those of one tender belong together. None where a value is missing."""
    found = values(row, settings, tender=str, bidder=str, amount=int)
    if found is None or found["amount"] <= 0:
        return None
    estimate = row.get(settings["estimate"]) if settings["estimate"] else None
    return {**found, "estimate": estimate if type(estimate) is int else 0, "traits": [found["tender"]]}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """The tenders with a new bid whose bids show signs: the ``amounts``, ``cases`` and each sign as a flag."""
    import ibis  # noqa: PLC0415 what is declared above is read without the engine

    bids = with_new(table, "tender").drop("traits")
    ranked: dict[str, Any] = {"group_by": "tender", "order_by": ["amount", "key"]}
    bids = bids.mutate(place=ibis.row_number().over(**ranked), below=bids.amount.lag().over(**ranked))
    bids = bids.mutate(step=bids.amount - bids.below, ratio=bids.amount / bids.below)
    losing = bids.place > 0
    held = bids.group_by("tender").agg(
        count=bids.amount.count(),
        distinct=bids.amount.nunique(),
        mean=bids.amount.mean(),
        deviation=bids.amount.std(how="sample"),
        others=bids.amount.std(how="sample", where=losing),
        gap=bids.step.min(where=bids.place == 1),
        low_step=bids.step.min(),
        high_step=bids.step.max(),
        low_ratio=bids.ratio.min(),
        high_ratio=bids.ratio.max(),
        round=(bids.amount % settings["round"] == 0).all() if settings["round"] else (bids.amount < 0).any(),
        above=(losing & (bids.estimate > 0) & (bids.amount > bids.estimate)).sum(),
        within=((bids.place == 0) & (bids.amount <= bids.estimate)).any(),
        amounts=bids.amount.collect(),
        cases=bids.case.collect(),
    )
    even = 1000 * (held.high_step - held.low_step) < settings["even"] * held.high_step
    ratios = 1000 * (held.high_ratio - held.low_ratio) < settings["even"] * (held.high_ratio - 1)
    signs = held.mutate(
        equal=held["distinct"] < held["count"],
        steps=(held.low_step > 0) & (held["count"] >= FEW) & (even | ratios),
        close=held.deviation * 1000 < held["mean"] * settings["spread"],
        apart=(held.gap > 0) & (held.others > 0) & (held.gap * 100 > held.others * settings["distance"]),
        whole=held["round"],
        cover=held.within & (held.above == held["count"] - 1),
    )
    counted = signs.mutate(signs=sum(signs[name].cast("int64") for name in SIGNS))
    alone = counted.equal | (counted.steps & (counted["count"] >= MANY))
    told = counted.filter((counted["count"] >= settings["least"]) & (alone | (counted.signs >= settings["agree"])))
    return told.select("tender", "amounts", "cases", "signs", "mean", "deviation", *SIGNS, alone=alone).order_by("tender")


def horizon(settings: Mapping[str, Any]) -> int:
    """Seconds back within which bids are new; all of the same tender are brought along."""
    return LATE


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding a tender, with the prices and every sign that they show."""
    return [_finding(row, label(row["tender"])) for row in rows]


def _finding(row: Mapping[str, Any], tender: Text) -> Finding:
    shown = joined([words for name, words in SIGNS.items() if row[name]])
    amounts = [money(amount) for amount in sorted(row["amounts"])]
    variation = f"{100 * row['deviation'] / row['mean']:.1f}%"
    text = Text(
        f"“{tender.zh}”的 {len(amounts)} 家报价（{'、'.join(amounts)}；变异系数 {variation}）有串通迹象：{shown.zh}。"
        "也可能无误：标准产品、政府指导价、按取费标准计价，报价自然接近。请比对标书的作者、账号、错漏和投标人之间的关系。",
        f"The {len(amounts)} bids of “{tender.en}” ({', '.join(amounts)}; variation {variation}) may not have been made apart: {shown.en}. "
        "It can be innocent: standard products, guided prices or fees by a scale bring bids close by themselves. "
        "Compare authors, accounts and mistakes of the papers, and how the bidders are related.",
    )
    strength = STRONG if row["alone"] or row["signs"] > WEAK else WEAK
    return Finding(f"bids|{row['tender']}", tuple(sorted({case for case in row["cases"] if case})), strength, text, fixed=True)
