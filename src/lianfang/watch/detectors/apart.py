"""Apart (偏离): one who scores is far from the median of the others on the same thing, for the same party and in the same direction.

Source: expert scoring in bid evaluation: d = (x − median of the others) / median, beyond 30 %.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import Duration
from lianfang.kernel.wording import plural
from lianfang.watch.columns import column, once, second, span, together

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("hand", "column:text|person", Text("评分人所在的栏目", "the column of who scores"), required=True),
    Param("thing", "columns", Text("同一评分对象的栏目", "columns that name one thing that several score"), required=True),
    Param("party", "column:text|entry", Text("得分归谁所在的栏目", "the column of whose score it is"), required=True),
    Param("score", "column:int|money", Text("得分所在的栏目", "the column of the score"), required=True),
    Param("moment", "column:datetime", Text("时间所在的栏目", "the column of the moment"), required=True),
    Param("window", "duration", Text("多长时间之内", "within how long"), default="365d"),
    Param("percent", "int", Text("偏离其他人中位数百分之几以上", "beyond how many of a hundred from the others' median"), default=30),
    Param("others", "int", Text("至少几名其他评分人", "how many others score the thing at the least"), default=2),
    Param("least", "int", Text("对同一方至少几次同向偏离", "how often for one party and in one direction"), default=3),
)
TITLE = Text("偏离", "Far from the other scorers")
METHOD = Text(
    "同一评分对象有够多人评分时，看各人与其他人中位数的偏离；对同一方、同一方向偏离超过界限够次数的，报。",
    "Where enough others score the same thing, each score is held against the median of the others; one who is beyond the figure often"
    " enough for the same party and in the same direction is a finding.",
)
BLIND_SPOTS = Text("评分人一起抬高或压低的；每次只偏一点的。", "All who score high or low together; a little every time.")
FALSE_ALARMS = Text("专业不同、标准掌握确有不同的评分人。", "Somebody of another field, who reads the standard differently.")
STRONG = 3
SAME = "party"
EXAMPLE: Mapping[str, Any] = {
    "settings": {"hand": "rater", "thing": ["item"], "party": "party", "score": "score", "moment": "moment"},
    "rows": tuple(
        {
            "key": f"{item}-{rater}",
            "case": f"c{item}",
            "rater": rater,
            "item": f"i{item}",
            "party": "u1",
            "score": score,
            "moment": f"2026-03-0{item + 1}T02:00:00Z",
        }
        for item in range(3)
        for rater, score in (("p1", 95), ("p2", 60), ("p3", 62))
    ),
}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Scores by which somebody was far from the others on as many things of one party as are asked for: ``times``, and ``over`` or not."""
    rows = table.select(
        name=column(table, "case", "string").fill_null(""),
        hand=column(table, settings["hand"], "string"),
        thing=together(table, settings["thing"]),
        party=column(table, settings["party"], "string"),
        score=column(table, settings["score"], "int64"),
        second=second(column(table, settings["moment"], "string")),
    ).drop_null()
    others = rows.view()
    pairs = rows.join(others, [rows.thing == others.thing, rows.party == others.party, rows.hand != others.hand], rname="{name}_2")
    held = pairs.group_by("name", "hand", "thing", "party", "score", "second").agg(
        others=pairs.hand_2.nunique(), middle=pairs.score_2.median()
    )
    far = (held.score - held.middle).abs() * 100 > held.middle * settings["percent"]
    held = held.filter((held.others >= settings["others"]) & far).mutate(over=held.score > held.middle)
    window: dict[str, Any] = {"range": (-span(settings), 0), "group_by": ["hand", "party", "over"], "order_by": "second"}
    seen = held.mutate(times=held.thing.count().over(**window), cases=held.name.collect().over(**window))
    seen = seen.filter(seen.times >= settings["least"])
    return seen.select("hand", "party", "over", "second", "times", "cases", "score", "middle").order_by("second", "hand", "party", "score")


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding for who scores, a party and a direction, once a window."""
    window = Duration.parse(settings["window"]).words
    return [_finding(row, settings, window, label) for row in once(rows, ("hand", "party", "over"), span(settings))]


def _finding(row: Mapping[str, Any], settings: Mapping[str, Any], window: Text, label: Callable[[str], Text]) -> Finding:
    hand, party = label(row["hand"]), label(row["party"])
    way = ("高于", "above") if row["over"] else ("低于", "below")
    return Finding(
        f"{row['hand']}|{row['party']}|{way[1]}|{row['second']}",
        tuple(sorted({case for case in row["cases"] if case})),
        STRONG,
        Text(
            f"{window.zh}内“{hand.zh}”给“{party.zh}”的评分 {row['times']} 次{way[0]}其他评分人中位数 {settings['percent']}% 以上（最近一次 "
            f"{row['score']}，其他人中位数 {row['middle']:g}）。也可能无误：专业不同、标准掌握不同。请听取其评分理由，核对利害关系。",
            f"Within {window.en}, “{hand.en}” scored “{party.en}” {plural(row['times'], 'time')} more than "
            f"{settings['percent']} % {way[1]} the "
            f"median of the others (last {row['score']}, the others {row['middle']:g}). It can be innocent: another field, another "
            f"reading of the standard. Hear the reasons, and look for relations.",
        ),
        fixed=True,
    )
