"""An entry of the evidence: one judged command as JSON, and how it is judged again from that alone.

An entry holds the command, the facts that its gates were judged on and the verdict: whoever has the matter's source can come to
the same verdict without the office's database. What events share with their command is kept once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lianfang.kernel import alerts, standins
from lianfang.kernel.alerts import Alert, Done, Work
from lianfang.kernel.controls import embargo
from lianfang.kernel.decide import Reading, after, evolve, read, weigh
from lianfang.kernel.ledger import Add, Ledgers, Put, Release, ledger_changes
from lianfang.kernel.model import COMMENT, Case, Command, CommandError, Event, Facts, Matter, Need, Refusal, Text
from lianfang.kernel.whole import COUNT, FLAG, MOMENT, TABLE, WORD, WORDS, Or, Shape, Whole, broken
from lianfang.kernel.wording import both, joined, quoted

Json = Mapping[str, Any]
COMMAND = Whole.of(
    {
        "case": Or(WORD),
        "n": COUNT,
        "matter": WORD,
        "version": WORD,
        "command": {"step": WORD, "act": WORD, "data": TABLE, "actor": WORD, "post": WORD, "at": MOMENT, "key": WORD},
        "facts": TABLE,
        "verdict": TABLE,
    }
)
BEHALF = Whole.of(Or(WORD))
REFUSAL: Shape = {
    "control": WORD, "kind": WORD, "family": WORD, "risk": WORD, "message": WORDS, "remedy": WORDS, "source": Or(WORDS), "shown": TABLE,
}  # fmt: skip
VERDICTS = {"events": Whole.of([{"kind": WORD, "to": WORD}]), "refusal": Whole.of(REFUSAL)}
EITHER = [[one] for one in VERDICTS]
FACT = Whole.of({"ledger": WORD, "key": WORD, "data": TABLE})
ALERT: Shape = {
    "matter": WORD, "version": WORD, "control": WORD, "risk": WORD, "about": WORD, "level": WORD, "cases": [WORD], "explanation": WORDS,
}  # fmt: skip
WORKED: Shape = {
    "matter": WORD, "version": WORD, "control": WORD, "about": WORD, "act": WORD, "data": TABLE, "actor": WORD, "key": WORD,
    "facts": TABLE, "verdict": TABLE,
}  # fmt: skip
READ: Shape = {"matter": WORD, "version": WORD, "case": WORD, "person": WORD, "fields": [WORD], "facts": TABLE}
TIME: Shape = {"length": WORD, "due": MOMENT}
"""How long something may take, and until when that is."""
FACTS = {
    "posts": Whole.of([WORD]),
    "members": Whole.of([WORD]),
    "entry": Whole.of(Or({"case": Or(WORD), "data": TABLE, "open": FLAG})),
    "person": Whole.of(Or({"unit": WORD})),
    "roles": Whole.of([WORD]),
    "leads": Whole.of([WORD]),
    "named": Whole.of([WORD]),
    "within": Whole.of(TIME),
    "turn": Whole.of({"matter": WORD, "period": WORD, "status": WORD}),
    "acted": Whole.of(Or([WORD])),
    "file": Whole.of(Or({"name": WORD, "size": COUNT, "pages": COUNT, "blank_pages": COUNT})),
}
"""What gates are told, by the first word of its name."""
ANY_FACT = Whole.of({})
STANDS = standins.fact_of("")
OTHERS: Mapping[str, Shape] = {"fact": FACT, "alert": ALERT, "read": READ, "work": WORKED}
"""What an entry holds that is no judged command."""


AGAIN = Text("重新判断的结论与存证不同", "judged again, the verdict comes out differently")


class Judged(NamedTuple):
    """A judged command. ``entry`` lacks only ``prev``, which the store knows; ``case`` is the case after it."""

    entry: dict[str, Any]
    case: Case
    refusal: Refusal | None
    changes: tuple[Put | Add | Release, ...]


def judge(matter: Matter, case: Case, command: Command, facts: Facts, reading: Reading | None = None) -> Judged:
    """Judge a command (see ``decide``) and say what it leaves: the entry, the case after it and the changes of the ledgers.

    Raises CommandError for a malformed command, of which nothing is kept.
    """
    verdict = weigh(matter, case, command, facts, reading)
    if isinstance(verdict, Refusal):
        known = case.id if case.status != "new" else None
        return Judged(entry_of(matter, known, case.n, command, facts, {"refusal": refusal_json(verdict)}), case, verdict, ())
    before, case = case, after(case, verdict)
    changes: list[Put | Add | Release] = []
    for event in verdict.events:
        changes += ledger_changes(before, case, event, verdict.left)
    events = [{"kind": event.kind, "to": event.to} for event in verdict.events]
    return Judged(entry_of(matter, case.id, case.n, command, facts, {"events": events}), case, None, tuple(changes))


def entry_of(matter: Matter, case: str | None, n: int, command: Command, facts: Facts, verdict: dict[str, Any]) -> dict[str, Any]:
    """A judged command as an entry keeps it, but for ``prev``."""
    return {
        "case": case,
        "n": n,
        "matter": matter.id,
        "version": matter.version,
        "command": {
            "step": command.step, "act": command.act, "data": command.data, "actor": command.actor,
            "post": command.post, "at": command.at, "key": command.key, **({"behalf": command.behalf} if command.behalf else {}),
        },
        "facts": facts,
        "verdict": verdict,
    }  # fmt: skip


def sources_of(entry: Mapping[str, Any]) -> frozenset[str]:
    """The other cases that an accepted command rests on: those that wrote the standing ledger entries which it was judged by."""
    if not entry["case"] or "refusal" in entry["verdict"]:
        return frozenset()
    found = (fact for name, fact in entry["facts"].items() if name.startswith("entry:") and isinstance(fact, Mapping))
    return frozenset(str(fact["case"]) for fact in found if fact["open"] and fact["case"] not in (None, "", entry["case"]))


def text_json(text: Text) -> dict[str, str]:
    """A text as entries keep it."""
    return {"zh": text.zh, "en": text.en}


def text_of(value: Json | None) -> Text:
    """A text read back; empty for none."""
    return Text(value["zh"], value["en"]) if value else Text("", "")


def refusal_json(refusal: Refusal) -> dict[str, Any]:
    """A refusal as entries keep it and as the interface answers it."""
    return {
        "control": refusal.control, "kind": refusal.kind, "family": refusal.family, "risk": refusal.risk,
        "message": text_json(refusal.message), "remedy": text_json(refusal.remedy),
        "source": text_json(refusal.source) if refusal.source else None, "shown": dict(refusal.shown),
    }  # fmt: skip


def refusal_of(entry: Json) -> Refusal | None:
    """The refusal of an entry; None for an accepted command."""
    kept = entry["verdict"].get("refusal")
    if kept is None:
        return None
    return Refusal(
        kept["control"], kept["kind"], kept["family"], kept["risk"], text_of(kept["message"]), text_of(kept["remedy"]),
        text_of(kept["source"]) if kept["source"] else None, kept["shown"],
    )  # fmt: skip


def command_of(entry: Json) -> Command:
    """The command of an entry."""
    c = entry["command"]
    stands = standins.standing(entry["facts"].get(standins.fact_of(c["actor"])), c["at"])
    return Command(
        entry["case"] or "", c["step"], c["act"], c["data"], c["actor"], c["post"], c["at"], c["key"], c.get("behalf", ""), stands
    )


def events_of(entry: Json) -> list[Event]:
    """The events of an accepted entry; none for a refusal."""
    c = entry["command"]
    return [
        Event(e["kind"], c["step"], c["act"], c["actor"], c["post"], c["at"], c["data"], e["to"], c.get("behalf", ""))
        for e in entry["verdict"].get("events", ())
    ]  # fmt: skip


def read_json(case: Case, person: str, fields: Iterable[str], facts: Facts) -> dict[str, Any]:
    """A reading of fields under an embargo as entries keep it: by whom, of what, and the facts that put them on the list."""
    matter = case.matter
    kept = {"matter": matter.id, "version": matter.version, "case": case.id, "person": person}
    return {**kept, "fields": sorted(fields), "facts": dict(facts)}


def alert_json(
    matter: Matter, alert: Alert, risk: str, explanation: Text, time: Json, facts: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    """An alert as entries keep that it was raised: by which control, about what and whom, and by when (``time``) it is to be verified;
    ``facts`` are the entries of ledgers that it stands on and no case wrote, where there are any."""
    return {
        "matter": matter.id, "version": matter.version, "control": alert.control, "risk": risk, "about": alert.about, "level": alert.level,
        "cases": [*alert.cases], "people": [*alert.people], "explanation": text_json(explanation), "time": time,
        **({"facts": [[*one] for one in facts]} if facts else {}),
    }  # fmt: skip


class Worked(NamedTuple):
    """A judged act on an alert: the entry, and the alert after it."""

    entry: dict[str, Any]
    alert: Alert
    refusal: Refusal | None


def judge_work(matter: Matter, alert: Alert, work: Work, facts: Facts) -> Worked:
    """Judge an act on an alert and say what it leaves. Raises CommandError for a malformed one, of which nothing is kept."""
    alerts.read(matter, alert, work)
    verdict = alerts.judge(matter, alert, work, facts)
    told = {"events": [verdict._asdict()]} if isinstance(verdict, Done) else {"refusal": refusal_json(verdict)}
    kept = {
        "matter": matter.id, "version": matter.version, "control": alert.control, "about": alert.about, "act": work.act,
        "data": dict(work.data), "actor": work.actor, "key": work.key, "facts": dict(facts), "verdict": told,
    }  # fmt: skip
    entry = {"case": None, "n": 0, "prev": "", "at": work.at, "work": kept}
    return Worked(entry, alerts.evolve(alert, kept, work.at), verdict if isinstance(verdict, Refusal) else None)


def torn(entry: Json) -> Text | None:
    """What an entry lacks of its own shape, or holds that is of another kind; None for one that can be judged."""
    other = next((name for name in OTHERS if name in entry), "")
    found = broken(entry[other], OTHERS[other], other) if other else None
    if found is None and other == "fact" and entry["fact"]["ledger"] == standins.LEDGER:
        found = broken(entry["fact"]["data"], standins.DATA, "fact.data")
    if found is None and other == "read":
        found = _false_shapes(entry["read"]["facts"], "read.facts")
    if found is None and other == "alert":
        kept = entry["alert"]
        found = (
            broken(kept.get("people"), Or([WORD]), "alert.people")
            or broken(kept.get("time"), Or(TIME), "alert.time")
            or broken(kept.get("facts"), Or([[WORD]]), "alert.facts")
        )
    if found is None and other == "work":
        found = (
            broken(entry.get("at"), MOMENT, "at")
            or _false_verdict(entry["work"], "work.")
            or _false_shapes(entry["work"]["facts"], "work.facts")
        )
    return found if found is not None or "command" not in entry else _torn_command(entry)


def _torn_command(entry: Json) -> Text | None:
    """What a judged command lacks of its shape."""
    return (
        broken(entry, COMMAND)
        or broken(entry["command"].get("behalf"), BEHALF, "command.behalf")
        or _false_verdict(entry)
        or _false_shapes(entry["facts"], "facts")
    )


def _false_verdict(judged: Json, place: str = "") -> Text | None:
    """What is wrong with the shape of a verdict."""
    verdict = judged["verdict"]
    if [*verdict] not in EITHER:
        return Text(f"“{place}verdict”应为 events 与 refusal 中的一项", f"“{place}verdict” should be one of events and refusal")
    (name,) = verdict
    return broken(verdict[name], VERDICTS[name], f"{place}verdict.{name}")


def _false_shapes(facts: Json, place: str) -> Text | None:
    """What facts hold that is of another kind than what gates are told by such a name."""
    for fact, value in facts.items():
        shape = FACTS.get(fact.partition(":")[0], ANY_FACT)
        found = None if shape.fits(value) else broken(value, shape, f"{place}.{fact}")
        if found is None and fact.startswith(STANDS):
            found = broken(value["data"], standins.DATA, f"{place}.{fact}.data") if value else None
        if found is not None:
            return found
    return None


def _malformed(error: CommandError) -> Text:
    told = joined(Text(f"“{e.field}”{e.message.zh}", f"“{e.field}” {e.message.en}") for e in error.errors)
    return Text(f"命令不合规却入了存证：{told.zh}", f"a malformed command was kept: {told.en}")


def _called(matter: Matter, fact: str) -> Text:
    """What a fact is called: that of a ledger by its title and key."""
    kind, _, name = fact.partition(":")
    of, _, key = name.partition(":")
    label = matter.label(of)
    match kind:
        case "entry":
            return Text(f"{label.zh}“{key}”", f"“{key}” of {label.en}")
        case "acted":
            return Text(f"{label.zh}“{key}”所涉办件的经办人", f"who acted in the case behind “{key}” of {label.en}")
        case "members":
            return Text(f"{label.zh}的成员", f"the members of {label.en}")
        case "posts" | "roles" | "leads":
            return Text(f"{of}的任职", f"the posts of {of}")
        case "person" | "file":
            return Text(f"人员 {of}" if kind == "person" else f"文件 {of[:12]}…", f"the {kind} {of[:12]}")
    return Text("预警所涉人员", "who is named in the alert") if kind == "named" else quoted(both(fact))


def fold(case: Case, entries: Iterable[Json]) -> Case:
    """A case after more of its entries."""
    for entry in entries:
        for event in events_of(entry):
            case = evolve(case, event)
    return case


class Rejudge:
    """Judges entries again in the order of the log, from the first, and says where the log does not hold.

    It keeps the cases and the ledgers as the log makes them: a ledger fact that differs from what the log wrote before is found,
    and so is a fact that is missing, a fact too many, or a verdict that comes out differently. The words of a refusal are no part of
    that (ADR 6): ``reworded`` counts those that would be told otherwise today.
    """

    def __init__(self, matter_of: Callable[[str], Matter]) -> None:
        self.reworded = 0
        self._matter_of = matter_of
        self._cases: dict[str, Case] = {}
        self._actors: dict[str, set[str]] = {}
        self._commented: dict[str, set[str]] = {}
        self._alerts: dict[tuple[str, str, str], Alert] = {}
        self._ledgers = Ledgers()

    def faults(self, entries: Iterable[tuple[int, Json]]) -> Iterator[tuple[int, Text]]:
        """(leaf, what is wrong) of every entry that does not come out the same."""
        for index, entry in entries:
            message = self.check(entry)
            if message is not None:
                yield index, message

    def check(self, entry: Json) -> Text | None:
        """What is wrong with the next entry of the log; None when it comes out the same."""
        found = torn(entry)
        if found is not None:
            return Text(f"存证内容不完整：{found.zh}", f"the entry is not whole: {found.en}")
        if "fact" in entry:
            fact = entry["fact"]
            if fact["ledger"] == standins.LEDGER:
                everybody = {key: standins.stands(one["data"]) for key, one in self._ledgers.rows(standins.LEDGER)}
                found = standins.wrong(fact["key"], fact, entry["at"], everybody)
            self._ledgers.place(fact["ledger"], fact["key"], fact["data"])
            return found
        if "read" in entry:
            return self._read(entry["read"])
        if "alert" in entry:
            kept = entry["alert"]
            place = kept["matter"], kept["control"], kept["about"]
            self._alerts[place] = alerts.raised(self._alerts.get(place), kept, entry.get("at", ""))
            return None
        if "work" in entry:
            return self._worked(entry["work"], entry["at"])
        return self._judged(entry) if "command" in entry else None

    def _matter(self, entry: Json) -> Matter | Text:
        """The matter that an entry was judged by, or what is wrong with how it names it."""
        try:
            matter = self._matter_of(entry["version"])
        except (KeyError, ValueError):
            return Text(f"没有事项版本 {entry['version'][:12]}", f"the matter's version {entry['version'][:12]} is not here")
        return matter if entry["matter"] == matter.id else Text("事项与版本不符", "the matter is not that of its version")

    def _read(self, kept: Json) -> Text | None:
        """What is wrong with a reading: of a case that is not there, of what is under no embargo, or by somebody who is not on the list."""
        matter = self._matter(kept)
        if not isinstance(matter, Matter):
            return matter
        case, person, facts, fields = self._cases.get(kept["case"]), kept["person"], kept["facts"], frozenset(kept["fields"])
        if case is None or case.matter.version != matter.version:
            return Text(f"查阅的办件 {kept['case']} 不在此前的存证中", f"the case {kept['case']} that was read is not in the log before")
        asked = {":".join(need) for need in embargo.asks(matter, person)}
        if asked != facts.keys():
            return self._other_facts(matter, asked ^ facts.keys())
        if not fields or not fields <= embargo.withheld(case) or fields & embargo.hidden(case, person, facts):
            told = joined(quoted(matter.label(name)) for name in sorted(fields))
            return Text(f"{person} 对{told.zh}的查阅与当时的阅知名单不符", f"{person} was not on the list to read {told.en} at that time")
        return None

    def _worked(self, kept: Json, at: str) -> Text | None:
        """What is wrong with an act on an alert: one that nothing raised, other facts than the log made, or another verdict."""
        matter, alert = self._matter(kept), self._alerts.get((kept["matter"], kept["control"], kept["about"]))
        if not isinstance(matter, Matter):
            return matter
        if alert is None:
            return Text("所办理的预警不在此前的存证中", "the alert that was worked is not in the log before")
        if at < alert.at:
            return Text(f"时间倒退：{at}，而此预警此前已到 {alert.at}", f"time runs back to {at}, where its alert had come to {alert.at}")
        work = Work(kept["act"], kept["data"], kept["actor"], at, kept["key"])
        try:
            alerts.read(matter, alert, work)
            return self._work_differs(matter, alert, work, kept)
        except CommandError as error:
            return _malformed(error)

    def _work_differs(self, matter: Matter, alert: Alert, work: Work, kept: Json) -> Text | None:
        asked, facts = {":".join(need): need for need in alerts.needs(alert, work)}, kept["facts"]
        if asked.keys() != facts.keys():
            return self._other_facts(matter, asked.keys() ^ facts.keys())
        known = {name: self._written(alert, need) for name, need in asked.items() if need[0] in ("named", "entry", "turn")}
        false = next((name for name, values in known.items() if facts[name] not in values), None)
        if false is not None:
            told = _called(matter, false)
            return Text(f"与此前存证不符：{told.zh}", f"what the log wrote before differs: {told.en}")
        worked = judge_work(matter, alert, work, facts)
        if not self._same_verdict(kept["verdict"], worked.entry["work"]["verdict"], worked.refusal):
            return AGAIN
        if worked.refusal is None:
            self._alerts[alert.place] = worked.alert
        return None

    def _written(self, alert: Alert, need: Need) -> tuple[Any, ...]:
        """What a fact of an act on an alert can be as the log made it: a ledger entry, who is named in the alert or acted in its cases
        so far, or a case as a turn: of which small matter, which turn it carries, and how it stands."""
        if need[0] == "entry":
            return (self._ledgers.fact(*need[1:]),)
        if need[0] == "named":
            return self._who(alert.cases, alert.people)
        case = self._cases.get(need[1])
        return ({"matter": case.matter.id, "period": case.values.get("period", ""), "status": case.status} if case is not None else None,)

    def _who(self, cases: Iterable[str], beside: Iterable[str] = ()) -> tuple[list[str], list[str]]:
        """These people and who acted in these cases until now; and the same with those who only commented, who counted too at first
        (ADR 7). More people only bar more."""
        acted = {*beside}.union(*(self._actors.get(case, ()) for case in cases))
        return sorted(acted), sorted(acted.union(*(self._commented.get(case, ()) for case in cases)))

    def _other_facts(self, matter: Matter, names: Iterable[str]) -> Text:
        told = joined(_called(matter, name) for name in sorted(names))
        return Text(f"存证所附的事实不是判断所需的事实：{told.zh}", f"the facts kept are not those that the verdict needs: {told.en}")

    def _judged(self, entry: Json) -> Text | None:
        matter = self._matter(entry)
        if not isinstance(matter, Matter):
            return matter
        case = self._cases.get(entry["case"] or "") or matter.new_case(entry["case"] or "")
        command, facts = command_of(entry), entry["facts"]
        stands = standins.standing(self._ledgers.fact(standins.LEDGER, command.actor), command.at)
        if stands != command.stands:
            return Text(
                f"{command.actor} 代理何人与此前存证不符", f"whom {command.actor} stood in for differs from what the log wrote before"
            )
        try:
            reading = read(matter, case, command)
            asked = {":".join(need): need for need in reading.needs}
            judged = judge(matter, case, command, facts, reading)
        except CommandError as error:
            return _malformed(error)
        fault = self._differs(matter, entry, judged, asked)
        if fault is None and judged.refusal is None:
            self._cases[judged.case.id] = judged.case
            self._actors.setdefault(judged.case.id, set()).update(command.acted)
            if command.act == COMMENT:
                self._commented.setdefault(judged.case.id, set()).add(command.actor)
            self._ledgers.apply(judged.case.id, judged.changes)
        return fault

    def _differs(self, matter: Matter, entry: Json, judged: Judged, asked: Mapping[str, Need]) -> Text | None:
        """What the entry says otherwise than its judgement now: the facts, or what came of them."""
        facts = entry["facts"]
        if asked.keys() != facts.keys():
            return self._other_facts(matter, asked.keys() ^ facts.keys())
        false = next((n for n, need in asked.items() if need[0] == "entry" and facts[n] != self._ledgers.fact(*need[1:])), None)
        if false is not None:
            told = _called(matter, false)
            return Text(f"台账事实与此前存证不符：{told.zh}", f"the ledger fact differs from what the log wrote before: {told.en}")
        false = next((n for n, need in asked.items() if need[0] == "acted" and facts[n] not in self._acted(*need[1:])), None)
        if false is not None:
            told = _called(matter, false)
            return Text(f"与此前存证不符：{told.zh}", f"what the log wrote before differs: {told.en}")
        if judged.entry["n"] != entry["n"] or judged.entry["case"] != entry["case"] or not self._same(entry["verdict"], judged):
            return AGAIN
        return None

    def _acted(self, ledger: str, key: str) -> tuple[list[str] | None, ...]:
        """What may be told of who did something in the case that an entry of a ledger leads to; None where there is no entry."""
        entry = self._ledgers.fact(ledger, key)
        return self._who([entry["case"] or ""]) if entry else (None,)

    def _same(self, kept: Json, judged: Judged) -> bool:
        """Whether a verdict is the one kept: the same events, or a refusal of the same substance, whatever it was told in.

        Of a rule that every matter has, the matter doesn't say which risk it guards: that is told, as words are.
        """
        told = judged.refusal
        matter, kept_refusal = judged.case.matter, kept.get("refusal")
        if told is not None and kept_refusal is not None and self._of_every_matter(matter, told, kept_refusal):
            told = told._replace(risk=kept_refusal["risk"], source=text_of(kept_refusal["source"]) if kept_refusal["source"] else None)
        return self._same_verdict(kept, judged.entry["verdict"], told)

    def _of_every_matter(self, matter: Matter, refusal: Refusal, kept: Json) -> bool:
        return refusal.control not in {one.id for one in matter.controls} and kept["risk"] in {"", *(risk.id for risk in matter.risks)}

    def _same_verdict(self, kept: Json, again: Json, refusal: Refusal | None) -> bool:
        """Whether a verdict is the one kept, or a refusal of the same substance."""
        if again == kept:
            return True
        if refusal is None or "refusal" not in kept:
            return False
        told = kept["refusal"]
        worded = refusal._replace(message=text_of(told["message"]), remedy=text_of(told["remedy"]))
        if {"refusal": refusal_json(worded)} != kept:
            return False
        self.reworded += 1
        return True
