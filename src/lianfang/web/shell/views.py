"""Signing in, and whether the process answers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from lianfang.office import accounts, guesses
from lianfang.office.alert_access import may_watch
from lianfang.web import carried, drafts
from lianfang.web.shell.errors import too_many

MOST_NAME = 150


class SignIn(LoginView):
    """Signing in. The demo lists its accounts; a link fills in the form with one of them."""

    template_name = "web/shell/sign_in.html"
    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        """Where they were going; who looks after cases sees first how these stand, where that was no page but the first."""
        place = super().get_success_url()
        person = accounts.person_of(self.request.user.pk) if self.request.user.pk is not None else None
        return reverse("overview") if place == reverse("desk") and person is not None and may_watch(person.id) else place

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, the demo's accounts, and the one that was chosen."""
        listed = accounts.demo_accounts()
        chosen = next((account for account in listed if account.login == self.request.GET.get("as")), None)
        waiting = carried.waiting(self.request)
        return {**super().get_context_data(**kwargs), "accounts": listed, "chosen": chosen, "waiting": waiting}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in, or say how long to wait after too many wrong passwords."""
        try:
            guesses.demand_few(guesses.PASSWORDS, *_who(request))
        except guesses.TooMany as error:
            return too_many(request, error)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Count it, and ask again."""
        guesses.wrong(guesses.PASSWORDS, *_who(self.request))
        return super().form_invalid(form)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in. Of the forms that are carried, those of this person stay."""
        guesses.right(guesses.PASSWORDS, *_who(self.request))
        person = accounts.person_of(form.get_user().pk)
        theirs = carried.of(self.request, person.id) if person is not None else {}
        answer = super().form_valid(form)
        carried.replace(self.request, theirs)
        return answer


class SignOut(LogoutView):
    """Signing out. The browser forgets what the person had typed and not submitted, which waits for them as drafts; what somebody else had
    typed in this browser waits for them there."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out."""
        person = accounts.person_of(request.user.pk) if request.user.pk is not None else None
        others = carried.besides(request, person.id) if person is not None else {}
        if person is not None:
            drafts.keep_all(person.id, carried.of(request, person.id))
        answer = super().post(request, *args, **kwargs)
        carried.replace(request, others)
        return answer


def _who(request: HttpRequest) -> tuple[str, str]:
    """The name that was typed, and the address that it came from."""
    return request.POST.get("username", "")[:MOST_NAME], request.META.get("REMOTE_ADDR", "")


@require_safe
def healthy(request: HttpRequest) -> HttpResponse:
    """Whether the process answers."""
    return HttpResponse("ok", content_type="text/plain")
