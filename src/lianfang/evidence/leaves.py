"""Leaves and nodes of the tree: what of an entry is hashed, and how (RFC 9162 section 2.1.1, SHA-256)."""

from __future__ import annotations

import hashlib

from lianfang.evidence.canonical import canonical

HASH_SIZE = 32
LONGEST_LEAF = 65_535
"""Bytes. Tiles of C2SP tlog-tiles give the length of an entry in sixteen bits."""


def leaf_bytes(body: bytes) -> bytes:
    """The leaf data of an entry's body: the body itself or, past 65 535 bytes, canonical ``{"sha256": hex of the body}``."""
    if len(body) <= LONGEST_LEAF:
        return body
    return canonical({"sha256": hashlib.sha256(body).hexdigest()})


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf, from its data: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node, from the hashes of its children: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()
