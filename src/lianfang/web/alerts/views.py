"""What the watches noticed, for those who look after it: listed, worked to its end, and counted by control."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from lianfang.kernel import alerts as rules
from lianfang.kernel.model import CommandError, FieldError, Text
from lianfang.office import alert_acts, alert_page, alerts, files, filters
from lianfang.office import drafts as office_drafts
from lianfang.office.alert_access import demand_reader
from lianfang.office.views import AlertPage, FileView, NotFound, OfficeError, PersonView, RefusalView, StaleCase
from lianfang.web import carried, drafts
from lianfang.web.alerts.filters import subject, ways
from lianfang.web.desk.filters import narrowed
from lianfang.web.desk.paging import Paged, page_number
from lianfang.web.people import signed_in
from lianfang.web.shell.language import switched
from lianfang.web.templatetags.lianfang import say

NOT_YOURS = Text(
    "预警由纪检监察、审计人员和各单位负责人查看。您在办件中的拦截与预警显示在该办件页上。",
    "Alerts are for inspectors, auditors and those who lead a unit. What concerns a case of yours is shown on the page of that case.",
)
FIELDS: Mapping[str, Text] = {
    "opinion": Text("说明", "Words"),
    "person": Text("转交给", "To whom"),
    "reason": Text("销号理由", "Why it is closed"),
    "files": Text("佐证材料", "Proof"),
    "ruled_out": Text("正当情形", "Innocent explanations"),
}
AGAIN = Text(
    "预警已有新的进展，请看过后再提交；您填写的内容还在。",
    "The alert has moved on: read it, and submit again. What you typed is still here.",
)
MOST_KEY = 64


@dataclass(frozen=True, slots=True)
class Tried:
    """An act that could not be taken, in which of the page's forms, and what was typed there."""

    form: str
    typed: QueryDict
    errors: Sequence[FieldError] = ()
    refusal: RefusalView | None = None
    note: Text | None = None
    files: tuple[FileView, ...] = ()
    left: bool = False
    """Whether it is a draft."""

    @property
    def posted(self) -> QueryDict:
        """What was typed, with the hashes of the files that are kept."""
        posted = self.typed.copy()
        posted.setlist("files", [one.sha256 for one in self.files])
        return posted

    @property
    def told(self) -> list[tuple[str, Text, Text]]:
        """What is wrong, each with its field and what that is called."""
        return [(error.field, FIELDS.get(error.field, Text("", "")), error.message) for error in self.errors]

    @property
    def ruled_out(self) -> list[int]:
        """The innocent explanations that were ticked."""
        return _numbers(self.typed.getlist("ruled_out"))


@require_safe
@signed_in
def listed(request: HttpRequest, person: PersonView) -> HttpResponse:
    """The alerts that the person may see, open ones first, narrowed as the address asks."""
    demand_reader(person.id, NOT_YOURS)
    level, state, unit = (request.GET.get(name, "") for name in ("level", "state", "unit"))
    of = subject(request, request.GET.get("matter", ""))
    found = alerts.listed(person.id, level, state, unit, page_number(request), mine="mine" in request.GET, of=of)
    context = {
        "paged": Paged(found.page, request),
        "filters": ways(request, found),
        "subject": alerts.subject_title(of),
        "kept": filters.kept(person.id),
        "narrowed": narrowed(request),
    }
    return render(request, "web/alerts/alerts.html", context)


@require_safe
@signed_in
def records(request: HttpRequest, person: PersonView) -> HttpResponse:
    """How the alerts of each control and each detector came out."""
    demand_reader(person.id, NOT_YOURS)
    found = alerts.records(person.id)
    return render(request, "web/alerts/records.html", {"records": found, "detectors": alerts.by_detector(found)})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def alert(request: HttpRequest, person: PersonView, alert: int) -> HttpResponse:
    """All of an alert, and what the person could do about it."""
    if request.method != "POST":
        return _page(request, person, alert, _begun(request, person))
    if drafts.EMPTY in request.POST:
        carried.drop(request)
        office_drafts.drop(person.id, request.path)
        return redirect("alert", alert)
    alerts.seen_alert(person.id, alert)
    if request.POST.get(drafts.FIELD) == drafts.QUIET:
        return drafts.quiet(request, person)
    carried.drop(request)
    if drafts.FIELD in request.POST:
        return _saved(request, person, alert)
    tried = _work(request, person, alert)
    if tried is None:
        office_drafts.drop(person.id, request.path)
        return redirect("alert", alert)
    drafts.kept(request, person, tried.posted)
    status = 409 if tried.refusal is not None or tried.note is not None else 422
    return switched(request, partial(_page, request, person, alert, tried, status))


def _begun(request: HttpRequest, person: PersonView) -> Tried | None:
    """What the person had typed here and not submitted."""
    typed, draft = carried.typed(request, person.id), drafts.held(person.id, request.path)
    if typed is not None:
        return Tried(typed.get("form", ""), typed)
    if draft is None:
        return None
    typed = drafts.typed(draft)
    kept, _ = _received(person, typed.getlist("files"))
    return Tried(typed.get("form", ""), typed, note=drafts.told(draft, draft.n), files=kept, left=True)


def _saved(request: HttpRequest, person: PersonView, alert: int) -> HttpResponse:
    """Save what was typed as a draft, its files too; the page as it is then."""
    kept, errors = _received(person, request.POST.getlist("files"), request.FILES.getlist("proof"))
    tried = Tried(request.POST.get("form", ""), request.POST, errors, files=kept)
    trouble = drafts.kept(request, person, tried.posted)
    if errors or trouble is not None:
        return _page(request, person, alert, replace(tried, note=trouble), 422)
    messages.success(request, say(drafts.SAVED))
    return redirect("alert", alert)


def _work(request: HttpRequest, person: PersonView, alert: int) -> Tried | None:
    """Do what was submitted; None where it was done."""
    sent, act = request.POST, request.POST.get("act", "")
    kept, errors = _received(person, sent.getlist("files"), request.FILES.getlist("proof"))
    tried = partial(Tried, sent.get("form", act), sent, files=kept)
    data: dict[str, Any] = {name: sent[name].strip() for name in ("opinion", "person", "reason") if sent.get(name, "").strip()}
    if kept:
        data["files"] = [one.sha256 for one in kept]
    if "ruled_out" in sent:
        data["ruled_out"] = _numbers(sent.getlist("ruled_out"))
    fields = rules.FIELDS.get(act, ())
    seen = sent.get(drafts.SEEN, "")
    try:
        if errors:
            raise CommandError(errors)
        outcome = alert_acts.act(
            person.id, alert, act, {name: value for name, value in data.items() if name in fields}, sent.get("key", "")[:MOST_KEY],
            int(seen) if seen.isdecimal() else None,
        )  # fmt: skip
    except CommandError as error:
        return tried(error.errors)
    except StaleCase:
        return tried(note=AGAIN)
    if outcome.refusal is not None:
        return tried(refusal=outcome.refusal)
    messages.success(request, say(Text(f"已{rules.ACTS[act].zh}，存入证据。", f"{rules.ACTS[act].en}: done, and in the evidence.")))
    return None


def _received(
    person: PersonView, before: Iterable[str], uploads: Iterable[UploadedFile[Any]] = ()
) -> tuple[tuple[FileView, ...], list[FieldError]]:
    """The files that came with a form, kept at once so that nobody uploads them twice, with those that were kept before (by their hashes),
    and what could not be kept."""
    found: dict[str, FileView] = {}
    errors: list[FieldError] = []
    for sha256 in before:
        try:
            found[sha256] = files.fetch(person.id, sha256)[0]
        except NotFound as error:
            errors.append(FieldError("files", error.message))
    for upload in uploads:
        try:
            one = files.keep(person.id, upload.name or "", upload)
            found[one.sha256] = one
        except OfficeError as error:
            errors.append(FieldError("files", error.message))
    return tuple(found.values()), errors


def _page(request: HttpRequest, person: PersonView, alert: int, tried: Tried | None = None, status: int = 200) -> HttpResponse:
    page = alert_page.alert_page(person.id, alert)
    seen = tried.typed.get(drafts.SEEN, "") if tried is not None and tried.note == AGAIN else ""
    changed = [item for item in page.history if seen.isdecimal() and item.entry > int(seen) and not item.refused]
    context = {
        "page": page, "alert": page.alert, "forms": _forms(page), "tried": tried, "stages": _stages(page), "key": str(uuid.uuid4()),
        "changed": changed,
    }  # fmt: skip
    return render(request, "web/alerts/alert.html", context, status=status)


def _forms(page: AlertPage) -> tuple[str, ...]:
    """The forms of the page, what is asked first before what else could be done."""
    acts = [act for act, _ in page.acts]
    first = "close" if page.alert.stage == rules.CLOSE else "forward"
    order = [first, "take", "agree", *(act for act in ("close", "hand") if act != first)]
    return tuple(act for act in order if act in acts)


def _stages(page: AlertPage) -> tuple[tuple[Text, str], ...]:
    """The way of an alert, each stage with how it stands: done, now or ahead."""
    names = [name for name in rules.ALL_STAGES if name != rules.AGREE or page.alert.level == "red"]
    at = names.index(page.alert.stage) if page.alert.stage in names else 0
    titles = [rules.ALL_STAGES[name] for name in names]
    return tuple((title, "done" if n < at else "now" if n == at else "ahead") for n, title in enumerate(titles))


def _numbers(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal()]
