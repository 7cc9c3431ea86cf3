"""The switch of the language on the page of a form, without scripts: nothing that was typed or chosen is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lianfang.store.models import Entry
from lianfang.web.case import views
from lianfang.web.case.standing import asks
from tests.web.conftest import EXPENSE, SEAL, Html, Reader

SWITCH, COOKIE = "in-language", "django_language"


def inside(page: Html) -> list[dict[str, str]]:
    """The switches that belong to forms."""
    return [found for found in page.all("button") if found.get("name") == SWITCH]


def test_what_was_typed_and_chosen_stands_in_the_other_language_and_back(office: Any, reader: Callable[..., Reader]) -> None:
    clerk, path = reader("ic-clerk"), f"/start/{EXPENSE}/"
    (switch,) = inside(clerk.open(path))
    assert [found["for"] for found in clerk.open(path).all("label")][:1] == [switch["id"]], "the head's switch is that of the form"
    before = Entry.objects.count()
    rows = {"invoices[0].seller": "宝文印务", "invoices[0].amount": "贰仟", "invoices[3].number": "0002"}
    typed = {"title": "印制材料费", "payee": "", "invoices": ["0", "3"], **rows, SWITCH: switch["value"]}
    answer = clerk.client.post(path, {**typed, "vouchers": SimpleUploadedFile("凭证.txt", "发票".encode())})
    page = Html(answer.content.decode())
    assert (answer.status_code, answer["Content-Language"], page.all("html")[0]["lang"]) == (200, "en", "en")
    assert clerk.client.cookies[COOKIE].value == "en"
    (form,) = [form for form in page.forms if "title" in form["fields"]]
    kept = form["fields"]["vouchers"]
    assert len(kept) == 64, "the file was kept"
    expected = {"title": "印制材料费", **rows, "invoices[1].number": "0002"}
    del expected["invoices[3].number"]
    assert expected.items() <= form["fields"].items()
    assert "error-summary" not in page.source, "nothing is judged by that"
    filled = {
        name: value for name, value in form["fields"].items() if name not in ("save-draft", "empty-form")
    }  # buttons that were not pressed
    back = clerk.client.post(path, {**filled, "invoices": ["0", "1"], SWITCH: inside(page)[0]["value"]})
    fields = next(form["fields"] for form in Html(back.content.decode()).forms if "title" in form["fields"])
    assert (fields["vouchers"], fields["invoices[0].amount"], back["Content-Language"]) == (kept, "贰仟", "zh-hans")
    assert Entry.objects.count() == before, "nothing was done"


def test_an_opinion_on_the_page_of_a_case_is_not_lost(reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    deputy, case = reader("gs-deputy"), ask()
    page = deputy.open(f"/cases/{case}/")
    (switch,) = inside(page)
    assert not [form for form in page.forms if form["attributes"].get("action") == "/i18n/setlang/"]
    answer = deputy.client.post(f"/cases/{case}/steps/approve/", {"opinion": "份数过多", SWITCH: switch["value"]})
    assert "份数过多</textarea>" in answer.content.decode()
    assert 'lang="en"' in answer.content.decode()
    assert deputy.open(f"/cases/{case}/").all("html")[0]["lang"] == "en"


def test_a_page_that_asks_for_several_things_has_a_switch_in_each_form(
    reader: Callable[..., Reader], ask: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(*given: Any) -> Any:
        (one,) = asks(*given)
        return one, replace(one, form=replace(one.form, view=replace(one.form.view, step="other")))

    monkeypatch.setattr(views, "asks", twice)
    page = reader("gs-deputy").open(f"/cases/{ask()}/")
    assert [(found["id"], found["class"]) for found in inside(page)] == [("language-approve", "plain"), ("language-other", "plain")]
    assert not [found for found in page.all("label") if found.get("for", "").startswith("language")]
    assert not [form for form in page.forms if form["attributes"].get("action") == "/i18n/setlang/"]


@pytest.mark.parametrize("asked", ["fr", "", "../en"])
def test_a_language_that_there_is_not_changes_nothing(reader: Callable[..., Reader], asked: str) -> None:
    clerk = reader("gs-clerk")
    answer = clerk.client.post(f"/start/{SEAL}/", {"title": "函", SWITCH: asked})
    assert COOKIE not in clerk.client.cookies
    assert 'value="函"' in answer.content.decode() and answer["Content-Language"] == "zh-hans"
