"""What breaks at the interface is answered as a problem, with the number that the log has."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from lianfang.api.problems import BROKEN, problem
from lianfang.office.numbered import number_of

FAULT = 500


def answered(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """The middleware. By then the framework has logged the fault under its number; who develops sees it as it is."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code != FAULT or settings.DEBUG or not request.path.startswith("/api/"):
            return response
        return problem(request, "broken", BROKEN, number=number_of(request))

    return middleware
