"""Files by their SHA-256: kept once, counted page by page, opened by those who may see a case that refers to them."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from lianfang.office.views import FileView


def keep(person: str, name: str, stream: BinaryIO) -> FileView:
    """Keep a file and say what it is. Raises OfficeError for one that is empty, too big, or of a type that is not accepted."""
    raise NotImplementedError


def fetch(person: str, sha256: str) -> tuple[FileView, Path]:
    """A kept file and where its bytes lie, for its uploader and for those who may see a case that uses it. Raises NotFound."""
    raise NotImplementedError
