"""What a clerk types becomes kernel values: yuan to fen, the office's clock to UTC, lines to lists, ticks to people and votes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from lianfang.interchange import figures
from lianfang.kernel.model import Text
from lianfang.office.views import ActChoice, FormField, FormView, PersonView
from lianfang.web.case import parsing, typed

NONE = Text("", "")


def field(name: str, kind: str = "text", required: bool = False, **more: object) -> FormField:
    return FormField(name, kind, Text(name, name), required, **more)  # type: ignore[arg-type]


INVOICES = field(
    "invoices",
    "list",
    required=True,
    columns=(field("seller", "text", required=True), field("amount", "money", required=True), field("date", "date")),
)


def form(*fields: FormField, meeting: tuple[PersonView, ...] = (), kind: str = "task") -> FormView:
    acts = (ActChoice("do", Text("提交", "Submit"), forward=True),)
    return FormView("a/b", NONE, NONE, "c-1", "fill", NONE, kind, NONE, acts, fields, meeting)


def parsed(view: FormView, post: str, forward: bool = True) -> parsing.Parsed:
    return parsing.parse(view, typed.without_blank_rows(view, typed.from_post(view, QueryDict(post))), forward)


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("2800", 280_000),
        ("2,800", 280_000),
        ("2,800.5", 280_050),
        ("¥2,800.00", 280_000),
        ("２８００", 280_000),
        ("￥２，８００．０５", 280_005),
        (" 2 800 元", 280_000),
        ("0.01", 1),
        ("-3.10", -310),
        ("1,234,567.89", 123_456_789),
    ],
)
def test_money_is_read_as_people_write_it(written: str, fen: int) -> None:
    assert figures.money(written) == fen


@pytest.mark.parametrize("written", ["", "abc", "2.800,00", "28,00", "1.234", "1e3", "٣٤", "--1", "1.", "9" * 40, "二千八百"])
def test_money_that_may_mean_something_else_is_asked_again(written: str) -> None:
    with pytest.raises(figures.Unreadable) as told:
        figures.money(written)
    assert "2,800.00" in told.value.message.zh
    assert "2,800.00" in told.value.message.en


@given(st.integers(-(10**13), 10**13))
def test_every_fen_survives_being_written_and_read(fen: int) -> None:
    assert figures.money(typed.yuan(fen)) == fen


@given(st.datetimes())
def test_every_minute_survives_being_shown_and_read(at: object) -> None:
    moment = at.replace(second=0, microsecond=0)  # type: ignore[attr-defined]
    if 1 < moment.year < 9999:
        text = f"{moment.isoformat()}Z"
        assert figures.moment(typed.local(text)) == text


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_asked_again(text: str) -> None:
    for kind in ("money", "int", "date", "datetime"):
        try:
            parsing.value(kind, (text,))
        except figures.Unreadable as told:
            assert told.message.zh and told.message.en


def test_the_office_clock_is_eight_hours_ahead() -> None:
    assert figures.moment("2026-03-02T17:00") == "2026-03-02T09:00:00Z"
    assert figures.moment("2026-03-03T00:30") == "2026-03-02T16:30:00Z"
    assert typed.local("2026-03-02T16:30:00Z") == "2026-03-03T00:30"


def test_days_are_read_in_three_ways_and_must_exist() -> None:
    assert {figures.day(text) for text in ("2026-03-02", "2026/3/2", "2026年3月2日")} == {"2026-03-02"}
    with pytest.raises(figures.Unreadable):
        figures.day("2026-02-30")


def test_blank_optional_inputs_are_left_out() -> None:
    view = form(
        field("title"), field("copies", "int"), field("outing", "bool"), field("return_by", "datetime"), field("companions", "people")
    )
    assert parsed(view, "title=+&copies=&return_by=").data == {}
    assert parsed(view, "title=函&copies=２&outing=no&companions=a&companions=b").data == {
        "title": "函", "copies": 2, "outing": False, "companions": ["a", "b"],
    }  # fmt: skip


def test_emptying_what_is_on_record_is_not_done_behind_anybodys_back() -> None:
    view = form(field("title", value="旧"), field("companions", "people", value=["a"]), field("copies", "int", value=2))
    found = parsed(view, "title=&copies=")
    assert found.data == {"title": "", "companions": []}
    assert [error.field for error in found.errors] == ["copies"]


def test_lines_keep_their_order_and_blank_ones_are_not_lines() -> None:
    """Rows 1 and 3 were taken out in the browser; row 4 was never filled in."""
    post = (
        "invoices=0&invoices=2&invoices=4&invoices=7&invoices[0].seller=甲&invoices[0].amount=1,000"
        "&invoices[2].seller=乙&invoices[2].amount=2.50&invoices[2].date=2026-02-20&invoices[4].seller=+&invoices[7].seller=丙&invoices[7].amount=x"
    )
    found = parsed(form(INVOICES), post)
    assert found.data["invoices"][:2] == [{"seller": "甲", "amount": 100_000}, {"seller": "乙", "amount": 250, "date": "2026-02-20"}]
    assert [error.field for error in found.errors] == ["invoices[2].amount"]


def test_rows_are_added_and_removed_by_the_server_too() -> None:
    view = form(INVOICES)
    before = typed.from_post(view, QueryDict("invoices=0&invoices=1&invoices[0].seller=甲&invoices[1].seller=乙"))
    more = typed.with_row(view, before, "invoices")
    assert len(typed.rows(more, "invoices")) == 3
    less = typed.without_row(view, more, "invoices[0]")
    assert [typed.one(less, typed.cell("invoices", n, "seller")) for n in typed.rows(less, "invoices")] == ["乙", ""]
    for nonsense in ("invoices", "invoices[9]", "other[0]", ""):
        assert typed.rows(typed.without_row(view, before, nonsense), "invoices") == range(2)
    assert typed.with_row(view, before, "title") == before


def test_a_return_takes_nothing_but_its_reason() -> None:
    view = form(field("copies", "int"))
    found = parsed(view, "copies=x&opinion=请修改", forward=False)
    assert (found.data, found.errors) == ({"opinion": "请修改"}, ())


def test_a_secret_ballot_is_read_as_who_voted_and_how_many_of_each() -> None:
    view = replace(form(meeting=tuple(PersonView(name, Text(name, name), NONE) for name in ("a", "b", "c")), kind="meeting"), secret=True)
    post = "attendance=b&attendance=a&cast_by=b&cast_by=a&vote.a=for&counts.for=2&counts.against="
    wanted = {"attendance": ["a", "b"], "cast_by": ["a", "b"], "counts": {"for": 2, "against": 0, "abstain": 0}}
    assert parsed(view, post).data == wanted
    assert parsed(view, post + "x").data["counts"]["against"] == "x", "what is no count is for the kernel to tell"
    assert parsed(view, "attendance=a").data == {"attendance": ["a"]}


def test_a_meeting_is_read_member_by_member() -> None:
    members = tuple(PersonView(name, Text(name, name), NONE) for name in ("a", "b", "c", "d"))
    view = form(meeting=members, kind="meeting")
    found = parsed(view, "attendance=b&attendance=a&attendance=stranger&recused=d&vote.a=for&vote.b=against&vote.c=&opinion=会议同意")
    assert found.data == {
        "attendance": ["a", "b"],
        "votes": [{"person": "a", "vote": "for"}, {"person": "b", "vote": "against"}],
        "recused": ["d"],
        "opinion": "会议同意",
    }


def test_what_the_record_holds_reads_back_as_it_was() -> None:
    row = {"seller": "甲", "amount": 290_000, "date": "2026-02-20"}
    held = {
        "title": "函",
        "copies": 2,
        "amount": 1,
        "outing": True,
        "return_by": "2026-03-02T09:00:00Z",
        "companions": ["a"],
        "invoices": [row],
    }
    kinds = {"copies": "int", "amount": "money", "outing": "bool", "return_by": "datetime", "companions": "people"}
    fields = [replace(INVOICES, value=v) if n == "invoices" else field(n, kinds.get(n, "text"), value=v) for n, v in held.items()]
    assert parsing.parse(form(*fields), typed.from_record(fields), forward=True).data == held
