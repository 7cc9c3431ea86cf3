"""The register of powers, verbatim, and the page of a matter."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianfang.office import desk, register
from lianfang.office.views import PersonView
from lianfang.web.desk.paging import Paged, page_number
from lianfang.web.people import signed_in


@require_safe
@signed_in
def whole(request: HttpRequest, person: PersonView) -> HttpResponse:
    """All rows by unit, folded or as one text; those of one unit, or the live ones alone."""
    units = register.register()
    live_only, one = request.GET.get("show") == "live", request.GET.get("unit", "")
    shown = tuple(unit for unit in units if unit.id == one) or units
    if live_only:
        kept = [replace(unit, rows=tuple(row for row in unit.rows if row.live)) for unit in units]
        shown = tuple(unit for unit in kept if unit.rows)
    context = {
        "units": units,
        "shown": shown,
        "alone": shown[0].id if len(shown) == 1 and not live_only else "",
        "live_only": live_only,
        "folded": shown is units and request.GET.get("show") != "all",
        "total": sum(len(unit.rows) for unit in units),
        "live": sum(unit.live for unit in units),
    }
    return render(request, "web/register/register.html", context)


@require_safe
@signed_in
def matter(request: HttpRequest, person: PersonView, matter: str) -> HttpResponse:
    """A matter: its map, its cases, its controls, its rows of the register."""
    view = register.matter_view(person.id, matter)
    risks = [(row, risk) for row in view.map for risk in row.risks]
    paged = Paged(desk.of_matter(person.id, matter, page_number(request)), request, "#cases")
    return render(request, "web/register/matter.html", {"view": view, "risks": risks, "paged": paged})
