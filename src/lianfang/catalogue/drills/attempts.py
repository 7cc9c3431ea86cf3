"""Attempts that nobody wrote: the lawful drills, with somebody else, out of order, just past a limit, twice, after an edit, too late,
before an opinion is given.

What must not pass is told by the oracle, which reads the declaration, and by the limits; whether it passes, by the office that is drilled.
An attempt of which neither says that it must not pass is not made. Everything follows from the catalogue: the same attempts every time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from lianfang.catalogue.drills import edits
from lianfang.catalogue.drills.limits import At, past
from lianfang.catalogue.drills.office import MemoryOffice
from lianfang.catalogue.drills.oracle import Absent, Oracle, Standing, Try
from lianfang.catalogue.drills.otherwise import declaring, for_one, otherwise, outside, parties, stands_until, units
from lianfang.catalogue.drills.runner import Desk, Stage
from lianfang.catalogue.drills.tally import Attempt, Tally, tallies
from lianfang.catalogue.references import step_of
from lianfang.catalogue.schema import ActSpec, DrillSpec
from lianfang.kernel.build import without
from lianfang.kernel.calendar import Calendar
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.decide import FORWARD
from lianfang.kernel.model import CommandError, Matter, Refusal, Text
from lianfang.kernel.schedule import Duration, add, end_of_day, utc_moment, utc_text

REASON = {"opinion": "—"}
NOBODY = Absent()
A_DAY = Duration(1, "d")
Data = Mapping[str, Any]


def attempts(stage: Stage) -> dict[str, Tally]:
    """Everything that can be tried beside the lawful drills of a matter, by sort, but for those with stand-ins: the generator names its
    own. ``stage.matter`` judges; what is declared says what it must refuse."""
    generator = _Generator(stage)
    lawful = [drill for drill in stage.file.drills.drills if drill.lawful and not drill.stand_ins]
    for drill in lawful:
        generator.walk(drill)
    for drill in lawful:
        for other in edits.shifted(stage.file.matter, drill):
            generator.walk(other, shifted=True)
    return generator.tallies


class _Here(NamedTuple):
    """Where a drill stands before one of its acts: the office, what the oracle knows of the case, and what comes."""

    drill: DrillSpec
    number: int
    desk: Desk
    office: MemoryOffice
    oracle: Oracle
    matter: Matter
    case: Standing
    act: ActSpec
    step: str
    do: str
    data: dict[str, Any]

    @property
    def files(self) -> list[str]:
        """The drills' papers, by their SHA-256."""
        return [sha256 for sha256, _ in self.desk.papers.values()]

    @property
    def before(self) -> list[ActSpec]:
        """The acts of the same case before this one."""
        return [act for act in self.drill.script[: self.number - 1] if not act.still and act.case == self.act.case]

    @property
    def ahead(self) -> list[ActSpec]:
        """This act and those of the same case after it."""
        return [act for act in self.drill.script[self.number - 1 :] if not act.still and act.case == self.act.case]


class _Generator:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage._replace(detect=_blind)
        self.members = stage.catalogue.organisation.members
        self.posts = stage.catalogue.organisation.posts_among(stage.matter.names)
        self.tallies = tallies()
        self.oracles = {"": Oracle(stage.file.matter, stage.catalogue)}
        self.oracles.update({name: Oracle(duty, stage.catalogue) for name, duty in stage.file.duties.items()})
        self.seen: set[str] = set()
        self.samples: dict[tuple[str, str], ActSpec] = {}
        for act in (act for drill in stage.file.drills.drills if drill.lawful for act in drill.script if not act.still):
            if self.forward(act):
                self.samples.setdefault((act.duty, self.step(act)), act)

    def step(self, act: ActSpec) -> str:
        """The step that an act of a script takes."""
        return step_of(act, self.oracles[act.duty].matter)

    def forward(self, act: ActSpec) -> bool:
        """Whether an act of a script goes on, and does not return or reject."""
        return not act.act or act.act in FORWARD

    def walk(self, drill: DrillSpec, *, shifted: bool = False) -> None:
        """Go through a drill and try, before and after each act, what must not pass. In one that was ``shifted`` only the order is tried:
        its own acts go past a limit where they no longer fit the figure."""
        desk = Desk(self.stage, drill)
        cases: dict[str, Standing] = {}
        for number, act in enumerate(drill.script, 1):
            if act.still:
                desk.submit(act)
                continue
            here = self.here(drill, number, desk, cases.get(act.case, Standing()))
            new = self.new(drill, number)
            if new:
                self.order(here)
                if not shifted:
                    self.before(here)
            wrong = self.barred(here, here.case, here.office, act.who, here.step, here.do, here.data)
            if wrong is not None and new:
                sort = "limit" if shifted else "order"
                self.tried(here, sort, here.office, here.case, act.who, here.step, here.do, here.data, wrong)
            at = desk.office.now
            if wrong is not None or desk.submit(act) is not None:
                return
            cases[act.case] = here.oracle.after(here.case, act.who, here.step, here.do, here.data, at)
            if new and not shifted:
                again = here._replace(case=cases[act.case])
                self.tried(again, "twice", again.office, again.case, act.who, again.step, again.do, again.data)
                if number == len(drill.script):
                    self.order(again)

    def here(self, drill: DrillSpec, number: int, desk: Desk, case: Standing) -> _Here:
        act = drill.script[number - 1]
        oracle, step = self.oracles[act.duty], self.step(act)
        matter = self.stage.file.duties[act.duty] if act.duty else self.stage.matter
        do = act.act or oracle.matter.steps[step].acts[0]
        return _Here(drill, number, desk, desk.office, oracle, matter, case, act, step, do, desk.filled(act.data))

    def new(self, drill: DrillSpec, number: int) -> bool:
        """Whether no drill stood here before, with the same acts behind it."""
        key = repr((drill.also, [act.model_dump() for act in drill.script[:number]]))
        before = len(self.seen)
        self.seen.add(key)
        return len(self.seen) > before

    def before(self, here: _Here) -> None:
        """What is tried before an act beside what is out of order."""
        self.person(here)
        self.delegate(here)
        self.reading(here)
        if here.do in FORWARD:
            self.opinion(here)
            self.limit(here)
            self.edit(here)
            self.twin(here)
            self.shared(here)
            self.related(here)
            self.early(here)
            self.late(here)

    def person(self, here: _Here) -> None:
        """The same act by everybody else: one of each set of posts among those that the matter or its unit knows, inside the unit and
        outside of it, and all who did something in the case, also with the post that the step needs given to them, as in a small office."""
        office, organisation = here.office, here.office.organisation
        alike: dict[tuple[object, ...], str] = {}
        for who, person in organisation.people.items():
            inside = person.unit == here.matter.unit
            alike.setdefault((inside, *(post for post in office.posts(who) if inside or post in self.posts)), who)
        actors = [*dict.fromkeys(done.who for done in here.case.done)]
        for who in dict.fromkeys([*actors, *alike.values()]):
            if who != here.act.who:
                for do in self.acts(here):
                    data = here.data if do == here.do else self.data(here, here.step, do)
                    self.tried(here, "person", office, here.case, who, here.step, do, data)
        post = here.oracle.matter.steps[here.step].by if here.step else ""
        if post in organisation.posts:
            for who in actors:
                if who != here.act.who and post not in office.posts(who):
                    small = office.copy({who: post})
                    self.tried(here, "person", small, here.case, who, here.step, here.do, here.data)

    def delegate(self, here: _Here) -> None:
        """The same act by the applicant and by each who did something in the case, standing in for who does it lawfully; by that one, in
        their own name, while they stand in for one of those; and by a colleague, who stands in at all posts but the one that it takes."""
        lawful, office = here.act.who, here.office
        actors = [*dict.fromkeys(who for who in (here.case.applicant, *(done.who for done in here.case.done)) if who not in ("", lawful))]
        for who in actors:
            self.stood_in(here, who, Absent(lawful, frozenset(office.posts(lawful)), on_behalf=True))
            self.stood_in(here, lawful, Absent(who, frozenset(office.posts(who))))
        by = here.oracle.matter.steps[here.step].by if here.step else ""
        unit = (person for person, known in office.organisation.people.items() if known.unit == here.matter.unit)
        other = next((one for one in unit if one not in (lawful, *actors) and by not in office.posts(one)), None)
        if other is not None:
            self.stood_in(here, other, Absent(lawful, frozenset(office.posts(lawful)) - {by}, on_behalf=True))

    def stood_in(self, here: _Here, who: str, absent: Absent) -> None:
        """Try the act while somebody stands in for somebody."""
        office = here.office.copy()
        ends = add(office.now, A_DAY, here.matter.calendar.guessing())
        office.lend(absent.person, who, sorted(absent.posts), office.now, ends)
        self.tried(here, "delegate", office, here.case, who, here.step, here.do, here.data, absent=absent)

    def opinion(self, here: _Here) -> None:
        """The same act while somebody's opinion on it is not given; the applicant's or one's own opinion; and one by who was not asked."""
        lawful, applicant, office = here.act.who, here.case.applicant, here.office.copy()
        if here.case.status != "open":
            return
        asked = {"step": here.step, **REASON}
        for who in dict.fromkeys((lawful, applicant)):
            self.tried(here, "opinion", office, here.case, lawful, "", "consult", {**asked, "people": [who]})
        others = (one for one in office.organisation.people if one not in (lawful, applicant))
        adviser = next((one for one in others if self.passes(here, office, "consult", {**asked, "people": [one]})), None)
        if adviser is None:  # a meeting is asked nothing by one of its members
            return
        case = here.oracle.after(here.case, lawful, "", "consult", {**asked, "people": [adviser]}, office.now)
        self.tried(here, "opinion", office, case, lawful, here.step, here.do, here.data)
        for who in dict.fromkeys((lawful, applicant)):
            self.tried(here, "opinion", office, case, who, "", "advise", {**asked, "agrees": True})

    @staticmethod
    def passes(here: _Here, office: MemoryOffice, do: str, data: Data) -> bool:
        """Do an act beside the steps as who does the step; whether it passed."""
        return office.act(here.act.who, here.act.case, "", do, data, here.act.duty) is None

    def acts(self, here: _Here) -> tuple[str, ...]:
        """What can be done at the step of an act; beside the steps, the act itself."""
        return here.oracle.matter.steps[here.step].acts if here.step else (here.do,)

    def order(self, here: _Here) -> None:
        """Every other step, by who does it lawfully when it is its turn; and taking the case back, once it is too late."""
        for step, declared in here.oracle.matter.steps.items():
            sample = self.sample(here, step)
            for do in (*declared.acts, *declared.closed):
                who = sample.who if sample is not None else here.act.who
                self.tried(here, "order", here.office, here.case, who, step, do, self.data(here, step, do))
        self.tried(here, "order", here.office, here.case, here.case.applicant or here.act.who, "", "withdraw", {})

    def limit(self, here: _Here) -> None:
        """Every value of the act just past what each control at the step allows."""
        papers = {here.desk.papers[name][0]: paper for name, paper in self.stage.file.drills.files.items()}
        values = {**here.case.values, **{name: value for name, value in here.data.items() if name in here.oracle.matter.record}}
        organisation = here.office.organisation
        body = here.oracle.matter.steps[here.step].by.removeprefix("body:")
        for control in here.oracle.matter.controls:
            if here.step in control.steps:
                entry = self.entry(here, control, values)
                at = At(
                    here.oracle.matter, here.step, here.act.who, here.case.applicant or here.act.who, here.office.now, here.data, values,
                    papers, entry, self.members(body, here.office.now), lambda who: organisation.people[who].unit,
                )  # fmt: skip
                why = Text(f"越过“{control.title.zh}”的界限", f"past what “{control.title.en}” allows")
                for data in past(control, at):
                    self.tried(here, "limit", here.office, here.case, here.act.who, here.step, here.do, data, why)
                for data in otherwise(control, at):
                    self.filled(here, data, why)

    def filled(self, here: _Here, data: Data, why: Text) -> None:
        """The same act where these fields were filled in so: with itself, or with the last act of the case that has them in its form."""
        script = [*here.drill.script[: here.number]]
        for number in range(here.number - 1, -1, -1):
            act = script[number]
            ours = not act.still and act.step and (act.case, act.duty) == (here.act.case, here.act.duty) and self.forward(act)
            if ours and data.keys() <= {*here.oracle.matter.steps[self.step(act)].form}:
                script[number] = act.model_copy(update={"data": {**act.data, **data}})
                self.replayed(here, "limit", script, why)
                return

    def replayed(self, here: _Here, sort: str, script: Sequence[ActSpec], why: Text, at: str = "") -> None:
        """A drill that goes otherwise up to an act (and waits for a moment before it), which must be stopped by then."""
        desk = Desk(self.stage, here.drill)
        for act in script[:-1]:
            stopped = desk.submit(act)
            if stopped is not None:
                self.tallies[sort].met(stopped)
                return
        if at:
            desk.office.wait_until(max(at, desk.office.now))
        last = script[-1]
        self.tried(here, sort, desk.office, here.case, last.who, here.step, here.do, desk.filled(last.data), why)

    def early(self, here: _Here) -> None:
        """The same act in the last second of a notice that it waits for: what came between is done at once."""
        for control in here.oracle.matter.controls:
            if control.kind != "publicity" or here.step not in control.params["at"]:
                continue
            published = max((done.at for done in here.case.done if done.step == control.params["notice"]), default=None)
            if published is None:
                continue
            script = here.drill.script[: here.number]
            noticed = max(n for n, act in enumerate(script) if not act.still and self.step(act) == control.params["notice"])
            hurried = [act for n, act in enumerate(script) if n < noticed or not act.pass_]
            why = Text(f"公示期还差一秒（“{control.title.zh}”）", f"a second before the notice has stood (“{control.title.en}”)")
            self.replayed(here, "early", hurried, why, stands_until(control, published, here.oracle.matter.calendar.guessing()))

    def related(self, here: _Here) -> None:
        """The same act where who does it, or takes part in it, has declared a party or was declared by it; by a party, and by somebody of a
        unit that it is about, where they hold the post too."""
        for control in here.oracle.matter.controls:
            if control.kind != "recusal" or here.step not in control.params["at"]:
                continue
            why = Text(f"应当回避（“{control.title.zh}”）", f"they must stand back (“{control.title.en}”)")
            values = {**here.case.values, **here.data}
            against = parties(control, here.case.applicant or here.act.who, values)
            for who, office in (*self.declared(here, control, against), *self.given(here, control, against, values)):
                self.tried(here, "related", office, here.case, who, here.step, here.do, here.data, why)

    def declared(self, here: _Here, control: Control, against: Sequence[str]) -> Iterator[tuple[str, MemoryOffice]]:
        """Who does the act, in an office where a relation between a party and somebody who takes part in it was declared."""
        ledger, column, act = control.params["ledger"], control.params["related"], here.act
        beside = [one for name in control.params["people"] for one in _several({**here.case.values, **here.data}.get(name))]
        for party in against if ledger else ():
            spec = self.stage.catalogue.ledgers[ledger]
            for who in dict.fromkeys([act.who, *here.data.get("attendance", ())[:1], *beside[:1]]):
                for one, other in ((who, party), (party, who)):
                    office = here.office.copy()
                    known = office.ledgers.fact(ledger, one)
                    office.ledgers.place(ledger, one, {**(known["data"] if known else {}), **declaring(spec, column, other)})
                    yield act.who, office

    def given(self, here: _Here, control: Control, against: Sequence[str], values: Data) -> Iterator[tuple[str, MemoryOffice]]:
        """A party, and one of each unit that it is about, in an office where they hold the post of the step."""
        organisation, post = here.office.organisation, here.oracle.matter.steps[here.step].by
        about = units(control, values)
        one_of = (next((who for who, known in organisation.people.items() if known.unit == unit), "") for unit in about)
        for who in dict.fromkeys([*against, *one_of]):
            if post in organisation.posts and who in organisation.people:
                yield who, here.office.copy({who: post})

    def reading(self, here: _Here) -> None:
        """Somebody of each set of posts that the matter knows, who stands on no reading list, looks at what is under an embargo."""
        office, organisation = here.office, here.office.organisation
        for control in here.oracle.matter.controls:
            if control.kind != "embargo" or here.case.status == "new" or here.act.duty:
                continue

            def members(body: str) -> tuple[str, ...]:
                return self.members(body, office.now)

            posts = {who: frozenset(office.posts(who)) for who in organisation.people}
            unlisted = {held & {*self.posts}: who for who, held in posts.items() if outside(control, here.case, who, held, members)}
            fields = control.params["fields"]
            title = control.title
            why = Text(f"公布之前不得查阅（“{title.zh}”）", f"not to be read before its release (“{title.en}”)")
            readers = [*unlisted.values()]
            for who, name in dict.fromkeys(
                [*((who, fields[0]) for who in readers), *((who, name) for who in readers[:1] for name in fields)]
            ):
                if self.tallies["reading"].met(office.reads(who, here.act.case, name)):
                    self.tallies["reading"].accepted.append(self.attempt(here, "reading", who, "", f"reads {name}", why))

    @staticmethod
    def entry(here: _Here, control: Control, values: Data) -> Data | None:
        """The entry that the control compares with. What cases have used of an allowance is known only where they were played."""
        if control.kind == "match" and control.params["ledger"]:
            return here.oracle.entry(control, values)
        if control.kind != "limit" or not control.params["ledger"]:
            return None
        try:
            standing = here.office.ledgers.fact(control.params["ledger"], str(control.params["key"](values)))
        except KeyError:  # what names the entry is not filled in
            return None
        return standing["data"] if standing is not None else None

    def edit(self, here: _Here) -> None:
        """What was filled in is changed after somebody agreed: on the spot, and after a return; then the old approvals are relied on."""
        forms = [act for act in here.before if self.forward(act) and here.oracle.matter.steps[self.step(act)].form]
        forms = [*{self.step(act): act for act in forms}.values()]
        for act in forms:
            for data in edits.edits(here.oracle.matter.record, here.desk.filled(act.data), here.files):
                self.tried(here, "edit", here.office, here.case, act.who, self.step(act), act.act or "do", data)
        declared = here.oracle.matter.steps[here.step]
        office = here.office.copy()
        if "return" not in declared.acts or not self.done(office, here.act, here.step, "return", REASON):
            return
        undone = here.oracle.undone(declared.returns_to)
        case = here.oracle.after(here.case, here.act.who, here.step, "return", REASON, office.now)
        self.relied(here, office, case)
        again = [act for act in forms if self.step(act) in undone]
        for change in edits.changes(here.oracle.matter.record, [here.desk.filled(act.data) for act in again], here.files):
            self.changed(here, office.copy(), case, again, change)

    def changed(self, here: _Here, office: MemoryOffice, case: Standing, forms: list[ActSpec], change: list[Data]) -> None:
        """Fill the forms in again, changed, and go on as if they had been approved so."""
        for act, data in zip(forms, change, strict=True):
            step = self.step(act)
            if not self.done(office, act, step, act.act, data):
                return
            case = here.oracle.after(case, act.who, step, act.act or "do", data, office.now)
        self.relied(here, office, case)

    def relied(self, here: _Here, office: MemoryOffice, case: Standing) -> None:
        """All that comes in the drill, where it is not its turn any more."""
        for act in here.ahead:
            step = self.step(act)
            if not step:
                continue
            do = act.act or here.oracle.matter.steps[step].acts[0]
            self.tried(here, "edit", office, case, act.who, step, do, here.desk.filled(act.data))

    def twin(self, here: _Here) -> None:
        """Two cases at once that use the same thing: it is taken by the first."""
        for control in here.oracle.matter.controls:
            if control.kind != "unique" or here.step not in control.steps or not self.takes(here, control):
                continue
            office = here.office.copy()
            twin = {act.case: f"{act.case}-2" for act in here.drill.script}
            same = [act.model_copy(update={"case": twin[act.case]}) for act in here.before]
            ready = all(self.done(office, act, self.step(act), act.act, here.desk.filled(act.data)) for act in same)
            if ready and self.done(office, here.act, here.step, here.do, here.data):
                second = here._replace(act=here.act.model_copy(update={"case": twin[here.act.case]}))
                why = Text(f"已被另一办件占用（“{control.title.zh}”）", f"another case has it (“{control.title.en}”)")
                self.tried(second, "twice", office, here.case, here.act.who, here.step, here.do, here.data, why)

    def shared(self, here: _Here) -> None:
        """Two cases at once for the last fen of an allowance that the act reserves of: there is enough for one. What may be used once is
        not judged here, since the second case is the first one over again."""
        for control in here.oracle.matter.controls:
            entry = self.entry(here, control, {**here.case.values, **here.data}) if self.reserves(here, control) else None
            left = for_one(control, entry, {**here.case.values, **here.data}, here.office.now) if entry is not None else None
            if left is None:
                continue
            matter = here.office.matter
            for one in (one for one in here.oracle.matter.controls if one.kind == "unique"):
                matter = without(matter, one.id)
            desk = Desk(self.stage._replace(matter=matter), here.drill)
            twins = {case: f"{case}-2" for case in (act.case for act in here.drill.script)}
            script = [*here.drill.script[: here.number - 1]]
            script += [act.model_copy(update={"case": twins[act.case]}) for act in script if not act.happens]
            key = str(control.params["key"]({**here.case.values, **here.data}))
            desk.office.ledgers.place(control.params["ledger"], key, left)
            ready = all(desk.submit(act) is None for act in script)
            if ready and desk.submit(here.act) is None:
                second = here._replace(act=here.act.model_copy(update={"case": twins[here.act.case]}))
                why = Text(f"余额只够一件（“{control.title.zh}”）", f"what is left is enough for one (“{control.title.en}”)")
                self.tried(second, "twice", desk.office, here.case, here.act.who, here.step, here.do, here.data, why)

    def reserves(self, here: _Here, control: Control) -> bool:
        """Whether the act is judged by an allowance and adds to its entry."""
        if control.kind != "limit" or not control.params["ledger"] or here.step not in control.steps or here.act.duty:
            return False
        return any(write.adds and write.ledger == control.params["ledger"] for write in here.oracle.matter.steps[here.step].writes)

    def takes(self, here: _Here, control: Control) -> bool:
        """Whether the act itself enters in the control's ledger what nobody else may then use."""
        values = {**here.case.values, **here.data}
        writes = [write for write in here.oracle.matter.steps[here.step].writes if write.ledger == control.params["ledger"] and write.open]
        return any(write.when is None or write.when(values) for write in writes)

    def late(self, here: _Here) -> None:
        """To the second: nothing is noticed when a step falls due, and a second later it is."""
        for control in here.oracle.matter.controls:
            due = _due(here, control) if control.kind == "deadline" and control.params["until"] == here.step else None
            if due is None or due < here.office.now:
                continue
            tally, office = self.tallies["late"], here.office.copy()
            tally.tried += 1
            office.wait_until(due)
            early = _noticed(office, here, control)
            office.wait_until(utc_text(utc_moment(due) + timedelta(seconds=1)))
            if not early and _noticed(office, here, control):
                tally.alarmed += 1
                continue
            title = control.title
            why = (
                Text(f"“{title.zh}”到期之时就已预警", f"“{title.en}” was alarmed at the moment it fell due")
                if early
                else Text(f"“{title.zh}”逾期一秒没有预警", f"“{title.en}” was a second late and was not alarmed")
            )
            tally.accepted.append(self.attempt(here, "late", here.act.who, here.step, here.do, why))

    def tried(
        self,
        here: _Here,
        sort: str,
        office: MemoryOffice,
        case: Standing,
        who: str,
        step: str,
        do: str,
        data: Data,
        why: Text | None = None,
        absent: Absent = NOBODY,
    ) -> None:
        """Try an act that must not pass; one of which that is not known is not tried."""
        why = why or self.barred(here, case, office, who, step, do, data, absent)
        if why is None:
            return
        stopped: Refusal | CommandError | None
        try:
            stopped = office.judged(who, here.act.case, step, do, data, here.act.duty, absent.person if absent.on_behalf else "").refusal
        except CommandError as error:
            stopped = error
        if self.tallies[sort].met(stopped):
            self.tallies[sort].accepted.append(self.attempt(here, sort, who, step, do, why))

    def barred(
        self, here: _Here, case: Standing, office: MemoryOffice, who: str, step: str, do: str, data: Data, absent: Absent = NOBODY
    ) -> Text | None:
        def members(body: str) -> tuple[str, ...]:
            return self.members(body, office.now)

        return here.oracle.barred(case, Try(who, step, do, data, frozenset(office.posts(who)), members, absent))

    def attempt(self, here: _Here, sort: str, who: str, step: str, do: str, why: Text) -> Attempt:
        return Attempt(here.oracle.matter.id, sort, here.drill.id, here.number, who, step, do, why)

    def sample(self, here: _Here, step: str) -> ActSpec | None:
        """How a step is done lawfully: in this drill, or else in another."""
        acts = (act for act in here.drill.script if not act.still and act.duty == here.act.duty)
        own = (act for act in acts if self.step(act) == step and self.forward(act))
        return next(own, self.samples.get((here.act.duty, step)))

    def data(self, here: _Here, step: str, do: str) -> Data:
        """What is filled in when a step is done, or a reason where it is returned or rejected."""
        sample = self.sample(here, step)
        if do not in FORWARD:
            return REASON
        filled: Data = here.desk.filled(sample.data) if sample is not None else {}
        return filled

    @staticmethod
    def done(office: MemoryOffice, act: ActSpec, step: str, do: str, data: Data) -> bool:
        """Do an act; whether it passed."""
        try:
            return office.act(act.who, act.case, step, do, data, act.duty) is None
        except CommandError:
            return False


def _several(value: Any) -> Sequence[str]:
    """The people whom a field names."""
    return value if isinstance(value, list) else [value] if value else []


def _blind(name: str, settings: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], /, *, calendar: Calendar) -> list[Finding]:
    """In place of the detectors, which are slow: none of these attempts is for them to notice."""
    return []


def _noticed(office: MemoryOffice, here: _Here, control: Control) -> bool:
    """Whether a deadline raised an alarm about the case: in its own name, or in that of the duty whose small matter it stands in."""
    return any(alarm.control == (here.act.duty or control.id) and here.act.case in alarm.where for alarm in office.alarms)


def _due(here: _Here, control: Control) -> str | None:
    """When the control's step falls due in the case, or None where nothing began its time, where its clock was stopped, or where it is
    not the first time: those are the hand-written drills' to try."""
    params = control.params
    stopped = any(done.step == stop["step"] for stop in params["stops"] for done in here.case.done)
    if stopped or params["each"] or any(done.step == params["until"] for done in here.case.done):
        return None
    if params["by"]:
        moment = here.case.values.get(params["by"])
        return end_of_day(moment) if moment and here.oracle.matter.record[params["by"]].type == "date" else moment
    began = max((done.at for done in here.case.done if done.step in params["from"] or not params["from"]), default=None)
    if began is None:
        return None
    if not params["from"]:
        began = here.case.done[0].at
    return add(began, params["within"], here.matter.calendar.guessing())
