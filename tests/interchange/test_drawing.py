"""A map as a drawing: nothing lies over anything else, nothing is lost between sheets, and every arrow arrives."""

from __future__ import annotations

import math
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.interchange.drawing import NEVER_FIRST, Drawing, Guarded, Row, Words, wrapped

SVG = "{http://www.w3.org/2000/svg}"
HEADS = ("业务流程", "风险点", "防控机制")
text = st.text("报销金额不得超过批准的额度，。（）Approved amount 0123456789", min_size=1, max_size=60).map(str.strip).filter(bool)
words = st.builds(Words, text, st.booleans(), st.integers(0, 4))
lines = st.lists(words, min_size=1, max_size=4).map(tuple)
guarded = st.builds(Guarded, lines, st.lists(words, max_size=6).map(tuple))
rows = st.lists(st.builds(Row, lines, st.lists(guarded, max_size=3).map(tuple), st.sampled_from(["", "/there/"])), min_size=1, max_size=9)


def _row(title: str, *risks: Guarded, href: str = "") -> Row:
    return Row((Words(title),), risks, href)


def _boxes(sheet: ET.Element) -> list[tuple[float, float, float, float]]:
    """(x, y, width, height) of the framed boxes of a sheet."""
    found = [one for one in sheet.iter(f"{SVG}rect") if one.get("stroke")]
    return [tuple(float(one.get(name, "")) for name in ("x", "y", "width", "height")) for one in found]  # type: ignore[misc]


@given(text, st.floats(4, 30), st.booleans())
def test_a_text_keeps_its_letters_and_its_lines_fit(said: str, width: float, bold: bool) -> None:
    found = wrapped(said, width, bold=bold)
    assert "".join("".join(found).split()) == "".join(said.split())
    for line in found:
        letters = sum(1 if ord(letter) > 0x2E80 else 0.56 * (1.07 if bold else 1) for letter in line.rstrip("，。；：、）"))
        assert letters <= width + 1


def test_no_line_of_chinese_begins_with_a_sign_that_ends_something() -> None:
    found = wrapped("金额超过限额，应当另行报批。（附说明）", 6)
    assert len(found) > 2
    assert not any(line[0] in NEVER_FIRST for line in found)


@given(rows, st.sampled_from([math.inf, 500.0, 200.0]), st.data())
def test_boxes_never_overlap_and_each_is_on_one_sheet(drawn: list[Row], height: float, data: st.DataObject) -> None:
    at = st.integers(0, len(drawn) - 1)
    arrows = data.draw(st.lists(st.tuples(at, at).filter(lambda pair: pair[0] < pair[1]), max_size=6))
    sheets = [ET.fromstring(sheet) for sheet in Drawing(drawn, arrows, HEADS, height).sheets("一张图")]
    boxes = [box for sheet in sheets for box in _boxes(sheet)]
    assert len(boxes) == sum(1 + len(row.risks) + sum(bool(one.controls) for one in row.risks) for row in drawn)
    for (x, y, width, tall), (other_x, other_y, other_width, other_tall) in combinations(boxes, 2):
        assert x + width <= other_x or other_x + other_width <= x or y + tall <= other_y or other_y + other_tall <= y
    for sheet in sheets:
        left, top, wide, tall = map(float, sheet.get("viewBox", "").split())
        for x, y, width, high in _boxes(sheet):
            assert left <= x
            assert x + width <= left + wide
            assert top <= y
            assert y + high <= top + tall + 0.2
    said = [words.text for row in drawn for words in row.step]
    shown = "".join("".join(one.itertext()) for sheet in sheets for one in sheet.iter(f"{SVG}text"))
    assert all("".join(one.split()) in "".join(shown.split()) for one in said)


def test_a_sheet_is_no_higher_than_asked_and_begins_with_the_columns() -> None:
    drawing = Drawing([_row(f"环节 {number}") for number in range(20)], [(at, at + 1) for at in range(19)], HEADS, 300)
    sheets = [ET.fromstring(sheet) for sheet in drawing.sheets("图")]
    assert len(sheets) > 2
    for sheet in sheets:
        assert float(sheet.get("viewBox", "").split()[3]) <= 300
        assert {"业务流程", "风险点", "防控机制"} <= {one.text for one in sheet.iter(f"{SVG}text")}


def test_each_arrow_has_one_tip() -> None:
    three = [_row("甲"), _row("乙"), _row("丙"), _row("丁")]
    drawing = Drawing(three, [(0, 1), (1, 2), (0, 2), (2, 3), (0, 3)], HEADS)
    (sheet,) = map(ET.fromstring, drawing.sheets("图"))
    assert len([*sheet.iter(f"{SVG}polygon")]) == 5
    passing = [one.get("d", "") for one in sheet.iter(f"{SVG}path") if one.get("d", "").count("H") == 2 and one.get("stroke") == "#1f2328"]
    assert len({way.split("H")[1].split("V")[0] for way in passing}) == 2, "two that pass steps by run side by side"


def test_a_step_without_risks_stands_beside_those_of_the_step_before() -> None:
    tall = Guarded((Words("风险"),), tuple(Words(f"措施 {number}", small=True) for number in range(12)))
    (sheet,) = map(ET.fromstring, Drawing([_row("甲", tall), _row("乙"), _row("丙", tall)], [], HEADS).sheets("图"))
    (_, first, _, _), _, (_, controls, _, high), (_, second, _, _), (_, third, _, _), *_ = _boxes(sheet)
    assert first < second < controls + high <= third


@pytest.mark.parametrize(("href", "role"), [("/there/?a=1&b=2", "group"), ("", "img")])
def test_only_a_map_with_ways_on_is_a_group(href: str, role: str) -> None:
    (sheet,) = map(ET.fromstring, Drawing([_row("<甲> & 乙", href=href)], [], HEADS).sheets('一"张'))
    assert (sheet.get("role"), sheet.get("aria-label")) == (role, '一"张')
    assert [one.get("href") for one in sheet.iter(f"{SVG}a")] == ([href] if href else [])
    assert sheet.findtext(f"{SVG}title") == '一"张'
    assert "<甲> & 乙" in {one.text for one in sheet.iter(f"{SVG}text")}
