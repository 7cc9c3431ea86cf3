"""What every verb prints and how it ends: JSON for programs, both languages for people, an exit status for both."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from lianfang.catalogue.load import Catalogue, load
from lianfang.catalogue.problems import CatalogueError
from lianfang.watch.detectors import declared

DONE, FINDING, BAD_INPUT = 0, 1, 2

LANGUAGES = ("zh", "en")

json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print JSON.")
catalogue_option = click.option(
    "--catalogue", "folder", type=click.Path(path_type=Path, exists=True, file_okay=False), envvar="LIANFANG_CATALOGUE",
    help="事项目录（默认为内置目录）。 Folder of the catalogue (default: the one that is built in).",
)  # fmt: skip
language_option = click.option(
    "--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True,
    help="表格用中文还是英文。 The language of what stands in tables.",
)  # fmt: skip


def print_json(value: Any) -> None:
    """Print a value as JSON, Chinese as it is."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def say(zh: str, en: str) -> None:
    """Print a sentence in both languages."""
    click.echo(f"{zh} {en}")


def complain(zh: str, en: str) -> None:
    """Print what is wrong, in both languages, where it does not mix with the output."""
    click.echo(f"✗ {zh} {en}", err=True)


def stop(zh: str, en: str) -> NoReturn:
    """Say what is wrong with the input, and end."""
    complain(zh, en)
    end(BAD_INPUT)


def end(status: int) -> NoReturn:
    """End with an exit status."""
    raise click.exceptions.Exit(status)


def loaded(folder: Path | None) -> Catalogue:
    """The catalogue of a folder. One that can't be loaded ends the verb with all its faults."""
    try:
        return load(folder, declared())
    except CatalogueError as error:
        for problem in error.problems:
            click.echo(f"✗ {problem}", err=True)
        end(BAD_INPUT)


def table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns, the first as their heads; a Chinese character takes two places."""
    head, *lines = columns(rows)
    click.echo(head)
    click.echo("  ".join("─" * max(map(_width, column)) for column in zip(*rows, strict=True)))
    for line in lines:
        click.echo(line)


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines in which the columns stand below each other; a Chinese character takes two places."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
