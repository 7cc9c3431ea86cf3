"""Files that come with a form: kept at once, so that a refusal or an error costs nobody a second upload."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from lianfang.kernel.model import FieldError, Text
from lianfang.office import files
from lianfang.office.views import FileView, FormView, NotFound, OfficeError
from lianfang.web.case.typed import cell

AGAIN = Text("请重新上传文件", "Upload the file again")


@dataclass(frozen=True, slots=True)
class Received:
    """What was submitted with hashes in the place of files, the files behind the hashes, and what could not be kept."""

    posted: QueryDict
    files: dict[str, FileView]
    errors: tuple[FieldError, ...]


def receive(person: str, form: FormView, submitted: QueryDict, uploads: MultiValueDict[str, UploadedFile[Any]]) -> Received:
    """Keep what was uploaded and look up what was kept before. A hash that isn't the person's to see counts as no file: naming the
    hash of somebody's document is not a way to get hold of it."""
    posted = submitted.copy()
    kept: dict[str, FileView] = {}
    errors: list[FieldError] = []
    for name, path in _places(form, posted):
        # An untouched file input comes as one more value, blank.
        upload, sha256 = uploads.get(name), next(filter(None, posted.getlist(name)), "")
        try:
            if upload is not None:
                found = files.keep(person, upload.name or "", upload)
            elif sha256:
                found = files.fetch(person, sha256)[0]
            else:
                continue
        except OfficeError as error:
            posted.setlist(name, [])
            errors.append(FieldError(path, AGAIN if isinstance(error, NotFound) else error.message))
            continue
        posted.setlist(name, [found.sha256])
        kept[found.sha256] = found
    return Received(posted, kept, tuple(errors))


def _places(form: FormView, posted: QueryDict) -> Iterator[tuple[str, str]]:
    """The name of each file input as submitted, and its path once the rows are counted anew."""
    for field in form.fields:
        if field.type == "file":
            yield field.id, field.id
        columns = [column.id for column in field.columns if column.type == "file"]
        for number, token in enumerate(posted.getlist(field.id) if columns else ()):
            for column in columns:
                yield cell(field.id, token, column), cell(field.id, number, column)
