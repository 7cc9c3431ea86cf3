"""规律监测: which entries of a ledger a watch looks at."""

from __future__ import annotations

from lianfang.kernel.conditions import compile_condition
from lianfang.kernel.controls.base import WATCH, Control
from lianfang.kernel.controls.pattern import looked_at
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
