"""Reading: the case page, the workbench, the forms, the register, and who may see what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianfang.office import cases, desk, files, forms, register
from lianfang.office.engine import engine
from lianfang.office.people import one_look
from lianfang.office.views import NotFound, OfficeError
from lianfang.office.words import condition_text
from tests.five import five

SEAL, EXPENSE = "government-services/seal", "information-centre/expense"


def test_the_case_page_says_where_it_stands_and_why(office: Any, application: str, letter: str) -> None:
    office.act("gs-keeper", application, "use", stamped=letter, impressions=2)
    view = cases.case_view("gs-deputy", application)
    (task,) = view.waiting
    assert (task.step, task.mine, task.by.zh) == ("approve", True, "分管副局长")
    assert {holder.id for holder in task.holders} == {"gs-deputy", "gs-deputy-2"}
    states = {row.step: row.state for row in view.map}
    assert (states["apply"], states["approve"], states["use"]) == ("done", "now", "ahead")
    use = next(row for row in view.map if row.step == "use")
    unapproved = next(risk for risk in use.risks if risk.id == "unapproved-use")
    assert (unapproved.grade_title.zh, unapproved.refusals) == ("高", 1)
    assert [(item.kind, item.act.zh) for item in view.timeline] == [("accepted", "发起"), ("refused", "办理")]


def test_the_record_is_shown_in_words(office: Any, claim: Any) -> None:
    values = {value.id: value for value in cases.case_view("ic-clerk", claim(280_000, "1")).values}
    assert values["amount"].text.zh == "¥2,800.00"
    assert values["budget_line"].text.zh == "2026年办公运行经费"
    assert values["purpose"].text == ("办公运行", "Office running")
    assert values["invoices"].rows[0][3].zh == "¥2,800.00"
    assert values["vouchers"].file.name == "凭证.txt"


def test_branches_say_when_they_are_taken(office: Any, claim: Any) -> None:
    rows = {row.step: row.condition.zh for row in cases.case_view("ic-clerk", claim(280_000, "1")).map}
    assert rows["director"] == "报销金额 > ¥3,000.00"
    assert rows["office_meeting"] == "报销金额 > ¥3,000.00；报销金额 > ¥50,000.00"


def test_the_other_branch_is_told_in_words(office: Any, application: str) -> None:
    rows = {row.step: row.condition for row in cases.case_view("gs-clerk", application).map}
    assert rows["use"] == ("非“需将印章带出单位”", "not “The seal must leave the premises”")
    assert rows["hand_back"] == rows["leave"] == ("需将印章带出单位", "The seal must leave the premises")
    assert rows["settle"] == ("已填“丢失或损坏”", "“Lost or damaged” is filled in")
    assert rows["custody"] == ("未填“丢失或损坏”", "“Lost or damaged” is not filled in")


def test_a_case_does_not_exist_for_those_it_does_not_concern(office: Any, application: str) -> None:
    for person in ("gs-clerk", "gs-keeper", "gs-deputy", "gs-director", "gs-head", "inspector", "auditor"):
        assert cases.case_view(person, application).id == application
    for person in ("gs-clerk-2", "s1-head", "ic-director", "sysadmin", "audadmin"):
        with pytest.raises(NotFound):
            cases.case_view(person, application)
        with pytest.raises(NotFound):
            cases.entries(person, application)
        with pytest.raises(NotFound):
            forms.step_form(person, application, "approve")
        assert desk.find(person, application).total == 0
    assert desk.find("gs-head", "延时").total == 1


def test_a_file_is_for_its_uploader_and_those_who_see_its_case(office: Any, application: str, letter: str) -> None:
    for person in ("gs-clerk", "gs-keeper", "inspector"):
        view, path = files.fetch(person, letter)
        assert view.sha256 == letter
        assert path.read_text() == "自下月起周六上午开放综合窗口。"
    with pytest.raises(NotFound):
        files.fetch("ic-clerk", letter)
    alone = office.file("草稿.txt", "还没有提交", "gs-clerk-2")
    with pytest.raises(NotFound):
        files.fetch("gs-clerk", alone)


def test_the_workbench_has_what_waits_what_was_done_and_what_was_started(office: Any, application: str) -> None:
    assert [line.id for line in desk.desk("gs-deputy").waiting.lines] == [application]
    office.act("gs-deputy", application, "approve", "approve")
    mine = desk.desk("gs-deputy")
    assert (mine.waiting.total, [line.step.zh for line in mine.done.lines]) == (0, ["印章的审批"])
    clerk = desk.desk("gs-clerk")
    assert [(line.id, line.step.zh) for line in clerk.started.lines] == [(application, "印章的使用")]
    assert [line.id for line in clerk.startable] == [SEAL, "government-services/vehicle"]
    assert desk.desk("inspector").startable == ()


def test_what_was_refused_is_seen_by_who_tried_it(office: Any) -> None:
    blank = office.file("空白页.txt", " ", "gs-clerk")
    office.start("gs-clerk", SEAL, title="空白介绍信", document=blank, copies=1, seal="official-seal")
    (refused,) = desk.desk("gs-clerk").refused
    assert (refused.control, refused.case_id, refused.matter_title.zh) == ("blank-application", "", "印章管理")
    assert [view.control for view in register.matter_view("gs-director", SEAL).refused] == ["blank-application"]
    assert register.matter_view("gs-clerk-2", SEAL).refused == ()


def test_what_waits_longest_or_falls_due_first_comes_first(office: Any, letter: str) -> None:
    ids = []
    for minute in (1, 2, 3):
        office.at(f"2026-11-25T02:0{minute}:00Z")
        opened = office.start("gs-clerk", SEAL, title=f"函{minute}", document=letter, copies=1, seal="official-seal")
        ids.append(opened.case_id)
    assert [line.id for line in desk.waiting("gs-deputy").lines] == ids


def test_pages_of_a_list(office: Any, letter: str) -> None:
    for number in range(desk.PAGE + 2):
        office.start("gs-clerk", SEAL, title=f"函{number}", document=letter, copies=1, seal="official-seal")
    second = desk.started("gs-clerk", 2)
    assert (second.total, len(second.lines), second.number) == (desk.PAGE + 2, 2, 2)


def asked(work: Callable[[], object]) -> int:
    """How many queries something makes."""
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def test_finding_a_case_asks_as_often_however_many_matters_there_are(office: Any) -> None:
    """Which matters somebody takes part in goes by what they hold, which is read once."""
    with one_look():
        assert asked(lambda: desk.find("gs-clerk", "函")) <= 12 < len(engine().current)


def test_what_waits_asks_as_often_however_much_it_is(office: Any, letter: str) -> None:
    counts = []
    for number in range(4):
        office.start("gs-clerk", SEAL, title=f"函{number}", document=letter, copies=1, seal="official-seal")
        counts.append(asked(lambda: desk.waiting("gs-deputy")))
    assert len({*counts}) == 1, counts


def test_a_form_offers_what_may_be_chosen(office: Any, application: str) -> None:
    fields = {field.id: field for field in forms.opening_form("gs-clerk", SEAL).fields}
    assert [option.label.zh for option in fields["seal"].options] == ["区政务局合同专用章", "区政务局行政公章"]
    filled = {field.id: field for field in forms.step_form("gs-clerk", application, "apply").fields}
    assert (filled["copies"].value, filled["document"].file.name) == (2, "关于窗口延时服务的函.txt")
    approve = forms.step_form("gs-deputy", application, "approve")
    assert [(act.id, act.forward) for act in approve.acts] == [("approve", True), ("return", False), ("reject", False)]


def test_a_meeting_form_lists_the_members(office: Any, claim: Any) -> None:
    form = forms.step_form("ic-director", claim(8_000_000, "1"), "office_meeting")
    assert {member.id for member in form.meeting} == {
        "ic-director", "ic-deputy", "ic-deputy-2", "ic-department-head", "ic-department-head-2", "ic-head",
    }  # fmt: skip


def test_the_rows_of_the_register(office: Any) -> None:
    rows = [row for unit in register.register() for row in unit.rows]
    numbers = [row.row for row in rows]
    assert len(set(numbers)) == len(numbers)
    assert set(numbers) >= set(range(35, 69))
    assert {row.live for row in rows if row.live} == {
        SEAL, EXPENSE, "archives-bureau/procurement", "government-services/vehicle", "information-centre/contract",
    }  # fmt: skip
    for row in rows:
        assert row.risks
        assert row.measures
        assert all(text.zh and text.en for text in [row.matter, row.owner, *(one.text for one in (*row.risks, *row.measures))])
        if row.live:
            assert all(measure.controls for measure in row.measures), row.row


def test_files_that_are_refused(office: Any) -> None:
    for name, content in (("病毒.exe", b"MZ"), ("空.txt", b""), ("坏.pdf", b"not a pdf"), ("坏.png", b"\x89PNG broken")):
        with pytest.raises(OfficeError) as caught:
            office.file(name, content)
        assert caught.value.message.zh
        assert caught.value.message.en


def test_a_name_from_another_system_is_only_a_name(office: Any, letter: str) -> None:
    sha256 = office.file("..\\..\\etc\\函.txt", "内容", "gs-clerk")
    view, path = files.fetch("gs-clerk", sha256)
    assert view.name == "函.txt"
    assert path.parent.parent.name == "files"


def test_the_opposite_of_yes_is_said_of_the_question() -> None:
    matter = five().matters[SEAL].matter
    assert condition_text(matter, "!outing") == ("“需将印章带出单位”为否", "“The seal must leave the premises” is no")
    assert condition_text(matter, "outing") == ("需将印章带出单位", "The seal must leave the premises")
    assert condition_text(matter, "!has(outing)").zh == "未填“需将印章带出单位”"
