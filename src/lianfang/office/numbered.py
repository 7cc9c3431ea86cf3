"""The number of what broke: the page that says so and the log have the same one."""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Read out on the telephone: no 0, O, 1 or I."""
ATTRIBUTE = "trouble"


def number_of(request: HttpRequest) -> str:
    """The number of what broke in a request; a new one where it has none."""
    number = getattr(request, ATTRIBUTE, "")
    if not number:
        number = "".join(secrets.choice(LETTERS) for _ in range(8))
        setattr(request, ATTRIBUTE, number)
    return str(number)


class Numbered(logging.Filter):
    """Puts the number of a request that broke at the head of what the log says of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through."""
        number = getattr(getattr(record, "request", None), ATTRIBUTE, "")
        if number and not getattr(record, ATTRIBUTE, ""):
            record.trouble = number
            record.msg = f"[{number}] {record.msg}"
        return True
