"""Cases are linked by ledger entries: who acted in the case that one comes from is a fact, as the transaction finds it, and the page of a
case leads to those that it takes from and that take from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from lianfang.kernel.entry import sources_of
from lianfang.office import cases
from lianfang.office.engine import engine
from lianfang.store.models import CaseLink, CaseRow, Entry, LedgerEntry

SEAL = "government-services/seal"


def acted(ledger: str, key: str) -> Any:
    """The fact, as a command would be told it."""
    office, name = engine(), f"acted:{ledger}:{key}"
    return office.writer.submit("", lambda scene: scene.facts([("acted", ledger, key)], office.now())[name], "gs-clerk")


def test_the_entry_tells_who_acted_in_its_case(office: Any, application: str, letter: str) -> None:
    office.act("gs-deputy", application, "approve", "approve")
    assert acted("seal-uses", application) is None, "there is no entry yet"
    assert office.act("gs-keeper", application, "use", stamped=letter, impressions=2).accepted
    assert acted("seal-uses", application) == ["gs-clerk", "gs-deputy", "gs-keeper"]
    assert acted("seals", "official-seal") == [], "what comes from no case was done by nobody"


@pytest.fixture
def given(application: str, claim: Callable[..., str]) -> tuple[str, str]:
    """A case that wrote a budget line, and a claim that is made on it."""
    LedgerEntry.objects.filter(ledger="budget-lines", key="office-2026").update(case_id=application)
    return application, claim(280_000, "0001")


def linked(person: str, case_id: str) -> tuple[list[str], list[str]]:
    """The cases that one takes from, and those that take from it, as a person sees them."""
    view = cases.case_view(person, case_id)
    return [one.id for one in view.taken_from], [one.id for one in view.given_to]


def test_cases_are_linked_both_ways_for_those_who_see_both(office: Any, given: tuple[str, str]) -> None:
    gave, took = given
    assert linked("inspector", took) == ([gave], [])
    assert linked("inspector", gave) == ([], [took])
    (one,) = cases.case_view("inspector", took).taken_from
    row = CaseRow.objects.get(id=gave)
    assert (one.title, one.matter, one.status) == (row.title, SEAL, "open")
    assert linked("ic-clerk", took) == ([], []), "the other case is not theirs to see"
    assert linked("gs-clerk", gave) == ([], [])


def test_what_was_refused_links_nothing(office: Any, application: str, letter: str) -> None:
    assert not office.act("gs-keeper", application, "use", stamped=letter, impressions=2).accepted
    assert not CaseLink.objects.exists()


def test_the_links_are_what_the_log_says(office: Any, given: tuple[str, str]) -> None:
    """The table, and what the migration makes of the log, are the same."""
    kept = set(CaseLink.objects.values_list("source", "case_id"))
    assert kept == {given}
    said = {(source, entry.case_id) for entry in Entry.objects.filter(kind=Entry.ACCEPTED) for source in sources_of(json.loads(entry.body))}
    assert said == kept
    CaseLink.objects.all().delete()
    import_module("lianfang.store.migrations.0014_case_links").fill(apps, None)
    assert set(CaseLink.objects.values_list("source", "case_id")) == kept


def test_a_hidden_field_is_not_told_by_a_link(sealed: Any) -> None:
    """On what a case rests is not told to who does not read all of it."""
    letter = sealed.file("函.txt", "撤并窗口。", "gs-clerk")
    gave = sealed.start("gs-clerk", SEAL, title="函", document=letter, copies=1, seal="official-seal").case_id
    took = sealed.start("gs-clerk", SEAL, title="密", document=letter, copies=1, seal="contract-seal").case_id
    CaseLink.objects.create(source=gave, case_id=took)
    assert linked("gs-clerk", gave) == ([], [took])
    assert linked("inspector", gave) == ([], [])


def test_the_page_and_the_interface_show_linked_cases_and_alerts(office: Any, given: tuple[str, str]) -> None:
    gave, took = given
    page = office.client("inspector").get(f"/cases/{took}/").content.decode()
    assert "关联办件" in page and f'href="/cases/{gave}/"' in page
    assert "关联办件" not in office.client("ic-clerk").get(f"/cases/{took}/").content.decode()
    key = {"Authorization": f"Bearer {office.token('inspector')}"}
    told = office.client("inspector").get(f"/api/v1/cases/{gave}", headers=key).json()
    assert [one["case"] for one in told["given_to"]] == [took] and (told["taken_from"], told["alerts"]) == ([], [])


def test_the_page_of_a_case_leads_to_its_alerts(office: Any, claim: Callable[..., str]) -> None:
    split = [claim(290_000, number) for number in ("0001", "0002", "0003")]
    office.settle()
    alert = next(one for one in cases.case_view("inspector", split[0]).alerts)
    page = office.client("inspector").get(f"/cases/{split[0]}/").content.decode()
    section = page.partition('<section id="alerts">')[2].partition("</section>")[0]
    for words in (f'href="/alerts/{alert.id}/"', alert.control_title.zh, alert.stage_title.zh, alert.level_title.zh):
        assert words in section
    assert page.count(f'href="/alerts/{alert.id}/"') == 2, "in the history too"
    watched = office.client("ic-clerk").get(f"/cases/{split[0]}/").content.decode()
    assert "/alerts/" not in watched, "who is watched does not learn of it"
