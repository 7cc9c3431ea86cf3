"""One value, one sequence of bytes: the cases that RFC 8785 prints, and what must be turned away."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.evidence import CanonicalError, canonical
from lianfang.evidence.canonical import from_canonical

# RFC 8785 appendix B: the bits of a double and how it is written.
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]

plain = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(plain, lambda v: st.lists(v) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), v), max_leaves=20)


@pytest.mark.parametrize(("bits", "written"), NUMBERS)
def test_numbers_are_written_as_the_rfc_prints_them(bits: str, written: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(number).decode() == written
    assert canonical([number]).decode() == f"[{written}]"


def test_keys_are_sorted_by_their_utf_16_units() -> None:
    """RFC 8785 section 3.2.3: the emoji's surrogate pair comes before the Hebrew letter, though its code point is larger."""
    names = {
        "€": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
        "😀": "Emoji: Grinning Face", "\x80": "Control", "ö": "Latin Small Letter O With Diaeresis",
    }  # fmt: skip
    written = canonical(names)
    assert [*json.loads(written).values()] == [
        "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]  # fmt: skip
    assert from_canonical(written) == names


def test_the_sample_object_of_the_rfc() -> None:
    """RFC 8785 section 3.2.2 and the bytes of section 3.2.4."""
    sample = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '€$\x0f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical(sample).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), -float("inf"), 2**53, -(2**53), {1: "a"}, {"a": b"bytes"}, ["\ud800"], {"\udc00": 1}, object()],
)
def test_what_json_cannot_carry_is_turned_away(value: Any) -> None:
    with pytest.raises(CanonicalError, match=" / "):
        canonical(value)


@given(values)
def test_what_is_written_is_read_back_and_only_its_own_bytes_are(value: Any) -> None:
    body = canonical(value)
    assert from_canonical(body) == value
    with pytest.raises(CanonicalError):
        from_canonical(b" " + body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":9007199254740993}',
        b'{"a":NaN}',
        b'{"a":"\\u00e9"}',
        b'{"a":"\\/"}',
        b'{"a":"\\ud83d\\ude00"}',
        b'{"a":"\\ud83d"}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        '{"\ufb33":1,"😀":2}'.encode(),
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_bytes_that_are_not_canonical_are_found(body: bytes) -> None:
    with pytest.raises(CanonicalError, match=" / "):
        from_canonical(body)


def test_the_first_byte_that_is_off_is_named() -> None:
    with pytest.raises(CanonicalError, match="byte 6 on"):
        from_canonical(b'{"a":1.0}'.replace(b"1.0", b" 1"))
