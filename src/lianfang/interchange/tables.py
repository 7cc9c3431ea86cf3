"""Tables as other systems export them: text with separators, one record a line, the first line naming the columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TextIO

from lianfang.interchange.kinds import UnreadableFileError, decoded
from lianfang.kernel.model import Text

SEPARATORS = (",", "\t", ";")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes a formula by."""
_FIGURE = re.compile(r"-?[0-9.]+").fullmatch
REASON = "原因 why"
"""The column that is put behind those of a line which is wrong."""


class Line(NamedTuple):
    """A record: the number of its first line in the file, and its cells."""

    number: int
    cells: tuple[str, ...]


class BadLine(NamedTuple):
    """A line that can't be used, and why."""

    line: Line
    why: Text


class Table(NamedTuple):
    """The names of the columns and the records that are not empty."""

    names: tuple[str, ...]
    lines: tuple[Line, ...]


def read_table(content: bytes) -> Table:
    """Read a table in any encoding that ``decoded`` knows, separated by what its first line is. Raises UnreadableFileError."""
    lines = read_lines(content)
    return Table(next(lines).cells, tuple(lines))


def read_lines(content: bytes) -> Iterator[Line]:
    """The lines of a table one by one, the names of the columns first; there is one at least. Raises as ``read_table``, at the latest
    where it comes to the line."""
    text = decoded(content)
    if text is None:
        raise UnreadableFileError(Text("不是文本表格（CSV）。", "It is not a table in text (CSV)."))
    source = io.StringIO(text, newline="")
    first = next((line for line in source if line.strip()), "")
    source.seek(0)
    reader = csv.reader(source, delimiter=max(SEPARATORS, key=first.count), strict=True)
    number, empty = 1, True
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                empty = False
                yield Line(number, tuple(cell.strip() for cell in cells))
            number = reader.line_num + 1
    except csv.Error:
        raise UnreadableFileError(
            Text(f"第 {number} 行的引号不成对或过长。", f"Line {number} has a stray quotation mark, or is too long.")
        ) from None
    if empty:
        raise UnreadableFileError(Text("表格是空的。", "The table is empty."))


def write_aside(file: TextIO, names: Sequence[str], bad: Iterable[tuple[Sequence[str], Text]]) -> None:
    """Write lines that are wrong, by their cells, with the reason behind each: a table again, to be corrected and read anew."""
    writer = csv.writer(file)
    writer.writerow([*names, REASON])
    writer.writerows([*cells, f"{why.zh} / {why.en}"] for cells, why in bad)


def write_table(file: TextIO, names: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a table that ``read_table`` reads; how many rows it has. A cell that a spreadsheet would take for a formula gets an apostrophe
    before it, as spreadsheets mark text: what a claimant typed must not run on the desk of who opens the file."""
    writer, count = csv.writer(file), 0
    writer.writerow(names)
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) and _FIGURE(cell) is None else cell for cell in row])
        count += 1
    return count
