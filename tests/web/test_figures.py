"""A figure tells nobody more than the list behind it: whoever reads it, with a case under an embargo and a complaint in the office."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from lianfang.office import access, alerts, heat, installation, register
from lianfang.office import engine as running
from lianfang.office.people import looks_after
from lianfang.office.sweep import sweep
from lianfang.office.views import Forbidden, Subject
from lianfang.store.models import CaseRow
from tests.conftest import EMBARGO
from tests.web.conftest import SEAL, Html, Reader
from tests.written import as_one

WINDOW = "government-services/window"
BOX = f"{WINDOW}/suggestion-box"
READERS = ("inspector", "auditor", "gs-director", "gs-head", "gs-deputy", "gs-keeper", "gs-clerk", "gs-clerk-2", "ic-director", "ic-clerk")


@pytest.fixture
def busy(window: Any, window_catalogue: Any, letter: str) -> Any:
    """An office in which the letter that a seal is asked for is under an embargo, two applications were refused, and a complaint about the
    windows was not answered in time."""
    with as_one(window_catalogue, f"matters/{SEAL}/matter.yaml").open("a", encoding="utf-8") as file:
        file.write(EMBARGO.lstrip("\n"))
    running.reset(window.clock)
    installation.install(demo=True)
    for who in ("gs-clerk", "gs-clerk-2"):
        paper = window.file("函.txt", "自下月起周六上午开放综合窗口。", who)
        opened = window.start(who, SEAL, title="撤并窗口的函", document=paper, copies=2, seal="official-seal")
        assert opened.accepted, opened.refusal
        assert not window.act(who, opened.case_id, "approve", "approve").accepted
    blank = window.file("空白.txt", " ", "gs-clerk")
    assert not window.start("gs-clerk", SEAL, title="空白", document=blank, copies=1, seal="official-seal").accepted
    assert window.start("ic-clerk", BOX, sort="tip", title="插队", about=["gs-registrar"], text="先办了后来的。").accepted
    window.at("2026-12-15T01:00:00Z")
    sweep()
    return window


def refusals(person: str, of: Subject) -> int | None:
    """How many refusals the list has; None where the person may not open it."""
    try:
        return heat.refused(person, of).total
    except Forbidden:
        return None


def alerts_of(person: str, of: Subject, state: str = "") -> int:
    """How many alerts the list has."""
    return alerts.listed(person, state=state, of=of).page.total


def test_each_figure_is_as_long_as_its_list(busy: Any) -> None:
    for person in READERS:
        held_against_its_lists(person)


def held_against_its_lists(person: str) -> None:
    """Every figure of the register and of the pages of matters."""
    live = {row.live: row for unit in register.register(person) for row in unit.rows if row.live}
    assert {SEAL, WINDOW} <= live.keys()
    for matter, row in live.items():
        listed = refusals(person, Subject(matter, this_year=True))
        assert listed in (None, row.refusals)
        assert row.told or (listed, row.refusals) == (None, 0)
        assert row.alerts == alerts_of(person, Subject(matter), alerts.ANY)
        for one in (one for measure in row.measures for one in measure.controls):
            of = Subject(matter, one.id.rpartition("/")[2], this_year=True)
            assert refusals(person, of) in (None, one.refusals)
            assert row.told or one.refusals == 0
            assert one.alerts == alerts_of(person, of)
        for hot, this_year in ((False, False), (True, True)):
            view = register.matter_view(person, matter, hot=hot)
            shown = [guard for row in view.map for risk in row.risks for guard in risk.controls] if hot else view.controls
            for control in shown:
                of = Subject(matter, control.id, this_year=this_year)
                assert refusals(person, of) in (None, control.refusals), control.id
                assert row.told or control.refusals == 0, control.id
                assert control.alerts == alerts_of(person, of, "" if this_year else alerts.ANY), control.id
        assert (view.standing is not None) == row.told
        if view.standing is not None:
            assert view.standing.alerts == alerts_of(person, Subject(matter), alerts.ANY)
            assert sum(count for _, _, count in view.standing.refused) == row.refusals


def test_the_cases_of_a_matter_are_counted_as_they_are_listed(busy: Any, reader: Callable[..., Reader]) -> None:
    for person, matter in product(READERS, (SEAL, WINDOW)):
        page = Html(reader(person).client.get(f"/matters/{matter}/").content.decode())
        listed = {link.split("/")[2] for link in page.links if link.startswith("/cases/")}
        assert listed == {row.id for row in access.seen_cases(person).filter(matter=matter)}
        head = re.search(r'<a href="#cases">办件 <b>(\d+)</b>', page.source)
        assert head is not None and int(head[1]) == len(listed), person
        assert ("只列、只计您可以查看的办件" in page.words) != looks_after(person, "government-services"), person


def test_of_what_others_do_a_clerk_is_told_nothing_in_figures(busy: Any, reader: Callable[..., Reader]) -> None:
    row = next(row for unit in register.register("inspector") for row in unit.rows if row.live == SEAL)
    assert row.refusals == 3
    line = re.search(rf'<tr id="row-{row.row}">.*?</tr>', reader("gs-clerk-2").client.get("/register/").content.decode(), re.S)
    assert line is not None and "—</td>" in line[0]
    for control in register.matter_view("gs-clerk-2", SEAL).controls:
        assert control.refusals == 0
    assert {control.refusals for control in register.matter_view("gs-director", SEAL).controls} == {0, 1}


def test_who_leads_the_unit_is_told_of_no_complaint_about_it(busy: Any, reader: Callable[..., Reader]) -> None:
    """Not by a figure either: the alert about the late answer is not for them."""
    box = CaseRow.objects.get(matter=BOX).id
    told = {who: {one.id: one.alerts for one in register.matter_view(who, WINDOW).controls}["suggestion-box"] for who in READERS}
    assert {who for who, count in told.items() if count} == {"inspector", "auditor"}
    for who in ("gs-director", "gs-head", "gs-clerk"):
        text = reader(who).text(f"/matters/{WINDOW}/") + reader(who).text(f"/matters/{WINDOW}/", map="heat")
        assert "▲" not in text and box not in text


def test_the_owner_of_a_matter_is_told_that_its_figures_go_over_all_its_cases(busy: Any, reader: Callable[..., Reader]) -> None:
    """In figures how it stands is for who answers for it, also of cases that they may not open."""
    owner = next(row for unit in register.register() for row in unit.rows if row.live == SEAL).holders[0].id
    standing = register.matter_view(owner, SEAL).standing
    assert standing is not None
    assert sum(count for _, count in standing.steps) == 2
    words = "合计本事项全部办件，包括您不能逐件查看的；预警只计您可以查看的。"
    assert words in reader(owner).text(f"/matters/{SEAL}/")
    assert words not in reader("inspector").text(f"/matters/{SEAL}/")
