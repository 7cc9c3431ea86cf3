"""The calendar: the years whose holidays the matters will soon need and nobody has entered."""

from __future__ import annotations

from datetime import timedelta

from lianfang.catalogue.load import Catalogue
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import office_day

AHEAD = timedelta(days=60)
"""How far ahead is looked: the notice of a year comes out in the November before."""
NAMED = 3
"""So many matters are named; where there are more, it is nearly all of them."""


def unknown_years(catalogue: Catalogue, at: str) -> Text | None:
    """What will be refused or guessed for want of a year, and what to do, as seen from a moment (UTC text); None where nothing is."""
    today = office_day(at)
    found: dict[int, list[Text]] = {}
    for file in catalogue.matters.values():
        for year in file.matter.calendar.missing(today, today + AHEAD):
            found.setdefault(year, []).append(file.matter.title)
    if not found:
        return None
    zh, en = "、".join(map(str, sorted(found))), ", ".join(map(str, sorted(found)))
    titles = [*dict.fromkeys(title for titles in found.values() for title in titles)]
    more = max(0, len(titles) - NAMED)
    few = "、".join(t.zh for t in titles[:NAMED]), ", ".join(t.en for t in titles[:NAMED])
    rest = (f"等 {len(titles)} 种", f" and {more} more") if more else ("", "")
    return Text(
        f"calendar.yaml 中还没有 {zh} 年放假安排（国务院一般在上一年 11 月公布），公布后请补入。补入之前，这一年的工作日按周一至周五推算，"
        f"公示期涉及这一年的一律拦截。涉及事项：{few[0]}{rest[0]}。",
        f"calendar.yaml does not have the holidays of {en} yet (the State Council publishes them in the November before): add them once"
        f" they are published. Until then working days of that year are taken to be Monday to Friday, and what waits for a period of"
        f" publicity that reaches into it is refused. Matters: {few[1]}{rest[1]}.",
    )
