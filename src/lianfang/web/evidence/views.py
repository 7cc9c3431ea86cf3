"""The log as anyone in the office may check it; its entries for those who may read them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianfang.office import documents, guesses, log
from lianfang.office.views import CheckedView, Forbidden, LogLine, NotFound, Page, PersonView
from lianfang.web.desk.paging import Paged, page_number
from lianfang.web.people import signed_in
from lianfang.web.shell.errors import too_many


@require_safe
@signed_in
def whole(request: HttpRequest, person: PersonView) -> HttpResponse:
    """Size, root, signed checkpoint and key; the latest entries for the log's readers."""
    number = page_number(request)
    lines = _lines(person, number)
    view = log.log_view()
    paged = Paged(Page(lines, number, view.size + view.waiting, log.PAGE), request) if lines is not None else None
    return render(request, "web/evidence/log.html", {"log": view, "paged": paged})


@require_safe
@signed_in
def entry(request: HttpRequest, person: PersonView, entry: int) -> HttpResponse:
    """One entry with the proof that it is in the log."""
    return render(request, "web/evidence/entry.html", {"proof": log.seen_proof(person.id, entry)})


@require_safe
@signed_in
def checkpoint(request: HttpRequest, person: PersonView) -> HttpResponse:
    """The signed note, as a file."""
    headers = {"Content-Disposition": 'attachment; filename="checkpoint"'}
    return HttpResponse(log.checkpoint(), content_type="text/plain; charset=utf-8", headers=headers)


@require_safe
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Whether a printed document is genuine, for whoever holds it: it is told what is printed on it, and how it stands."""
    asked = code or request.GET.get("code", "")
    try:
        found, fault = _checked(asked, request.META.get("REMOTE_ADDR", "")) if asked else None, None
    except guesses.TooMany as error:
        return too_many(request, error)
    except NotFound as error:
        found, fault = None, error.message
    context = {"checked": found, "fault": fault, "code": asked}
    return render(request, "web/evidence/verify.html", context, status=404 if fault else 200)


def _checked(code: str, address: str) -> CheckedView:
    """What is told of a code. Raises NotFound, and TooMany at an address that was wrong too often."""
    guesses.demand_few(guesses.CODES, address)
    try:
        return documents.checked(code)
    except NotFound:
        guesses.wrong(guesses.CODES, address)
        raise


def _lines(person: PersonView, number: int) -> tuple[LogLine, ...] | None:
    try:
        return log.lines(person.id, number)
    except Forbidden:
        return None
