"""Hands (人手): what a control asks of the people of a case beyond who takes each step by its post, told as values.

A kind of control says it of itself (``Kind.hands``); whether an office has the people is reckoned elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple

APPLICANT = "applicant"
EVERYBODY = "*"
"""Among those who are kept apart: all who had a part in the case, a whole body where one voted."""
Fraction = tuple[int, int]


class Only(NamedTuple):
    """Who takes these steps also holds one of the posts (any, where there are none) and belongs to the unit ('' for any)."""

    steps: tuple[str, ...]
    posts: tuple[str, ...] = ()
    unit: str = ""


class Seats(NamedTuple):
    """So many different people more, whom others call by a name: where a step is taken, none of them whoever takes it, or ('') once the
    case is finished. They hold one of the posts, where some are named, or belong to the unit, where one is."""

    name: str
    step: str
    many: int
    posts: tuple[str, ...] = ()
    unit: str = ""


class Apart(NamedTuple):
    """Each of these is somebody else: who takes a step, the applicant, the people of a seat; and all who attend these ``meetings``, but
    for whoever records the same one."""

    names: tuple[str, ...]
    meetings: tuple[str, ...] = ()


class Quorum(NamedTuple):
    """A meeting with this share of the members who need not stand back, and with more than the other one of them."""

    step: str
    quorum: Fraction
    more_than: Fraction


class Elsewhere(NamedTuple):
    """Nobody takes these steps who acted in the case that wrote the entry of a ledger on which this one rests."""

    steps: tuple[str, ...]
    ledger: str


class Second(NamedTuple):
    """Each holder of a post finds somebody else who holds another one."""

    post: str
    other: str


Hands = Only | Seats | Apart | Quorum | Elsewhere | Second
