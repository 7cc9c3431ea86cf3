"""The name that was probably meant."""

from __future__ import annotations

import pytest

from lianfang.catalogue.problems import closest, nearest

UNITS = ["secretariat-2", "secretariat-1", "general-1", "general-2", "government-services", "document-office"]


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        ("secretariat-l", UNITS, "secretariat-1"),
        ("secretariat-I", UNITS, "secretariat-1"),
        ("Secretariat-1", UNITS, "secretariat-1"),
        ("secretariat1", UNITS, "secretariat-1"),
        ("secretariat_2", UNITS, "secretariat-2"),
        ("general-Z", UNITS, "general-1"),
        ("goverment-services", UNITS, "government-services"),
        ("d0cument-0ffice", UNITS, "document-office"),
        ("retruns_to", ["return_by", "returns_to"], "returns_to"),
        ("companion", ["company", "companions"], "companions"),
        ("seals", ["seal-uses", "seal"], "seal"),
        ("controls", ["control", "conditions"], "control"),
        ("vouchers-lost", ["slack-review", "voucher-loss"], "voucher-loss"),
        ("630", ["30", "60", "63"], "63"),
        ("十四（一一）", ["十四（二）", "十四（一）"], "十四（一）"),
        ("十六(五)", ["十六（四）", "十六（五）"], "十六（五）"),
        ("zzz", UNITS, ""),
        ("x", ["y", "z"], ""),
        ("", UNITS, ""),
        ("anything", [], ""),
    ],
)
def test_the_nearest_name_is_the_one_a_reader_would_think_of(typed: str, known: list[str], meant: str) -> None:
    assert closest(typed, known) == meant
    assert closest(typed, reversed(known)) == meant


def test_where_nothing_is_near_a_few_names_are_all_told() -> None:
    few, many = nearest("zzz", ["task", "meeting"], "种类", "kind"), nearest("zzz", map(str, range(50)), "种类", "kind")
    assert few == ("没有名为“zzz”的种类，可用的有：task、meeting", "no kind 'zzz'; there are: task, meeting")
    assert many == ("没有名为“zzz”的种类", "no kind 'zzz'")
