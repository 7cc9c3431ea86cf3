"""Static files are served as they are on disk at that moment."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from lianfang.web.shell.assets import Assets


def test_a_style_sheet_that_was_built_anew_is_served_whole(tmp_path: Path) -> None:
    """Not as much of the new one as the old one was long."""
    assert "lianfang.web.shell.assets.Assets" in settings.MIDDLEWARE
    sheet, assets = tmp_path / "app.css", Assets(lambda request: HttpResponse(status=404))
    for number, css in enumerate((b"a{}", b"a{color:red}b{color:blue}", b"c{}")):
        draft = tmp_path / "draft"
        draft.write_bytes(css)
        os.utime(draft, ns=(0, 1_700_000_000_000_000_000 + number))
        draft.replace(sheet)
        if number == 0:
            assets.add_file_to_dictionary("/static/app.css", str(sheet))
        answer = assets(RequestFactory().get("/static/app.css"))
        assert b"".join(answer) == css  # type: ignore[arg-type]
        assert int(answer["Content-Length"]) == len(css)
        answer.close()
    sheet.unlink()
    assert assets(RequestFactory().get("/static/other.css")).status_code == 404
