"""Tables from other systems, as they really come: encodings, separators, quotes, and where each line stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.interchange.figures import Unreadable, day
from lianfang.interchange.kinds import UnreadableFileError
from lianfang.interchange.tables import read_table

TABLE = '流水号,户名,金额\nB1,"宝文, 印务","2,800.00"\n\nB2,"两\n行",1\nB3, 空格 ,\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_lines_are_known_by_where_they_begin(encoding: str, separator: str) -> None:
    written = TABLE.replace(",", separator) if separator != "," else TABLE
    table = read_table(written.encode(encoding))
    assert table.names == ("流水号", "户名", "金额")
    assert [line.number for line in table.lines] == [2, 4, 6]
    assert table.lines[1].cells == ("B2", "两\n行", "1")
    assert table.lines[2].cells == ("B3", "空格", "")


@pytest.mark.parametrize("content", [b"", b"\n \n", b",", b"\x00\x01\x02", b'a,b\n1,"2\n'])
def test_what_is_no_table_is_told(content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read_table(content)


@given(st.binary(max_size=200))
def test_whatever_comes_is_a_table_or_told(content: bytes) -> None:
    try:
        read_table(content)
    except UnreadableFileError as error:
        assert all(error.message)


def test_days_as_banks_write_them() -> None:
    assert {day(text) for text in ("20260305", "2026-03-05", "2026/3/5", "２０２６0305")} == {"2026-03-05"}
    for text in ("20260230", "2026035", "202603055"):
        with pytest.raises(Unreadable):
            day(text)
