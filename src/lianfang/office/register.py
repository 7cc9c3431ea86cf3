"""The register of powers, verbatim, and the matters that carry it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet

from lianfang.catalogue.compile import text
from lianfang.catalogue.coverage import Trace, outcome, trace, traces, went
from lianfang.catalogue.kept import FILE, Kept, last_runs
from lianfang.catalogue.load import MatterFile
from lianfang.catalogue.schema import RiskSpec, RowSpec
from lianfang.kernel.controls import KINDS
from lianfang.kernel.model import Matter, Text
from lianfang.kernel.schedule import start_of_year
from lianfang.office.access import no_matter
from lianfang.office.alert_access import seen
from lianfang.office.desk import startable
from lianfang.office.duties import done as performed
from lianfang.office.duties import owed as unfinished
from lianfang.office.engine import engine
from lianfang.office.flow_map import Tally, arrows_of, controls_of, flow_map
from lianfang.office.heat import counted, heat, refusals_in, refused_this_year, told_among
from lianfang.office.people import held_by, looks_after, title
from lianfang.office.people import views as people
from lianfang.office.refusals import GRADES, control_title, latest_refusals
from lianfang.office.views import (
    NOTHING,
    Carrier,
    DutyView,
    MapHead,
    MapView,
    MatterView,
    MeasureView,
    NotFound,
    PersonView,
    RiskGroup,
    RiskLine,
    RiskMatrix,
    RowRisk,
    RowView,
    Standing,
    UnitView,
)  # fmt: skip
from lianfang.office.words import map_number
from lianfang.store.models import Alert, Duty, Entry, Task

FACTORS: Mapping[str, Text] = {
    "importance": Text("权力重要程度", "power"),
    "discretion": Text("自由裁量", "discretion"),
    "probability": Text("发生概率", "probability"),
    "harm": Text("危害程度", "harm"),
}
"""What the grade of a risk goes by."""


@dataclass(frozen=True, slots=True)
class _Year:
    """What rows are told of besides the catalogue, each fetched once for all of them: of which matters the reader is told what was refused
    (``told``), how often controls acted since the year began and which alerts are open (as far as the reader may know), who holds which
    post now, and how the drills last went."""

    told: frozenset[str]
    refused: Mapping[tuple[str, str], int]
    raised: Mapping[tuple[str, str], int]
    open: Mapping[str, int]
    holders: Mapping[str, tuple[PersonView, ...]]
    runs: Mapping[str, Kept]


def _this_year(person: str, matters: Iterable[Matter], alerts: QuerySet[Alert]) -> _Year:
    """What a person is told of some matters, and of the alerts that they see."""
    wanted, since = {matter.id: matter for matter in matters}, start_of_year(engine().now())
    told = told_among(person, wanted.values())
    noticed = alerts.filter(matter__in=wanted)
    held = held_by({matter.owner for matter in wanted.values()})
    known = {one.id: one for one in people({who for one in held.values() for who in one})}
    return _Year(
        told,
        refused_this_year(told),
        {(matter, control): n for matter, control, n in _counted(noticed.filter(raised_at__gte=since))},
        counted(noticed.filter(status=Alert.OPEN), "matter"),
        {post: tuple(known[who] for who in one if who in known) for post, one in held.items()},
        _runs(),
    )


def _counted(found: QuerySet[Alert]) -> Iterable[tuple[str, str, int]]:
    return found.order_by().values_list("matter", "control").annotate(count=Count("id"))


def register(person: str = "") -> tuple[UnitView, ...]:
    """All rows of the register, grouped by unit, each with its risks, its measures, what carries them out and how often that acted, as far
    as the person may know: refusals of what they look after or answer for, alerts that they see."""
    catalogue = engine().catalogue
    files = _files()
    year = _this_year(person, (file.matter for file in files.values()), seen(person))
    grouped: dict[str, list[RowView]] = defaultdict(list)
    for row in catalogue.rows:
        grouped[row.unit].append(_row(row, files.get(row.row), year))
    return tuple(UnitView(unit, title(unit), tuple(grouped[unit])) for unit in catalogue.organisation.units if unit in grouped)


def matching(units: Iterable[UnitView], words: str) -> tuple[UnitView, ...]:
    """The rows in which the words stand: in the power, its unit, its owner, its risks or its measures, in either language."""
    sought = words.casefold()
    kept = (replace(unit, rows=tuple(row for row in unit.rows if sought in _said(unit, row))) for unit in units)
    return tuple(unit for unit in kept if unit.rows)


def _said(unit: UnitView, row: RowView) -> str:
    texts = [unit.title, row.matter, row.owner, row.responsible, row.post, *(one.name for one in row.holders), *row.preamble]
    texts += [*(risk.text for risk in (*row.risks, *row.map_risks)), *(measure.text for measure in row.measures)]
    return "\n".join((f"#{row.row}", *(word for text in texts for word in text))).casefold()


def matrix(units: Iterable[UnitView], probability: str = "", harm: str = "") -> RiskMatrix:
    """The risks of some rows by probability and harm; listed below, those of one cell where it is named."""
    lines = [RiskLine(row, unit.title, risk) for unit in units for row in unit.rows for risk in (*row.risks, *row.map_risks)]
    rank = list(GRADES)
    graded = sorted((line for line in lines if line.risk.grade), key=lambda line: rank.index(line.risk.grade))
    cells = tuple((often, title, tuple(_cell(graded, often, bad) for bad in GRADES)) for often, title in GRADES.items())
    groups = [cell for often, _, row in cells for cell in row if probability in ("", often) and harm in ("", cell.harm)]
    if probability and harm:
        by_unit: dict[Text, list[RiskLine]] = {}
        for line in (line for cell in groups for line in cell.lines):
            by_unit.setdefault(line.unit_title, []).append(line)
        order = list(dict.fromkeys(line.unit_title for line in lines))
        groups = [RiskGroup(probability, harm, unit, tuple(by_unit[unit])) for unit in order if unit in by_unit]
    return RiskMatrix(cells, tuple(group for group in groups if group.lines), len(lines) - len(graded))


def _cell(lines: Iterable[RiskLine], probability: str, harm: str) -> RiskGroup:
    found = tuple(line for line in lines if (line.risk.probability, line.risk.harm) == (probability, harm))
    return RiskGroup(probability, harm, NOTHING, found)


def coverage() -> tuple[Trace, ...]:
    """Every row of the register with all that stands behind it, and how its drills last went on the catalogue in force."""
    return traces(engine().catalogue, _runs())


def drilled_by_unit() -> dict[str, Counter[str]]:
    """By unit, how many rows of the register have which outcome of their drills; rows that no matter carries are left out."""
    runs, found = _runs(), defaultdict[str, Counter[str]](Counter)
    files = _files()
    for row in engine().catalogue.rows:
        if row.row in files:
            found[row.unit][outcome(runs.get(files[row.row].matter.id))] += 1
    return found


def row_trace(row: int) -> Trace:
    """One row of the same. Raises NotFound."""
    catalogue = engine().catalogue
    found = next((one for one in catalogue.rows if one.row == row), None)
    if found is None:
        raise NotFound(Text(f"责任清单没有第 {row} 项。", f"The register has no row {row}."))
    return trace(catalogue.root, found, _files().get(row), _runs())


def _runs() -> dict[str, Kept]:
    office = engine()
    return last_runs(Path(settings.LIANFANG_DATA) / FILE, office.fingerprint)


def _files() -> dict[int, MatterFile]:
    """By row, the matter that carries it."""
    return {row: file for file in engine().catalogue.matters.values() for row in file.matter.source.register}


def matter_view(person: str, matter: str, *, hot: bool = False) -> MatterView:
    """A matter's own page, its map with its heat where it is to be ``hot``. Its figures count what the person may know of: refusals for
    who looks after it or answers for it, and the alerts that they see: who is watched does not learn of it. How the matter stands is told
    to its owner too, in figures over all its cases. Raises NotFound."""
    office = engine()
    file = office.catalogue.matters.get(matter)
    if file is None:
        raise no_matter(matter)
    one = file.matter
    answers = looks_after(person, one.unit)
    alerts = seen(person).filter(matter=matter)
    year = _this_year(person, [one], alerts)
    tally = Tally(counted(refusals_in(year.told), "control"), counted(alerts.filter(status=Alert.OPEN), "control"))
    warm = heat(person, one) if hot else tally
    return MatterView(
        id=one.id,
        title=one.title,
        unit_title=title(one.unit),
        version=one.version,
        source_rows=one.source.register,
        source_map=map_number(one.source.map),
        map=flow_map(one, warm),
        controls=controls_of(one, tally),
        rows=tuple(_row(row, file, year) for row in office.catalogue.rows if row.row in one.source.register),
        startable=any(line.id == matter for line in startable(person)),
        refused=latest_refusals(person, Entry.objects.filter(matter=matter)) if answers else (),
        post=title(one.owner) if one.owner else NOTHING,
        holders=year.holders.get(one.owner, ()),
        standing=_standing(one, year) if year.told else None,
        duties=_duties(file, counted=bool(year.told)),
        answers=answers,
        elsewhere=tuple((step, one.label(step), *waits) for step, waits in sorted(warm.waiting.items()) if step not in one.flow.order),
    )


def map_view(person: str, matter: str, *, hot: bool = False) -> MapView:
    """A matter's map by itself, with its heat where it is to be ``hot``: what waits and what was refused and alerted, as far as the person
    may know of it. Raises NotFound."""
    file = engine().catalogue.matters.get(matter)
    if file is None:
        raise no_matter(matter)
    one = file.matter
    rows = flow_map(one, heat(person, one) if hot else Tally())
    return MapView(*_head(one), rows, arrows_of(one.flow.root))


def map_heads() -> tuple[MapHead, ...]:
    """The maps of all matters by what they are called, in the order of the register's rows."""
    ordered = {file.matter.id: file.matter for _, file in sorted(_files().items())}
    return tuple(MapHead(*_head(matter)) for matter in ordered.values())


def _head(matter: Matter) -> tuple[str, Text, str, Text, Text]:
    return matter.id, matter.title, matter.unit, title(matter.unit), map_number(matter.source.map)


def _standing(matter: Matter, year: _Year) -> Standing:
    """How a matter stands, over all its cases: its owner, who answers for their number, may not see each of them. None are of a channel."""
    waiting = Task.objects.filter(case__matter=matter.id).exclude(step="")
    steps = dict(waiting.order_by().values_list("step").annotate(count=Count("case_id", distinct=True)))
    late = waiting.filter(due__gt="", due__lt=engine().now()).values("case_id").distinct().count()
    order = [*matter.flow.order, *sorted(set(steps) - set(matter.flow.order))]
    refused = sorted(((count, control) for (_, control), count in year.refused.items()), reverse=True)
    return Standing(
        tuple((matter.label(step), steps[step]) for step in order if step in steps),
        late,
        tuple((control, control_title(matter, control), count) for count, control in refused),
        year.open.get(matter.id, 0),
    )


def _duties(file: MatterFile, *, counted: bool) -> tuple[DutyView, ...]:
    """The duties of a matter, but for channels, which have no turns; with how their turns stand where they are counted."""
    now = engine().now()
    turns = Duty.objects.filter(parent=file.matter.id).order_by()
    late, ahead = Count("id", filter=Q(due__lt=now)), Min("due", filter=Q(due__gte=now))
    owed: dict[str, tuple[int, int, str | None]] = {}
    done: dict[str, int] = {}
    if counted:
        found = unfinished(turns).values_list("control").annotate(count=Count("id"), late=late, ahead=ahead)
        owed = {control: (count, missed, due) for control, count, missed, due in found}
        done = dict(performed(turns).filter(due__gte=start_of_year(engine().now())).values_list("control").annotate(count=Count("id")))
    views = []
    for control in file.matter.controls:
        if control.id in file.duties and KINDS[control.kind].takes_turns:
            by = control.params.get("by") or ()
            count, missed, due = owed.get(control.id, (0, 0, None))
            posts = tuple(map(title, [by] if isinstance(by, str) else by))
            views.append(DutyView(control.id, control.title, posts, count, missed, done.get(control.id, 0), due or ""))
    return tuple(views)


def _responsible(row: RowSpec) -> Text:
    """Who answers by the source, which calls a unit now by its full name and now by a short one. For a name that the organisation
    does not have, the unit whose row it is stands in English."""
    units = [unit.title for unit in engine().catalogue.organisation.units.values()]
    found = [next((u for u in units if word.endswith(u.zh) or u.zh.endswith(word)), title(row.unit)) for word in row.responsible.split()]
    return Text(row.responsible, ", ".join(unit.en for unit in found))


def _row(row: RowSpec, file: MatterFile | None, year: _Year) -> RowView:
    plain = RowView(
        row=row.row,
        responsible=_responsible(row),
        matter=text(row.matter),
        map=map_number(row.map),
        risks=tuple(RowRisk(text(words)) for words in row.risks),
        measures=tuple(MeasureView(text(words), ()) for words in row.measures),
        preamble=tuple(map(text, row.preamble)),
        owner=text(row.owner),
        live="",
    )
    if file is None:
        return plain
    matter, quoted = file.matter, {risk.title.zh: risk for risk in reversed(file.spec.risks)}
    titles = {control.id: control.title for control in matter.controls}
    carriers: dict[str, dict[str, Carrier]] = defaultdict(dict)
    for measure in file.spec.measures:
        for name in measure.controls:
            acted = year.refused.get((matter.id, name), 0), year.raised.get((matter.id, name), 0)
            carriers[measure.text][name] = Carrier(f"{matter.id}/{name}", titles[name], *acted)
    run = year.runs.get(matter.id)
    own = [quoted[words.zh].id for words in row.risks if words.zh in quoted]
    return replace(
        plain,
        risks=tuple(_graded(quoted[words.zh]) if words.zh in quoted else RowRisk(text(words)) for words in row.risks),
        measures=tuple(MeasureView(text(words), tuple(carriers[words.zh].values())) for words in row.measures),
        live=matter.id,
        post=title(matter.owner) if matter.owner else NOTHING,
        holders=year.holders.get(matter.owner, ()),
        controls=len(matter.controls),
        told=matter.id in year.told,
        refusals=sum(count for (name, _), count in year.refused.items() if name == matter.id),
        alerts=year.open.get(matter.id, 0),
        map_risks=tuple(_graded(risk) for risk in file.spec.risks if risk.id not in own),
        drilled=went(run),
        drilled_at=run.at if run is not None else "",
    )


def _graded(risk: RiskSpec) -> RowRisk:
    judged = risk.factors
    if judged is None:
        return RowRisk(text(risk.title), risk.grade, GRADES[risk.grade])
    factors = tuple((name, GRADES[getattr(judged, key)]) for key, name in FACTORS.items())
    return RowRisk(text(risk.title), risk.grade, GRADES[risk.grade], factors, text(judged.why), judged.probability, judged.harm)
