"""The detectors, one file each, written once against the Ibis table API. Each declares its settings (see ``Param``):

``column`` and ``columns`` of the ledger (``column:money|int`` of these types only), ``figure:amount`` a figure of the type of the column
that the setting ``amount`` names, ``duration`` and ``int``. What is declared is read without starting the engine.

A detector that compares entries with each other may ``prepare`` each: into the columns that it compares, and the ``traits`` by which
those that can belong together are found (they share one). Live, it is then given only new entries and what shares a trait with them.
One that counts or compares within groups names the setting of the columns that part them (``SAME``, and ``AND_ONE_OF`` where one of
others must be the same too): live, it is then given the groups of the new entries, which are marked in a column ``new``. Any other tells
its ``horizon``: how many seconds back an entry can matter to a new one, None for as far as there are any.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import Duration

if TYPE_CHECKING:
    import ibis

LATE = 300
"""Seconds within which an entry is looked at after it was written, at the latest: what is older was held against all others then."""


@cache
def known() -> tuple[str, ...]:
    """The names of all detectors."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@cache
def detector(name: str) -> ModuleType:
    """The detector of a name. Raises LookupError with the nearest right name."""
    if name not in known():
        near = next(iter(difflib.get_close_matches(name, known(), 1)), "")
        hint = (f"，是否指“{near}”？", f"; did you mean {near!r}?") if near else ("", "")
        raise LookupError(f"没有探测器“{name}”{hint[0]} / no detector {name!r}{hint[1]}")
    return importlib.import_module(f"{__name__}.{name}")


@cache
def declared() -> Mapping[str, tuple[Param, ...]]:
    """The settings of every detector, by its name."""
    return {name: detector(name).SETTINGS for name in known()}


def title_of(name: str) -> Text:
    """What a detector is called; its name where there is none of that name any more."""
    return detector(name).TITLE if name in known() else Text(name, name)


def seconds(length: Duration) -> int:
    """A duration as seconds; a working day counts as a day."""
    return length.amount * (3600 if length.unit == "h" else 86400)


def values(row: Mapping[str, Any], settings: Mapping[str, Any], **types: type) -> dict[str, Any] | None:
    """Of an entry its key, its case ('' without one) and the columns that these settings name, under the settings' names; None where one
    is not of its type, or an empty text."""
    found = {"key": row["key"], "case": row["case"] or ""}
    for name, kind in types.items():
        value = row.get(settings[name])
        if type(value) is not kind or value == "":
            return None
        found[name] = value
    return found


def with_new(table: ibis.Table, *group: str) -> ibis.Table:
    """The rows of those groups that have a new row: of the others not all may be here."""
    return table.semi_join(table.filter(table.new).select(*group).distinct(), group).drop("new")
