"""``lianfang catalogue``: the matters that live and the register, word for word, with what carries out each measure; and the matrix of
what stands behind each row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lianfang.catalogue.coverage import Trace, traces
from lianfang.catalogue.coverage import as_json as trace_json
from lianfang.catalogue.files import fingerprint
from lianfang.catalogue.kept import FILE, last_runs
from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.catalogue.schema import RowSpec
from lianfang.cli.output import catalogue_option, json_option, loaded, print_json, table
from lianfang.kernel.wording import plural
from lianfang.store.place import folder as office_folder


@click.command()
@catalogue_option
@click.option(
    "--coverage", is_flag=True,
    help="逐项追溯风险点、措施、防控与演练。 Trace each row to its risks, measures, controls and drills.",
)  # fmt: skip
@json_option
def catalogue(folder: Path | None, coverage: bool, as_json: bool) -> None:
    """列出事项和责任清单。 List the matters and the register."""
    found = loaded(folder)
    if coverage:
        _coverage(found, as_json)
        return
    if as_json:
        print_json(described(found))
        return
    heads = ("事项 matter", "名称 title", "清单 row", "图 map", "环节 steps", "风险点 risks", "防控 controls", "演练 drills")
    table([heads, *(_line(file) for file in found.matters.values())])
    live = len(found.live_rows())
    click.echo(f"\n责任清单 {len(found.rows)} 项，已上线 {live} 项。 {plural(len(found.rows), 'row')} of the register, {live} live.")


def _coverage(found: Catalogue, as_json: bool) -> None:
    rows = traces(found, last_runs(office_folder() / FILE, fingerprint(found.root)))
    if as_json:
        print_json({"coverage": [trace_json(row) for row in rows]})
        return
    heads = (
        "清单 row",
        "单位 unit",
        "职权 power",
        "事项 matter",
        "风险点 risks",
        "措施 measures",
        "防控 controls",
        "演练 drills",
        "最近 last run",
    )
    table([heads, *(_traced(found, row) for row in rows)])
    run = sum(row.run is not None for row in rows)
    click.echo(
        f"\n责任清单 {len(rows)} 项，已按本版本演练 {run} 项。 {plural(len(rows), 'row')} of the register, {run} drilled on this version."
    )
    if run < len(found.live_rows()):
        click.echo("lianfang drill --keep")


def _traced(found: Catalogue, row: Trace) -> tuple[str, ...]:
    guarded, carried = f"{row.guarded}/{len(row.risks)}", f"{row.carried}/{len(row.measures)}"
    matter = row.file.matter.id if row.file else "尚未上线 not live"
    unit = found.organisation.units[row.row.unit].title.zh
    figures = (guarded, carried, str(len(row.controls)), str(len(row.drills)))
    return str(row.row.row), unit, row.row.matter.zh, matter, *figures, f"{row.result.zh} {row.result.en}"


def described(found: Catalogue) -> dict[str, Any]:
    """The catalogue as JSON, the source's own words in it."""
    return {
        "matters": [_matter(found, file) for file in found.matters.values()],
        "register": [_row(found, row) for row in found.rows],
    }


def _line(file: MatterFile) -> tuple[str, ...]:
    one = file.matter
    counts = (len(one.steps), len(one.risks), len(one.controls), len(file.drills.drills))
    rows = "、".join(map(str, one.source.register))
    return one.id, f"{one.title.zh} {one.title.en}", rows, one.source.map, *map(str, counts)


def _matter(found: Catalogue, file: MatterFile) -> dict[str, Any]:
    one = file.matter
    return {
        "id": one.id,
        "title": one.title.zh,
        "unit": one.unit,
        "unit_title": found.organisation.units[one.unit].title.zh,
        "source": {"register": list(one.source.register), "map": one.source.map},
        "steps": [{"id": s.id, "title": s.title.zh, "kind": s.kind, "by": s.by} for s in one.steps.values()],
        "risks": [
            {"id": r.id, "title": r.title.zh, "at": r.at, "grade": r.grade, "controls": list(r.controls), "blind_spots": r.blind_spots.zh}
            for r in one.risks
        ],
        "controls": [{"id": c.id, "kind": c.kind, "family": c.family, "title": c.title.zh} for c in one.controls],
        "drills": len(file.drills.drills),
    }


def _row(found: Catalogue, row: RowSpec) -> dict[str, Any]:
    carriers = found.carriers(row.row)
    return {
        "row": row.row,
        "unit": row.unit,
        "matter": row.matter.zh,
        "risks": [risk.zh for risk in row.risks],
        "measures": [{"text": measure.zh, "controls": [name for name, _ in carriers.get(measure.zh, ())]} for measure in row.measures],
        "owner": row.owner.zh,
    }
