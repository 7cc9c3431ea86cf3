"""Channels: what came in by one is for few, and nobody reads what concerns themselves."""

from __future__ import annotations

import json
from functools import lru_cache

from lianfang.kernel.controls import KINDS
from lianfang.kernel.entry import fold
from lianfang.kernel.model import Case
from lianfang.office.engine import engine
from lianfang.office.people import once, stands_of
from lianfang.store.models import CaseRow, Entry, chain


def confidential() -> frozenset[str]:
    """The small matters of channels, whose cases are only for those whom it takes."""
    return frozenset(name for name, (_, control) in engine().duties.items() if KINDS[control.kind].concerns)


@once
def withheld(person: str) -> list[str]:
    """The cases of channels that a person must not read, because they concern them."""
    rows = CaseRow.objects.filter(matter__in=confidential()).exclude(applicant=person)
    about = [(row.id, concerned) for row in rows if (concerned := concerned_by(row.matter, row.version, row.last, bytes(row.tip)))]
    meant = meant_by(person) if about else frozenset[str]()
    return [case_id for case_id, concerned in about if concerned & meant]


def meant_by(person: str) -> frozenset[str]:
    """A person, and those whom they stand in for: what concerns these concerns them."""
    return frozenset({person, *(one.person for one in stands_of(person))})


@lru_cache(maxsize=4096)
def concerned_by(matter: str, version: str, last: int, tip: bytes) -> frozenset[str]:
    """Whom a case of a channel concerns, by its last entry (whose hash is ``tip``): what is written up to there does not change."""
    field = KINDS[engine().duties[matter][1].kind].concerns
    return frozenset(folded(version, "", last).values.get(field) or ())


def folded(version: str, case_id: str, last: int) -> Case:
    """A case as its accepted entries up to the one of this number make it."""
    bodies = chain(last).filter(kind=Entry.ACCEPTED).values_list("body", flat=True)
    return fold(engine().matter_of(version).new_case(case_id), map(json.loads, bodies))
