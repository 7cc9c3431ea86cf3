"""A log as a table (CSV), one event a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lianfang.interchange.kinds import UnreadableFileError
from lianfang.interchange.logs.events import Log, Names, Raw, gather
from lianfang.interchange.streams import pieces
from lianfang.interchange.tables import BadLine, read_lines
from lianfang.kernel.model import Text

MOST_BYTES = 512 << 20
"""What a table may come to: it is decoded as a whole, since what encoding it has shows at its end only."""


def read(path: Path, names: Names) -> Log:
    """Read a table. Lines of another width are kept aside. Raises UnreadableFileError."""
    lines = read_lines(_content(path))
    columns, wrong = next(lines).cells, list[BadLine]()
    if len(set(columns)) < len(columns):
        twice = next(name for name in columns if columns.count(name) > 1)
        raise UnreadableFileError(Text(f"有两栏都叫“{twice}”。", f"Two columns are called {twice!r}."))

    def raws() -> Iterator[Raw]:
        for line in lines:
            if len(line.cells) == len(columns):
                yield Raw(line.number, dict(zip(columns, line.cells, strict=True)), {})
            else:
                words = Text(f"有 {len(line.cells)} 栏，应为 {len(columns)} 栏", f"{len(line.cells)} cells, where {len(columns)} belong")
                wrong.append(BadLine(line, words))

    log = gather(raws(), names.guessed(columns), columns)
    log.bad = sorted([*log.bad, *wrong], key=lambda one: one.line.number)
    return log


def _content(path: Path) -> bytes:
    found, size = list[bytes](), 0
    for piece in pieces(path):
        size += len(piece)
        if size > MOST_BYTES:
            raise UnreadableFileError(Text("表格过大，请分段筛查。", "The table is too big; screen it in parts."))
        found.append(piece)
    return b"".join(found)
