"""What several flags have in common: whose prices can be compared, the main currency, and how far the second price is above the first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from lianfang.watch.flags.release import Bid, Process


class Shared:
    """What flags have in common: which processes' prices can be compared, the main currency, and the ratio of the second price."""

    def __init__(self, settings: Mapping[str, Mapping[str, Any]]) -> None:
        first = settings.get("", {})
        self.include = first.get("price_comparison_procurement_methods", frozenset())
        self.exclude = first.get("no_price_comparison_procurement_methods", frozenset())
        self.given: str | None = first.get("currency")
        self.currency: str | None = None
        self.foreign = False
        self.no_ratio = 0
        self.wanted = "R024" in settings or "R058" in settings
        self.ratios: dict[str, tuple[float, str, str]] = {}
        """By process: by which part of it the lowest other price is above the winner's, who won, and who was next."""

    def compares(self, process: Process) -> bool:
        """Whether a process's prices can be compared."""
        return process.matches(self.include, self.exclude)

    def is_main(self, currency: str) -> bool:
        """Whether a currency is the main one: the one that is set, else the first that is seen."""
        if self.currency is None:
            self.currency = currency if self.given is None else self.given
        main = currency == self.currency
        self.foreign |= not main
        return main

    def add(self, process: Process) -> None:
        """A process, before the flags look at it."""
        if not self.wanted or not self.compares(process) or (winner := process.winner) is None:
            return
        won, other = self._lowest(process.bids or (), winner)
        if won is None or other is None or other[0] < won:
            return
        ratio = (other[0] - won) / won if won else math.nan
        if math.isfinite(ratio):
            self.ratios[process.ocid] = ratio, winner, other[1]
        else:
            self.no_ratio += 1

    def _lowest(self, bids: Iterable[Bid], winner: str) -> tuple[float | None, tuple[float, str] | None]:
        """The lowest valid price of the winner, and that of all others with who made it."""
        won: float | None = None
        other: tuple[float, str] | None = None
        for status, _, only, amount, currency, _ in bids:
            if status != "valid" or amount is None or currency is None or only is None or not self.is_main(currency):
                continue
            if only == winner:
                won = amount if won is None else min(won, amount)
            elif other is None or amount < other[0]:
                other = amount, only
        return won, other
