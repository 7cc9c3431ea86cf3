"""A channel: who gets to read what came in, who answers it, and to whom it goes when nobody does."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lianfang.catalogue.audit import verify_bundle
from lianfang.kernel.model import CommandError
from lianfang.office import access, acts, alert_access, alerts, cases, desk, forms, log
from lianfang.office.sweep import sweep
from lianfang.office.views import NotFound
from lianfang.store.models import CaseRow, Entry

WINDOW = "government-services/window"
BOX = f"{WINDOW}/suggestion-box"
SECRET = "登记员把后来的材料先办了。"


def send(office: Any, who: str = "ic-clerk", *about: str) -> str:
    """Somebody of another unit writes; the case."""
    sent = office.start(who, BOX, sort="tip", title="插队", about=list(about), text=SECRET)
    assert sent.accepted, sent.refusal
    return str(sent.case_id)


def readers(case_id: str) -> set[str]:
    """Who can open the case, of those who might; a list shows it to the same people, and their searches and tasks too."""
    row, found = CaseRow.objects.get(id=case_id), set()
    for person in (
        "ic-clerk", "gs-clerk", "gs-head", "gs-head-2", "gs-director", "gs-deputy", "gs-registrar", "inspector", "inspector-2", "auditor",
        "sysadmin", "secadmin", "audadmin",
    ):  # fmt: skip
        listed = access.seen_cases(person).filter(id=case_id).exists()
        assert access.may_see(person, row) == listed, person
        assert any(line.id == case_id for line in desk.find(person, "插队").lines) == listed, person
        if listed:
            found.add(person)
        else:
            with pytest.raises(NotFound):
                cases.case_view(person, case_id)
    return found


def test_read_by_its_sender_the_answering_post_and_oversight_only(window: Any) -> None:
    assert readers(send(window)) == {"ic-clerk", "gs-head", "gs-head-2", "inspector", "inspector-2", "auditor"}


def test_whom_it_concerns_learns_nothing_of_it(window: Any) -> None:
    """Not as the one who would answer, and not as an inspector either: no page, no list, no search, no task."""
    case_id = send(window, "ic-clerk", "gs-head", "inspector", "gs-registrar")
    assert readers(case_id) == {"ic-clerk", "gs-head-2", "inspector-2", "auditor"}
    waits = {person: [line.id for line in desk.waiting(person).lines] for person in ("gs-head", "gs-head-2")}
    assert waits == {"gs-head": [], "gs-head-2": [case_id]}
    assert [task.case_id for task in desk.tasks("gs-head")] == []
    for person in ("gs-head", "inspector"):
        with pytest.raises(NotFound):
            forms.step_form(person, case_id, "answer")


def test_a_copy_lets_nobody_else_read_it_and_is_not_offered(window: Any) -> None:
    """Whoever sent it was told who reads it: neither they nor who answers can make more of it."""
    case_id = send(window, "ic-clerk", "gs-deputy")
    assert "copy" not in cases.case_view("ic-clerk", case_id).beside
    before = readers(case_id)
    window.act("ic-clerk", case_id, "", "copy", people=["gs-deputy", "gs-clerk", "gs-director"])
    assert readers(case_id) == before
    for person in ("gs-deputy", "gs-clerk", "gs-director"):
        assert desk.copied(person).lines == ()


def test_nobody_else_is_asked_for_an_opinion_on_it(window: Any) -> None:
    case_id = send(window)
    (task,) = cases.case_view("gs-head", case_id).waiting
    assert task.mine
    assert "consult" not in cases.case_view("gs-head", case_id).beside
    with pytest.raises(CommandError, match="act"):
        window.act("gs-head", case_id, "", "consult", step=task.step, people=["gs-director"], opinion="x")


def test_it_is_answered_by_who_may_and_its_sender_reads_the_answer(window: Any) -> None:
    case_id = send(window, "ic-clerk", "gs-head")
    with pytest.raises(NotFound):
        window.act("gs-head", case_id, "answer", "do", reply="不属实")
    assert Entry.objects.get(kind=Entry.REFUSED, actor="gs-head").control == "suggestion-box", "that they tried is kept"
    assert window.act("gs-head-2", case_id, "answer", "do", reply="已提醒并公示排队次序。").accepted
    assert cases.case_view("ic-clerk", case_id).record["reply"] == "已提醒并公示排队次序。"
    assert readers(case_id) == {"ic-clerk", "gs-head-2", "inspector", "inspector-2", "auditor"}
    log.export(window.data / "bundle")
    verdict = verify_bundle(window.data / "bundle")
    assert verdict.sound, verdict.faults


@pytest.mark.parametrize("person", ["gs-clerk", "gs-head", "audadmin"])
def test_who_guesses_its_number_learns_nothing_and_that_they_tried_is_kept(window: Any, person: str) -> None:
    """Not that there is such a case, whatever they try: no refusal, no list of fields, no trace on their own desk."""
    case_id = send(window, "ic-clerk", "gs-head")
    tries: list[tuple[str, str, dict[str, Any]]] = [
        ("answer", "do", {"reply": "不属实"}),
        ("answer", "do", {"no-such-field": "x"}),
        ("", "comment", {"opinion": "看看"}),
        ("", "comment", {"opinion": "看看", "people": ["gs-clerk-2"]}),
        ("", "consult", {"step": "answer", "people": ["gs-clerk-2"], "opinion": "看看"}),
        ("", "withdraw", {}),
    ]
    for step, act, data in tries:
        with pytest.raises(NotFound) as hidden:
            window.act(person, case_id, step, act, **data)
        with pytest.raises(NotFound) as never:
            window.act(person, "20260101-AAAAAA", step, act, **data)
        assert hidden.value.message.zh.replace(case_id, "") == never.value.message.zh.replace("20260101-AAAAAA", "")
    with pytest.raises(NotFound):
        acts.act(person, case_id, "answer", "do", {"reply": "不属实"}, seen=0)
    kept = Entry.objects.filter(kind=Entry.REFUSED, actor=person, case_id=case_id)
    assert kept.exists()
    assert desk.desk(person).refused == ()
    assert log.seen_proof(person, kept[0].id).body == ""
    assert SECRET in log.seen_proof("inspector", Entry.objects.filter(case_id=case_id).earliest("id").id).body


def test_unanswered_it_is_escalated_and_not_to_those_who_lead_the_unit(window: Any) -> None:
    """Sent on Monday at nine; five working days later is the next Monday at nine."""
    case_id = send(window)
    window.at("2026-12-14T01:00:00Z")
    sweep()
    assert told("inspector") == []
    window.at("2026-12-14T01:00:01Z")
    sweep()
    (alert,) = told("inspector")
    assert (alert.matter, alert.cases) == (WINDOW, (case_id,))
    assert case_id in alert.explanation.zh and "2026-12-14 09:00" in alert.explanation.en
    assert len(told("office-deputy")) == 1
    assert alert_access.may_read("office-deputy")
    for person in ("office-director", "gs-director", "gs-deputy", "gs-head", "ic-clerk"):
        assert told(person) == [], person
    assert SECRET not in alert.explanation.zh


def test_that_it_is_late_is_not_told_to_whom_it_concerns(window: Any) -> None:
    """Inspectors and auditors see every alert, but for the one that would tell them of a complaint about them."""
    send(window, "ic-clerk", "inspector")
    window.at("2026-12-14T01:00:01Z")
    sweep()
    assert [len(told(person)) for person in ("inspector", "inspector-2", "auditor")] == [0, 1, 1]
    (alert,) = told("auditor")
    with pytest.raises(NotFound):
        alerts.seen_alert("inspector", alert.id)


def told(person: str) -> list[Any]:
    return [alert for alert in alerts.alerts(person).lines if alert.control == "suggestion-box"]


def test_the_log_shows_its_readers_neither_text_nor_sender(window: Any) -> None:
    case_id = send(window, "ic-clerk", "auditor")
    entry = Entry.objects.get(case_id=case_id).id
    for person, reads in (("audadmin", False), ("auditor", False), ("gs-clerk", False), ("inspector", True), ("gs-head", True)):
        assert (SECRET in log.seen_proof(person, entry).body) == reads, person
    for person, shown in (("audadmin", False), ("auditor", False), ("inspector", True)):
        line = next(line for line in log.lines(person) if line.entry == entry)
        assert ((line.case_id == case_id), (line.who.zh != "—")) == (shown, shown), person
    assert log.seen_proof("audadmin", entry).proof, "that it is in the log can be proved to everybody"


def test_anybody_of_the_office_finds_the_box_and_writes_on_its_page(window: Any) -> None:
    for person in ("ic-clerk", "gs-keeper", "inspector"):
        assert BOX in {line.id for line in desk.startable(person)}
    client = window.client("ic-clerk")
    page = client.get(f"/start/{BOX}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "综合窗口意见箱" in text and "涉及的人员" in text and "所涉人员看不到来件" in text
    client.cookies["django_language"] = "en"
    english = client.get(f"/start/{BOX}/").content.decode()
    assert "Suggestion box of the windows" in english and "Whom it concerns" in english and "They can neither read it" in english
    key = re.search(r'name="key" value="([^"]+)"', english)
    assert key is not None
    data = {"key": key[1], "act": "do", "sort": "tip", "title": "插队", "about": ["gs-head"], "text": SECRET}
    sent = client.post(f"/start/{BOX}/", data)
    assert sent.status_code == 302, sent.content.decode()
    assert SECRET in client.get(sent["Location"]).content.decode()
    assert CaseRow.objects.get(matter=BOX).applicant == "ic-clerk"
    for person, status in (("gs-head", 404), ("gs-head-2", 200), ("gs-director", 404)):
        assert window.client(person).get(sent["Location"]).status_code == status, person
