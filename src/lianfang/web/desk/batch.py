"""Approving several cases of the workbench at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from lianfang.office import batch
from lianfang.office.views import PersonView
from lianfang.web.people import signed_in

MOST_DIGITS, MOST_KEY, MOST_OPINION = 9, 64, 2000


@require_POST
@signed_in
def approve(request: HttpRequest, person: PersonView) -> HttpResponse:
    """Approve what was ticked; one list says what came of each."""
    items = list(_items(request.POST.getlist("item")))
    if not items:
        return redirect("desk")
    lines = batch.approve(person.id, items, request.POST.get("opinion", "")[:MOST_OPINION], request.POST.get("key", "")[:MOST_KEY])
    done = sum(line.outcome is not None and line.outcome.accepted for line in lines)
    return render(request, "web/desk/batch.html", {"lines": lines, "done": done, "left": len(lines) - done})


def _items(sent: Iterable[str]) -> Iterator[batch.Item]:
    """What was ticked, each ``case:step:acts``; what is not written so was not made by a page of ours."""
    for text in sent:
        case_id, _, rest = text.partition(":")
        step, _, seen = rest.partition(":")
        if case_id and step and seen.isascii() and seen.isdigit() and len(seen) <= MOST_DIGITS:
            yield case_id, step, int(seen)
