"""What the values of a case were set to, one after the other, and by whom: from its entries, as a person reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lianfang.kernel.model import Matter
from lianfang.office.files import Shelf
from lianfang.office.people import for_whom, names
from lianfang.office.views import ChangeView, ValueView
from lianfang.office.words import value_view
from lianfang.store.models import Entry

SETS = frozenset({"opened", "done"})
"""The events that write the data of their command into the record."""


def with_changes(
    values: Iterable[ValueView], matter: Matter, bodies: Iterable[tuple[Entry, Mapping[str, Any]]], files: Shelf, people: Sequence[str]
) -> tuple[ValueView, ...]:
    """Values of a record, each with all that it was set to where that is more than one thing. ``bodies`` are the entries of the case with
    what their reader may read of them: a field that is left out of them has no history either."""
    set_to: dict[str, list[tuple[Entry, Mapping[str, Any]]]] = defaultdict(list)
    for entry, body in bodies:
        for name, value in _written(matter, body):
            before = set_to[name]
            if not before or before[-1][1]["command"]["data"][name] != value:
                before.append((entry, body))
    changed = {name: told for name, told in set_to.items() if len(told) > 1}
    known = names(
        who for told in changed.values() for _, body in told for who in (body["command"]["actor"], body["command"].get("behalf", ""))
    )

    def change(name: str, entry: Entry, body: Mapping[str, Any]) -> ChangeView:
        command, value = body["command"], body["command"]["data"][name]
        called = value_view(matter.record[name], value, files, [people[0], entry.actor, *people[1:]])
        who, step = for_whom(command, known), matter.label(command["step"])
        return ChangeView(called, value, command["actor"], command.get("behalf", ""), who, command["step"], step, command["at"], entry.id)

    return tuple(
        replace(value, changes=tuple(change(value.id, entry, body) for entry, body in changed.get(value.id, ()))) for value in values
    )


def _written(matter: Matter, body: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """What a judged command wrote into the record."""
    if SETS.isdisjoint(event["kind"] for event in body["verdict"].get("events", ())):
        return ()
    return ((name, value) for name, value in body["command"]["data"].items() if name in matter.record)
