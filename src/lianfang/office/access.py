"""Who may see what: a case is there for those who have to do with it, and for oversight."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from lianfang.kernel.alerts import OVERSIGHT
from lianfang.kernel.controls import embargo
from lianfang.kernel.entry import text_json
from lianfang.kernel.model import Case, Matter, Text
from lianfang.office.alert_access import proof_of
from lianfang.office.channels import concerned_by, confidential, folded, meant_by, withheld
from lianfang.office.engine import engine
from lianfang.office.people import bodies_of, led_units, lent_to, posts_of, roles_of
from lianfang.office.readings import opened
from lianfang.office.views import Forbidden, NotFound
from lianfang.store.models import CaseRow, Copy, Duty, FileKeeper, FileUse, Part, StoredFile, Task, acted, chain

ASK = Text(
    "所依据的内容尚未公布，请由阅知名单内的人员核对。",
    "It rests on what is not released yet: let a listed reader check it.",
)


def no_matter(matter: str) -> NotFound:
    """What is answered when a matter is named that is not in force."""
    return NotFound(Text(f"没有事项“{matter}”。", f"There is no matter {matter!r}."))


def matter_in_force(matter: str) -> Matter:
    """A matter (or a duty's small matter) as it is in force. Raises NotFound."""
    found = engine().current.get(matter)
    if found is None:
        raise no_matter(matter)
    return found


def may_see_matter(person: str, matter: Matter) -> bool:
    """Whether a person takes some step of a matter, by a post, standing in at one, or as a member of a body."""
    return _takes_part(_hands(person), matter)


def _hands(person: str) -> frozenset[str]:
    """By what a person takes steps, as steps have it: posts, those at which they stand in, and bodies."""
    return frozenset({*posts_of(person), *lent_to(person), *(f"body:{body}" for body in bodies_of(person))})


def _takes_part(hands: frozenset[str], matter: Matter) -> bool:
    return any(step.by in hands for step in matter.steps.values())


def may_see(person: str, row: CaseRow) -> bool:
    """Whether a case exists for a person: the applicant, who did something in it, who takes a step of its matter, who is to
    check it because it was drawn, who leads its unit, oversight, who was named to read it, and whose opinion is waited for. Not who
    only tried to act: else its number would be enough to get to see it. Of what came in by a channel those who lead the unit see
    nothing, nor who is named to read it, and nobody what concerns themselves."""
    if row.applicant == person:
        return True
    closed = row.matter in confidential()
    if closed:
        if concerned_by(row.matter, row.version, row.last, bytes(row.tip)) & meant_by(person):
            return False
    elif row.unit in led_units(person):
        return True
    if roles_of(person) & OVERSIGHT or person in json.loads(row.actors):
        return True
    drawn = Duty.objects.filter(post__in=posts_of(person), parent=row.matter, period=row.id)
    if may_see_matter(person, engine().matter_of(row.version)) or drawn.exists():
        return True
    told = Copy.objects.filter(person=person, case_id=row.id), Task.objects.filter(whom=f"person:{person}", case_id=row.id)
    return not closed and any(one.exists() for one in told)


def seen_cases(person: str) -> QuerySet[CaseRow]:
    """The cases that exist for a person: to narrow down. Of all of them there may be more than a page can look through (``newest``)."""
    known = CaseRow.objects.exclude(id__in=withheld(person))
    if roles_of(person) & OVERSIGHT:
        return known
    told = Q(unit__in=led_units(person)) | Q(Exists(Copy.objects.filter(person=person, case_id=OuterRef("id"))))
    told |= Q(Exists(Task.objects.filter(whom=f"person:{person}", case_id=OuterRef("id"))))
    told &= ~Q(matter__in=confidential())
    drawn = Exists(Duty.objects.filter(post__in=posts_of(person), parent=OuterRef("matter"), period=OuterRef("id")))
    return known.filter(Q(applicant=person) | told | Q(matter__in=_taken_part_in(person)) | acted(person) | drawn)


def newest(person: str, most: int, matter: str = "", unit: str = "") -> list[str]:
    """The numbers of the newest cases that exist for a person, up to so many, of one matter or unit where it is named. Each way in which a
    case exists for somebody is asked alone, for what an index has in order: it takes as long however many cases there are."""
    known = CaseRow.objects.filter(**{name: one for name, one in (("matter", matter), ("unit", unit)) if one})
    ways = [Q()] if roles_of(person) & OVERSIGHT else _ways(person, most, matter)
    found = {one for way in ways for one in known.filter(way).order_by("-id").values_list("id", flat=True)[:most]}
    return sorted(found.difference(withheld(person)), reverse=True)[:most]


def _ways(person: str, most: int, matter: str) -> list[Q]:
    """The ways in which cases exist for somebody who is of no oversight, each with the latest of it up to so many."""
    closed, led, seen = confidential(), led_units(person), _taken_part_in(person)
    if matter in seen or (matter and matter not in closed and engine().current[matter].unit in led):
        return [Q()]
    parts = Part.objects.filter(person=person).order_by("-last").values("case_id")
    copies = Copy.objects.filter(person=person).order_by("-at", "-case_id").values("case_id")
    tasks = Task.objects.filter(whom=f"person:{person}").order_by("-since").values("case_id")
    drawn = Duty.objects.filter(post__in=posts_of(person)).order_by("-due").values("period")
    ways = [Q(applicant=person), Q(id__in=parts[:most]), Q(id__in=drawn[:most])]
    ways += [Q(id__in=told[:most]) & ~Q(matter__in=closed) for told in (copies, tasks)]
    return [*ways, *([Q(unit__in=led) & ~Q(matter__in=closed)] if led else ()), *([Q(matter__in=seen)] if seen and not matter else ())]


def _taken_part_in(person: str) -> list[str]:
    """The matters of which a person takes some step."""
    hands = _hands(person)
    return [matter.id for matter in engine().current.values() if _takes_part(hands, matter)]


def seen_case(person: str, case_id: str) -> CaseRow:
    """The row of a case that a person may see. Raises NotFound otherwise, in the same words as for one that does not exist."""
    row = CaseRow.objects.filter(id=case_id).first()
    if row is None or not may_see(person, row):
        raise NotFound(Text(f"没有办件 {case_id}，或您无权查看。", f"There is no case {case_id}, or it is not yours to see."))
    return row


def seen_file(person: str, sha256: str) -> tuple[StoredFile, tuple[str, ...]]:
    """A kept file that a person may open, their own upload or one that a case or an alert refers to which they may see, and the people
    whose names for it they may know: themselves, or those who did something in that case or about that alert. Raises NotFound."""
    kept = StoredFile.objects.filter(sha256=sha256).first()
    if kept is not None:
        if FileKeeper.objects.filter(sha256=sha256, person=person).exclude(name="").exists():
            return kept, (person,)
        cases = CaseRow.objects.filter(id__in=FileUse.objects.filter(sha256=sha256).values("case_id")).order_by("id")
        shown = next((row for row in cases if may_see(person, row) and _shows(person, row, sha256)), None)
        if shown is not None:
            return kept, actors_of(shown)
        people = proof_of(person, sha256)
        if people is not None:
            return kept, people
        if FileKeeper.objects.filter(sha256=sha256, person=person).exists():
            return kept, ()
    raise NotFound(Text("没有这个文件，或您无权查看。", "There is no such file, or it is not yours to see."))


def _shows(person: str, row: CaseRow, sha256: str) -> bool:
    """Whether a case shows a file to somebody who sees it: in a field that they read. Where that is under an embargo, it is kept."""
    matter = engine().matter_of(row.version)
    if not matter.plan.withheld:
        return True
    case = case_of(row)
    said = (json.loads(body)["command"]["data"] for body in chain(row.last).values_list("body", flat=True))
    fields = {name for data in said for name, value in data.items() if value == sha256} - hidden_from(person, case)
    opened(person, case, fields)
    return bool(fields)


def case_of(row: CaseRow) -> Case:
    """The case behind a row, folded from its entries."""
    return folded(row.version, row.id, row.last)


def hidden_from(person: str, case: Case) -> frozenset[str]:
    """The fields of a case that a person who sees it does not read: whatever shows values of a case asks here."""
    if not case.matter.plan.withheld:
        return frozenset()
    posts, bodies = posts_of(person), bodies_of(person)
    facts = {
        ":".join(need): list(posts) if need[0] == "posts" else [person] * (need[1] in bodies) for need in embargo.asks(case.matter, person)
    }
    return embargo.hidden(case, person, facts)


def hidden_in(person: str, matter: Matter, body: Mapping[str, Any]) -> frozenset[str]:
    """The same of a judged command of the log. One that opened no case is its actor's own: what somebody else would read of it could not
    be kept as a reading of a case."""
    if not matter.plan.withheld:
        return frozenset()
    row = CaseRow.objects.filter(id=body["case"]).first() if body["case"] else None
    if row is not None:
        return hidden_from(person, case_of(row))
    return frozenset() if body["command"]["actor"] == person else matter.plan.withheld


def without_fields(case: Case, hidden: Collection[str]) -> Case:
    """A case as it is for somebody who does not read these fields: they are not filled in, and in no act of its history."""
    if not hidden:
        return case
    acts = {step: tuple(act._replace(data=left(act.data, hidden)) for act in done) for step, done in case.acts.items()}
    return case._replace(values=left(case.values, hidden), acts=acts)


def left(values: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """What of some values is left without the hidden fields."""
    return {name: value for name, value in values.items() if name not in hidden}


def without_words(matter: Matter, body: Mapping[str, Any], hidden: Collection[str]) -> Mapping[str, Any]:
    """An entry as it is for somebody who does not read these fields: without them, without the facts, which may name them, and in general
    words where a refusal may tell of them."""
    if not hidden:
        return body
    command, verdict = body["command"], body["verdict"]
    refusal = verdict.get("refusal")
    if refusal is not None and embargo.tells(matter, refusal["control"], frozenset(hidden)):
        title = control_words(matter, refusal["control"])
        verdict = {"refusal": {**refusal, "message": text_json(title), "remedy": text_json(ASK), "shown": {}}}
    return {**body, "command": {**command, "data": left(command["data"], hidden)}, "facts": {}, "verdict": verdict}


def readable(person: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A judged command of the log as a person reads it."""
    matter = engine().matter_of(body["version"])
    return without_words(matter, body, hidden_in(person, matter, body))


def control_words(matter: Matter, control: str) -> Text:
    """That a control refused, and no more."""
    called = next(one.title for one in matter.controls if one.id == control)
    return Text(f"不符合“{called.zh}”。", f"This does not satisfy “{called.en}”.")


def actors_of(row: CaseRow) -> tuple[str, ...]:
    """Those who did something in a case; who did nothing for longest comes first."""
    acted: dict[str, int] = json.loads(row.actors)
    return tuple(sorted(acted, key=acted.__getitem__))


def demand_role(person: str, roles: frozenset[str], otherwise: Text) -> None:
    """Raises Forbidden, in these words, for somebody without one of the roles."""
    if not roles_of(person) & roles:
        raise Forbidden(otherwise)
