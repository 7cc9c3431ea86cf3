"""Live watching: after a commit, the detectors look at the ledgers that it wrote to. Outside the act's own transaction."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Max, QuerySet

from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.pattern import Finding, Found, looked_at, told_once
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.office.alert_log import ABOUT, raise_alert
from lianfang.office.guarded import guarded
from lianfang.store.models import Alert, CaseRow, Entry, LedgerEntry
from lianfang.watch import engine as detectors
from lianfang.watch.traits import Traits

if TYPE_CHECKING:
    from lianfang.office.engine import Engine

NEVER = -1
AN_HOUR = timedelta(hours=1)
NOT_YET = "~"
"""Comes after every moment."""
Row = dict[str, Any]
AT_ONCE = 500
"""How many keys one question names."""
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
        self._resting = self._hushed = False
        self._settling = 0
        self._thread: threading.Thread | None = None
        self._by_ledger: dict[str, list[tuple[Matter, Control]]] = {}
        for matter, control in engine.controls("pattern"):
            self._by_ledger.setdefault(control.params["ledger"], []).append((matter, control))
        self._traits: dict[tuple[str, str], Traits] = {}
        self._looking = threading.Lock()
        self._looked: dict[tuple[str, str], str] = {}
        self._seen: dict[tuple[str, str], dict[str, int]] = {}
        """By control what the last look saw of the entries that were new then: the hash of each by its key."""
        self._ripe: dict[str, str] = {}
        self._swept: int | None = NEVER

    def look(self, ledgers: Iterable[str]) -> None:
        """Have these ledgers looked at soon."""
        watched = [name for name in ledgers if name in self._by_ledger]
        if not watched or self._hushed:
            return
        with self._wake:
            known = bool(self._touched)
            self._touched.update(watched)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="watch", daemon=True)
                self._thread.start()
            elif not known and not self._resting:  # else it will look by itself: a thread woken for nothing costs what the act costs
                self._wake.notify_all()

    def hush(self) -> None:
        """Leave everything to the sweep from now on."""
        self._hushed = True

    def settle(self) -> None:
        """Wait until everything touched so far was looked at; cuts the pause between two looks short."""
        with self._wake:
            self._settling += 1
            self._wake.notify_all()
            self._wake.wait_for(lambda: self._closed or not (self._touched or self._busy))
            self._settling -= 1

    def sweep(self) -> None:
        """Look at every watched ledger now, in the caller's thread: what a process that was killed had not looked at yet. The first
        time at all of each, later at what came since the last look.

        The log only grows, so its end says whether there can be anything new to find, but for what time alone brings: a ledger is looked
        at again when the first thing that a look found for later is to be told. Of a log that has grown, only ledgers that were
        written to since they were looked at can have anything new; a command is committed within the hour in which it was given.
        """
        written, now = Entry.objects.aggregate(last=Max("id"))["last"], self._engine.now()
        newest = dict(LedgerEntry.objects.values_list("ledger").annotate(Max("at"))) if written != self._swept else {}
        for ledger, controls in self._by_ledger.items():
            looked = min(self._looked.get((matter.id, control.id), "") for matter, control in controls)
            since = utc_text(utc_moment(min(looked, now)) - AN_HOUR) if looked else ""
            if newest.get(ledger, "") > since or self._ripe.get(ledger, NOT_YET) <= now:
                self._look_at(ledger, whole=self._swept == NEVER)
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
        """What fails beside the detectors must not stop the thread: it is reported, and the nightly sweep looks again."""
        try:
            self._look_at(ledger)
        except Exception:
            _log.exception("监测失败 / the watch failed: %s", ledger)

    def _look_at(self, ledger: str, whole: bool = False) -> None:
        with self._looking:
            now, found = self._engine.now(), list[Found]()
            seen = dict[tuple[str, str], dict[str, int]]()
            for matter, control in self._by_ledger[ledger]:
                with guarded(self._engine, matter, control):
                    rows, new, saw = (self._rows(ledger), None, {}) if whole else self._recent(ledger, matter, control)
                    asked = control.params["detector"], control.params["settings"], looked_at(control, rows)
                    found += [Found(matter, control, one) for one in detectors.find(*asked, self._names(ledger), new, matter.calendar)]
                    seen[matter.id, control.id] = saw
            ripe = [one for one in found if one.finding.since <= now]
            for matter, control, findings in _by_control(told_once(ripe, _whose)):
                alerts = Alert.objects.filter(matter=matter.id, control=control.id).order_by("-id")
                known = dict(alerts.values_list("about", "cases"))
                for finding in findings:
                    same = _grown(finding, known)
                    raise_alert(self._engine, matter, control, same)
                    known[same.about[:ABOUT]] = list(same.cases)
            self._looked.update(dict.fromkeys(seen, now))
            self._seen.update(seen)
            self._ripe[ledger] = min((one.finding.since for one in found if one.finding.since > now), default=NOT_YET)

    def _recent(self, ledger: str, matter: Matter, control: Control) -> tuple[list[Row], set[str] | None, dict[str, int]]:
        """The standing entries that can matter to what was written since the last look: those of the detector's horizon. For one that
        compares entries of any age, or within groups, only those of them that the last look did not see as they are, whatever shares a
        trait with these, and the keys of the former. And the hashes of what this look saw, for the next one."""
        name, settings, place = control.params["detector"], control.params["settings"], (matter.id, control.id)
        since = self._since(detectors.horizon(name, settings), self._looked.get(place, ""))
        if not detectors.compares(name, settings):
            return self._rows(ledger, since), None, {}
        if place not in self._traits:
            index = Traits()
            for row in self._rows(ledger):
                index.add(row["key"], detectors.traits(name, settings, row))
            self._traits[place] = index
        before, found = self._seen.get(place, {}), [*_standing(ledger, since).values_list("key", "case_id", "data")]
        saw = {key: hash((case, data)) for key, case, data in found}
        new = [_row(*one) for one in found if before.get(one[0]) != saw[one[0]]]
        alike, here = set[str](), {row["key"] for row in new}
        for row in new:
            traits = detectors.traits(name, settings, row)
            self._traits[place].add(row["key"], traits)
            alike |= self._traits[place].sharing(traits)
        return [*self._named(ledger, sorted(alike - here)), *new], here, saw

    def _names(self, ledger: str) -> Callable[[str], Text]:
        """What a ledger's entries refer to by id, as a person reads it: a choice of one of its columns, a person, a unit."""
        columns = self._engine.catalogue.ledgers[ledger].fields.values()
        choices = {choice: Text(words.zh, words.en) for column in columns for choice, words in column.choices.items()}
        people = self._engine.catalogue.organisation.people

        def name(one: str) -> Text:
            return choices.get(one) or (people[one].name if one in people else self._engine.title(one))

        return name

    def _since(self, horizon: int | None, looked: str) -> str:
        """From which moment on entries can matter now that some moment was the last at which they were looked at ('' for from the
        first on): another process may have written since without a word to this one."""
        if horizon is None:
            return ""
        now = self._engine.now()
        return utc_text(utc_moment(min(looked or now, now)) - timedelta(seconds=horizon))

    def _rows(self, ledger: str, since: str = "") -> list[Row]:
        """The standing entries of a ledger, written since a moment."""
        return _read(_standing(ledger, since))

    def _named(self, ledger: str, keys: Sequence[str]) -> list[Row]:
        """The standing entries of these keys."""
        entries = LedgerEntry.objects.filter(ledger=ledger, open=True)
        some = (keys[first : first + AT_ONCE] for first in range(0, len(keys), AT_ONCE))
        return [row for these in some for row in _read(entries.filter(key__in=these))]


def _standing(ledger: str, since: str) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(ledger=ledger, open=True, at__gte=since).order_by("at", "key")


def _read(entries: QuerySet[LedgerEntry]) -> list[Row]:
    return [_row(*one) for one in entries.values_list("key", "case_id", "data")]


def _row(key: str, case: str | None, data: str) -> Row:
    return {**json.loads(data), "case": case or "", "key": key}


def _whose(cases: Sequence[str]) -> Mapping[str, str]:
    """The matters of cases."""
    return dict(CaseRow.objects.filter(id__in=cases).values_list("id", "matter"))


def _by_control(found: Iterable[Found]) -> Iterator[tuple[Matter, Control, list[Finding]]]:
    """Each control that found something beside all of that."""
    for _, some in groupby(found, lambda one: (one.matter.id, one.control.id)):
        held = [*some]
        yield held[0].matter, held[0].control, [one.finding for one in held]


def _grown(finding: Finding, known: Mapping[str, Sequence[str]]) -> Finding:
    """The finding under the name of the alert that it has grown from, where it holds all of that alert's cases. ``known`` are the
    cases of the control's alerts, by what they are about.

    A detector names a finding by its first case; of cases filed in one second a later one can come first, and what is still the
    same finding would else be raised again under another name.
    """
    if finding.fixed or finding.about[:ABOUT] in known:
        return finding
    cases = set(finding.cases)
    return next((finding._replace(about=about) for about, held in known.items() if held and cases.issuperset(held)), finding)
