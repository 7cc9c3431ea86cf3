"""Reading one case: as a page shows it, and its raw entries."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from lianfang.kernel import Case
from lianfang.kernel.beside import mine, offered
from lianfang.kernel.comment import concerned
from lianfang.kernel.consult import theirs
from lianfang.kernel.entry import fold, sources_of
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.wording import ACTS, both, joined, quoted
from lianfang.office.access import actors_of, case_of, hidden_from, seen_case, seen_cases, without_fields, without_words
from lianfang.office.alert_access import seen
from lianfang.office.alerts import alert_views
from lianfang.office.changes import with_changes
from lianfang.office.channels import confidential
from lianfang.office.desk import task_view
from lianfang.office.documents import documents_of, stamp_of
from lianfang.office.engine import engine
from lianfang.office.files import Shelf, shelf
from lianfang.office.flow_map import Tally, flow_map
from lianfang.office.lines import status_title
from lianfang.office.people import NOBODY, bodies_of, for_whom, holders, holdings, posts_of, title, views
from lianfang.office.readings import opened
from lianfang.office.refusals import people_in, refusal_view
from lianfang.office.views import NOTHING, AlertView, CaseView, LinkedCase, OpinionView, PersonView, TimelineItem
from lianfang.office.words import files_of, meeting_values, record_values
from lianfang.store.models import Alert, AlertCase, CaseLink, CaseRow, Entry, Leaf, Task, chain

OPENED = Text("发起", "Open")
MOST_LINKED = 50
"""How many of the cases that rest on one are listed, the latest first."""
Bodies = Sequence[tuple[Entry, Mapping[str, Any]]]
"""The entries of a case, each with its decoded body."""


def case_view(person: str, case_id: str) -> CaseView:
    """All of a case that a person may see. Raises NotFound where it does not exist for them."""
    row = seen_case(person, case_id)
    kept = list(chain(row.last))
    bodies: list[tuple[Entry, Mapping[str, Any]]] = [(entry, json.loads(entry.body)) for entry in kept]
    matter = engine().matter_of(row.version)
    case = fold(matter.new_case(case_id), (body for entry, body in bodies if entry.kind == Entry.ACCEPTED))
    papers = documents_of(person, case, [body for entry, body in bodies if entry.kind == Entry.ACCEPTED])
    case, bodies = _for(person, case, bodies)
    alerts = _alerts(person, case_id)
    people = actors_of(row)
    tally = Tally(Counter(e.control for e in kept if e.kind == Entry.REFUSED), Counter(a.control for a in alerts if a.status == Alert.OPEN))
    last = kept[-1]
    files = _files(case, [person, *people], bodies)
    taken_from, given_to = _links(person, case_id, bodies)
    return CaseView(
        id=row.id,
        title=row.title,
        matter=row.matter,
        matter_title=matter.title,
        unit_title=title(row.unit),
        version=row.version,
        status=row.status,
        status_title=status_title(row.status),
        applicant=next(iter(views([row.applicant])), PersonView(row.applicant, NOBODY, NOBODY)),
        opened_at=row.opened_at,
        n=row.n,
        waiting=tuple(task_view(task, row, person) for task in Task.objects.filter(case_id=case_id).exclude(step="")),
        values=with_changes(record_values(matter, case.values, files, [person, *people]), matter, bodies, files, [person, *people]),
        timeline=_timeline(case, bodies, alerts, files, [person, *people]),
        map=flow_map(matter, tally, case),
        alerts=alerts,
        receipt=engine().log.receipt(last.id, bytes(last.leaf), last.at),
        stamp=stamp_of(row, [entry for entry in kept if entry.kind == Entry.ACCEPTED]),
        record=case.values,
        beside=_beside(person, case),
        takers=_takers(person, case),
        askable=_askable(person, case),
        opinions=_opinions(case),
        documents=papers,
        taken_from=taken_from,
        given_to=given_to,
        copied=views(dict.fromkeys(one for note in case.notes if note.act == "copy" for one in note.to)),
    )


def readers(person: str, *others: str) -> tuple[tuple[Text, tuple[PersonView, ...]], ...]:
    """Whom a person can name in a case, unit by unit: everybody who holds a post but themselves and the ``others``, one's own unit
    first."""
    own = next((one.unit for one in views([person])), NOBODY)
    units: dict[Text, list[PersonView]] = {own: []}
    for one in views(sorted({who for who, _ in holdings()} - {person, *others})):
        units.setdefault(one.unit, []).append(one)
    return tuple((unit, tuple(people)) for unit, people in units.items() if people)


def mentionable(person: str, case_id: str) -> tuple[PersonView, ...]:
    """Whom a person can name in a comment on a case: others who have to do with it. Raises NotFound."""
    case = case_of(seen_case(person, case_id))
    posts: dict[str, list[str]] = {}
    for one, post in holdings():
        posts.setdefault(one, []).append(post)
    bodies = {body.id: frozenset(body.posts) for body in engine().catalogue.organisation.bodies.values()}
    facts: dict[str, list[str]] = {f"posts:{one}": held for one, held in posts.items()}
    facts |= {f"members:{body}": [one for one, held in posts.items() if not of.isdisjoint(held)] for body, of in bodies.items()}
    return views(sorted(one for one in posts if one != person and concerned(case, one, facts)))


def entries(person: str, case_id: str) -> list[Mapping[str, Any]]:
    """The evidence of a case, oldest first: ``{"entry", "index", "leaf", "kind", "body"}`` with ``body`` the decoded entry;
    ``index`` is -1 while the entry waits for its place in the log. What the person does not read is left out, and then the leaf is the hash
    of more than is shown."""
    row = seen_case(person, case_id)
    kept = list(chain(row.last))
    _, bodies = _for(person, case_of(row), [(entry, json.loads(entry.body)) for entry in kept])
    places = dict(Leaf.objects.filter(entry_id__in=[entry.id for entry in kept]).values_list("entry_id", "idx"))
    return [{"entry": e.id, "index": places.get(e.id, -1), "leaf": bytes(e.leaf).hex(), "kind": e.kind, "body": body} for e, body in bodies]


def _for(person: str, case: Case, bodies: Bodies) -> tuple[Case, list[tuple[Entry, Mapping[str, Any]]]]:
    """A case and its entries as a person reads them; that they are shown what is under an embargo is kept first."""
    hidden = hidden_from(person, case)
    shown = [(entry, without_words(case.matter, body, hidden)) for entry, body in bodies]
    opened(person, case, (name for _, body in shown for name in body["command"]["data"]))
    return without_fields(case, hidden), shown


def _beside(person: str, case: Case) -> tuple[str, ...]:
    """The acts beside the steps that a person is offered: no copy of what came in by a channel and no opinion or comment on it, since
    nobody gets to read it by one, and nothing to hand over where nobody else holds the post."""
    closed = case.matter.id in confidential()
    vain = {"copy", "consult", "comment"} if closed else set[str]()
    if not any(people for _, _, people in _takers(person, case)):
        vain.add("transfer")
    return tuple(act for act in offered(case, person, posts_of(person), engine().now(), bodies_of(person)) if act not in vain)


def _takers(person: str, case: Case) -> tuple[tuple[str, Text, tuple[PersonView, ...]], ...]:
    """The waiting steps that a person could hand over, each with its title and to whom."""
    steps = ((step, case.matter.steps[step]) for step in mine(case, person, posts_of(person)))
    return tuple((step, one.title, views(who for who in holders([one.by]) if who != person)) for step, one in steps)


def _askable(person: str, case: Case) -> tuple[tuple[str, Text, bool], ...]:
    """The waiting steps that a person could ask opinions on, each with its title and whether answers are missing."""
    missing = {one.step for one in case.asking}
    return tuple((step, case.matter.label(step), step in missing) for step in theirs(case, person, posts_of(person)))


def _opinions(case: Case) -> tuple[OpinionView, ...]:
    """What was asked on steps, and what was answered."""
    known = {one.id: one for one in views({person for one in case.asked for person in (one.person, one.by)})}

    def who(person: str) -> PersonView:
        return known.get(person, PersonView(person, both(person), NOBODY))

    return tuple(
        OpinionView(
            one.step, case.matter.label(one.step), who(one.person), who(one.by), one.at, one.why, one.agrees, one.answered, one.words
        )
        for one in case.asked
    )


def _alerts(person: str, case_id: str) -> tuple[AlertView, ...]:
    """Of the alerts that a person sees, those that stand on a case: who is watched does not learn of it here."""
    places = list(AlertCase.objects.filter(case_id=case_id).values_list("matter", "control", "about"))
    if not places:
        return ()
    which = reduce(or_, (Q(matter=matter, control=control, about=about) for matter, control, about in places))
    return alert_views(alert for alert in seen(person).filter(which).order_by("id") if case_id in alert.cases)


def _links(person: str, case_id: str, bodies: Bodies) -> tuple[tuple[LinkedCase, ...], tuple[LinkedCase, ...]]:
    """The cases that a person sees and on which a case rests, and the latest of those that rest on it. Of these one with fields that are
    hidden from the person is left out: on what it rests may be what the fields say."""
    sources = {source for _, body in bodies for source in sources_of(body)}
    taking = CaseLink.objects.filter(source=case_id)
    if not sources and not taking.exists():
        return (), ()
    known = seen_cases(person)
    found = known.filter(id__in=taking.values("case_id")).order_by("-id")[:MOST_LINKED]
    open_to = (row for row in found if not engine().matter_of(row.version).plan.withheld or not hidden_from(person, case_of(row)))
    return tuple(map(_linked, known.filter(id__in=sources).order_by("id"))), tuple(map(_linked, open_to))


def _linked(row: CaseRow) -> LinkedCase:
    matter = engine().matter_of(row.version)
    return LinkedCase(row.id, row.title, row.matter, matter.title, title(row.unit), row.status, status_title(row.status))


def _files(case: Case, people: Iterable[str], bodies: Bodies) -> Shelf:
    """Every file that the case and its history name, under the names of all who did or tried something."""
    said = (sha256 for _, body in bodies for sha256 in files_of(case.matter, body["command"]["data"]))
    return shelf([*files_of(case.matter, case.values), *said], [*people, *(entry.actor for entry, _ in bodies)])


def _timeline(case: Case, bodies: Bodies, alerts: Sequence[AlertView], files: Shelf, people: Sequence[str]) -> tuple[TimelineItem, ...]:
    known = people_in(body for _, body in bodies)
    leaves = Entry.objects.in_bulk([alert.entry for alert in alerts])
    items = [_item(case, entry, body, known, files, people) for entry, body in bodies]
    items += [
        TimelineItem(
            a.entry, "alert", a.raised_at, known.get("", NOBODY), NOTHING, NOTHING, a.control_title, "", (),
            bytes(leaves[a.entry].leaf).hex(), None, a.explanation, alert=a.id,
        )
        for a in alerts
    ]  # fmt: skip
    return tuple(sorted(items, key=lambda item: (item.at, item.entry)))


def _item(
    case: Case, entry: Entry, body: Mapping[str, Any], known: Mapping[str, Text], files: Shelf, people: Sequence[str]
) -> TimelineItem:
    """An entry as the history shows it. A file has the name that the reader gave it, else that of who did this, else of who did
    something else in the case."""
    command = body["command"]
    refused = "refusal" in body["verdict"]
    matter = case.matter
    data = command["data"]
    said = {n: v for n, v in data.items() if n in matter.record} if command["step"] else {}
    return TimelineItem(
        entry=entry.id,
        kind=entry.kind,
        at=command["at"],
        who=for_whom(command, known),
        post=title(command["post"]) if command["post"] else NOTHING,
        step=matter.label(command["step"]),
        act=OPENED if any(e["kind"] == "opened" for e in body["verdict"].get("events", ())) else ACTS.get(command["act"], NOTHING),
        opinion=str(data.get("opinion", "")),
        values=(*record_values(matter, said, files, [people[0], entry.actor, *people[1:]]), *meeting_values(data)),
        leaf=bytes(entry.leaf).hex(),
        refusal=refusal_view(entry.id, body, known) if refused else None,
        note=_to(matter, body, known),
        n=entry.n,
    )


def _to(matter: Matter, body: Mapping[str, Any], known: Mapping[str, Text]) -> Text:
    """Where a case was returned to, which steps were urged, who was named to read it or in a comment, or whose opinion on what is asked,
    given or not asked any more."""
    events, command = body["verdict"].get("events", ()), body["command"]
    match [(event["kind"], event["to"]) for event in events]:
        case [("returned", to)]:
            step = matter.label(to)
            return Text(f"退回到“{step.zh}”", f"Back to “{step.en}”")
        case [("urged", to)]:
            steps = joined(quoted(matter.label(step)) for step in to.split())
            return Text(f"催办{steps.zh}", f"Urged: {steps.en}")
        case [("passed", to)]:
            person = command["data"]["person"]
            step, whom = matter.label(to), known.get(person, both(person))
            return Text(f"“{step.zh}”转办给{whom.zh}", f"“{step.en}” handed over to {whom.en}")
        case [("copied" | "commented" as kind, _)]:
            return _told(kind, _listed(command["data"].get("people", ()), known))
        case [("consulted" | "advised" | "recalled" as kind, to)]:
            return _about(kind, matter.label(to), command["data"], _listed(command["data"].get("people", ()), known))
    return NOTHING


def _told(kind: str, listed: Text) -> Text:
    """Whom a copy goes to, or a comment names."""
    if kind == "copied":
        return Text(f"抄送给{listed.zh}", f"Copied to {listed.en}")
    return Text(f"提到{listed.zh}", f"To {listed.en}") if listed.zh else NOTHING


def _about(kind: str, step: Text, data: Mapping[str, Any], listed: Text) -> Text:
    """What is said of the opinions on a step: asked of whom, given, or waited for no longer."""
    if kind == "consulted":
        return Text(f"就“{step.zh}”征求{listed.zh}的意见", f"Asked {listed.en} for an opinion on “{step.en}”")
    if kind == "recalled":
        return Text(f"不再就“{step.zh}”征求意见", f"No opinion on “{step.en}” is waited for any more")
    zh, en = ("同意", "agrees") if data["agrees"] else ("不同意", "does not agree")
    return Text(f"就“{step.zh}”答复：{zh}", f"On “{step.en}”: {en}")


def _listed(people: Sequence[str], known: Mapping[str, Text]) -> Text:
    return joined(known.get(one, both(one)) for one in people)
