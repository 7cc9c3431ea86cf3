"""久拖不动: what lies open for longer than its kind ever did is found when the time has come; what usually takes long is innocent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianfang.kernel.schedule import utc_moment, utc_text
from tests.watch.live import Row, agree

SETTINGS = {"thing": "thing", "moment": "moment", "ended": "ended", "like": ["kind"], "after": "30d", "least": 5}
START = utc_moment("2026-01-05T02:00:00Z")


def at(day: float) -> str:
    return utc_text(START + timedelta(days=day))


def entry(key: str, begun: float, ended: float | None = None, kind: str = "fine") -> Row:
    return {"case": f"case-{key}", "key": key, "thing": f"thing {key}", "kind": kind, "moment": at(begun),
            "ended": None if ended is None else at(ended)}  # fmt: skip


def usual(*lengths: float, kind: str = "fine") -> list[Row]:
    """Ended ones that took so many days each."""
    return [entry(f"{kind}{n}", n, n + days, kind) for n, days in enumerate(lengths)]


def since(*rows: Row, **changed: Any) -> dict[str, str]:
    """From when on each is told."""
    return {one.about.partition("|")[0]: one.since for one in agree("stale", {**SETTINGS, **changed}, rows)}


def test_what_is_open_is_told_after_the_time_set_and_what_was_ended_never() -> None:
    (finding,) = agree("stale", SETTINGS, [entry("x", 100), *usual(1, 2, 3)])
    assert (finding.cases, finding.since) == (("case-x",), at(130))
    for text in finding.explanation:
        assert all(value in text for value in ("thing x", "2026-04-15 10:00", "30.0"))


def test_where_its_kind_takes_long_it_may() -> None:
    """Seven of some 60 days, and one that took a year: the median is 60 and the deviation 1."""
    long = usual(58, 59, 60, 60, 61, 62, 365)
    (day,) = since(entry("x", 400), *long).values()
    assert at(465) < day < at(466), "60 days and 3.5 deviations of 1/0.6745"
    (finding,) = agree("stale", SETTINGS, [entry("x", 400), *long])
    assert all("7" in text and "60.0" in text for text in finding.explanation)


def test_where_its_kind_is_quick_the_time_set_is_the_least() -> None:
    assert since(entry("x", 100), *usual(1, 1, 2, 2, 3)) == {"x": at(130)}


@pytest.mark.parametrize(("least", "day"), [(5, 130), (4, 160)])
def test_too_few_ended_ones_tell_nothing(least: int, day: int) -> None:
    assert since(entry("x", 100), *usual(60, 60, 60, 60), least=least) == {"x": at(day)}


def test_another_kind_and_what_was_ended_later_are_no_history() -> None:
    assert since(entry("x", 100), *usual(60, 60, 60, 60, 60, kind="housing")) == {"x": at(130)}
    assert since(entry("x", 50), *usual(60, 60, 60, 60, 60)) == {"x": at(80)}


def test_touched_again_it_is_counted_anew_under_another_name() -> None:
    before, after = (agree("stale", SETTINGS, [entry("x", day)])[0] for day in (0, 10))
    assert before.about != after.about
    assert after.since == at(40)


def test_without_a_column_of_the_end_all_that_stands_is_open() -> None:
    settings = {"thing": "thing", "moment": "moment", "after": "7d"}
    assert [one.since for one in agree("stale", settings, [entry("x", 0), entry("y", 1, 2)])] == [at(7), at(8)]
