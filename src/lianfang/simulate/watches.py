"""What the watches and duties of all matters noticed, looked for once, at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lianfang.kernel.controls.pattern import Detect, found_by
from lianfang.kernel.controls.reconcile import compare, findings
from lianfang.kernel.ledger import Standing
from lianfang.kernel.model import Matter
from lianfang.simulate.office import Office
from lianfang.simulate.report import Alarm


def noticed(office: Office, matters: Iterable[Matter], carried: Mapping[str, tuple[str, str]], detect: Detect, now: str) -> Iterator[Alarm]:
    """Everything that was noticed until a moment, but for turns that nobody took. ``carried`` says of the small matters of turns which
    matter's control they carry."""
    standing = Rows(office)
    for matter in matters:
        for control in matter.controls:
            if control.kind == "pattern":
                for found in found_by(control, matter.calendar, standing.of(control.params["ledger"]), detect):
                    yield Alarm(matter.id, control.id, found.about, found.cases or (found.about,))
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


class Rows:
    """The standing entries of each ledger."""

    def __init__(self, office: Office) -> None:
        self._all: dict[str, list[Standing]] = {}
        for (ledger, key), entry in office.ledgers.everything():
            if entry["open"]:
                self._all.setdefault(ledger, []).append(Standing(key, entry["case"] or "", entry["data"]))

    def of(self, ledger: str) -> list[Standing]:
        """Those of one."""
        return self._all.get(ledger, [])
