"""Speed (秒批): somebody decides again and again sooner than what is to be read can be read.

What lies between what came before (of the same thing, or by the same hand) and the decision is the most that can have gone into reading
it. Days are counted and not things alone: a pile that is worked off in one afternoon is one day. Source: checks of electronic supervision
on approvals; the time that a thing takes is the office's own figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import Duration
from lianfang.kernel.wording import plural
from lianfang.watch.columns import SEPARATOR, column, lasting, second, span

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("thing", "column", Text("是哪一件的栏目", "the column of the thing that is read"), required=True),
    Param("hand", "column:text|person", Text("经手人所在的栏目", "the column of who had it"), required=True),
    Param(
        "size",
        "column:int",
        Text(
            "要看多少（页数、条数）的栏目；只是送来的为 0",
            "the column of how much there is to read, as pages or items; 0 where it only comes",
        ),
        required=True,
    ),
    Param("moment", "column:datetime", Text("时间所在的栏目", "the column of the moment"), required=True),
    Param("seconds", "int", Text("看一件至少几秒", "how many seconds a thing takes at the least"), default=30),
    Param("each", "int", Text("每页（条）再加几秒", "how many more for each page or item"), default=0),
    Param("window", "duration", Text("多长时间之内", "within how long"), default="90d"),
    Param("days", "int", Text("至少有几天如此", "on how many days at the least"), default=3),
    Param("percent", "int", Text("占其看过件数的百分之几起", "from which share of what the hand read on, of a hundred"), default=50),
)
TITLE = Text("秒批", "Decided within seconds")
METHOD = Text(
    "看一件最多可能用的时间，从它送到之时或本人办完上一件之时（取较晚的）算起，到本人办结为止；少于看完所需的秒数，算一次过快。同一人在一段"
    "时间内过快的分布在够多天，且占其看过件数的规定比例以上的，报一次，其后继续的并入同一条。",
    "The most that can have gone into reading a thing is counted from when it came or the same hand had done the one before, whichever is"
    " later. Less than reading takes is too fast. Enough days of that by one person within the window, and the share of what that person"
    " read, are a finding; while it goes on, it stays the same one.",
)
BLIND_SPOTS = Text(
    "打开放着不看、过一会儿再点的；偶尔几次的；看完所需的时间定得过短的；不在同一台账里送达的。",
    "Who lets it lie unread and clicks later; once in a while; a time for reading that is set too short; what came by another way.",
)
FALSE_ALARMS = Text(
    "事先当面汇报过、看过纸质件的；内容相同的一批，看过一件即可的。",
    "Told of it or read on paper beforehand; a batch of the same, of which one was read.",
)
STRONG, WEAK = 3, 2
ALWAYS = 90
"""From which share on, of a hundred, a finding is strong."""
DAY, EAST = 86_400, 8 * 3600
"""Seconds of a day, and by how many the office's clock is ahead of UTC."""
EXAMPLE: Mapping[str, Any] = {
    "settings": {"thing": "thing", "hand": "hand", "size": "size", "moment": "moment"},
    "rows": tuple(
        {"key": f"{day}-{hand}", "case": f"c{day}", "thing": f"c{day}", "hand": hand, "size": size, "moment": f"2026-03-0{day}T01:00:{at}Z"}
        for day in (2, 3, 4)
        for hand, size, at in (("p1", 0, "00"), ("p2", 4, "07"))
    ),
}  # fmt: skip


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """The readings that were too fast: within the window up to then ``own`` readings of the hand, ``fast`` of them, with the ``stamps``
    of those, and the seconds that this one ``took`` where it needs ``need``."""
    import ibis  # noqa: PLC0415 what is declared above is read without the engine

    rows = table.select(
        "key",
        name=column(table, "case", "string").fill_null(""),
        thing=column(table, settings["thing"], "string"),
        hand=column(table, settings["hand"], "string"),
        size=column(table, settings["size"], "int64"),
        second=second(column(table, settings["moment"], "string")),
    ).drop_null()
    order = ["second", "key"]
    rows = rows.mutate(
        came=rows.second.lag().over(group_by="thing", order_by=order),
        free=rows.second.lag().over(group_by="hand", order_by=order).fill_null(0),
    )
    rows = rows.filter((rows["size"] > 0) & rows.came.notnull())
    rows = rows.mutate(took=rows.second - ibis.greatest(rows.came, rows.free), need=settings["seconds"] + settings["each"] * rows["size"])
    rows = rows.mutate(
        hit=(rows.took < rows.need).cast("int64"), stamp=((rows.second + EAST) // DAY).cast("string") + SEPARATOR + rows.name
    )
    window: dict[str, Any] = {"range": (-span(settings), 0), "group_by": "hand", "order_by": "second"}
    seen = rows.mutate(
        own=rows.hit.count().over(**window),
        fast=rows.hit.sum().over(**window),
        stamps=ibis.ifelse(rows.hit == 1, rows.stamp, "").collect().over(**window),
    )
    held = seen.filter((seen.hit == 1) & (seen.fast >= settings["days"]) & (seen.fast * 100 >= seen.own * settings["percent"]))
    return held.select("hand", "key", "second", "took", "need", "own", "fast", "stamps").order_by("second", "key")


def horizon(settings: Mapping[str, Any]) -> None:
    """The window before an entry must be whole."""
    return


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding a hand while it goes on, named by the reading at which it began, told as it last was."""
    often = (row for row in rows if len(_days(row)) >= settings["days"])
    last = {f"{row['hand']}|{began}": row for row, began in lasting(often, ("hand",), span(settings))}
    return [_finding(about, row, settings, label(row["hand"])) for about, row in last.items()]


def _days(row: Mapping[str, Any]) -> set[str]:
    return {stamp.partition(SEPARATOR)[0] for stamp in row["stamps"] if stamp}


def _finding(about: str, row: Mapping[str, Any], settings: Mapping[str, Any], who: Text) -> Finding:
    window, days = Duration.parse(settings["window"]).words, len(_days(row))
    share = row["fast"] * 100 // row["own"]
    text = Text(
        f"{window.zh}内“{who.zh}”看过 {row['own']} 件，其中 {row['fast']} 件（{share}%）办得比看完还快，分布在 {days} 天；最近一件至多用了 "
        f"{row['took']} 秒，看完至少要 {row['need']} 秒。也可能无误：事先当面汇报过、看过纸质件，或内容相同的一批。请问明怎么看的，抽几件"
        f"重看。",
        f"Within {window.en}, “{who.en}” read {plural(row['own'], 'thing')}, {row['fast']} of them ({share} %) faster than they can be "
        f"read, on {plural(days, 'day')}; the last took {plural(row['took'], 'second')} at most and needs {row['need']}. It can be "
        f"innocent: told of it or read on paper beforehand, or a batch of the same. Ask how they were read, and read some again.",
    )
    cases = tuple(sorted({stamp.partition(SEPARATOR)[2] for stamp in row["stamps"]} - {""}))
    return Finding(about, cases, STRONG if share >= ALWAYS else WEAK, text, fixed=True)
