"""What is guessed from outside, passwords and the codes of documents: whoever was wrong too often waits, at the pages and at the interface
alike.

Counted in the database, so that it holds for every process and through a restart, and only until it counts no more: nothing else is kept of
it, of names and addresses only a hash. Passwords are counted by name and address together, so that nobody can keep a colleague out from
elsewhere.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from lianfang.kernel.model import Text
from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.office.engine import engine
from lianfang.office.views import OfficeError
from lianfang.store.models import Guess

WAIT = 300
"""Seconds from the first wrong guess on in which there may be so many."""
A_MINUTE = 60


@dataclass(frozen=True)
class Guessed:
    """What is guessed: how many may be wrong, what happened then, and the way on after waiting."""

    name: str
    most: int
    told: Text
    otherwise: Text


PASSWORDS = Guessed(
    "password", 10,
    Text("用户名或密码连续错误 10 次", "The name or the password was wrong 10 times"),
    Text("；忘记密码的，请联系系统管理员", ", or ask the system administrator for a new one"),
)  # fmt: skip
CODES = Guessed(
    "code",
    30,
    Text("此处核验的编码已有 30 次不存在", "Of the codes that were asked for from here, 30 did not exist"),
    Text("", ""),
)


class TooMany(OfficeError):
    """Wrong too often; ``wait`` is how many seconds to wait."""

    def __init__(self, what: Guessed, wait: int) -> None:
        self.wait = wait
        minutes = -(-wait // A_MINUTE)
        told, otherwise = what.told, what.otherwise
        super().__init__(
            Text(
                f"{told.zh}，请 {minutes} 分钟后再试{otherwise.zh}。",
                f"{told.en}. Try again in {minutes} minute{'' if minutes == 1 else 's'}{otherwise.en}.",
            )
        )


def demand_few(what: Guessed, *who: str) -> None:
    """Raises TooMany for somebody (a name and an address, or an address) who was wrong too often."""
    now = engine().now()
    found = Guess.objects.filter(key=_key(what, who), times__gte=what.most, until__gt=now).first()
    if found is not None:
        raise TooMany(what, round((utc_moment(found.until) - utc_moment(now)).total_seconds()))


def wrong(what: Guessed, *who: str) -> None:
    """Count a wrong guess."""
    now = engine().now()
    until = utc_text(utc_moment(now) + timedelta(seconds=WAIT))
    with transaction.atomic():
        found, new = Guess.objects.select_for_update().get_or_create(key=_key(what, who), defaults={"times": 1, "until": until})
        if not new:
            found.times, found.until = (found.times + 1, found.until) if found.until > now else (1, until)
            found.save()


def right(what: Guessed, *who: str) -> None:
    """Forget what was counted."""
    Guess.objects.filter(key=_key(what, who)).delete()


def sweep(now: str) -> None:
    """Forget what counts no more."""
    Guess.objects.filter(until__lte=now).delete()


def _key(what: Guessed, who: tuple[str, ...]) -> str:
    return hashlib.sha256(" ".join((what.name, *reversed(who))).encode()).hexdigest()
