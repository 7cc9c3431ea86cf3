"""What is answered when something can't be done: a problem (RFC 9457), in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request
from ninja.errors import AuthenticationError, HttpError, ValidationError

from lianfang.api.schemas import Refusal
from lianfang.kernel.fields import REQUIRED
from lianfang.kernel.model import CommandError, FieldError, Text
from lianfang.office.guesses import TooMany
from lianfang.office.views import Forbidden, NotFound, OfficeError, RefusalView, StaleCase

MEDIA = "application/problem+json"
TYPES = "urn:lianfang:problem:"
TITLES: Mapping[str, tuple[int, Text]] = {
    "malformed": (422, Text("提交的内容不合规", "Malformed")),
    "unreadable": (400, Text("读不懂的请求", "Unreadable request")),
    "unauthenticated": (401, Text("须先取得令牌", "A token is needed")),
    "forbidden": (403, Text("您无权这样做", "Not yours to do")),
    "not-found": (404, Text("没有找到", "Not found")),
    "method": (405, Text("此处不能这样用", "Not done here")),
    "refusal": (409, Text("被拦截", "Refused")),
    "stale": (409, Text("办件已有新的进展", "The case has moved on")),
    "too-big": (413, Text("内容太大", "Too big")),
    "too-many": (429, Text("尝试过于频繁", "Too many attempts")),
    "broken": (500, Text("系统出错", "Something broke")),
}
"""The kinds of problems: their status and title."""
TOKEN = Text("请先以 POST /api/v1/tokens 取得令牌，再以 Authorization: Bearer 出示。",
             "Get a token by POST /api/v1/tokens and show it as Authorization: Bearer.")  # fmt: skip
BROKEN = Text(
    "系统内部出错。没有收到存证号的，就没有办成：请用同一个 Idempotency-Key 重试，仍不行的，把 number 告诉系统管理员。",
    "Something broke inside. What got no evidence number was not done: try again with the same Idempotency-Key; "
    "if that fails, tell the system administrator the number.",
)
BODY = Text("请求正文应为 UTF-8 的 JSON 对象。", "The body should be a JSON object in UTF-8.")
MISSING = Text("接口没有这个地址，见 /api/v1/openapi.json。", "The interface has no such address; see /api/v1/openapi.json.")
UNKNOWN_KEY = Text("没有这一项", "there is no such key")


def in_english(request: HttpRequest) -> bool:
    """Whether whoever asks reads English; Chinese otherwise."""
    return get_language_from_request(request).startswith("en")


def spoken(request: HttpRequest, text: Text) -> str:
    """A text in the reader's language."""
    return text.en if in_english(request) else text.zh


def problem(request: HttpRequest, kind: str, detail: Text, **more: Any) -> HttpResponse:
    """The answer that something can't be done: ``kind`` is one of TITLES, ``more`` are members of this problem."""
    status, title = TITLES[kind]
    body = {"type": f"{TYPES}{kind}", "title": spoken(request, title), "status": status, "detail": spoken(request, detail), **more}
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA)


def words_of(request: HttpRequest, refusal: RefusalView) -> dict[str, str]:
    """What is told of a refusal, in the reader's language and in English."""
    texts = {"message": refusal.message, "remedy": refusal.remedy, "source": refusal.source, "ask": refusal.ask}
    told = {name: spoken(request, text) for name, text in texts.items()} | {f"{name}_en": text.en for name, text in texts.items()}
    return {"control": refusal.control, "kind": refusal.kind, "family": refusal.family, "risk": refusal.risk, **told}


def fault(request: HttpRequest, error: FieldError) -> dict[str, str]:
    """What is told of a field that is wrong."""
    return {"field": error.field, "message": spoken(request, error.message), "message_en": error.message.en}


def refused(request: HttpRequest, refusal: RefusalView, entry: int, receipt: Mapping[str, Any]) -> HttpResponse:
    """The answer that an act was refused: by what, why, and the receipt of its evidence."""
    told = Refusal(**words_of(request, refusal), evidence=entry)
    return problem(request, "refusal", refusal.message, refusal=told.model_dump(), receipt=dict(receipt))


def malformed(request: HttpRequest, errors: Iterable[FieldError]) -> HttpResponse:
    """The answer to a command that can't be judged, with all that is wrong with it."""
    listed = list(errors)
    detail = Text("；".join(f"{e.field}：{e.message.zh}" for e in listed), "; ".join(f"{e.field}: {e.message.en}" for e in listed))
    return problem(request, "malformed", detail, errors=[fault(request, error) for error in listed])


def unauthenticated(request: HttpRequest, detail: Text = TOKEN) -> HttpResponse:
    """The answer to whoever shows no key, or a wrong one."""
    answer = problem(request, "unauthenticated", detail)
    answer["WWW-Authenticate"] = 'Bearer realm="lianfang"'
    return answer


def of_command(request: HttpRequest, error: CommandError) -> HttpResponse:
    """A malformed command."""
    return malformed(request, error.errors)


def of_office(request: HttpRequest, error: OfficeError) -> HttpResponse:
    """A use case that could not be done."""
    kinds = ((NotFound, "not-found"), (Forbidden, "forbidden"), (StaleCase, "stale"), (TooMany, "too-many"))
    answer = problem(request, next((name for kind, name in kinds if isinstance(error, kind)), "malformed"), error.message)
    if isinstance(error, TooMany):
        answer["Retry-After"] = str(error.wait)
    return answer


def of_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A request whose parts are not those of the interface."""
    return malformed(request, [FieldError(_path(fault["loc"]), _said(fault)) for fault in error.errors])


def of_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework turns down: no key, or a body that can't be read."""
    if isinstance(error, AuthenticationError):
        return unauthenticated(request)
    if isinstance(error.__cause__, RequestDataTooBig):
        return too_big(request)
    return problem(request, "unreadable", BODY)


def of_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """An address that leads nowhere."""
    return problem(request, "not-found", MISSING)


def too_big(request: HttpRequest) -> HttpResponse:
    """A body over the limit."""
    return problem(request, "too-big", Text("请求正文超过上限。", "The body is over the limit."))


Handler = Callable[[HttpRequest, Any], HttpResponse]
HANDLERS: Mapping[type[Exception], Handler] = {
    CommandError: of_command,
    OfficeError: of_office,
    ValidationError: of_shape,
    HttpError: of_http,
    Http404: of_missing,
}


def _path(place: Iterable[Any]) -> str:
    """A place as a field's path: ``body.command.data.x`` is ``data.x`` to whoever wrote the body."""
    kind, *rest = map(str, place)
    return ".".join(rest[1:] if kind == "body" else rest) or kind


def _said(fault: Mapping[str, Any]) -> Text:
    match fault["type"]:
        case "extra_forbidden":
            return UNKNOWN_KEY
        case "missing":
            return REQUIRED
    said = fault["msg"]
    return Text(f"不合规：{said}", said)
