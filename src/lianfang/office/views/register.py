"""The register and the matters that carry it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lianfang.kernel.model import Text
from lianfang.office.views.common import NOTHING, PersonView
from lianfang.office.views.rules import ControlView, MapRow, RefusalView

ORDER = "hml"
"""The grades, the highest first, by their first letters."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A control (``matter/control``) that carries a measure out, and how often it acted since the year began, as far as the reader may
    know."""

    id: str
    title: Text
    refusals: int = 0
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure of the register and what carries it out."""

    text: Text
    controls: tuple[Carrier, ...]


@dataclass(frozen=True, slots=True)
class RowRisk:
    """A risk as the register or the map words it, with its grade, what the grade goes by (each factor beside how it is judged) and why.
    Without a grade where no matter carries its row."""

    text: Text
    grade: str = ""
    grade_title: Text = NOTHING
    factors: tuple[tuple[Text, Text], ...] = ()
    why: Text = NOTHING
    probability: str = ""
    harm: str = ""


def counted(risks: Iterable[RowRisk]) -> tuple[tuple[str, Text, int], ...]:
    """How many of some risks have which grade, the highest first: (grade, title, count)."""
    found = Counter((risk.grade, risk.grade_title) for risk in risks if risk.grade)
    return tuple((grade, title, found[grade, title]) for grade, title in sorted(found, key=lambda one: ORDER.find(one[0][0])))


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of the register, verbatim; ``live`` names the matter that carries it, '' while there is none.

    ``post`` is the post that answers for the matter and ``holders`` who holds it now; ``refusals`` are those since the year began where the
    reader is ``told`` of them, ``alerts`` the open ones that the reader may see; ``drilled`` says how its drills last went on the rules in
    force, ``drilled_at`` when ('' where they did not).
    """

    row: int
    responsible: Text
    matter: Text
    map: Text
    risks: tuple[RowRisk, ...]
    measures: tuple[MeasureView, ...]
    preamble: tuple[Text, ...]
    owner: Text
    live: str
    post: Text = NOTHING
    holders: tuple[PersonView, ...] = ()
    controls: int = 0
    refusals: int = 0
    alerts: int = 0
    map_risks: tuple[RowRisk, ...] = ()
    """The risks that only the map has."""
    drilled: Text = NOTHING
    drilled_at: str = ""
    told: bool = False

    @property
    def grades(self) -> tuple[tuple[str, Text, int], ...]:
        """How many of its risks have which grade, the highest first: (grade, title, count)."""
        return counted((*self.risks, *self.map_risks))


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
class RiskLine:
    """A risk of the register or of a map, in a list over units."""

    row: RowView
    unit_title: Text
    risk: RowRisk


@dataclass(frozen=True, slots=True)
class RiskGroup:
    """Risks of one probability and harm, or of one unit: a cell of a matrix, or a part of its list."""

    probability: str
    harm: str
    unit_title: Text
    lines: tuple[RiskLine, ...]

    @property
    def grades(self) -> tuple[tuple[str, Text, int], ...]:
        """How many of them have which grade, the highest first: (grade, title, count)."""
        return counted(line.risk for line in self.lines)


@dataclass(frozen=True, slots=True)
class RiskMatrix:
    """The graded risks by probability and harm (``cells``, by probability then harm, each highest first); below, those of the cell that
    was asked for by unit, or all by cell (``groups``). ``ungraded`` are those of rows that no matter carries."""

    cells: tuple[tuple[str, Text, tuple[RiskGroup, ...]], ...]
    groups: tuple[RiskGroup, ...]
    ungraded: int

    @property
    def total(self) -> int:
        """How many risks the list has."""
        return sum(len(group.lines) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a matter stands over all its cases, for those who look after it or answer for it: the open cases by the step that waits, those
    in which a step is overdue, what was refused since the year began by control, and the open alerts that the reader may see."""

    steps: tuple[tuple[Text, int], ...]
    overdue: int
    refused: tuple[tuple[str, Text, int], ...]
    alerts: int


@dataclass(frozen=True, slots=True)
class DutyView:
    """What a control asks of posts turn by turn. ``owed`` turns are not done yet, ``late`` ones are overdue, ``done`` were done since the
    year began, ``due`` is when the next one falls due; zeros and '' for who does not look after the matter."""

    control: str
    title: Text
    by: tuple[Text, ...]
    owed: int = 0
    late: int = 0
    done: int = 0
    due: str = ""


@dataclass(frozen=True, slots=True)
class MapHead:
    """What the map of a matter is called: the matter, its unit, and where the map stands in the source."""

    id: str
    title: Text
    unit: str
    unit_title: Text
    source_map: Text


@dataclass(frozen=True, slots=True)
class MapView(MapHead):
    """The three-column map of a matter by itself: its rows, and its ``arrows`` from step to step that may come next."""

    rows: tuple[MapRow, ...]
    arrows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MatterView:
    """A matter's own page: its map without a case, its controls and duties, where it stands in the source, the post that answers for it
    and who holds it; and for those who look after it how it stands and the latest refusals in its cases (and of cases never opened)."""

    id: str
    title: Text
    unit_title: Text
    version: str
    source_rows: tuple[int, ...]
    source_map: Text
    map: tuple[MapRow, ...]
    controls: tuple[ControlView, ...]
    rows: tuple[RowView, ...]
    startable: bool
    refused: tuple[RefusalView, ...] = ()
    post: Text = NOTHING
    holders: tuple[PersonView, ...] = ()
    standing: Standing | None = None
    duties: tuple[DutyView, ...] = ()
    answers: bool = False
    """Whether the reader looks after the matter, and may open its refusals."""
    elsewhere: tuple[tuple[str, Text, int, str], ...] = ()
    """On a map with its heat, the steps of earlier versions that it does not have: (step, title, cases that wait there, since when)."""

    @property
    def steps(self) -> tuple[tuple[str, Text], ...]:
        """The steps at which a case can stand, each with its title."""
        return (*((row.step, row.title) for row in self.map), *((step, title) for step, title, *_ in self.elsewhere))
