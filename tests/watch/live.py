"""What live watching sees, entry by entry, where the sweep sees them all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lianfang.kernel.controls.pattern import Finding
from lianfang.watch.engine import compares, find, traits
from lianfang.watch.traits import Traits

Row = dict[str, Any]


def one_by_one(name: str, settings: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, Finding]:
    """The findings, by what they are about, after every row came in by itself with those that it shares a trait with."""
    assert compares(name)
    known, by_key, told = Traits(), dict[str, Row](), dict[str, Finding]()
    for row in rows:
        mine = traits(name, settings, row)
        known.add(row["key"], mine)
        by_key[row["key"]] = row
        brought = [by_key[key] for key in sorted({row["key"], *known.sharing(mine)})]
        told |= {one.about: one for one in find(name, settings, brought, new={row["key"]})}
    return told


def at_once(name: str, settings: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, Finding]:
    """The findings of a look at everything."""
    return {one.about: one for one in find(name, settings, rows)}
