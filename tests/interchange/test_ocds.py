"""Procurement as open data: releases in the forms in which they are published, what is none, and Cardinal's settings file."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianfang.interchange import streams
from lianfang.interchange.kinds import UnreadableFileError
from lianfang.interchange.ocds import releases as reading
from lianfang.interchange.ocds.releases import Releases
from lianfang.interchange.ocds.settings import read_settings
from lianfang.watch.flags import CODES, flag

A: dict[str, Any] = {"ocid": "a", "tender": {"title": "采购"}}
B: dict[str, Any] = {"ocid": "b"}
ABOUT = {"uri": "https://example.org/1", "publisher": {"name": "x", "uid": "ocid"}, "extensions": ["releases"]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "releases"


def read(path: Path, content: bytes | str) -> tuple[list[dict[str, Any]], list[int]]:
    """The releases of a file, and the places of what was wrong."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    releases = Releases(path)
    found = [*releases]
    assert releases.count == len(found)
    return found, [one.line.number for one in releases.bad]


def told(path: Path, content: bytes | str) -> str:
    with pytest.raises(UnreadableFileError) as error:
        read(path, content)
    return error.value.message.zh + error.value.message.en


def lines(*values: Any) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in values)


@pytest.mark.parametrize(
    "content",
    [
        lines(A, B), lines(A, B).rstrip("\n"), "\ufeff" + lines(A, B),
        lines(A, B).replace("\n", "\r\n\r\n"), gzip.compress(lines(A, B).encode(), mtime=0),
        json.dumps([A, B]), json.dumps([A, B], indent=2),
        json.dumps({**ABOUT, "releases": [A, B]}), json.dumps({**ABOUT, "releases": [A, B]}, indent=2),
        json.dumps({"releases": [A, B], **ABOUT}),
        json.dumps({**ABOUT, "records": [{"ocid": "a", "releases": [A], "compiledRelease": A}, {"ocid": "b", "compiledRelease": B}]}),
        lines({"ocid": "a", "releases": [A], "compiledRelease": A}, {"ocid": "b", "releases": [], "compiledRelease": B}),
    ],
)  # fmt: skip
def test_releases_come_one_a_line_or_in_a_package(path: Path, content: bytes | str) -> None:
    assert read(path, content) == ([A, B], [])


def test_what_is_wrong_is_kept_aside_with_its_place_and_reason(path: Path) -> None:
    cut = '{"ocid": "c", "tender": {'
    releases = Releases(path)
    path.write_text(cut + "\n" + lines(A, [1], {"id": 1}, {"ocid": 7}, B) + "\n" + lines(A, {"ocid": "d", "records": []}), "utf-8")
    assert [*releases] == [A, B]
    assert releases.bad[0].line.cells == ("1", cut)
    reasons = {one.line.number: one.why.en for one in releases.bad}
    assert [*reasons] == [1, 3, 4, 5, 8, 9]
    assert "sound JSON" in reasons[1] and "no JSON object" in reasons[3] and "ocid" in reasons[4] and "ocid" in reasons[5]
    assert "at 2" in reasons[8] and "merge" in reasons[9]
    assert read(path, json.dumps({"records": [{"ocid": "a", "releases": [A]}, {"ocid": "b", "compiledRelease": B}]})) == ([B], [1])


def test_a_file_without_a_release_is_refused_with_what_was_first_wrong(path: Path) -> None:
    assert "JSON Lines" in told(path, "")
    assert "1: it is not sound JSON" in told(path, "case,step\n1,2\n")
    assert "没有可用的采购记录" in told(path, json.dumps({"releases": ["https://example.org/1"]}))
    assert "不是完好的 JSON" in told(path, json.dumps({"releases": [A, B]})[:-1])
    assert "not sound JSON" in told(path, json.dumps(A, indent=2))


def test_what_is_too_much_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_WRONG", 1000)
    assert "Too much is wrong" in told(path, lines(A) + "nothing at all\n" * 200)
    monkeypatch.setattr(reading, "MOST_ITEM", 200_000)
    assert "其中一项过大" in told(path, '{"ocid": "' + "x" * 400_000)
    monkeypatch.setattr(streams, "MOST_BYTES", 1_000_000)
    assert "文件过大" in told(path, gzip.compress(lines(A).encode() + b"\n" * 2_000_000))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_are_releases_or_a_clear_error(path: Path, data: st.DataObject) -> None:
    """Noise, and files with a piece cut out, doubled or overwritten."""
    samples = [lines(A, B).encode(), json.dumps({**ABOUT, "releases": [A, B]}).encode(), gzip.compress(lines(A, B).encode())]
    content = data.draw(st.sampled_from(samples) | st.binary(max_size=200))
    if data.draw(st.booleans()):
        first, last = sorted((data.draw(st.integers(0, len(content))), data.draw(st.integers(0, len(content)))))
        content = content[:first] + data.draw(st.binary(max_size=8) | st.just(content[first:last] * 2)) + content[last:]
    try:
        found, _ = read(path, content)
    except UnreadableFileError as error:
        assert error.message.zh and error.message.en
    else:
        assert all(isinstance(one["ocid"], str) for one in found)


SETTINGS = """\
; the currency goes first
currency = CNY
no_price_comparison_procurement_methods = Random Selection|Sorteo de Obras
[exclusions]
procurement_method_details = "EXC|"

[R003.procurement_method_details]
Licitación de Seguros = 10
a\\=b = 7
[R003]
  # indented, and a colon
  threshold: 20
procurement_methods =open|selective
[R024]
threshold = 5e-2
[R028]
[R038]
minimum_submitted_bids = 3
[output]
info_currency_mismatches = Yes
[codelists.bid_status]
Qualified = valid
[defaults]
currency = CNY
"""


def test_a_settings_file_is_read_as_it_is_written(path: Path) -> None:
    path.write_text(SETTINGS, "utf-8")
    assert read_settings(path) == {
        "": {"currency": "CNY", "no_price_comparison_procurement_methods": {"Random Selection", "Sorteo de Obras"}},
        "exclusions": {"procurement_method_details": {"EXC"}},
        "R003.procurement_method_details": {"Licitación de Seguros": 10, "a=b": 7},
        "R003": {"threshold": 20, "procurement_methods": {"open", "selective"}},
        "R024": {"threshold": 0.05},
        "R028": {},
        "R038": {"minimum_submitted_bids": 3},
        "output": {"info_currency_mismatches": True},
        "codelists.bid_status": {"Qualified": "valid"},
        "defaults": {"currency": "CNY"},
    }


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("[R024]\n[R0O3]", 2, "no section 'R0O3'; did you mean 'R003'?"),
        ("[R035]\ntreshold = 2", 2, "no setting 'treshold'; did you mean 'threshold'?"),
        ("[R036]\nthreshold = 2", 2, "this section has none"),
        ("curency = CNY", 1, "did you mean 'currency'?"),
        ("threshold = 2", 1, "before the first section"),
        ("[R035]\nthreshold = two", 2, "give a whole number"),
        ("[R035]\nthreshold = -1", 2, "0 or more"),
        ("[R035]\nthreshold =", 2, "give a whole number"),
        ("[R024]\nthreshold = inf", 2, "give a decimal"),
        ("[R024]\nthreshold = 1e999", 2, "give a decimal"),
        ("[R025]\npercentile = 101", 2, "0 to 100"),
        ("[output]\ninfo_currency_mismatches = maybe", 2, "true or false"),
        ("[R024]\nthreshold = 1\nthreshold = 2", 3, "twice"),
        ("[R024]\n[R025]\n[R024]", 3, "twice"),
        ("[R024]\nthreshold 1", 2, "NAME = VALUE"),
        ("[R024\n", 1, "[NAME]"),
        ("[]\n", 1, "no section ''"),
        ("[R003.procurement_method_details]\nx = y", 2, "give a whole number"),
        ("currency = C\\", 1, "backslash"),
    ],
)
def test_what_the_file_can_not_say_is_told_with_its_line_and_the_nearest_right_name(
    path: Path, content: str, line: int, words: str
) -> None:
    path.write_text(content, "utf-8")
    with pytest.raises(UnreadableFileError) as error:
        read_settings(path)
    assert f"line {line}:" in error.value.message.en and words in error.value.message.en
    assert f"第 {line} 行" in error.value.message.zh


def test_what_is_no_text_is_no_settings_file(path: Path) -> None:
    for content in (b"\x00\x01\xff", b";" * 2_000_000):
        path.write_bytes(content)
        with pytest.raises(UnreadableFileError, match="no settings file"):
            read_settings(path)


def test_every_setting_of_a_flag_can_be_written_and_no_other(path: Path) -> None:
    """What a flag takes and what the file may say of it are declared apart, each where it belongs."""
    from lianfang.interchange.ocds.settings import SECTIONS  # noqa: PLC0415

    for code in CODES:
        below = {name.partition(".")[2] for name in SECTIONS if name.startswith(f"{code}.")}
        assert {*SECTIONS[code]} | below == {*flag(code).SETTINGS}, code
