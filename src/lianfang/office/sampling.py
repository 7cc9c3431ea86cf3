"""Sampling (抽查) as the clock brings it: when a period is over, a share of its finished cases is drawn and becomes turns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from lianfang.evidence import canonical
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.sample import ACTORS, PERIOD, Drawn, checker, drawn, took_part
from lianfang.kernel.model import Matter
from lianfang.kernel.schedule import Span, add, spans, utc_moment, utc_text
from lianfang.kernel.turns import turn_name
from lianfang.office.guarded import guarded
from lianfang.store.models import CaseRow, Duty, Entry, Leaf, MatterVersion
from lianfang.store.record import FACT, Append, json_text
from lianfang.store.repository import place_once

if TYPE_CHECKING:
    from lianfang.office.engine import Engine

SETTLED = timedelta(hours=1)
"""How long after a period's end it is drawn from: by then every command of the period stands in the log, in its place."""


class Sampling:
    """Draws for every ``sample`` control in force: once, also where the control asks for another share since."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._made: set[tuple[str, str, str]] = set()
        self._since: dict[tuple[str, str], str] = {}

    def sweep(self, holders: Callable[[str], Collection[str]]) -> None:
        """Draw from every period that is over and was not drawn from by this process. ``holders`` tells who holds a post now."""
        settled = utc_text(utc_moment(self._engine.now()) - SETTLED)
        for matter, control in self._engine.controls("sample"):
            for span in spans(control.params["every"], self._begun(matter, control), settled, matter.calendar.guessing()):
                if (matter.id, control.id, span.name) not in self._made:
                    with guarded(self._engine, matter, control):
                        self._draw(matter, control, span, holders)
                        self._made.add((matter.id, control.id, span.name))

    def _begun(self, matter: Matter, control: Control) -> str:
        """Since when a matter has the control: what was over before is not drawn from."""
        known = self._since.get((matter.id, control.id))
        if known is None:
            rows = MatterVersion.objects.filter(matter=matter.id).order_by("published_at").values_list("published_at", "source")
            had = (at for at, source in rows if any(c.get("id") == control.id for c in json.loads(source)["matter"]["controls"]))
            known = self._since[matter.id, control.id] = next(had, self._engine.now())
        return known

    def _draw(self, matter: Matter, control: Control, span: Span, holders: Callable[[str], Collection[str]]) -> None:
        if Duty.objects.filter(parent=matter.id, control=control.id, opens_at=span.ends).exists():
            return  # drawn by another process, or before: its turns came last, and all at once
        cases = [row.id for row in _finished(matter, span)]
        if not cases:
            return
        tree = self._engine.log.caught_up()
        first = Leaf.objects.filter(entry__at__gte=span.ends).order_by("idx").values_list("idx", flat=True).first()
        size = tree.size if first is None else first
        found = drawn(matter.id, control, span, size, tree.root(size).hex(), cases)
        appends = list(_appends(matter, control, found, self._engine.now()))
        self._engine.writer.submit("", partial(place_once, appends))
        due = add(span.ends, control.params["within"], matter.calendar.guessing())
        Duty.objects.bulk_create(
            [
                Duty(
                    matter=f"{matter.id}/{control.id}", parent=matter.id, control=control.id, period=turn_name(case),
                    post=checker(control, _took_part(case), holders), opens_at=span.ends, due=due,
                )
                for case in found.cases
            ],
            ignore_conflicts=True,
        )  # fmt: skip


def _finished(matter: Matter, span: Span) -> QuerySet[CaseRow]:
    """The cases of a matter that were completed in a period: by their last step, whoever urged or copied them after it."""
    steps = Entry.objects.filter(matter=matter.id, kind=Entry.ACCEPTED, case_id__isnull=False).exclude(step="")
    within, later = steps.filter(at__gte=span.begins, at__lt=span.ends), steps.filter(at__gte=span.ends)
    completed = CaseRow.objects.filter(status="completed", id__in=within.values("case_id"))
    return completed.exclude(id__in=later.values("case_id")).order_by("id")


def _took_part(case: str) -> set[str]:
    """Who had a part in a case, by its accepted commands."""
    kept = Entry.objects.filter(case_id=case, kind=Entry.ACCEPTED).values_list("body", flat=True)
    return {person for body in kept for person in took_part(json.loads(body)["command"])}


def _appends(matter: Matter, control: Control, found: Drawn, at: str) -> Iterator[Append]:
    """The entry of each case drawn: the fact that it stands in the ledger, and the draw that put it there."""
    draw = found.as_json(matter.id, matter.version, control.id)
    ledger = control.params["ledger"]
    for case in found.cases:
        data: dict[str, Any] = {PERIOD: found.period, ACTORS: sorted(_took_part(case))}
        fact = {"ledger": ledger, "key": case, "data": data, "draw": draw}
        once = hashlib.sha256(canonical({name: fact[name] for name in ("ledger", "key", "data")})).hexdigest()
        body = canonical({"case": None, "n": 0, "prev": "", "at": at, "fact": fact})
        yield Append(FACT, at, "", matter.id, "", control.id, once, body, placed=[(ledger, case, json_text(data))])
