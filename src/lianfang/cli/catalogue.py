"""``lianfang catalogue``: the matters that live and the register, word for word, with what carries out each measure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.catalogue.schema import RowSpec
from lianfang.cli.output import catalogue_option, json_option, loaded, print_json, table
from lianfang.kernel.wording import plural


@click.command()
@catalogue_option
@json_option
def catalogue(folder: Path | None, as_json: bool) -> None:
    """列出事项和责任清单。 List the matters and the register."""
    found = loaded(folder)
    if as_json:
        print_json(described(found))
        return
    heads = ("事项 matter", "名称 title", "清单 row", "图 map", "环节 steps", "风险点 risks", "防控 controls", "演练 drills")
    table([heads, *(_line(file) for file in found.matters.values())])
    live = len(found.live_rows())
    click.echo(f"\n责任清单 {len(found.rows)} 项，已上线 {live} 项。 {plural(len(found.rows), 'row')} of the register, {live} live.")


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
