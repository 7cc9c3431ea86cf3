"""Each branch is taken by some record and each record takes one: where not, the values at the bounds are shown."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paper_office import PaperOffice, matter

from lianfang.catalogue.checks.reachability import Reach, reach
from lianfang.kernel.flow import Choose, Node, children
from tests.five import five

EXPENSE = "information-centre/expense"
FILE = f"matters/{EXPENSE}/matter.yaml"


def claim(branches: str, amount: str = "{type: int, required: true}") -> str:
    """A claim that goes one of several ways by its amount."""
    return f"""
params: {{small: 3, large: 7}}
record: {{amount: {amount}, remark: text}}
steps:
  fill: {{by: clerk, form: [amount, remark]}}
  a: {{by: head}}
  b: {{by: deputy}}
  c: {{by: director}}
flow: [fill, {{choose: [{branches}]}}]
"""


def branches_of(node: Node) -> int:
    own = len(node.branches) if isinstance(node, Choose) else 0
    return own + sum(branches_of(inner) for inner in children(node))


@pytest.mark.parametrize("name", five().matters)
def test_every_branch_of_the_built_in_matters_is_taken(name: str) -> None:
    built_in = five().matters[name].matter
    found = reach(built_in)
    assert found.reached == branches_of(built_in.flow.root)
    assert (found.refuted, found.overlaps, found.undecided) == ([], [], [])


def of(branches: str, amount: str = "{type: int, required: true}") -> Reach:
    return reach(matter(claim(branches, amount)))


LADDER = "{when: amount <= small, do: [a]}, {when: amount <= large, do: [b]}, {otherwise: [c]}"


def test_a_ladder_of_amounts_is_sound() -> None:
    assert of(LADDER) == Reach(reached=3)


def test_a_branch_to_which_those_before_it_leave_nothing() -> None:
    found = of("{when: amount <= large, do: [a]}, {when: amount <= small, do: [b]}, {otherwise: [c]}")
    [one] = found.refuted
    assert (one.kind, one.step, one.path, one.record) == ("dead-branch", "b", ("fill",), {"amount": 3})
    assert "whatever satisfies it takes “amount <= large” first, for instance amount = 3" in one.message.en
    assert "these steps are never reached: b" in one.message.en
    assert found.reached == 2


def test_an_otherwise_that_nothing_is_left_to() -> None:
    [one] = of("{when: amount <= small, do: [a]}, {when: amount > small, do: [b]}, {otherwise: [c]}").refuted
    assert (one.kind, one.step) == ("dead-branch", "c")
    assert one.record["amount"] in (2, 3, 4)


def test_a_condition_that_holds_for_nothing_within_the_bounds_of_its_field() -> None:
    assert of(LADDER, "{type: int, required: true, min: 1, max: 8}").refuted == []
    [one] = of(LADDER, "{type: int, required: true, min: 1, max: 7}").refuted
    assert (one.kind, one.step) == ("dead-branch", "c")
    [other] = of(LADDER, "{type: int, required: true, min: 4}").refuted
    assert (other.step, "nothing that comes here satisfies it" in other.message.en) == ("a", True)


def test_what_an_outer_choice_has_settled_already() -> None:
    inner = "{when: amount <= small, do: [a]}, {otherwise: [{choose: [{when: amount <= small, do: [b]}, {otherwise: [c]}]}]}"
    [one] = of(inner).refuted
    assert (one.kind, one.step) == ("dead-branch", "b")


def test_amounts_are_shown_to_the_fen_at_the_limit(changed: Any) -> None:
    def shadowed(expenses: Any) -> None:
        choice = next(part for part in expenses["flow"] if isinstance(part, dict))["choose"]
        choice.insert(1, {"when": "amount < small", "do": []})

    found = reach(changed(FILE, shadowed).matters[EXPENSE].matter)
    [one] = found.refuted
    assert "报销金额 = ¥2,999.99" in one.message.zh
    assert "Amount claimed = ¥2,999.99" in one.message.en


def test_two_conditions_that_overlap_are_shown_with_the_values_from_which_to_which() -> None:
    found = of("{when: amount <= large, do: [a]}, {when: amount >= small, do: [b]}, {otherwise: [c]}")
    assert [text.en for text in found.overlaps] == [
        "matter: the branches “amount <= large” and “amount >= small” overlap, and the first is taken: from amount = 3 to amount = 7"
    ]
    assert [one.step for one in found.refuted] == ["c"]


def test_a_field_that_may_not_be_filled_in_leaves_a_gap() -> None:
    """The kernel refuses there, and the case is stuck: that is what the gap is."""
    optional = claim(LADDER, "int")
    [one] = reach(matter(optional)).refuted
    assert (one.kind, one.path, one.record) == ("gap", ("fill",), {})
    assert "amount = not filled in" in one.message.en
    refusal = PaperOffice(optional).does("ann", "fill")
    assert refusal is not None
    assert "“amount” is not filled in" in refusal.message.en


def test_a_field_that_is_filled_in_only_later_leaves_a_gap() -> None:
    late = (
        claim(LADDER).replace("form: [amount, remark]", "form: [remark]").replace("c: {by: director}", "c: {by: director, form: [amount]}")
    )
    assert [(one.kind, one.record) for one in reach(matter(late)).refuted] == [("gap", {})]


def test_has_says_what_becomes_of_what_is_not_filled_in() -> None:
    asked = LADDER.replace("{when: amount <= small", "{when: '!has(amount)', do: [c]}, {when: amount <= small", 1).replace(
        "otherwise: [c]", "otherwise: []"
    )
    assert of(asked, "int") == Reach(reached=4)
    assert [one.kind for one in of(asked).refuted] == ["dead-branch"], "it is required, and always filled in"


def test_an_each_over_what_may_not_be_filled_in_leaves_a_gap() -> None:
    each = """
record: {units: {type: people, required: true}, remark: text}
steps: {fill: {by: clerk, form: [remark]}, ask: {by: head, form: [units]}}
flow: [fill, {each: {over: units, do: [ask]}}]
"""
    assert [(one.kind, one.step) for one in reach(matter(each)).refuted] == [("gap", "ask")]
    assert (
        reach(matter(each.replace("form: [remark]", "form: [remark, units]").replace("ask: {by: head, form: [units]}", "ask: {by: head}")))
        == Reach()
    )


def test_what_is_set_anew_between_two_choices_may_go_otherwise_at_the_second() -> None:
    twice = claim("{when: amount <= small, do: [a]}, {otherwise: [b]}").replace("b: {by: deputy}", "b: {by: deputy, form: [amount]}")
    again = twice.replace("]}]\n", "]}, {choose: [{when: amount > large, do: [c]}, {otherwise: []}]}]\n")
    found = reach(matter(again))
    assert found == Reach(reached=4)


def test_what_is_set_anew_inside_a_branch_may_contradict_what_led_there() -> None:
    """Up to three it goes to b, who may make it eight."""
    anew = claim("{when: amount <= small, do: [b, {choose: [{when: amount > large, do: [c]}, {otherwise: []}]}]}, {otherwise: [a]}")
    assert [one.step for one in reach(matter(anew)).refuted] == ["c"]
    assert reach(matter(anew.replace("b: {by: deputy}", "b: {by: deputy, form: [amount]}"))).refuted == []


def test_what_trying_can_not_settle_is_said_to_be_undecided() -> None:
    found = of("{when: amount * 2 == amount + small * 50, do: [a]}, {otherwise: [b, c]}")
    assert (found.reached, found.refuted) == (1, [])
    assert ["can't be tried out" in text.en for text in found.undecided] == [True]


BOUNDS = st.builds("amount {} {}".format, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.sampled_from([0, 1, 3, 4, 8]))
CONDITIONS = st.recursive(
    BOUNDS,
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner), st.builds("({} || {})".format, inner, inner), st.builds("!({})".format, inner)
    ),
    max_leaves=3,
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(CONDITIONS, min_size=1, max_size=3), st.sampled_from([None, 0, 2]), st.sampled_from([None, 5, 9]))
def test_it_finds_what_trying_every_amount_finds(conditions: list[str], least: int | None, most: int | None) -> None:
    bounds = "".join(f", {key}: {value}" for key, value in (("min", least), ("max", most)) if value is not None)
    steps = ["a", "b", "c"]
    branches = ", ".join(f"{{when: '{one}', do: [{step}]}}" for one, step in zip(conditions, steps, strict=False))
    text = claim(f"{branches}, {{otherwise: [last]}}", f"{{type: int, required: true{bounds}}}").replace(
        "  c:", "  last: {by: cashier}\n  c:"
    )
    unused = steps[len(conditions) :]
    text = "".join(line for line in text.splitlines(keepends=True) if not any(line.startswith(f"  {step}:") for step in unused))
    found = reach(matter(text))

    def holds(one: str, amount: int) -> bool:
        return bool(eval(one.replace("&&", " and ").replace("||", " or ").replace("!(", " not("), {"amount": amount}))

    amounts = [n for n in range(-3, 13) if (least is None or n >= least) and (most is None or n <= most)]
    said = [[holds(one, amount) for one in conditions] for amount in amounts]
    taken = {next((i for i, yes in enumerate(row) if yes), len(conditions)) for row in said}
    assert found.reached == len(taken)
    assert [one.step for one in found.refuted] == [step for i, step in enumerate([*steps[: len(conditions)], "last"]) if i not in taken]
    crossing = [
        (a, b) for a, b in combinations(range(len(conditions)), 2)
        if {(True, True), (True, False), (False, True)} <= {(row[a], row[b]) for row in said}
    ]  # fmt: skip
    assert len(found.overlaps) == len(crossing)
