"""Alerts, for those who look after them."""

from __future__ import annotations

from collections.abc import Callable

from lianfang.office import alerts
from lianfang.store.models import Alert
from tests.web.conftest import EXPENSE, Reader


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


def test_many_alerts_are_turned_page_by_page(reader: Callable[..., Reader], slices: list[str]) -> None:
    (one,) = Alert.objects.all()
    for number in range(30):
        one.pk, one.about, one.raised_at = None, f"copy {number}", f"2026-01-{number + 1:02}T00:00:00Z"
        one.save()
    inspector = reader("inspector")
    first, second = inspector.open("/alerts/"), inspector.open("/alerts/", page="2")
    assert [page.words.count("红色") for page in (first, second)] == [25, 6]
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
