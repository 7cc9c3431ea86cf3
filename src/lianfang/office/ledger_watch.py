"""Live watching: after a commit, the detectors look at the ledgers that it wrote to. Outside the act's own transaction."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Max

from lianfang.evidence import canonical
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Matter
from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.store.models import Alert, Entry, LedgerEntry
from lianfang.store.record import ALERT, AlertRow, Append
from lianfang.watch import engine as detectors

if TYPE_CHECKING:
    from lianfang.office.engine import Engine

STRONG = 3
LEVELS = ("yellow", "orange", "red")
"""By how many hold: the risk is graded high, the finding is strong."""
ABOUT = 400
"""How many characters of what a finding is about tell it apart."""
PAUSE = 0.2
"""Least seconds between two looks: commands that come in a burst are looked at together."""
REST = 49
"""How much longer than a look the pause after it is: watching takes a fiftieth of a processor, and more only where a look is so long
that the pause would be longer than this:"""
MOST_PAUSE = 5.0

_log = logging.getLogger(__name__)


class LedgerWatch:
    """Runs the ``pattern`` controls of every matter in force, in one thread, over the ledgers that were touched."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._touched: set[str] = set()
        self._wake = threading.Condition()
        self._busy = self._closed = False
        self._resting = False
        self._settling = 0
        self._thread: threading.Thread | None = None
        self._by_ledger: dict[str, list[tuple[Matter, Control]]] = {}
        for matter, control in engine.controls("pattern"):
            self._by_ledger.setdefault(control.params["ledger"], []).append((matter, control))
        self._swept: int | None = -1

    def look(self, ledgers: Iterable[str]) -> None:
        """Have these ledgers looked at soon."""
        watched = [name for name in ledgers if name in self._by_ledger]
        if not watched:
            return
        with self._wake:
            known = bool(self._touched)
            self._touched.update(watched)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="watch", daemon=True)
                self._thread.start()
            elif not known and not self._resting:  # else it will look by itself: a thread woken for nothing costs what the act costs
                self._wake.notify_all()

    def settle(self) -> None:
        """Wait until everything touched so far was looked at; cuts the pause between two looks short."""
        with self._wake:
            self._settling += 1
            self._wake.notify_all()
            self._wake.wait_for(lambda: self._closed or not (self._touched or self._busy))
            self._settling -= 1

    def sweep(self) -> None:
        """Look at every watched ledger now, in the caller's thread: what a process that was killed had not looked at yet.

        The log only grows, so its end says whether there can be anything new to find.
        """
        written = Entry.objects.aggregate(last=Max("id"))["last"]
        if written == self._swept:
            return
        for ledger in self._by_ledger:
            self._look_at(ledger, whole=True)
        self._swept = written

    def close(self) -> None:
        """Stop the thread."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        try:
            while True:
                with self._wake:
                    self._wake.wait_for(lambda: self._closed or self._touched)
                    if self._closed:
                        return
                    ledgers, self._touched, self._busy = sorted(self._touched), set(), True
                begun = time.monotonic()
                for ledger in ledgers:
                    self._guarded(ledger)
                pause = min(max(PAUSE, REST * (time.monotonic() - begun)), MOST_PAUSE)
                with self._wake:
                    self._busy, self._resting = False, True
                    self._wake.notify_all()
                    self._wake.wait_for(lambda: self._closed or self._settling, pause)
                    self._resting = False
        finally:
            connection.close()

    def _guarded(self, ledger: str) -> None:
        """A detector that fails must not stop the others: it is reported, and the nightly sweep looks again."""
        try:
            self._look_at(ledger)
        except Exception:
            _log.exception("监测失败 / the watch failed: %s", ledger)

    def _look_at(self, ledger: str, whole: bool = False) -> None:
        for matter, control in self._by_ledger[ledger]:
            name, settings = control.params["detector"], control.params["settings"]
            rows = self._rows(ledger, None if whole else detectors.horizon(name, settings))
            found = detectors.find(name, settings, rows, self._engine.title)
            alerts = Alert.objects.filter(matter=matter.id, control=control.id).order_by("-id")
            known = dict(alerts.values_list("about", "cases")) if found else {}
            for finding in found:
                same = _grown(finding, known)
                raise_alert(self._engine, matter, control, same)
                known[same.about[:ABOUT]] = list(same.cases)

    def _rows(self, ledger: str, horizon: int | None) -> list[dict[str, Any]]:
        """The standing entries of a ledger, of the last ``horizon`` seconds where one is given."""
        entries = LedgerEntry.objects.filter(ledger=ledger, open=True).order_by("at", "key")
        if horizon is not None:
            entries = entries.filter(at__gte=utc_text(utc_moment(self._engine.now()) - timedelta(seconds=horizon)))
        return [{**json.loads(data), "case": case or "", "key": key} for key, case, data in entries.values_list("key", "case_id", "data")]


def _grown(finding: Finding, known: Mapping[str, Sequence[str]]) -> Finding:
    """The finding under the name of the alert that it has grown from, where it holds all of that alert's cases. ``known`` are the
    cases of the control's alerts, by what they are about.

    A detector names a finding by its first case; of cases filed in one second a later one can come first, and what is still the
    same finding would else be raised again under another name.
    """
    if finding.about[:ABOUT] in known:
        return finding
    cases = set(finding.cases)
    return next((finding._replace(about=about) for about, held in known.items() if held and cases.issuperset(held)), finding)


def raise_alert(engine: Engine, matter: Matter, control: Control, finding: Finding) -> None:
    """Keep a finding as an alert and in evidence; one that is known already in the same words changes nothing."""
    about = finding.about[:ABOUT]
    known = Alert.objects.filter(matter=matter.id, control=control.id, about=about).first()
    if known is not None and (known.cases, known.explanation_zh) == (list(finding.cases), finding.explanation.zh):
        return
    risk = next((risk for risk in matter.risks if risk.id in control.risks), None)
    grade = risk.grade if risk else "medium"
    level = LEVELS[(grade == "high") + (finding.strength >= STRONG)]
    row = AlertRow(
        control.id, matter.id, about, control.kind, risk.id if risk else "", matter.unit, level, finding.cases,
        finding.explanation.zh, finding.explanation.en,
    )  # fmt: skip
    at = engine.now()
    body = canonical({
        "case": None, "n": 0, "prev": "", "at": at,
        "alert": {
            "matter": matter.id, "version": matter.version, "control": control.id, "risk": row.risk, "about": about, "level": level,
            "cases": list(finding.cases), "explanation": {"zh": finding.explanation.zh, "en": finding.explanation.en},
        },
    })  # fmt: skip
    engine.writer.submit("", lambda scene: scene.append(Append(ALERT, at, "", matter.id, "", control.id, "", body, alert=row)))
