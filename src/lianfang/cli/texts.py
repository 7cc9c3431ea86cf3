"""What was typed into a form that is too big: its body without the files, picked out while it is read and thrown away."""

from __future__ import annotations

from django.conf import settings
from django.utils.http import parse_header_parameters

HEAD_ENDS = b"\r\n\r\n"


class Texts:
    """Takes a multipart body in as it comes, and keeps the parts that are no files as long as they are together no more than a form may be
    without its files."""

    def __init__(self, content_type: str) -> None:
        kind, options = parse_header_parameters(content_type)
        self._mark = f"\r\n--{options.get('boundary', '')}".encode()
        self._held = b"\r\n"  # a boundary begins on a line of its own, the first one too
        self._kept = bytearray()
        self._in_head, self._in_text = False, False
        self._reads = kind == "multipart/form-data" and bool(options.get("boundary"))

    @property
    def body(self) -> bytes:
        """A multipart body of the texts alone; nothing where there were none to be had."""
        return bytes(self._kept + self._mark + b"--\r\n") if self._reads else b""

    def take(self, data: bytes) -> None:
        """Take in some more of the body."""
        if not self._reads:
            return
        self._held += data
        while self._head() if self._in_head else self._content():
            pass
        self._reads = len(self._kept) + len(self._held) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def _head(self) -> bool:
        """Read the head of a part, once all of it is here: a file says its name there."""
        head, ends, rest = self._held.partition(HEAD_ENDS)
        if not ends:
            return False
        self._in_head, self._in_text, self._held = False, b"filename" not in head.lower(), rest
        self._keep(self._mark + head + ends)
        return True

    def _content(self) -> bool:
        """Read what a part holds up to the next boundary, of which the beginning may be here."""
        content, mark, rest = self._held.partition(self._mark)
        if not mark:
            held = len(self._mark) - 1
            content, rest = content[:-held], content[-held:]
        self._keep(content)
        self._in_head, self._held = bool(mark), rest
        return self._in_head

    def _keep(self, piece: bytes) -> None:
        if self._in_text:
            self._kept += piece
