"""The style guide: every component by the template that draws it, in both languages, for who runs the system."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from lianfang.kernel.model import type_names
from lianfang.office.accounts import PASSWORD_FILE
from lianfang.web.style import samples
from lianfang.web.style.views import still
from tests.web.conftest import Reader
from tests.web.test_every_page import HAN, NAME

SHEETS = Path(__file__).parents[2] / "frontend" / "src"
COMPONENTS = ("form.css", "map.css", "tables.css", "case.css")
"""The sheets of what several pages have."""
PLACES = {
    "asked", "asked-facts", "asked-mark", "back", "beside", "case-facts", "case-head", "case-version", "papers", "readers", "waits",
    "batch-bar", "brief", "by", "choose", "chosen", "line-act", "step", "title", "under",
    "changed", "counts", "default-act", "drop-here", "dropping", "left", "narrow", "own-words", "phrases", "replaced", "too-heavy",
}  # fmt: skip
"""Classes of one place: of the page of a case, of the workbench, and of what scripts do to a form."""


def test_every_component_is_drawn_in_both_languages(reader: Callable[..., Reader]) -> None:
    someone = reader("sysadmin")
    chinese, english = someone.speak("zh-hans").open("/style/"), someone.speak("en").open("/style/")
    assert not HAN.findall(english.words.replace(NAME, ""))
    for title, _, _ in samples.parts():
        assert title.zh in chinese.words and title.en in english.words
    assert "style" not in {name for _, found in english.tags for name in found}
    ids = [found["id"] for _, found in english.tags if "id" in found]
    assert len(ids) == len(set(ids)), "nothing has the name of something else"


def test_every_type_of_field_and_every_class_of_a_component_is_there(reader: Callable[..., Reader]) -> None:
    assert {field.type for field in samples.FIELDS} == set(type_names)
    page = reader("sysadmin").open("/style/")
    shown = {name for _, found in page.tags for name in found.get("class", "").split()}
    sheets = re.sub(r"/\*.*?\*/", "", "".join((SHEETS / name).read_text() for name in COMPONENTS), flags=re.S)
    known = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", " ", sheets)))
    assert known - shown <= PLACES, f"not in the style guide: {sorted(known - shown - PLACES)}"
    assert {f"field-{kind}" for kind in type_names} <= shown
    assert {"wrong", "refusal", "timeline", "flow-map", "pager", "tabs", "risk-matrix", "alerts", "comments", "message"} <= shown


def test_a_sample_does_nothing_and_leads_nowhere(reader: Callable[..., Reader]) -> None:
    page = reader("sysadmin").open("/style/")
    ids = {found["id"] for _, found in page.tags if "id" in found}
    inside = page.source.partition('id="samples"')[2].partition("</main>")[0]
    for told in ("<form", "hx-", "action=", "data-focus", "data-form", "data-file"):
        assert told not in inside, told
    links = re.findall(r'href="([^"]*)"', inside)
    assert len(links) > 20 and all(link[0] == "#" and link[1:] in ids for link in links)


@pytest.mark.parametrize(
    ("html", "left"),
    [
        (
            '<form method="post" action="/x/" data-form class="a"><a href="/y/">z</a></form>',
            '<div class="a"><a href="#samples">z</a></div>',
        ),
        ("""<p hx-post="/x/" hx-vals='{"a": "b"}' data-label="c">d</p>""", '<p data-label="c">d</p>'),
        ('<a href="#here">z</a>', '<a href="#here">z</a>'),
    ],
)
def test_what_would_do_something_is_taken_out(html: str, left: str) -> None:
    assert still(html) == left


def test_it_is_for_the_system_administrator_and_in_the_demo_for_everybody(reader: Callable[..., Reader]) -> None:
    assert reader().client.get("/style/").status_code == 302
    reader("gs-clerk").open("/style/")
    (Path(settings.LIANFANG_DATA) / PASSWORD_FILE).unlink()
    reader("gs-clerk").open("/style/", 403)
    reader("sysadmin").open("/style/")
    assert reader("sysadmin").client.post("/style/").status_code == 405
