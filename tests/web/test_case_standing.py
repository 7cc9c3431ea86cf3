"""What a case's page says comes next: the way that its values lead to, and what is only possible where they can't tell yet."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from lianfang.kernel.model import Text
from lianfang.kernel.wording import both
from lianfang.office import cases
from lianfang.office.views import MapRow
from lianfang.web.case.standing import following

NONE = Text("", "")
SEAL, EXPENSE = "government-services/seal", "information-centre/expense"


def row(step: str, condition: str = "", state: str = "ahead", coming: str = "comes") -> MapRow:
    return MapRow(step, both(step), NONE, "task", state, NONE, "", both(condition), (), coming)


def next_steps(rows: tuple[MapRow, ...], step: str) -> list[str]:
    return [found.step for found in following(rows, step)]


def test_where_the_values_can_not_tell_each_branch_may_come() -> None:
    rows = (
        row("approve", state="now"), row("director", "外出", coming="may"), row("leave", "外出", coming="may"),
        row("use", "不外出", coming="may"), row("custody"),
    )  # fmt: skip
    assert next_steps(rows, "approve") == ["director", "use", "custody"]


def test_what_is_ruled_out_is_not_named() -> None:
    rows = (row("deputy", state="now"), row("director", "大于三千"), row("meeting", "大于五万", state="ruled-out"), row("settle"))
    assert next_steps(rows, "deputy") == ["director"]
    assert next_steps(rows, "director") == ["settle"]


def test_after_the_last_step_nothing_comes() -> None:
    assert next_steps((row("use", state="done"), row("custody", state="now")), "custody") == []


def then(office: Any, login: str, case_id: str, language: str = "zh-hans") -> str:
    """What the page of a case says comes after what is asked of somebody."""
    client = office.client(login)
    client.cookies["lianfang-language"] = language
    html = client.get(f"/cases/{case_id}/").content.decode()
    found = re.search(r"<dt>(?:其后|Then)</dt><dd>(.*?)</dd>", html)
    assert found is not None
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", found[1])).strip()


APPROVALS = (("ic-rechecker", "recheck"), ("ic-department-head", "head"), ("ic-deputy", "deputy"), ("ic-director", "director"))


@pytest.fixture
def claim(office: Any) -> Callable[[int], str]:
    """Files a claim of so many fen and returns its case."""

    def file(amount: int) -> str:
        case_id = collected(office, amount)
        assert office.act("ic-clerk", case_id, "fill", amount=amount, purpose="office", budget_line="office-2026").accepted
        return case_id

    return file


def collected(office: Any, amount: int) -> str:
    """A claim with its invoice, its amount not yet filled in."""
    scan = office.file("凭证.txt", "发票", "ic-clerk")
    invoice = {"seller": "宝文", "number": "1", "date": "2026-01-02", "amount": amount}
    return str(office.start("ic-clerk", EXPENSE, title="印制", payee="宝文", invoices=[invoice], vouchers=scan).case_id)


@pytest.mark.parametrize(("amount", "after_the_deputy"), [(280_000, "综合部把关"), (300_001, "中心主任审批"), (8_000_000, "中心主任审批")])
def test_the_amount_says_who_comes_next(office: Any, claim: Any, amount: int, after_the_deputy: str) -> None:
    case_id = claim(amount)
    for who, step in APPROVALS[:2]:
        assert office.act(who, case_id, step, "approve").accepted
    said = then(office, "ic-deputy", case_id)
    assert said.startswith(after_the_deputy)
    assert "可能" not in said and "会议" not in said and "；" not in said
    assert "perhaps" not in then(office, "ic-deputy", case_id, "en")


@pytest.mark.parametrize(("amount", "next_step"), [(300_001, "综合部把关"), (8_000_000, "中心主任办公会议审批")])
def test_the_director_is_told_of_the_meeting_where_there_is_one(office: Any, claim: Any, amount: int, next_step: str) -> None:
    case_id = claim(amount)
    for who, step in APPROVALS[:3]:
        assert office.act(who, case_id, step, "approve").accepted
    assert then(office, "ic-director", case_id).startswith(next_step)
    rows = {row.step: row.coming for row in cases.case_view("ic-director", case_id).map}
    assert (rows["office_meeting"], rows["settle"]) == ("comes" if amount > 5_000_000 else "never", "comes")


@pytest.mark.parametrize(
    ("outing", "ruled_out"), [({}, ["director", "leave", "use_outside", "hand_back"]), ({"outing": True, "destination": "法院"}, ["use"])]
)
def test_the_map_of_a_case_greys_what_is_not_on_its_way_and_says_so(office: Any, letter: str, outing: Any, ruled_out: list[str]) -> None:
    case_id = office.start("gs-clerk", SEAL, title="函", document=letter, copies=1, seal="official-seal", **outing).case_id
    assert [row.step for row in cases.case_view("gs-deputy", case_id).map if row.state == "ruled-out"] == ruled_out
    client = office.client("gs-deputy")
    page = client.get(f"/cases/{case_id}/").content.decode()
    assert page.count('class="map-row state-ruled-out"') == page.count("不经过") == len(ruled_out)
    assert not re.search(r"ruled-out|不经过", client.get(f"/matters/{SEAL}/").content.decode()), "a matter rules nothing out"


def test_before_the_amount_is_filled_in_what_depends_on_it_is_only_possible(office: Any) -> None:
    case_id = collected(office, 100)
    rows = {row.step: row.coming for row in cases.case_view("ic-clerk", case_id).map}
    assert [rows[step] for step in ("recheck", "deputy", "director", "office_meeting", "settle")] == [
        "comes",
        "comes",
        "may",
        "may",
        "comes",
    ]


@pytest.mark.parametrize(("outing", "coming"), [({}, "never"), ({"outing": True, "destination": "法院"}, "comes")])
def test_a_box_that_was_left_empty_is_an_answer_once_its_step_is_done(office: Any, letter: str, outing: Any, coming: str) -> None:
    case_id = office.start("gs-clerk", SEAL, title="函", document=letter, copies=1, seal="official-seal", **outing).case_id
    rows = {row.step: row.coming for row in cases.case_view("gs-deputy", case_id).map}
    assert (rows["director"], rows["use"]) == (coming, "comes" if coming == "never" else "never")
    assert ("外出" in then(office, "gs-deputy", case_id)) == (coming == "comes")
    assert office.act("gs-deputy", case_id, "approve", "return", opinion="请补充").accepted
    rows = {row.step: row.coming for row in cases.case_view("gs-clerk", case_id).map}
    assert rows["use"] == ("may" if coming == "never" else "never"), "what was left out can be filled in again"
