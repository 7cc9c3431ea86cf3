"""Documents that cases give: the sheet of every case, what a matter declares, and the check of a printed one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import zxingcpp
from django.db import connection
from PIL import Image, ImageDraw

from lianfang.office import documents
from tests.web.conftest import Html, Reader

DOTS = 6
"""How many dots wide a module of a code is drawn to be read."""


def stamp_of(case: str, name: str = "sheet") -> Any:
    return documents.document_view("gs-clerk", case, name).stamp


def test_the_sheet_says_what_was_asked_and_who_decided_in_which_words(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str]
) -> None:
    case = ask()
    office.act("gs-deputy", case, "approve", "approve", opinion="同意用印")
    page = reader("gs-clerk").open(f"/cases/{case}/documents/sheet/")
    for said in ("审批单", case, "延时服务函", "同意用印", "待办", stamp_of(case).code, stamp_of(case).leaf):
        assert said in page.words, said
    english = reader("gs-clerk").speak("en").open(f"/cases/{case}/documents/sheet/").words
    assert "approval sheet" in english and "Approve" in english
    assert any(link.startswith(f"/cases/{case}/documents/sheet/") for link in reader("gs-clerk").open(f"/cases/{case}/").links)


def scanned(page: Html) -> str:
    """What a telephone reads from the one code on a page."""
    (code,) = [found for found in page.all("svg") if found["class"] == "code"]
    (path,) = page.all("path")
    side = int(code["viewbox"].split()[2])
    picture = Image.new("L", (side * DOTS, side * DOTS), "white")
    draw = ImageDraw.Draw(picture)
    for x, y, size in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path["d"]):
        draw.rectangle((int(x) * DOTS, int(y) * DOTS, (int(x) + int(size)) * DOTS - 1, (int(y) + 1) * DOTS - 1), fill="black")
    (found,) = zxingcpp.read_barcodes(picture)
    assert code["aria-label"].endswith(found.text), "what the picture says is also said in words"
    return str(found.text)


def test_the_code_on_a_sheet_and_on_the_case_leads_a_telephone_to_the_check(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str]
) -> None:
    case = ask()
    clerk, code = reader("gs-clerk"), stamp_of(case).code
    for path in (f"/cases/{case}/", f"/cases/{case}/documents/sheet/"):
        address = scanned(clerk.open(path))
        assert address == f"http://testserver/verify/{code}/", path
    page = reader().open(urlsplit(address).path)
    assert "真实，且仍然有效" in page.words
    assert {"name": "code", "value": code}.items() <= page.all("input")[-1].items()
    by_name = clerk.client.get(f"/cases/{case}/", headers={"host": "localhost:8443"}).content.decode()
    assert scanned(Html(by_name)) == f"http://localhost:8443/verify/{code}/", "the address that the reader came by"


def test_the_receipt_of_a_case_is_that_of_its_last_act(office: Any, reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    case = ask()
    before = scanned(reader("gs-clerk").open(f"/cases/{case}/"))
    refused = office.act("gs-clerk", case, "approve", "approve")
    assert not refused.accepted
    assert scanned(reader("gs-clerk").open(f"/cases/{case}/")) == before, "what was refused changed nothing"
    assert office.act("gs-deputy", case, "approve", "approve", opinion="同意用印").accepted
    after = scanned(reader("gs-clerk").open(f"/cases/{case}/"))
    assert "以现状为准" in reader().open(urlsplit(before).path).words
    assert "仍然有效" in reader().open(urlsplit(after).path).words


def test_a_sheet_is_not_there_for_who_may_not_see_the_case(reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    case = ask()
    assert "您无权查看" in reader("ic-clerk").open(f"/cases/{case}/documents/sheet/", 404).words
    assert "没有这份文书" in reader("gs-clerk").open(f"/cases/{case}/documents/nowhere/", 404).words


def test_a_code_is_answered_for_anybody_without_content(reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    case = ask()
    stamp = stamp_of(case)
    page = reader().open(f"/verify/{stamp.code}/")
    for said in ("真实，且仍然有效", case, stamp.leaf, stamp.hash):
        assert said in page.words, said
    assert "延时服务函" not in page.words
    wrong = stamp.code[:-1] + ("2" if stamp.code[-1] != "2" else "3")
    assert "没有出具过" in reader().open(f"/verify/{wrong}/", 404).words
    assert case not in reader().open(f"/verify/{wrong}/", 404).words
    for nonsense in ("x", "99999999999999999999-A", "1", "²-AAAA"):
        assert "没有出具过" in reader().open("/verify/", 404, code=nonsense).words


def test_what_came_after_a_sheet_is_told_and_the_sheet_stays_as_it_was(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str]
) -> None:
    case = ask()
    before = stamp_of(case)
    office.act("gs-deputy", case, "approve", "approve", opinion="同意用印")
    assert "以现状为准" in reader().open(f"/verify/{before.code}/").words
    page = reader("gs-clerk").open(f"/cases/{case}/documents/sheet/", n=str(before.n))
    assert before.code in page.words
    assert "同意用印" not in page.words


def test_an_entry_that_was_changed_by_hand_is_not_vouched_for(reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    case = ask()
    stamp = stamp_of(case)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE entry DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entry'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute("UPDATE entry SET body = replace(body, '延时服务函', '延时服务稿') WHERE id = %s", [stamp.entry])
    assert "请勿采信" in reader().open(f"/verify/{stamp.code}/").words


def test_a_document_of_the_matter_comes_with_its_step_and_stands_when_the_case_goes_on(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str], letter: str
) -> None:
    case = ask()
    keeper = reader("gs-keeper")
    assert not re.search("documents/register", keeper.open(f"/cases/{case}/").source)
    keeper.open(f"/cases/{case}/documents/register/", 404)
    assert office.act("gs-deputy", case, "approve", "approve", opinion="同意用印").accepted
    assert office.act("gs-keeper", case, "use", stamped=letter, impressions=2).accepted
    assert re.search("documents/register", keeper.open(f"/cases/{case}/").source)
    words = keeper.open(f"/cases/{case}/documents/register/").words
    for said in ("用印登记单", "武晓岚申请的《延时服务函》已经审批", "用印 2 份", "2026年11月25日", "同意用印"):
        assert said in words, said
    sheet = keeper.open(f"/cases/{case}/documents/sheet/").words
    assert "外出用印" not in sheet, "what two steps ask for stands with the one that was done"
    stamp = stamp_of(case, "register")
    office.act("gs-keeper", case, "custody", seal_intact=True)
    assert "仍然有效" in reader().open(f"/verify/{stamp.code}/").words, "what comes after it leaves it standing"
    assert "Seal register slip" in keeper.speak("en").open(f"/cases/{case}/documents/register/").words
