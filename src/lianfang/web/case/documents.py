"""A document of a case, as it is printed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianfang.office import documents
from lianfang.office.views import PersonView
from lianfang.web.evidence.codes import code
from lianfang.web.people import signed_in

MOST_DIGITS = 9


@require_safe
@signed_in
def document(request: HttpRequest, person: PersonView, case_id: str, name: str) -> HttpResponse:
    """The document as the act gave it that the address names, else the latest."""
    asked = request.GET.get("n", "")
    n = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= MOST_DIGITS else 0
    view = documents.document_view(person.id, case_id, name, n)
    return render(request, "web/case/document.html", {"view": view, "code": code(request, view.stamp)})
