"""Loading a catalogue: every file read, every reference checked, every matter compiled; all faults at once."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from lianfang.catalogue import organisation as office
from lianfang.catalogue import references, sections
from lianfang.catalogue.alerts import Times, alerts_problems, times_of
from lianfang.catalogue.calendar import calendar_problems
from lianfang.catalogue.compile import compile_matter
from lianfang.catalogue.drafts import Draft, drafts
from lianfang.catalogue.files import Files
from lianfang.catalogue.meaning import full_source
from lianfang.catalogue.organisation import Organisation
from lianfang.catalogue.params import Around, Detectors
from lianfang.catalogue.problems import CatalogueError
from lianfang.catalogue.schema import (
    AlertsSpec,
    CalendarSpec,
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
from lianfang.catalogue.shape import shaped
from lianfang.catalogue.source import Document
from lianfang.kernel.controls import KINDS
from lianfang.kernel.model import Matter, Text


@dataclass(frozen=True, slots=True)
class MatterFile:
    """A matter of the catalogue: compiled, with its full source, its drills and the small matters that carry the turns of its controls."""

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
    alerts: Times

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


def load(root: Path | None = None, detectors: Detectors | None = None, *, drills: bool = True) -> Catalogue:
    """Load a catalogue. Raises CatalogueError with every fault that was found.

    ``detectors`` are the settings of those that there are; where they are not given, what is said of detectors is not looked into. Without
    ``drills`` the files of drills, most of what there is to read, are left alone: who serves an office plays none.
    """
    loader = _Loader(root or builtin(), detectors, drills)
    with _growing():
        catalogue = loader.catalogue()
    if loader.problems or catalogue is None:
        raise CatalogueError(sorted(dict.fromkeys(loader.problems), key=lambda p: (p.file, p.line)))
    return catalogue


@contextmanager
def _growing() -> Iterator[None]:
    """The collector of cycles waits: nearly all that is made is kept, and looking through it again and again is a third of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class _Loader:
    def __init__(self, root: Path, detectors: Detectors | None, drills: bool) -> None:
        self.files, self.detectors, self.drills = Files(root), detectors, drills
        self.problems = self.files.problems
        self.calendar = CalendarSpec(years=[])

    def catalogue(self) -> Catalogue | None:
        root = self.files.root
        self.files.strangers()
        organisation = self.files.both(root / "organisation.yaml", OrganisationSpec)
        self.calendar = self.working_days()
        before = len(self.problems)
        ledgers = self.files.all("ledgers/*.yaml", LedgersSpec)
        legible = len(self.problems) == before
        registers = self.files.all("register/*.yaml", RegisterSpec)
        maps = self.files.all("maps/*.yaml", MapsSpec)
        whole = len(self.problems) == before  # what stands in a file that can't be read is not missing
        if organisation is None or not legible:
            for _, drafted in drafts(self.files, {}):
                self.problems += [drafted.problem(fault.place, fault.message) for fault in shaped(drafted.raw, MatterSpec).faults]
            return None
        self.problems += references.organisation_problems(organisation[1], organisation[0])
        built = office.from_spec(organisation[1])
        self.problems += references.ledger_problems(ledgers, built)
        if whole:
            self.problems += references.register_problems(registers, maps, built.units)
        known = {ledger.id: ledger for _, part in ledgers for ledger in part.ledgers}
        rows = tuple(sorted((row for _, part in registers for row in part.rows), key=lambda row: row.row))
        charts = tuple(chart for _, part in maps for chart in part.maps)
        english = {w.zh: w.en for row in rows for w in [*row.risks, *row.measures]}
        english.update({w.zh: w.en for chart in charts for w in [*chart.risks, *chart.mechanisms]})
        numbers, names = {row.row for row in rows}, {chart.map for chart in charts}
        matters: dict[str, MatterFile] = {}
        drafted_as: dict[str, Draft] = {}
        for path, draft in drafts(self.files, english):
            spec = shaped(draft.raw, MatterSpec).model
            if spec is not None and whole:
                self.problems += references.source_problems(draft.document, spec.source, numbers, names)
            file = self.matter(draft, path, built, known)
            if file is not None:
                matters[file.matter.id], drafted_as[file.matter.id] = file, draft
        specs = {name: file.spec for name, file in matters.items()}
        for name, draft in drafted_as.items():
            self.problems += [draft.problem(place, message) for place, message in references.shared_problems(name, specs)]
        return Catalogue(root, built, known, rows, charts, matters, self.calendar, self.alert_times(built))

    def working_days(self) -> CalendarSpec:
        """The holidays that the catalogue knows; none where it has no file of them."""
        path = self.files.root / "calendar.yaml"
        found = self.files.both(path, CalendarSpec) if path.exists() else None
        if found is None:
            return CalendarSpec(years=[])
        self.problems += [found[0].problem(place, message) for place, message in calendar_problems(found[1])]
        return found[1]

    def alert_times(self, built: Organisation) -> Times:
        """How long the work on alerts may take; as long as usual where the catalogue has no file of that."""
        path = self.files.root / "alerts.yaml"
        found = self.files.both(path, AlertsSpec) if path.exists() else None
        if found is None:
            return times_of(AlertsSpec())
        self.problems += [found[0].problem(place, message) for place, message in alerts_problems(found[1], built)]
        return times_of(found[1])

    def matter(self, draft: Draft, path: Path, built: Organisation, ledgers: Mapping[str, LedgerSpec]) -> MatterFile | None:
        before = len(self.problems)
        found = shaped(draft.raw, MatterSpec)
        self.problems += [draft.problem(fault.place, fault.message) for fault in found.faults]
        drills_document = sections.drills_document(self.files, path.parent) if self.drills else None
        drills = self.files.parse(drills_document, DrillsSpec)
        if found.model is None:
            return None
        self.problems += references.unit_problems(draft.document, found.model, built)
        self.problems += [draft.problem(place, message) for place, message in references.outside_problems(found.model, ledgers)]
        source = full_source(found.value, built, ledgers, self.calendar)
        matter = compile_matter(
            source, lambda place, text: self.problems.append(draft.problem(found.back(place), text)), detectors=self.detectors,
            around=Around(ledgers, built.posts, built.bodies),
        )  # fmt: skip
        compiled = matter is not None and len(self.problems) == before
        duties, sources = self.duties(found.value, draft.document, built, ledgers) if matter is not None else ({}, {})
        if drills_document is not None and drills is not None:
            self.problems += references.drill_problems(drills, drills_document, found.model, matter, duties, built, ledgers)
        if matter is None or not compiled:
            return None
        sources[matter.version] = source
        empty = DrillsSpec.model_construct(drills=[])
        return MatterFile(matter, found.model, source, draft.document, (drills or empty).told(), drills_document, duties, sources)

    def duties(
        self, raw: dict[str, Any], document: Document, built: Organisation, ledgers: Mapping[str, LedgerSpec]
    ) -> tuple[dict[str, Matter], dict[str, Mapping[str, Any]]]:
        """The small matters of a matter's duties by control, and their sources by version."""
        duties: dict[str, Matter] = {}
        sources: dict[str, Mapping[str, Any]] = {}
        for control in raw.get("controls", []):
            make = KINDS[control["kind"]].matter
            if make is not None:
                small = full_source(make(control, raw), built, ledgers, self.calendar)
                compiled = compile_matter(small, lambda place, text: self.problems.append(document.problem((), text)))
                if compiled is not None:
                    duties[control["id"]] = compiled
                    sources[compiled.version] = small
        return duties, sources
