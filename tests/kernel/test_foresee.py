"""What a form would meet is told before it is submitted, by the gates that will judge it: no more than is sure, and no less once all is
filled in."""

from __future__ import annotations

from typing import Any

import pytest
from paper_office import PaperOffice, matter

from lianfang.catalogue.drills import office as drills_office
from lianfang.catalogue.drills.runner import Stage, play
from lianfang.kernel import Case, Command, CommandError, Judged, Matter, judge
from lianfang.kernel.decide import FORWARD
from lianfang.kernel.foresee import begun, foresee
from lianfang.watch.engine import find
from tests.five import five

CLAIM = """
params: {most: 300}
ledgers: {bills: {fields: {sum: int}}}
record:
  amount: {type: int, required: true}
  number: {type: text, required: true}
  urgent: {type: bool, required: true}
  reason: text
  paper: file
flow: [fill, check, pay]
steps:
  fill: {by: applicant, form: [amount, number, urgent, reason, paper], writes: [{ledger: bills, key: norm(number), data: {sum: amount}}]}
  check: {by: head, kind: approval, returns_to: fill}
  pay: {by: cashier}
controls:
  - {id: little, kind: limit, at: fill, value: amount, max: most}
  - {id: once, kind: unique, at: fill, ledger: bills, key: norm(number)}
  - {id: told, kind: complete, at: [fill], fields: [reason], when: urgent}
  - {id: papers, kind: complete, at: [fill], fields: [paper]}
  - {id: apart, kind: distinct, steps: [fill, check, pay]}
"""
USED = {"case": "b", "data": {"sum": 1}, "open": True}


def coming(case: Case, data: dict[str, Any], step: str = "fill", actor: str = "ann", act: str = "do", **facts: Any) -> Any:
    """(control, fields) of all that is foreseen, and the fields that are malformed."""
    post = "" if step == "fill" else case.matter.steps[step].by
    command = Command(case.id, step, act, data, actor, post, "2026-03-02T01:00:00Z")
    form = begun(case.matter, case, command)
    known = {":".join(need): None for need in form.reading.needs} | {f"posts:{actor}": [post] if post else [], **facts}
    found = foresee(case.matter, case, command, form, known)
    return {one.refusal.control: one.fields for one in found}, [error.field for error in form.errors]


def new() -> Case:
    return matter(CLAIM).new_case("a")


def test_nothing_is_told_of_what_is_not_filled_in() -> None:
    assert coming(new(), {}) == ({}, [])
    assert coming(new(), {"urgent": False}) == ({}, [])


def test_each_field_is_told_as_soon_as_it_can_be_judged_and_all_at_once() -> None:
    assert coming(new(), {"amount": 301}) == ({"little": ("amount",)}, [])
    assert coming(new(), {"amount": 300}) == ({}, [])
    both = coming(new(), {"amount": 301, "number": "7"}, **{"entry:bills:7": USED})
    assert both == ({"little": ("amount",), "once": ("number",)}, [])


def test_what_is_malformed_is_told_and_judged_by_nothing() -> None:
    assert coming(new(), {"amount": "much", "number": "7"}) == ({}, ["amount"])


def test_what_may_stay_empty_is_missed_where_a_control_asks_for_it() -> None:
    assert coming(new(), {"urgent": True}) == ({"told": ("urgent", "reason")}, [])
    assert coming(new(), {"urgent": True, "reason": "急"}) == ({}, [])


def test_a_file_that_was_chosen_is_not_here_before_the_form_is_submitted() -> None:
    whole = {"amount": 1, "number": "7", "urgent": False}
    assert coming(new(), whole) == ({}, []), "it may be chosen already: nobody is told that it is missing"
    assert coming(new(), {**whole, "paper": "0" * 64}) == ({}, [])


def test_who_may_not_take_the_step_hears_that_alone() -> None:
    office = PaperOffice(CLAIM)
    assert office.does("ann", "fill", amount=1, number="7", urgent=False, paper="0" * 64) is None
    case = office.cases["a"]
    assert coming(case, {}, "check", "ann", "approve", **{"posts:ann": []}) == ({"step-post": ()}, [])
    assert coming(case, {}, "pay", "cai") == ({"step-order": ()}, [])
    assert coming(case, {}, "check", "ann", "approve") == ({"apart": ()}, []), "who applied does not approve, whatever is filled in"
    assert coming(case, {}, "check", "hua", "approve") == ({}, [])


def test_a_rule_that_fails_on_a_whole_form_refuses_as_it_will() -> None:
    one = matter(CLAIM)

    def breaks(*_: Any) -> None:
        raise ZeroDivisionError

    broken = Matter(
        **{**{name: getattr(one, name) for name in one.__dataclass_fields__}, "plan": one.plan.judged("once", {"fill": breaks})}
    )
    whole = {"amount": 1, "number": "7", "urgent": False, "paper": "0" * 64}
    assert coming(broken.new_case("a"), whole) == ({"once": ("number",)}, [])
    assert coming(broken.new_case("a"), {**whole, "amount": "much"}) == ({}, ["amount"])


def test_an_unknown_step_is_malformed() -> None:
    with pytest.raises(CommandError, match="fill"):
        begun(matter(CLAIM), new(), Command("a", "fil", "do", {}, "ann", "", "2026-03-02T01:00:00Z"))


def test_every_command_of_the_drills_is_foreseen_as_it_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a form that is whole: what would be refused is what is refused, by that control among others; what is accepted meets nothing."""
    seen = {"accepted": 0, "refused": 0}

    def watched(matter: Matter, case: Case, command: Command, facts: Any, reading: Any = None) -> Judged:
        judged = judge(matter, case, command, facts, reading)
        if command.step and command.act in FORWARD:
            form = begun(matter, case, command)
            found = [one.refusal for one in foresee(matter, case, command, form, facts)]
            if judged.refusal is None:
                assert not found, (matter.id, command)
            elif case.status == "open" and command.step not in case.waiting:
                assert [one.kind for one in found] == ["order"] or found == [judged.refusal], "not now, whatever is filled in"
            elif not form.lacking:
                assert judged.refusal in found, (matter.id, command)
            seen["accepted" if judged.refusal is None else "refused"] += 1
        return judged

    monkeypatch.setattr(drills_office, "judge", watched)
    catalogue = five()
    for file in catalogue.matters.values():
        stage = Stage(catalogue, file, file.matter, find)
        for drill in file.drills.drills:
            assert play(stage, drill).verdict not in ("missed", "false_refusal")
    assert min(seen.values()) > 20
