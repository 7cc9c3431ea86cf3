"""The evidence log."""

from __future__ import annotations

from dataclasses import dataclass

from lianfang.kernel.model import Text


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the log as a list shows it: its place (``index``, -1 while it waits for one), what it is and its leaf hash."""

    entry: int
    index: int
    at: str
    kind: str
    who: Text
    matter_title: Text
    step: Text
    case_id: str
    control: str
    leaf: str


@dataclass(frozen=True, slots=True)
class ProofView:
    """That an entry is in the log: its canonical ``body`` (what the leaf is the hash of), place, and the RFC 9162 inclusion
    proof (hex hashes) under the signed checkpoint ``note``."""

    entry: int
    index: int
    size: int
    leaf: str
    body: str
    proof: tuple[str, ...]
    root: str
    note: str


@dataclass(frozen=True, slots=True)
class LogView:
    """The evidence log as anyone may check it: size, root (hex), the signed note and the key that verifies it."""

    size: int
    root: str
    note: str
    verifier: str
    waiting: int
