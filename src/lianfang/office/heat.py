"""The heat of a matter's map: what waits at its steps, what its controls did this year, which alerts name its risks; and the refusals
behind its figures. Every figure asks what the list that it leads to asks, so that nobody is given one that counts what they may not know
of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from django.db.models import Count, Min, QuerySet

from lianfang.kernel.alerts import OVERSIGHT
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.schedule import start_of_year
from lianfang.office.access import no_matter, seen_cases
from lianfang.office.alert_access import seen
from lianfang.office.alerts import powers
from lianfang.office.engine import engine
from lianfang.office.flow_map import Tally
from lianfang.office.lines import PAGE, cut
from lianfang.office.people import looks_after, posts_of
from lianfang.office.refusals import refusal_views
from lianfang.office.views import Forbidden, Page, RefusalView, Subject
from lianfang.store.models import REFUSED, Alert, Entry, Task

NOT_YOURS = Text(
    "事项的拦截由纪检监察、审计人员和单位负责人查看。您自己的拦截在工作台上。",
    "The refusals of a matter are for inspectors, auditors and those who lead the unit. Your own are on the workbench.",
)


def told_among(person: str, matters: Iterable[Matter]) -> frozenset[str]:
    """The ids of those of some matters of which a person is told so."""
    posts, roles, led = powers(posts_of(person))
    return frozenset(one.id for one in matters if OVERSIGHT & {*roles} or one.unit in led or one.owner in posts)


def refusals_in(told: Collection[str]) -> QuerySet[Entry]:
    """The refusals of matters of which somebody is ``told_among``, all of them. The cases of channels are none of a matter's own; what an
    embargo hides is in no figure, since it hides fields and not acts."""
    return Entry.objects.filter(REFUSED, matter__in=told)


def told(person: str) -> tuple[Matter, ...]:
    """The listed matters of which a person is told so."""
    matters = [file.matter for file in engine().catalogue.matters.values()]
    names = told_among(person, matters)
    return tuple(matter for matter in matters if matter.id in names)


def refused_this_year(told: Collection[str]) -> dict[tuple[str, str], int]:
    """How often each control of some matters refused since the year began, by (matter, control), for somebody who is ``told_among``."""
    found = refusals_in(told).filter(at__gte=start_of_year(engine().now())).order_by()
    return {(matter, control): n for matter, control, n in found.values_list("matter", "control").annotate(count=Count("id"))}


def heat(person: str, matter: Matter) -> Tally:
    """How busy each part of a matter's map is, as far as a person may know: the cases that they see, the alerts that they see, and since
    the year began the refusals, for those who are told of them."""
    name, since = matter.id, start_of_year(engine().now())
    standing = Task.objects.filter(case_id__in=seen_cases(person).filter(matter=name).values("id")).exclude(step="")
    waits = standing.order_by().values_list("step").annotate(count=Count("case_id", distinct=True), first=Min("since"))
    refused = refusals_in(told_among(person, [matter])).filter(at__gte=since)
    noticed = seen(person).filter(matter=name)
    return Tally(
        counted(refused, "control"),
        counted(noticed.filter(raised_at__gte=since), "control"),
        {step: (count, first) for step, count, first in waits},
        counted(noticed.filter(status=Alert.OPEN), "risk"),
    )


def counted(found: QuerySet[Entry] | QuerySet[Alert], column: str) -> Counter[str]:
    """How many there are with each value of a column."""
    return Counter(dict(found.order_by().values_list(column).annotate(count=Count("id"))))


def refused(person: str, of: Subject, page: int = 1) -> Page[RefusalView]:
    """The refusals of a matter, or of one of its controls, latest first. Raises NotFound, and Forbidden for who does not look after it."""
    file = engine().catalogue.matters.get(of.matter)
    if file is None:
        raise no_matter(of.matter)
    if not looks_after(person, file.matter.unit):
        raise Forbidden(NOT_YOURS)
    found = refusals_in(told_among(person, [file.matter]))
    found = found.filter(control=of.control) if of.control else found
    found = found.filter(at__gte=start_of_year(engine().now())) if of.this_year else found
    lines = refusal_views(person, cut(found.order_by("-id"), page))
    return Page(lines, page, found.count(), PAGE)
