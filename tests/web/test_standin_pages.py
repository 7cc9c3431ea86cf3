"""Stand-ins as the server answers them: naming, what is wrong with it, acting for somebody, and ending it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lianfang.store.models import Entry

NAMED = {
    "act": "name",
    "stand_in": "gs-keeper-2",
    "posts": ["government-services/deputy-director"],
    "first": "2026-11-30",
    "last": "2026-12-04",
}


@pytest.fixture
def monday(office: Any) -> Any:
    office.at("2026-11-30T01:00:00Z")
    return office


def test_a_stand_in_is_named_acts_and_is_ended(monday: Any, reader: Callable[..., Any], ask: Callable[..., str]) -> None:
    case = ask()
    answer = monday.client("gs-deputy").post("/stand-ins/", NAMED)
    assert (answer.status_code, answer["Location"]) == (302, "/stand-ins/")
    monday.at("2026-11-30T03:00:00Z")
    assert "季怀璋" in reader("gs-deputy").text("/stand-ins/")
    html = reader("gs-keeper-2")
    assert "代 杜若衡" in html.text("/")
    form = next(form for form in html.open(f"/cases/{case}/").forms if form["fields"].get("behalf"))
    assert "两人都算办理过本环节" in html.text(f"/cases/{case}/")
    sent = {name: form["fields"][name] for name in ("key", "as-seen", "behalf")} | {"act": "approve"}
    assert monday.client("gs-keeper-2").post(f"/cases/{case}/steps/approve/", sent).status_code == 302
    assert "季怀璋（代杜若衡办理）" in reader("gs-keeper-2").text(f"/cases/{case}/")
    end = next(form for form in html.open("/stand-ins/").forms if form["fields"].get("since"))
    assert monday.client("gs-keeper-2").post("/stand-ins/", {**end["fields"], "act": "end"}).status_code == 302
    monday.at("2026-11-30T04:00:00Z")
    assert "现行和将来的委托" not in reader("gs-deputy").text("/stand-ins/")
    assert monday.client("gs-keeper-2").post("/stand-ins/", {**end["fields"], "act": "end"}).status_code == 404


def test_what_is_wrong_is_told_and_what_was_filled_in_is_kept(monday: Any) -> None:
    before = Entry.objects.count()
    answer = monday.client("gs-deputy").post("/stand-ins/", {**NAMED, "stand_in": "sysadmin"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "不得为代理人" in html
    assert 'value="2026-12-04"' in html
    assert '<option value="sysadmin" selected>' in html
    empty = monday.client("gs-deputy").post("/stand-ins/", {**NAMED, "posts": []})
    assert "请写明委托哪些岗位" in empty.content.decode()
    client = monday.client("gs-deputy")
    client.post("/i18n/setlang/", {"language": "en", "next": "/login/"})
    assert "no administrator" in client.post("/stand-ins/", {**NAMED, "stand_in": "sysadmin"}).content.decode()
    assert Entry.objects.count() == before
