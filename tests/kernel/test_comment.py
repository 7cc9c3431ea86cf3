"""Comments on a case: by and to those who have to do with it; they move nothing and stand in the log."""

from __future__ import annotations

import pytest

from lianfang.kernel.beside import offered
from lianfang.kernel.model import CommandError
from tests.kernel.test_beside import filed, told


def test_a_comment_moves_nothing_and_is_judged_again_from_the_log() -> None:
    office = filed()
    before = office.cases["a"]
    assert office.beside("hua", "comment", opinion="请 @ann 补发票", people=["ann"]) is None
    case = office.cases["a"]
    assert (case.position, case.values, case.acts) == (before.position, before.values, before.acts)
    assert (case.notes[-1].act, case.notes[-1].to) == ("comment", ("ann",))
    assert not case.moved_since(before.n), "no form is stale by it"
    assert office.beside("ann", "comment", opinion="已补") is None
    office.sound()


@pytest.mark.parametrize("who", ["ann", "hua", "dora", "cai", "ben"])
def test_who_has_to_do_with_the_case_comments(who: str) -> None:
    """The applicant, who has a step before them or behind, and who sits on the body that meets."""
    office = filed()
    assert office.beside(who, "comment", opinion="已阅") is None
    office.sound()


def test_a_stranger_neither_comments_nor_is_named() -> None:
    office = filed()
    told(office.beside("xu", "comment", opinion="看看"), "comment-people")
    told(office.beside("ann", "comment", opinion="看看", people=["hua", "xu"]), "comment-people", "xu")
    told(office.beside("ann", "comment", opinion="看看", people=["gil"]), "comment-people", "gil")
    told(office.beside("ann", "comment", opinion="看看", people=["ann"]), "comment-people", "ann")
    assert office.beside("ann", "copy", people=["xu"]) is None
    assert office.beside("ann", "comment", opinion="看看", people=["xu"]) is None, "who was named to read it has to do with it"
    assert office.beside("xu", "comment", opinion="看过了", people=["ann"]) is None
    assert office.does("xu", "check") is not None, "but gets to act in nothing by it"
    office.sound()


def test_a_comment_has_words_and_a_case() -> None:
    office = filed()
    for data in ({}, {"opinion": " "}, {"opinion": "x", "people": "ann"}, {"opinion": "x", "step": "check"}):
        with pytest.raises(CommandError):
            office.beside("ann", "comment", **data)
    told(office.beside("ann", "comment", "none", opinion="x"), "step-order")


def test_a_case_that_has_ended_can_be_spoken_of() -> None:
    office = filed(steps=7)
    assert office.status() == "completed"
    assert office.beside("hua", "comment", opinion="下次请附明细", people=["ann"]) is None
    assert offered(office.cases["a"], "hua", office.posts("hua"), office.now) == ("copy", "comment")
    office.sound()


def test_it_is_offered_to_those_who_could_give_it() -> None:
    office = filed()
    case = office.cases["a"]
    assert "comment" in offered(case, "cai", office.posts("cai"), office.now)
    assert "comment" not in offered(case, "xu", office.posts("xu"), office.now)
    body = case.matter.steps["meet"].by.removeprefix("body:")
    assert "comment" not in offered(case, "kit", office.posts("kit"), office.now)
    assert "comment" in offered(case, "kit", office.posts("kit"), office.now, [body])
