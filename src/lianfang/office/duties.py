"""The turns of duties, and whose they are."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from lianfang.kernel.controls import KINDS
from lianfang.kernel.model import Matter
from lianfang.office.engine import engine
from lianfang.office.people import posts_of
from lianfang.store.models import CaseRow, Duty

DONE = ("completed",)
TAKEN = ("open", *DONE)
"""How a case stands that does its turn, or did it: one that was withdrawn or rejected leaves the turn to another case."""


def takes_turns(matter: Matter) -> bool:
    """Whether a case of a matter carries a turn."""
    duty = engine().duties.get(matter.id)
    return duty is not None and KINDS[duty[1].kind].takes_turns


def turns_of(person: str, matter: Matter) -> QuerySet[Duty]:
    """The turns that a person's case of a duty's small matter can carry: those of the post as one, and their own."""
    return Duty.objects.filter(matter=matter.id, holder__in=("", person))


def untaken(turns: QuerySet[Duty]) -> QuerySet[Duty]:
    """Those of some turns that wait to be done: of no case, or of one that ended without doing them."""
    return turns.filter(~_carried(TAKEN))


def owed(turns: QuerySet[Duty]) -> QuerySet[Duty]:
    """Those of some turns that are not done, whether or not somebody is about to."""
    return turns.filter(~_carried(DONE))


def done(turns: QuerySet[Duty]) -> QuerySet[Duty]:
    """Those of some turns that are done."""
    return turns.filter(_carried(DONE))


def with_done(turns: QuerySet[Duty]) -> QuerySet[Duty]:
    """Some turns, each with whether it is ``done``."""
    return turns.annotate(done=_carried(DONE))


def _carried(statuses: Collection[str]) -> Exists:
    """That the case of a turn stands so: asked turn by turn, for the cases of an office are many more."""
    return Exists(CaseRow.objects.filter(id=OuterRef("case_id"), status__in=statuses))


def owed_by(person: str) -> QuerySet[Duty]:
    """The turns of the posts that a person holds now: the post's, and their own."""
    return Duty.objects.filter(post__in=posts_of(person), holder__in=("", person))
