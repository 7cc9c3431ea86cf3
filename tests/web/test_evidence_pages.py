"""The log on screen: anybody may check the whole, entries are read by those whom they concern."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable
from typing import Any

from lianfang.evidence import verify_inclusion
from lianfang.office import log
from lianfang.store.models import Entry
from tests.web.conftest import Reader


def test_everybody_sees_size_root_note_and_key(reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    ask()
    view = log.log_view()
    words = reader("gs-clerk").text("/evidence/")
    assert str(view.size) in words
    assert view.root in words
    assert html.escape(view.verifier) in words
    assert "最近的存证" not in words


def test_the_checkpoint_is_downloaded_as_it_was_signed(reader: Callable[..., Reader]) -> None:
    answer = reader("gs-clerk").client.get("/evidence/checkpoint")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content.decode() == log.checkpoint()


def test_readers_of_the_log_see_it_entry_by_entry(office: Any, reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    case = ask()
    refused = office.act("gs-clerk", case, "approve", "approve")
    for login in ("inspector", "auditor", "audadmin"):
        page = reader(login).open("/evidence/")
        assert f"/evidence/entries/{refused.entry}/" in page.links
        assert "拦截" in page.words


def test_the_log_is_turned_page_by_page(reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    for number in range(log.PAGE):
        ask(f"第 {number} 件")
    inspector = reader("inspector")
    assert "?page=2" in inspector.open("/evidence/").links
    assert "?page=1" in inspector.open("/evidence/", page="2").links
    last = inspector.open("/evidence/", page=str(-(-Entry.objects.count() // log.PAGE)))
    assert "/evidence/entries/1/" in last.links


def test_an_entry_can_be_proved_with_what_its_page_shows(office: Any, reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    outcome = office.act("gs-deputy", ask(), "approve", "approve", opinion="同意")
    source = reader("gs-clerk").client.get(f"/evidence/entries/{outcome.entry}/").content.decode()
    body = html.unescape(re.search(r'<pre class="body" lang="zh-Hans">(.*?)</pre>', source, re.S)[1])  # type: ignore[index]
    assert hashlib.sha256(b"\x00" + body.encode()).hexdigest() in source
    path = [bytes.fromhex(found) for found in re.findall(r"<li><code>([0-9a-f]{64})</code></li>", source)]
    shown = log.proof(outcome.entry)
    assert path
    assert verify_inclusion(body.encode(), shown.index, shown.size, path, bytes.fromhex(shown.root))
    assert shown.root in source


def test_the_body_of_an_entry_is_read_only_by_those_it_concerns(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str]
) -> None:
    entry = office.act("gs-deputy", ask(), "approve", "approve", opinion="只给本件看的意见").entry
    for login in ("gs-clerk", "gs-deputy", "gs-keeper", "inspector", "audadmin"):
        assert "只给本件看的意见" in reader(login).text(f"/evidence/entries/{entry}/"), login
    for login in ("ic-clerk", "ic-director", "sysadmin", "secadmin"):
        words = reader(login).text(f"/evidence/entries/{entry}/")
        assert "只给本件看的意见" not in words, login
        assert log.proof(entry).leaf in words, "the proof itself gives nothing away"


def test_an_entry_that_does_not_exist_is_said(reader: Callable[..., Reader]) -> None:
    assert "没有第 999999 号存证" in reader("inspector").open("/evidence/entries/999999/", 404).words
