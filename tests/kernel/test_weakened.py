"""Weakening in part: each step, paper, level and condition that a control demands beside others can be left out by itself."""

from __future__ import annotations

from typing import Any

import pytest
from paper_office import BEGINS, ORGANISATION, matter

from lianfang.catalogue.drills.office import MemoryOffice
from lianfang.catalogue.drills.parts import parts
from lianfang.kernel.build import weakened, without
from lianfang.watch.engine import find

CLAIM = """
record: {amount: int, paid: int, note: text, paper: file, back_by: datetime, with: people}
steps:
  fill: {by: applicant, form: [amount, note, paper, back_by, with]}
  check: {by: clerk}
  agree: {by: head, kind: approval, returns_to: fill}
  pay: {by: cashier, form: [paid]}
controls: [CONTROL]
"""
DISTINCT = "{id: x, kind: distinct, steps: [STEPS]}"


def of(control: str) -> Any:
    return matter(CLAIM.replace("CONTROL", control))


def names(control: str) -> list[str]:
    one = of(control)
    return [part.name for part in parts(one.controls[0], one)]


@pytest.mark.parametrize(
    ("control", "parted"),
    [
        (DISTINCT.replace("STEPS", "fill, check, pay"), ["steps: fill", "steps: check", "steps: pay"]),
        (DISTINCT.replace("STEPS", "fill, pay"), []),
        ("{id: x, kind: approval, steps: [pay], levels: [{step: check}, {step: agree}]}", ["levels: check", "levels: agree"]),
        ("{id: x, kind: complete, at: fill, fields: [note], not_blank: [paper]}", ["fields: note", "not_blank: paper"]),
        ("{id: x, kind: complete, at: fill, fields: [note]}", []),
        ("{id: x, kind: match, at: [fill, pay], that: amount > 0 && amount < 9}", ["at: fill", "at: pay", "that: 1/2", "that: 2/2"]),
        ("{id: x, kind: match, at: pay, that: amount > 0 || amount < 9}", []),
        ("{id: x, kind: together, at: fill, people: with, same_unit: true}", ["same_unit: true"]),
        ("{id: x, kind: qualified, at: fill, own_unit: true}", []),
        ("{id: x, kind: deadline, until: pay, from: fill, within: 1d, escalate: head, false_alarms: {zh: 无, en: none}}", []),
        ("{id: x, kind: deadline, until: pay, from: [fill, check], within: 1d, escalate: head, false_alarms: {zh: 无, en: none}}",
         ["from: fill", "from: check"]),
    ],
)  # fmt: skip
def test_what_can_be_left_out(control: str, parted: list[str]) -> None:
    assert names(control) == parted


def refused(one: Any, *acts: tuple[str, str, dict[str, Any]]) -> list[str]:
    """Which control turned down each act, '' where none did."""
    office = MemoryOffice(one, {}, ORGANISATION, {}, {}, BEGINS, find)
    found = [office.act(who, "a", step, "", data) for who, step, data in acts]
    return [refusal.control if refusal else "" for refusal in found]


def test_what_is_left_out_is_not_judged_and_the_rest_is() -> None:
    one = of("{id: x, kind: match, at: [fill, pay], that: amount > 0 && amount < 9}")
    low, high = ("ann", "fill", {"amount": 0}), ("ann", "fill", {"amount": 9})
    assert refused(one, low, high) == ["x", "x"]
    weak = {part.name: weakened(one, "x", part.without) for part in parts(one.controls[0], one)}
    assert refused(weak["that: 1/2"], high, low) == ["x", ""]
    assert refused(weak["that: 2/2"], low, high) == ["x", ""]
    assert refused(weak["at: fill"], low) == [""]
    assert refused(weak["at: pay"], low) == ["x"]
    assert refused(without(one, "x"), low) == [""]


def test_a_level_is_the_last_that_is_demanded() -> None:
    """Who skips the check is stopped by what comes after it, too: so only levels up to the check tell whether it is demanded."""
    one = of("{id: x, kind: approval, steps: [pay], levels: [{step: check}, {step: agree}]}")
    check, agree = parts(one.controls[0], one)
    unchecked = (("ann", "fill", {"amount": 1}), ("cai", "pay", {"paid": 1}))
    assert refused(weakened(one, "x", check.without), *unchecked) == ["", "step-order"]
    assert refused(weakened(one, "x", check.whole), *unchecked) == ["", "x"]
    checked = (unchecked[0], ("ben", "check", {}), unchecked[1])
    assert refused(weakened(one, "x", agree.without), *checked) == ["", "", "step-order"]
    assert refused(weakened(one, "x", agree.whole), *checked) == ["", "", "x"]
