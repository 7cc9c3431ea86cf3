"""The workbench: what waits, what was done, what can be started; the search; deadlines in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from lianfang.kernel.model import Text
from lianfang.office import acts, desk
from lianfang.office.views import MatterLine
from lianfang.store.models import Duty
from lianfang.web.templatetags.lianfang import late, left, moment, money
from tests.web.conftest import SEAL, Reader


def test_what_waits_says_what_is_asked_of_whom_and_leads_to_the_case(reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    case = ask()
    deputy = reader("gs-deputy")
    page = deputy.open("/")
    assert f"/cases/{case}/" in page.links
    words = deputy.text("/")
    for said in ("待办 1", "印章的审批", "延时服务函", "政务局 · 印章管理", "武晓岚"):
        assert said in words
    assert "没有等您办理的事" in reader("gs-registrar").text("/")


def test_the_clerk_finds_what_she_did_and_started(reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    case = ask()
    clerk = reader("gs-clerk")
    words = clerk.text("/")
    assert "待办 0" in words
    assert "已办 1" in words
    assert "我发起 1" in words
    assert f"/cases/{case}/" in clerk.open("/", list="done").links
    assert "办理中" in clerk.text("/", list="started")
    assert f"/start/{SEAL}/" in clerk.open("/").links


def test_long_lists_are_turned_page_by_page(reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    cases = {ask(f"第 {number} 件") for number in range(27)}
    clerk = reader("gs-clerk")
    first = clerk.open("/", list="started")
    assert "?list=started&page=2" in first.links
    second = clerk.open("/", list="started", page="2")
    shown = [{link.split("/")[2] for link in page.links if link.startswith("/cases/")} for page in (first, second)]
    assert [len(one) for one in shown] == [25, 2]
    assert shown[0] | shown[1] == cases
    assert "?list=started&page=1" in second.links


@pytest.mark.parametrize(
    "query", [{"page": "0"}, {"page": "x"}, {"page": "-3"}, {"page": "99999999"}, {"list": "everything"}, {"page": "²"}]
)
def test_an_address_that_makes_no_sense_shows_the_first_page(reader: Callable[..., Reader], query: dict[str, str]) -> None:
    assert "没有等您办理的事" in reader("gs-clerk").open("/", **query).words


def test_past_the_last_page_the_way_back_is_shown(reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    ask()
    page = reader("gs-clerk").open("/", list="started", page="40")
    assert "?list=started&page=1" in page.links


def test_the_lists_are_filtered_by_number_and_title(reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    cases = {number: ask(f"第 {number} 件") for number in range(12)}
    wanted = cases[7]
    for login, name in (("gs-deputy", "waiting"), ("gs-clerk", "done"), ("gs-clerk", "started")):
        for words in ("第 7 件", wanted[-6:].lower()):
            page = reader(login).open("/", list=name, q=words)
            assert {link for link in page.links if link.startswith("/cases/")} == {f"/cases/{wanted}/"}, (name, words)
        forms = [one["fields"] for one in reader(login).open("/", list=name, q="第 7 件").forms if "q" in one["fields"]]
        assert {"list": name, "q": "第 7 件"}.items() <= forms[-1].items(), "it also works without scripts"
    assert "没有这样的办件" in reader("gs-clerk").text("/", list="done", q="没有")


def test_a_list_that_was_copied_is_filtered_too(office: Any, ask: Callable[..., str]) -> None:
    for number in range(2):
        assert acts.act("gs-clerk", ask(f"抄送 {number}"), "", "copy", {"people": ["ic-clerk"]}).accepted
    assert [line.title for line in desk.copied("ic-clerk", 1, "送 1").lines] == ["抄送 1"]
    assert desk.copied("ic-clerk", 1, "没有").total == 0


def test_what_i_can_start_is_filtered(reader: Callable[..., Reader]) -> None:
    def begins(words: str) -> set[str]:
        return {link for link in reader("gs-clerk").open("/", start=words).links if link.startswith("/start/") and "?" not in link}

    assert begins("") > begins("印章") == begins("use of SEALS") == {f"/start/{SEAL}/"}, "in either language"
    assert begins("政务局") == begins("")
    assert "没有这样的事项" in reader("gs-clerk").text("/", start="没有")


def test_my_own_unit_s_matters_come_first() -> None:
    lines = [MatterLine(f"{unit}/{n}", Text("", ""), unit, Text("", ""), Text("", "")) for unit in ("a", "c", "b", "c") for n in (2, 1)]
    found = [line.id for line in desk.mine_first(lines, "c", ["a", "b", "c"])]
    assert found == ["c/2", "c/1", "c/2", "c/1", "a/2", "a/1", "b/2", "b/1"]


def test_a_refusal_is_kept_in_sight_with_the_way_on(office: Any, reader: Callable[..., Reader], letter: str) -> None:
    blank = office.file("空白.txt", " ", "gs-clerk")
    outcome = office.start("gs-clerk", SEAL, title="空白", document=blank, copies=1, seal="official-seal")
    assert not outcome.accepted
    words = reader("gs-clerk").text("/")
    assert "最近的拦截" in words
    assert outcome.refusal.message.zh in words
    assert f"可行做法：{outcome.refusal.remedy.zh}" in words
    assert "最近的拦截" not in reader("gs-deputy").text("/")


def test_a_duty_is_begun_from_the_workbench_with_its_period(reader: Callable[..., Reader]) -> None:
    keeper = reader("gs-keeper").open("/")
    begins = [link for link in keeper.links if link.startswith("/start/") and "?period=" in link]
    assert begins
    assert "履责" in keeper.words


def test_what_is_owed_is_not_crowded_out_and_what_was_done_is_folded(office: Any, reader: Callable[..., Reader]) -> None:
    turn = Duty.objects.get(post="government-services/seal-keeper")
    days = [f"2026-{month:02}-{day:02}" for month in (2, 3) for day in range(1, 28)]
    Duty.objects.bulk_create(
        Duty(
            matter=turn.matter, parent=turn.parent, control=turn.control, post=turn.post, period=day,
            opens_at=f"{day}T00:00:00Z", due=f"{day}T16:00:00Z",
        )
        for day in days
    )  # fmt: skip
    keeper = reader("gs-keeper")
    begins = [link for link in keeper.open("/").links if "?period=" in link]
    assert begins[0].endswith("period=2026-02-01"), "what is overdue comes first, the longest at the top"
    assert begins[-1].endswith(f"period={turn.period}"), "then what can still be done in time"
    assert len(begins) == len(days) + 1
    assert "最近已履行" not in keeper.text("/")
    done = office.start("gs-keeper", turn.matter, period="2026-02-01", note="印章两枚均在柜")
    assert done.accepted, done.refusal
    page = keeper.open("/")
    assert not any(link.endswith("period=2026-02-01") for link in page.links)
    assert "最近已履行 1" in keeper.text("/")


def test_whoever_looks_after_alerts_has_the_latest_on_the_workbench(reader: Callable[..., Reader], slices: list[str]) -> None:
    for login, told in (("inspector", True), ("ic-director", True), ("gs-director", False), ("ic-clerk", False)):
        assert ("最近的预警" in reader(login).text("/")) is told, login


def test_without_words_the_search_lists_the_latest_cases_that_one_may_see(reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    case = ask()
    assert f"/cases/{case}/" in reader("inspector").open("/search/").links
    assert f"/cases/{case}/" not in reader("ic-clerk").open("/search/").links
    assert "/search/" in reader("inspector").open("/").links, "on the phone there is no box in the bar"


def test_cases_are_found_by_part_of_number_or_title_and_only_those_one_may_see(
    reader: Callable[..., Reader], ask: Callable[..., str]
) -> None:
    case = ask("延时服务函")
    for words in ("延时", case, case[-5:].lower()):
        assert f"/cases/{case}/" in reader("gs-clerk").open("/search/", q=words).links
    assert "没有办件" in reader("gs-clerk").text("/search/", q="没有这个")
    assert f"/cases/{case}/" not in reader("ic-clerk").open("/search/", q="延时").links


def test_what_is_searched_for_is_shown_as_text(reader: Callable[..., Reader]) -> None:
    page = reader("gs-clerk").open("/search/", q='"><script>alert(1)</script>')
    assert [found.get("src", "").startswith("/static/") for found in page.all("script")] == [True]


@pytest.mark.parametrize(
    ("due", "zh", "en"),
    [
        ("2026-11-24T09:00:00Z", "剩 2 个工作日", "2 working days left"),  # it is Saturday
        ("2026-11-23T16:00:00Z", "剩 1 个工作日", "1 working day left"),  # all of Monday in China
        ("2026-11-22T16:00:00Z", "剩 1 天", "1 day left"),
        ("2026-11-21T10:00:00Z", "剩 1 小时", "1 hour left"),
        ("2026-11-21T09:30:00Z", "剩 不到 1 小时", "less than an hour left"),
        ("2026-11-21T05:00:00Z", "逾期 4 小时", "4 hours overdue"),
        ("2026-11-11T09:00:00Z", "逾期 7 个工作日", "7 working days overdue"),
        ("", "", ""),
    ],
)
def test_a_deadline_is_told_in_words(office: Any, due: str, zh: str, en: str) -> None:
    office.at("2026-11-21T09:00:00Z")
    with translation.override("zh-hans"):
        assert left(due) == zh
    with translation.override("en"):
        assert left(due) == en
    assert late(due) is ("overdue" in en)


def test_moments_and_money_are_shown_as_the_office_writes_them() -> None:
    assert moment("2026-01-05T01:30:00Z") == "2026-01-05 09:30"
    assert moment("") == "—"
    assert money(290_000) == "¥2,900.00"
    assert money(0) == "¥0.00"
    assert money(None) == "—"
