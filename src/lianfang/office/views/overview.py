"""The overview of those who watch, and the list that they work through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lianfang.kernel.model import Text
from lianfang.office.views.common import NOTHING, Page
from lianfang.office.views.desk import DutyLine
from lianfang.office.views.rules import AlertView


@dataclass(frozen=True, slots=True)
class Figures:
    """How a unit stands, or all units together (``unit`` is ''): the open alerts by colour (red, orange, yellow), the turns of duties that
    are owed in time (``owed``) and overdue (``missed``), the cases in which something is overdue (``late``), and the rows of the register
    by how their drills last went (``good``, ``failed``, ``unrun``). All of it only as far as the reader may see it."""

    unit: str
    title: Text
    alerts: Mapping[str, int]
    owed: int
    missed: int
    late: int
    drills: Mapping[str, int]

    @property
    def anything(self) -> bool:
        """Whether there is anything to tell of it."""
        return bool(self.owed or self.missed or self.late or any((*self.alerts.values(), *self.drills.values())))


@dataclass(frozen=True, slots=True)
class RefusedBy:
    """How often a control of a matter refused since the year began; the matter has it itself (``own``), or the kernel demands it of all."""

    matter: str
    matter_title: Text
    unit_title: Text
    control: str
    title: Text
    count: int
    own: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """What those who watch see first: how each unit stands, all of them together, which controls refused most this year, and how many
    cases and alerts wait for the reader."""

    units: tuple[Figures, ...]
    total: Figures
    refused: tuple[RefusedBy, ...]
    waiting: int
    worked: int


@dataclass(frozen=True, slots=True)
class WorkLine:
    """Something that is to be brought to its end: an open alert or a turn of a duty, whichever it is, and who ``owes`` the turn. ``open``
    is whether the reader may open the case of the turn."""

    alert: AlertView | None = None
    turn: DutyLine | None = None
    owes: Text = NOTHING
    open: bool = False


@dataclass(frozen=True, slots=True)
class Worklist:
    """A page of what is to be brought to its end, and how much there is of each kind, state and unit under the other filters."""

    page: Page[WorkLine]
    kinds: tuple[tuple[str, Text, int], ...]
    states: tuple[tuple[str, Text, int], ...]
    units: tuple[tuple[str, Text, int], ...]
