"""What a program writes becomes what the kernel judges, to the fen and to the second."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.api.values import kernel_values, moment, money
from lianfang.kernel.model import Text
from lianfang.office.views import FormField


def field(name: str, kind: str, *columns: FormField) -> FormField:
    return FormField(name, kind, Text("", ""), required=False, columns=columns)


FORM = (
    field("amount", "money"),
    field("back_by", "datetime"),
    field("scan", "file"),
    field("title", "text"),
    field("pages", "int"),
    field("invoices", "list", field("amount", "money"), field("number", "text")),
)


def read(seen: bool = True, **data: Any) -> dict[str, Any]:
    values, unread = kernel_values(FORM, data, lambda sha256: seen)
    assert not unread
    return values


def faults(seen: bool = True, **data: Any) -> set[str]:
    return {error.field for error in kernel_values(FORM, data, lambda sha256: seen)[1]}


@given(st.integers(-(10**13), 10**13))
def test_yuan_in_text_are_the_same_fen_always(fen: int) -> None:
    sign, whole = ("-" if fen < 0 else ""), abs(fen)
    assert money(f"{sign}{whole // 100}.{whole % 100:02d}") == fen
    assert read(amount=fen) == {"amount": fen}


@pytest.mark.parametrize(("text", "fen"), [("2800", 280_000), ("2800.5", 280_050), ("0.01", 1), ("-3.00", -300)])
def test_yuan_as_people_write_them(text: str, fen: int) -> None:
    assert read(amount=text)["amount"] == fen


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-05T17:30:00+08:00", "2026-01-05T09:30:00Z"),
        ("2026-01-05T09:30:00Z", "2026-01-05T09:30:00Z"),
        ("2026-01-01T00:30+08:00", "2025-12-31T16:30:00Z"),
        ("2026-01-05T09:30:00.750Z", "2026-01-05T09:30:00Z"),
    ],
)
def test_a_moment_is_utc_to_the_second(text: str, utc: str) -> None:
    assert moment(text) == utc
    assert read(back_by=text) == {"back_by": utc}


def test_lines_are_read_cell_by_cell() -> None:
    assert read(invoices=[{"amount": "1.00", "number": "007"}]) == {"invoices": [{"amount": 100, "number": "007"}]}


def test_a_fraction_is_found_wherever_it_hides() -> None:
    data = {"amount": 0.1, "title": [1.0], "invoices": [{"amount": 2.5}], "unknown": {"deep": [{"x": float("nan")}]}}
    assert faults(**data) == {"amount", "title[0]", "invoices[0].amount", "unknown.deep[0].x"}


def test_only_money_is_told_how_money_is_written() -> None:
    unread = kernel_values(FORM, {"amount": 0.5, "pages": 2.0}, lambda sha256: True)[1]
    assert {error.field: "2800.00" in error.message.zh and "2800.00" in error.message.en for error in unread} == {
        "amount": True,
        "pages": False,
    }


def test_a_file_is_named_by_those_who_may_see_it() -> None:
    assert read(scan="0" * 64) == {"scan": "0" * 64}
    assert faults(seen=False, scan="0" * 64) == {"scan"}


def test_characters_that_no_store_holds_are_found_in_names_too() -> None:
    assert faults(title="a\x00b") == {"title"}
    assert faults(**{"\ud800": 1}) == {"?"}
    assert faults(invoices=[{"number": "\udfff"}]) == {"invoices[0].number"}


def test_what_is_not_of_these_forms_is_left_to_the_kernel() -> None:
    data = {"amount": True, "back_by": 5, "title": None, "invoices": "x", "scan": "not a hash", "other": [1, "2", {}]}
    assert read(**data) == data
