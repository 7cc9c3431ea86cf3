"""qualified 专人办理: only whom the ledger appoints, who holds the post, or who belongs to the unit; all that is named must hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import ORGANISATION, PaperOffice, explains, matter

USE = """
ledgers:
  seals:
    fields: {keeper: person}
    entries: {round: {keeper: kit}, square: {keeper: hua}, lost: {}}
record: {seal: text}
steps: {use: {by: applicant, form: [seal]}}
controls: [{id: own, kind: qualified, at: use, PARAMS}]
"""
LEDGER = USE.replace("PARAMS", "ledger: seals, key: seal, holder: keeper")
POST = USE.replace("PARAMS", "posts: [keeper, head]")
UNIT = USE.replace("PARAMS", "own_unit: true")
ALL = USE.replace("PARAMS", "ledger: seals, key: seal, holder: keeper, posts: [keeper], own_unit: true")


def test_only_whom_the_ledger_appoints() -> None:
    assert PaperOffice(LEDGER).does("kit", "use", seal="round") is None
    refusal = PaperOffice(LEDGER).does("kit", "use", seal="square")
    assert explains(refusal, "own", "square", "seals")
    assert refusal is not None
    assert refusal.shown == {"key": "square", "appointed": "hua", "actor": "kit"}


@pytest.mark.parametrize("seal", ["lost", "no such seal"])
def test_where_nobody_is_appointed_nobody_may(seal: str) -> None:
    assert explains(PaperOffice(LEDGER).does("kit", "use", seal=seal), "own", seal)


def test_a_seal_that_was_not_named_is_asked_for() -> None:
    refusal = PaperOffice(LEDGER).does("kit", "use")
    assert explains(refusal, "own", "seal")
    assert refusal is not None
    assert refusal.shown == {"missing": ["seal"]}


@pytest.mark.parametrize(("who", "may"), [("kit", True), ("hua", True), ("duo", True), ("ann", False), ("gil", False), ("xu", False)])
def test_any_of_the_posts_held_today(who: str, may: bool) -> None:
    """Duo is head beside being a clerk; Gil was head until last year."""
    refusal = PaperOffice(POST).does(who, "use")
    assert (refusal is None) if may else explains(refusal, "own", "head", "keeper")


@pytest.mark.parametrize(("who", "may"), [("ann", True), ("dora", True), ("xu", False), ("stranger", False)])
def test_only_staff_of_the_unit(who: str, may: bool) -> None:
    refusal = PaperOffice(UNIT).does(who, "use")
    if may:
        assert refusal is None
        return
    assert explains(refusal, "own", "use", "bureau")
    assert refusal is not None
    assert refusal.shown == {"needed": "bureau", "unit": "annex" if who == "xu" else ""}


@given(st.sampled_from([*ORGANISATION.people, "stranger"]), st.sampled_from(["round", "square", "lost", "none"]))
def test_all_that_is_named_must_hold(who: str, seal: str) -> None:
    assert (PaperOffice(ALL).does(who, "use", seal=seal) is None) == (who == "kit" and seal == "round")


@pytest.mark.parametrize(
    "params",
    [
        "ledger: seals",
        "ledger: seals, key: seal",
        "posts: [head], key: seal",
        "posts: [head], holder: keeper",
        "posts: [head], barred: keeper",
    ],
)  # fmt: skip
def test_ledger_key_and_holder_belong_together(params: str) -> None:
    with pytest.raises(ValueError, match="ledger, key and one of holder and barred belong together"):
        matter(USE.replace("PARAMS", params))


def test_something_is_asked_for() -> None:
    with pytest.raises(ValueError, match="posts, ledger or own_unit is needed"):
        matter(USE.replace("PARAMS", "own_unit: false"))
    with pytest.raises(ValueError, match="no post 'keepr'; did you mean 'keeper'"):
        matter(USE.replace("PARAMS", "posts: [keepr]"))
