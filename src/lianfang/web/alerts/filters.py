"""The ways to narrow the list of alerts: each with how many there are, and the address that keeps the others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest

from lianfang.kernel.model import Text
from lianfang.office.views import AlertList, Subject

ALL = Text("全部", "All")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to narrow it: its name in the address ('' for not at all), what it is called, how many there are (None where that is not
    counted), where it leads and whether it is the one in use."""

    name: str
    title: Text
    count: int | None
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for, and the ways on from there."""

    levels: tuple[Way, ...]
    states: tuple[Way, ...]
    units: tuple[Way, ...]
    mine: Way
    asked: bool
    through: int
    """Among how many of the first they are counted, where there are more; else 0."""


def ways(request: HttpRequest, found: AlertList) -> Filters:
    """The filters of a list as its address has them."""
    return Filters(
        ways_of(request, "level", found.levels),
        ways_of(request, "state", found.states, summed=False),
        ways_of(request, "unit", found.units),
        Way("mine", Text("等我办理", "Waiting for me"), found.mine, _with(request, "mine", "" if "mine" in request.GET else "1"),
            "mine" in request.GET),
        any(request.GET.get(name) for name in ("level", "state", "unit", "mine", "matter", "year")),
        found.through,
    )  # fmt: skip


def subject(request: HttpRequest, matter: str) -> Subject:
    """Of what an address asks for alerts or refusals."""
    return Subject(matter, request.GET.get("control", ""), request.GET.get("risk", ""), "year" in request.GET)


def ways_of(request: HttpRequest, name: str, found: Collection[tuple[str, Text, int]], *, summed: bool = True) -> tuple[Way, ...]:
    """The ways to narrow a list by what has this name in its address, all of it first: as many as the others together where they are
    ``summed``, and else uncounted."""
    asked, total = request.GET.get(name, ""), sum(count for *_, count in found) if summed else None
    every = Way("", ALL, total, _with(request, name, ""), not asked)
    return (every, *(Way(value, title, count, _with(request, name, value), asked == value) for value, title, count in found))


def _with(request: HttpRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query.pop(name, None)
    if value:
        query[name] = value
    return f"?{query.urlencode()}" if query else "?"
