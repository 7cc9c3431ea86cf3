"""Loading a catalogue: every file read, every reference checked, every matter compiled; all faults at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from lianfang.catalogue import organisation as office
from lianfang.catalogue import references
from lianfang.catalogue.calendar import calendar_problems, calendar_source, counts_workdays
from lianfang.catalogue.compile import compile_matter, field_of
from lianfang.catalogue.merge import merge, named, without
from lianfang.catalogue.organisation import Organisation
from lianfang.catalogue.params import HEAD, Detectors
from lianfang.catalogue.problems import CatalogueError, Problem, closest, nearest
from lianfang.catalogue.schema import (
    CalendarSpec,
    DrillsSpec,
    LedgerSpec,
    LedgersSpec,
    MapSpec,
    MapsSpec,
    MatterSpec,
    OrganisationSpec,
    RegisterSpec,
    RiskSpec,
    RowSpec,
    Words,
)  # fmt: skip
from lianfang.catalogue.shape import shaped
from lianfang.catalogue.source import Document, Place, read, walk
from lianfang.kernel.conditions import Type, field_type
from lianfang.kernel.controls.recur import duty_matter
from lianfang.kernel.model import Matter, Text

M = TypeVar("M", bound=BaseModel)
FILES = (
    "organisation.yaml",
    "calendar.yaml",
    "ledgers.yaml",
    "register/*.yaml",
    "maps/*.yaml",
    "templates/*.yaml",
    "matters/*/*/matter.yaml",
    "matters/*/*/drills.yaml",
)
"""Every file that a catalogue may hold."""
KEYS = (*MatterSpec.model_fields, "extends", "remove")
"""What a matter may say before its template is merged in."""


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
    calendar: CalendarSpec

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


def load(root: Path | None = None, detectors: Detectors | None = None) -> Catalogue:
    """Load a catalogue. Raises CatalogueError with every fault that was found.

    ``detectors`` are the settings of those that there are; where they are not given, what is said of detectors is not looked into.
    """
    loader = _Loader(root or builtin(), detectors)
    catalogue = loader.catalogue()
    if loader.problems or catalogue is None:
        raise CatalogueError(sorted(dict.fromkeys(loader.problems), key=lambda p: (p.file, p.line)))
    return catalogue


class _Loader:
    def __init__(self, root: Path, detectors: Detectors | None) -> None:
        self.root, self.detectors = root, detectors
        self.problems: list[Problem] = []
        self.calendar = CalendarSpec(years=[])

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
        found = shaped(document.value, model)
        self.problems += [document.problem(fault.place, fault.message) for fault in found.faults]
        return found.model

    def both(self, path: Path, model: type[M]) -> tuple[Document, M] | None:
        """A file and its model; None when it has a fault."""
        document = self.read(path)
        parsed = self.parse(document, model)
        return (document, parsed) if document is not None and parsed is not None else None

    def all(self, pattern: str, model: type[M]) -> list[tuple[Document, M]]:
        """The files of a pattern that have no fault of their own."""
        return [both for path in walk(self.root, pattern) if (both := self.both(path, model)) is not None]

    def catalogue(self) -> Catalogue | None:
        self.strangers()
        organisation = self.both(self.root / "organisation.yaml", OrganisationSpec)
        ledgers = self.both(self.root / "ledgers.yaml", LedgersSpec)
        self.calendar = self.working_days()
        before = len(self.problems)
        registers = self.all("register/*.yaml", RegisterSpec)
        maps = self.all("maps/*.yaml", MapsSpec)
        whole = len(self.problems) == before  # what stands in a file that can't be read is not missing
        if organisation is None or ledgers is None:
            for _, drafted in self.drafts({}):
                self.problems += [drafted.problem(fault.place, fault.message) for fault in shaped(drafted.raw, MatterSpec).faults]
            return None
        self.problems += references.organisation_problems(organisation[1], organisation[0])
        built = office.from_spec(organisation[1])
        self.problems += references.ledger_problems(ledgers[1], ledgers[0], built)
        if whole:
            self.problems += references.register_problems(registers, maps, built.units)
        known = {ledger.id: ledger for ledger in ledgers[1].ledgers}
        rows = tuple(sorted((row for _, part in registers for row in part.rows), key=lambda row: row.row))
        charts = tuple(chart for _, part in maps for chart in part.maps)
        english = {w.zh: w.en for row in rows for w in [*row.risks, *row.measures]}
        english.update({w.zh: w.en for chart in charts for w in [*chart.risks, *chart.mechanisms]})
        numbers, names = {row.row for row in rows}, {chart.map for chart in charts}
        matters: dict[str, MatterFile] = {}
        for path, draft in self.drafts(english):
            spec = shaped(draft.raw, MatterSpec).model
            if spec is not None and whole:
                self.problems += references.source_problems(draft.document, spec.source, numbers, names)
            file = self.matter(draft, path, built, known)
            if file is not None:
                matters[file.matter.id] = file
        return Catalogue(self.root, built, known, rows, charts, matters, self.calendar)

    def working_days(self) -> CalendarSpec:
        """The holidays that the catalogue knows; none where it has no file of them."""
        path = self.root / "calendar.yaml"
        found = self.both(path, CalendarSpec) if path.exists() else None
        if found is None:
            return CalendarSpec(years=[])
        self.problems += [found[0].problem(place, message) for place, message in calendar_problems(found[1])]
        return found[1]

    def strangers(self) -> None:
        """Files that nothing would read: one whose name is misspelt would otherwise be missed by nobody."""
        mine = {path for pattern in FILES for path in self.root.glob(pattern)}
        for path in sorted({*self.root.rglob("*.yaml"), *self.root.rglob("*.yml")} - mine):
            file = path.relative_to(self.root).as_posix()
            self.problems.append(Problem(file, 0, nearest(file, _places_like(file), "目录文件", "file of a catalogue")))
        for folder in self.root.glob("matters/*/*"):
            if folder.is_dir() and not (folder / "matter.yaml").is_file():
                self.read(folder / "matter.yaml")

    def drafts(self, english: Mapping[str, str]) -> Iterator[tuple[Path, _Draft]]:
        """Every matter with its template merged in, not yet compiled."""
        templates: dict[str, Document | None] = {}
        for path in walk(self.root, "templates/*.yaml"):
            templates[path.stem] = template = self.read(path)
            if template is not None:
                templates[path.stem] = template if self.plain(template) else None
        for path in walk(self.root, "matters/*/*/matter.yaml"):
            document = self.read(path)
            draft = self.draft(document, path, templates) if document is not None else None
            if draft is not None:
                measures = draft.raw.get("measures")
                if isinstance(measures, list):
                    draft.raw["measures"] = [_in_english(measure, english) for measure in measures]
                yield path, draft

    def plain(self, template: Document) -> bool:
        """Whether a template is a mapping of a matter's own parts; it has no template itself."""
        if not isinstance(template.value, dict):
            self.problems.append(template.problem((), Text("模板应为键值", "a template should be a mapping")))
            return False
        self.spelt(template, [key for key in KEYS if key not in ("id", "extends", "remove")])
        broken = [template.problem(place, message) for place, message in references.template_problems(template.value)]
        self.problems += broken
        taken = [key for key in ("extends", "remove", "id") if key in template.value]
        for key in taken:
            self.problems.append(template.problem((key,), Text(f"模板中不能写“{key}”", f"a template can't have {key!r}")))
        self.problems += references.twice_inside(template)
        return not (taken or broken)

    def spelt(self, document: Document, known: Collection[str]) -> None:
        """Put right what merging goes by where it is misspelt: the sections, and the ids of risks and controls."""
        for key in [key for key in document.value if key not in known]:
            right = closest(key, known)
            if right and right not in document.value:
                self.problems.append(document.problem((key,), nearest(key, known, "键", "key")))
                document.rename((key,), right)
        for section in ("risks", "controls"):
            held = document.value.get(section)
            for i, item in enumerate(held if isinstance(held, list) else ()):
                keys = [*item] if isinstance(item, dict) and "id" not in item else []
                typed = next((key for key in keys if closest(key, [*HEAD, *RiskSpec.model_fields]) == "id"), None)
                if typed is not None:
                    self.problems.append(document.problem((section, i, typed), nearest(typed, ["id"], "键", "key")))
                    document.rename((section, i, typed), "id")

    def draft(self, document: Document, path: Path, templates: Mapping[str, Document | None]) -> _Draft | None:
        if not isinstance(document.value, dict):
            self.problems.append(document.problem((), Text("事项应为键值", "a matter should be a mapping")))
            return None
        self.spelt(document, KEYS)
        self.problems += references.twice_inside(document)
        raw = self.head(document, path)
        removed, template = raw.pop("remove", None), raw.pop("extends", None)
        if template is None:
            if removed is not None:
                self.problems.append(
                    document.problem(("remove",), Text("没有模板（extends），无可去除", "nothing to remove without a template (extends)"))
                )
            return _Draft(raw, document, None)
        if not isinstance(template, str) or template not in templates:
            self.problems.append(document.problem(("extends",), nearest(str(template), templates, "模板", "template")))
            return None
        base = templates[template]
        if base is None:
            return None
        paths = self.removed(document, removed, base)
        return _Draft(merge(without(base.value, paths), raw), document, base)

    def head(self, document: Document, path: Path) -> dict[str, Any]:
        """A matter's own keys, with the id that its folder says."""
        raw = dict(document.value)
        expected = path.parent.relative_to(self.root / "matters").as_posix()
        if raw.get("id") != expected:
            self.problems.append(
                document.problem(("id",), Text(f"id 应与所在目录一致：{expected}", f"the id should be its folder: {expected}"))
            )
        return {**raw, "id": expected}

    def removed(self, document: Document, removed: Any, base: Document) -> list[str]:
        if removed is None:
            return []
        if not isinstance(removed, list):
            self.problems.append(document.problem(("remove",), Text("“remove”应为列表", "'remove' should be a list")))
            return []
        known = named(base.value)
        for i, name in enumerate(removed):
            if name not in known:
                self.problems.append(document.problem(("remove", i), nearest(str(name), known, "模板内容", "part of the template")))
        return [name for name in removed if name in known]

    def matter(self, draft: _Draft, path: Path, built: Organisation, ledgers: Mapping[str, LedgerSpec]) -> MatterFile | None:
        before = len(self.problems)
        found = shaped(draft.raw, MatterSpec)
        self.problems += [draft.problem(fault.place, fault.message) for fault in found.faults]
        drills_document = self.read(path.parent / "drills.yaml")
        drills = self.parse(drills_document, DrillsSpec)
        if found.model is None:
            return None
        self.problems += references.unit_problems(draft.document, found.model, built)
        source = full_source(found.value, built, ledgers, self.calendar)
        matter = compile_matter(
            source, lambda place, text: self.problems.append(draft.problem(found.back(place), text)), detectors=self.detectors
        )
        compiled = matter is not None and len(self.problems) == before
        duties, sources = self.duties(found.value, draft.document, built, ledgers) if matter is not None else ({}, {})
        if drills_document is not None and drills is not None:
            self.problems += references.drill_problems(drills, drills_document, found.model, matter, duties, built)
        if matter is None or not compiled:
            return None
        sources[matter.version] = source
        empty = DrillsSpec.model_construct(drills=[])
        return MatterFile(matter, found.model, source, draft.document, drills or empty, drills_document, duties, sources)

    def duties(
        self, raw: dict[str, Any], document: Document, built: Organisation, ledgers: Mapping[str, LedgerSpec]
    ) -> tuple[dict[str, Matter], dict[str, Mapping[str, Any]]]:
        """The small matters of a matter's recurring duties by control, and their sources by version."""
        duties: dict[str, Matter] = {}
        sources: dict[str, Mapping[str, Any]] = {}
        for control in raw.get("controls", []):
            if control["kind"] == "recur":
                small = full_source(duty_matter(control, raw), built, ledgers, self.calendar)
                compiled = compile_matter(small, lambda place, text: self.problems.append(document.problem((), text)))
                if compiled is not None:
                    duties[control["id"]] = compiled
                    sources[compiled.version] = small
        return duties, sources


@dataclass(frozen=True, slots=True)
class _Draft:
    """A matter with its template merged in, and the files that it came from."""

    raw: dict[str, Any]
    document: Document
    base: Document | None

    def problem(self, place: Place, message: Text) -> Problem:
        """A fault in the file that really says it: of the two the one that holds more of the place, the matter where both do."""
        depth, document, own = 0, self.document, place
        for candidate in (self.document, self.base):
            held = _own_place(place, self.raw, candidate.value) if candidate is not None else ()
            if candidate is not None and len(held) > depth:
                depth, document, own = len(held), candidate, held
        return document.problem(own, message)


def _places_like(file: str) -> list[str]:
    """Where a file of a catalogue could lie, with the names that this one has."""
    parts = file.removesuffix(".yml").removesuffix(".yaml").split("/")
    found = []
    for pattern in FILES:
        wanted = pattern.removesuffix(".yaml").split("/")
        if len(wanted) == len(parts):
            found.append("/".join(part if want == "*" else want for want, part in zip(wanted, parts, strict=True)) + ".yaml")
    return found


def _in_english(measure: Any, english: Mapping[str, str]) -> Any:
    """A measure with the register's own English, where it brings none."""
    if not isinstance(measure, dict) or measure.get("en"):
        return measure
    return {**measure, "en": english.get(str(measure.get("text", "")), "")}


def full_source(
    raw: Mapping[str, Any], built: Organisation, ledgers: Mapping[str, LedgerSpec], calendar: CalendarSpec | None = None
) -> dict[str, Any]:
    """A matter's source with all that its meaning depends on: the titles and types of what it names, and the holidays where it counts
    working days."""
    unit = str(raw.get("unit", ""))
    text = _strings(raw)
    posts = [p for p in built.posts if p.startswith(f"{unit}/") or p in text]
    bodies = [b for b in built.bodies if b.startswith(f"{unit}/") or b in text]
    used = [name for name in ledgers if name in text]
    titles = built.names()
    names = {name: list(titles[name]) for name in [unit, *posts, *bodies] if name in titles}
    for name in used:
        names[name] = _pair(ledgers[name].title)
        names.update({f"{name}.{column}": _pair(spec.label) for column, spec in ledgers[name].fields.items()})
        titles_of = ledgers[name].fields.get("title")
        names.update({f"{name}:{words.zh}": _pair(words) for words in (titles_of.choices.values() if titles_of else ())})
    columns = {name: {c: _plain(field_type(field_of(c, f))) for c, f in ledgers[name].fields.items()} for name in used}
    source = {"matter": raw, "names": names, "ledgers": columns, "posts": posts, "bodies": bodies}
    return {**source, "calendar": calendar_source(calendar)} if counts_workdays(raw) else source


def _pair(words: Words) -> list[str]:
    return [words.zh, words.en]


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


def _own_place(place: Place, raw: Any, own: Any) -> Place:
    """As much of a place of the merged source as one of its files holds: list items are found again by their id."""
    result: list[str | int] = []
    for key in place:
        if isinstance(own, dict) and key in own:
            raw, own = raw.get(key) if isinstance(raw, dict) else None, own[key]
            result.append(key)
        elif isinstance(own, list) and isinstance(key, int) and isinstance(raw, list) and key < len(raw):
            index = _index(raw, key, own)
            if index is None:
                break
            raw, own = raw[key], own[index]
            result.append(index)
        else:
            break
    return tuple(result)


def _index(raw: list[Any], key: int, own: list[Any]) -> int | None:
    """Where an item of the merged list stands in a file's own list: of those with its id the same one in order, else the same place."""

    def name(item: Any) -> Any:
        return item.get("id") if isinstance(item, dict) else None

    wanted = name(raw[key])
    if wanted is None or own == raw:
        return key if key < len(own) and (wanted is None) == (name(own[key]) is None) else None
    same = [i for i, item in enumerate(own) if name(item) == wanted]
    order = sum(name(item) == wanted for item in raw[:key])
    return same[min(order, len(same) - 1)] if same else None
