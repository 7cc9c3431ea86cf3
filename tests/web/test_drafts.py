"""What is left half filled in is there again: saved by itself, through a refusal and through signing out; and it is nobody else's."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lianfang.catalogue.compile import RESERVED
from lianfang.kernel.schedule import utc_moment, utc_text
from lianfang.office import drafts
from lianfang.office.engine import engine
from lianfang.office.sweep import sweep
from lianfang.store.models import Draft, Entry
from tests.web.conftest import EXPENSE, SEAL, Html, Reader

START = f"/start/{SEAL}/"
TYPED = {"title": "延时服务函", "copies": "2", "seal": "official-seal"}
Open = Callable[..., Reader]


def quiet(reader: Reader, path: str = START, **more: Any) -> Any:
    """A form saves itself, as its page makes it."""
    return reader.client.post(path, {"save-draft": "quiet", **TYPED, **more})


def listed(reader: Reader) -> str:
    """The drafts on somebody's workbench."""
    return reader.text("/", list="drafts")


def test_a_form_that_saved_itself_is_on_the_workbench_and_filled_in_again(office: Any, reader: Open) -> None:
    clerk, entries = reader("gs-clerk"), Entry.objects.count()
    answer = quiet(clerk).content.decode()
    assert "已存草稿" in answer and "data-whole" in answer and "<html" not in answer
    assert "草稿 1" in clerk.text("/")
    page = clerk.open("/", list="drafts")
    assert START in page.links
    form = clerk.open(START).source
    assert 'value="延时服务函"' in form and 'value="official-seal" selected' in form
    assert "已填回您" in form and "保留到" in form
    assert Entry.objects.count() == entries, "it is no evidence"


def test_what_a_form_is_submitted_with_is_no_name_that_a_field_may_have(office: Any, reader: Open) -> None:
    """A field named as a button would press it: what held a field ``draft`` was saved as a draft and never submitted."""
    form = next(form["fields"] for form in reader("ic-clerk").open(f"/start/{EXPENSE}/").forms if "save-draft" in form["fields"])
    record = engine().current[EXPENSE].record
    own = {name for name in form if name.partition("[")[0] not in record}
    assert {"act", "key", "save-draft", "add-line", "remove-line", "keep-file"} <= own
    assert all("-" in name or name in RESERVED for name in own - {"csrfmiddlewaretoken"})


def test_without_scripts_it_is_saved_by_a_button_with_its_files(office: Any, reader: Open) -> None:
    clerk = reader("gs-clerk")
    answer = clerk.client.post(START, {"save-draft": "keep", **TYPED, "document": SimpleUploadedFile("函.txt", "自下月起".encode())})
    assert (answer.status_code, answer["Location"]) == (302, START)
    page = clerk.open(START)
    assert "已存为草稿" in page.words and "函.txt" in page.words
    kept = next(form["fields"] for form in page.forms if "save-draft" in form["fields"])
    done = clerk.client.post(START, {**TYPED, "outing": "no", "act": "do", "document": kept["document"], "key": kept["key"]})
    assert done.status_code == 302 and done["Location"].startswith("/cases/")
    assert "草稿 0" in clerk.text("/"), "it goes when it was submitted"
    assert quiet(clerk, key=kept["key"]).status_code == 200
    assert "草稿 0" in clerk.text("/"), "a form that saves itself late brings nothing back that was submitted"


def test_a_refusal_and_a_mistake_cost_nothing(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    clerk = reader("gs-clerk")
    assert clerk.client.post(START, {**TYPED, "copies": "two", "act": "do"}).status_code == 422
    assert 'value="two"' in clerk.open(START).source
    path = f"/cases/{ask()}/steps/approve/"
    assert clerk.client.post(path, {"act": "approve", "opinion": "自己批准", "as-seen": "1"}).status_code == 409
    assert "自己批准</textarea>" in clerk.open(path).source
    assert "草稿 2" in clerk.text("/")


def test_what_waits_on_the_page_of_the_case_is_filled_in_there_too(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    case, leader = ask(), reader("gs-deputy")
    path = f"/cases/{case}/steps/approve/"
    assert quiet(leader, path, opinion="份数过多", **{"as-seen": "1"}).status_code == 200
    page = leader.open(f"/cases/{case}/")
    assert "份数过多</textarea>" in page.source
    assert "本件有新的办理" not in page.words
    assert quiet(leader, path, opinion="份数过多", **{"as-seen": "0"}).status_code == 200
    assert "本件有新的办理" in leader.open(f"/cases/{case}/").words


def test_it_outlives_signing_out_and_is_nobody_elses(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    clerk, path = reader("gs-clerk"), f"/cases/{ask()}/steps/approve/"
    quiet(clerk)
    quiet(clerk, path, opinion="自己批准")
    clerk.client.post("/logout/")
    other = reader("gs-deputy")
    assert "延时服务函" not in other.open(START).source
    assert "自己批准" not in other.open(path).source
    assert "草稿 0" in other.text("/")
    assert other.client.post("/drafts/", {"place": START}).status_code == 404
    assert 'value="延时服务函"' in reader("gs-clerk").open(START).source
    stranger = reader("ic-clerk-2")
    assert quiet(stranger, path, opinion="看看").status_code == 404, "who may not see the case can't write there"
    assert not Draft.objects.filter(person="ic-clerk-2").exists()


def test_it_is_given_up_by_its_person_in_the_form_or_in_the_list(office: Any, reader: Open) -> None:
    clerk = reader("gs-clerk")
    for place, sent in ((START, {"empty-form": "1", **TYPED}), ("/drafts/", {"place": START})):
        quiet(clerk)
        assert clerk.client.get(START, {"empty-form": "1"}).status_code == 200
        assert "延时服务函" in clerk.open(START).source, "a link from elsewhere deletes nothing"
        assert clerk.client.post(place, sent).status_code == 302
        assert "延时服务函" not in clerk.open(START).source
    assert clerk.client.post("/drafts/", {"place": START}).status_code == 404


def test_it_is_swept_after_thirty_days_without_a_change(office: Any, reader: Open) -> None:
    quiet(reader("gs-clerk"))
    saved = utc_moment(Draft.objects.get().saved_at)
    for moment, there in ((saved + drafts.KEPT, True), (saved + drafts.KEPT + timedelta(seconds=1), False)):
        office.at(utc_text(moment))
        sweep()
        assert Draft.objects.exists() == there


def test_nothing_is_kept_that_is_too_long_or_has_no_form(office: Any, reader: Open) -> None:
    clerk = reader("gs-clerk")
    assert "内容过长" in quiet(clerk, title="长" * (drafts.MOST_LETTERS + 1)).content.decode()
    assert quiet(clerk, "/start/nowhere/nothing/").status_code == 404
    assert not Draft.objects.exists()


@pytest.mark.usefixtures("sealed")
def test_what_is_under_an_embargo_is_not_kept(reader: Open) -> None:
    """A draft outlives what its person may read; the rest of the form is kept, and the answer says that it is not all."""
    clerk = reader("gs-clerk")
    answer = quiet(clerk).content.decode()
    assert "data-whole" not in answer and "禁阅" in answer
    assert "延时服务函" not in json.dumps(list(Draft.objects.values()), ensure_ascii=False)
    form = clerk.open(START).source
    assert 'value="official-seal" selected' in form and "延时服务函" not in form


def test_lines_of_a_list_are_kept_in_their_places(office: Any, reader: Open) -> None:
    clerk, path = reader("ic-clerk"), f"/start/{EXPENSE}/"
    lines = {"invoices": ["0", "3"], "invoices[0].seller": "宝文印务", "invoices[3].seller": "中国电信"}
    assert clerk.client.post(path, {"save-draft": "quiet", **lines}).status_code == 200
    page = clerk.open(path)
    values = {one["name"]: one.get("value") for one in page.all("input") if one.get("name", "").startswith("invoices[")}
    assert (values["invoices[0].seller"], values["invoices[1].seller"]) == ("宝文印务", "中国电信")


def test_work_on_an_alert_is_kept_in_its_form(office: Any, reader: Open, slices: list[str]) -> None:
    inspector = reader("inspector")
    assert inspector.client.post("/alerts/1/", {"form": "take", "act": "take"}).status_code == 302
    sent = {"form": "forward", "opinion": "已约谈", "proof": SimpleUploadedFile("谈话记录.txt", b"x")}
    assert inspector.client.post("/alerts/1/", {"save-draft": "keep", **sent}).status_code == 302
    page = inspector.open("/alerts/1/")
    assert "已约谈</textarea>" in page.source and "谈话记录.txt" in page.words
    assert "预警处置" in listed(inspector)
    assert inspector.client.post("/alerts/1/", {"empty-form": "1", "form": "forward"}).status_code == 302
    assert "已约谈" not in inspector.open("/alerts/1/").source


def test_the_list_is_complete_in_english(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    clerk = reader("gs-clerk").speak("en")
    quiet(clerk, f"/cases/{ask()}/steps/approve/", opinion="ok")
    assert "Save as a" not in listed(clerk)
    said = listed(clerk)
    for words in ("Drafts 1", "Kept until", "Drafts are seen by you alone"):
        assert words in said


def test_every_form_says_how_it_saves_itself(office: Any, reader: Open) -> None:
    page: Html = reader("gs-clerk").open(START)
    saves = [found for _, found in page.tags if "data-draft" in found]
    assert [found["hx-post"] for found in saves] == [START]
