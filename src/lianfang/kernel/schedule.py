"""Time as the kernel reckons it: durations, deadlines and the periods of recurring duties. No clock: moments are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from lianfang.kernel.calendar import NO_CALENDAR, Calendar
from lianfang.kernel.model import Text

OFFICE_TIME = timezone(timedelta(hours=8), "CST")
"""China has one civil time; the office's clock on screen and in explanations."""
PERIODS = ("workday", "week", "month", "quarter", "year")
MARCH = 3
LONGEST_PERIOD = 367
"""Days."""
A_MOMENT = timedelta(seconds=1)
"""What falls due at midnight is still of the day before."""


class Duration(NamedTuple):
    """A length of time: ``unit`` is h (hours), d (calendar days) or wd (working days)."""

    amount: int
    unit: str

    @staticmethod
    @lru_cache(maxsize=256)  # the same few, asked for again and again
    def parse(text: str) -> Duration:
        """Read "4h", "2d" or "3wd". Raises ValueError."""
        for unit in ("wd", "h", "d"):
            number = text.removesuffix(unit)
            if number != text and number.isdecimal():
                return Duration(int(number), unit)
        raise ValueError(f"应为如 4h、2d、3wd 的时长 / should be a duration such as 4h, 2d or 3wd: {text!r}")

    @property
    def by_calendar(self) -> bool:
        """Whether it is counted in working days."""
        return self.unit == "wd"

    @property
    def words(self) -> Text:
        """The length as a person reads it."""
        zh, en = {"h": ("小时", "hour"), "d": ("天", "day"), "wd": ("个工作日", "working day")}[self.unit]
        return Text(f"{self.amount} {zh}", f"{self.amount} {en}{'' if self.amount == 1 else 's'}")


NO_GUESS = Text("", "")
"""Nothing was guessed."""


class Due(NamedTuple):
    """Something that falls due: when (UTC text), what about, and whether it was done in time or at all; ``guessed`` tells of working
    days in a year whose holidays are not known, ``round`` which time it is, of what a case does several times."""

    moment: str
    about: Text
    done: bool
    guessed: Text = NO_GUESS
    round: int = 1


class Period(NamedTuple):
    """A period of a recurring duty: its name ("2026-03", "2026-Q1", "2026-03-05") and the moments it opens and falls due."""

    name: str
    opens: str
    due: str


class Span(NamedTuple):
    """A period as a stretch of time: its name, the moment it begins and the moment at which it is over."""

    name: str
    begins: str
    ends: str

    def holds(self, moment: str) -> bool:
        """Whether a moment lies in it."""
        return self.begins <= moment < self.ends


def utc_text(moment: datetime) -> str:
    """A moment in the form that evidence keeps."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def utc_moment(text: str) -> datetime:
    """The moment that a text of that form names."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def add(moment: str, length: Duration, calendar: Calendar = NO_CALENDAR) -> str:
    """The moment a duration later. Raises NoCalendarError for working days that the calendar does not know."""
    start = utc_moment(moment)
    if length.unit == "h":
        return utc_text(start + timedelta(hours=length.amount))
    if length.unit == "d":
        return utc_text(start + timedelta(days=length.amount))
    day, left = start, length.amount
    while left:
        day += timedelta(days=1)
        if calendar.is_workday(day.astimezone(OFFICE_TIME).date()):
            left -= 1
    return utc_text(day)


class Stop(NamedTuple):
    """A stretch in which a clock stands still: from one moment to another (UTC texts); '' while it still does."""

    begins: str
    ends: str


def running_out(moment: str, length: Duration, stops: Iterable[Stop], calendar: Calendar = NO_CALENDAR) -> str:
    """The moment at which a duration has run out of which the stops, in their order, do not count; '' while its clock stands still.

    A time that had run out before its clock stopped has run out. Of working days that on which the clock stops counts and that on which
    it runs again does not, but the whole of it is left to act. Raises NoCalendarError as ``add`` does.
    """
    amount, over = length.amount, ""
    for stop in stops:
        if stop.ends and stop.ends <= moment:
            continue
        begins = max(stop.begins, moment)
        end = max(over, add(moment, Duration(amount, length.unit), calendar))
        if end < begins:
            return end
        if not stop.ends:
            return ""
        if length.by_calendar:
            amount = max(0, amount - workdays(moment, begins, calendar))
            moment, over = stop.ends, end_of_day(office_day(stop.ends).isoformat())
        else:  # nothing but the whole of it comes later
            moment = utc_text(utc_moment(moment) + (utc_moment(stop.ends) - utc_moment(begins)))
    return max(over, add(moment, Duration(amount, length.unit), calendar))


def put_off(moment: str, stops: Iterable[Stop], days: bool) -> str:
    """A moment that was set, later by the stops before it, in their order: by the whole days of the office where ``days``. '' while its
    clock stands still."""
    for stop in stops:
        if moment < stop.begins:
            return moment
        if not stop.ends:
            return ""
        by = office_day(stop.ends) - office_day(stop.begins) if days else utc_moment(stop.ends) - utc_moment(stop.begins)
        moment = utc_text(utc_moment(moment) + by)
    return moment


def before(moment: str, length: Duration, calendar: Calendar = NO_CALENDAR) -> str:
    """The moment a duration earlier. Raises NoCalendarError as ``add`` does."""
    if not length.by_calendar:
        hours = length.amount * (1 if length.unit == "h" else 24)
        return utc_text(utc_moment(moment) - timedelta(hours=hours))
    day, left = utc_moment(moment), length.amount
    while left:
        day -= timedelta(days=1)
        left -= calendar.is_workday((day - A_MOMENT).astimezone(OFFICE_TIME).date())
    return utc_text(day)


def workdays(since: str, until: str, calendar: Calendar = NO_CALENDAR) -> int:
    """How many working days come after the day of one moment, until that of another (included). Raises NoCalendarError."""
    first, last = office_day(since), office_day(until)
    return sum(calendar.is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def office_clock(moment: str) -> datetime:
    """A moment as the office's clock shows it."""
    return utc_moment(moment).astimezone(OFFICE_TIME)


@lru_cache(maxsize=1024)
def office_day(moment: str) -> date:
    """The day of a moment by the office's clock."""
    return office_clock(moment).date()


def start_of_day(day: str) -> str:
    """The moment at which a date begins by the office's clock."""
    return utc_text(datetime.combine(date.fromisoformat(day), time(), OFFICE_TIME))


def start_of_year(moment: str) -> str:
    """The moment at which the year of a moment began by the office's clock."""
    return start_of_day(f"{office_day(moment).year}-01-01")


def end_of_day(day: str) -> str:
    """The moment at which a date ends by the office's clock: what is due on a day may be done all day."""
    return start_of_day((date.fromisoformat(day) + timedelta(days=1)).isoformat())


def periods(every: str, within: Duration, since: str, until: str, calendar: Calendar = NO_CALENDAR) -> Iterator[Period]:
    """The periods of a recurring duty that open after ``since`` and not after ``until`` (both UTC texts).

    A period opens at its beginning by the office's clock and falls due ``within`` after that. Raises NoCalendarError where
    working days are counted that the calendar does not know.
    """
    day, last = office_day(since), office_day(until)
    while day <= last:
        name = _opening(every, day, calendar)
        if name:
            opens = start_of_day(day.isoformat())
            if since < opens <= until:
                yield Period(name, opens, add(opens, within, calendar))
        day += timedelta(days=1)


def spans(every: str, since: str, until: str, calendar: Calendar = NO_CALENDAR) -> Iterator[Span]:
    """The whole periods that end after ``since`` and not after ``until`` (both UTC texts)."""
    before = utc_text(utc_moment(since) - timedelta(days=LONGEST_PERIOD))
    for one, following in pairwise(periods(every, Duration(0, "h"), before, until, calendar)):
        if following.opens > since:
            yield Span(one.name, one.opens, following.opens)


def _opening(every: str, day: date, calendar: Calendar) -> str:
    """The name of the period that begins on a day; '' when none does."""
    if every == "workday":
        return day.isoformat() if calendar.is_workday(day) else ""
    if every == "week":
        year, week, weekday = day.isocalendar()
        return f"{year}-W{week:02d}" if weekday == 1 else ""
    if day.day != 1:
        return ""
    if every == "month":
        return f"{day.year}-{day.month:02d}"
    if every == "quarter":
        return f"{day.year}-Q{(day.month + 2) // MARCH}" if day.month % MARCH == 1 else ""
    return str(day.year) if day.month == 1 else ""
