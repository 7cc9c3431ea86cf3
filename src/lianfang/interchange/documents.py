"""The pages of a word processor's document, and what is on them, read from its parts."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from xml.parsers import expat

from lianfang.interchange.kinds import DOCX, PARTS, XLSX, UnreadableFileError
from lianfang.kernel.alike import visible
from lianfang.kernel.model import Text

MOST_XML = 40 * 1024 * 1024
PICTURES = frozenset({"blip", "imagedata", "OLEObject", "chart", "relIds"})
"""The elements that put a picture on a page of a docx: a photograph, an old one, an object, a chart, a diagram."""
GONE = frozenset({"del", "moveFrom", "pPrChange", "sectPrChange", "rPrChange", "tblPrChange"})
"""What a tracked change took away."""
BESIDE = frozenset({"txbxContent", "Fallback"})
"""Where a break breaks no page: in a text box, and in what is there a second time for old programs."""
SAME_PAGE = frozenset({"continuous", "nextColumn"})
"""The section breaks that begin no page."""
BROKEN = Text("不是完好的办公文档。", "It is not a sound office document.")


def docx_pages(path: Path) -> list[bool]:
    """For each page of a docx whether there is something on it to see: a character or a picture.

    The pages are those that its author made: by a page break, by "page break before" of a paragraph, by a section break that begins a
    page. Three things are not seen: a page that only the layout makes, because the text before it fills a page; that a picture is
    white, or a character as pale as the paper or hidden by its style; and headers, footers and rules, which count for nothing, so
    that a page with a letterhead only is blank.
    """
    reader = _Docx()
    _parse(b"".join(_parts(path, (PARTS[DOCX],))), reader)
    return reader.pages()


def has_content(path: Path, media: str) -> bool:
    """Whether there is something to see in an xlsx or odt: a visible character or a picture, on whichever sheet or page."""
    parts = ("xl/sharedStrings.xml", "xl/worksheets/") if media == XLSX else (PARTS[media],)
    reader = _Words("t", "v") if media == XLSX else _Words("body")
    return any(_pictures(path)) or any(_parse(part, reader) for part in _parts(path, parts))


def _pictures(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as archive:
        yield from (name for name in archive.namelist() if name.startswith(("xl/media/", "xl/charts/", "Pictures/")))


def _parts(path: Path, starts: tuple[str, ...]) -> Iterator[bytes]:
    """The parts whose names start so. What is unpacked is bounded, so that a bomb is refused."""
    left = MOST_XML
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if not info.filename.startswith(starts) or not info.filename.endswith(".xml"):
                    continue
                left -= info.file_size
                if left < 0:
                    raise UnreadableFileError(Text("文档过大。", "The document is too big."))
                yield archive.read(info)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError(BROKEN) from None


class _Reader:
    """What is told of an XML text as it goes by. Names come without their prefix: which one stands for what is up to each file."""

    def __init__(self) -> None:
        self.within: list[str] = []
        self.found = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.within.append(name.rpartition(":")[2])
        self.opened(self.within[-1], {key.rpartition(":")[2]: value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self.closed(self.within.pop())

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; ``within`` ends with it."""

    def closed(self, name: str) -> None:
        """An element has ended."""

    def text(self, text: str) -> None:
        """Characters."""


class _Words(_Reader):
    """Finds whether a character can be seen inside one of some elements."""

    def __init__(self, *where: str) -> None:
        super().__init__()
        self.where = frozenset(where)
        self.by_number = False

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        """A cell that names one of the shared strings by its number: the number is not to be seen."""
        if name == "c":
            self.by_number = attributes.get("t") == "s"

    def text(self, text: str) -> None:
        """Characters of a cell or a page."""
        if not self.where.isdisjoint(self.within) and not (self.by_number and self.within[-1] == "v"):
            self.found = self.found or visible(text)


@dataclass
class _Section:
    """Pages between two section breaks. ``joined``: the section goes on where the one before ended; ``opens``: not if its first
    paragraph wants a new page."""

    pages: list[bool] = field(default_factory=lambda: [False])
    joined: bool = False
    opens: bool = False


class _Docx(_Reader):
    """Deals what it reads onto pages."""

    def __init__(self) -> None:
        super().__init__()
        self.sections = [_Section()]
        self.begun = False
        """Whether a paragraph stands on the page already: without one, there is nothing to break from."""
        self.broken = self.ends = False

    def pages(self) -> list[bool]:
        """What the pages are, once everything is read."""
        pages: list[bool] = []
        for section in self.sections:
            first, *others = section.pages
            if section.joined and not section.opens and pages:
                pages[-1] = pages[-1] or first
            else:
                pages.append(first)
            pages += others
        return pages

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        """A break, a section's properties, or something to see."""
        if not GONE.isdisjoint(self.within[:-1]):
            return
        if name in PICTURES or name == "sym":
            self._seen()
        if not BESIDE.isdisjoint(self.within):
            return
        match name:
            case "p":
                self.broken = False
            case "br" if attributes.get("type") == "page":
                self._break()
            case "pageBreakBefore" if attributes.get("val", "1") not in {"0", "false", "off"}:
                self._open()
            case "sectPr":
                self.ends = "pPr" in self.within
            case "type" if self.within[-2:-1] == ["sectPr"]:
                self.sections[-1].joined = attributes.get("val") in SAME_PAGE

    def closed(self, name: str) -> None:
        """The end of a paragraph, and with it of a section whose properties it carries."""
        if name != "p" or not BESIDE.isdisjoint(self.within):
            return
        self.begun = self.begun or not self.broken
        if self.ends:
            self.ends = False
            self.sections.append(_Section())
            self.begun = False

    def text(self, text: str) -> None:
        """Characters: those of a run that stands."""
        if self.within[-1] == "t" and GONE.isdisjoint(self.within) and visible(text):
            self._seen()

    def _seen(self) -> None:
        self.sections[-1].pages[-1] = True

    def _open(self) -> None:
        """A paragraph wants a new page: it has one where it is the first."""
        if self.begun:
            self._break()
        elif self.sections[-1].pages == [False]:
            self.sections[-1].opens = True

    def _break(self) -> None:
        self.sections[-1].pages.append(False)
        self.begun, self.broken = False, True


def _parse(content: bytes, reader: _Reader) -> bool:
    """Read an XML text; whether what the reader looks for is there. A document type, which no office document has, is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = reader.start, reader.end, reader.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.ParseFile(BytesIO(content))
    except expat.ExpatError:
        raise UnreadableFileError(BROKEN) from None
    return reader.found


def _refuse(*_: object) -> None:
    raise UnreadableFileError(BROKEN)
