"""Reading one case: as a page shows it, and its raw entries."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lianfang.kernel import Case
from lianfang.kernel.beside import mine, offered
from lianfang.kernel.entry import fold
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.wording import ACTS, both, joined, quoted
from lianfang.office.access import actors_of, case_of, confidential, hidden_from, seen_case, without_fields, without_words
from lianfang.office.alerts import alert_view, seen
from lianfang.office.desk import task_view
from lianfang.office.engine import engine
from lianfang.office.files import Shelf, shelf
from lianfang.office.flow_map import Tally, flow_map
from lianfang.office.lines import status_title
from lianfang.office.people import NOBODY, for_whom, holders, holdings, names, posts_of, title, views
from lianfang.office.readings import opened
from lianfang.office.refusals import refusal_view
from lianfang.office.views import NOTHING, AlertView, CaseView, PersonView, TimelineItem, ValueView
from lianfang.office.words import files_of, record_values
from lianfang.store.models import Alert, Entry, Leaf, Task, chain

OPENED = Text("发起", "Open")
Bodies = Sequence[tuple[Entry, Mapping[str, Any]]]
"""The entries of a case, each with its decoded body."""


def case_view(person: str, case_id: str) -> CaseView:
    """All of a case that a person may see. Raises NotFound where it does not exist for them."""
    row = seen_case(person, case_id)
    kept = list(chain(row.last))
    bodies: list[tuple[Entry, Mapping[str, Any]]] = [(entry, json.loads(entry.body)) for entry in kept]
    matter = engine().matter_of(row.version)
    case = fold(matter.new_case(case_id), (body for entry, body in bodies if entry.kind == Entry.ACCEPTED))
    case, bodies = _for(person, case, bodies)
    alerts = _alerts(person, case_id)
    people = actors_of(row)
    tally = Tally(Counter(e.control for e in kept if e.kind == Entry.REFUSED), Counter(a.control for a in alerts if a.status == Alert.OPEN))
    last = kept[-1]
    files = _files(case, [person, *people], bodies)
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
        waiting=tuple(task_view(task, row, person) for task in Task.objects.filter(case_id=case_id)),
        values=record_values(matter, case.values, files, [person, *people]),
        timeline=_timeline(case, bodies, alerts, files, [person, *people]),
        map=flow_map(matter, tally, case),
        alerts=alerts,
        receipt=engine().log.receipt(last.id, bytes(last.leaf), last.at),
        record=case.values,
        beside=_beside(person, case),
        takers=_takers(person, case),
        copied=views(dict.fromkeys(one for note in case.notes if note.act == "copy" for one in note.to)),
    )


def readers(person: str) -> tuple[tuple[Text, tuple[PersonView, ...]], ...]:
    """Whom a case can be copied to, unit by unit: everybody else who holds a post, one's own unit first."""
    own = next((one.unit for one in views([person])), NOBODY)
    units: dict[Text, list[PersonView]] = {own: []}
    for one in views(sorted({who for who, _ in holdings()} - {person})):
        units.setdefault(one.unit, []).append(one)
    return tuple((unit, tuple(people)) for unit, people in units.items() if people)


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
    """The acts beside the steps that a person is offered: no copy of what came in by a channel, since nobody gets to read it by
    one, and nothing to hand over where nobody else holds the post."""
    closed = case.matter.id in confidential()
    vain = {"copy"} if closed else set[str]()
    if not any(people for _, _, people in _takers(person, case)):
        vain.add("transfer")
    return tuple(act for act in offered(case, person, posts_of(person), engine().now()) if act not in vain)


def _takers(person: str, case: Case) -> tuple[tuple[str, Text, tuple[PersonView, ...]], ...]:
    """The waiting steps that a person could hand over, each with its title and to whom."""
    steps = ((step, case.matter.steps[step]) for step in mine(case, person, posts_of(person)))
    return tuple((step, one.title, views(who for who in holders([one.by]) if who != person)) for step, one in steps)


def _alerts(person: str, case_id: str) -> tuple[AlertView, ...]:
    """Of the alerts that a person sees, those that stand on a case: who is watched does not learn of it here."""
    found = seen(person).filter(cases__icontains=case_id).order_by("id")
    return tuple(alert_view(alert) for alert in found if case_id in alert.cases)


def _files(case: Case, people: Iterable[str], bodies: Bodies) -> Shelf:
    """Every file that the case and its history name, under the names of all who did or tried something."""
    said = (sha256 for _, body in bodies for sha256 in files_of(case.matter, body["command"]["data"]))
    return shelf([*files_of(case.matter, case.values), *said], [*people, *(entry.actor for entry, _ in bodies)])


def _timeline(case: Case, bodies: Bodies, alerts: Sequence[AlertView], files: Shelf, people: Sequence[str]) -> tuple[TimelineItem, ...]:
    known = names(who for _, body in bodies for who in (body["command"]["actor"], body["command"].get("behalf", "")))
    leaves = Entry.objects.in_bulk([alert.entry for alert in alerts])
    items = [_item(case, entry, body, known, files, people) for entry, body in bodies]
    items += [
        TimelineItem(
            a.entry, "alert", a.raised_at, known.get("", NOBODY), NOTHING, NOTHING, a.control_title, "", (),
            bytes(leaves[a.entry].leaf).hex(), None, a.explanation,
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
        values=(*record_values(matter, said, files, [people[0], entry.actor, *people[1:]]), *_meeting(data)),
        leaf=bytes(entry.leaf).hex(),
        refusal=refusal_view(entry.id, body) if refused else None,
        note=_to(matter, body),
    )


def _to(matter: Matter, body: Mapping[str, Any]) -> Text:
    """Where a case was returned to, which steps were urged, or who was named to read it."""
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
            step, whom = matter.label(to), names([person]).get(person, both(person))
            return Text(f"“{step.zh}”转办给{whom.zh}", f"“{step.en}” handed over to {whom.en}")
        case [("copied", _)]:
            people = command["data"]["people"]
            known = names(people)
            listed = joined(known.get(one, both(one)) for one in people)
            return Text(f"抄送给{listed.zh}", f"Copied to {listed.en}")
    return NOTHING


def _meeting(data: Mapping[str, Any]) -> tuple[ValueView, ...]:
    """Attendance and votes of a meeting, as the history shows them."""
    if "attendance" not in data:
        return ()
    known = names([*data["attendance"], *data.get("recused", ())])
    counted = Counter(data.get("counts") or (vote["vote"] for vote in data.get("votes", ())))
    present = joined(known.get(person, NOBODY) for person in data["attendance"])
    return (
        ValueView("attendance", Text("到会", "Present"), "people", present),
        ValueView("votes", Text("表决", "Votes"), "text", Text(
            f"同意 {counted['for']}，反对 {counted['against']}，弃权 {counted['abstain']}",
            f"{counted['for']} for, {counted['against']} against, {counted['abstain']} abstained",
        )),
    )  # fmt: skip
