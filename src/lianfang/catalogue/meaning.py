"""What a matter means: its source with all that the meaning depends on. A version is the hash of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.catalogue.calendar import calendar_source, counts_workdays
from lianfang.catalogue.compile import field_of
from lianfang.catalogue.organisation import Organisation
from lianfang.catalogue.schema import CalendarSpec, LedgerSpec, Words
from lianfang.kernel.conditions import Type, field_type


def full_source(
    raw: Mapping[str, Any], built: Organisation, ledgers: Mapping[str, LedgerSpec], calendar: CalendarSpec | None = None
) -> dict[str, Any]:
    """A matter's source with all that its meaning depends on: the titles and types of what it names, and the holidays where it counts
    working days."""
    unit = str(raw.get("unit", ""))
    text = _strings(raw)
    posts = [p for p in built.posts if p.startswith(f"{unit}/") or p in text]
    bodies = [b for b in built.bodies if b.startswith(f"{unit}/") or b in text]
    used = [name for name in ledgers if name in text]
    titles = built.names()
    names = {name: list(titles[name]) for name in [unit, *posts, *bodies] if name in titles}
    for name in used:
        names[name] = _pair(ledgers[name].title)
        names.update({f"{name}.{column}": _pair(spec.label) for column, spec in ledgers[name].fields.items()})
        for column, spec in ledgers[name].fields.items():
            if spec.type == "choice":
                names.update({f"{name}.{column}:{choice}": _pair(words) for choice, words in spec.choices.items()})
        titles_of = ledgers[name].fields.get("title")
        names.update({f"{name}:{words.zh}": _pair(words) for words in (titles_of.choices.values() if titles_of else ())})
    columns = {name: {c: _plain(field_type(field_of(c, f))) for c, f in ledgers[name].fields.items()} for name in used}
    source = {"matter": raw, "names": names, "ledgers": columns, "posts": posts, "bodies": bodies}
    return {**source, "calendar": calendar_source(calendar)} if counts_workdays(raw) else source


def _pair(words: Words) -> list[str]:
    return [words.zh, words.en]


def _plain(kind: Type) -> Any:
    """A type as JSON: tuples become lists."""
    if isinstance(kind, tuple):
        return [kind[0], {n: _plain(t) for n, t in kind[1].items()} if isinstance(kind[1], dict) else _plain(kind[1])]
    return kind


def _strings(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return {s for item in value.values() for s in _strings(item)}
    return {s for item in value for s in _strings(item)} if isinstance(value, list) else set()
