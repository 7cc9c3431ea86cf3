"""Favourite (专厚一家): one person's cases come from, or go to, one party far more often than those of the others.

The share of a party among one hand's cases is held against its share among all others' in the same window by Fisher's exact test, and the
chance is multiplied by how many pairs were compared (Bonferroni). A party that has most of everybody's cases is nobody's favourite.
Source: red flags of procurement audit (buyer and supplier that meet too often); R. A. Fisher, Statistical Methods for Research Workers,
section 21.02.
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
    Param("party", "column", Text("申请人、供应商所在的栏目", "the column of the applicant or supplier"), required=True),
    Param("moment", "column:datetime", Text("时间所在的栏目", "the column of the moment"), required=True),
    Param("like", "columns", Text("只在这些栏目相同的之间比较，如采购内容", "compared only where these columns agree, such as the kind")),
    Param("window", "duration", Text("多长时间之内", "within how long"), default="365d"),
    Param("least", "int", Text("两者之间至少几件", "how many cases the two have at the least"), default=5),
    Param("others", "int", Text("其他人合计至少几件才比较", "how many cases of the others at the least"), default=12),
    Param("points", "int", Text("占比至少高出几个百分点", "by how many points of a hundred the share is higher"), default=30),
    Param("chance", "int", Text("偶然如此的机会低于千分之几", "how many in a thousand the chance of it stays below"), default=10),
)
TITLE = Text("专厚一家", "Favourite party")
METHOD = Text(
    "同一时段内，把一家（申请人、供应商）在一个人经手的件数中所占的比例，与它在其他人经手的件数中的比例相比：两者之间件数够多，高出规定的"
    "百分点，且按费希尔精确检验（机会乘以比较过的对数）不像偶然的，报。",
    "Within a window, the share of a party (an applicant, a supplier) among one person's cases is held against its share among those of all"
    " the others: enough cases of the two, higher by the points asked for, and, by Fisher's exact test with the chance times the pairs"
    " compared, hardly by accident.",
)
BLIND_SPOTS = Text(
    "件数太少的；只有一人经手的；那一家换名称、换关联单位的；所有经手人都偏向同一家的。",
    "Too few cases; one person who handles all; a party under other names; all who handle them favouring the same one.",
)
FALSE_ALARMS = Text(
    "按片区、行业或联系单位分工，本来就归他办；续签、后续批次由原经手人接着办。",
    "The work is divided by district or trade, and that party is theirs; whoever had the first batch has the ones after it.",
)
SAME = "like"
EXAMPLE: Mapping[str, Any] = {
    "settings": {"hand": "buyer", "party": "supplier", "moment": "moment"},
    "rows": tuple(
        {"key": str(n), "case": f"c{n}", "buyer": buyer, "supplier": supplier, "moment": f"2026-01-{n:02}T02:00:00Z"}
        for n, (buyer, supplier) in enumerate([*[("p2", "经纬"), ("p3", "致远")] * 8, *[("p1", "湾图")] * 8], 1)
    ),
}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Entries whose hand had, within the window up to then, that party more often than the others: the figures of both."""
    seen = compared(table, settings, "party")
    return seen.filter(seen.hits >= settings["least"])


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding for a person and a party, once a window, where chance does not explain it."""
    return [_finding(row, settings, label) for row in unlikely(rows, settings)]


def _finding(row: Mapping[str, Any], settings: Mapping[str, Any], label: Callable[[str], Text]) -> Finding:
    hand, party, window = label(row["hand"]), label(row["outcome"]), Duration.parse(settings["window"]).words
    others, other_hits, mine, theirs = figures(row)
    told = Text(
        f"{window.zh}内“{hand.zh}”经手 {row['own']} 件，“{party.zh}”的占 {row['hits']} 件（{mine}%）；其他人经手 {others} 件，"
        f"“{party.zh}”的 {other_hits} 件（{theirs}%）。若无偏向，偶然如此的机会不到千分之{settings['chance']}。也可能无误：按片区、行业"
        f"分工，或后续批次由原经手人接着办。请核对分工和利害关系，看这几件是怎么到他手里的。",
        f"Within {window.en}, {row['hits']} of {row['own']} cases of “{hand.en}” were those of “{party.en}” ({mine} %), of the others' "
        f"{others} it was {other_hits} ({theirs} %). By chance that happens less than {settings['chance']} times in a thousand. It "
        f"can be innocent: work divided by district or trade, or later batches of one case. See how they came to that person, and "
        f"look for relations.",
    )
    return finding(row, settings, told)
