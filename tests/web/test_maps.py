"""The maps as drawings: each matter's says what its table says, with its heat what the table counts, and all of them can be printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from lianfang.kernel.flow import Branch, Choose, Each, Parallel, Repeat, Sequence, StepNode
from lianfang.office import register
from lianfang.office.engine import engine
from lianfang.office.flow_map import arrows_of
from tests.web.conftest import EXPENSE, SEAL, Reader

SVG = "{http://www.w3.org/2000/svg}"
HAN = re.compile(r"[\u3400-\u9fff]")


def _step(name: str) -> StepNode:
    return StepNode(name)


def _branch(*names: str) -> Branch:
    return Branch(None, "otherwise", Sequence(tuple(map(_step, names))))


@pytest.mark.parametrize(
    ("flow", "found"),
    [
        (Sequence((_step("a"), _step("b"), _step("c"))), {"ab", "bc"}),
        (Sequence((_step("a"), Choose((_branch("b"), _branch())), _step("c"))), {"ab", "bc", "ac"}),
        (Sequence((Choose((_branch("a"), _branch("b", "c"))), _step("d"))), {"ad", "bc", "cd"}),
        (Sequence((_step("a"), Parallel((_step("b"), _step("c"))), _step("d"))), {"ab", "ac", "bd", "cd"}),
        (Sequence((_step("a"), Each(lambda _: (), "x", Sequence((_step("b"), _step("c")))), _step("d"))), {"ab", "bc", "cd"}),
        (Sequence((_step("a"), Repeat((_step("b"), _step("c")), "d"), _step("e"))), {"ab", "ac", "ad", "bd", "cd", "de"}),
    ],
)
def test_an_arrow_leads_to_each_step_that_may_come_next(flow: Sequence, found: set[str]) -> None:
    assert {f"{a}{b}" for a, b in arrows_of(flow)} == found


def _texts(reader: Reader, matter: str, **query: str) -> str:
    """What the drawing of a matter's map says, without where its lines end."""
    root = ET.fromstring(reader.client.get(f"/matters/{matter}/map/", {"form": "svg", **query}).content)
    return "".join("".join(one.text or "" for one in root.iter(f"{SVG}text")).split())


@pytest.mark.usefixtures("office")
def test_every_map_draws_what_its_table_says(reader: Callable[..., Reader]) -> None:
    clerk = reader("gs-clerk")
    for name, file in engine().catalogue.matters.items():
        said = _texts(clerk, name)
        texts = [step.title.zh for step in (file.matter.steps[one] for one in file.matter.flow.order)]
        texts += [risk.title.zh for risk in file.matter.risks if risk.at in file.matter.flow.order]
        assert [one for one in texts if "".join(one.split()) not in said] == [], name


def test_a_map_is_kept_as_a_file_that_needs_nothing_else(reader: Callable[..., Reader]) -> None:
    answer = reader("gs-clerk").client.get(f"/matters/{SEAL}/map/?form=svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Disposition"] == 'attachment; filename="government-services-seal.svg"'
    assert b"style=" not in answer.content
    assert b"href" not in answer.content


def test_the_heat_of_a_drawing_is_that_of_the_table(office: Any, reader: Callable[..., Reader], ask: Callable[..., str]) -> None:
    blank = office.file("空白.txt", " ", "gs-clerk")
    for _ in range(3):
        ask()
        assert not office.start("gs-clerk", SEAL, title="空白", document=blank, copies=1, seal="official-seal").accepted
    leader = reader("gs-director")
    assert "停在此" not in _texts(leader, SEAL)
    said = _texts(leader, SEAL, map="heat")
    assert "停在此3件" in said
    assert "今年拦截3" in said
    assert [("heat-legend" in leader.open(f"/matters/{SEAL}/map/", **how).source) for how in ({}, {"map": "heat"})] == [False, True]
    assert "今年拦截" not in _texts(reader("ic-clerk"), SEAL, map="heat"), "who is not told of refusals is not told of them here either"


def test_all_maps_are_in_the_order_of_the_register_a_title_each(reader: Callable[..., Reader]) -> None:
    page = reader("gs-clerk").open("/register/maps/").source
    titles = re.findall(r'<h2><a href="/matters/([^"]+)/map/"', page)
    assert titles == [view.id for view in register.map_heads()]
    assert len(titles) == len(engine().catalogue.matters)
    alone = reader("gs-clerk").open("/register/maps/", unit="government-services", form="slides").source
    assert 0 < alone.count("<h2>") < len(titles)
    assert "on-slides" in alone
    assert "on-paper" not in alone


def test_an_english_map_has_no_chinese(reader: Callable[..., Reader]) -> None:
    said = _texts(reader("gs-clerk").speak("en"), EXPENSE)
    assert "Risks" in said
    assert not HAN.search(said)


def test_no_map_of_what_there_is_not(reader: Callable[..., Reader]) -> None:
    assert reader("gs-clerk").client.get("/matters/no/such/map/").status_code == 404
