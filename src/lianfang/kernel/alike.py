"""When two things that people wrote down mean the same, and when nothing is written: what can't be seen counts for nothing."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks without anything to see, such as the Hangul fillers and the empty Braille pattern."""
AT_ONCE = 16
SHORT = 200
"""Most characters of a text that is remembered folded: a gate asks for the same key again when it judges."""
_SELECTORS = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def fold(value: Any) -> str:
    """A value without what only looks different: full width, case, spaces, punctuation and invisible signs.

    ``138-0000 0000`` and ``１３８００００００００`` come out the same. Nothing is left of a value that says nothing, such as ``—``.
    """
    text = "" if value is None else str(value)
    return _folded(text) if len(text) <= SHORT else _folded.__wrapped__(text)


@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = text.casefold()
    return text if text.isalnum() else "".join(filter(str.isalnum, text))


def says(value: Any) -> bool:
    """Whether ``fold`` leaves anything of a value: nearly always its first sign does, and a long answer is not folded to learn that."""
    text = "" if value is None else str(value)
    return any(map(fold, text[:AT_ONCE])) or bool(fold(text[AT_ONCE:]))


def visible(text: str) -> bool:
    """Whether there is a character to see: none of the separators and controls of Unicode (categories Z and C), no filler."""
    if text[:1].isalnum() and text[0] not in UNSEEN:
        return True
    # Nearly every text shows something at once; one of megabytes that shows nothing is looked at by its few different signs.
    return any(map(_shows, text[:AT_ONCE])) or any(map(_shows, set(text[AT_ONCE:])))


@lru_cache(maxsize=4096)
def _shows(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in "ZC" and sign not in UNSEEN and not any(ord(sign) in few for few in _SELECTORS)
