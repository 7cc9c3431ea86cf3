"""Acts beside the steps: a case is taken back, urged and copied; what is too late, too often or nobody's business is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from paper_office import PaperOffice

from lianfang.kernel.beside import offered
from lianfang.kernel.decide import needs
from lianfang.kernel.entry import Rejudge, fold, judge
from lianfang.kernel.model import Command, CommandError, Refusal

CLAIM = """
record: {bill: {type: text, required: true}, said: {type: text}}
ledgers: {bills: {fields: {}}}
flow: [fill, add, check, {parallel: [[look], [meet]]}, report, pay]
steps:
  fill: {by: applicant, form: [bill], writes: [{ledger: bills, key: norm(bill)}]}
  add: {by: applicant, form: [said]}
  check: {by: head, kind: approval, returns_to: fill}
  look: {by: clerk}
  meet: {by: meeting, kind: meeting, returns_to: fill}
  report: {by: applicant}
  pay: {by: cashier}
controls: [{id: once, kind: unique, at: fill, ledger: bills, key: norm(bill)}]
"""
VOTE = {"attendance": ["dora"], "votes": [{"person": "dora", "vote": "for"}]}
FRIDAY = "2026-03-06T06:00:00Z"


class Beside(PaperOffice):
    """An office that keeps its log."""

    def __init__(self, text: str = CLAIM) -> None:
        super().__init__(text)
        self.log: list[dict[str, Any]] = []

    def act(self, who: str, case_name: str, step: str, act: str, data: Any, duty: str = "") -> Refusal | None:
        case = self.cases.get(case_name) or self.matter.new_case(case_name)
        plan = self.matter.plan.of(step)
        assert plan is not None
        post = plan.post if plan.post in self.posts(who) else ""
        one = Command(case_name, step, act or plan.acts[0], data, who, post, self.now)
        judged = judge(self.matter, case, one, self.facts(needs(self.matter, case, one), self.now))
        self.log.append(judged.entry)
        if judged.refusal is None:
            self.cases[case_name] = judged.case
            self.ledgers.apply(case_name, judged.changes)
        return judged.refusal

    def beside(self, who: str, act: str, case: str = "a", **data: Any) -> Refusal | None:
        return self.act(who, case, "", act, data)

    def sound(self) -> None:
        """The log alone tells the same."""
        kept = json.loads(json.dumps(self.log))
        assert list(Rejudge({self.matter.version: self.matter}.__getitem__).faults(enumerate(kept))) == []
        for name, case in self.cases.items():
            assert fold(self.matter.new_case(name), [e for e in kept if e["case"] == name]) == case


def filed(text: str = CLAIM, steps: int = 2) -> Beside:
    office = Beside(text)
    office.now = FRIDAY
    script = [("ann", "fill", {"bill": "1"}), ("ann", "add", {"said": "x"}), ("hua", "check", {}), ("ben", "look", {}),
              ("dora", "meet", VOTE), ("ann", "report", {}), ("cai", "pay", {})]  # fmt: skip
    for who, step, data in script[:steps]:
        assert office.act(who, "a", step, "", data) is None, step
    return office


def told(refusal: Refusal | None, control: str, *said: str) -> None:
    assert refusal is not None, f"{control} did not refuse"
    assert refusal.control == control
    for words in said:
        assert words in refusal.message.zh, refusal.message
        assert words in refusal.message.en, refusal.message
    assert refusal.remedy.zh
    assert refusal.remedy.en


@pytest.mark.parametrize("steps", [1, 2])
def test_the_applicant_takes_the_case_back_before_anybody_else_acts(steps: int) -> None:
    office = filed(steps=steps)
    assert office.ledgers.rows("bills")
    assert office.beside("ann", "withdraw", opinion="填错了") is None
    assert office.status() == "withdrawn"
    assert office.cases["a"].waiting == ()
    assert office.ledgers.rows("bills") == []
    assert office.does("ben", "fill", "b", bill="1") is None, "what it held is free again"
    told(office.beside("ann", "withdraw"), "step-order")
    told(office.does("hua", "check"), "step-order")
    office.sound()


def test_once_somebody_else_has_acted_it_is_too_late() -> None:
    office = filed(steps=2)
    office.now = "2026-03-06T07:00:00Z"
    office.does("hua", "check")
    told(office.beside("ann", "withdraw"), "withdraw-order", "hua", "2026-03-06 15:00", "check")
    office.now = "2026-03-06T08:00:00Z"
    office.does("ben", "look")
    told(office.beside("ann", "withdraw"), "withdraw-order", "ben", "2026-03-06 16:00", "look")
    office.act("dora", "a", "meet", "", VOTE)
    assert office.does("ann", "report") is None
    told(office.beside("ann", "withdraw"), "withdraw-order", "ben")  # also where the applicant acted last: others' work would be undone
    assert office.status() == "open"
    office.sound()


def test_a_case_that_came_back_can_be_taken_back() -> None:
    office = filed(steps=2)
    assert office.does("hua", "check", act="return", opinion="请补正") is None
    assert office.beside("ann", "withdraw") is None, "nobody else's act counts any more"
    office.sound()


def test_only_the_applicant_takes_it_back() -> None:
    office = filed()
    for who in ("ben", "hua", "xu"):
        told(office.beside(who, "withdraw"), "beside-part")
    office.does("hua", "check")
    told(office.beside("hua", "withdraw"), "beside-part")
    assert office.status() == "open"
    told(office.beside("ann", "withdraw", "nothing"), "step-order")


def test_what_is_final_is_not_taken_back() -> None:
    final = CLAIM.replace("add: {by: applicant,", "add: {by: applicant, final: true,")
    office = filed(final.replace(", kind: approval, returns_to: fill", "").replace("kind: meeting, returns_to: fill", "kind: meeting"), 1)
    assert "withdraw" in offered(office.cases["a"], "ann", ["bureau/clerk"], office.now), "not done yet"
    office.does("ann", "add", said="x")
    told(office.beside("ann", "withdraw"), "withdraw-order", "〔add〕".strip("〔〕"))


def test_what_waits_for_others_is_urged_once_in_a_working_day() -> None:
    office = filed()
    assert office.beside("ann", "urge", opinion="急用") is None
    case = office.cases["a"]
    assert (case.status, case.waiting, case.n) == ("open", ("check",), 3)
    assert case.notes[-1].to == ("check",)
    told(office.beside("ann", "urge"), "urge-limit", "2026-03-06 14:00")
    for moment, again in (("2026-03-08T15:59:59Z", False), ("2026-03-08T16:00:00Z", True)):  # midnight between Sunday and Monday
        office.now = moment
        refusal = office.beside("ann", "urge")
        assert (refusal is None) == again, refusal
    office.sound()


def test_each_urges_for_themselves_and_on_a_day_off_once_too() -> None:
    office = filed(steps=3)
    office.now = "2026-03-07T06:00:00Z"  # a Saturday
    assert office.beside("ann", "urge") is None
    assert office.cases["a"].notes[-1].to == ("meet",), "whoever applies is a clerk too, and could look"
    assert office.beside("hua", "urge") is None, "who did a step urges what comes after"
    assert office.cases["a"].notes[-1].to == ("look", "meet")
    office.now = "2026-03-08T06:00:00Z"
    told(office.beside("ann", "urge"), "urge-limit")
    told(office.beside("gil", "urge"), "beside-part")
    told(office.beside("cai", "urge"), "beside-part")


@pytest.mark.parametrize("act", ["", "return"])
def test_the_case_moves_on_and_the_day_is_still_the_same(act: str) -> None:
    office = filed(steps=3)
    assert office.beside("hua", "urge") is None
    assert office.does("ben", "look") is None
    assert office.act("dora", "a", "meet", act, {**VOTE, "opinion": "请改"}) is None
    assert office.cases["a"].notes
    if act:
        office.does("ann", "fill", bill="2")
        office.does("ann", "add", said="y")
        office.does("hua", "check")
    told(office.beside("hua", "urge"), "urge-limit", "2026-03-06 14:00")
    office.sound()


def test_nobody_urges_themselves() -> None:
    told(filed(steps=1).beside("ann", "urge"), "urge-limit", "add")
    office = filed(steps=3)
    office.does("ben", "look")
    office.act("dora", "a", "meet", "", VOTE)
    assert office.beside("hua", "urge") is None
    told(office.beside("ann", "urge"), "urge-limit", "report")


def test_a_step_that_was_returned_over_gives_nobody_a_say() -> None:
    office = filed(steps=3)
    assert office.act("dora", "a", "meet", "return", {**VOTE, "opinion": "不行"}) is None
    told(office.beside("hua", "urge"), "beside-part")


def test_a_case_is_copied_to_staff_also_when_it_has_ended() -> None:
    office = filed()
    assert office.beside("ann", "copy", people=["ben", "dora"], opinion="请知悉") is None
    assert office.cases["a"].notes[-1].to == ("ben", "dora")
    assert office.cases["a"].waiting == ("check",)
    told(office.beside("ann", "copy", people=["ben", "nobody"]), "copy-people", "nobody")
    told(office.beside("ann", "copy", people=["ann"]), "copy-people", "ann")
    told(office.beside("ben", "copy", people=["dora"]), "beside-part")  # who reads does not pass it on
    assert office.beside("ann", "withdraw") is None
    assert office.beside("ann", "copy", people=["cai"]) is None
    assert office.status() == "withdrawn"
    told(office.beside("ann", "urge"), "step-order")
    office.sound()


@pytest.mark.parametrize(
    ("act", "data", "field"),
    [
        ("copy", {}, "people"),
        ("copy", {"people": []}, "people"),
        ("copy", {"people": "ben"}, "people"),
        ("copy", {"people": ["ben", "ben"]}, "people"),
        ("copy", {"people": [f"p{n}" for n in range(101)]}, "people"),
        ("urge", {"people": ["ben"]}, "people"),
        ("withdraw", {"bill": "2"}, "bill"),
        ("urge", {"opinion": "x" * 2001}, "opinion"),
        ("approve", {}, "act"),
        ("", {}, ""),
    ],
)
def test_what_is_malformed_is_told_and_not_kept(act: str, data: dict[str, Any], field: str) -> None:
    office = filed()
    kept = len(office.log)
    if not act:
        assert office.act("ann", "a", "", "urge", data) is None
        return
    with pytest.raises(ValueError, match=field):
        office.act("ann", "a", "", act, data)
    assert len(office.log) == kept
    with pytest.raises(ValueError, match="act"):
        office.act("ann", "a", "check", "urge", {})


def test_notes_do_not_move_a_case() -> None:
    office = filed()
    n = office.cases["a"].n
    office.beside("ann", "urge")
    office.beside("ann", "copy", people=["ben"])
    case = office.cases["a"]
    assert case.n == n + 2
    assert not case.moved_since(n)
    assert not case.moved_since(n + 1)
    assert case.moved_since(n - 1)
    assert case.moved_since(n + 3), "nobody has seen what has not been yet"
    office.does("hua", "check")
    assert office.cases["a"].moved_since(n)


def test_what_is_offered_is_what_would_be_accepted() -> None:
    office = filed(steps=2)
    for step, who in (("", ""), ("check", "hua"), ("look", "ben")):
        if step:
            assert office.does(who, step) is None
        for person in ("ann", "hua", "ben", "dora", "xu"):
            case = office.cases["a"]
            could = offered(case, person, office.posts(person), office.now)
            other = "cai"
            for act, data in (("withdraw", {}), ("urge", {}), ("copy", {"people": [other]})):
                one = Command("a", "", act, data, person, "", office.now)
                verdict = judge(office.matter, case, one, office.facts(needs(office.matter, case, one), office.now))
                assert (act in could) == (verdict.refusal is None), (person, act, verdict.refusal)


def test_a_log_that_was_changed_is_found() -> None:
    office = filed(steps=3)
    office.beside("ann", "withdraw")
    kept = json.loads(json.dumps(office.log))
    kept[-1]["verdict"] = {"events": [{"kind": "withdrawn", "to": "withdrawn"}]}
    faults = Rejudge({office.matter.version: office.matter}.__getitem__).faults
    assert [index for index, _ in faults(enumerate(kept))] == [3]


def test_a_task_goes_to_another_holder_of_the_post_and_is_theirs_then() -> None:
    office = filed(steps=2)
    assert office.beside("hua", "transfer", step="check", person="duo", opinion="外出开会") is None
    assert office.cases["a"].passed == {"check": "duo"}
    told(office.does("hua", "check"), "transfer-order", "duo", "check")
    told(office.beside("hua", "transfer", step="check", person="hua", opinion="x"), "transfer-order", "duo")
    assert "transfer" not in offered(office.cases["a"], "hua", ["bureau/head"], office.now)
    assert "transfer" in offered(office.cases["a"], "duo", ["bureau/head"], office.now)
    assert office.does("duo", "check") is None
    assert office.cases["a"].passed == {}, "it is done"
    office.sound()


@pytest.mark.parametrize(
    ("who", "step", "person", "said"),
    [
        ("dan", "check", "duo", "check"),  # holds another post
        ("ann", "check", "duo", "check"),
        ("hua", "pay", "cai", "pay"),  # not its turn
        ("hua", "check", "hua", "hua"),
        ("hua", "check", "dan", "dan"),
        ("hua", "check", "gil", "gil"),  # held the post once
        ("hua", "check", "nobody", "nobody"),
    ],
)
def test_it_is_handed_over_by_who_has_it_to_who_may_have_it(who: str, step: str, person: str, said: str) -> None:
    office = filed(steps=2)
    told(office.beside(who, "transfer", step=step, person=person, opinion="x"), "transfer-order", said)
    assert office.cases["a"].passed == {}
    office.sound()


def test_handing_over_says_why_which_and_to_whom() -> None:
    office = filed(steps=2)
    for data, field in (({"step": "check", "person": "duo"}, "opinion"), ({"step": "check", "opinion": "x"}, "person"),
                        ({"step": "chek", "person": "duo", "opinion": "x"}, "step")):  # fmt: skip
        with pytest.raises(CommandError) as error:
            office.beside("hua", "transfer", **data)
        assert [one.field for one in error.value.errors] == [field]


def test_what_was_handed_over_is_the_posts_again_after_a_return() -> None:
    office = filed(steps=2)
    office.beside("hua", "transfer", step="check", person="duo", opinion="x")
    assert office.does("duo", "check", act="return", opinion="补正") is None
    assert office.cases["a"].passed == {}
    office.does("ann", "fill", bill="1")
    office.does("ann", "add", said="x")
    assert office.does("hua", "check") is None
    office.sound()


def test_it_is_the_posts_again_when_who_has_it_has_left() -> None:
    """Gil was head until the end of 2025."""
    office = Beside()
    office.now = "2025-12-30T01:00:00Z"
    office.does("ann", "fill", bill="1")
    office.does("ann", "add", said="x")
    assert office.beside("hua", "transfer", step="check", person="gil", opinion="x") is None
    told(office.does("hua", "check"), "transfer-order")
    office.now = "2026-01-05T01:00:00Z"
    assert office.does("hua", "check") is None
    office.sound()


def test_nobody_urges_themselves_and_a_stand_in_takes_what_was_handed_over() -> None:
    office = filed(steps=2)
    office.beside("hua", "transfer", step="check", person="duo", opinion="x")
    assert office.cases["a"].notes[-1].to == ("check", "duo")
    office.lend("duo", "ben", ["bureau/head"], "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")
    told(office.beside("ben", "urge"), "beside-part")
    told(office.does("hua", "check"), "transfer-order")
    assert PaperOffice.act(office, "ben", "a", "check", "approve", {}, behalf="duo") is None
