"""Who is signed in, as a person of the office."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from lianfang.office import accounts
from lianfang.office.views import Forbidden, NotFound

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """A view for signed-in people, given the person; what does not exist for them is a 404, what is not theirs a 403."""

    @login_required
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = accounts.person_of(request.user.pk) if request.user.pk is not None else None
        if person is None:
            raise Http404
        request.person = person  # type: ignore[attr-defined]
        try:
            return view(request, person, *args, **kwargs)
        except NotFound as error:
            return render(request, "web/shell/error.html", {"message": error.message}, status=404)
        except Forbidden as error:
            return render(request, "web/shell/error.html", {"message": error.message}, status=403)

    return inner
