"""An office on paper: matters as short as a test can show them, and the people who work in it.

What a matter leaves out (titles, labels, source) is filled in. People: Ann and Ben are clerks, Hua is head of section, Dan deputy,
Dora director, Kit keeper, Cai cashier, all of the bureau; Duo holds two posts, clerk and head; Gil was head until the end of 2025;
Xu is a clerk of the annex.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from lianfang.catalogue import organisation
from lianfang.catalogue.calendar import calendar_of, calendar_source
from lianfang.catalogue.compile import compile_matter
from lianfang.catalogue.drills.office import MemoryOffice
from lianfang.catalogue.load import builtin
from lianfang.catalogue.meaning import full_source
from lianfang.catalogue.schema import CalendarSpec, LedgerSpec, OrganisationSpec
from lianfang.catalogue.source import read
from lianfang.kernel.calendar import Calendar
from lianfang.kernel.controls import KINDS
from lianfang.kernel.model import Matter, Refusal
from lianfang.watch.engine import find

BEGINS = "2026-03-02T01:00:00Z"
POSTS = ("clerk", "head", "deputy", "director", "keeper", "cashier")
PEOPLE = {
    "ann": ["clerk"], "ben": ["clerk"], "hua": ["head"], "dan": ["deputy"], "dora": ["director"], "kit": ["keeper"],
    "cai": ["cashier"], "duo": ["clerk", "head"],
}  # fmt: skip


def words(text: str) -> dict[str, str]:
    return {"zh": f"〔{text}〕", "en": text}


def _person(login: str, unit: str, posts: list[str], until: str | None = None) -> dict[str, Any]:
    return {"login": login, "name": words(login), "unit": unit, "posts": [{"post": p, "from": "2025-01-01", "to": until} for p in posts]}


def _unit(name: str) -> dict[str, Any]:
    meeting = {
        "id": "meeting",
        "title": words("meeting"),
        "members": ["head", "deputy", "director", "keeper", "cashier"],
        "chair": "director",
    }
    empty = {"id": "empty", "title": words("empty"), "members": [], "chair": "director"}
    return {"id": name, "title": words(name), "posts": [{"id": p, "title": words(p)} for p in POSTS], "bodies": [meeting, empty]}


ORGANISATION = organisation.from_spec(
    OrganisationSpec.model_validate(
        {
            "office": {"id": "office", "title": words("office"), "timezone": "Asia/Shanghai"},
            "units": [_unit("bureau"), _unit("annex")],
            "people": [
                *(_person(login, "bureau", posts) for login, posts in PEOPLE.items()),
                _person("gil", "bureau", ["head"], "2026-01-01"),
                _person("xu", "annex", ["clerk"]),
            ],
        }
    )
)
MEMBERS = ORGANISATION.members("bureau/meeting", BEGINS)


def source(text: str) -> dict[str, Any]:
    """The full source of a matter written in short."""
    raw = yaml.safe_load(text)
    record = {name: _field(name, spec) for name, spec in raw.get("record", {}).items()}
    controls = raw.get("controls", [])
    matter = {
        "id": "bureau/matter",
        "title": words("matter"),
        "unit": "bureau",
        "source": {"register": [1], "map": "一"},
        "version_date": "2026-01-01",
        "params": {n: {"value": v, "unit": "count", "cite": words("source")} for n, v in raw.get("params", {}).items()},
        "record": record,
        "flow": raw.get("flow", list(raw["steps"])),
        "steps": {name: {"title": words(name), "kind": "task", **step} for name, step in raw["steps"].items()},
        "risks": raw.get("risks", [_risk(next(iter(raw["steps"])), [c["id"] for c in controls])]),
        "measures": raw.get(
            "measures", [{"text": "〔measure〕", "en": "measure", "from": "both", "controls": [c["id"] for c in controls]}]
        ),
        "controls": [{"title": words(control["id"]), **control} for control in controls],
    }
    return full_source(matter, ORGANISATION, ledgers_of(raw), holidays() if raw.get("calendar") else None)


@cache
def holidays() -> CalendarSpec:
    """The holidays of the built-in catalogue, for matters that say ``calendar: true``."""
    return CalendarSpec.model_validate(read(builtin() / "calendar.yaml", builtin()).value)


def office_calendar() -> Calendar:
    """The same as matters that carry them are judged by."""
    return calendar_of(calendar_source(holidays()))


def _field(name: str, spec: Any) -> dict[str, Any]:
    spec = {"type": spec} if isinstance(spec, str) else dict(spec)
    if "of" in spec:
        spec["of"] = {column: _field(column, inner) for column, inner in spec["of"].items()}
    if "choices" in spec:
        spec["choices"] = {choice: words(choice) for choice in spec["choices"]}
    return {"label": words(name), **spec}


def _risk(at: str, controls: list[str]) -> dict[str, Any]:
    return {
        "id": "risk",
        "title": words("risk"),
        "from": "both",
        "at": at,
        "grade": "high",
        "controls": controls,
        "blind_spots": words("x"),
    }


def ledgers_of(raw: Mapping[str, Any]) -> dict[str, LedgerSpec]:
    return {
        name: LedgerSpec.model_validate(
            {
                "id": name,
                "title": words(name),
                "fields": {column: _field(column, kind) for column, kind in ledger["fields"].items()},
                "entries": [{"key": key, "data": data} for key, data in ledger.get("entries", {}).items()],
            }
        )
        for name, ledger in raw.get("ledgers", {}).items()
    }


@cache
def matter(text: str) -> Matter:
    """A matter written in short, held to all that a catalogue is held to, and compiled. Raises ValueError."""
    return _compiled(source(text))


def _compiled(full: Mapping[str, Any]) -> Matter:
    faults: list[str] = []
    made = compile_matter(full, lambda place, fault: faults.append(f"{place}: {fault.en}"))
    if made is None:
        raise ValueError("; ".join(faults))
    return made


def duty_office(text: str) -> MemoryOffice:
    """An office that runs the small matters of a matter's duties."""
    raw, ledgers = source(text)["matter"], ledgers_of(yaml.safe_load(text))
    duties = {
        control["id"]: _compiled(full_source(make(control, raw), ORGANISATION, ledgers))
        for control in raw["controls"]
        if (make := KINDS[control["kind"]].matter) is not None
    }
    return MemoryOffice(matter(text), duties, ORGANISATION, ledgers, {"a" * 64: {"name": "x", "size": 1}}, BEGINS, find)


class PaperOffice(MemoryOffice):
    """An office that runs one matter; acts are written as a clerk would tell them."""

    def __init__(self, text: str, files: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        super().__init__(matter(text), {}, ORGANISATION, ledgers_of(yaml.safe_load(text)), files or {}, BEGINS, find)

    def does(self, who: str, step: str, case: str = "a", act: str = "", **data: Any) -> Refusal | None:
        """Somebody takes a step; the refusal, or None when it was accepted."""
        return self.act(who, case, step, act, data)

    def status(self, case: str = "a") -> str:
        return self.cases[case].status if case in self.cases else "new"


def explains(refusal: Refusal | None, control: str, *shown: object) -> bool:
    """Whether a refusal names the control, its risk and the source's sentence, and says these values in both languages."""
    assert refusal is not None, f"{control} did not refuse"
    assert refusal.control == control, refusal
    assert refusal.risk == "risk"
    assert refusal.source == ("〔measure〕", "measure")
    for zh, en in (refusal.message, refusal.remedy):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in zh), zh
        assert en, zh
    missing = [value for value in shown if str(value) not in refusal.message.zh or str(value) not in refusal.message.en]
    assert not missing, (missing, refusal.message)
    return True
