"""A compiled release (OCDS 1.1) as the flags look at it. What is not there, or of another type, is as if it were not said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Names = frozenset[str]
NOBODY = ("invited", "withdrawn")
FINAL = ("active", "cancelled", "unsuccessful")


class Bid(NamedTuple):
    """A bid: who made it (``only`` where it was one alone), for how much. ``date`` is text."""

    status: str | None
    tenderers: tuple[str, ...]
    only: str | None
    amount: float | None
    currency: str | None
    date: str | None


class Award(NamedTuple):
    """An award: to whom (``only`` where it was one alone), and the classifications of its items."""

    status: str | None
    suppliers: tuple[str, ...]
    only: str | None
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Process:
    """A contracting process. ``bids`` and ``awards`` are None where there is no list of them; ``tenderers`` is how many there were."""

    ocid: str
    status: str | None
    method: str | None
    details: str | None
    start: str | None
    end: str | None
    tenderers: int | None
    buyer: str | None
    entity: str | None
    bids: tuple[Bid, ...] | None
    awards: tuple[Award, ...] | None

    @property
    def submitted(self) -> list[Bid]:
        """The bids that were submitted: not those only invited, and not those withdrawn."""
        return [bid for bid in self.bids or () if bid.status is not None and bid.status not in NOBODY]

    @property
    def active(self) -> list[Award]:
        """The awards that are in force."""
        return [award for award in self.awards or () if award.status == "active"]

    @property
    def settled(self) -> bool:
        """Whether there are awards and bids, and every award is final: else the answer could still change."""
        final = self.awards is not None and all(award.status is None or award.status in FINAL for award in self.awards)
        return final and self.bids is not None

    @property
    def winner(self) -> str | None:
        """Who won all there was: the only supplier of the only active award, once all is settled."""
        active = self.active
        return active[0].only if len(active) == 1 and self.settled else None

    def matches(self, include: Names, exclude: Names) -> bool:
        """Whether it is one to look at, by the details of its method: one of ``include`` if there are any, else none of ``exclude``."""
        return self.details in include if include else self.details is None or self.details not in exclude

    def goes_by(self, methods: Names) -> bool:
        """Whether it goes by one of these methods; by any where there are none."""
        return not methods or self.method in methods


def process(release: Mapping[str, Any]) -> Process:
    """What a release says of its process. Its ``ocid`` is text."""
    tender = _object(release.get("tender"))
    period = _object(tender.get("tenderPeriod"))
    tenderers = tender.get("numberOfTenderers")
    bids, awards = _object(release.get("bids")).get("details"), release.get("awards")
    return Process(
        release["ocid"],
        _word(tender, "status"),
        _word(tender, "procurementMethod"),
        _word(tender, "procurementMethodDetails"),
        _word(period, "startDate"),
        _word(period, "endDate"),
        tenderers if type(tenderers) is int else None,
        _word(_object(release.get("buyer")), "id"),
        _word(_object(tender.get("procuringEntity")), "id"),
        tuple(map(_bid, bids)) if isinstance(bids, list) else None,
        tuple(map(_award, awards)) if isinstance(awards, list) else None,
    )


def _bid(value: Any) -> Bid:
    one = _object(value)
    price = _object(one.get("value"))
    amount = price.get("amount")
    number = float(amount) if type(amount) is int or type(amount) is float else None
    tenderers, only = _organisations(one.get("tenderers"))
    return Bid(_word(one, "status"), tenderers, only, number, _word(price, "currency"), _word(one, "date"))


def _award(value: Any) -> Award:
    one = _object(value)
    items = one.get("items")
    codes = [_word(_object(_object(item).get("classification")), "id") for item in items] if isinstance(items, list) else ()
    suppliers, only = _organisations(one.get("suppliers"))
    return Award(_word(one, "status"), suppliers, only, tuple(code for code in codes if code is not None))


def _organisations(value: Any) -> tuple[tuple[str, ...], str | None]:
    """The ids of a list of organisations, and the id of the one that stands there alone."""
    if not isinstance(value, list):
        return (), None
    ids = tuple(id_ for one in value if (id_ := _word(_object(one), "id")) is not None)
    return ids, ids[0] if len(value) == len(ids) == 1 else None


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _word(one: Mapping[str, Any], name: str) -> str | None:
    found = one.get(name)
    return found if isinstance(found, str) else None
