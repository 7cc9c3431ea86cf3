"""Cases: opened, acted in, and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from lianfang.api.interface import FOUND, SENT, Key, person_id
from lianfang.api.problems import fault, malformed, refused, words_of
from lianfang.api.schemas import (
    Act,
    Case,
    Change,
    Draft,
    Event,
    Events,
    Fault,
    Foreseen,
    Foresight,
    Form,
    Linked,
    Opening,
    Opinion,
    Receipt,
    Refused,
    Waiting,
    words,
)
from lianfang.api.values import kernel_values
from lianfang.kernel.model import CommandError, FieldError, Text
from lianfang.office import acts, cases, files, forms
from lianfang.office.foresight import look_ahead
from lianfang.office.views import FormView, LinkedCase, NotFound, Outcome, TaskView

USED = Text("这个幂等键已用于另一次提交", "this key was used for another submission")
APPLICANT = "applicant"
router = Router(tags=["cases"])


@router.post("/cases", response={201: Case, **FOUND, 409: Refused, **SENT}, operation_id="open_case")
def open_case(request: HttpRequest, opening: Opening, key: Key = "") -> Status[Case] | HttpResponse:
    """发起办件。 Open a case with its first step."""
    person = person_id(request)
    form = forms.opening_form(person, opening.matter)
    outcome = acts.start(person, opening.matter, _values(person, form, form.acts[0].id, opening.record), key)
    if not outcome.accepted:
        return _refused(request, outcome)
    case = described(person, outcome.case_id, outcome.receipt())
    return Status(201, case) if case.matter == opening.matter else _other(request)


@router.post("/cases/{case_id}/commands", response={200: Case, **FOUND, 409: Refused, **SENT}, operation_id="act")
def act(request: HttpRequest, case_id: str, command: Act, key: Key = "") -> Case | HttpResponse:
    """办理环节，或撤回、催办、抄送、转办、征求和答复意见、评论。 Take a step in a case, or withdraw, urge, copy it, hand it over, ask for
    opinions on it or give one, or comment. Whoever names a case is judged: a stranger's attempt is refused, and kept."""
    person = person_id(request)
    data = _values(person, _form(person, case_id, command.step), command.act, command.data)
    outcome = acts.act(person, case_id, command.step, command.act, data, key, command.n, command.behalf)
    if outcome.case_id != case_id:
        return _other(request)
    return described(person, case_id, outcome.receipt()) if outcome.accepted else _refused(request, outcome)


@router.get("/cases/{case_id}", response={200: Case, **FOUND}, operation_id="get_case")
def get_case(request: HttpRequest, case_id: str) -> Case:
    """查看办件。 A case as it stands, with the receipt of its last entry."""
    return described(person_id(request), case_id)


@router.get("/cases/{case_id}/events", response={200: Events, **FOUND}, operation_id="get_events")
def get_events(request: HttpRequest, case_id: str) -> Events:
    """办件的存证。 The evidence of a case, refusals included."""
    kept = cases.entries(person_id(request), case_id)
    return Events(case=case_id, events=[Event(**{**entry, "index": entry["index"] if entry["index"] >= 0 else None}) for entry in kept])


@router.get("/cases/{case_id}/steps/{step}/form", response={200: Form, **FOUND}, operation_id="get_step_form")
def get_step_form(request: HttpRequest, case_id: str, step: str) -> FormView:
    """环节的表单。 What a step asks for, with what the record holds."""
    return forms.step_form(person_id(request), case_id, step)


@router.get("/matters/{path:matter}/form", response={200: Form, **FOUND}, operation_id="get_opening_form")
def get_opening_form(request: HttpRequest, matter: str) -> FormView:
    """发起的表单。 What a case of a matter begins with."""
    return forms.opening_form(person_id(request), matter)


@router.post("/cases/{case_id}/steps/{step}/foresight", response={200: Foresight, **FOUND}, operation_id="foresee_step")
def foresee_step(request: HttpRequest, case_id: str, step: str, draft: Draft) -> Foresight:
    """预判环节。 What a step would meet if it were taken with this data, which may be incomplete. Nothing is judged or kept."""
    return _foresight(request, forms.step_form(person_id(request), case_id, step), draft)


@router.post("/matters/{path:matter}/foresight", response={200: Foresight, **FOUND}, operation_id="foresee_opening")
def foresee_opening(request: HttpRequest, matter: str, draft: Draft) -> Foresight:
    """预判发起。 What opening a case would meet with this data, which may be incomplete. Nothing is judged or kept."""
    return _foresight(request, forms.opening_form(person_id(request), matter), draft)


def _foresight(request: HttpRequest, form: FormView, draft: Draft) -> Foresight:
    person = person_id(request)
    values, unread = kernel_values(form.fields, draft.data, _seen_by(person))
    found = look_ahead(person, form, values, unread)
    return Foresight(
        errors=[Fault(**fault(request, error)) for error in found.errors],
        refusals=[Foreseen(**words_of(request, one.refusal), fields=list(one.fields)) for one in found.refusals],
    )


def described(person: str, case_id: str, receipt: Mapping[str, Any] | None = None) -> Case:
    """A case as the interface answers it. Raises NotFound where it does not exist for the person."""
    view = cases.case_view(person, case_id)
    return Case(
        id=view.id,
        matter=view.matter,
        version=view.version,
        state=view.status,
        title=view.title,
        applicant=view.applicant.id,
        opened_at=view.opened_at,
        n=view.n,
        record=dict(view.record),
        tasks=[waiting(task) for task in view.waiting],
        beside=list(view.beside),
        copied=[one.id for one in view.copied],
        opinions=[
            Opinion(
                step=one.step,
                person=one.person.id,
                by=one.by.id,
                at=one.at,
                asked=one.why,
                agrees=one.agrees,
                answered=one.answered or None,
                opinion=one.words or None,
            )
            for one in view.opinions
        ],
        changes={
            value.id: [
                Change(value=one.kept, by=one.actor, behalf=one.behalf or None, step=one.step, at=one.at, entry=one.entry)
                for one in value.changes
            ]
            for value in view.values
            if value.changes
        },
        taken_from=[_linked(one) for one in view.taken_from],
        given_to=[_linked(one) for one in view.given_to],
        alerts=[one.id for one in view.alerts],
        receipt=Receipt.model_validate(dict(receipt or view.receipt)),
    )


def _linked(one: LinkedCase) -> Linked:
    return Linked(case=one.id, matter=one.matter, title=one.title, state=one.status)


def waiting(task: TaskView) -> Waiting:
    """A step that waits."""
    kind, _, name = task.whom.partition(":")
    return Waiting(
        case=task.case_id,
        step=task.step,
        title=words(task.step_title),
        by=task.whom if task.act else {"person": task.post or APPLICANT, "post": name}.get(kind, task.whom),
        passed=name if kind == "person" and task.post else None,
        by_title=words(task.by),
        since=task.since,
        due=task.due or None,
        urged=task.urged or None,
        behalf=task.behalf.id if task.behalf else None,
        act=task.act or None,
    )


def _form(person: str, case_id: str, step: str) -> FormView | None:
    """The form of a step, to read its values by; None where there is none for the person: then the kernel says why."""
    try:
        return forms.step_form(person, case_id, step)
    except NotFound:
        return None


def _values(person: str, form: FormView | None, act: str | None, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an act as kernel values. Raises CommandError with all that is wrong with it."""

    values, unread = kernel_values(form.fields if form else (), data, _seen_by(person))
    if form is not None:
        forms.demand_whole(person, form, form.acts[0].id if act is None else act, values, unread)
    elif unread:
        raise CommandError(unread)
    return values


def _seen_by(person: str) -> Callable[[str], bool]:
    """Whether a person may see the file of a hash."""

    def seen(sha256: str) -> bool:
        try:
            files.fetch(person, sha256)
        except NotFound:
            return False
        return True

    return seen


def _refused(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    assert outcome.refusal is not None
    return refused(request, outcome.refusal, outcome.entry, outcome.receipt())


def _other(request: HttpRequest) -> HttpResponse:
    """A key that its owner used before, for something else: nothing was done now."""
    return malformed(request, [FieldError("Idempotency-Key", USED)])
