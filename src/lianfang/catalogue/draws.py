"""The draws of ``sample`` as a log keeps them: drawn again from that log alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any

from lianfang.evidence import canonical, leaf_bytes, leaf_hash
from lianfang.evidence.merkle import RunningRoot
from lianfang.kernel.controls.sample import ACTORS, PERIOD, drawn, took_part
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.schedule import Span, office_day, spans

Json = Mapping[str, Any]
UNTRUE = Text("与按存证日志重新抽取的不符", "differs from the draw made again from the log")


class Draws:
    """Takes the entries of a log in their order, and says which draws are not those that it gives."""

    def __init__(self, matter_of: Callable[[str], Matter]) -> None:
        self._matter_of = matter_of
        self._root = RunningRoot()
        self._days: list[str] = []
        """The days on which the log was written to, as far as each is later than all before it,"""
        self._before: list[tuple[int, str]] = []
        """and the size and root of what stands before the first entry of each."""
        self._finished: dict[str, dict[str, str]] = {}
        self._commands: dict[str, list[Json]] = {}
        self._told: dict[tuple[str, str, str], set[str]] = {}
        self._wanted: dict[tuple[str, str, str], set[str]] = {}

    def check(self, entry: Json) -> Text | None:
        """What is wrong with the draw that the next entry tells of; None for every other entry."""
        command = entry.get("command") or {}
        at = str(command.get("at") or entry["at"])
        day = office_day(at).isoformat()
        if not self._days or day > self._days[-1]:
            self._days.append(day)
            self._before.append((self._root.size, self._root.root().hex()))
        self._root.add(leaf_hash(leaf_bytes(canonical(entry))))
        if command:
            self._judged(entry, command, at)
        fact = entry.get("fact") or {}
        return self._differs(fact, fact["draw"]) if "draw" in fact else None

    def incomplete(self) -> list[Text]:
        """What is wrong at the end of the log: draws of which some cases were kept back."""
        found = []
        for draw, wanted in self._wanted.items():
            _, control, period = draw
            left = sorted(wanted - self._told[draw])
            if left:
                zh, en = "、".join(left), ", ".join(left)
                found.append(Text(f"抽查“{control}”{period} 抽中的 {zh} 没有登记", f"of the draw {control!r} of {period}, {en} is missing"))
        return found

    def _judged(self, entry: Json, command: Json, at: str) -> None:
        events = entry["verdict"].get("events")
        if events is None:
            return
        self._commands.setdefault(entry["case"], []).append(command)
        if any(event["kind"] == "closed" and event["to"] == "completed" for event in events):
            self._finished.setdefault(entry["matter"], {})[entry["case"]] = at

    def _differs(self, fact: Json, told: Json) -> Text | None:
        matter = self._matter_of(told["version"])
        control = next((c for c in matter.controls if c.id == told["control"] and c.kind == "sample"), None)
        span = Span(told["period"], told["begins"], told["ends"])
        if control is None or span not in _periods(control.params["every"], span, matter):
            return UNTRUE
        place = bisect_left(self._days, office_day(span.ends).isoformat())
        if place == len(self._days):
            return UNTRUE
        size, root = self._before[place]
        cases = [case for case, at in self._finished.get(matter.id, {}).items() if span.holds(at)]
        found = drawn(matter.id, control, span, size, root, cases)
        key, counted = fact["key"], {"voters": told.get("voters") is True, "comments": told.get("comments") is not False}
        parts = {person for command in self._commands.get(key, ()) for person in took_part(command, **counted)}
        data = {PERIOD: span.name, ACTORS: sorted(parts)}
        true = found.as_json(matter.id, told["version"], control.id, **counted)
        if told != true or key not in found.cases or (fact["ledger"], fact["data"]) != (control.params["ledger"], data):
            return UNTRUE
        of = matter.id, control.id, span.name
        self._wanted[of] = {*found.cases}
        self._told.setdefault(of, set()).add(key)
        return None


def _periods(every: str, span: Span, matter: Matter) -> list[Span]:
    """The period that ends when this one says it does."""
    return [one for one in spans(every, span.begins, span.ends, matter.calendar.guessing()) if one.ends == span.ends]
