"""What would let a case get stuck is refused when the matter is read, in both languages."""

from __future__ import annotations

import pytest
from paper_office import matter

FLOW = """
record: {names: people, n: {type: int, required: true}}
flow: FLOW
steps:
  a: {by: applicant, form: [names, n]}
  b: {by: clerk}
  c: {by: head, kind: approval, returns_to: TO}
  d: {by: clerk}
"""
NEVER = "can't return to"


def read(flow: str, to: str = "a") -> None:
    matter(FLOW.replace("FLOW", flow).replace("TO", to))


@pytest.mark.parametrize(
    ("flow", "to"),
    [
        ("[a, b, c, d]", "b"),
        ("[a, {choose: [{when: n > 1, do: [b, c]}, {otherwise: []}]}, d]", "b"),
        ("[a, {parallel: [[b, c], d]}]", "b"),
        ("[a, {parallel: [[b, c], d]}]", "a"),
        ("[a, {each: {over: names, do: [b, c]}}, d]", "a"),
        ("[a, {repeat: {acts: [[b, c]], until: d}}]", "a"),
    ],
)
def test_a_return_along_the_way_one_came(flow: str, to: str) -> None:
    read(flow, to)


@pytest.mark.parametrize(
    ("flow", "to"),
    [
        ("[a, b, c, d]", "d"),  # forward
        ("[a, b, c, d]", "c"),  # to itself
        ("[a, {choose: [{when: n > 1, do: [b]}, {otherwise: []}]}, c, d]", "b"),  # a branch that was perhaps not taken
        ("[a, {parallel: [b, d]}, c]", "b"),  # into one of several branches
        ("[a, {parallel: [b, [d, c]]}]", "b"),  # into the branch beside
        ("[a, {each: {over: names, do: [b, c]}}, d]", "b"),  # which of the items?
        ("[a, {repeat: {acts: [[b, c]], until: d}}]", "b"),  # which of the rounds?
        ("[a, {repeat: {acts: [b], until: d}}, c]", "b"),
    ],
)
def test_a_return_into_nowhere(flow: str, to: str) -> None:
    with pytest.raises(ValueError, match=f"{NEVER} '{to}'"):
        read(flow, to)


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        ("[]", "a flow begins with a step"),
        ("[{choose: [{when: n > 1, do: [a]}, {otherwise: [b]}]}, c, d]", "a flow begins with a step"),
        ("[{each: {over: names, do: [a]}}, b, c, d]", "a flow begins with a step"),
        ("[a, {choose: [{when: n > 1, do: [b]}]}, c, d]", "a choose has one otherwise, and it comes last"),
        ("[a, {choose: [{otherwise: [b]}, {when: n > 1, do: [d]}]}, c]", "a choose has one otherwise, and it comes last"),
        ("[a, {choose: []}, b, c, d]", "a choose has one otherwise, and it comes last"),
        ("[a, {each: {over: names, do: [{each: {over: names, do: [b]}}]}}, c, d]", "an each can't stand inside an each"),
        ("[a, {each: {over: n, do: [b]}}, c, d]", "an each goes over a list of texts or people"),
        ("[a, b, c]", "the step 'd' is not in the flow"),
        ("[a, b, c, d, b]", "a step stands twice in the flow: b"),
        ("[a, b, c, e]", "no step 'e'"),
        ("[a, {chose: []}, b, c, d]", "a flow is made of steps, choose, parallel, each and repeat"),
        ("[a, {choose: [{if: n > 1, do: [b]}]}, c, d]", "a branch is"),
        ("[a, {choose: [{when: m > 1, do: [b]}, {otherwise: []}]}, c, d]", "no field or parameter 'm'"),
        ("[a, {choose: [{when: 'hours(at, at) > 1', do: [b]}, {otherwise: []}]}, c, d]", "no field or parameter 'at'"),
        ("[a, {choose: [{when: n, do: [b]}, {otherwise: []}]}, c, d]", "gives int, not bool"),
        ("[a, {repeat: {acts: [b], until: e}}, c, d]", "no step 'e'"),
    ],
)
def test_a_case_that_would_get_stuck(flow: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(flow)


def test_an_approval_says_where_it_returns_to() -> None:
    with pytest.raises(ValueError, match="an approval says where it returns to"):
        matter(FLOW.replace("FLOW", "[a, b, c, d]").replace(", returns_to: TO", ""))


@pytest.mark.parametrize("name", ["opinion", "votes", "attendance", "item", "unit", "at", "actor", "entry", "case_id"])
def test_a_field_may_not_take_a_name_that_means_something_else(name: str) -> None:
    with pytest.raises(ValueError, match=f"'{name}' means something else already"):
        matter(f"record: {{{name}: text}}\nsteps: {{a: {{by: applicant}}}}")


def test_a_field_and_a_parameter_have_different_names() -> None:
    with pytest.raises(ValueError, match="'copies' means something else already"):
        matter("params: {copies: 2}\nrecord: {copies: int}\nsteps: {a: {by: applicant}}")
