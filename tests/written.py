"""Where the words of a catalogue stand: a matter and its drills may be written in several files, and a test means them as a whole.

A ``name`` is a file as the catalogue has it (``organisation.yaml``); ``…/matter.yaml`` and ``…/drills.yaml`` stand for all files in which a
matter or its drills are written.
"""

from __future__ import annotations

from pathlib import Path

from lianfang.catalogue.files import written
from lianfang.catalogue.schema import SECTIONS


def paths(root: Path, name: str) -> list[Path]:
    """The files in which it is written, in the order in which they are read."""
    whole = root / name
    sections = {"matter.yaml": SECTIONS, "drills.yaml": ["drills"]}.get(whole.name, [])
    own = [whole] if whole.is_file() and whole.name != "drills.yaml" else []
    return [*own, *(path for section in sections for path in written(whole.parent, section))] or [whole]


def holding(root: Path, name: str, words: str) -> str:
    """The first of its files with these words in it, as the catalogue calls it."""
    found = [path for path in paths(root, name) if words in path.read_text(encoding="utf-8")]
    assert found, (name, words)
    return found[0].relative_to(root).as_posix()


def replace(root: Path, name: str, old: str, new: str) -> tuple[str, int]:
    """Write something instead of the first occurrence of some words; the file and the line where they stood."""
    where = line_of(root, name, old)
    path = root / where[0]
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    return where


def line_of(root: Path, name: str, words: str) -> tuple[str, int]:
    """The file and the line where some words stand first."""
    file = holding(root, name, words)
    text = (root / file).read_text(encoding="utf-8")
    return file, text[: text.index(words)].count("\n") + 1


def as_one(root: Path, name: str) -> Path:
    """Write it in the one file of its name, the same words in the same order; that file."""
    whole, text = root / name, ""
    begun: set[str] = set()
    for path in paths(root, name):
        words = path.read_text(encoding="utf-8")
        section = path.parent.name if path.parent != whole.parent else path.stem
        text += words.replace(f"{section}:\n", "", 1) if section in begun else words
        begun.add(section)
        path.unlink()
        if path.parent != whole.parent and not any(path.parent.iterdir()):
            path.parent.rmdir()
    whole.write_text(text, encoding="utf-8")
    return whole
