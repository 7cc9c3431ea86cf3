"""The log: proofs, checkpoints and the export."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from lianfang.catalogue.audit import verify_bundle
from lianfang.evidence import leaf_bytes, leaf_hash, verify_inclusion
from lianfang.evidence.checkpoint import open_checkpoint
from lianfang.evidence.verify import Verdict, verify
from lianfang.office import engine as running
from lianfang.office import log
from lianfang.office.engine import engine
from lianfang.office.merkle_log import MerkleLog
from lianfang.office.sweep import sweep
from lianfang.office.views import Forbidden, NotFound
from lianfang.store import place as places
from lianfang.store.models import Checkpoint, Entry, Leaf, LedgerEntry

SEAL = "government-services/seal"


def test_every_entry_has_a_proof(office: Any, application: str) -> None:
    for entry in Entry.objects.all():
        proof = log.proof(entry.id)
        leaf = leaf_bytes(proof.body.encode())
        assert leaf_hash(leaf).hex() == proof.leaf
        path = [bytes.fromhex(step) for step in proof.proof]
        assert verify_inclusion(leaf, proof.index, proof.size, path, bytes.fromhex(proof.root))
        assert open_checkpoint(proof.note, engine().log.signer.verifier).root.hex() == proof.root


def test_the_log_grows_with_every_act(office: Any, application: str) -> None:
    before = log.log_view()
    office.act("gs-deputy", application, "approve", "approve")
    after = log.log_view()
    assert (after.size, after.waiting) == (before.size + 1, 0)
    assert after.root != before.root


def test_an_entry_that_is_not_there(office: Any) -> None:
    with pytest.raises(NotFound):
        log.proof(999_999)


def test_the_log_is_read_by_oversight_only(office: Any, application: str) -> None:
    for person in ("inspector", "auditor", "audadmin"):
        assert log.lines(person)[0].case_id == application
    for person in ("gs-clerk", "sysadmin", "secadmin", "gs-director"):
        with pytest.raises(Forbidden):
            log.lines(person)


def test_an_export_is_sound_and_judged_again(office: Any, application: str, letter: str, tmp_path: Path) -> None:
    office.act("gs-keeper", application, "use", stamped=letter, impressions=2)
    office.act("gs-deputy", application, "approve", "approve")
    office.act("gs-keeper", application, "use", stamped=letter, impressions=2)
    count = log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults
    assert verdict.size == count == Entry.objects.count()


def test_an_invoice_written_another_way_is_refused_and_judged_so_again(office: Any, claim: Any, tmp_path: Path) -> None:
    """The key in the ledger is folded, what was typed stands in its data, and the audit comes to the same without a database."""
    first = claim(280_000, "ＡＢ-4403 0001", seller="宝文（印务）有限公司")
    standing = LedgerEntry.objects.get(ledger="invoices")
    assert standing.key == "宝文印务有限公司:AB44030001"
    assert json.loads(standing.data) == {
        "seller": "宝文（印务）有限公司", "number": "ＡＢ-4403 0001", "amount": 280_000, "date": "2026-01-02", "claimant": "ic-clerk",
    }  # fmt: skip
    scan = office.file("凭证.txt", "增值税普通发票", "ic-clerk-2")
    for number, seller in (
        ("ab44030001", "宝文(印务)有限公司"),
        ("AB\u30004403\u20030001", "宝文 印务有限公司"),
        ("АВ44030001", "宝文印务·有限公司"),
    ):
        bill = {"seller": seller, "number": number, "date": "2026-01-02", "amount": 280_000}
        again = office.start("ic-clerk-2", "information-centre/expense", title="印制费", payee="宝文", invoices=[bill], vouchers=scan)
        assert (again.refusal.control, first in again.refusal.message.zh) == ("invoice-once", True), number
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults
    assert Entry.objects.filter(kind="refused").count() == 3


def test_one_changed_byte_is_named(office: Any, application: str, tmp_path: Path) -> None:
    log.export(tmp_path / "bundle")
    place = tmp_path / "bundle" / "entries.jsonl"
    lines = place.read_bytes().split(b"\n")
    lines[-2] = lines[-2].replace(b'"copies":2', b'"copies":3')
    place.write_bytes(b"\n".join(lines))
    verdict = verify_bundle(tmp_path / "bundle")
    assert not verdict.sound
    assert verdict.faults[0][0] == len(lines) - 2


class Intruder:
    """Somebody with the database's own password, who has dropped the triggers. Places are those of the log, from 0."""

    def __init__(self) -> None:
        self.embedded = connection.vendor == "sqlite"
        if self.embedded:
            for (name,) in self.run("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('entry', 'leaf')"):
                self.run(f"DROP TRIGGER {name}")
        else:
            self.run("ALTER TABLE entry DISABLE TRIGGER USER")
            self.run("ALTER TABLE leaf DISABLE TRIGGER USER")

    def run(self, sql: str, *values: Any) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def entry(self, place: int) -> Entry:
        return Entry.objects.get(place__idx=place)

    def rewrite(self, place: int, body: str, leaf: bytes) -> None:
        self.run("UPDATE entry SET body = %s, leaf = %s WHERE id = %s", body, leaf, self.entry(place).id)

    def delete(self, place: int) -> None:
        number = self.entry(place).id
        self.run("DELETE FROM entry WHERE id = %s", number)
        if not self.embedded and place % 2:  # every other time as thoroughly as can be
            self.run("DELETE FROM leaf WHERE idx = %s", place)

    def insert(self, like: int) -> None:
        """An entry once more, at the end."""
        row = Entry.objects.filter(id=self.entry(like).id).values().get()
        row.update(id=Entry.objects.order_by("-id")[0].id + 1, n=row["n"] + 1000, key="")
        columns = ", ".join(row)
        self.run(f"INSERT INTO entry ({columns}) VALUES ({', '.join(['%s'] * len(row))})", *row.values())
        if not self.embedded:
            self.run("INSERT INTO leaf (idx, entry_id) VALUES (%s, %s)", Leaf.objects.count(), row["id"])

    def swap(self, one: int, other: int) -> None:
        a, b = self.entry(one), self.entry(other)
        self.rewrite(one, b.body, bytes(b.leaf))
        self.rewrite(other, a.body, bytes(a.leaf))


@pytest.fixture
def used(office: Any, application: str, letter: str) -> str:
    """A case that an attempt was refused in and that was approved and done: the last four entries of the log."""
    office.act("gs-keeper", application, "use", stamped=letter, impressions=2)
    office.act("gs-deputy", application, "approve", "approve")
    office.act("gs-keeper", application, "use", stamped=letter, impressions=2)
    office.settle()
    return application


@pytest.fixture(params=["the server goes on", "the server was started anew"])
def exported(request: pytest.FixtureRequest, office: Any, used: str, tmp_path: Path) -> Callable[..., Verdict]:
    """Exports what the database says now, and verifies it: by a server that has seen the log before, and by one that has not."""
    log.export(tmp_path / "earlier")

    def export(*known: Path) -> Verdict:
        if "anew" in request.param:
            running.reset(office.clock)
        log.export(tmp_path / "bundle")
        return verify_bundle(tmp_path / "bundle", known=known)

    return export


def last(used: str) -> int:
    """The place of the case's approval."""
    log.log_view()  # everything has its place now
    return int(Leaf.objects.filter(entry__case_id=used, entry__step="approve").order_by("-idx").values_list("idx", flat=True)[0])


def test_a_body_changed_in_the_database_is_named(used: str, exported: Callable[..., Verdict]) -> None:
    intruder, place = Intruder(), last(used)
    kept = intruder.entry(place)
    intruder.rewrite(place, kept.body.replace("gs-deputy", "gs-director"), bytes(kept.leaf))
    verdict = exported()
    assert not verdict.sound
    first = verdict.faults[0]
    assert first.leaf == place
    named = [fault for fault in verdict.faults if "does not have its leaf hash" in fault.en]
    assert [fault.leaf for fault in named] == [place]
    assert f"(“Approval” of case {used})" in named[0].en
    assert f"办件 {used} 的“印章的审批”" in named[0].zh


@pytest.mark.parametrize("body", ["", "gone", "{}", "a\nb\n"])
def test_a_body_made_into_something_else_is_named(used: str, exported: Callable[..., Verdict], body: str) -> None:
    intruder, place = Intruder(), last(used)
    intruder.rewrite(place, body, bytes(intruder.entry(place).leaf))
    verdict = exported()
    assert (verdict.sound, verdict.faults[0].leaf) == (False, place)


@pytest.mark.parametrize("offset", [0, -1, -2])
def test_a_deleted_entry_is_named_and_the_others_keep_their_places(used: str, exported: Callable[..., Verdict], offset: int) -> None:
    intruder, place = Intruder(), last(used) + offset
    intruder.delete(place)
    verdict = exported()
    assert (verdict.sound, verdict.faults[0].leaf) == (False, place)
    assert "taken away" in verdict.faults[0].en
    assert "已被取走" in verdict.faults[0].zh
    assert not any(fault.leaf > place and "leaf hash" in fault.en for fault in verdict.faults)


def test_two_entries_that_changed_places_are_named(used: str, exported: Callable[..., Verdict]) -> None:
    intruder, place = Intruder(), last(used)
    intruder.swap(place, place + 1)
    verdict = exported()
    assert (verdict.sound, verdict.faults[0].leaf) == (False, place)
    assert {fault.leaf for fault in verdict.faults} >= {place, place + 1}


@pytest.mark.parametrize("leaf", [bytes(32), b"short", b""])
def test_a_changed_leaf_hash_is_named(used: str, exported: Callable[..., Verdict], leaf: bytes) -> None:
    """By a server that has seen the log before it changes nothing: the log is what it was signed as."""
    intruder, place = Intruder(), last(used)
    intruder.rewrite(place, intruder.entry(place).body, leaf)
    verdict = exported()
    if not verdict.sound:
        assert verdict.faults[0].leaf == place


def test_a_changed_leaf_hash_is_named_by_whoever_reads_it_anew(office: Any, used: str, tmp_path: Path) -> None:
    intruder, place = Intruder(), last(used)
    intruder.rewrite(place, intruder.entry(place).body, bytes(32))
    running.reset(office.clock)
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert (verdict.sound, verdict.faults[0].leaf) == (False, place)


def test_an_entry_put_in_by_hand_is_named(used: str, exported: Callable[..., Verdict]) -> None:
    place = Leaf.objects.count()
    Intruder().insert(like=last(used))
    verdict = exported()
    assert (verdict.sound, verdict.faults[0].leaf) == (False, place)


def test_a_body_changed_with_its_leaf_hash_breaks_its_case_and_what_was_exported_before(
    used: str, exported: Callable[..., Verdict], tmp_path: Path
) -> None:
    intruder, place = Intruder(), last(used)
    body = intruder.entry(place).body.replace("gs-deputy", "gs-director")
    intruder.rewrite(place, body, leaf_hash(leaf_bytes(body.encode())))
    verdict = exported(tmp_path / "earlier")
    assert (verdict.sound, verdict.faults[0].leaf) == (False, place)
    assert any(fault.leaf == place + 1 and "does not follow" in fault.en for fault in verdict.faults)


@pytest.mark.parametrize("known", ["earlier", "earlier/checkpoint"])
def test_a_tail_cut_off_is_named_by_an_earlier_checkpoint(used: str, exported: Callable[..., Verdict], tmp_path: Path, known: str) -> None:
    place = last(used)
    for one in range(Leaf.objects.count() - 1, place - 1, -1):
        Intruder().delete(one)
    if not Intruder().embedded:
        Intruder().run("DELETE FROM leaf WHERE idx >= %s", place)
    verdict = exported(tmp_path / known)
    assert (verdict.sound, verdict.faults[0].leaf) == (False, place)


def kept() -> list[tuple[int, str]]:
    """The checkpoints kept so far: sizes and moments."""
    return list(Checkpoint.objects.order_by("size").values_list("size", "at"))


def test_a_checkpoint_is_kept_once_an_hour_while_the_log_grows(office: Any, letter: str) -> None:
    office.at("2026-11-25T02:00:00Z")
    sweep()
    grown = Entry.objects.count()
    assert kept() == [(grown, "2026-11-25T02:00:00Z")]
    office.at("2026-11-25T04:00:00Z")
    sweep()
    assert len(kept()) == 1, "nothing has happened"
    for minute, count in ((0, 2), (1, 2), (59, 2), (60, 3)):
        office.at(f"2026-11-25T0{4 + minute // 60}:{minute % 60:02}:00Z")
        assert office.start("gs-clerk", SEAL, title="函", document=letter, copies=1, seal="official-seal").accepted
        sweep()
        assert len(kept()) == count
    size, at = kept()[-1]
    assert (size, at) == (Entry.objects.count(), "2026-11-25T05:00:00Z")
    signed = open_checkpoint(Checkpoint.objects.get(size=size).note, engine().log.signer.verifier)
    assert (signed.size, signed.root) == (size, bytes(Checkpoint.objects.get(size=size).root))


def test_a_clock_that_was_ahead_holds_up_no_checkpoint(office: Any, letter: str) -> None:
    office.at("2030-01-01T00:00:00Z")
    sweep()
    office.at("2026-11-25T02:00:00Z")
    assert office.start("gs-clerk", SEAL, title="函", document=letter, copies=1, seal="official-seal").accepted
    sweep()
    assert [at for _, at in kept()][-1] == "2026-11-25T02:00:00Z"


def test_two_processes_that_keep_the_same_checkpoint_keep_it_once(office: Any, application: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = MerkleLog(office.data / places.LOG_KEY, engine().log.signer.verifier.name)
    note = other.note

    def meanwhile(size: int) -> str:
        engine().log.keep("2026-11-25T02:00:00Z")
        return note(size)

    monkeypatch.setattr(other, "note", meanwhile)
    assert other.keep("2026-11-25T02:00:01Z") == Entry.objects.count()
    assert kept() == [(Entry.objects.count(), "2026-11-25T02:00:00Z")]
    other.close()


def test_an_export_keeps_its_checkpoint_and_carries_those_from_before(office: Any, application: str, tmp_path: Path) -> None:
    first = log.export(tmp_path / "first")
    assert (tmp_path / "first" / "checkpoints").read_text(encoding="utf-8") == ""
    office.act("gs-deputy", application, "approve", "approve")
    second = log.export(tmp_path / "second")
    assert [size for size, _ in kept()] == [first, second]
    assert (tmp_path / "second" / "checkpoints").read_bytes() == (tmp_path / "first" / "checkpoint").read_bytes()
    assert log.export(tmp_path / "third") == second
    for name in ("first", "second", "third"):
        verdict = verify_bundle(tmp_path / name)
        assert verdict.sound, verdict.faults


def told(verdict: Verdict) -> list[str]:
    """What is said of the office's own checkpoints."""
    return [fault.en for fault in verdict.faults if "that the office kept" in fault.en]


def test_what_was_changed_with_all_its_hashes_is_found_by_the_offices_own_checkpoints(office: Any, used: str, tmp_path: Path) -> None:
    """The last entry of the log, its leaf hash and the head of its case changed, the server started anew: it signs what it finds."""
    before = engine().log.keep(engine().now())
    place, intruder = before - 1, Intruder()
    body = intruder.entry(place).body.replace('"impressions":2', '"impressions":1')
    assert body != intruder.entry(place).body
    intruder.rewrite(place, body, leaf_hash(leaf_bytes(body.encode())))
    running.reset(office.clock)
    log.export(tmp_path / "bundle")
    verdict = verify(tmp_path / "bundle")
    assert told(verdict) == [f"the first {before} entries are not what a checkpoint that the office kept was signed over"]
    assert len(verdict.faults) == 1, "nothing else could tell"


def test_an_end_that_was_cut_off_is_found_by_the_offices_own_checkpoints(office: Any, used: str, tmp_path: Path) -> None:
    place = engine().log.keep(engine().now()) - 1
    Intruder().delete(place)
    if not Intruder().embedded:
        Intruder().run("DELETE FROM leaf WHERE idx >= %s", place)
    running.reset(office.clock)
    log.export(tmp_path / "bundle")
    verdict = verify(tmp_path / "bundle")
    assert [fault.leaf for fault in verdict.faults] == [place]
    assert told(verdict)[0].endswith("this one and those after it were cut off")
    assert [size for size, _ in kept()] == [place + 1], "a log that lost its end is not kept as if it were all"


def test_a_spoilt_source_of_a_matter_is_named(office: Any, used: str, exported: Callable[..., Verdict]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE matter_version SET source = 'spoilt'")
    verdict = exported()
    assert not verdict.sound
    assert "that it names is missing" in verdict.faults[0].en
