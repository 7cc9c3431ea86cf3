"""No bypass: no path of the flow reaches a step without the gates that guard it.

A gate that judges at the step itself is on every path. What an approval demands happened earlier: it must lie on every path that a
record can take for which the approval demands it. Each refutation is such a path with such a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lianfang.catalogue.checks.findings import changed, filled, holds, printed, record_text, takes, way_text
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
        return printed(self._asdict())


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
        changed = _changed(matter, path, step, level.get("when"))
        tried = samples(met, matter, filled(matter, path))
        record = next((one for one in tried or () if takes(path, one) and holds(level.get("when"), one)), None)
        if record is not None and not changed:
            return _bypass(matter, control, step, level["step"], path, record)
        if changed:
            doubt = _undecided(matter, control, step, Text(f"“{changed}”在分支之后还能改", f"{changed!r} can change after the choice"))
        elif tried is None or not all(simple(one, matter) for one in met):
            texts = " | ".join(one.text for one in met)
            doubt = _undecided(matter, control, step, Text(f"条件无法逐一试验：{texts}", f"the conditions can't be tried out: {texts}"))
    return doubt


def _changed(matter: Matter, path: Path, step: str, when: Condition | None) -> str:
    """A field that may be set anew between the choices, or between them and the level's condition, which sees the guarded act itself."""
    own = when.uses & {*matter.steps[step].form} if when is not None and path.taken else ()
    return next(iter(sorted(own)), "") or changed(matter, path, step, [when])


def _bypass(matter: Matter, control: Control, step: str, without: str, path: Path, record: Mapping[str, Any]) -> Bypass:
    steps = (*path.steps, step)
    way, missed, title = way_text(matter, steps), matter.label(without), control.title
    shown = record_text(matter, record)
    example = Text(f"，例如 {shown.zh}", f", for instance with {shown.en}") if record else shown
    return Bypass(matter.id, control.id, step, without, steps, record, Text(
        f"{matter.title.zh}：“{title.zh}”可被绕过，未经“{missed.zh}”也能走到：{way.zh}{example.zh}",
        f"{matter.title.en}: “{title.en}” can be bypassed without “{missed.en}”: {way.en}{example.en}",
    ))  # fmt: skip


def _undecided(matter: Matter, control: Control, step: str, why: Text) -> Undecided:
    doing, title = matter.label(step), control.title
    return Undecided(Text(
        f"{matter.title.zh}：“{title.zh}”能否在“{doing.zh}”前被绕过，无法判定（{why.zh}）",
        f"{matter.title.en}: whether “{title.en}” can be bypassed before “{doing.en}” can't be decided ({why.en})",
    ))  # fmt: skip
