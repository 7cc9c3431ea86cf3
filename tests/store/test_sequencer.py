"""Every entry gets a place in the log: in the order of the commits, without gaps, whoever writes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

from lianfang.catalogue.audit import verify_bundle
from lianfang.evidence import canonical, leaf_bytes, leaf_hash
from lianfang.office import log
from lianfang.office.engine import engine
from lianfang.store.connection import Connection
from lianfang.store.models import Entry, Leaf, Unsequenced
from lianfang.store.record import FACT, Append
from lianfang.store.repository import Repository
from lianfang.store.sequencer import sequence

EXPENSE = "information-centre/expense"


def places() -> list[tuple[int, int]]:
    return list(Leaf.objects.order_by("idx").values_list("idx", "entry_id"))


def test_places_have_no_gap_and_follow_each_case(office: Any, expense: Callable[[str], dict[str, Any]], rivals: Any) -> None:
    for turn in range(25):
        for clerk, rival in zip(("ic-clerk", "ic-clerk-2"), rivals, strict=True):
            rival.tell(do="start", person=clerk, matter=EXPENSE, data=expense(f"0450{turn:04}"))
        if turn % 5 == 0:
            engine().log.caught_up()
    answers = [rival.answer() for _ in range(25) for rival in rivals]
    for a in (a for a in answers if a["accepted"]):
        office.act("ic-clerk", a["case"], "fill", "do", amount=120_000, purpose="office", budget_line="office-2026")
    office.settle()  # small claims of one payee: the watch has an alert to append, which is an entry too
    size = engine().log.caught_up().size
    assert [idx for idx, _ in places()] == list(range(size))
    assert size == Entry.objects.count()
    assert Unsequenced.objects.count() == 0
    tips: dict[str, str] = {}
    for body in Entry.objects.order_by("place__idx").values_list("body", flat=True):
        entry = json.loads(body)
        if entry["case"]:
            assert entry["prev"] == tips.get(entry["case"], "")
            tips[entry["case"]] = leaf_hash(leaf_bytes(body.encode())).hex()


def test_what_was_placed_stays_there(office: Any, application: Callable[[], str]) -> None:
    application()
    engine().log.caught_up()
    before = places()
    application()
    engine().log.caught_up()
    assert places()[: len(before)] == before
    assert len(places()) == len(before) + 1


def test_an_entry_that_is_not_committed_holds_nobody_up(office: Any, application: Callable[[], str]) -> None:
    """On PostgreSQL two processes write side by side: the one that commits first is placed first, and no place is kept free for
    the other. SQLite has one writer: there the second can't even begin."""
    if connection.vendor == "sqlite":
        application()
        assert Unsequenced.objects.count() == 0, "places are given in the transaction itself"
        return
    slow, own = Connection(), Connection()
    repository = Repository(slow, engine().matter_of, dict)
    scene = repository.begin([])
    body = canonical({"case": None, "n": 0, "prev": "", "at": "2026-11-24T08:00:00Z", "fact": {"ledger": "notes", "key": "1", "data": {}}})
    early = scene.append(Append(FACT, "2026-11-24T08:00:00Z", "", "", "", "", "", body))
    scene.write()
    application()
    sequence(own)
    late = Entry.objects.latest("id").id
    assert early.id < late
    size = Leaf.objects.count()
    assert places()[-1] == (size - 1, late)
    slow.commit()
    sequence(own)
    assert places()[-1] == (size, early.id)
    slow.close()
    own.close()


def test_two_sequencers_do_not_give_a_place_twice(office: Any, application: Callable[[], str]) -> None:
    for _ in range(5):
        application()
    one, other = Connection(), Connection()
    sequence(one)
    sequence(other)
    assert len({idx for idx, _ in places()}) == Leaf.objects.count() == Entry.objects.count()
    for connection_ in (one, other):
        connection_.close()


def test_an_entry_too_long_for_a_tile_stands_there_by_its_hash(
    office: Any, expense: Callable[[str], dict[str, Any]], tmp_path: Path
) -> None:
    data = expense("04600000")
    data["invoices"] = [{**data["invoices"][0], "number": f"0460{n:05}", "seller": "宝文印务" * 8} for n in range(400)]
    opened = office.start("ic-clerk", EXPENSE, **data)
    assert opened.accepted
    entry = Entry.objects.get(id=opened.entry)
    body = entry.body.encode()
    assert len(body) > 65_535
    short = canonical({"sha256": hashlib.sha256(body).hexdigest()})
    assert bytes(entry.leaf) == leaf_hash(short)
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults
