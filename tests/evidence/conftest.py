"""A small log of three cases, as the office would have written it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from lianfang.evidence import Tree, canonical, leaf_bytes, leaf_hash
from lianfang.evidence.bundle import write
from lianfang.evidence.checkpoint import Signer

SIGNER = Signer("evidence.example", bytes(range(32)))
SOURCE = {"matter": {"id": "seal"}, "names": {"seal": ["用印", "Seal"]}}
VERSION = hashlib.sha256(canonical(SOURCE)).hexdigest()
ENTRIES: list[dict[str, Any]] = [
    {"case": "c1", "n": 1, "version": VERSION, "command": {"step": "apply", "data": {"title": "用印申请", "copies": 2}}},
    {"case": None, "n": 0, "version": VERSION, "command": {"step": "apply", "data": {}}},
    {"case": "c2", "n": 1, "version": VERSION, "command": {"step": "apply", "data": {"title": "借章外出 😀"}}},
    {"case": "c1", "n": 2, "version": VERSION, "command": {"step": "approve", "data": {}}},
    {"case": None, "n": 0, "alert": {"version": VERSION, "about": "c2"}},
    {"case": None, "fact": {"ledger": "seals", "key": "office", "data": {}}},
    {"case": "c1", "n": 3, "version": VERSION, "command": {"step": "stamp", "data": {"note": "x" * 70_000}}},
    {"case": "c2", "n": 2, "version": VERSION, "command": {"step": "approve", "data": {}}},
]


def linked(entries: Iterable[dict[str, Any]]) -> list[bytes]:
    """The bodies of the entries, each naming the one before it in its case."""
    tips: dict[str, str] = {}
    bodies = []
    for entry in entries:
        case = entry["case"]
        bodies.append(canonical({**entry, "prev": tips.get(case, "")}))
        if case is not None:
            tips[case] = leaf_hash(leaf_bytes(bodies[-1])).hex()
    return bodies


def checkpoint(bodies: list[bytes]) -> str:
    """The signed note over these bodies."""
    tree = Tree.of(map(leaf_bytes, bodies))
    return SIGNER.sign_checkpoint(tree.size, tree.root())


def signed(out: Path, bodies: list[bytes], kept: Iterable[str] = ()) -> Path:
    """A bundle of these bodies, signed over as they are, with these checkpoints from before."""
    write(out, checkpoint(bodies), SIGNER.verifier, bodies, {VERSION: SOURCE}, kept=kept)
    return out


@pytest.fixture(scope="session")
def bodies() -> list[bytes]:
    """The log."""
    return linked(ENTRIES)


@pytest.fixture(scope="session")
def rewritten() -> list[bytes]:
    """The same log as somebody would like it to have been: another first entry, and every chain made anew."""
    return linked([{**ENTRIES[0], "n": 7}, *ENTRIES[1:]])


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes]) -> Path:
    """The log as a bundle that is copied, never changed."""
    return signed(tmp_path_factory.mktemp("pristine") / "bundle", bodies, [checkpoint(bodies[:2]), checkpoint(bodies[:5])])


@pytest.fixture
def sign(tmp_path: Path) -> Callable[..., Path]:
    """Makes a bundle of bodies, and of checkpoints that were kept."""
    return lambda bodies, *kept: signed(tmp_path / "bundle", bodies, kept)


@pytest.fixture
def bundle(sign: Callable[..., Path], bodies: list[bytes]) -> Path:
    """The log as a bundle."""
    return sign(bodies)
