"""Every matter of the built-in catalogue: its drills prove it, and nothing passes that nobody wrote."""

from __future__ import annotations

from functools import cache

import pytest

from lianfang.catalogue.drills import drill
from lianfang.catalogue.load import Catalogue, builtin, load
from lianfang.kernel.controls import KINDS
from lianfang.kernel.controls.base import DUTY, GATE
from lianfang.watch.engine import find

MATTERS = sorted(path.parent.relative_to(builtin() / "matters").as_posix() for path in builtin().glob("matters/*/*/matter.yaml"))

FIRST = (
    "information-centre/expense", "government-services/seal", "information-centre/contract", "archives-bureau/procurement",
    "government-services/vehicle", "open-government/openness-assessment",
)  # fmt: skip
"""The two matters that were live first, and one of each of four templates."""


@cache
def catalogue() -> Catalogue:
    return load()


@pytest.mark.parametrize("name", MATTERS)
def test_its_drills_prove_it(name: str) -> None:
    report = drill(catalogue(), find, [name])
    assert report.failures == []
    assert report.drills == report.refused + report.alarmed + report.lawful
    assert (report.undrilled, report.missed, report.false_refusals, report.false_alarms, report.decorative) == (0, 0, 0, 0, 0)
    assert report.refused + report.alarmed >= report.risks and report.lawful and report.weakened


def test_the_first_two_and_four_templates_ask_every_gate_and_every_duty() -> None:
    """Their drills, above, prove each of them to bite."""
    asked = {control.kind for name in FIRST for control in catalogue().matters[name].matter.controls}
    assert asked >= {kind.id for kind in KINDS.values() if kind.family in (GATE, DUTY)}


def test_everything_of_the_list_has_a_number_of_its_own() -> None:
    """Each row and each map is carried once."""
    carried = [(row, file.matter.source.map) for file in catalogue().matters.values() for row in file.matter.source.register]
    assert len({row for row, _ in carried}) == len({chart for _, chart in carried}) == len(carried)
