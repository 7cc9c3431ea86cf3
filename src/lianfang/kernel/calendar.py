"""Which days are worked: Monday to Friday, but for the holidays and the make-up days (调休) that are ordered year by year.

A calendar is a value of a matter's source, so that a verdict comes out the same wherever it is judged again. What it has no year of is
an error (``NoCalendarError``) unless somebody asks for a guess in so many words, and then tells it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from lianfang.kernel.model import Text

SATURDAY = 5


class NoCalendarError(LookupError):
    """A day of a year whose holidays are not known."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(f"没有 {year} 年的放假安排 / the holidays of {year} are not known")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years that are known, each by the days that differ from the week: True for a day worked, False for one that is not.

    A year's notice may order days of the December before. ``fixed`` says that Monday to Friday *is* the rule in all other years,
    ``guess`` that it may be taken for it there.
    """

    years: Mapping[int, Mapping[date, bool]] = field(default_factory=dict)
    fixed: bool = False
    guess: bool = False

    def is_workday(self, day: date) -> bool:
        """Whether a day is worked. Raises NoCalendarError."""
        for year in (day.year + 1, day.year):  # the later notice prevails
            ordered = self.years.get(year, {}).get(day)
            if ordered is not None:
                return ordered
        if day.year not in self.years and not (self.fixed or self.guess):
            raise NoCalendarError(day.year)
        return day.weekday() < SATURDAY

    def guessing(self) -> Calendar:
        """The same, taking Monday to Friday for the rule where a year is missing: whoever uses it tells so, with ``guessed``."""
        return replace(self, guess=True)

    def missing(self, first: date, last: date) -> tuple[int, ...]:
        """The years between two days (both included) that are not known."""
        return () if self.fixed else tuple(year for year in range(first.year, last.year + 1) if year not in self.years)

    def guessed(self, first: date, last: date) -> Text:
        """What is to be told of working days counted between two days where a year is missing; empty where none is."""
        years = self.missing(first, last)
        if not years:
            return Text("", "")
        zh, en = "、".join(map(str, years)), ", ".join(map(str, years))
        return Text(
            f"（尚无 {zh} 年放假安排，工作日按周一至周五推算）",
            f" (the holidays of {en} are not known yet: working days are taken to be Monday to Friday)",
        )


EVERY_WEEK = Calendar(fixed=True)
"""Monday to Friday, holidays or not: the rule of matters that were published before they had a calendar."""
NO_CALENDAR = Calendar()
"""No year is known."""
