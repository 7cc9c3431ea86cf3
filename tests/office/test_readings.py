"""Under an embargo: to whoever is not on the reading list the fields are not there, wherever the case is looked at; who is, leaves a trace.

The letter that a seal is asked for, its title among it, is for the applicant and the deputy until the seal is back in its cabinet.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lianfang.catalogue.audit import verify_bundle
from lianfang.office import acts, cases, desk, files, forms, log, readings, register
from lianfang.office import engine as running
from lianfang.office.access import case_of, hidden_in, seen_case
from lianfang.office.views import NotFound
from lianfang.store.models import CaseRow, Entry

SEAL = "government-services/seal"
TITLE = "关于撤并窗口的函"


@pytest.fixture
def kept(sealed: Any) -> tuple[str, str]:
    """A case that was approved, and the letter in it."""
    letter = sealed.file("撤并窗口.txt", "自下月起撤并两个窗口。", "gs-clerk")
    opened = sealed.start("gs-clerk", SEAL, title=TITLE, document=letter, copies=2, seal="official-seal")
    assert opened.accepted, opened.refusal
    assert sealed.act("gs-deputy", opened.case_id, "approve", "approve").accepted
    return opened.case_id, letter


def everything(person: str, case_id: str) -> str:
    """All that a person is told of a case, in one text."""
    view = cases.case_view(person, case_id)
    told = [view, view.record, cases.entries(person, case_id), forms.step_form(person, case_id, "apply"), desk.find(person, case_id)]
    return " ".join(map(repr, told))


def readings_of(person: str) -> list[dict[str, Any]]:
    return [json.loads(e.body)["read"] for e in Entry.objects.filter(kind=Entry.READ, actor=person).order_by("id")]


@pytest.mark.parametrize("person", ["gs-keeper", "gs-director", "inspector", "auditor"])
def test_it_is_not_there_for_who_is_not_listed(sealed: Any, kept: tuple[str, str], person: str) -> None:
    """Also for oversight, and for who leads the unit."""
    case_id, letter = kept
    told = everything(person, case_id)
    assert TITLE not in told
    assert letter not in told
    assert "copies" in told, "the rest of the case is shown as ever"
    with pytest.raises(NotFound) as never:
        files.fetch(person, "0" * 64)
    with pytest.raises(NotFound) as hidden:
        files.fetch(person, letter)
    assert hidden.value.message == never.value.message, "as for a file that does not exist"
    assert not readings_of(person)


def test_lists_and_search_do_not_tell_the_title(sealed: Any, kept: tuple[str, str]) -> None:
    case_id, _ = kept
    assert CaseRow.objects.get(id=case_id).title == "印章管理"
    for person in ("gs-keeper", "gs-clerk", "inspector"):
        assert desk.find(person, TITLE).total == 0
        assert [line.title for line in desk.find(person, case_id).lines] == ["印章管理"]


def test_a_form_looks_as_if_nobody_had_filled_it_in(sealed: Any, kept: tuple[str, str]) -> None:
    fields = {field.id: field for field in forms.step_form("gs-keeper", kept[0], "apply").fields}
    assert (fields["title"].value, fields["document"].value, fields["document"].file) == (None, None, None)
    assert fields["copies"].value == 2


def test_who_is_listed_reads_it_and_that_is_evidence(sealed: Any, kept: tuple[str, str]) -> None:
    case_id, letter = kept
    told = everything("gs-deputy", case_id)
    assert TITLE in told
    assert letter in told
    [reading] = readings_of("gs-deputy")
    assert (reading["case"], reading["fields"]) == (case_id, ["document", "title"])
    assert reading["facts"]["posts:gs-deputy"] == ["government-services/deputy-director"]
    entry = Entry.objects.get(kind=Entry.READ, actor="gs-deputy")
    assert "gs-deputy" in log.seen_proof("inspector", entry.id).body, "who reads the log reads who read, not what"
    assert TITLE not in entry.body


def test_opening_the_file_is_a_reading_of_its_own(sealed: Any, kept: tuple[str, str]) -> None:
    case_id, letter = kept
    files.fetch("gs-deputy", letter)
    files.fetch("gs-deputy", letter)
    assert [(one["case"], one["fields"]) for one in readings_of("gs-deputy")] == [(case_id, ["document"])]


def test_reading_again_within_the_hour_adds_nothing_and_after_it_does(sealed: Any, kept: tuple[str, str]) -> None:
    case_id, _ = kept
    counts = []
    for moment in ("2026-12-01T01:00:00Z", "2026-12-01T01:59:59Z", "2026-12-01T02:00:00Z"):
        sealed.at(moment)
        cases.case_view("gs-deputy-2", case_id)
        counts.append(len(readings_of("gs-deputy-2")))
    assert counts == [1, 1, 2]


def test_what_can_not_be_kept_is_not_shown(sealed: Any, kept: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(running.engine().writer, "submit", broken)
    with pytest.raises(OSError, match="no space left"):
        cases.case_view("gs-deputy", kept[0])
    assert TITLE not in everything("gs-keeper", kept[0]), "who is shown nothing of it needs no entry"


def test_a_key_that_was_used_for_something_else_gets_nobody_past_it(sealed: Any, kept: tuple[str, str]) -> None:
    case_id, _ = kept
    sealed.at("2026-12-01T01:00:00Z")
    cases.case_view("gs-deputy-2", case_id)
    key = Entry.objects.get(kind=Entry.READ, actor="gs-deputy-2").key
    sealed.at("2026-12-01T02:00:00Z")
    acts.act("gs-deputy-2", case_id, "", "urge", {}, key.replace("T01", "T02"))
    with pytest.raises(NotFound):
        cases.case_view("gs-deputy-2", case_id)


def test_a_refusal_does_not_tell_what_was_compared(sealed: Any, kept: tuple[str, str]) -> None:
    """The keeper stamps another paper: what it should have been is not theirs to know, nor whoever sees the case."""
    case_id, letter = kept
    other = sealed.file("另一份.txt", "另一份文件。", "gs-keeper")
    outcome = sealed.act("gs-keeper", case_id, "use", stamped=other, impressions=2)
    assert not outcome.accepted
    assert outcome.refusal.control == "same-document"
    for told in (
        outcome.refusal,
        everything("gs-keeper", case_id),
        register.matter_view("gs-director", SEAL),
        desk.desk("gs-keeper").refused,
    ):
        assert letter[:12] not in repr(told)
        assert "撤并窗口.txt" not in repr(told)
    assert letter[:12] in Entry.objects.get(id=outcome.entry).body, "the log keeps why, for those who may know"
    assert log.seen_proof("gs-keeper", outcome.entry).body == ""
    assert letter[:12] in repr(cases.case_view("gs-deputy", case_id).timeline[-1].refusal)


@pytest.mark.parametrize("person", ["inspector", "auditor", "gs-keeper"])
def test_the_entries_of_the_log_are_not_shown_in_part(sealed: Any, kept: tuple[str, str], person: str) -> None:
    first = Entry.objects.filter(case_id=kept[0]).order_by("id").first()
    assert first is not None
    proof = log.seen_proof(person, first.id)
    assert (proof.body, proof.leaf) == ("", bytes(first.leaf).hex()), "the proof is everybody's"
    assert TITLE in log.seen_proof("gs-deputy", first.id).body
    assert readings_of("gs-deputy")


def test_what_opened_no_case_is_its_actors_own(sealed: Any) -> None:
    """A refused application is kept with all that was filled in, and there is no case whose readers could be asked for."""
    blank = sealed.file("空白.txt", "  ", "gs-clerk")
    tried = sealed.start("gs-clerk", SEAL, title=TITLE, document=blank, copies=2, seal="official-seal")
    assert not tried.accepted
    for person in ("inspector", "auditor", "gs-deputy"):
        assert log.seen_proof(person, tried.entry).body == ""
    assert blank[:12] not in repr(register.matter_view("gs-director", SEAL))
    assert TITLE in log.seen_proof("gs-clerk", tried.entry).body


def test_after_the_release_everybody_reads_and_nothing_is_kept_of_it(sealed: Any, kept: tuple[str, str]) -> None:
    case_id, letter = kept
    assert sealed.act("gs-keeper", case_id, "use", stamped=letter, impressions=2).accepted
    assert sealed.act("gs-keeper", case_id, "custody", seal_intact=True).accepted
    before = Entry.objects.filter(kind=Entry.READ).count()
    assert TITLE in everything("inspector", case_id)
    assert TITLE in log.seen_proof("inspector", Entry.objects.filter(case_id=case_id).order_by("id")[0].id).body
    assert files.fetch("auditor", letter)[0].sha256 == letter
    assert Entry.objects.filter(kind=Entry.READ).count() == before


def test_who_left_the_list_while_the_page_was_made_is_shown_nothing(sealed: Any, kept: tuple[str, str]) -> None:
    """What is looked at again in the transaction is what counts."""
    case = case_of(seen_case("gs-deputy", kept[0]))
    with pytest.raises(NotFound):
        readings.opened("gs-keeper", case, ["document"])
    assert not readings_of("gs-keeper")


def _verdict(tmp_path: Path) -> Any:
    log.export(tmp_path / "bundle")
    return verify_bundle(tmp_path / "bundle")


def test_the_log_with_its_readings_verifies(sealed: Any, kept: tuple[str, str], tmp_path: Path) -> None:
    cases.case_view("gs-deputy", kept[0])
    cases.case_view("gs-clerk", kept[0])
    verdict = _verdict(tmp_path)
    assert verdict.sound, verdict.faults
    assert '"read":' in (tmp_path / "bundle" / "entries.jsonl").read_text(encoding="utf-8")


def test_a_reading_by_somebody_who_was_not_listed_does_not_verify(
    sealed: Any, kept: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that lets somebody read whom it should not says so in its own log."""
    monkeypatch.setattr("lianfang.office.access.embargo.hidden", lambda case, person, facts: frozenset())
    cases.case_view("inspector", kept[0])
    monkeypatch.undo()
    verdict = _verdict(tmp_path)
    assert not verdict.sound
    assert "inspector was not on the list to read" in repr(verdict.faults)


def test_an_office_without_an_embargo_asks_nothing_more(
    office: Any, application: str, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(0):
        assert hidden_in("gs-keeper", running.engine().current[SEAL], {"case": application}) == frozenset()
    cases.case_view("gs-keeper", application)
    assert not Entry.objects.filter(kind=Entry.READ).exists()


PAGES = (
    "/cases/{case}/", "/cases/{case}/steps/apply/", "/cases/{case}/steps/use/", "/", "/search/?q={case}", "/files/{letter}/",
    f"/matters/{SEAL}/", "/evidence/", "/evidence/entries/{entry}/",
)  # fmt: skip
ANSWERS = (
    "/cases/{case}",
    "/cases/{case}/events",
    "/cases/{case}/steps/apply/form",
    "/tasks",
    "/files/{letter}",
    "/evidence/entries/{entry}",
)


@pytest.mark.parametrize("person", ["gs-keeper", "gs-director", "inspector"])
def test_no_page_and_no_answer_of_the_interface_tells(sealed: Any, kept: tuple[str, str], person: str) -> None:
    """Over HTTP, as it leaves the house: neither the title, nor the file by its name, hash or bytes."""
    case_id, letter = kept
    entry = Entry.objects.filter(case_id=case_id).order_by("id")[0].id
    client, key = sealed.client(person), {"Authorization": f"Bearer {sealed.token(person)}"}
    named = {"case": case_id, "letter": letter, "entry": entry}
    found = [client.get(path.format(**named)) for path in PAGES]
    found += [client.get(f"/api/v1{path.format(**named)}", headers=key) for path in ANSWERS]
    assert {answer.status_code for answer in found} <= {200, 403, 404}
    assert found[0].status_code == 200
    assert found[len(PAGES)].status_code == 200
    for answer in found:
        sent = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")
        asked = answer.request["PATH_INFO"]
        for secret in (TITLE, "撤并窗口.txt", "自下月起撤并", letter):
            assert secret not in sent.replace(asked, ""), (asked, secret)


def test_the_same_pages_tell_a_listed_reader(sealed: Any, kept: tuple[str, str]) -> None:
    """The other half of the test above: these pages would tell."""
    case_id, letter = kept
    entry = Entry.objects.filter(case_id=case_id).order_by("id")[0].id
    client, key = sealed.client("gs-deputy"), {"Authorization": f"Bearer {sealed.token('gs-deputy')}"}
    named = {"case": case_id, "letter": letter, "entry": entry}
    for path in (*PAGES[:2], PAGES[8]):
        assert TITLE in client.get(path.format(**named)).content.decode()
    for path in (*ANSWERS[:3], ANSWERS[5]):
        assert TITLE in json.dumps(client.get(f"/api/v1{path.format(**named)}", headers=key).json(), ensure_ascii=False)
    assert b"".join(client.get(f"/api/v1/files/{letter}", headers=key).streaming_content).decode().startswith("自下月起撤并")
