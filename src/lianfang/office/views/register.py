"""The register and the matters that carry it."""

from __future__ import annotations

from dataclasses import dataclass

from lianfang.kernel.model import Text
from lianfang.office.views.rules import ControlView, MapRow, RefusalView


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure of the register and what carries it out (``matter/control`` ids with their titles)."""

    text: Text
    controls: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of the register, verbatim; ``live`` names the matter that carries it, '' while there is none."""

    row: int
    responsible: Text
    matter: Text
    map: Text
    risks: tuple[Text, ...]
    measures: tuple[MeasureView, ...]
    preamble: tuple[Text, ...]
    owner: Text
    live: str


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with its rows of the register."""

    id: str
    title: Text
    rows: tuple[RowView, ...]

    @property
    def live(self) -> int:
        """How many of its rows a matter carries."""
        return sum(bool(row.live) for row in self.rows)


@dataclass(frozen=True, slots=True)
class MatterView:
    """A matter's own page: its map without a case, its controls, where it stands in the source, and for those who look after it
    the latest refusals in its cases (and of cases that were never opened)."""

    id: str
    title: Text
    unit_title: Text
    version: str
    source_rows: tuple[int, ...]
    source_map: Text
    map: tuple[MapRow, ...]
    controls: tuple[ControlView, ...]
    rows: tuple[RowView, ...]
    cases: int
    startable: bool
    refused: tuple[RefusalView, ...] = ()
