"""Stand-ins: what somebody may do in the place of who is away, and that they are both people in every gate."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from paper_office import BEGINS, PaperOffice

from lianfang.kernel import standins
from lianfang.kernel.entry import Rejudge
from lianfang.kernel.model import Refusal, Stand

ENDS = "2026-03-09T01:00:00Z"
CLAIM = """
record: {what: text}
flow: [fill, check, sign, meet, pay]
steps:
  fill: {by: applicant, form: [what]}
  check: {by: head, kind: approval, returns_to: fill}
  sign: {by: applicant}
  meet: {by: meeting, kind: meeting}
  pay: {by: cashier}
controls:
  - {id: apart, kind: distinct, steps: [fill, check, pay]}
  - {id: vote, kind: collective, at: meet, quorum: 1/2, majority: 1/2}
"""
SHORT = """
steps:
  fill: {by: applicant}
  check: {by: head, kind: approval, returns_to: fill}
  pay: {by: clerk}
controls: [{id: apart, kind: distinct, steps: [fill, check, pay]}]
"""
VOTE = {"attendance": ["dora", "dan", "kit"], "votes": [{"person": one, "vote": "for"} for one in ("dora", "dan", "kit")]}


class Lent(PaperOffice):
    """An office that keeps its log, those who were named in it too."""

    def __init__(self, text: str = CLAIM) -> None:
        super().__init__(text)
        self.log: list[dict[str, Any]] = []

    def judged(self, *given: Any, **named: Any) -> Any:
        judged = super().judged(*given, **named)
        self.log.append(judged.entry)
        return judged

    def named(self, person: str, stand_in: str, *posts: str, until: str = ENDS) -> None:
        """Somebody names a stand-in, from now on."""
        self.lend(person, stand_in, [f"bureau/{post}" for post in posts], BEGINS, until)
        entry = self.ledgers.fact(standins.LEDGER, stand_in)
        assert entry is not None
        fact = {"ledger": standins.LEDGER, "key": stand_in, "data": entry["data"], "by": person, "roles": []}
        self.log.append({"case": None, "n": 0, "prev": "", "at": "2026-03-02T00:00:00Z", "fact": fact})

    def for_whom(self, who: str, behalf: str, step: str, act: str = "", **data: Any) -> Refusal | None:
        """Somebody acts on behalf of somebody."""
        return self.act(who, "a", step, act, data, behalf=behalf)

    def faults(self) -> list[Any]:
        """What is wrong with the log, by itself."""
        kept = json.loads(json.dumps(self.log))
        return [fault.en for _, fault in Rejudge({self.matter.version: self.matter}.__getitem__).faults(enumerate(kept))]


def told(refusal: Refusal | None, control: str, *said: str) -> None:
    assert refusal is not None, f"{control} did not refuse"
    assert refusal.control == control, refusal
    for words in said:
        assert words in refusal.message.zh, refusal.message
        assert words in refusal.message.en, refusal.message
    assert refusal.remedy.zh and refusal.remedy.en


def test_who_is_named_acts_for_who_is_away_and_the_log_says_both() -> None:
    office = Lent()
    office.does("ann", "fill")
    told(office.for_whom("ben", "hua", "check"), "stand-in", "hua")
    office.named("hua", "ben", "head")
    told(office.does("ben", "check"), "step-post")
    assert office.for_whom("ben", "hua", "check") is None
    act = office.cases["a"].acts["check"][0]
    assert (act.actor, act.behalf, act.post, act.people) == ("ben", "hua", "bureau/head", ("ben", "hua"))
    assert office.log[-1]["command"]["behalf"] == "hua"
    assert "behalf" not in office.log[0]["command"], "what nobody did for anybody is written as it was before"
    assert office.faults() == []


def test_it_begins_and_ends_by_the_clock() -> None:
    office = Lent()
    office.does("ann", "fill")
    office.now = "2026-03-02T01:00:00Z"
    office.lend("hua", "ben", ["bureau/head"], "2026-03-03T00:00:00Z", ENDS)
    told(office.for_whom("ben", "hua", "check"), "stand-in")
    office.now = ENDS
    told(office.for_whom("ben", "hua", "check"), "stand-in")
    office.now = "2026-03-09T00:59:59Z"
    assert office.for_whom("ben", "hua", "check") is None


def test_only_the_posts_that_were_lent_and_are_still_held() -> None:
    office = Lent()
    office.named("duo", "ben", "clerk")
    office.does("ann", "fill")
    told(office.for_whom("ben", "duo", "check"), "stand-in", "clerk", "check")
    office.lend("gil", "kit", ["bureau/head"], BEGINS, ENDS)
    told(office.for_whom("kit", "gil", "check"), "stand-in", "gil")


def test_what_is_a_persons_own_is_not_done_in_their_place() -> None:
    office = Lent()
    office.named("ann", "ben", "clerk")
    office.named("dora", "xu", "director")
    told(office.for_whom("ben", "ann", "fill"), "stand-in")
    office.does("ann", "fill")
    told(office.for_whom("ben", "ann", "", "withdraw"), "stand-in")
    office.does("hua", "check")
    told(office.for_whom("ben", "ann", "sign"), "stand-in")
    office.does("ann", "sign")
    told(office.for_whom("xu", "dora", "meet", **VOTE), "stand-in")
    proxy = {"attendance": ["dan", "kit", "xu"], "votes": [{"person": one, "vote": "for"} for one in ("dan", "kit", "xu")]}
    told(office.does("dan", "meet", **proxy), "vote")
    assert office.does("dan", "meet", **VOTE) is None
    assert office.faults() == []


@pytest.mark.parametrize("behalf", ["hua", ""])
def test_a_heads_stand_in_who_was_the_applicant_does_not_approve(behalf: str) -> None:
    office = Lent()
    office.named("hua", "duo", "head")
    office.does("duo", "fill")
    told(office.for_whom("duo", behalf, "check"), "apart", "fill")
    assert office.does("hua", "check") is None


def test_the_applicants_stand_in_does_not_approve_in_whosever_name() -> None:
    office = Lent()
    office.named("ann", "hua", "clerk")
    office.does("ann", "fill")
    told(office.does("hua", "check"), "apart", "ann", "fill")
    office.now = ENDS
    assert office.does("hua", "check") is None, "it is over"
    assert office.faults() == []


def test_who_was_acted_for_has_acted() -> None:
    """Duo, who is clerk and head, was away while the head's step was taken for them: they don't pay."""
    office = Lent(SHORT)
    office.named("duo", "kit", "head")
    office.does("ann", "fill")
    assert office.for_whom("kit", "duo", "check") is None
    told(office.does("duo", "pay"), "apart", "check")
    assert office.does("ben", "pay") is None
    assert office.faults() == []


def test_a_companion_whom_one_stands_in_for_is_no_company() -> None:
    office = Lent("""
record: {mates: {type: people, required: true}}
steps:
  go: {by: head, form: [mates]}
  done: {by: head, form: [mates]}
controls: [{id: two, kind: together, at: done, people: mates}]
""")
    office.named("hua", "ben", "head")
    office.does("hua", "go", mates=["ann"])
    told(office.for_whom("ben", "hua", "done", mates=["hua"]), "two")
    assert office.for_whom("ben", "hua", "done", mates=["kit"]) is None
    assert office.faults() == []


RECUSE = """
record: {bidder: {type: text, required: true}}
ledgers: {relations: {fields: {related: list}, entries: {
  hua: {related: [{who: acme}]}, ben: {related: []}, ann: {related: []}, duo: {related: []}}}}
steps:
  fill: {by: applicant, form: [bidder]}
  score: {by: head}
controls: [{id: back, kind: recusal, at: score, ledger: relations, related: related, parties: bidder, applicant: true, named: fill}]
""".replace("related: list", "related: {type: list, of: {who: text}}")


def test_both_have_to_stand_back() -> None:
    office = Lent(RECUSE)
    office.named("hua", "ben", "head")
    office.does("ann", "fill", bidder="acme")
    told(office.for_whom("ben", "hua", "score"), "back", "acme")
    assert office.does("duo", "score") is None
    other = Lent(RECUSE)
    other.named("ann", "duo", "clerk")
    other.does("ann", "fill", bidder="zeta")
    told(other.does("duo", "score"), "back")


def test_the_certificate_is_the_stand_ins_own() -> None:
    office = Lent("""
record: {what: text}
steps:
  fill: {by: applicant, form: [what]}
  drive: {by: head}
controls: [{id: licence, kind: qualified, at: [drive], posts: [head, keeper]}]
""")
    office.named("hua", "ben", "head")
    office.named("hua", "kit", "head")
    office.does("ann", "fill")
    told(office.for_whom("ben", "hua", "drive"), "licence")
    assert office.for_whom("kit", "hua", "drive") is None
    assert office.faults() == []


def test_a_stand_in_is_barred_where_who_is_away_is() -> None:
    office = Lent("""
record: {draw: {type: entry, ledger: draws, required: true}}
ledgers: {draws: {fields: {actors: people}, entries: {one: {actors: [hua]}}}}
steps:
  fill: {by: applicant, form: [draw]}
  look: {by: head}
controls: [{id: other, kind: qualified, at: [look], ledger: draws, key: draw, barred: actors}]
""")
    office.named("hua", "ben", "head")
    office.does("ann", "fill", draw="one")
    told(office.for_whom("ben", "hua", "look"), "other")
    assert office.does("duo", "look") is None


def test_beside_the_steps_a_stand_in_is_both_too() -> None:
    office = Lent()
    office.named("hua", "ben", "head")
    office.does("ben", "fill")
    told(office.act("ben", "a", "", "urge", {}), "urge-limit")
    told(office.act("ben", "a", "", "copy", {"people": ["hua"]}), "copy-people")
    assert office.act("ben", "a", "", "withdraw", {}) is None
    other = Lent(CLAIM.replace("steps: [fill, check, pay]", "steps: [fill, pay]"))
    other.named("hua", "ben", "head")
    other.does("ben", "fill")
    assert other.for_whom("ben", "hua", "check") is None, "this matter does not keep the two apart"
    told(other.act("ben", "a", "", "withdraw", {}), "withdraw-order")
    assert other.faults() == []


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (lambda log: log[2].update(facts={k: v for k, v in log[2]["facts"].items() if "stand-ins" not in k}), "stood in for"),
        (lambda log: log.pop(0), "ledger fact differs|stood in for"),
        (lambda log: log[0]["fact"].update(by="ben"), "beforehand"),
        (lambda log: log[0]["fact"].update(roles=["audit-administrator"]), "administrator"),
        (lambda log: log[0].update(at="2026-03-02T01:00:00Z"), "beforehand"),
        (lambda log: log[2]["command"].update(behalf="dan"), "facts kept|differently"),
        (lambda log: log[2]["command"].update(behalf=7), "behalf"),
        (lambda log: log[0]["fact"].update(data={"for": [{"person": "hua"}]}), "not whole"),
        (lambda log: log[2]["facts"].update({"entry:office.stand-ins:ben": {"case": None, "data": {}, "open": True}}), "not whole"),
    ],
)
def test_a_forged_log_is_found(forge: Callable[[list[Any]], Any], said: str) -> None:
    office = Lent()
    office.named("hua", "ben", "head")
    office.does("ann", "fill")
    assert office.for_whom("ben", "hua", "check") is None
    assert office.faults() == []
    forge(office.log)
    found = office.faults()
    assert found
    assert any(one in found[0] for one in said.split("|")), found


NEW = Stand("hua", ("bureau/head",), BEGINS, ENDS)


@pytest.mark.parametrize(
    ("stand_in", "new", "roles", "everybody", "wrong"),
    [
        ("ben", NEW, [], {}, ""),
        ("ben", NEW, ["auditor"], {"ben": (Stand("dan", ("p",), BEGINS, ENDS),)}, ""),
        ("ben", NEW, [], {"hua": (Stand("dan", ("p",), ENDS, "2026-04-01T00:00:00Z"),)}, ""),
        ("hua", NEW, [], {}, "stand_in"),
        ("ben", NEW, ["security-administrator"], {}, "stand_in"),
        ("ben", NEW._replace(posts=()), [], {}, "posts"),
        ("ben", NEW._replace(until=BEGINS), [], {}, "until"),
        ("ben", NEW, [], {"hua": (Stand("dan", ("p",), BEGINS, ENDS),)}, "since"),
        ("ben", NEW, [], {"kit": (Stand("ben", ("p",), BEGINS, ENDS),)}, "stand_in"),
        ("ben", NEW, [], {"ben": (NEW,)}, "since"),
    ],
)
def test_who_can_be_named(stand_in: str, new: Stand, roles: list[str], everybody: Any, wrong: str) -> None:
    found = standins.fault(stand_in, new, roles, everybody)
    assert (found[0] if found else "") == wrong


@pytest.mark.parametrize(
    ("by", "after", "right"),
    [
        ("hua", (NEW._replace(until="2026-03-03T00:00:00Z"),), True),
        ("ben", (NEW._replace(until="2026-03-03T00:00:00Z"),), True),
        ("ann", (NEW._replace(until="2026-03-03T00:00:00Z"),), False),
        ("hua", (NEW._replace(until="2026-03-02T02:00:00Z"),), False),
        ("hua", (NEW._replace(until="2026-03-10T02:00:00Z"),), False),
        ("hua", (NEW._replace(posts=("bureau/clerk",)),), False),
        ("hua", (), False),
    ],
)
def test_what_is_named_is_ended_early_by_either_and_never_made_longer(by: str, after: tuple[Stand, ...], right: bool) -> None:
    fact = {"data": standins.kept(after), "by": by, "roles": []}
    assert (standins.wrong("ben", fact, "2026-03-02T02:00:00Z", {"ben": (NEW,)}) is None) == right
