"""A form that could not be taken is there again once its person is signed in, and nobody else ever sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import encode_multipart

from lianfang.web import carried
from tests.web.conftest import SEAL, Html

START = f"/start/{SEAL}/"
TYPED = {"title": "延时服务函", "copies": "2", "seal": "official-seal"}
BACK = "您刚才填的内容没有提交"


class Browser(Client):
    """A browser that protects its forms, and signs in and out by the pages for it."""

    def __init__(self, password: str) -> None:
        super().__init__(enforce_csrf_checks=True)
        self.password = password

    def fields(self, path: str, among: str) -> dict[str, str]:
        """The form of a page that has a field of this name."""
        page = Html(self.get(path).content.decode())
        return dict(next(form["fields"] for form in page.forms if among in form["fields"]))

    def sign_in(self, login: str, path: str = "/login/") -> Any:
        """Sign in."""
        posted = {**self.fields(path, "password"), "username": login, "password": self.password}
        return self.post("/login/", {name: posted[name] for name in ("csrfmiddlewaretoken", "next", "username", "password")})

    def sign_out(self) -> None:
        """Sign out."""
        token = self.fields("/register/", "next")["csrfmiddlewaretoken"]
        assert self.post("/logout/", {"csrfmiddlewaretoken": token}).status_code == 302

    def form(self, path: str = START) -> dict[str, str]:
        """What a form says of itself: its token and whom it is made for."""
        found = self.fields(path, "written-by")
        return {name: found[name] for name in ("csrfmiddlewaretoken", "key", "written-by")}

    def text(self, path: str = START) -> str:
        """A page."""
        return unescape(self.get(path).content.decode())


@pytest.fixture
def browser(office: Any) -> Browser:
    one = Browser(office.password)
    one.sign_in("gs-clerk")
    return one


def ended(browser: Browser) -> None:
    """The session ends, as it does after twelve hours."""
    Session.objects.all().delete()


def submitted(browser: Browser, path: str = START, **more: Any) -> Any:
    """A form that is filled in, then overtaken by the end of the session."""
    form = browser.form(path)
    ended(browser)
    return browser.post(path, {**form, "act": "do", **TYPED, **more})


def shown(page: str) -> bool:
    """Whether the form stands as it was filled in."""
    return 'value="延时服务函"' in page and 'value="official-seal" selected' in page and BACK in page


def test_a_form_that_the_end_of_the_session_overtook_is_there_again(browser: Browser) -> None:
    answer = submitted(browser, document=SimpleUploadedFile("函.txt", b"x"))
    assert answer["Location"] == f"/login/?next={START}"
    assert "所填内容已保留一小时" in browser.text(answer["Location"])
    assert browser.sign_in("gs-clerk", answer["Location"])["Location"] == START
    assert shown(browser.text())
    assert shown(browser.text()), "also when the page is loaded again"
    page = browser.text()
    assert "函.txt" not in page, "a file is not carried"


@pytest.mark.parametrize("left", ["signed out", "with a session that has ended"])
def test_a_form_that_saves_itself_after_the_sign_out_signs_nobody_in_or_out(browser: Browser, left: str) -> None:
    form = browser.form()
    if left == "signed out":
        browser.sign_out()
    else:
        ended(browser)
    held = browser.cookies.get("sessionid", "")
    answer = browser.post(START, {**form, "save-draft": "quiet", **TYPED}, headers={"HX-Request": "true"})
    assert answer.status_code == 302 and answer["Location"].startswith("/login/")
    assert "sessionid" not in answer.cookies, "the answer may come after another person has signed in"
    assert browser.cookies.get("sessionid", "") == held and not Session.objects.exists()


def test_a_step_is_there_again_too_and_nothing_was_done(office: Any, ask: Callable[..., str], browser: Browser) -> None:
    case = ask()
    leader = Browser(office.password)
    leader.sign_in("gs-deputy")
    path = f"/cases/{case}/steps/approve/"
    form = leader.form(path)
    ended(leader)
    answer = leader.post(path, {**form, "act": "return", "opinion": "份数过多，请减为一份"})
    assert leader.sign_in("gs-deputy", answer["Location"])["Location"] == path
    page = leader.text(path)
    assert "份数过多，请减为一份</textarea>" in page
    assert BACK in page
    leader.post(path, {**leader.form(path), "act": "return", "opinion": "份数过多，请减为一份"})
    assert BACK not in leader.text(path), "what was taken is not offered again"


def test_a_comment_is_there_again_and_is_given_once(browser: Browser, ask: Callable[..., str]) -> None:
    case = ask()
    page = Html(browser.text(f"/cases/{case}/"))
    form = next(one["fields"] for one in page.forms if one["fields"].get("act") == "comment")
    ended(browser)
    sent = {**form, "opinion": "请@杜若衡 尽快", "people": ["gs-keeper"]}
    answer = browser.post(f"/cases/{case}/acts/", sent)
    there = browser.get(browser.sign_in("gs-clerk", answer["Location"])["Location"])
    assert there["Location"] == f"/cases/{case}/"
    page = browser.text(there["Location"])
    assert "请@杜若衡 尽快</textarea>" in page
    assert re.search(r'value="gs-keeper" checked', page), "whom it names too"
    form = next(one["fields"] for one in Html(page).forms if one["fields"].get("act") == "comment")
    assert browser.post(f"/cases/{case}/acts/", {**form, "opinion": "请@杜若衡 尽快"}).status_code == 302
    assert "尽快</textarea>" not in browser.text(there["Location"])


def overtaken(client: Browser, login: str, page: str, mark: str, **typed: Any) -> tuple[str, dict[str, Any]]:
    """A form of a page, the one whose key begins so, filled in as its session ends; the page once its person is signed in again, and what
    was sent."""
    form = next(one for one in Html(client.text(page)).forms if one["fields"].get("key", "").startswith(mark))
    ended(client)
    sent = {**{name: value for name, value in form["fields"].items() if name != "behalf"}, **typed}
    answer = client.post(form["attributes"]["action"], sent)
    there = client.get(client.sign_in(login, answer["Location"])["Location"], follow=True)
    return unescape(there.content.decode()), sent


def test_a_hand_over_and_a_question_are_there_again(office: Any, ask: Callable[..., str]) -> None:
    case, leader = ask(), Browser(office.password)
    leader.sign_in("gs-deputy")
    why = {"opinion": "本周外出，请代为审批"}
    page, _ = overtaken(leader, "gs-deputy", f"/cases/{case}/", "transfer-", act="transfer", taker="approve:gs-deputy-2", **why)
    assert "本周外出，请代为审批</textarea>" in page and 'value="approve:gs-deputy-2" selected' in page
    page, sent = overtaken(
        leader, "gs-deputy", f"/cases/{case}/", "consult-", act="consult", people=["ic-director"], opinion="格式是否合规"
    )
    assert "格式是否合规</textarea>" in page and 'value="ic-director" checked' in page
    assert "本周外出" not in page, "the newer of the forms beside a case is kept"
    token = {"csrfmiddlewaretoken": leader.fields(f"/cases/{case}/", "written-by")["csrfmiddlewaretoken"]}
    assert leader.post(f"/cases/{case}/acts/", {**sent, **token}).status_code == 302
    assert "格式是否合规</textarea>" not in leader.text(f"/cases/{case}/"), "what was taken is not offered again"


def test_an_opinion_is_there_again(office: Any, ask: Callable[..., str]) -> None:
    case, adviser = ask(), Browser(office.password)
    asked = office.act("gs-deputy", case, "", "consult", step="approve", people=["ic-director"], opinion="格式是否合规")
    assert asked.accepted, asked.refusal
    adviser.sign_in("ic-director")
    page, _ = overtaken(adviser, "ic-director", f"/cases/{case}/", "advise-", act="advise", agrees="no", opinion="缺少附件，不合规")
    assert "缺少附件，不合规</textarea>" in page and 'value="no" checked' in page


def test_naming_a_stand_in_is_there_again_for_its_person_only(office: Any) -> None:
    office.at("2026-11-30T01:00:00Z")
    named = {"stand_in": "gs-keeper-2", "posts": ["government-services/deputy-director"], "first": "2026-11-30", "last": "2026-12-04"}
    leader = Browser(office.password)
    leader.sign_in("gs-deputy")
    form = leader.fields("/stand-ins/", "written-by")
    ended(leader)
    answer = leader.post("/stand-ins/", {**form, "act": "name", **named})
    assert answer["Location"] == "/login/?next=/stand-ins/"
    leader.sign_in("gs-deputy", answer["Location"])
    page = leader.text("/stand-ins/")
    assert '<option value="gs-keeper-2" selected>' in page and 'value="2026-12-04"' in page and BACK in page
    fresh = leader.fields("/stand-ins/", "written-by")
    assert leader.post("/stand-ins/", {**fresh, "act": "name", **named}).status_code == 302
    page = leader.text("/stand-ins/")
    assert BACK not in page and 'value="2026-12-04"' not in page, "what was taken is not offered again"
    form = leader.fields("/stand-ins/", "written-by")
    ended(leader)
    answer = leader.post("/stand-ins/", {**form, "act": "name", **named})
    leader.sign_in("gs-clerk", answer["Location"])
    assert 'value="2026-12-04"' not in leader.text("/stand-ins/")


def test_nobody_else_who_signs_in_sees_it(browser: Browser) -> None:
    answer = submitted(browser)
    browser.sign_in("gs-deputy", answer["Location"])
    assert "延时服务函" not in browser.text()
    browser.sign_out()
    browser.sign_in("gs-clerk")
    assert "延时服务函" not in browser.text(), "it was forgotten when somebody else signed in"


def test_whoever_signs_out_leaves_nothing_in_the_browser_and_finds_it_as_a_draft(browser: Browser) -> None:
    browser.sign_in("gs-clerk", submitted(browser)["Location"])
    assert shown(browser.text())
    browser.sign_out()
    assert not [one for session in Session.objects.all() if (one := session.get_decoded().get("carried"))]
    browser.sign_in("gs-deputy")
    assert "延时服务函" not in browser.text()
    browser.sign_out()
    browser.sign_in("gs-clerk")
    assert 'value="延时服务函"' in browser.text()
    assert BACK not in browser.text()


def test_it_is_kept_for_an_hour(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    browser.sign_in("gs-clerk", submitted(browser)["Location"])
    now = carried.time.time()
    monkeypatch.setattr(carried.time, "time", lambda: now + 3500)
    assert shown(browser.text())
    monkeypatch.setattr(carried.time, "time", lambda: now + 3700)
    assert "延时服务函" not in browser.text()


def test_the_writer_can_start_afresh(browser: Browser) -> None:
    browser.sign_in("gs-clerk", submitted(browser)["Location"])
    form = browser.form()
    assert browser.get(f"{START}?empty=1").status_code == 200
    assert shown(browser.text()), "a link from elsewhere empties nothing"
    assert browser.post(START, {**form, "empty-form": "1"})["Location"] == START
    assert "延时服务函" not in browser.text()


def test_after_signing_in_again_in_another_tab_the_form_is_there_again(browser: Browser) -> None:
    form = browser.form()
    browser.sign_out()
    browser.sign_in("gs-clerk")
    answer = browser.post(START, {**form, "act": "do", **TYPED})
    assert (answer.status_code, answer["Location"]) == (302, START)
    assert shown(browser.text())


def test_with_another_account_in_another_tab_it_says_so_and_leads_back(browser: Browser) -> None:
    form = browser.form()
    browser.sign_out()
    browser.sign_in("gs-deputy")
    answer = browser.post(START, {**form, "act": "do", **TYPED})
    page = Html(answer.content.decode())
    assert answer.status_code == 403
    assert "不在您的职责范围内" not in page.source
    for said in ("表单没有提交", "武晓岚", "杜若衡", "未作任何改动"):
        assert said in page.words
    assert "延时服务函" not in browser.text(), "the other account does not see it"
    change = next(form for form in page.forms if form["fields"].get("next", "").startswith("/login/"))
    there = browser.post("/logout/", {name: change["fields"][name] for name in ("csrfmiddlewaretoken", "next")})
    assert there["Location"] == f"/login/?next={START}"
    assert browser.sign_in("gs-clerk", there["Location"])["Location"] == START
    assert shown(browser.text())


def test_when_the_cookies_are_gone_the_form_is_there_again_after_signing_in(browser: Browser) -> None:
    form = browser.form()
    browser.cookies.clear()
    answer = browser.post(START, {**form, "act": "do", **TYPED})
    assert answer["Location"] == f"/login/?next={START}"
    browser.sign_in("gs-clerk", answer["Location"])
    assert shown(browser.text())


def test_a_form_without_its_mark_or_from_elsewhere_is_not_kept(browser: Browser) -> None:
    form = browser.form()
    ended(browser)
    for more in (
        {"written-by": ""}, {"written-by": "gs-clerk"}, {"written-by": form["written-by"] + "x"},
        {"title": "长" * (carried.MOST_LETTERS + 1)},
    ):  # fmt: skip
        browser.post(START, {**form, **TYPED, **more})
    browser.post(START, {**form, **TYPED}, headers={"origin": "https://elsewhere.example"})
    browser.post(START, {**form, **TYPED}, headers={"sec-fetch-site": "cross-site"})
    assert not Session.objects.count(), "a stranger can store nothing"
    browser.sign_in("gs-clerk")
    assert "延时服务函" not in browser.text()


def test_neither_tokens_nor_passwords_are_kept(browser: Browser) -> None:
    submitted(browser)
    browser.post("/login/", {"written-by": carried.mark("gs-clerk"), "username": "gs-clerk", "password": "a secret"})
    kept = [session.get_decoded() for session in Session.objects.all()]
    assert [list(one["carried"]) for one in kept] == [[START]]
    assert "a secret" not in str(kept)
    assert not set(kept[0]["carried"][START]["fields"]) & {"csrfmiddlewaretoken", "written-by", "key", "act", "password"}


def test_a_form_without_token_of_another_kind_says_what_may_have_happened(browser: Browser) -> None:
    answer = browser.post("/i18n/setlang/", {"language": "en"})
    assert answer.status_code == 403
    assert "表单没有提交" in answer.content.decode()
    assert "不在您的职责范围内" not in answer.content.decode()


def heavy(office: Any, login: str, fields: dict[str, str]) -> Any:
    """The page that the real server answers a form with whose file is too big, sent as a browser does, and the browser's cookies."""
    client = Browser(office.password)
    client.sign_in(login)
    body = encode_multipart("x", {**client.form(), **fields, "document": SimpleUploadedFile("扫描件.txt", b"x" * 200_000)})
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    asked = Request(office.serve() + START, body, {"Content-Type": "multipart/form-data; boundary=x", "Cookie": cookies})
    with pytest.raises(HTTPError) as told:
        urlopen(asked)
    assert told.value.code == 413
    return Html(told.value.read().decode()), client


def test_a_file_that_is_too_big_costs_nothing_that_was_typed(office: Any, settings: Any) -> None:
    settings.LIANFANG_MOST_BODY = 64 * 1024
    page, client = heavy(office, "gs-clerk", {"act": "do", **TYPED})
    for said in ("文件太大，没有提交", "请先压缩或拆分文件", "所填内容已保留一小时", "文件须重新选择", "未作任何改动"):
        assert said in page.words
    assert START in page.links, "the way back is in words and needs no button of the browser"
    assert "后退" not in page.words
    assert shown(client.text())
    assert "扫描件" not in client.text()
    other = Browser(office.password)
    other.sign_in("gs-deputy")
    assert "延时服务函" not in other.text()


def test_of_a_form_that_is_not_its_senders_nothing_is_kept(office: Any, settings: Any) -> None:
    settings.LIANFANG_MOST_BODY = 64 * 1024
    page, client = heavy(office, "gs-clerk", {"act": "do", **TYPED, "written-by": "forged"})
    assert START not in page.links
    assert "后退" in page.words
    assert "延时服务函" not in client.text()


@pytest.mark.parametrize(
    ("path", "language", "words"), [(START, "zh-hans", "文件太大，没有提交"), (START, "en", "Too big to be submitted")]
)
def test_what_is_too_big_is_answered_unread_in_the_readers_language(office: Any, path: str, language: str, words: str) -> None:
    client = office.client("gs-clerk")
    client.cookies["django_language"] = language
    answer = client.generic("POST", START, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(64 * 1024 * 1024))
    assert answer.status_code == 413
    assert words in answer.content.decode()
    told = client.generic("POST", "/api/v1/files", b"", "application/octet-stream", CONTENT_LENGTH=str(64 * 1024 * 1024))
    assert (told.status_code, told["Content-Type"]) == (413, "application/problem+json")
