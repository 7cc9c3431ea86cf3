"""The evidence log: checkpoint, proofs, and the bundle for an outsider."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from typing import Any

from lianfang.evidence import bundle
from lianfang.kernel import standins
from lianfang.kernel.alerts import ACTS, CLOCK_ACTS
from lianfang.kernel.model import Text
from lianfang.office.access import case_of, demand_role, hidden_in, may_see
from lianfang.office.alert_access import seen
from lianfang.office.channels import confidential
from lianfang.office.engine import engine
from lianfang.office.lines import cut
from lianfang.office.people import LOG_READERS, NOBODY, for_whom, names, roles_of
from lianfang.office.readings import opened
from lianfang.office.views import LogLine, LogView, NotFound, ProofView
from lianfang.office.words import doing
from lianfang.store.models import CaseRow, Checkpoint, Entry, Leaf, MatterVersion, Unsequenced

PAGE = 50
READERS_ONLY = Text("此页只供纪检监察、审计与安全审计人员查看。", "This page is for inspectors, auditors and audit administrators.")


def log_view() -> LogView:
    """The log as it stands: size, root, signed note and the key that verifies it."""
    log = engine().log
    tree = log.caught_up()
    size = tree.size
    return LogView(size, tree.root(size).hex(), log.note(size), str(log.signer.verifier), Unsequenced.objects.count())


def lines(person: str, page: int = 1) -> tuple[LogLine, ...]:
    """The latest entries of the log, 50 a page, for inspectors, auditors and audit administrators. Raises Forbidden."""
    demand_role(person, LOG_READERS, READERS_ONLY)
    kept = cut(Entry.objects.order_by("-id"), page, PAGE)
    places = dict(Leaf.objects.filter(entry_id__in=[entry.id for entry in kept]).values_list("entry_id", "idx"))
    given = {e.id: json.loads(e.body)["command"] if e.kind in (Entry.ACCEPTED, Entry.REFUSED) else {"actor": e.actor} for e in kept}
    known, closed = names(who for one in given.values() for who in (one["actor"], one.get("behalf", ""))), confidential()
    return tuple(
        LogLine(
            e.id, places.get(e.id, -1), e.at, e.kind, for_whom(given[e.id], known) if shown else NOBODY, _matter_title(e.matter),
            _step_title(e), (e.case_id or "") if shown else "", e.control, bytes(e.leaf).hex(),
        )
        for e in kept
        for shown in (e.matter not in closed or _may_read(person, e),)
    )  # fmt: skip


def _matter_title(matter: str) -> Text:
    found = engine().current.get(matter)
    if matter == standins.LEDGER:
        return standins.TITLE
    return found.title if found else Text(matter or "—", matter or "—")


def _step_title(entry: Entry) -> Text:
    found = engine().current.get(entry.matter)
    if entry.kind == Entry.WORK:
        return ACTS.get(entry.step) or CLOCK_ACTS[entry.step]
    if found and entry.kind in (Entry.ACCEPTED, Entry.REFUSED):
        return found.label(entry.step) if entry.step else doing(found, json.loads(entry.body)["command"])
    return found.label(entry.step) if found and entry.step else NOBODY


def checkpoint() -> str:
    """The signed note (C2SP tlog-checkpoint) over the whole log."""
    return engine().log.note()


def proof(entry: int) -> ProofView:
    """The inclusion proof of an entry. Raises NotFound for one that does not exist or has no place in the log yet."""
    log = engine().log
    tree = log.caught_up()
    place = Leaf.objects.filter(entry_id=entry).select_related("entry").first()
    if place is None or place.idx >= tree.size:
        raise NotFound(Text(f"没有第 {entry} 号存证。", f"There is no entry {entry} in the log."))
    size = tree.size
    kept = place.entry
    return ProofView(
        kept.id, place.idx, size, bytes(kept.leaf).hex(), kept.body, tuple(h.hex() for h in tree.inclusion(place.idx, size)),
        tree.root(size).hex(), log.note(size),
    )  # fmt: skip


def seen_proof(person: str, entry: int) -> ProofView:
    """The same for a person: the proof gives nothing away and is everybody's, the body is empty for those who may not read it: all but
    the readers of the log and who did it (but for what came in by a channel), and who may see its case or alert. Raises NotFound."""
    found, kept = proof(entry), Entry.objects.get(id=entry)
    return found if _may_read(person, kept) and _reads(person, kept) else replace(found, body="")


def _reads(person: str, entry: Entry) -> bool:
    """Whether nothing of an entry's case is hidden from somebody: a leaf is the hash of all of an entry, so that none is shown in part.
    That they read what is under an embargo is kept."""
    if entry.kind not in (Entry.ACCEPTED, Entry.REFUSED):
        return True
    body = json.loads(entry.body)
    matter = engine().matter_of(body["version"])
    if hidden_in(person, matter, body):
        return False
    if matter.plan.withheld and entry.case_id:
        opened(person, case_of(CaseRow.objects.get(id=entry.case_id)), body["command"]["data"])
    return True


def _may_read(person: str, entry: Entry) -> bool:
    of_channel = entry.matter in confidential()
    if (entry.actor == person and not (of_channel and entry.case_id)) or (roles_of(person) & LOG_READERS and not of_channel):
        return True
    if entry.kind in (Entry.ALERT, Entry.WORK):
        told = json.loads(entry.body)[entry.kind]
        return seen(person).filter(matter=told["matter"], control=told["control"], about=told["about"]).exists()
    row = CaseRow.objects.filter(id=entry.case_id).first() if entry.case_id else None
    return row is not None and may_see(person, row)


def export(out: Path) -> int:
    """Write the whole log as a bundle that can be verified without this system; returns the number of entries.

    Beside the entries go the leaf hashes that the log is signed over and the checkpoints that were kept before, so that what was
    changed in the database itself is named when the bundle is verified. The checkpoint of this export is kept for those to come.
    """
    log = engine().log
    # Before the log is read: one that has more entries then shows that its end was cut off.
    kept = [str(note) for note in Checkpoint.objects.order_by("size").values_list("note", flat=True)]
    size = log.keep(engine().now())
    tree = log.caught_up()
    leaves = map(tree.leaf, range(size))
    bundle.write(out, log.note(size), log.signer.verifier, _bodies(size), dict(_sources()), leaves, kept)
    return size


def _sources() -> Iterator[tuple[str, Any]]:
    for version, source in MatterVersion.objects.values_list("version", "source"):
        with suppress(ValueError):  # one that was spoilt is missing, and verifying says so
            yield version, json.loads(source)


def _bodies(size: int) -> Iterator[bytes]:
    """The body at every place of the log, empty where somebody took it out of the database."""
    place = 0
    rows = Leaf.objects.filter(idx__lt=size).order_by("idx").values_list("idx", "entry__body")
    for index, body in rows.iterator(chunk_size=2000):
        yield from repeat(b"", index - place)
        yield _line(body)
        place = index + 1
    yield from repeat(b"", size - place)


def _line(body: Any) -> bytes:
    """A body as a line. One that was changed by hand may be of any type, and of several lines: no longer what its leaf is the hash of."""
    written = body if isinstance(body, bytes) else str(body).encode(errors="replace")
    return written.replace(b"\n", b" ")
