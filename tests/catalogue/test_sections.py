"""A matter may be written in several files, by section and by subject: it says the same, and what is wrong is told where it stands."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from lianfang.catalogue.coverage import scripts
from lianfang.catalogue.load import Catalogue, builtin, load
from lianfang.catalogue.problems import CatalogueError
from lianfang.catalogue.schema import SECTIONS
from lianfang.catalogue.source import read
from tests import five, written

EXPENSE = "matters/information-centre/expense"
TWO = five.copied(five.SEAL, five.EXPENSE)
LONGEST = 160
"""Lines of a file that is still read at one go."""
SAID = "{zh: 一, en: one}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of two matters in several files each, one of them on a template."""
    copy = tmp_path / "catalogue"
    shutil.copytree(TWO, copy)
    return copy


def test_no_file_of_a_matter_is_too_long_to_be_read() -> None:
    lines = {path: path.read_text(encoding="utf-8").count("\n") for path in builtin().glob("matters/*/*/**/*.yaml")}
    assert lines
    assert {path.relative_to(builtin()).as_posix(): count for path, count in lines.items() if count > LONGEST} == {}


def joined(root: Path) -> None:
    """Write every matter in one file, and its drills in another."""
    for folder in root.glob("matters/*/*"):
        for name in ("matter.yaml", "drills.yaml"):
            written.as_one(root, (folder / name).relative_to(root).as_posix())
        assert {path.name for path in folder.iterdir()} == {"matter.yaml", "drills.yaml"}


def cut(root: Path) -> None:
    """Write every section of a matter, and its drills, in as many files as there are things in them."""
    joined(root)
    for folder in root.glob("matters/*/*"):
        for path in (folder / "matter.yaml", folder / "drills.yaml"):
            value = read(path, root).value
            for section in [key for key in value if key in SECTIONS or key == "drills"]:
                held = value.pop(section)
                (folder / section).mkdir()
                for number, key in enumerate(held):
                    one = {key: held[key]} if isinstance(held, dict) else [key]
                    keep(folder / section / f"{number:03}.yaml", {section: one})
            keep(path, value)
        (folder / "drills.yaml").rename(folder / "drills" / "files.yaml")


def keep(path: Path, value: object) -> None:
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), encoding="utf-8")


def said(catalogue: Catalogue) -> dict[str, object]:
    """All that a matter says: its version and those of its small ones, the order of what is shown, and its drills."""
    return {
        name: (
            file.matter.version,
            [*file.sources],
            [*file.matter.steps],
            [*file.matter.record],
            file.drills,
            scripts(catalogue.root, file),
        )
        for name, file in catalogue.matters.items()
    }


@pytest.mark.parametrize("how", [joined, cut])
def test_what_a_matter_says_does_not_hang_on_how_it_is_cut_into_files(root: Path, how: Callable[[Path], None]) -> None:
    before = said(load(root))
    assert len(list(root.glob("matters/*/*/drills/*.yaml"))) > 2
    how(root)
    assert said(load(root)) == before


class Fault(NamedTuple):
    """Where it is told, and in which words; what is written to bring it about: files that get another name, then what is added to a file
    and what stands in one instead."""

    where: str
    words: str
    moved: Mapping[str, str] = {}
    added: Mapping[str, str] = {}
    instead: Mapping[str, str] = {}


WHOLE = f"{EXPENSE}/matter.yaml"
RISK = f"risks:\n  - {{id: one-more, title: {SAID}, from: map, at: pay, grade: low, controls: [], blind_spots: {SAID}}}\n"
CONTROL = f"controls:\n  - {{id: papers, kind: distinct, title: {SAID}, steps: [collect, pay]}}\n"
STEP = f"steps:\n  pay: {{title: {SAID}, kind: task, by: cashier}}\n"
DRILL = f"  - {{id: lawful-small, title: {SAID}, lawful: true, script: [{{pass: 1d}}]}}\n"
ALL = {"steps.yaml": "steps/1-all.yaml", "controls.yaml": "controls/1-all.yaml"}
ONCE = "is written in one place"
FAULTS = {
    "a section in matter.yaml and in its own file": Fault("risks.yaml:1", f"'risks' {ONCE} ({WHOLE}:", added={"risks.yaml": RISK}),
    "a section in matter.yaml and in a folder": Fault("risks/1.yaml:1", f"'risks' {ONCE} ({WHOLE}:", added={"risks/1.yaml": RISK}),
    "a section in a file and in a folder": Fault(
        "controls/1.yaml:1", f"'controls' {ONCE} ({EXPENSE}/controls.yaml:1)", added={"controls/1.yaml": CONTROL}
    ),
    "drills in a file and in a folder": Fault(
        "drills/1-lawful.yaml:", f"'drills' {ONCE} ({EXPENSE}/drills.yaml:1)", added={"drills.yaml": "drills: []\n"}
    ),
    "a section in the file of another": Fault(
        "steps.yaml:", "'risks' is not written here but in risks.yaml", added={"steps.yaml": RISK}
    ),
    "what a matter says of itself in the file of a section": Fault(
        "steps.yaml:", "'owner' is not written here but in matter.yaml", added={"steps.yaml": "owner: head\n"}
    ),
    "the name of a section misspelt in its file": Fault(
        "steps.yaml:1", "no key 'stpes'; did you mean 'steps'?", instead={"steps.yaml": STEP.replace("steps", "stpes")}
    ),
    "a file without its section": Fault("steps.yaml:1", "'steps' is missing", instead={"steps.yaml": "# nothing yet\n"}),
    "a file that is no mapping": Fault("steps.yaml:1", "should be a mapping, steps: …", instead={"steps.yaml": "- fill\n"}),
    "a file that is no YAML": Fault("steps.yaml:1", "not valid YAML", instead={"steps.yaml": "steps: ["}),
    "a step in two files": Fault(
        "steps/2.yaml:2", f"'pay' stands twice ({EXPENSE}/steps/1-all.yaml:", moved=ALL, added={"steps/2.yaml": STEP}
    ),
    "a control in two files": Fault("controls/2.yaml:2", "'papers' stands twice", moved=ALL, added={"controls/2.yaml": CONTROL}),
    "a list in one file and a mapping in another": Fault(
        "controls/2.yaml:1", f"'controls' stands twice ({EXPENSE}/controls/1-all.yaml:1)", moved=ALL,
        added={"controls/2.yaml": "controls: {a: 1}\n"},
    ),
    "a drill in two files": Fault(
        "drills/6-watches.yaml:", f"the drill 'lawful-small' stands twice ({EXPENSE}/drills/1-lawful.yaml:",
        added={"drills/6-watches.yaml": DRILL},
    ),
    "a paper of the drills in two files": Fault(
        "drills/6-watches.yaml:", f"'voucher' stands twice ({EXPENSE}/drills/1-lawful.yaml:",
        added={"drills/6-watches.yaml": "files:\n  voucher: {name: a.txt, content: a}\n"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_what_is_cut_wrongly_is_told_where_it_stands(root: Path, fault: Fault) -> None:
    folder = root / EXPENSE
    for name in [*fault.moved.values(), *fault.added]:
        (folder / name).parent.mkdir(exist_ok=True)
    for old, new in fault.moved.items():
        (folder / old).rename(folder / new)
    for name, words in fault.added.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(words)
    for name, words in fault.instead.items():
        (folder / name).write_text(words, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load(root)
    told = [problem for problem in caught.value.problems if fault.words in problem.message.en]
    assert any(str(problem).startswith(f"{EXPENSE}/{fault.where}") for problem in told), caught.value.problems
    assert any("\u4e00" <= letter <= "\u9fff" for letter in told[0].message.zh)
