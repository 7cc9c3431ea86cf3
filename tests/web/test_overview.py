"""The overview of those who watch, whose figures are those of the lists behind them, and the list that they work through."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from lianfang.catalogue.kept import FILE, Kept, keep
from lianfang.office import alert_acts, forms, overview, worklist
from lianfang.office.engine import engine
from lianfang.office.heat import told, told_among
from lianfang.office.sweep import sweep
from lianfang.office.views import Figures
from lianfang.store.models import Alert, Duty, Task
from lianfang.web.overview.views import COLUMNS
from tests.web.conftest import EXPENSE, SEAL, Html, Reader

Open = Callable[..., Reader]
PLEDGE = "government-services/window/integrity-pledge"
READERS = ("inspector", "auditor", "gs-director", "ic-director", "gs-keeper")
"""Oversight, those who lead a unit, and who only answers for a matter."""


@pytest.fixture
def year(window: Any, slices: list[str], ask: Callable[..., str]) -> Any:
    """An office in which something of everything went wrong: slices of a claim, refusals, late cases, duties missed and drills failed."""
    seals = [ask() for _ in range(3)]
    for case in seals[:2]:
        assert not window.act("gs-clerk", case, "approve", "approve").accepted
    Task.objects.filter(case_id__in=[seals[0], slices[0], slices[1]]).update(due="2026-12-07T02:00:00Z")
    window.at("2026-12-17T01:00:01Z")
    sweep()
    Alert.objects.filter(control="integrity-pledge").update(level="yellow")
    failed = Kept("2026-12-08T01:00:00Z", {}, ({"id": "x", "what": "missed", "message": "missed", "message_zh": "漏过"},))
    keep(Path(settings.LIANFANG_DATA) / FILE, engine().fingerprint, {EXPENSE: failed, SEAL: Kept(failed.at, {}, ())})
    return window


def listed(someone: Reader, href: str) -> int:
    """How many lines the list behind a figure has, on all of its pages."""
    count, page = 0, someone.open(href)
    while True:
        body = page.source.partition("<main")[2]
        count += sum(part.partition("</tbody>")[0].count("<tr") for part in body.split("<tbody>")[1:])
        on = [link["href"] for link in page.all("a") if link.get("rel") == "next"]
        if not on:
            return count
        page = someone.open(href.partition("?")[0] + on[0])


def figures(page: Html) -> list[tuple[int, str]]:
    """The figures of the page that are not nought, each with where it leads."""
    found = re.findall(r'<td class="figure"[^>]*><a href="([^"]+)"[^>]*>(\d+)</a></td>', page.source)
    return [(int(count), href.replace("&amp;", "&")) for href, count in found]


@pytest.mark.parametrize("login", READERS)
def test_every_figure_is_that_of_the_list_that_it_opens(year: Any, reader: Open, login: str) -> None:
    someone = reader(login)
    shown = figures(someone.open("/overview/"))
    assert shown
    assert {href: count for count, href in shown} == {href: listed(someone, href) for _, href in shown}


def test_the_inspector_sees_all_of_it_and_a_leader_their_own_unit(year: Any, reader: Open) -> None:
    view = overview.overview("inspector")
    assert {one.unit for one in view.units} >= {"government-services", "information-centre", "archives-bureau"}
    assert all(column.count(view.total) for column in COLUMNS if column.level != "orange"), "there is something of everything to see"
    assert sum(one.count for one in view.refused) == 2
    (own,) = overview.overview("ic-director").units
    assert own == next(one for one in view.units if one.unit == "information-centre")
    places = {href for _, href in figures(reader("inspector").open("/overview/"))}
    assert {href.partition("/?")[0] for href in places} == {"/alerts", "/worklist", "/search", "/register/coverage", f"/refusals/{SEAL}"}


@pytest.mark.parametrize("login", READERS)
def test_a_program_is_given_the_figures_of_the_page(year: Any, office: Any, login: str) -> None:
    answer = Client().get("/api/v1/overview", headers={"Authorization": f"Bearer {office.token(login)}"})
    assert answer.status_code == 200
    told, view = answer.json(), overview.overview(login)
    shown = [
        (one["unit"] or "", one["alerts"], one["owed"], one["missed"], one["late"], one["drills"])
        for one in (*told["units"], told["total"])
    ]
    assert shown == [(one.unit, one.alerts, one.owed, one.missed, one.late, one.drills) for one in (*view.units, view.total)]
    assert [(one["matter"], one["control"], one["count"]) for one in told["refused"]] == [
        (one.matter, one.control, one.count) for one in view.refused
    ]
    assert (told["waiting"], told["worked"]) == (view.waiting, view.worked)


def test_a_program_of_whom_the_page_is_not_for_is_told_so(year: Any, office: Any) -> None:
    answer = Client().get("/api/v1/overview", headers={"Authorization": f"Bearer {office.token('gs-clerk')}"})
    assert answer.status_code == 403 and "总览和督办清单由纪检监察" in answer.content.decode()


def test_who_only_answers_for_a_matter_sees_what_they_may_of_it(year: Any) -> None:
    """And no list that is not theirs: of the unit neither drills nor refusals."""
    view = overview.overview("gs-keeper")
    assert not view.refused and not any(view.total.drills.values())


def test_the_matters_that_somebody_is_told_of_are_those_of_each_of_which_they_are_told(window: Any) -> None:
    for person in (*READERS, "gs-clerk", "sysadmin"):
        one_by_one = {name for name, file in engine().catalogue.matters.items() if told_among(person, [file.matter])}
        assert {matter.id for matter in told(person)} == one_by_one, person


def test_others_are_told_for_whom_it_is_and_nothing_leads_them_there(year: Any, reader: Open) -> None:
    for path in ("/overview/", "/worklist/"):
        assert "总览和督办清单由纪检监察" in reader("gs-clerk").open(path, 403).words
    assert not {"/overview/", "/worklist/"} & set(reader("gs-clerk").open("/").links)
    assert "/overview/" in reader("inspector").open("/").links


def test_who_watches_sees_it_first_after_signing_in_unless_they_were_going_elsewhere(office: Any) -> None:
    def lands(login: str, **more: str) -> str:
        return str(Client().post("/login/", {"username": login, "password": office.password, **more})["Location"])

    assert [lands(login) for login in ("inspector", "auditor", "gs-director")] == ["/overview/"] * 3
    assert lands("inspector", next="/") == "/overview/"
    assert lands("inspector", next="/alerts/") == "/alerts/"
    assert lands("gs-clerk") == "/"


def test_what_waits_for_who_watches_is_one_click_away(year: Any, reader: Open) -> None:
    alert = Alert.objects.filter(matter=EXPENSE).order_by("id")[0]
    assert alert_acts.act("inspector", alert.id, "take", {}).accepted
    assert "/alerts/?mine=1" in reader("inspector").open("/overview/").links
    assert "等您办理：办件0，预警1" in reader("inspector").text("/overview/").replace(" ", "")


def test_the_worklist_holds_alerts_and_duties_by_when_they_fall_due(year: Any, reader: Open) -> None:
    found = worklist.worklist("inspector")
    dues = [line.alert.due if line.alert else line.turn.due if line.turn else "" for line in found.page.lines]
    assert dues == sorted(dues, key=lambda due: due or "9999")
    assert {bool(line.alert) for line in found.page.lines} == {True, False}
    (kinds, states) = ({name: count for name, _, count in ways} for ways in (found.kinds, found.states))
    assert kinds["alerts"] == Alert.objects.filter(status="open").count()
    assert kinds["duties"] == Duty.objects.filter(case_id="").count()
    assert sum(kinds.values()) == sum(states.values()) == found.page.total
    lines = [line for page in (1, 2) for line in worklist.worklist("inspector", "duties", "late", page=page).page.lines]
    pledges = {line.owes.zh for line in lines if line.turn and line.turn.matter == PLEDGE}
    assert {"印章保管人 · 黎守玉", "印章保管人 · 季怀璋"} <= pledges, "each owes their own"
    assert "化整为零" not in reader("inspector").text("/worklist/", kind="duties", state="late")
    assert {one for one, *_ in worklist.worklist("ic-director").units} == {"information-centre"}
    assert "没有要督办的" in reader("ic-director").text("/worklist/", unit="government-services")
    assert worklist.worklist("inspector", "duties", "sideways").page.total == worklist.worklist("inspector", "nothing").page.total == 0


def test_a_turn_that_is_done_and_an_alert_that_is_closed_leave_the_worklist(year: Any, reader: Open) -> None:
    def left() -> int:
        return worklist.worklist("inspector").page.total

    before = left()
    alert = Alert.objects.filter(matter=EXPENSE).order_by("id")[0]
    for who, act, data in (
        ("inspector", "take", {}),
        ("inspector", "close", {"reason": "innocent-1", "opinion": "三笔各自独立"}),
        ("auditor", "agree", {}),
    ):
        assert alert_acts.act(who, alert.id, act, data).accepted
    assert left() == before - 1
    (text,) = next(field for field in forms.opening_form("gs-keeper", PLEDGE).fields if field.id == "text").options
    turn = Duty.objects.get(matter=PLEDGE, holder="gs-keeper", case_id="")
    assert year.start("gs-keeper", PLEDGE, period=turn.period, text=text.value).accepted
    assert left() == before - 2


def test_a_unit_without_anything_is_not_in_the_way() -> None:
    assert not Figures("x", COLUMNS[0].title, {"red": 0}, 0, 0, 0, {"good": 0}).anything


def test_late_cases_are_found_by_unit_and_the_filter_can_be_kept(year: Any, reader: Open, slices: list[str]) -> None:
    inspector = reader("inspector")
    page = inspector.open("/search/", late="1", unit="information-centre")
    assert {f"/cases/{case}/" for case in slices[:2]} <= set(page.links)
    assert f"/cases/{slices[2]}/" not in page.links
    sent = {"place": "search", "act": "keep", "name": "信息中心逾期", "unit": "information-centre", "late": "1"}
    assert inspector.client.post("/filters/", sent)["Location"] == "/search/?unit=information-centre&late=1"


def test_the_matrix_is_narrowed_to_how_the_drills_went(year: Any, reader: Open) -> None:
    page = reader("inspector").open("/register/coverage/", drills="failed")
    assert [link for link in page.links if re.fullmatch(r"/register/\d+/", link)] == [
        f"/register/{row}/" for row in engine().current[EXPENSE].source.register
    ]
    assert "没有这样的项" in reader("inspector").text("/register/coverage/", drills="failed", unit="archives-bureau")
