"""Drills of duties: each is noticed when it is left undone, and slips through where the control is taken away."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lianfang.catalogue.checks.report import check
from lianfang.catalogue.drills import drill
from lianfang.catalogue.load import load
from lianfang.catalogue.problems import CatalogueError
from lianfang.watch.detectors import declared
from lianfang.watch.engine import find

WINDOW = "government-services/window"


def told(root: Path) -> list[str]:
    """What the drills of the matter report, as ``what id``."""
    return [f"{failure.what} {failure.id}" for failure in drill(load(root), find, [WINDOW]).failures]


def without(root: Path, *drills: str) -> Path:
    """The catalogue without these drills."""
    path = root / "matters" / WINDOW / "drills.yaml"
    said = yaml.safe_load(path.read_text())
    said["drills"] = [one for one in said["drills"] if one["id"] not in drills]
    path.write_text(yaml.safe_dump(said, allow_unicode=True))
    return root


def test_the_duties_stop_each_misconduct_and_each_of_their_parts_is_needed(window_catalogue: Path) -> None:
    report = drill(load(window_catalogue, declared()), find, [WINDOW])
    assert report.failures == []
    assert (report.lawful, report.refused, report.alarmed) == (2, 2, 7)
    assert report.weakened == 4


def test_a_duty_or_a_part_of_it_that_no_drill_misses_is_told(window_catalogue: Path) -> None:
    without(window_catalogue, "one-untaught", "taught-unaccepted")
    assert told(window_catalogue) == ["decorative education"]
    without(window_catalogue, "keepers-unsigned", "signed-for-another")
    assert told(window_catalogue) == ["decorative education", "decorative integrity-pledge by: government-services/seal-keeper"]


def test_the_matter_is_sound_and_traced(window_catalogue: Path) -> None:
    found = check(load(window_catalogue, declared()), "2026-03-02T01:00:00Z")
    assert [problem for problem in found.errors if "window" in problem.file] == []
    assert found.sound


def test_a_drill_that_names_what_is_no_duty_or_no_step_of_it_is_told_at_its_line(window_catalogue: Path) -> None:
    path = window_catalogue / "matters" / WINDOW / "drills.yaml"
    text = path.read_text()
    spoilt = text.replace("duty: patrol", "duty: patroll").replace(
        "case: gs-registrar-q2, who: gs-head, act: approve", "who: gs-head, act: do"
    )
    path.write_text(spoilt)
    with pytest.raises(CatalogueError) as caught:
        load(window_catalogue)
    words = [problem.message.en for problem in caught.value.problems]
    assert any("patroll" in one and "patrol" in one for one in words), words
