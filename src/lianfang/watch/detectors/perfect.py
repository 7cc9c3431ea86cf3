"""Perfect (总是满分): somebody who scores gives full marks nearly always.

Source: the control of scores in assessments; a share within a rolling window, from a least number on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import Duration
from lianfang.watch.columns import column, once, second, span

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("hand", "column:text|person", Text("评分人所在的栏目", "the column of who scores"), required=True),
    Param("score", "column:int|money", Text("得分所在的栏目", "the column of the score"), required=True),
    Param("full", "column:int|money", Text("满分所在的栏目", "the column of the full marks"), required=True),
    Param("moment", "column:datetime", Text("时间所在的栏目", "the column of the moment"), required=True),
    Param("window", "duration", Text("多长时间之内", "within how long"), default="365d"),
    Param("least", "int", Text("至少几次评分", "how many scores at the least"), default=20),
    Param("percent", "int", Text("满分占百分之几以上", "from how many of a hundred on they are full"), default=95),
)
TITLE = Text("总是满分", "Always full marks")
METHOD = Text(
    "同一时段内，一个评分人评分够次数、其中满分的比例达到规定的，报一次，其后继续的并入同一条。",
    "Within a window, somebody gave enough scores and the share of full marks among them reaches the figure: one finding, for as long as it"
    " goes on.",
)
BLIND_SPOTS = Text("每次只扣一点的；评分次数太少的。", "A token point taken off each time; too few scores.")
FALSE_ALARMS = Text("指标容易达到、确实都达标的。", "A standard that is easily met, and was met.")
WEAK = 2
SAME = "hand"
EXAMPLE: Mapping[str, Any] = {
    "settings": {"hand": "rater", "score": "score", "full": "full", "moment": "moment", "least": 3},
    "rows": tuple(
        {"key": str(n), "case": f"c{n}", "rater": "p1", "score": 10, "full": 10, "moment": f"2026-03-0{n + 1}T02:00:00Z"} for n in range(3)
    ),
}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Scores by which the share of full marks, of that hand and within the window up to then, is reached: ``own`` scores, ``full`` ones."""
    rows = table.select(
        hand=column(table, settings["hand"], "string"),
        score=column(table, settings["score"], "int64"),
        whole=column(table, settings["full"], "int64"),
        second=second(column(table, settings["moment"], "string")),
    ).drop_null()
    rows = rows.mutate(hit=(rows.score >= rows.whole).cast("int64"))
    window: dict[str, Any] = {"range": (-span(settings), 0), "group_by": "hand", "order_by": "second"}
    seen = rows.mutate(own=rows.hit.count().over(**window), full=rows.hit.sum().over(**window))
    held = seen.filter((seen.own >= settings["least"]) & (seen.full * 100 >= seen.own * settings["percent"]))
    return held.select("hand", "second", "own", "full").distinct().order_by("second", "hand")


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding for who scores, once a window."""
    window = Duration.parse(settings["window"]).words
    return [
        Finding(
            f"{row['hand']}|{row['second']}",
            (),
            WEAK,
            Text(
                f"{window.zh}内“{label(row['hand']).zh}”评分 {row['own']} 次，{row['full']} 次给满分，未见区分。"
                f"也可能无误：指标容易达到且确实都达标。"
                f"请抽查几项的依据材料。",
                f"Within {window.en}, {row['full']} of {row['own']} scores of “{label(row['hand']).en}” were full marks, "
                f"which tells nobody "
                f"apart. It can be innocent: a standard that was easily met. Look at the evidence of some.",
            ),
            fixed=True,
        )
        for row in once(rows, ("hand",), span(settings))
    ]
