"""The workbench, and the search over cases."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianfang.kernel.model import Text
from lianfang.office import desk, drafts, filters, people, standins
from lianfang.office.views import MatterLine, Page, PersonView
from lianfang.web.desk.filters import narrowed
from lianfang.web.desk.paging import Paged, page_number, said
from lianfang.web.people import signed_in

LISTS: Mapping[str, tuple[Text, Callable[..., Page[Any]]]] = {
    "waiting": (Text("待办", "To do"), desk.waiting),
    "done": (Text("已办", "Done"), desk.done),
    "started": (Text("我发起", "Started"), desk.started),
    "copied": (Text("抄送我的", "Copied to me"), desk.copied),
    "drafts": (Text("草稿", "Drafts"), drafts.listed),
}

LATE = ("waiting", "started")
"""The lists that can be narrowed to what is overdue."""
FEW = 10
"""How many turns of duties the workbench shows before it folds the rest, and how long a list is before it is offered to be filtered."""


@require_safe
@signed_in
def workbench(request: HttpRequest, person: PersonView) -> HttpResponse:
    """What waits for me, what I did, what I started and began to write; the duties I owe and what I can start."""
    view = desk.desk(person.id)
    shown = request.GET.get("list", "")
    shown = shown if shown in LISTS else "waiting"
    number, words, begun = page_number(request), said(request, "q"), said(request, "start")
    units = people.every_unit() if shown != "drafts" else {}
    unit, order, late = said(request, "unit"), said(request, "order"), shown in LATE and "late" in request.GET
    more: dict[str, Any] = {"late": True} if late else {}
    if unit in units:
        more["unit"] = unit
    if shown == "waiting" and order in desk.ORDERS:
        more["order"] = order
    page = LISTS[shown][1](person.id, number, words, **more) if number > 1 or words or more else getattr(view, shown)
    tabs = [(name, title, getattr(view, name).count) for name, (title, _) in LISTS.items()]
    owed = [duty for duty in view.duties if duty.state != "done"]
    fulfilled = [duty for duty in view.duties if duty.state == "done"]
    starts: dict[Text, list[MatterLine]] = {}
    for line in desk.named(view.startable, begun):
        starts.setdefault(line.unit_title, []).append(line)
    context = {
        "starts": starts.items(),
        "begun": begun,
        "own": person.unit,
        "words": words,
        "batch": shown == "waiting" and any(line.batch for line in page.lines),
        "key": str(uuid.uuid4()),
        "late": late,
        "units": units,
        "unit": more.get("unit", ""),
        "orders": desk.ORDERS if shown == "waiting" else {},
        "order": more.get("order", ""),
        "narrowed": narrowed(request) if words or more else (),
        "lates": shown in LATE,
        "filters": filters.kept(person.id),
        "few": FEW,
        "desk": view,
        "shown": shown,
        "tabs": tabs,
        "paged": Paged(page, request),
        "owed": owed[:FEW],
        "earlier": owed[FEW:],
        "fulfilled": fulfilled,
        "standins": standins.named(person.id),
    }
    return render(request, "web/desk/workbench.html", context)


@require_safe
@signed_in
def search(request: HttpRequest, person: PersonView) -> HttpResponse:
    """The cases that some words find, of one unit or overdue where that is asked; without any the latest of all that the person may
    see."""
    words, unit, late = said(request, "q"), said(request, "unit"), "late" in request.GET
    paged = Paged(desk.find(person.id, words, page_number(request), unit, late), request)
    kept = filters.kept(person.id)
    context = {"words": words, "unit": unit, "late": late, "paged": paged, "filters": kept, "narrowed": narrowed(request)}
    return render(request, "web/desk/search.html", context)
