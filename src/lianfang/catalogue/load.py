"""Loading a catalogue: every file read, every reference checked, every matter compiled; all faults at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from lianfang.catalogue import organisation as office
from lianfang.catalogue import references
from lianfang.catalogue.compile import compile_matter, field_of
from lianfang.catalogue.merge import merge, without
from lianfang.catalogue.organisation import Organisation
from lianfang.catalogue.problems import CatalogueError, Problem, nearest, schema_message
from lianfang.catalogue.schema import (
    DrillsSpec,
    LedgerSpec,
    LedgersSpec,
    MapSpec,
    MapsSpec,
    MatterSpec,
    OrganisationSpec,
    RegisterSpec,
    RowSpec,
)  # fmt: skip
from lianfang.catalogue.source import Document, Place, read, walk
from lianfang.kernel.conditions import Type, field_type
from lianfang.kernel.controls.recur import duty_matter
from lianfang.kernel.model import Matter, Text

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class MatterFile:
    """A matter of the catalogue: compiled, with its full source, its drills and the small matters of its duties."""

    matter: Matter
    spec: MatterSpec
    source: Mapping[str, Any]
    document: Document
    drills: DrillsSpec
    drills_document: Document | None
    duties: Mapping[str, Matter]
    sources: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All of an office's list, live."""

    root: Path
    organisation: Organisation
    ledgers: Mapping[str, LedgerSpec]
    rows: tuple[RowSpec, ...]
    maps: tuple[MapSpec, ...]
    matters: Mapping[str, MatterFile]

    def all_matters(self) -> dict[str, Matter]:
        """Every matter that can run, the duties' small ones included, by id."""
        found = {name: file.matter for name, file in self.matters.items()}
        for file in self.matters.values():
            found.update({duty.id: duty for duty in file.duties.values()})
        return found

    def live_rows(self) -> frozenset[int]:
        """The rows of the register that some matter carries."""
        return frozenset(row for file in self.matters.values() for row in file.matter.source.register)

    def carriers(self, row: int) -> dict[str, list[tuple[str, Text]]]:
        """By measure of a row, word for word: the controls that carry it out, as (``matter/control``, title)."""
        found: dict[str, list[tuple[str, Text]]] = defaultdict(list)
        for file in self.matters.values():
            if row in file.matter.source.register:
                titles = {control.id: control.title for control in file.matter.controls}
                for measure in file.spec.measures:
                    found[measure.text] += [(f"{file.matter.id}/{name}", titles[name]) for name in measure.controls]
        return found

    def sources(self) -> dict[str, Mapping[str, Any]]:
        """The full source of every matter, by version."""
        return {version: source for file in self.matters.values() for version, source in file.sources.items()}


def builtin() -> Path:
    """The built-in catalogue: inside the installed package, or in the repository that the package runs from."""
    packaged = Path(str(resources.files("lianfang"))) / "catalogues" / "district-office"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "catalogues" / "district-office"


def load(root: Path | None = None) -> Catalogue:
    """Load a catalogue. Raises CatalogueError with every fault that was found."""
    loader = _Loader(root or builtin())
    catalogue = loader.catalogue()
    if loader.problems or catalogue is None:
        raise CatalogueError(sorted(loader.problems, key=lambda p: (p.file, p.line)))
    return catalogue


class _Loader:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def read(self, path: Path) -> Document | None:
        if not path.is_file():
            name = path.relative_to(self.root).as_posix()
            self.problems.append(Problem(name, 0, Text("缺少这个文件", "this file is missing")))
            return None
        try:
            return read(path, self.root)
        except CatalogueError as error:
            self.problems.extend(error.problems)
            return None

    def parse(self, document: Document | None, model: type[M]) -> M | None:
        if document is None:
            return None
        try:
            return model.model_validate(document.value)
        except ValidationError as error:
            for fault in error.errors():
                self.problems.append(document.problem(tuple(fault["loc"]), schema_message(fault, model)))
            return None

    def both(self, path: Path, model: type[M]) -> tuple[Document, M] | None:
        """A file and its model; None when it has a fault."""
        document = self.read(path)
        parsed = self.parse(document, model)
        return (document, parsed) if document is not None and parsed is not None else None

    def all(self, pattern: str, model: type[M]) -> list[tuple[Document, M]]:
        """The files of a pattern that have no fault of their own."""
        return [both for path in walk(self.root, pattern) if (both := self.both(path, model)) is not None]

    def catalogue(self) -> Catalogue | None:
        organisation = self.both(self.root / "organisation.yaml", OrganisationSpec)
        ledgers = self.both(self.root / "ledgers.yaml", LedgersSpec)
        before = len(self.problems)
        registers = self.all("register/*.yaml", RegisterSpec)
        maps = self.all("maps/*.yaml", MapsSpec)
        whole = len(self.problems) == before  # what stands in a file that can't be read is not missing
        if organisation is None or ledgers is None:
            return None
        self.problems.extend(references.organisation_problems(organisation[1], organisation[0]))
        self.problems.extend(references.ledger_problems(ledgers[1], ledgers[0]))
        built = office.from_spec(organisation[1])
        if whole:
            self.problems.extend(references.register_problems(registers, maps, built.units))
        known = {ledger.id: ledger for ledger in ledgers[1].ledgers}
        rows = tuple(sorted((row for _, part in registers for row in part.rows), key=lambda row: row.row))
        charts = tuple(chart for _, part in maps for chart in part.maps)
        english = {w.zh: w.en for row in rows for w in [*row.risks, *row.measures]}
        english.update({w.zh: w.en for chart in charts for w in [*chart.risks, *chart.mechanisms]})
        matters = {file.matter.id: file for file in self.matters(built, known, english)}
        for file in matters.values() if whole else ():
            numbers, names = {row.row for row in rows}, {chart.map for chart in charts}
            self.problems.extend(references.source_problems(file.document, file.matter, numbers, names))
        return Catalogue(self.root, built, known, rows, charts, matters)

    def matters(self, built: Organisation, ledgers: Mapping[str, LedgerSpec], english: Mapping[str, str]) -> Iterator[MatterFile]:
        templates = {path.stem: d for path in walk(self.root, "templates/*.yaml") if (d := self.read(path)) is not None}
        for path in walk(self.root, "matters/*/*/matter.yaml"):
            document = self.read(path)
            if document is None:
                continue
            file = self.matter(document, path, templates, built, ledgers, english)
            if file is not None:
                yield file

    def matter(
        self, document: Document, path: Path, templates: Mapping[str, Document], built: Organisation,
        ledgers: Mapping[str, LedgerSpec], english: Mapping[str, str],
    ) -> MatterFile | None:  # fmt: skip
        raw = dict(document.value) if isinstance(document.value, dict) else {}
        expected = path.parent.relative_to(self.root / "matters").as_posix()
        if raw.get("id") != expected:
            self.problems.append(
                document.problem(("id",), Text(f"id 应与所在目录一致：{expected}", f"the id should be its folder: {expected}"))
            )
            return None
        removed = raw.pop("remove", [])
        template = raw.pop("extends", None)
        base: Document | None = None
        if template is not None:
            base = templates.get(str(template))
            if base is None:
                self.problems.append(document.problem(("extends",), nearest(str(template), templates, "模板", "template")))
                return None
            raw = merge(without(base.value, removed), raw)
        for measure in raw.get("measures", []):
            if isinstance(measure, dict) and not measure.get("en"):
                measure["en"] = english.get(str(measure.get("text", "")), "")
        source = full_source(raw, built, ledgers)
        before = len(self.problems)
        matter = compile_matter(source, lambda place, text: self.problems.append(_locate(place, text, raw, document, base)))
        if matter is None or len(self.problems) > before:
            return None
        spec = MatterSpec.model_validate(raw)
        duties, sources = self.duties(raw, document, built, ledgers)
        sources[matter.version] = source
        drills_path = path.parent / "drills.yaml"
        drills_document = self.read(drills_path)
        drills = self.parse(drills_document, DrillsSpec) or DrillsSpec(drills=[])
        if drills_document is not None:
            self.problems.extend(references.drill_problems(drills, drills_document, matter, built))
        return MatterFile(matter, spec, source, document, drills, drills_document, duties, sources)

    def duties(
        self, raw: dict[str, Any], document: Document, built: Organisation, ledgers: Mapping[str, LedgerSpec]
    ) -> tuple[dict[str, Matter], dict[str, Mapping[str, Any]]]:
        """The small matters of a matter's recurring duties by control, and their sources by version."""
        duties: dict[str, Matter] = {}
        sources: dict[str, Mapping[str, Any]] = {}
        for control in raw.get("controls", []):
            if control["kind"] == "recur":
                small = full_source(duty_matter(control, raw), built, ledgers)
                compiled = compile_matter(small, lambda place, text: self.problems.append(document.problem((), text)))
                if compiled is not None:
                    duties[control["id"]] = compiled
                    sources[compiled.version] = small
        return duties, sources


def full_source(raw: Mapping[str, Any], built: Organisation, ledgers: Mapping[str, LedgerSpec]) -> dict[str, Any]:
    """A matter's source with all that its meaning depends on: the titles and types of what it names."""
    unit = str(raw.get("unit", ""))
    text = _strings(raw)
    posts = [p for p in built.posts if p.startswith(f"{unit}/") or p in text]
    bodies = [b for b in built.bodies if b.startswith(f"{unit}/") or b in text]
    used = [name for name in ledgers if name in text]
    titles = built.names()
    names = {name: list(titles[name]) for name in [unit, *posts, *bodies] if name in titles}
    names.update({name: [ledgers[name].title.zh, ledgers[name].title.en] for name in used})
    columns = {name: {c: _plain(field_type(field_of(c, f))) for c, f in ledgers[name].fields.items()} for name in used}
    return {"matter": raw, "names": names, "ledgers": columns, "posts": posts, "bodies": bodies}


def _plain(kind: Type) -> Any:
    """A type as JSON: tuples become lists."""
    if isinstance(kind, tuple):
        return [kind[0], {n: _plain(t) for n, t in kind[1].items()} if isinstance(kind[1], dict) else _plain(kind[1])]
    return kind


def _strings(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return {s for item in value.values() for s in _strings(item)}
    return {s for item in value for s in _strings(item)} if isinstance(value, list) else set()


def _locate(place: Place, message: Text, raw: Mapping[str, Any], document: Document, base: Document | None) -> Problem:
    """The fault in the file that really says it: the matter, or else its template."""
    for candidate in (document, base):
        if candidate is None:
            continue
        own = _own_place(place, raw, candidate.value)
        if own is not None:
            return candidate.problem(own, message)
    return document.problem(place, message)


def _own_place(place: Place, raw: Any, own: Any) -> Place | None:
    """A place of the merged source as a place of one of its files: list items are found again by their id."""
    result: list[str | int] = []
    for key in place:
        if isinstance(own, dict) and key in own:
            raw, own = raw.get(key) if isinstance(raw, dict) else None, own[key]
            result.append(key)
        elif isinstance(own, list) and isinstance(key, int) and isinstance(raw, list) and key < len(raw):
            item = raw[key]
            name = item.get("id") if isinstance(item, dict) else None
            index = next((i for i, o in enumerate(own) if (o.get("id") if isinstance(o, dict) else None) == name), None)
            index = key if name is None and key < len(own) else index
            if index is None:
                return None
            raw, own = item, own[index]
            result.append(index)
        else:
            break
    return tuple(result) if result else None
