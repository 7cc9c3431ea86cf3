"""The pages of docs/controls are made from the kinds: they are current, and their examples are controls that a matter could declare."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from lianfang.catalogue.load import load
from lianfang.catalogue.params import HEAD
from lianfang.catalogue.reference import pages, stale, write
from lianfang.kernel.controls import KINDS
from lianfang.watch.detectors import declared

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "controls"


@cache
def made() -> dict[str, str]:
    """The pages as they should be; the same for every test of this module."""
    return pages(load(), declared())


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


@pytest.mark.parametrize("kind", sorted(name for name, kind in KINDS.items() if kind.example))
def test_an_example_of_a_kind_is_a_control_of_it(kind: str) -> None:
    example = yaml.safe_load(KINDS[kind].example)
    assert example["kind"] == kind
    assert example.keys() <= {*HEAD, *(param.name for param in KINDS[kind].params)}
    assert {param.name for param in KINDS[kind].params if param.required} <= example.keys()
