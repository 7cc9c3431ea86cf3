"""Submitting a command: judged by the kernel, appended with its verdict, answered after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.office.views import Outcome


def start(person: str, matter: str, data: Mapping[str, Any], key: str = "") -> Outcome:
    """Open a case of a matter with its first step; an ``Outcome`` either way, a refusal being evidence too.

    ``data`` holds kernel values (see ``kernel.model``); ``key`` makes a repeated submission harmless. Raises NotFound for an
    unknown matter and CommandError (a list of field errors) for what is malformed, of which nothing is kept.
    """
    raise NotImplementedError


def act(person: str, case_id: str, step: str, act: str, data: Mapping[str, Any], key: str = "", seen: int | None = None) -> Outcome:
    """Take a step in a case. ``seen`` is the case's ``n`` as the person saw it: StaleCase when it has moved on since.

    Raises NotFound for a case that does not exist for this person, CommandError for what is malformed.
    """
    raise NotImplementedError
