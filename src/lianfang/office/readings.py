"""Readings: that somebody read what is under an embargo is evidence, kept before it is shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from lianfang.evidence import canonical
from lianfang.kernel import Case
from lianfang.kernel.controls import embargo
from lianfang.kernel.entry import read_json
from lianfang.kernel.model import Text
from lianfang.office.engine import engine
from lianfang.office.views import NotFound
from lianfang.store.models import Entry
from lianfang.store.record import READ, Append
from lianfang.store.repository import Scene

HOUR = len("2026-01-05T09")
MOVED = Text("本件刚刚有新的办理，请重新打开。", "The case has just moved on; open it again.")


def opened(person: str, case: Case, fields: Iterable[str]) -> None:
    """Keep that a person is about to be shown these fields of a case, those of them that are under an embargo: once an hour for the same
    fields. Raises NotFound where the person is no longer on the list, or the entry can't be made: then nothing is shown."""
    read = sorted(embargo.withheld(case) & set(fields)) if case.matter.plan.withheld else ()
    if not read:
        return
    now = engine().now()
    # Who used this key for something else has spoilt it for themselves: nothing is shown that can't be kept (below).
    key = f"read {case.id} {now[:HOUR]} {hashlib.sha256(' '.join(read).encode()).hexdigest()[:8]}"
    if Entry.objects.filter(actor=person, key=key, kind=Entry.READ).exists():
        return

    def run(scene: Scene) -> None:
        held = scene.held(case.id)
        if held is None:
            raise NotFound(MOVED)
        at = max(now, held.at)
        facts = scene.facts(embargo.asks(held.case.matter, person), at)
        still = embargo.withheld(held.case) & set(read)
        if still & embargo.hidden(held.case, person, facts):
            raise NotFound(MOVED)
        earlier = scene.repeated(person, key)
        if earlier is not None and "read" not in json.loads(earlier.body):
            raise NotFound(MOVED)
        if still and earlier is None:
            entry = {"case": None, "n": 0, "prev": "", "at": at, "read": read_json(held.case, person, still, facts)}
            scene.append(Append(READ, at, person, held.case.matter.id, "", "", key, canonical(entry)))

    engine().writer.submit(case.id, run, person)
