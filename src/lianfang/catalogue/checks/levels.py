"""Levels: a larger amount needs no fewer of them, what they approved stays as it was, and no risky step is reached past its gates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from lianfang.catalogue.checks.findings import Finding, filled, holds, loophole, possible, record_text, takes, way_to
from lianfang.catalogue.checks.paths import Path, TooManyPathsError, can_follow, conditions, paths_by, through
from lianfang.catalogue.checks.samples import samples
from lianfang.kernel.controls.base import Control
from lianfang.kernel.model import Matter, Text

Record = Mapping[str, Any]


def skipped(matter: Matter) -> Iterator[Finding]:
    """A level that a larger amount does not need although a smaller one does, and no later level instead."""
    told: set[str] = set()
    for control in matter.controls:
        if control.kind == "approval" and control.steps:
            levels = [(level["step"], level.get("when")) for level in control.params["levels"]]

            def demanded(record: Record, levels: list[tuple[str, Any]] = levels) -> frozenset[str] | None:
                said = [(step, holds(when, record)) for step, when in levels]
                return None if any(one is None for _, one in said) else frozenset(step for step, one in said if one)

            for one in _fewer(matter, [when for _, when in levels if when is not None], demanded, control.title):
                told.add(one.step)
                yield one
    try:
        paths = through(matter.flow.root, matter.record)
    except TooManyPathsError:
        return

    def passed(record: Record) -> frozenset[str] | None:
        way = next((path for path in paths if takes(path, record)), None)
        return None if way is None else frozenset(step for step in way.steps if matter.steps[step].kind != "task")

    asked = [*{id(one): one for path in paths for one in conditions(path)}.values()]
    flow = Text("流程", "the flow")
    yield from (one for one in _fewer(matter, asked, passed, flow) if one.step not in told)


def _fewer(matter: Matter, asked: list[Any], demanded: Callable[[Record], frozenset[str] | None], what: Text) -> Iterator[Finding]:
    """Where a record that differs from another by a larger amount alone needs fewer approvals."""
    tried = [*(samples(asked, matter, matter.record) or ())]
    needed = [(record, steps) for record in tried if (steps := demanded(record)) is not None]
    order = matter.flow.order
    told: set[str] = set()
    for name in sorted({name for one in asked for name in one.uses if name in matter.record and matter.record[name].type == "money"}):
        groups: dict[tuple[Any, ...], list[tuple[Record, frozenset[str]]]] = {}
        for record, steps in needed:
            groups.setdefault(tuple(sorted((key, repr(value)) for key, value in record.items() if key != name)), []).append((record, steps))
        for group in groups.values():
            group.sort(key=lambda one: one[0][name])
            for (less, more), (larger, fewer) in pairwise(group):
                lost = sorted(more - fewer, key=order.index)
                gained = fewer - more
                for step in lost:
                    if step in told or any(order.index(one) > order.index(step) for one in gained):
                        continue
                    told.add(step)
                    a, b, doing = record_text(matter, less), record_text(matter, larger), matter.label(step)
                    yield loophole(
                        matter, "skipped-level", step,
                        f"“{what.zh}”中 {b.zh} 不经“{doing.zh}”，{a.zh} 却要经：金额更大，审批更少",
                        f"by “{what.en}” {b.en} does without “{doing.en}”, which {a.en} needs: more money, fewer approvals",
                        (), larger,
                    )  # fmt: skip


def stale(matter: Matter) -> Iterator[Finding]:
    """A value that stood when a level approved it, and that a step between that level and what it lets happen may set anew."""
    root = matter.flow.root
    for control in matter.controls:
        for step in control.steps if control.kind == "approval" else ():
            for level in [one["step"] for one in control.params["levels"] if one["step"] != step]:
                before = {name for one in matter.steps if one != level and can_follow(root, one, level) for name in matter.steps[one].form}
                seen = before | {*matter.steps[level].form}
                between = [
                    one for one in matter.flow.order
                    if one != level and can_follow(root, level, one) and (one == step or can_follow(root, one, step))
                ]  # fmt: skip
                late = next(((one, sorted(seen & {*matter.steps[one].form})) for one in between if seen & {*matter.steps[one].form}), None)
                if late is not None:
                    yield _changed(matter, control, step, level, *late)


def _changed(matter: Matter, control: Control, step: str, level: str, late: str, names: list[str]) -> Finding:
    field, doing, after, approved = (matter.label(one) for one in (names[0], step, late, level))
    path = tuple(dict.fromkeys([*way_to(matter, level), late, step]))
    return loophole(
        matter, "changed-after-approval", late,
        f"“{field.zh}”在“{approved.zh}”之后还能在“{after.zh}”改动，不再经它审批就可以办“{doing.zh}”（{control.title.zh}）",
        f"“{field.en}” can still be changed at “{after.en}” after “{approved.en}”, and “{doing.en}” goes on without another approval"
        f" ({control.title.en})",
        path,
    )  # fmt: skip


def past_every_gate(matter: Matter) -> Iterator[Finding]:
    """A way through a risky step on which none of the gates of the risk judges."""
    for risk in matter.risks:
        gates = [control for control in matter.controls if control.id in risk.controls and control.family == "gate"]
        judged = {step for control in gates for step in control.steps}
        if not gates or risk.at in judged:
            continue
        try:
            paths = [path for path in paths_by(matter.flow.root, risk.at, matter.record) if not judged & {*path.steps}]
        except TooManyPathsError:
            continue
        for path in possible(matter, paths)[:1]:
            record = _example(matter, path)
            shown = record_text(matter, record)
            example = Text(f"，例如 {shown.zh}", f", for instance with {shown.en}") if record else shown
            yield loophole(
                matter, "jump", risk.at,
                f"风险点“{risk.title.zh}”的拦截措施在这条走法上一项都不判{example.zh}",
                f"none of the gates of the risk “{risk.title.en}” judges on this way{example.en}",
                path.steps, record,
            )  # fmt: skip


def _example(matter: Matter, path: Path) -> Record:
    """A record that takes a path; empty where none was found."""
    tried = samples(conditions(path), matter, filled(matter, path))
    return next((record for record in tried or () if takes(path, record)), {})
