"""Which entries of a ledger share a trait: so that a new one is held against those that it can be like, and not against all."""

from __future__ import annotations

from collections.abc import Iterable


class Traits:
    """The keys of entries by their traits, in memory: a hundred thousand entries take some 45 MB.

    Traits are kept as their hashes, and an entry that is gone stays: both only bring along an entry too many.
    """

    def __init__(self) -> None:
        self._keys: dict[int, str | set[str]] = {}

    def add(self, key: str, traits: Iterable[str]) -> None:
        """Remember an entry."""
        for trait in map(hash, traits):
            held = self._keys.setdefault(trait, key)
            if isinstance(held, set):
                held.add(key)
            elif held != key:
                self._keys[trait] = {held, key}

    def sharing(self, traits: Iterable[str]) -> set[str]:
        """The keys of all entries that have one of these traits."""
        found: set[str] = set()
        for trait in map(hash, traits):
            held = self._keys.get(trait)
            if isinstance(held, set):
                found |= held
            elif held is not None:
                found.add(held)
        return found
