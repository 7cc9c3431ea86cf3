"""What the watch raised and what falls due, in one list that is worked through (督办清单): open alerts, and turns that are owed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from lianfang.kernel.model import Text
from lianfang.kernel.wording import joined
from lianfang.office.access import seen_cases
from lianfang.office.alert_access import seen
from lianfang.office.alerts import alert_views
from lianfang.office.desk import FAR, turn_lines
from lianfang.office.duties import owed
from lianfang.office.engine import engine
from lianfang.office.heat import told
from lianfang.office.lines import PAGE, cut
from lianfang.office.people import NOBODY, held_by, names, title
from lianfang.office.views import DutyLine, Page, WorkLine, Worklist
from lianfang.store.models import Alert, Duty

ALERTS, DUTIES = "alerts", "duties"
KINDS: Mapping[str, Text] = {ALERTS: Text("预警", "Alerts"), DUTIES: Text("履责", "Duties")}
LATE, AHEAD = "late", "ahead"
STATES: Mapping[str, Text] = {LATE: Text("逾期", "Overdue"), AHEAD: Text("未到期", "Not yet due")}
Counts = Counter[tuple[str, str, str]]
"""How much there is, by (kind, state, unit)."""


def worklist(person: str, kind: str = "", state: str = "", unit: str = "", page: int = 1) -> Worklist:
    """What a person looks after that is to be brought to its end, what falls due first before the others; only one ``kind``, ``state`` or
    ``unit`` where it is named."""
    asked = (kind, state, unit)
    counts = tally(person)
    found = {name: _narrowed(name, rows, state, unit) for name, rows in _all(person).items() if kind in ("", name)}
    lines = _lines(person, _ordered(found, page)) if found else ()
    units = sorted({one for *_, one in counts} | ({unit} - {""}))
    return Worklist(
        Page(lines, page, _count(counts, asked), PAGE),
        tuple((name, words, _count(counts, (name, state, unit))) for name, words in KINDS.items()),
        tuple((name, words, _count(counts, (kind, name, unit))) for name, words in STATES.items()),
        tuple((name, title(name), _count(counts, (kind, state, name))) for name in units),
    )


def tally(person: str) -> Counts:
    """How much of it there is."""
    counts, matters = Counts(), engine().catalogue.matters
    for kind, rows in _all(person).items():
        by = rows.order_by().values_list("unit" if kind == ALERTS else "parent")
        for name, *many in by.annotate(late=Count("id", filter=_in_state(LATE)), ahead=Count("id", filter=_in_state(AHEAD))):
            for state, count in zip((LATE, AHEAD), many, strict=True):
                counts[kind, state, name if kind == ALERTS else matters[name].matter.unit] += count
    return counts


def _count(counts: Counts, asked: tuple[str, str, str]) -> int:
    return sum(n for key, n in counts.items() if all(one in ("", has) for one, has in zip(asked, key, strict=True)))


def _all(person: str) -> Mapping[str, QuerySet[Any]]:
    """The open alerts that a person sees, and the turns that are owed to the matters of which they are told."""
    return {
        ALERTS: seen(person).filter(status=Alert.OPEN),
        DUTIES: owed(Duty.objects.filter(parent__in=[matter.id for matter in told(person)])),
    }


def _narrowed(kind: str, rows: QuerySet[Any], state: str, unit: str) -> QuerySet[Any]:
    rows = rows.filter(_in_state(state)) if state else rows
    if not unit:
        return rows
    if kind == ALERTS:
        return rows.filter(unit=unit)
    return rows.filter(parent__in=[name for name, file in engine().catalogue.matters.items() if file.matter.unit == unit])


def _in_state(state: str) -> Q:
    """What is overdue, what is not, and nothing for any other word."""
    now = engine().now()
    ways = {LATE: Q(due__gt="", due__lt=now), AHEAD: Q(due="") | Q(due__gte=now)}
    return ways.get(state, Q(pk__in=()))


def _ordered(found: Mapping[str, QuerySet[Any]], page: int) -> list[tuple[str, int]]:
    """A page of all of it together, by (kind, id): what has no time comes last."""
    by_due = Case(When(due="", then=Value(FAR)), default=F("due"))
    each = [rows.order_by().annotate(sort=Value(kind), by=by_due).values_list("by", "sort", "id") for kind, rows in found.items()]
    together = reduce(lambda one, other: one.union(other, all=True), each)
    return [(kind, number) for _, kind, number in cut(together.order_by("by", "sort", "id"), page)]


def _lines(person: str, found: Iterable[tuple[str, int]]) -> tuple[WorkLine, ...]:
    listed = list(found)
    alerts = Alert.objects.in_bulk([number for kind, number in listed if kind == ALERTS])
    turns = Duty.objects.in_bulk([number for kind, number in listed if kind == DUTIES])
    shown = {view.id: view for view in alert_views(alerts.values())}
    lines = dict(zip(turns, turn_lines(turns.values()), strict=True))
    who, opened = _owing(turns.values()), _opened(person, lines.values())
    return tuple(
        WorkLine(alert=shown[number])
        if kind == ALERTS
        else WorkLine(turn=lines[number], owes=who[number], open=lines[number].case_id in opened)
        for kind, number in listed
    )


def _owing(turns: Iterable[Duty]) -> Mapping[int, Text]:
    """Who owes each of some turns: the post, and its holder or all who hold it now."""
    listed = list(turns)
    held = held_by({turn.post for turn in listed})
    people = {turn.pk: [turn.holder] if turn.holder else held.get(turn.post, []) for turn in listed}
    known = names(one for some in people.values() for one in some)
    return {turn.pk: _named(title(turn.post), [known.get(one, NOBODY) for one in people[turn.pk]]) for turn in listed}


def _named(post: Text, people: list[Text]) -> Text:
    who = joined(people) if people else NOBODY
    return Text(f"{post.zh} · {who.zh}", f"{post.en} · {who.en}")


def _opened(person: str, turns: Iterable[DutyLine]) -> frozenset[str]:
    """The cases of some turns that the person may open."""
    cases = [turn.case_id for turn in turns if turn.case_id]
    return frozenset(seen_cases(person).filter(id__in=cases).values_list("id", flat=True)) if cases else frozenset()
