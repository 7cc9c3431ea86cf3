"""The addresses of the interface, below ``api/v1/``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt

from lianfang.api import alerts, cases, desk, evidence, facts, files, tokens
from lianfang.api.interface import api
from lianfang.api.problems import MISSING, problem, too_big
from lianfang.kernel.model import Text
from lianfang.office.files import MOST

NOT_ALLOWED = 405
MULTIPART = "multipart/form-data"
ENVELOPE = 64 * 1024
"""What a form may hold besides its file."""

for router in (tokens.router, cases.router, desk.router, alerts.router, files.router, facts.router, evidence.router):
    api.add_router("", router)


def _whole(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view whose every answer is the interface's own: what comes before and after the framework's handlers too."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        most = MOST + ENVELOPE if request.content_type == MULTIPART else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if int(request.META.get("CONTENT_LENGTH") or 0) > most:
            return too_big(request)
        try:
            answer = view(request, *args, **kwargs)
        except Http404:
            return _nowhere(request)
        if answer.status_code != NOT_ALLOWED:
            return answer
        allowed = answer["Allow"]
        detail = Text(f"这个地址只接受 {allowed}。", f"This address takes {allowed} only.")
        said = problem(request, "method", detail)
        said["Allow"] = allowed
        return said

    return inner


@csrf_exempt
def _nowhere(request: HttpRequest) -> HttpResponse:
    return problem(request, "not-found", MISSING)


app_name = api.urls_namespace
urlpatterns: list[URLPattern | URLResolver] = [*api.urls[0], re_path("", _nowhere)]
for pattern in urlpatterns:
    if isinstance(pattern, URLPattern):
        pattern.callback = _whole(pattern.callback)
