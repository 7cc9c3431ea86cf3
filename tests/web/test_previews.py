"""Files looked at in place: pages of a PDF and pictures, and nothing else; by nobody who may not see them, and with nothing that runs."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw

from lianfang.office.views.common import MOST_PREVIEWS
from lianfang.store.models import Entry
from tests.web.conftest import SEAL, Reader

SCRIPT = b"<!doctype html><html><script>document.title = 'taken over'</script><body>A page</body></html>\n"


def scan(kind: str, mark: int = 0) -> bytes:
    """A picture of a page with something on it."""
    out = BytesIO()
    page = Image.new("RGB", (420, 594), "white")
    ImageDraw.Draw(page).rectangle((40, 40, 380, 200 + mark), fill="black")
    page.save(out, kind)
    return out.getvalue()


def pdf(pages: int) -> bytes:
    """A PDF of so many scanned pages."""
    out = BytesIO()
    first, *others = [Image.open(BytesIO(scan("PNG", number))) for number in range(pages)]
    first.save(out, "PDF", save_all=True, append_images=others)
    return out.getvalue()


def hostile() -> bytes:
    """A page of HTML that is a sound PDF too."""
    return SCRIPT + pdf(1)


def opened(office: Any, document: str) -> str:
    return str(office.start("gs-clerk", SEAL, title="延时服务函", document=document, copies=1, seal="official-seal").case_id)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_shown_as_it_is(office: Any, kind: str) -> None:
    content = scan(kind)
    sha256 = office.file(f"扫描件.{kind.lower()}", content, "gs-clerk")
    answer = office.client("gs-clerk").get(f"/files/{sha256}/pages/1/")
    assert (answer.status_code, answer["Content-Type"], answer["Content-Disposition"]) == (200, f"image/{kind.lower()}", "inline")
    assert answer.content == content


def test_a_pdf_is_shown_as_pictures_of_its_pages(office: Any) -> None:
    sha256, clerk = office.file("合同.pdf", pdf(2), "gs-clerk"), office.client("gs-clerk")
    dark = []
    for number in (1, 2):
        answer = clerk.get(f"/files/{sha256}/pages/{number}/")
        assert answer["Content-Type"] == "image/jpeg"
        picture = Image.open(BytesIO(answer.content)).convert("L")
        dark.append(sum(picture.histogram()[:100]) / (picture.width * picture.height))
    assert 0.2 < dark[0] < dark[1] < 0.3, "each page is its own"
    assert [clerk.get(f"/files/{sha256}/pages/{number}/").status_code for number in (0, 3)] == [404, 404]


def test_a_page_of_html_that_is_a_pdf_too_is_only_ever_a_picture(office: Any) -> None:
    sha256, clerk = office.file("函.pdf", hostile(), "gs-clerk"), office.client("gs-clerk")
    shown = clerk.get(f"/files/{sha256}/pages/1/")
    assert shown["Content-Type"] == "image/jpeg"
    assert b"script" not in shown.content
    kept = clerk.get(f"/files/{sha256}/")
    assert (kept["Content-Type"], kept["Content-Disposition"].split(";")[0]) == ("application/pdf", "attachment")
    kept.close()
    for answer in (shown, kept):
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_is_shown_can_neither_run_nor_fetch_nor_be_framed_nor_be_kept(office: Any) -> None:
    sha256 = office.file("扫描件.png", scan("PNG"), "gs-clerk")
    answer = office.client("gs-clerk").get(f"/files/{sha256}/pages/1/")
    policy = answer["Content-Security-Policy"]
    assert policy == "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
    assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"], answer["Cache-Control"]) == ("nosniff", "DENY", "no-store")


@pytest.mark.parametrize(("name", "content"), [("函.txt", SCRIPT), ("函.txt", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')])
def test_anything_else_is_only_downloaded(office: Any, reader: Callable[..., Reader], name: str, content: bytes) -> None:
    sha256 = office.file(name, content, "gs-clerk")
    assert office.client("gs-clerk").get(f"/files/{sha256}/pages/1/").status_code == 404
    page = reader("gs-deputy").open(f"/cases/{opened(office, sha256)}/")
    assert f"/files/{sha256}/" in page.links
    assert not page.all("img")


def test_a_case_shows_the_first_pages_of_a_paper_and_says_how_many_there_are(office: Any, reader: Callable[..., Reader]) -> None:
    sha256 = office.file("合同.pdf", pdf(MOST_PREVIEWS + 3), "gs-clerk")
    case = opened(office, sha256)
    page = reader("gs-deputy").open(f"/cases/{case}/")
    places = [f"/files/{sha256}/pages/{number}/" for number in range(1, MOST_PREVIEWS + 1)]
    shown = [found for found in page.all("img") if found["src"] in places]
    assert [found["src"] for found in shown[:MOST_PREVIEWS]] == places
    assert {found["loading"] for found in shown} == {"lazy"}
    assert "共 23 页" in " ".join(page.words.split())
    english = reader("gs-deputy").speak("en")
    assert f"These are the first {MOST_PREVIEWS} of 23 pages" in english.text(f"/cases/{case}/")
    assert "page 1" in [found["alt"].split(", ")[-1] for found in english.open(f"/cases/{case}/").all("img")]
    assert office.client("gs-deputy").get(f"/files/{sha256}/pages/{MOST_PREVIEWS + 1}/").status_code == 404


def test_who_may_not_see_a_file_sees_no_page_of_it(office: Any, reader: Callable[..., Reader]) -> None:
    sha256 = office.file("合同.pdf", pdf(1), "gs-clerk")
    opened(office, sha256)
    place = f"/files/{sha256}/pages/1/"
    assert office.client("gs-deputy").get(place).status_code == 200
    refused, never = (office.client("ic-clerk").get(one) for one in (place, f"/files/{'0' * 64}/pages/1/"))
    assert (refused.status_code, never.status_code) == (404, 404)
    assert "您无权查看" in refused.content.decode()
    assert reader().client.get(place).status_code == 302


def test_looking_at_a_page_under_an_embargo_is_a_reading(sealed: Any) -> None:
    sha256 = sealed.file("撤并窗口.pdf", pdf(2), "gs-clerk")
    opened(sealed, sha256)
    readings = Entry.objects.filter(kind=Entry.READ)
    for person in ("gs-keeper", "inspector"):
        assert sealed.client(person).get(f"/files/{sha256}/pages/1/").status_code == 404
    assert not readings.exists()
    deputy = sealed.client("gs-deputy")
    for number in (1, 2):
        assert deputy.get(f"/files/{sha256}/pages/{number}/").status_code == 200
    (reading,) = readings
    assert (reading.actor, '"fields":["document"]' in reading.body) == ("gs-deputy", True)
