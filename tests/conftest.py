"""An office for every test: the demo installation, copied fresh, with its own database, files, keys and clock.

Evidence can't be deleted and the append path commits on a connection of its own, so no test can be undone by a rollback. Instead
one installation is made a session and copied for each test: a file on SQLite, a template database on PostgreSQL (when
LIANFANG_DATABASE names one). Tests that ask for neither ``office`` nor ``database`` can't touch a database at all; those that do are
marked, so that they can be run on each.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from waitress import wasyncore

from lianfang.catalogue.load import Catalogue
from lianfang.cli.server import server_on
from lianfang.kernel.schedule import utc_text
from lianfang.office import accounts, acts, files, installation
from lianfang.office import engine as running
from lianfang.office.numbered import Numbered
from lianfang.office.views import Outcome
from lianfang.watch.detectors import declared
from tests import written
from tests.five import FIVE

# A busy machine is not a failure.
hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")

settings.LIANFANG_CATALOGUE = FIVE
os.environ["LIANFANG_CATALOGUE"] = str(FIVE)  # of the processes that tests begin

SERVER = os.environ.get("LIANFANG_DATABASE", "")
"""The PostgreSQL database that test databases are created beside; empty for SQLite."""
EMBARGO = """
  - id: sealed-letter
    kind: embargo
    title: {zh: 归柜之前来文不外露, en: The letter is not read before the seal is back}
    fields: [title, document]
    readers: [applicant, deputy-director]
    at: [apply]
    until: custody
"""
FIRST_MORNING = datetime(2026, 11, 25, 1, tzinfo=UTC)
"""When every test's office was installed: a Wednesday at nine, whatever the day of the run."""
_begun = time.monotonic()


def morning() -> str:
    """The time in an office where no test says what time it is: it goes on from the first morning."""
    return utc_text(FIRST_MORNING + timedelta(seconds=time.monotonic() - _begun))


@dataclass
class Office:
    """A demo office of its own. People are named by their login; values are kernel values (money in fen)."""

    data: Path
    database: str
    moment: str = ""
    _closing: ExitStack = field(default_factory=ExitStack)

    @property
    def environment(self) -> dict[str, str]:
        """What a process of its own needs to work on this office."""
        return {**os.environ, "LIANFANG_DATA": str(self.data), "LIANFANG_DATABASE": self.database}

    @property
    def password(self) -> str:
        """The password of every demo account."""
        return (self.data / accounts.PASSWORD_FILE).read_text()

    def login(self, login: str) -> User:
        """The account of this name."""
        return User.objects.get(username=login)

    def client(self, login: str) -> Client:
        """A browser without a screen, signed in."""
        client = Client()
        client.force_login(self.login(login))
        return client

    def token(self, login: str) -> str:
        """A key to the API."""
        made = accounts.make_token(login, self.password)
        assert made is not None, f"{login} can't sign in"
        return made[0]

    def start(self, login: str, matter: str, /, **data: Any) -> Outcome:
        """Open a case."""
        return acts.start(login, matter, data)

    def act(self, login: str, case_id: str, step: str, act: str = "do", /, **data: Any) -> Outcome:
        """Take a step in a case."""
        return acts.act(login, case_id, step, act, data)

    def file(self, name: str, content: str | bytes, login: str = "") -> str:
        """Keep a file; its SHA-256."""
        return files.keep(login, name, BytesIO(content.encode() if isinstance(content, str) else content)).sha256

    def settle(self) -> None:
        """Wait until the watch has looked at everything that was committed."""
        running.settle()

    def at(self, moment: str) -> None:
        """Make it this moment (``YYYY-MM-DDTHH:MM:SSZ``), until another is named."""
        self.moment = moment

    def clock(self) -> str:
        """The office's time."""
        return self.moment or morning()

    def serve(self) -> str:
        """Serve the pages and the API on a free port, until the test ends; the address without a slash at its end."""
        server = server_on(socket.create_server(("127.0.0.1", 0)), map={})
        thread = threading.Thread(target=server.run, name="waitress", daemon=True)
        thread.start()

        def stop() -> None:
            server.trigger.pull_trigger(lambda: wasyncore.close_all(map=server._map))
            thread.join()
            server.task_dispatcher.shutdown()

        self._closing.callback(stop)
        return f"http://127.0.0.1:{server.effective_port}"

    def close(self) -> None:
        """Stop what was started."""
        self._closing.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """How the table of who may see and do what is written anew."""
    parser.addoption("--write-access-table", action="store_true", help="write tests/web/access.csv as it is found to be")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what works on a database."""
    for item in items:
        if {"office", "database"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")


@pytest.fixture(scope="session", autouse=True)
def shipped_once() -> Iterator[None]:
    """Load the tests' catalogue once: every test's office would read and compile the same files again."""
    load, shipped = running.load, settings.LIANFANG_CATALOGUE
    kept = cache(lambda: load(shipped, declared(), drills=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "load", lambda folder, *given, **named: kept() if folder == shipped else load(folder, *given, **named))
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hash passwords in one round: a million are for those who guess, and each test would pay a quarter of a second a sign-in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield


@pytest.fixture
def database() -> Iterator[str]:
    """The URL of an empty database, for a process of its own; no URL where it is to make a file."""
    url = _new_database() if SERVER else ""
    yield url
    if url:
        _drop(url)


@pytest.fixture
def office(installed: Installed, tmp_path: Path, django_db_blocker: Any) -> Iterator[Office]:
    """The demo office, as it is on its first morning."""
    with django_db_blocker.unblock(), installed.copy(tmp_path / "office") as one:
        yield one


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the process writes to its log."""
    log = StringIO()
    (console,) = [one for one in logging.getLogger().handlers if any(isinstance(each, Numbered) for each in one.filters)]
    monkeypatch.setattr(console, "stream", log)
    return log


@pytest.fixture
def sealed(office: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An office whose seal matter keeps the letter under an embargo."""
    catalogue = tmp_path / "catalogue"
    shutil.copytree(settings.LIANFANG_CATALOGUE, catalogue)
    with written.as_one(catalogue, "matters/government-services/seal/matter.yaml").open("a", encoding="utf-8") as file:
        file.write(EMBARGO.lstrip("\n"))
    monkeypatch.setattr(settings, "LIANFANG_CATALOGUE", catalogue)
    running.reset(office.clock)
    installation.install(demo=True)
    return office


@pytest.fixture
def window_catalogue(tmp_path: Path) -> Path:
    """The catalogue with one matter more, whose controls are duties of each kind."""
    root = tmp_path / "window-catalogue"
    shutil.copytree(settings.LIANFANG_CATALOGUE, root)
    shutil.copytree(Path(__file__).parent / "window", root / "matters" / "government-services" / "window")
    return root


@pytest.fixture
def window(office: Office, window_catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The demo office that has gone live with that catalogue, on the first Monday of December 2026 at nine in the morning."""
    office.at("2026-12-07T01:00:00Z")
    monkeypatch.setattr(settings, "LIANFANG_CATALOGUE", window_catalogue)
    running.reset(office.clock)
    installation.install(demo=True)
    return office


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any, quick_passwords: None) -> Iterator[Installed]:
    """The installation that each test's office is a copy of."""
    made = Installed(tmp_path_factory.mktemp("installed"))
    with django_db_blocker.unblock():
        with made.pointed_at(made.data, made.database):
            running.reset(lambda: utc_text(FIRST_MORNING))
            installation.install(demo=True)
        made.seal()
    yield made
    made.remove()


class Installed:
    """A finished installation nobody works in; of the tests' catalogue, where none is given."""

    def __init__(self, data: Path, catalogue: Catalogue | None = None) -> None:
        self.data = data
        self.catalogue = catalogue
        self.database = _new_database() if SERVER else ""

    @contextmanager
    def copy(self, data: Path) -> Iterator[Office]:
        """A copy of it to work in, removed afterwards."""
        shutil.copytree(self.data, data)
        database = _new_database(self.database) if SERVER else ""
        office = Office(data, database)
        try:
            with self.pointed_at(data, database):
                running.reset(office.clock, self.catalogue)
                try:
                    yield office
                finally:
                    office.close()
        finally:
            if database:
                _drop(database)

    @contextmanager
    def pointed_at(self, data: Path, database: str) -> Iterator[None]:
        """Let Django and the office's engine of this process work on these files and this database."""
        described = connections.settings["default"]
        before = settings.LIANFANG_DATA, dict(described)
        connections.close_all()
        settings.LIANFANG_DATA = data
        described["NAME"] = _name(database) if database else str(data / "lianfang.sqlite3")
        described["CONN_MAX_AGE"] = 0
        try:
            yield
        finally:
            running.reset()
            connections.close_all()
            settings.LIANFANG_DATA, kept = before
            described.update(kept)

    def seal(self) -> None:
        """Bring everything into the database file, so that copying it copies all."""
        if not SERVER:
            connection = sqlite3.connect(self.data / "lianfang.sqlite3")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()

    def remove(self) -> None:
        """Leave nothing in the database server."""
        if self.database:
            _drop(self.database)


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _new_database(template: str = "") -> str:
    """The URL of a new database, a copy of another one where that is given."""
    name = f"lianfang_test_{os.getpid()}_{secrets.token_hex(4)}"
    _on_server(f"CREATE DATABASE {name}" + (f" TEMPLATE {_name(template)}" if template else ""))
    return urlsplit(SERVER)._replace(path=f"/{name}").geturl()


def _drop(url: str) -> None:
    _on_server(f"DROP DATABASE {_name(url)} WITH (FORCE)")


def _on_server(statement: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)
