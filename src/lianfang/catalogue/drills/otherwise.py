"""What a case would hold, or the office know, for a control to stop an act that is lawful as it stands: a quote too few, a bidder of the
same owner, another who was drawn, an objection without an answer, a relation that was declared, an allowance for one of two.

Each is worked out from the control's own parameters and the values of the lawful act; the judge is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from lianfang.catalogue.drills.limits import At, Data
from lianfang.catalogue.drills.oracle import Standing
from lianfang.catalogue.schema import LedgerSpec
from lianfang.kernel.calendar import Calendar
from lianfang.kernel.controls.base import Control
from lianfang.kernel.model import Field, Values
from lianfang.kernel.schedule import end_of_day, office_day, utc_moment, utc_text

SAID: Mapping[str, Any] = {"text": "异议", "longtext": "异议", "int": 1, "money": 100, "bool": True}
"""What stands in a line that nobody wrote, by the type of the column."""


def otherwise(control: Control, at: At) -> Iterator[Data]:
    """Fields of the record with values by which the control must refuse the act; nothing where it can't be told."""
    try:
        yield from OTHERWISE.get(control.kind, _nothing)(control, at)
    except KeyError:  # what it rests on is not filled in
        return


def _nothing(control: Control, at: At) -> Iterator[Data]:
    yield from ()


def _compete(control: Control, at: At) -> Iterator[Data]:
    """One quote too few, and of just enough of them two that have something in common; the chosen one is always there."""
    params, rows = control.params, at.values[control.params["quotes"]]
    if at.step not in params["at"] or (params["when"] is not None and not params["when"](at.values)):
        return
    needed = max(2, params["least"](at.values))
    mine = [row for row in rows if row.get(params["name"]) == at.values[params["chosen"]]]
    enough = [*mine, *(row for row in rows if row not in mine)][:needed]
    if not mine or len(enough) < needed:
        return
    yield {params["quotes"]: enough[:-1]}
    first, second, *rest = enough
    for column in (params["name"], *params["apart"]):
        if first.get(column):
            yield {params["quotes"]: [first, {**second, column: first[column]}, *rest]}


def _draw(control: Control, at: At) -> Iterator[Data]:
    """Somebody on the list in place of who was drawn, and a seed that is not the one that was promised."""
    params = control.params
    if at.step == params["reveal"]:
        yield {params["seed"]: f"{at.values[params['seed']]}x"}
    if at.step not in params["at"]:
        return
    drawn, column = at.values[params["drawn"]], params["name"]
    several = drawn if isinstance(drawn, list) else [drawn]

    def name(one: Any) -> Any:
        return one[column] if isinstance(one, dict) else one

    other = next((name(one) for one in at.values[params["candidates"]] if name(one) not in [*map(name, several)]), None)
    if other is not None:
        first, *rest = several
        instead = [{**first, column: other} if isinstance(first, dict) else other, *rest]
        yield {params["drawn"]: instead if isinstance(drawn, list) else instead[0]}


def _publicity(control: Control, at: At) -> Iterator[Data]:
    """One objection more than was answered."""
    params = control.params
    columns = at.matter.record[params["objections"]].of
    row = {name: _said(column, at) for name, column in columns.items() if name != params["answer"]}
    if at.step in params["at"] and None not in row.values():
        yield {params["objections"]: [*at.values.get(params["objections"], ()), row]}


def _said(column: Field, at: At) -> Any:
    if column.type in ("date", "datetime"):
        return str(office_day(at.at)) if column.type == "date" else at.at
    return at.who if column.type == "person" else next(iter(column.choices), SAID.get(column.type))


OTHERWISE: Mapping[str, Callable[[Control, At], Iterator[Data]]] = {"compete": _compete, "draw": _draw, "publicity": _publicity}


def parties(control: Control, applicant: str, values: Values) -> list[str]:
    """Whom a ``recusal`` keeps others apart from: the parties that are named, and the applicant where they are one."""
    try:
        named = [*_names(control.params["parties"](values))] if control.params["parties"] is not None else []
    except KeyError:  # nobody is named yet
        return []
    return [*dict.fromkeys([*named, *((applicant,) if control.params["applicant"] else ())])]


def units(control: Control, values: Values) -> list[str]:
    """The units whose own people a ``recusal`` keeps away."""
    try:
        return [*_names(control.params["units"](values))] if control.params["units"] is not None else []
    except KeyError:
        return []


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value
        return
    for one in value.values() if isinstance(value, Mapping) else value:
        if isinstance(one, str | list | Mapping):
            yield from _names(one)


def declaring(spec: LedgerSpec, column: str, party: str) -> Data:
    """The data of a declaration that names a party, in the column that is for it."""
    field = spec.fields[column]
    line = next((name for name, inner in field.of.items() if inner.type in ("text", "person", "entry")), "")
    return {column: [{line: party}] if field.type == "list" else [party] if field.type == "people" else party}


def stands_until(control: Control, notice: str, calendar: Calendar) -> str:
    """The last second of a notice that was published at a moment. Raises NoCalendarError."""
    period, day, left = control.params["period"], office_day(notice), control.params["period"].amount
    while left:
        day += timedelta(days=1)
        left -= not period.by_calendar or calendar.is_workday(day)
    while not period.by_calendar and control.params["ends"] == "workday" and not calendar.is_workday(day):
        day += timedelta(days=1)
    return utc_text(utc_moment(end_of_day(str(day))) - timedelta(seconds=1))


def outside(control: Control, case: Standing, who: str, posts: frozenset[str], members: Callable[[str], tuple[str, ...]]) -> bool:
    """Whether an ``embargo`` keeps its fields from somebody: they are not released, and whoever it is stands on no list."""
    readers = control.params["readers"]
    if control.params["until"] in case.steps or ("applicant" in readers and who == case.applicant):
        return False
    return not (posts & {*readers} or any(who in members(one.removeprefix("body:")) for one in readers if one.startswith("body:")))


def for_one(control: Control, entry: Values, values: Values, at: str) -> Data | None:
    """The entry of an allowance with so much in it that of two like this the second is one fen too much; None where it can't be told."""
    scope = {**values, "at": at}
    try:
        value, most = (int(control.params[name]({**scope, "entry": entry})) for name in ("value", "max"))
        wanted = 2 * value - 1
        for column in (name for name, figure in entry.items() if type(figure) is int):
            other = {**entry, column: entry[column] + wanted - most}
            if int(control.params["max"]({**scope, "entry": other})) == wanted:
                return other
    except KeyError:  # what it compares is not filled in
        return None
    return None
