"""When two written values mean the same, and whether a value says anything at all."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lianfang.kernel.alike import AT_ONCE, UNSEEN, fold, says, visible

MARKS = st.text(st.sampled_from("—。 \u200b\u0301\u0345\u3099ﾞ\ufc5e\ufe70"))
"""Signs that leave nothing, or leave something only in company: dashes, accents, voicing marks, Arabic vowel signs by themselves."""


@given(st.text(), st.text())
def test_folding_twice_is_folding_once(one: str, other: str) -> None:
    assert fold(fold(one)) == fold(one)
    assert fold(f" {one}-{other}。") == fold(fold(one) + fold(other))
    assert fold(None) == ""


@given(MARKS | st.text(), MARKS | st.text())
@example("—" * AT_ONCE, "属实")
@example("ﾞ" * AT_ONCE, "—")
def test_a_value_says_something_where_folding_leaves_something(one: str, other: str) -> None:
    assert says(one + other) == bool(fold(one + other))


@given(st.characters() | st.sampled_from(sorted(UNSEEN)), st.text(st.sampled_from([*sorted(UNSEEN), " ", "\u200b"]), min_size=1))
def test_a_text_shows_something_wherever_it_stands(sign: str, unseen: str) -> None:
    """The first sign is looked at by a shorter way than the others: it comes to the same."""
    assert visible(sign + unseen) == visible(unseen + sign)


@pytest.mark.parametrize(("value", "told"), [(None, False), ("", False), ("—— 。", False), (0, True), ("无", True)])
def test_a_dash_says_nothing(value: object, told: bool) -> None:
    assert says(value) is told
