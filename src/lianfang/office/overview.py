"""What those who watch see first (总览): how each unit stands, in figures that each open the list of what they count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count

from lianfang.catalogue.coverage import OUTCOMES
from lianfang.kernel.model import Text
from lianfang.office.alert_access import seen
from lianfang.office.alerts import waiting_for
from lianfang.office.desk import late_by_unit, waiting_count
from lianfang.office.engine import engine
from lianfang.office.heat import refused_this_year
from lianfang.office.people import looked_after, title
from lianfang.office.refusals import LEVELS, control_title
from lianfang.office.register import drilled_by_unit
from lianfang.office.views import Figures, Overview, RefusedBy
from lianfang.office.worklist import AHEAD, DUTIES, LATE, tally
from lianfang.store.models import Alert

ALL = Text("合计", "All units")
NOT_YOURS = Text(
    "总览和督办清单由纪检监察、审计人员和各单位负责人查看。等您办理的事和您的履责在工作台上。",
    "The overview and the worklist are for inspectors, auditors and those who lead a unit. What waits for you is on the workbench.",
)
"""What who sees no alerts is told that asks for the overview or the worklist."""


def overview(person: str) -> Overview:
    """How the units stand that a person looks after, and what they see of others."""
    units = looked_after(person)
    noticed = seen(person).filter(status=Alert.OPEN).order_by().values_list("unit", "level").annotate(count=Count("id"))
    alerts, turns, late = Counter({(unit, level): n for unit, level, n in noticed}), tally(person), late_by_unit(person)
    drilled = {unit: counts for unit, counts in drilled_by_unit().items() if unit in units}
    owing = {unit for kind, _, unit in turns if kind == DUTIES}
    order = {unit: n for n, unit in enumerate(engine().catalogue.organisation.units)}
    shown = sorted({*units, *(unit for unit, _ in alerts), *owing, *late}, key=lambda one: (order.get(one, len(order)), one))
    figures = tuple(
        Figures(
            unit,
            title(unit),
            {level: alerts[unit, level] for level in LEVELS},
            turns[DUTIES, AHEAD, unit],
            turns[DUTIES, LATE, unit],
            late.get(unit, 0),
            {name: drilled.get(unit, Counter())[name] for name in OUTCOMES},
        )
        for unit in shown
    )
    figures = tuple(one for one in figures if one.anything)
    return Overview(figures, _summed(figures), _refused(units), waiting_count(person), len(waiting_for(person)))


def _summed(figures: Iterable[Figures]) -> Figures:
    listed = list(figures)
    return Figures(
        "",
        ALL,
        {level: sum(one.alerts[level] for one in listed) for level in LEVELS},
        sum(one.owed for one in listed),
        sum(one.missed for one in listed),
        sum(one.late for one in listed),
        {name: sum(one.drills[name] for one in listed) for name in OUTCOMES},
    )


def _refused(units: Iterable[str]) -> tuple[RefusedBy, ...]:
    """The controls of the matters of some units that refused this year, the most often first."""
    kept = frozenset(units)
    matters = {name: file.matter for name, file in engine().catalogue.matters.items() if file.matter.unit in kept}
    counted = sorted(refused_this_year(matters).items(), key=lambda one: (-one[1], one[0]))
    return tuple(
        RefusedBy(
            name,
            matters[name].title,
            title(matters[name].unit),
            control,
            control_title(matters[name], control),
            count,
            any(one.id == control for one in matters[name].controls),
        )
        for (name, control), count in counted
    )
