"""The files of a catalogue: which there may be, and reading them with every fault kept."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from lianfang.catalogue.problems import CatalogueError, Problem, nearest
from lianfang.catalogue.schema import SECTIONS
from lianfang.catalogue.shape import shaped
from lianfang.catalogue.source import Document, read, walk
from lianfang.kernel.model import Text

M = TypeVar("M", bound=BaseModel)

FILES = (
    "organisation.yaml",
    "calendar.yaml",
    "alerts.yaml",
    "ledgers/*.yaml",
    "register/*.yaml",
    "maps/*.yaml",
    "templates/*.yaml",
    "matters/*/*/matter.yaml",
    *(f"matters/*/*/{name}{end}" for name in (*SECTIONS, "drills") for end in (".yaml", "/*.yaml")),
)
"""Every file that a catalogue may hold."""


class Files:
    """A catalogue's folder and ``problems``, what was found wrong in it so far. What has a fault is None, and the rest is read on."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def read(self, path: Path) -> Document | None:
        """A file as it is written."""
        if not path.is_file():
            name = path.relative_to(self.root).as_posix()
            self.problems.append(Problem(name, 0, Text("缺少这个文件", "this file is missing")))
            return None
        try:
            return read(path, self.root)
        except CatalogueError as error:
            self.problems.extend(error.problems)
            return None

    def parse(self, document: Document | None, model: type[M]) -> M | None:
        """What is written held against its model."""
        if document is None:
            return None
        found = shaped(document.value, model)
        self.problems += [document.problem(fault.place, fault.message) for fault in found.faults]
        return found.model

    def both(self, path: Path, model: type[M]) -> tuple[Document, M] | None:
        """A file and its model; None when it has a fault."""
        document = self.read(path)
        parsed = self.parse(document, model)
        return (document, parsed) if document is not None and parsed is not None else None

    def all(self, pattern: str, model: type[M]) -> list[tuple[Document, M]]:
        """The files of a pattern that have no fault of their own."""
        return [both for path in walk(self.root, pattern) if (both := self.both(path, model)) is not None]

    def strangers(self) -> None:
        """Files that nothing would read: one whose name is misspelt would otherwise be missed by nobody."""
        mine = {path for pattern in FILES for path in self.root.glob(pattern)}
        for path in sorted({*self.root.rglob("*.yaml"), *self.root.rglob("*.yml")} - mine):
            file = path.relative_to(self.root).as_posix()
            self.problems.append(Problem(file, 0, nearest(file, _places_like(file), "目录文件", "file of a catalogue")))
        for folder in self.root.glob("matters/*/*"):
            if folder.is_dir() and not (folder / "matter.yaml").is_file():
                self.read(folder / "matter.yaml")


def _places_like(file: str) -> list[str]:
    """Where a file of a catalogue could lie, with the names that this one has."""
    parts = file.removesuffix(".yml").removesuffix(".yaml").split("/")
    found = []
    for pattern in FILES:
        wanted = pattern.removesuffix(".yaml").split("/")
        if len(wanted) == len(parts):
            found.append("/".join(part if want == "*" else want for want, part in zip(wanted, parts, strict=True)) + ".yaml")
    return found


def written(folder: Path, name: str) -> list[Path]:
    """The files in which a section of a matter, or its ``drills``, are written: the one of that name, and those of the folder of that name
    in the order of their names."""
    alone = folder / f"{name}.yaml"
    return [*([alone] if alone.is_file() else ()), *walk(folder, f"{name}/*.yaml")]


def fingerprint(root: Path) -> str:
    """The SHA-256 of a catalogue: of the list of its files as ``sha256sum`` prints it, in the order of their paths."""
    paths = sorted({path for pattern in FILES for path in root.glob(pattern)}, key=lambda path: path.relative_to(root).as_posix())
    listed = "".join(f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(root).as_posix()}\n" for path in paths)
    return sha256(listed.encode()).hexdigest()
