"""All drills of a catalogue, weakening and generated attempts included: how each went, and the counts and failures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields
from multiprocessing import get_context
from typing import Any, NamedTuple

from lianfang.catalogue.drills.attempts import attempts
from lianfang.catalogue.drills.coverage import untried
from lianfang.catalogue.drills.parts import parts
from lianfang.catalogue.drills.runner import Result, Stage, kept_out, play, slips_through
from lianfang.catalogue.drills.tally import SORTS, Tally, tallies
from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.catalogue.schema import DrillSpec
from lianfang.evidence import canonical
from lianfang.kernel.build import weakened, without
from lianfang.kernel.calendar import Calendar
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.pattern import Detect, Finding
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
    of the flow that no lawful drill takes, or an attempt that nobody wrote and that passed. ``what`` says which: missed, false_refusal,
    false_alarm, decorative, undrilled, uncovered or generated."""

    matter: str
    what: str
    id: str
    why: Text

    def as_json(self) -> dict[str, str]:
        """The failure as the command line prints it."""
        return {"matter": self.matter, "what": self.what, "id": self.id, "message": self.why.en, "message_zh": self.why.zh}


class Weakening(NamedTuple):
    """A control switched off, or one part of it left out, and the drills (by id) that then get through."""

    control: str
    part: str
    through: frozenset[str]


@dataclass(slots=True)
class Run:
    """How everything went in one matter: each drill with its result, each weakening, and the attempts that nobody wrote by sort."""

    file: MatterFile
    played: list[tuple[DrillSpec, Result]] = field(default_factory=list)
    weakened: list[Weakening] = field(default_factory=list)
    generated: dict[str, Tally] = field(default_factory=dict)

    def slips(self, drill: str) -> list[Weakening]:
        """The weakenings in which a drill gets through."""
        return [one for one in self.weakened if drill in one.through]


@dataclass(slots=True)
class Report:
    """The counts of a run, in the words of the stable interface, and how it went matter by matter."""

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
    generated: dict[str, Tally] = field(default_factory=tallies)
    failures: list[Failure] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    def add(self, other: Report) -> None:
        """Take in the report of other matters."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for sort, tally in other.generated.items():
            self.generated[sort].add(tally)
        self.failures += other.failures
        self.runs += other.runs

    def as_json(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        counts = {name: getattr(self, name) for name in COUNTS}
        generated = {sort: tally.as_json() for sort, tally in self.generated.items()}
        return {**counts, "generated": generated, "failures": [failure.as_json() for failure in self.failures]}


COUNTS = tuple(one.name for one in fields(Report) if one.type == "int")
"""What a report counts."""


def drill(catalogue: Catalogue, detect: Detect, matters: Iterable[str] = (), processes: int = 1) -> Report:
    """Run the drills of the named matters (all when none is named), weaken each of their controls in turn, as a whole and in part, and try
    what nobody wrote. No matter knows of another, so that ``processes`` share them; the report is the same."""
    names = [*matters] or [*catalogue.matters]
    report, remembering = Report(), _remembering(detect)
    if processes == 1 or len(names) == 1:
        for name in names:
            report.add(_drilled(catalogue, remembering, name))
        return report
    _shared.append((catalogue, remembering))  # inherited: compiled matters can't be sent
    try:
        with ProcessPoolExecutor(processes, get_context("fork")) as pool:
            for name, found in zip(names, pool.map(_sent, names), strict=True):
                found.runs[0].file = catalogue.matters[name]
                report.add(found)
    finally:
        _shared.pop()
    return report


_shared: list[tuple[Catalogue, Detect]] = []
"""What the processes of a run are begun with."""


def _sent(name: str) -> Report:
    report = _drilled(*_shared[-1], name)
    report.runs[0].file = None  # type: ignore[assignment]
    return report


def _drilled(catalogue: Catalogue, detect: Detect, name: str) -> Report:
    """One matter's report."""
    file = catalogue.matters[name]
    run = Run(file)
    report = Report(matters=1, risks=len(file.matter.risks), runs=[run])
    _undrilled(file, report)
    stage = Stage(catalogue, file, file.matter, detect)
    for one in file.drills.drills:
        _play(stage, one, run, report)
    for words in untried(stage):
        why = Text("没有合规演练走过这一支", "no lawful drill takes this branch to its end")
        report.failures.append(Failure(name, "uncovered", words, why))
    for control in file.matter.controls:
        _weaken(stage, control, run, report)
    _generate(stage, run, report)
    return report


def _remembering(detect: Detect) -> Detect:
    """The same detectors, which look at rows once: weakening plays each drill many times, and nearly always to the same rows."""
    known: dict[bytes, list[Finding]] = {}

    def look(name: str, settings: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], /, *, calendar: Calendar) -> list[Finding]:
        key = canonical([name, settings, rows, id(calendar)])
        if key not in known:
            known[key] = detect(name, settings, rows, calendar=calendar)
        return known[key]

    return look


def _play(stage: Stage, one: DrillSpec, run: Run, report: Report) -> None:
    report.drills += 1
    report.lawful += one.lawful
    result = play(stage, one)
    run.played.append((one, result))
    counted = COUNTED[result.verdict]
    if counted:
        setattr(report, counted, getattr(report, counted) + 1)
    if result.why:
        report.failures.append(Failure(stage.matter.id, result.verdict, one.id, result.why))


def _generate(stage: Stage, run: Run, report: Report) -> None:
    run.generated = attempts(stage)
    for sort, tally in run.generated.items():
        report.generated[sort].add(tally)
        for one in tally.accepted:
            title = SORTS[sort]
            why = Text(f"{title.zh}：{one.why.zh}", f"{title.en}: {one.why.en}")
            report.failures.append(Failure(stage.matter.id, "generated", one.id, why))


def _undrilled(file: MatterFile, report: Report) -> None:
    attempted = {one.risk for one in file.drills.drills if not one.lawful}
    for risk in file.matter.risks:
        if risk.id not in attempted:
            report.undrilled += 1
            report.failures.append(Failure(file.matter.id, "undrilled", risk.id, Text("没有演练", "no drill attempts it")))


def _weaken(stage: Stage, control: Control, run: Run, report: Report) -> None:
    """Switch a control off, then leave out each part of it: some drill that it stops must then get through, or it is decoration."""
    attempted = [one for one in stage.file.drills.drills if _aims_at(one, control.id)]

    def through(weaker: Matter) -> frozenset[str]:
        return frozenset(one.id for one in attempted if slips_through(stage, weaker, control.id, one))

    report.weakened += 1
    off = Weakening(control.id, "", through(without(stage.matter, control.id)))
    run.weakened.append(off)
    if not off.through:
        held = (kept_out(stage, without(stage.matter, control.id), one) for one in attempted)
        by = next((told for told in held if told is not None), None)
        more = Text(f"，仍被拦截：{by.zh}", f"; still refused by {by.en}") if by is not None else Text("", "")
        why = (
            Text(f"关掉它没有任何演练得逞{more.zh}", f"without it no drill gets through{more.en}")
            if attempted
            else Text("没有针对它的演练", "no drill aims at it")
        )
        _decorative(stage, control.id, why, report)
        return
    for part in parts(control, stage.matter):
        report.parts += 1
        less, whole = (weakened(stage.matter, control.id, params) for params in (part.without, part.whole))
        left_out = Weakening(control.id, part.name, through(less) - through(whole))
        run.weakened.append(left_out)
        if not left_out.through:
            why = Text("去掉这一部分没有任何演练得逞", "without this part no drill gets through")
            _decorative(stage, f"{control.id} {part.name}", why, report)


def _decorative(stage: Stage, what: str, why: Text, report: Report) -> None:
    report.decorative += 1
    report.failures.append(Failure(stage.matter.id, "decorative", what, why))


def _aims_at(one: DrillSpec, control: str) -> bool:
    return any(act.expect is not None and control in (act.expect.refused, act.expect.alarmed) for act in one.script)
