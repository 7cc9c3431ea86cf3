"""Columns of a ledger in a detector's expression, and rows that belong to a stretch of time: what several detectors say alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from lianfang.kernel.model import Text
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


def called(group: str, label: Callable[[str], Text]) -> Text:
    """What a group is called that several columns make together (see ``together``)."""
    parts = [label(part) for part in group.split(SEPARATOR)]
    return Text(" · ".join(part.zh for part in parts), " · ".join(part.en for part in parts))


def lasting(rows: Iterable[Mapping[str, Any]], by: Sequence[str], length: int) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Rows in the order of time (``second``), each with the ``key`` of the row at which what it is part of began: what agrees in ``by``
    goes on as long as no more than a length of time lies between."""
    runs: dict[tuple[Any, ...], tuple[str, int]] = {}
    for row in rows:
        name = tuple(row[one] for one in by)
        began, last = runs.get(name, (row["key"], row["second"]))
        if row["second"] - last > length:
            began = row["key"]
        runs[name] = (began, row["second"])
        yield row, began


def once(rows: Iterable[Mapping[str, Any]], by: Sequence[str], length: int) -> Iterator[Mapping[str, Any]]:
    """Of rows in the order of time (``second``) those to tell: of what agrees in ``by`` the first, and no other for a length of time after
    it. So a lasting pattern is told once, and the same whether it is looked at daily or at the end."""
    told: dict[tuple[Any, ...], int] = {}
    for row in rows:
        name = tuple(row[one] for one in by)
        if name not in told or row["second"] - told[name] > length:
            told[name] = row["second"]
            yield row
