"""Kept files: downloaded, or looked at page by page."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from lianfang.office import files
from lianfang.office.views import PersonView
from lianfang.web.people import signed_in

ALONE = {
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""How a picture goes out: whatever its bytes are taken for, they run nothing and fetch nothing (the styles are those that a
browser itself gives a picture in a window of its own); and each look asks again, since who may
see it changes and some looks are kept."""


@require_safe
@signed_in
def file(request: HttpRequest, person: PersonView, sha256: str) -> FileResponse:
    """The bytes of a kept file, always as a download: nothing that was uploaded is shown as a page of this site."""
    view, place = files.fetch(person.id, sha256)
    return FileResponse(place.open("rb"), as_attachment=True, filename=view.name, content_type=view.media)


@require_safe
@signed_in
def page(request: HttpRequest, person: PersonView, sha256: str, number: int) -> HttpResponse:
    """A page of a PDF, or a picture, to look at."""
    media, picture = files.preview(person.id, sha256, number)
    return HttpResponse(picture, content_type=media, headers=ALONE)
