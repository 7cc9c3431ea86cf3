"""What is settled around every page: the language, whether a request is too big to be read, and who may change who is signed in."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
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


def only_people_sign_in_and_out(get_response: Answer) -> Answer:
    """A request that a page sends by itself (a form that saves itself, a list that follows what is typed) leaves the session's cookie alone
    where nobody is signed in. Its answer may come after somebody has signed in in another tab, and would sign them out."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        user = getattr(request, "user", None)  # none where the request was answered before it was asked who sent it
        by_the_page = "HX-Request" in request.headers and not (user and user.is_authenticated)
        if by_the_page and isinstance(response, HttpResponse):
            response.cookies.pop(settings.SESSION_COOKIE_NAME, None)
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
