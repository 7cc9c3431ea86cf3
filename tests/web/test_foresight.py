"""A form tells what it would meet before anybody submits it: at the field, by the control that will judge it, and nothing is kept of it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from lianfang.office.engine import engine
from lianfang.store.models import Entry
from tests.web.conftest import EXPENSE, Reader

Open = Callable[..., Reader]
WOULD = "照此提交会被拦截"


def told(markup: str) -> dict[str, str]:
    """What is told at each place of a form that tells something, without marks."""
    found = {}
    for place in re.split(r'<div class="foreseen" id="', markup)[1:]:
        name, _, rest = place.partition("-foreseen")
        lines = re.findall(r'<div class="foreseen-line">(.*?)</div>', rest, re.S)
        if lines:
            found[name] = re.sub(r"<[^>]+>|\s+", " ", " ".join(lines))
    return found


def quiet(reader: Reader, path: str, **typed: Any) -> dict[str, str]:
    """What the form tells when it saves itself with these words in it."""
    answer = reader.client.post(path, {"save-draft": "quiet", **typed})
    assert answer.status_code == 200
    return told(answer.content.decode())


def test_the_applicant_is_told_on_the_page_that_approving_is_not_theirs(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    case, entries = ask(), Entry.objects.count()
    page = reader("gs-clerk").open(f"/cases/{case}/steps/approve/").source
    assert WOULD in page and "只能由" in page
    page = reader("gs-deputy").open(f"/cases/{case}/steps/approve/").source
    assert WOULD not in page
    assert Entry.objects.count() == entries, "an attempt is evidence, looking at a form is none"


def test_a_field_tells_what_it_would_meet_as_soon_as_it_is_filled_in(office: Any, reader: Open, slices: list[str]) -> None:
    clerk, path, entries = reader("ic-clerk"), f"/start/{EXPENSE}/", Entry.objects.count()
    line = {"invoices": ["0"], "invoices[0].seller": "宝文印务", "invoices[0].date": "2026-01-02", "invoices[0].amount": "1000"}
    assert quiet(clerk, path, title="再印一批") == {}
    again = quiet(clerk, path, title="再印一批", payee="宝文印务", **line, **{"invoices[0].number": "0002"})
    assert [*again] == ["collect-invoices"] and WOULD in again["collect-invoices"] and slices[1] in again["collect-invoices"]
    assert "一张发票只能报销一次" in again["collect-invoices"] and "请去掉这一项" in again["collect-invoices"]
    assert quiet(clerk, path, **line, **{"invoices[0].number": "0009"}) == {}
    wrong = quiet(clerk, path, **{**line, "invoices[0].amount": "很多", "invoices[0].number": "0009"})
    assert [*wrong] == ["collect-invoices"] and "第 1 行 金额" in wrong["collect-invoices"] and WOULD not in wrong["collect-invoices"]
    assert Entry.objects.count() == entries


def test_a_draft_is_opened_with_what_it_would_meet_without_a_script(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    case = office.start("ic-clerk", EXPENSE, **claim(office)).case_id
    clerk, path = reader("ic-clerk"), f"/cases/{case}/steps/fill/"
    typed = {"amount": "1,500", "purpose": "office", "budget_line": "office-2026"}
    answer = clerk.client.post(path, {"save-draft": "keep", **typed}, follow=True).content.decode()
    assert "报销金额等于发票合计" in told(answer)["fill-amount"]
    english = clerk.speak("en").open(path).source
    assert "As it stands, this would be refused" in told(english)["fill-amount"]
    assert not re.search("[\u4e00-\u9fff]", told(english)["fill-amount"].split("Risk guarded")[0])
    refused = clerk.client.post(path, {**typed, "act": "do"})
    assert refused.status_code == 409 and told(refused.content.decode()) == {}, "what was refused is told once"


def claim(office: Any) -> dict[str, Any]:
    invoice = {"seller": "宝文印务", "number": "0077", "date": "2026-01-02", "amount": 100_000}
    scan = office.file("凭证.txt", "增值税普通发票", "ic-clerk")
    return {"title": "印制材料费", "payee": "宝文印务", "invoices": [invoice], "vouchers": scan}


def test_who_does_not_see_a_case_learns_nothing_of_it(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    path = f"/cases/{ask()}/steps/approve/"
    assert reader("ic-clerk").client.post(path, {"save-draft": "quiet", "opinion": "同意"}).status_code == 404


def other_paper(office: Any, reader: Open, ask: Callable[..., str]) -> dict[str, str]:
    """What the keeper's form tells when they are about to stamp another paper than the approved one."""
    case, paper = ask(), office.file("另一份.txt", "另一份函件", "gs-keeper")
    assert office.act("gs-deputy", case, "approve", "approve").accepted
    return quiet(reader("gs-keeper"), f"/cases/{case}/steps/use/", stamped=paper, impressions="3")


def test_a_file_that_is_kept_already_is_judged(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    told = other_paper(office, reader, ask)
    assert "用印文件须与获批文件一致" in told["use-stamped"]
    assert "用印份数不超过获批份数" in told["use-impressions"]


def test_a_form_opens_and_saves_itself_while_the_database_is_busy(
    office: Any, reader: Open, ask: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/cases/{ask()}/steps/approve/"

    def busy(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError

    monkeypatch.setattr(engine().writer, "submit", busy)
    clerk = reader("gs-clerk")
    assert WOULD not in clerk.open(path).source
    assert quiet(clerk, path, opinion="同意") == {}


def test_what_is_under_an_embargo_can_not_be_found_out_by_trying(sealed: Any, reader: Open, ask: Callable[..., str]) -> None:
    assert [*other_paper(sealed, reader, ask)] == ["use-impressions"]
