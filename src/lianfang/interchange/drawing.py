"""The three-column map as a drawing (SVG): boxes laid out once, and shown whole on a page or cut into sheets for paper and slides.

Only presentation attributes are used, so that a drawing needs no style of the page around it, may be kept as a file, and is allowed
where a page forbids inline style. Lengths are in the drawing's own units: it is ``WIDTH`` wide wherever it is shown.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple
from xml.etree import ElementTree as ET

WIDTH = 1200.0
INK, VERMILION, GREEN, SOFT, LINE = "#1f2328", "#b3261e", "#1b6e3c", "#57606a", "#8c959f"
FONTS = "system-ui, -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
SIZE, SMALL = 15.0, 12.5
LEADING = 1.45
PAD, GAP, BETWEEN = 9.0, 20.0, 8.0
"""Within a box, between the rows of steps, and between the boxes of a row."""
HEAD = 34.0
"""The height of the columns' titles."""
LANE, MARGIN = 11.0, 14.0
"""How far apart the lines are that pass steps by, and what is left of the first and right of the last of them."""
NARROW, WIDE, BOLD = 0.56, 1.0, 1.07
"""How wide letters and Chinese characters are, and letters in bold, as parts of their size."""
TIP = 5.0
TINTS = (0.0, 0.08, 0.16, 0.26, 0.4)
"""How deep a line is filled by its heat."""
NEVER_FIRST = frozenset("，。；：、）》”’！？,.;:)!?%")
"""What no line of Chinese begins with."""


class Words(NamedTuple):
    """A text of a box: its title, or a ``small`` line. ``depth`` is its heat, 0 for none to 4."""

    text: str
    small: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Guarded:
    """A risk with its controls: a box each."""

    risk: tuple[Words, ...]
    controls: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A step with its risks. ``href`` is where the step leads to, '' for nowhere."""

    step: tuple[Words, ...]
    risks: tuple[Guarded, ...]
    href: str = ""


class _Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    lines: tuple[tuple[Words, str], ...]
    colour: str
    href: str = ""


class _Placed(NamedTuple):
    """A row where it lies: its boxes, the step's first, and the joints between a step and its risks, a risk and its controls."""

    top: float
    bottom: float
    boxes: tuple[_Box, ...]
    joints: tuple[tuple[float, float, float, float, str], ...]


class Drawing:
    """A map laid out, on sheets no higher than ``height``. ``arrows`` are pairs of rows (from, to); ``heads`` are the titles of the three
    columns. A step without risks stands beside those of the step before it; a row that is higher than a sheet has one of its own."""

    def __init__(self, rows: Sequence[Row], arrows: Sequence[tuple[int, int]], heads: Sequence[str], height: float = math.inf) -> None:
        self._heads = heads
        self._direct = frozenset((a, b) for a, b in arrows if b == a + 1)
        self._lanes = _lanes(sorted({(a, b) for a, b in arrows if b != a + 1}))
        lanes = 1 + max(self._lanes.values(), default=-1)
        left = MARGIN + LANE * lanes + (TIP + 4 if lanes else 0)
        room = WIDTH - left - MARGIN - 2 * GAP
        widths = (room * 0.3, room * 0.32, room * 0.38)
        self._columns = tuple((left + sum(widths[:at]) + GAP * at, widths[at]) for at in range(3))
        self._rows: list[_Placed] = []
        self._cuts = [0]
        steps = risks = -GAP
        for at, row in enumerate(rows):
            placed = self._place(row, max(steps, risks if row.risks else -GAP) + GAP)
            if at > self._cuts[-1] and placed.bottom - self._rows[self._cuts[-1]].top > height - HEAD - GAP:
                self._cuts.append(at)
                placed = self._place(row, max(steps, risks) + GAP)
            self._rows.append(placed)
            steps, risks = placed.boxes[0].y + placed.boxes[0].height, max(risks, placed.bottom)

    def sheets(self, title: str) -> tuple[str, ...]:
        """The pictures, one a sheet, each with this title."""
        return tuple(self._sheet(first, last, title) for first, last in pairwise([*self._cuts, len(self._rows)]))

    def _place(self, row: Row, top: float) -> _Placed:
        (x, width), risks, controls = self._columns
        step = _box(x, top, width, row.step, INK, row.href)
        boxes, joints, y = [step], [], top
        for guarded in row.risks:
            risk, guards = _box(risks[0], y, risks[1], guarded.risk, VERMILION), _box(controls[0], y, controls[1], guarded.controls, GREEN)
            joints.append((x + width, top + step.height / 2, risks[0], y + min(risk.height, step.height) / 2, VERMILION))
            boxes.append(risk)
            if guarded.controls:
                boxes.append(guards)
                joints.append((risks[0] + risks[1], y + risk.height / 2, controls[0], y + min(risk.height, guards.height) / 2, GREEN))
            y += max(box.height for box in boxes[-2:] if box.y == y) + BETWEEN
        return _Placed(top, max(box.y + box.height for box in boxes), tuple(boxes), tuple(joints))

    def _sheet(self, first: int, last: int, title: str) -> str:
        shown = self._rows[first:last]
        top = shown[0].top if shown else 0.0
        bottom = max((row.bottom for row in shown), default=0.0)
        before, after = (GAP / 2 if first else 0.0), (GAP / 2 if last < len(self._rows) else 2.0)
        begin, height = top - before - HEAD, bottom - top + before + after + HEAD
        root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 {begin:.1f} {WIDTH:.0f} {height:.1f}",
                "role": "group" if any(box.href for row in shown for box in row.boxes) else "img",
                "aria-label": title,
                "font-family": FONTS,
                "font-size": f"{SIZE:g}",
            },
        )
        ET.SubElement(root, "title").text = title
        ET.SubElement(root, "desc").text = " → ".join(row.boxes[0].lines[0][0].text for row in shown)
        self._arrows(root, top - before, bottom + after)
        for row in shown:
            for x1, y1, x2, y2, colour in row.joints:
                turn = x2 - GAP / 2
                _path(root, f"M{x1:.1f} {y1:.1f}H{turn:.1f}V{y2:.1f}H{x2:.1f}", colour)
            for box in row.boxes:
                _draw(root, box)
        band = ET.SubElement(root, "rect", _numbers(x=0, y=begin, width=WIDTH, height=HEAD - 4))
        band.set("fill", "#fff")
        for (x, _), words, colour in zip(self._columns, self._heads, (INK, VERMILION, GREEN), strict=True):
            head = ET.SubElement(root, "text", _numbers(x=x, y=begin + SIZE + 4))
            head.attrib.update(fill=colour)
            head.set("font-weight", "600")
            head.text = words
        _path(root, f"M{self._columns[0][0]:.1f} {begin + HEAD - 6:.1f}H{WIDTH - MARGIN:.1f}", LINE)
        return ET.tostring(root, encoding="unicode")

    def _arrows(self, root: ET.Element, top: float, bottom: float) -> None:
        """The arrows between steps, as far as they cross what is shown; a line that goes on to another sheet ends at the edge."""
        x, width = self._columns[0]
        for a, b in sorted(self._direct):
            begin, end = self._rows[a].boxes[0], self._rows[b].boxes[0]
            y1, y2 = begin.y + begin.height, end.y
            if y2 > top and y1 < bottom:
                _path(root, f"M{x + width / 2:.1f} {max(y1, top):.1f}V{min(y2, bottom) - 1:.1f}", INK)
                if y2 <= bottom:
                    _tip(root, x + width / 2, y2, down=True)
        for (a, b), lane in self._lanes.items():
            begin, end = self._rows[a].boxes[0], self._rows[b].boxes[0]
            y1, y2, at = begin.y + begin.height - PAD, end.y + PAD, x - TIP - 4 - LANE * (lane + 0.5)
            upper, lower = min(y1, y2), max(y1, y2)
            if lower <= top or upper >= bottom:
                continue
            way = f"M{x:.1f} {y1:.1f}H{at:.1f}" if top < y1 < bottom else f"M{at:.1f} {min(max(y1, top), bottom):.1f}"
            way += f"V{min(max(y2, top), bottom):.1f}"
            if top < y2 < bottom:
                way += f"H{x - 1:.1f}"
                _tip(root, x, y2, down=False)
            _path(root, way, INK)


def _lanes(passing: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """In which lane each arrow that passes steps by runs, the nearest 0: the shorter is the nearer, and no two overlap."""
    lanes: dict[tuple[int, int], int] = {}
    for arrow in sorted(passing, key=lambda pair: (abs(pair[1] - pair[0]), pair)):
        low, high = min(arrow), max(arrow)
        taken = {lane for other, lane in lanes.items() if low <= max(other) and min(other) <= high}
        lanes[arrow] = next(lane for lane in range(len(lanes) + 1) if lane not in taken)
    return lanes


def _box(x: float, y: float, width: float, texts: Sequence[Words], colour: str, href: str = "") -> _Box:
    lines = tuple((words, line) for words in texts for line in wrapped(words.text, (width - 2 * PAD) / _size(words), bold=not words.small))
    return _Box(x, y, width, 2 * PAD + sum(_size(words) * LEADING for words, _ in lines), lines, colour, href)


def _size(words: Words) -> float:
    return SMALL if words.small else SIZE


def _draw(root: ET.Element, box: _Box) -> None:
    into = ET.SubElement(root, "a", {"href": box.href}) if box.href else root
    frame = ET.SubElement(into, "rect", _numbers(x=box.x, y=box.y, width=box.width, height=box.height, rx=3))
    frame.attrib.update(fill="#fff", stroke=box.colour)
    y = box.y + PAD
    for words, line in box.lines:
        size = _size(words)
        if words.depth:
            tint = ET.SubElement(into, "rect", _numbers(x=box.x + PAD / 2, y=y, width=box.width - PAD, height=size * LEADING, rx=2))
            tint.attrib.update({"fill": box.colour, "fill-opacity": f"{TINTS[words.depth]:g}"})
        text = ET.SubElement(into, "text", _numbers(x=box.x + PAD, y=y + size * 1.12))
        text.attrib.update({"fill": box.colour, **({"font-size": f"{SMALL:g}"} if words.small else {"font-weight": "600"})})
        text.text = line
        y += size * LEADING


def _path(root: ET.Element, way: str, colour: str) -> None:
    ET.SubElement(root, "path", {"d": way, "fill": "none", "stroke": colour})


def _tip(root: ET.Element, x: float, y: float, *, down: bool) -> None:
    sides = f"{x - TIP:.1f},{y - 1.6 * TIP:.1f} {x + TIP:.1f},{y - 1.6 * TIP:.1f}"
    if not down:
        sides = f"{x - 1.6 * TIP:.1f},{y - TIP:.1f} {x - 1.6 * TIP:.1f},{y + TIP:.1f}"
    ET.SubElement(root, "polygon", {"points": f"{x:.1f},{y:.1f} {sides}", "fill": INK})


def _numbers(**values: float) -> dict[str, str]:
    return {name: f"{value:.1f}".removesuffix(".0") for name, value in values.items()}


def wrapped(text: str, width: float, *, bold: bool = False) -> tuple[str, ...]:
    """A text in lines of at most this width, in ems; a word longer than a line is cut."""
    lines, line = [], ""
    for piece in _pieces(text, width):
        if line and _width((line + piece).rstrip(), bold=bold) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return (*lines, line.rstrip())


def _pieces(text: str, width: float) -> Iterator[str]:
    """What a line may end after: a Chinese character with the signs that follow it, or a word with its space."""
    held = ""
    for wide, letters in groupby(text, key=_is_wide):
        run = [*letters]
        for piece in run if wide else _cut("".join(run), width):
            if held and piece[0] not in NEVER_FIRST:
                yield held
                held = ""
            held += piece
    if held:
        yield held


def _cut(words: str, width: float) -> list[str]:
    most = max(1, int(width / NARROW) - 1)
    found = []
    for word in words.split(" "):
        found += [word[at : at + most] for at in range(0, len(word), most)] or [""]
        found[-1] += " "
    found[-1] = found[-1][:-1]
    return [piece for piece in found if piece]


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WFA"


def _width(text: str, *, bold: bool) -> float:
    return sum(WIDE if _is_wide(letter) else NARROW * (BOLD if bold else 1) for letter in text)
