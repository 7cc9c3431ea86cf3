"""What holds for every page: nobody reads it unasked, both languages are complete, nothing inline, every form protected."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.web.conftest import EXPENSE, SEAL, Html, Reader

HAN = re.compile(r"[\u3400-\u9fff]+")
NAME = "廉防"
"""The product's name, and below: what people typed, which is shown as they typed it."""
TYPED = ("延时服务函", "关于窗口延时服务的函", "宝文印务", "印制材料费", "凭证", "中文")
PAGES = [
    ("gs-clerk", "/"),
    ("gs-deputy", "/"),
    ("gs-keeper", "/"),
    ("gs-clerk", "/?list=done"),
    ("gs-clerk", "/?list=started"),
    ("gs-clerk", "/search/"),
    ("gs-clerk", "/search/?q=函"),
    ("gs-clerk", "/register/"),
    ("gs-clerk", "/register/?show=live"),
    ("inspector", "/register/?unit=information-centre"),
    ("gs-clerk", "/register/risks/"),
    ("gs-clerk", "/register/risks/?probability=medium&harm=high"),
    ("gs-clerk", "/register/maps/?unit=government-services"),
    ("inspector", f"/matters/{EXPENSE}/map/?map=heat"),
    ("gs-clerk", "/register/coverage/"),
    ("gs-clerk", "/register/48/"),
    ("gs-clerk", f"/matters/{SEAL}/"),
    ("inspector", f"/matters/{EXPENSE}/"),
    ("inspector", f"/matters/{EXPENSE}/?map=heat"),
    ("inspector", f"/refusals/{SEAL}/"),
    ("inspector", f"/alerts/?matter={EXPENSE}&year=1"),
    ("inspector", "/overview/"),
    ("ic-director", "/overview/"),
    ("inspector", "/agenda/"),
    ("gs-keeper", "/agenda/"),
    ("ic-director", "/agenda/?year=2027&unit=information-centre"),
    ("inspector", "/worklist/"),
    ("ic-director", "/worklist/?kind=duties&state=ahead&unit=information-centre"),
    ("inspector", "/search/?late=1&unit=information-centre"),
    ("inspector", "/register/coverage/?drills=unrun&unit=information-centre"),
    ("inspector", "/alerts/"),
    ("inspector", "/alerts/?level=red&state=verify"),
    ("inspector", "/alerts/records/"),
    ("inspector", "/evidence/"),
    ("gs-clerk", "/evidence/"),
    ("inspector", "/evidence/entries/1/"),
    ("gs-clerk", "/evidence/entries/1/"),
    ("", "/verify/"),
    ("", "/login/"),
]
ALERTS = [("inspector", "/alerts/1/"), ("ic-director", "/alerts/1/")]
"""Pages that take something too."""
STATES = [
    *[(login, path, 200) for login, path in (*PAGES, *ALERTS)],
    ("gs-clerk", "/alerts/", 403),
    ("gs-clerk", "/overview/", 403),
    ("gs-clerk", "/worklist/", 403),
    ("gs-clerk", "/nowhere/", 404),
    ("", "/nowhere/", 404),
]


@pytest.fixture
def busy(office: Any, ask: Callable[..., str], slices: list[str]) -> None:
    """An office with something on every page: cases, a refusal, an alert."""
    case = ask()
    refused = office.act("gs-clerk", case, "approve", "approve")
    assert not refused.accepted


def calm(page: Html) -> None:
    """Nothing inline, and the frame that every page has."""
    assert not page.all("style")
    assert all(found.get("src", "").startswith("/static/") for found in page.all("script"))
    for tag, found in page.tags:
        assert "style" not in found, (tag, found)
        assert not [name for name in found if name.startswith(("on", "hx-on"))], (tag, found)
    for form in page.forms:
        if form["attributes"].get("method", "get").lower() == "post":
            assert form["fields"].get("csrfmiddlewaretoken"), form
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    labelled = {found["for"] for found in page.all("label") if "for" in found}
    for found in page.all("input"):
        assert found.get("type") == "hidden" or "aria-label" in found or found.get("id") in labelled, found


@pytest.mark.usefixtures("busy")
def test_every_page_is_complete_in_chinese_and_in_english(reader: Callable[..., Reader]) -> None:
    for login, path, status in STATES:
        someone = reader(login)
        chinese = someone.speak("zh-hans").open(path, status)
        english = someone.speak("en").open(path, status)
        calm(chinese)
        calm(english)
        assert (chinese.all("html")[0]["lang"], english.all("html")[0]["lang"]) == ("zh-Hans", "en")
        left = english.words.replace(NAME, "")
        for typed in TYPED:
            left = left.replace(typed, "")
        assert not HAN.findall(left), f"{path} in English still says {HAN.findall(left)[:5]}"
        assert HAN.findall(chinese.words.replace(NAME, "")), f"{path} says nothing in Chinese"


def test_forms_and_cases_are_complete_in_english_too(reader: Callable[..., Reader], ask: Callable[..., str], slices: list[str]) -> None:
    """What may be chosen from a ledger included."""
    seal, claim = ask(), slices[0]
    shown = [
        ("gs-clerk", f"/start/{SEAL}/"),
        ("ic-clerk", f"/start/{EXPENSE}/"),
        ("gs-deputy", f"/cases/{seal}/"),
        ("ic-rechecker", f"/cases/{claim}/"),
    ]
    for login, path in shown:
        left = reader(login).speak("en").open(path).words.replace(NAME, "")
        for typed in TYPED:
            left = left.replace(typed, "")
        assert not HAN.findall(left), f"{path} in English still says {HAN.findall(left)[:5]}"
    assert "Official seal of the bureau" in reader("gs-deputy").speak("en").text(f"/cases/{seal}/")
    assert "区政务局行政公章" in reader("gs-deputy").speak("zh-hans").text(f"/cases/{seal}/")


def test_the_search_for_chinese_on_an_english_page_finds_it() -> None:
    """The test above can fail."""
    page = Html('<html lang="en"><p title="提示">Words <b lang="zh-Hans">原文</b> 漏译</p></html>')
    assert HAN.findall(page.words) == ["提示", "漏译"]


@pytest.mark.usefixtures("busy")
def test_every_page_keeps_scripts_and_styles_to_the_office_itself(reader: Callable[..., Reader]) -> None:
    for login, path, status in STATES:
        answer = reader(login).client.get(path)
        policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
        assert policy["script-src"] == policy["style-src"] == policy["default-src"] == "'self'", (path, status)
        assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.usefixtures("busy")
def test_who_is_not_signed_in_reads_nothing(reader: Callable[..., Reader]) -> None:
    stranger = reader().client
    for login, path in (*PAGES, *ALERTS):
        if login:
            answer = stranger.get(path)
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login/"), path
    for path in ("/evidence/checkpoint", f"/start/{SEAL}/"):
        assert stranger.get(path).status_code == 302


@pytest.mark.usefixtures("busy")
def test_every_link_leads_somewhere(reader: Callable[..., Reader]) -> None:
    followed: set[str] = set()
    for login, path in (*PAGES, *ALERTS):
        someone = reader(login)
        page = someone.open(path)
        ids = {found["id"] for _, found in page.tags if "id" in found}
        for link in page.links:
            target, _, anchor = link.partition("#")
            if not target:
                assert anchor in ids, f"{path}: #{anchor}"
            elif (key := f"{login} {link}") not in followed:
                followed.add(key)
                there = someone.client.get(path.split("?")[0] + target if target.startswith("?") else target)
                assert there.status_code == (302 if not login and target == "/" else 200), f"{path} leads to {link}: {there.status_code}"
                if anchor:
                    assert f'id="{anchor}"' in there.content.decode(), f"{path} leads to {link}"
    assert len(followed) > 100


def test_pages_are_only_read(reader: Callable[..., Reader]) -> None:
    for login, path in PAGES[:-1]:
        assert reader(login).client.post(path).status_code == 405, path
