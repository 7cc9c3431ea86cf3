"""Running one drill's script, and judging whether it met the verdict it must meet."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from lianfang.catalogue.drills.office import Alarm, MemoryOffice
from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.catalogue.references import step_of
from lianfang.catalogue.schema import ActSpec, DrillSpec, ExpectSpec, PaperSpec
from lianfang.kernel.controls.pattern import Detect
from lianfang.kernel.model import CommandError, Matter, Refusal, Text
from lianfang.kernel.schedule import Duration, add

A_YEAR = Duration(365, "d")


class Happened(NamedTuple):
    """An act of a script as it went: when (UTC text), what stopped it, and the alarms that it raised."""

    act: ActSpec
    at: str
    stopped: Refusal | CommandError | None
    alarms: tuple[Alarm, ...]


class Result(NamedTuple):
    """How a drill went. ``verdict`` is refused, alarmed, lawful, or one of the faults missed, false_refusal and false_alarm; ``acts`` are
    those that came to be."""

    verdict: str
    why: Text = Text("", "")
    acts: tuple[Happened, ...] = ()


class Stage(NamedTuple):
    """Where a drill is played: the matter as it is, or weakened."""

    catalogue: Catalogue
    file: MatterFile
    matter: Matter
    detect: Detect


def papers(files: Mapping[str, PaperSpec]) -> dict[str, tuple[str, dict[str, Any]]]:
    """The drills' files by name: the SHA-256 and what the office would know of it."""
    found = {}
    for name, paper in files.items():
        content = paper.content.encode()
        known = {"name": paper.name, "size": len(content), "pages": paper.pages, "blank_pages": paper.blank_pages}
        found[name] = (hashlib.sha256(content).hexdigest(), known)
    return found


def play(stage: Stage, drill: DrillSpec) -> Result:
    """Play a drill through and say whether it met its verdict."""
    desk = Desk(stage, drill)
    return _played(desk, drill)._replace(acts=tuple(desk.acts))


def _played(desk: Desk, drill: DrillSpec) -> Result:
    for number, act in enumerate(drill.script, 1):
        result = desk.misconduct(act, number) if act.expect is not None else desk.plain(act, number)
        if result is not None:
            return result
    if not drill.lawful:
        return Result("missed", Text("剧本没有写明应当被谁发现", "the script does not say what should notice it"))
    return desk.ending()


def slips_through(stage: Stage, weakened: Matter, control: str, drill: DrillSpec) -> bool:
    """Whether the misconduct of a drill gets through where a control of the matter is weakened: only the act that should be noticed counts.

    What was alarmed gets through when nothing else raises an alarm where the missing control did. A control that demands earlier steps
    is the reason why they stand in the flow: the order of the steps does not count where the case waits at one that the weakened control
    demands no more, and counts everywhere else.
    """
    weak = Desk(stage._replace(matter=weakened), drill)
    for act in drill.script:
        stopped = weak.submit(act)
        if act.expect is not None and act.expect.refused:
            if stopped is None or not isinstance(stopped, Refusal) or stopped.control != "step-order":
                return stopped is None
            waits = weak.office.cases[act.case].waiting if act.case in weak.office.cases else ()
            return not (_demanded(stage.matter, control, act) - _demanded(weakened, control, act)).isdisjoint(waits)
        if act.expect is not None:
            whole = Desk(stage, drill)
            for one in drill.script[: len(weak.acts)]:
                whole.submit(one)
            where = {place for alarm in whole.raised(act.expect) if alarm.control == act.expect.alarmed for place in alarm.where}
            return not any(where & set(alarm.where) for alarm in weak.raised(act.expect))
    return False


def _demanded(matter: Matter, control: str, act: ActSpec) -> frozenset[str]:
    """The steps that a control demands before an act of the matter's own."""
    one = next((one for one in matter.controls if one.id == control), None)
    if one is None or act.duty or act.still:
        return frozenset()
    if one.kind == "approval" and act.step in one.params["steps"]:
        return frozenset(level["step"] for level in one.params["levels"])
    return frozenset(one.params["after"]) if one.kind == "embargo" and act.step == one.params["until"] else frozenset()


def kept_out(stage: Stage, weakened: Matter, drill: DrillSpec) -> Text | None:
    """What still refuses the misconduct of a drill where a control is left out, with its words; None where nothing does."""
    weak = Desk(stage._replace(matter=weakened), drill)
    for act in drill.script:
        stopped = weak.submit(act)
        if act.expect is not None:
            if not isinstance(stopped, Refusal):
                return None
            return Text(f"“{stopped.control}”：{stopped.message.zh}", f"{stopped.control!r}: {stopped.message.en}")
    return None


class Desk:
    """A fresh office in which the acts of a drill are submitted one after the other."""

    def __init__(self, stage: Stage, drill: DrillSpec) -> None:
        spec = stage.file.drills
        self.drill = drill
        self.acts: list[Happened] = []
        self.papers = papers(spec.files)
        self.office = MemoryOffice(
            stage.matter, stage.file.duties, stage.catalogue.organisation, stage.catalogue.ledgers,
            dict(self.papers.values()), spec.begins, stage.detect, drill.also,
        )  # fmt: skip
        ends = add(spec.begins, A_YEAR, stage.matter.calendar.guessing())
        for stand_in, person in drill.stand_ins.items():
            self.office.lend(person, stand_in, self.office.posts(person), spec.begins, ends)

    def submit(self, act: ActSpec) -> Refusal | CommandError | None:
        """Let an act happen; what stopped it, or None."""
        at, before = self.office.now, self.office.alarms
        stopped = self._submitted(act)
        self.acts.append(Happened(act, at, stopped, tuple(sorted(self.office.alarms - before))))
        return stopped

    def _submitted(self, act: ActSpec) -> Refusal | CommandError | None:
        if act.pass_:
            self.office.wait(Duration.parse(act.pass_))
            return None
        if act.told:
            self.office.tell(act.told, act.data)
            return None
        if act.reads:
            return self.office.reads(act.who, act.case, act.reads)
        step = step_of(act, self.office.duties[act.duty] if act.duty else self.office.matter)
        try:
            return self.office.act(act.who, act.case, step, act.act, self.filled(act.data), act.duty, act.behalf)
        except CommandError as error:
            return error

    def filled(self, value: Any) -> Any:
        """The data with ``$name`` replaced by the SHA-256 of that file."""
        if isinstance(value, dict):
            return {key: self.filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        return self.papers[value[1:]][0] if isinstance(value, str) and value[:1] == "$" else value

    def misconduct(self, act: ActSpec, number: int) -> Result:
        """The act that must be noticed."""
        assert act.expect is not None
        stopped = self.submit(act)
        if act.expect.refused:
            if isinstance(stopped, Refusal) and stopped.control == act.expect.refused:
                return Result("refused")
            return Result("missed", _differs(number, act.expect.refused, stopped))
        if stopped is not None:
            return Result("missed", _differs(number, act.expect.alarmed, stopped))
        if any(alarm.control == act.expect.alarmed for alarm in self.raised(act.expect)):
            return Result("alarmed")
        return Result("missed", self.unheard(act.expect, number))

    def raised(self, expect: ExpectSpec) -> frozenset[Alarm]:
        """The alarms of the misconduct, which is the last act: those that it raised, and those that came in the time there is for it."""
        raised = self.acts[-1].alarms
        if expect.within:
            self.submit(ActSpec.model_validate({"pass": expect.within, "expect": expect}))
            raised += self.acts[-1].alarms
        return frozenset(raised)

    def unheard(self, expect: ExpectSpec, number: int) -> Text:
        """How an alarm failed to come: it was there before the misconduct, it comes later than it may, or not at all."""
        wanted = expect.alarmed
        if any(alarm.control == wanted for alarm in self.office.alarms):
            return Text(
                f"第 {number} 步：“{wanted}”在此之前就已预警，不是这一步引起的",
                f"act {number}: {wanted!r} raised its alarm before, and not by this act",
            )
        if not expect.within:
            return Text(f"第 {number} 步：“{wanted}”没有预警", f"act {number}: {wanted!r} raised no alarm")
        length = Duration.parse(expect.within).words
        self.office.wait(A_YEAR)
        if any(alarm.control == wanted for alarm in self.office.alarms):
            return Text(
                f"第 {number} 步：“{wanted}”迟于 {length.zh}才预警",
                f"act {number}: {wanted!r} raised its alarm later than {length.en} after it",
            )
        return Text(f"第 {number} 步：“{wanted}”在 {length.zh}内没有预警", f"act {number}: {wanted!r} raised no alarm within {length.en}")

    def plain(self, act: ActSpec, number: int) -> Result | None:
        """An act that must be accepted, and in a lawful run raise no alarm but those that it says."""
        stopped = self.submit(act)
        if stopped is not None:
            return Result("false_refusal" if self.drill.lawful else "missed", _differs(number, "", stopped))
        false = sorted(alarm for alarm in self.office.alarms if alarm.control not in self.drill.raises)
        if self.drill.lawful and false:
            alarm = false[0]
            return Result(
                "false_alarm", Text(f"第 {number} 步：“{alarm.control}”误报", f"act {number}: {alarm.control!r} raised a false alarm")
            )
        return None

    def ending(self) -> Result:
        """A lawful run ends as it says, with no work left over, and has raised what it says."""
        raised = {alarm.control for alarm in self.office.alarms}
        silent = next((control for control in self.drill.raises if control not in raised), "")
        if silent:
            return Result("missed", Text(f"“{silent}”没有预警", f"{silent!r} raised no alarm"))
        ends = self.drill.ends
        states = {case.status for case in self.office.cases.values()}
        if states <= {ends or "completed"}:
            return Result("lawful")
        return Result("false_refusal", Text(f"应以 {ends} 结束，实际为 {states}", f"should end {ends}, but ended {states}"))


def _differs(number: int, wanted: str, stopped: Refusal | CommandError | None) -> Text:
    if stopped is None:
        return Text(f"第 {number} 步：应被“{wanted}”拦截，却通过了", f"act {number}: should be refused by {wanted!r} and was accepted")
    if isinstance(stopped, CommandError):
        return Text(f"第 {number} 步：填写不合规：{stopped}", f"act {number}: malformed: {stopped}")
    want = (f"应为“{wanted}”，", f"expected {wanted!r}: ") if wanted else ("", "")
    return Text(
        f"第 {number} 步：{want[0]}被“{stopped.control}”拦截：{stopped.message.zh}",
        f"act {number}: {want[1]}refused by {stopped.control!r}: {stopped.message.en}",
    )
