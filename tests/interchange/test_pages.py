"""Which pages of an upload are blank."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from lianfang.interchange.kinds import DOCX, JPEG, ODT, PDF, PNG, TXT, XLSX, UnreadableFileError
from lianfang.interchange.pages import count_pages, drawn


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
    assert count_pages(place) == (PDF, 3, 1)


FORM = (
    b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 600]/Contents 4 0 R/Annots[5 0 R]>>",
    b"<</Length 0>>stream\n\nendstream",
    b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(x)/F 4/P 3 0 R/Rect[0 0 400 300]/AP<</N 6 0 R>>>>",
    b"<</Type/XObject/Subtype/Form/BBox[0 0 400 300]/Length 20>>stream\n0 g 0 0 400 300 re f\nendstream",
)
"""A page whose lower half is a field of a form that is filled in, in black."""


def test_a_page_is_drawn_with_what_is_filled_into_its_form(tmp_path: Path) -> None:
    place = tmp_path / "form.pdf"
    written, starts = b"%PDF-1.7\n", [b"0000000000 65535 f \n"]
    for number, one in enumerate(FORM, 1):
        starts.append(b"%010d 00000 n \n" % len(written))
        written += b"%d 0 obj%bendobj\n" % (number, one)
    table = b"xref\n0 %d\n%b" % (len(starts), b"".join(starts))
    place.write_bytes(written + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(starts), len(written)))
    picture = Image.open(BytesIO(drawn(place, 1))).convert("L")
    assert [picture.getpixel((picture.width // 2, picture.height * quarter // 4)) for quarter in (1, 3)] == [255, 0]
    assert count_pages(place)[1:] == (1, 0), "who fills in a form has not handed in a blank page"


def test_pictures(tmp_path: Path) -> None:
    assert count_pages(saved(tmp_path, "a.png", page(text=True))) == (PNG, 1, 0)
    assert count_pages(saved(tmp_path, "b.png", page(text=False, noise=True))) == (PNG, 1, 1)
    assert count_pages(saved(tmp_path, "c.jpg", page(text=False))) == (JPEG, 1, 1)


def test_a_transparent_picture_is_blank(tmp_path: Path) -> None:
    place = tmp_path / "clear.png"
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(place)
    assert count_pages(place) == (PNG, 1, 1)


UNSEEN = "\u200b\u3000\u00a0\ufeff\u2060\u00ad\u202e\u3164\u2800\ufe0f"
"""Characters without anything to see: spaces of all widths, joiners, marks of direction, fillers."""


@pytest.mark.parametrize(
    ("content", "blank"),
    [("函", 0), (" \n\t　", 1), ("\ufeff  ", 1), (UNSEEN, 1), (f"{UNSEEN}。", 0), (".", 0), ("\u200b" * 5000, 1)],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text(tmp_path: Path, content: str, blank: int, encoding: str) -> None:
    assert count_pages(bytes_of(tmp_path, content.encode(encoding))) == (TXT, 1, blank)


def test_text_of_older_chinese_programs(tmp_path: Path) -> None:
    assert count_pages(bytes_of(tmp_path, "关于窗口延时服务的函".encode("gbk"))) == (TXT, 1, 0)
    assert count_pages(bytes_of(tmp_path, "　　\r\n".encode("gbk"))) == (TXT, 1, 1)


def bytes_of(tmp_path: Path, content: bytes) -> Path:
    """A file of these bytes, whose name says nothing."""
    place = tmp_path / "upload"
    place.write_bytes(content)
    return place


def office_file(tmp_path: Path, parts: Mapping[str, bytes | str]) -> Path:
    place = tmp_path / "upload"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return place


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
PICTURE = '<w:p><w:r><w:drawing><a:blip r="rId4"/></w:drawing></w:r></w:p>'


def said(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def section(kind: str = "") -> str:
    """A paragraph that ends a section."""
    return f"<w:p><w:pPr>{closing(kind)}</w:pPr></w:p>"


def closing(kind: str = "") -> str:
    """The properties of a section: how it began."""
    return "<w:sectPr>" + (f'<w:type w:val="{kind}"/>' if kind else "") + "</w:sectPr>"


def before(text: str, value: str = "") -> str:
    """A paragraph that wants a new page."""
    return f"<w:p><w:pPr><w:pageBreakBefore{value}/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


@pytest.mark.parametrize(
    ("body", "pages", "blank"),
    [
        (said("函"), 1, 0),
        (said(" \n "), 1, 1),
        (said(UNSEEN), 1, 1),
        ("<w:p><w:r><w:drawing><w:posOffset>914400</w:posOffset></w:drawing></w:r></w:p>", 1, 1),
        (PICTURE, 1, 0),
        (said("函") + BREAK + said("附件"), 2, 0),
        (said("函") + BREAK + said("\u3000") + BREAK + said("附件"), 3, 1),
        (said("函") + BREAK + PICTURE + BREAK + said("附件"), 3, 0),
        (said("函") + BREAK, 2, 1),
        (said("函") + section() + said(" ") + section() + said("附件"), 3, 1),
        (said("函") + section() + said("附件") + closing("continuous"), 1, 0),
        (said(" ") + section() + said("附件") + closing("oddPage"), 2, 1),
        (said("函") + before("附件"), 2, 0),
        (said("函") + before(" "), 2, 1),
        (before("函"), 1, 0),
        (said("函") + before("附件", ' w:val="0"'), 1, 0),
        (said("函") + section() + before("附件") + closing("continuous"), 2, 0),
        (f"<w:p><w:del><w:r><w:br w:type='page'/><w:delText>删去</w:delText></w:r></w:del></w:p>{said(' ')}", 1, 1),
        ("<w:p><w:r><w:t>函</w:t><w:lastRenderedPageBreak/></w:r></w:p>" + said(" "), 1, 0),
        ("<w:p><w:r><w:t>函</w:t><w:br/><w:br w:type='column'/></w:r></w:p>", 1, 0),
    ],
)
def test_the_pages_of_a_docx_are_those_that_its_breaks_make(tmp_path: Path, body: str, pages: int, blank: int) -> None:
    place = office_file(tmp_path, {"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>"})
    assert count_pages(place) == (DOCX, pages, blank)


@pytest.mark.parametrize(("text", "blank"), [("函", 0), (UNSEEN, 1)])
def test_workbooks_and_open_documents(tmp_path: Path, text: str, blank: int) -> None:
    """A cell names its text by number: it is the text that is to be seen, not the number."""
    sheet = '<worksheet><sheetData><row><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>'
    shared = f"<sst><si><t>{text}</t></si></sst>"
    parts = {"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": "<worksheet/>", "xl/worksheets/sheet2.xml": sheet}
    assert count_pages(office_file(tmp_path, {**parts, "xl/sharedStrings.xml": shared})) == (XLSX, 1, blank)
    content = f"<office><styles>1</styles><body><p>{text}</p></body></office>"
    assert count_pages(office_file(tmp_path, {"content.xml": content})) == (ODT, 1, blank)


def test_a_number_in_a_workbook_is_something(tmp_path: Path) -> None:
    sheet = "<worksheet><sheetData><row><c><v>7</v></c></row></sheetData></worksheet>"
    assert count_pages(office_file(tmp_path, {"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": sheet})) == (XLSX, 1, 0)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = office_file(tmp_path, {"word/document.xml": b" " * (60 * 1024 * 1024)})
    with pytest.raises(UnreadableFileError):
        count_pages(bomb)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7 and nothing more", "not a sound PDF"),
        (b"\x89PNG\r\n\x1a\n", "not a sound picture"),
        (b"\xff\xd8\xff\xe0", "not a sound picture"),
        (b"PK\x03\x04 and nothing more", "a broken archive"),
        (b"a\x00b", "something unknown"),
        (b"\x01\x02\x03", "something unknown"),
        (b"a" * 5000 + b"\x00", "something unknown"),
        (b"MZ\x90\x00", "a program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 doc", "an old Office"),
        (b"{\\rtf1 }", "an RTF document"),
        ("函a".encode("utf-16-le"), "something unknown"),
    ],
)
def test_what_is_not_accepted_says_what_it_is(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        count_pages(bytes_of(tmp_path, content))
    assert what in caught.value.message.en
    assert caught.value.message.zh


@pytest.mark.parametrize(
    "parts",
    [
        {"word/document.xml": "<w:p>"},
        {"word/document.xml": '<!DOCTYPE w [<!ENTITY a "函">]><w>&a;</w>'},
        {"word/document.xml": "<w/>", "xl/workbook.xml": "<w/>"},
        {"readme.txt": "函"},
    ],
)
def test_an_archive_that_is_no_sound_document(tmp_path: Path, parts: Mapping[str, str]) -> None:
    with pytest.raises(UnreadableFileError):
        count_pages(office_file(tmp_path, parts))
