"""What the watches noticed, for those who look after it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianfang.kernel.model import Text
from lianfang.office import alerts
from lianfang.office.views import Forbidden, PersonView
from lianfang.web.desk.paging import Paged, page_number
from lianfang.web.people import signed_in

NOT_YOURS = Text(
    "预警由纪检监察、审计人员和各单位负责人查看。您在办件中的拦截与预警显示在该办件页上。",
    "Alerts are for inspectors, auditors and those who lead a unit. What concerns a case of yours is shown on the page of that case.",
)


@require_safe
@signed_in
def listed(request: HttpRequest, person: PersonView) -> HttpResponse:
    """The alerts that the person may see, open ones first."""
    if not alerts.may_read(person.id):
        raise Forbidden(NOT_YOURS)
    page = alerts.alerts(person.id, page_number(request))
    return render(request, "web/alerts/alerts.html", {"paged": Paged(page, request)})
