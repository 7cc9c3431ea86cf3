"""What is wrong with a catalogue, told all at once: file, line, what, and the nearest right thing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from lianfang.kernel.model import Text


class Problem(NamedTuple):
    """One fault. ``file`` is relative to the catalogue, ``line`` counts from 1 (0 when no line fits)."""

    file: str
    line: int
    message: Text
    check: str = "schema"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message.zh} / {self.message.en}"

    def as_json(self) -> dict[str, object]:
        """The fault as the command line prints it."""
        return {
            "file": self.file, "line": self.line, "check": self.check,
            "message": self.message.en, "message_zh": self.message.zh,
        }  # fmt: skip


class CatalogueError(ValueError):
    """A catalogue that can't be loaded; ``problems`` are all its faults."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


_ALIKE = str.maketrans({"l": "1", "i": "1", "|": "1", "o": "0", "_": "-", " ": "-"})
_FEW = 8
"""As many right names as a sentence can list."""


def closest(name: str, known: Iterable[str]) -> str:
    """The name that was probably meant: other case, look-alike letters, an exchange, a letter or a plural too many; '' for none."""
    typed = _plain(name)
    ranked = []
    for one in dict.fromkeys(known):
        right = _plain(one)
        distance = _distance(typed, right)
        if distance <= max(1.0, 0.4 * max(len(typed), len(right))) and distance < max(len(typed), len(right)):
            ranked.append((distance + (one != name and right == typed) * 0.1, -_common(typed, right), abs(len(typed) - len(right)), one))
    return min(ranked)[-1] if ranked else ""


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _common(a: str, b: str) -> int:
    """How many letters two names begin with alike."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _distance(a: str, b: str) -> float:
    """Steps from one word to the other (optimal string alignment); look-alikes and a plural are half steps or less."""
    before: list[float] = []
    row = [float(j) for j in range(len(b) + 1)]
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [float(i)]
        for j, y in enumerate(b, 1):
            change = 0.0 if x == y else 0.25 if x.translate(_ALIKE) == y.translate(_ALIKE) else 1.0
            cost = min(row[-1] + 1, before[j] + 1, before[j - 1] + change)
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2] and x != y:
                cost = min(cost, last[j - 2] + 0.75)
            row.append(cost)
    plural = {a, b} in ({a, a + "s"}, {b, b + "s"})
    return 0.5 if plural and a != b else row[-1]


def again(said: Text, first: tuple[str, int]) -> Text:
    """What is said of a thing that stands a second time, with the file and the line where it stood first."""
    return Text(f"{said.zh}（{first[0]}:{first[1]}）", f"{said.en} ({first[0]}:{first[1]})")


def nearest(name: str, known: Iterable[str], zh: str, en: str) -> Text:
    """The sentence for an unknown name, with the nearest right one; where none is near and there are few, with all of them."""
    names = [*dict.fromkeys(known)]
    close = closest(name, names)
    if close:
        ask = f"，是否指“{close}”？", f"; did you mean {close!r}?"
    elif 0 < len(names) <= _FEW:
        ask = f"，可用的有：{'、'.join(names)}", f"; there are: {', '.join(names)}"
    else:
        ask = "", ""
    return Text(f"没有名为“{name}”的{zh}{ask[0]}", f"no {en} {name!r}{ask[1]}")
