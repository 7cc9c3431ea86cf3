"""Big files from outside, a piece at a time and bounded: packed or not, XML without a document type, JSON an item at a time."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol
from xml.parsers import expat

from lianfang.interchange.kinds import UnreadableFileError
from lianfang.kernel.model import Text

PIECE = 1 << 16
MOST_BYTES = 4 << 30
"""What a file may come to, unpacked: more than an office's systems write in years."""
MOST_ITEM = 16 << 20
"""What one event, release or tag may take: what is read at once."""
DEEPEST = 200
PACKED = b"\x1f\x8b"
TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]"]', re.DOTALL)
"""What is in quotes, a bracket, or a quotation mark whose other one has not come yet."""
BROKEN_PACK = Text("压缩包残缺。", "The packed file is broken.")
TOO_BIG = Text("文件过大。", "The file is too big.")
BROKEN_JSON = Text("不是完好的 JSON。", "It is not sound JSON.")
BROKEN_XML = Text("不是完好的 XML。", "It is not sound XML.")
DOCTYPE = Text("XML 中有文档类型声明（DOCTYPE），不予读取。", "The XML has a document type (DOCTYPE), which is not read.")
TOO_DEEP = Text("嵌套过深。", "It is nested too deep.")
ITEM_TOO_BIG = Text("其中一项过大。", "One item of it is too big.")


class Handler(Protocol):
    """What is told of an XML text as it goes by. Names come without their prefix; ``line`` is where in the file."""

    def opened(self, name: str, attributes: dict[str, str], line: int) -> None:
        """An element begins."""

    def closed(self, name: str) -> None:
        """An element has ended."""

    def text(self, text: str) -> None:
        """Characters."""


class Item(NamedTuple):
    """A value of a list in a JSON text: the list's name ('' where the text is the list itself) and the value's own bytes."""

    name: str
    content: bytes


def pieces(path: Path) -> Iterator[bytes]:
    """The bytes of a file, unpacked where it is gzip. Raises UnreadableFileError, also for one that unpacks to too much."""
    with path.open("rb") as file:
        packed = file.read(len(PACKED)) == PACKED
        file.seek(0)
        yield from _unpacked(file) if packed else _bounded(file)


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    try:
        with gzip.GzipFile(fileobj=file) as inner:
            yield from _bounded(inner)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFileError(BROKEN_PACK) from error


def _bounded(file: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    left = MOST_BYTES
    while piece := file.read(PIECE):
        left -= len(piece)
        if left < 0:
            raise UnreadableFileError(TOO_BIG)
        yield piece


def head(path: Path) -> bytes:
    """How a file begins, unpacked."""
    return next(pieces(path), b"")


def parse_xml(path: Path, handler: Handler) -> Iterator[None]:
    """Read an XML text by the standard parser, a step of the iterator each piece, so that what was read can be taken. A document type is
    refused, and with it every entity; what is nested too deep, or has a tag too big, is refused too. Raises UnreadableFileError."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = fed = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise UnreadableFileError(TOO_DEEP)
        handler.opened(_local(name), {_local(key): value for key, value in attributes.items()}, parser.CurrentLineNumber)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.closed(_local(name))

    def refuse(*_: object) -> None:
        raise UnreadableFileError(DOCTYPE)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, handler.text
    parser.StartDoctypeDeclHandler = refuse
    try:
        for piece in pieces(path):
            parser.Parse(piece, False)  # noqa: FBT003 the parser takes it by place only
            fed += len(piece)
            if fed - parser.CurrentByteIndex > MOST_ITEM:
                raise UnreadableFileError(ITEM_TOO_BIG)
            yield
        parser.Parse(b"", True)  # noqa: FBT003
        yield
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, UnreadableFileError):
            raise
        line = parser.CurrentLineNumber
        raise UnreadableFileError(Text(f"第 {line} 行：{BROKEN_XML.zh}", f"Line {line}: {BROKEN_XML.en}")) from None


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Lists:
    """Finds the items of the wanted lists in a JSON text that comes in pieces. Only where each begins and ends is found."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = names
        self.buffer = b""
        self.scanned = 0
        self.depth = 0
        self.begun: int | None = None
        """Where the item that is not at its end began."""
        self.within: str | None = None
        self.at = 0
        """In which of the lists it is, and how deep its items stand."""
        self.word = ""
        """What stood last in quotes directly in the outermost object: the name of what comes next."""

    def take(self, piece: bytes) -> Iterator[Item]:
        """Another piece; the items that end in it. What is not needed any more is let go."""
        self.buffer += piece
        done = len(self.buffer)
        for found in TOKEN.finditer(self.buffer, self.scanned):
            token, place = found.group(), found.start()
            if token == b'"':
                done = place
                break
            if token in b"{[":
                self._opens(place, list_=token == b"[")
            elif token in b"}]":
                begun = self._closes()
                if begun is not None:
                    yield Item(self.within or "", self.buffer[begun : found.end()])
            elif self.depth == 1:
                self.word = token[1:-1].decode("utf-8", "replace")
        self._let_go(done)

    def end(self) -> None:
        """Raises UnreadableFileError where the text is not at its end."""
        if self.depth or self.buffer:
            raise UnreadableFileError(BROKEN_JSON)

    def _opens(self, place: int, list_: bool) -> None:
        if self.within is not None:
            if self.depth == self.at:
                self.begun = place
        elif list_ and (self.depth == 0 or (self.depth == 1 and self.word in self.names)):
            self.within, self.at = self.word, self.depth + 1
        self.depth += 1
        if self.depth > DEEPEST:
            raise UnreadableFileError(TOO_DEEP)

    def _closes(self) -> int | None:
        """Where the item that ends here began, if one does."""
        self.depth -= 1
        if self.depth < 0:
            raise UnreadableFileError(BROKEN_JSON)
        if self.within is not None and self.depth < self.at:
            self.within = None
        if self.within is None or self.depth != self.at:
            return None
        begun, self.begun = self.begun, None
        return begun

    def _let_go(self, done: int) -> None:
        keep = done if self.begun is None else min(done, self.begun)
        self.buffer, self.scanned = self.buffer[keep:], done - keep
        self.begun = None if self.begun is None else self.begun - keep
        if len(self.buffer) > MOST_ITEM:
            raise UnreadableFileError(ITEM_TOO_BIG)


def items(path: Path, names: Collection[str]) -> Iterator[Item]:
    """The objects of the lists of those names that a JSON text has in its outermost object, or of the list that it is; none is held longer
    than it is looked at. Whoever takes one reads it. Raises UnreadableFileError."""
    lists = _Lists(names)
    for piece in pieces(path):
        yield from lists.take(piece)
    lists.end()
