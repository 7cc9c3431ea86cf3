"""The embedded engine: a detector's expression becomes SQL once, and runs over the rows that it is given."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from operator import itemgetter
from types import ModuleType
from typing import Any

import duckdb
import ibis
from pyarrow import Table, array, bool_, concat_tables, table  # type: ignore[attr-defined]

from lianfang.kernel.calendar import EVERY_WEEK, Calendar
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.wording import both
from lianfang.watch.columns import SEPARATOR
from lianfang.watch.detectors import LATE, detector

_local = threading.local()
COLUMNS = ("column", "columns")
"""Types of the settings that name columns."""
AT_ONCE = 20_000
"""How many rows are prepared before they become a part of the table."""


def find(
    name: str,
    settings: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    label: Callable[[str], Text] = both,
    new: Collection[str] | None = None,
    calendar: Calendar = EVERY_WEEK,
) -> list[Finding]:
    """Run a detector over rows of plain values (text, whole numbers, lists of text). No rows, no findings.

    ``label`` names what a row refers to by id (a unit) in the explanations. ``new`` are the keys of those rows that findings are wanted
    of, where the others were only brought along because they share a trait with them; None for all. ``calendar`` tells the days worked.
    """
    settings = complete(name, settings)
    read = entries(name, settings, rows, new, calendar)
    if not read.num_rows:
        return []
    result: list[Finding] = detector(name).findings(query(name, settings, read).to_pylist(), settings, label)
    return result


def entries(
    name: str,
    settings: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    new: Collection[str] | None = None,
    calendar: Calendar = EVERY_WEEK,
) -> Table:
    """Rows as the detector's expression reads them, with complete settings: prepared, and of their columns those that it asks for."""
    module = detector(name)
    if not hasattr(module, "prepare"):
        columns = [column for column in _asked(module, settings) if any(column in row for row in rows)]
        read = {column: array([row.get(column) for row in rows]) for column in columns}
        return table(read if new is None else {**read, "new": array([row["key"] in new for row in rows], bool_())})
    more = {"calendar": calendar.guessing()} if getattr(module, "BY_CALENDAR", False) else {}
    parts = list[Table]()
    for first in range(0, len(rows), AT_ONCE):  # as Arrow they take far less room
        ready = [one for row in rows[first : first + AT_ONCE] if (one := module.prepare(row, settings, **more)) is not None]
        if ready:
            part = {column: array(list(map(itemgetter(column), ready))) for column in ready[0]}
            parts.append(table({**part, "new": array([new is None or row["key"] in new for row in ready], bool_())}))
    return concat_tables(parts, promote_options="default") if parts else table({})


def query(name: str, settings: Mapping[str, Any], read: Table) -> Table:
    """What the detector's expression makes of its ``entries``."""
    kinds = tuple(zip(read.column_names, map(str, read.schema.types), strict=True))
    engine = connection()
    engine.register("rows", read)
    try:
        return engine.sql(_sql(name, json.dumps(settings, sort_keys=True), kinds)).to_arrow_table()
    finally:
        engine.unregister("rows")


def _asked(module: ModuleType, settings: Mapping[str, Any]) -> dict[str, None]:
    """The names of the columns that settings name, beside the key and the case."""
    named = (settings.get(one.name) for one in module.SETTINGS if one.type.partition(":")[0] in COLUMNS)
    return dict.fromkeys(
        ["key", "case", *(column for names in named if names for column in ([names] if isinstance(names, str) else names))]
    )


@cache
def _sql(name: str, settings: str, columns: tuple[tuple[str, str], ...]) -> str:
    kinds = {column: f"array<{'int64' if 'int64' in kind else 'string'}>" if kind.startswith("list") else kind for column, kind in columns}
    schema = ibis.schema({column: ibis.dtype(kind) for column, kind in kinds.items()})
    return str(ibis.to_sql(detector(name).find(ibis.table(schema, name="rows"), json.loads(settings)), dialect="duckdb"))


def connection() -> duckdb.DuckDBPyConnection:
    """One engine a thread, in memory, with no way to fetch anything."""
    engine: duckdb.DuckDBPyConnection | None = getattr(_local, "engine", None)
    if engine is None:
        engine = _local.engine = duckdb.connect(
            ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "threads": "1"}
        )
        engine.execute("SET TimeZone = 'UTC'")
    return engine


def horizon(name: str, settings: Mapping[str, Any]) -> int | None:
    """How many seconds back a detector's rows can still matter to what happened just now; None for all of them. Those of any age that
    share a trait with such a row come beside."""
    module, settings = detector(name), complete(name, settings)
    if hasattr(module, "SAME"):
        return LATE if _same(module, settings) else None
    reach: int | None = module.horizon(settings)
    return reach


def compares(name: str, settings: Mapping[str, Any]) -> bool:
    """Whether a detector holds new rows against older ones of any age, which are found by their traits."""
    module = detector(name)
    return hasattr(module, "prepare") or bool(_same(module, complete(name, settings)))


def traits(name: str, settings: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[str, ...]:
    """What a row has in common with all those that it can belong together with, in the eyes of a detector that ``compares``."""
    module, settings = detector(name), complete(name, settings)
    if not hasattr(module, "prepare"):
        more = [[one] for one in settings.get(getattr(module, "AND_ONE_OF", "")) or ()]
        groups = ((nth, [row.get(column) for column in (*_same(module, settings), *one)]) for nth, one in enumerate(more or [[]]))
        return tuple(SEPARATOR.join(map(str, (nth, *parts))) for nth, parts in groups if None not in parts)
    ready = module.prepare(row, settings)
    return tuple(ready["traits"]) if ready is not None else ()


def _same(module: ModuleType, settings: Mapping[str, Any]) -> Sequence[str]:
    """The columns that part the groups of a detector, beyond which no entry matters to another."""
    named: str | Sequence[str] = settings.get(getattr(module, "SAME", "")) or ()
    return [named] if isinstance(named, str) else named


def complete(name: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """A detector's settings, with the defaults of those that are not given."""
    return {**{one.name: one.default for one in detector(name).SETTINGS if not one.required}, **settings}
