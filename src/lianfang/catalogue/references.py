"""What the files of a catalogue say of each other: every name must lead somewhere, and nothing stands twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from lianfang.catalogue.organisation import Organisation, full
from lianfang.catalogue.problems import Problem, nearest
from lianfang.catalogue.schema import DrillsSpec, LedgersSpec, MapsSpec, OrganisationSpec, RegisterSpec
from lianfang.catalogue.source import Document, Place
from lianfang.kernel.fields import ACT_FIELDS
from lianfang.kernel.model import Matter, Text

NO_GATES = ("step-order", "step-post")
"""What the kernel itself refuses, beside the controls of a matter."""


def twice(document: Document, place: Place, names: Iterable[str], zh: str, en: str) -> Iterator[Problem]:
    """A fault for every name of a list that stood in it before."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield document.problem((*place, index), Text(f"{zh}“{name}”写了两次", f"the {en} {name!r} stands twice"))
        seen.add(name)


def organisation_problems(spec: OrganisationSpec, document: Document) -> Iterator[Problem]:
    """Units, posts and people that an organisation names and does not have, or has twice."""
    posts = {f"{u.id}/{p.id}" for u in spec.units for p in u.posts}
    units = [u.id for u in spec.units]
    yield from twice(document, ("units",), units, "单位", "unit")
    yield from twice(document, ("people",), [person.login for person in spec.people], "人员", "person")
    for i, person in enumerate(spec.people):
        if person.unit not in units:
            yield document.problem(("people", i, "unit"), nearest(person.unit, units, "单位", "unit"))
        for j, holding in enumerate(person.posts):
            if full(person.unit, holding.post) not in posts:
                yield document.problem(("people", i, "posts", j), nearest(holding.post, posts, "岗位", "post"))
    for i, unit in enumerate(spec.units):
        own = [post.id for post in unit.posts]
        yield from twice(document, ("units", i, "posts"), own, "岗位", "post")
        yield from twice(document, ("units", i, "bodies"), [body.id for body in unit.bodies], "会议", "body")
        for j, body in enumerate(unit.bodies):
            for name in [*body.members, body.chair]:
                if full(unit.id, name) not in posts:
                    yield document.problem(("units", i, "bodies", j), nearest(name, [*own, *posts], "岗位", "post"))


def ledger_problems(spec: LedgersSpec, document: Document) -> Iterator[Problem]:
    """Ledgers that stand twice, and entries with a column that their ledger does not have."""
    yield from twice(document, ("ledgers",), [ledger.id for ledger in spec.ledgers], "台账", "ledger")
    for i, ledger in enumerate(spec.ledgers):
        yield from twice(document, ("ledgers", i, "entries"), [entry.key for entry in ledger.entries], "台账记录", "entry")
        for j, entry in enumerate(ledger.entries):
            for name in entry.data:
                if name not in ledger.fields:
                    yield document.problem(("ledgers", i, "entries", j, "data", name), nearest(name, ledger.fields, "栏目", "column"))


def register_problems(
    registers: Sequence[tuple[Document, RegisterSpec]], maps: Sequence[tuple[Document, MapsSpec]], units: Collection[str]
) -> Iterator[Problem]:
    """Rows and maps that stand twice or name a unit, a map or a row that is not there."""
    rows = {row.row for _, part in registers for row in part.rows}
    charts = {chart.map for _, part in maps for chart in part.maps}
    seen: dict[object, str] = {}
    for document, part in registers:
        for i, row in enumerate(part.rows):
            place: Place = ("rows", i)
            if row.row in seen:
                yield document.problem(
                    (*place, "row"), Text(f"第 {row.row} 项写了两次（{seen[row.row]}）", f"row {row.row} stands twice ({seen[row.row]})")
                )
            seen[row.row] = f"{document.file}:{document.line(place)}"
            if row.unit not in units:
                yield document.problem((*place, "unit"), nearest(row.unit, units, "单位", "unit"))
            if row.map not in charts:
                yield document.problem((*place, "map"), nearest(row.map, charts, "防控图", "map"))
    for document, drawn in maps:
        for i, chart in enumerate(drawn.maps):
            place = ("maps", i)
            if chart.map in seen:
                yield document.problem(
                    (*place, "map"),
                    Text(f"防控图“{chart.map}”画了两次（{seen[chart.map]}）", f"the map {chart.map!r} stands twice ({seen[chart.map]})"),
                )
            seen[chart.map] = f"{document.file}:{document.line(place)}"
            if chart.row not in rows:
                yield document.problem((*place, "row"), nearest(str(chart.row), map(str, rows), "责任清单项", "row of the register"))
            yield from twice(document, (*place, "boxes"), [box.id for box in chart.boxes], "方框", "box")


def source_problems(document: Document, matter: Matter, rows: Collection[int], charts: Collection[str]) -> Iterator[Problem]:
    """Rows and a map that a matter comes from and that the register does not hold."""
    for number in matter.source.register:
        if number not in rows:
            yield document.problem(("source", "register"), nearest(str(number), map(str, rows), "责任清单项", "row of the register"))
    if matter.source.map not in charts:
        yield document.problem(("source", "map"), nearest(matter.source.map, charts, "防控图", "map"))


def drill_problems(drills: DrillsSpec, document: Document, matter: Matter, built: Organisation) -> Iterator[Problem]:
    """People, steps, fields, duties, controls, risks and files that drills name and that are not there."""
    risks = [risk.id for risk in matter.risks]
    recurring = [c.id for c in matter.controls if c.kind == "recur"]
    controls = [*(c.id for c in matter.controls), *NO_GATES]
    fields = [*matter.record, *ACT_FIELDS]
    yield from twice(document, ("drills",), [drill.id for drill in drills.drills], "演练", "drill")
    for i, drill in enumerate(drills.drills):
        if not drill.lawful and drill.risk not in risks:
            yield document.problem(("drills", i, "risk"), nearest(drill.risk, risks, "风险点", "risk"))
        for j, act in enumerate(drill.script):
            place: Place = ("drills", i, "script", j)
            named = (act.expect.refused or act.expect.alarmed) if act.expect else ""
            checks: list[tuple[str, str, Collection[str], str, str]] = [
                ("who", act.who, built.people, "人员", "person"),
                ("step", "" if act.duty else act.step, matter.steps, "环节", "step"),
                ("duty", act.duty, recurring, "履责", "duty"),
                ("expect", named, controls, "防控措施", "control"),
                *(("data", name, fields, "字段", "field") for name in act.data if not act.duty),
                *(("data", name, drills.files, "文件", "file") for name in _files(act.data)),
            ]
            for key, name, known, zh, en in checks:
                if name and name not in known:
                    yield document.problem((*place, key), nearest(name, known, zh, en))


def _files(value: object) -> Iterator[str]:
    """The files that a drill's data names, written ``$name``."""
    if isinstance(value, str) and value.startswith("$"):
        yield value[1:]
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _files(item)
    elif isinstance(value, list):
        for item in value:
            yield from _files(item)
