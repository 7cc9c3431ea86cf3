"""The evidence log: checkpoint, proofs, and the bundle for an outsider."""

from __future__ import annotations

from pathlib import Path

from lianfang.office.views import LogLine, LogView, ProofView


def log_view() -> LogView:
    """The log as it stands: size, root, signed note and the key that verifies it."""
    raise NotImplementedError


def lines(person: str, page: int = 1) -> tuple[LogLine, ...]:
    """The latest entries of the log, 50 a page, for inspectors, auditors and audit administrators. Raises Forbidden."""
    raise NotImplementedError


def checkpoint() -> str:
    """The signed note (C2SP tlog-checkpoint) over the whole log."""
    raise NotImplementedError


def proof(entry: int) -> ProofView:
    """The inclusion proof of an entry. Raises NotFound for one that does not exist or has no place in the log yet."""
    raise NotImplementedError


def export(out: Path) -> int:
    """Write the whole log as a bundle that can be verified without this system; returns the number of entries."""
    raise NotImplementedError
