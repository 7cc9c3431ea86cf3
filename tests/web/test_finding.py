"""Finding one's cases: by names and their initials, what is overdue first, and by filters of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lianfang.office import desk, filters
from lianfang.office.initials import spells
from lianfang.office.people import called
from lianfang.store.models import CaseRow, SavedFilter, Task
from tests.web.conftest import Reader

Open = Callable[..., Reader]


def test_letters_spell_a_name_in_pinyin_however_it_is_read() -> None:
    assert spells("wxl", "武晓岚") and spells("XL", "武晓岚") and spells("w x l", "武晓岚")
    assert not spells("wl", "武晓岚") and not spells("w", "武晓岚") and not spells("wxlx", "武晓岚")
    assert spells("zx", "曾晓") and spells("cx", "曾晓"), "a surname may be read otherwise than the word"
    assert not spells("武晓", "武晓岚"), "characters are no letters"


def test_the_search_finds_by_person_initials_matter_title_and_number(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    case, inspector = ask(), reader("inspector")
    for words in ("武晓岚", "wxl", "Wu Xiao", "延时", case[-6:], "印章管理"):
        assert f"/cases/{case}/" in inspector.open("/search/", q=words).links, words
    for words in ("wxq", "杜若衡", "无此事"):
        assert f"/cases/{case}/" not in inspector.open("/search/", q=words).links, words
    assert called("wxl") == {"gs-clerk"}
    assert f"/cases/{case}/" not in reader("ic-clerk").open("/search/", q="wxl").links, "a name opens no case to who may not see it"
    assert [line.id for line in desk.waiting("gs-deputy", 1, "wxl").lines] == [case]


@pytest.fixture
def late(office: Any, ask: Callable[..., str]) -> tuple[str, str, str]:
    """Cases asked for one after the other: one that waits past its day, one with a day to come, one without a day."""
    first, second, third = ask("第一件"), ask("第二件"), ask("第三件")
    Task.objects.filter(case_id=first).update(due="2026-11-24T08:00:00Z")
    Task.objects.filter(case_id=second).update(due="2026-11-27T10:00:00Z")
    return first, second, third


def test_what_is_overdue_comes_first_and_can_be_had_alone(office: Any, reader: Open, late: tuple[str, str, str]) -> None:
    first, second, third = late
    assert [line.id for line in desk.started("gs-clerk").lines] == [first, third, second]
    assert [line.id for line in desk.waiting("gs-deputy").lines] == [first, second, third]
    assert [line.id for line in desk.find("inspector", "wxl").lines] == [first, third, second]
    assert [line.id for line in desk.find("inspector", "").lines] == [third, second, first], "without words the latest change first"
    for who, shown in (("gs-clerk", "started"), ("gs-deputy", "waiting")):
        page = reader(who).text("/", list=shown)
        assert "逾期" in page and "剩 2 个工作日" in page
        found = reader(who).open("/", list=shown, late="1")
        assert f"/cases/{first}/" in found.links and f"/cases/{second}/" not in found.links


def test_what_waits_is_listed_in_the_order_that_is_asked_for(office: Any, reader: Open, late: tuple[str, str, str]) -> None:
    first, second, third = late
    Task.objects.filter(case_id=second).update(since="2026-11-25T09:00:00Z")

    def shown(**asked: str) -> list[str]:
        links = reader("gs-deputy").open("/", **asked).links
        return [link.split("/")[2] for link in links if link in {f"/cases/{case}/" for case in late}]

    assert shown() == shown(order="due") == shown(order="no such order") == [first, second, third]
    assert shown(order="since")[0] == second
    assert {*shown(order="since")} == {*late}
    CaseRow.objects.filter(id=third).update(matter="a/first")
    assert shown(order="matter") == [third, first, second], "of one matter the most urgent first"


def test_the_lists_are_narrowed_to_a_unit(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    case = ask()
    assert office.act("gs-clerk", case, "", "copy", people=["ic-director"]).accepted
    assert office.act("gs-deputy", case, "approve", "approve").accepted
    other = ask("第二件")
    for who, name, there in (
        ("gs-deputy", "waiting", other), ("gs-deputy", "done", case), ("gs-clerk", "started", case), ("ic-director", "copied", case),
    ):  # fmt: skip
        own = reader(who).open("/", list=name, unit="government-services")
        assert f"/cases/{there}/" in own.links, name
        assert f"/cases/{there}/" not in reader(who).open("/", list=name, unit="information-centre").links, name
        assert f"/cases/{there}/" in reader(who).open("/", list=name, unit="no-such-unit").links, name
    sent = {"place": "desk", "list": "done", "unit": "government-services", "order": "since", "name": "本局"}
    assert reader("gs-deputy").client.post("/filters/", sent)["Location"] == "/?list=done&unit=government-services&order=since"


def test_a_filter_of_the_alerts_is_kept_too(reader: Open, slices: list[str]) -> None:
    inspector = reader("inspector")
    assert "存为常用筛选" not in inspector.open("/alerts/").words, "there is nothing to keep"
    page = inspector.open("/alerts/", state="open", unit="information-centre")
    form = next(one["fields"] for one in page.forms if one["fields"].get("act") == "keep")
    answer = inspector.client.post("/filters/", {**form, "name": "信息中心未销"})
    assert answer["Location"] == "/alerts/?unit=information-centre&state=open"
    there = inspector.open(answer["Location"])
    assert "信息中心未销" in there.words and "已保存筛选" in there.words
    assert "信息中心未销" in inspector.open("/").words, "all that is kept is in one place"
    gone = next(one["fields"] for one in there.forms if one["fields"].get("act") == "drop")
    assert inspector.client.post("/filters/", gone)["Location"] == "/alerts/"
    assert "信息中心未销" not in inspector.open("/alerts/").words


def test_a_filter_is_kept_by_its_person_and_goes_when_they_say(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    ask()
    clerk = reader("gs-clerk")
    answer = clerk.client.post("/filters/", {"place": "desk", "list": "started", "q": "延时", "name": "我的延时", "late": ""})
    assert answer["Location"] == "/?list=started&q=%E5%BB%B6%E6%97%B6"
    page = clerk.open("/")
    assert "我的延时" in page.words and answer["Location"] in page.links
    assert clerk.client.get(answer["Location"]).status_code == 200
    assert "我的延时" not in reader("gs-deputy").open("/").words
    assert reader("gs-deputy").client.post("/filters/", {"act": "drop", "name": "我的延时"}).status_code == 404
    assert clerk.client.post("/filters/", {"act": "drop", "name": "我的延时"}).status_code == 302
    assert "我的延时" not in clerk.open("/").words


def test_a_filter_has_a_name_leads_nowhere_else_and_there_are_not_too_many(office: Any, reader: Open) -> None:
    clerk = reader("gs-clerk")
    clerk.client.post("/filters/", {"place": "https://elsewhere.example/", "name": " "})
    assert "请写明筛选的名称" in clerk.open("/").words
    clerk.client.post("/filters/", {"place": "https://elsewhere.example/", "q": "函", "next": "x"})
    assert SavedFilter.objects.get().place == "/?q=%E5%87%BD"
    for number in range(filters.MOST):
        clerk.client.post("/filters/", {"place": "search", "q": str(number), "name": str(number)})
    assert SavedFilter.objects.count() == filters.MOST
    assert "最多保存" in clerk.open("/").words


def test_the_ways_of_finding_are_complete_in_english(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    ask("letter")
    clerk = reader("gs-clerk").speak("en")
    clerk.client.post("/filters/", {"place": "search", "q": "letter", "name": "mine"})
    page = clerk.open("/", list="started", q="letter", late="1")
    for words in ("Overdue only", "Save this filter", "Number, title, matter, name or initials", "Saved filters", "Delete the filter"):
        assert words in page.words, words
