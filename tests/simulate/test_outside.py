"""What honest people pay, in whichever unit, stands on that unit's own statement a few days later."""

from __future__ import annotations

from five import copied
from lianfang.catalogue.load import load
from lianfang.simulate import simulate

UNITS = ("archives-bureau/finance", "government-services/finance")


def test_every_unit_finds_its_payments_on_its_own_statement():
    catalogue = load(copied(*UNITS))
    report = simulate(catalogue, lambda *_, **__: [], 60, seed=2)
    compared = {f"{name}/{c.id}" for name, file in catalogue.matters.items() for c in file.matter.controls if c.kind == "reconcile"}
    assert compared
    assert [one for one in report.figures() if one.id in compared] == []
