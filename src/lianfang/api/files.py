"""Files: kept by their SHA-256, given to those who may see them."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from ninja import File, Router, Status, UploadedFile

from lianfang.api.interface import ASKED, FOUND, SENT, person_id
from lianfang.api.schemas import Kept
from lianfang.office import files
from lianfang.office.views import FileView

BYTES = {"responses": {200: {"description": "The bytes", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}}
router = Router(tags=["files"])


@router.post("/files", response={201: Kept, **ASKED, **SENT}, operation_id="keep_file")
def keep_file(request: HttpRequest, file: File[UploadedFile]) -> Status[FileView]:
    """上传文件。 Keep a file; its pages are counted, and which of them are blank. A command names it by its sha256."""
    return Status(201, files.keep(person_id(request), file.name or "", file))


@router.get("/files/{sha256}", response=FOUND, openapi_extra=BYTES, operation_id="get_file")
def get_file(request: HttpRequest, sha256: str) -> FileResponse:
    """下载文件。 The bytes of a file that I uploaded, or that a case which I may see refers to."""
    kept, place = files.fetch(person_id(request), sha256)
    return FileResponse(place.open("rb"), as_attachment=True, filename=kept.name, content_type=kept.media)
