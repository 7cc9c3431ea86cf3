"""Somebody's program at the interface: a token, JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

SEAL, EXPENSE = "government-services/seal", "information-centre/expense"


@dataclass
class Caller:
    """A program that acts for a person."""

    token: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        """Read from the interface."""
        return self.client.get(f"/api/v1{path}", query, headers=self.headers(headers))

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """Send a JSON body, or text as it is."""
        return self.client.post(f"/api/v1{path}", body, content_type="application/json", headers=self.headers(headers))

    def open(self, matter: str, /, **record: Any) -> Any:
        """Open a case."""
        return self.post("/cases", {"matter": matter, "record": record})

    def act(self, case: str, step: str, act: str = "do", /, **data: Any) -> Any:
        """Take a step in a case."""
        return self.post(f"/cases/{case}/commands", {"step": step, "act": act, "data": data})

    def upload(self, name: str, content: str | bytes) -> Any:
        """Keep a file."""
        file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
        return self.client.post("/api/v1/files", {"file": file}, headers=self.headers({}))

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        """The token and whatever else."""
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **named}


@pytest.fixture
def program(office: Any) -> type[Caller]:
    """A program with any token, or none."""
    return Caller


@pytest.fixture
def caller(office: Any) -> Callable[[str], Caller]:
    """A program for each person, by their login."""
    return lambda login: Caller(office.token(login))


@pytest.fixture
def letter(caller: Any) -> str:
    """The SHA-256 of a finished letter that the clerk uploaded."""
    return str(caller("gs-clerk").upload("关于窗口延时服务的函.txt", "自下月起周六上午开放综合窗口。").json()["sha256"])


@pytest.fixture
def application(caller: Any, letter: str) -> str:
    """A case in which two copies of the letter wait for approval."""
    opened = caller("gs-clerk").open(SEAL, title="延时服务函", document=letter, copies=2, seal="official-seal")
    assert opened.status_code == 201, opened.json()
    return str(opened.json()["id"])
