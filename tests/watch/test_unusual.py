"""What is unusual about the cases of a log: a step left out, other hands, one hand for two steps, an odd or a changed value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from lianfang.watch.unusual import Looked, look


class Done(NamedTuple):
    """An event."""

    step: str
    person: str = ""
    line: int = 1
    more: Sequence[tuple[str, str]] = ()
    post: str = ""


def usual(number: int) -> list[Done]:
    """A case as they all are: two who check, two who approve, amounts and a paper's number of its own."""
    money = (("sum", str(1000 + number)), ("paper", f"P{number}"), ("paid by", "card" if number % 2 else "cash"))
    return [
        Done("apply", "甲乙丙丁"[number % 4], more=money),
        Done("check", "张王"[number % 2]),
        Done("approve", "李赵"[number // 2 % 2]),
        Done("pay"),
    ]


def looked(*odd: list[Done], cases: int = 100, traits: dict[str, Sequence[tuple[str, str]]] | None = None) -> Looked:
    every = {f"C{number}": usual(number) for number in range(cases)} | {f"odd{place}": one for place, one in enumerate(odd)}
    return look(every, traits or {})


def test_a_log_in_which_all_is_usual_says_nothing() -> None:
    found = looked()
    assert found.cases == ()
    assert found.silent == ("paper",)


@pytest.mark.parametrize("pay", ["pay", "refund"])
def test_a_step_that_is_left_out_or_new_is_unusual(pay: str) -> None:
    (found,) = looked([Done("apply", "甲", 7), Done(pay, line=8)]).cases
    first = found.signs[0]
    assert (found.case, first.kind, first.line, first.times, first.all) == ("odd0", "path", 8, 1, 101)
    assert f"“apply”之后“{pay}”（101 次中 1 次）" in found.explanation.zh
    assert "1 of 101" in found.explanation.en and "It can be innocent: Corrections" in found.explanation.en
    assert found.score == pytest.approx(sum(sign.bits for sign in found.signs))


def test_a_case_that_ends_early_is_unusual() -> None:
    (found,) = looked([Done("apply", "甲"), Done("check", "张")]).cases
    assert "“check”之后结束" in found.explanation.zh


def test_hands_that_are_not_those_of_the_step_are_unusual() -> None:
    (found,) = looked([Done("apply", "甲"), Done("check", "孙"), Done("approve", "李"), Done("pay")]).cases
    assert found.signs[0].kind == "hand" and "“check”由“孙”办理" in found.explanation.zh


def test_a_post_that_is_not_that_of_the_step_is_unusual_also_where_the_case_knows_it_already() -> None:
    """Everybody may approve, but as who approves and not as who takes applications."""
    people = "甲乙丙丁"
    steps = {f"C{n}": [Done("apply", people[n % 4], post="窗口"), Done("approve", people[n // 4 % 4], post="科长")] for n in range(100)}
    assert look(steps, {}).cases == ()
    (found,) = look({**steps, "odd": [Done("apply", "甲", post="窗口"), Done("approve", "乙", 8, post="窗口")]}, {}).cases
    assert [(sign.kind, sign.line) for sign in found.signs] == [("post", 8)]
    assert "“approve”由岗位“窗口”办理（101 次中 1 次）" in found.explanation.zh and "by the post “窗口”" in found.explanation.en


def test_two_who_never_work_together_are_unusual_together() -> None:
    """Each of them is usual at their own step."""
    pairs = {f"C{n}": [Done("check", "AB"[n % 2]), Done("approve", "CD"[n % 2])] for n in range(200)}
    (found,) = look({**pairs, "odd": [Done("check", "A"), Done("approve", "D")]}, {}).cases
    assert found.case == "odd" and [sign.kind for sign in found.signs] == ["handover"]
    assert "“D” after “check” by “A”" in found.explanation.en


def test_one_hand_for_two_steps_is_unusual_where_they_are_two_and_not_where_it_is_usual() -> None:
    """Everybody does both steps at some time, but nobody in the same case."""
    people = "甲乙丙丁戊"
    apart = {f"C{n}": [Done("apply", people[n % 5]), Done("read"), Done("approve", people[(n + n // 5 % 4 + 1) % 5])] for n in range(100)}
    (found,) = look({**apart, "odd": [Done("apply", "甲"), Done("read"), Done("approve", "甲")]}, {}).cases
    assert found.case == "odd" and [sign.kind for sign in found.signs] == ["same"]
    assert "都由“甲”办理" in found.explanation.zh
    alone = {f"C{n}": [Done("apply", people[n % 5]), Done("approve", people[n % 5])] for n in range(100)}
    assert look({**alone, "odd": [Done("apply", "甲"), Done("approve", "乙")]}, {}).cases == ()


def test_an_odd_value_is_told_once_and_a_change_where_nothing_changes() -> None:
    said = [Done("apply", "甲", more=[("sum", "1000"), ("way", "post")]), Done("pay", more=[("sum", "1000"), ("way", "post")])]
    every = {f"C{n}": said for n in range(100)}
    odd = [Done("apply", "甲", 8, [("sum", "1000"), ("way", "hand")]), Done("pay", "", 9, [("sum", "1000"), ("way", "hand")])]
    changed = [Done("apply", "甲", 8, [("sum", "1000"), ("way", "post")]), Done("pay", "", 9, [("sum", "9000"), ("way", "post")])]
    one, other = look({**every, "odd": odd, "changed": changed}, {}).cases
    assert sorted((found.case, len(found.signs), found.signs[0].line) for found in (one, other)) == [("changed", 1, 9), ("odd", 1, 8)]


def test_amounts_count_by_their_class() -> None:
    """No two sums are the same, which is not unusual; one ten times as high is."""
    huge = usual(0)
    huge[0] = Done("apply", "甲", 5, [("sum", "￥48,000.00"), ("paper", "P"), ("paid by", "cash")])
    (found,) = looked(huge).cases
    assert [sign.kind for sign in found.signs] == ["attribute"] and "￥48,000.00" in found.explanation.zh


def test_what_is_said_of_a_case_counts_too() -> None:
    traits = {f"C{n}": (("district", "North"),) for n in range(100)} | {"odd0": (("district", "South"),)}
    (found,) = looked(usual(0), traits=traits).cases
    assert found.case == "odd0" and "开始时“district”为“South”" in found.explanation.zh


def test_many_rare_values_together_are_none_and_the_shares_can_be_set() -> None:
    every = {f"C{n}": [Done("apply", f"p{n}" if n < 8 else "甲")] for n in range(100)}
    assert len(look(every, {}).cases) == 8
    assert look(every, {}, crowd=0.07).cases == ()
    assert look(every, {}, rare=0.01).cases == ()


def test_the_most_surprising_case_is_first() -> None:
    skipped, worse = [Done("apply", "甲"), Done("pay")], [Done("apply", "孙"), Done("refund", "孙")]
    assert [found.case for found in looked(skipped, worse).cases] == ["odd1", "odd0"]
