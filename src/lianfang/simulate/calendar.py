"""When things happen: more before the year's end than in its second month, on working days, in the morning more than in the evening."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from lianfang.kernel.calendar import Calendar
from lianfang.kernel.schedule import OFFICE_TIME, utc_text

SEASON = (7, 4, 9, 8, 8, 9, 7, 7, 9, 8, 11, 13)
"""How much of a year comes in each of its months."""
HOURS = {9: 5, 10: 5, 11: 3, 14: 5, 15: 4, 16: 2}
"""How much of a day begins in each of its hours, by the office's clock."""


def weekdays(calendar: Calendar) -> Calendar:
    """The days on which simulated people work: those ordered to be worked at a weekend are left out, for what is allowed on weekdays only
    goes by the week, and honest people leave it for Monday."""
    years = {year: {day: worked for day, worked in ordered.items() if not worked} for year, ordered in calendar.years.items()}
    return replace(calendar, years=years, guess=True)


def workdays(calendar: Calendar, begins: date, ends: date) -> list[date]:
    """The days on which work is done, from one day to another (exclusive)."""
    days = [begins + timedelta(days=n) for n in range((ends - begins).days)]
    return [day for day in days if calendar.is_workday(day)]


def arrivals(rng: Random, days: list[date], count: int) -> list[str]:
    """When so many cases begin (UTC texts), in order."""
    weights = [SEASON[day.month - 1] for day in days]
    return sorted(moment(rng, day) for day in rng.choices(days, weights, k=count))


def moment(rng: Random, day: date) -> str:
    """A moment of a day in which somebody begins something."""
    (hour,) = rng.choices([*HOURS], [*HOURS.values()])
    begins = datetime.combine(day, time(hour), OFFICE_TIME)
    return utc_text(begins + timedelta(seconds=rng.randrange(3600)))
