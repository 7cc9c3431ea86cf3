"""The workbench of a person."""

from __future__ import annotations

from lianfang.office.views import Desk, DutyLine, Page, TaskView

PAGE = 25


def desk(person: str) -> Desk:
    """What waits for a person, what they did and started, the duties they owe and what they can start; first pages."""
    raise NotImplementedError


def waiting(person: str, page: int = 1) -> Page:
    """What waits for a person (待办), most urgent first."""
    raise NotImplementedError


def done(person: str, page: int = 1) -> Page:
    """What a person did (已办), latest first."""
    raise NotImplementedError


def started(person: str, page: int = 1) -> Page:
    """The cases a person started (我发起), latest first."""
    raise NotImplementedError


def duties(person: str) -> tuple[DutyLine, ...]:
    """The turns of duties that a person's posts owe, open ones first."""
    raise NotImplementedError


def tasks(person: str) -> tuple[TaskView, ...]:
    """Every step that waits for a person."""
    raise NotImplementedError


def find(person: str, words: str, page: int = 1) -> Page:
    """The cases a person may see whose number or title contains the words, latest first."""
    raise NotImplementedError
