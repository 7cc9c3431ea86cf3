"""All drills of a catalogue, weakening included, as counts and failures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lianfang.catalogue.drills.coverage import untried
from lianfang.catalogue.drills.parts import parts
from lianfang.catalogue.drills.runner import Stage, play, slips_through
from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.kernel.build import weakened, without
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.pattern import Detect
from lianfang.kernel.model import Matter, Text

COUNTED = {
    "refused": "refused",
    "alarmed": "alarmed",
    "lawful": "",
    "missed": "missed",
    "false_refusal": "false_refusals",
    "false_alarm": "false_alarms",
}


class Failure(NamedTuple):
    """A drill that did not meet its verdict, a control or a part of one that no drill needs, a risk that no drill attempts, or a branch
    of the flow that no lawful drill takes. ``what`` says which: missed, false_refusal, false_alarm, decorative, undrilled or uncovered."""

    matter: str
    what: str
    id: str
    why: Text

    def as_json(self) -> dict[str, str]:
        """The failure as the command line prints it."""
        return {"matter": self.matter, "what": self.what, "id": self.id, "message": self.why.en, "message_zh": self.why.zh}


@dataclass(slots=True)
class Report:
    """The counts of a run, in the words of the stable interface."""

    matters: int = 0
    risks: int = 0
    undrilled: int = 0
    drills: int = 0
    refused: int = 0
    alarmed: int = 0
    missed: int = 0
    lawful: int = 0
    false_refusals: int = 0
    false_alarms: int = 0
    weakened: int = 0
    parts: int = 0
    decorative: int = 0
    failures: list[Failure] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        names = [name for name in self.__slots__ if name != "failures"]
        return {**{name: getattr(self, name) for name in names}, "failures": [failure.as_json() for failure in self.failures]}


def drill(catalogue: Catalogue, detect: Detect, matters: Iterable[str] = ()) -> Report:
    """Run the drills of the named matters (all when none is named), then weaken each of their controls in turn, as a whole and in part."""
    report = Report()
    for name in matters or catalogue.matters:
        file = catalogue.matters[name]
        report.matters += 1
        report.risks += len(file.matter.risks)
        _undrilled(file, report)
        stage = Stage(catalogue, file, file.matter, detect)
        for one in file.drills.drills:
            report.drills += 1
            report.lawful += one.lawful
            result = play(stage, one)
            counted = COUNTED[result.verdict]
            if counted:
                setattr(report, counted, getattr(report, counted) + 1)
            if result.why:
                report.failures.append(Failure(name, result.verdict, one.id, result.why))
        for words in untried(stage):
            why = Text("没有合规演练走过这一支", "no lawful drill takes this branch to its end")
            report.failures.append(Failure(name, "uncovered", words, why))
        for control in file.matter.controls:
            _weaken(stage, control, report)
    return report


def _undrilled(file: MatterFile, report: Report) -> None:
    attempted = {one.risk for one in file.drills.drills if not one.lawful}
    for risk in file.matter.risks:
        if risk.id not in attempted:
            report.undrilled += 1
            report.failures.append(Failure(file.matter.id, "undrilled", risk.id, Text("没有演练", "no drill attempts it")))


def _weaken(stage: Stage, control: Control, report: Report) -> None:
    """Switch a control off, then leave out each part of it: some drill that it stops must then get through, or it is decoration."""
    attempts = [one for one in stage.file.drills.drills if _aims_at(one, control.id)]

    def through(weaker: Matter) -> set[str]:
        return {one.id for one in attempts if slips_through(stage, weaker, control.id, one)}

    report.weakened += 1
    if not through(without(stage.matter, control.id)):
        why = (
            Text("关掉它没有任何演练得逞", "without it no drill gets through")
            if attempts
            else Text("没有针对它的演练", "no drill aims at it")
        )
        _decorative(stage, control.id, why, report)
        return
    for part in parts(control, stage.matter):
        report.parts += 1
        if not through(weakened(stage.matter, control.id, part.without)) - through(weakened(stage.matter, control.id, part.whole)):
            why = Text("去掉这一部分没有任何演练得逞", "without this part no drill gets through")
            _decorative(stage, f"{control.id} {part.name}", why, report)


def _decorative(stage: Stage, what: str, why: Text, report: Report) -> None:
    report.decorative += 1
    report.failures.append(Failure(stage.matter.id, "decorative", what, why))


def _aims_at(one: Any, control: str) -> bool:
    return any(act.expect is not None and control in (act.expect.refused, act.expect.alarmed) for act in one.script)
