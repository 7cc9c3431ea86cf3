"""Reachability: each branch of a choice is taken by some record, and each record takes some branch.

A choice takes the first branch whose condition holds, and ends with *otherwise*: what can still go wrong is a branch that those before
it leave nothing to, a condition that reads what is not filled in (the kernel refuses there, and the case is stuck), and two
conditions of which neither says the whole of the other, so that their order decides. Each is shown with the values at the bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, NamedTuple

from lianfang.catalogue.checks.findings import Finding, asked, changed, holds, record_text, takes
from lianfang.catalogue.checks.paths import Decision, Path, TooManyPathsError, conditions, decisions
from lianfang.catalogue.checks.samples import samples, simple
from lianfang.kernel.flow import Branch, Choose, Each, steps_of
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.wording import joined

Record = Mapping[str, Any]


class Tried(NamedTuple):
    """A record that comes to a choice, by which path, and what each condition of the choice says of it: None where it errs."""

    path: Path
    record: Record
    said: tuple[bool | None, ...]

    @property
    def taken(self) -> int | None:
        """The branch that is taken; None where a condition errs before one holds, and the kernel refuses."""
        return next((None if holding is None else i for i, holding in enumerate(self.said) if holding is not False), None)


@dataclass(slots=True)
class Reach:
    """What was found out of one matter: branches that some record takes, faults, and what is worth knowing."""

    reached: int = 0
    refuted: list[Finding] = field(default_factory=list)
    overlaps: list[Text] = field(default_factory=list)
    undecided: list[Text] = field(default_factory=list)


def reach(matter: Matter) -> Reach:
    """Prove or refute that each branch of a matter is taken by some record, and that each record takes one."""
    found = Reach()
    try:
        for decision in decisions(matter.flow.root, [Path()], matter.record):
            if isinstance(decision.node, Each):
                found.refuted += _empty(matter, decision.node, decision)
            else:
                _look(matter, decision.node, decision, found)
    except TooManyPathsError as error:
        found.undecided.append(Text(f"{matter.title.zh}：流程的走法太多", f"{matter.title.en}: {error}"))
    return found


def _look(matter: Matter, choice: Choose, decision: Decision, found: Reach) -> None:
    tried, whole = _try(matter, choice, decision)
    for i, branch in enumerate(choice.branches):
        if any(one.taken == i for one in tried):
            found.reached += 1
        elif whole:
            found.refuted.append(_dead(matter, choice, i, decision, tried))
        else:
            found.undecided.append(_unsettled(matter, branch))
    gap = next((one for one in tried if one.taken is None), None)
    if gap is not None:
        found.refuted.append(_gap(matter, choice, gap))
    for a, b in combinations(range(len(choice.branches) - 1), 2):
        said = {(one.said[a], one.said[b]) for one in tried}
        if {(True, True), (True, False), (False, True)} <= said:
            both = [one.record for one in tried if one.said[a] and one.said[b]]
            found.overlaps.append(_overlap(matter, choice.branches[a], choice.branches[b], both))


def _try(matter: Matter, choice: Choose, decision: Decision) -> tuple[list[Tried], bool]:
    """All records that were tried at a choice, and whether that settles which branches are taken."""
    own: list[Any] = [branch.when for branch in choice.branches if branch.when is not None]
    tried: list[Tried] = []
    whole = all(simple(one, matter) for one in own)
    for way in decision.ways:
        # What a step on the way may set anew, this choice may see otherwise than an earlier one did.
        path = way._replace(taken=()) if changed(matter, way, next(steps_of(choice), ""), own) else way
        met = list(conditions(path))
        records = samples([*met, *own], matter, asked(matter, path.steps))
        whole = whole and records is not None and all(simple(one, matter) for one in met)
        tried += [
            Tried(path, record, tuple(holds(branch.when, record) for branch in choice.branches))
            for record in records or ()
            if takes(path, record)
        ]
    return tried, whole


def _dead(matter: Matter, choice: Choose, i: int, decision: Decision, tried: list[Tried]) -> Finding:
    branch, lost = choice.branches[i], [matter.label(step) for step in steps_of(choice.branches[i].node)]
    way, record = (decision.ways[0].steps if decision.ways else ()), dict[str, Any]()
    taken = next((one for one in reversed(tried) if one.said[i] and one.taken is not None), None)
    if taken is not None and taken.taken is not None:
        way, record = taken.path.steps, _of(taken.record, [branch, choice.branches[taken.taken]])
        before, shown = choice.branches[taken.taken].text, record_text(matter, record)
        why = Text(f"满足它的都先进了“{before}”，例如 {shown.zh}", f"whatever satisfies it takes “{before}” first, for instance {shown.en}")
    else:
        why = Text("走到这里的没有一件满足它", "nothing that comes here satisfies it")
    steps = joined(lost)
    unreached = Text(f"，这些环节到不了：{steps.zh}", f"; these steps are never reached: {steps.en}") if lost else Text("", "")
    return Finding(matter.id, "dead-branch", next(steps_of(branch.node), ""), way, record, Text(
        f"{matter.title.zh}：分支“{branch.text}”永远走不到：{why.zh}{unreached.zh}",
        f"{matter.title.en}: the branch “{branch.text}” is never taken: {why.en}{unreached.en}",
    ))  # fmt: skip


def _gap(matter: Matter, choice: Choose, tried: Tried) -> Finding:
    branch = choice.branches[tried.said.index(None)]
    record, names = _of(tried.record, [branch]), _read(matter, [branch])
    shown = record_text(matter, record, names)
    return Finding(matter.id, "gap", next(steps_of(choice), ""), tried.path.steps, record, Text(
        f"{matter.title.zh}：走到分支“{branch.text}”时无从判断，办件停在这里：{shown.zh}。请把所用字段设为此前必填，"
        "或用 has() 写明未填的怎么办",
        f"{matter.title.en}: the branch “{branch.text}” can't be told and the case is stuck: {shown.en}; have the fields it reads filled in"
        " before, or say with has() what becomes of those that are not",
    ))  # fmt: skip


def _empty(matter: Matter, each: Each, decision: Decision) -> Iterator[Finding]:
    over: Any = each.over
    for path in decision.ways:
        absent = sorted(name for name in over.uses if name in matter.record and name not in asked(matter, path.steps))
        if absent and "has(" not in each.text:
            shown = record_text(matter, {}, absent)
            yield Finding(matter.id, "gap", next(steps_of(each), ""), path.steps, {}, Text(
                f"{matter.title.zh}：each 所用的“{each.text}”此前未必填写，办件会停在这里：{shown.zh}。请设为此前必填",
                f"{matter.title.en}: what the each goes over, “{each.text}”, may not be filled in by then and the case is stuck:"
                f" {shown.en}; have it filled in before",
            ))  # fmt: skip
            return


def _overlap(matter: Matter, first: Branch, second: Branch, both: list[Record]) -> Text:
    least, most = (record_text(matter, _of(record, [first, second])) for record in (both[0], both[-1]))
    shown = least if least == most else Text(f"从 {least.zh} 到 {most.zh}", f"from {least.en} to {most.en}")
    return Text(
        f"{matter.title.zh}：分支“{first.text}”与“{second.text}”有重叠，按先后取前者：{shown.zh}",
        f"{matter.title.en}: the branches “{first.text}” and “{second.text}” overlap, and the first is taken: {shown.en}",
    )


def _unsettled(matter: Matter, branch: Branch) -> Text:
    return Text(
        f"{matter.title.zh}：分支“{branch.text}”能否走到，无法逐一试验",
        f"{matter.title.en}: whether the branch “{branch.text}” is ever taken can't be tried out",
    )


def _read(matter: Matter, branches: Iterable[Branch]) -> list[str]:
    """The fields that the conditions of branches read."""
    conditions: list[Any] = [branch.when for branch in branches if branch.when is not None]
    return sorted({name for one in conditions for name in one.uses if name in matter.record})


def _of(record: Record, branches: Iterable[Branch]) -> dict[str, Any]:
    """The part of a record that the conditions of branches read; all of it where none of them reads anything."""
    conditions: list[Any] = [branch.when for branch in branches if branch.when is not None]
    return {name: value for name, value in record.items() if not conditions or any(name in one.uses for one in conditions)}
