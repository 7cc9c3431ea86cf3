"""A case is returned to any earlier step that was done in it; what was done since is done again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from paper_office import PaperOffice, explains, matter

from lianfang.kernel.decide import evolve
from lianfang.kernel.entry import Rejudge, events_of, judge
from lianfang.kernel.model import Command
from lianfang.kernel.returns import ways_back

CLAIM = """
record: {amount: {type: int, required: true}, seen: {type: int}}
ledgers: {held: {fields: {sum: int}}}
flow:
  - fill
  - choose:
      - {when: amount > 100, do: [head, note]}
      - otherwise: [keep]
  - {parallel: [[look, seal], [weigh]]}
  - {repeat: {acts: [ask], until: close}}
  - deputy
  - pay
steps:
  fill: {by: applicant, form: [amount], writes: [{ledger: held, key: "'f' + case_id", data: {sum: amount}}]}
  head: {by: head, kind: approval, returns_to: fill}
  note: {by: clerk, form: [seen], writes: [{ledger: held, key: "'n' + case_id", data: {sum: amount}}]}
  keep: {by: keeper}
  look: {by: clerk}
  seal: {by: keeper, kind: approval, returns_to: look}
  weigh: {by: cashier}
  ask: {by: clerk}
  close: {by: head}
  deputy: {by: deputy, kind: approval, returns_to: fill}
  pay: {by: cashier}
controls:
  - {id: apart, kind: distinct, steps: [head, close]}
  - {id: levels, kind: approval, steps: [pay], levels: [{step: head, when: amount > 100}, {step: deputy}]}
"""
WHO = {"fill": "ann", "head": "hua", "note": "ben", "keep": "kit", "look": "ben", "seal": "kit", "weigh": "cai", "ask": "ben",
       "close": "duo", "mid": "ben", "deputy": "dan", "pay": "cai"}  # fmt: skip


def at_the_deputy(text: str = CLAIM, amount: int = 500) -> PaperOffice:
    office = PaperOffice(text)
    assert office.does("ann", "fill", amount=amount) is None
    through(office, "deputy")
    return office


def through(office: PaperOffice, until: str) -> list[str]:
    """Everybody does what waits until a step does; the steps that were done."""
    done = []
    while until not in (waiting := office.cases["a"].waiting):
        step = "close" if "close" in waiting and "ask" in office.cases["a"].acts else waiting[0]
        assert office.does(WHO[step], step) is None, step
        done.append(step)
    return done


def back(office: PaperOffice, to: str = "", who: str = "dan", step: str = "deputy") -> object:
    return office.does(who, step, act="return", opinion="请核实", **({"returns_to": to} if to else {}))


def test_the_ways_back_are_the_steps_that_were_done() -> None:
    assert ways_back(at_the_deputy().cases["a"], "deputy") == ("fill", "head", "note", "look", "seal", "weigh")
    assert ways_back(at_the_deputy(amount=50).cases["a"], "deputy") == ("fill", "keep", "look", "seal", "weigh"), "the other branch"
    assert ways_back(PaperOffice(CLAIM).matter.new_case("a"), "deputy") == ()
    assert ways_back(at_the_deputy().cases["a"], "pay") == (), "a task returns nothing"


@pytest.mark.parametrize(
    ("to", "again"),
    [
        ("", ["fill"]),
        ("fill", ["fill"]),
        ("head", ["head", "note", "look", "seal", "weigh", "ask", "close"]),
        ("note", ["note", "look", "seal", "weigh", "ask", "close"]),
        ("look", ["look", "seal", "ask", "close"]),
        ("seal", ["seal", "ask", "close"]),
        ("weigh", ["weigh", "ask", "close"]),
    ],
)
def test_what_was_done_since_is_void_and_done_again(to: str, again: list[str]) -> None:
    office = at_the_deputy()
    assert back(office, to) is None
    case = office.cases["a"]
    assert case.waiting == (again[0],)
    assert not {*again} & {*case.acts}, "no approval outlives what it approved"
    if again[0] != "fill":
        assert through(office, "deputy") == again
        assert office.does("dan", "deputy") is None
        assert office.does("cai", "pay") is None
        assert office.status() == "completed"


def test_an_approval_that_was_returned_over_is_demanded_again() -> None:
    office = at_the_deputy()
    back(office, "head")
    explains(office.does("cai", "pay"), "levels", "head", "deputy")
    assert office.does("duo", "head") is None
    assert through(office, "close") == ["note", "look", "seal", "weigh"]
    assert office.does("ben", "ask") is None
    explains(office.does("duo", "close"), "apart")
    assert office.does("hua", "close") is None, "who closed before and not now may: only acts that count are looked at"


def test_the_ledgers_let_go_of_what_is_done_again() -> None:
    office = at_the_deputy()
    assert [key for key, _ in office.ledgers.rows("held")] == ["fa", "na"]
    back(office, "look")
    assert [key for key, _ in office.ledgers.rows("held")] == ["fa", "na"]
    through(office, "deputy")
    back(office, "note")
    assert [key for key, _ in office.ledgers.rows("held")] == ["fa"]


@pytest.mark.parametrize("to", ["keep", "close", "ask", "deputy", "pay", "nowhere"])
def test_no_way_leads_to_what_was_not_done_or_comes_later(to: str) -> None:
    office = at_the_deputy()
    refusal = back(office, to)
    assert refusal is not None
    assert refusal.control == "return-order"  # type: ignore[attr-defined]
    assert "〔fill〕" in refusal.remedy.zh  # type: ignore[attr-defined]
    assert office.cases["a"].waiting == ("deputy",)


def test_a_branch_beside_is_no_earlier_step() -> None:
    office = PaperOffice(CLAIM)
    office.does("ann", "fill", amount=50)
    for who, step in (("kit", "keep"), ("ben", "look"), ("cai", "weigh")):
        assert office.does(who, step) is None
    assert ways_back(office.cases["a"], "seal") == ("fill", "keep", "look")
    refusal = back(office, "weigh", "kit", "seal")
    assert refusal is not None
    assert back(office, "keep", "kit", "seal") is None
    assert office.cases["a"].waiting == ("keep",)


def test_nothing_final_is_undone() -> None:
    final = CLAIM.replace("note: {by: clerk,", "mid: {by: clerk}\n  note: {by: clerk, final: true,")
    final = final.replace("  - {parallel", "  - mid\n  - {parallel")
    office = at_the_deputy(final.replace("by: deputy, kind: approval, returns_to: fill", "by: deputy, kind: approval, returns_to: mid"))
    assert ways_back(office.cases["a"], "deputy") == ("mid", "look", "seal", "weigh")
    for to in ("fill", "head", "note"):
        refusal = back(office, to)
        assert refusal is not None
        assert refusal.control == "return-order"  # type: ignore[attr-defined]
        assert "〔note〕" in refusal.message.zh  # type: ignore[attr-defined]
    assert back(office) is None


def test_not_by_the_declared_return_either() -> None:
    """A version that was published before may declare one."""
    final = CLAIM.replace("note: {by: clerk,", "mid: {by: clerk}\n  note: {by: clerk, final: true,")
    final = final.replace("  - {parallel", "  - mid\n  - {parallel")
    office = at_the_deputy(final.replace("by: deputy, kind: approval, returns_to: fill", "by: deputy, kind: approval, returns_to: mid"))
    plans = dict(office.matter.plan.steps)
    plans["deputy"] = replace(plans["deputy"], step=replace(plans["deputy"].step, returns_to="fill"))
    office.matter = replace(office.matter, plan=replace(office.matter.plan, steps=plans))
    refusal = back(office)
    assert refusal is not None
    assert refusal.control == "return-order"  # type: ignore[attr-defined]


def test_a_declared_return_over_a_final_step_is_a_fault() -> None:
    with pytest.raises(ValueError, match="can't return to 'fill': 'note' is final"):
        matter(CLAIM.replace("note: {by: clerk,", "note: {by: clerk, final: true,"))


def test_only_a_return_says_where_to() -> None:
    office = at_the_deputy()
    for act, to in (("", "head"), ("reject", "head"), ("return", ["head"])):
        with pytest.raises(ValueError, match="returns_to"):
            office.does("dan", "deputy", act=act, opinion="不行", returns_to=to)


def test_the_log_alone_tells_the_same_and_one_that_was_changed_is_found() -> None:
    office = PaperOffice(CLAIM)
    log = []

    def does(who: str, step: str, act: str, data: dict[str, object]) -> None:
        case = office.cases.get("a") or office.matter.new_case("a")
        post = office.matter.plan.steps[step].post
        one = Command("a", step, act, data, who, post, office.now)
        judged = judge(office.matter, case, one, office.facts([("posts", who)], office.now))
        assert judged.refusal is None, judged.refusal
        office.cases["a"] = judged.case
        log.append(json.loads(json.dumps(judged.entry)))

    for who, step, act, data in (
        ("ann", "fill", "do", {"amount": 500}), ("hua", "head", "approve", {}), ("ben", "note", "do", {}), ("ben", "look", "do", {}),
        ("kit", "seal", "return", {"opinion": "不对", "returns_to": "head"}), ("hua", "head", "approve", {}),
    ):  # fmt: skip
        does(who, step, act, data)

    def faults() -> list[int]:
        return [index for index, _ in Rejudge({office.matter.version: office.matter}.__getitem__).faults(enumerate(log))]

    assert faults() == []
    case = office.matter.new_case("a")
    for entry in log:
        for event in events_of(entry):
            case = evolve(case, event)
    assert case == office.cases["a"]
    log[4]["command"]["data"]["returns_to"] = "note"
    assert faults() == [4, 5]


ONLY_BACK = """
steps:
  ask: {by: applicant}
  agree: {by: head, kind: approval, returns_to: ask, rejects: false}
  meet: {by: meeting, kind: meeting, returns_to: ask}
"""


def test_a_step_that_can_only_be_agreed_to_or_returned_ends_no_case() -> None:
    office = PaperOffice(ONLY_BACK)
    office.does("ann", "ask")
    refusal = office.does("hua", "agree", act="reject", opinion="不办")
    assert refusal is not None
    assert (refusal.control, refusal.shown, office.status()) == ("step-rejects", {"step": "agree"}, "open")
    assert "〔agree〕" in refusal.message.zh
    assert matter(ONLY_BACK).steps["agree"].acts == ("approve", "return"), "it is not offered"
    stranger = office.does("ben", "agree", act="reject", opinion="不办")
    assert stranger is not None
    assert stranger.control == "step-post"
    assert office.does("hua", "agree", act="return", opinion="请补正") is None
    office.does("ann", "ask")
    assert office.does("hua", "agree") is None
    assert office.does("dora", "meet", act="reject", opinion="否决") is None, "where nothing is said, a rejection ends it"


def test_what_can_not_be_rejected_must_have_a_way_back() -> None:
    for wrong in (ONLY_BACK.replace("kind: meeting, returns_to: ask", "kind: meeting, rejects: false"),
                  ONLY_BACK.replace("{by: applicant}", "{by: applicant, rejects: false}")):  # fmt: skip
        with pytest.raises(ValueError, match="rejects: false is for"):
            matter(wrong)
