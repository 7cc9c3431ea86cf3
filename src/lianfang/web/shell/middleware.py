"""What is settled before any page is asked: the language, and whether a request is too big to be read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from lianfang.web.shell.errors import too_big as answer

Answer = Callable[[HttpRequest], HttpResponseBase]


def chosen_language(get_response: Answer) -> Answer:
    """Chinese, unless the reader used the switch. What a browser prefers is not asked: it is seldom what its user chose."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response

    return middleware


def too_big(get_response: Answer) -> Answer:
    """Answer what is too big by its length, in the product's own words and unread."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) >= settings.LIANFANG_MOST_BODY:
            return answer(request)
        return get_response(request)

    return middleware
