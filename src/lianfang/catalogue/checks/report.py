"""All checks of a catalogue as one report, in the words of the stable interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from lianfang.catalogue.checks.bypass import Bypass, prove
from lianfang.catalogue.checks.calendar import unknown_years
from lianfang.catalogue.checks.staffing import Missing, staff
from lianfang.catalogue.checks.traceability import not_live, untraced
from lianfang.catalogue.load import Catalogue
from lianfang.catalogue.problems import Problem
from lianfang.kernel.model import Text


class Remark(NamedTuple):
    """Something worth knowing that is no fault. ``kind`` is not-live, undecided or calendar."""

    kind: str
    message: Text

    def as_json(self) -> dict[str, Any]:
        """The remark as the command line prints it."""
        return {"kind": self.kind, "message": self.message.en, "message_zh": self.message.zh}


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found. ``proved`` counts the pairs of a gate and a step it guards that no path of the flow goes round;
    ``satisfiable`` counts the matters that the people of the office can finish."""

    errors: tuple[Problem, ...] = ()
    warnings: tuple[Remark, ...] = ()
    proved: int = 0
    refuted: tuple[Bypass, ...] = ()
    satisfiable: int = 0
    missing: tuple[Missing, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not (self.errors or self.refuted or self.missing)

    def as_json(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        return {
            "errors": [problem.as_json() for problem in self.errors],
            "warnings": [remark.as_json() for remark in self.warnings],
            "no_bypass": {"proved": self.proved, "refuted": [bypass.as_json() for bypass in self.refuted]},
            "staffing": {"satisfiable": self.satisfiable, "missing": [missing.as_json() for missing in self.missing]},
        }


def check(catalogue: Catalogue, at: str) -> Checked:
    """Check a loaded catalogue. ``at`` is the moment (UTC text) whose holders of posts are counted on."""
    proofs = [prove(file.matter) for file in catalogue.matters.values()]
    missing = [found for file in catalogue.matters.values() if (found := staff(file.matter, catalogue.organisation, at)) is not None]
    rows = not_live(catalogue)
    warnings = [Remark("not-live", rows)] if rows else []
    unknown = unknown_years(catalogue, at)
    warnings += [Remark("calendar", unknown)] if unknown else []
    warnings += [Remark("undecided", doubt) for proof in proofs for doubt in proof.undecided]
    return Checked(
        errors=tuple(untraced(catalogue)),
        warnings=tuple(warnings),
        proved=sum(proof.proved for proof in proofs),
        refuted=tuple(bypass for proof in proofs for bypass in proof.refuted),
        satisfiable=len(proofs) - len(missing),
        missing=tuple(missing),
    )
