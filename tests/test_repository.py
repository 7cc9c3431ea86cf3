"""The repository keeps its own promises: nothing of the office is named in code, every layer is guarded, every command exists."""

from __future__ import annotations

import ast
import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from lianfang.catalogue.load import Catalogue, load
from lianfang.cli.main import cli

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "lianfang"
CODE = (".py", ".html", ".js", ".css", ".po", ".txt")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())


@cache
def catalogue() -> Catalogue:
    return load()


def sources() -> Iterator[Path]:
    """Everything that is written by hand and shipped, but for the catalogue."""
    for folder in (PACKAGE, ROOT / "frontend" / "src"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in CODE and "build" not in path.relative_to(folder).parts:
                yield path


@cache
def names() -> frozenset[str]:
    """Ids of matters, units, posts, bodies and people. Roles are the system's own words, also where somebody signs in by one."""
    office = catalogue().organisation
    ids = {*catalogue().all_matters(), *office.units, *office.posts, *office.bodies, *office.people}
    return frozenset(ids - {post.role for post in office.posts.values()})


@cache
def titles() -> frozenset[str]:
    """Chinese titles of matters (the register's too) and units, and names of people."""
    office = catalogue().organisation
    matters = {matter.title.zh for matter in catalogue().all_matters().values()} | {row.matter.zh for row in catalogue().rows}
    return frozenset(matters | {unit.title.zh for unit in office.units.values()} | {person.name.zh for person in office.people.values()})


def words(path: Path) -> set[str]:
    """Quoted texts of a file: a plain word names something only where it stands alone in quotes."""
    text = path.read_text()
    if path.suffix == ".py":
        return {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {quoted for _, quoted in re.findall(r"""(["'`])([^"'`\n]*)\1""", text)}


def named_in(path: Path) -> list[str]:
    """What of the office a file names."""
    text = path.read_text()
    plain = {name for name in names() if name.isalpha()}
    written = {name for name in names() - plain if name in text and re.search(rf"(?<![\w/-]){re.escape(name)}(?![\w/-])", text)}
    return sorted(written | (plain & words(path)) | {title for title in titles() if title in text})


def test_nothing_of_the_office_is_named_in_code() -> None:
    found = {str(path.relative_to(ROOT)): named for path in sources() if (named := named_in(path))}
    assert not found


def test_the_search_for_names_finds_them(tmp_path: Path) -> None:
    """The test above can fail."""
    matter = next(iter(catalogue().matters.values())).matter
    person = next(iter(catalogue().organisation.people.values()))
    for content in (f'x = "{matter.id}"\n', f"# {person.name.zh}\n", f'x = "{person.id}"\n', f"x = '{matter.title.zh}'\n"):
        path = tmp_path / "code.py"
        path.write_text(content)
        assert named_in(path), content


def test_every_folder_is_a_layer() -> None:
    contract = next(c for c in PROJECT["tool"]["importlinter"]["contracts"] if c["id"] == "layers")
    assert contract["exhaustive"] is True
    layers = {name.strip(" ()") for line in contract["layers"] for name in line.split("|")}
    assert layers == {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert [path.name for path in PACKAGE.glob("*.py")] == ["__init__.py"], "a module outside the folders has no layer"


def test_every_command_of_the_documents_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    assert {"run", "test", "check", "bench", "clean"} <= targets
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        text = path.read_text()
        assert set(re.findall(r"(?:^ {4}|`)make ([a-z-]+)", text, re.M)) <= targets, path
        assert set(re.findall(r"(?:^ {4}|`)lianfang ([a-z-]+)", text, re.M)) <= set(cli.commands), path
        assert set(re.findall(r"(?<![\w/])scripts/([a-z-]+)", text)) <= {p.name for p in (ROOT / "scripts").iterdir()}, path
    for script in re.findall(r"scripts/([a-z-]+)", makefile):
        assert (ROOT / "scripts" / script).stat().st_mode & 0o111, script


@pytest.mark.parametrize("port", ["9 9", "9'9", "x; touch made", "$(touch made)", "70000"])
def test_a_port_that_is_none_is_told_whatever_is_in_it(tmp_path: Path, port: str) -> None:
    for name in ("Makefile", "scripts/setup"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    ended = subprocess.run(["make", "run", f"PORT={port.replace('$', '$$')}"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    told = [line for line in ended.stderr.splitlines() if not line.startswith("make")]
    assert told == [f"✗ 端口应是 1 到 65535 之间的数：{port}。 A port is a number from 1 to 65535, not {port}."]
    assert not (tmp_path / "made").exists()


def test_an_environment_is_not_made_anew_under_what_runs_from_it(tmp_path: Path) -> None:
    """With another Python its libraries would be gone at the running server's next import."""
    root = tmp_path / "a checkout"
    files = {
        "scripts/setup": (ROOT / "scripts" / "setup").read_text(),
        "requirements.lock": "",
        "pyproject.toml": "",
        "frontend/package.json": "",
        "src/lianfang/cli/main.py": "def main():\n    print('running', flush=True)\n    input()\n",
        "bin/node": "#!/bin/sh\n",
        "bin/npm": "#!/bin/sh\n",
        ".venv/.made": f"{root} {sys.base_prefix} {sys.version_info.major} {sys.version_info.minor}\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
        (root / name).chmod(0o755)
    venv.create(root / ".venv", symlinks=True)
    (site,) = root.glob(".venv/lib/*/site-packages")
    (site / "pip.py").write_text("")  # installs nothing, at once
    made = root / ".venv" / ".made"
    env = {name: value for name, value in os.environ.items() if name not in ("PORT", "PYTHONPATH")}
    env |= {"PATH": f"{root / 'bin'}:{env['PATH']}", "PYTHON": sys.executable}

    def set_up() -> subprocess.CompletedProcess[str]:
        return subprocess.run([root / "scripts" / "setup"], env=env, capture_output=True, text=True, check=False)

    first = set_up()
    assert first.returncode == 0, first.stderr
    with subprocess.Popen([root / ".venv/bin/lianfang"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "running\n"
        assert set_up().returncode == 0, "with the same Python there is nothing to do"
        made.write_text("of another Python")
        refused = set_up()
        assert refused.returncode == 2
        assert refused.stderr.startswith("✗ 廉防正从虚拟环境 .venv 运行") and "stop it" in refused.stderr
        assert refused.stderr.count("\n") == 1
        assert made.read_text() == "of another Python"
        server.communicate("\n")
    assert server.returncode == 0
    (root / "venv.py").write_text("raise SystemExit(1)")  # the making itself takes its time
    assert "creating the virtual environment" in set_up().stdout
    assert not made.exists()


def test_what_is_submitted_is_tested_as_the_readme_says() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text()
    assert "make test" in (ROOT / "README.md").read_text()


def test_the_models_and_their_migrations_agree(office: Any) -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0, stdout=io.StringIO())
    except SystemExit:
        pytest.fail("the models have changed and no migration says so")


@pytest.mark.parametrize(
    ("lock", "wanted"), [("requirements.lock", ("",)), ("requirements-dev.lock", ("", "dev")), ("requirements-spark.lock", ("spark",))]
)
def test_every_dependency_is_pinned_with_its_hashes(lock: str, wanted: tuple[str, ...]) -> None:
    pinned = {
        normal(name): hashed
        for name, hashed in re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==\S+ \\\n( +--hash)", (ROOT / lock).read_text(), re.M)
    }
    project = PROJECT["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    declared = [line for group in wanted for line in groups[group]]
    missing = {name for line in declared if (name := normal(re.split(r"[\[<>=~! ]", line)[0])) not in pinned}
    assert not missing, f"{lock} is older than pyproject.toml"


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_kernel_asks_for_no_time() -> None:
    """The import contracts keep ``time`` out; of ``datetime``, which it works with, only what says now is barred."""
    asked = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (PACKAGE / "kernel").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"now", "today", "utcnow"}
    ]
    assert asked == []
