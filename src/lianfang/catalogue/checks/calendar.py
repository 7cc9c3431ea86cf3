"""The calendar: the years whose holidays the matters will soon need and nobody has entered."""

from __future__ import annotations

from datetime import timedelta

from lianfang.catalogue.load import Catalogue
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import office_day

AHEAD = timedelta(days=60)
"""How far ahead is looked: the notice of a year comes out in the November before."""


def unknown_years(catalogue: Catalogue, at: str) -> Text | None:
    """What will be refused or guessed for want of a year, as seen from a moment (UTC text); None where nothing is."""
    today = office_day(at)
    found: dict[int, list[Text]] = {}
    for file in catalogue.matters.values():
        for year in file.matter.calendar.missing(today, today + AHEAD):
            found.setdefault(year, []).append(file.matter.title)
    if not found:
        return None
    years = [*map(str, sorted(found))]
    titles = [*dict.fromkeys(title for titles in found.values() for title in titles)]
    return Text(
        f"尚无 {'、'.join(years)} 年放假安排（calendar.yaml）：涉及工作日的公示等一律拦截，时限与定期履责按周一至周五推算。"
        f"涉及事项：{'、'.join(t.zh for t in titles)}",
        f"the holidays of {', '.join(years)} are not known (calendar.yaml): gates that count working days refuse there, deadlines and"
        f" duties take Monday to Friday for worked. Matters: {', '.join(t.en for t in titles)}",
    )
