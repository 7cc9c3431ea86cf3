"""What stands in the inputs of a form, as text: what a person typed, or what the record holds.

``Typed`` maps the path of an input (``amount``, ``invoices[0].number``, ``vote.PERSON``) to the strings that stand in it; a list's
own path holds the numbers of its rows. It is what a page shows again after an error, so nothing in it is ever repaired.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from lianfang.kernel.fields import RETURNS_TO, VOTES
from lianfang.kernel.schedule import office_clock
from lianfang.office.views import FormField, FormView

Typed = Mapping[str, tuple[str, ...]]
MEETING = ("attendance", "recused", "cast_by")
_ROW = re.compile(r"(?P<list>[a-z][a-z0-9_]*)\[(?P<row>\d{1,4})\]").fullmatch
MOST_ROWS = 500


class Posted(Protocol):
    """What a submitted form is read from, such as Django's QueryDict."""

    def getlist(self, key: str) -> list[str]: ...


def cell(field: str, row: int | str, column: str) -> str:
    """The path of a cell of a list."""
    return f"{field}[{row}].{column}"


def vote(person: str) -> str:
    """The path of a member's vote."""
    return f"vote.{person}"


def ballots(how: str) -> str:
    """The path of how many voted so, at a secret ballot."""
    return f"counts.{how}"


def one(typed: Typed, path: str) -> str:
    """What stands in an input of one value; '' when nothing does."""
    return next(iter(typed.get(path, ())), "")


def rows(typed: Typed, field: str) -> range:
    """The rows of a list, counted from 0."""
    return range(len(typed.get(field, ())))


def from_record(fields: Iterable[FormField]) -> Typed:
    """What the record holds, as somebody would have typed it."""
    typed: dict[str, tuple[str, ...]] = {}
    for field in fields:
        if field.value is None:
            continue
        if field.type != "list":
            typed[field.id] = written(field.type, field.value)
            continue
        typed[field.id] = tuple(str(number) for number in range(len(field.value)))
        for number, row in enumerate(field.value):
            for column in field.columns:
                if column.id in row:
                    typed[cell(field.id, number, column.id)] = written(column.type, row[column.id])
    return typed


def written(kind: str, value: Any) -> tuple[str, ...]:
    """A kernel value as typed: yuan for money, the office's clock for a moment."""
    match kind:
        case "money":
            return (yuan(value),)
        case "bool":
            return ("yes" if value else "no",)
        case "datetime":
            return (local(value),)
        case "people":
            return tuple(value)
    return (str(value),)


def yuan(fen: int) -> str:
    """Fen as typed yuan: ``2800.00``."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def local(moment: str) -> str:
    """A UTC moment as a datetime input of the office's clock holds it, to the minute where it is a whole one."""
    at = office_clock(moment)
    return at.replace(tzinfo=None).isoformat(timespec="seconds" if at.second else "minutes")


def from_post(form: FormView, posted: Posted) -> Typed:
    """What was submitted, with the rows of lists counted anew from 0 (rows may have been taken out in between)."""
    typed: dict[str, tuple[str, ...]] = {name: tuple(posted.getlist(name)) for name in ("opinion", RETURNS_TO)}
    for field in form.fields:
        if field.type != "list":
            typed[field.id] = tuple(posted.getlist(field.id))
            continue
        tokens = posted.getlist(field.id)[:MOST_ROWS]
        typed[field.id] = tuple(str(number) for number in range(len(tokens)))
        for number, token in enumerate(tokens):
            for column in field.columns:
                typed[cell(field.id, number, column.id)] = tuple(posted.getlist(f"{field.id}[{token}].{column.id}"))
    if form.meeting:
        typed.update({name: tuple(posted.getlist(name)) for name in MEETING})
        typed.update({vote(member.id): tuple(posted.getlist(vote(member.id))) for member in form.meeting})
        typed.update({ballots(how): tuple(posted.getlist(ballots(how))) for how in VOTES})
    return typed


def without_blank_rows(form: FormView, typed: Typed) -> Typed:
    """The same without the rows in which nothing stands: they are room to write, not lines."""
    kept = dict(typed)
    for field in form.fields:
        if field.type == "list":
            full = [n for n in rows(typed, field.id) if any(one(typed, cell(field.id, n, column.id)).strip() for column in field.columns)]
            kept = _only(field, kept, full)
    return kept


def with_row(form: FormView, typed: Typed, field_id: str) -> Typed:
    """One more blank row in a list of the form."""
    if not any(field.id == field_id and field.type == "list" for field in form.fields):
        return typed
    return {**typed, field_id: (*typed.get(field_id, ()), str(len(typed.get(field_id, ()))))}


def without_row(form: FormView, typed: Typed, place: str) -> Typed:
    """Without a row of a list, named as ``invoices[1]``."""
    found = _ROW(place)
    field = next((f for f in form.fields if found and f.id == found["list"] and f.type == "list"), None)
    if found is None or field is None:
        return typed
    return _only(field, typed, [n for n in rows(typed, field.id) if n != int(found["row"])])


def _only(field: FormField, typed: Typed, kept: list[int]) -> dict[str, tuple[str, ...]]:
    """The typed values with these rows of a list only, counted anew."""
    gone = {cell(field.id, number, column.id) for number in rows(typed, field.id) for column in field.columns}
    rest = {path: values for path, values in typed.items() if path not in gone}
    rest[field.id] = tuple(str(number) for number in range(len(kept)))
    for number, before in enumerate(kept):
        for column in field.columns:
            rest[cell(field.id, number, column.id)] = typed.get(cell(field.id, before, column.id), ())
    return rest
