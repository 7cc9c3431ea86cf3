"""The append-only log: canonical form, Merkle tree, checkpoints, bundles and their verification."""
