"""Keys to the interface."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from lianfang.api.interface import ASKED, SENT
from lianfang.api.problems import unauthenticated
from lianfang.api.schemas import Credentials, Problem, Token
from lianfang.kernel.model import Text
from lianfang.office import accounts, guesses

WRONG = Text("账号或密码不正确。", "The name or the password is wrong.")
router = Router(tags=["tokens"])


@router.post("/tokens", response={201: Token, **ASKED, **SENT, 429: Problem}, auth=None, operation_id="make_token")
def make_token(request: HttpRequest, credentials: Credentials) -> Status[Token] | HttpResponse:
    """换取令牌。 A key to the interface for a name and a password."""
    who = credentials.username, request.META.get("REMOTE_ADDR", "")
    guesses.demand_few(guesses.PASSWORDS, *who)
    made = accounts.make_token(credentials.username, credentials.password)
    if made is None:
        guesses.wrong(guesses.PASSWORDS, *who)
        return unauthenticated(request, WRONG)
    guesses.right(guesses.PASSWORDS, *who)
    return Status(201, Token(token=made[0], expires_at=made[1]))
