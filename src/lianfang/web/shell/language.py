"""The other language for a page that can't be asked for again, since something was typed into it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

FIELD = "in-language"
"""The name of the switch inside a form. With its hyphen it is no field's of a record."""


def switched(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """An answer in the language that was asked for in the form, which is remembered as by the switch of every other page."""
    language = request.POST.get(FIELD, "")
    if language not in dict(settings.LANGUAGES):
        return answer()
    with translation.override(language):
        response = answer()
    response.headers["Content-Language"] = language
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response
