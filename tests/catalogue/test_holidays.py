"""calendar.yaml: what an office enters of the State Council's notices, what is wrong with it, and what is told where a year lacks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lianfang.catalogue.checks import check
from lianfang.catalogue.checks.report import Remark
from lianfang.catalogue.compile import compile_source
from lianfang.catalogue.load import Catalogue, load
from lianfang.catalogue.problems import CatalogueError
from lianfang.kernel.calendar import EVERY_WEEK, NO_CALENDAR
from tests.five import FIVE, five

FILE = "calendar.yaml"


@pytest.fixture
def spoilt(tmp_path: Path) -> Callable[[str, str], list[str]]:
    """The faults of a copy in whose calendar something is written otherwise."""

    def faults(old: str, new: str) -> list[str]:
        root = tmp_path / "catalogue"
        shutil.copytree(FIVE, root)
        text = (root / FILE).read_text(encoding="utf-8")
        assert old in text
        (root / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(CatalogueError) as caught:
            load(root)
        line = text[: text.index(old)].count("\n") + 1
        return [f"{p.file}:{p.line - line}: {p.message.en}" for p in caught.value.problems if p.file == FILE and p.message.zh]

    return faults


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("work: [2026-01-04,", "work: [2026-01-05,", "2026-01-05 is no weekend day and needs no make-up"),
        ("work: [2026-01-04,", "work: [2026-01-03,", "2026-01-03 stands twice"),
        ("work: [2026-01-04,", "work: [2027-01-09,", "2027-01-09 is not in 2026"),
        ("from: 2026-01-01, through: 2026-01-03", "from: 2026-01-01, through: 2025-01-03", "a holiday of -362 days"),
        ("from: 2026-09-25, through: 2026-09-27", "from: 2026-09-25, through: 2026-10-01", "2026-10-01 stands twice"),
        ("from: 2026-01-01, through: 2026-01-03", "from: 2025-11-30, through: 2025-12-03", "2025-11-30 is not in 2026"),
        ("from: 2026-01-01, through: 2026-01-03", "from: 2026-02-30, through: 2026-01-03", "should be a day of the calendar"),
        ("year: 2026", "year: 2025", "2025 stands twice"),
        ("    work: [2025", "    wrok: [2025", "did you mean 'work'"),
    ],
)
def test_a_slip_in_the_holidays_is_told_at_its_line(spoilt: Callable[[str, str], list[str]], old: str, new: str, told: str) -> None:
    found = spoilt(old, new)
    assert any(told in fault for fault in found), found
    near = 1 if "stands twice" in told else 0  # told where the second one stands
    assert any(fault.startswith((f"{FILE}:0: ", f"{FILE}:{near}: ")) for fault in found), found


def remarks(catalogue: Catalogue, at: str) -> list[Remark]:
    return [remark for remark in check(catalogue, at).warnings if remark.kind == "calendar"]


def test_a_year_that_will_soon_be_needed_and_is_not_there_is_warned_of() -> None:
    catalogue = five()
    assert remarks(catalogue, "2026-11-01T15:59:59Z") == []
    assert len(remarks(catalogue, "2026-11-01T16:00:00Z")) == 1, "sixty days before 2027 here"
    (remark,) = remarks(catalogue, "2026-12-24T00:00:00Z")
    assert "2027 年放假安排" in remark.message.zh and "公布后请补入" in remark.message.zh
    assert "the holidays of 2027" in remark.message.en and "add them once they are published" in remark.message.en
    users = [file.matter for file in catalogue.matters.values() if file.matter.calendar is not EVERY_WEEK]
    assert users
    assert all(matter.title.zh in remark.message.zh and matter.title.en in remark.message.en for matter in users)


def test_a_catalogue_without_holidays_loads_and_is_warned_of(tmp_path: Path) -> None:
    root = tmp_path / "catalogue"
    shutil.copytree(FIVE, root)
    (root / FILE).unlink()
    catalogue = load(root)
    assert len(remarks(catalogue, "2026-03-02T00:00:00Z")) == 1
    calendars = [file.matter.calendar for file in catalogue.matters.values() if file.matter.calendar is not EVERY_WEEK]
    assert calendars
    assert all(calendar == NO_CALENDAR for calendar in calendars)


def test_a_version_brings_its_holidays_along() -> None:
    """What an auditor compiles from the stored source alone counts the same days."""
    catalogue = five()
    for file in catalogue.matters.values():
        assert compile_source(file.source).calendar == file.matter.calendar
        if "calendar" in file.source:
            assert [*file.source["calendar"]] == [str(year.year) for year in catalogue.calendar.years]
            assert all(len(year["cite"]) == 2 for year in file.source["calendar"].values())
