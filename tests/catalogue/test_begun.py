"""A drill may begin as another one does."""

from __future__ import annotations

from lianfang.catalogue.schema import DrillsSpec

FIRST = {"id": "first", "title": {"zh": "一", "en": "1"}, "lawful": True, "script": [{"who": "a", "step": "x"}, {"who": "b", "step": "y"}]}


def drill(name: str, **more: object) -> dict[str, object]:
    return {"id": name, "title": {"zh": "二", "en": "2"}, "risk": "r", "script": [{"who": "c", "step": "z"}], **more}


def steps(*drills: dict[str, object]) -> list[str]:
    told = DrillsSpec.model_validate({"drills": [FIRST, *drills]}, strict=False).told()
    return [act.step for act in told.drills[-1].script]


def test_it_goes_along_until_a_step_and_then_its_own_way() -> None:
    assert steps(drill("second", after="first", until="y")) == ["x", "z"]


def test_without_a_step_it_goes_on_after_the_whole() -> None:
    assert steps(drill("second", after="first")) == ["x", "y", "z"]


def test_one_begins_as_one_that_itself_begins_as_another() -> None:
    assert steps(drill("second", after="first", until="y"), drill("third", after="second")) == ["x", "z", "z"]
