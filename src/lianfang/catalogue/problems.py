"""What is wrong with a catalogue, told all at once: file, line, what, and the nearest right thing."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

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


def nearest(name: str, known: Iterable[str], zh: str, en: str) -> Text:
    """The sentence for an unknown name, with the nearest right one."""
    close = next(iter(difflib.get_close_matches(name, [*known], 1, 0.5)), "")
    ask = (f"，是否指“{close}”？", f"; did you mean {close!r}?") if close else ("", "")
    return Text(f"没有名为“{name}”的{zh}{ask[0]}", f"no {en} {name!r}{ask[1]}")


def schema_message(fault: Mapping[str, Any], model: type[BaseModel]) -> Text:
    """A schema fault in both languages, with the nearest right key for an unknown one."""
    key = str(fault["loc"][-1]) if fault["loc"] else ""
    match fault["type"]:
        case "extra_forbidden":
            return nearest(key, _keys(model), "键", "key")
        case "missing":
            return Text(f"缺少“{key}”", f"{key!r} is missing")
    return Text(f"“{key}”不合规：{fault['msg']}", f"{key!r}: {fault['msg']}")


def _keys(model: type[BaseModel]) -> set[str]:
    """Every key that a model, or a model inside it, knows."""
    seen: set[type[BaseModel]] = set()

    def collect(kind: Any) -> None:
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
            seen.add(kind)
            for info in kind.model_fields.values():
                collect(info.annotation)
        for inner in getattr(kind, "__args__", ()):
            collect(inner)

    collect(model)
    return {info.alias or name for kind in seen for name, info in kind.model_fields.items()}
