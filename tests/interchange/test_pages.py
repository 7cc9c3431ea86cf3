"""Which pages of an upload are blank."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from lianfang.interchange.pages import UnreadableFileError, count_pages


def page(*, text: bool, noise: bool = False) -> Image.Image:
    """A scanned A4 page, with or without writing; noise is what a scanner adds."""
    image = Image.new("L", (850, 1200), 255)
    draw = ImageDraw.Draw(image)
    if text:
        for line in range(100, 400, 40):
            draw.rectangle((100, line, 700, line + 12), fill=20)
    if noise:
        draw.point([(50, 700), (433, 81), (600, 1000)], fill=90)
        draw.rectangle((0, 0, 6, 1200), fill=60)
    return image


def saved(tmp_path: Path, name: str, *pages: Image.Image) -> Path:
    place = tmp_path / name
    pages[0].save(place, save_all=len(pages) > 1, append_images=pages[1:]) if name.endswith(".pdf") else pages[0].save(place)
    return place


def test_a_scanned_blank_page_of_a_pdf_is_seen(tmp_path: Path) -> None:
    place = saved(tmp_path, "scan.pdf", page(text=True), page(text=False, noise=True), page(text=True))
    assert count_pages(place, ".pdf") == (3, 1)


def test_pictures(tmp_path: Path) -> None:
    assert count_pages(saved(tmp_path, "a.png", page(text=True)), ".png") == (1, 0)
    assert count_pages(saved(tmp_path, "b.png", page(text=False, noise=True)), ".png") == (1, 1)
    assert count_pages(saved(tmp_path, "c.jpg", page(text=False)), ".jpg") == (1, 1)


def test_a_transparent_picture_is_blank(tmp_path: Path) -> None:
    place = tmp_path / "clear.png"
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(place)
    assert count_pages(place, ".png") == (1, 1)


def test_text(tmp_path: Path) -> None:
    for content, blank in (("函", 0), (" \n\t　", 1), ("\ufeff  ", 1)):
        place = tmp_path / "a.txt"
        place.write_text(content, encoding="utf-8")
        assert count_pages(place, ".txt") == (1, blank)


def office_file(tmp_path: Path, inside: str, content: bytes) -> Path:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(inside, content)
    place = tmp_path / "a.docx"
    place.write_bytes(buffer.getvalue())
    return place


def test_office_documents(tmp_path: Path) -> None:
    written = office_file(tmp_path, "word/document.xml", b"<w:p><w:t>\xe5\x87\xbd</w:t></w:p>")
    assert count_pages(written, ".docx") == (1, 0)
    empty = office_file(tmp_path, "word/document.xml", b"<w:p>\n <w:t> </w:t></w:p>")
    assert count_pages(empty, ".docx") == (1, 1)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = office_file(tmp_path, "word/document.xml", b" " * (60 * 1024 * 1024))
    with pytest.raises(UnreadableFileError):
        count_pages(bomb, ".docx")


@pytest.mark.parametrize("suffix", [".pdf", ".png", ".jpg", ".docx", ".odt"])
def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, suffix: str) -> None:
    place = tmp_path / f"a{suffix}"
    place.write_bytes(b"something else")
    with pytest.raises(UnreadableFileError):
        count_pages(place, suffix)
