"""YAML as a catalogue writes it: what could be read in two ways, or hurts to read, is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianfang.catalogue.problems import CatalogueError
from lianfang.catalogue.source import DEEPEST, LARGEST, Document, read


def reading(root: Path, body: bytes | str) -> Document:
    (root / "file.yaml").write_bytes(body.encode() if isinstance(body, str) else body)
    return read(root / "file.yaml", root)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("", {}),
        ("# a remark\n", {}),
        ("a: 1\nb: -7\nc: 0", {"a": 1, "b": -7, "c": 0}),
        ("\ufeffa: 一", {"a": "一"}),
        ("a:\r\n  b: true\r\nc: ~", {"a": {"b": True}, "c": None}),
        ("a: '012'\nb: 'yes'\nc: ''\nd: \"12:30\"", {"a": "012", "b": "yes", "c": "", "d": "12:30"}),
        ("day: 2026-02-30\nratio: 1.5", {"day": "2026-02-30", "ratio": "1.5"}),
        ("yes: [a, {b: 1}]", {"yes": ["a", {"b": 1}]}),
        ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
    ],
)
def test_plain_values_are_read(tmp_path: Path, body: str, value: object) -> None:
    assert reading(tmp_path, body).value == value


def test_every_place_has_its_line(tmp_path: Path) -> None:
    document = reading(tmp_path, "a:\n  - b: 1\n    c:\n      - x\n      - y\n\nd: {e: 1,\n  f: 2}\n")
    assert [document.line(place) for place in [("a",), ("a", 0), ("a", 0, "c"), ("a", 0, "c", 1), ("d", "e"), ("d", "f")]] == [
        1,
        2,
        3,
        5,
        7,
        8,
    ]
    assert document.line(("a", 0, "c", 1, "deeper")) == 5
    assert document.line(("nowhere",)) == 1


FAULTS = [
    ("a: 1\na: 2", 2, "'a' stands twice"),
    ("a: {b: 1,\n  b: 2}", 2, "'b' stands twice"),
    ("a:\n\tb: 1", 2, "not valid YAML"),
    ("x: 1\na: b: c", 2, "not valid YAML: mapping values are not allowed"),
    ("x: 1\na: [1,\n\n", 2, "not valid YAML"),
    ("x: 1\na: 'no end", 2, "not valid YAML"),
    ("- a\nb: 1", 2, "not valid YAML"),
    ("a: 1\n---\nb: 2", 2, "a file holds one document"),
    ("x: 1\na: yes", 2, "'yes' is ambiguous"),
    ("x: 1\na: Off", 2, "'Off' is ambiguous"),
    ("x: 1\na: 012", 2, "'012' is ambiguous"),
    ("x: 1\na: 0x1F", 2, "'0x1F' is ambiguous"),
    ("x: 1\na: 1_000", 2, "'1_000' is ambiguous"),
    ("x: 1\na: 12:30", 2, "'12:30' is ambiguous"),
    ("x: 1\na: 9007199254740993", 2, "too large a number"),
    ("x: 1\na: " + "9" * 6000, 2, "too large a number"),
    ("x: &a [1]\nb: *a", 2, "the alias '*a' can't be used"),
    ("x: 1\na: &a [*a]", 2, "the alias '*a' can't be used"),
    ("x: 1\na: *nowhere", 2, "the alias '*nowhere' can't be used"),
    ("x: 1\n<<: {a: 1}", 2, "a key is one word"),
    ("x: 1\n? [a, b]\n: c", 2, "a key is one word"),
    ("x: 1\na: !!python/object:os.system {}", 2, "the tag"),
    ("x: 1\na: !!int zz", 2, "the tag"),
    ("x: 1\na: !secret zz", 2, "the tag"),
    ("x: 1\na: b\x00", 2, "control character U+0000"),
    (b"x: 1\na: \xff", 2, "not text in UTF-8"),
    ("x: 1".encode("utf-16"), 1, "not text in UTF-8"),
    ("x: 1\na: " + "[" * 100_000, 2, f"more than {DEEPEST} levels"),
    ("\n".join(" " * i + "a:" for i in range(1000)), DEEPEST + 1, f"more than {DEEPEST} levels"),
    ("x" * (LARGEST + 1), 1, "too large"),
    ("- {a: 1}\n" * 600_000, 1, "too large"),
]


@pytest.mark.parametrize(("body", "line", "told"), FAULTS, ids=[f"{told}: {body[:20]!r}" for body, _, told in FAULTS])
def test_what_could_mean_something_else_is_told_with_its_line(tmp_path: Path, body: bytes | str, line: int, told: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        reading(tmp_path, body)
    problem = caught.value.problems[0]
    assert told in problem.message.en
    assert (problem.file, problem.line) == ("file.yaml", line)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in problem.message.zh)


def test_a_bomb_of_aliases_takes_no_time_and_is_told(tmp_path: Path) -> None:
    """A thousand million leaves, if anybody wrote them out."""
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9))
    with pytest.raises(CatalogueError) as caught:
        reading(tmp_path, bomb)
    assert {problem.line for problem in caught.value.problems} == set(range(2, 10))


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        reading(tmp_path, "a: yes\nb: 012\na: *x\nc: [")
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3, 3, 4]
