"""规律监测: which entries of a ledger a watch looks at."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from lianfang.kernel.calendar import EVERY_WEEK
from lianfang.kernel.conditions import compile_condition
from lianfang.kernel.controls.base import WATCH, Control
from lianfang.kernel.controls.pattern import Finding, Found, found_by, looked_at, told_once
from lianfang.kernel.ledger import Standing
from lianfang.kernel.model import Text

HERE, THERE = {"key": "a", "case": "", "unit": "here"}, {"key": "b", "case": "", "unit": "there"}


def watch(**params: object) -> Control:
    return Control("fuel-fits", "pattern", WATCH, Text("监测", "Watch"), (), None, (), params)


def test_all_by_default_and_those_of_a_condition_where_there_is_one() -> None:
    own = compile_condition("entry.unit == 'here'", {"entry": ("record", {"unit": "text"})}, "bool")
    assert looked_at(watch(), [HERE, THERE]) == [HERE, THERE], "as a version that was published before"
    assert looked_at(watch(when=None), [HERE, THERE]) == [HERE, THERE]
    assert looked_at(watch(when=own), [HERE, THERE]) == [HERE]


def test_what_the_condition_can_not_read_is_looked_at() -> None:
    own = compile_condition("entry.unit == 'here'", {"entry": ("record", {"unit": "text"})}, "bool")
    assert looked_at(watch(when=own), [{"key": "c", "case": ""}, THERE]) == [{"key": "c", "case": ""}]


def found(matter: str, about: str, *cases: str, **params: object) -> Found:
    control = watch(**{"ledger": "fuel", "detector": "entered", **params})
    return Found(SimpleNamespace(id=matter), control, Finding(about, cases, 3, Text("有", "There")))  # type: ignore[arg-type]


def told(*some: Found) -> list[tuple[str, str]]:
    """Which matter tells of what, where a case is of the matter that its name begins with."""
    return [(one.matter.id, one.finding.about) for one in told_once(some, lambda cases: {case: case[0] for case in cases})]


def test_one_finding_of_a_shared_ledger_belongs_to_the_matter_of_its_first_case_that_found_it() -> None:
    assert told(found("a", "x", "b1", "a1"), found("b", "x", "b1", "a1"), found("a", "y", "a1"), found("b", "y", "a1")) == [
        ("b", "x"), ("a", "y"),
    ]  # fmt: skip
    assert told(found("a", "x", "c1", "b1"), found("b", "x", "c1", "b1")) == [("b", "x")], "c does not look"
    assert told(found("a", "x", "c1"), found("b", "x", "c1"), found("a", "y"), found("b", "y")) == [("a", "x"), ("a", "y")]


CASES = st.lists(st.sampled_from(["a1", "a2", "b1", "c1"]), max_size=3, unique=True)


@given(st.dictionaries(st.sampled_from(["x", "y", "z"]), st.tuples(CASES, st.sets(st.sampled_from(["a", "b", "c"]), min_size=1))))
def test_whatever_several_matters_found_alike_is_told_once_by_one_that_found_it(shared: dict[str, tuple[list[str], set[str]]]) -> None:
    """And by that of its first case whose matter found it, where there is one."""
    some = [found(matter, about, *cases) for about, (cases, by) in shared.items() for matter in sorted(by)]
    heard = told(*some)
    assert sorted(about for _, about in heard) == sorted(shared)
    for matter, about in heard:
        cases, by = shared[about]
        assert matter in by
        first = next((case[0] for case in cases if case[0] in by), None)
        assert first in (None, matter)


def test_what_one_matter_alone_found_and_what_is_of_another_ledger_or_detector_is_its_own() -> None:
    assert told(found("a", "x", "b1")) == [("a", "x")], "b found nothing: its figures are others"
    assert len(told(found("a", "x", "b1"), found("b", "x", "b1", ledger="repairs"), found("b", "x", "b1", detector="series"))) == 3
    assert len(told(found("a", "x", "a1"), found("a", "x", "a1"))) == 2, "two controls of one matter"


def test_what_is_told_from_a_moment_on_is_no_finding_before() -> None:
    control = watch(ledger="fuel", detector="stale", settings={}, when=None)
    soon = Finding("x", (), 2, Text("有", "There"), since="2026-03-02T02:00:00Z")

    def seen(now: str) -> list[Finding]:
        return found_by(control, EVERY_WEEK, [Standing("x", "", {})], lambda *_, **__: [soon], now)

    assert seen("2026-03-02T01:59:59Z") == seen("") == []
    assert seen("2026-03-02T02:00:00Z") == [soon]
