"""The append-only log: canonical form, Merkle tree, checkpoints, bundles and their verification."""

from lianfang.evidence.canonical import CanonicalError, canonical
from lianfang.evidence.leaves import leaf_bytes, leaf_hash, node_hash
from lianfang.evidence.merkle import (
    Tree,
    consistency_proof,
    inclusion_proof,
    root_hash,
    root_of_inclusion,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "CanonicalError",
    "Tree",
    "canonical",
    "consistency_proof",
    "inclusion_proof",
    "leaf_bytes",
    "leaf_hash",
    "node_hash",
    "root_hash",
    "root_of_inclusion",
    "verify_consistency",
    "verify_inclusion",
]
