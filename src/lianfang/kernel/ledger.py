"""What events write to the ledgers (台账): the one place where a ledger entry comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lianfang.kernel.model import Case, Event


class Put(NamedTuple):
    """An entry written by a step of a case. ``open`` is false where the step ends what the entry stood for."""

    ledger: str
    key: str
    data: Mapping[str, Any]
    open: bool
    step: str


class Release(NamedTuple):
    """The open entries that these steps of the case wrote no longer stand (the case was returned, rejected or withdrawn)."""

    steps: frozenset[str]


def ledger_changes(case: Case, event: Event) -> list[Put | Release]:
    """The ledger changes of one event; ``case`` is the case *after* it. Values are the record's and the act's own data."""
    if event.kind == "returned":
        return [Release(case.matter.flow.from_step(event.to))]
    if event.kind in ("rejected", "withdrawn"):
        return [Release(frozenset(case.matter.flow.order))]
    if event.kind != "done":
        return []
    step = case.matter.steps[event.step]
    if not step.writes:
        return []
    values = {**case.values, "case_id": case.id, "applicant": case.applicant, "actor": event.actor, "at": event.at}
    changes: list[Put | Release] = []
    for write in step.writes:
        for item in [None] if write.each is None else write.each(values):
            scope = values if item is None else {**values, "item": item}
            data = {name: value(scope) for name, value in write.data.items()}
            changes.append(Put(write.ledger, str(write.key(scope)), data, write.open, event.step))
    return changes
