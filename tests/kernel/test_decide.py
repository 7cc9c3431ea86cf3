"""The judge: who, then the gates, then the order; a gate that fails refuses; same input, same verdict, nothing touched."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, matter, source

from lianfang.catalogue.compile import compile_source, version_of
from lianfang.catalogue.drills.runner import Stage, play
from lianfang.catalogue.load import Catalogue
from lianfang.kernel import Case, Command, Event, Matter, Refusal, decide, evolve, needs, without
from lianfang.kernel.controls import KINDS
from lianfang.watch.engine import find
from tests.five import five

CLAIM = """
params: {small: 300}
ledgers: {bills: {fields: {sum: int}}}
record: {amount: {type: int, required: true}, number: {type: text, required: true}, note: text}
flow:
  - fill
  - {parallel: [[check], [look]]}
  - choose: [{when: amount <= small, do: []}, {otherwise: [meet]}]
  - pay
steps:
  fill: {by: applicant, form: [amount, number, note], writes: [{ledger: bills, key: norm(number), data: {sum: amount}}]}
  check: {by: head, kind: approval, returns_to: fill}
  look: {by: clerk}
  meet: {by: meeting, kind: meeting}
  pay: {by: cashier}
controls:
  - {id: once, kind: unique, at: fill, ledger: bills, key: norm(number)}
  - {id: apart, kind: distinct, steps: [fill, check, pay]}
  - {id: agreed, kind: approval, steps: [pay], levels: [{step: check}, {step: meet, when: amount > small}]}
"""
NOW = "2026-03-02T01:00:00Z"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return five()


def command(step: str, actor: str = "ann", post: str = "", act: str = "do", **data: Any) -> Command:
    return Command("a", step, act, data, actor, post, NOW)


def judged(case: Case, one: Command, **facts: Any) -> list[Event] | Refusal:
    return decide(case.matter, case, one, {f"posts:{one.actor}": ["bureau/clerk"], "entry:bills:7": None, **facts})


def test_it_begins_with_its_first_step_and_nothing_else() -> None:
    case = matter(CLAIM).new_case("a")
    events = judged(case, command("fill", amount=1, number="7"))
    assert isinstance(events, list)
    assert [event.kind for event in events] == ["opened", "done"]
    refusal = judged(case, command("look", post="bureau/clerk"))
    assert isinstance(refusal, Refusal)
    assert (refusal.control, refusal.kind) == ("step-order", "order")
    assert "fill" in refusal.message.zh
    assert "fill" in refusal.message.en


@pytest.mark.parametrize("act", ["return", "reject"])
def test_what_has_not_begun_can_be_neither_returned_nor_rejected(act: str) -> None:
    case = matter(CLAIM).new_case("a")
    one = command("check", "hua", "bureau/head", act, opinion="不行")
    refusal = judged(case, one, **{"posts:hua": ["bureau/head"]})
    assert isinstance(refusal, Refusal)
    assert refusal.control == "step-order"


def opened(amount: int = 1) -> PaperOffice:
    office = PaperOffice(CLAIM)
    assert office.does("ann", "fill", amount=amount, number="7") is None
    return office


def test_only_where_the_case_waits_is_it_returned_or_rejected() -> None:
    office = opened()
    assert office.does("hua", "check") is None
    for act in ("return", "reject", "approve"):
        refusal = office.does("hua", "check", act=act, opinion="太晚了")
        assert refusal is not None
        assert refusal.control == "step-order"
        assert "look" in refusal.message.en


def test_a_return_out_of_parallel_branches_undoes_both() -> None:
    office = opened()
    office.does("ben", "look")
    assert office.does("hua", "check", act="return", opinion="请补") is None
    assert office.cases["a"].waiting == ("fill",)
    assert office.cases["a"].acts == {}
    assert office.ledgers.fact("bills", "7") is None


def test_a_closed_case_says_so() -> None:
    office = opened()
    for who, step in (("hua", "check"), ("ben", "look"), ("cai", "pay")):
        assert office.does(who, step) is None
    refusal = office.does("cai", "pay")
    assert refusal is not None
    assert refusal.control in ("step-order", "apart")
    refusal = office.does("ben", "look")
    assert refusal is not None
    assert "已经办结" in refusal.message.zh
    assert refusal.shown["status"] == "completed"


@pytest.mark.parametrize(
    ("actor", "post", "posts", "may"),
    [
        ("hua", "bureau/head", ["bureau/head"], True),
        ("duo", "bureau/head", ["bureau/clerk", "bureau/head"], True),
        ("duo", "bureau/clerk", ["bureau/clerk", "bureau/head"], False),  # holds the post, but acts as another
        ("hua", "", ["bureau/head"], False),
        ("hua", "bureau/head", [], False),  # claims a post not held
        ("ann", "bureau/clerk", ["bureau/clerk"], False),
        ("xu", "annex/head", ["annex/head"], False),
    ],
)
def test_a_step_belongs_to_who_holds_its_post_and_acts_as_that(actor: str, post: str, posts: list[str], may: bool) -> None:
    case = opened().cases["a"]
    verdict = judged(case, command("check", actor, post, "approve"), **{f"posts:{actor}": posts})
    if may:
        assert isinstance(verdict, list)
        return
    assert isinstance(verdict, Refusal)
    assert (verdict.control, verdict.kind, verdict.risk) == ("step-post", "qualified", "risk")
    assert "head" in verdict.message.zh
    assert "head" in verdict.message.en
    assert verdict.shown == {"needed": "bureau/head", "held": sorted(posts)}


TWO_RISKS = """
record: {amount: {type: int, required: true}, number: text}
steps:
  fill: {by: applicant, form: [amount, number]}
  check: {by: head, kind: approval, returns_to: fill}
  look: {by: clerk}
  pay: {by: cashier}
risks:
  - {id: loss, title: {zh: 丢失, en: loss}, from: both, at: fill, grade: low, controls: [noted], blind_spots: {zh: 无, en: none}}
  - {id: favour, title: {zh: 人情, en: favour}, from: both, at: pay, grade: low, controls: [apart, agreed], blind_spots: {zh: 无, en: none}}
measures:
  - {text: 登记, en: registered, from: both, controls: [noted]}
  - {text: 分离, en: apart, from: both, controls: [apart]}
  - {text: 签批, en: signed, from: both, controls: [agreed]}
controls:
  - {id: noted, kind: complete, at: [fill], fields: [number]}
  - {id: apart, kind: distinct, steps: [fill, check, pay]}
  - {id: agreed, kind: approval, steps: [pay], levels: [{step: check}]}
"""


@pytest.mark.parametrize(
    ("step", "risk", "by_whom", "in_order"),
    [
        ("fill", "loss", "registered", "registered"),
        ("check", "favour", "apart", "apart"),  # no risk stands at it: what its gates guard
        ("look", "", None, None),  # nothing guards it: it must not borrow another step's risk
        ("pay", "favour", "apart", "signed"),  # the order is what the approval keeps
    ],
)
def test_a_rule_of_every_matter_tells_what_it_guards_at_its_own_step(
    step: str, risk: str, by_whom: str | None, in_order: str | None
) -> None:
    one = matter(TWO_RISKS)
    plan = one.plan.steps[step]
    assert (plan.by_whom.risk, plan.in_order.risk) == (risk, risk)
    assert [ground.source.en if ground.source else None for ground in (plan.by_whom, plan.in_order)] == [by_whom, in_order]
    data = {"amount": 1, "number": "7"} if step == "fill" else {}
    wrong = decide(one, one.new_case("a"), command(step, "xu", "annex/clerk", plan.acts[0], **data), {"posts:xu": []})
    assert isinstance(wrong, Refusal)
    assert (wrong.control, wrong.risk, wrong.source) == ("step-post", risk, plan.by_whom.source)


def test_out_of_its_turn_a_step_that_nothing_guards_names_no_risk() -> None:
    one = matter(TWO_RISKS)
    early = decide(one, one.new_case("a"), command("look", "ben", "bureau/clerk"), {"posts:ben": ["bureau/clerk"]})
    assert isinstance(early, Refusal)
    assert (early.control, early.risk, early.source) == ("step-order", "", None)


def test_where_the_facts_are_missing_nobody_holds_anything() -> None:
    case = opened().cases["a"]
    verdict = decide(case.matter, case, command("check", "hua", "bureau/head", "approve"), {})
    assert isinstance(verdict, Refusal)
    assert verdict.control == "step-post"


def test_after_a_return_only_the_applicant_mends_it() -> None:
    office = opened()
    office.does("hua", "check", act="return", opinion="请补")
    refusal = office.does("ben", "fill", amount=2, number="7")
    assert refusal is not None
    assert refusal.control == "step-post"
    assert office.does("ann", "fill", amount=2) is None


def test_the_gates_come_in_the_matters_own_order_and_before_the_order_of_steps() -> None:
    """Paying one's own unchecked claim breaks two rules; the first that the matter writes down answers."""
    office = PaperOffice(CLAIM)
    office.does("cai", "fill", amount=1, number="7")
    refusal = office.does("cai", "pay")
    assert refusal is not None
    assert refusal.control == "apart"
    turned = PaperOffice(
        CLAIM.replace("{id: once,", "{id: agreed-first, kind: approval, steps: [pay], levels: [{step: check}]}\n  - {id: once,")
    )
    turned.does("cai", "fill", amount=1, number="7")
    refusal = turned.does("cai", "pay")
    assert refusal is not None
    assert refusal.control == "agreed-first"


def test_a_flow_condition_that_errs_refuses() -> None:
    """The way depends on a note that nobody wrote."""
    office = PaperOffice(CLAIM.replace("when: amount <= small", "when: size(note) > 3"))
    office.does("ann", "fill", amount=1, number="7")
    office.does("ben", "look")
    refusal = office.does("hua", "check")
    assert refusal is not None
    assert refusal.control == "step-order"
    assert refusal.shown == {"missing": ["note"]}
    assert "note" in refusal.remedy.zh
    assert office.cases["a"].waiting == ("check",)


class Broken(Exception):
    """A rule with a fault in it."""


def raising(*args: object) -> Refusal | None:
    raise Broken(args)


def with_judge(one: Matter, control: str) -> Matter:
    """The matter with a control whose judge raises."""
    steps = {
        name: replace(plan, judges=tuple((c, raising if c == control else judge) for c, judge in plan.judges))
        for name, plan in one.plan.steps.items()
    }
    return replace(one, plan=replace(one.plan, steps=steps))


def gates(catalogue: Catalogue) -> list[tuple[str, str]]:
    return [(name, c.id) for name, file in catalogue.matters.items() for c in file.matter.controls if c.family == "gate"]


def test_every_gate_of_the_live_matters_refuses_when_it_fails(catalogue: Catalogue) -> None:
    """Whatever breaks inside a rule, the act is refused in its name: no lawful run that it guards gets past it."""
    kinds = set()
    for name, control in gates(catalogue):
        file = catalogue.matters[name]
        stage = Stage(catalogue, file, with_judge(file.matter, control), find)
        runs = (play(stage, drill) for drill in file.drills.drills if drill.lawful)
        told = next((run.why for run in runs if run.verdict == "false_refusal" and f"refused by '{control}'" in run.why.en), None)
        assert told is not None, (name, control)
        assert "could not be judged" in told.en
        assert "未能完成判断" in told.zh
        kinds.add(next(c.kind for c in file.matter.controls if c.id == control))
    elsewhere = {"embargo"}  # tests/kernel/controls/test_embargo.py: none of the five has one
    assert kinds == {kind.id for kind in KINDS.values() if kind.build is not None} - elsewhere


def test_a_failure_is_told_by_its_kind_only() -> None:
    """An auditor on another Python must come to the same words."""
    case = matter(CLAIM).new_case("a")
    broken = with_judge(case.matter, "once")
    verdict = decide(broken, broken.new_case("a"), command("fill", amount=1, number="7"), {"posts:ann": [], "entry:bills:7": None})
    assert isinstance(verdict, Refusal)
    assert (verdict.control, verdict.kind, verdict.family, verdict.risk) == ("once", "unique", "gate", "risk")
    assert verdict.shown == {"error": "Broken"}
    assert verdict.source == ("〔measure〕", "measure")


def test_facts_of_a_strange_shape_refuse() -> None:
    case = matter(CLAIM).new_case("a")
    for fact in ({}, [], "x", 7, {"open": True}):
        verdict = judged(case, command("fill", amount=1, number="7"), **{"entry:bills:7": fact})
        assert isinstance(verdict, Refusal), fact
        assert verdict.control == "once"


def test_what_can_not_be_asked_is_refused_and_does_not_break_the_asking() -> None:
    text = CLAIM.replace("key: norm(number)}", "key: norm(note)}")
    case = matter(text).new_case("a")
    one = command("fill", amount=1, number="7")
    assert needs(case.matter, case, one) == (("posts", "ann"),)
    verdict = judged(case, one)
    assert isinstance(verdict, Refusal)
    assert verdict.control == "once"
    assert verdict.shown == {"missing": ["note"]}


def test_it_asks_for_what_its_gates_read_and_nothing_twice() -> None:
    case = opened(400).cases["a"]
    assert needs(case.matter, case.matter.new_case("b"), command("fill", amount=1, number="7")) == (
        ("posts", "ann"),
        ("entry", "bills", "7"),
    )
    meets = command("meet", "dora", act="resolve", attendance=[], votes=[])
    assert needs(case.matter, case, meets) == (("posts", "dora"), ("members", "bureau/meeting"))
    assert needs(case.matter, case, command("check", "hua", "bureau/head", "return", opinion="x")) == (("posts", "hua"),)


acts = st.tuples(
    st.sampled_from(["fill", "check", "look", "meet", "pay"]),
    st.sampled_from(["ann", "hua", "duo", "cai", "dora", "ghost"]),
    st.sampled_from(["", "bureau/clerk", "bureau/head", "bureau/cashier"]),
    st.sampled_from([{"amount": 1, "number": "7"}, {"amount": 400, "number": "8"}, {}, {"opinion": "x"}]),
    st.sampled_from(["", "return", "reject"]),
)


@given(st.lists(acts, max_size=8))
def test_the_same_input_gives_the_same_verdict_and_touches_nothing(script: list[tuple[str, str, str, dict[str, Any], str]]) -> None:
    office = PaperOffice(CLAIM)
    for step, actor, post, data, act in script:
        case = office.cases.get("a") or office.matter.new_case("a")
        forward = {"check": "approve", "meet": "resolve"}.get(step, "do")
        one = Command("a", step, act or forward, data, actor, post, NOW)
        try:
            asked = needs(case.matter, case, one)
        except ValueError:
            continue
        facts = office.facts(asked, office.now)
        before = copy.deepcopy((dict(case.values), case.position, dict(case.acts), one.data, facts))
        first, again = decide(case.matter, case, one, facts), decide(case.matter, case, one, copy.deepcopy(facts))
        assert first == again
        if isinstance(first, list):
            ends = [case, case]
            for event in first:
                ends = [evolve(ends[0], event), evolve(ends[1], copy.deepcopy(event))]
            assert ends[0] == ends[1]
        assert (dict(case.values), case.position, dict(case.acts), one.data, facts) == before
        if isinstance(first, list) and one.post in ("", *facts[f"posts:{actor}"]):
            office.does(actor, step, "a", act, **data)


def test_a_version_is_the_hash_of_all_that_a_matter_means() -> None:
    first, again = source(CLAIM), source(CLAIM)
    assert compile_source(first).version == compile_source(again).version == version_of(first)
    reordered = {key: first[key] for key in sorted(first, reverse=True)}
    assert version_of(reordered) == version_of(first)
    for change in (("small: 300", "small: 301"), ("amount: {type: int", "amount: {type: money"), ("id: apart,", "id: apart-2,")):
        assert version_of(source(CLAIM.replace(*change))) != version_of(first)
    renamed = copy.deepcopy(first)
    renamed["names"]["bureau/head"][1] = "chief"
    assert version_of(renamed) != version_of(first), "what a refusal says is part of what the matter means"


def test_a_control_switched_off_is_missing_and_nothing_else_is() -> None:
    whole = matter(CLAIM)
    weak = without(whole, "apart")
    assert [control.id for control in weak.controls] == ["once", "agreed"]
    assert [control.id for control in whole.controls] == ["once", "apart", "agreed"]
    assert weak.flow.order == whole.flow.order
    assert without(whole, "agreed").flow.order == whole.flow.order, "nor an approval's own steps"
