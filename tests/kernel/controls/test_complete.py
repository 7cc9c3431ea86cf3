"""complete 材料齐全: the papers are there, and none of their pages is blank."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, explains, matter

APPLY = """
record: {paper: file, outing: bool, where: text, lines: {type: list, of: {what: text}}}
steps: {apply: {by: applicant, form: [paper, outing, where, lines]}}
controls:
  - {id: where, kind: complete, at: apply, fields: [where], when: has(outing) && outing}
  - {id: blank, kind: complete, at: apply, not_blank: [paper]}
"""
LINES = APPLY.replace("fields: [where], when: has(outing) && outing", "fields: [where, lines]")
LETTER, FORM, EMPTY = "a" * 64, "b" * 64, "c" * 64
FILES = {
    LETTER: {"name": "函.pdf", "size": 9, "pages": 3, "blank_pages": 0},
    FORM: {"name": "表.pdf", "size": 9, "pages": 3, "blank_pages": 1},
    EMPTY: {"name": "空.txt", "size": 0, "pages": 0, "blank_pages": 0},
}


def apply(text: str = APPLY, **data: Any) -> Any:
    return PaperOffice(text, FILES).does("ann", "apply", **data)


@pytest.mark.parametrize("data", [{}, {"outing": False}, {"outing": True, "where": "会议中心"}, {"paper": LETTER}])
def test_what_is_not_asked_for_may_be_missing(data: dict[str, Any]) -> None:
    assert apply(**data) is None


@pytest.mark.parametrize("where", [{}, {"where": ""}, {"where": " \u3000"}, {"where": "\u200b"}])
def test_an_outing_says_where_to(where: dict[str, str]) -> None:
    refusal = apply(outing=True, **where)
    assert explains(refusal, "where", "where")
    assert refusal.shown == {"missing": ["where"]}


def test_all_that_is_missing_is_told_at_once() -> None:
    assert explains(apply(LINES, lines=[]), "where", "where", "lines")
    assert apply(LINES, where="x", lines=[{"what": "y"}]) is None


def test_one_blank_page_among_three_is_one_too_many() -> None:
    refusal = apply(paper=FORM)
    assert explains(refusal, "blank", "表.pdf", 3, 1)
    assert refusal.shown == {"file": FORM, "pages": 3, "blank_pages": 1}


def test_paper_without_any_page_is_blank() -> None:
    assert explains(apply(paper=EMPTY), "blank", "空.txt", 0)


def test_a_file_that_nobody_uploaded_is_not_taken_on_trust() -> None:
    assert explains(apply(paper="d" * 64), "blank", "paper")


@given(st.integers(0, 50), st.integers(0, 50))
def test_accepted_means_pages_and_none_blank(pages: int, blank: int) -> None:
    files = {LETTER: {"name": "函.pdf", "size": 1, "pages": pages, "blank_pages": blank}}
    assert (PaperOffice(APPLY, files).does("ann", "apply", paper=LETTER) is None) == (pages > 0 and blank == 0)


def test_only_files_have_pages_and_something_is_asked_for() -> None:
    with pytest.raises(ValueError, match="'where' in not_blank is not a file"):
        matter(APPLY.replace("not_blank: [paper]", "not_blank: [where]"))
    with pytest.raises(ValueError, match="fields or not_blank is needed"):
        matter(APPLY.replace(", not_blank: [paper]", ""))
