"""A drill is noticed by its own alarm and in time: not by one that an earlier act raised, and not by one that comes too late. A control
that is switched off matters only where the act is then admitted."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from lianfang.catalogue.drills.runner import Stage, play, slips_through
from lianfang.catalogue.references import _incomplete
from lianfang.catalogue.schema import ActSpec, DrillsSpec
from lianfang.kernel.build import without
from lianfang.watch.engine import find
from tests.kernel.paper_office import ORGANISATION, matter

CLAIM = """
record: {amount: int}
flow: [fill, agree, sign, pay]
steps:
  fill: {by: applicant, form: [amount]}
  agree: {by: director, kind: approval, returns_to: fill}
  sign: {by: clerk}
  pay: {by: cashier}
controls:
  - {id: agreed, kind: approval, steps: [pay], levels: [{step: agree}]}
  - {id: late, kind: deadline, from: [fill], within: 1d, until: agree, escalate: director, false_alarms: {zh: 无, en: none}}
"""
ASK = {"who": "ann", "step": "fill", "data": {"amount": 1}}


def drilled(*script: dict[str, Any]) -> tuple[Stage, Any]:
    """A stage, and a drill of the paper matter with this script."""
    one = matter(CLAIM)
    title = {"zh": "演练", "en": "run"}
    drills = DrillsSpec.model_validate_json(json.dumps({"drills": [{"id": "run", "title": title, "script": script}]}))
    file: Any = SimpleNamespace(matter=one, drills=drills, duties={})
    world: Any = SimpleNamespace(organisation=ORGANISATION, ledgers={})
    return Stage(world, file, one, find), drills.drills[0]


def told(*script: dict[str, Any]) -> tuple[str, str, str]:
    result = play(*drilled(*script))
    return result.verdict, result.why.zh, result.why.en


def alarmed(within: str = "") -> dict[str, Any]:
    return {"expect": {"alarmed": "late", "within": within}}


def test_an_alarm_that_comes_with_the_misconduct_or_soon_enough_after_it_counts() -> None:
    assert told(ASK, {"pass": "2d", **alarmed()})[0] == "alarmed"
    assert told({**ASK, **alarmed("2d")})[0] == "alarmed"


def test_an_alarm_that_an_earlier_act_raised_does_not_count() -> None:
    agreed = {"who": "dora", "step": "agree", **alarmed()}
    assert told(ASK, {"pass": "2d"}, agreed) == (
        "missed",
        "第 3 步：“late”在此之前就已预警，不是这一步引起的",
        "act 3: 'late' raised its alarm before, and not by this act",
    )


def test_an_alarm_that_comes_later_than_it_may_is_missed() -> None:
    assert told({**ASK, **alarmed("1d")}) == (
        "missed",
        "第 1 步：“late”迟于 1 天才预警",
        "act 1: 'late' raised its alarm later than 1 day after it",
    )


def test_an_alarm_that_never_comes_is_missed() -> None:
    agreed = {"who": "dora", "step": "agree"}
    assert told(ASK, {**agreed, **alarmed("3d")})[1:] == (
        "第 2 步：“late”在 3 天内没有预警",
        "act 2: 'late' raised no alarm within 3 days",
    )
    assert told(ASK, {**agreed, **alarmed()})[1:] == ("第 2 步：“late”没有预警", "act 2: 'late' raised no alarm")


@pytest.mark.parametrize(
    ("act", "right"),
    [
        ({**ASK, **alarmed("2d")}, True),
        ({"pass": "3d", **alarmed("2d")}, False),
        ({**ASK, "expect": {"refused": "agreed", "within": "2d"}}, False),
    ],
)
def test_how_soon_it_is_noticed_is_said_of_an_act_that_is_alarmed(act: dict[str, Any], right: bool) -> None:
    assert [where for where, _ in _incomplete(ActSpec.model_validate(act))] == ([] if right else [("expect", "within")])


PAID = {"who": "cai", "step": "pay", "expect": {"refused": "agreed"}}


@pytest.mark.parametrize(("before", "bites"), [((), False), (("agree",), False), (("sign",), True)])
def test_the_order_of_the_steps_is_overlooked_only_where_the_control_demands_the_step(before: tuple[str, ...], bites: bool) -> None:
    """A case that waits for the approval gets on without it; one that waits for something else does not, nor one that was never begun."""
    who = {"agree": "dora", "sign": "ben"}
    done = [{"who": who[step], "step": step} for step in before]
    stage, drill = drilled(*([ASK] if before else []), *done, PAID)
    flow = "[fill, sign, agree, pay]" if bites else "[fill, agree, sign, pay]"
    stage = stage._replace(matter=matter(CLAIM.replace("[fill, agree, sign, pay]", flow)))
    assert slips_through(stage, without(stage.matter, "agreed"), "agreed", drill) == bites
