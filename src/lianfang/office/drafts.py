"""What a person has begun to write and not submitted: kept for them alone until it is, and no evidence (ADR 13)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from lianfang.kernel.model import Matter, Text
from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.office.access import matter_in_force, seen_case, seen_cases
from lianfang.office.alerts import matter_of, seen_alert
from lianfang.office.engine import engine
from lianfang.office.lines import PAGE, cut
from lianfang.office.people import title
from lianfang.office.views import NOTHING, DraftLine, DraftView, NotFound, Page
from lianfang.store.models import CaseRow, Draft, Entry

KEPT = timedelta(days=30)
"""How long a draft is kept after it was saved last."""
MOST_LETTERS = 256 * 1024
WORK = Text("预警处置", "work on an alert")
TOO_LONG = Text("内容过长，没有存为草稿。", "This is too long to be kept as a draft.")
NONE = Text("没有这份草稿。", "There is no such draft.")


class TooLong(Exception):
    """What was typed is more than a draft holds."""


def of_opening(person: str, place: str, matter: str, fields: Mapping[str, Sequence[str]], key: str = "") -> bool:
    """Keep what a person has typed into the form that opens a case. Raises NotFound and TooLong, as those below."""
    found = matter_in_force(matter)
    return _keep(Draft(person=person, place=place, matter=matter, step=found.plan.first), found, fields, key)


def of_step(person: str, place: str, case_id: str, step: str, fields: Mapping[str, Sequence[str]], key: str = "", n: int = 0) -> bool:
    """The same of the form of a step, filled in when the case had ``n`` acts."""
    row = seen_case(person, case_id)
    matter = engine().matter_of(row.version)
    if step not in matter.steps:
        raise NotFound(NONE)
    return _keep(Draft(person=person, place=place, matter=row.matter, case_id=case_id, step=step, n=n), matter, fields, key)


def of_alert(person: str, place: str, alert: int, fields: Mapping[str, Sequence[str]], key: str = "") -> bool:
    """The same of a form about an alert."""
    row = seen_alert(person, alert)
    return _keep(Draft(person=person, place=place, matter=row.matter), matter_of(row), fields, key)


def _keep(draft: Draft, matter: Matter | None, fields: Mapping[str, Sequence[str]], key: str) -> bool:
    """Keep a draft in the place of the one before it; whether all of it could be kept. What is under an embargo is not: a draft outlives
    what its person may read. Nor is what was submitted meanwhile, under this key."""
    withheld = matter.plan.withheld if matter is not None else frozenset[str]()
    kept = {name: list(values) for name, values in fields.items() if name.partition("[")[0] not in withheld}
    draft.fields = json.dumps({**kept, **dict.fromkeys(withheld)}, ensure_ascii=False)
    if len(draft.fields) > MOST_LETTERS:
        raise TooLong
    if key and Entry.objects.filter(actor=draft.person, key=key, kind=Entry.ACCEPTED).exists():
        return True
    draft.saved_at = engine().now()
    values = {name: getattr(draft, name) for name in ("matter", "case_id", "step", "n", "fields", "saved_at")}
    Draft.objects.update_or_create(person=draft.person, place=draft.place, defaults=values)
    return all(name in kept or not any(text.strip() for text in values) for name, values in fields.items())


def held(person: str, places: Iterable[str]) -> dict[str, DraftView]:
    """A person's drafts of the forms at some addresses."""
    found = Draft.objects.filter(person=person, place__in=list(places))
    return {one.place: _view(one, json.loads(one.fields)) for one in found}


def drop(person: str, place: str) -> bool:
    """Delete a person's draft of the form at an address, if there is one; whether there was."""
    return bool(Draft.objects.filter(person=person, place=place).delete()[0])


def listed(person: str, page: int = 1, words: str = "") -> Page[DraftLine]:
    """A person's drafts (草稿), what was saved last first; with ``words`` those whose matter, step or case has them in its name. Those of
    a case that is no longer theirs to see are not among them."""
    found = list(Draft.objects.filter(person=person).order_by("-saved_at", "place"))
    cases = {one.case_id for one in found} - {""}
    rows = {row.id: row for row in seen_cases(person).filter(id__in=cases)} if cases else {}
    lines = [_line(one, rows.get(one.case_id)) for one in found if not one.case_id or one.case_id in rows]
    sought = words.casefold()
    if sought:
        lines = [one for one in lines if any(sought in said.casefold() for said in _said(one))]
    return Page(tuple(cut(lines, page)), page, len(lines), PAGE)


def sweep(now: str) -> None:
    """Delete what nobody has come back to for as long as drafts are kept."""
    Draft.objects.filter(saved_at__lt=utc_text(utc_moment(now) - KEPT)).delete()


def _view(draft: Draft, fields: Mapping[str, Sequence[str] | None]) -> DraftView:
    typed = {name: values for name, values in fields.items() if values is not None}
    return DraftView(typed, frozenset(fields) - frozenset(typed), draft.saved_at, _until(draft), draft.n)


def _line(draft: Draft, row: CaseRow | None) -> DraftLine:
    office = engine()
    matter = office.matter_of(row.version) if row is not None else office.matter_named(draft.matter)
    step = matter.label(draft.step) if matter is not None and draft.step in matter.steps else WORK
    return DraftLine(
        draft.place, matter.title if matter is not None else NOTHING, title(matter.unit) if matter is not None else NOTHING, step,
        draft.case_id, row.title if row is not None else "", draft.saved_at, _until(draft),
    )  # fmt: skip


def _said(line: DraftLine) -> tuple[str, ...]:
    return (*line.matter_title, *line.unit_title, *line.step, line.case_id, line.title)


def _until(draft: Draft) -> str:
    return utc_text(utc_moment(draft.saved_at) + KEPT)
