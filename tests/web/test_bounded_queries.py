"""However much an office has, a page asks the database as often: what it shows is asked for at once, and not line by line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bench.pages import ADDRESSES, SENT, routes
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext

from lianfang.kernel import alerts as rules
from lianfang.office import desk, lines
from lianfang.office.lines import PAGE
from lianfang.office.views import common
from lianfang.store.models import Alert, Copy, Duty
from tests.web.conftest import EXPENSE, SEAL, Reader

FEW, MANY = 3, PAGE + 5
PAGES = (
    "/", "/?list=done", "/?list=started", "/?list=copied", "/?list=waiting&q=延时", "/?list=done&q=延时", "/stand-ins/",
    "/search/", "/search/?q=延时", "/search/?q=wxl", "/register/", "/register/risks/", "/register/coverage/", f"/matters/{SEAL}/",
    f"/matters/{EXPENSE}/", f"/start/{SEAL}/", "/alerts/", "/alerts/?mine=1", "/alerts/?state=open", "/alerts/records/", "/alerts/1/",
    "/evidence/", "/evidence/entries/1/",
)  # fmt: skip
ANSWERS = ("tasks", "copies", "matters", "register", "alerts", "alerts/records", "stand-ins")
PEOPLE = ("gs-clerk", "gs-deputy", "ic-director", "inspector", "auditor")


def test_every_address_of_the_server_is_measured() -> None:
    assert {*routes()} == {*ADDRESSES, *SENT}


def test_a_page_asks_as_often_however_much_there_is(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str], slices: list[str]
) -> None:
    def more(number: int) -> None:
        for _ in range(number):
            case, refused = ask(), ask()
            assert not office.act("gs-clerk", refused, "approve", "approve").accepted
            assert office.act("gs-deputy", case, "approve", "approve").accepted
            for who in PEOPLE:
                Copy.objects.create(person=who, case_id=case, actor="gs-clerk", at="2026-11-23T01:00:00Z")
        _more_alerts(number)
        _more_turns(number)

    more(FEW)
    few = _asked(office, reader)
    more(MANY - FEW)
    many = _asked(office, reader)
    assert {key: (few[key], many[key]) for key in few if many[key] > few[key]} == {}
    assert max(many.values()) < 100, max(many, key=lambda key: many[key])


def _more_alerts(number: int) -> None:
    """More that wait to be agreed to, or are held by an inspector."""
    alert = Alert.objects.get(id=1)
    stages = [(rules.AGREE, "auditor"), (rules.HANDLE, "inspector")]
    begun = Alert.objects.count()
    Alert.objects.bulk_create(
        Alert(**{**_values(alert), "about": f"{begun + n}", "level": "red", "stage": stage, "holder": holder})
        for n, (stage, holder) in enumerate(stages * number)
    )


def _more_turns(number: int) -> None:
    turn = Duty.objects.filter(post="government-services/seal-keeper").first() or Duty.objects.all()[0]
    begun = Duty.objects.count()
    Duty.objects.bulk_create(Duty(**{**_values(turn), "period": f"{begun + n}"}) for n in range(number))


def _values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname != "id"}


def _asked(office: Any, reader: Callable[..., Reader]) -> dict[tuple[str, str], int]:
    """By who asks and for what, how many queries that takes; what may be asked once for a process was asked before."""
    made = {}
    for who in PEOPLE:
        client, key = reader(who).client, {"Authorization": f"Bearer {office.token(who)}"}
        for path in (*PAGES, *(f"/api/v1/{name}" for name in ANSWERS)):
            for _ in range(2):
                reset_queries()
                with CaptureQueriesContext(connection) as found:
                    answer = client.get(path, headers=key if path.startswith("/api/") else {})
                assert answer.status_code in (200, 403, 404), f"{who} {path}: {answer.status_code}"
            made[who, path] = len(found)
    return made


def test_a_long_list_is_counted_so_far_and_read_to_its_end(
    reader: Callable[..., Reader], ask: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [ask() for _ in range(2 * PAGE + 3)]
    clerk = reader("gs-clerk")
    assert f"1–{PAGE} / {len(asked)}" in clerk.open("/", list="started").words
    for module in (common, lines):
        monkeypatch.setattr(module, "COUNTED", PAGE)
    found: list[str] = []
    path = "/?list=started"
    while path:
        page = clerk.open(path)
        assert f"{PAGE}+" in page.words
        found += [one.split("/")[2] for one in page.links if one.startswith("/cases/")]
        path = next((f"/{link['href']}" for link in page.all("a") if link.get("rel") == "next"), "")
    assert list(dict.fromkeys(found)) == asked[::-1]


def test_the_latest_cases_are_the_same_however_far_the_log_is_looked_back(
    office: Any, ask: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [ask() for _ in range(PAGE + 2)]
    assert office.act("gs-deputy", asked[0], "approve", "approve").accepted
    found = [line.id for number in (1, 2) for line in desk.find("inspector", "", number).lines]
    assert found == [asked[0], *asked[:0:-1]]
    monkeypatch.setattr(desk, "LOOKED_BACK", 1)
    assert [line.id for number in (1, 2) for line in desk.find("inspector", "", number).lines] == found
