"""The heat of a matter's map: what waits at its steps, what its controls did this year, which alerts name its risks; and the list of
refusals behind its figures. Nobody is given a figure that counts what they may not see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from django.db.models import Count, Min

from lianfang.kernel.model import Matter, Text
from lianfang.kernel.schedule import start_of_year
from lianfang.office.access import no_matter, seen_cases
from lianfang.office.alert_access import seen
from lianfang.office.engine import engine
from lianfang.office.flow_map import Tally
from lianfang.office.lines import PAGE, cut
from lianfang.office.people import looked_after, looks_after, posts_of
from lianfang.office.refusals import refusal_views
from lianfang.office.views import Forbidden, Page, RefusalView, Subject
from lianfang.store.models import REFUSED, Alert, Entry, Task

NOT_YOURS = Text(
    "事项的拦截由纪检监察、审计人员和单位负责人查看。您自己的拦截在工作台上。",
    "The refusals of a matter are for inspectors, auditors and those who lead the unit. Your own are on the workbench.",
)


def told_of(person: str, matter: Matter) -> bool:
    """Whether a person is told in figures how a matter stands: who looks after it, and who answers for it."""
    return looks_after(person, matter.unit) or matter.owner in posts_of(person)


def told(person: str) -> tuple[Matter, ...]:
    """The listed matters of which a person is told so."""
    units, posts = looked_after(person), posts_of(person)
    matters = (file.matter for file in engine().catalogue.matters.values())
    return tuple(matter for matter in matters if matter.unit in units or matter.owner in posts)


def refused_this_year(matters: Collection[str]) -> dict[tuple[str, str], int]:
    """How often each control of some matters refused since the year began, by (matter, control)."""
    found = Entry.objects.filter(REFUSED, at__gte=start_of_year(engine().now()), matter__in=matters).order_by()
    return {(matter, control): n for matter, control, n in found.values_list("matter", "control").annotate(count=Count("id"))}


def heat(person: str, matter: Matter) -> Tally:
    """How busy each part of a matter's map is, as far as a person may know: the cases that they see, the alerts that they see, and since
    the year began the refusals, for those who are told of them."""
    name, since = matter.id, start_of_year(engine().now())
    standing = Task.objects.filter(case_id__in=seen_cases(person).filter(matter=name).values("id")).exclude(step="")
    waits = standing.order_by().values_list("step").annotate(count=Count("case_id", distinct=True), first=Min("since"))
    refused = Entry.objects.filter(REFUSED, matter=name, at__gte=since) if told_of(person, matter) else Entry.objects.none()
    noticed = seen(person).filter(matter=name).order_by()
    return Tally(
        Counter(dict(refused.order_by().values_list("control").annotate(count=Count("id")))),
        Counter(dict(noticed.filter(raised_at__gte=since).values_list("control").annotate(count=Count("id")))),
        {step: (count, first) for step, count, first in waits},
        Counter(dict(noticed.filter(status=Alert.OPEN).values_list("risk").annotate(count=Count("id")))),
    )


def refused(person: str, of: Subject, page: int = 1) -> Page[RefusalView]:
    """The refusals of a matter, or of one of its controls, latest first. Raises NotFound, and Forbidden for who does not look after it."""
    file = engine().catalogue.matters.get(of.matter)
    if file is None:
        raise no_matter(of.matter)
    if not looks_after(person, file.matter.unit):
        raise Forbidden(NOT_YOURS)
    found = Entry.objects.filter(REFUSED, matter=of.matter)
    found = found.filter(control=of.control) if of.control else found
    found = found.filter(at__gte=start_of_year(engine().now())) if of.this_year else found
    lines = refusal_views(person, cut(found.order_by("-id"), page))
    return Page(lines, page, found.count(), PAGE)
