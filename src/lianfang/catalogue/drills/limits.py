"""The values just past what a control allows: one more, one fen too much, a second too late, one person too few, another paper.

Each is worked out from the control's own parameters, with arithmetic of its own: the judge is not asked where its limit lies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from lianfang.catalogue.schema import PaperSpec
from lianfang.kernel.conditions import Condition, Named, Side
from lianfang.kernel.controls.base import Control
from lianfang.kernel.flow import Choose, Node, children
from lianfang.kernel.model import Matter, Values
from lianfang.kernel.schedule import utc_moment, utc_text

Data = dict[str, Any]
BEYOND: Mapping[str, tuple[int, ...]] = {"==": (-1, 1), "!=": (0,), "<": (0, 1), "<=": (1,), ">": (0, -1), ">=": (-1,)}
"""How far from what it is compared with a value no longer holds, in the smallest unit there is: one, a fen, a second."""
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
BLANK = "\u3000"
SECONDS = {"hours": 3600}


class At(NamedTuple):
    """Where a limit is tried: the data of a lawful act by somebody at a moment, and what is known besides.

    ``values`` is the record as it would be after the act, ``papers`` maps a SHA-256 to the drills' paper, ``entry`` is what a control
    looks up, ``members`` are those of the body whose meeting it is, and ``unit_of`` says to which unit a person belongs.
    """

    matter: Matter
    step: str
    who: str
    applicant: str
    at: str
    data: Data
    values: Values
    papers: Mapping[str, PaperSpec]
    entry: Mapping[str, Any] | None
    members: tuple[str, ...]
    unit_of: Callable[[str], str]


def past(control: Control, at: At) -> Iterator[Data]:
    """The data of the act with something in it just past what the control allows; nothing where it can't be told."""
    try:
        yield from PAST.get(control.kind, _nothing)(control, at)
    except KeyError:  # what it is compared with is not filled in, so there is no limit to go past
        return


def thresholds(matter: Matter) -> Iterator[tuple[str, int]]:
    """The fields on whose figure the way of a case depends, and the figure: in the flow, and in the levels of an approval."""
    asked = [branch.when for branch in _branches(matter.flow.root)]
    asked += [level.get("when") for control in matter.controls if control.kind == "approval" for level in control.params["levels"]]
    for condition in asked:
        for part in condition.parts if isinstance(condition, Condition) else ():
            if part.sign:
                for mine, other in (part.sides, part.sides[::-1]):
                    if mine.named.how == "field" and mine.type in ("int", "money") and other.named.how == "figure":
                        yield mine.named.of[0], other.call({})


def _branches(node: Node) -> Iterator[Any]:
    if isinstance(node, Choose):
        yield from node.branches
    for inner in children(node):
        yield from _branches(inner)


def _nothing(control: Control, at: At) -> Iterator[Data]:
    yield from ()


def _limit(control: Control, at: At) -> Iterator[Data]:
    value: Condition = control.params["value"]
    most: Condition = control.params["max"]
    if control.params["ledger"] and at.entry is None:
        return
    scope = {**at.values, "at": at.at, "entry": at.entry}
    yield from _moved(value.named, at, most(scope) + 1 - value(scope))


def _match(control: Control, at: At) -> Iterator[Data]:
    if control.params["each"]:  # which entry each line is held against is not looked up here
        return
    if control.params["ledger"] and at.entry is None:
        return
    scope = {**at.values, "at": at.at, "entry": at.entry}
    for part in control.params["that"].parts:
        if part.sign:
            one, other = part.sides
            yield from _compared(one, part.sign, other, scope, at)
            yield from _compared(other, TURNED.get(part.sign, part.sign), one, scope, at)


def _compared(mine: Side, sign: str, other: Side, scope: Values, at: At) -> Iterator[Data]:
    """The value that the act gives, moved just past the other."""
    if mine.type in ("int", "money") and mine.named.how in SECONDS:
        yield from _too_far(mine.named, sign, other.call(scope) * SECONDS[mine.named.how], scope, at)
    elif mine.type in ("int", "money"):
        for beyond in BEYOND[sign]:
            yield from _moved(mine.named, at, other.call(scope) + beyond - mine.call(scope))
    elif mine.named.how != "field" or mine.named.of[0] not in at.data:
        return
    elif mine.type == "datetime":
        for beyond in BEYOND[sign]:
            yield {**at.data, mine.named.of[0]: _later(other.call(scope), beyond)}
    elif sign == "==":
        yield from ({**at.data, mine.named.of[0]: another} for another in _others(mine.named.of[0], at) if another != other.call(scope))


def _too_far(named: Named, sign: str, seconds: int, scope: Values, at: At) -> Iterator[Data]:
    """The later of two moments, moved a second past the time that may lie between them."""
    first, last = named.of
    if last in at.data and sign in ("<", "<="):
        yield {**at.data, last: _later(scope[first], seconds + (sign == "<="))}


def _moved(named: Named, at: At, by: int) -> Iterator[Data]:
    """The act's own figure moved by so much; of a sum, the first line that it adds up."""
    name = named.of[0] if named.of else ""
    if name not in at.data:
        return
    if named.how == "field":
        yield {**at.data, name: at.data[name] + by}
    elif named.how == "sum" and at.data[name]:
        first, *rest = at.data[name]
        yield {**at.data, name: [{**first, named.of[1]: first[named.of[1]] + by}, *rest]}


def _others(name: str, at: At) -> Iterator[Any]:
    field = at.matter.record[name]
    if field.type == "file":
        yield from at.papers
    elif field.type == "choice":
        yield from field.choices


def _complete(control: Control, at: At) -> Iterator[Data]:
    params = control.params
    if params["when"] is not None and not params["when"](at.values):
        return
    for name in params["fields"]:
        if name in at.data:
            text = at.matter.record[name].type in ("text", "longtext")
            yield {**at.data, name: BLANK} if text else {key: value for key, value in at.data.items() if key != name}
    for name in params["not_blank"]:
        if name in at.data:
            yield from ({**at.data, name: sha256} for sha256, paper in at.papers.items() if paper.blank_pages)


def _together(control: Control, at: At) -> Iterator[Data]:
    name, unit = control.params["people"], at.matter.unit
    beside = [who for who in at.data.get(name, ()) if who != at.who and (not control.params["same_unit"] or at.unit_of(who) == unit)]
    if len(beside) >= control.params["at_least"]:
        yield {**at.data, name: [at.who, *beside[: control.params["at_least"] - 1]]}


def _collective(control: Control, at: At) -> Iterator[Data]:
    """One person too few, one vote too few, and where the applicant is recused the applicant there."""
    params = control.params
    recused = {*at.data.get("recused", ()), *((at.applicant,) if params["without_applicant"] else ())}
    entitled = sorted(set(at.members) - recused)
    needed = max(2, -(-Fraction(*params["quorum"]) * len(entitled) // 1))
    minutes = _secret if params["secret"] else _minutes
    yield {**at.data, **minutes(entitled[: needed - 1], needed - 1)}
    yield {**at.data, **minutes(entitled, int(Fraction(*params["majority"]) * len(entitled)))}
    if params["without_applicant"] and at.applicant in at.members:
        yield {**at.data, **minutes([*entitled, at.applicant], len(entitled) + 1)}
    if params["secret"]:
        yield {**at.data, **_secret(entitled, len(entitled) + 1)}
        yield {**at.data, **_secret(entitled, len(entitled)), "cast_by": [*entitled, entitled[0]]}


def _secret(present: list[str], favour: int) -> Data:
    tally = {"for": favour, "against": max(0, len(present) - favour), "abstain": 0}
    return {"attendance": present, "cast_by": present, "counts": tally}


def _minutes(present: list[str], favour: int) -> Data:
    votes = [{"person": who, "vote": "for" if number < favour else "against"} for number, who in enumerate(present)]
    return {"attendance": present, "votes": votes}


def _later(moment: str, seconds: int) -> str:
    return utc_text(utc_moment(moment) + timedelta(seconds=seconds))


PAST: Mapping[str, Callable[[Control, At], Iterator[Data]]] = {
    "limit": _limit, "match": _match, "complete": _complete, "together": _together, "collective": _collective,
}  # fmt: skip
