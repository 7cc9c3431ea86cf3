"""The Merkle tree of the log and its proofs (RFC 9162 section 2.1).

Whoever makes a proof holds the tree; whoever checks one holds a leaf, two numbers and a root, and trusts nothing else: a proof
that is malformed in any way is a proof that fails.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Self

from lianfang.evidence.leaves import HASH_SIZE, leaf_hash, node_hash

EMPTY_ROOT = hashlib.sha256(b"").digest()


class Tree:
    """An append-only tree of leaf *hashes*.

    One run of bytes a level, 32 bytes a node, complete subtrees only: those never change, so that a root or a proof for any
    earlier size comes from the same bytes, in time logarithmic in the size.
    """

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        self.extend(leaf_hashes)

    @classmethod
    def of(cls, leaves: Iterable[bytes]) -> Self:
        """The tree over these leaf *data*."""
        return cls(map(leaf_hash, leaves))

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._levels[0]) // HASH_SIZE

    def append(self, leaf_hash: bytes) -> None:
        """Append one leaf hash. Raises ValueError when it isn't 32 bytes long."""
        if len(leaf_hash) != HASH_SIZE:
            raise ValueError(f"a leaf hash has {HASH_SIZE} bytes, not {len(leaf_hash)}")
        index, node = self.size, leaf_hash
        for level in self._levels:
            level.extend(node)
            if not index & 1:
                return
            node = node_hash(bytes(level[-2 * HASH_SIZE : -HASH_SIZE]), node)
            index >>= 1
        self._levels.append(bytearray(node))

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Append leaf hashes in their order. Raises ValueError at one that isn't 32 bytes long."""
        for one in leaf_hashes:
            self.append(one)

    def leaf(self, index: int) -> bytes:
        """The leaf hash at this place. Raises ValueError for a place outside the tree."""
        _within(index, self.size)
        return self._node(0, index)

    def root(self, size: int | None = None) -> bytes:
        """The root hash, or that of the tree as it was at ``size`` leaves. Raises ValueError for a size it has not reached."""
        size = self._size(size)
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof that the leaf at ``index`` is in the tree of ``size`` leaves, lowest node first. Raises ValueError."""
        low, high = 0, self._size(size)
        _within(index, high)
        proof = []
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                proof.append(self._range(middle, high))
                high = middle
            else:
                proof.append(self._range(low, middle))
                low = middle
        return proof[::-1]

    def consistency(self, old_size: int, size: int | None = None) -> list[bytes]:
        """The proof that the tree of ``size`` leaves begins with that of ``old_size``. Raises ValueError; empty from 0 or ``size``."""
        low, high = 0, self._size(size)
        if not 0 <= old_size <= high:
            raise ValueError(f"no consistency proof from {old_size} to {high} leaves")
        proof: list[bytes] = []
        if not old_size:
            return proof
        while old_size < high:
            middle = low + _split(high - low)
            if old_size <= middle:
                proof.append(self._range(middle, high))
                high = middle
            else:
                proof.append(self._range(low, middle))
                low = middle
        if low:  # else the old root itself, which the verifier has
            proof.append(self._range(low, high))
        return proof[::-1]

    def _size(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise ValueError(f"the tree has {self.size} leaves, not {size}")
        return size

    def _node(self, level: int, index: int) -> bytes:
        return bytes(self._levels[level][index * HASH_SIZE : (index + 1) * HASH_SIZE])

    def _range(self, low: int, high: int) -> bytes:
        """The hash over the leaves from ``low`` to ``high``: the complete subtrees of which it is made, folded from the right."""
        nodes = []
        while low < high:
            level = (high - low).bit_length() - 1
            nodes.append(self._node(level, low >> level))
            low += 1 << level
        result = nodes.pop()
        while nodes:
            result = node_hash(nodes.pop(), result)
        return result


class RunningRoot:
    """The root of a log that is read once, in memory logarithmic in its size."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf_hash: bytes) -> None:
        """Take the next leaf hash in."""
        node, size = leaf_hash, self.size
        while size & 1:
            node = node_hash(self._peaks.pop(), node)
            size >>= 1
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over the leaf hashes so far."""
        if not self._peaks:
            return EMPTY_ROOT
        result = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            result = node_hash(peak, result)
        return result


def root_hash(leaves: Iterable[bytes]) -> bytes:
    """The root hash of a tree over these leaf *data*."""
    return Tree.of(leaves).root()


def inclusion_proof(leaves: Iterable[bytes], index: int) -> list[bytes]:
    """The proof that the leaf at ``index`` is in the tree over these leaf *data*. Raises ValueError for a place outside it."""
    return Tree.of(leaves).inclusion(index)


def consistency_proof(leaves: Iterable[bytes], old_size: int) -> list[bytes]:
    """The proof that the tree over these leaf *data* begins with its first ``old_size``. Raises ValueError past the end."""
    return Tree.of(leaves).consistency(old_size)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf *data* (as ``leaf_bytes`` gives it) is at ``index``, from 0, of the tree of ``size`` leaves with this root.

    False, never an error, for anything malformed. Whoever holds only the leaf's hash asks ``root_of_inclusion``.
    """
    return _is_bytes(leaf) and _is_hash(root) and root_of_inclusion(leaf_hash(leaf), index, size, proof) == root


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof gives a leaf *hash*; None when the proof is malformed (RFC 9162 section 2.1.3.2)."""
    if not (_is_hash(leaf) and _is_count(index) and _is_count(size) and index < size and _is_proof(proof)):
        return None
    place, last, result = index, size - 1, leaf
    for node in proof:
        if not last:
            return None
        if place & 1 or place == last:
            result = node_hash(node, result)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, node)
        place, last = place >> 1, last >> 1
    return None if last else result


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the tree of ``new_size`` leaves begins with that of ``old_size`` (RFC 9162 section 2.1.4.2).

    Every tree begins with the empty one, whose proof is empty. False, never an error, for anything malformed.
    """
    if not (_is_count(old_size) and _is_count(new_size) and old_size <= new_size):
        return False
    if not (_is_proof(proof) and _is_hash(old_root) and _is_hash(new_root)):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root and (old_size > 0 or old_root == EMPTY_ROOT)
    if not old_size:
        return not proof and old_root == EMPTY_ROOT
    nodes = list(proof)
    if not old_size & (old_size - 1):
        nodes.insert(0, old_root)
    return bool(nodes) and _roots_of_consistency(old_size, new_size, nodes) == (old_root, new_root)


def _roots_of_consistency(old_size: int, new_size: int, nodes: list[bytes]) -> tuple[bytes, bytes] | None:
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if not last:
            return None
        if place & 1 or place == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, node)
        place, last = place >> 1, last >> 1
    return None if last else (old, new)


def _split(count: int) -> int:
    """The largest power of two smaller than ``count`` (of at least 2)."""
    return 1 << (count - 1).bit_length() - 1


def _within(index: int, size: int) -> None:
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} among {size}")


def _is_bytes(value: Any) -> bool:
    return isinstance(value, bytes)


def _is_hash(value: Any) -> bool:
    return isinstance(value, bytes) and len(value) == HASH_SIZE


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_proof(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(map(_is_hash, value))
