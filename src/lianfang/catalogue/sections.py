"""A matter and its drills as they are written: in one file each, or in several that are read as one.

A section of a matter may have a file of its own beside ``matter.yaml``, named after it (``controls.yaml``), or where that grows long a
folder of that name with several, each named by its subject (``controls/2-hearing.yaml``). So may its drills. Files are read in the order of
their names; what is wrong is told where it is written, and a version says nothing of how a matter was cut into files.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from lianfang.catalogue.files import Files, written
from lianfang.catalogue.problems import again, closest, nearest
from lianfang.catalogue.schema import SECTIONS, MatterSpec
from lianfang.catalogue.source import Document
from lianfang.kernel.model import Text

KEYS = (*MatterSpec.model_fields, "extends", "remove")
"""What a matter may say before its template is merged in."""
DRILLS = "drills"


def matter_document(files: Files, path: Path) -> Document | None:
    """A matter as its ``matter.yaml`` and the files of its sections say; None where one of them can't be read."""
    found = len(files.problems)
    whole = files.read(path)
    ways = {name: _ways(files, path.parent, name) for name in SECTIONS}
    if whole is None or len(files.problems) > found:
        return None
    for name, held in ways.items() if isinstance(whole.value, dict) else ():
        for document in (document for way in held for document in way):
            _only(files, document, name)
        _one_way(files, [[whole], *held] if name in whole.value else held, name)
        if held and name not in whole.value:
            files.problems += [problem for document in held[0] for problem in whole.add(document)]
    return whole


def drills_document(files: Files, folder: Path) -> Document | None:
    """The drills of a matter; None where a file of them can't be read, or there is none."""
    found = len(files.problems)
    ways = _ways(files, folder, DRILLS)
    if not ways:
        return files.read(folder / f"{DRILLS}.yaml")  # which says that it is missing
    if len(files.problems) > found:
        return None
    _one_way(files, ways, DRILLS)
    whole, *others = ways[0]
    files.problems += [problem for document in others for problem in whole.add(document)]
    return whole


def _ways(files: Files, folder: Path, name: str) -> list[list[Document]]:
    """What is written of a section in the file of its name, and in the folder of its name: one of the two, if all is well."""
    return [
        [document for path in paths if (document := _mapping(files, path, name)) is not None]
        for _, paths in groupby(written(folder, name), key=lambda path: path.parent)
    ]


def _mapping(files: Files, path: Path, name: str) -> Document | None:
    document = files.read(path)
    if document is None or isinstance(document.value, dict):
        return document
    files.problems.append(document.problem((), Text(f"应为键值：{name}: …", f"should be a mapping, {name}: …")))
    return None


def _only(files: Files, document: Document, name: str) -> None:
    """The file of a section holds that section: what else stands in it is told, and left out."""
    for key in [key for key in document.value if key != name]:
        there = f"{key}.yaml" if key in SECTIONS else "matter.yaml"
        elsewhere = Text(f"“{key}”不写在这里，应写在 {there}", f"{key!r} is not written here but in {there}")
        files.problems.append(document.problem((key,), elsewhere if key in KEYS else nearest(key, [name], "键", "key")))
        if name not in document.value and closest(key, [name]):
            document.rename((key,), name)
        else:
            del document.value[key]
    if name not in document.value:
        files.problems.append(document.problem((), Text(f"缺少“{name}”", f"{name!r} is missing")))


def _one_way(files: Files, ways: list[list[Document]], name: str) -> None:
    """A section is written in one place, so that who reads it has it all: a second is told with the first."""
    said = Text(f"“{name}”只能写在一处", f"{name!r} is written in one place")
    files.problems += [other[0].problem((name,), again(said, ways[0][0].where((name,)))) for other in ways[1:]]
