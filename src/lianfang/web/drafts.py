"""Forms that save themselves: what stands in one is its person's draft until it is submitted, emptied or forgotten (ADR 13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST

from lianfang.kernel.model import Text
from lianfang.kernel.wording import moment
from lianfang.office import drafts
from lianfang.office.views import DraftView, NotFound, OfficeError, PersonView
from lianfang.web import carried
from lianfang.web.people import signed_in

FIELD = "save-draft"
"""The button of a form that saves it, and ``quiet`` where it saves itself."""
QUIET = "quiet"
SEEN = "as-seen"
"""How much there was when the form was opened."""
EMPTY = "empty-form"
"""The button that gives it up."""
SAVED = Text("已存为草稿，可在工作台的“草稿”中找到。", "Saved as a draft: it is on the workbench, under Drafts.")
MOST_DIGITS = 9


def keep(person: str, place: str, fields: Mapping[str, Sequence[str]], key: str = "", seen: str = "") -> bool:
    """Keep what was typed into the form at an address; whether all of it could be kept. Raises NotFound and TooLong."""
    try:
        form = resolve(place)
    except Resolver404:
        raise NotFound(drafts.NONE) from None
    kept = {name: values for name, values in fields.items() if name not in (*carried.NEVER, FIELD, EMPTY)}
    match form.url_name:
        case "start":
            return drafts.of_opening(person, place, form.kwargs["matter"], kept, key)
        case "step":
            n = int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= MOST_DIGITS else 0
            return drafts.of_step(person, place, form.kwargs["case_id"], form.kwargs["step"], kept, key, n)
        case "alert":
            return drafts.of_alert(person, place, form.kwargs["alert"], kept, key)
    raise NotFound(drafts.NONE)


def kept(request: HttpRequest, person: PersonView, posted: QueryDict) -> Text | None:
    """Keep what was submitted with the form of this address and could not be taken; what is said where it couldn't be kept."""
    try:
        keep(person.id, request.path, dict(posted.lists()), posted.get("key", ""), posted.get(SEEN, ""))
    except drafts.TooLong:
        return drafts.TOO_LONG
    return None


def keep_all(person: str, carried_here: Mapping[str, Any]) -> None:
    """Keep all that is carried for a person, by address; what can't be kept is let go."""
    for place, one in carried_here.items():
        with suppress(OfficeError, drafts.TooLong):
            keep(person, place, one["fields"])


def quiet(request: HttpRequest, person: PersonView) -> HttpResponse:
    """The answer to a form that saves itself: when it was, and whether all of it is kept."""
    try:
        whole = keep(person.id, request.path, dict(request.POST.lists()), request.POST.get("key", ""), request.POST.get(SEEN, ""))
    except drafts.TooLong:
        return render(request, "web/case/draft_saved.html", {"told": drafts.TOO_LONG})
    view = held(person.id, request.path)
    return render(request, "web/case/draft_saved.html", {"draft": view, "whole": whole})


def held(person: str, place: str) -> DraftView | None:
    """A person's draft of the form at an address."""
    return drafts.held(person, (place,)).get(place)


def typed(draft: DraftView) -> QueryDict:
    """What stands in a draft, as it was submitted."""
    posted = QueryDict(mutable=True)
    for name, values in draft.fields.items():
        posted.setlist(name, list(values))
    return posted


def told(draft: DraftView, n: int) -> Text:
    """What is said over a form that is filled in from a draft, of a case that has had ``n`` acts."""
    since, until = moment(draft.saved_at), moment(draft.until)[:10]
    moved = draft.n != n
    return Text(
        f"已填回您 {since} 存的草稿（保留到 {until}）。{'此后本件有新的办理，请先核对。' if moved else ''}",
        f"Your draft of {since} is back in its place (kept until {until}).{' The case has moved on: check first.' if moved else ''}",
    )


@require_POST
@signed_in
def discard(request: HttpRequest, person: PersonView) -> HttpResponse:
    """Delete a draft of one's own."""
    if not drafts.drop(person.id, request.POST.get("place", "")):
        raise NotFound(drafts.NONE)
    answer: HttpResponse = redirect("desk")
    answer["Location"] += "?list=drafts"
    return answer
