"""Tables as other systems export them: text with separators, one record a line, the first line naming the columns."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

from lianfang.interchange.kinds import UnreadableFileError, decoded
from lianfang.kernel.model import Text

SEPARATORS = (",", "\t", ";")


class Line(NamedTuple):
    """A record: the number of its first line in the file, and its cells."""

    number: int
    cells: tuple[str, ...]


class Table(NamedTuple):
    """The names of the columns and the records that are not empty."""

    names: tuple[str, ...]
    lines: tuple[Line, ...]


def read_table(content: bytes) -> Table:
    """Read a table in any encoding that ``decoded`` knows, separated by what its first line is. Raises UnreadableFileError."""
    text = decoded(content)
    if text is None:
        raise UnreadableFileError(Text("不是文本表格（CSV）。", "It is not a table in text (CSV)."))
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[Line] = []
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(Line(number, tuple(cell.strip() for cell in cells)))
            number = reader.line_num + 1
    except csv.Error:
        raise UnreadableFileError(
            Text(f"第 {number} 行的引号不成对或过长。", f"Line {number} has a stray quotation mark, or is too long.")
        ) from None
    if not lines:
        raise UnreadableFileError(Text("表格是空的。", "The table is empty."))
    return Table(lines[0].cells, tuple(lines[1:]))
