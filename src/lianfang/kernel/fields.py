"""Reading a command's data: each field of a step's form compiled to one check. All that is wrong is told at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from lianfang.kernel.alike import visible
from lianfang.kernel.model import Command, CommandError, Field, FieldError, Text, Values
from lianfang.kernel.plan import Reader
from lianfang.kernel.schedule import office_day
from lianfang.kernel.wording import value_text

Check = Callable[[str, Any, str, list[FieldError]], None]
"""Adds what is wrong with a value at a path at a moment; adds nothing when it is right."""

MAX_INT = 2**53 - 1
MAX_OPINION = 2000
VOTES = ("for", "against", "abstain")
_DAY = r"(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_DATE_FORM = re.compile(_DAY).fullmatch
_MOMENT_FORM = re.compile(_DAY + r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z").fullmatch
_SURROGATE = re.compile("[\ud800-\udfff]").search
_FILE = re.compile(r"[0-9a-f]{64}").fullmatch


def _date(text: str) -> bool:
    return _DATE_FORM(text) is not None and _in_calendar(text)


def is_moment(text: str) -> bool:
    """Whether a text is a moment as evidence writes it, on a day that exists."""
    return _MOMENT_FORM(text) is not None and _in_calendar(text)


def _in_calendar(text: str) -> bool:
    """Whether the day exists: no 30 February, which would fail only later, in a deadline."""
    try:
        return bool(date.fromisoformat(text[:10]))
    except ValueError:
        return False


_PATTERNS: Mapping[str, tuple[Callable[[str], Any], Text]] = {
    "date": (_date, Text("请填写日期，如 2026-01-05", "give a date such as 2026-01-05")),
    "datetime": (is_moment, Text("请填写日期和时间", "give a date and a time")),
    "file": (_FILE, Text("请上传文件", "upload a file")),
}
REQUIRED = Text("此项必填", "this is required")
_REASON = Text("退回或不同意须写明理由", "a return or a rejection needs a reason")
_YET_TO_COME = Text("不能晚于办理之时", "this can't be later than the act itself")
_EXTRAS = frozenset({"opinion", "item"})
RETURNS_TO = "returns_to"
"""What a return says beside its reason: to which step."""
_OPEN, _SECRET = ("attendance", "votes"), ("attendance", "cast_by", "counts")
"""What a meeting puts on record: who voted what; of a secret ballot who voted, and how many votes there were of each."""
ACT_FIELDS = _EXTRAS | {*_OPEN, *_SECRET, "recused", RETURNS_TO}
"""What an act may carry beside the record's fields."""


def reader(
    record: Mapping[str, Field], form: tuple[str, ...], kind: str, forward: frozenset[str], fresh: bool = False, secret: bool = False
) -> Reader:
    """The reader of one step: which fields it may set, which it must, and what each may hold.

    ``kind`` is the step's kind (a meeting takes attendance and votes besides) and ``forward`` the acts that need the required
    fields; a return or a rejection needs an opinion instead. ``fresh`` fields are set anew by each act: what an earlier round or
    another item said does not count. At a ``secret`` ballot nothing is taken that says who voted what.
    """
    checks = {name: check(record[name]) for name in form}
    required = frozenset(name for name in form if record[name].required)
    said = (_SECRET if secret else _OPEN) if kind == "meeting" else ()
    minutes = frozenset(said)
    demands = bool(required or minutes)
    known = frozenset(form) | _EXTRAS | ({*said, "recused"} if said else frozenset())

    def read(command: Command, before: Values) -> dict[str, object]:
        data = command.data
        if type(data) is not dict:
            raise CommandError([FieldError("data", Text("应为各项的填报内容", "should be a mapping of fields"))])
        if fresh and command.act in forward:
            before = {name: value for name, value in before.items() if name not in checks}
        if command.act in forward:
            lacking = required.difference(data, before) | minutes.difference(data) if demands else minutes
            errors = [FieldError(name, REQUIRED) for name in (*form, *said) if name in lacking] if lacking else []
        else:
            errors = [FieldError("opinion", _REASON)] if not visible(str(data.get("opinion", ""))) else []
        values = dict(before)
        for name, value in data.items():
            test = checks.get(name)
            if test is not None:
                test(name, value, command.at, errors)
                values[name] = value
            elif name in known or (name == RETURNS_TO and command.act == "return"):
                _extra(name, value, command.at, errors)
            else:
                errors.append(_unknown(name, known))
        if errors:
            raise CommandError(errors)
        return values

    return read


MOST_COPIES = 100
BESIDE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "copy": ("people",), "transfer": ("step", "person"), "consult": ("step", "people"), "advise": ("step", "agrees"), "recall": ("step",),
    "comment": ("people",),
}  # fmt: skip
REASONS: Mapping[str, Text] = {
    "transfer": Text("转办须写明理由", "handing over needs a reason"),
    "consult": Text("征求意见须写明所问何事", "asking for opinions needs words: what is asked"),
    "advise": Text("答复意见须写明内容", "an opinion needs words"),
    "comment": Text("评论须写明内容", "a comment needs words"),
}
"""The acts beside the steps that say something, and what is said where they don't."""
AGREES = Text("请选择同意或不同意", "say whether you agree")


def read_beside(command: Command, before: Values) -> dict[str, object]:
    """The reader of the acts beside the steps: an opinion, whom a copy goes to, which step is handed over to whom and why, on which one
    whose opinion is asked, whether who was asked agrees, and who is named in a comment. They leave the record as it is."""
    data, errors = command.data, list[FieldError]()
    if type(data) is not dict:
        raise CommandError([FieldError("data", Text("应为各项的填报内容", "should be a mapping of fields"))])
    known = {"opinion", *BESIDE_FIELDS.get(command.act, ())}
    errors += [_unknown(name, frozenset(known)) for name in data if name not in known]
    if "opinion" in data:
        _extra("opinion", data["opinion"], command.at, errors)
    named = [name for name in BESIDE_FIELDS.get(command.act, ()) if name in ("step", "person")]
    errors += [FieldError(name, REQUIRED) for name in named if not _is_text(data.get(name)) or not data[name]]
    if command.act in REASONS and not visible(str(data.get("opinion", ""))):
        errors.append(FieldError("opinion", REASONS[command.act]))
    if command.act == "advise":
        errors += [FieldError("agrees", AGREES)] if type(data.get("agrees")) is not bool else []
    if "people" in BESIDE_FIELDS.get(command.act, ()):
        people, before_them = data.get("people", []), len(errors)
        _people("people", people, command.at, errors)
        if len(errors) == before_them and not people and command.act != "comment":
            errors.append(FieldError("people", REQUIRED))
        elif len(errors) == before_them and len(people) > MOST_COPIES:
            errors.append(FieldError("people", Text(f"不超过 {MOST_COPIES} 人", f"at most {MOST_COPIES} people")))
    if errors:
        raise CommandError(errors)
    return dict(before)


def _unknown(name: str, known: frozenset[str]) -> FieldError:
    near = next(iter(difflib.get_close_matches(name, sorted(known), 1)), "")
    ask = (f"，是否指“{near}”？", f"; did you mean {near!r}?") if near else ("", "")
    return FieldError(name, Text(f"本环节没有“{name}”这一项{ask[0]}", f"this step has no field {name!r}{ask[1]}"))


def _extra(name: str, value: Any, at: str, errors: list[FieldError]) -> None:
    if name in ("opinion", "item", RETURNS_TO):
        if not _is_text(value) or len(value) > MAX_OPINION:
            errors.append(FieldError(name, Text("应为不超过 2000 字的文字", "should be text of at most 2000 characters")))
    elif name in ("attendance", "recused"):
        _people(name, value, at, errors)
    elif name == "cast_by":  # one who stands twice is refused, and kept, by the gate
        if not (type(value) is list and all(map(_is_text, value))):
            errors.append(FieldError(name, Text("请选择人员", "choose people")))
    elif name == "counts":
        if not (type(value) is dict and set(value) == set(VOTES) and all(type(n) is int and 0 <= n <= MAX_INT for n in value.values())):
            counts = ", ".join(VOTES)
            errors.append(
                FieldError(name, Text(f"应为票数 {{{counts}}}，各为不小于 0 的整数", f"should be counts {{{counts}}}, none below 0"))
            )
    elif not (type(value) is list and all(_is_vote(vote) for vote in value)):
        choices = "/".join(VOTES)
        errors.append(FieldError(name, Text(f"应为 [{{person, vote: {choices}}}]", f"should be [{{person, vote: {choices}}}]")))


def _is_vote(vote: Any) -> bool:
    return type(vote) is dict and set(vote) == {"person", "vote"} and _is_text(vote["person"]) and vote["vote"] in VOTES


def _is_text(value: Any) -> bool:
    """Text that evidence can hold: half a surrogate pair has no UTF-8, and PostgreSQL's text has no NUL."""
    return type(value) is str and "\0" not in value and (value.isascii() or not _SURROGATE(value))


def check(field: Field) -> Check:
    """The check of one field."""
    if field.type in _PATTERNS:
        return _past(_pattern(*_PATTERNS[field.type]), field.type) if field.past else _pattern(*_PATTERNS[field.type])
    return _SIMPLE.get(field.type) or _MADE.get(field.type, _text)(field)


def _number(field: Field) -> Check:
    low = -MAX_INT if field.min is None else field.min
    high = MAX_INT if field.max is None else field.max
    whole = (
        Text("应为整数（以分计）", "should be a whole number of fen")
        if field.type == "money"
        else Text("应为整数", "should be a whole number")
    )

    def test(path: str, value: Any, at: str, errors: list[FieldError]) -> None:
        if type(value) is not int:
            errors.append(FieldError(path, whole))
        elif not low <= value <= high:
            limit = value_text(field.type, low if value < low else high)
            bound = Text("不小于", "at least") if value < low else Text("不大于", "at most")
            errors.append(FieldError(path, Text(f"应{bound.zh} {limit.zh}", f"should be {bound.en} {limit.en}")))

    return test


def _bool(path: str, value: Any, at: str, errors: list[FieldError]) -> None:
    if type(value) is not bool:
        errors.append(FieldError(path, Text("应为是或否", "should be yes or no")))


def _pattern(matches: Callable[[str], Any], message: Text) -> Check:
    def test(path: str, value: Any, at: str, errors: list[FieldError]) -> None:
        if type(value) is not str or not matches(value):
            errors.append(FieldError(path, message))

    return test


def _past(well_formed: Check, kind: str) -> Check:
    """A day (by the office's clock) or a moment that has come when the act is done."""

    def test(path: str, value: Any, at: str, errors: list[FieldError]) -> None:
        told = len(errors)
        well_formed(path, value, at, errors)
        # By the office's clock the day is that of UTC or the next: what is not after the first needs no reckoning.
        if len(errors) == told and value > at[: len(value)] and (kind != "date" or value > office_day(at).isoformat()):
            errors.append(FieldError(path, _YET_TO_COME))

    return test


def _choice(field: Field) -> Check:
    known = frozenset(field.choices)
    listed = Text("、".join(t.zh for t in field.choices.values()), ", ".join(t.en for t in field.choices.values()))

    def test(path: str, value: Any, at: str, errors: list[FieldError]) -> None:
        if type(value) is not str or value not in known:
            errors.append(FieldError(path, Text(f"请选择：{listed.zh}", f"choose one of: {listed.en}")))

    return test


def _people(path: str, value: Any, at: str, errors: list[FieldError]) -> None:
    if type(value) is not list or not all(map(_is_text, value)):
        errors.append(FieldError(path, Text("请选择人员", "choose people")))
    elif len(set(value)) != len(value):
        errors.append(FieldError(path, Text("同一人选了两次", "the same person is chosen twice")))


def _text(field: Field) -> Check:
    most = field.max if field.max is not None else 4000
    required = field.required

    def test(path: str, value: Any, at: str, errors: list[FieldError]) -> None:
        if not _is_text(value):
            errors.append(FieldError(path, Text("应为文字", "should be text")))
        elif len(value) > most:
            errors.append(FieldError(path, Text(f"不超过 {most} 字", f"at most {most} characters")))
        elif required and not visible(value):
            errors.append(FieldError(path, REQUIRED))

    return test


def _list(field: Field) -> Check:
    columns = {name: check(column) for name, column in field.of.items()}
    required = tuple(name for name, column in field.of.items() if column.required)
    known = frozenset(columns)
    least = field.min or 0
    most = field.max or 500

    def test(path: str, value: Any, at: str, errors: list[FieldError]) -> None:
        if type(value) is not list or not all(type(row) is dict for row in value):
            errors.append(FieldError(path, Text("应为多行明细", "should be a list of lines")))
            return
        if not least <= len(value) <= most:
            errors.append(FieldError(path, Text(f"应有 {least} 至 {most} 行", f"should have {least} to {most} lines")))
        for index, row in enumerate(value):
            for name in required:
                if name not in row:
                    errors.append(FieldError(f"{path}[{index}].{name}", REQUIRED))
            for name, cell in row.items():
                cell_test = columns.get(name)
                if cell_test is None:
                    errors.append(_unknown(f"{path}[{index}].{name}", known))
                    continue
                before = len(errors)
                cell_test(name, cell, at, errors)
                if len(errors) > before:
                    errors[before:] = [FieldError(f"{path}[{index}].{found.field}", found.message) for found in errors[before:]]

    return test


_SIMPLE: Mapping[str, Check] = {"bool": _bool, "people": _people}
"""Checks that need nothing of the field but its type."""
_MADE: Mapping[str, Callable[[Field], Check]] = {"int": _number, "money": _number, "choice": _choice, "list": _list}
