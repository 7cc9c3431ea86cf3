"""All checks of a catalogue as one report, in the words of the stable interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from lianfang.catalogue.checks.bypass import Bypass, prove
from lianfang.catalogue.checks.calendar import unknown_years
from lianfang.catalogue.checks.deadlines import CHECK as LATE
from lianfang.catalogue.checks.deadlines import unheard
from lianfang.catalogue.checks.findings import Finding
from lianfang.catalogue.checks.loopholes import loopholes
from lianfang.catalogue.checks.reachability import reach
from lianfang.catalogue.checks.staffing import Missing, unmanned
from lianfang.catalogue.checks.traceability import not_live, untraced
from lianfang.catalogue.load import Catalogue
from lianfang.catalogue.problems import Problem
from lianfang.kernel.model import Text


class Remark(NamedTuple):
    """Something worth knowing that is no fault. ``kind`` is not-live, calendar, overlap or undecided."""

    kind: str
    message: Text

    def as_json(self) -> dict[str, Any]:
        """The remark as the command line prints it."""
        return {"kind": self.kind, "message": self.message.en, "message_zh": self.message.zh}


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found. ``proved`` counts the pairs of a gate and a step it guards that no path of the flow goes round;
    ``satisfiable`` counts the matters that the people of the office can finish with all their duties, ``closed`` those without a
    loophole, ``reached`` the branches of all flows that some record takes."""

    errors: tuple[Problem, ...] = ()
    warnings: tuple[Remark, ...] = ()
    proved: int = 0
    refuted: tuple[Bypass, ...] = ()
    satisfiable: int = 0
    missing: tuple[Missing, ...] = ()
    closed: int = 0
    open: tuple[Finding, ...] = ()
    reached: int = 0
    unreached: tuple[Finding, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not (self.errors or self.refuted or self.missing or self.open or self.unreached)

    @property
    def disproved(self) -> tuple[Text, ...]:
        """What the proofs found, the worst first: of everything but files, and the way from the source to the drills."""
        late = (problem.message for problem in self.errors if problem.check == LATE)
        return (*(one.message for part in (self.refuted, self.open, self.unreached, self.missing) for one in part), *late)

    def as_json(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        return {
            "errors": [problem.as_json() for problem in self.errors],
            "warnings": [remark.as_json() for remark in self.warnings],
            "no_bypass": {"proved": self.proved, "refuted": [bypass.as_json() for bypass in self.refuted]},
            "staffing": {"satisfiable": self.satisfiable, "missing": [missing.as_json() for missing in self.missing]},
            "loopholes": {"closed": self.closed, "open": [finding.as_json() for finding in self.open]},
            "reachability": {"reached": self.reached, "refuted": [finding.as_json() for finding in self.unreached]},
        }


def check(catalogue: Catalogue, at: str) -> Checked:
    """Check a loaded catalogue. ``at`` is the moment (UTC text) whose holders of posts are counted on."""
    office = catalogue.organisation
    whole = {file.matter.id: [file.matter, *file.duties.values()] for file in catalogue.matters.values()}
    proofs = [prove(file.matter) for file in catalogue.matters.values()]
    branches = [reach(file.matter) for file in catalogue.matters.values()]
    every = [file.matter for file in catalogue.matters.values()]
    missing = {name: [found for one in matters for found in unmanned(one, office, at, every)] for name, matters in whole.items()}
    ways = {name: [found for one in matters for found in loopholes(one, office, at)] for name, matters in whole.items()}
    rows, unknown = not_live(catalogue), unknown_years(catalogue, at)
    remarks = [
        *([Remark("not-live", rows)] if rows else []),
        *([Remark("calendar", unknown)] if unknown else []),
        *(Remark("overlap", overlap) for one in branches for overlap in one.overlaps),
        *(Remark("undecided", doubt) for one in proofs for doubt in one.undecided),
        *(Remark("undecided", doubt) for one in branches for doubt in one.undecided),
    ]
    return Checked(
        errors=(*untraced(catalogue), *unheard(catalogue, at)),
        warnings=tuple(remarks),
        proved=sum(proof.proved for proof in proofs),
        refuted=tuple(bypass for proof in proofs for bypass in proof.refuted),
        satisfiable=sum(not found for found in missing.values()),
        missing=tuple(one for found in missing.values() for one in found),
        closed=sum(not found for found in ways.values()),
        open=tuple(one for found in ways.values() for one in found),
        reached=sum(one.reached for one in branches),
        unreached=tuple(finding for one in branches for finding in one.refuted),
    )
