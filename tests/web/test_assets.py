"""Static files are served as they are on disk at that moment."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
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


def test_a_first_load_is_small_and_asks_no_other_host(office: Any) -> None:
    """250 kB as they go over the wire, whichever page it is: the page, and all that it names."""
    for path in ("/", "/register/?show=all", "/start/government-services/seal/"):
        page = office.client("gs-clerk").get(path).content
        named = re.findall(rb'<(?:link|script|img)[^>]+?(?:href|src)="([^"]+)"', page)
        assert named and all(one.startswith(b"/") and not one.startswith(b"//") for one in named)
        built = [Path(finders.find(one.decode().partition("?")[0].removeprefix("/static/")) or "") for one in named if b"/static/" in one]
        assert {one.suffix for one in built} >= {".css", ".js"}
        assert sum(len(gzip.compress(one)) for one in (page, *(each.read_bytes() for each in built))) < 250_000
