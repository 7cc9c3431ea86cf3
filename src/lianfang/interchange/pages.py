"""What is on the pages of an uploaded file: how many there are, how many have nothing on them, and what one looks like.

A page is blank when nobody would see anything on it. What this can't see: a page with only a dot, a rule or a form's frame is not
blank; a page of a docx that only the layout makes (because the text before it fills a page) is not counted, nor is any page of a
text, an xlsx or an odt beyond the first; writing in the colour of the paper, or a white picture in a docx, counts as something.
"""

from __future__ import annotations

import threading
import warnings
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pypdfium2 as pdfium
from PIL import Image, UnidentifiedImageError

from lianfang.interchange.documents import docx_pages, has_content
from lianfang.interchange.kinds import DOCX, ODT, PDF, TXT, XLSX, UnreadableFileError, decoded, kind_of
from lianfang.kernel.alike import visible
from lianfang.kernel.model import Text

RULE = 2
"""The number of this way of counting. Whoever changes what counts as a page or as blank adds one: what was counted by an earlier rule
is then counted anew when it is met again."""
MOST_PAGES = 2000
MOST_PIXELS = 120_000_000
PDFIUM = threading.Lock()
"""Held whenever PDFium is called, which serves one thread at a time: for a page and no longer, since others wait to look at one."""
DPI = 40
SHOWN_DPI, SHOWN_DOTS = 150, 2000
"""How finely a page is drawn for somebody to read."""
INK = 0.0004
"""A page with less of its area darker than pale grey is blank: specks and a scanner's edge are not writing."""
PALE = 200
EDGE = 0.03
"""The share of each side that a scanner's shadow may darken without writing."""


class Counted(NamedTuple):
    """What a file is, and its pages."""

    media: str
    pages: int
    blank_pages: int


def count_pages(path: Path) -> Counted:
    """What a file is by its content, how many pages it has and how many of them are blank. A picture, a text, an xlsx and an odt count
    as one page; a docx has the pages that its page and section breaks make.

    Raises UnreadableFileError.
    """
    return count_pages_of(path, kind_of(path))


def count_pages_of(path: Path, media: str) -> Counted:
    """``count_pages`` where it is known already what the file is."""
    return Counted(media, *_pages(path, media))


def _pages(path: Path, media: str) -> tuple[int, int]:
    if media == PDF:
        return _pdf(path)
    if media == TXT:
        return 1, int(not visible(decoded(path.read_bytes()) or ""))
    if media == DOCX:
        pages = docx_pages(path)
        return len(pages), pages.count(False)
    if media in {XLSX, ODT}:
        return 1, int(not has_content(path, media))
    return 1, int(_blank(_picture(path)))


def _pdf(path: Path) -> tuple[int, int]:
    try:
        with PDFIUM:
            document = _opened(path)
    except pdfium.PdfiumError:
        raise UnreadableFileError(Text("不是完好的 PDF，或设有密码。", "It is not a sound PDF, or it has a password.")) from None
    try:
        with PDFIUM:
            pages = len(document)
        if not 0 < pages <= MOST_PAGES:
            raise UnreadableFileError(Text(f"PDF 应有 1 至 {MOST_PAGES} 页。", f"A PDF should have 1 to {MOST_PAGES} pages."))
        return pages, sum(_blank(_rendered(document, index, DPI, 4000)) for index in range(pages))
    finally:
        with PDFIUM:
            document.close()  # type: ignore[no-untyped-call]


def _opened(path: Path) -> pdfium.PdfDocument:
    """A PDF, with what is filled into its forms."""
    document = pdfium.PdfDocument(path)  # type: ignore[no-untyped-call]
    document.init_forms()  # type: ignore[no-untyped-call]
    return document


def drawn(path: Path, number: int) -> bytes:
    """A page of a sound PDF (the first is 1) as it is printed, what is filled into its forms included: a JPEG. Nothing that a PDF can do
    in a reader goes with it."""
    with PDFIUM:
        document = _opened(path)
    try:
        picture = _rendered(document, number - 1, SHOWN_DPI, SHOWN_DOTS)
    finally:
        with PDFIUM:
            document.close()  # type: ignore[no-untyped-call]
    out = BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def _rendered(document: pdfium.PdfDocument, index: int, dpi: int, most: int) -> Image.Image:
    """A page of a PDF at so many dots an inch, and no more of them than ``most`` along a side."""
    with PDFIUM:
        page = document[index]
        try:
            scale = min(dpi / 72, most / max(*page.get_size(), 1))
            bitmap = page.render(scale=scale)
            try:
                picture: Image.Image = bitmap.to_pil().copy()
                return picture
            finally:
                bitmap.close()
        finally:
            page.close()


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
