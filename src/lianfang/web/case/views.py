"""The case's views: its page, the form of each of its steps, and the form that opens it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from lianfang.kernel.model import BESIDE, CommandError
from lianfang.office import acts, cases, forms, register
from lianfang.office import drafts as office_drafts
from lianfang.office.views import CaseView, FormView, MapRow, NotFound, Outcome, PersonView, TimelineItem
from lianfang.web import carried, drafts
from lianfang.web.case import foresight
from lianfang.web.case.begun import begun
from lianfang.web.case.inputs import Form
from lianfang.web.case.naming import named
from lianfang.web.case.standing import Tried, asks, known, linked, rewritten, since, told
from lianfang.web.case.submit import OK, Answer, Command, submit
from lianfang.web.evidence.codes import code
from lianfang.web.people import signed_in
from lianfang.web.shell.language import switched
from lianfang.web.templatetags.lianfang import say

MOST_OF_A_NAME = 64


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def start(request: HttpRequest, person: PersonView, matter: str) -> HttpResponse:
    """The form that opens a case. Fields named in the address come filled in (the turn of a duty)."""
    view = forms.opening_form(person.id, matter)
    given = {f.id: tuple(request.GET.getlist(f.id)) for f in view.fields if f.id in request.GET}

    def command(_: str, data: Mapping[str, Any], key: str, __: int | None) -> Outcome:
        return acts.start(person.id, matter, data, key)

    if request.method == "POST":
        return _submitted(request, person, view, command, None)
    form = begun(person.id, view, drafts.held(person.id, request.path), carried.typed(request, person.id), given)
    return _page(request, form, None, _flow(person, matter))


@require_safe
@signed_in
def case(request: HttpRequest, person: PersonView, case_id: str) -> HttpResponse:
    """All of a case, what is asked of the person first."""
    return _case(request, person, case_id)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def beside(request: HttpRequest, person: PersonView, case_id: str) -> HttpResponse:
    """An act beside the steps; what is in its way stands on the case's page."""
    if request.method != "POST":
        return redirect("case", case_id)
    carried.drop(request)
    post, act = request.POST, request.POST.get("act", "")
    data: dict[str, Any] = {"opinion": post["opinion"].strip()} if post.get("opinion", "").strip() else {}
    if act in ("copy", "consult", "comment"):
        data["people"] = post.getlist("people")
    if act in ("consult", "advise", "recall"):
        data["step"] = post.get("step", "")
    if act == "advise" and post.get("agrees") in ("yes", "no"):
        data["agrees"] = post["agrees"] == "yes"
    if act == "transfer":
        data["step"], _, data["person"] = post.get("taker", "").partition(":")
    try:
        if act == "comment":
            data["people"] = named(post.get("opinion", ""), data["people"], cases.mentionable(person.id, case_id))
        outcome = acts.act(person.id, case_id, "", act, data, post.get("key", ""))
    except CommandError as error:
        return _case(request, person, case_id, Tried(act, error.errors, post), 422)
    if not outcome.accepted:
        return _case(request, person, case_id, Tried(act, typed=post, refusal=outcome.refusal), 409)
    messages.success(request, say(told(outcome, cases.case_view(person.id, case_id))))
    return redirect("case", case_id)


def _case(request: HttpRequest, person: PersonView, case_id: str, tried: Tried | None = None, status: int = 200) -> HttpResponse:
    view = cases.case_view(person.id, case_id)
    typed = carried.typed(request, person.id, reverse("beside", args=[case_id])) if tried is None else None
    if typed is not None:
        tried = Tried(typed.get("form", ""), typed=typed)
    asked = asks(person, view)
    context = {
        "view": view,
        "asks": asked,
        "rewritten": rewritten(view, asked),
        "others": [task for task in view.waiting if not task.mine],
        "linked": linked(person, view),
        "tried": tried,
        "besides": [BESIDE[act] for act in view.beside if act not in ("advise", "comment")],
        "comments": [item for item in view.timeline if item.kind == "accepted" and item.act == BESIDE["comment"]],
        "mentionable": cases.mentionable(person.id, case_id) if "comment" in view.beside else (),
        "readers": cases.readers(person.id) if "copy" in view.beside else (),
        "advisers": cases.readers(person.id, view.applicant.id) if "consult" in view.beside else (),
        "answerable": [one for one in view.opinions if not one.answered and one.person.id == person.id and "advise" in view.beside],
        "key": str(uuid.uuid4()),
        "code": code(request, view.stamp),
    }
    return render(request, "web/case/case.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def step(request: HttpRequest, person: PersonView, case_id: str, step: str) -> HttpResponse:
    """The form of a step, whether it waits or not: it is the kernel that judges."""
    form = forms.step_form(person.id, case_id, step)

    def command(act: str, data: Mapping[str, Any], key: str, seen: int | None) -> Outcome:
        return acts.act(person.id, case_id, step, act, data, key, seen, request.POST.get("behalf", "")[:MOST_OF_A_NAME])

    if request.method == "POST":
        return _submitted(request, person, form, command, case_id)
    view = cases.case_view(person.id, case_id)
    shown = begun(person.id, form, drafts.held(person.id, request.path), carried.typed(request, person.id))
    return _page(request, shown, view, _rows(view, step))


def _submitted(request: HttpRequest, person: PersonView, form: FormView, command: Command, case_id: str | None) -> HttpResponse:
    if drafts.EMPTY in request.POST:
        return _emptied(request, person)
    if request.POST.get(drafts.FIELD) == drafts.QUIET:
        saved = drafts.quiet(request, person)
        saved.write(foresight.again(request, person, form))
        return saved
    answer = submit(person.id, form, request, command)
    carried.drop(request)
    if answer.form is None:
        office_drafts.drop(person.id, request.path)
        assert answer.outcome is not None
        view = cases.case_view(person.id, answer.outcome.case_id)
        messages.success(request, say(told(answer.outcome, view)), extra_tags=request.path)
        return redirect("case", view.id)
    trouble = drafts.kept(request, person, answer.posted)
    if drafts.FIELD in request.POST and answer.status == OK:
        (messages.warning if trouble else messages.success)(request, say(trouble or drafts.SAVED))
        if trouble is None:
            return redirect(request.path)
    return switched(request, partial(_again, request, person, answer, case_id))


def _again(request: HttpRequest, person: PersonView, answer: Answer, case_id: str | None) -> HttpResponse:
    """The form with what was typed into it."""
    assert answer.form is not None
    form = foresight.looking_ahead(person.id, replace(answer.form, answers=True))
    view = cases.case_view(person.id, case_id) if case_id else None
    rows = _rows(view, form.view.step) if view else _flow(person, form.view.matter)
    return _page(request, form, view, rows, answer.status, since(view, answer.seen) if view else ())


def _emptied(request: HttpRequest, person: PersonView) -> HttpResponse:
    """The form as it was before anything was typed into it."""
    carried.drop(request)
    office_drafts.drop(person.id, request.path)
    return redirect(request.path)


def _page(
    request: HttpRequest,
    form: Form,
    view: CaseView | None,
    rows: tuple[MapRow, ...],
    status: int = 200,
    changed: Sequence[TimelineItem] = (),
) -> HttpResponse:
    context = {"form": form, "view": view, "rows": rows, "known": known(view, form) if view else (), "changed": changed}
    return render(request, "web/case/step.html", context, status=status)


def _rows(view: CaseView, step: str) -> tuple[MapRow, ...]:
    """The step's own row of the map, where it has something to say."""
    return tuple(row for row in view.map if row.step == step and row.risks)


def _flow(person: PersonView, matter: str) -> tuple[MapRow, ...]:
    """The map of the matter; empty for the small matter of a duty, which has none of its own."""
    try:
        return register.matter_view(person.id, matter).map
    except NotFound:
        return ()
