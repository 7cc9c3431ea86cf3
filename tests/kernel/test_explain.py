"""Whatever shape a condition has, what it says when it fails is about what it read, with the values as they were, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from lianfang.kernel.conditions import Condition, compile_condition, field_type
from lianfang.kernel.explain import Scene, failing
from lianfang.kernel.model import Field, Text
from lianfang.kernel.wording import value_text

COLUMNS = {
    "sum": Field("sum", "money", Text("数额", "sum")),
    "kind": Field("kind", "choice", Text("种类", "kind"), choices={"a": Text("甲", "A"), "b": Text("乙", "B")}),
    "fit": Field("fit", "bool", Text("合格", "fit")),
}
RECORD = {
    field.id: field
    for field in (
        Field("n", "int", Text("件数", "count")),
        Field("amount", "money", Text("金额", "amount")),
        Field("done", "bool", Text("办结", "done")),
        Field("word", "text", Text("说明", "word")),
        Field("day", "date", Text("日期", "day")),
        Field("then", "datetime", Text("时刻", "moment")),
        Field("who", "person", Text("经办", "who")),
        Field("mates", "people", Text("同行", "mates")),
        Field("lines", "list", Text("明细", "lines"), of=COLUMNS),
    )
}
ENTRY = {"most": "money", "word": "text"}
TITLES = {"shelf": Text("台账", "shelf"), "shelf.most": Text("上限", "most"), "shelf.word": Text("说明", "word")}
NAMES = {**{name: field_type(field) for name, field in RECORD.items()}, "at": "datetime", "entry": ("record", ENTRY), "cap": "money"}
CAP = 300


def label(name: str) -> Text:
    return RECORD[name].label if name in RECORD else TITLES.get(name, Text(name, name))


SCENE = {"setting": SimpleNamespace(record=RECORD, label=label), "ledger": "shelf", "key": "k-1"}
LINE = st.fixed_dictionaries(
    {}, optional={"sum": st.integers(0, 999), "kind": st.sampled_from("ab"), "fit": st.booleans()}
)  # what is asked of every line may still be missing on one
VALUES = st.fixed_dictionaries(
    {"at": st.just("2026-03-02T01:00:00Z"),
     "entry": st.fixed_dictionaries({}, optional={"most": st.integers(0, 999), "word": st.just("x")})},
    optional={
        "n": st.integers(-9, 9), "amount": st.integers(0, 999), "done": st.booleans(), "word": st.sampled_from(["", " ", "x", "yy"]),
        "day": st.sampled_from(["2026-03-01", "2026-03-09"]), "then": st.sampled_from(["2026-03-01T23:00:00Z", "2026-03-03T01:00:01Z"]),
        "who": st.sampled_from(["ben", "cai"]), "mates": st.lists(st.sampled_from(["ben", "cai", "hua"]), unique=True),
        "lines": st.lists(LINE, max_size=3),
    },
)  # fmt: skip
LEAVES = [
    "done", "!done", "has(done)", "!has(done)", "has(word)", "has(lines)", "has(entry.most)", "!has(entry.most)", "true", "false",
    "n == 3", "n != n", "3 < n", "n * 2 >= n + 5", "-n > 2", "1 > 2", "cap == 7 * cap", "cap > amount", "amount <= entry.most",
    "word == 'x'", "lines == lines", "lines.map(l, l.kind) == ['a']", "word == entry.word", "day < '2026-03-02'",
    "then > '2026-03-02T11:00:00Z'", "then > '2026-03'", "hours(at, then) <= 24", "days(day, at) == 0", "who == 'ben'", "who in ['ben']",
    "who in mates", "n in [1, 2]", "'a' in ['b']", "word.startsWith('y')", "word.matches('^y')", "norm(word) == 'YY'", "size(word) > 1",
    "size(lines) > 1", "size(mates) == 2", "sum(lines.map(l, l.sum)) == amount", "distinct(lines.map(l, l.kind))", "lines.all(l, l.fit)",
    "lines.all(l, has(l.sum))", "lines.all(l, has(l.sum) && l.sum > amount)", "lines.exists(l, l.kind == 'a')",
    "lines.exists_one(l, l.fit)", "lines.filter(l, l.fit).map(l, l.sum).exists(s, s > cap)", "lines.filter(l, l.fit).size() == 2",
    "lines.all(l, lines.exists(l, l.fit))", "lines.all(l, mates.exists(m, m == who))", "lines.all(l, mates.map(m, l.sum).size() > 2)",
    "lines[0].fit", "has(lines[0].fit)", "mates[0] == who", "lines.exists(l, 1 > 2)",
]  # fmt: skip


def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    both_of = st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda x: f"({x[0]} {x[1]} {x[2]})")
    either = st.tuples(inner, inner, inner).map(lambda x: f"({x[0]} ? {x[1]} : {x[2]})")
    return both_of | either | inner.map(lambda x: f"!({x})")


CONDITIONS = st.recursive(st.sampled_from(LEAVES), joined, max_leaves=5)


def compiled(text: str) -> Condition:
    return compile_condition(text, NAMES, {"cap": CAP}, "bool")


def told(text: str, values: Mapping[str, Any]) -> Text:
    """What is said of a condition that fails, or of its contrary where it holds; one that errs is told in another way."""
    condition = compiled(text)
    try:
        failed = compiled(f"!({text})") if condition(values) else condition
    except (KeyError, IndexError, ValueError):
        reject()
    return failing(failed, values, Scene(**SCENE, entry=values["entry"]))


def shown(field: Field, value: Any) -> Text:
    """A value of a field as the record's reader would know it."""
    match field.type:
        case "person":
            return Text(f"“{value}”", f"“{value}”")
        case "people":
            named = [f"“{one}”" for one in value]
            return Text("、".join(named) or "没有", ", ".join(named) or "none")
        case "text" if not str(value).strip():
            return Text("未填写", "not filled in")
    return value_text(field.type, value, field)


@given(CONDITIONS, VALUES)
def test_what_is_said_is_never_empty_in_either_language(text: str, values: dict[str, Any]) -> None:
    said = told(text, values)
    for one, mark in ((said.zh, "："), (said.en, ": ")):
        assert one.strip()
        pieces = re.split("；|; ", one)
        assert all(piece.strip(" ：:、,“”") for piece in pieces), one
        assert not any(piece.endswith((mark, mark.strip(), "为 ", "为", " is ")) for piece in pieces), one
    assert not re.search("[\u4e00-\u9fff：；、（）]", said.en), said.en
    assert "{" not in said.en, said.en  # a value is shown as a person reads it, never as the program holds it


@given(CONDITIONS, VALUES)
def test_a_value_that_is_told_is_the_value_that_was_judged(text: str, values: dict[str, Any]) -> None:
    """Of what is told by a name of its own: “count”：3, in both languages, and what is missing as missing."""
    said = told(text, values)
    for name, field in RECORD.items():
        expected = shown(field, values[name]) if name in values else Text("未填写", "not filled in")
        for one, named, value in ((said.zh, f"“{field.label.zh}”：", expected.zh), (said.en, f"“{field.label.en}”: ", expected.en)):
            for piece in re.split("；|; ", one):
                assert not piece.startswith(named) or piece == named + value, (piece, value)
        if said.en.startswith(f"“{field.label.en}” is "):
            assert f"“{field.label.en}” is {expected.en}; it should" in said.en, (said.en, expected.en)
            assert re.search(f"“{field.label.zh}”为 ?{re.escape(expected.zh)}，", said.zh), (said.zh, expected.zh)


@given(CONDITIONS, VALUES)
def test_a_column_that_is_told_is_that_of_every_line(text: str, values: dict[str, Any]) -> None:
    said = told(text, values)
    for column in COLUMNS.values():
        rows = values.get("lines")
        cells = [value_text(column.type, row[column.id], column).en if column.id in row else "not filled in" for row in rows or ()]
        expected = ", ".join(cells) or ("not filled in" if rows is None else "none")
        named = f"“{column.label.en}” in “lines”: "
        for piece in said.en.split("; "):
            assert not piece.startswith(named) or piece == named + expected


@pytest.mark.parametrize(
    ("text", "values", "zh", "en"),
    [
        ("has(done) && done", {"done": False}, "“办结”：否", "“done”: no"),
        ("has(done) ? done : false", {}, "“办结”：未填写", "“done”: not filled in"),
        ("!has(entry.most)", {"entry": {"most": 290_000}}, "台账“k-1”的“上限”：¥2,900.00", "“most” of “k-1” (shelf): ¥2,900.00"),
        ("1 > 2 || false", {}, "规则“1 > 2 || false”按其所定的值不成立，与填报的内容无关",
         "the rule “1 > 2 || false” never holds, whatever is filled in"),
        ("cap > 7 * cap", {}, "规则所定的值为 ¥21.00，应小于 ¥3.00", "the figure of the rule is ¥21.00; it should be less than ¥3.00"),
        ("then > '2026-03-02T11:00:00Z'", {"then": "2026-03-02T10:00:00Z"}, "“时刻”为 2026-03-02 18:00，应晚于 2026-03-02 19:00",
         "“moment” is 2026-03-02 18:00; it should be after 2026-03-02 19:00"),
        ("lines.all(l, has(l.sum) && l.sum > cap)", {"lines": [{"sum": 100}, {}]}, "“明细”的“数额”：¥1.00、未填写",
         "“sum” in “lines”: ¥1.00, not filled in"),
        ("lines.map(l, l.kind) == ['a']", {"lines": [{"kind": "b"}]}, "“明细”的“种类”为乙，应等于规则所定的值（甲）",
         "“kind” in “lines” is B; it should equal the figure of the rule (A)"),
        ("lines.exists(l, l.kind == 'a')", {"lines": []}, "“明细”的“种类”：没有", "“kind” in “lines”: none"),
        ("lines.exists(l, l.kind == 'a')", {"lines": [{"kind": "b"}]}, "“明细”的“种类”：乙", "“kind” in “lines”: B"),
    ],
)  # fmt: skip
def test_what_once_said_nothing_or_something_else(text: str, values: dict[str, Any], zh: str, en: str) -> None:
    given_values = {"entry": {}, **values}
    assert failing(compiled(text), given_values, Scene(**SCENE, entry=given_values["entry"])) == Text(zh, en)


def test_the_shapes_are_all_admitted() -> None:
    assert all(compiled(text).type == "bool" for text in LEAVES)
