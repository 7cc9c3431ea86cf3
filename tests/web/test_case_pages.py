"""The pages of a case as the server answers them: statuses, what survives, what is kept, and what a double click does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.conftest import Reader

SEAL, EXPENSE = "government-services/seal", "information-centre/expense"
LETTER = "关于窗口延时服务的函：自下月起周六上午开放综合窗口。".encode()


def upload(content: bytes = LETTER, name: str = "函.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def apply(client: Client, **more: Any) -> Any:
    data = {"act": "do", "key": "k", "title": "延时服务函", "copies": "2", "seal": "official-seal", "document": upload(), **more}
    return client.post(f"/start/{SEAL}/", data)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def started(office: Any) -> str:
    return str(apply(office.client("gs-clerk"))["Location"])


def test_nobody_sees_a_form_unless_signed_in(office: Any) -> None:
    answer = Client().get(f"/start/{SEAL}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next=/start/{SEAL}/")


def test_an_accepted_act_leads_to_the_case_and_says_what_comes_next(office: Any) -> None:
    client = office.client("gs-clerk")
    answer = apply(client)
    page = client.get(answer["Location"]).content.decode()
    assert answer.status_code == 302
    assert re.search(r"已受理，存证第 \d+ 号。下一环节：印章的审批（分管副局长 ", page)


def test_a_malformed_form_is_422_and_loses_nothing(office: Any) -> None:
    client = office.client("gs-clerk")
    answer = apply(client, copies="两份", seal="")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "两份" in html and "函.txt" in html and "延时服务函" in html
    again = apply(client, document=hidden(html, "document"), key=hidden(html, "key"))
    assert again.status_code == 302, "the file need not be uploaded again"


def test_all_that_is_wrong_with_a_form_is_said_at_once(office: Any) -> None:
    """What can't be read, what is missing, what is out of bounds and what is not there: nobody is sent round twice."""
    answer = apply(office.client("gs-clerk"), copies="两份", seal="no-such-seal", title="", document=upload(b"x", "run.exe"))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert {name for name in ("copies", "seal", "title", "document") if f'id="apply-{name}-error"' in html} == {
        "copies", "seal", "title", "document",
    }  # fmt: skip
    lines = {"invoices": ["0"], "invoices[0].amount": "x", "invoices[0].number": "1", "invoices[0].date": "2199-01-02"}
    html = office.client("ic-clerk").post(f"/start/{EXPENSE}/", {"act": "do", "key": "k", "payee": "宝文", **lines}).content.decode()
    wrong = ("title", "vouchers", "invoices-0-amount", "invoices-0-seller", "invoices-0-date")
    assert [name for name in wrong if f'id="collect-{name}-error"' not in html] == []


def test_a_page_names_its_act(office: Any) -> None:
    """A form that says no act is asked again: on a page nothing is approved by default."""
    case = started(office)
    assert office.client("gs-deputy").post(f"{case}steps/approve/", {"key": "a", "as-seen": "1"}).status_code == 422


def test_a_file_that_is_no_file_is_said_at_its_field(office: Any) -> None:
    html = apply(office.client("gs-clerk"), document=upload(b"x", "run.exe")).content.decode()
    assert "不接受“.exe”类型的文件" in html
    assert 'id="apply-document-error"' in html


def test_somebody_elses_document_is_not_got_by_naming_its_hash(office: Any) -> None:
    secret = office.file("密.txt", "别人的文件", "ic-clerk")
    answer = apply(office.client("gs-clerk"), document=secret)
    assert answer.status_code == 422
    assert "密.txt" not in answer.content.decode()


def test_two_people_may_upload_the_same_bytes(office: Any) -> None:
    """The second one's refusal still keeps the file for them."""
    blank = b" \n"
    first, second = (apply(office.client(login), document=upload(blank, "白.txt")) for login in ("gs-clerk", "gs-clerk-2"))
    assert (first.status_code, second.status_code) == (409, 409)
    client = office.client("gs-clerk-2")
    html = apply(client, document=upload(blank, "白.txt")).content.decode()
    assert apply(client, document=hidden(html, "document"), key="other").status_code == 409


def test_a_refusal_is_409_with_its_evidence_and_stands_in_the_history(office: Any) -> None:
    case = started(office)
    keeper = office.client("gs-keeper")
    answer = keeper.post(f"{case}steps/use/", {"act": "do", "key": "k", "as-seen": "1", "stamped": upload(), "impressions": "2"})
    html = answer.content.decode()
    assert answer.status_code == 409
    for words in ("拦截", "用印须经领导签批", "未审批盖章", "对印章使用实行领导签批制", "如何合规办理"):
        assert words in html
    entry = re.search(r"/evidence/entries/(\d+)/", html)
    assert entry is not None
    assert f'id="entry-{entry[1]}"' in keeper.get(case).content.decode()


def test_a_double_click_counts_once(office: Any) -> None:
    client = office.client("gs-clerk")
    first, second = apply(client, key="same"), apply(client, key="same")
    assert first["Location"] == second["Location"]


def test_a_case_that_moved_on_keeps_what_was_written(office: Any) -> None:
    case = started(office)
    deputy, other = office.client("gs-deputy"), office.client("gs-deputy-2")
    assert other.post(f"{case}steps/approve/", {"act": "return", "key": "a", "as-seen": "1", "opinion": "改"}).status_code == 302
    answer = deputy.post(f"{case}steps/approve/", {"act": "approve", "key": "b", "as-seen": "1", "opinion": "写了很久的意见"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "写了很久的意见" in html and "已有新的办理" in html
    assert hidden(html, "as-seen") == "2"


def test_lines_are_added_and_removed_without_a_script(office: Any) -> None:
    client = office.client("ic-clerk")
    post = {"invoices": ["0", "1"], "invoices[0].seller": "甲", "invoices[1].seller": "乙", "vouchers": upload(), "title": "印制"}
    html = client.post(f"/start/{EXPENSE}/", {**post, "add-line": "invoices"}).content.decode()
    assert html.count('data-row="') == 4, "three lines and the blank one of the script"
    html = client.post(f"/start/{EXPENSE}/", {**post, "vouchers": upload(), "remove-line": "invoices[0]"}).content.decode()
    assert 'name="invoices[0].seller" value="乙"' in html
    assert "甲" not in html and "印制" in html and "函.txt" in html and 'role="alert"' not in html


def test_the_approver_has_everything_in_one_place(office: Any) -> None:
    """What is asked comes first, with the record above the buttons; the map and the history follow."""
    html = office.client("gs-deputy").get(started(office)).content.decode()
    places = [html.index(words) for words in ("请您办理", "函.txt", 'value="approve"', ">防控图<", ">办理历史<")]
    assert places == sorted(places)
    assert "登记内容" not in html, "not twice"


def test_whoever_gets_a_case_back_is_told_first_why(office: Any) -> None:
    clerk = office.client("gs-clerk")
    case = started(office)
    number = case.split("/")[2]
    assert office.act("gs-deputy", number, "approve", "return", opinion="份数过多，请减为两份").accepted
    asked = clerk.get(case).content.decode().split('class="asked"')[1].split("<dl")[0]
    assert "退回修改" in asked and "份数过多，请减为两份" in asked and "杜若衡" in asked
    assert office.act("gs-clerk", number, "", "copy", people=["gs-director"]).accepted
    assert clerk.get(case).content.decode().split('class="asked"')[1].split("<dl")[0] == asked, (
        "what is done beside the steps hides nothing"
    )
    assert office.act("gs-clerk", number, "apply", copies=2).accepted
    assert "份数过多" not in office.client("gs-deputy").get(case).content.decode().split('class="asked"')[1].split("<dl")[0]


def test_what_a_value_was_before_stands_struck_under_it(office: Any, reader: Callable[..., Reader]) -> None:
    case = started(office)
    number = case.split("/")[2]
    assert "历次所填" not in reader("gs-deputy").open(case).words
    assert office.act("gs-deputy", number, "approve", "return", opinion="请改").accepted
    assert office.act("gs-clerk", number, "apply", title="延时函", copies=1).accepted
    html = reader("gs-deputy").open(case).source
    struck = [" ".join(found.split()) for found in re.findall(r"<del>(.*?)</del>", html, re.S)]
    assert struck == ["延时服务函", "2"]
    assert "武晓岚" in html.split("</del>")[1].split("</li>")[0]
    assert "What it was set to" in reader("gs-deputy").speak("en").open(case).words
    assert office.act("gs-deputy", number, "approve", "return", opinion="再改").accepted
    asked = reader("gs-clerk").open(case)
    assert "改动过的内容" in asked.words, "also where the value itself stands in an input"
    assert "<del>延时服务函</del>" in re.sub(r"\s*\n\s*", "", asked.source)


def test_the_map_leads_to_steps_that_wait_or_that_my_post_takes(office: Any) -> None:
    case = started(office)
    html = office.client("gs-keeper").get(case).content.decode()
    steps = set(re.findall(rf'href="{case}steps/(\w+)/"', html))
    assert steps == {"approve", "leave", "use_outside", "use", "custody"}


def test_what_a_stranger_may_not_see_does_not_exist(office: Any) -> None:
    case = started(office)
    stranger = office.client("ic-clerk")
    assert [stranger.get(path).status_code for path in (case, f"{case}steps/approve/", f"/files/{'0' * 64}/", "/start/no/such/")] == [
        404
    ] * 4


def test_a_file_is_only_ever_downloaded(office: Any) -> None:
    sha256 = office.file("函.html.txt", "<script>alert(1)</script>", "gs-clerk")
    answer = office.client("gs-clerk").get(f"/files/{sha256}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    answer.close()


def test_pages_hold_no_inline_script_or_style(office: Any) -> None:
    html = office.client("gs-deputy").get(started(office)).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)


def test_a_long_form_is_parted_by_headings(reader: Callable[..., Reader]) -> None:
    clerk, path = reader("gs-clerk"), "/start/government-services/vehicle/"
    assert [one.get("class") for one in clerk.open(path).all("h3")].count("form-heading") == 2
    for language, heads in (("zh-hans", ("行程", "维修")), ("en", ("The trip", "Repair"))):
        page = clerk.speak(language).open(path).source
        trip, repair = (page.index(f">{head}</h3>") for head in heads)
        assert trip < page.index('name="destination"') < repair < page.index('name="faulty_car"'), language
    assert "form-heading" not in clerk.open(f"/start/{SEAL}/").source, "short ones are not"
