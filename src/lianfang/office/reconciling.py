"""Reconciling (对账) as the clock and the facts bring it: differences become alerts and turns, and an alert is closed with its turn."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Max

from lianfang.kernel.alerts import Work
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.controls.reconcile import Compared, compare, findings
from lianfang.kernel.ledger import Standing
from lianfang.kernel.model import Matter
from lianfang.kernel.schedule import add
from lianfang.kernel.turns import turn_name
from lianfang.office.alert_log import is_known, raise_alert, submit
from lianfang.office.guarded import guarded
from lianfang.store.models import Alert, CaseRow, Duty, Entry, LedgerEntry

if TYPE_CHECKING:
    from lianfang.office.engine import Engine

HOUR = len("2026-01-05T08")
"""Characters of a moment that say its hour: periods and grace end with an hour."""


class Reconciling:
    """Compares the ledgers of every ``reconcile`` control in force."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._swept: tuple[int | None, str] = (-1, "")

    def sweep(self) -> None:
        """Compare everything, where the log has grown or another hour begun, and close the alerts whose turns are done."""
        seen = Entry.objects.aggregate(last=Max("id"))["last"], self._engine.now()[:HOUR]
        if seen != self._swept:
            self.look()
            self._close()
            self._swept = seen

    def look(self, ledgers: Collection[str] | None = None) -> list[tuple[Matter, Control, Compared]]:
        """Compare what these ledgers are part of, everything where none is named, and raise what does not agree. Each control beside its
        matter, with what its ledgers come to now."""
        found = [*self._compared(ledgers)]
        for matter, control, compared in found:
            for finding in findings(compared):
                self._raise(matter, control, finding)
        return found

    def _compared(self, ledgers: Collection[str] | None) -> Iterator[tuple[Matter, Control, Compared]]:
        standing = cache(_standing)
        for matter, control in self._engine.controls("reconcile"):
            if ledgers is not None and not {control.params["ledger"], control.params["with"]} & {*ledgers}:
                continue
            compared = None
            with guarded(self._engine, matter, control):
                ours, theirs = (standing(control.params[name]) for name in ("ledger", "with"))
                compared = compare(control, matter, ours, theirs, self._engine.now())
            if compared is not None:
                yield matter, control, compared

    def _raise(self, matter: Matter, control: Control, finding: Finding) -> None:
        """Raise what is not known yet in these words, and have it cleared: once more where it was cleared in others.

        The turn comes first, so that no alert is without one, whenever the process ends.
        """
        if is_known(matter, control, finding):
            return
        now = self._engine.now()
        due = add(now, control.params["within"], matter.calendar.guessing())
        asked = {
            "parent": matter.id, "control": control.id, "post": control.params["by"], "opens_at": now, "due": due, "case_id": "",
        }  # fmt: skip
        Duty.objects.update_or_create(matter=f"{matter.id}/{control.id}", period=_turn(finding.about), defaults=asked)
        raise_alert(self._engine, matter, control, finding)

    def _close(self) -> None:
        """Close the alerts whose turns are done: the difference itself, and that it was late."""
        waiting = {*Alert.objects.filter(status=Alert.OPEN).values_list("matter", "control")}
        for matter, control in self._engine.controls("reconcile"):
            if (matter.id, control.id) not in waiting:
                continue
            done = CaseRow.objects.filter(status="completed", matter=f"{matter.id}/{control.id}").values("id")
            turns = Duty.objects.filter(parent=matter.id, control=control.id, case_id__in=done)
            cleared = dict(turns.values_list("period", "case_id"))
            for alert in Alert.objects.filter(matter=matter.id, control=control.id, status=Alert.OPEN):
                case = cleared.get(_turn(alert.about))
                if case is not None:
                    work = Work("clear", {"case": case}, "", self._engine.now())
                    submit(self._engine, (matter.id, control.id, alert.about), matter, work, case)


def _turn(about: str) -> str:
    """The name of the turn in which what an alert is about is cleared."""
    return turn_name(about.removeprefix("difference|"))


def _standing(ledger: str) -> list[Standing]:
    rows = LedgerEntry.objects.filter(ledger=ledger, open=True).order_by("key").values_list("key", "case_id", "data")
    return [Standing(key, case or "", json.loads(data)) for key, case, data in rows]
