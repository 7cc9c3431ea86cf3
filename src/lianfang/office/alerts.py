"""Alerts: what the watches noticed, for those who look after it."""

from __future__ import annotations

from lianfang.office.views import AlertView


def may_watch(person: str) -> bool:
    """Whether a person sees alerts at all: inspectors and auditors all of them, those who lead a unit the unit's own."""
    raise NotImplementedError


def alerts(person: str) -> tuple[AlertView, ...]:
    """The alerts that a person may see, open ones first, latest first."""
    raise NotImplementedError
