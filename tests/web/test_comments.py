"""Comments: given on the page of a case, seen by who is named on their workbench until they answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lianfang.kernel.model import CommandError
from lianfang.office import acts, cases, desk
from lianfang.office.acts import UNSEEN
from lianfang.office.views import PersonView, StaleCase
from lianfang.store.models import Entry, Mention
from lianfang.web.case.naming import named
from tests.web.conftest import Reader

Open = Callable[..., Reader]


def comment(reader: Reader, case: str, words: str, **more: Any) -> Any:
    """Send the form."""
    return reader.client.post(f"/cases/{case}/acts/", {"act": "comment", "opinion": words, **more})


def test_who_is_named_sees_it_on_the_workbench_until_they_answer(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    case, clerk, leader = ask(), reader("gs-clerk"), reader("gs-deputy")
    assert comment(clerk, case, "请@杜若衡 尽快审批").status_code == 302
    entry = Entry.objects.get(case_id=case, n=2)
    assert (entry.kind, json.loads(entry.body)["command"]["data"]["people"]) == ("accepted", ["gs-deputy"])
    seen = leader.text("/")
    assert "提到我的评论 1" in seen and "请@杜若衡 尽快审批" in seen and "武晓岚" in seen
    page = leader.text(f"/cases/{case}/")
    assert "评论 1" in page and "提到杜若衡" in page
    assert "提到我的评论" not in clerk.text("/")
    assert comment(leader, case, "今天下午批").status_code == 302
    assert "提到我的评论" not in leader.text("/")
    assert "已办 0" in leader.text("/"), "a comment is nothing that was done"


def test_an_at_that_leads_to_nobody_is_told_and_what_was_typed_is_kept(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    case, clerk = ask(), reader("gs-clerk")
    answer = comment(clerk, case, "请@王小明 看看")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“@王小明”不是与本件有关的人" in page and "请@王小明 看看</textarea>" in page
    assert comment(clerk, case, " ").status_code == 422
    assert not Mention.objects.exists()


def test_nobody_is_named_who_does_not_see_the_case(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    case = ask()
    with pytest.raises(CommandError) as told:
        acts.act("gs-clerk", case, "", "comment", {"opinion": "看看", "people": ["ic-clerk"]})
    assert told.value.errors[0].message == UNSEEN
    assert "ic-clerk" not in {one.id for one in cases.mentionable("gs-clerk", case)}
    assert comment(reader("ic-clerk"), case, "看看").status_code in (404, 409)
    assert reader("ic-clerk").client.get(f"/cases/{case}/").status_code == 404


def test_a_form_that_was_open_is_not_stale_by_a_comment(office: Any, ask: Callable[..., str]) -> None:
    case = ask()
    assert acts.act("gs-clerk", case, "", "comment", {"opinion": "请尽快"}).accepted
    try:
        assert acts.act("gs-deputy", case, "approve", "approve", {}, "", 1).accepted
    except StaleCase:  # pragma: no cover
        pytest.fail("a comment made the form stale")


def test_a_title_stands_only_before_who_may_still_see_the_case(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    case = ask()
    assert acts.act("gs-clerk", case, "", "comment", {"opinion": "请看", "people": ["gs-deputy"]}).accepted
    Mention.objects.create(person="ic-clerk", case_id=case, entry_id=Mention.objects.get().entry_id)
    assert not desk.mentions("ic-clerk")
    office.at("2027-01-30T01:00:00Z")
    assert not desk.mentions("gs-deputy"), "what is long past is not held against anybody"


def test_names_are_found_in_words() -> None:
    def one(ident: str, zh: str, en: str) -> PersonView:
        return PersonView(ident, type(UNSEEN)(zh, en), UNSEEN)

    people = (one("a", "李明", "Li Ming"), one("b", "王芳", "Wang Fang"))
    assert named("＠李明，@王芳请看", ["b"], people) == ["b", "a"]
    assert named("@li ming please", [], people) == ["a"]
    assert named("write to office@example.com", [], people) == []
    with pytest.raises(CommandError):
        named("@张三", [], people)


def test_the_comments_are_complete_in_english(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    case = ask()
    assert comment(reader("gs-clerk"), case, "@Du Ruoheng ok", people=["gs-deputy"]).status_code == 302
    leader = reader("gs-deputy").speak("en")
    assert "Comments that name me 1" in leader.text("/")
    for words in ("Comments 1", "To Du Ruoheng", "Write “@name” or tick below"):
        assert words in leader.text(f"/cases/{case}/")
