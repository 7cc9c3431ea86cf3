"""The traceability matrix: from every row of the register through its risks and measures to the controls and the drills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from lianfang.catalogue.files import written
from lianfang.catalogue.kept import VERDICTS, Kept
from lianfang.catalogue.load import Catalogue, MatterFile
from lianfang.catalogue.schema import RowSpec, Words
from lianfang.kernel.controls.base import Control
from lianfang.kernel.model import Text

GOOD, FAILED, UNRUN = "good", "failed", "unrun"
OUTCOMES: Mapping[str, Text] = {
    GOOD: Text("全部如预期", "As they must"),
    FAILED: Text("有不符", "Failed"),
    UNRUN: Text("本版本尚未演练", "Not run on this version"),
}
"""How the drills of a matter can have gone."""


class Script(NamedTuple):
    """A drill as it is written, and the risk that it attempts ('' for a lawful run)."""

    id: str
    title: Text
    risk: str


@dataclass(frozen=True, slots=True)
class TracedDrill:
    """A drill with its last verdict; '' where none was run on this catalogue."""

    script: Script
    verdict: str

    @property
    def good(self) -> bool:
        """Whether it went as it must."""
        return self.verdict in VERDICTS


@dataclass(frozen=True, slots=True)
class TracedRisk:
    """A risk with what guards it and what attempts it. ``id`` and ``grade`` are '' where no matter carries the row."""

    id: str
    text: Text
    origin: str
    grade: str
    controls: tuple[Control, ...] = ()
    drills: tuple[TracedDrill, ...] = ()


@dataclass(frozen=True, slots=True)
class TracedMeasure:
    """A measure of the register, or a mechanism of the map, with the controls that carry it out."""

    text: Text
    origin: str
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """A row of the register and all that stands behind it; ``file`` is None while no matter carries it, ``run`` while its drills were
    not run on this catalogue."""

    row: RowSpec
    file: MatterFile | None
    risks: tuple[TracedRisk, ...]
    measures: tuple[TracedMeasure, ...]
    drills: tuple[TracedDrill, ...]
    run: Kept | None

    @property
    def controls(self) -> tuple[Control, ...]:
        """The controls of the matter that carries it."""
        return self.file.matter.controls if self.file is not None else ()

    @property
    def lawful(self) -> tuple[TracedDrill, ...]:
        """Its drills that attempt no risk."""
        known = {risk.id for risk in self.risks}
        return tuple(one for one in self.drills if one.script.risk not in known)

    @property
    def guarded(self) -> int:
        """How many of its risks have a control."""
        return sum(bool(risk.controls) for risk in self.risks)

    @property
    def carried(self) -> int:
        """How many of its measures some control carries out."""
        return sum(bool(measure.controls) for measure in self.measures)

    @property
    def outcome(self) -> str:
        """How its drills last went, by a word of ``OUTCOMES``; '' while no matter carries it."""
        return outcome(self.run) if self.file is not None else ""

    @property
    def result(self) -> Text:
        """How its drills last went, in words."""
        return went(self.run) if self.file is not None else Text("尚未上线", "not live")


def outcome(run: Kept | None) -> str:
    """How the drills of a matter last went, by a word of ``OUTCOMES``."""
    return UNRUN if run is None else FAILED if run.failures else GOOD


def went(run: Kept | None) -> Text:
    """How the drills of a matter last went, in words."""
    if run is None:
        return Text("本版本尚未演练", "not run on this version")
    failed = len(run.failures)
    return Text(f"{failed} 处不符", f"{failed} failed") if failed else Text("全部如预期", "all as they must")


def traces(catalogue: Catalogue, runs: Mapping[str, Kept]) -> tuple[Trace, ...]:
    """Every row of the register in its order, with what stands behind it."""
    carriers = {row: file for file in catalogue.matters.values() for row in file.matter.source.register}
    return tuple(trace(catalogue.root, row, carriers.get(row.row), runs) for row in catalogue.rows)


def trace(root: Path, row: RowSpec, file: MatterFile | None, runs: Mapping[str, Kept]) -> Trace:
    """One row of the register of the catalogue in a folder."""
    if file is None:
        risks = tuple(TracedRisk("", _text(words), "register", "") for words in row.risks)
        return Trace(row, None, risks, tuple(TracedMeasure(_text(words), "register") for words in row.measures), (), None)
    run = runs.get(file.matter.id)
    drills = tuple(TracedDrill(one, run.verdicts.get(one.id, "") if run else "") for one in scripts(root, file))
    controls = {control.id: control for control in file.matter.controls}
    risks = tuple(
        TracedRisk(
            risk.id, _text(risk.title), risk.origin, risk.grade, tuple(controls[name] for name in risk.controls),
            tuple(one for one in drills if one.script.risk == risk.id),
        )
        for risk in file.spec.risks
    )  # fmt: skip
    measures = tuple(TracedMeasure(Text(m.text, m.en), m.origin, tuple(controls[name] for name in m.controls)) for m in file.spec.measures)
    return Trace(row, file, risks, measures, drills, run)


def scripts(root: Path, file: MatterFile) -> tuple[Script, ...]:
    """The drills of a matter as they are written, also where the catalogue was loaded without them."""
    paths = written(root / "matters" / file.matter.id, "drills")
    return tuple(script for path in paths for script in _scripts(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=1024)
def _scripts(path: Path, _changed: int) -> tuple[Script, ...]:
    """The drills of a file that was checked when it was loaded with them: only their heads are wanted here, without lines and shapes."""
    said = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 a safe one
    drills = said.get("drills", ()) if said else ()
    return tuple(Script(one["id"], Text(one["title"]["zh"], one["title"]["en"]), one.get("risk", "")) for one in drills)


def as_json(found: Trace) -> dict[str, Any]:
    """A row of the matrix as the command line prints it, the source's own words in it."""
    return {
        "row": found.row.row,
        "unit": found.row.unit,
        "power": found.row.matter.zh,
        "matter": found.file.matter.id if found.file else None,
        "risks": [
            {
                "id": risk.id or None,
                "text": risk.text.zh,
                "from": risk.origin,
                "grade": risk.grade or None,
                "controls": [control.id for control in risk.controls],
                "drills": [one.script.id for one in risk.drills],
            }
            for risk in found.risks
        ],
        "measures": [{"text": m.text.zh, "from": m.origin, "controls": [control.id for control in m.controls]} for m in found.measures],
        "controls": [control.id for control in found.controls],
        "drills": [{"id": one.script.id, "risk": one.script.risk or None, "verdict": one.verdict or None} for one in found.drills],
        "run": {"at": found.run.at, "failures": list(found.run.failures)} if found.run else None,
        "result": found.result.en,
        "result_zh": found.result.zh,
    }


def _text(words: Words) -> Text:
    return Text(words.zh, words.en)
