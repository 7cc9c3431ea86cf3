"""一人多岗: one person on two projects at once is found under any certificate; one after the other, or half and half, is innocent."""

from __future__ import annotations

from typing import Any

import pytest

from lianfang.kernel.model import Text
from lianfang.watch.engine import find
from tests.watch.live import Row, agree

SETTINGS = {"person": "name", "project": "project", "begins": "begins", "ends": "ends"}


def place(project: str, begins: str, ends: str | None = None, name: str = "路建功", share: int | None = None, nth: int = 1) -> Row:
    return {"case": f"case-{project}", "key": f"{project}{begins}{nth}", "name": name, "project": project,
            "begins": begins, "ends": ends, "share": share}  # fmt: skip


def found(*rows: Row, **changed: Any) -> list[Any]:
    return agree("staff", {**SETTINGS, **changed}, rows)


def test_two_projects_at_once_are_told_with_both_and_since_when() -> None:
    (finding,) = found(place("platform", "2026-03-02T02:00:00Z"), place("network", "2026-04-07T02:00:00Z", name="路　建功"))
    assert (finding.about, finding.cases, finding.strength) == (
        "network2026-04-07T02:00:00Z1", ("case-platform", "case-network"), 2,
    )  # fmt: skip
    for text in finding.explanation:
        assert all(value in text for value in ("路某", "platform", "network", "2026-03-02", "2026-04-07", "200", "100"))
        assert "建功" not in text, "a name can't be erased from evidence"


def test_somebody_of_the_office_is_told_by_name() -> None:
    rows = [place("a", "2026-03-02", name="ic-lead"), place("b", "2026-03-02", name="ic-lead")]
    (finding,) = find("staff", SETTINGS, rows, lambda one: Text("苗致和", "Miao Zhihe") if one == "ic-lead" else Text(one, one))
    assert ("苗致和" in finding.explanation.zh, "Miao Zhihe" in finding.explanation.en) == (True, True)


def test_three_at_once_are_strong_and_the_third_is_a_finding_of_its_own() -> None:
    first, second = found(*(place(project, f"2026-0{n}-02") for n, project in enumerate("abc", 1)))
    assert (first.strength, second.strength) == (2, 3)
    assert second.cases == ("case-a", "case-b", "case-c")


@pytest.mark.parametrize(("ends", "caught"), [("2026-04-06", False), ("2026-04-07", True), ("2026-04-07T01:00:00Z", False), (None, True)])
def test_until_the_day_it_ends_or_as_long_as_it_stands(ends: str | None, caught: bool) -> None:
    assert bool(found(place("a", "2026-03-02", ends), place("b", "2026-04-07T02:00:00Z"))) == caught


@pytest.mark.parametrize(("share", "caught"), [(50, False), (51, True)])
def test_half_and_half_is_innocent(share: int, caught: bool) -> None:
    rows = place("a", "2026-03-02", share=50), place("b", "2026-04-07", share=share)
    assert bool(found(*rows, share="share")) == caught
    assert found(*rows, share="share", most=101) == []


def test_two_duties_on_one_project_are_one_place() -> None:
    assert found(place("a", "2026-03-02"), place("a", "2026-03-05", nth=2)) == []


def test_others_and_a_name_that_says_nothing_are_left_out() -> None:
    assert found(place("a", "2026-03-02"), place("b", "2026-03-02", name="石精工")) == []
    assert found(place("a", "2026-03-02", name="—"), place("b", "2026-03-02", name="—")) == []


def test_on_the_same_day_it_is_one_finding() -> None:
    assert len(found(place("a", "2026-03-02"), place("b", "2026-03-02"))) == 1
