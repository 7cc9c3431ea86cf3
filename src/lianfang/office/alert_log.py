"""Alerts as the log keeps them: a finding raised, and an act on an alert judged and appended, with the facts that it is judged on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lianfang.evidence import canonical
from lianfang.kernel import alerts
from lianfang.kernel.alerts import Alert, Work
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.entry import Worked, alert_json, judge_work
from lianfang.kernel.model import Matter, Need, Text
from lianfang.kernel.schedule import Duration, add
from lianfang.office.views import StaleCase
from lianfang.store import models
from lianfang.store.record import ALERT, WORK, AlertRow, Append, Written
from lianfang.store.repository import Scene

if TYPE_CHECKING:
    from lianfang.office.engine import Engine

Place = tuple[str, str, str]
STRONG = 3
LEVELS = ("yellow", "orange", "red")
"""By how many hold: the risk is graded high, the finding is strong."""
MOVED = Text("这条预警刚刚有了新的进展，请看过后再办理。", "The alert has moved on since you read it; read it again before you act.")
MARK = 40
"""Characters that tell the key of an act apart: a key is of acts on alerts alone, whatever else it was used for."""
ABOUT = 400
"""How many characters of what a finding is about tell it apart."""


def is_known(matter: Matter, control: Control, finding: Finding) -> bool:
    """Whether a finding is an alert already, in the same words."""
    known = models.Alert.objects.filter(matter=matter.id, control=control.id, about=finding.about[:ABOUT]).first()
    return known is not None and {*finding.cases} <= {*known.cases} and known.explanation_zh == finding.explanation.zh


def raise_alert(engine: Engine, matter: Matter, control: Control, finding: Finding) -> None:
    """Keep a finding as an alert and in evidence; one that is known already in the same words changes nothing, one that is told in others
    grows, and is open again where it was closed. Whom it names are the people that it is about."""
    if is_known(matter, control, finding):
        return
    risk = next((risk for risk in matter.risks if risk.id in control.risks), None)
    grade = risk.grade if risk else "medium"
    level = LEVELS[(grade == "high") + (finding.strength >= STRONG)]
    about, told = finding.about[:ABOUT], risk.id if risk else ""
    people = tuple(sorted(_people(finding)))

    def run(scene: Scene) -> None:
        before = scene.alert((matter.id, control.id, about))
        at = max(engine.now(), before.at if before is not None else "")
        new = Alert(matter.id, control.id, about, level, finding.cases, people, at)
        facts = [(control.params[side], key) for side, key in finding.facts]
        kept = alert_json(matter, new, told, finding.explanation, _time(engine, level, alerts.VERIFY, at), facts)
        body = canonical({"case": None, "n": 0, "prev": "", "at": at, "alert": kept})
        row = AlertRow(alerts.raised(before, kept, at), control.kind, told, matter.unit, finding.explanation)
        scene.append(Append(ALERT, at, "", matter.id, "", control.id, "", body, alert=row))

    engine.writer.submit("", run)


def _people(finding: Finding) -> set[str]:
    """Whom a finding names: those it says so of, and the people among what tells it apart."""
    parts = {part for part in finding.about.split("|") if part}
    return {*finding.people, *models.Person.objects.filter(id__in=parts).values_list("id", flat=True)}


def submit(
    engine: Engine, place: Place, matter: Matter, work: Work, case: str = "", seen: int | None = None
) -> tuple[Written, Worked | None]:
    """Judge an act on an alert and keep it, whatever the verdict; the earlier entry where its key was used before. An act comes no earlier
    than what came before it. ``case`` is the case that a fact is read from, ``seen`` the last entry that who acts has read:
    StaleCase where there is a later one. Raises CommandError, of which nothing is kept, and KeyError where nothing raised the alert."""

    def run(scene: Scene) -> tuple[Written, Worked | None]:
        key = f"work {hashlib.sha256(work.key.encode()).hexdigest()[:MARK]}" if work.key else ""
        earlier = scene.repeated(work.actor, key) if key else None
        if earlier is not None:
            return earlier, None
        alert = scene.alert(place)
        if alert is None:
            raise KeyError(place)
        if seen is not None and scene.last_of(place) != seen:
            raise StaleCase(MOVED)
        now = work._replace(at=max(work.at, alert.at))
        alerts.read(matter, alert, now)
        worked = judge_work(matter, alert, now, facts(engine, scene, alert, now))
        files = tuple(now.data.get("files", ())) if worked.refusal is None else ()
        row = AlertRow(worked.alert, files=files)
        body = canonical(worked.entry)
        append = Append(WORK, now.at, now.actor, matter.id, now.act, alert.control, key, body, alert=row)
        return scene.append(append), worked

    return engine.writer.submit(case, run, work.actor)


def facts(engine: Engine, scene: Scene, alert: Alert, work: Work, wanted: Iterable[Need] | None = None) -> dict[str, Any]:
    """The facts of an act on an alert (or those that are ``wanted``), as they are in a transaction."""
    needs = [*(alerts.needs(alert, work) if wanted is None else wanted)]
    kept = scene.facts([need for need in needs if need[0] in ("posts", "entry", "file")], work.at, [work.actor])
    return {(name := ":".join(need)): kept[name] if name in kept else _fact(engine, scene, alert, work, need) for need in needs}


def _fact(engine: Engine, scene: Scene, alert: Alert, work: Work, need: Need) -> Any:
    if need[0] == "named":
        return scene.named(alert)
    if need[0] == "within":
        return _time(engine, alert.level, need[1], work.at)
    if need[0] == "turn":
        held = scene.held(need[1])
        case = held.case if held is not None else None
        return {
            "matter": case.matter.id if case else "", "period": case.values.get("period", "") if case else "",
            "status": case.status if case else "",
        }  # fmt: skip
    known = engine.catalogue.organisation.posts
    posts = [known[post] for post in scene.posts(need[1], work.at) if post in known]
    return sorted({post.role for post in posts if post.role} if need[0] == "roles" else {post.unit for post in posts if post.leads})


def _time(engine: Engine, level: str, stage: str, at: str) -> dict[str, str]:
    """How long a stage may take that begins now, and until when that is by the office's calendar."""
    length: Duration = engine.catalogue.alerts.within[level][stage]
    return {"length": f"{length.amount}{length.unit}", "due": add(at, length, engine.calendar)}


def report(engine: Engine) -> None:
    """Report late work on alerts to those of the office's ladder whose time has come, each once a stage."""
    now = engine.now()
    for row in models.Alert.objects.filter(status=models.Alert.OPEN, due__gt="", due__lt=now):
        matter = engine.matter_named(row.matter)
        if matter is None:
            continue
        for rung in engine.catalogue.alerts.ladder:
            due = add(row.due, rung.after, engine.calendar) if rung.after else row.due
            if due < now and [rung.post, row.since] not in json.loads(row.reported):
                submit(engine, (row.matter, row.control, row.about), matter, Work("report", {"post": rung.post}, "", now))
