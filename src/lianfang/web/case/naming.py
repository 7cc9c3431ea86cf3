"""Who is named in a comment: by being ticked, or as ``@name`` in its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lianfang.kernel.model import CommandError, FieldError, Text
from lianfang.office.views import PersonView

_AT = re.compile(r"(?<![A-Za-z0-9.])[@＠]\s*(?P<rest>[^\s@＠].{0,60})", re.S)
"""An @ that begins a name: not one in the middle of an address."""


def named(words: str, ticked: Iterable[str], people: Sequence[PersonView]) -> list[str]:
    """Those of some people who are ticked or named in the words, in either language; each once. Raises CommandError for an @ that leads to
    none of them, so that nobody believes to have told somebody who is told nothing."""
    found = dict.fromkeys(ticked)
    for at in _AT.finditer(words):
        rest = at["rest"].casefold()
        called = [one.id for one in people if any(name and rest.startswith(name.casefold()) for name in one.name)]
        if not called:
            raise CommandError([FieldError("opinion", _nobody(at["rest"].split()[0][:8]))])
        found.update(dict.fromkeys(called))
    return list(found)


def _nobody(said: str) -> Text:
    return Text(
        f"“@{said}”不是与本件有关的人：请从名单中选择，或先抄送给此人",
        f"“@{said}” is nobody who has to do with this case: choose from the list, or copy it to them first",
    )
