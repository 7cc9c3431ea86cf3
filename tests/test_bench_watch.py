"""What the benchmark of the watch measures side by side is the same: each query by hand gives the rows of its detector."""

from __future__ import annotations

from typing import Any

import pytest
from bench.ledgers import LEDGERS, table
from bench.watch import BY_HAND, by_hand

from lianfang.watch.detectors import known
from lianfang.watch.engine import complete, entries, query

WATCHED = [(ledger, detector) for ledger, one in LEDGERS.items() for detector in one.watched]
SMALL = 40_000
"""Entries of all ledgers together: enough for every detector to find something."""


def test_every_detector_is_measured_once_and_has_a_query_by_hand() -> None:
    assert sorted(detector for _, detector in WATCHED) == [*known()] == sorted(one.stem for one in BY_HAND.iterdir())


@pytest.mark.parametrize(("ledger", "detector"), WATCHED)
def test_the_query_by_hand_gives_the_rows_of_the_detector(ledger: str, detector: str) -> None:
    settings = complete(detector, LEDGERS[ledger].watched[detector])
    asked = entries(detector, settings, table(ledger, SMALL).to_pylist())
    ours, theirs = query(detector, settings, asked).to_pylist(), by_hand(detector, asked).to_pylist()
    assert ours, "a table in which nothing is found tells nothing"
    assert len(ours) < asked.num_rows or detector == "entered"
    assert _plain(ours) == _plain(theirs)


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without what an engine may do as it likes: the order of lists, and of rows that agree in what they are ordered by."""
    plain = [
        {name: sorted(map(str, value)) if isinstance(value, list) else _figure(value) for name, value in sorted(row.items())}
        for row in rows
    ]
    return sorted(plain, key=str)


def _figure(value: Any) -> Any:
    """Sums may come as decimals."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
