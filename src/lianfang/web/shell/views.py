"""Signing in, and whether the process answers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from lianfang.office import accounts


class SignIn(LoginView):
    """Signing in. The demo lists its accounts; a link fills in the form with one of them."""

    template_name = "web/shell/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, the demo's accounts, and the one that was chosen."""
        listed = accounts.demo_accounts()
        chosen = next((account for account in listed if account.login == self.request.GET.get("as")), None)
        return {**super().get_context_data(**kwargs), "accounts": listed, "chosen": chosen}


@require_safe
def healthy(request: HttpRequest) -> HttpResponse:
    """Whether the process answers."""
    return HttpResponse("ok", content_type="text/plain")
