"""The maps as drawings: one on its page and as a file, many as sheets of paper or as slides. One renderer draws them all."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from lianfang.interchange.drawing import Drawing, Guarded, Row, Words
from lianfang.kernel.model import Text
from lianfang.office import register
from lianfang.office.engine import engine
from lianfang.office.views import ControlView, MapHead, MapRow, MapView, PersonView, RiskView
from lianfang.web.desk.paging import said
from lianfang.web.people import signed_in
from lianfang.web.templatetags.lianfang import depth, english, say, waited

HEADS = (Text("业务流程", "Process"), Text("风险点", "Risks"), Text("防控机制", "Controls"))
FORMS = {"paper": 720.0, "slides": 575.0}
"""How high a sheet may be, in a drawing's units: what is left below its title on A4 across, and on a slide of 16 : 9."""
KEPT = 512


@require_safe
@signed_in
def one(request: HttpRequest, person: PersonView, matter: str) -> HttpResponse:
    """The map of a matter, with its heat where that is asked for; or the drawing alone, as a file."""
    hot, alone = request.GET.get("map") == "heat", request.GET.get("form") == "svg"
    view = register.map_view(person.id, matter, hot=hot)
    (drawing,) = _drawing(view, hot=hot, linked=not alone).sheets(_title(view))
    if alone:
        name = f"{view.id.replace('/', '-')}{'-heat' if hot else ''}.svg"
        return HttpResponse(drawing, "image/svg+xml", headers={"Content-Disposition": f'attachment; filename="{name}"'})
    return render(request, "web/register/map.html", {"view": view, "hot": hot, "drawing": SafeString(drawing)})


@require_safe
@signed_in
def all_of(request: HttpRequest, person: PersonView) -> HttpResponse:
    """The maps of the office or of one unit, each on sheets of its own: to print, to keep as a PDF, or to show."""
    form = "slides" if request.GET.get("form") == "slides" else "paper"
    units, alone = register.map_heads(), said(request, "unit")
    shown = [view for view in units if view.unit == alone] or units
    maps = [(view, _sheets(engine().fingerprint, view.id, form, english=english())) for view in shown]
    context = {
        "maps": maps,
        "form": form,
        "units": {view.unit: view.unit_title for view in units},
        "alone": alone if len(shown) < len(units) else "",
        "count": sum(len(sheets) for _, sheets in maps),
    }
    return render(request, "web/register/maps.html", context)


@lru_cache(KEPT)
def _sheets(catalogue: str, matter: str, form: str, *, english: bool) -> tuple[SafeString, ...]:
    """The sheets of a map, which are the same for everybody as long as the catalogue is."""
    view = register.map_view("", matter)
    return tuple(map(SafeString, _drawing(view, hot=False, linked=False, height=FORMS[form]).sheets(_title(view))))


def _title(view: MapHead) -> str:
    return say(Text(f"{view.unit_title.zh}{view.title.zh}廉政风险防控图", f"Risk-control map: {view.title.en}, {view.unit_title.en}"))


def _drawing(view: MapView, *, hot: bool, linked: bool, height: float = math.inf) -> Drawing:
    at = {row.step: number for number, row in enumerate(view.rows)}
    page = reverse("matter", args=[view.id])
    rows = [
        Row(
            tuple(_step(row)),
            tuple(
                Guarded(tuple(_risk(risk, hot=hot)), tuple(words for one in risk.controls for words in _control(one, hot=hot)))
                for risk in row.risks
            ),
            f"{page}?map=heat&step={row.step}#cases" if linked else "",
        )
        for row in view.rows
    ]
    return Drawing(rows, [(at[a], at[b]) for a, b in view.arrows], [say(head) for head in HEADS], height)


def _step(row: MapRow) -> Iterable[Words]:
    yield Words(say(row.title))
    yield Words(say(row.by), small=True)
    if row.condition:
        yield Words(say(Text(f"条件：{row.condition.zh}", f"When: {row.condition.en}")), small=True)
    if row.waiting:
        stands = Text(f"停在此 {row.waiting} 件，最久 ", f"{row.waiting} waiting here, longest ")
        yield Words(say(stands) + waited(row.since), small=True, depth=depth(row.waiting))


def _risk(risk: RiskView, *, hot: bool) -> Iterable[Words]:
    yield Words(say(risk.title))
    yield Words(say(Text(f"{risk.grade_title.zh}风险", f"{risk.grade_title.en} risk")), small=True)
    if hot and risk.named:
        yield Words(say(Text(f"未销预警 {risk.named}", f"open alerts {risk.named}")), small=True, depth=depth(risk.named))


def _control(control: ControlView, *, hot: bool) -> Iterable[Words]:
    """A control on a line, with its kind and its figures."""
    kind = Text(f"（{control.kind_title.zh}）", f" ({control.kind_title.en})")
    acted = ""
    if hot and control.refusals:
        acted += say(Text(f" 今年拦截 {control.refusals}", f" · refused this year {control.refusals}"))
    if hot and control.alerts:
        acted += say(Text(f" 今年预警 {control.alerts}", f" · alerts this year {control.alerts}"))
    yield Words(say(control.title) + say(kind) + acted, small=True, depth=depth(control.refusals + control.alerts) if acted else 0)
