"""The pages around the cases: workbench, register, matters, alerts and the log."""

from __future__ import annotations

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianfang.office import accounts, alerts, desk, log, register
from lianfang.office.views import PersonView
from lianfang.web.people import signed_in


class SignIn(LoginView):
    """Signing in; in the demo the accounts are listed, and a link fills in the name."""

    template_name = "web/shell/sign_in.html"
    redirect_authenticated_user = True

    def get_initial(self) -> dict[str, str]:
        """The account that was chosen from the list."""
        return {"username": self.request.GET.get("as", "")}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """The form and the demo's accounts."""
        return {**super().get_context_data(**kwargs), "accounts": accounts.demo_accounts()}


@require_safe
@signed_in
def workbench(request: HttpRequest, person: PersonView) -> HttpResponse:
    """What waits for me, what I did, what I started, what I can start."""
    words = request.GET.get("q", "").strip()
    found = desk.find(person.id, words) if words else None
    return render(request, "web/shell/workbench.html", {"desk": desk.desk(person.id), "found": found, "words": words})


@require_safe
@signed_in
def register_page(request: HttpRequest, person: PersonView) -> HttpResponse:
    """The register, verbatim, by unit."""
    return render(request, "web/shell/register.html", {"units": register.register()})


@require_safe
@signed_in
def matter(request: HttpRequest, person: PersonView, matter: str) -> HttpResponse:
    """A matter's own page."""
    view = register.matter_view(person.id, matter)
    return render(request, "web/shell/matter.html", {"view": view, "rows": view.map})


@require_safe
@signed_in
def alerts_page(request: HttpRequest, person: PersonView) -> HttpResponse:
    """The alerts that the person looks after."""
    return render(request, "web/shell/alerts.html", {"alerts": alerts.alerts(person.id)})


@require_safe
@signed_in
def evidence(request: HttpRequest, person: PersonView) -> HttpResponse:
    """The log as it stands."""
    return render(request, "web/shell/evidence.html", {"log": log.log_view()})


@require_safe
@signed_in
def entry(request: HttpRequest, person: PersonView, entry: int) -> HttpResponse:
    """The proof that an entry is in the log; without its body, which is its case's own."""
    return render(request, "web/shell/entry.html", {"proof": log.proof(entry)})


@require_safe
def healthy(request: HttpRequest) -> HttpResponse:
    """Whether the process answers."""
    return HttpResponse("ok", content_type="text/plain")
