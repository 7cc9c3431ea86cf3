"""Submitting a form: what was typed becomes a command; the answer is an accepted outcome, or the form again with what was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest, QueryDict

from lianfang.kernel.fields import RETURNS_TO
from lianfang.kernel.model import CommandError
from lianfang.office import forms
from lianfang.office.views import FormView, Outcome, StaleCase
from lianfang.web import drafts
from lianfang.web.case import typed as rows_of
from lianfang.web.case.inputs import Form, build
from lianfang.web.case.parsing import parse
from lianfang.web.case.typed import Typed, from_post, one, without_blank_rows
from lianfang.web.case.uploads import Received, receive
from lianfang.web.shell import language

OK, CONFLICT, MALFORMED = 200, 409, 422
MOST_DIGITS = 9
Command = Callable[[str, Mapping[str, Any], str, int | None], Outcome]
"""Does an act with its data, the key of the submission and the number of acts that the person had seen."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a submission met: ``outcome`` when it was accepted, else the form to show again and the status to show it with; ``posted`` is
    what was submitted, with the hashes of files that were kept, ``seen`` how many acts the case had when the form was opened, where it has
    moved on since."""

    outcome: Outcome | None = None
    form: Form | None = None
    status: int = OK
    posted: QueryDict = field(default_factory=QueryDict)
    seen: int | None = None


def submit(person: str, view: FormView, request: HttpRequest, command: Command) -> Answer:
    """Answer a submitted form. Whatever was typed and uploaded stands in the form that comes back."""
    received = receive(person, view, request.POST, request.FILES)
    typed = from_post(view, received.posted)
    changed = _rearranged(view, typed, request)
    if changed is not None:
        status = MALFORMED if received.errors else OK
        answer = Answer(form=build(view, changed, received.errors, received.files), status=status)
    else:
        answer = _judged(person, view, without_blank_rows(view, typed), received, request, command)
    return replace(answer, posted=received.posted)


def _rearranged(view: FormView, typed: Typed, request: HttpRequest) -> Typed | None:
    """The form with a row more or less, with its files kept, saved or in the other language, for browsers without a script; None when it
    is a submission."""
    if "add-line" in request.POST:
        return rows_of.with_row(view, typed, request.POST["add-line"])
    if "remove-line" in request.POST:
        return rows_of.without_row(view, typed, request.POST["remove-line"])
    return typed if request.POST.keys() & {"keep-file", language.FIELD, drafts.FIELD} else None


def _judged(person: str, view: FormView, typed: Typed, received: Received, request: HttpRequest, command: Command) -> Answer:
    act = request.POST.get("act", "")
    forward = next((choice.forward for choice in view.acts if choice.id == act), False)
    parsed = parse(view, typed, forward)
    back = {RETURNS_TO: to} if act == "return" and (to := one(typed, RETURNS_TO)) else {}
    data = {**parsed.data, **back}
    try:
        forms.demand_whole(person, view, act, data, (*received.errors, *parsed.errors) if forward else ())
        outcome = command(act, data, request.POST.get("key", ""), _number(request.POST.get(drafts.SEEN, "")))
    except CommandError as error:
        return Answer(form=build(view, typed, error.errors, received.files), status=MALFORMED)
    except StaleCase as error:
        seen = _number(request.POST.get(drafts.SEEN, ""))
        return Answer(form=build(view, typed, (), received.files, note=error.message), status=CONFLICT, seen=seen)
    if outcome.accepted:
        return Answer(outcome)
    return Answer(outcome, build(view, typed, (), received.files, outcome.refusal), CONFLICT)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
