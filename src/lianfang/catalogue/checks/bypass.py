"""No bypass: no path of the flow reaches a step without the gates that guard it.

A gate that judges at the step itself is on every path. What an approval demands happened earlier: it must lie on every path that a
record can take for which the approval demands it. Each refutation is such a path with such a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lianfang.catalogue.checks.paths import Path, TooManyPathsError, conditions, paths_to
from lianfang.catalogue.checks.samples import samples, simple
from lianfang.kernel.conditions import Condition
from lianfang.kernel.controls.base import Control
from lianfang.kernel.model import Matter, Text


class Bypass(NamedTuple):
    """A way round a gate: the steps of a path to the guarded step on which ``without`` is missing, and a record that takes it."""

    matter: str
    control: str
    step: str
    without: str
    path: tuple[str, ...]
    record: Mapping[str, Any]
    message: Text

    def as_json(self) -> dict[str, Any]:
        """The way round as the command line prints it."""
        named = {**self._asdict(), "path": list(self.path), "record": dict(self.record)}
        return {**named, "message": self.message.en, "message_zh": self.message.zh}


@dataclass(slots=True)
class Proof:
    """What was found out of one matter: pairs of a gate and a step proved, ways round, and what could not be decided."""

    proved: int = 0
    refuted: list[Bypass] = field(default_factory=list)
    undecided: list[Text] = field(default_factory=list)


class Undecided(NamedTuple):
    """A condition that trial can't settle."""

    why: Text


def prove(matter: Matter) -> Proof:
    """Prove or refute that each gate of a matter can't be gone round."""
    proof = Proof()
    for control in matter.controls:
        for step in control.steps if control.family == "gate" else ():
            found = list(_ways_round(matter, control, step))
            proof.refuted += [one for one in found if isinstance(one, Bypass)]
            proof.undecided += [one.why for one in found if isinstance(one, Undecided)]
            proof.proved += not found
    return proof


def _ways_round(matter: Matter, control: Control, step: str) -> Iterator[Bypass | Undecided]:
    if control.id not in {name for name, _ in matter.plan.steps[step].judges}:
        yield _bypass(matter, control, step, step, Path(), {})
    if control.kind != "approval":
        return
    try:
        paths = paths_to(matter.flow.root, step, matter.record)
    except TooManyPathsError as error:
        yield _undecided(matter, control, step, Text("流程的走法太多", str(error)))
        return
    for level in control.params["levels"]:
        found = _without(matter, control, step, level, paths)
        if found is not None:
            yield found


def _without(matter: Matter, control: Control, step: str, level: Mapping[str, Any], paths: list[Path]) -> Bypass | Undecided | None:
    """A path that misses a level which is demanded there, or why there may be one."""
    doubt: Undecided | None = None
    for path in paths:
        if level["step"] in path.steps:
            continue
        met = [*conditions(path), *([level["when"]] if level.get("when") is not None else [])]
        changed = _changed_between(matter, path, step, level.get("when"))
        tried = samples(met, matter)
        record = next((one for one in tried or () if _takes(path, one) and _holds(level.get("when"), one)), None)
        if record is not None and not changed:
            return _bypass(matter, control, step, level["step"], path, record)
        if changed:
            doubt = _undecided(matter, control, step, Text(f"“{changed}”在分支之后还能改", f"{changed!r} can change after the choice"))
        elif tried is None or not all(simple(one, matter) for one in met):
            texts = " | ".join(one.text for one in met)
            doubt = _undecided(matter, control, step, Text(f"条件无法逐一试验：{texts}", f"the conditions can't be tried out: {texts}"))
    return doubt


def _takes(path: Path, record: Mapping[str, Any]) -> bool:
    return all(taken.branch.when is None or _holds(taken.branch.when, record) is taken.held for taken in path.taken)


def _holds(condition: Any, record: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds; None where it errs, because the kernel then refuses."""
    if condition is None:
        return True
    try:
        return bool(condition(record))
    except (LookupError, TypeError, ArithmeticError):
        return None


def _changed_between(matter: Matter, path: Path, step: str, when: Condition | None) -> str:
    """A field that the level's condition reads and that a step after the choice, or the guarded step itself, can set anew."""
    if when is None or not path.taken:
        return ""
    order = matter.flow.order
    since = min(order.index(taken.step) for taken in path.taken if taken.step)
    after = {name for one in order[since : order.index(step) + 1] for name in matter.steps[one].form}
    return next(iter(sorted(when.uses & after)), "")


def _bypass(matter: Matter, control: Control, step: str, without: str, path: Path, record: Mapping[str, Any]) -> Bypass:
    steps = (*path.steps, step)
    way_zh, way_en = (
        " → ".join(matter.label(one).zh for one in steps), " → ".join(matter.label(one).en for one in steps),
    )  # fmt: skip
    missed, title = matter.label(without), control.title
    return Bypass(matter.id, control.id, step, without, steps, record, Text(
        f"{matter.title.zh}：“{title.zh}”可被绕过，未经“{missed.zh}”也能走到：{way_zh}{_shown(record, '，例如 ')}",
        f"{matter.title.en}: “{title.en}” can be bypassed without “{missed.en}”: {way_en}{_shown(record, ', for instance with ')}",
    ))  # fmt: skip


def _shown(record: Mapping[str, Any], lead: str) -> str:
    return lead + ", ".join(f"{name} = {value}" for name, value in record.items()) if record else ""


def _undecided(matter: Matter, control: Control, step: str, why: Text) -> Undecided:
    doing, title = matter.label(step), control.title
    return Undecided(Text(
        f"{matter.title.zh}：“{title.zh}”能否在“{doing.zh}”前被绕过，无法判定（{why.zh}）",
        f"{matter.title.en}: whether “{title.en}” can be bypassed before “{doing.en}” can't be decided ({why.en})",
    ))  # fmt: skip
