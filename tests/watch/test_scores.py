"""评分: full marks nearly always, a jump against history, one who is far from the others on one party."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianfang.kernel.schedule import utc_moment, utc_text
from tests.watch.live import Row, agree

START = utc_moment("2026-01-05T02:00:00Z")
PERFECT = {"hand": "scorer", "score": "score", "full": "full", "moment": "moment", "least": 5, "percent": 80}
JUMP = {"subject": ["indicator", "unit"], "score": "score", "moment": "moment", "points": 50}
APART = {"hand": "scorer", "thing": ["round"], "party": "unit", "score": "score", "moment": "moment"}


def marks(*scores: int, apart: int = 1, **more: Any) -> list[Row]:
    """Scores of ann in the order of time."""
    day = timedelta(days=apart)
    said = {"scorer": "ann", "indicator": "law", "unit": "xinan", "full": 600, **more}
    return [
        {"case": f"c{n}", "key": f"{said['scorer']}{said['unit']}{n}", "score": score, "moment": utc_text(START + n * day), **said}
        for n, score in enumerate(scores)
    ]


def test_full_marks_nearly_always_are_told_once() -> None:
    (finding,) = agree("perfect", PERFECT, marks(600, 600, 550, 600, 600, 600, 600))
    for text in finding.explanation:
        assert all(value in text for value in ("ann", "5", "4"))


@pytest.mark.parametrize(("scores", "caught"), [((600,) * 4, False), ((600,) * 5, True), ((600, 600, 600, 599, 599), False)])
def test_five_scores_four_of_five_of_them_full(scores: tuple[int, ...], caught: bool) -> None:
    assert bool(agree("perfect", PERFECT, marks(*scores))) == caught


def test_full_marks_of_long_ago_and_of_others_do_not_count() -> None:
    assert agree("perfect", PERFECT, marks(*[600] * 5, apart=100)) == []
    assert agree("perfect", PERFECT, [row for who in ("ann", "ben") for row in marks(600, 600, 600, scorer=who)]) == []


def test_a_jump_against_the_own_history_is_found() -> None:
    (finding,) = agree("jump", JUMP, marks(400, 410, 390, 400, 600))
    assert (finding.cases, finding.strength) == (("c4",), 3)
    for text in finding.explanation:
        assert all(value in text for value in ("law · xinan", "600", "400"))
    (finding,) = agree("jump", JUMP, marks(400, 410, 390, 400, 200))
    assert finding.strength == 2


@pytest.mark.parametrize(
    ("scores", "caught"),
    [
        ((400, 410, 390, 600), False),  # a history of three
        ((400, 410, 390, 400, 449), False),
        ((400, 400, 400, 400, 450), True),
        ((300, 500, 350, 450, 560), False),  # one that always swings: 160 of a deviation of 75
    ],
)
def test_a_short_history_a_few_points_and_what_always_swings_are_innocent(scores: tuple[int, ...], caught: bool) -> None:
    assert bool(agree("jump", JUMP, marks(*scores))) == caught


def test_the_history_of_another_is_no_history() -> None:
    rows = [*marks(400, 400, 400), *marks(600, 600, unit="xixiang")]
    assert agree("jump", JUMP, sorted(rows, key=lambda row: str(row["moment"]))) == []


def panel(*rounds: tuple[int, int, int], unit: str = "xinan") -> list[Row]:
    """What ann, ben and cho gave one unit, round by round."""
    return [
        {"case": f"r{n}", "key": f"{unit}{n}{who}", "round": f"r{n}", "scorer": who, "unit": unit, "score": score,
         "moment": utc_text(START + timedelta(days=n))}
        for n, scores in enumerate(rounds)
        for who, score in zip(("ann", "ben", "cho"), scores, strict=True)
    ]  # fmt: skip


def test_one_who_is_far_above_the_others_three_times_for_one_party_is_found() -> None:
    (finding,) = agree("apart", APART, panel((95, 70, 70), (95, 70, 72), (93, 71, 70)), at_once=3)
    assert finding.cases == ("r0", "r1", "r2")
    for text in finding.explanation:
        assert all(value in text for value in ("ann", "xinan", "3", "30%" if "次" in text else "30 %", "93", "70.5"))


@pytest.mark.parametrize("rounds", [((95, 70, 70), (95, 70, 72)), ((91, 70, 70),) * 3, ((95, 70, 70), (45, 70, 70), (95, 70, 70))])
def test_twice_or_exactly_thirty_of_a_hundred_or_both_ways_is_innocent(rounds: tuple[tuple[int, int, int], ...]) -> None:
    assert agree("apart", APART, panel(*rounds), at_once=3) == []


def test_three_parties_once_each_is_innocent_and_so_is_one_other() -> None:
    assert agree("apart", APART, [row for unit in ("a", "b", "c") for row in panel((95, 70, 70), unit=unit)], at_once=3) == []
    assert agree("apart", APART, [row for row in panel(*[(95, 70, 70)] * 3) if row["scorer"] != "cho"], at_once=2) == []
