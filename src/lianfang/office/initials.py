"""People found by the first letters of their names in pinyin: 张三 by ``zs``."""

from __future__ import annotations

from functools import lru_cache

FEWEST, MOST = 2, 8
"""Letters: one alone would find nearly everybody."""


def spells(words: str, name: str) -> bool:
    """Whether some letters are the initials of a Chinese name, or of a part of it. A character that is read in several ways is found by
    each of them (单 by ``s`` and ``d``): how somebody says their name is theirs to know."""
    letters = words.replace(" ", "").casefold()
    if not (letters.isascii() and letters.isalpha() and FEWEST <= len(letters) <= MOST):
        return False
    read = _initials(name)
    begins = range(len(read) - len(letters) + 1)
    return any(all(letter in read[begin + n] for n, letter in enumerate(letters)) for begin in begins)


@lru_cache(maxsize=4096)
def _initials(name: str) -> tuple[frozenset[str], ...]:
    """By character the letters that it may begin with."""
    from pypinyin import Style, pinyin  # noqa: PLC0415 reading its dictionaries takes half a second, which only who searches pays

    return tuple(frozenset(one) for one in pinyin(list(name), style=Style.FIRST_LETTER, heteronym=True))
