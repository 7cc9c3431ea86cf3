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

NARROWS = ("list", "q", "unit", "late")
PLACES = ("desk", "search")
SAVED = Text("已保存筛选。", "The filter is saved.")


@require_POST
@signed_in
def saved(request: HttpRequest, person: PersonView) -> HttpResponse:
    """Keep how a list is narrowed, or forget what was kept under a name."""
    sent = request.POST
    if sent.get("act") == "drop":
        filters.drop(person.id, sent.get("name", ""))
        return redirect("desk")
    place = reverse(sent["place"] if sent.get("place") in PLACES else PLACES[0])
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
