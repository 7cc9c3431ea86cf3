"""Looking at a ledger as it grows, entry by entry, as the live watch does, and at all of it at the end, as the sweep does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lianfang.kernel.controls.pattern import Finding
from lianfang.office.ledger_watch import _grown
from lianfang.watch.engine import compares, find, horizon, traits
from lianfang.watch.traits import Traits

Row = dict[str, Any]


def live(name: str, settings: Mapping[str, Any], rows: Sequence[Row], at_once: int = 1, **more: Any) -> dict[str, Finding]:
    """What was told last, by what it is about, where entries come so many at once and only what the detector asks for is looked at."""
    index, told = Traits(), dict[str, Finding]()
    by_key = {row["key"]: row for row in rows}
    for first in range(0, len(rows), at_once):
        new = rows[first : first + at_once]
        given, keys = [*rows[: first + at_once]], None
        if compares(name, settings):
            keys, near = {row["key"] for row in new}, set[str]()
            for row in new:
                mine = traits(name, settings, row)
                index.add(row["key"], mine)
                near |= index.sharing(mine)
            given = [by_key[key] for key in sorted(near | keys)]
        else:
            assert horizon(name, settings) is None, "the entries of a horizon are chosen by the time of writing"
        known = {about: one.cases for about, one in reversed(told.items())}
        for finding in find(name, settings, given, new=keys, **more):
            same = _grown(finding, known)
            told[same.about] = same
    return told


def agree(name: str, settings: Mapping[str, Any], rows: Sequence[Row], at_once: int = 1, **more: Any) -> list[Finding]:
    """The findings of the whole, having seen that watching live told the same, under the same names."""
    swept = find(name, settings, rows, **more)
    assert live(name, settings, rows, at_once, **more) == {one.about: one for one in swept}
    return swept
