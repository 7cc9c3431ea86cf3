"""Alerts: what the watches noticed, and how far it was worked, for those who look after it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from lianfang.kernel import alerts as rules
from lianfang.kernel import standins
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.schedule import start_of_year
from lianfang.kernel.wording import both
from lianfang.office.alert_access import seen
from lianfang.office.engine import engine
from lianfang.office.lines import PAGE, cut, paged
from lianfang.office.people import NOBODY, holdings, names, once, posts_of, stands_of, title
from lianfang.office.refusals import LEVELS, control_title, kind_title, risk_title
from lianfang.office.views import NOTHING, AlertList, AlertView, ControlRecord, NotFound, Page, Subject
from lianfang.office.words import by_name
from lianfang.store.models import Alert, CaseRow
from lianfang.watch.detectors import title_of

LATEST = 5
ORDER = ("-status", "-raised_at", "-id")
"""Open ones first, the latest first."""
COUNTED_OF_EACH = 2_000
"""Of how many, in that order, a list says how many there are of each colour, state and unit."""
ANY, LATE = "open", "late"
THIS_YEAR = Text("今年", "this year")
STATES: Mapping[str, Text] = {
    ANY: Text("未销号", "Open"), LATE: Text("逾期", "Late"), **rules.ALL_STAGES,
}  # fmt: skip
"""By which state a list can be asked for."""
OUTCOMES: Mapping[str, Text] = {rules.CONFIRMED: Text("属实", "confirmed"), rules.DISMISSED: Text("排除", "dismissed")}


def alerts(person: str, page: int = 1, size: int = PAGE) -> Page[AlertView]:
    """The alerts that a person may see, open ones first, latest first."""
    return _page(seen(person), page, size)


def _page(found: QuerySet[Alert], page: int, size: int) -> Page[AlertView]:
    ordered = found.order_by(*ORDER)
    return paged(ordered, alert_views(cut(ordered, page, size)), page, size=size)


def narrowed(
    person: str,
    level: str = "",
    state: str = "",
    unit: str = "",
    page: int = 1,
    *,
    mine: bool = False,
    of: Subject | None = None,
    size: int = PAGE,
) -> Page[AlertView]:
    """The same of a colour, a state (``open``, ``late``, a stage or ``closed``), a unit, of those that wait for the person, or of a
    subject."""
    found = seen(person).filter(_about(of)) if of is not None else seen(person)
    return _page(found.filter(_which(level, state, unit), Q(id__in=waiting_for(person)) if mine else Q()), page, size)


def listed(
    person: str, level: str = "", state: str = "", unit: str = "", page: int = 1, *, mine: bool = False, of: Subject | None = None
) -> AlertList:
    """The same, of a subject where one is named, with what there is of each colour, state and unit under the other filters."""
    all_of = seen(person).filter(_about(of)) if of is not None else seen(person)
    waits, now = set(waiting_for(person)), engine().now()
    first = [_Stand(*one) for one in all_of.order_by(*ORDER).values_list(*_Stand._fields)[: COUNTED_OF_EACH + 1]]
    through = COUNTED_OF_EACH if len(first) > COUNTED_OF_EACH else 0
    holds: Mapping[str, Callable[[_Stand], bool]] = {
        "level": lambda one: level in ("", one.level),
        "state": lambda one: one.within(state, now),
        "unit": lambda one: unit in ("", one.unit),
        "mine": lambda one: not mine or one.id in waits,
    }

    def but(name: str) -> list[_Stand]:
        return [one for one in first[:COUNTED_OF_EACH] if all(hold(one) for key, hold in holds.items() if key != name)]

    others = but("state")
    levels, units = Counter(one.level for one in but("level")), Counter(one.unit for one in but("unit"))
    return AlertList(
        _page(all_of.filter(_which(level, state, unit), Q(id__in=waits) if mine else Q()), page, PAGE),
        tuple((name, words, levels[name]) for name, words in LEVELS.items()),
        tuple((name, words, sum(one.within(name, now) for one in others)) for name, words in STATES.items()),
        tuple((name, title(name), units[name]) for name in sorted({*units, *({unit} - {""})})),
        sum(one.id in waits for one in but("mine")),
        through,
    )


def _which(level: str, state: str, unit: str) -> Q:
    return (Q(level=level) if level else Q()) & _in_state(state) & (Q(unit=unit) if unit else Q())


class _Stand(NamedTuple):
    """What of an alert a list is narrowed by."""

    id: int
    level: str
    stage: str
    status: str
    unit: str
    due: str

    def within(self, state: str, now: str) -> bool:
        """Whether it is in a state, as ``_in_state`` asks for it."""
        still = self.status == Alert.OPEN
        if state == LATE:
            return still and "" < self.due < now
        return (still or not state) if state in ("", ANY) else self.stage == state


def _about(of: Subject) -> Q:
    """The alerts of a subject."""
    named = {name: value for name, value in (("matter", of.matter), ("control", of.control), ("risk", of.risk)) if value}
    return Q(**named, **({"raised_at__gte": start_of_year(engine().now())} if of.this_year else {}))


def subject_title(of: Subject) -> Text:
    """What a subject is called; empty where it is everything."""
    matter = engine().matter_named(of.matter) if of.matter else None
    said = [both(of.matter)]
    if matter is not None:
        said = [title(matter.unit), matter.title]
        said += [control_title(matter, of.control) if of.control else NOTHING, risk_title(matter, of.risk) if of.risk else NOTHING]
    parts = [one for one in (*said, THIS_YEAR if of.this_year else NOTHING) if one.zh]
    return Text(" · ".join(one.zh for one in parts), " · ".join(one.en for one in parts))


def _in_state(state: str) -> Q:
    if state == LATE:
        return Q(status=Alert.OPEN, due__gt="", due__lt=engine().now())
    if state in ("", ANY):
        return Q(status=Alert.OPEN) if state else Q()
    return Q(stage=state)


def latest_open(person: str) -> tuple[AlertView, ...]:
    """The latest of the open alerts that a person may see."""
    return alert_views(seen(person).filter(status=Alert.OPEN).order_by(*ORDER)[:LATEST])


@once
def open_alerts(person: str) -> int:
    """How many open alerts a person may see."""
    return seen(person).filter(status=Alert.OPEN).count()


def waiting(person: str) -> tuple[AlertView, ...]:
    """The alerts that wait for a person: those that they took over, and those to whose closing they could agree; most urgent first."""
    return alert_views(Alert.objects.filter(id__in=waiting_for(person)).order_by("due", "id"))


def waiting_for(person: str) -> list[int]:
    """The same by their ids."""
    found = list(seen(person).filter(Q(holder=person) | Q(stage=rules.AGREE), status=Alert.OPEN))
    others = [row for row in found if row.holder != person]
    standing, involved = _standing(person) if others else {}, _named(others)
    could = {row.id for row in others if "agree" in _offered(person, row, {**standing, "named": sorted(involved[row.id])})}
    return [row.id for row in found if row.holder == person or row.id in could]


def seen_alert(person: str, alert_id: int) -> Alert:
    """An alert that a person may see. Raises NotFound otherwise, in the same words as for one that does not exist."""
    row = seen(person).filter(id=alert_id).first()
    if row is None:
        raise NotFound(Text(f"没有第 {alert_id} 号预警，或您无权查看。", f"There is no alert {alert_id}, or it is not yours to see."))
    return row


def matter_of(row: Alert) -> Matter | None:
    """The matter that an alert is worked by: as it is in force, else as it was last."""
    return engine().matter_named(row.matter)


def alert_of(row: Alert) -> rules.Alert:
    """The alert behind a row."""
    reported = tuple((post, moment) for post, moment in json.loads(row.reported))
    return rules.Alert(
        row.matter, row.control, row.about, row.level, tuple(row.cases), tuple(row.people), row.changed_at, row.stage, row.holder,
        row.since, row.due, row.back, row.reason, tuple(json.loads(row.closers)), reported,
    )  # fmt: skip


def facts_of(person: str, row: Alert) -> dict[str, Any]:
    """Who a person is and who is named in an alert, now: what the rules ask to tell what they could do."""
    return {**_standing(person), "named": sorted(named(row))}


def _standing(person: str) -> dict[str, Any]:
    """What of it is so whatever the alert."""
    posts, roles, leads = powers(posts_of(person))
    stands = standins.kept(stands_of(person))
    return {
        f"posts:{person}": [*posts], f"roles:{person}": sorted(roles), f"leads:{person}": sorted(leads),
        standins.fact_of(person): {"case": None, "data": stands, "open": True} if stands["for"] else None,
    }  # fmt: skip


def named(row: Alert) -> set[str]:
    """Who is named in an alert and who acted in its cases until now."""
    return _named([row])[row.id]


def _named(rows: Collection[Alert]) -> Mapping[int, set[str]]:
    """The same of several alerts, by their ids."""
    cases = {case for row in rows for case in row.cases}
    actors = dict(CaseRow.objects.filter(id__in=cases).values_list("id", "actors")) if cases else {}
    return {row.id: {*row.people}.union(*(json.loads(actors[case]) for case in row.cases if case in actors)) for row in rows}


def acts_on(person: str, row: Alert) -> tuple[str, ...]:
    """What a person could do about an alert now."""
    return _offered(person, row, facts_of(person, row))


def _offered(person: str, row: Alert, facts: Mapping[str, Any]) -> tuple[str, ...]:
    matter = matter_of(row)
    now = alert_of(row)._replace(at=engine().now())
    return rules.offered(matter, now, person, facts) if matter is not None and row.status == Alert.OPEN else ()


def takers(person: str, row: Alert) -> tuple[str, ...]:
    """To whom a person could hand an alert: everybody else who looks after it and is not named in it."""
    matter = matter_of(row)
    if matter is None:
        return ()
    barred, alert, posts = {person, *named(row)}, alert_of(row), dict[str, list[str]]()
    for who, post in holdings():
        posts.setdefault(who, []).append(post)
    return tuple(who for who in sorted(set(posts) - barred) if rules.looks_after(matter, alert, *powers(posts[who])))


def powers(posts: Collection[str]) -> tuple[Collection[str], Collection[str], Collection[str]]:
    """Some posts, the roles that they give and the units that they lead."""
    known = engine().catalogue.organisation.posts
    held = [known[post] for post in posts if post in known]
    return posts, {one.role for one in held} - {""}, {one.unit for one in held if one.leads}


def alert_views(rows: Iterable[Alert]) -> tuple[AlertView, ...]:
    """Alerts as pages show them."""
    found = list(rows)
    known = names(row.holder for row in found)
    told = by_name([Text(row.explanation_zh, row.explanation_en) for row in found])
    return tuple(alert_view(row, known, words) for row, words in zip(found, told, strict=True))


def alert_view(alert: Alert, known: Mapping[str, Text] | None = None, told: Text | None = None) -> AlertView:
    """An alert as a page shows it; ``known`` are the names of those who have one and ``told`` what it says, by name, where they are known
    already."""
    matter = engine().current.get(alert.matter)
    holder = (names([alert.holder]) if known is None else known).get(alert.holder, NOBODY) if alert.holder else NOTHING
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
        explanation=told or by_name([Text(alert.explanation_zh, alert.explanation_en)])[0],
        false_alarms=false_alarms(alert.matter, alert.control),
        entry=alert.entry_id,
        stage=alert.stage,
        stage_title=rules.ALL_STAGES.get(alert.stage, both(alert.stage)),
        due=alert.due,
        holder=holder,
        holder_id=alert.holder,
        outcome=alert_of(alert).outcome,
        reason=reason_title(matter, alert.control, alert.reason),
        last=alert.last,
    )


def reason_title(matter: Matter | None, control: str, reason: str) -> Text:
    """Why an alert is closed, in words; empty for no reason."""
    offered = rules.reasons(rules.control_of(matter, control)) if matter is not None else {}
    return offered.get(reason) or rules.REASONS.get(reason) or both(reason)


def innocent(matter: str, control: str) -> tuple[Text, ...]:
    """What may look like a finding of this control and is innocent; empty where the catalogue in force does not know it."""
    found = engine().current.get(matter)
    known = rules.control_of(found, control) if found is not None else None
    return known.innocent if known is not None else ()


def false_alarms(matter: str, control: str) -> Text:
    """The same as one text."""
    found = innocent(matter, control)
    return Text("".join(text.zh for text in found), " ".join(text.en for text in found))


def records(person: str) -> tuple[ControlRecord, ...]:
    """How the alerts that a person may see came out, control by control; those that never raised any are left out."""
    office, true = engine(), Q(reason__in=rules.TRUE)
    closed = Q(status=Alert.CLOSED)
    counted = seen(person).order_by().values_list("matter", "control", "kind", "unit").annotate(
        raised=Count("id"), confirmed=Count("id", filter=closed & true), dismissed=Count("id", filter=closed & ~true),
        still=Count("id", filter=~closed),
    )  # fmt: skip
    found = []
    for matter, control, kind, unit, raised, confirmed, dismissed, still in counted:
        here = office.current.get(matter)
        declared = rules.control_of(here, control) if here is not None else None
        detector = declared.params.get("detector", "") if declared is not None else ""
        titles = (here.title, control_title(here, control)) if here is not None else (both(matter), both(control))
        found.append(ControlRecord(
            matter, titles[0], title(unit), control, titles[1], kind_title(kind), detector,
            title_of(detector) if detector else NOTHING, raised, confirmed, dismissed, still,
        ))  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.raised, one.matter, one.control)))


def by_detector(found: Iterable[ControlRecord]) -> tuple[ControlRecord, ...]:
    """The same detector by detector: what the controls that use one come to together."""
    summed: dict[str, ControlRecord] = {}
    for one in found:
        before = summed.get(one.detector)
        if one.detector and before is None:
            summed[one.detector] = replace(one, matter="", matter_title=NOTHING, unit_title=NOTHING, control="", title=NOTHING)
        elif before is not None:
            counts = {name: getattr(before, name) + getattr(one, name) for name in ("raised", "confirmed", "dismissed", "open")}
            summed[one.detector] = replace(before, **counts)
    return tuple(summed[name] for name in sorted(summed))
