"""Splitting under a threshold (化整为零): amounts that each stay under a limit and together pass it, within a rolling window.

Source: the office's own limits; the form of the rule is that of procurement audit (rolling window, count and sum).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import Duration
from lianfang.kernel.wording import money
from lianfang.watch.columns import SEPARATOR, called, column, second, span, together

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param(
        "group",
        "columns",
        Text("同归一组的栏目，如单位", "columns that belong together, such as unit"),
        required=True,
    ),
    Param(
        "any_of",
        "columns",
        Text("此外只要其中一栏相同即归一组，如收款人、销售方", "columns of which one more belongs together, such as payee or seller"),
    ),
    Param("amount", "column:money|int", Text("金额所在的栏目", "the column of the amount"), required=True),
    Param(
        "whole",
        "column:money|int",
        Text(
            "一次报批的总额所在的栏目，用于台账一行只是其中一部分时",
            "the column of what was approved at once, where an entry is only a part of that",
        ),
    ),
    Param("moment", "column:datetime", Text("时间所在的栏目", "the column of the moment"), required=True),
    Param("limit", "figure:amount", Text("单笔限额（含）", "what a single amount may be, inclusive"), required=True),
    Param("window", "duration", Text("多长时间之内", "within how long"), required=True),
    Param("least", "int", Text("至少几笔", "how many amounts make a finding"), required=True),
)
BLIND_SPOTS = Text(
    "各笔在归组的各栏中都不相同（如既换收款人又换销售方），或拉长时间间隔，可以绕开。",
    "Amounts that differ in every column of a group (another payee and another seller as well) or lie further apart slip by.",
)
FALSE_ALARMS = Text(
    "同一收款人或销售方的几笔真实独立的小额开支；同一框架协议下的分批结算。",
    "Several true and separate small bills of one payee or seller; calls under one framework agreement.",
)
STRONG, WEAK = 3, 2
SAME, AND_ONE_OF = "group", "any_of"
TITLE = Text("化整为零", "Splitting under a threshold")
METHOD = Text(
    "同一组的、每笔不超过限额的支出，在滚动的一段时间内够多且合计超过限额的，报一次；同一办件的几笔算一笔。",
    "Amounts of one group, each within the limit, that are enough within a rolling window and together pass it, are one finding; the"
    " amounts of one case are one.",
)
EXAMPLE: Mapping[str, Any] = {
    "settings": {
        "group": ["unit", "payee"], "amount": "amount", "moment": "moment", "limit": 300_000, "window": "1d", "least": 2,
    },
    "rows": tuple(
        {"key": case, "case": case, "unit": "u1", "payee": "宝文", "amount": 290_000, "moment": f"2026-03-02T0{hour}:00:00Z"}
        for hour, case in enumerate("abc", 1)
    ),
}  # fmt: skip


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Windows that first hold, or still hold, enough amounts: ``nth`` way of grouping, ``group``, ``cases``, ``count``, ``total``.

    The amounts of one case were approved together and are one.
    """
    import ibis  # noqa: PLC0415 what is declared above is read without the engine

    limit = settings["limit"]
    amount, moment = column(table, settings["amount"], "int64"), column(table, settings["moment"], "string")
    whole = column(table, settings["whole"], "int64") if settings["whole"] else amount
    # Where some were brought along, not all that those belong together with are here.
    fresh = table["new"] if "new" in table.columns else ibis.literal(value=True)
    found = []
    for nth, more in enumerate(settings["any_of"] or [None]):
        group = together(table, [*settings["group"], *([more] if more else [])])
        # What came without a case, as a fact does, is an amount by itself.
        alone = column(table, "case", "string").fill_null("") == ""
        rows = table.mutate(
            group=group, amount_=amount, whole_=ibis.coalesce(whole, amount), moment_=moment,
            one_=ibis.ifelse(alone, column(table, "key", "string"), ""), new_=fresh.cast("int64"),
        ).filter(group.notnull())  # fmt: skip
        cases = rows.group_by("group", "case", "one_").agg(
            sum_=lambda one: one.amount_.sum(), whole_=lambda one: one.whole_.max(), moment_=lambda one: one.moment_.min(),
            new_=lambda one: one.new_.max(),
        )  # fmt: skip
        small = cases.filter((cases.sum_ <= limit) & (cases.whole_ <= limit)).mutate(
            second=lambda one: second(one.moment_),
            stamp=lambda one: one.moment_ + SEPARATOR + one.case.cast("string"),
        )
        window: dict[str, Any] = {"range": (-span(settings), 0), "group_by": "group", "order_by": "second"}
        seen = small.mutate(
            nth=nth,
            count=small.sum_.count().over(**window),
            total=small.sum_.sum().over(**window),
            cases=small.stamp.collect().over(**window),
            with_new=small.new_.max().over(**window),
        )
        held = seen.filter((seen["count"] >= settings["least"]) & (seen["total"] > limit) & (seen.with_new > 0))
        found.append(held.select("nth", "group", "cases", "count", "total", "second"))
    return ibis.union(*found).order_by("second", "nth") if len(found) > 1 else found[0].order_by("second")


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding for each first case of a window, by time; a later, fuller window of the same beginning replaces it. What is all in a
    fuller window, grouped in another way, is no finding of its own."""
    last = {"|".join([*row["group"].split(SEPARATOR), min(row["cases"]).partition(SEPARATOR)[2]]): row for row in rows}
    window = Duration.parse(settings["window"]).words
    return _fullest([_finding(about, row, settings, window, called(row["group"], label)) for about, row in last.items()])


def _finding(about: str, row: Mapping[str, Any], settings: Mapping[str, Any], window: Text, who: Text) -> Finding:
    cases = tuple(dict.fromkeys(stamp.partition(SEPARATOR)[2] for stamp in sorted(row["cases"])))
    limit, total = money(settings["limit"]), money(int(row["total"]))
    text = Text(
        f"{window.zh}内“{who.zh}”有 {row['count']} 笔，每笔不超过 {limit}，合计 {total}，超过须上一级审批的 {limit}，疑似化整为零。",
        f"Within {window.en}, {row['count']} amounts of “{who.en}”, each at most {limit}, come to {total}: "
        f"together they pass the {limit} above which a higher approval is needed.",
    )
    return Finding(about, cases, STRONG if row["count"] > settings["least"] else WEAK, text)


def _fullest(found: list[Finding]) -> list[Finding]:
    """The findings whose cases are not all in another one: in more cases, or in the same that were found before."""
    held = [frozenset(one.cases) for one in found]
    with_case: dict[str, list[int]] = {}
    for nth, cases in enumerate(held):
        for case in cases:
            with_case.setdefault(case, []).append(nth)
    return [
        one
        for nth, one in enumerate(found)
        if not any(held[nth] < held[other] or (other < nth and held[nth] == held[other]) for other in with_case[one.cases[0]])
    ]
