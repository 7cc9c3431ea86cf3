"""Pages for what goes wrong: each says what happened and the way on."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from lianfang.kernel.model import Text
from lianfang.office import accounts, files, people
from lianfang.office.guesses import TooMany
from lianfang.office.numbered import number_of
from lianfang.web import carried

MIB = 1024 * 1024
HEADINGS: Mapping[int, Text] = {
    400: Text("请求有误", "A malformed request"),
    403: Text("不在您的职责范围内", "Not within your duties"),
    404: Text("找不到", "Not found"),
    409: Text("情况有变", "Things have changed"),
    413: Text("文件太大，没有提交", "Too big to be submitted"),
    429: Text("尝试过于频繁", "Too many attempts"),
    500: Text("系统出错", "Something broke"),
}
MALFORMED = Text("系统不能识别这次请求，未作任何改动。", "The request could not be understood; nothing was changed.")
DENIED = Text("此页不对您的岗位开放。", "This page is not open to your post.")
MISSING = Text("没有这个页面，网址可能有误。", "There is no such page; the address may be mistyped.")
NOT_SUBMITTED = Text("表单没有提交", "The form was not submitted")
STALE_FORM = Text(
    "这张表单打开之后，浏览器里的登录变了，或 Cookie 被清除、被禁用，未作任何改动。请允许本网站的 Cookie，返回上一页刷新后重新提交。",
    "Since this form was opened, the signing-in changed in this browser, or its cookies were removed or are off; nothing was changed. "
    "Allow cookies for this site, go back, reload and submit again.",
)
TOO_BIG = Text(
    "一个文件不能超过 {file} MB，一次提交合计不能超过 {most} MB。未作任何改动。",
    "A file may weigh at most {file} MB, a submission {most} MB in all. Nothing was changed.",
)


def problem(request: HttpRequest, status: int, message: Text, heading: Text | None = None) -> HttpResponse:
    """A page that says what happened."""
    context = {"status": status, "heading": heading or HEADINGS[status], "message": message}
    return render(request, "web/shell/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return problem(request, 400, MALFORMED)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return problem(request, 403, DENIED)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return problem(request, 404, MISSING)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What to do with a form whose CSRF token is missing or old. The form of a case is not lost: whoever filled it in finds it again,
    after signing in where nobody is; where somebody else is, the page says so and offers to change back."""
    writer = carried.carry(request)
    if not writer:
        return problem(request, 403, STALE_FORM, NOT_SUBMITTED)
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    person = accounts.person_of(request.user.pk)
    if person is not None and person.id == writer:
        return redirect(request.path)
    return render(request, "web/shell/switched.html", {"heading": NOT_SUBMITTED, "writer": people.view(writer)}, status=403)


def too_big(request: HttpRequest) -> HttpResponse:
    """413, for a request of which no file was read: what may be sent, and the way back to the form. Where the server handed over what was
    typed, its writer finds it there."""
    writer = carried.carry(request) if request.META.get(settings.LIANFANG_TEXTS) else ""
    person = accounts.person_of(request.user.pk) if request.user.pk is not None else None
    most = {"file": files.MOST // MIB, "most": settings.LIANFANG_MOST_BODY // MIB}
    context = {
        "heading": HEADINGS[413],
        "message": Text(TOO_BIG.zh.format(**most), TOO_BIG.en.format(**most)),
        "kept": bool(writer) and (person is None or person.id == writer),
    }
    return render(request, "web/shell/too_big.html", context, status=413)


def broken(request: HttpRequest) -> HttpResponse:
    """500, with the number under which the log has it. Uses nothing that may itself be broken: no person, no database."""
    context = {"heading": HEADINGS[500], "number": number_of(request)}
    return HttpResponse(render_to_string("web/shell/broken.html", context), status=500)


def too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    """429: what was tried too often, and when to try again."""
    answer = problem(request, 429, error.message)
    answer["Retry-After"] = str(error.wait)
    return answer
