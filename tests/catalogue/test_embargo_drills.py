"""Drills of an embargo: who is not listed is refused the look, and gets it where the control or a part of it is taken away."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from lianfang.catalogue.checks.report import check
from lianfang.catalogue.drills import drill
from lianfang.catalogue.load import load
from lianfang.catalogue.problems import CatalogueError
from lianfang.watch.detectors import declared
from lianfang.watch.engine import find

RESULTS = "government-services/results"


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """The catalogue with one matter more, whose scores are under an embargo."""
    root = tmp_path / "catalogue"
    shutil.copytree(settings.LIANFANG_CATALOGUE, root)
    shutil.copytree(Path(__file__).parents[1] / "results", root / "matters" / RESULTS)
    return root


def spoil(root: Path, name: str, old: str, new: str) -> Path:
    path = root / "matters" / RESULTS / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return root


def told(root: Path) -> list[str]:
    """What the drills of the matter report, as ``what id``."""
    return [f"{failure.what} {failure.id}" for failure in drill(load(root, declared()), find, [RESULTS]).failures]


def test_every_look_too_early_is_refused_and_each_part_is_needed(catalogue: Path) -> None:
    report = drill(load(catalogue, declared()), find, [RESULTS])
    assert report.failures == []
    assert (report.lawful, report.refused, report.weakened, report.parts) == (1, 4, 2, 3)


def test_the_matter_has_no_loophole_and_can_be_staffed(catalogue: Path) -> None:
    found = check(load(catalogue, declared()), "2026-03-02T01:00:00Z")
    assert (found.refuted, found.missing, found.open, found.unreached) == ((), (), (), ())


@pytest.mark.parametrize(
    ("old", "new", "failures"),
    [
        ("fields: [scores, report]", "fields: [report]", ["missed scores-read-early"]),
        ("readers: [head, deputy-director]", "readers: [head, deputy-director, registrar]", ["missed scores-read-early"]),
        ("readers: [head, deputy-director]", "readers: [head]", ["false_refusal lawful"]),
        ("    after: [confirm]\n", "", ["missed published-unconfirmed"]),
    ],
)
def test_a_list_that_is_too_wide_or_too_narrow_is_found(catalogue: Path, old: str, new: str, failures: list[str]) -> None:
    assert set(failures) <= set(told(spoil(catalogue, "matter.yaml", old, new)))


def test_a_part_that_no_drill_needs_is_told(catalogue: Path) -> None:
    spoil(catalogue, "drills.yaml", "reads: report, expect", "reads: scores, expect")
    assert told(catalogue) == ["decorative sealed-results fields: report"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("who: gs-registrar, reads: scores", "who: gs-registrar, reads: scorez", "scores"),
        ("who: gs-registrar, reads: scores", "who: gs-registrar, step: publish, reads: scores", "a reading says who"),
        ("who: gs-registrar, reads: scores", "reads: scores", "an act says who"),
    ],
)
def test_a_reading_that_makes_no_sense_is_told(catalogue: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        load(spoil(catalogue, "drills.yaml", old, new), declared())
    assert any(said in problem.message.en for problem in caught.value.problems)
