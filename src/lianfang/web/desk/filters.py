"""Filters that a person keeps: saved from the list that they narrow, and forgotten."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from lianfang.kernel.model import CommandError, Text
from lianfang.office import filters
from lianfang.office.views import PersonView
from lianfang.web.desk.paging import MOST_WORDS
from lianfang.web.people import signed_in
from lianfang.web.templatetags.lianfang import say

NARROWS = ("list", "q", "unit", "late", "order", "level", "state", "mine", "matter", "control", "risk", "year")
PLACES = ("desk", "search", "alerts")
SAVED = Text("已保存筛选。", "The filter is saved.")


def narrowed(request: HttpRequest) -> list[tuple[str, str]]:
    """How the address of a list narrows it: what can be kept of that."""
    return [(name, request.GET[name]) for name in NARROWS if request.GET.get(name)]


@require_POST
@signed_in
def saved(request: HttpRequest, person: PersonView) -> HttpResponse:
    """Keep how a list is narrowed, or forget what was kept under a name."""
    sent = request.POST
    place = reverse(sent["place"] if sent.get("place") in PLACES else PLACES[0])
    if sent.get("act") == "drop":
        filters.drop(person.id, sent.get("name", ""))
        return redirect(place)
    query = QueryDict(mutable=True)
    query.update({name: sent[name][:MOST_WORDS] for name in NARROWS if sent.get(name)})
    there = f"{place}?{query.urlencode()}" if query else place
    try:
        filters.keep(person.id, sent.get("name", "") or sent.get("q", ""), there)
    except CommandError as error:
        messages.error(request, say(error.errors[0].message))
    else:
        messages.success(request, say(SAVED))
    return redirect(there)
