"""What an office that lives in memory knows: who stands where, its ledgers and files, and who did what. Drills and simulated lives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lianfang.catalogue.organisation import Organisation
from lianfang.catalogue.schema import LedgerSpec
from lianfang.kernel.ledger import Ledgers
from lianfang.kernel.model import NOTHING, Need


def opening(ledgers: Iterable[LedgerSpec]) -> Ledgers:
    """The ledgers as an office begins with them."""
    found = Ledgers()
    for ledger in ledgers:
        for entry in ledger.entries:
            found.place(ledger.id, entry.key, entry.data)
    return found


class Memory:
    """What gates are told. ``files`` maps a SHA-256 to what the office knows of that file; ``actors`` a case to who did something in it."""

    def __init__(self, organisation: Organisation, ledgers: Ledgers, files: Mapping[str, Mapping[str, Any]] = NOTHING) -> None:
        self.organisation = organisation
        self.ledgers = ledgers
        self.files = dict(files)
        self.actors: dict[str, dict[str, None]] = {}

    def posts_at(self, person: str, at: str) -> list[str]:
        """The posts that somebody holds at a moment, by their full ids."""
        return [*self.organisation.posts_of(person, at)]

    def facts(self, asked: Iterable[Need], at: str) -> dict[str, Any]:
        """What gates ask for at a moment. Raises LookupError for what there is not."""
        return {":".join(need): self._fact(need, at) for need in asked}

    def _fact(self, need: Need, at: str) -> Any:
        match need:
            case ("entry", ledger, key):
                return self.ledgers.fact(ledger, key)
            case ("posts", person):
                return self.posts_at(person, at)
            case ("members", body):
                return [*self.organisation.members(body, at)]
            case ("person", person):
                known = self.organisation.people.get(person)
                return {"unit": known.unit} if known else None
            case ("acted", ledger, key):
                entry = self.ledgers.fact(ledger, key)
                return sorted(self.actors.get(entry["case"] or "", ())) if entry else None
            case ("file", sha256):
                return self.files.get(sha256)
        raise LookupError("no such fact: " + ":".join(need))

    def acted(self, case_id: str, *people: str) -> None:
        """Remember that people did something in a case."""
        self.actors.setdefault(case_id, {}).update(dict.fromkeys(people))
