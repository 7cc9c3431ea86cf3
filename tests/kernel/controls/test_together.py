"""together 多人同行: the seal leaves the house in the company of two of the bureau, its bearer not counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import ORGANISATION, PaperOffice, explains, matter

OUTING = """
params: {least: 2}
record: {with: people}
steps: {leave: {by: applicant, form: [with]}}
controls: [{id: company, kind: together, at: leave, people: with, at_least: least, same_unit: SAME}]
"""
OURS, ANYBODY = OUTING.replace("SAME", "true"), OUTING.replace("SAME", "false")


@pytest.mark.parametrize(
    ("companions", "counted"),
    [([], 0), (["ben"], 1), (["ben", "kit"], 2), (["ann", "ben"], 1), (["ben", "xu"], 1), (["ben", "nobody"], 1), (["ann"], 0)],
)
def test_only_others_of_the_bureau_count(companions: list[str], counted: int) -> None:
    """Ann bears the seal; Xu is of the annex; nobody of that name exists."""
    refusal = PaperOffice(OURS).does("ann", "leave", **{"with": companions})
    if counted >= 2:
        assert refusal is None
    else:
        assert explains(refusal, "company", "leave", 2, counted, "bureau")
        assert refusal is not None
        assert len(refusal.shown["counted"]) == counted
        assert f"{2 - counted}" in refusal.remedy.zh


def test_a_company_of_anybody_is_still_of_people_who_exist() -> None:
    assert PaperOffice(ANYBODY).does("ann", "leave", **{"with": ["ben", "xu"]}) is None
    assert explains(PaperOffice(ANYBODY).does("ann", "leave", **{"with": ["ben", "someone"]}), "company", 2, 1)


def test_a_company_that_was_never_named_is_nobody() -> None:
    assert explains(PaperOffice(OURS).does("ann", "leave"), "company", 2, 0)


@given(st.lists(st.sampled_from(["ann", "ben", "kit", "hua", "xu", "ghost"]), unique=True))
def test_accepted_means_enough_others_of_the_bureau(companions: list[str]) -> None:
    others = {p for p in companions if p != "ann" and p in ORGANISATION.people and ORGANISATION.people[p].unit == "bureau"}
    assert (PaperOffice(OURS).does("ann", "leave", **{"with": companions}) is None) == (len(others) >= 2)


def test_a_company_of_nobody_is_not_asked_for() -> None:
    with pytest.raises(ValueError, match="at_least is 1 or more"):
        matter(OURS.replace("at_least: least", "at_least: 0"))
