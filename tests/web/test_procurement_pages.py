"""Buying for the office, from the request to the file, by each of the ways to a supplier: as its drills say, but at real pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lianfang.catalogue.schema import ActSpec
from lianfang.kernel.schedule import Duration, add
from lianfang.office import cases
from lianfang.store.models import LedgerEntry
from tests.five import five
from tests.web.conftest import Reader

PROCUREMENT = "archives-bureau/procurement"
MORNING = "2026-11-25T01:00:00Z"
FIELDS = ("input", "select", "textarea")


def later(office: Any, length: str) -> str:
    return add(office.clock(), Duration.parse(length))


@pytest.fixture
def filled(office: Any) -> Callable[[ActSpec], dict[str, Any]]:
    """The data of a drill's act: its papers uploaded by whoever acts, the opening counted from now."""
    papers = five().matters[PROCUREMENT].drills.files

    def fill(act: ActSpec) -> dict[str, Any]:
        data = dict(act.data)
        for name, value in data.items():
            if isinstance(value, str) and value.startswith("$"):
                data[name] = office.file(papers[value[1:]].name, papers[value[1:]].content, act.who)
        return {**data, "opening": later(office, "3d")} if "opening" in data else data

    return fill


@pytest.mark.parametrize(
    ("way", "supplier"),
    [("fixed", "晨砚文具行"), ("quotes", "远图设备公司"), ("agency", "致远科技公司"), ("central", "信创整机公司")],
)
def test_each_step_has_its_form_and_is_accepted(
    office: Any, reader: Callable[..., Reader], filled: Callable[[ActSpec], dict[str, Any]], way: str, supplier: str
) -> None:
    live = five().matters[PROCUREMENT]
    drills, plans = {one.id: one for one in live.drills.drills}, live.matter.plan.steps
    office.at(MORNING)
    case = ""
    for act in drills[f"lawful-{way}"].script:
        if act.pass_:
            office.at(later(office, act.pass_))
            continue
        page = reader(act.who).open(f"/cases/{case}/" if case else f"/start/{PROCUREMENT}/")
        asked = {found["name"].partition(".")[0].partition("[")[0] for tag in FIELDS for found in page.all(tag) if "name" in found}
        assert act.data.keys() <= asked | {"attendance", "votes"}, act.step
        data, does = filled(act), plans[act.step].acts[0]
        done = office.act(act.who, case, act.step, does, **data) if case else office.start(act.who, PROCUREMENT, **data)
        assert done.accepted, (act.step, done.refusal)
        case = done.case_id
    assert cases.case_view("inspector", case).status == "completed"
    issued, filed = LedgerEntry.objects.get(ledger="goods-issued"), LedgerEntry.objects.get(ledger="procurement-files")
    assert issued.case_id == filed.case_id == case
    assert supplier in str(filed.data)
