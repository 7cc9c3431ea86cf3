"""Stand-ins: who stands in for whom, naming somebody, and ending it early."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lianfang.kernel.model import CommandError, FieldError, Text
from lianfang.office import cases, people, standins
from lianfang.office.views import PersonView
from lianfang.web import carried
from lianfang.web.people import signed_in
from lianfang.web.templatetags.lianfang import say

ENDED = Text("已提前结束，一分钟后生效。", "Ended; it takes effect in a minute.")
NO_POST = Text("请写明委托哪些岗位", "say for which posts")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def page(request: HttpRequest, person: PersonView) -> HttpResponse:
    """Who stands in for me and for whom I do; what is wrong with a naming stands above the form, with what was filled in."""
    if request.method != "POST":
        return _page(request, person, typed=carried.typed(request, person.id))
    sent = request.POST
    if sent.get("act") == "end":
        standins.end(person.id, sent.get("stand_in", ""), sent.get("person", ""), sent.get("since", ""))
        messages.success(request, say(ENDED))
        return redirect("standins")
    carried.drop(request)
    try:
        if not sent.getlist("posts"):
            raise CommandError([FieldError("posts", NO_POST)])
        named = standins.name(person.id, sent.get("stand_in", ""), sent.getlist("posts"), sent.get("first", ""), sent.get("last", ""))
    except CommandError as error:
        return _page(request, person, error.errors, sent, 422)
    messages.success(
        request, say(Text(f"已委托{named.stand_in.name.zh}代理，存入证据。", f"{named.stand_in.name.en} is named; it is in the evidence."))
    )
    return redirect("standins")


def _page(
    request: HttpRequest, person: PersonView, errors: Sequence[FieldError] = (), typed: QueryDict | None = None, status: int = 200
) -> HttpResponse:
    held = people.posts_of(person.id)
    context: dict[str, Any] = {
        "standins": standins.named(person.id),
        "readers": cases.readers(person.id),
        "posts": [(post, people.title(post)) for post in held],
        "chosen": typed.getlist("posts") if typed is not None else held,
        "typed": typed or {},
        "errors": errors,
        "back": typed is not None and not errors,
    }
    return render(request, "web/desk/standins.html", context, status=status)
