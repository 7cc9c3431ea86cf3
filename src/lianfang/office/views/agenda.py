"""The year's agenda of duties."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from lianfang.kernel.model import Text

MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class AgendaTurn:
    """A turn of the year: its period, when it opens and falls due, the ``day`` (month and day) that is the last to do it on, and how it
    stands: in-time, late, undone, owed or coming."""

    period: str
    opens_at: str
    due: str
    day: tuple[int, int]
    state: str


@dataclass(frozen=True, slots=True)
class AgendaFigures:
    """How many turns have fallen due or were done before (``fallen``), and of these were done ``in_time``, done ``late`` and are
    ``undone``; how many run and are ``owed``, and how many are still ``coming``."""

    fallen: int
    in_time: int
    late: int
    undone: int
    owed: int
    coming: int


@dataclass(frozen=True, slots=True)
class AgendaMark:
    """Turns of a month that stand alike: how, how many, and the day of the one where there is only one, else 0."""

    state: str
    count: int
    day: int


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """A duty of a post as one, or of a ``holder`` (``person``), with its turns of the year by when they fall due."""

    matter: str
    matter_title: Text
    control: str
    title: Text
    person: str
    holder: Text | None
    turns: tuple[AgendaTurn, ...]
    figures: AgendaFigures

    @property
    def months(self) -> tuple[tuple[int, tuple[AgendaMark, ...]], ...]:
        """By month how its turns stand."""
        marks: dict[int, list[AgendaMark]] = {month: [] for month in MONTHS}
        for (month, state), some in groupby(sorted(self.turns, key=_by_month), key=_by_month):
            listed = list(some)
            marks[month].append(AgendaMark(state, len(listed), listed[0].day[1] if len(listed) == 1 else 0))
        return tuple((month, tuple(listed)) for month, listed in marks.items())


@dataclass(frozen=True, slots=True)
class AgendaPost:
    """What a post owes, and who holds it now."""

    post: str
    title: Text
    held: Text
    figures: AgendaFigures
    lines: tuple[AgendaLine, ...]


@dataclass(frozen=True, slots=True)
class AgendaUnit:
    """The figures of a unit."""

    unit: str
    title: Text
    figures: AgendaFigures


@dataclass(frozen=True, slots=True)
class Agenda:
    """The agenda of a year: which ``years`` there are, the figures of every unit and of all together, and of one ``unit`` (maybe '') what
    each post owes. ``guessed`` tells of holidays that are not known yet."""

    year: int
    years: tuple[int, ...]
    units: tuple[AgendaUnit, ...]
    total: AgendaFigures
    unit: str
    title: Text
    posts: tuple[AgendaPost, ...]
    guessed: Text


def _by_month(turn: AgendaTurn) -> tuple[int, str]:
    return turn.day[0], turn.state
