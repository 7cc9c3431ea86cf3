"""Alerts, for those who look after them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from lianfang.office import alert_acts, alerts
from lianfang.store.models import Alert
from tests.web.conftest import EXPENSE, Html, Reader


def test_the_inspector_reads_what_was_noticed_and_what_may_be_innocent(reader: Callable[..., Reader], slices: list[str]) -> None:
    inspector = reader("inspector")
    page, text = inspector.open("/alerts/"), inspector.text("/alerts/")
    (alert,) = alerts.alerts("inspector").lines
    assert "▲ 红色" in text, "a shape and a word, not a colour alone"
    assert alert.explanation.zh in text
    assert alert.false_alarms.zh
    assert f"可能是正当的：{alert.false_alarms.zh}" in text
    assert {f"/cases/{case}/" for case in slices} <= set(page.links)
    assert f"/matters/{EXPENSE}/#control-{alert.control}" in page.links
    assert f"/evidence/entries/{alert.entry}/" in page.links


def test_an_alert_says_how_it_was_found_and_what_it_stands_on(reader: Callable[..., Reader], slices: list[str]) -> None:
    text = reader("inspector").text(place(Alert.objects.get()))
    for words in ("发现依据", "探测器：化整为零", "单笔限额（含）", "¥3,000.00", "报销申请台账", "事项版本"):
        assert words in text


def test_many_alerts_are_turned_page_by_page(reader: Callable[..., Reader], slices: list[str]) -> None:
    (one,) = Alert.objects.all()
    for number in range(30):
        one.pk, one.about, one.raised_at = None, f"copy {number}", f"2026-01-{number + 1:02}T00:00:00Z"
        one.save()
    inspector = reader("inspector")
    first, second = inspector.open("/alerts/"), inspector.open("/alerts/", page="2")
    assert [len([found for found in page.all("a") if found.get("class") == "noticed"]) for page in (first, second)] == [25, 6]
    assert "?page=2" in first.links
    assert "1–25 / 31" in inspector.text("/alerts/")
    assert "没有预警" not in inspector.open("/alerts/", page="9").words


def test_the_head_of_a_unit_sees_the_unit_s_own_alerts(reader: Callable[..., Reader], slices: list[str]) -> None:
    assert "宝文印务" in reader("ic-director").text("/alerts/")
    assert "没有预警" in reader("gs-director").text("/alerts/")


def test_others_are_told_why_they_see_none(reader: Callable[..., Reader], slices: list[str]) -> None:
    for login in ("ic-clerk", "ic-cashier", "sysadmin"):
        page = reader(login).open("/alerts/", 403)
        assert "预警由纪检监察、审计人员和各单位负责人查看" in page.words
        assert "宝文印务" not in page.words


def place(alert: Alert) -> str:
    return f"/alerts/{alert.id}/"


def sent(someone: Reader, act: str, form: str = "", /, status: int = 302, **data: Any) -> Html | None:
    """Somebody presses a button of one of the alert's forms, as that form has it."""
    path = place(Alert.objects.get())
    page = someone.open(path)
    fields = next(one["fields"] for one in page.forms if one["fields"].get("form") == (form or act))
    hidden = {name: fields[name] for name in ("key", "form", "as-seen", "written-by")}
    answer = someone.client.post(path, {**hidden, "act": act, **data})
    assert answer.status_code == status, answer.content.decode()
    return Html(answer.content.decode()) if status != 302 else None


def test_an_alert_is_worked_on_its_page(reader: Callable[..., Reader], slices: list[str]) -> None:
    inspector, auditor = reader("inspector"), reader("auditor")
    (alert,) = Alert.objects.all()
    text = inspector.text(place(alert))
    assert alert.explanation_zh.partition("，")[0] in text
    assert "尚无人接办" in text
    assert {f"/cases/{case}/" for case in slices} <= set(inspector.open(place(alert)).links)
    sent(inspector, "take")
    assert place(alert) in inspector.open("/").links, "what waits for me stands on the workbench"
    assert "等我办理的预警" in inspector.text("/")
    proof = SimpleUploadedFile("约谈记录.txt", "已约谈。".encode())
    sent(inspector, "forward", opinion="三笔同日", ruled_out=["1"], proof=proof)
    text = inspector.text(place(alert))
    assert "三笔同日" in text and "约谈记录.txt" in text and "已排除" in text
    for words in ("已约谈", "已补办"):
        sent(inspector, "forward", opinion=words)
    sent(inspector, "close", reason="violation", opinion="属实")
    assert "须由另一人" in auditor.text(place(alert)) or "复核" in auditor.text(place(alert))
    sent(auditor, "return", "agree", opinion="再补一份说明")
    sent(inspector, "close", reason="violation", opinion="已补")
    sent(auditor, "agree")
    closed = inspector.text(place(alert))
    assert "销号理由：查实违规" in closed.replace(" ", "")
    assert not [one for one in inspector.open(place(alert)).forms if one["fields"].get("form")]
    records = auditor.text("/alerts/records/")
    assert "100%" in records and "化整为零 splitting" in records


def test_what_was_typed_stays_when_something_is_in_the_way(reader: Callable[..., Reader], slices: list[str]) -> None:
    inspector = reader("inspector")
    sent(inspector, "take")
    proof = SimpleUploadedFile("记录.txt", "查过。".encode())
    page = sent(inspector, "forward", status=409, opinion="只看了发票", proof=proof)
    assert page is not None
    assert "只看了发票" in page.words
    assert "尚未排除" in page.words
    (kept,) = [found["value"] for found in page.all("input") if found.get("name") == "files"]
    sent(inspector, "forward", opinion="只看了发票", ruled_out=["1"], files=[kept])
    page = sent(inspector, "close", status=422, opinion="")
    assert page is not None
    assert "销号须写明情况" in page.words
    page = sent(inspector, "hand", status=422, opinion="外出一周")
    assert page is not None
    assert "外出一周" in page.words and "此项必填" in page.words


def test_who_came_second_sees_what_changed_and_keeps_what_they_typed(reader: Callable[..., Reader], slices: list[str]) -> None:
    inspector = reader("inspector")
    sent(inspector, "take")
    (alert,) = Alert.objects.all()
    page = inspector.open(place(alert))
    fields = next(one["fields"] for one in page.forms if one["fields"].get("form") == "forward")
    assert alert_acts.act("auditor", alert.id, "take", {"opinion": "我来查"}).accepted
    hidden = {name: fields[name] for name in ("key", "form", "as-seen", "written-by")}
    answer = inspector.client.post(place(alert), {**hidden, "act": "forward", "opinion": "查了一半"})
    assert answer.status_code == 409
    assert "我来查" in answer.content.decode()


def test_who_is_named_is_told_so_and_a_stranger_finds_nothing(office: Any, reader: Callable[..., Reader], slices: list[str]) -> None:
    assert office.act("ic-rechecker", slices[0], "recheck", "approve").accepted
    assert office.act("ic-department-head", slices[0], "head", "approve").accepted
    (alert,) = Alert.objects.all()
    named = reader("ic-department-head").open(place(alert))
    assert "您是这条预警所涉人员" in named.words
    assert not [one for one in named.forms if one["fields"].get("form")]
    assert reader("ic-department-head").client.post(place(alert), {"act": "take"}).status_code == 409
    for login in ("ic-clerk", "gs-director", "sysadmin"):
        assert reader(login).client.get(place(alert)).status_code == 404
        assert reader(login).client.post(place(alert), {"act": "take"}).status_code == 404
    assert reader("ic-clerk").client.get("/alerts/records/").status_code == 403


def test_the_list_is_narrowed_by_its_ways_each_with_how_many(reader: Callable[..., Reader], slices: list[str]) -> None:
    (one,) = Alert.objects.all()
    first = one.id
    for number, level in enumerate(("yellow", "yellow", "orange")):
        one.pk, one.about, one.level, one.unit = None, f"copy {number}", level, "government-services"
        one.save()
    inspector = reader("inspector")
    assert alert_acts.act("inspector", first, "take", {}).accepted
    assert [inspector.open("/alerts/", level=level).words.count("化整为零") > 0 for level in ("red", "yellow")] == [True, True]
    assert (
        len([link for link in inspector.open("/alerts/", level="yellow").links if link.startswith("/alerts/") and link[8:9].isdigit()]) == 2
    )
    only = [link for link in inspector.open("/alerts/", mine="1").links if link.startswith("/alerts/") and link[8:9].isdigit()]
    assert only == [f"/alerts/{first}/"]
    assert "没有这样的预警" in inspector.text("/alerts/", state="closed")
    links = inspector.open("/alerts/", level="yellow").links
    assert "?level=yellow&state=late" in links and "?" in links, "each way keeps the others"


def test_what_was_typed_is_carried_through_signing_in(reader: Callable[..., Reader], slices: list[str]) -> None:
    inspector = reader("inspector")
    sent(inspector, "take")
    (alert,) = Alert.objects.all()
    fields = next(one["fields"] for one in inspector.open(place(alert)).forms if one["fields"].get("form") == "forward")
    hidden = {name: fields[name] for name in ("key", "form", "as-seen", "written-by")}
    inspector.client.logout()
    answer = inspector.client.post(place(alert), {**hidden, "act": "forward", "opinion": "写到一半就退出了"})
    assert answer.status_code == 302
    again = reader("inspector").client
    again.cookies = inspector.client.cookies
    from django.contrib.auth.models import User  # noqa: PLC0415

    again.force_login(User.objects.get(username="inspector"))
    assert "写到一半就退出了" in again.get(place(alert)).content.decode()
