"""From what was typed to kernel values, telling what can't be read and where. What is right is the kernel's to judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lianfang.interchange.figures import READERS, Unreadable
from lianfang.kernel.fields import VOTES
from lianfang.kernel.model import FieldError, Text
from lianfang.office.views import FormField, FormView
from lianfang.web.case.typed import MEETING, Typed, ballots, cell, one, rows, vote

KEPT = Text("已登记的内容不能清空，请改为正确的内容", "What is on record can't be emptied: correct it instead")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The data of a command, and what could not be read."""

    data: dict[str, Any]
    errors: tuple[FieldError, ...]


def parse(form: FormView, typed: Typed, forward: bool) -> Parsed:
    """The data of an act. Blank inputs are left out; one that blanks what the record holds is told, since leaving it out would keep
    the old value behind the person's back. An act that doesn't carry the case on takes nothing but the opinion, and what a
    meeting put on record."""
    data: dict[str, Any] = {}
    errors: list[FieldError] = []
    for field in form.fields if forward else ():
        _field(field, typed, data, errors)
    if form.meeting:
        data.update((name, value) for name, value in (_secret if form.secret else _meeting)(form, typed).items() if value)
    opinion = one(typed, "opinion").strip()
    if opinion:
        data["opinion"] = opinion
    return Parsed(data, tuple(errors))


def _stands(typed: Typed, path: str) -> bool:
    return any(text.strip() for text in typed.get(path, ()))


def _field(field: FormField, typed: Typed, data: dict[str, Any], errors: list[FieldError]) -> None:
    if field.type == "list":
        if rows(typed, field.id) or field.value:
            data[field.id] = [_row(field, typed, number, errors) for number in rows(typed, field.id)]
    elif _stands(typed, field.id):
        _read(field, typed, field.id, data, errors)
    elif field.value is not None:
        _emptied(field, data, errors)


def _row(field: FormField, typed: Typed, number: int, errors: list[FieldError]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in field.columns:
        path = cell(field.id, number, column.id)
        if _stands(typed, path):
            _read(column, typed, path, row, errors)
    return row


def _read(field: FormField, typed: Typed, path: str, into: dict[str, Any], errors: list[FieldError]) -> None:
    try:
        into[field.id] = value(field.type, typed[path])
    except Unreadable as error:
        errors.append(FieldError(path, error.message))


def _emptied(field: FormField, data: dict[str, Any], errors: list[FieldError]) -> None:
    match field.type:
        case "text" | "longtext":
            data[field.id] = ""
        case "people":
            data[field.id] = []
        case _:
            errors.append(FieldError(field.id, KEPT))


def _meeting(form: FormView, typed: Typed) -> dict[str, Any]:
    """Attendance, recusals and votes; who voted by what, in the order of the members."""
    members = [member.id for member in form.meeting]
    votes = [{"person": member, "vote": one(typed, vote(member))} for member in members if one(typed, vote(member))]
    data: dict[str, Any] = {"attendance": [m for m in members if m in typed.get("attendance", ())], "votes": votes}
    recused = [m for m in members if m in typed.get("recused", ())]
    return {**data, "recused": recused} if recused else data


def _secret(form: FormView, typed: Typed) -> dict[str, Any]:
    """Attendance, recusals and who voted, in the order of the members, and the votes as they were counted. What can't be read as a count
    is left for the kernel to tell."""
    ticked = {name: [m.id for m in form.meeting if m.id in typed.get(name, ())] for name in MEETING}
    counts = {how: one(typed, ballots(how)).strip() for how in VOTES}
    filled = any(counts.values())
    return {**ticked, "counts": {how: int(n) if n.isascii() and n.isdecimal() else n or 0 for how, n in counts.items()} if filled else {}}


def value(kind: str, typed: tuple[str, ...]) -> Any:
    """A kernel value from what was typed. Raises Unreadable."""
    text = typed[0] if typed else ""
    if kind in READERS:
        return READERS[kind](text)
    match kind:
        case "bool":
            return {"yes": True, "no": False}.get(text, text)
        case "people":
            return [person for person in typed if person]
        case "longtext":
            return text.replace("\r\n", "\n").strip()
    return text.strip()
