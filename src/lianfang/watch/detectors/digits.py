"""Digits (首位数字): amounts that begin with one figure far more often than amounts that came about by themselves do.

Amounts of many sizes begin with 1 in three cases of ten and with 9 in one of twenty; who makes them up, or keeps them just below a limit,
does not. Where the amounts are few or all of one size the law does not hold, and nothing is said. Source: F. Benford, The Law of Anomalous
Numbers (1938); M. Nigrini, Benford's Law (2012), on when it may be used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import exp, lgamma, log, log1p
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import Duration
from lianfang.watch.columns import SEPARATOR, called, column, once, second, span, together

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("group", "columns", Text("同归一组的栏目，如单位", "columns that belong together, such as unit"), required=True),
    Param("amount", "column:money|int", Text("金额所在的栏目", "the column of the amount"), required=True),
    Param("moment", "column:datetime", Text("时间所在的栏目", "the column of the moment"), required=True),
    Param("window", "duration", Text("多长时间之内", "within how long"), default="365d"),
    Param("least", "int", Text("至少几笔才判断", "how many amounts at the least"), default=100),
    Param("sizes", "int", Text("至少跨几个数量级才判断", "over how many powers of ten they must be spread at the least"), default=3),
    Param("points", "int", Text("至少多出几个百分点", "by how many points of a hundred a figure is too frequent"), default=10),
    Param("chance", "int", Text("偶然如此的机会低于千分之几", "how many in a thousand the chance of it stays below"), default=1),
)
TITLE = Text("首位数字", "First digits")
METHOD = Text(
    "同一组在一段时间内的金额，够多、且分布在够多个数量级（每级至少占一成）的，才数首位数字：某个数字比自然形成的金额应有的比例（首位为 "
    "1 的约"
    "三成，为 9 的不到半成）多出规定的百分点，且按二项分布精确计算（机会乘以九个数字）不像偶然的，报。笔数不够、大小差不多的，首位数字本"
    "来就"
    "没有规律，一律不判。",
    "The first figures of a group's amounts within a window are counted only where there are enough and they are spread over enough powers"
    " of ten, with a tenth of them in each: a figure more frequent than in amounts that come about by themselves (three in ten begin "
    "with 1,"
    " one in twenty with 9) by the points asked for, and, by the exact binomial chance times nine figures, hardly by accident, is a "
    "finding."
    " Few amounts, or all of about one size, follow no such law: of those nothing is said.",
)
BLIND_SPOTS = Text(
    "笔数少、大小相近的；编造时照着真实分布编的；只看首位，不看别的。",
    "Few amounts or all of about one size; amounts made up after the true law; only the first figure is looked at.",
)
FALSE_ALARMS = Text(
    "定额、补贴等标准统一的金额；同一价格的长期服务。",
    "Amounts set by a standard, such as allowances; a service of one price for a long time.",
)
WEAK = 2
ONE_IN = 10
"""A power of ten counts where it holds one in so many of the amounts."""
SIZES = tuple(f"signs_{n}" for n in range(1, 16))
"""Columns that count the amounts written with one to fifteen signs."""
NOTHING = 1e-17
"""What a sum in floating point does not notice."""
LAW = tuple(log1p(1 / figure) / log(10) for figure in range(1, 10))
"""How often an amount begins with 1 to 9."""
SAME = "group"
EXAMPLE: Mapping[str, Any] = {
    "settings": {"group": ["unit"], "amount": "amount", "moment": "moment", "least": 16},
    "rows": tuple(
        {"key": str(n), "case": f"c{n}", "unit": "u1", "amount": amount, "moment": f"2026-03-{n:02}T02:00:00Z"}
        for n, amount in enumerate((
            11200, 94300, 13500, 9800, 248000, 96100, 17400, 990000, 31000, 9200, 105000, 97700, 4600, 91500, 930000, 98800,
        ), 1)
    ),
}  # fmt: skip


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Amounts whose first ``figure`` was, within the window up to then, too frequent: ``hits`` of ``own`` amounts."""
    import ibis  # noqa: PLC0415 what is declared above is read without the engine

    rows = table.select(
        group=together(table, settings["group"]),
        amount=column(table, settings["amount"], "int64"),
        second=second(column(table, settings["moment"], "string")),
    ).drop_null()
    rows = rows.filter(rows.amount > 0)
    # The figures as they are written: no logarithm, which engines round differently.
    written = rows.amount.cast("string")
    rows = rows.mutate(figure=written.substr(0, 1).cast("int64"), signs=written.length().cast("int64"))
    window: dict[str, Any] = {"range": (-span(settings), 0), "order_by": "second"}
    of_all, of_one = {**window, "group_by": "group"}, {**window, "group_by": ["group", "figure"]}
    seen = rows.mutate(own=rows.figure.count().over(**of_all), hits=rows.figure.count().over(**of_one))
    usual = ibis.cases(*((seen.figure == figure, round(share * 10_000)) for figure, share in enumerate(LAW, 1)), else_=10_000)
    often = seen.hits * 10_000 >= seen.own * (usual + 100 * settings["points"])
    # The many counts by size are made only for those groups where a figure is too frequent at all.
    seen = seen.mutate(often=often & (seen.own >= settings["least"]))
    seen = seen.mutate(some=seen.often.any().over(group_by="group")).filter(lambda one: one.some)
    seen = seen.mutate(**{name: (seen.signs == n).cast("int64").sum().over(**of_all) for n, name in enumerate(SIZES, 1)})
    spread = sum((seen[name] * ONE_IN >= seen.own).cast("int64") for name in SIZES)
    held = seen.filter(seen.often & (spread >= settings["sizes"]))
    return held.select("group", "figure", "second", "own", "hits").distinct().order_by("second", "group", "figure")


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding for a group and a figure, once a window, where chance does not explain it."""
    unlikely = (row for row in rows if _chance(row["own"], row["hits"], LAW[row["figure"] - 1]) * len(LAW) * 1000 < settings["chance"])
    return [_finding(row, settings, called(row["group"], label)) for row in once(unlikely, ("group", "figure"), span(settings))]


def _chance(own: int, hits: int, share: float) -> float:
    """How likely so many amounts or more begin with a figure of that share: the terms of the binomial from there on, each made of the one
    before it, until they add nothing."""
    log_first = lgamma(own + 1) - lgamma(hits + 1) - lgamma(own - hits + 1) + hits * log(share) + (own - hits) * log1p(-share)
    term = total = exp(log_first)
    for n in range(hits, own):
        term *= (own - n) / (n + 1) * share / (1 - share)
        total += term
        if n > own * share and term <= total * NOTHING:
            break
    return total


def _finding(row: Mapping[str, Any], settings: Mapping[str, Any], who: Text) -> Finding:
    figure, own, hits = row["figure"], row["own"], row["hits"]
    share, usual, window = hits * 100 // own, round(LAW[figure - 1] * 100), Duration.parse(settings["window"]).words
    text = Text(
        f"{window.zh}内“{who.zh}”的 {own} 笔金额中，首位数字为 {figure} 的有 {hits} 笔（{share}%），自然形成的约占 {usual}%。若无人为安排"
        f"，偶然如此的"
        f"机会不到千分之{settings['chance']}。也可能无误：统一标准的定额、补贴，同一价格的长期服务。请看首位为 {figure} 的集中在谁、什么"
        f"事由、是否"
        f"紧贴某一限额。",
        f"Within {window.en}, {hits} of {own} amounts of “{who.en}” begin with {figure} ({share} %), where about {usual} % do by "
        f"themselves. "
        f"By chance that happens less than {settings['chance']} times in a thousand. It can be innocent: standard allowances, a service "
        f"of one "
        f"price. See whose those are, what for, and whether they keep just below a limit.",
    )
    return Finding("|".join([*row["group"].split(SEPARATOR), str(figure), str(row["second"])]), (), WEAK, text, fixed=True)
