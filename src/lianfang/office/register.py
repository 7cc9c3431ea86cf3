"""The register of powers, verbatim, and the matters that carry it."""

from __future__ import annotations

from collections import Counter, defaultdict

from django.db.models import Count

from lianfang.catalogue.compile import text
from lianfang.catalogue.schema import RowSpec
from lianfang.kernel.model import Text
from lianfang.office.access import no_matter
from lianfang.office.desk import startable
from lianfang.office.engine import engine
from lianfang.office.flow_map import Tally, controls_of, flow_map
from lianfang.office.people import looks_after, title
from lianfang.office.refusals import latest_refusals
from lianfang.office.views import MatterView, MeasureView, RowView, UnitView
from lianfang.office.words import map_number
from lianfang.store.models import REFUSED, Alert, CaseRow, Entry


def register() -> tuple[UnitView, ...]:
    """All rows of the register, grouped by unit, each with its risks, its measures and what carries them out."""
    catalogue = engine().catalogue
    grouped: dict[str, list[RowView]] = defaultdict(list)
    for row in catalogue.rows:
        grouped[row.unit].append(_row(row))
    return tuple(UnitView(unit, title(unit), tuple(grouped[unit])) for unit in catalogue.organisation.units if unit in grouped)


def matter_view(person: str, matter: str) -> MatterView:
    """A matter's own page. ``refusals`` count all its cases, and so do ``alerts`` for those who look after it: who is watched does
    not learn of it. Raises NotFound."""
    office = engine()
    file = office.catalogue.matters.get(matter)
    if file is None:
        raise no_matter(matter)
    one = file.matter
    answers = looks_after(person, one.unit)
    tally = _tally(matter, alerts=answers)
    return MatterView(
        id=one.id,
        title=one.title,
        unit_title=title(one.unit),
        version=one.version,
        source_rows=one.source.register,
        source_map=map_number(one.source.map),
        map=flow_map(one, tally),
        controls=controls_of(one, tally),
        rows=tuple(_row(row) for row in office.catalogue.rows if row.row in one.source.register),
        cases=CaseRow.objects.filter(matter=matter).count(),
        startable=any(line.id == matter for line in startable(person)),
        refused=latest_refusals(person, Entry.objects.filter(matter=matter)) if answers else (),
    )


def _tally(matter: str, *, alerts: bool) -> Tally:
    refused = Entry.objects.filter(REFUSED, matter=matter).values_list("control").annotate(count=Count("id"))
    alarmed = Alert.objects.filter(matter=matter, status=Alert.OPEN).values_list("control").annotate(count=Count("id"))
    return Tally(Counter(dict(refused)), Counter(dict(alarmed) if alerts else {}))


def _responsible(row: RowSpec) -> Text:
    """Who answers by the source, which calls a unit now by its full name and now by a short one. For a name that the organisation
    does not have, the unit whose row it is stands in English."""
    units = [unit.title for unit in engine().catalogue.organisation.units.values()]
    found = [next((u for u in units if word.endswith(u.zh) or u.zh.endswith(word)), title(row.unit)) for word in row.responsible.split()]
    return Text(row.responsible, ", ".join(unit.en for unit in found))


def _row(row: RowSpec) -> RowView:
    catalogue = engine().catalogue
    carriers = catalogue.carriers(row.row)
    return RowView(
        row=row.row,
        responsible=_responsible(row),
        matter=text(row.matter),
        map=map_number(row.map),
        risks=tuple(map(text, row.risks)),
        measures=tuple(MeasureView(text(words), tuple(carriers.get(words.zh, ()))) for words in row.measures),
        preamble=tuple(map(text, row.preamble)),
        owner=text(row.owner),
        live=next((file.matter.id for file in catalogue.matters.values() if row.row in file.matter.source.register), ""),
    )
