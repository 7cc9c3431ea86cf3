"""What is on the pages of an uploaded file: how many there are, and how many have nothing on them."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, UnidentifiedImageError

from lianfang.kernel.model import Text

MEDIA: Mapping[str, str] = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".txt": "text/plain",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
}
"""The types that are accepted, by the end of the name."""

CONTENT: Mapping[str, str] = {".docx": "word/document.xml", ".xlsx": "xl/worksheets/sheet1.xml", ".odt": "content.xml"}
"""Where an office document keeps its words."""
MOST_XML = 40 * 1024 * 1024
MOST_PAGES = 2000
MOST_PIXELS = 120_000_000
DPI = 40
INK = 0.0004
"""A page with less of its area darker than pale grey is blank: specks and a scanner's edge are not writing."""
PALE = 200
EDGE = 0.03
"""The share of each side that a scanner's shadow may darken without writing."""


class UnreadableFileError(ValueError):
    """A file that is not what its name says, or too big to open safely."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message.en)


def count_pages(path: Path, suffix: str) -> tuple[int, int]:
    """(pages, blank pages) of a file whose name ends so. A picture and an office document count as one page.

    Raises UnreadableFileError.
    """
    if suffix == ".pdf":
        return _pdf(path)
    if suffix in CONTENT:
        return 1, int(not _office_words(path, CONTENT[suffix]))
    if suffix == ".txt":
        return 1, int(not path.read_bytes().strip(b" \t\r\n\f\v\x00\xef\xbb\xbf\xe3\x80"))
    return 1, int(_blank(_picture(path)))


def _pdf(path: Path) -> tuple[int, int]:
    try:
        document = pdfium.PdfDocument(path)  # type: ignore[no-untyped-call]
    except pdfium.PdfiumError:
        raise UnreadableFileError(Text("不是完好的 PDF，或设有密码。", "It is not a sound PDF, or it has a password.")) from None
    try:
        pages = len(document)
        if not 0 < pages <= MOST_PAGES:
            raise UnreadableFileError(Text(f"PDF 应有 1 至 {MOST_PAGES} 页。", f"A PDF should have 1 to {MOST_PAGES} pages."))
        return pages, sum(_blank_page(page) for page in document)
    finally:
        document.close()  # type: ignore[no-untyped-call]


def _blank_page(page: pdfium.PdfPage) -> bool:
    width, height = page.get_size()  # type: ignore[no-untyped-call]
    scale = min(DPI / 72, 4000 / max(width, height, 1))
    bitmap = page.render(scale=scale)  # type: ignore[no-untyped-call]
    try:
        return _blank(bitmap.to_pil())
    finally:
        bitmap.close()
        page.close()  # type: ignore[no-untyped-call]


def _picture(path: Path) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG", "JPEG")) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise UnreadableFileError(Text("图片过大。", "The picture is too big."))
                image.draft("L", (2000, 2000))
                image.thumbnail((1000, 1000))
                return image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnreadableFileError(Text("不是完好的图片。", "It is not a sound picture.")) from None


def _blank(image: Image.Image) -> bool:
    """Whether next to nothing on a picture is darker than pale grey."""
    paper = Image.new("RGBA", image.size, "white")
    grey = Image.alpha_composite(paper, image.convert("RGBA")).convert("L")
    width, height = grey.size
    inner = grey.crop((int(width * EDGE), int(height * EDGE), width - int(width * EDGE), height - int(height * EDGE)))
    histogram = inner.histogram()
    return sum(histogram[:PALE]) < INK * max(1, sum(histogram))


def _office_words(path: Path, inside: str) -> bool:
    """Whether an office document has any text or picture in it. The part that is read is bounded, so that a bomb is refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(inside)
            if info.file_size > MOST_XML:
                raise UnreadableFileError(Text("文档过大。", "The document is too big."))
            if any(name.startswith(("word/media/", "xl/media/", "Pictures/")) for name in archive.namelist()):
                return True
            words = archive.read(info)
    except (zipfile.BadZipFile, KeyError, OSError):
        raise UnreadableFileError(Text("不是完好的办公文档。", "It is not a sound office document.")) from None
    return _has_text(words)


def _has_text(xml: bytes) -> bool:
    """Whether anything but white space stands between the tags of an XML text."""
    return any(piece.split(b"<", 1)[0].strip() for piece in xml.split(b">")[1:])
