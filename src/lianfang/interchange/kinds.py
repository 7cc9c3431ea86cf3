"""What a file is, told by its bytes: the same bytes are the same kind of file under whatever name they come."""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from lianfang.kernel.model import Text

PDF, PNG, JPEG, TXT = "application/pdf", "image/png", "image/jpeg", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
OTHER = "application/octet-stream"
"""What is kept from before and turns out to be of no type that is accepted."""
MEDIA: Mapping[str, str] = {
    ".pdf": PDF, ".png": PNG, ".jpg": JPEG, ".jpeg": JPEG, ".txt": TXT, ".docx": DOCX, ".xlsx": XLSX, ".odt": ODT,
}  # fmt: skip
"""The types that are accepted, by the end of the name."""
TITLES: Mapping[str, Text] = {
    PDF: Text("PDF 文件", "a PDF"),
    PNG: Text("PNG 图片", "a PNG picture"),
    JPEG: Text("JPEG 图片", "a JPEG picture"),
    TXT: Text("纯文本", "plain text"),
    DOCX: Text("Word 文档（docx）", "a Word document (docx)"),
    XLSX: Text("Excel 工作簿（xlsx）", "an Excel workbook (xlsx)"),
    ODT: Text("ODT 文档", "an ODT document"),
}
PARTS: Mapping[str, str] = {DOCX: "word/document.xml", XLSX: "xl/workbook.xml", ODT: "content.xml"}
"""What an office document is known by: the part it can't do without."""
FOREIGN: tuple[tuple[bytes, Text], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Text("旧版 Office 文档（doc、xls、ppt）", "a document of an old Office (doc, xls, ppt)")),
    (b"{\\rtf", Text("RTF 文档", "an RTF document")),
    (b"%!PS", Text("PostScript 文件", "a PostScript file")),
    (b"GIF8", Text("GIF 图片", "a GIF picture")),
    (b"II*\x00", Text("TIFF 图片", "a TIFF picture")),
    (b"MM\x00*", Text("TIFF 图片", "a TIFF picture")),
    (b"BM", Text("BMP 图片", "a BMP picture")),
    (b"MZ", Text("程序", "a program")),
    (b"\x7fELF", Text("程序", "a program")),
    (b"Rar!", Text("RAR 压缩包", "a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", Text("7z 压缩包", "a 7z archive")),
    (b"\x1f\x8b", Text("gzip 压缩包", "a gzip archive")),
)
"""Other kinds by how they begin, so that a refusal can say what came. They count only for what is not text."""
UNKNOWN = Text("无法识别的内容", "something unknown")
ARCHIVE = Text("压缩包或其他类型的文档", "an archive, or a document of another kind")
BROKEN = Text("残缺的压缩包或办公文档", "a broken archive or office document")
HEADER = 1024
"""How far into a file readers of PDF look for its first words."""
WRITTEN = frozenset("\t\n\v\f\r\x1a\x1b")
"""The control characters that text may have."""


class UnreadableFileError(ValueError):
    """A file that is of no type that is accepted, not sound, or too big to open safely."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message.en)


def kind_of(path: Path) -> str:
    """The media type of a file, by its content. Raises UnreadableFileError, which says what it is, for one that is not accepted."""
    with path.open("rb") as file:
        head = file.read(HEADER)
    if head.startswith(b"\x89PNG"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"PK"):
        return _archived(path)
    if b"%PDF-" in head:
        return PDF
    foreign = next((title for start, title in FOREIGN if head.startswith(start)), None)
    if (foreign is None or head.startswith((b"BM", b"MZ"))) and decoded(path.read_bytes()) is not None:
        return TXT
    raise not_accepted(foreign or UNKNOWN)


def not_accepted(what: Text) -> UnreadableFileError:
    """The error for a file that is something else."""
    return UnreadableFileError(Text(
        f"内容是{what.zh}，不在可接受的类型之内；文本请存为 UTF-8 编码。",
        f"it is {what.en}, which is not accepted; save text as UTF-8.",
    ))  # fmt: skip


def decoded(content: bytes) -> str | None:
    """The text that bytes are, in UTF-8, in UTF-16 with its mark or in GB 18030; None for what is not text.

    GB 18030 gives almost any two bytes a character, so a control character that no text has shows what is none.
    """
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if all(sign >= " " or sign in WRITTEN for sign in set(text)) else None
    return None


def called(names: Mapping[str, str], people: Iterable[str], sha256: str, media: str) -> str:
    """What a file is called: as the first of these people does who have a name for it (``names``, by person), else by a part of its
    hash, so that nobody learns under which name a stranger keeps it."""
    own = next((names[person] for person in people if person in names), "")
    return own or sha256[:12] + next((end for end, known in MEDIA.items() if known == media), "")


def _archived(path: Path) -> str:
    """Which office document an archive is. One with the parts of two is none: which of them is read is up to the reader."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise not_accepted(BROKEN) from None
    found = [media for media, part in PARTS.items() if part in names]
    if len(found) != 1 or len(names) != len(set(names)):
        raise not_accepted(ARCHIVE)
    return found[0]
