"""Entries are found by what they share, and by nothing else."""

from __future__ import annotations

from lianfang.watch.traits import Traits


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
