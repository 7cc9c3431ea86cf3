"""Files by their SHA-256: kept once, counted page by page, opened by those who may see a case that refers to them."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import IntegrityError

from lianfang.interchange.pages import MEDIA, UnreadableFileError, count_pages
from lianfang.kernel.model import Text
from lianfang.office.access import seen_file
from lianfang.office.engine import engine
from lianfang.office.views import FileView, OfficeError
from lianfang.store.models import FileKeeper, StoredFile

MOST = 50 * 1024 * 1024
CHUNK = 1024 * 1024
TOO_BIG = Text(f"文件超过 {MOST // CHUNK} MB，请压缩或拆分后上传。", f"The file is over {MOST // CHUNK} MB; make it smaller or split it.")


class Stream(Protocol):
    """Anything bytes can be read from."""

    def read(self, size: int = ..., /) -> bytes:
        """Up to ``size`` bytes; none at the end."""
        ...


def keep(person: str, name: str, stream: Stream) -> FileView:
    """Keep a file and say what it is. Raises OfficeError for one that is empty, too big, or of a type that is not accepted."""
    name = Path(name.replace("\\", "/")).name.strip()[-200:] or "file"
    suffix = Path(name).suffix.lower()
    if suffix not in MEDIA:
        known = " ".join(sorted(MEDIA))
        raise OfficeError(
            Text(f"不接受“{suffix or name}”类型的文件，可上传：{known}", f"files of type {suffix or name!r} are not accepted; use {known}")
        )
    draft, sha256, size = _received(stream)
    try:
        if not size:
            raise OfficeError(Text("文件是空的，请重新选择。", "The file is empty; choose another."))
        kept = StoredFile.objects.filter(sha256=sha256).first()
        if kept is None:
            kept = _counted(person, name, suffix, draft, sha256, size)
        if kept.kept_by != person:
            FileKeeper.objects.get_or_create(sha256=sha256, person=person)
        place = _place(sha256)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
    return file_view(kept)


def fetch(person: str, sha256: str) -> tuple[FileView, Path]:
    """A kept file and where its bytes lie, for its uploader and for those who may see a case that uses it. Raises NotFound."""
    kept = seen_file(person, sha256)
    return file_view(kept), _place(sha256)


def file_view(kept: StoredFile) -> FileView:
    """A kept file as pages show it."""
    return FileView(kept.sha256, kept.name, kept.size, kept.media, kept.pages, kept.blank_pages)


def _received(stream: Stream) -> tuple[Path, str, int]:
    """The stream on disk under a name of its own, durable, with its hash and size."""
    folder = Path(settings.LIANFANG_DATA) / "files"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f".{secrets.token_hex(12)}"
    digest, size = hashlib.sha256(), 0
    with draft.open("wb") as out:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > MOST:
                draft.unlink()
                raise OfficeError(TOO_BIG)
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return draft, digest.hexdigest(), size


def _counted(person: str, name: str, suffix: str, draft: Path, sha256: str, size: int) -> StoredFile:
    try:
        pages, blank = count_pages(draft, suffix)
    except UnreadableFileError as error:
        raise OfficeError(Text(f"打不开“{name}”：{error.message.zh}", f"“{name}” can't be opened: {error.message.en}")) from None
    try:
        return StoredFile.objects.create(
            sha256=sha256, name=name, size=size, media=MEDIA[suffix], pages=pages, blank_pages=blank, kept_by=person, kept_at=engine().now()
        )
    except IntegrityError:  # the same file came twice at once
        return StoredFile.objects.get(sha256=sha256)


def _place(sha256: str) -> Path:
    return Path(settings.LIANFANG_DATA) / "files" / sha256[:2] / sha256
