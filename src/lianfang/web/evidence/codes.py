"""Codes of documents as a telephone reads them: a picture that leads to where the code is checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import segno
from django.http import HttpRequest
from django.urls import reverse

from lianfang.office.views import StampView

QUIET = 4
"""The light modules that a reader needs round a QR code."""


@dataclass(frozen=True, slots=True)
class Code:
    """What a document is checked by, with the ``address`` of the check, and that address as a QR code: the ``side`` of a square of
    modules, and the dark ones as the ``path`` of an SVG."""

    stamp: StampView
    address: str
    side: int
    path: str


def code(request: HttpRequest, stamp: StampView) -> Code:
    """The code of a document, to be checked at the address that the reader came by."""
    return drawn(stamp, request.build_absolute_uri(reverse("verified", args=[stamp.code])))


def drawn(stamp: StampView, address: str) -> Code:
    """The code of a document that is checked at an address."""
    rows = segno.make_qr(address, error="m").matrix
    return Code(stamp, address, len(rows) + 2 * QUIET, "".join(_runs(rows)))


def _runs(rows: tuple[bytearray, ...]) -> Iterator[str]:
    """The dark modules, each run of a row as a rectangle."""
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            size = len(list(run))
            if dark:
                yield f"M{x + QUIET} {y + QUIET}h{size}v1h-{size}z"
            x += size
