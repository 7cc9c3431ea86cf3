"""Traceability: nothing of the source is lost on the way to the controls, and no control is there without a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.catalogue.problems import Problem
from lianfang.catalogue.schema import MatterSpec, Words
from lianfang.catalogue.source import Place
from lianfang.kernel.model import Text
from lianfang.kernel.wording import plural

CHECK = "traceability"


def untraced(catalogue: Catalogue) -> Iterator[Problem]:
    """Every break between the source, the risks and the controls of the matters that live."""
    for file in catalogue.matters.values():
        yield from _unguarded(file)
        yield from _unquoted(catalogue, file)
        yield from _unfounded(catalogue, file)
        yield from _undrilled(file)


def not_live(catalogue: Catalogue) -> Text | None:
    """How many rows of the register no matter carries yet; None when all are carried."""
    live = catalogue.live_rows()
    waiting = [row.row for row in catalogue.rows if row.row not in live]
    if not waiting:
        return None
    total = len(catalogue.rows)
    return Text(
        f"责任清单 {total} 项中有 {len(waiting)} 项尚未上线。", f"{len(waiting)} of the register's {plural(total, 'row')} are not live yet."
    )


def _unguarded(file: MatterFile) -> Iterator[Problem]:
    """A matter without an owner, a risk without a control, a control without a risk, a measure that nothing carries out."""
    spec = file.spec
    if not file.matter.owner:
        yield _problem(file, (), "没有写明由哪个岗位负责（owner，责任人）", "no post answers for the matter (owner)")
    for i, risk in enumerate(spec.risks):
        if risk.factors is None:
            yield _problem(
                file,
                ("risks", i),
                f"风险点“{risk.id}”没有写明定级的理由（factors）",
                f"the risk {risk.id!r} does not say why it has its grade (factors)",
            )
        if not risk.controls:
            yield _problem(file, ("risks", i), f"风险点“{risk.id}”没有防控措施", f"the risk {risk.id!r} names no control")
    for control in file.matter.controls:
        if not control.risks:
            message = f"防控措施“{control.id}”不防任何风险点", f"the control {control.id!r} serves no risk"
            yield _problem(file, control_place(file, control.id), *message)
    for i, measure in enumerate(spec.measures):
        if not measure.controls:
            yield _problem(file, ("measures", i), f"没有落实这条措施：{measure.text}", f"nothing carries out the measure {measure.text!r}")


def control_place(file: MatterFile, control: str) -> Place:
    """The place of a control in the matter's own file; of one that its template gives, no place at all."""
    own = file.document.value.get("controls", [])
    return "controls", next((i for i, raw in enumerate(own) if raw.get("id") == control), "")


def _unquoted(catalogue: Catalogue, file: MatterFile) -> Iterator[Problem]:
    """What the rows and the map of a matter say and no matter of theirs quotes word for word."""
    source, others = file.matter.source, [one.matter.source for one in catalogue.matters.values()]
    specs = [one.spec for one in catalogue.matters.values()]
    for row in catalogue.rows:
        if row.row in source.register:
            beside = [spec for spec, other in zip(specs, others, strict=True) if row.row in other.register]
            name = Text(f"责任清单第 {row.row} 项", f"row {row.row}")
            yield from _silent(file, ("source", "register"), name, beside, row.measures, row.risks)
    for chart in catalogue.maps:
        if chart.map == source.map:
            beside = [spec for spec, other in zip(specs, others, strict=True) if other.map == chart.map]
            name = Text(f"防控图“{chart.map}”", f"map {chart.map!r}")
            yield from _silent(file, ("source", "map"), name, beside, chart.mechanisms, chart.risks)


def _silent(
    file: MatterFile, place: Place, name: Text, specs: list[MatterSpec], measures: Iterable[Words], risks: Iterable[Words]
) -> Iterator[Problem]:
    quoted = {measure.text for spec in specs for measure in spec.measures}
    named = {risk.title.zh for spec in specs for risk in spec.risks}
    for words in measures:
        if words.zh not in quoted:
            yield _problem(file, place, f"{name.zh}的措施未被引用：{words.zh}", f"{name.en}: this measure is not quoted: {words.zh}")
    for words in risks:
        if words.zh not in named:
            yield _problem(file, place, f"{name.zh}的风险点未被引用：{words.zh}", f"{name.en}: this risk is not quoted: {words.zh}")


def _unfounded(catalogue: Catalogue, file: MatterFile) -> Iterator[Problem]:
    """What claims to be a sentence of the register or of the map and does not stand there."""
    source, spec = file.matter.source, file.spec
    rows = [row for row in catalogue.rows if row.row in source.register]
    charts = [chart for chart in catalogue.maps if chart.map == source.map]
    measures = {"register": [row.measures for row in rows], "map": [chart.mechanisms for chart in charts]}
    risks = {"register": [row.risks for row in rows], "map": [chart.risks for chart in charts]}
    claims = [
        *((("measures", i), measure.text, measure.origin, measures) for i, measure in enumerate(spec.measures)),
        *((("risks", i), risk.title.zh, risk.origin, risks) for i, risk in enumerate(spec.risks)),
    ]
    for place, words, origin, said in claims:
        for where in said if origin == "both" else (origin,):
            if not any(words == one.zh for sentences in said[where] for one in sentences):
                name = Text("责任清单", "register") if where == "register" else Text("防控图", "map")
                yield _problem(file, place, f"{name.zh}中没有这句话：{words}", f"the {name.en} does not say: {words}")


def _undrilled(file: MatterFile) -> Iterator[Problem]:
    """A risk that no drill attempts, and a control that no drill expects to refuse or to raise an alarm."""
    drills = file.drills.drills
    attempted = {drill.risk for drill in drills}
    for i, risk in enumerate(file.spec.risks):
        if risk.id not in attempted:
            yield _problem(file, ("risks", i), f"没有演练尝试风险点“{risk.id}”", f"no drill attempts the risk {risk.id!r}")
    met = [act.expect for drill in drills for act in drill.script if act.expect is not None]
    refusing = {expect.refused for expect in met}
    alarming = {expect.alarmed for expect in met} | {name for drill in drills for name in drill.raises}
    for control in file.matter.controls:
        gate = control.family == "gate"
        if control.id not in (refusing if gate else alarming):
            wanted = Text("拦截", "is refused by") if gate else Text("预警", "is alarmed by")
            message = f"没有演练由防控措施“{control.id}”{wanted.zh}", f"no drill {wanted.en} the control {control.id!r}"
            yield _problem(file, control_place(file, control.id), *message)


def _problem(file: MatterFile, place: Place, zh: str, en: str) -> Problem:
    return file.document.problem(place, Text(zh, en), CHECK)
