"""A ledger entry that needs what a control demands: without the control the step is refused all the same, and the drills say so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from lianfang.catalogue.drills import drill
from lianfang.catalogue.load import load
from lianfang.watch.detectors import declared
from lianfang.watch.engine import find

WINDOW = "government-services/window"
FORM = "form: [title]}"
WRITES = "form: [title, note], writes: [{ledger: contributor-cards, key: norm(title), data: {author: AUTHOR}}]}"
NOTED = """controls:
  - {id: noted, kind: complete, title: {zh: 须写明说明, en: A note is written}, at: [receive], fields: [note]}
"""
PLEDGE = "en: Sign an integrity pledge, from: map, controls: ["
CHANGES = {
    FORM: WRITES,
    "flow: [receive]": "  note: {type: text, label: {zh: 说明, en: Note}}\nflow: [receive]",
    "\ncontrols:\n": f"\n{NOTED}",
    "controls: [education, integrity": "controls: [noted, education, integrity",
    PLEDGE: f"{PLEDGE}noted, ",
}
UNNOTED = """drills:
  - id: unnoted
    title: {zh: 不写说明, en: No note}
    risk: against-the-rules
    script:
      - {who: gs-registrar, step: receive, data: {title: 执照}, expect: {refused: noted}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The catalogue with one matter more, whose ledger takes in a field that need not be filled in."""
    root = tmp_path / "catalogue"
    shutil.copytree(settings.LIANFANG_CATALOGUE, root)
    place = root / "matters" / WINDOW
    shutil.copytree(Path(__file__).parents[2] / "window", place)
    matter = (place / "matter.yaml").read_text(encoding="utf-8")
    for old, new in CHANGES.items():
        assert old in matter
        matter = matter.replace(old, new, 1)
    (place / "matter.yaml").write_text(matter, encoding="utf-8")
    drills = (place / "drills.yaml").read_text(encoding="utf-8")
    (place / "drills.yaml").write_text(drills.replace("drills:\n", UNNOTED, 1), encoding="utf-8")
    return root


def told(root: Path, author: str) -> list[str]:
    path = root / "matters" / WINDOW / "matter.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("AUTHOR", author), encoding="utf-8")
    report = drill(load(root, declared()), find, [WINDOW])
    return [failure.why.en for failure in report.failures if failure.id == "noted"]


def test_what_an_entry_needs_is_told_where_its_control_is_left_out(root: Path) -> None:
    (why,) = told(root, "note")
    assert why == (
        "without it no drill gets through; still refused by 'step-writes': "
        "“Note” is not filled in, so “the entry in the ledger” can't be judged and the act is refused."
    )


def test_where_the_entry_does_without_the_control_is_what_stops_it(root: Path) -> None:
    assert told(root, "\"has(note) ? note : ''\"") == []
