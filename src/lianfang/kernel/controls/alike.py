"""When two things that people wrote down mean the same: what disguises a value is taken off before values are compared."""

from __future__ import annotations

import unicodedata
from typing import Any


def fold(value: Any) -> str:
    """A value without what only looks different: full width, case, spaces, punctuation and invisible signs.

    ``138-0000 0000`` and ``１３８００００００００`` come out the same. Nothing is left of a value that says nothing, such as ``—``.
    """
    if value is None:
        return ""
    text = str(value)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(sign for sign in text.casefold() if sign.isalnum())
