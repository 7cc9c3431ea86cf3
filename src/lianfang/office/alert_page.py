"""Reading one alert: what was found, what it stands on, what was done about it, and what the reader could do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lianfang.kernel import alerts as rules
from lianfang.kernel.entry import text_of
from lianfang.kernel.model import Text
from lianfang.kernel.wording import both
from lianfang.office.access import seen_cases
from lianfang.office.alerts import acts_on, alert_view, facts_of, innocent, matter_of, reason_title, seen_alert, takers
from lianfang.office.basis import basis
from lianfang.office.engine import engine
from lianfang.office.files import Shelf, shelf
from lianfang.office.lines import case_lines, status_title
from lianfang.office.people import NOBODY, names, title, views
from lianfang.office.views import NOTHING, AlertEvent, AlertPage
from lianfang.office.words import by_name
from lianfang.store.models import Alert, Entry, chain

RAISED, GREW = Text("预警", "Raised"), Text("又有发现", "More was found")
OVERSIGHT = Text("纪检监察、审计人员", "inspectors and auditors")
Bodies = Sequence[tuple[Entry, Mapping[str, Any]]]


def alert_page(person: str, alert_id: int) -> AlertPage:
    """All of an alert that a person may see. Raises NotFound where it does not exist for them."""
    row = seen_alert(person, alert_id)
    shown = list(seen_cases(person).filter(id__in=row.cases).order_by("opened_at", "id"))
    acts = acts_on(person, row)
    matter = matter_of(row)
    control = rules.control_of(matter, row.control) if matter is not None else None
    return AlertPage(
        alert=alert_view(row),
        cases=case_lines((case, status_title(case.status), case.changed_at, "") for case in shown),
        unseen=len({*row.cases}) - len(shown),
        people=views(row.people),
        innocent=innocent(row.matter, row.control),
        history=history(row),
        acts=tuple((act, rules.ACTS[act]) for act in acts),
        takers=views(takers(person, row)) if "hand" in acts else (),
        reasons=tuple(
            (name, words, rules.CONFIRMED if name in rules.TRUE else rules.DISMISSED)
            for name, words in rules.reasons(control).items()
            if name not in rules.TRUE or row.stage == rules.CLOSE
        ),
        barred=bool(rules.barred(person, engine().now(), facts_of(person, row))),
        basis=basis(_raising(row), shown),
    )


def _raising(row: Alert) -> Mapping[str, Any]:
    """What the log keeps of the latest time that an alert was raised."""
    bodies = (json.loads(entry.body) for entry in chain(row.last).reverse())
    found: Mapping[str, Any] = next(body["alert"] for body in bodies if "alert" in body)
    return found


def entries(person: str, alert_id: int) -> list[dict[str, Any]]:
    """The entries of an alert that a person may see, oldest first, as the log keeps them. Raises NotFound."""
    found = []
    for entry in chain(seen_alert(person, alert_id).last):
        work = json.loads(entry.body).get("work", {"act": None, "actor": "", "data": {}, "verdict": {}})
        refusal = work["verdict"].get("refusal")
        found.append({
            "entry": entry.id, "at": entry.at, "act": work["act"], "person": work["actor"] or None, "data": work["data"],
            "to": next(iter(_to(work)), None), "refused": refusal["message"] if refusal is not None else None,
        })  # fmt: skip
    return found


def history(row: Alert) -> tuple[AlertEvent, ...]:
    """What happened to an alert, oldest first: each an entry of the log."""
    bodies = [(entry, json.loads(entry.body)) for entry in chain(row.last)]
    works = [body["work"] for _, body in bodies if "work" in body]
    people = {who for work in works for who in (work["actor"], work["data"].get("person", ""), *_to(work))}
    known = names(people)
    files = shelf((sha256 for work in works for sha256 in work["data"].get("files", ())), [*people])
    told = by_name([_told(body) for _, body in bodies])
    return tuple(_event(row, entry, body, known, files, words) for (entry, body), words in zip(bodies, told, strict=True))


def _told(body: Mapping[str, Any]) -> Text:
    """What an entry of an alert tells: why it was raised, or why an act was refused; nothing of one that was done."""
    if "alert" in body:
        return text_of(body["alert"]["explanation"])
    refusal = body["work"]["verdict"].get("refusal")
    return text_of(refusal["message"]) if refusal is not None else NOTHING


def _to(work: Mapping[str, Any]) -> Iterable[str]:
    return (event["to"] for event in work["verdict"].get("events", ()))


def _event(row: Alert, entry: Entry, body: Mapping[str, Any], known: Mapping[str, Text], files: Shelf, told: Text) -> AlertEvent:
    if "alert" in body:
        return AlertEvent(entry.id, entry.at, known[""], RAISED if entry.before is None else GREW, explanation=told)
    work, matter = body["work"], engine().matter_of(body["work"]["version"])
    data = work["data"]
    texts = dict(enumerate(rules.control_of(matter, row.control).innocent, 1)) if rules.control_of(matter, row.control) else {}  # type: ignore[union-attr]
    to = next(iter(_to(work)), data.get("person", ""))
    papers = (files.shown(sha256, [work["actor"]]) for sha256 in data.get("files", ()))
    return AlertEvent(
        entry.id,
        entry.at,
        known.get(work["actor"], NOBODY),
        rules.ACTS.get(work["act"]) or rules.CLOCK_ACTS[work["act"]],
        work["act"],
        _led(work["act"], to, known),
        data.get("opinion", ""),
        reason_title(matter, row.control, data["reason"]) if "reason" in data else NOTHING,
        tuple(texts[n] for n in data.get("ruled_out", ()) if n in texts),
        tuple(paper for paper in papers if paper is not None),
        told,
    )


def _led(act: str, to: str, known: Mapping[str, Text]) -> Text:
    if act == "report":
        return title(to) if to else OVERSIGHT
    if act == "take" or not to:
        return NOTHING
    return rules.ALL_STAGES.get(to) or known.get(to) or both(to)
