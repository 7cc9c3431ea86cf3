"""Who sees which alerts: oversight all, others those of what they lead or answer for, and what is reported to them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from lianfang.kernel.alerts import OVERSIGHT
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.deadline import ladder
from lianfang.kernel.model import Text
from lianfang.office.channels import withheld
from lianfang.office.engine import engine
from lianfang.office.people import led_units, posts_of, roles_of
from lianfang.office.views import Forbidden
from lianfang.store.models import Alert, AlertCase, AlertFile, Entry, chain


def may_watch(person: str) -> bool:
    """Whether a person looks after cases: inspectors and auditors after all of them, those who lead a unit after the unit's own."""
    return bool(roles_of(person) & OVERSIGHT or led_units(person))


def may_read(person: str) -> bool:
    """Whether a person sees alerts at all: who looks after cases or answers for a matter, and to whom some are escalated."""
    return may_watch(person) or bool(_owned(person) or _escalated(person)) or _reported(posts_of(person)).exists()


def demand_reader(person: str, otherwise: Text) -> None:
    """Raises Forbidden, in these words, for who sees no alerts at all."""
    if not may_read(person):
        raise Forbidden(otherwise)


def seen(person: str) -> QuerySet[Alert]:
    """All for oversight; those of the units that a person leads and of the matters that they answer for, but for channels; and what is
    escalated or was reported to a post of theirs. Nobody sees one that stands on what came in about themselves."""
    found, hidden = _for(person), withheld(person)
    on = AlertCase.objects.filter(case_id__in=hidden, **{name: OuterRef(name) for name in ("matter", "control", "about")})
    return found.exclude(Exists(on)) if hidden else found


def _for(person: str) -> QuerySet[Alert]:
    if roles_of(person) & OVERSIGHT:
        return Alert.objects.all()
    boxes, mine = Q(pk__in=()), Q(unit__in=led_units(person)) | Q(matter__in=_owned(person))
    for matter, control in engine().duties.values():
        if KINDS[control.kind].concerns:
            boxes |= Q(matter=matter.id, control=control.id)
    seen = mine & ~boxes
    for name, told, rung in _escalated(person):
        seen |= Q(matter=name, control=told, **({"about__endswith": rung} if rung else {}))
    return Alert.objects.filter(seen) | _reported(posts_of(person))


def _reported(posts: Iterable[str]) -> QuerySet[Alert]:
    """The alerts of which late work was reported to one of these posts."""
    told = Q(pk__in=())
    for post in posts:
        told |= Q(reported__contains=f"[{json.dumps(post)},")
    return Alert.objects.filter(told, ~Q(reported="[]"))


def _owned(person: str) -> list[str]:
    """The matters that a post of a person answers for."""
    posts = posts_of(person)
    return [matter.id for matter in engine().current.values() if matter.owner in posts]


def _escalated(person: str) -> list[tuple[str, str, str]]:
    """The controls, each with its matter, whose alerts are reported to a post of a person; of a later rung with the end of the name that
    its alerts have, for who stands there hears of what is late only then."""
    posts = posts_of(person)
    return [
        (matter.id, control.id, f"|>{rung.post}" if i else "")
        for matter in engine().current.values()
        for control in matter.controls
        for i, rung in enumerate(ladder(control))
        if rung.post in posts
    ]


def proof_of(person: str, sha256: str) -> tuple[str, ...] | None:
    """Who worked the alert that a file proves something of, where a person sees that alert; None where they see none of it."""
    for used in AlertFile.objects.filter(sha256=sha256):
        row = seen(person).filter(matter=used.matter, control=used.control, about=used.about).first()
        if row is not None:
            return tuple(chain(row.last).filter(kind=Entry.WORK).exclude(actor="").values_list("actor", flat=True))
    return None
