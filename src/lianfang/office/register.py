"""The register of powers, verbatim, and the matters that carry it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from django.db.models import Count

from lianfang.catalogue.load import MatterFile
from lianfang.catalogue.schema import RowSpec, Words
from lianfang.kernel.model import Text
from lianfang.office.desk import startable
from lianfang.office.engine import engine
from lianfang.office.flow_map import Tally, controls_of, flow_map
from lianfang.office.people import OVERSIGHT, led_units, roles_of, title
from lianfang.office.refusals import latest_refusals
from lianfang.office.views import MatterView, MeasureView, NotFound, RowView, UnitView
from lianfang.store.models import Alert, CaseRow, Entry

Titled = tuple[str, Text]


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
        raise NotFound(Text(f"没有事项“{matter}”。", f"There is no matter {matter!r}."))
    one = file.matter
    looks_after = bool(roles_of(person) & OVERSIGHT or one.unit in led_units(person))
    tally = _tally(matter, alerts=looks_after)
    return MatterView(
        id=one.id,
        title=one.title,
        unit_title=title(one.unit),
        version=one.version,
        source_rows=one.source.register,
        source_map=one.source.map,
        map=flow_map(one, tally),
        controls=controls_of(one, tally),
        rows=tuple(_row(row) for row in office.catalogue.rows if row.row in one.source.register),
        cases=CaseRow.objects.filter(matter=matter).count(),
        startable=any(line.id == matter for line in startable(person)),
        refused=latest_refusals(Entry.objects.filter(matter=matter)) if looks_after else (),
    )


def _tally(matter: str, *, alerts: bool) -> Tally:
    refused = Entry.objects.filter(matter=matter, kind=Entry.REFUSED).values_list("control").annotate(count=Count("id"))
    alarmed = Alert.objects.filter(matter=matter, status=Alert.OPEN).values_list("control").annotate(count=Count("id"))
    return Tally(Counter(dict(refused)), Counter(dict(alarmed) if alerts else {}))


def _row(row: RowSpec) -> RowView:
    live = [file for file in engine().catalogue.matters.values() if row.row in file.matter.source.register]
    carried = _carried(live)
    return RowView(
        row=row.row,
        responsible=row.responsible,
        matter=_text(row.matter),
        map=row.map,
        risks=tuple(map(_text, row.risks)),
        measures=tuple(MeasureView(_text(words), carried.get(words.zh, ())) for words in row.measures),
        preamble=tuple(map(_text, row.preamble)),
        owner=_text(row.owner),
        live=live[0].matter.id if live else "",
    )


def _carried(files: list[MatterFile]) -> Mapping[str, tuple[Titled, ...]]:
    """By measure of the source: the controls that carry it out, as (matter/control, title)."""
    found: dict[str, list[Titled]] = defaultdict(list)
    for file in files:
        titles = {control.id: control.title for control in file.matter.controls}
        for measure in file.spec.measures:
            found[measure.text] += [(f"{file.matter.id}/{name}", titles[name]) for name in measure.controls]
    return {text: tuple(named) for text, named in found.items()}


def _text(words: Words) -> Text:
    return Text(words.zh, words.en)
