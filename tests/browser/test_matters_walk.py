"""Matters of many kinds in a browser, each from its first step to its end: a lawful run that its drills write down, done by its people.

What LIANFANG_WALK names (ids of matters, or ``all``) is walked instead of the ten.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator

from lianfang.catalogue.drills.runner import papers
from lianfang.catalogue.load import Catalogue, MatterFile, builtin, load
from lianfang.catalogue.schema import ActSpec, DrillSpec
from lianfang.kernel.model import Field, Matter
from lianfang.kernel.schedule import Duration, add
from lianfang.office import engine as running
from lianfang.office import installation
from lianfang.office.facts import place
from lianfang.office.sweep import sweep
from lianfang.store.models import CaseRow
from lianfang.watch.detectors import declared
from lianfang.web.case.typed import ballots, vote, written
from tests.browser.conftest import DESKTOP, EN, PHONE, ZH, Walk
from tests.conftest import Installed, Office

pytestmark = pytest.mark.browser
TEN = {
    "secretariat-1/reception": (DESKTOP, ZH),
    "legal-affairs/reconsideration": (DESKTOP, ZH),
    "information-centre/tendering": (PHONE, ZH),
    "document-office/outgoing": (DESKTOP, EN),
    "foreign-affairs/official-travel": (PHONE, ZH),
    "party-organisation/admission": (DESKTOP, ZH),
    "secretariat-2/vehicle": (PHONE, EN),
    "archives-bureau/access": (DESKTOP, ZH),
    "supervision/performance-scores": (DESKTOP, EN),
    "government-services/service-window": (PHONE, ZH),
}


@cache
def catalogue() -> Catalogue:
    """The built-in catalogue, with its drills."""
    return load(builtin(), declared())


def asked() -> dict[str, Any]:
    """The matters to walk, each with its view."""
    named = os.environ.get("LIANFANG_WALK", "")
    if named == "all":
        return dict.fromkeys(catalogue().matters, (DESKTOP, ZH))
    return dict.fromkeys(named.split(","), (DESKTOP, ZH)) if named else TEN


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any, quick_passwords: None) -> Iterator[Installed]:
    """The installation of the whole catalogue, on the day on which its drills begin."""
    made = Installed(tmp_path_factory.mktemp("whole"), catalogue())
    begins = next(iter(catalogue().matters.values())).drills.begins
    with django_db_blocker.unblock():
        with made.pointed_at(made.data, made.database):
            running.reset(lambda: begins, catalogue())
            installation.install(demo=True)
        made.seal()
    yield made
    made.remove()


@pytest.fixture
def office(whole: Installed, tmp_path: Path, django_db_blocker: Any) -> Iterator[Office]:
    """The demo office with all of its matters."""
    with django_db_blocker.unblock(), whole.copy(tmp_path / "office") as one:
        yield one


@pytest.mark.parametrize(("matter", "walk"), [pytest.param(*one, id=one[0]) for one in asked().items()], indirect=["walk"])
def test_a_matter_is_worked_from_its_first_step_to_its_end(matter: str, walk: Walk) -> None:
    file = catalogue().matters[matter]
    drill = worked(file)
    walk.office.at(file.drills.begins)
    script = Script(walk, file)
    for act in drill.script:
        script.happens(act)
    assert {CaseRow.objects.get(id=case).status for case in script.cases.values()} <= {drill.ends or "completed"}


def worked(file: MatterFile) -> DrillSpec:
    """A lawful run that ends in the regular way and is all done in the matter's forms: nobody reads, stands in or acts beside the steps,
    and nobody has another post. The shortest; of matters that are asked for, the longest."""
    runs = [drill for drill in file.drills.drills if drill.lawful and drill.ends in ("", "completed") and _in_forms(drill)]
    return (max if os.environ.get("LIANFANG_WALK") else min)(runs, key=lambda drill: len(drill.script))


def _in_forms(drill: DrillSpec) -> bool:
    told = drill.also or drill.stand_ins
    return not told and all(act.happens or (act.step and not act.duty and not act.reads and not act.behalf) for act in drill.script)


class Script:
    """A script that is played in the windows of its people."""

    def __init__(self, walk: Walk, file: MatterFile) -> None:
        self.walk = walk
        self.file = file
        self.papers = {name: (f"{Path(paper.name).stem}.txt", paper.content) for name, paper in file.drills.files.items()}
        self.cases: dict[str, str] = {}
        self.sums = {name: sha256 for name, (sha256, _) in papers(file.drills.files).items()}
        self.acts = 0

    def happens(self, act: ActSpec) -> None:
        """Let an act happen, a fact come in or time pass."""
        office = self.walk.office
        if act.pass_:
            office.at(add(office.clock(), Duration.parse(act.pass_), self.file.matter.calendar.guessing()))
            sweep()
            office.settle()
        elif act.told:
            place(act.told, f"told-{self.acts}", self._known(act.data))
        else:
            self._done(act)
        self.acts += 1

    def _known(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._known(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._known(one) for one in value]
        return self.sums[value[1:]] if isinstance(value, str) and value[:1] == "$" else value

    def _done(self, act: ActSpec) -> None:
        matter, step = self.file.matter, act.step
        window = self.walk.window(act.who)
        if act.case in self.cases:
            window.step(self.cases[act.case], step)
        else:
            window.open(f"/start/{matter.id}/")
        plan = matter.plan.steps[step]
        form = window.form(step) if act.case in self.cases else window.form()
        self._fill(form, matter, act.data)
        if os.environ.get("LIANFANG_SCREENSHOTS"):
            window.look(f"{self.file.matter.id.replace('/', '-')}-{self.acts:02}-{step}")
        with window.page.expect_navigation():
            form.locator(f".act-bar button[name=act][value={act.act or plan.acts[0]}]").click()
        window.fits()
        self.cases[act.case] = window.done()

    def _fill(self, form: Locator, matter: Matter, data: Mapping[str, Any]) -> None:
        for name, value in data.items():
            if name in matter.record:
                self._field(form, matter.record[name], name, value)
            elif name == "opinion":
                form.locator("[name=opinion]").fill(value)
            elif name == "returns_to":
                form.locator("[name=returns_to]").select_option(value)
            elif name == "votes":
                for one in value:
                    form.locator(f"[name='{vote(one['person'])}'][value={one['vote']}]").check()
            elif name == "counts":
                for how, count in value.items():
                    form.locator(f"[name='{ballots(how)}']").fill(str(count))
            else:
                for person in value:
                    form.locator(f"[name={name}][value='{person}']").check()

    def _field(self, form: Locator, field: Field, path: str, value: Any) -> None:
        if field.type == "list":
            self._list(form, field, value)
            return
        box = form.locator(f"[name='{path}']:not([type=hidden])")
        if field.type == "file":
            name, content = self.papers[value[1:]]
            box.set_input_files({"name": name, "mimeType": "text/plain", "buffer": content.encode()})
            return
        typed = written(field.type, value)
        match field.type:
            case "bool":
                form.locator(f"[name='{path}'][value={typed[0]}]").check()
            case "people":
                folded = form.locator(f"details.readers:not([open]):has([name='{path}'])")
                if folded.count():
                    folded.locator("summary").click()
                for person in form.locator(f"[name='{path}']").all():
                    person.set_checked(person.get_attribute("value") in typed)
            case "choice" | "entry" | "person":
                box.select_option(typed[0])
            case _:
                box.fill(typed[0])

    def _list(self, form: Locator, field: Field, value: list[dict[str, Any]]) -> None:
        lines = form.locator(f"[data-list] tbody tr:has(> td > input[name='{field.id}'])")
        while lines.count() < len(value):
            form.locator(f"button[name=add-line][value={field.id}]").click()
        while lines.count() > max(1, len(value)):  # one always stands there, blank
            lines.last.locator("button[name=remove-line]").click()
        for number, row in enumerate(value):
            for name, column in row.items():
                self._field(form, field.of[name], f"{field.id}[{number}].{name}", column)
