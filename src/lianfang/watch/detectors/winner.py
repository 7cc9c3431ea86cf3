"""The same winner again and again (中标集中): one supplier gets most of what a buyer awards of one kind within a window.

Source: red flags of procurement audit (share of awards by buyer, supplier and kind); the share and the least number are the office's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import Duration, utc_moment
from lianfang.kernel.wording import money
from lianfang.watch.columns import SEPARATOR, called, lasting, span
from lianfang.watch.detectors import LATE, seconds, values, with_new

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param(
        "group", "columns", Text("同归一组的栏目，如单位、采购内容", "columns that belong together, such as unit and kind"), required=True
    ),
    Param("winner", "column", Text("中标人所在的栏目", "the column of the winner"), required=True),
    Param("amount", "column:money|int", Text("金额所在的栏目", "the column of the amount"), required=True),
    Param("moment", "column:datetime", Text("时间所在的栏目", "the column of the moment"), required=True),
    Param("window", "duration", Text("多长时间之内", "within how long"), required=True),
    Param("least", "int", Text("同组至少授予几次才作比较", "how many awards of a group make a comparison"), required=True),
    Param("share", "int", Text("一家占次数的百分之几起", "from which share of their number on, of a hundred"), required=True),
)
TITLE = Text("中标集中", "The same winner again")
METHOD = Text(
    "同一组（如单位加采购内容）每授予一次，就数此前一段时间内的次数：总数够多，且这一家占到规定比例的，报一次；其后继续集中的，并入同一"
    "条。",
    "At each award of a group (such as unit and kind), those of the window before it are counted: enough of them, and the share of this"
    " supplier, make a finding; while it goes on, it stays the same one.",
)
BLIND_SPOTS = Text(
    "换名称、换关联公司轮流中标的；次数不多而金额很大的；没有登记的。",
    "A supplier under other names or with sister companies in turn; few awards of large amounts; what was not entered.",
)
FALSE_ALARMS = Text(
    "本地同类供应商本来就少；依法续签、补充采购；一次招标分几个包；每次都确为最低价。",
    "Few suppliers of this kind nearby; lawful renewals and additions; lots of one tender; truly the cheapest each time.",
)
STRONG, WEAK = 3, 2
EXAMPLE: Mapping[str, Any] = {
    "settings": {
        "group": ["unit", "kind"], "winner": "winner", "amount": "amount", "moment": "moment", "window": "365d", "least": 4, "share": 75,
    },
    "rows": tuple(
        {"key": f"no-{n}", "case": f"c{n}", "unit": "u1", "kind": "design", "winner": winner, "amount": 9_000_000, "moment": moment}
        for n, (winner, moment) in enumerate((
            ("经纬", "2026-01-05T02:00:00Z"), ("经纬", "2026-02-05T02:00:00Z"), ("湾图", "2026-03-05T02:00:00Z"),
            ("经纬", "2026-04-07T02:00:00Z"),
        ))
    ),
}  # fmt: skip


def prepare(row: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """An award; those of one group belong together. None where a value is missing."""
    found = values(row, settings, winner=str, amount=int, moment=str)
    parts = [row.get(name) for name in settings["group"]]
    if found is None or not all(isinstance(part, str) and part for part in parts):
        return None
    group = SEPARATOR.join(map(str, parts))
    return {**found, "group": group, "second": int(utc_moment(found["moment"]).timestamp()), "traits": [group]}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """The awards at which one winner had the share: ``count`` of ``awards``, ``total`` of ``spent``, and the ``stamps`` of its own."""
    rows = with_new(table, "group").drop("traits")
    rows = rows.mutate(stamp=rows.moment + SEPARATOR + rows.case)
    window: dict[str, Any] = {"range": (-span(settings), 0), "order_by": "second"}
    of_all, of_one = {**window, "group_by": "group"}, {**window, "group_by": ["group", "winner"]}
    seen = rows.mutate(
        awards=rows.amount.count().over(**of_all),
        spent=rows.amount.sum().over(**of_all),
        count=rows.amount.count().over(**of_one),
        total=rows.amount.sum().over(**of_one),
        stamps=rows.stamp.collect().over(**of_one),
    )
    held = seen.filter((seen.awards >= settings["least"]) & (seen["count"] * 100 >= seen.awards * settings["share"]))
    return held.select("group", "winner", "key", "second", "awards", "spent", "count", "total", "stamps").order_by("second", "key")


def horizon(settings: Mapping[str, Any]) -> int:
    """Seconds back within which awards are new; all of the same group are brought along."""
    return LATE


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding a group and winner while it goes on, named by the award at which it began, told as it last was."""
    window = Duration.parse(settings["window"])
    last = {
        "|".join([*row["group"].split(SEPARATOR), row["winner"], began]): row
        for row, began in lasting(rows, ("group", "winner"), seconds(window))
    }
    return [_finding(about, row, window.words, label) for about, row in last.items()]


def _finding(about: str, row: Mapping[str, Any], window: Text, label: Callable[[str], Text]) -> Finding:
    who = called(row["group"], label)
    winner, count, awards = label(row["winner"]), row["count"], row["awards"]
    total, spent, share = money(int(row["total"])), money(int(row["spent"])), count * 100 // awards
    cases = tuple(dict.fromkeys(filter(None, (stamp.partition(SEPARATOR)[2] for stamp in sorted(row["stamps"])))))
    text = Text(
        f"{window.zh}内“{who.zh}”授予 {awards} 次（{spent}），“{winner.zh}”得 {count} 次（{total}），占 {share}%。"
        "也可能无误：同类供应商本来就少、依法续签、一次招标分包，或每次确为最低价。请查看每次有谁参加、评分如何。",
        f"Within {window.en}, “{who.en}” awarded {awards} times ({spent}), {count} of them ({total}) to “{winner.en}”: {share} %. "
        "It can be innocent: few suppliers of this kind, a lawful renewal, lots of one tender, or the cheapest each time. "
        "See who took part each time and how they were scored.",
    )
    return Finding(about, cases, STRONG if count == awards else WEAK, text, fixed=True)
