"""The pages of docs/controls are made from the kinds: they are current, and their examples are controls that a matter could declare."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from lianfang.catalogue.drills.runner import Stage, play, slips_through
from lianfang.catalogue.load import Catalogue, load
from lianfang.catalogue.params import HEAD
from lianfang.catalogue.reference import pages, stale, write
from lianfang.kernel import without
from lianfang.kernel.controls import KINDS
from lianfang.watch.detectors import declared
from lianfang.watch.engine import find

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "controls"


@cache
def catalogue() -> Catalogue:
    return load()


@cache
def made() -> dict[str, str]:
    """The pages as they should be; the same for every test of this module."""
    return pages(catalogue(), declared())


def test_the_pages_are_current() -> None:
    assert not stale(made(), FOLDER), "run: lianfang reference docs"


def test_a_page_that_was_edited_lost_or_left_over_is_found_and_put_right(tmp_path: Path) -> None:
    wanted = made()
    write(wanted, tmp_path)
    assert not stale(wanted, tmp_path)
    (tmp_path / "unique.md").write_text("by hand")
    (tmp_path / "match.md").unlink()
    (tmp_path / "gone.md").write_text("a kind that is no more")
    assert stale(wanted, tmp_path) == ["gone.md", "match.md", "unique.md"]
    write(wanted, tmp_path)
    assert not stale(wanted, tmp_path)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_shows_an_example_and_says_what_it_does_not_see(kind: str) -> None:
    page = made()[f"{kind}.md"]
    assert "## 例 Example" in page
    assert KINDS[kind].blind.zh in page
    assert KINDS[kind].blind.en in page
    assert all(f"| `{param.name}` |" in page for param in KINDS[kind].params)
    assert KINDS[kind].method.zh in page


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_example_of_a_page_runs_and_without_it_a_misconduct_gets_through(kind: str) -> None:
    """What the page shows is a control of a matter: its drills are played with it and without it."""
    page = made()[f"{kind}.md"]
    (shown,) = yaml.safe_load(page.partition("```yaml\n")[2].partition("```")[0])
    file = catalogue().matters[page.partition("## 例 Example")[2].partition("（`")[2].partition("`")[0]]
    assert shown["kind"] == kind
    aimed = [one for one in file.drills.drills if any(act.expect and shown["id"] in act.expect.model_dump().values() for act in one.script)]
    stage = Stage(catalogue(), file, file.matter, find)
    off = without(file.matter, shown["id"])
    for drill in aimed:
        assert play(stage, drill).verdict in ("refused", "alarmed"), drill.id
    assert any(slips_through(stage, off, shown["id"], drill) for drill in aimed)


@pytest.mark.parametrize("kind", sorted(name for name, kind in KINDS.items() if kind.example))
def test_an_example_of_a_kind_is_a_control_of_it(kind: str) -> None:
    example = yaml.safe_load(KINDS[kind].example)
    assert example["kind"] == kind
    assert example.keys() <= {*HEAD, *(param.name for param in KINDS[kind].params)}
    assert {param.name for param in KINDS[kind].params if param.required} <= example.keys()
