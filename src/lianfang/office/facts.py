"""Facts from outside (外部数据): a file of them brought into the ledger that they belong to, each line once and in evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from lianfang.catalogue.facts import FactKeys, fact_errors
from lianfang.catalogue.problems import nearest
from lianfang.catalogue.schema import FieldSpec, LedgerSpec
from lianfang.evidence import canonical
from lianfang.interchange.figures import READERS, Unreadable
from lianfang.interchange.kinds import UnreadableFileError
from lianfang.interchange.tables import Line, Table, read_table
from lianfang.kernel.alike import fold
from lianfang.kernel.model import FieldError, Text
from lianfang.kernel.wording import joined, quoted
from lianfang.office.engine import engine
from lianfang.office.views import NotFound
from lianfang.store.record import FACT, Append, json_text
from lianfang.store.repository import place_once

AT_ONCE = 200
"""Lines that are made durable together."""


class BadLine(NamedTuple):
    """A line that was not brought in, and why."""

    line: Line
    why: Text


class Imported(NamedTuple):
    """What came of a file: how many lines were brought in, how many were there already, and those that are wrong; ``names`` are the
    columns of the file, ``ignored`` those of them that the ledger does not have."""

    brought: int
    known: int
    bad: tuple[BadLine, ...]
    names: tuple[str, ...]
    ignored: tuple[str, ...]


class _Fact(NamedTuple):
    key: str
    data: dict[str, Any]
    line: int


def import_facts(kind: str, content: bytes) -> Imported:
    """Bring a file of facts of a kind (the ledger's id) in. The same line again, in this file or another, is known and changes nothing.

    Columns are found by the id or the label of the ledger's columns, in either language. Lines that are wrong are told and left out,
    the others come in. Then what the ledger is reconciled with is compared. Raises NotFound where there is no such ledger from outside,
    UnreadableFileError where the file is no table of it.
    """
    office = engine()
    outside = {name: ledger for name, ledger in office.catalogue.ledgers.items() if ledger.outside}
    if kind not in outside:
        raise NotFound(nearest(kind, outside, "外部台账", "ledger from outside"))
    ledger, at, table = outside[kind], office.now(), read_table(content)
    columns = _columns(ledger, table)
    keys = FactKeys()
    bad: list[BadLine] = []
    facts: list[_Fact] = []
    for line in table.lines:
        data, errors = _data(ledger, columns, table, line)
        errors += fact_errors(ledger, data, at) if not errors else []
        if errors:
            bad.append(BadLine(line, _told(ledger, errors)))
        else:
            facts.append(_Fact(keys.of(data), data, line.number))
    source = hashlib.sha256(content).hexdigest()
    appends = list(_appends(kind, facts, source, at))
    brought = sum(office.writer.submit("", partial(place_once, appends[i : i + AT_ONCE])) for i in range(0, len(appends), AT_ONCE))
    office.reconciling.look({kind})
    ignored = tuple(name for i, name in enumerate(table.names) if i not in columns and name)
    return Imported(brought, len(facts) - brought, tuple(bad), table.names, ignored)


def _columns(ledger: LedgerSpec, table: Table) -> dict[int, str]:
    """Which column of the ledger stands at each place of the file. Raises UnreadableFileError."""
    called = {fold(word): name for name, column in ledger.fields.items() for word in (column.label.zh, column.label.en, name)}
    found = {i: called[fold(word)] for i, word in enumerate(table.names) if fold(word) in called}
    twice = sorted({name for name in found.values() if [*found.values()].count(name) > 1})
    missing = [name for name, column in ledger.fields.items() if column.required and name not in found.values()]
    for names, zh, en in ((twice, "有两栏都是", "two columns are "), (missing, "缺少栏目", "there is no column ")):
        if names:
            told = joined(quoted(_label(ledger, name)) for name in names)
            raise UnreadableFileError(Text(f"{zh}{told.zh}。", f"{en}{told.en}.".capitalize()))
    return found


def _data(ledger: LedgerSpec, columns: Mapping[int, str], table: Table, line: Line) -> tuple[dict[str, Any], list[FieldError]]:
    """The values of a line, and what of them can't be read."""
    if len(line.cells) != len(table.names):
        there, wanted = len(line.cells), len(table.names)
        return {}, [FieldError("", Text(f"有 {there} 栏，应有 {wanted} 栏", f"{there} cells, where the head has {wanted}"))]
    data: dict[str, Any] = {}
    errors: list[FieldError] = []
    for i, name in columns.items():
        if line.cells[i]:
            try:
                data[name] = _value(ledger.fields[name], line.cells[i])
            except Unreadable as error:
                errors.append(FieldError(name, error.message))
    return data, errors


def _value(column: FieldSpec, written: str) -> Any:
    """A cell as a kernel value; what is no figure and no time is a word, which the column's check judges. Raises Unreadable."""
    if column.type in READERS:
        return READERS[column.type](written)
    if column.type == "bool":
        return {"是": True, "yes": True, "true": True, "否": False, "no": False, "false": False}.get(written.casefold(), written)
    if column.type == "choice":
        return next((name for name, words in column.choices.items() if written in (name, words.zh, words.en)), written)
    return written


def _told(ledger: LedgerSpec, errors: Sequence[FieldError]) -> Text:
    told = [
        Text(f"“{label.zh}”{error.message.zh}", f"“{label.en}”: {error.message.en}")
        if (label := _label(ledger, error.field))
        else error.message
        for error in errors
    ]
    return Text("；".join(text.zh for text in told), "; ".join(text.en for text in told))


def _label(ledger: LedgerSpec, name: str) -> Text:
    column = ledger.fields.get(name)
    return Text(column.label.zh, column.label.en) if column is not None else Text(name, name)


def _appends(kind: str, facts: Iterable[_Fact], source: str, at: str) -> Iterator[Append]:
    """The entry of each fact: beside what it says, the file that it came from and its line there."""
    for key, data, line in facts:
        yield fact(kind, key, data, at, file=source, line=line)


def fact(ledger: str, key: str, data: Mapping[str, Any], at: str, **origin: Any) -> Append:
    """The entry of the log that something stands in a ledger which comes from no case; ``origin`` says where it comes from. It is kept
    once: what says the same changes nothing."""
    said = {"ledger": ledger, "key": key, "data": data}
    once = hashlib.sha256(canonical(said)).hexdigest()
    body = canonical({"case": None, "n": 0, "prev": "", "at": at, "fact": {**said, **origin}})
    return Append(FACT, at, "", "", "", "", once, body, placed=[(ledger, key, json_text(data))])


def place(ledger: str, key: str, data: Mapping[str, Any]) -> None:
    """Place an entry that comes from no case, now."""
    office = engine()
    office.writer.submit("", partial(place_once, [fact(ledger, key, data, office.now())]))
