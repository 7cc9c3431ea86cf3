"""What waits for a person, what they can start, and the register."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Status

from lianfang.api.cases import waiting
from lianfang.api.interface import ASKED, FOUND, SENT, PageNumber, person_id
from lianfang.api.schemas import (
    Copied,
    Copies,
    DutyFigures,
    DutyOfYear,
    DutyTurn,
    Ending,
    Figures,
    Malformed,
    Matter,
    Matters,
    Measure,
    Naming,
    Overview,
    Problem,
    RefusedBy,
    Register,
    Row,
    StandIn,
    StandIns,
    Tasks,
    YearOfDuties,
    words,
)
from lianfang.office import agenda, desk, overview, register, standins
from lianfang.office.alert_access import demand_reader
from lianfang.office.views import Figures as FiguresView
from lianfang.office.views import RowView, StandInView

Year = Annotated[int, Query(ge=1, le=9999)]
router = Router(tags=["desk"])


@router.get("/tasks", response={200: Tasks, **ASKED}, operation_id="get_tasks")
def get_tasks(request: HttpRequest) -> Tasks:
    """待办。 Every step that waits for me, the most urgent first; and those of others that are overdue and for whose time I answer."""
    person = person_id(request)
    return Tasks(tasks=[waiting(task) for task in desk.tasks(person)], overdue=[waiting(task) for task in desk.overdue(person)])


@router.get("/stand-ins", response={200: StandIns, **ASKED}, operation_id="get_stand_ins")
def get_stand_ins(request: HttpRequest) -> StandIns:
    """委托代理。 Who stands in for me, and for whom I do; now or later."""
    return StandIns(stand_ins=[_stand_in(one) for one in standins.named(person_id(request))])


@router.post("/stand-ins", response={201: StandIn, **ASKED, **SENT}, operation_id="name_stand_in")
def name_stand_in(request: HttpRequest, naming: Naming) -> Status[StandIn]:
    """委托代理人。 Name somebody who takes the steps of my posts while I am away."""
    found = standins.name(person_id(request), naming.stand_in, naming.posts, naming.first, naming.last)
    return Status(201, _stand_in(found))


@router.post("/stand-ins/end", response={200: StandIns, **FOUND, **SENT}, operation_id="end_stand_in")
def end_stand_in(request: HttpRequest, ending: Ending) -> StandIns:
    """提前结束代理。 End it early, for whoever is away or who stands in; it takes effect in a minute."""
    standins.end(person_id(request), ending.stand_in, ending.person, ending.since)
    return get_stand_ins(request)


def _stand_in(one: StandInView) -> StandIn:
    return StandIn(stand_in=one.stand_in.id, person=one.person.id, posts=list(one.posts), since=one.since, until=one.until)


@router.get("/copies", response={200: Copies, **ASKED, 422: Malformed}, operation_id="get_copies")
def get_copies(request: HttpRequest, page: PageNumber = 1) -> Copies:
    """抄送我的。 The cases that I was named to read, the latest first, page by page."""
    found = desk.copied(person_id(request), page)
    listed = [Copied(case=one.id, matter=one.matter, title=one.title, state=one.status, at=one.moment) for one in found.lines]
    return Copies(copies=listed, page=found.number, size=found.size, total=found.total)


@router.get("/matters", response={200: Matters, **ASKED}, operation_id="get_matters")
def get_matters(request: HttpRequest) -> Matters:
    """可发起的事项。 The matters that I can start."""
    return Matters(matters=[Matter.from_orm(line) for line in desk.startable(person_id(request))])


@router.get("/register", response={200: Register, **ASKED}, operation_id="get_register")
def get_register(request: HttpRequest) -> Register:
    """责任清单。 The register, word for word, with what carries out each measure."""
    return Register(rows=[_row(unit.id, row) for unit in register.register() for row in unit.rows])


@router.get("/agenda", response={200: YearOfDuties, **ASKED, 422: Malformed}, operation_id="get_agenda")
def get_agenda(request: HttpRequest, year: Year | None = None, unit: str = "") -> YearOfDuties:
    """年度履责安排。 The duties of a year (this one where none that is known is named) that I owe or look after: figures by unit,
    and of the unit that is named, or of the only one, every duty with its turns."""
    found = agenda.agenda(person_id(request), year, unit)
    return YearOfDuties(
        year=found.year,
        units=[DutyFigures(unit=one.unit, due=one.figures.fallen, in_time=one.figures.in_time, late=one.figures.late,
                           undone=one.figures.undone, owed=one.figures.owed, coming=one.figures.coming) for one in found.units],
        unit=found.unit or None,
        duties=[
            DutyOfYear(matter=line.matter, control=line.control, title=words(line.title), post=post.post, person=line.person or None,
                       turns=[DutyTurn.from_orm(turn) for turn in line.turns])
            for post in found.posts for line in post.lines
        ],
    )  # fmt: skip


@router.get("/overview", response={200: Overview, **ASKED, 403: Problem}, operation_id="get_overview")
def get_overview(request: HttpRequest) -> Overview:
    """总览。 How the units stand that I look after, all of them together, and which controls refused this year, the most often first; for
    inspectors, auditors and those who lead a unit."""
    person = person_id(request)
    demand_reader(person, overview.NOT_YOURS)
    found = overview.overview(person)
    return Overview(
        units=[_figures(one) for one in found.units],
        total=_figures(found.total),
        refused=[RefusedBy(matter=one.matter, control=one.control, title=words(one.title), count=one.count) for one in found.refused],
        waiting=found.waiting,
        worked=found.worked,
    )


def _figures(one: FiguresView) -> Figures:
    return Figures(
        unit=one.unit or None, title=words(one.title), alerts=dict(one.alerts), owed=one.owed, missed=one.missed, late=one.late,
        drills=dict(one.drills),
    )  # fmt: skip


def _row(unit: str, row: RowView) -> Row:
    return Row(
        row=row.row,
        unit=unit,
        matter=words(row.matter),
        map=row.map.zh,
        preamble=[words(text) for text in row.preamble],
        risks=[words(risk.text) for risk in row.risks],
        measures=[Measure(text=words(one.text), controls=[carrier.id for carrier in one.controls]) for one in row.measures],
        owner=words(row.owner),
        live=row.live or None,
    )
