"""Who is signed in, as a person of the office."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from lianfang.kernel.model import Text
from lianfang.office import accounts
from lianfang.office.people import one_look
from lianfang.office.views import Forbidden, NotFound, OfficeError, PersonView, StaleCase
from lianfang.web import carried
from lianfang.web.shell.errors import problem

Rest = ParamSpec("Rest")
SHOWN = ("GET", "HEAD")
"""What only shows a page."""
STATUS: tuple[tuple[type[OfficeError], int], ...] = ((NotFound, 404), (Forbidden, 403), (StaleCase, 409), (OfficeError, 400))
NO_PERSON = Text(
    "这个账号没有对应的人员，请联系系统管理员。", "This account belongs to nobody in the office: ask the system administrator."
)


def signed_in(view: Callable[Concatenate[HttpRequest, PersonView, Rest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view for signed-in people, which is given the person. What the office answers with an error becomes a page that says it.
    Whoever is not signed in does that first; the form that they submitted is carried there and back."""

    @login_required
    def inner(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        person = accounts.person_of(request.user.pk) if request.user.pk is not None else None
        if person is None:
            return problem(request, 403, NO_PERSON)
        request.person = person  # type: ignore[attr-defined]
        try:
            with one_look() if request.method in SHOWN else nullcontext():
                return view(request, person, *args, **kwargs)
        except OfficeError as error:
            return problem(request, next(status for kind, status in STATUS if isinstance(error, kind)), error.message)

    @wraps(view)
    def outer(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            carried.carry(request)
        return inner(request, *args, **kwargs)

    return outer
