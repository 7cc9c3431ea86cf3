"""Outside of office hours (非工作时间办理): things that somebody did on days off, or before or after office hours, several times.

Source: audit's red flags of time (nights, weekends, holidays); the hours are the office's own, the days off those of its calendar, which
follows the State Council's notices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.calendar import EVERY_WEEK, Calendar
from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import OFFICE_TIME, Duration, utc_moment
from lianfang.watch.columns import SEPARATOR, lasting, span
from lianfang.watch.detectors import LATE, seconds, values, with_new

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("who", "column", Text("由谁（或哪辆车、哪枚印章）归组的栏目", "the column of who did it (or the car)"), required=True),
    Param("moment", "column:datetime", Text("时间所在的栏目", "the column of the moment"), required=True),
    Param("begins", "int", Text("几点上班", "the hour at which the office opens"), default=9),
    Param("ends", "int", Text("几点下班", "the hour at which it closes"), default=18),
    Param("window", "duration", Text("多长时间之内", "within how long"), default="30d"),
    Param("least", "int", Text("至少几次才报", "how many times make a finding"), required=True),
)
TITLE = Text("非工作时间办理", "Outside office hours")
METHOD = Text(
    "按办公地时间看每次办理：不是工作日（含调休安排），或在上班之前、下班之后的，算一次；同一人（车、印章）一段时间内够次数的报一次，"
    "其后继续的并入同一条。没有放假安排的年份按周一至周五推算。",
    "Each time is read by the office's clock: on a day that is not worked (by the calendar, make-up days too), or before or after office"
    " hours. Enough of them by one person (car, seal) within the window are a finding; while it goes on, it stays the same one. In a year"
    " whose holidays are not known, Monday to Friday are taken to be worked.",
)
BLIND_SPOTS = Text(
    "登记时间由系统记，事情是晚上办、第二天补登的看不出；次数不够的不报。",
    "The moment is that of the entry: what was done at night and entered in the morning is not seen; nor is less than the number set.",
)
FALSE_ALARMS = Text(
    "经批准的加班、值班、抢险；外勤晚归；节前赶办。", "Approved overtime, duty or emergencies; a late return; a rush before a holiday."
)
STRONG, WEAK = 3, 2
BY_CALENDAR = True
"""Rows are prepared with the matter's calendar."""
EXAMPLE: Mapping[str, Any] = {
    "settings": {"who": "keeper", "moment": "moment", "least": 2},
    "rows": (
        {"key": "1", "case": "a", "keeper": "p1", "moment": "2026-03-02T12:30:00Z"},
        {"key": "2", "case": "b", "keeper": "p1", "moment": "2026-03-07T02:00:00Z"},
    ),
}


def prepare(row: Mapping[str, Any], settings: Mapping[str, Any], calendar: Calendar = EVERY_WEEK) -> dict[str, Any] | None:
    """A thing that was done, with the office's hour and whether the day is worked; those of one hand belong together."""
    found = values(row, settings, who=str, moment=str)
    if found is None:
        return None
    at = utc_moment(found["moment"]).astimezone(OFFICE_TIME)
    return {
        **found, "second": int(at.timestamp()), "hour": at.hour, "worked": calendar.is_workday(at.date()),
        "shown": at.isoformat(" ", "minutes")[:16], "traits": [found["who"]],
    }  # fmt: skip


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """The times outside of hours at which there were enough within the window: ``count``, and the ``stamps`` of them all, each with its
    case, or with its key where no case wrote it."""
    import ibis  # noqa: PLC0415 what is declared above is read without the engine

    rows = with_new(table, "who").drop("traits")
    inside = rows.worked & (rows.hour >= settings["begins"]) & (rows.hour < settings["ends"])
    out = rows.filter(~inside)
    alone = ibis.ifelse(out.case == "", out.key, "")
    out = out.mutate(stamp=out.shown + SEPARATOR + out.case + SEPARATOR + alone)
    window: dict[str, Any] = {"range": (-span(settings), 0), "group_by": "who", "order_by": "second"}
    seen = out.mutate(count=out.key.count().over(**window), stamps=out.stamp.collect().over(**window))
    return seen.filter(seen["count"] >= settings["least"]).select("who", "key", "second", "count", "stamps").order_by("second", "key")


def horizon(settings: Mapping[str, Any]) -> int:
    """Seconds back within which entries are new; all of the same hand are brought along."""
    return LATE


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding a hand while it goes on, named by the time at which it began, told as it last was."""
    window = Duration.parse(settings["window"])
    last = {f"{row['who']}|{began}": row for row, began in lasting(rows, ("who",), seconds(window))}
    return [_finding(about, row, window.words, settings, label(row["who"])) for about, row in last.items()]


def _finding(about: str, row: Mapping[str, Any], window: Text, settings: Mapping[str, Any], who: Text) -> Finding:
    parted = [stamp.split(SEPARATOR) for stamp in sorted(row["stamps"])]
    times = [time for time, _, _ in parted]
    hours = f"{settings['begins']}:00–{settings['ends']}:00"
    text = Text(
        f"{window.zh}内“{who.zh}”在非工作时间办理 {row['count']} 次（工作日 {hours} 以外）：{'、'.join(times)}。"
        "也可能无误：经批准的加班、值班、抢险。请核对值班表、加班审批和门禁记录。",
        f"Within {window.en}, “{who.en}” {row['count']} times outside of office hours (working days, {hours}): {', '.join(times)}. "
        "It can be innocent: approved overtime, duty or an emergency. Compare the duty roster, the approvals and the gate's log.",
    )
    cases = tuple(dict.fromkeys(case for _, case, _ in parted if case))
    facts = tuple(("ledger", key) for _, _, key in parted if key)
    return Finding(about, cases, STRONG if row["count"] > settings["least"] else WEAK, text, fixed=True, facts=facts)
