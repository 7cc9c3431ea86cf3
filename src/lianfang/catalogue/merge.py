"""A matter on top of its template: the matter's keys win, lists of things with an id merge by id."""

from __future__ import annotations

from typing import Any


def merge(base: Any, over: Any) -> Any:
    """Deep merge of plain values. Mappings merge by key, lists whose items all have an id merge by id, the rest is replaced.

    An item of ``over`` without an id stays, for the schema to complain about it.
    """
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{key: merge(base[key], value) if key in base else value for key, value in over.items()}}
    if _by_id(base) and isinstance(over, list) and over and all(isinstance(item, dict) for item in over):
        known = [item["id"] for item in base]
        merged = [merge(item, next((o for o in over if o.get("id") == item["id"]), {})) for item in base]
        return [*merged, *(item for item in over if item.get("id") not in known)]
    return over


def _by_id(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) and isinstance(item.get("id"), str) for item in value)


def named(source: dict[str, Any]) -> list[str]:
    """What ``remove`` may name in a template: ``controls/id``, ``steps/name`` and the like."""
    found: list[str] = []
    for section, held in source.items():
        if isinstance(held, dict):
            found += [f"{section}/{key}" for key in held]
        elif _by_id(held):
            found += [f"{section}/{item['id']}" for item in held]
    return found


def without(source: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    """The source without the things that ``remove`` names, written as ``controls/id`` or ``steps/name``."""
    result = dict(source)
    for path in paths:
        section, _, name = path.partition("/")
        held = result.get(section)
        if isinstance(held, dict):
            result[section] = {key: value for key, value in held.items() if key != name}
        elif held is not None and _by_id(held):
            result[section] = [item for item in held if item["id"] != name]
    return result


def changes(base: Any, over: Any, path: str = "") -> list[str]:
    """What an override changes in its template, as paths: for the page that lists what each unit's matter says differently."""
    if isinstance(base, dict) and isinstance(over, dict):
        listed: list[str] = []
        for key, value in over.items():
            here = f"{path}/{key}" if path else str(key)
            listed += changes(base[key], value, here) if key in base else [f"+ {here}"]
        return listed
    if _by_id(base) and _by_id(over):
        known = {item["id"]: item for item in base}
        return [
            line
            for item in over
            for line in (changes(known[item["id"]], item, f"{path}/{item['id']}") if item["id"] in known else [f"+ {path}/{item['id']}"])
        ]
    return [] if base == over else [f"~ {path}"]
