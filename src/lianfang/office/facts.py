"""Facts from outside (外部数据): a file of them brought into the ledger that they belong to, each line once and in evidence."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from lianfang.catalogue.compile import field_of
from lianfang.catalogue.facts import FactKeys, fact_errors
from lianfang.catalogue.problems import nearest
from lianfang.catalogue.schema import FieldSpec, LedgerSpec
from lianfang.evidence import canonical
from lianfang.interchange.figures import READERS, Unreadable
from lianfang.interchange.kinds import UnreadableFileError
from lianfang.interchange.tables import Line, Table, read_table, write_aside
from lianfang.kernel.alike import fold
from lianfang.kernel.model import FieldError, Text
from lianfang.kernel.wording import joined, quoted
from lianfang.office import files
from lianfang.office.access import demand_role
from lianfang.office.engine import engine
from lianfang.office.people import FEEDERS
from lianfang.office.views import FactKind, FormField, NotFound, OfficeError, Option
from lianfang.store.record import FACT, Append, json_text
from lianfang.store.repository import place_once

AT_ONCE = 200
"""Lines that are made durable together."""
FEEDERS_ONLY = Text("外部数据只由系统管理员接入。", "Facts from outside are brought in by the system administrator.")


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


def kinds(person: str) -> tuple[FactKind, ...]:
    """The kinds of facts, and what a file of each holds, for who may bring them in. Raises Forbidden."""
    demand_role(person, FEEDERS, FEEDERS_ONLY)
    return tuple(
        FactKind(name, Text(one.title.zh, one.title.en), tuple(_column(id_, column) for id_, column in one.fields.items()))
        for name, one in _outside().items()
    )


def bring(person: str, kind: str, content: bytes) -> tuple[Imported, str]:
    """Bring a file of facts in, for who may; and the SHA-256 of the file that keeps its wrong lines aside, theirs alone to fetch ('' where
    there are none). Raises Forbidden, NotFound, and OfficeError where the file is no table of the kind."""
    demand_role(person, FEEDERS, FEEDERS_ONLY)
    try:
        done = import_facts(kind, content, by=person)
    except UnreadableFileError as error:
        raise OfficeError(error.message) from None
    if not done.bad:
        return done, ""
    aside = io.StringIO(newline="")
    write_aside(aside, done.names, ((one.line.cells, one.why) for one in done.bad))
    return done, files.keep(person, f"{kind}.aside.txt", io.BytesIO(aside.getvalue().encode("utf-8-sig"))).sha256


def import_facts(kind: str, content: bytes, **origin: str) -> Imported:
    """Bring a file of facts of a kind (the ledger's id) in. The same line again, in this file or another, is known and changes nothing;
    ``origin`` is what its evidence tells beside the file and the line.

    Columns are found by the id or the label of the ledger's columns, in either language. Lines that are wrong are told and left out,
    the others come in. Then what the ledger is reconciled with is compared, and its detectors look. Raises NotFound where there is no such
    ledger from outside, UnreadableFileError where the file is no table of it.
    """
    office, outside = engine(), _outside()
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
    appends = [fact(kind, one.key, one.data, at, file=source, line=one.line, **origin) for one in facts]
    brought = sum(office.writer.submit("", partial(place_once, appends[i : i + AT_ONCE])) for i in range(0, len(appends), AT_ONCE))
    office.reconciling.look({kind})
    office.touched({kind})
    ignored = tuple(name for i, name in enumerate(table.names) if i not in columns and name)
    return Imported(brought, len(facts) - brought, tuple(bad), table.names, ignored)


def _outside() -> dict[str, LedgerSpec]:
    return {name: ledger for name, ledger in engine().catalogue.ledgers.items() if ledger.outside}


def _column(name: str, column: FieldSpec) -> FormField:
    """A column of a file as an input is described."""
    field = field_of(name, column)
    options = tuple(Option(value, label) for value, label in field.choices.items())
    return FormField(name, field.type, field.label, field.required, field.help, options=options, min=field.min, max=field.max)


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
