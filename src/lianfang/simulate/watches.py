"""What the watches and duties of all matters noticed, looked for once, at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.pattern import Detect, Finding, found_by
from lianfang.kernel.controls.reconcile import compare, findings
from lianfang.kernel.ledger import Standing
from lianfang.kernel.model import Matter
from lianfang.simulate.office import Office
from lianfang.simulate.report import Alarm

Story = tuple[str, ...]
"""The cases of one misconduct."""
Stories = Mapping[Story, int | None]
"""Misconducts, each with how many entries were written when it was done where it tells of before."""


def noticed(
    office: Office,
    matters: Iterable[Matter],
    carried: Mapping[str, tuple[str, str]],
    detect: Detect,
    now: str,
    stories: Stories,
) -> Iterator[Alarm]:
    """Everything that was noticed until a moment, but for turns that nobody took. ``carried`` says of the small matters of turns which
    matter's control they carry; ``stories`` are the misconducts, each with how many entries were written when it was
    done where it tells of before: a watch looks at that time too."""
    standing = Rows(office)
    stood = {case: story for story in stories for case in story}
    for matter in matters:
        for control in matter.controls:
            if control.kind == "pattern":
                yield from _found(matter, control, standing, detect, stood, stories)
            elif control.kind == "reconcile":
                ours, theirs = standing.of(control.params["ledger"]), standing.of(control.params["with"])
                compared = compare(control, matter, ours, theirs, now)
                for one, found in zip(compared.differences, findings(compared), strict=True):
                    sides = [(control.params["ledger"], entry.key) for entry in one.here]
                    sides += [(control.params["with"], entry.key) for entry in one.there]
                    told = dict.fromkeys(office.told[side] for side in sides if side in office.told)
                    yield Alarm(matter.id, control.id, found.about, found.cases or (*told,) or (found.about,))
    for case, control in office.late(office.cases, now):
        of = office.cases[case].matter.id
        yield Alarm(*carried.get(of, (of, control.id)), case, (case,))


def _found(
    matter: Matter,
    control: Control,
    standing: Rows,
    detect: Detect,
    of: Mapping[str, Story],
    stories: Stories,
) -> Iterator[Alarm]:
    """What a control's detector finds. It stands on the cases that it names, and on a misconduct without whose entries it is not found:
    that is tried where one told what was before, or where no case of any is named."""
    ledger = control.params["ledger"]
    rows = standing.of(ledger)
    whose = {one.key: of.get(one.case or standing.told(ledger, one)) for one in rows}

    def look(at: Sequence[Standing], without: Story | None = None) -> dict[str, Finding]:
        left = [one for one in at if whose[one.key] != without] if without else at
        return {one.about: one for one in found_by(control, matter.calendar, left, detect)}

    found = look(rows)
    by: dict[str, Story] = {}  # by what a finding is about
    unnamed = any(not any(case in of for case in one.cases) for one in found.values())
    for story in dict.fromkeys(story for one in rows if (story := whose[one.key]) and (unnamed or not one.case)):
        written = stories[story]
        moments = [rows]
        if written is not None:
            moments.append([one for one in rows if standing.place(ledger, one) < written])
        for then in moments:
            seen = found if then is rows else look(then)
            for about in seen.keys() - look(then, story).keys() if seen else ():
                found.setdefault(about, seen[about])
                by[about] = (*by.get(about, ()), *story)
    for one in found.values():
        yield Alarm(matter.id, control.id, one.about, (*dict.fromkeys((*one.cases, *by.get(one.about, ()))),) or (one.about,))


class Rows:
    """The standing entries of each ledger."""

    def __init__(self, office: Office) -> None:
        self._told = office.told
        self._places = {entry: place for place, entry in enumerate(office.written)}
        self._all: dict[str, list[Standing]] = {}
        for (ledger, key), entry in office.ledgers.everything():
            if entry["open"]:
                self._all.setdefault(ledger, []).append(Standing(key, entry["case"] or "", entry["data"]))

    def place(self, ledger: str, one: Standing) -> int:
        """How many entries were written before this one; -1 for one that stood there from the beginning."""
        return self._places.get((ledger, one.key), -1)

    def told(self, ledger: str, one: Standing) -> str:
        """The case whose script tells of an entry; '' for none."""
        return self._told.get((ledger, one.key), "")

    def of(self, ledger: str) -> list[Standing]:
        """Those of one."""
        return self._all.get(ledger, [])
