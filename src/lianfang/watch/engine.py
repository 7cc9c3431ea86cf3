"""The embedded engine: a detector's expression becomes SQL once, and runs over the rows that it is given."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from lianfang.kernel.calendar import EVERY_WEEK, Calendar
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.wording import both
from lianfang.watch.detectors import detector

_local = threading.local()


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
    module, settings = detector(name), complete(name, settings)
    if hasattr(module, "prepare"):
        more = {"calendar": calendar} if getattr(module, "BY_CALENDAR", False) else {}
        ready = [one for row in rows if (one := module.prepare(row, settings, **more)) is not None]
        rows = [{**one, "new": new is None or one["key"] in new} for one in ready]
    if not rows:
        return []
    columns = dict.fromkeys(column for row in rows for column in row)
    table = pa.Table.from_pydict({column: [row.get(column) for row in rows] for column in columns})  # type: ignore[attr-defined]
    sql = _sql(name, json.dumps(settings, sort_keys=True), tuple(zip(table.column_names, map(str, table.schema.types), strict=True)))
    connection = _connection()
    connection.register("rows", table)
    try:
        found = connection.sql(sql).to_arrow_table().to_pylist()
    finally:
        connection.unregister("rows")
    result: list[Finding] = module.findings(found, settings, label)
    return result


@cache
def _sql(name: str, settings: str, columns: tuple[tuple[str, str], ...]) -> str:
    kinds = {column: f"array<{'int64' if 'int64' in kind else 'string'}>" if kind.startswith("list") else kind for column, kind in columns}
    schema = ibis.schema({column: ibis.dtype(kind) for column, kind in kinds.items()})
    return str(ibis.to_sql(detector(name).find(ibis.table(schema, name="rows"), json.loads(settings)), dialect="duckdb"))


def _connection() -> duckdb.DuckDBPyConnection:
    """One engine a thread, in memory, with no way to fetch anything."""
    connection: duckdb.DuckDBPyConnection | None = getattr(_local, "connection", None)
    if connection is None:
        connection = _local.connection = duckdb.connect(
            ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "threads": "1"}
        )
        connection.execute("SET TimeZone = 'UTC'")
    return connection


def horizon(name: str, settings: Mapping[str, Any]) -> int | None:
    """How many seconds back a detector's rows can still matter to what happened just now; None for all of them."""
    reach: int | None = detector(name).horizon(complete(name, settings))
    return reach


def compares(name: str) -> bool:
    """Whether a detector holds new rows against older ones of any age, which are found by their traits."""
    return hasattr(detector(name), "prepare")


def traits(name: str, settings: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[str, ...]:
    """What a row has in common with all those that it can belong together with, in the eyes of a detector that ``compares``."""
    ready = detector(name).prepare(row, complete(name, settings))
    return tuple(ready["traits"]) if ready is not None else ()


def complete(name: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """A detector's settings, with the defaults of those that are not given."""
    return {**{one.name: one.default for one in detector(name).SETTINGS if not one.required}, **settings}
