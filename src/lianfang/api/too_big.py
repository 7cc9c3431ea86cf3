"""A request to the interface that is too big is answered as a problem, without being read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from lianfang.api.problems import problem
from lianfang.kernel.model import Text

BODY = Text("请求超过 64 MB，未作任何改动。", "The request is over 64 MB; nothing was changed.")


def answered(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """The middleware."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if request.path.startswith("/api/") and length.isdigit() and int(length) >= settings.LIANFANG_MOST_BODY:
            return problem(request, "too-big", BODY)
        return get_response(request)

    return middleware
