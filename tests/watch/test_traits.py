"""Entries are found by what they share, and by nothing else."""

from __future__ import annotations

import pytest

from lianfang.watch.detectors import LATE
from lianfang.watch.engine import compares, horizon, traits
from lianfang.watch.traits import Traits
from tests.watch.live import Row


def test_all_that_share_a_trait_are_found_however_many() -> None:
    known = Traits()
    for key in "abcd":
        known.add(key, ["red", f"only {key}"])
    known.add("e", ["blue", "only a"])
    known.add("e", ["blue"])
    assert known.sharing(["red"]) == set("abcd")
    assert known.sharing(["only a"]) == {"a", "e"}
    assert known.sharing(["blue", "only b"]) == {"b", "e"}
    assert known.sharing(["green"]) == set()


@pytest.mark.parametrize(("name", "settings", "row", "group"), [
    ("weekend", {"group": ["unit", "seller"], "date": "date"}, {"unit": "u1", "seller": "s", "date": "2026-03-07"}, ("unit", "seller")),
    ("perfect", {"hand": "who", "score": "score", "full": "full", "moment": "at"}, {"who": "ann", "score": 1, "full": 1}, ("who",)),
    ("leaning", {"hand": "who", "outcome": "outcome", "moment": "at", "like": ["kind"]}, {"who": "ann", "kind": "a"}, ("kind",)),
])  # fmt: skip
def test_what_counts_within_groups_is_given_the_groups_of_what_is_new(name: str, settings: Row, row: Row, group: tuple[str, ...]) -> None:
    assert compares(name, settings) and horizon(name, settings) == LATE
    (mine,) = traits(name, settings, row)
    other = {one: "another" for one in row if one not in group}
    assert traits(name, settings, {**row, **other}) == (mine,)
    for part in group:
        assert traits(name, settings, {**row, part: "another"}) != (mine,)
        assert traits(name, settings, {**row, part: None}) == ()


def test_what_compares_with_everybody_is_given_everything() -> None:
    everybody = {"hand": "who", "outcome": "outcome", "moment": "at"}
    assert not compares("leaning", everybody) and horizon("leaning", everybody) is None
