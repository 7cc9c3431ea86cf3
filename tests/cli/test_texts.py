"""What was typed into a form that is too big is picked out of its body, however the body comes in pieces."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import RequestFactory
from django.test.client import encode_multipart
from hypothesis import given
from hypothesis import strategies as st

from lianfang.cli.texts import Texts

KIND = "multipart/form-data; boundary=--tear-here"
TYPED = {"title": "延时服务函\r\n----tear-her", "purpose": "", "invoices": ["0", "1"], "opinion": "filename"}
SCAN = b"\r\n----tear-her\r\n\r\n--of the file\r\n" * 50


def body(**more: Any) -> bytes:
    """A form as a browser sends it, with a file before and a file after what was typed."""
    return encode_multipart("--tear-here", {"scan": SimpleUploadedFile("a.txt", SCAN), **TYPED, **more, "z": SimpleUploadedFile("b", b"")})


def read(texts: Texts) -> QueryDict:
    """The texts as the application reads them."""
    asked = RequestFactory().post("/", texts.body, content_type=KIND)
    asked.META["wsgi.input"] = BytesIO(texts.body)
    assert not asked.FILES
    return asked.POST


@given(st.lists(st.integers(1, 200), min_size=1))
def test_the_texts_are_the_same_in_whatever_pieces_the_body_comes(sizes: list[int]) -> None:
    texts, rest, turn = Texts(KIND), body(), 0
    while rest:
        texts.take(rest[: sizes[turn % len(sizes)]])
        rest, turn = rest[sizes[turn % len(sizes)] :], turn + 1
    assert dict(read(texts).lists()) == {name: [value] if isinstance(value, str) else value for name, value in TYPED.items()}
    assert b"of the file" not in texts.body, "nothing of a file is kept"


@pytest.mark.parametrize("kind", ["", "multipart/form-data", "application/json; boundary=--tear-here", "multipart/form-data; boundary="])
def test_of_any_other_body_nothing_is_kept(kind: str) -> None:
    texts = Texts(kind)
    texts.take(body())
    assert texts.body == b""


def test_texts_that_are_too_much_themselves_are_not_kept(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    for much in ({"purpose": "x" * 10_000}, {"x" * 10_000: ""}):
        texts = Texts(KIND)
        texts.take(body(**much))
        texts.take(body())
        assert texts.body == b""


def test_a_body_that_breaks_off_keeps_what_came() -> None:
    texts = Texts(KIND)
    texts.take(body()[:-200])
    assert read(texts)["title"] == TYPED["title"]
