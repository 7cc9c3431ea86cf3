"""What a value of a case was before: who set it to what, told from the entries and only to who reads the field."""

from __future__ import annotations

from typing import Any

import pytest

from lianfang.office import cases
from lianfang.office.views import ChangeView

SEAL = "government-services/seal"


def changes(person: str, case_id: str) -> dict[str, tuple[ChangeView, ...]]:
    return {value.id: value.changes for value in cases.case_view(person, case_id).values if value.changes}


def test_what_was_changed_after_a_return_is_told_with_who_set_it_when(office: Any, application: str) -> None:
    assert changes("gs-deputy", application) == {}, "what was set once has no history"
    assert office.act("gs-deputy", application, "approve", "return", opinion="份数过多").accepted
    office.at("2026-12-01T02:00:00Z")
    again = office.act("gs-clerk", application, "apply", title="延时服务函", copies=1)
    assert again.accepted
    (name, (first, last)), *others = changes("gs-deputy", application).items()
    assert (name, others) == ("copies", []), "what was submitted again as it was did not change"
    assert [(one.kept, one.value.text.zh, one.actor, one.who.zh, one.step_title.zh) for one in (first, last)] == [
        (2, "2", "gs-clerk", "武晓岚", "印章的申请"),
        (1, "1", "gs-clerk", "武晓岚", "印章的申请"),
    ]
    assert (last.at, last.entry) == ("2026-12-01T02:00:00Z", again.entry)


def test_each_paper_has_the_name_that_its_own_uploader_gave_it(office: Any, application: str) -> None:
    assert office.act("gs-deputy", application, "approve", "return", opinion="请改").accepted
    assert office.act("gs-clerk", application, "apply", document=office.file("函（第二稿）.txt", "第二稿", "gs-clerk")).accepted
    files = [one.value.file.name for one in changes("gs-deputy", application)["document"] if one.value.file]
    assert files == ["关于窗口延时服务的函.txt", "函（第二稿）.txt"]


def test_what_was_only_tried_changed_nothing(office: Any, application: str) -> None:
    assert office.act("gs-deputy", application, "approve", "return", opinion="请改").accepted
    assert not office.act("gs-clerk", application, "apply", document=office.file("白.txt", " ", "gs-clerk")).accepted
    assert changes("gs-clerk", application) == {}


@pytest.mark.parametrize(("person", "told"), [("gs-deputy", {"title", "copies"}), ("gs-keeper", {"copies"}), ("inspector", {"copies"})])
def test_under_an_embargo_a_field_has_no_past_either(sealed: Any, person: str, told: set[str]) -> None:
    letter = sealed.file("撤并窗口.txt", "自下月起撤并两个窗口。", "gs-clerk")
    case_id = sealed.start("gs-clerk", SEAL, title="关于撤并窗口的函", document=letter, copies=2, seal="official-seal").case_id
    assert sealed.act("gs-deputy", case_id, "approve", "return", opinion="请改").accepted
    assert sealed.act("gs-clerk", case_id, "apply", title="关于窗口调整的函", copies=1).accepted
    assert set(changes(person, case_id)) == told
    assert ("撤并窗口" in repr(cases.case_view(person, case_id))) == ("title" in told)
