"""Files by their SHA-256: kept once, counted page by page, opened by those who may see a case that refers to them."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

from lianfang.interchange.kinds import JPEG, MEDIA, OTHER, PDF, TITLES, UnreadableFileError, called, kind_of
from lianfang.interchange.pages import RULE, Counted, count_pages, count_pages_of, drawn
from lianfang.kernel.model import Text
from lianfang.office.access import seen_file
from lianfang.office.engine import engine
from lianfang.office.views import FileView, NotFound, OfficeError
from lianfang.store.models import FileKeeper, StoredFile

MOST = 50 * 1024 * 1024
CHUNK = 1024 * 1024
TOO_BIG = Text(f"文件超过 {MOST // CHUNK} MB，请压缩或拆分后上传。", f"The file is over {MOST // CHUNK} MB; make it smaller or split it.")

NO_PREVIEW = Text("这一页不能在此查看，请下载文件。", "This page can't be looked at here: download the file.")


class Stream(Protocol):
    """Anything bytes can be read from."""

    def read(self, size: int = ..., /) -> bytes:
        """Up to ``size`` bytes; none at the end."""
        ...


def keep(person: str, name: str, stream: Stream) -> FileView:
    """Keep a file and say what it is, which its content tells and not its name. Raises OfficeError for one that is empty, too big, not
    of a type that is accepted, or of another type than its name says."""
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
        kept = _kept(name, suffix, draft, sha256, size)
        FileKeeper.objects.update_or_create(sha256=sha256, person=person, defaults={"name": name})
        place = _place(sha256)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
    return file_view(kept, [person])


def fetch(person: str, sha256: str) -> tuple[FileView, Path]:
    """A kept file and where its bytes lie, for its uploader and for those who may see a case that uses it. Raises NotFound."""
    kept, people = seen_file(person, sha256)
    return file_view(kept, people), _place(sha256)


def preview(person: str, sha256: str, number: int) -> tuple[str, bytes]:
    """A page of a kept file as a picture: its media type and its bytes. A PDF is drawn here and a picture is given as it is, so that a
    browser gets nothing else to open. Raises NotFound, also where the page can't be looked at in place."""
    view, place = fetch(person, sha256)
    if number not in view.previews:
        raise NotFound(NO_PREVIEW)
    return (JPEG, drawn(place, number)) if view.media == PDF else (view.media, place.read_bytes())


def file_view(kept: StoredFile, people: Sequence[str]) -> FileView:
    """A kept file as pages show it, under the name that the first of these people uploaded it under: of nobody else's."""
    return _view(recounted(kept), _names([kept.sha256], people), people)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of a page, looked up together: however many there are, the database is asked once. ``names`` are by file and person."""

    kept: Mapping[str, StoredFile]
    names: Mapping[str, Mapping[str, str]]

    def shown(self, sha256: str, people: Sequence[str]) -> FileView | None:
        """The file of a value, as ``file_view`` shows it; None where it is not kept here."""
        kept = self.kept.get(sha256)
        return _view(recounted(kept), self.names, people) if kept is not None else None

    def titles(self, people: Sequence[str]) -> dict[str, str]:
        """What the first of these people who uploaded a file calls it, by file; a part of its hash where none did."""
        return {sha256: _name(kept, self.names, people) for sha256, kept in self.kept.items()}


def shelf(files: Iterable[str], people: Iterable[str]) -> Shelf:
    """These files, and the names that these people have for them."""
    wanted = set(files)
    return Shelf(StoredFile.objects.in_bulk(wanted), _names(wanted, people))


def _names(files: Iterable[str], people: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    names = defaultdict[str, dict[str, str]](dict)
    known = FileKeeper.objects.filter(sha256__in=list(files), person__in=set(people)).exclude(name="")
    for sha256, person, name in known.values_list("sha256", "person", "name"):
        names[sha256][person] = name
    return names


def _name(kept: StoredFile, names: Mapping[str, Mapping[str, str]], people: Sequence[str]) -> str:
    return called(names.get(kept.sha256, {}), people, kept.sha256, kept.media)


def _view(kept: StoredFile, names: Mapping[str, Mapping[str, str]], people: Sequence[str]) -> FileView:
    return FileView(kept.sha256, _name(kept, names, people), kept.size, kept.media, kept.pages, kept.blank_pages)


def recounted(kept: StoredFile) -> StoredFile:
    """A kept file as it counts today: type and pages that were told by an earlier rule, perhaps from a name, are told anew.

    What can't be opened, or is of no type that is accepted, has no pages: no gate lets it pass as a paper.
    """
    if kept.rule == RULE:
        return kept
    try:
        counted = count_pages(_place(kept.sha256))
    except (UnreadableFileError, OSError):
        counted = Counted(OTHER, 0, 0)
    kept.media, kept.pages, kept.blank_pages, kept.rule = *counted, RULE
    kept.save(update_fields=["media", "pages", "blank_pages", "rule"])
    return kept


def recount(sha256: str) -> None:
    """Bring the counts of a kept file up to date."""
    for kept in StoredFile.objects.filter(sha256=sha256):
        recounted(kept)


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


def _kept(name: str, suffix: str, draft: Path, sha256: str, size: int) -> StoredFile:
    """What there is to know of a file, once and for everybody; the name only has to fit what it is."""
    kept = StoredFile.objects.filter(sha256=sha256, rule=RULE).exclude(media=OTHER).first()
    try:
        if kept is None:
            media = kind_of(draft)
            _demand(name, suffix, media)
            values = {**count_pages_of(draft, media)._asdict(), "rule": RULE}
            new = {**values, "size": size, "kept_at": engine().now()}
            kept, _ = StoredFile.objects.update_or_create(sha256=sha256, defaults=values, create_defaults=new)
    except UnreadableFileError as error:
        raise OfficeError(Text(f"打不开“{name}”：{error.message.zh}", f"“{name}” can't be opened: {error.message.en}")) from None
    _demand(name, suffix, kept.media)
    return kept


def _demand(name: str, suffix: str, media: str) -> None:
    """Raises OfficeError when a name says something else than the content."""
    if MEDIA[suffix] == media:
        return
    said, found = TITLES[MEDIA[suffix]], TITLES.get(media)
    if found is None:
        raise OfficeError(Text(f"“{name}”的内容不是{said.zh}。", f"“{name}” is not {said.en}."))
    ends = "、".join(end for end, known in MEDIA.items() if known == media)
    raise OfficeError(
        Text(
            f"“{name}”的名称说是{said.zh}，内容却是{found.zh}。请核对是否选错文件；没有选错的，把名称改为以 {ends} 结尾后再上传。",
            f"“{name}” is named like {said.en}, but it is {found.en}. If it is the right file, let its name end in "
            f"{ends.replace('、', ' or ')} and upload it again.",
        )
    )


def _place(sha256: str) -> Path:
    return Path(settings.LIANFANG_DATA) / "files" / sha256[:2] / sha256
