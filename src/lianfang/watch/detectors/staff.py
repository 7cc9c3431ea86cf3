"""Staff (一人多岗): one person who is on several projects at once, for more time in all than there is.

A name is read without what only looks different (spaces, full width), so that another number or certificate does not hide it. Source: audit
of staffing lists in tenders and construction; the same person lent to several bidders or sites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.alike import fold
from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.wording import both, plural, several
from lianfang.watch.columns import SEPARATOR
from lianfang.watch.detectors import LATE, values, with_new

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("person", "column", Text("人员所在的栏目", "the column of the person"), required=True),
    Param("project", "column", Text("项目所在的栏目", "the column of the project"), required=True),
    Param("begins", "column:date|datetime", Text("到位时间所在的栏目", "the column of when it begins"), required=True),
    Param("ends", "column:date|datetime", Text("退出时间所在的栏目；空的即仍在位", "the column of when it ends; empty where it goes on")),
    Param(
        "share",
        "column:int",
        Text("投入时间（百分比）所在的栏目；不设即全职", "the column of the time given, of a hundred; without it, all of it"),
    ),
    Param("most", "int", Text("同时投入合计最多百分之几", "how much the time of all may be together, of a hundred"), default=100),
)
TITLE = Text("一人多岗", "One person on several projects")
METHOD = Text(
    "同一姓名登记在不同项目上、时间有重叠的，从后一个项目开始之日起合计其投入时间，超过规定的，报。",
    "Where one name stands on several projects whose times overlap, the time given is added up as of the beginning of the later one; more"
    " than allowed is a finding.",
)
BLIND_SPOTS = Text(
    "用化名、借用他人姓名的；没有登记退出时间就换人的；名义上在、实际不到场的。",
    "Another name, or somebody else's; who was replaced without it being entered; who is there on paper only.",
)
FALSE_ALARMS = Text(
    "同名同姓的不同人；前一项目已收尾、退出尚未登记的；公司统一安排的兼职专家。",
    "Two people of one name; a project that is over and whose end was not entered yet; a part-time expert.",
)
STRONG, WEAK = 3, 2
MANY = 2
"""More than so many projects at once are a strong finding."""
FULL = 100
ALWAYS = "~"
"""Comes after every moment, and behind a day after all of its moments."""
EXAMPLE: Mapping[str, Any] = {
    "settings": {"person": "name", "project": "project", "begins": "begins"},
    "rows": (
        {"key": "XM-1", "case": "a", "name": "路建功", "project": "平台升级", "begins": "2026-03-02T02:00:00Z"},
        {"key": "XM-9", "case": "b", "name": "路 建功", "project": "外网扩容", "begins": "2026-04-07T02:00:00Z"},
    ),
}


def prepare(row: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """Somebody's place on a project; those of one name belong together. None where a value is missing."""
    found = values(row, settings, person=str, project=str, begins=str)
    share = row.get(settings["share"]) if settings["share"] else FULL
    if found is None or type(share) is not int or not fold(found["person"]):
        return None
    ends = (row.get(settings["ends"]) if settings["ends"] else None) or ALWAYS
    return {
        **found,
        "ends": ends if "T" in ends else ends + ALWAYS,
        "share": share,
        "who": fold(found["person"]),
        "traits": [fold(found["person"])],
    }


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """Places that began while the same person was on other projects for more time in all: the ``share`` of all, and the ``places``."""
    rows = with_new(table, "who").drop("traits")
    here = rows.select("who", "key", "person", "begins", "project")
    there = rows.mutate(place=rows.project + SEPARATOR + rows.begins + SEPARATOR + rows.case)
    before = (there.begins < here.begins) | ((there.begins == here.begins) & (there.key <= here.key))
    both = here.join(there, [here.who == there.who, before, there.ends > here.begins], rname="{name}_2")
    at_once = both.group_by("who", "key", "person", "begins").agg(
        share=both.share.sum(), projects=both.project_2.nunique(), places=both.place.collect()
    )
    held = at_once.filter((at_once.projects > 1) & (at_once["share"] > settings["most"]))
    return held.order_by("begins", "key")


def horizon(settings: Mapping[str, Any]) -> int:
    """Seconds back within which entries are new; all of the same person are brought along."""
    return LATE


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding for each place that was one too many."""
    return [_finding(row, settings, label) for row in rows]


def _shown(person: str, label: Callable[[str], Text]) -> Text:
    """Somebody of the office by name; of anybody else the first sign only: what is told goes into evidence and can't be erased there."""
    known = label(person)
    return both(f"{person[0]}某") if known.zh == person else known


def _finding(row: Mapping[str, Any], settings: Mapping[str, Any], label: Callable[[str], Text]) -> Finding:
    places = [place.split(SEPARATOR) for place in row["places"]]
    places.sort(key=lambda place: (place[1], place[0]))
    told = several([Text(f"{label(project).zh}（{day[:10]} 起）", f"{label(project).en} (from {day[:10]})") for project, day, _ in places])
    who, share = _shown(row["person"], label), int(row["share"])
    text = Text(
        f"“{who.zh}”同时在 {row['projects']} 个项目上：{told.zh}，投入合计 {share}%，最多 {settings['most']}%。也可能无误：同名同姓，或前"
        f"一项目"
        f"已收尾、退出尚未登记。请核对身份证件、社保和各现场的到场记录。",
        f"“{who.en}” is on {plural(row['projects'], 'project')} at once: {told.en}. Together that is {share} % of their time, where "
        f"{settings['most']} % is the most. It can be innocent: two people of one name, or a project that is over. Compare their papers, "
        f"their insurance and who was there.",
    )
    cases = tuple(dict.fromkeys(case for _, _, case in places if case))
    return Finding(row["key"], cases, STRONG if row["projects"] > MANY else WEAK, text, fixed=True)
