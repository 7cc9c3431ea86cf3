"""The holidays of an office's calendar: from the notices of the State Council to the days that a matter's source carries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from lianfang.catalogue.schema import CalendarSpec, RestSpec, YearSpec
from lianfang.catalogue.source import Place
from lianfang.kernel.calendar import SATURDAY, Calendar
from lianfang.kernel.controls import KINDS
from lianfang.kernel.model import Text
from lianfang.kernel.wording import plural

DECEMBER = 12
LONGEST = 15
"""Days of a holiday: a longer one is a slip of the pen."""
_WORKING_DAYS = re.compile(r"[0-9]+wd|workday").fullmatch


def counts_workdays(raw: Mapping[str, Any]) -> bool:
    """Whether a control of a matter counts working days, so that its meaning depends on the holidays."""
    controls = raw.get("controls")
    return any(_counts(control) for control in controls if isinstance(control, dict)) if isinstance(controls, list) else False


def _counts(control: Mapping[str, Any]) -> bool:
    kind = KINDS.get(str(control.get("kind")))
    written = {key: value for key, value in control.items() if key not in ("title", "false_alarms")}
    return (kind is not None and kind.by_calendar) or _anywhere(written)


def _anywhere(value: Any) -> bool:
    if isinstance(value, str):
        return _WORKING_DAYS(value) is not None
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(map(_anywhere, held))


def calendar_source(spec: CalendarSpec | None) -> dict[str, Any]:
    """The years as a matter's source carries them: the notice, the days off and the days worked."""
    years = spec.years if spec is not None else []
    return {
        str(year.year): {
            "cite": [year.cite.zh, year.cite.en],
            "off": [day.isoformat() for rest in year.off for day in _days(rest)],
            "work": list(year.work),
        }
        for year in years
    }


def calendar_of(source: Mapping[str, Any]) -> Calendar:
    """The calendar that a source carries. Raises ValueError, TypeError or AttributeError for what is none."""
    return Calendar({int(year): _ordered(days) for year, days in source.items()})


def _ordered(days: Mapping[str, Any]) -> dict[date, bool]:
    if not (isinstance(days.get("off"), list) and isinstance(days.get("work"), list)):
        raise TypeError(days)
    return {**{date.fromisoformat(day): False for day in days["off"]}, **{date.fromisoformat(day): True for day in days["work"]}}


def calendar_problems(spec: CalendarSpec) -> Iterator[tuple[Place, Text]]:
    """What is wrong with the holidays beyond their shape: days of another year, make-up days that are no weekend, a year twice."""
    for i, year in enumerate(spec.years):
        if any(other.year == year.year for other in spec.years[:i]):
            yield ("years", i, "year"), Text(f"{year.year} 年写了两次", f"{year.year} stands twice")
        yield from (((("years", i, *place), message)) for place, message in _year_problems(year))


def _year_problems(year: YearSpec) -> Iterator[tuple[Place, Text]]:
    off: set[date] = set()
    for j, rest in enumerate(year.off):
        length = (date.fromisoformat(rest.through) - date.fromisoformat(rest.since)).days + 1
        if not 0 < length <= LONGEST:
            yield ("off", j, "through"), Text(f"假期有 {length} 天", f"a holiday of {plural(length, 'day')}")
            continue
        for day in _days(rest):
            if not _of_year(day, year.year):
                yield ("off", j), Text(f"{day} 不在 {year.year} 年", f"{day} is not in {year.year}")
            if day in off:
                yield ("off", j), Text(f"{day} 写了两次", f"{day} stands twice")
            off.add(day)
    for j, text in enumerate(year.work):
        day = date.fromisoformat(text)
        if not _of_year(day, year.year):
            yield ("work", j), Text(f"{day} 不在 {year.year} 年", f"{day} is not in {year.year}")
        if day in off or text in year.work[:j]:
            yield ("work", j), Text(f"{day} 写了两次", f"{day} stands twice")
        if day.weekday() < SATURDAY:
            yield ("work", j), Text(f"{day} 不是周末，无须调休上班", f"{day} is no weekend day and needs no make-up")


def _of_year(day: date, year: int) -> bool:
    """A notice may also order days of the December before."""
    return day.year == year or (day.year == year - 1 and day.month == DECEMBER)


def _days(rest: RestSpec) -> list[date]:
    first, last = date.fromisoformat(rest.since), date.fromisoformat(rest.through)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
