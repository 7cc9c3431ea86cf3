"""Splitting under a threshold (化整为零): amounts that each stay under a limit and together pass it, within a rolling window.

Source: the office's own limits; the form of the rule is that of procurement audit (rolling window, count and sum).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import Duration
from lianfang.kernel.wording import money

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param(
        "group",
        "columns",
        Text("同归一组的栏目，如单位、收款人", "columns that belong together, such as unit, payee"),
        required=True,
    ),
    Param("amount", "column:money|int", Text("金额所在的栏目", "the column of the amount"), required=True),
    Param("moment", "column:datetime", Text("时间所在的栏目", "the column of the moment"), required=True),
    Param("limit", "figure:amount", Text("单笔限额（含）", "what a single amount may be, inclusive"), required=True),
    Param("window", "duration", Text("多长时间之内", "within how long"), required=True),
    Param("least", "int", Text("至少几笔", "how many amounts make a finding"), required=True),
)
BLIND_SPOTS = Text(
    "换收款人、换名目或拉长时间间隔可以绕开。",
    "Another payee, another purpose or a longer interval slips by.",
)
FALSE_ALARMS = Text(
    "同一收款人的几笔真实独立的小额开支；同一框架协议下的分批结算。",
    "Several true and separate small bills of one payee; calls under one framework agreement.",
)
STRONG, WEAK = 3, 2
SEPARATOR = "\x1f"
"""Stands in no name, so that what it joins can be parted again."""


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Rows at which a window first holds, or still holds, enough amounts: ``group``, ``cases``, ``count``, ``total``."""
    amount, moment = table[settings["amount"]], table[settings["moment"]]
    small = table.mutate(
        amount_=amount,
        second_=moment.cast("timestamp").epoch_seconds(),
        stamp_=moment.cast("string") + SEPARATOR + table.case.cast("string"),
        group_=reduce(lambda a, b: a + SEPARATOR + b, [table[name].cast("string") for name in settings["group"]]),
    ).filter(amount <= settings["limit"])
    span = seconds(Duration.parse(settings["window"]))
    window: dict[str, Any] = {"range": (-span, 0), "group_by": "group_", "order_by": "second_"}
    seen = small.mutate(
        count=small.amount_.count().over(**window),
        total=small.amount_.sum().over(**window),
        cases=small.stamp_.collect().over(**window),
    )
    held = seen.filter((seen["count"] >= settings["least"]) & (seen["total"] > settings["limit"]))
    return held.select(group="group_", cases="cases", count="count", total="total", second="second_").order_by("second")


def horizon(settings: Mapping[str, Any]) -> int:
    """Seconds back from now within which rows can share a window with a new one, and the window before that one."""
    return 2 * seconds(Duration.parse(settings["window"]))


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding for each first case of a window, by time; a later, fuller window of the same beginning replaces it."""
    found: dict[str, Finding] = {}
    limit, window = money(settings["limit"]), Duration.parse(settings["window"]).words
    for row in rows:
        cases = tuple(dict.fromkeys(stamp.partition(SEPARATOR)[2] for stamp in sorted(row["cases"])))
        group = [label(part) for part in row["group"].split(SEPARATOR)]
        who = Text(" · ".join(g.zh for g in group), " · ".join(g.en for g in group))
        total = money(int(row["total"]))
        text = Text(
            f"{window.zh}内“{who.zh}”有 {row['count']} 笔，每笔不超过 {limit}，合计 {total}，超过须上一级审批的 {limit}，疑似化整为零。",
            f"Within {window.en}, {row['count']} amounts of “{who.en}”, each at most {limit}, come to {total}: "
            f"together they pass the {limit} above which a higher approval is needed.",
        )
        about = "|".join([*row["group"].split(SEPARATOR), cases[0]])
        found[about] = Finding(about, cases, STRONG if row["count"] > settings["least"] else WEAK, text)
    return list(found.values())


def seconds(length: Duration) -> int:
    """A duration as seconds; a working day counts as a day."""
    return length.amount * (3600 if length.unit == "h" else 86400)
