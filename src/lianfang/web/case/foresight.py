"""A form that tells what it would meet, before anybody submits it: at its page, and again whenever it saves itself."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from lianfang.kernel.model import Text
from lianfang.office.foresight import look_ahead
from lianfang.office.views import NOTHING, FormView, PersonView
from lianfang.web.case.inputs import Form, build, foreseeing
from lianfang.web.case.parsing import parse
from lianfang.web.case.typed import Typed, from_post, without_blank_rows
from lianfang.web.case.uploads import receive


def looking_ahead(person: str, form: Form) -> Form:
    """The form with what is to be expected of it; as it is where it already shows why it was not taken."""
    if form.refusal is not None or form.problems:
        return form
    parsed = parse(form.view, without_blank_rows(form.view, form.typed), forward=True)
    return foreseeing(form, look_ahead(person, form.view, parsed.data, parsed.errors))


def posted(person: str, view: FormView, submitted: QueryDict, over: Typed | None = None, note: Text = NOTHING) -> Form:
    """The form with what was submitted with it, ``over`` that, and the files that were kept before."""
    received = receive(person, view, submitted, MultiValueDict())
    return build(view, {**from_post(view, received.posted), **(over or {})}, (), received.files, note=note)


def again(request: HttpRequest, person: PersonView, view: FormView) -> str:
    """The places of a form where it tells what it would meet, as it stands in the browser: they replace those of the page."""
    form = looking_ahead(person.id, posted(person.id, view, request.POST))
    return render_to_string("web/case/foreseen_again.html", {"form": form}, request)
