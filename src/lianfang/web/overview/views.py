"""What those who watch see first, each figure with the list of what it counts; and what is to be brought to its end, in one list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lianfang.catalogue.coverage import FAILED, GOOD, UNRUN
from lianfang.kernel.model import Text
from lianfang.office import agenda as year_of
from lianfang.office import overview as office
from lianfang.office import worklist as work
from lianfang.office.alert_access import demand_reader
from lianfang.office.refusals import LEVELS
from lianfang.office.views import Figures, PersonView
from lianfang.office.views.agenda import MONTHS
from lianfang.web.alerts.filters import ways_of
from lianfang.web.desk.paging import Paged, page_number
from lianfang.web.people import signed_in

A_YEAR = re.compile(r"\d{4}", re.ASCII).fullmatch
MOST_REFUSED = 10
"""Of how many controls the refusals are shown before the rest is folded."""


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of each unit: what it is called under the head of its group, and by itself; how it is read; the list of what it counts and
    how that is asked for; and whether it is grave."""

    title: Text
    label: Text
    count: Callable[[Figures], int]
    place: str
    asks: Mapping[str, str]
    grave: bool = False
    level: str = ""

    def cell(self, figures: Figures) -> Cell:
        """The figure of a unit."""
        query = QueryDict(mutable=True)
        query.update({**self.asks, **({"unit": figures.unit} if figures.unit else {})})
        return Cell(self, self.count(figures), f"{reverse(self.place)}?{query.urlencode()}")


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, and where the list of what it counts is."""

    column: Column
    count: int
    href: str


def _alerts(level: str) -> Column:
    zh, en = LEVELS[level]
    title, label = Text(zh, en.capitalize()), Text(f"{zh}预警", f"{en.capitalize()} alerts")
    return Column(title, label, lambda one: one.alerts[level], "alerts", {"state": "open", "level": level}, level=level)


def _drills(outcome: str, title: Text, label: Text) -> Column:
    return Column(title, label, lambda one: one.drills[outcome], "coverage", {"drills": outcome}, grave=outcome == FAILED)


GROUPS: tuple[tuple[Text, tuple[Column, ...]], ...] = (
    (Text("未销预警", "Open alerts"), tuple(map(_alerts, LEVELS))),
    (
        Text("履责", "Duties"),
        (
            Column(Text("逾期", "Overdue"), Text("逾期履责", "Duties overdue"), lambda one: one.missed, "worklist",
                   {"kind": work.DUTIES, "state": work.LATE}, grave=True),
            Column(Text("未到期", "Not yet due"), Text("未到期履责", "Duties not yet due"), lambda one: one.owed, "worklist",
                   {"kind": work.DUTIES, "state": work.AHEAD}),
        ),
    ),
    (
        Text("办件", "Cases"),
        (Column(Text("逾期", "Overdue"), Text("逾期办件", "Cases overdue"), lambda one: one.late, "search", {"late": "1"}, grave=True),),
    ),
    (
        Text("清单各项的演练", "Drills by row"),
        (
            _drills(FAILED, Text("有不符", "Failed"), Text("演练不符", "Drills failed")),
            _drills(GOOD, Text("如预期", "As they must"), Text("演练如预期", "Drills as they must")),
            _drills(UNRUN, Text("未演练", "Not run"), Text("未演练", "Drills not run")),
        ),
    ),
)  # fmt: skip
"""The figures of a unit."""
COLUMNS = tuple(column for _, columns in GROUPS for column in columns)


@require_safe
@signed_in
def overview(request: HttpRequest, person: PersonView) -> HttpResponse:
    """How the units stand that the person looks after, and which controls refused this year."""
    demand_reader(person.id, office.NOT_YOURS)
    view = office.overview(person.id)
    context = {
        "view": view, "rows": _rows(view.units), "total": [column.cell(view.total) for column in COLUMNS], "groups": GROUPS,
        "refused": view.refused[:MOST_REFUSED], "others": view.refused[MOST_REFUSED:],
    }  # fmt: skip
    return render(request, "web/overview/overview.html", context)


@require_safe
@signed_in
def worklist(request: HttpRequest, person: PersonView) -> HttpResponse:
    """What the watch raised and what falls due, narrowed as the address asks."""
    demand_reader(person.id, office.NOT_YOURS)
    kind, state, unit = (request.GET.get(name, "") for name in ("kind", "state", "unit"))
    found = work.worklist(person.id, kind, state, unit, page_number(request))
    context = {
        "paged": Paged(found.page, request), "asked": bool(kind or state or unit),
        **{f"{name}s": ways_of(request, name, ways)
           for name, ways in (("kind", found.kinds), ("state", found.states), ("unit", found.units))},
    }  # fmt: skip
    return render(request, "web/overview/worklist.html", context)


@require_safe
@signed_in
def agenda(request: HttpRequest, person: PersonView) -> HttpResponse:
    """The duties of a year as far as the person sees them: figures by unit and post, and each duty month by month."""
    year, unit = request.GET.get("year", ""), request.GET.get("unit", "")
    view = year_of.agenda(person.id, int(year) if A_YEAR(year) else None, unit)
    return render(request, "web/overview/agenda.html", {"view": view, "states": year_of.STATES, "months": MONTHS})


def _rows(units: Iterable[Figures]) -> list[tuple[Text, list[Cell]]]:
    return [(one.title, [column.cell(one) for column in COLUMNS]) for one in units]
