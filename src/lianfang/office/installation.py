"""Bringing an office up: tables, organisation, published matters, opening ledgers, accounts and duties. Safe to repeat."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction

from lianfang.catalogue.checks import check
from lianfang.catalogue.organisation import Organisation
from lianfang.evidence import canonical
from lianfang.kernel.model import Text
from lianfang.office.accounts import PASSWORD_FILE
from lianfang.office.engine import Engine, engine
from lianfang.office.facts import place
from lianfang.office.sweep import open_turns
from lianfang.store.models import Holding, MatterVersion, Person
from lianfang.store.secret import kept


class RefutedError(ValueError):
    """A catalogue that is not published; ``faults`` are what its proofs found."""

    def __init__(self, faults: tuple[Text, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(f"{fault.zh} / {fault.en}" for fault in faults))


def install(demo: bool) -> None:
    """Make the database ready for the catalogue in force. ``demo`` also gives the catalogue's people accounts to sign in with.

    Raises RefutedError where it has a new version of a matter and its proofs find a fault; nothing of it is published then."""
    call_command("migrate", verbosity=0, interactive=False)
    office = engine()
    _publish(office)
    if demo:
        _people(office.catalogue.organisation)
        _accounts()
    _facts(office)
    open_turns(office)


def _publish(office: Engine) -> None:
    """Keep the source of every version in force: cases that begin with it are judged by it for good."""
    known = {*MatterVersion.objects.values_list("version", flat=True)}
    new = {version: source for version, source in office.catalogue.sources().items() if version not in known}
    if new:
        _prove(office)
    for version, source in new.items():
        MatterVersion.objects.get_or_create(
            version=version,
            defaults={"matter": source["matter"]["id"], "source": canonical(source).decode(), "published_at": office.now()},
        )


def _prove(office: Engine) -> None:
    """What `check` proves also holds of what is published, whoever ran it before. A start with nothing new does not wait for it."""
    faults = check(office.catalogue, office.now()).disproved
    if faults:
        raise RefutedError(faults)


@transaction.atomic
def _people(organisation: Organisation) -> None:
    for person in organisation.people.values():
        known = {"name_zh": person.name.zh, "name_en": person.name.en, "unit": person.unit, "demo": True}
        row, _ = Person.objects.update_or_create(id=person.id, defaults=known)
        for held in person.holdings:
            # Once: that somebody has left a post since then is known here, not in the catalogue.
            Holding.objects.get_or_create(person=row, post=held.post, since=held.since, defaults={"until": held.until})


@transaction.atomic
def _accounts() -> None:
    """An account for every person of the demo, all with the one password that is made at the first start."""
    password = kept(Path(settings.LIANFANG_DATA) / PASSWORD_FILE, lambda: secrets.token_urlsafe(9).encode()).decode()
    without = list(Person.objects.filter(demo=True, user__isnull=True))
    if not without:
        return
    hashed = make_password(password)
    for person in without:
        person.user, _ = User.objects.get_or_create(username=person.id, defaults={"password": hashed})
        person.save(update_fields=["user"])


def _facts(office: Engine) -> None:
    """Place the entries that the ledgers begin with, each once: they are facts, and stand in evidence as such."""
    for ledger in office.catalogue.ledgers.values():
        for entry in ledger.entries:
            place(ledger.id, entry.key, entry.data)
