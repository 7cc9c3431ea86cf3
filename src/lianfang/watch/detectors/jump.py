"""Jump (突变): a score far from what the same subject had before.

The distance from the median of the earlier scores is measured in their median absolute deviation, which one odd score does not move.
Source: B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers (1993): a modified z-score above 3.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.wording import plural
from lianfang.watch.columns import called, column, second, together

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("subject", "columns", Text("同一对象的栏目，如单位、指标", "columns of one subject, such as unit and indicator"), required=True),
    Param("score", "column:int|money", Text("得分所在的栏目", "the column of the score"), required=True),
    Param("moment", "column:datetime", Text("时间所在的栏目", "the column of the moment"), required=True),
    Param("least", "int", Text("至少几次往期得分", "how many earlier scores at the least"), default=4),
    Param("tenths", "int", Text("稳健 z 值超过十分之几", "above how many tenths the robust z-score is far"), default=35),
    Param("points", "int", Text("至少差多少分（与得分同单位）", "how far apart in points, in the unit of the score"), required=True),
)
TITLE = Text("突变", "A sudden jump")
METHOD = Text(
    "同一对象本次得分与往期中位数之差，以往期的绝对中位差衡量（稳健 z 值）超过界限，且差的分数够大的，报。",
    "The distance of a score from the median of the subject's earlier scores, measured in their median absolute deviation (a robust"
    " z-score), is beyond the figure, and large enough in points.",
)
BLIND_SPOTS = Text("一点一点抬高的；往期次数太少的。", "A score that was raised bit by bit; too short a history.")
FALSE_ALARMS = Text("考评办法改了；该单位工作确有明显变化。", "Another scoring scheme; a unit whose work truly changed.")
STRONG, WEAK = 3, 2
NORMAL = 6745
"""Ten thousand times the 0.6745 by which a median absolute deviation compares to a standard deviation."""
SAME = "subject"
EXAMPLE: Mapping[str, Any] = {
    "settings": {"subject": ["unit"], "score": "score", "moment": "moment", "points": 5},
    "rows": tuple(
        {"key": str(n), "case": f"c{n}", "unit": "u1", "score": score, "moment": f"2026-0{n + 1}-02T02:00:00Z"}
        for n, score in enumerate((80, 81, 80, 79, 97))
    ),
}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Scores far from the earlier ones of their subject: ``middle`` their median, ``spread`` their median absolute deviation."""
    rows = table.select(
        "key",
        name=column(table, "case", "string").fill_null(""),
        subject=together(table, settings["subject"]),
        score=column(table, settings["score"], "int64"),
        second=second(column(table, settings["moment"], "string")),
    ).drop_null()
    before = rows.view()
    pairs = rows.join(before, [rows.subject == before.subject, before.second < rows.second], rname="{name}_2")
    keys = ["key", "name", "subject", "score", "second"]
    middle = pairs.group_by(keys).agg(earlier=pairs.score_2.count(), middle=pairs.score_2.median())
    # Most scores are near: of those nothing more need be known.
    middle = middle.filter((middle.earlier >= settings["least"]) & ((middle.score - middle.middle).abs() >= settings["points"]))
    again = middle.join(before, [middle.subject == before.subject, before.second < middle.second], rname="{name}_2")
    far = again.group_by([*keys, "earlier", "middle"]).agg(spread=(again.score_2 - again.middle).abs().median())
    held = far.filter((far.score - far.middle).abs() * NORMAL > far.spread * settings["tenths"] * 1000)
    return held.order_by("second", "key")


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding a score."""
    return [_finding(row, called(row["subject"], label)) for row in rows]


def _finding(row: Mapping[str, Any], who: Text) -> Finding:
    way = ("高", "above") if row["score"] > row["middle"] else ("低", "below")
    return Finding(
        f"{row['key']}|{row['second']}",
        tuple(filter(None, [row["name"]])),
        STRONG if way[1] == "above" else WEAK,
        Text(
            f"“{who.zh}”本次得 {row['score']}，明显{way[0]}于往期（{row['earlier']} 次，中位数 {row['middle']:g}，"
            f"通常相差 {row['spread']:g}）。"
            f"也可能无误：考评办法改了，或工作确有变化。请核对评分依据。",
            f"“{who.en}” scores {row['score']}, far {way[1]} what it had before "
            f"({plural(row['earlier'], 'score')}, median {row['middle']:g}, "
            f"usually {row['spread']:g} apart). It can be innocent: another scheme, or work that changed. Look at the evidence.",
        ),
        fixed=True,
    )
