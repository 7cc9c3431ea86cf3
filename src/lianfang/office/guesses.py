"""Passwords that are guessed: who was wrong too often waits, at the pages and at the interface alike.

Counted in the memory of the process, by name and address together, so that nobody can keep a colleague out from elsewhere. Nothing is
kept of it: a restart forgets.
"""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache

from lianfang.kernel.model import Text
from lianfang.office.views import OfficeError

MOST = 10
WAIT = 300
"""Seconds from the first wrong password on in which there may be that many."""
A_MINUTE = 60


class TooMany(OfficeError):
    """Wrong too often; ``wait`` is how many seconds to wait."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        minutes = -(-wait // A_MINUTE)
        super().__init__(
            Text(
                f"用户名或密码连续错误 {MOST} 次，请 {minutes} 分钟后再试；忘记密码的，请联系系统管理员。",
                f"The name or the password was wrong {MOST} times. Try again in {minutes} minute{'' if minutes == 1 else 's'}, "
                "or ask the system administrator for a new one.",
            )
        )


def demand_few(name: str, address: str) -> None:
    """Raises TooMany for somebody who was wrong too often."""
    wrong, until = _held(name, address)
    if wrong >= MOST:
        raise TooMany(max(1, round(until - time.time())))


def wrong(name: str, address: str) -> None:
    """Count a wrong password."""
    times, until = _held(name, address)
    cache.set(_key(name, address), (times + 1, until), max(1, until - time.time()))


def right(name: str, address: str) -> None:
    """Forget what was counted."""
    cache.delete(_key(name, address))


def _held(name: str, address: str) -> tuple[int, float]:
    """How often somebody was wrong, and until when that counts."""
    times, until = cache.get(_key(name, address), (0, 0.0))
    return (times, until) if until > time.time() else (0, time.time() + WAIT)


def _key(name: str, address: str) -> str:
    return f"guesses-{hashlib.sha256(f'{address} {name}'.encode()).hexdigest()}"
