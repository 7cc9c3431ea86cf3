"""偏向: who comes to one outcome far more often than the others is found, few cases and like shares are not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianfang.kernel.schedule import utc_moment, utc_text
from tests.watch.live import agree

BASE = {"hand": "handler", "outcome": "outcome", "moment": "moment"}
START = utc_moment("2026-01-05T02:00:00Z")


def cases(hand: str, outcomes: str, first: int = 0, apart: int = 1, **more: Any) -> list[dict[str, Any]]:
    """Cases of one person, a day apart: ``u`` upheld, ``r`` revoked."""
    return [
        {
            "case": f"{hand}{first + nth}", "key": f"{hand}{first + nth}", "handler": hand, "outcome": {"u": "uphold", "r": "revoke"}[one],
            "moment": utc_text(START + timedelta(days=(first + nth) * apart, minutes=ord(hand[0]))), **more,
        }
        for nth, one in enumerate(outcomes)
    ]  # fmt: skip


def by_time(*lists: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted((row for rows in lists for row in rows), key=lambda row: str(row["moment"]))


def test_who_upholds_everything_where_others_revoke_half_is_found_and_told_once() -> None:
    rows = by_time(cases("ben", "urur" * 4), cases("cho", "urru" * 4), cases("ann", "u" * 14, 20), cases("ann", "uuu", 60))
    (finding,) = agree("leaning", BASE, rows)
    assert {case[:3] for case in finding.cases} == {"ann"}
    assert finding.about.startswith("ann|uphold|")
    for text in finding.explanation:
        assert all(value in text for value in ("ann", "uphold", "12", "100%", "32", "50%"))


def test_like_shares_are_innocent() -> None:
    assert agree("leaning", BASE, by_time(cases("ann", "uurr" * 4), cases("ben", "urur" * 4), cases("cho", "uuru" * 4))) == []


@pytest.mark.parametrize(("own", "caught"), [(7, False), (8, True)])
def test_eight_cases_are_compared_and_seven_are_not(own: int, caught: bool) -> None:
    assert bool(agree("leaning", BASE, by_time(cases("ben", "r" * 12), cases("ann", "u" * own, 12)))) == caught


@pytest.mark.parametrize(("others", "caught"), [(11, False), (12, True)])
def test_so_must_the_others_have_twelve(others: int, caught: bool) -> None:
    assert bool(agree("leaning", BASE, by_time(cases("ben", "r" * others), cases("ann", "u" * 9, 12)))) == caught


def test_the_exact_chance_decides_and_counts_all_that_was_compared() -> None:
    """By lot 8 or more of ann's 10 are among the 10 of 20 that were upheld 11.5 times in a thousand: times two by two, 46.03."""
    rows = by_time(cases("ben", "u" * 2 + "r" * 8), cases("ann", "r" * 2 + "u" * 8, 10))
    loose = {**BASE, "least": 10, "others": 10}
    assert agree("leaning", {**loose, "chance": 47}, rows)
    assert agree("leaning", {**loose, "chance": 46}, rows) == []


def test_what_is_older_than_the_window_no_longer_counts() -> None:
    old = by_time(cases("ben", "r" * 12), cases("ann", "u" * 4, 12), cases("ann", "u" * 4, 400))
    assert agree("leaning", BASE, old) == []
    assert agree("leaning", {**BASE, "window": "900d"}, old)


def test_a_pattern_that_lasts_is_told_again_after_a_window() -> None:
    rows = by_time(cases("ben", "r" * 40, 0, 10), cases("ann", "u" * 40, 0, 10))
    assert len([one for one in agree("leaning", {**BASE, "window": "150d"}, rows) if one.about.startswith("ann|")]) > 1


def test_unlike_cases_are_not_compared() -> None:
    rows = by_time(cases("ann", "u" * 12, kind="fine"), cases("ben", "r" * 12, kind="housing"), cases("cho", "u" * 12, kind="fine"))
    assert agree("leaning", BASE, rows)
    assert agree("leaning", {**BASE, "like": ["kind"]}, rows) == []


def test_entries_of_before_there_was_an_outcome_are_left_out() -> None:
    bare = [{"case": "x", "key": "x", "handler": "ann", "moment": "2026-01-01T00:00:00Z"}]
    assert agree("leaning", BASE, bare) == []
