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
from lianfang.office.access import newest, seen_cases
from lianfang.office.lines import PAGE
from lianfang.office.views import common
from lianfang.store.models import Alert, Copy, Duty, Task
from tests.web.conftest import EXPENSE, SEAL, Reader

FEW, MANY = 3, PAGE + 5
PAGES = (
    "/", "/?list=done", "/?list=started", "/?list=copied", "/?list=waiting&q=延时", "/?list=done&q=延时", "/stand-ins/",
    "/search/", "/search/?q=延时", "/search/?q=wxl", "/register/", "/register/risks/", "/register/maps/", "/register/coverage/",
    f"/matters/{SEAL}/", f"/matters/{EXPENSE}/", f"/start/{SEAL}/", "/overview/", "/agenda/", "/worklist/",
    "/worklist/?kind=duties&state=late", "/search/?late=1",
    "/register/coverage/?unit=information-centre&drills=unrun", f"/matters/{SEAL}/map/?map=heat",
    "/alerts/", "/alerts/?mine=1", "/alerts/?state=open", "/alerts/records/", "/alerts/1/",
    "/evidence/", "/evidence/entries/1/",
)  # fmt: skip
ANSWERS = ("tasks", "copies", "matters", "register", "alerts", "alerts/records", "stand-ins", "agenda?unit=government-services", "overview")
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


def test_the_pages_of_a_case_ask_as_often_however_long_its_history_is(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str], letter: str
) -> None:
    case = ask()
    pages = (f"/cases/{case}/", f"/cases/{case}/steps/approve/", f"/cases/{case}/documents/sheet/", f"/refusals/{SEAL}/")

    def asked(who: str) -> dict[str, int]:
        made, client = {}, reader(who).client
        for path in pages:
            for _ in range(2):
                with CaptureQueriesContext(connection) as found:
                    answer = client.get(path)
                assert answer.status_code == 200, f"{who} {path}: {answer.status_code}"
            made[path] = len(found)
        return made

    def more(number: int) -> None:
        for n in range(number):
            assert not office.act("gs-clerk", case, "approve", "approve").accepted
            assert not office.act("gs-keeper", case, "use", stamped=letter, impressions=2).accepted
            assert office.act("gs-deputy", case, "", "comment", people=["gs-clerk"], opinion=f"第 {n} 次").accepted
            assert office.act("gs-clerk", case, "", "copy", people=["gs-clerk-2", "ic-director"]).accepted
        assert office.act("gs-deputy", case, "", "transfer", step="approve", person="gs-deputy-2", opinion="外出").accepted
        assert office.act("gs-deputy-2", case, "", "transfer", step="approve", person="gs-deputy", opinion="回来了").accepted

    more(FEW)
    few = {who: asked(who) for who in ("inspector", "gs-deputy")}
    more(MANY - FEW)
    assert {who: asked(who) for who in few} == few


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


def test_words_are_looked_for_in_the_newest_cases_and_in_those_with_something_overdue_and_the_page_says_so(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [ask() for _ in range(6)]
    assert office.act("gs-deputy", asked[4], "approve", "approve").accepted
    Task.objects.filter(case_id=asked[0]).update(due="2020-01-01T00:00:00Z")
    lists = {
        "/search/": [4, 5, 3, 2, 1, 0], "/search/?q=延时": [0, 4, 5, 3, 2, 1], f"/matters/{SEAL}/": [4, 5, 3, 2, 1, 0],
    }  # fmt: skip
    fewer = {"/search/": [4, 5, 0], "/search/?q=延时": [0, 4, 5], f"/matters/{SEAL}/": [4, 5, 0]}
    told = "只查看了最近的"
    for who, started in (("inspector", {}), ("gs-clerk", {"/?list=started": [0, 4, 5, 3, 2, 1]})):
        client = reader(who)
        for path, wanted in {**lists, **started}.items():
            page = client.open(path)
            assert _cases_of(page, asked) == wanted, f"{who} {path}"
            assert told not in page.words
    monkeypatch.setattr(desk, "LOOKED_THROUGH", 2)
    for who, started in (("inspector", {}), ("gs-clerk", {"/?list=started": [0, 4, 5]})):
        client = reader(who)
        for path, wanted in {**fewer, **started}.items():
            page = client.open(path)
            assert _cases_of(page, asked) == wanted, f"{who} {path}"
            assert told in page.words
        assert 2 in _cases_of(client.open(f"/search/?q={asked[2].lower()}"), asked), "by its number a case of any age is found"
        assert _cases_of(client.open(f"/search/?q={asked[0][:6]}"), asked) != [], "and by the month that it begins with"
    assert _cases_of(reader("gs-deputy").open("/?list=done&q=延时"), asked) == [4]


def _cases_of(page: Reader, asked: list[str]) -> list[int]:
    found = [one.split("/")[2] for one in page.links if one.startswith("/cases/")]
    return [asked.index(one) for one in dict.fromkeys(found) if one in asked]


def test_who_takes_no_step_finds_what_is_theirs_in_each_way(office: Any, ask: Callable[..., str]) -> None:
    """What each way gives (one's own, a copy, what waits) is what ``seen_cases`` has, of one matter and of all."""
    asked = [ask() for _ in range(3)]
    Copy.objects.create(person="ic-director", case_id=asked[1], actor="gs-clerk", at="2026-11-23T01:00:00Z")
    for person in (*PEOPLE, "ic-director", "gs-director", "ic-voucher-keeper"):
        for matter in ("", SEAL, EXPENSE):
            seen = seen_cases(person).filter(**({"matter": matter} if matter else {}))
            assert newest(person, PAGE, matter) == sorted(seen.values_list("id", flat=True), reverse=True), person


BIG = ("case_row", "entry", "part", "alert", "alert_case", "copy", "duty", "ledger_entry", "stored_file", "file_use")
WHOLE = ("/register", "/api/v1/register", "/alerts/records", "/api/v1/alerts/records", f"/matters/{SEAL}", f"/matters/{EXPENSE}", "/start/")
"""Pages that count a year of refusals or all alerts by control."""


def test_no_page_reads_a_table_from_end_to_end(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str], slices: list[str]
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the embedded database does not say which tables a plan reads whole for want of an index")
    for _ in range(FEW):
        ask()
    _more_alerts(FEW)
    _more_turns(FEW)
    found = []
    for who in PEOPLE:
        client, key = reader(who).client, {"Authorization": f"Bearer {office.token(who)}"}
        for path in (*PAGES, *(f"/api/v1/{name}" for name in ANSWERS)):
            if path.startswith(WHOLE):
                continue
            reset_queries()
            with CaptureQueriesContext(connection) as made:
                client.get(path, headers=key if path.startswith("/api/") else {})
            asked = {one["sql"] for one in made if one["sql"].startswith("SELECT")}
            found += [(who, path, table, sql) for sql in sorted(asked) for table in _read_whole(sql) if table in BIG]
    assert found == []


def _read_whole(sql: str) -> list[str]:
    """The tables that a statement reads whole because no index leads to what it wants."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("EXPLAIN " + sql.replace("%", "%%"), None)
        plan = [line for (line,) in cursor.fetchall()]
        cursor.execute("RESET enable_seqscan")
    return [line.partition("Seq Scan on ")[2].split()[0] for line in plan if "Seq Scan on " in line]
