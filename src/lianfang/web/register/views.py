"""The register of powers, verbatim, and the page of a matter."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianfang.catalogue.coverage import OUTCOMES
from lianfang.office import alerts, desk, heat, register
from lianfang.office.alert_access import may_read
from lianfang.office.people import title
from lianfang.office.refusals import GRADES
from lianfang.office.views import PersonView
from lianfang.web.alerts.filters import subject
from lianfang.web.desk.paging import Paged, page_number, said
from lianfang.web.people import signed_in


@require_safe
@signed_in
def whole(request: HttpRequest, person: PersonView) -> HttpResponse:
    """All rows by unit, a line each; one unit, or all, with every word; or the rows in which some words stand."""
    units = register.register(person.id)
    show, one, words = request.GET.get("show", ""), request.GET.get("unit", ""), said(request, "q")
    alone = tuple(unit for unit in units if unit.id == one)
    shown = alone or units
    if show == "live":
        kept = (replace(unit, rows=tuple(row for row in unit.rows if row.live)) for unit in units)
        shown = tuple(unit for unit in kept if unit.rows)
    context = {
        "units": units,
        "shown": register.matching(shown, words) if words else shown,
        "alone": one if alone and show != "live" else "",
        "words": words,
        "show": show if show in ("live", "all") else "",
        "full": show == "all" or bool(alone and show != "live"),
        "total": sum(len(unit.rows) for unit in units),
        "live": sum(unit.live for unit in units),
        "watches": may_read(person.id),
    }
    return render(request, "web/register/register.html", context)


@require_safe
@signed_in
def risks(request: HttpRequest, person: PersonView) -> HttpResponse:
    """The risks by probability and harm, of the office and each unit, or of one unit; a cell opens its risks."""
    units = register.register(person.id)
    alone = tuple(unit for unit in units if unit.id == request.GET.get("unit", ""))
    cell = tuple(grade if (grade := request.GET.get(name, "")) in GRADES else "" for name in ("probability", "harm"))
    matrix = register.matrix(alone or units, *cell)
    apart = () if alone else tuple((unit, register.matrix([unit])) for unit in units if unit.live)
    context = {
        "units": units, "alone": alone[0].id if alone else "", "matrix": matrix, "apart": apart, "cell": cell, "chosen": all(cell),
        "grades": GRADES,
    }  # fmt: skip
    return render(request, "web/register/risks.html", context)


@require_safe
@signed_in
def coverage(request: HttpRequest, person: PersonView) -> HttpResponse:
    """The traceability matrix: each row with how many risks, measures, controls and drills stand behind it, and how these went; of one
    unit, or only those whose drills went so, where that is asked."""
    words, one, went, units = said(request, "q"), said(request, "unit"), said(request, "drills"), register.register(person.id)
    known = {row.row.row: row for row in register.coverage()}
    shown = register.matching(units, words) if words else units
    rows = ((unit, [known[row.row] for row in unit.rows if went in ("", known[row.row].outcome)]) for unit in shown if one in ("", unit.id))
    listed = [(unit, kept) for unit, kept in rows if kept]
    run = sum(row.run is not None for row in known.values())
    context = {
        "listed": listed,
        "words": words,
        "subject": [told for told in (title(one) if one else None, OUTCOMES.get(went)) if told],
        "total": len(known),
        "live": sum(row.file is not None for row in known.values()),
        "run": run,
    }
    return render(request, "web/register/coverage.html", context)


@require_safe
@signed_in
def traced(request: HttpRequest, person: PersonView, row: int) -> HttpResponse:
    """What stands behind a row of the register: its risks, measures, controls and drills."""
    return render(request, "web/register/row.html", {"row": register.row_trace(row)})


@require_safe
@signed_in
def matter(request: HttpRequest, person: PersonView, matter: str) -> HttpResponse:
    """A matter: its map, with its heat where that is asked for, its cases, its controls, its rows of the register."""
    hot, step = request.GET.get("map") == "heat", request.GET.get("step", "")
    view = register.matter_view(person.id, matter, hot=hot)
    risks = [(row, risk) for row in view.map for risk in row.risks]
    at = next((title for name, title in view.steps if name == step), None)
    paged = Paged(desk.of_matter(person.id, matter, page_number(request), step if at else ""), request, "#cases")
    context = {"view": view, "risks": risks, "paged": paged, "at": at, "heat": view if hot else None, "watches": may_read(person.id)}
    return render(request, "web/register/matter.html", context)


@require_safe
@signed_in
def refusals(request: HttpRequest, person: PersonView, matter: str) -> HttpResponse:
    """The refusals of a matter, or of one of its controls, for who looks after it; since the year began where that is asked for."""
    of = subject(request, matter)
    paged = Paged(heat.refused(person.id, of, page_number(request)), request)
    context = {"paged": paged, "of": of, "subject": alerts.subject_title(of)}
    return render(request, "web/register/refusals.html", context)
