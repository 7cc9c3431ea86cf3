"""What is on the pages of an uploaded file: how many there are, and how many have nothing on them.

A page is blank when nobody would see anything on it. What this can't see: a page with only a dot, a rule or a form's frame is not
blank; a page of a docx that only the layout makes (because the text before it fills a page) is not counted, nor is any page of a
text, an xlsx or an odt beyond the first; writing in the colour of the paper, or a white picture in a docx, counts as something.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import NamedTuple

import pypdfium2 as pdfium
from PIL import Image, UnidentifiedImageError

from lianfang.interchange.documents import docx_pages, has_content
from lianfang.interchange.kinds import DOCX, ODT, PDF, TXT, XLSX, UnreadableFileError, decoded, kind_of
from lianfang.kernel.alike import visible
from lianfang.kernel.model import Text

RULE = 1
"""The number of this way of counting. Whoever changes what counts as a page or as blank adds one: what was counted by an earlier rule
is then counted anew when it is met again."""
MOST_PAGES = 2000
MOST_PIXELS = 120_000_000
DPI = 40
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
