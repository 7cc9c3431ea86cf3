"""The ledgers (台账) as tables: what stands in each, as other programs read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lianfang.catalogue.problems import nearest
from lianfang.catalogue.schema import FieldSpec, LedgerSpec
from lianfang.kernel.schedule import office_clock
from lianfang.office.engine import engine
from lianfang.office.views import NotFound
from lianfang.store.models import LedgerEntry

ENTRY = "编号", "办件", "有效", "登记时间"
"""The columns that every ledger has, before its own."""
AT_ONCE = 2000
"""How many rows are read together."""


class LedgerTable(NamedTuple):
    """A ledger: its id, the names of its columns, and a row of cells for each entry, in the order of their keys."""

    id: str
    names: tuple[str, ...]
    rows: Iterable[Sequence[str]]


def ledgers(wanted: Sequence[str] = ()) -> list[LedgerTable]:
    """The ledgers of these ids, all of them for none. Raises NotFound for one that there is not, before anything is read."""
    known = engine().catalogue.ledgers
    for name in wanted:
        if name not in known:
            raise NotFound(nearest(name, known, "台账", "ledger"))
    return [LedgerTable(name, _names(known[name]), _rows(known[name])) for name in (dict.fromkeys(wanted) or known)]


def _names(ledger: LedgerSpec) -> tuple[str, ...]:
    return (*ENTRY, *(column.label.zh for column in ledger.fields.values()))


def _rows(ledger: LedgerSpec) -> Iterator[Sequence[str]]:
    found = LedgerEntry.objects.filter(ledger=ledger.id).order_by("key").values_list("key", "case_id", "open", "at", "data")
    for key, case, stands, at, data in found.iterator(chunk_size=AT_ONCE):
        values = json.loads(data)
        yield key, case or "", _truth(stands), _moment(at), *(_cell(column, values.get(name)) for name, column in ledger.fields.items())


def _cell(column: FieldSpec, value: Any) -> str:
    """A value as a person reads it, and as ``import`` does."""
    if value is None:
        return ""
    if column.type == "money" and isinstance(value, int):
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"
    if isinstance(value, bool):
        return _truth(value)
    if column.type == "choice" and value in column.choices:
        return column.choices[value].zh
    if column.type == "datetime":
        return _moment(str(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _truth(value: bool) -> str:
    return "是" if value else "否"


def _moment(at: str) -> str:
    return office_clock(at).strftime("%Y-%m-%d %H:%M:%S")
