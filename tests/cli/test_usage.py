"""Bad usage is told in both languages, and the reference pages say what the program says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from lianfang.cli import bench
from lianfang.cli.main import cli
from lianfang.watch.detectors import declared

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize(
    ("arguments", "zh"),
    [
        (["chekc"], "用法不对"),
        (["check", "--jason"], "没有这个选项"),
        (["check", "--catalogue", "nowhere"], "参数不对"),
        (["evidence", "export"], "缺少参数"),
        (["serve", "--port", "70000"], "参数不对"),
    ],
)
def test_bad_usage_is_told_in_both_languages(lianfang: Any, arguments: list[str], zh: str) -> None:
    ended = lianfang(*arguments)
    assert ended.status == 2
    assert ended.out == ""
    assert zh in ended.err
    assert "--help" in ended.err


def test_without_a_verb_it_says_what_there_is(lianfang: Any) -> None:
    ended = lianfang()
    assert ended.status == 2
    assert "serve" in ended.err
    assert "reference" not in ended.err
    assert lianfang("--help").status == 0


def test_every_verb_prints_json() -> None:
    shown = {name: command for name, command in cli.commands.items() if not command.hidden}
    groups = {name: group for name, group in shown.items() if isinstance(group, click.Group)}
    verbs = {name: command for name, command in shown.items() if name not in groups}
    verbs |= {f"{name} {inner}": command for name, group in groups.items() for inner, command in group.commands.items()}
    assert {"evidence export", "import", "export", "drill"} <= verbs.keys()
    for name, command in verbs.items():
        assert any("--json" in option.opts for option in command.params), name


def test_the_reference_pages_are_current(lianfang: Any, tmp_path: Path) -> None:
    assert lianfang("reference", DOCS, "--check").status == 0
    made = Path(shutil.copytree(DOCS, tmp_path / "docs"))
    (made / "reference" / "cli.md").write_text("# old")
    (made / "controls" / "gone.md").write_text("# a kind that is no more")
    ended = lianfang("reference", made, "--check")
    assert ended.status == 1
    assert "cli.md" in ended.err and "gone.md" in ended.err
    assert "openapi.json" not in ended.err
    assert lianfang("reference", made).status == 0
    assert {page.relative_to(made): page.read_bytes() for page in made.rglob("*.*")} == {
        page.relative_to(DOCS): page.read_bytes() for page in DOCS.rglob("*.*")
    }


def test_the_page_of_a_kind_lists_the_settings_of_its_detectors() -> None:
    page = (DOCS / "controls" / "pattern.md").read_text(encoding="utf-8")
    for name, settings in declared().items():
        assert f"`{name}`" in page
        assert all(f"| `{one.name}` |" in page and one.help.zh in page and one.help.en in page for one in settings)


def test_benchmarks_are_run_where_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bench, "CHECKOUT", tmp_path)
    assert CliRunner().invoke(cli, ["bench"]).exit_code == 2
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "__main__.py").write_text("import sys; sys.exit(1 if sys.argv[1:] == ['--json', '--quick'] else 3)")
    assert CliRunner().invoke(cli, ["bench", "--json", "--quick"]).exit_code == 1
