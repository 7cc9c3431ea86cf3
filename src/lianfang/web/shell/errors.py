"""Pages for what goes wrong: each says what happened and the way on."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from lianfang.kernel.model import Text

HEADINGS: Mapping[int, Text] = {
    400: Text("请求有误", "A malformed request"),
    403: Text("不在您的职责范围内", "Not within your duties"),
    404: Text("找不到", "Not found"),
    409: Text("情况有变", "Things have changed"),
    500: Text("系统出错", "Something broke"),
}
MALFORMED = Text("系统不能识别这次请求，未作任何改动。", "The request could not be understood; nothing was changed.")
DENIED = Text("此页不对您的岗位开放。", "This page is not open to your post.")
MISSING = Text("没有这个页面，网址可能有误。", "There is no such page; the address may be mistyped.")
STALE_FORM = Text(
    "这张表单已失效（可能刚换了账号或关闭了 Cookie），未作任何改动。请返回上一页刷新后重新提交。",
    "This form is no longer valid (you may have changed accounts, or cookies are off); nothing was changed. "
    "Go back, reload and submit again.",
)


def problem(request: HttpRequest, status: int, message: Text) -> HttpResponse:
    """A page that says what happened."""
    return render(request, "web/shell/error.html", {"status": status, "heading": HEADINGS[status], "message": message}, status=status)


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
    """403 for a form whose CSRF token is missing or old."""
    return problem(request, 403, STALE_FORM)


def broken(request: HttpRequest) -> HttpResponse:
    """500. Uses nothing that may itself be broken: no person, no database."""
    return HttpResponse(render_to_string("web/shell/broken.html", {"heading": HEADINGS[500]}), status=500)
