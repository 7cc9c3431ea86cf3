"""A run of the drills in words: who did what when, what came of it, and what gets through without which control."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from lianfang.catalogue.compile import field_of
from lianfang.catalogue.drills.report import Report, Run, Weakening
from lianfang.catalogue.drills.runner import Happened, Result, papers
from lianfang.catalogue.drills.tally import SORTS
from lianfang.catalogue.kept import FAULTS, VERDICTS
from lianfang.catalogue.load import Catalogue
from lianfang.catalogue.references import step_of
from lianfang.catalogue.schema import ActSpec, DrillSpec, EntrySpec
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import DUTY, GATE, WATCH, Control
from lianfang.kernel.decide import BUILT_IN
from lianfang.kernel.model import CommandError, Field, Matter, Refusal, Risk, Text
from lianfang.kernel.schedule import Duration
from lianfang.kernel.wording import ACTS, both, joined, moment, quoted, value_text

FAMILIES: Mapping[str, Text] = {GATE: Text("拦截", "gate"), WATCH: Text("监测", "watch"), DUTY: Text("履责", "duty")}
GRADES: Mapping[str, Text] = {"high": Text("高", "high"), "medium": Text("中", "medium"), "low": Text("低", "low")}
ENDS: Mapping[str, Text] = {
    "": Text("办理顺利", "gone through"),
    "open": Text("办理中", "under way"),
    "completed": Text("办结", "completed"),
    "rejected": Text("不予同意", "rejected"),
    "withdrawn": Text("撤回", "withdrawn"),
}
VOTES: Mapping[str, Text] = {"for": Text("同意", "for"), "against": Text("反对", "against"), "abstain": Text("弃权", "abstained")}
MINUTES: Mapping[str, Text] = {
    "returns_to": Text("退回到", "Returned to"),
    "people": Text("抄送给", "Copied to"),
    "attendance": Text("到会", "Present"),
    "recused": Text("回避", "Recused"),
    "votes": Text("表决", "Votes"),
    "cast_by": Text("投票人", "Voted"),
    "counts": Text("计票", "Ballots"),
    "opinion": Text("意见", "Opinion"),
}
NOTHING = Text("", "")
WHOLE = Text("整项", "the whole of it")
_HASH = re.compile("([0-9a-f]{12})…")
_QUOTED = re.compile("“([^“”]+)”")


class Step(NamedTuple):
    """An act of a script as it went: ``outcome`` is accepted, refused, alarmed, malformed or passed (nobody acted), ``said`` what was told
    then, and ``meant`` whether it is the act that must be noticed."""

    at: str
    case: str
    who: Text
    what: Text
    data: tuple[tuple[Text, Text], ...]
    outcome: str
    told: Text
    said: Text
    remedy: Text
    meant: bool


class Played(NamedTuple):
    """A drill and how it went. ``slips`` are the controls, or parts of them, without which it gets through."""

    id: str
    title: Text
    risk: Text
    expected: Text
    happened: Text
    said: Text
    good: bool
    why: Text
    slips: tuple[Text, ...]
    steps: tuple[Step, ...]


class Guard(NamedTuple):
    """A control of a risk: the drills that aim at it, how many get through when it is off, and each of its parts likewise."""

    title: Text
    kind: Text
    family: Text
    drills: tuple[Played, ...]
    off: int
    parts: tuple[tuple[Text, int], ...]


class Danger(NamedTuple):
    """A risk: its controls, and the drills that attempt it. ``blind`` is what its controls can't see."""

    title: Text
    grade: Text
    blind: Text
    guards: tuple[Guard, ...]
    drills: tuple[Played, ...]


class Counted(NamedTuple):
    """A sort of the attempts that nobody wrote: how many were tried, stopped and passed."""

    title: Text
    tried: int
    stopped: int
    passed: int


class Told(NamedTuple):
    """A matter and all that was drilled in it."""

    id: str
    title: Text
    unit: Text
    version: str
    dangers: tuple[Danger, ...]
    lawful: tuple[Played, ...]
    generated: tuple[Counted, ...]
    faults: int

    @property
    def attempts(self) -> int:
        """How many misconducts were attempted by a script."""
        return sum(len(danger.drills) for danger in self.dangers)

    @property
    def tried(self) -> int:
        """How many attempts that nobody wrote were made."""
        return sum(one.tried for one in self.generated)


class Fault(NamedTuple):
    """Something that did not go as it must."""

    matter: Text
    what: Text
    id: str
    why: Text


def faults(report: Report, catalogue: Catalogue) -> list[Fault]:
    """All that is wrong, in words."""
    return [Fault(catalogue.matters[one.matter].matter.title, FAULTS[one.what], one.id, one.why) for one in report.failures]


def told(run: Run, report: Report, catalogue: Catalogue) -> Told:
    """What was drilled in a matter, in words."""
    words = _Words(run, catalogue)
    played = {drill.id: words.played(drill, result) for drill, result in run.played}
    scripts = {drill.id: drill for drill, _ in run.played}
    matter = run.file.matter
    dangers = tuple(words.danger(risk, played, scripts) for risk in matter.risks)
    unit = catalogue.organisation.units[matter.unit].title
    return Told(
        matter.id, matter.title, unit, matter.version, dangers,
        tuple(played[drill.id] for drill, _ in run.played if drill.lawful), tuple(_counted(run)),
        sum(one.matter == matter.id for one in report.failures),
    )  # fmt: skip


def _counted(run: Run) -> Iterator[Counted]:
    for sort, tally in run.generated.items():
        yield Counted(SORTS[sort], tally.tried, tally.refused + tally.alarmed, len(tally.accepted))


class _Words:
    def __init__(self, run: Run, catalogue: Catalogue) -> None:
        self.run, self.catalogue = run, catalogue
        self.matter = run.file.matter
        declared = [control for one in (*run.file.duties.values(), self.matter) for control in one.controls]
        self.controls = {control.id: control for control in declared}
        self.papers = {sha256: known["name"] for sha256, known in papers(run.file.drills.files).values()}
        self.entries = {e.key: self.entry(ledger, e) for ledger, spec in catalogue.ledgers.items() for e in spec.entries}
        self.names = {who: person.name for who, person in catalogue.organisation.people.items()}

    def control(self, name: str) -> Text:
        return self.controls[name].title if name in self.controls else BUILT_IN.get(name, both(name))

    def entry(self, ledger: str, entry: EntrySpec) -> Text:
        """What a ledger entry is called, in the English of the ledger's own list where it has one."""
        title = str(entry.data.get("title", entry.key))
        known = self.matter.label(f"{ledger}:{title}")
        return both(title) if known.zh == f"{ledger}:{title}" else known

    def danger(self, risk: Risk, played: Mapping[str, Played], scripts: Mapping[str, DrillSpec]) -> Danger:
        mine = [played[name] for name, drill in scripts.items() if drill.risk == risk.id and not drill.lawful]
        guards = tuple(self.guard(self.controls[name], played, scripts) for name in risk.controls if name in self.controls)
        return Danger(risk.title, GRADES[risk.grade], risk.blind_spots, guards, tuple(mine))

    def guard(self, control: Control, played: Mapping[str, Played], scripts: Mapping[str, DrillSpec]) -> Guard:
        aimed = tuple(played[name] for name, drill in scripts.items() if control.id in _expected(drill))
        off = next((len(one.through) for one in self.run.weakened if one.control == control.id and not one.part), 0)
        parts = tuple((self.part(one), len(one.through)) for one in self.run.weakened if one.control == control.id and one.part)
        return Guard(control.title, KINDS[control.kind].title, FAMILIES[control.family], aimed, off, parts)

    def part(self, one: Weakening) -> Text:
        """A part of a control: the step, field or paper that it demands, or what the parameter means."""
        name, _, value = one.part.partition(": ")
        if value in self.matter.steps or value in self.matter.record:
            return quoted(self.matter.label(value))
        param = next(param for param in KINDS[self.controls[one.control].kind].params if param.name == name)
        number = value.partition("/")[0]
        return Text(f"第 {number} 个条件", f"condition {number}") if "condition" in param.type else param.help

    def slips(self, drill: DrillSpec) -> Iterator[Text]:
        """What a drill gets through without: the control that it aims at, as a whole and in part."""
        for one in self.run.slips(drill.id):
            yield self.part(one) if one.part else WHOLE

    def played(self, drill: DrillSpec, result: Result) -> Played:
        steps = tuple(self.steps(result.acts))
        noticed = next((step for step in reversed(steps) if step.meant), None)
        said = NOTHING
        if noticed is not None:
            act = Text(f"“{noticed.what.zh}”之后", f"after “{noticed.what.en}”")
            after = act if noticed.case else noticed.what
            said = after if noticed.outcome == "alarmed" else noticed.said
        return Played(
            drill.id, Text(drill.title.zh, drill.title.en),
            next((risk.title for risk in self.matter.risks if risk.id == drill.risk), NOTHING),
            self.expected(drill), VERDICTS.get(result.verdict) or FAULTS[result.verdict], said,
            result.verdict in VERDICTS, result.why, tuple(self.slips(drill)), steps,
        )  # fmt: skip

    def expected(self, drill: DrillSpec) -> Text:
        if drill.lawful:
            ends = ENDS[drill.ends]
            raised = joined(quoted(self.control(name)) for name in drill.raises)
            alarms = Text(f"，并预警{raised.zh}", f", alarmed by {raised.en}") if drill.raises else NOTHING
            return Text(f"{ends.zh}{alarms.zh}", f"{ends.en}{alarms.en}")
        for act in drill.script:
            if act.expect is not None:
                title = self.control(act.expect.refused or act.expect.alarmed)
                verb = Text("拦截", "refused by") if act.expect.refused else Text("预警", "alarmed by")
                length = Duration.parse(act.expect.within).words if act.expect.within else NOTHING
                soon = Text(f"（{length.zh}内）", f" (within {length.en})") if act.expect.within else NOTHING
                return Text(f"{verb.zh}：{title.zh}{soon.zh}", f"{verb.en}: {title.en}{soon.en}")
        return Text("—", "—")

    def steps(self, acts: Iterable[Happened]) -> Iterator[Step]:
        for happened in acts:
            act, stopped = happened.act, happened.stopped
            outcome, word, said, remedy = self.outcome(happened)
            if act.happens:
                what, data = self.happened(act)
                yield Step(moment(happened.at), "", NOTHING, what, data, outcome, word, said, remedy, act.expect is not None)
                continue
            matter = self.run.file.duties[act.duty] if act.duty else self.matter
            what = _what(act, matter)
            yield Step(
                moment(happened.at), act.case, self.who(act), what, tuple(self.data(act, matter.record)), outcome,
                word, said, remedy, act.expect is not None or stopped is not None,
            )  # fmt: skip

    def who(self, act: ActSpec) -> Text:
        """Who acts, and for whom they stand in with it."""
        who, absent = (self.names.get(one, both(one)) for one in (act.who, act.behalf))
        return Text(f"{who.zh}（代{absent.zh}办理）", f"{who.en} (for {absent.en})") if act.behalf else who

    def happened(self, act: ActSpec) -> tuple[Text, tuple[tuple[Text, Text], ...]]:
        """What nobody did, in words: time that passed, or a fact that came in, with what it says."""
        if act.pass_:
            length = Duration.parse(act.pass_).words
            return Text(f"过了 {length.zh}", f"{length.en} later"), ()
        ledger = self.catalogue.ledgers[act.told]
        columns = {name: field_of(name, column) for name, column in ledger.fields.items()}
        came = Text("外部数据", "A fact comes in") if act.fact else Text("台账原有", "In the ledger before")
        what = Text(f"{came.zh}：{ledger.title.zh}", f"{came.en}: {ledger.title.en}")
        return what, tuple(self.data(act, columns))

    def outcome(self, happened: Happened) -> tuple[str, Text, Text, Text]:
        """What came of an act: the word for it, and what was told."""
        stopped = happened.stopped
        if isinstance(stopped, Refusal):
            title = self.control(stopped.control)
            word = Text(f"被“{title.zh}”拦截", f"Refused by “{title.en}”")
            return "refused", word, self.named(stopped.message), self.named(stopped.remedy)
        if isinstance(stopped, CommandError):
            said = joined(Text(f"{e.field}：{e.message.zh}", f"{e.field}: {e.message.en}") for e in stopped.errors)
            return "malformed", Text("填写不合规", "Malformed"), said, NOTHING
        if happened.alarms:
            raised = joined(quoted(self.control(name)) for name in dict.fromkeys(alarm.control for alarm in happened.alarms))
            return "alarmed", Text(f"预警：{raised.zh}", f"Alarmed by {raised.en}"), NOTHING, NOTHING
        return ("passed", NOTHING, NOTHING, NOTHING) if happened.act.happens else ("accepted", Text("通过", "Accepted"), NOTHING, NOTHING)

    def data(self, act: ActSpec, fields: Mapping[str, Field]) -> Iterator[tuple[Text, Text]]:
        for name, value in act.data.items():
            field = fields.get(name)
            yield (
                (field.label, self.shown(field, value)) if field is not None else (MINUTES.get(name, both(name)), self.minutes(name, value))
            )

    def minutes(self, name: str, value: Any) -> Text:
        if name == "returns_to":
            return self.matter.label(value)
        if name == "counts":
            return joined(Text(f"{VOTES[vote].zh} {count}", f"{count} {VOTES[vote].en}") for vote, count in value.items())
        if name == "votes":
            return joined(self.vote(vote) for vote in value)
        return joined(self.names.get(who, both(who)) for who in value) if isinstance(value, list) else both(str(value))

    def vote(self, vote: Mapping[str, str]) -> Text:
        who, how = self.names.get(vote["person"], both(vote["person"])), VOTES[vote["vote"]]
        return Text(f"{who.zh} {how.zh}", f"{who.en} {how.en}")

    def shown(self, field: Field, value: Any) -> Text:
        """A value in words: files, people and ledger entries by their names."""
        if isinstance(value, str) and value[:1] == "$":
            return both(self.run.file.drills.files[value[1:]].name)
        if field.type == "entry":
            return self.entries.get(value, both(value))
        if field.type in ("person", "people"):
            return joined(self.names.get(who, both(who)) for who in ([value] if field.type == "person" else value))
        if field.type == "list" and isinstance(value, list):
            lines = [joined(self.shown(field.of[n], v) for n, v in line.items() if n in field.of) for line in value]
            return Text("；".join(line.zh for line in lines), "; ".join(line.en for line in lines))
        return value_text(field.type, value, field)

    def named(self, text: Text) -> Text:
        """A sentence with the names of people, ledger entries and files in place of what stands for them."""
        zh, en = (_QUOTED.sub(partial(self.name, at), _HASH.sub(partial(self.file, at), said)) for at, said in enumerate(text))
        return Text(zh, en)

    def name(self, language: int, found: re.Match[str]) -> str:
        known = self.names.get(found[1]) or self.entries.get(found[1])
        return f"“{known[language]}”" if known else found[0]

    def file(self, language: int, found: re.Match[str]) -> str:
        return next((f"“{name}”" for sha256, name in self.papers.items() if sha256.startswith(found[1])), found[0])


def _what(act: ActSpec, matter: Matter) -> Text:
    """What an act does: its step and, where that is not simply done, how; or the act beside the steps."""
    if act.reads:
        label = matter.label(act.reads)
        return Text(f"查阅“{label.zh}”", f"Read “{label.en}”")
    name = step_of(act, matter)
    if not name:
        return ACTS[act.act]
    step = matter.steps[name]
    do = ACTS[act.act or step.acts[0]]
    return Text(f"{step.title.zh}：{do.zh}", f"{step.title.en}: {do.en}") if do != ACTS["do"] else step.title


def _expected(drill: DrillSpec) -> set[str]:
    return {name for act in drill.script if act.expect for name in (act.expect.refused, act.expect.alarmed) if name} | set(drill.raises)
