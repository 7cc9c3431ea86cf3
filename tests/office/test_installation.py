"""Bringing an office up, and again."""

from __future__ import annotations

import stat
from typing import Any

from lianfang.office import accounts, installation
from lianfang.store.models import Duty, Entry, Holding, LedgerEntry, MatterVersion, Person
from tests.five import five


def test_a_second_installation_changes_nothing(office: Any) -> None:
    tables = (Person, Holding, MatterVersion, LedgerEntry, Entry, Duty)
    before = [table.objects.count() for table in tables]
    password = office.password
    installation.install(demo=True)
    assert [table.objects.count() for table in tables] == before
    assert office.password == password


def test_the_opening_ledgers_are_facts_in_evidence(office: Any) -> None:
    assert LedgerEntry.objects.filter(ledger="seals").count() == len(five().ledgers["seals"].entries) >= 2
    assert Entry.objects.filter(kind=Entry.FACT).count() == LedgerEntry.objects.count()


def test_secrets_are_files_that_only_their_owner_reads(office: Any) -> None:
    for name in ("log.key", accounts.PASSWORD_FILE):
        assert stat.S_IMODE((office.data / name).stat().st_mode) == 0o600


def test_the_table_of_demo_accounts_has_every_kind_of_work(office: Any) -> None:
    shown = {account.login for account in accounts.demo_accounts()}
    assert {
        "gs-clerk",
        "gs-deputy",
        "gs-director",
        "gs-keeper",
        "ic-clerk",
        "ic-department-head",
        "ic-deputy",
        "ic-director",
        "ic-cashier",
    } <= shown
    assert {"inspector", "auditor", "sysadmin", "secadmin", "audadmin"} <= shown


def test_a_key_to_the_interface_ends(office: Any) -> None:
    token = office.token("gs-clerk")
    person = accounts.token_person(token)
    assert person is not None
    assert person.id == "gs-clerk"
    assert accounts.make_token("gs-clerk", "wrong") is None
    office.at("2027-12-01T00:00:00Z")
    assert accounts.token_person(token) is None


def test_the_accounts_that_are_told_first_are_a_dozen_of_each_role(office: Any) -> None:
    accounts_ = accounts.demo_accounts()
    first = {account.login for account in accounts_ if account.first}
    assert 10 <= len(first) <= 14
    assert {"inspector", "auditor", "sysadmin", "secadmin", "audadmin", "gs-keeper", "ic-cashier"} <= first
    assert len(accounts_) > 2 * len(first)
