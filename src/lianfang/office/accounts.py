"""Who signs in: accounts and their people, keys to the interface, and the accounts of the demo office."""

from __future__ import annotations

from lianfang.office.views import DemoAccount, PersonView


def person_of(user_id: int) -> PersonView | None:
    """The person behind a signed-in account, with the posts and roles they hold now; None for an account without a person."""
    raise NotImplementedError


def make_token(username: str, password: str) -> tuple[str, str] | None:
    """A new key to the interface and the UTC moment at which it ends; None when the name or password is wrong."""
    raise NotImplementedError


def token_person(token: str) -> PersonView | None:
    """The person whose key this is; None for a key that is unknown or has ended."""
    raise NotImplementedError


def demo_accounts() -> tuple[DemoAccount, ...]:
    """The accounts worth showing to somebody who tries the demo, one a kind of work; empty outside the demo."""
    raise NotImplementedError
