"""The log: proofs, checkpoints and the export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lianfang.catalogue.audit import verify_bundle
from lianfang.evidence import leaf_bytes, leaf_hash, verify_inclusion
from lianfang.evidence.checkpoint import open_checkpoint
from lianfang.office import log
from lianfang.office.engine import engine
from lianfang.office.views import Forbidden, NotFound
from lianfang.store.models import Entry


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


def test_one_changed_byte_is_named(office: Any, application: str, tmp_path: Path) -> None:
    log.export(tmp_path / "bundle")
    place = tmp_path / "bundle" / "entries.jsonl"
    lines = place.read_bytes().split(b"\n")
    lines[-2] = lines[-2].replace(b'"copies":2', b'"copies":3')
    place.write_bytes(b"\n".join(lines))
    verdict = verify_bundle(tmp_path / "bundle")
    assert not verdict.sound
    assert verdict.faults[0][0] == len(lines) - 2
