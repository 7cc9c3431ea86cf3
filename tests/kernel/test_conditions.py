"""Conditions mean what CEL says they mean; what can't be understood is told at load, what can't be computed refuses."""

from __future__ import annotations

from typing import Any

import celpy
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lianfang.kernel.conditions import ConditionError, compile_condition
from lianfang.kernel.conditions.functions import days, hours, month, norm, year

LINES = ("list", ("record", {"sum": "int", "who": "text"}))
NAMES = {"n": "int", "m": "int", "yes": "bool", "s": "text", "t": "text", "xs": ("list", "int"), "lines": LINES}
TYPES = {**NAMES, "small": "money", "amount": "money", "day": "date", "then": "datetime", "by": "person", "file": "file"}
CEL = celpy.Environment()
VALUES = st.fixed_dictionaries(
    {
        "n": st.integers(-50, 50),
        "m": st.integers(-50, 50),
        "yes": st.booleans(),
        "s": st.text("abAB公章 -", max_size=4),
        "t": st.text("abAB公章 -", max_size=2),
        "xs": st.lists(st.integers(-3, 3), max_size=4),
        "lines": st.lists(st.fixed_dictionaries({"sum": st.integers(0, 9), "who": st.sampled_from("ab")}), max_size=3),
    }
)


def numbers(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(
        ["n", "m", "0", "1", "7", "-3", "size(xs)", "size(s)", "xs.size()", "lines.size()", "lines.map(l, l.sum).size()"]
    )
    if depth == 0:
        return leaf
    inner = numbers(depth - 1)
    both = st.tuples(inner, st.sampled_from("+-*/%"), inner).map(lambda x: f"({x[0]} {x[1]} {x[2]})")
    either = st.tuples(conditions(depth - 1), inner, inner).map(lambda x: f"({x[0]} ? {x[1]} : {x[2]})")
    return leaf | both | either | inner.map(lambda x: f"-({x})")


def conditions(depth: int) -> st.SearchStrategy[str]:
    """Conditions of every form that the subset has."""
    compare = st.tuples(numbers(max(0, depth - 1)), st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), numbers(max(0, depth - 1)))
    leaf = compare.map(lambda x: f"{x[0]} {x[1]} {x[2]}") | st.sampled_from(
        [
            "yes", "true", "false", "s == t", "s != t", "s < t", "s + t == t + s", "s in ['a', '公章']", "n in xs", "n in [1, 2, m]",
            "s.startsWith(t)", "s.endsWith(t)", "s.contains(t)", "s.matches('^a.*公')", "xs == [1]", "has(lines[0].who)",
            "lines.all(l, l.sum > n)", "lines.exists(l, l.who == t)", "lines.exists_one(l, l.who == 'a')", "xs.filter(x, x > 0).size() > 1",
            "xs.map(x, x * x).exists(q, q == m)", "xs[0] > 1", "lines.all(l, xs.exists(x, x == l.sum))", "xs + [n] == [n] + xs",
            "(yes ? xs : []) == xs", "n in (yes ? [] : xs)",
        ]
    )  # fmt: skip
    if depth == 0:
        return leaf
    inner = conditions(depth - 1)
    both = st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda x: f"({x[0]} {x[1]} {x[2]})")
    either = st.tuples(inner, inner, inner).map(lambda x: f"({x[0]} ? {x[1]} : {x[2]})")
    return leaf | both | either | inner.map(lambda x: f"!({x})")


def cel(text: str, values: dict[str, Any]) -> Any:
    """What cel-python's own evaluator says; None for an error."""
    try:
        program = CEL.program(CEL.compile(text))
        result = program.evaluate({name: celpy.json_to_cel(value) for name, value in values.items()})
    except celpy.CELEvalError:
        return None
    return bool(result)


def ours(text: str, values: dict[str, Any]) -> Any:
    try:
        return compile_condition(text, NAMES, None, "bool")(values)
    except (ArithmeticError, IndexError, KeyError):
        return None


@given(conditions(2), VALUES)
def test_the_answers_are_those_of_cel(text: str, values: dict[str, Any]) -> None:
    """Where ours errs, CEL errs or has absorbed the error: a gate that errs refuses, so ours is never the laxer one."""
    answer, theirs = ours(text, values), cel(text, values)
    assume(answer is not None)
    assert type(answer) is bool
    assert answer == theirs


@given(conditions(2), VALUES)
def test_where_cel_errs_ours_errs(text: str, values: dict[str, Any]) -> None:
    if cel(text, values) is None:
        assert ours(text, values) is None


@given(conditions(2), VALUES)
def test_a_condition_reads_and_changes_nothing_else(text: str, values: dict[str, Any]) -> None:
    condition = compile_condition(text, NAMES, None, "bool")
    before = repr(values)
    try:
        first, second = condition(values), condition({name: values[name] for name in condition.uses})
    except (ArithmeticError, IndexError):
        return
    assert first == second
    assert repr(values) == before


def test_an_error_is_never_absorbed() -> None:
    """In CEL ``error || true`` is true; here it errs, because it would let an act through on a rule that failed."""
    for text in ("1 / n == 1 || yes", "!(1 / n == 1 && !yes)"):
        assert cel(text, {"n": 0, "yes": True}) is True
        with pytest.raises(ZeroDivisionError):
            compile_condition(text, NAMES)({"n": 0, "yes": True})
    assert compile_condition("yes || 1 / n == 1", NAMES)({"n": 0, "yes": True}) is True


@pytest.mark.parametrize(
    ("text", "nearest"), [("amuont > small", "amount"), ("Small == amount", "small"), ("lines.all(l, l.smu > 1)", "sum"), ("zzz", "")]
)
def test_a_name_misspelt_is_told_with_the_right_one(text: str, nearest: str) -> None:
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, TYPES)
    assert caught.value.nearest == nearest
    assert nearest in caught.value.message.en
    assert caught.value.message.zh.startswith("没有")


@pytest.mark.parametrize(
    "text",
    [
        "amount > 3000",  # yuan or fen? compare with a parameter
        "amount == n", "amount + n == amount", "amount * amount == amount", "s > n", "yes > n", "s == day && yes > 1", "by == n", "n in s",
        "n && yes", "!n", "-s == s", "lines == xs", "lines[s].sum == 1", "xs.all(x, x)", "sum(lines) == 1", "n.size() == 1",
        "yes ? n == 1 : s", "days(day, n) > 1", "s.contains(n)", "lines.sum == 1", "s.who == s", "xs.exists(x.y, true)", "xs.all(true)",
        "distinct(n)", "sum(s) == 1", "norm(n) == s", "s.matches(t)", "s.matches('(')", "has(n + 1)", "has(s.t)", "[1, 'a'] == xs",
    ],
)  # fmt: skip
def test_types_that_do_not_fit_are_told_at_load(text: str) -> None:
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, TYPES, None, "bool")
    assert caught.value.message.zh
    assert caught.value.message.en
    assert caught.value.message.zh != caught.value.message.en


@pytest.mark.parametrize(
    "text",
    ["1.5 < 2.5", "null == s", "b'x' == s", "{'a': 1} == s", "timestamp(s) == s", "dyn(n) == 1", "type(n) == n",
     "0x10 == n", "9u == n", "s == 'a\\n'", ".n == 1"],
)  # fmt: skip
def test_what_is_outside_the_subset_is_told_at_load(text: str) -> None:
    with pytest.raises(ConditionError):
        compile_condition(text, TYPES, None, "bool")


@pytest.mark.parametrize(
    "text", ["", "n >", "n == 1 &&", "n = 1", "(n", "n == 1; yes", "n == 1 # yes", "__import__('os')", "s.__class__ == s"]
)
def test_what_is_no_condition_is_told_with_its_place(text: str) -> None:
    with pytest.raises(ConditionError):
        compile_condition(text, TYPES, None, "bool")


def test_a_condition_that_gives_something_else_is_told() -> None:
    with pytest.raises(ConditionError, match="gives int, not bool"):
        compile_condition("n + 1", NAMES, None, "bool")
    assert compile_condition("n + 1", NAMES).type == "int"


@given(st.integers(-5, 5), st.integers(-5, 5))
def test_parameters_are_folded_in(amount: int, small: int) -> None:
    condition = compile_condition("amount <= small", TYPES, {"small": small})
    assert condition.uses == {"amount", "small"}
    assert condition({"amount": amount}) == (amount <= small)


def test_what_is_missing_errs_by_its_name() -> None:
    with pytest.raises(KeyError, match="'amount'"):
        compile_condition("amount <= small", TYPES, {"small": 1})({})
    assert compile_condition("has(amount) && amount <= small", TYPES, {"small": 1})({}) is False


@pytest.mark.parametrize(
    ("start", "end", "whole"),
    [
        ("2026-03-02T01:00:00Z", "2026-03-02T01:00:00Z", 0), ("2026-03-02T01:00:00Z", "2026-03-02T01:00:01Z", 1),
        ("2026-03-02T01:00:00Z", "2026-03-02T02:00:00Z", 1), ("2026-03-02T01:00:00Z", "2026-03-02T02:00:01Z", 2),
        ("2026-03-02T01:00:00Z", "2026-03-02T00:00:00Z", -1), ("2026-03-02T01:00:00Z", "2026-03-01T23:59:59Z", -2),
        ("2026-03-02T01:00:00Z", "2026-03-02T00:59:59Z", -1),
    ],
)  # fmt: skip
def test_an_hour_begun_counts_forward_and_back(start: str, end: str, whole: int) -> None:
    assert hours(start, end) == whole


def test_a_month_and_a_year_are_those_of_the_office_s_clock() -> None:
    assert (month("2026-02-28"), year("2026-02-28")) == ("2026-02", "2026")
    assert (month("2026-12-31T15:59:59Z"), year("2026-12-31T15:59:59Z")) == ("2026-12", "2026")
    assert (month("2026-12-31T16:00:00Z"), year("2026-12-31T16:00:00Z")) == ("2027-01", "2027")
    with pytest.raises(ValueError, match="day"):
        month("2026-02-30")


def test_days_are_of_the_calendar() -> None:
    assert days("2028-02-28", "2028-03-01") == 2
    assert days("2026-02-28", "2026-03-01") == 1
    assert days("2026-03-01", "2026-02-28T15:59:59Z") == -1
    assert days("2026-03-01", "2026-02-28T16:00:00Z") == 0, "it is 1 March by the office's clock"
    with pytest.raises(ValueError, match="day"):
        days("2026-02-30", "2026-03-01")


@given(st.text("aＡ -_４4\u3000", max_size=6))
def test_a_folded_text_stays_folded(text: str) -> None:
    assume(any(letter.isalnum() for letter in text))
    assert norm(norm(text)) == norm(text)
    assert norm(f" {text}-") == norm(text)


@pytest.mark.parametrize("same", ["AB12\u200b", "ab-12", "ＡＢ１２", "A\u2060B12", "\u0410\u041212", "AB12.", "（AB12）"])
def test_what_looks_the_same_is_folded_to_the_same(same: str) -> None:
    assert norm(same) == "AB12"


@pytest.mark.parametrize("nothing", ["", "---", "\u200b", "。"])
def test_what_says_nothing_can_not_be_compared(nothing: str) -> None:
    with pytest.raises(ValueError, match="nothing to compare"):
        norm(nothing)
