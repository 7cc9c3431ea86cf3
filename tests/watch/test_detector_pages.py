"""The pages of docs/detectors are made from the detectors: they are current, and what they show as an example is what is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianfang.catalogue.load import load
from lianfang.catalogue.reference import stale
from lianfang.watch.detectors import detector, known
from lianfang.watch.engine import find
from lianfang.watch.flags import CODES, flag
from lianfang.watch.reference import flags_page, pages
from tests.five import five

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "detectors"


def test_the_pages_are_current() -> None:
    assert not stale(pages(load()), FOLDER), "run: lianfang reference docs"


def test_the_page_of_the_red_flags_is_current_and_says_of_each_what_it_is_wrong_about() -> None:
    page = flags_page()
    assert (FOLDER.parent / "reference" / "flags.md").read_text("utf-8") == page, "run: lianfang reference docs"
    for code in CODES:
        assert f"## {code} {flag(code).TITLE.zh}" in page and flag(code).FALSE_ALARMS.en in page and flag(code).BLIND_SPOTS.zh in page


@pytest.mark.parametrize("name", known())
def test_an_example_is_found_and_its_first_row_alone_is_not(name: str) -> None:
    """A detector whose every entry is a finding has one row only."""
    example = detector(name).EXAMPLE
    rows = example["rows"]
    assert find(name, example["settings"], rows)
    assert len(rows) == 1 or not find(name, example["settings"], rows[:1])


def test_a_page_tells_all_that_its_detector_declares() -> None:
    made = pages(five())
    for name in known():
        module, page = detector(name), made[f"{name}.md"]
        assert all(words in page for text in (module.TITLE, module.METHOD, module.BLIND_SPOTS, module.FALSE_ALARMS) for words in text)
        assert all(f"| `{setting.name}` |" in page for setting in module.SETTINGS)
        assert "> " in page
        assert f"[`{name}`]({name}.md)" in made["README.md"]
