"""The register of powers, verbatim, and the matters that carry it."""

from __future__ import annotations

from lianfang.office.views import MatterView, UnitView


def register() -> tuple[UnitView, ...]:
    """All rows of the register, grouped by unit, each with its risks, its measures and what carries them out."""
    raise NotImplementedError


def matter_view(person: str, matter: str) -> MatterView:
    """A matter's own page. ``refusals`` and ``alerts`` count all its cases. Raises NotFound."""
    raise NotImplementedError
