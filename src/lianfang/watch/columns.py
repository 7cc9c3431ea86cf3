"""Columns of a ledger in a detector's expression, and rows that belong to a stretch of time: what several detectors say alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from lianfang.kernel.schedule import Duration
from lianfang.watch.detectors import seconds

if TYPE_CHECKING:
    import ibis

SEPARATOR = "\x1f"
"""Stands in no name, so that what it joins can be parted again."""


def column(table: ibis.Table, name: str, kind: str) -> Any:
    """A column of the ledger as a type; empty where no entry has it yet."""
    import ibis  # noqa: PLC0415 what detectors declare is read without the engine

    return table[name].cast(kind) if name in table.columns else ibis.null(kind)


def together(table: ibis.Table, names: Sequence[str] | None) -> Any:
    """What several columns say, as one text; '' for none, empty where one of them is."""
    import ibis  # noqa: PLC0415

    parts = [column(table, name, "string") for name in names or ()]
    return reduce(lambda one, other: one + SEPARATOR + other, parts) if parts else ibis.literal("")


def second(moment: Any) -> Any:
    """A moment (UTC text) or a day as seconds since 1970."""
    return moment.cast("timestamp").epoch_seconds().cast("int64")


def span(settings: Mapping[str, Any], name: str = "window") -> int:
    """A duration of the settings in seconds."""
    return seconds(Duration.parse(settings[name]))


def once(rows: Iterable[Mapping[str, Any]], by: Sequence[str], length: int) -> Iterator[Mapping[str, Any]]:
    """Of rows in the order of time (``second``) those to tell: of what agrees in ``by`` the first, and no other for a length of time after
    it. So a lasting pattern is told once, and the same whether it is looked at daily or at the end."""
    told: dict[tuple[Any, ...], int] = {}
    for row in rows:
        name = tuple(row[one] for one in by)
        if name not in told or row["second"] - told[name] > length:
            told[name] = row["second"]
            yield row
