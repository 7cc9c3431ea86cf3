"""Alerts: what the watches noticed, for those who look after it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from lianfang.catalogue.organisation import OVERSIGHT
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.deadline import ladder
from lianfang.kernel.model import Text
from lianfang.office.engine import engine
from lianfang.office.lines import PAGE, cut
from lianfang.office.people import led_units, posts_of, roles_of, title
from lianfang.office.refusals import LEVELS, control_title, kind_title, risk_title
from lianfang.office.views import NOTHING, AlertView, Page
from lianfang.store.models import Alert

LATEST = 5


def may_watch(person: str) -> bool:
    """Whether a person looks after cases: inspectors and auditors after all of them, those who lead a unit after the unit's own."""
    return bool(roles_of(person) & OVERSIGHT or led_units(person))


def may_read(person: str) -> bool:
    """Whether a person sees alerts at all: who looks after cases or answers for a matter, and to whom some are escalated."""
    return may_watch(person) or bool(_owned(person) or _escalated(person))


def alerts(person: str, page: int = 1, size: int = PAGE) -> Page[AlertView]:
    """The alerts that a person may see, open ones first, latest first."""
    found = seen(person).order_by("-status", "-raised_at", "-id")
    return Page(tuple(alert_view(alert) for alert in cut(found, page, size)), page, found.count(), size)


def latest_open(person: str) -> tuple[AlertView, ...]:
    """The latest of the open alerts that a person may see."""
    found = seen(person).filter(status=Alert.OPEN).order_by("-raised_at", "-id")
    return tuple(alert_view(alert) for alert in found[:LATEST])


def open_alerts(person: str) -> int:
    """How many open alerts a person may see."""
    return seen(person).filter(status=Alert.OPEN).count()


def seen(person: str) -> QuerySet[Alert]:
    """All for oversight; those of the units that a person leads and of the matters that they answer for, but for channels; and what is
    escalated to a post of theirs."""
    if roles_of(person) & OVERSIGHT:
        return Alert.objects.all()
    boxes, mine = Q(pk__in=()), Q(unit__in=led_units(person)) | Q(matter__in=_owned(person))
    for matter, control in engine().duties.values():
        if KINDS[control.kind].concerns:
            boxes |= Q(matter=matter.id, control=control.id)
    seen = mine & ~boxes
    for name, reported, rung in _escalated(person):
        seen |= Q(matter=name, control=reported, **({"about__endswith": rung} if rung else {}))
    return Alert.objects.filter(seen)


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


def alert_view(alert: Alert) -> AlertView:
    """An alert as a page shows it."""
    office = engine()
    matter = office.current.get(alert.matter)
    return AlertView(
        id=alert.id,
        matter=alert.matter,
        matter_title=matter.title if matter else Text(alert.matter, alert.matter),
        unit_title=title(alert.unit),
        control=alert.control,
        control_title=control_title(matter, alert.control) if matter else Text(alert.control, alert.control),
        kind_title=kind_title(alert.kind),
        risk_title=risk_title(matter, alert.risk) if matter else NOTHING,
        level=alert.level,
        level_title=LEVELS[alert.level],
        status=alert.status,
        raised_at=alert.raised_at,
        cases=tuple(alert.cases),
        explanation=Text(alert.explanation_zh, alert.explanation_en),
        false_alarms=false_alarms(alert.matter, alert.control),
        entry=alert.entry_id,
    )


def false_alarms(matter: str, control: str) -> Text:
    """What may look like a finding of this control and is innocent; empty where the catalogue in force does not know it."""
    file = engine().catalogue.matters.get(matter)
    for raw in file.spec.controls if file else ():
        if raw.get("id") == control and isinstance(raw.get("false_alarms"), dict):
            return Text(raw["false_alarms"]["zh"], raw["false_alarms"]["en"])
    return NOTHING
