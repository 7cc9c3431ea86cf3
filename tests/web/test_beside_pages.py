"""The acts beside the steps as the server answers them: what is offered, what is refused, and what survives an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lianfang.store.models import CaseRow, Entry


def box(html: Any, act: str) -> dict[str, Any] | None:
    """The form of an act beside the steps."""
    return next((form for form in html.forms if form["fields"].get("act") == act and form["attributes"]["action"].endswith("/acts/")), None)


def offered(reader: Callable[..., Any], who: str, case: str) -> list[str]:
    html = reader(who).open(f"/cases/{case}/")
    return [act for act in ("urge", "copy", "withdraw") if box(html, act) is not None]


def test_a_page_offers_what_the_kernel_would_accept(office: Any, reader: Callable[..., Any], ask: Callable[..., str]) -> None:
    case = ask()
    assert offered(reader, "gs-clerk", case) == ["urge", "copy", "withdraw"]
    assert offered(reader, "gs-deputy", case) == []
    office.act("gs-deputy", case, "approve", "approve")
    assert offered(reader, "gs-clerk", case) == ["urge", "copy"]
    assert offered(reader, "gs-deputy", case) == ["urge", "copy"]
    assert offered(reader, "inspector", case) == []


def test_a_case_is_taken_back_with_one_click_however_often(office: Any, reader: Callable[..., Any], ask: Callable[..., str]) -> None:
    case, client = ask(), office.client("gs-clerk")
    form = box(reader("gs-clerk").open(f"/cases/{case}/"), "withdraw")
    assert form is not None
    posted = {**form["fields"], "opinion": " 内容有误 "}
    answers = [client.post(f"/cases/{case}/acts/", posted) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Entry.objects.filter(case_id=case).count() == 2
    assert CaseRow.objects.get(id=case).status == "withdrawn"
    page = reader("gs-clerk").text(f"/cases/{case}/")
    assert "已撤回" in page
    assert "内容有误" in page
    assert offered(reader, "gs-clerk", case) == ["copy"]


def test_what_is_too_late_is_409_and_says_so_in_both_languages(office: Any, reader: Callable[..., Any], ask: Callable[..., str]) -> None:
    case, client = ask(), office.client("gs-clerk")
    office.act("gs-deputy", case, "approve", "approve")
    answer = client.post(f"/cases/{case}/acts/", {"act": "withdraw", "key": "k", "opinion": "太迟"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "他人办理之前方可撤回" in html
    assert "他人办理之后不能再撤回" in html
    client.post("/i18n/setlang/", {"language": "en", "next": "/login/"})
    english = client.post(f"/cases/{case}/acts/", {"act": "withdraw", "key": "k2"}).content.decode()
    assert "once somebody else has acted, it can&#x27;t be withdrawn" in english


def test_a_copy_to_nobody_is_422_and_keeps_what_was_written(office: Any, ask: Callable[..., str]) -> None:
    case, client = ask(), office.client("gs-clerk")
    answer = client.post(f"/cases/{case}/acts/", {"act": "copy", "key": "k", "opinion": "请知悉"})
    assert answer.status_code == 422
    assert "请知悉" in answer.content.decode()
    assert Entry.objects.filter(case_id=case).count() == 1
    refused = client.post(f"/cases/{case}/acts/", {"act": "copy", "key": "k", "people": ["nobody"], "opinion": "请知悉"})
    assert refused.status_code == 409
    assert 'open><summary class="button">抄送' in refused.content.decode(), "the form stands open with what was written"


def test_no_stranger_learns_of_a_case_by_acting_beside_it(office: Any, ask: Callable[..., str]) -> None:
    case, client = ask(), office.client("ic-clerk")
    assert client.post(f"/cases/{case}/acts/", {"act": "urge", "key": "k"}).status_code == 404
    assert client.post("/cases/20260101-AAAAAA/acts/", {"act": "urge", "key": "k"}).status_code == 404
    assert client.get(f"/cases/{case}/acts/").status_code == 302
    assert client.post(f"/cases/{case}/acts/", {"act": "approve"}).status_code == 404


def test_the_form_of_an_approval_offers_the_ways_back(office: Any, reader: Callable[..., Any], slices: list[str]) -> None:
    case, client = slices[0], office.client("ic-rechecker")
    html = reader("ic-rechecker").open(f"/cases/{case}/")
    assert [one["value"] for one in html.all("option") if one["value"].isalpha()] == ["collect", "fill"]
    path, back = f"/cases/{case}/steps/recheck/", {"act": "return", "key": "k", "returns_to": "fill"}
    again = client.post(path, back)
    assert again.status_code == 422
    assert '<option value="fill" selected>' in again.content.decode(), "the choice survives an error"
    assert client.post(path, {**back, "opinion": "请补正"}).status_code == 302
    assert "请您办理" in reader("ic-clerk").text(f"/cases/{case}/")
    assert client.post(path, {"act": "approve", "key": "k3", "returns_to": "fill"}).status_code == 409, "it waits elsewhere now"


def test_a_task_is_handed_over_and_what_was_filled_in_is_kept(office: Any, reader: Callable[..., Any], ask: Callable[..., str]) -> None:
    case, client = ask(), office.client("gs-deputy")
    form = box(reader("gs-deputy").open(f"/cases/{case}/"), "transfer")
    assert form is not None
    sent = {"key": form["fields"]["key"], "act": "transfer", "taker": "approve:gs-deputy-2"}
    wrong = client.post(f"/cases/{case}/acts/", sent)
    assert wrong.status_code == 422
    assert "转办须写明理由" in wrong.content.decode()
    assert '<option value="approve:gs-deputy-2" selected>' in wrong.content.decode()
    assert client.post(f"/cases/{case}/acts/", {**sent, "opinion": "外出开会"}).status_code == 302
    assert "转办给丁毅之" in reader("gs-deputy").text(f"/cases/{case}/")
    assert box(reader("gs-deputy").open(f"/cases/{case}/"), "transfer") is None
    assert client.post(f"/cases/{case}/acts/", {**sent, "key": "other", "taker": ""}).status_code == 422


def test_an_opinion_is_asked_and_given_on_the_page(office: Any, reader: Callable[..., Any], ask: Callable[..., str]) -> None:
    case, deputy, adviser = ask(), office.client("gs-deputy"), office.client("ic-director")
    place = f"/cases/{case}/acts/"
    form = box(reader("gs-deputy").open(f"/cases/{case}/"), "consult")
    assert form is not None
    applicant = CaseRow.objects.get(id=case).applicant
    assert f'value="{applicant}"' not in deputy.get(f"/cases/{case}/").content.decode().split("consult-")[1].split("</form>")[0]
    sent = {"key": form["fields"]["key"], "act": "consult", "step": form["fields"]["step"], "people": ["ic-director"]}
    wrong = deputy.post(place, sent)
    assert wrong.status_code == 422
    assert "征求意见须写明所问何事" in wrong.content.decode()
    assert 'value="ic-director" checked' in wrong.content.decode().split("consult-")[1]
    assert deputy.post(place, {**sent, "opinion": "是否规范"}).status_code == 302
    page = reader("ic-director").open(f"/cases/{case}/")
    told = reader("ic-director").text(f"/cases/{case}/")
    assert "请您答复意见" in told
    assert "是否规范" in told
    assert f"/cases/{case}/" in office.client("ic-director").get("/").content.decode(), "it waits on the workbench"
    answer = box(page, "advise")
    assert answer is not None
    given = {"key": answer["fields"]["key"], "act": "advise", "step": answer["fields"]["step"], "opinion": "缺附件"}
    wrong = adviser.post(place, given)
    assert wrong.status_code == 422
    assert "请选择同意或不同意" in wrong.content.decode()
    assert "缺附件</textarea>" in wrong.content.decode(), "what was typed is kept"
    assert box(reader("gs-deputy").open(f"/cases/{case}/"), "recall") is not None
    assert adviser.post(place, {**given, "agrees": "no"}).status_code == 302
    page = reader("gs-deputy").open(f"/cases/{case}/")
    assert box(page, "recall") is None
    assert "缺附件" in reader("gs-deputy").text(f"/cases/{case}/")
    assert box(reader("ic-director").open(f"/cases/{case}/"), "advise") is None
    assert adviser.post(place, {**given, "agrees": "no", "key": "again"}).status_code == 409
