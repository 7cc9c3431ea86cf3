"""One claim in the hands of everybody at once: whatever they try, in whichever order, the rules hold and the case can be finished."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from paper_office import MEMBERS, PaperOffice

from lianfang.kernel.decide import needs
from lianfang.kernel.entry import Rejudge, fold, judge
from lianfang.kernel.model import Command, Refusal

CLAIM = """
params: {small: 300, large: 500}
ledgers: {bills: {fields: {sum: int}}}
record:
  amount: {type: int, required: true, min: 1}
  bills: {type: list, required: true, min: 1, of: {number: {type: text, required: true}, sum: {type: int, required: true}}}
  paid: {type: int, required: true}
  remark: text
flow:
  - fill
  - {parallel: [[check], [look, seal]]}
  - choose:
      - {when: amount <= small, do: []}
      - otherwise: [deputy, {choose: [{when: amount <= large, do: []}, {otherwise: [meet]}]}]
  - {repeat: {acts: [ask_back, [lend, give_back]], until: close}}
  - pay
steps:
  fill: {by: applicant, form: [amount, bills], writes: [{ledger: bills, each: bills, key: norm(item.number), data: {sum: item.sum}}]}
  check: {by: head, kind: approval, returns_to: fill}
  look: {by: clerk}
  seal: {by: keeper, kind: approval, returns_to: look}
  deputy: {by: deputy, kind: approval, returns_to: fill}
  meet: {by: meeting, kind: meeting}
  ask_back: {by: clerk, form: [remark]}
  lend: {by: keeper}
  give_back: {by: keeper}
  close: {by: head}
  pay: {by: cashier, form: [paid]}
controls:
  - {id: sum, kind: match, at: fill, that: "sum(bills.map(b, b.sum)) == amount"}
  - {id: once, kind: unique, at: fill, ledger: bills, each: bills, key: norm(item.number)}
  - {id: apart, kind: distinct, steps: [fill, check, deputy, pay]}
  - id: levels
    kind: approval
    steps: [pay]
    levels: [{step: check}, {step: deputy, when: amount > small}, {step: meet, when: amount > large}]
  - {id: vote, kind: collective, at: meet, base: present}
  - {id: exact, kind: match, at: pay, that: paid == amount}
"""
WHO = {"fill": "ann", "check": "hua", "look": "ben", "seal": "kit", "deputy": "dan", "meet": "dora", "ask_back": "ben", "lend": "kit",
       "give_back": "kit", "close": "hua", "pay": "cai"}  # fmt: skip
STEPS, PEOPLE = sorted(WHO), sorted({*WHO.values(), "duo", "gil", "xu"})
APPLICANTS = ["ann", "duo", "hua", "gil"]
"""Whoever of them applies, the others can still finish the case; the only cashier could not pay an own claim."""
VOTES = {"attendance": list(MEMBERS), "votes": [{"person": person, "vote": "for"} for person in MEMBERS]}


class OneCase(RuleBasedStateMachine):
    """Two cases of one matter and a log of all that was judged."""

    def __init__(self) -> None:
        super().__init__()
        self.office = PaperOffice(CLAIM)
        self.log: list[dict[str, Any]] = []
        self.asked: dict[str, set[tuple[str, str]]] = {"a": set(), "b": set()}

    def tries(self, who: str, name: str, step: str, act: str, data: dict[str, Any]) -> Refusal | None:
        """Like ``PaperOffice.does``, but keeps the entry."""
        office, matter = self.office, self.office.matter
        case = office.cases.get(name) or matter.new_case(name)
        target = matter.steps[step].by if step else ""
        forward = {"approval": "approve", "meeting": "resolve"}.get(matter.steps[step].kind, "do") if step else ""
        post = target if target in office.organisation.posts_of(who, office.now) else ""
        one = Command(name, step, act or forward, data, who, post, office.now)
        judged = judge(matter, case, one, office.facts(needs(matter, case, one), office.now))
        self.log.append(judged.entry)
        if judged.refusal is None:
            office.cases[name] = judged.case
            office.ledgers.apply(name, judged.changes)
            self.asks(name, one, forward)
        return judged.refusal

    def asks(self, name: str, one: Command, forward: str) -> None:
        """Keep whose opinion is waited for, by what passed; no step is done while one is missing."""
        asked, on = self.asked[name], one.data.get("step", one.step)
        if one.act == "consult":
            asked |= {(on, person) for person in one.data["people"]}
        elif one.act == "advise":
            asked.remove((on, one.actor))
        elif one.act == "return":
            to = one.data.get("returns_to") or self.office.matter.steps[one.step].returns_to
            asked -= {known for known in asked if known[0] in self.office.matter.flow.from_step(to)}
        elif one.act in (forward, "recall"):
            theirs = {known for known in asked if known[0] == on}
            assert not theirs or one.act == "recall", (one, theirs)
            asked -= theirs

    def data(self, name: str, step: str, wrong: bool) -> dict[str, Any]:
        case = self.office.cases.get(name)
        amount = case.values["amount"] if case else 0
        match step:
            case "meet":
                return {**VOTES, "attendance": [*MEMBERS[:2]], "votes": []} if wrong else VOTES
            case "pay":
                return {"paid": amount + wrong}
        return {}

    @rule(
        name=st.sampled_from("ab"),
        who=st.sampled_from(APPLICANTS),
        amount=st.sampled_from([1, 300, 301, 500, 501]),
        number=st.sampled_from("12"),
        off=st.integers(0, 1),
    )
    def fill(self, name: str, who: str, amount: int, number: str, off: int) -> None:
        self.tries(who, name, "fill", "", {"amount": amount, "bills": [{"number": number, "sum": amount + off}]})

    @rule(
        name=st.sampled_from("ab"),
        step=st.sampled_from([s for s in STEPS if s != "fill"]),
        who=st.sampled_from(PEOPLE),
        wrong=st.booleans(),
    )
    def anybody_tries_anything(self, name: str, step: str, who: str, wrong: bool) -> None:
        self.tries(who, name, step, "", self.data(name, step, wrong))

    @precondition(lambda self: self.office.cases)
    @rule(name=st.sampled_from("ab"), pick=st.integers(0, 9))
    def the_right_one_does_what_waits(self, name: str, pick: int) -> None:
        case = self.office.cases.get(name)
        if case is not None and case.waiting and "fill" not in case.waiting:
            step = case.waiting[pick % len(case.waiting)]
            self.tries(WHO[step], name, step, "", self.data(name, step, wrong=False))

    @rule(
        name=st.sampled_from("ab"), step=st.sampled_from(["check", "deputy", "seal"]), act=st.sampled_from(["return", "return", "reject"])
    )
    def somebody_says_no(self, name: str, step: str, act: str) -> None:
        self.tries(WHO[step], name, step, act, {"opinion": "不行"})

    @rule(name=st.sampled_from("ab"), step=st.sampled_from(["check", "deputy", "seal"]), to=st.sampled_from(STEPS))
    def somebody_returns_it_to_a_step_of_their_choice(self, name: str, step: str, to: str) -> None:
        self.tries(WHO[step], name, step, "return", {"opinion": "不行", "returns_to": to})

    @rule(name=st.sampled_from("ab"), who=st.sampled_from(PEOPLE), act=st.sampled_from(["withdraw", "urge", "copy"]))
    def somebody_acts_beside_the_steps(self, name: str, who: str, act: str) -> None:
        case = self.office.cases.get(name)
        refusal = self.tries(who, name, "", act, {"people": ["dora"]} if act == "copy" else {})
        if refusal is None and act == "withdraw":
            assert case is not None
            assert {one.actor for acts in case.acts.values() for one in acts} == {who} == {case.applicant}

    @rule(name=st.sampled_from("ab"), step=st.sampled_from(STEPS), who=st.sampled_from(PEOPLE), person=st.sampled_from(PEOPLE))
    def somebody_asks_for_an_opinion(self, name: str, step: str, who: str, person: str) -> None:
        case = self.office.cases.get(name)
        refusal = self.tries(who, name, "", "consult", {"step": step, "people": [person], "opinion": "x"})
        assert refusal is not None or (case is not None and person not in (who, case.applicant))

    @precondition(lambda self: any(case.waiting for case in self.office.cases.values()))
    @rule(name=st.sampled_from("ab"), pick=st.integers(0, 9), person=st.sampled_from(["ben", "kit", "xu", "dora"]))
    def who_has_a_step_asks_for_an_opinion(self, name: str, pick: int, person: str) -> None:
        case = self.office.cases.get(name)
        if case is not None and case.waiting:
            step = case.waiting[pick % len(case.waiting)]
            self.tries(WHO[step], name, "", "consult", {"step": step, "people": [person], "opinion": "x"})

    @precondition(lambda self: any(self.asked.values()))
    @rule(name=st.sampled_from("ab"), agrees=st.booleans())
    def who_is_asked_gives_an_opinion(self, name: str, agrees: bool) -> None:
        for step, who in sorted(self.asked[name])[:1]:
            self.tries(who, name, "", "advise", {"step": step, "agrees": agrees, "opinion": "x"})

    @rule(name=st.sampled_from("ab"), step=st.sampled_from(STEPS))
    def the_asking_is_taken_back(self, name: str, step: str) -> None:
        self.tries(WHO[step], name, "", "recall", {"step": step})

    @invariant()
    def what_is_done_was_lawful(self) -> None:
        for case in self.office.cases.values():
            people = {step: {act.actor for act in case.acts.get(step, ())} for step in ("fill", "check", "deputy", "pay")}
            for one in case.asked:
                people[one.step] = people.get(one.step, set()) | ({one.person} if one.agrees is not None and one.step in people else set())
            apart = [people[step] for step in ("fill", "check", "deputy", "pay")]
            assert sum(map(len, apart)) == len(set().union(*apart)), people
            if case.status == "completed":
                amount = case.values["amount"]
                assert case.values["paid"] == amount == sum(line["sum"] for line in case.values["bills"])
                assert ("deputy" in case.acts) == (amount > 300)
                assert ("meet" in case.acts) == (amount > 500)
                assert {"fill", "check", "look", "seal", "close", "pay"} <= set(case.acts)
                assert len(case.acts.get("lend", ())) == len(case.acts.get("give_back", ())), "nothing is left lent"

    @invariant()
    def an_invoice_stands_for_one_living_claim(self) -> None:
        claimed = [
            line["number"]
            for case in self.office.cases.values()
            if case.status in ("open", "completed") and "fill" in case.acts
            for line in case.values["bills"]
        ]
        assert len(claimed) == len(set(claimed))
        assert sorted(claimed) == sorted(key for key, _ in self.office.ledgers.rows("bills"))

    def the_log_alone_tells_the_same(self) -> None:
        kept = json.loads(json.dumps(self.log))
        rejudge = Rejudge({self.office.matter.version: self.office.matter}.__getitem__)
        assert list(rejudge.faults(enumerate(kept))) == []
        for name, case in self.office.cases.items():
            assert fold(self.office.matter.new_case(name), [e for e in kept if e["case"] == name]) == case

    def teardown(self) -> None:
        """Whatever happened, the right people can bring every open case to its end; and the log alone tells the same."""
        for name in self.office.cases:
            for turn in range(60):
                if not self.office.cases[name].waiting:
                    break
                self.takes_the_next_step(name, turn)
            assert self.office.cases[name].status in ("completed", "rejected", "withdrawn")
        self.the_log_alone_tells_the_same()

    def takes_the_next_step(self, name: str, turn: int) -> None:
        case = self.office.cases[name]
        step = next((step for step in ("close", "give_back") if step in case.waiting), case.waiting[0])
        who, data = WHO[step], self.data(name, step, wrong=False)
        if step == "fill":
            who, data = case.applicant, {"amount": 5, "bills": [{"number": f"new-{name}-{turn}", "sum": 5}]}
        elif step == "check" and case.applicant == who:
            who = "duo"
        if any(one.step == step for one in case.asking):
            assert self.tries(who, name, "", "recall", {"step": step}) is None
        assert self.tries(who, name, step, "", data) is None, (name, step)


TestOneCase = OneCase.TestCase
TestOneCase.settings = settings(max_examples=40, stateful_step_count=25)
