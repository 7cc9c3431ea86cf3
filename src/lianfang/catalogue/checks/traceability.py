"""Traceability: nothing of the source is lost on the way to the controls, and no control is there without a reason."""

from __future__ import annotations

from collections.abc import Iterator

from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.catalogue.problems import Problem
from lianfang.catalogue.source import Place
from lianfang.kernel.model import Text

CHECK = "traceability"


def untraced(catalogue: Catalogue) -> Iterator[Problem]:
    """Every break between the source, the risks and the controls of the matters that live."""
    for file in catalogue.matters.values():
        yield from _unguarded(file)
        yield from _unquoted(catalogue, file)
        yield from _unfounded(catalogue, file)


def not_live(catalogue: Catalogue) -> Text | None:
    """How many rows of the register no matter carries yet; None when all are carried."""
    live = catalogue.live_rows()
    waiting = [row.row for row in catalogue.rows if row.row not in live]
    if not waiting:
        return None
    total = len(catalogue.rows)
    return Text(f"责任清单 {total} 项中有 {len(waiting)} 项尚未上线。", f"{len(waiting)} of the register's {total} rows are not live yet.")


def _unguarded(file: MatterFile) -> Iterator[Problem]:
    """A risk without a control, a control without a risk, a measure that nothing carries out."""
    spec = file.spec
    for i, risk in enumerate(spec.risks):
        if not risk.controls:
            yield _problem(file, ("risks", i), f"风险点“{risk.id}”没有防控措施", f"the risk {risk.id!r} names no control")
    for control in file.matter.controls:
        if not control.risks:
            message = f"防控措施“{control.id}”不防任何风险点", f"the control {control.id!r} serves no risk"
            yield _problem(file, ("controls", _index(file, control.id)), *message)
    for i, measure in enumerate(spec.measures):
        if not measure.controls:
            yield _problem(file, ("measures", i), f"没有落实这条措施：{measure.text}", f"nothing carries out the measure {measure.text!r}")


def _index(file: MatterFile, control: str) -> int | str:
    """The place of a control in the matter's own file; of one that its template gives, no place at all."""
    own = file.document.value.get("controls", [])
    return next((i for i, raw in enumerate(own) if raw.get("id") == control), "")


def _unquoted(catalogue: Catalogue, file: MatterFile) -> Iterator[Problem]:
    """A row that does not exist, and risks and measures of a row that no matter of it quotes word for word."""
    rows = {row.row: row for row in catalogue.rows}
    place: Place = ("source", "register")
    for number in file.matter.source.register:
        row = rows.get(number)
        if row is None:
            yield _problem(file, place, f"责任清单没有第 {number} 项", f"the register has no row {number}")
            continue
        specs = [one.spec for one in catalogue.matters.values() if number in one.matter.source.register]
        measures = {measure.text for spec in specs for measure in spec.measures}
        risks = {risk.title.zh for spec in specs for risk in spec.risks}
        for words in row.measures:
            if words.zh not in measures:
                yield _problem(
                    file, place, f"第 {number} 项的措施未被引用：{words.zh}", f"row {number}: this measure is not quoted: {words.zh}"
                )
        for words in row.risks:
            if words.zh not in risks:
                yield _problem(
                    file, place, f"第 {number} 项的风险点未被引用：{words.zh}", f"row {number}: this risk is not quoted: {words.zh}"
                )


def _unfounded(catalogue: Catalogue, file: MatterFile) -> Iterator[Problem]:
    """What claims to be a sentence of the register or of the map and does not stand there."""
    source = file.matter.source
    charts = [chart for chart in catalogue.maps if chart.map == source.map]
    if not charts:
        yield _problem(file, ("source", "map"), f"没有防控图“{source.map}”", f"there is no map {source.map!r}")
        return
    said = {
        "register": {words.zh for row in catalogue.rows if row.row in source.register for words in row.measures},
        "map": {words.zh for chart in charts for words in chart.mechanisms},
    }
    for i, measure in enumerate(file.spec.measures):
        for where in said if measure.origin == "both" else (measure.origin,):
            if measure.text not in said[where]:
                name = Text("责任清单", "register") if where == "register" else Text("防控图", "map")
                yield _problem(
                    file, ("measures", i), f"{name.zh}中没有这句话：{measure.text}", f"the {name.en} does not say: {measure.text}"
                )


def _problem(file: MatterFile, place: Place, zh: str, en: str) -> Problem:
    return file.document.problem(place, Text(zh, en), CHECK)
