"""Turns of duties: who owes what, from when until when. Pure: who holds which post is given.

A turn is owed by a post as one, whoever of its holders does it, or by one holder of it, who alone can do it. A holder owes a turn who
holds the post when it opens and still in its last second: who came later is not behind with it, and who left has nothing left to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

from lianfang.kernel.calendar import Calendar
from lianfang.kernel.schedule import Duration, Period, office_day, periods, utc_moment, utc_text

YEAR = timedelta(days=366)
A_SECOND = timedelta(seconds=1)
LONGEST = 20
"""Characters of a turn's name."""
TOLD, MARK = 11, 8
"""How many of them a name that is too long keeps, and how many tell it apart."""


class Held(NamedTuple):
    """A post that a person holds from one day of the office to another (exclusive). Empty: always, and still."""

    person: str
    post: str
    since: str
    until: str

    def on(self, day: str) -> bool:
        """Whether it covers a day."""
        return self.since <= day and (not self.until or day < self.until)


class Turn(NamedTuple):
    """One turn of a duty: its period, the moments it opens and falls due, the post it is a duty of and, where each holder of that owes
    their own, the person."""

    period: str
    opens: str
    due: str
    post: str
    holder: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the other turns of its duty: its period, and who owes it."""
        return self.period, self.holder


def a_year_before(moment: str) -> str:
    """How far back turns are looked for: one that opened before that was opened long ago."""
    return utc_text(utc_moment(moment) - YEAR)


def running(every: str, within: Duration, since: str, until: str, calendar: Calendar) -> Iterator[Period]:
    """The periods whose time still ran at ``since`` or began after it, and not after ``until`` (UTC texts). Raises NoCalendarError."""
    return (period for period in periods(every, within, a_year_before(until), until, calendar) if period.due > since)


def each_holder(period: Period, held: Iterable[Held], posts: Collection[str]) -> Iterator[Turn]:
    """The turn of a period for each who owes it by holding one of the posts; somebody who holds several owes one."""
    of_posts = [one for one in held if one.post in posts]
    last = office_day(max(period.opens, utc_text(utc_moment(period.due) - A_SECOND))).isoformat()
    staying = {one.person for one in of_posts if one.on(last)}
    seen: set[str] = set()
    for one in sorted(of_posts):
        if one.person in staying and one.person not in seen and one.on(office_day(period.opens).isoformat()):
            seen.add(one.person)
            yield Turn(*period, one.post, one.person)


def turn_name(of: str) -> str:
    """What the turn of something is called: the thing itself, or its beginning and a mark of the whole where it is too long."""
    return of if len(of) <= LONGEST else f"{of[:TOLD]}…{hashlib.sha256(of.encode()).hexdigest()[:MARK]}"
