"""登记即报: what stands in a ledger of what should not happen is a finding, one an entry, in the words of who entered it."""

from __future__ import annotations

from lianfang.watch.detectors import LATE
from lianfang.watch.engine import find, horizon

SETTINGS = {"told": "account"}


def test_each_entry_is_one_finding() -> None:
    rows = [
        {"case": "a", "key": "official", "account": "回程途中丢失", "reporter": "ann"},
        {"case": "b", "key": "contract", "account": "印面磕缺", "reporter": "ben"},
    ]
    first, second = find("entered", SETTINGS, rows)
    assert (first.about, first.cases, first.strength) == ("official|a", ("a",), 3)
    assert all("a" in words and "回程途中丢失" in words for words in first.explanation)
    assert second.about == "contract|b"


def test_what_no_case_wrote_stands_on_none() -> None:
    (found,) = find("entered", SETTINGS, [{"case": "", "key": "44030001", "account": "已作废"}])
    assert (found.about, found.cases, found.facts) == ("44030001|", (), (("ledger", "44030001"),))
    assert "外部数据登记：“已作废”" in found.explanation.zh
    assert "from outside records: “已作废”" in found.explanation.en


def test_the_same_thing_lost_again_is_another_finding() -> None:
    row = {"key": "official", "account": "丢失"}
    assert {one.about for case in "ab" for one in find("entered", SETTINGS, [{**row, "case": case}])} == {"official|a", "official|b"}


def test_it_is_looked_at_when_it_is_entered() -> None:
    assert find("entered", SETTINGS, []) == []
    assert horizon("entered", SETTINGS) == LATE
