"""Weekend (周末开票): invoices of a Saturday or Sunday that one payee hands in again and again.

Source: checks of expense audit on private spending in public accounts. It goes by the day of the week alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import Duration
from lianfang.watch.columns import SEPARATOR, called, column, once, second, span, together

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param(
        "group", "columns", Text("同归一组的栏目，如单位、销售方", "columns that belong together, such as unit and seller"), required=True
    ),
    Param("date", "column:date", Text("日期所在的栏目", "the column of the date"), required=True),
    Param("window", "duration", Text("多长时间之内", "within how long"), default="90d"),
    Param("least", "int", Text("至少几张周末的", "how many of a weekend at the least"), default=3),
    Param("percent", "int", Text("占百分之几以上", "from how many of a hundred on"), default=50),
)
TITLE = Text("周末开票", "Weekend invoices")
METHOD = Text(
    "同一组票据在一段时间内，开在周六、周日的够张数且占比达到规定的，报一次，其后继续的并入同一条。",
    "Within a window, enough invoices of a group are dated on a Saturday or Sunday, and they are the share asked for: one finding, for as"
    " long as it goes on.",
)
BLIND_SPOTS = Text(
    "法定节假日落在周一至周五的；日期写成工作日的。", "Public holidays from Monday to Friday; a date written as a working day."
)
FALSE_ALARMS = Text(
    "调休的工作日、周末举办的活动和值班；周末才结账的商户。", "Make-up days, events and duty on weekends; a shop that settles on weekends."
)
WEAK = 2
SATURDAY = 5
SAME = "group"
EXAMPLE: Mapping[str, Any] = {
    "settings": {"group": ["seller"], "date": "date"},
    "rows": tuple(
        {"key": f"k{n}", "case": f"c{n}", "seller": "甲餐厅", "date": date}
        for n, date in enumerate(("2026-03-07", "2026-03-08", "2026-03-14"))
    ),
}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Entries of a weekend by which there are enough of them in a group within the window up to then: ``own`` entries, ``free`` ones."""
    rows = table.select(
        name=column(table, "case", "string").fill_null(""),
        group=together(table, settings["group"]),
        on=column(table, settings["date"], "string"),
    ).drop_null()
    day = rows.on.cast("date")
    rows = rows.mutate(second=second(rows.on), free=(day.day_of_week.index() >= SATURDAY).cast("int64"))
    window: dict[str, Any] = {"range": (-span(settings), 0), "group_by": "group", "order_by": "second"}
    seen = rows.mutate(own=rows.free.count().over(**window), hits=rows.free.sum().over(**window))
    held = seen.filter((seen.free == 1) & (seen.hits >= settings["least"]) & (seen.hits * 100 >= seen.own * settings["percent"]))
    return held.select("group", "second", "on", "own", "hits").distinct().order_by("second", "group")


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding a group, once a window."""
    window, found = Duration.parse(settings["window"]).words, []
    for row in once(rows, ("group",), span(settings)):
        who = called(row["group"], label)
        text = Text(
            f"{window.zh}内“{who.zh}”的 {row['own']} 张票据中 {row['hits']} 张开在周六、周日（最近一张 {row['on']}），"
            f"疑似私人消费。也可能无误：调休上班、"
            f"周末活动或值班。请对照活动安排和值班表。",
            f"Within {window.en}, {row['hits']} of {row['own']} invoices of “{who.en}” are of a Saturday or Sunday (last {row['on']}): "
            f"perhaps "
            f"private spending. It can be innocent: a make-up day, an event or duty. Compare the programme and the roster.",
        )
        found.append(Finding(f"{'|'.join(row['group'].split(SEPARATOR))}|{row['on']}", (), WEAK, text, fixed=True))
    return found
