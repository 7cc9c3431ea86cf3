"""What honest people add up before they begin: what was bought of one kind, or from one firm, within the time that a sum is watched for.

The limits of the office hold for the sum of what belongs together. Whoever knows that goes the way for the larger amount, or waits: a
case that would pass a limit together with others is not begun. How a watch finds such sums is its own affair; here stand its words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from lianfang.catalogue.load import MatterFile
from lianfang.kernel.alike import fold
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.pattern import looked_at
from lianfang.kernel.schedule import Duration, utc_moment, utc_text

SUM, COUNT = {"group", "amount", "limit", "window"}, {"group", "winner", "least", "window"}
"""The settings of a watch that holds a sum against a limit, and of one that counts how often somebody wins."""
UNDER_WAY = timedelta(days=60)
"""How much later than it was begun something may be written down."""
DAYS = {"h": 1 / 24, "d": 1.0, "wd": 1.5}
"""How many days a unit of time is at the most."""
Written = tuple[str, str, Mapping[str, Any]]
"""A case, a ledger, and the entry that it leaves there."""


class _Limit(NamedTuple):
    """How much of what has the same values in these columns may come together within a time, from so many cases on."""

    control: Control
    name: str
    by: tuple[str, ...]
    amount: str
    most: int
    moment: str
    within: timedelta
    least: int


class Sums:
    """What was begun, by what belongs together."""

    def __init__(self, files: Iterable[MatterFile]) -> None:
        self.of: dict[str, list[_Limit]] = {}
        self.begun: dict[tuple[str, ...], list[tuple[str, int]]] = {}
        watches = [(file.matter.id, control) for file in files for control in file.matter.controls if control.kind == "pattern"]
        for matter, control in watches:
            settings = control.params["settings"]
            if settings.keys() >= SUM:
                groups, amount, most = settings.get("any_of") or [None], settings["amount"], settings["limit"]
            elif settings.keys() >= COUNT:
                groups, amount, most = [settings["winner"]], "", settings["least"] - 1
            else:
                continue
            length = Duration.parse(settings["window"])
            within = timedelta(days=length.amount * DAYS[length.unit])
            for nth, more in enumerate(groups):
                by = (*settings["group"], *([more] if more else []))
                limit = _Limit(control, f"{matter}/{control.id}/{nth}", by, amount, most, settings["moment"], within, settings["least"])
                self.of.setdefault(control.params["ledger"], []).append(limit)

    def __contains__(self, control: Control) -> bool:
        """Whether a control holds a sum against a limit."""
        return any(limit.control is control for limits in self.of.values() for limit in limits)

    def passed(self, written: Sequence[Written], control: str, known: Sequence[Written], at: str) -> bool:
        """Whether what is written at a moment passes a limit of a control by itself, each part being within it; how often somebody wins,
        with what was ``known`` before."""
        for group, (limit, amounts) in self._groups(written).items():
            if limit.control.id == control:
                since = utc_text(utc_moment(at) - limit.within)
                lately = [one for one in known if one[2].get(limit.moment, "") > since] if not limit.amount else []
                before = self._groups(lately).get(group, (limit, {}))[1]
                if self._passes(limit, [*amounts.values(), *before.values()]):
                    return True
        return False

    def allow(self, written: Sequence[Written], at: str, raised: Collection[str]) -> bool:
        """Whether a case that writes this can begin at a moment, and then takes it down. What it raises in any case is allowed."""
        found = {group: one for group, one in self._groups(written).items() if one[0].control.id not in raised}
        for group, (limit, amounts) in found.items():
            since = utc_text(utc_moment(at) - limit.within - UNDER_WAY)
            if self._passes(limit, [*amounts.values(), *(one for then, one in self.begun.get(group, ()) if then > since)]):
                return False
        for group, (_, amounts) in found.items():
            self.begun.setdefault(group, []).extend((at, amount) for amount in amounts.values())
        return True

    def _groups(self, written: Sequence[Written]) -> dict[tuple[str, ...], tuple[_Limit, dict[str, int]]]:
        """What each case adds to what belongs together."""
        found: dict[tuple[str, ...], tuple[_Limit, dict[str, int]]] = {}
        for case, ledger, data in written:
            for limit in self.of.get(ledger, ()):
                amount = data.get(limit.amount) if limit.amount else 1
                if isinstance(amount, int) and looked_at(limit.control, [{**data, "case": case, "key": ""}]):
                    group = (limit.name, *(fold(data.get(name)) for name in limit.by))
                    amounts = found.setdefault(group, (limit, {}))[1]
                    amounts[case] = amounts.get(case, 0) + amount
        return found

    @staticmethod
    def _passes(limit: _Limit, amounts: Sequence[int]) -> bool:
        small = [one for one in amounts if one <= limit.most]
        return len(small) >= limit.least and sum(small) > limit.most
