"""The frame: signing in and out, the demo's accounts, the language, and what goes wrong."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from lianfang.catalogue.compile import SHEET
from lianfang.kernel.schedule import utc_text
from lianfang.office import documents, guesses
from lianfang.office.sweep import sweep
from lianfang.store.models import Guess
from lianfang.web.desk import views as desk_views
from tests.web.conftest import SEAL, Html, Reader


def test_a_stranger_who_comes_to_the_workbench_signs_in_first_and_then_gets_there(office: Any) -> None:
    client = Client()
    page = client.get("/", follow=True)
    assert page.redirect_chain == [("/login/?next=/", 302)]
    answer = client.post("/login/?next=/", {"username": "gs-clerk", "password": office.password, "next": "/"}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "武晓岚" in answer.content.decode()


def test_after_signing_in_a_person_is_where_they_wanted_to_be(office: Any) -> None:
    wanted = f"/matters/{SEAL}/"
    client = Client()
    sign_in = Html(client.get(wanted, follow=True).content.decode())
    form = next(form for form in sign_in.forms if "password" in form["fields"])
    assert form["fields"]["next"] == wanted
    answer = client.post("/login/", {"username": "gs-clerk", "password": office.password, "next": form["fields"]["next"]})
    assert answer["Location"] == wanted


def test_signing_in_leads_nowhere_outside(office: Any) -> None:
    answer = Client().post("/login/", {"username": "gs-clerk", "password": office.password, "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_a_wrong_password_is_said_and_the_name_stays(office: Any) -> None:
    answer = Client().post("/login/", {"username": "gs-clerk", "password": "wrong"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "用户名或密码不对" in page
    assert 'value="gs-clerk"' in page


def test_the_demo_lists_its_accounts_and_a_link_fills_in_the_form(office: Any, reader: Callable[..., Reader]) -> None:
    page = reader().open("/login/")
    assert "?as=gs-clerk" in page.links
    assert len([link for link in page.links if link.startswith("?as=")]) > 15
    form = next(form for form in reader().open("/login/", **{"as": "gs-clerk"}).forms if "password" in form["fields"])
    assert (form["fields"]["username"], form["fields"]["password"]) == ("gs-clerk", office.password)
    assert Client().post("/login/", {name: form["fields"][name] for name in ("username", "password")}).status_code == 302


def test_an_office_without_demo_shows_neither_accounts_nor_passwords(office: Any, reader: Callable[..., Reader]) -> None:
    password = office.password
    (office.data / "demo-password").unlink()
    page = reader().open("/login/", **{"as": "gs-clerk"})
    assert password not in page.source
    assert not [link for link in page.links if "as=" in link]
    assert next(form for form in page.forms if "password" in form["fields"])["fields"]["username"] == ""


def test_signing_out_ends_it(reader: Callable[..., Reader]) -> None:
    clerk = reader("gs-clerk")
    assert clerk.client.get("/logout/").status_code == 405, "a link must not sign anybody out"
    assert clerk.client.post("/logout/")["Location"] == "/login/"
    assert clerk.client.get("/").status_code == 302


def test_the_head_says_who_is_here(reader: Callable[..., Reader]) -> None:
    words = reader("gs-clerk").text("/")
    for said in ("武晓岚", "政务局", "工作台", "登记清单", "存证", "退出"):
        assert said in words
    assert "Wu Xiaolan" in reader("gs-clerk").speak("en").text("/")


def test_chinese_comes_first_and_english_by_the_switch_that_is_remembered(reader: Callable[..., Reader]) -> None:
    clerk = reader("gs-clerk")
    page = clerk.open("/register/")
    switch = next(form for form in page.forms if form["attributes"].get("action") == "/i18n/setlang/")
    assert switch["fields"]["language"] == "en"
    back = clerk.client.post("/i18n/setlang/", {"language": switch["fields"]["language"], "next": switch["fields"]["next"]})
    assert back["Location"] == "/register/"
    english = clerk.open("/register/")
    assert english.all("html")[0]["lang"] == "en"
    assert "Register of integrity risks" in english.words
    assert next(f for f in english.forms if f["attributes"].get("action") == "/i18n/setlang/")["fields"]["language"] == "zh-hans"


def test_what_a_browser_prefers_is_not_the_switch(reader: Callable[..., Reader]) -> None:
    for asked in ("en", "en-GB,en;q=0.9", "fr"):
        page = Html(reader().client.get("/login/", HTTP_ACCEPT_LANGUAGE=asked).content.decode())
        assert page.all("html")[0]["lang"] == "zh-Hans", asked
    english = reader().speak("en").client.get("/login/", HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert Html(english.content.decode()).all("html")[0]["lang"] == "en"
    assert english["Content-Language"] == "en"


def test_alerts_are_named_only_to_those_who_look_after_them(reader: Callable[..., Reader], slices: list[str]) -> None:
    assert "/alerts/" not in reader("ic-clerk").open("/").links
    inspector = reader("inspector")
    assert "/alerts/" in inspector.open("/").links
    assert "预警 1 条未销号" in inspector.text("/")


def test_a_page_that_does_not_exist_says_so_and_leads_back(reader: Callable[..., Reader]) -> None:
    page = reader("gs-clerk").open("/nowhere/", 404)
    assert "没有这个页面" in page.words
    assert "/" in page.links
    assert "武晓岚" in page.words, "who is signed in stays so"


def test_a_matter_and_a_case_that_do_not_exist_are_said_by_name(reader: Callable[..., Reader]) -> None:
    assert "没有事项“no/such”" in reader("gs-clerk").open("/matters/no/such/", 404).words
    assert "没有办件 20260101-NONE" in reader("gs-clerk").open("/cases/20260101-NONE/", 404).words


def test_an_account_that_belongs_to_nobody_is_told_whom_to_ask(office: Any) -> None:
    User.objects.create_user("nobody", password="a long password")
    client = Client()
    client.login(username="nobody", password="a long password")
    answer = client.get("/")
    assert answer.status_code == 403
    assert "请联系系统管理员" in answer.content.decode()


def test_a_form_without_its_token_changes_nothing(office: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(office.login("gs-clerk"))
    answer = client.post(f"/start/{SEAL}/", {"title": "x"})
    assert answer.status_code == 403
    assert "未作任何改动" in answer.content.decode()


def test_when_something_breaks_the_page_says_that_nothing_was_done(
    office: Any, reader: Callable[..., Reader], monkeypatch: pytest.MonkeyPatch, logged: StringIO
) -> None:
    def breaks(person: str) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(desk_views.desk, "desk", breaks)
    client = Client(raise_request_exception=False)
    client.force_login(office.login("gs-clerk"))
    answer = client.get("/")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "没有存证号的，就没有办成" in page
    assert "the disk is gone" not in page
    number = re.findall(r"<code>([2-9A-Z]{8})</code>", page)
    assert len(number) == 1
    assert f"[{number[0]}] Internal Server Error: /" in logged.getvalue(), "the log has the same number"
    assert "the disk is gone" in logged.getvalue()
    assert client.get("/").content.decode() != page, "each has its own"


def test_who_guesses_passwords_waits_at_the_pages_and_at_the_interface(office: Any) -> None:
    office.at("2026-11-25T02:00:00Z")
    client = Client()
    wrong = {"username": "gs-clerk", "password": "wrong"}
    for _ in range(guesses.PASSWORDS.most - 1):
        assert client.post("/login/", wrong).status_code == 200
    token = client.post("/api/v1/tokens", wrong, content_type="application/json")
    assert token.status_code == 401, "both are counted together"
    right = {"username": "gs-clerk", "password": office.password}
    answer = client.post("/login/", right)
    assert (answer.status_code, answer["Retry-After"]) == (429, str(guesses.WAIT))
    page = Html(answer.content.decode())
    assert "请 5 分钟后再试" in page.words
    assert "/login/" in page.links or "/" in page.links
    assert "Try again in 5 minutes" in Client(headers={"cookie": "django_language=en"}).post("/login/", right).content.decode()
    told = client.post("/api/v1/tokens", right, content_type="application/json")
    assert (told.status_code, told["Content-Type"], told["Retry-After"]) == (429, "application/problem+json", str(guesses.WAIT))
    assert client.post("/login/", {**right, "username": "gs-deputy"}).status_code == 302, "nobody else waits"
    assert Client(REMOTE_ADDR="10.0.0.9").post("/login/", right).status_code == 302, "nor the same person elsewhere"
    office.at("2026-11-25T02:04:59Z")
    assert "请 1 分钟后再试" in Client().post("/login/", right).content.decode()
    office.at("2026-11-25T02:05:00Z")
    assert Client().post("/login/", right).status_code == 302


def test_wrong_passwords_count_in_every_process_and_through_a_restart(office: Any) -> None:
    office.at(utc_text(datetime.now(UTC)))
    wrong = {"username": "gs-clerk", "password": "wrong"}
    for _ in range(guesses.PASSWORDS.most - 2):
        assert Client().post("/login/", wrong).status_code == 200
    other = (
        "import django; django.setup(); from django.test import Client; "
        f"print([Client().post('/login/', {wrong}).status_code for _ in range(3)])"
    )
    connections.close_all()
    told = subprocess.run([sys.executable, "-c", other], env=office.environment, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["[200,", "200,", "429]"], "two more, and the third waits"
    assert Client().post("/login/", {**wrong, "password": office.password}).status_code == 429, "here too"


def test_what_was_guessed_is_forgotten_when_it_counts_no_more(office: Any) -> None:
    office.at("2026-11-25T02:00:00Z")
    assert Client().post("/login/", {"username": "gs-clerk", "password": "wrong"}).status_code == 200
    assert not Guess.objects.filter(key__contains="gs-clerk").exists(), "of a name only a hash is kept"
    office.at("2026-11-25T02:04:00Z")
    sweep()
    assert Guess.objects.count() == 1
    office.at("2026-11-25T02:05:00Z")
    sweep()
    assert not Guess.objects.exists()


def test_who_tries_codes_of_documents_waits_by_address(office: Any, ask: Callable[..., str]) -> None:
    office.at("2026-11-25T02:00:00Z")
    code = documents.document_view("gs-clerk", ask(), SHEET).stamp.code
    stranger = Client()
    for number in range(guesses.CODES.most):
        path = f"/verify/{number}-AAAA/" if number % 2 else f"/verify/?code={number}-AAAA"
        assert stranger.get(path).status_code == 404
        assert Client(REMOTE_ADDR="10.0.0.9").get(f"/verify/{code}/").status_code == 200, "a right one does not count"
    for path in (f"/verify/{code}/", f"/verify/?code={code}", "/verify/1-BBBB/"):
        answer = stranger.get(path)
        assert (answer.status_code, answer["Retry-After"]) == (429, str(guesses.WAIT)), path
    assert "30 次不存在，请 5 分钟后再试" in stranger.get("/verify/1-BBBB/").content.decode()
    assert stranger.get("/verify/").status_code == 200, "the page itself is there"
    assert Client(REMOTE_ADDR="10.0.0.9").get(f"/verify/{code}/").status_code == 200, "nobody elsewhere waits"
    office.at("2026-11-25T02:05:00Z")
    assert stranger.get(f"/verify/{code}/").status_code == 200


def test_a_right_password_forgets_the_wrong_ones(office: Any) -> None:
    for _ in range(2):
        for _ in range(guesses.PASSWORDS.most - 1):
            assert Client().post("/login/", {"username": "gs-clerk", "password": "wrong"}).status_code == 200
        assert Client().post("/login/", {"username": "gs-clerk", "password": office.password}).status_code == 302


def test_the_process_says_that_it_is_well() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
