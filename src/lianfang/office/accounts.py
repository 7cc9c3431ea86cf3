"""Who signs in: accounts and their people, keys to the interface, and the accounts of the demo office."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import User

from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.office import people
from lianfang.office.engine import engine
from lianfang.office.views import DemoAccount, PersonView
from lianfang.store.models import Person, Token

TOKEN_HOURS = 12
PASSWORD_FILE = "demo-password"  # noqa: S105 the name of the file, not a password


def person_of(user_id: int) -> PersonView | None:
    """The person behind a signed-in account, with the posts and roles they hold now; None for an account without a person."""
    found = Person.objects.filter(user_id=user_id, user__is_active=True).first()
    return people.view(found.id) if found else None


def make_token(username: str, password: str) -> tuple[str, str] | None:
    """A new key to the interface and the UTC moment at which it ends; None when the name or password is wrong."""
    user = authenticate(username=username, password=password)
    if not isinstance(user, User) or not Person.objects.filter(user=user).exists():
        return None
    token, now = secrets.token_urlsafe(32), engine().now()
    ends = utc_text(utc_moment(now) + timedelta(hours=TOKEN_HOURS))
    Token.objects.filter(ends_at__lt=now).delete()
    Token.objects.create(digest=_digest(token), user=user, made_at=now, ends_at=ends)
    return token, ends


def token_person(token: str) -> PersonView | None:
    """The person whose key this is; None for a key that is unknown or has ended."""
    found = Token.objects.filter(digest=_digest(token), ends_at__gt=engine().now(), user__is_active=True).first()
    return person_of(found.user_id) if found else None


def is_demo() -> bool:
    """Whether this office is the demo."""
    return (Path(settings.LIANFANG_DATA) / PASSWORD_FILE).is_file()


def demo_accounts() -> tuple[DemoAccount, ...]:
    """The accounts worth showing to somebody who tries the demo, one a kind of work; empty outside the demo."""
    if not is_demo():
        return ()
    password = (Path(settings.LIANFANG_DATA) / PASSWORD_FILE).read_text()
    live = {file.matter.unit for file in engine().catalogue.matters.values()}
    organisation = engine().catalogue.organisation
    known, told = organisation.posts, {person.id for person in organisation.people.values() if person.shown}
    held: dict[str, list[str]] = {}
    for person_id, post in sorted(people.holdings(person__demo=True)):
        held.setdefault(person_id, []).append(post)
    shown: dict[str, DemoAccount] = {}
    for person in Person.objects.filter(demo=True, user__isnull=False).select_related("user").order_by("id"):
        assert person.user is not None
        posts = tuple(dict.fromkeys(held.get(person.id, ())))
        account = DemoAccount(
            person.user.username, people.name(person), people.title(person.unit), tuple(map(people.title, posts)), password,
            first=person.id in told,
        )  # fmt: skip
        for post in posts:
            if post in known and (known[post].role or known[post].unit in live) and (account.first or post not in shown):
                shown[post] = account
    order = list(known)
    accounts = [shown[post] for post in sorted(shown, key=order.index)]
    return tuple({account.login: account for account in accounts}.values())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
