"""The embedded engine: a detector's expression becomes SQL once, and runs over the rows that it is given."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.wording import both
from lianfang.watch.detectors import detector

_local = threading.local()


def find(name: str, settings: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], label: Callable[[str], Text] = both) -> list[Finding]:
    """Run a detector over rows of plain values (text, whole numbers, lists of text). No rows, no findings.

    ``label`` names what a row refers to by id (a unit) in the explanations.
    """
    if not rows:
        return []
    module = detector(name)
    table = pa.Table.from_pylist([dict(row) for row in rows])  # type: ignore[attr-defined]
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
    kinds = {column: "array<string>" if kind.startswith("list") else kind for column, kind in columns}
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
    reach: int | None = detector(name).horizon(settings)
    return reach
