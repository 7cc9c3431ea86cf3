"""Gaps (缺号): numbers of a register or of documents that were skipped.

A number counts as skipped once enough later ones stand, so that one that is only entered late is not told. Source: the checks of
document registers, in which numbers follow each other without a gap.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.watch.columns import SEPARATOR
from lianfang.watch.detectors import LATE

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("number", "column:text", Text("编号所在的栏目", "the column of the number"), required=True),
    Param("group", "columns", Text("各自编号的栏目，如单位", "columns that have numbers of their own, such as unit")),
    Param("after", "int", Text("其后已有几号才算缺", "how many later numbers make one that is missing a gap"), default=3),
)
TITLE = Text("缺号", "Gaps in numbers")
METHOD = Text(
    "把编号拆成固定部分和末尾的数，同一号段按数排序；中间缺的数，其后已登记够几号的，报。",
    "A number is parted into what stays and the figure at its end; within a series the figures are put in order. Those that are missing are"
    " told once enough later ones stand.",
)
BLIND_SPOTS = Text(
    "最前、最后的号；尚未用到的号；整个号段换掉的；编号末尾没有数字的。",
    "Numbers before the first and after the last; a series that was dropped whole; numbers that do not end in figures.",
)
FALSE_ALARMS = Text("预留、作废并另有记录的号；补登记较晚的。", "Numbers kept back or cancelled on record; entries made late.")
WEAK = 2
_PARTS = re.compile(r"(.*?)(\d{1,9})\D*").fullmatch
EXAMPLE: Mapping[str, Any] = {
    "settings": {"number": "number"},
    "rows": tuple({"key": f"k{n}", "case": f"c{n}", "number": f"宝府办〔2026〕{n}号"} for n in (1, 2, 4, 5, 6)),
}


def prepare(row: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """An entry with its number parted into the series, which is the trait, and the figure at the end; None where there is none."""
    written = unicodedata.normalize("NFKC", str(row.get(settings["number"]) or "")).casefold()
    parts = _PARTS(" ".join(re.split(r"[\W_]+", written)))
    if parts is None:
        return None
    series = SEPARATOR.join([*(str(row.get(name) or "") for name in settings["group"] or ()), parts[1].strip()])
    return {"key": row["key"], "case": row["case"], "series": series, "place": int(parts[2]), "traits": [series]}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Gaps of series that have a new number: the numbers ``place`` and ``following`` between which some are missing, and their cases."""
    rows = table.group_by("series", "place").agg(name=table.case.min(), fresh=table.new.any())
    order: dict[str, Any] = {"group_by": "series", "order_by": "place"}
    seen = rows.mutate(
        following=rows.place.lead().over(**order),
        after=rows.name.lead().over(**order),
        later=rows.place.count().over(rows=(1, None), **order),
        new=rows.fresh.any().over(group_by="series"),
    )
    held = seen.filter(seen.new & (seen.following - seen.place > 1) & (seen.later >= settings["after"]))
    return held.select("series", "place", "following", "name", "after").order_by("series", "place")


def horizon(settings: Mapping[str, Any]) -> int:
    """Seconds back within which entries are new; the older ones of the same series are brought along."""
    return LATE


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding a gap."""
    found = []
    for row in rows:
        *group, series = row["series"].split(SEPARATOR)
        names = [*map(label, filter(None, group)), Text(series, series)]
        who = Text(" · ".join(name.zh for name in names), " · ".join(name.en for name in names))
        first, last = row["place"] + 1, row["following"] - 1
        missing = f"{first}" if first == last else f"{first}–{last}"
        text = Text(
            f"“{who.zh}”编号缺 {missing} 号（前后为 {row['place']} 号和 {row['following']} 号，其后已编若干号），"
            f"可能有未登记的。也可能无误：预留号、作废"
            f"号另有记录。请查登记簿和实物。",
            f"Of “{who.en}” the numbers {missing} are missing (between {row['place']} and {row['following']}, "
            f"and later ones stand): something may "
            f"not have been entered. It can be innocent: kept back, or cancelled on record. Look at the register and the things.",
        )
        cases = tuple(dict.fromkeys(filter(None, (row["name"], row["after"]))))
        found.append(Finding("|".join([*group, series, str(first)]), cases, WEAK, text, fixed=True))
    return found
