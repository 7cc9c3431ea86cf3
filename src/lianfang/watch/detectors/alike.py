"""Alike (雷同): texts of different cases that are the same but for a few words.

Texts are held against each other by their shingles, all runs of a few signs: how many of both texts' runs are in both (Jaccard). What
may be alike shares one of some hashes of its least runs (MinHash). Source: A. Broder, On the Resemblance and Containment of
Documents (1997).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zlib import crc32

from lianfang.kernel.conditions.functions import norm
from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.watch.detectors import LATE

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("text", "column:text|longtext", Text("正文所在的栏目", "the column of the text"), required=True),
    Param(
        "template",
        "columns",
        Text("模板、要求原文所在的栏目，其中的话不算", "columns with words of the template or the task, which do not count"),
    ),
    Param("signs", "int", Text("几个字为一段", "how many signs make a run"), default=3),
    Param("least", "int", Text("至少几段才比较", "how many runs a text has at the least"), default=12),
    Param("percent", "int", Text("相同的段占百分之几以上", "from how many of a hundred runs on texts are alike"), default=60),
)
TITLE = Text("雷同", "Texts alike")
METHOD = Text(
    "每篇文字切成若干字一段的全部片段，模板里的片段不算；两篇共有的片段占全部片段的比例达到规定的，报。用最小哈希先找可能相像的，"
    "再逐段核对。",
    "Each text is cut into all runs of a few signs, those of the template left out; two texts whose common runs are the share asked for are"
    " a finding. MinHash finds what may be alike, the runs themselves decide.",
)
BLIND_SPOTS = Text(
    "换句式重写的；短文；图片、附件里的文字。", "What was told anew in other words; short texts; words in pictures and papers."
)
FALSE_ALARMS = Text(
    "同一现象确实反复出现；按规定格式填写的固定用语。", "The same thing truly found again; set phrases of a prescribed form."
)
STRONG, WEAK = 3, 2
BANDS = 16
"""Of two hashes each: of texts with six of ten runs in common 999 in a thousand share a band."""
MIXED = [(crc32(b"times %d" % nth) << 32 | crc32(b"and %d" % nth) | 1, crc32(b"more %d" % nth)) for nth in range(2 * BANDS)]
"""What orders the runs anew, once for each hash: the high half of the 64 bits that a run's hash, times and more, comes to."""
COPIED = 90
EXAMPLE: Mapping[str, Any] = {
    "settings": {"text": "report"},
    "rows": (
        {"key": "1", "case": "a", "report": "现场查看了台账和制度，走访三个科室，资料齐全，整改到位，未发现明显问题，建议继续保持。"},
        {"key": "2", "case": "b", "report": "现场查看了台账和制度，走访五个科室，资料齐全，整改到位，未发现明显问题，建议继续保持。"},
    ),
}


def prepare(row: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """An entry with the runs of its text; the traits are its MinHash bands. None for a text too short."""
    size = max(settings["signs"], 1)
    runs = _runs(row.get(settings["text"]), size)
    for name in settings["template"] or ():
        runs -= _runs(row.get(name), size)
    if len(runs) < max(settings["least"], 1):
        return None
    least = _least([crc32(run.encode()) for run in runs])
    traits = [f"{band}|{least[2 * band]}|{least[2 * band + 1]}" for band in range(BANDS)]
    return {"key": row["key"], "case": row["case"], "text": str(row[settings["text"]]), "runs": sorted(runs), "traits": traits}


def _least(hashes: Sequence[int]) -> list[int]:
    """The least of the hashes in each of the orders."""
    import numpy as np  # noqa: PLC0415 what is declared above is read without the engine

    times, more = np.array(MIXED, np.uint64).T[:, :, None]
    least: list[int] = ((np.array(hashes, np.uint64) * times + more) >> np.uint64(32)).min(axis=1).tolist()
    return least


def _runs(text: Any, size: int) -> set[str]:
    signs = "".join(sign for sign in norm(str(text or "")) if sign.isalnum())
    return {signs[first : first + size] for first in range(len(signs) - size + 1)}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Pairs of texts of different cases with enough runs in common, one of them new: ``same`` of ``all`` runs."""
    banded = table.select("key", "case", "new", trait=table.traits.unnest())
    one, other = banded.view(), banded.view()
    near = one.join(other, [one.trait == other.trait, one.key < other.key], lname="{name}", rname="{name}_2")
    near = near.filter(((near.case != near.case_2) | (near.case == "")) & (near.new | near.new_2))
    # Each pair once, however many bands it shares: the runs are what takes long to compare.
    near = near.select("key", second="key_2").distinct()
    rows, others = (table.select("key", "case", "text", "runs").view() for _ in range(2))
    pairs = near.join(rows, "key").join(others, near.second == others.key, rname="{name}_2")
    # How many are the same is how many there are of both more than of all together, which is counted once.
    both, distinct = pairs.runs.length() + pairs.runs_2.length(), pairs.runs.union(pairs.runs_2).length()
    held = pairs.filter(both * 100 >= distinct * (100 + settings["percent"])).mutate(same=both - distinct, all=distinct)
    return held.select("key", "key_2", "case", "case_2", "text", "text_2", "same", "all").order_by("key", "key_2")


def horizon(settings: Mapping[str, Any]) -> int:
    """Seconds back within which entries are new; the older ones that may be alike are brought along."""
    return LATE


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding a pair of texts."""
    found = []
    for row in rows:
        share = row["same"] * 100 // row["all"]
        one, other = (f"“{_short(row[name])}”" for name in ("text", "text_2"))
        text = Text(
            f"两份记录 {share}% 相同：{one}与{other}，疑似照抄。"
            f"也可能无误：同一情况确实再次出现，或规定格式的固定用语。请对照原始记录和影像。",
            f"Two records are {share} % the same: {one} and {other}; one may be copied. "
            f"It can be innocent: the same was truly found again, or "
            f"a set phrase. Compare the notes and photographs.",
        )
        cases = tuple(sorted({case for case in (row["case"], row["case_2"]) if case}))
        found.append(Finding(f"{row['key'][:150]}|{row['key_2'][:150]}", cases, STRONG if share >= COPIED else WEAK, text, fixed=True))
    return found


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
