"""What was typed into a form that could not be taken, because its person was no longer signed in or its files were too big, is carried to
where it can be.

Every form of a case (those beside its steps too), of an alert or of a stand-in names whom it was made for in a signed field. Without a good
one nothing is carried, so a stranger can store nothing here; what is carried is shown to that person only, for an hour, and files are not
part of it. It lies in the session on the server, which outlives signing in as the same person.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from lianfang.web.shell import language

FIELD = "written-by"
FORMS = ("start", "step", "beside", "alert", "standins")
SALT = "lianfang.writer"
SIGNED_FOR = 30 * 24 * 3600
KEPT_FOR = 3600
MOST_FORMS = 4
MOST_LETTERS = 256 * 1024
NEVER = ("csrfmiddlewaretoken", FIELD, "key", "as-seen", "act", "add-line", "remove-line", "keep-file", language.FIELD)
_PLACE = "carried"


def mark(person: str) -> str:
    """The signed field of a form that is made for a person."""
    return signing.dumps(person, salt=SALT)


def carry(request: HttpRequest) -> str:
    """Keep what was submitted for whom the form was made for. The person; '' where nothing could be kept. A form that saves itself submits
    nothing: the tab has what is in it, and its answer may come after somebody else has signed in."""
    writer = "" if "HX-Request" in request.headers else _writer(request)
    fields = {name: values for name, values in request.POST.lists() if name not in NEVER} if writer else {}
    if not writer or sum(len(text) for values in fields.values() for text in values) > MOST_LETTERS:
        return ""
    request.session.clear_expired()
    kept = {**_kept(request), request.path: {"writer": writer, "until": time.time() + KEPT_FOR, "fields": fields}}
    request.session[_PLACE] = dict(list(kept.items())[-MOST_FORMS:])
    return writer


def waiting(request: HttpRequest) -> bool:
    """Whether something is carried in this browser, whosever it is."""
    return bool(_kept(request))


def typed(request: HttpRequest, person: str, path: str = "") -> QueryDict | None:
    """What a person had typed into the form of this address, or of a ``path``; None where nothing is carried for them."""
    held = _kept(request).get(path or request.path)
    if held is None or held["writer"] != person:
        return None
    posted = QueryDict(mutable=True)
    for name, values in held["fields"].items():
        posted.setlist(name, values)
    return posted


def drop(request: HttpRequest) -> None:
    """Forget what was typed into the form of this address."""
    if request.path in request.session.get(_PLACE, ()):
        request.session[_PLACE] = {path: held for path, held in _kept(request).items() if path != request.path}


def of(request: HttpRequest, person: str) -> dict[str, Any]:
    """All that is carried for a person."""
    return {path: held for path, held in _kept(request).items() if held["writer"] == person}


def besides(request: HttpRequest, person: str) -> dict[str, Any]:
    """All that is carried for others than a person."""
    return {path: held for path, held in _kept(request).items() if held["writer"] != person}


def replace(request: HttpRequest, kept: Mapping[str, Any]) -> None:
    """Carry this, and nothing else."""
    if kept or _PLACE in request.session:
        request.session[_PLACE] = dict(kept)


def _kept(request: HttpRequest) -> dict[str, Any]:
    now = time.time()
    return {path: held for path, held in request.session.get(_PLACE, {}).items() if held["until"] > now}


def _writer(request: HttpRequest) -> str:
    """Whom a submitted form was made for, where it is one of ours that was sent from a page of ours."""
    if request.method != "POST" or _form(request) not in FORMS or not _from_here(request):
        return ""
    try:
        return str(signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=SIGNED_FOR))
    except signing.BadSignature:
        return ""


def _form(request: HttpRequest) -> str | None:
    try:
        return resolve(request.path_info).url_name
    except Resolver404:
        return None


def _from_here(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin", "")
    here = f"{request.scheme}://{request.get_host()}"
    return origin in ("", here) and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
