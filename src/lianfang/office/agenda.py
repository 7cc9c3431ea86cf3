"""The year's agenda (年度履责安排): the turns of duties that fall due in a year, those done and owed and those to come, by unit and post.

What was and is owed stands in the turns that were opened; what is still to come is asked of the controls themselves, as the clock will ask
them. A turn is of the year in which it falls due. It was done late where the watch told of its being late before it was done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Min, Q

from lianfang.kernel.controls import KINDS
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import A_MOMENT, office_day, start_of_day, utc_moment, utc_text
from lianfang.kernel.wording import joined
from lianfang.office.duties import with_done
from lianfang.office.engine import engine
from lianfang.office.heat import told
from lianfang.office.people import NOBODY, every_holding, held_by, names, posts_of, title
from lianfang.office.views import Agenda, AgendaFigures, AgendaLine, AgendaPost, AgendaTurn, AgendaUnit
from lianfang.store.models import Duty

IN_TIME, LATE, UNDONE, OWED, COMING = "in-time", "late", "undone", "owed", "coming"
STATES = {
    IN_TIME: Text("按时履行", "Done in time"),
    LATE: Text("逾期后履行", "Done late"),
    UNDONE: Text("逾期未履行", "Overdue"),
    OWED: Text("待履行", "Owed"),
    COMING: Text("未到周期", "To come"),
}
"""How a turn stands: whether it is done, overdue, running, or does not run yet."""


class _Owed(NamedTuple):
    """Who owes what: the small matter, the post and, where each holder owes their own, the person."""

    matter: str
    post: str
    holder: str


def agenda(person: str, year: int | None = None, unit: str = "") -> Agenda:
    """The agenda of a year (this one where none is asked for), as far as a person may see it: the figures of every unit, and of the one
    that is asked for, or of the only one, every duty by post."""
    now = engine().now()
    this = office_day(now).year
    first = Duty.objects.aggregate(first=Min("due"))["first"]
    years = range(min(this, _last_day(first).year) if first else this, this + 2)
    year = year if year is not None and year in years else this
    found: dict[_Owed, list[AgendaTurn]] = {}
    sight = _Sight.of(person)
    for owed, turn in (*_opened(sight, year), *_coming(sight, year)):
        found.setdefault(owed, []).append(turn)
    by_unit: dict[str, list[_Owed]] = {}
    for owed in found:
        by_unit.setdefault(engine().duties[owed.matter][0].unit, []).append(owed)
    known = [one for one in engine().catalogue.organisation.units if one in by_unit]
    units = tuple(AgendaUnit(one, title(one), _figures(turn for owed in by_unit[one] for turn in found[owed])) for one in known)
    shown = unit if unit in by_unit else known[0] if len(known) == 1 else ""
    posts = _posts({owed: found[owed] for owed in by_unit[shown]}) if shown else ()
    total = _figures(turn for turns in found.values() for turn in turns)
    guessed = engine().calendar.guessed(date(year, 1, 1), date(year, 12, 31))
    return Agenda(year, tuple(years), units, total, shown, title(shown) if shown else NOBODY, posts, guessed)


class _Sight(NamedTuple):
    """Whose turns somebody sees: those of the matters that they are told of, those of their own posts, and their own."""

    person: str
    matters: frozenset[str]
    posts: frozenset[str]

    @staticmethod
    def of(person: str) -> _Sight:
        """What a person sees today."""
        return _Sight(person, frozenset(matter.id for matter in told(person)), frozenset(posts_of(person)))

    def sees(self, parent: str, post: str, holder: str) -> bool:
        """Whether the turn of a matter, a post and a holder is among it. The one place that decides it."""
        return parent in self.matters or holder == self.person or (post in self.posts and not holder)

    def coarsely(self) -> Q:
        """What the database looks through for it: at least what is seen."""
        return Q(parent__in=self.matters) | Q(post__in=self.posts) | Q(holder=self.person)


def _opened(sight: _Sight, year: int) -> Iterator[tuple[_Owed, AgendaTurn]]:
    """The turns of a year that were opened."""
    now, duties = engine().now(), engine().duties
    begins, ends = _bounds(year)
    turns = with_done(Duty.objects.filter(sight.coarsely(), due__gt=begins, due__lte=ends)).order_by("due", "id")
    fields = ("matter", "parent", "period", "post", "holder", "opens_at", "due", "told", "done")
    for matter, parent, period, post, holder, opens, due, late, done in turns.values_list(*fields):
        duty = duties.get(matter)
        if duty is None or KINDS[duty[1].kind].turns is None or not sight.sees(parent, post, holder):
            continue
        state = (LATE if late else IN_TIME) if done else UNDONE if due < now else OWED
        yield _Owed(matter, post, holder), AgendaTurn(period, opens, due, _day(due), state)


def _coming(sight: _Sight, year: int) -> Iterator[tuple[_Owed, AgendaTurn]]:
    """The turns of a year that do not run yet, by who holds which post as it is known now."""
    now = engine().now()
    begins, ends = _bounds(year)
    if ends <= now:
        return
    # What opens just before a year and falls due in it is more than a year older than its end: it is asked for by itself.
    untils = (begins, ends) if begins > now else (ends,)
    held = every_holding()
    for name, (matter, control) in engine().duties.items():
        turns_of, by = KINDS[control.kind].turns, control.params.get("by") or ()
        posts = [by] if isinstance(by, str) else [*by]
        own = [one for one in held if one.post in posts and sight.sees(matter.id, one.post, one.person)]
        if turns_of is None or not (own or any(sight.sees(matter.id, post, "") for post in posts)):
            continue
        calendar = matter.calendar.guessing()
        asked = {turn.key: turn for until in untils for turn in turns_of(control, calendar, own, now, until)}
        for turn in asked.values():
            if turn.opens > now and begins < turn.due <= ends and sight.sees(matter.id, turn.post, turn.holder):
                yield _Owed(name, turn.post, turn.holder), AgendaTurn(turn.period, turn.opens, turn.due, _day(turn.due), COMING)


def _posts(found: dict[_Owed, list[AgendaTurn]]) -> tuple[AgendaPost, ...]:
    """The duties of a unit by the post that owes them, in the office's order."""
    order = {post: n for n, post in enumerate(engine().catalogue.organisation.posts)}
    by_post: dict[str, list[_Owed]] = {}
    for owed in sorted(found, key=lambda one: (order.get(one.post, len(order)), one)):
        by_post.setdefault(owed.post, []).append(owed)
    held = held_by(by_post)
    known = names([*(one for some in held.values() for one in some), *(owed.holder for owed in found)])
    return tuple(
        AgendaPost(
            post,
            title(post),
            joined([known.get(one, NOBODY) for one in held[post]]) if post in held else NOBODY,
            _figures(turn for owed in listed for turn in found[owed]),
            tuple(_line(owed, found[owed], known.get(owed.holder, NOBODY) if owed.holder else None) for owed in listed),
        )
        for post, listed in by_post.items()
    )


def _line(owed: _Owed, turns: list[AgendaTurn], holder: Text | None) -> AgendaLine:
    matter, control = engine().duties[owed.matter]
    return AgendaLine(
        matter.id, matter.title, control.id, control.title, owed.holder, holder, tuple(sorted(turns, key=lambda turn: turn.due)),
        _figures(turns),
    )  # fmt: skip


def _figures(turns: Iterable[AgendaTurn]) -> AgendaFigures:
    count = Counter(turn.state for turn in turns)
    fallen = count[IN_TIME] + count[LATE] + count[UNDONE]
    return AgendaFigures(fallen, count[IN_TIME], count[LATE], count[UNDONE], count[OWED], count[COMING])


def _bounds(year: int) -> tuple[str, str]:
    """After which moment, and until which, what falls due does so in a year."""
    return start_of_day(f"{year}-01-01"), start_of_day(f"{year + 1}-01-01")


def _last_day(due: str) -> date:
    """The last day on which what falls due can be done: midnight is still of the day before."""
    return office_day(utc_text(utc_moment(due) - A_MOMENT))


def _day(due: str) -> tuple[int, int]:
    """The month and the day of it."""
    day = _last_day(due)
    return day.month, day.day
