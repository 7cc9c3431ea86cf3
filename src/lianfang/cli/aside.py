"""Lines of a file that are wrong, kept aside with the reason behind each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from lianfang.cli.output import stop
from lianfang.interchange.tables import write_aside
from lianfang.kernel.model import Text


def beside(file: Path) -> Path:
    """Where the wrong lines of a file are kept where nothing else was said."""
    return file.with_name(f"{file.stem}.aside.csv")


def keep(path: Path, names: Sequence[str], bad: Iterable[tuple[Sequence[str], Text]]) -> Path:
    """Write the wrong lines, by their cells and the reason; ends the verb where they can't be written."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            write_aside(file, names, bad)
    except OSError as error:
        stop(
            f"其余各行已用；有误的行无法存到 {path}，请用 --aside 指明。",
            f"The other lines were used; those that are wrong can't be kept in {path}: {error.strerror}.",
        )
    return path
