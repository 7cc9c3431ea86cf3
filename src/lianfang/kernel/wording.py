"""How values are shown in explanations, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lianfang.kernel.model import BESIDE, Field, Text
from lianfang.kernel.schedule import office_clock

MOST_TOLD = 6
ACTS: Mapping[str, Text] = {
    "do": Text("办理", "Do"),
    "approve": Text("同意", "Approve"),
    "return": Text("退回修改", "Return"),
    "reject": Text("不同意", "Reject"),
    "resolve": Text("登记表决结果", "Record the vote"),
    **BESIDE,
}
"""The acts of steps and those beside them, as a button or a history names them."""


def money(fen: int) -> str:
    """Fen as yuan: ``¥2,900.00``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def moment(text: str) -> str:
    """A UTC moment as the office's clock shows it: ``2026-01-05 09:30``."""
    return office_clock(text).strftime("%Y-%m-%d %H:%M")


def value_text(kind: Any, value: Any, field: Field | None = None) -> Text:
    """A value as a person reads it. ``kind`` is a field type or the type of a condition."""
    match kind:
        case ("list", ("record", _)):
            return value_text("list", value)
        case ("list", item):
            return several([value_text(item, one) for one in value])
        case "money" if isinstance(value, int):
            shown = both(money(value))
        case "datetime" if isinstance(value, str):
            shown = both(moment(value))
        case "bool":
            shown = Text("是", "yes") if value else Text("否", "no")
        case "file" if isinstance(value, str):
            shown = both(f"{value[:12]}…")
        case "choice" if field is not None and value in field.choices:
            shown = field.choices[value]
        case "list" if isinstance(value, list):
            shown = Text(f"{len(value)} 行", plural(len(value), "line"))
        case _:
            shown = joined(both(str(one)) for one in value) if isinstance(value, list) else both(str(value))
    return shown


def several(texts: Sequence[Text]) -> Text:
    """Texts as one list, of which only the beginning is told where there are many."""
    if len(texts) <= MOST_TOLD:
        return joined(texts)
    told = joined(texts[:MOST_TOLD])
    return Text(f"{told.zh}等 {len(texts)} 项", f"{told.en} and {len(texts) - MOST_TOLD} more")


def named(words: Iterable[str]) -> Text:
    """Ids, or words as they were typed, as such a list, each in quotation marks."""
    return several([quoted(both(one)) for one in words])


def plural(number: int, one: str, many: str = "") -> str:
    """A number of things in English: ``1 line``, ``2 lines``; ``many`` where an s does not make the plural."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def both(text: str) -> Text:
    """The same words in both languages."""
    return Text(text, text)


def quoted(text: Text) -> Text:
    """The words in quotation marks."""
    return Text(f"“{text.zh}”", f"“{text.en}”")


def joined(texts: Iterable[Text]) -> Text:
    """Texts as one list: 、 in Chinese, commas in English."""
    listed = list(texts)
    return Text("、".join(t.zh for t in listed), ", ".join(t.en for t in listed))
