"""Stale (久拖不动): something open in which nothing has happened for longer than is usual for its kind.

How long its kind takes is read from those that were ended before it began, by their median and median absolute deviation, which a few odd
ones do not move; where there are too few, the time that is set counts alone. Nothing need be written for it to be told: time is enough.
Source: electronic supervision's triggers of time; B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers (1993).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import utc_text
from lianfang.kernel.wording import plural, value_text
from lianfang.watch.columns import column, second, span, together

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("thing", "column", Text("说明是什么的栏目", "the column that tells what it is"), required=True),
    Param(
        "moment", "column:date|datetime", Text("最近一次有动静的时间所在的栏目", "the column of when it was last touched"), required=True
    ),
    Param(
        "ended", "column:date|datetime", Text("了结时间所在的栏目；空的即未了结", "the column of when it was ended; empty where it is open")
    ),
    Param("like", "columns", Text("同类的栏目，如事由", "columns that make a kind, such as what it is about")),
    Param("after", "duration", Text("至少多久没有动静", "for how long nothing has happened at the least"), required=True),
    Param("least", "int", Text("同类至少了结过几件才看其常情", "how many ended ones tell what is usual"), default=8),
    Param("tenths", "int", Text("稳健 z 值超过十分之几", "above how many tenths the robust z-score is far"), default=35),
)
TITLE = Text("久拖不动", "Lying open")
METHOD = Text(
    "未了结的，从最近一次有动静算起；超过规定的时间，且同类以前了结够多件的，还超过其用时的中位数加规定倍数的绝对中位差，报一次。没有人再做"
    "什么，到时也报；又有动静的，重新算起。",
    "What is open is counted from when it was last touched: longer than the time set, and, where enough of its kind were ended before, "
    "longer"
    " than the median of what they took by so many of their median absolute deviation, is one finding. It is told when the time has come,"
    " though nobody does anything; touched again, it is counted anew.",
)
BLIND_SPOTS = Text(
    "隔一阵动一下、其实没有进展的；没有登记的；一直都拖的那一类（常情本身就长）。",
    "What is touched now and then and does not move; what was not entered; a kind that always lies for long.",
)
FALSE_ALARMS = Text(
    "等待其他机关、诉讼结果的；依法中止的；已了结尚未登记的。",
    "Waiting for another authority or a court; suspended by law; ended and not entered yet.",
)
WEAK = 2
DAY = 86_400
NORMAL = 6745
"""Ten thousand times the 0.6745 by which a median absolute deviation compares to a standard deviation."""
EXAMPLE: Mapping[str, Any] = {
    "settings": {"thing": "thing", "moment": "moment", "ended": "ended", "after": "30d", "least": 3},
    "rows": (
        {"key": "1", "case": "a", "thing": "乙公司投诉", "moment": "2026-01-05T02:00:00Z", "ended": "2026-01-25T02:00:00Z"},
        {"key": "2", "case": "b", "thing": "丙公司投诉", "moment": "2026-01-06T02:00:00Z", "ended": "2026-02-05T02:00:00Z"},
        {"key": "3", "case": "c", "thing": "丁公司投诉", "moment": "2026-01-07T02:00:00Z", "ended": "2026-02-10T02:00:00Z"},
        {"key": "9", "case": "d", "thing": "甲公司投诉", "moment": "2026-03-02T02:00:00Z", "ended": None},
    ),
}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """What is open, with how many of its kind were ``ended`` before it began, and of what those took the ``middle`` and the ``spread``."""
    rows = table.select(
        "key",
        name=column(table, "case", "string").fill_null(""),
        thing=column(table, settings["thing"], "string").fill_null(""),
        like=together(table, settings["like"]),
        second=second(column(table, settings["moment"], "string")),
        until=second(column(table, settings["ended"] or "", "string")),
    ).drop_null(["like", "second"])
    still = rows.filter(rows.until.isnull()).drop("until")
    over = rows.filter(rows.until.notnull())
    over = over.mutate(took=over.until - over.second).select("like", "until", "took")
    keys = ["key", "name", "thing", "like", "second"]
    pairs = still.left_join(over, [still.like == over.like, over.until <= still.second], rname="{name}_2")
    middle = pairs.group_by(keys).agg(ended=pairs.took.count(), middle=pairs.took.median())
    again = middle.left_join(over, [middle.like == over.like, over.until <= middle.second], rname="{name}_2")
    return again.group_by([*keys, "ended", "middle"]).agg(spread=(again.took - again.middle).abs().median()).order_by("second", "key")


def horizon(settings: Mapping[str, Any]) -> None:
    """What is open is looked at for as long as it stands, beside all that was ended."""
    return


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding for each thing that is open, ``since`` the moment at which that becomes too long."""
    return [_finding(row, settings) for row in rows]


def _finding(row: Mapping[str, Any], settings: Mapping[str, Any]) -> Finding:
    most, usual = span(settings, "after"), Text("", "")
    if row["ended"] >= settings["least"]:
        most = max(most, int(row["middle"] + row["spread"] * settings["tenths"] * 1000 / NORMAL))
        days = f"{row['middle'] / DAY:.1f}"
        usual = Text(
            f"同类此前了结 {row['ended']} 件，用时中位数 {days} 天。",
            f" {plural(row['ended'], 'thing')} of its kind took {days} days (median).",
        )
    last, since = (utc_text(datetime.fromtimestamp(at, UTC)) for at in (row["second"], row["second"] + most))
    seen, days = value_text("datetime", last), f"{most / DAY:.1f}"
    what = row["thing"] or row["key"]
    text = Text(
        f"“{what}”自 {seen.zh} 起没有动静，已超过 {days} 天。{usual.zh}也可能无误：等待其他机关或诉讼结果、依法中止，或已了结尚未登记。请"
        f"问明"
        f"卡在哪里、由谁催办。",
        f"Nothing has happened with “{what}” since {seen.en}, for more than {days} days.{usual.en} It can be innocent: waiting for another "
        f"authority or a court, suspended by law, or ended and not entered. Ask where it is stuck and who sees to it.",
    )
    return Finding(f"{row['key']}|{row['second']}", tuple(filter(None, [row["name"]])), WEAK, text, fixed=True, since=since)
