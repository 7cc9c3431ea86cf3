"""A clock that runs back: inside a case it is a fault, across cases something to know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lianfang.evidence import canonical, leaf_bytes, leaf_hash
from lianfang.evidence.verify import Verdict, verify

Log = list[tuple[str | None, Any]]


@pytest.fixture
def verdict(sign: Callable[[list[bytes]], Path]) -> Callable[[Log], Verdict]:
    """Verifies a log of these (case, moment); an entry without a case is a fact."""

    def of(log: Log) -> Verdict:
        tips: dict[str, str] = {}
        bodies = []
        for case, at in log:
            said = {"fact": {}, "at": at} if case is None else {"command": {"at": at}}
            bodies.append(canonical({"case": case, "prev": tips.get(case or "", ""), **said}))
            if case is not None:
                tips[case] = leaf_hash(leaf_bytes(bodies[-1])).hex()
        return verify(sign(bodies))

    return of


def test_a_log_whose_time_runs_on_or_stands_still_holds(verdict: Callable[[Log], Verdict]) -> None:
    log: Log = [(None, "2026-11-24T07:59:59Z"), ("a", "2026-11-24T08:00:00Z"), ("b", "2026-11-24T08:00:00Z"), ("a", "2026-11-24T08:00:00Z")]
    found = verdict(log)
    assert (found.sound, found.faults, found.remarks) == (True, (), ())


def test_inside_a_case_a_second_back_is_a_fault_and_named(verdict: Callable[[Log], Verdict]) -> None:
    log: Log = [("a", "2026-11-24T08:00:00Z"), ("b", "2026-11-24T08:00:00Z"), ("a", "2026-11-24T07:59:59Z"), ("b", "2026-11-24T08:00:01Z")]
    found = verdict(log)
    assert not found.sound
    ((leaf, zh, en),) = found.faults
    assert leaf == 2
    assert zh == "时间倒退：2026-11-24T07:59:59Z，而本办件此前已到 2026-11-24T08:00:00Z"
    assert "time runs back to 2026-11-24T07:59:59Z" in en
    assert found.remarks == ()


def test_each_entry_that_has_not_caught_up_is_named(verdict: Callable[[Log], Verdict]) -> None:
    found = verdict([("a", f"2026-11-24T08:00:0{second}Z") for second in (3, 1, 2, 3)])
    assert [fault.leaf for fault in found.faults] == [1, 2]


def test_across_cases_what_waiting_explains_is_not_told_and_what_it_does_not_is_remarked(verdict: Callable[[Log], Verdict]) -> None:
    log: Log = [("a", "2026-11-24T08:05:00Z"), ("b", "2026-11-24T08:00:00Z"), (None, "2026-11-24T08:04:00Z")]
    assert verdict(log).remarks == ()


def test_a_clock_set_back_is_remarked_once_with_its_first_leaf(verdict: Callable[[Log], Verdict]) -> None:
    log: Log = [("a", "2026-11-24T08:05:01Z"), ("b", "2026-11-24T08:00:00Z"), (None, "2026-11-24T08:00:00Z"), ("a", "2026-11-24T08:06:00Z")]
    found = verdict(log)
    assert found.sound, found.faults
    (remark,) = found.remarks
    assert "从第 1 叶起有 2 条存证" in remark.zh
    assert remark.en.startswith("from leaf 1 on")
    assert "2026-11-24T08:00:00Z after 2026-11-24T08:05:01Z): 2;" in remark.en


@pytest.mark.parametrize(
    "at",
    ["", "today", "2026-11-24", "2026-11-24 08:00:00Z", "2026-11-24T08:00:00+08:00", "2026-13-24T08:00:00Z", "2026-W48-2T08:00:00Z", 7, []],
)
@pytest.mark.parametrize("case", ["a", None])
def test_what_is_not_written_as_a_moment_could_pass_for_any(verdict: Callable[[Log], Verdict], case: str | None, at: Any) -> None:
    found = verdict([("a", "2026-11-24T08:00:00Z"), (case, at)])
    assert [fault.leaf for fault in found.faults] == [1]
    assert "not written as a moment" in found.faults[0].en
