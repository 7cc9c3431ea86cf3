"""No gate can be gone round; where one can, the way round is shown with a record that takes it."""

from __future__ import annotations

from typing import Any

import pytest
from paper_office import matter

from lianfang.catalogue.checks.bypass import Proof, prove
from lianfang.catalogue.load import Catalogue
from lianfang.kernel.build import without
from tests.five import five

EXPENSE, SEAL = "information-centre/expense", "government-services/seal"
FILE = f"matters/{EXPENSE}/matter.yaml"


def level(matter: Any, step: str) -> Any:
    """A level of the approval by amount."""
    levels = next(control for control in matter["controls"] if control["id"] == "levels")["levels"]
    return next(one for one in levels if one["step"] == step)


def proof(catalogue: Catalogue) -> Proof:
    return prove(catalogue.matters[EXPENSE].matter)


@pytest.mark.parametrize("name", [EXPENSE, SEAL])
def test_every_gate_of_the_built_in_matters_is_proved(name: str) -> None:
    matter = five().matters[name].matter
    found = prove(matter)
    assert found.proved == sum(len(control.steps) for control in matter.controls if control.family == "gate")
    assert not found.refuted
    assert not found.undecided


def test_a_flow_and_an_approval_that_differ_at_exactly_the_limit(changed: Any) -> None:
    found = proof(changed(FILE, lambda matter: level(matter, "director").update(when="amount >= small")))
    assert [(bypass.control, bypass.step, bypass.without) for bypass in found.refuted] == [("levels", "settle", "director")]
    assert found.refuted[0].record == {"amount": 300_000}
    assert "director" not in found.refuted[0].path
    assert found.refuted[0].path[-1] == "settle"


def test_an_approval_that_stands_after_what_it_guards(changed: Any) -> None:
    def late(matter: Any) -> None:
        matter["flow"].remove("deputy")
        matter["flow"].append("deputy")

    assert [(bypass.step, bypass.without) for bypass in proof(changed(FILE, late)).refuted] == [("settle", "deputy")]


def test_an_approval_beside_what_it_guards(changed: Any) -> None:
    def beside(matter: Any) -> None:
        flow = matter["flow"]
        flow[-2:] = [{"parallel": [["settle"], ["pay"]]}]

    assert [(bypass.control, bypass.without) for bypass in proof(changed(FILE, beside)).refuted] == [("booked-first", "settle")]


def test_a_branch_that_is_never_taken_is_no_way_round(changed: Any) -> None:
    def dead(matter: Any) -> None:
        choice = next(part for part in matter["flow"] if isinstance(part, dict))
        choice["choose"].insert(0, {"when": "amount <= small && amount > large", "do": []})

    found = proof(changed(FILE, dead))
    assert not found.refuted
    assert not found.undecided


def test_what_trying_can_not_settle_is_said_to_be_undecided(changed: Any) -> None:
    def obscure(matter: Any) -> None:
        choice = next(part for part in matter["flow"] if isinstance(part, dict))
        choice["choose"][0]["when"] = "amount <= small && amount * 2 <= small + small"

    found = proof(changed(FILE, obscure))
    assert not found.refuted
    assert any("can't be tried out" in text.en for text in found.undecided)


def test_an_amount_that_can_still_change_after_the_choice_is_not_relied_on(changed: Any) -> None:
    def late(matter: Any) -> None:
        matter["steps"]["settle"]["form"] = ["amount"]

    found = proof(changed(FILE, late))
    assert any("'amount' can change after the choice" in text.en for text in found.undecided)


def test_a_gate_that_is_not_asked_at_its_step_is_no_gate() -> None:
    matter = five().matters[EXPENSE].matter
    weakened = without(matter, "invoice-sum")
    broken = type(matter)(**{**{name: getattr(matter, name) for name in matter.__slots__}, "plan": weakened.plan})
    assert [(bypass.control, bypass.step) for bypass in prove(broken).refuted] == [("invoice-sum", "fill")]


GUARDED = """
params: {small: 3}
record: {amount: {type: int, required: true, min: 10}, urgent: {type: bool, required: true}, seen: {type: text, required: true}}
steps:
  fill: {by: clerk, form: [amount, urgent]}
  sign: {by: head, kind: approval, returns_to: fill}
  look: {by: keeper, form: [seen]}
  pay: {by: cashier}
controls: [{id: signed, kind: approval, steps: [pay], levels: [{step: sign}]}]
"""


def on_paper(flow: str, text: str = GUARDED) -> Proof:
    return prove(matter(text + f"flow: {flow}\n"))


def test_a_limit_that_no_value_of_its_field_comes_near() -> None:
    """Ten and more are far from three, and all of them go round."""
    found = on_paper("[fill, {choose: [{when: amount > small, do: []}, {otherwise: [sign]}]}, look, pay]")
    assert [(bypass.without, bypass.record) for bypass in found.refuted] == [("sign", {"amount": 10})]


def test_a_field_that_is_required_only_later_is_not_there_yet_at_the_choice() -> None:
    found = on_paper("[fill, {choose: [{when: has(seen), do: [sign]}, {otherwise: []}]}, look, pay]")
    assert [(bypass.without, bypass.path) for bypass in found.refuted] == [("sign", ("fill", "look", "pay"))]
    assert on_paper("[fill, look, {choose: [{when: has(seen), do: [sign]}, {otherwise: []}]}, pay]").proved == 1


def test_a_value_that_can_change_between_two_choices_is_not_relied_on() -> None:
    """Not urgent, so not signed; then made urgent, so paid."""
    first, second = "{choose: [{when: urgent, do: [sign]}, {otherwise: []}]}", "{choose: [{when: urgent, do: [pay]}, {otherwise: []}]}"
    assert on_paper(f"[fill, {first}, look, {second}]").proved == 1
    found = on_paper(f"[fill, {first}, look, {second}]", GUARDED.replace("form: [seen]", "form: [seen, urgent]"))
    assert (found.proved, found.refuted) == (0, [])
    assert ["'urgent' can change after the choice" in text.en for text in found.undecided] == [True]


SPENT = """
record: {request: {type: choice, choices: [interest, use]}, interest: int, amount: {type: int, required: true}}
params: {large: 100}
steps:
  ask: {by: clerk, form: [request]}
  enter: {by: clerk, form: [interest]}
  apply: {by: clerk, form: [amount]}
  meet: {by: head}
  AGAIN
  pay: {by: cashier}
flow:
  - ask
  - choose:
      - {when: "request == 'interest'", do: [enter]}
      - otherwise: [apply, {choose: [{when: "amount > large", do: [meet]}, {otherwise: []}]}, MORE pay]
controls: [{id: met, kind: approval, steps: [pay], levels: [{step: meet, when: "amount > large"}]}]
"""


def test_what_is_filled_in_after_one_choice_and_before_the_next_is_the_same_in_both() -> None:
    """The choice of what is asked for comes before the sum is known, but does not look at it; and a field may be called as a choice is."""
    found = prove(matter(SPENT.replace("  AGAIN\n", "").replace("MORE ", "")))
    assert not found.undecided
    assert not found.refuted


def test_what_is_filled_in_again_after_the_choice_can_be_another() -> None:
    again = SPENT.replace("AGAIN", "correct: {by: clerk, form: [amount]}").replace("MORE", "correct,")
    assert "'amount' can change after the choice" in prove(matter(again)).undecided[0].en
