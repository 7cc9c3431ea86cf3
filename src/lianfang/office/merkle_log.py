"""The log as a tree in memory: caught up with the database's leaves, signed, and asked for proofs."""

from __future__ import annotations

import secrets
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from lianfang.evidence import Tree, leaf_hash
from lianfang.evidence.checkpoint import Signer, receipt
from lianfang.evidence.leaves import HASH_SIZE
from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.store.connection import Connection
from lianfang.store.models import Checkpoint
from lianfang.store.secret import kept
from lianfang.store.sequencer import leaves, sequence

BATCH = 10_000
GONE = leaf_hash(b"")
"""Stands where somebody deleted an entry from the database: the others keep their places, and the root is not what it was."""


class MerkleLog:
    """The tree over all placed entries. Thread-safe; reads on a connection of its own."""

    def __init__(self, key: Path, origin: str) -> None:
        self.signer = Signer(origin, kept(key, lambda: secrets.token_bytes(32)))
        self._tree = Tree()
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def receipt(self, entry: int, leaf: bytes, at: str) -> dict[str, Any]:
        """The signed promise that an accepted or refused command will stand in the log."""
        return dict(receipt(self.signer, entry, leaf, at))

    def caught_up(self) -> Tree:
        """The tree with every entry that is committed now."""
        with self._lock:
            if self._connection is None:
                self._connection = Connection()
            sequence(self._connection)
            while True:
                rows = leaves(self._connection, self._tree.size, BATCH)
                for place, leaf in rows:
                    self._tree.extend([GONE] * (place - self._tree.size))
                    self._tree.append(bytes(leaf) if len(leaf) == HASH_SIZE else GONE)
                if len(rows) < BATCH:
                    return self._tree

    def note(self, size: int | None = None) -> str:
        """The signed checkpoint of the log as it is now, or of its first ``size`` entries."""
        tree = self.caught_up() if size is None or size > self._tree.size else self._tree
        with self._lock:
            count = tree.size if size is None else size
            return self.signer.sign_checkpoint(count, tree.root(count))

    def keep(self, at: str, every: timedelta = timedelta(0)) -> int:
        """Keep the signed checkpoint of the log as it is, for later exports to be held against; returns the log's size.

        Not where the log has not grown since the last one, nor where that was kept in the time ``every`` before. One whose moment lies
        ahead, because the clock was set back since, holds nothing up.
        """
        tree = self.caught_up()
        size = tree.size
        last, then = Checkpoint.objects.order_by("-size").values_list("size", "at").first() or (0, "")
        if size > last and not utc_text(utc_moment(at) - every) < then <= at:
            new = Checkpoint(size=size, root=tree.root(size), note=self.note(size), at=at)
            Checkpoint.objects.bulk_create([new], ignore_conflicts=True)  # another process may be keeping the same
        return size

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
