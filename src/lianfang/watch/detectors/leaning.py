"""Leaning (偏向): one person's cases come to one outcome far more often than those of the others, too lenient or too harsh.

A share is held against that of all others in the same window by Fisher's exact test, which is right for few cases too, and the chance
is multiplied by how many persons and outcomes were compared (Bonferroni). Source: outlier tests of case handlers in audit; R. A. Fisher,
Statistical Methods for Research Workers, section 21.02.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import Duration
from lianfang.watch.shares import compared, figures, finding, unlikely

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("hand", "column:text|person", Text("经手人所在的栏目", "the column of who handled it"), required=True),
    Param("outcome", "column:text", Text("结果所在的栏目", "the column of the outcome"), required=True),
    Param("moment", "column:datetime", Text("时间所在的栏目", "the column of the moment"), required=True),
    Param(
        "like", "columns", Text("只在这些栏目相同的之间比较，如案由", "compared only where these columns agree, such as the kind of case")
    ),
    Param("window", "duration", Text("多长时间之内", "within how long"), default="365d"),
    Param("least", "int", Text("经手人至少几件才比较", "how many cases of a person are compared at the least"), default=8),
    Param("others", "int", Text("其他人合计至少几件才比较", "how many cases of the others at the least"), default=12),
    Param("points", "int", Text("占比至少高出几个百分点", "by how many points of a hundred the share is higher"), default=30),
    Param("chance", "int", Text("偶然如此的机会低于千分之几", "how many in a thousand the chance of it stays below"), default=10),
)
TITLE = Text("偏向", "Leaning to one outcome")
METHOD = Text(
    "同一时段内，把一个人经手的某种结果所占的比例，与其他人合计的比例相比：高出规定的百分点，且按费希尔精确检验（机会乘以比较过的人数"
    "和结果数）不像偶然的，报。",
    "Within a window, the share of an outcome among one person's cases is held against that of all the others together: higher by the"
    " points asked for, and, by Fisher's exact test with the chance times persons and outcomes compared, hardly by accident.",
)
BLIND_SPOTS = Text(
    "件数太少的；所有经手人一起偏的；只有一人经手的；把结果分散到几种说法里的。",
    "Too few cases; all who handle them leaning alike; one person who handles all; an outcome spread over several names.",
)
FALSE_ALARMS = Text(
    "分到的案件本来就不同（如专办某类案件、集中办理一批同类申请）。",
    "The cases assigned were different from the start: one kind only, or a batch of like applications.",
)
SAME = "like"
EXAMPLE: Mapping[str, Any] = {
    "settings": {"hand": "handler", "outcome": "outcome", "moment": "moment"},
    "rows": tuple(
        {"key": str(n), "case": f"c{n}", "handler": who, "outcome": outcome, "moment": f"2026-01-{n:02}T02:00:00Z"}
        for n, (who, outcome) in enumerate([*[("p2", "strict"), ("p3", "strict")] * 8, *[("p1", "lenient")] * 10], 1)
    ),
}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Entries whose person had, within the window up to then, that outcome more often than the others: the figures of both."""
    return compared(table, settings, "outcome")


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding for a person and an outcome, once a window, where chance does not explain it."""
    return [_finding(row, settings, label) for row in unlikely(rows, settings)]


def _finding(row: Mapping[str, Any], settings: Mapping[str, Any], label: Callable[[str], Text]) -> Finding:
    hand, outcome, window = label(row["hand"]), label(row["outcome"]), Duration.parse(settings["window"]).words
    others, other_hits, mine, theirs = figures(row)
    told = Text(
        f"{window.zh}内“{hand.zh}”经手 {row['own']} 件，结果为“{outcome.zh}”的 {row['hits']} 件（{mine}%）；其他人 {others} 件中 "
        f"{other_hits} 件（{theirs}%）。若无差别，偶然如此的机会不到千分之{settings['chance']}。也可能无误：分到的案件本来就不同。"
        f"请抽其中几件与他人同类案件对照。",
        f"Within {window.en}, {row['hits']} of {row['own']} cases of “{hand.en}” came to “{outcome.en}” ({mine}%), of the others' "
        f"{others} it was {other_hits} ({theirs}%). By chance that happens less than {settings['chance']} times in a thousand. It "
        f"can be innocent: the cases assigned were different. Compare some of them with like cases of others.",
    )
    return finding(row, settings, told)
