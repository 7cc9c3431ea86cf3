"""A log as XES 1.0 (IEEE 1849): traces with their events, each with attributes.

An event is a step with its transition where that is another than *complete*; a trace without a name goes by its number. Attributes of
attributes, lists and containers are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lianfang.interchange.logs.events import Log, Names, Raw, gather
from lianfang.interchange.streams import head, parse_xml

USUAL = {"case": "case:concept:name", "step": "concept:name", "time": "time:timestamp", "person": "org:resource", "post": "org:role"}
TRANSITION, ENDED = "lifecycle:transition", "complete"
PLAIN = frozenset({"string", "date", "int", "float", "boolean", "id"})


class _Traces:
    """The events that were read and not taken yet."""

    def __init__(self, step: str) -> None:
        self.step = step
        self.ready: list[Raw] = []
        self.within: list[str] = []
        self.count = 0
        self.trace: dict[str, str] = {}
        self.event: dict[str, str] = {}
        self.line = 0
        self.of_trace: list[tuple[int, dict[str, str]]] = []

    def opened(self, name: str, attributes: dict[str, str], line: int) -> None:
        """A trace, an event, or an attribute of either."""
        parent = self.within[-1] if self.within else ""
        self.within.append(name)
        if name == "trace" and parent == "log":
            self.count += 1
            self.trace = {}
        elif name == "event" and parent in {"trace", "log"}:
            self.event, self.line = {}, line
        elif name in PLAIN and parent == "event":
            self.event[attributes.get("key", "")] = attributes.get("value", "")
        elif name in PLAIN and parent == "trace":
            self.trace[f"case:{attributes.get('key', '')}"] = attributes.get("value", "")

    def closed(self, name: str) -> None:
        """The end of an event, or of a trace: only then all that is said of it is known."""
        self.within.pop()
        parent = self.within[-1] if self.within else ""
        if name == "event" and parent == "trace":
            self.of_trace.append((self.line, self._told()))
        elif name == "event" and parent == "log":
            self.ready.append(Raw(self.line, self._told(), {}))
        elif name == "trace" and parent == "log":
            of_case = {USUAL["case"]: f"#{self.count}", **self.trace}
            self.ready += [Raw(line, event, of_case) for line, event in self.of_trace]
            self.of_trace = []

    def text(self, text: str) -> None:
        """XES says nothing in characters."""

    def _told(self) -> dict[str, str]:
        """The event, its transition a part of the step's name."""
        transition = self.event.pop(TRANSITION, "") if self.step == USUAL["step"] else ""
        if transition and transition.lower() != ENDED and self.event.get(self.step):
            self.event[self.step] += f" ({transition})"
        return self.event


def read(path: Path, names: Names) -> Log:
    """Read a log. Raises UnreadableFileError."""
    timed = b"time:timestamp" in head(path) or "time" in names.chosen
    used = {name: names.chosen.get(name, usual) for name, usual in USUAL.items() if name != "time" or timed}
    return gather(_raws(path, _Traces(used["step"])), used)


def _raws(path: Path, traces: _Traces) -> Iterator[Raw]:
    for _ in parse_xml(path, traces):
        yield from traces.ready
        traces.ready = []
