"""The tree against the words of RFC 9162 section 2.1, written down as they stand there."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.evidence import (
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_bytes,
    leaf_hash,
    node_hash,
    root_hash,
    root_of_inclusion,
    verify_consistency,
    verify_inclusion,
)

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
REFERENCE = [
    bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]  # the reference tree of certificate-transparency's own tests
LEAVES = [b"leaf %d" % i for i in range(70)]


def mth(d: list[bytes]) -> bytes:
    """MTH(D_n)."""
    if not d:
        return hashlib.sha256(b"").digest()
    if len(d) == 1:
        return hashlib.sha256(b"\x00" + d[0]).digest()
    k = power(len(d))
    return hashlib.sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: list[bytes]) -> list[bytes]:
    """PATH(m, D_n)."""
    if len(d) == 1:
        return []
    k = power(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def proof_of(m: int, d: list[bytes]) -> list[bytes]:
    """PROOF(m, D_n)."""
    return subproof(m, d, b=True)


def subproof(m: int, d: list[bytes], *, b: bool) -> list[bytes]:
    """SUBPROOF(m, D_n, b)."""
    if m == len(d):
        return [] if b else [mth(d)]
    k = power(len(d))
    return [*subproof(m, d[:k], b=b), mth(d[k:])] if m <= k else [*subproof(m - k, d[k:], b=False), mth(d[:k])]


def power(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def test_known_roots() -> None:
    assert root_hash([]).hex() == EMPTY
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_hash(REFERENCE[:1]) == leaf_hash(b"")
    assert root_hash(REFERENCE[:2]) == node_hash(leaf_hash(b""), leaf_hash(b"\x00"))
    assert root_hash(REFERENCE).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_every_tree_of_up_to_seventy_leaves_and_every_proof_in_it() -> None:
    tree = Tree.of(LEAVES)
    for size in range(1, len(LEAVES) + 1):
        root = mth(LEAVES[:size])
        assert tree.root(size) == root
        for index in range(size):
            proof = tree.inclusion(index, size)
            assert proof == path(index, LEAVES[:size])
            assert verify_inclusion(LEAVES[index], index, size, proof, root)
        for old in range(1, size + 1):
            proof = tree.consistency(old, size)
            assert proof == proof_of(old, LEAVES[:size])
            assert verify_consistency(old, size, proof, mth(LEAVES[:old]), root)


@given(st.lists(st.binary(max_size=40), max_size=300), st.data())
def test_any_leaves(leaves: list[bytes], data: st.DataObject) -> None:
    root = mth(leaves)
    assert root_hash(leaves) == root
    old = data.draw(st.integers(0, len(leaves)))
    proof = consistency_proof(leaves, old)
    assert proof == (proof_of(old, leaves) if old else [])
    assert verify_consistency(old, len(leaves), proof, mth(leaves[:old]), root)
    if leaves:
        index = data.draw(st.integers(0, len(leaves) - 1))
        proof = inclusion_proof(leaves, index)
        assert proof == path(index, leaves)
        assert verify_inclusion(leaves[index], index, len(leaves), proof, root)
        assert root_of_inclusion(leaf_hash(leaves[index]), index, len(leaves), proof) == root


def test_a_tree_grown_one_leaf_at_a_time_is_the_same_tree() -> None:
    tree = Tree()
    assert (tree.size, tree.root().hex()) == (0, EMPTY)
    for count, leaf in enumerate(LEAVES, 1):
        tree.append(leaf_hash(leaf))
        assert (tree.size, tree.root()) == (count, mth(LEAVES[:count]))
        assert tree.leaf(count - 1) == leaf_hash(leaf)


@given(st.integers(2, 64), st.data())
def test_a_proof_holds_for_its_own_leaf_place_and_size_only(size: int, data: st.DataObject) -> None:
    leaves = LEAVES[:size]
    index, other = data.draw(st.permutations(range(size)))[:2]
    proof, root = inclusion_proof(leaves, index), root_hash(leaves)
    assert not verify_inclusion(leaves[other], index, size, proof, root)
    assert not verify_inclusion(leaves[index], other, size, proof, root)
    assert not verify_inclusion(leaves[index], index, size, proof[:-1], root)
    assert not verify_inclusion(leaves[index], index, size, [*proof, root], root)
    assert not verify_inclusion(leaves[index], index, size, proof, leaf_hash(root))
    place = data.draw(st.integers(0, len(proof) - 1))
    changed = [*proof[:place], bytes([proof[place][0] ^ 1]) + proof[place][1:], *proof[place + 1 :]]
    assert not verify_inclusion(leaves[index], index, size, changed, root)


@given(st.integers(2, 64), st.data())
def test_a_log_that_rewrote_its_past_cannot_prove_that_it_only_grew(size: int, data: st.DataObject) -> None:
    leaves = LEAVES[:size]
    old = data.draw(st.integers(1, size - 1))
    rewritten = data.draw(st.integers(0, old - 1))
    forged = [*leaves[:rewritten], b"another", *leaves[rewritten + 1 :]]
    assert not verify_consistency(old, size, consistency_proof(forged, old), root_hash(leaves[:old]), root_hash(forged))
    proof = consistency_proof(leaves, old)
    assert not verify_consistency(old, size, proof[:-1], root_hash(leaves[:old]), root_hash(leaves))
    assert not verify_consistency(old, size, [*proof, EMPTY.encode()[:32]], root_hash(leaves[:old]), root_hash(leaves))
    assert not verify_consistency(size, old, proof, root_hash(leaves), root_hash(leaves[:old]))


ROOT = root_hash(LEAVES[:4])
PROOF = inclusion_proof(LEAVES[:4], 1)


@pytest.mark.parametrize(
    "malformed",
    [
        ("leaf 1", 1, 4, PROOF, ROOT),
        (LEAVES[1], -1, 4, PROOF, ROOT),
        (LEAVES[1], 4, 4, PROOF, ROOT),
        (LEAVES[1], True, 4, PROOF, ROOT),
        (LEAVES[1], "1", 4, PROOF, ROOT),
        (LEAVES[1], 1, 0, PROOF, ROOT),
        (LEAVES[1], 1, 4.0, PROOF, ROOT),
        (LEAVES[1], 1, 4, None, ROOT),
        (LEAVES[1], 1, 4, b"".join(PROOF), ROOT),
        (LEAVES[1], 1, 4, [PROOF[0], PROOF[1].hex()], ROOT),
        (LEAVES[1], 1, 4, [PROOF[0], PROOF[1][:31]], ROOT),
        (LEAVES[1], 1, 4, PROOF, None),
        (LEAVES[1], 1, 4, PROOF, ROOT[:31]),
    ],
)
def test_a_malformed_inclusion_proof_fails_and_raises_nothing(malformed: tuple[Any, ...]) -> None:
    assert verify_inclusion(LEAVES[1], 1, 4, PROOF, ROOT)
    assert not verify_inclusion(*malformed)


OLD = root_hash(LEAVES[:3])
GROWN = consistency_proof(LEAVES[:4], 3)


@pytest.mark.parametrize(
    "malformed",
    [
        (-1, 4, GROWN, OLD, ROOT),
        ("3", 4, GROWN, OLD, ROOT),
        (3, None, GROWN, OLD, ROOT),
        (3, 4, [], OLD, ROOT),
        (3, 4, {}, OLD, ROOT),
        (3, 4, [1], OLD, ROOT),
        (3, 4, GROWN, OLD.hex(), ROOT),
        (3, 4, GROWN, OLD, b""),
        (0, 4, GROWN, OLD, ROOT),
        (0, 4, [], OLD, ROOT),
        (0, 0, [], OLD, OLD),
        (4, 4, [], OLD, ROOT),
        (4, 4, GROWN, ROOT, ROOT),
    ],
)
def test_a_malformed_consistency_proof_fails_and_raises_nothing(malformed: tuple[Any, ...]) -> None:
    assert verify_consistency(3, 4, GROWN, OLD, ROOT)
    assert not verify_consistency(*malformed)


def test_a_tree_says_what_it_cannot_prove() -> None:
    tree = Tree.of(LEAVES[:4])
    for asked in (lambda: tree.root(5), lambda: tree.inclusion(4), lambda: tree.inclusion(-1), lambda: tree.leaf(4)):
        with pytest.raises(ValueError, match=r"leaves|among"):
            asked()
    with pytest.raises(ValueError, match="consistency"):
        tree.consistency(5)
    with pytest.raises(ValueError, match="32 bytes"):
        tree.append(b"short")


def test_a_body_too_long_for_a_leaf_is_there_by_its_hash() -> None:
    assert leaf_bytes(b"x" * 65_535) == b"x" * 65_535
    assert leaf_bytes(b"x" * 65_536) == b'{"sha256":"%s"}' % hashlib.sha256(b"x" * 65_536).hexdigest().encode()
