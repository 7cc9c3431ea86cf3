"""A form as the browser gets it: an input for every type of field, what was typed in it, and what is wrong beside it."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from lianfang.kernel.model import FieldError, Text
from lianfang.office.views import ActChoice, FileView, FormField, FormView, Option, PersonView
from lianfang.web.case.inputs import build
from lianfang.web.case.typed import from_post

NONE = Text("", "")
SHA = "ab" * 32
SCAN = FileView(SHA, "凭证.pdf", 10, "application/pdf", 3, 1)
STAFF = (Option("a", Text("甲", "A"), Text("一科", "Section 1")), Option("b", Text("乙", "B"), Text("二科", "Section 2")))
LINE = (
    FormField("number", "text", Text("号码", "Number"), required=True),
    FormField("amount", "money", Text("金额", "Amount"), required=True),
)
FIELDS = (
    FormField("title", "text", Text("事由", "Title"), required=True, help=Text("写明用途", "Say what for"), value="<旧>", max=120),
    FormField("purpose", "longtext", Text("说明", "Details"), required=False, value="第一行\n第二行"),
    FormField("copies", "int", Text("份数", "Copies"), required=True, value=2),
    FormField("amount", "money", Text("数额", "Sum"), required=True, value=280_005),
    FormField("outing", "bool", Text("外出", "Outing"), required=False, value=True),
    FormField("day", "date", Text("日期", "Day"), required=False, value="2026-02-20"),
    FormField("back", "datetime", Text("交还", "Back"), required=False, value="2026-03-02T09:00:00Z"),
    FormField("scan", "file", Text("扫描件", "Scan"), required=True, value=SHA, file=SCAN),
    FormField("kind", "choice", Text("用途", "Kind"), required=False, value="b", options=STAFF),
    FormField("seal", "entry", Text("印章", "Seal"), required=False, value="a", options=STAFF),
    FormField("bearer", "person", Text("携章人", "Bearer"), required=False, value="b", options=STAFF),
    FormField("companions", "people", Text("同行", "Companions"), required=False, value=["a", "b"], options=STAFF),
    FormField("lines", "list", Text("明细", "Lines"), required=True, value=[{"number": "1", "amount": 100}, {"number": "2"}], columns=LINE),
)
DO = (ActChoice("do", Text("提交", "Submit"), forward=True),)
DECIDE = (ActChoice("approve", Text("同意", "Approve"), forward=True), ActChoice("return", Text("退回修改", "Return"), forward=False))


def form(*fields: FormField, kind: str = "task", acts: tuple[ActChoice, ...] = DO, meeting: tuple[PersonView, ...] = ()) -> FormView:
    return FormView("u/m", Text("事项", "Matter"), NONE, "c-1", "fill", Text("填写", "Fill"), kind, NONE, acts, fields, meeting, 7)


class Page(HTMLParser):
    """The elements of a page, those of ``<template>`` apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict[str, Any]]] = []
        self.spare: list[tuple[str, dict[str, Any]]] = []
        self._into = self.elements
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._into = self.spare if tag == "template" else self._into
        self._into.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self._into = self.elements if tag == "template" else self._into

    def named(self, name: str, **more: str) -> list[dict[str, Any]]:
        wanted = {"name": name, **more}
        return [a for _, a in self.elements if all(a.get(key) == value for key, value in wanted.items())]


def page(view: FormView, **more: Any) -> Page:
    return Page(render_to_string("web/case/form.html", {"form": build(view, **more)}, RequestFactory().get("/")))


def test_every_type_of_field_shows_what_the_record_holds() -> None:
    shown = page(form(*FIELDS))
    for name, text in {"title": "<旧>", "copies": "2", "amount": "2800.05", "day": "2026-02-20", "back": "2026-03-02T17:00"}.items():
        assert [a["value"] for a in shown.named(name)] == [text]
    assert "第一行\n第二行</textarea>" in shown.html
    assert "&lt;旧&gt;" in shown.html and "<旧>" not in shown.html
    assert ["checked" in a for a in shown.named("outing")] == [True, False]
    assert [a["value"] for a in shown.named("scan", type="hidden")] == [SHA]
    assert all(words in shown.html for words in (f"SHA-256 {SHA}", "凭证.pdf", "3 页", "空白 1 页"))
    chosen = [a["value"] for tag, a in shown.elements if tag == "option" and "selected" in a]
    assert chosen == ["b", "a", "b"]
    assert "一科" in shown.html
    assert [(a["value"], "checked" in a) for a in shown.named("companions")] == [("a", True), ("b", True)]
    assert [a["value"] for a in shown.named("lines")] == ["0", "1"]
    assert [shown.named(f"lines[{n}].amount")[0]["value"] for n in (0, 1)] == ["1.00", ""]
    assert [a["value"] for a in shown.named("as-seen")] == ["7"]
    assert [a["value"] for a in shown.named("act")] == ["do", "do"]  # the enter key's and the one that shows


@pytest.mark.parametrize(("value", "opened"), [(["a"], False), (["a", "b"], True)])
def test_people_of_other_units_stand_folded_behind_those_of_the_own(value: list[str], opened: bool) -> None:
    far = (STAFF[0], replace(STAFF[1], far=True))
    one, many = (
        FormField(kind, kind, Text("谁", "Who"), required=False, value=of, options=far) for kind, of in (("person", "b"), ("people", value))
    )
    shown = page(form(one, many))
    assert ["open" in a for tag, a in shown.elements if tag == "details"] == [opened]
    assert [(a["value"], "checked" in a) for a in shown.named("people")] == [("a", True), ("b", opened)]
    assert shown.html.index("其他单位的人员") < shown.html.index('<option value="b" selected>')


def test_a_list_works_with_and_without_a_script() -> None:
    """A blank row lies ready for the script; without one the same buttons submit."""
    shown = page(form(*FIELDS))
    assert [a["type"] for a in shown.named("add-line", value="lines")] == ["submit"]
    assert [a["value"] for a in shown.named("remove-line")] == ["lines[0]", "lines[1]"]
    spare = {a["name"] for _, a in shown.spare if "name" in a}
    assert spare == {"lines", "lines[__row__].number", "lines[__row__].amount", "remove-line"}
    assert [a["value"] for a in page(form(FormField("lines", "list", NONE, required=True, columns=LINE))).named("lines")] == ["0"]


def test_what_is_wrong_is_said_at_the_field_and_on_top() -> None:
    view = form(*FIELDS)
    post = QueryDict("title=&copies=二&amount=12.345&outing=no&companions=b&lines=4&lines[4].number=77&lines[4].amount=x&opinion=好")
    errors = [
        FieldError("copies", Text("请填写整数", "a whole number")),
        FieldError("lines[0].amount", Text("请填写金额", "an amount")),
        FieldError("lines[9].amount", Text("多了", "too many")),
        FieldError("act", Text("没有动作", "no such act")),
    ]
    shown = page(view, typed=from_post(view, post), errors=errors)
    copies = shown.named("copies")[0]
    assert copies["value"] == "二" and copies["aria-invalid"] == "true"
    assert copies["aria-describedby"] == "fill-copies-error"
    assert any(a.get("id") == "fill-copies-error" and a.get("role") == "alert" for _, a in shown.elements)
    assert shown.named("lines[0].amount")[0]["value"] == "x"
    assert shown.named("amount")[0]["value"] == "12.345"
    assert ["checked" in a for a in shown.named("outing")] == [False, True]
    links = [a["href"] for tag, a in shown.elements if tag == "a" and a["href"].startswith("#")]
    ids = {a["id"] for _, a in shown.elements if "id" in a}
    assert links == ["#fill-copies", "#fill-lines-0-amount", "#fill-lines"]
    assert {link[1:] for link in links} <= ids
    assert all(words in shown.html for words in ("第 1 行 金额", "没有动作"))


def test_approvals_ask_for_an_opinion_and_enter_never_approves() -> None:
    shown = page(form(kind="approval", acts=DECIDE))
    assert [a["value"] for a in shown.named("act")] == ["approve", "return"]
    assert shown.named("opinion")
    assert "退回或不同意须写明理由" in shown.html
    assert not page(form()).named("opinion")


def test_a_secret_ballot_asks_who_voted_and_for_counts_and_never_who_voted_what() -> None:
    members = tuple(PersonView(name, Text(name, name), NONE, (Text("主任", "Director"),)) for name in ("a", "b"))
    view = replace(form(kind="meeting", acts=(ActChoice("resolve", NONE, forward=True),), meeting=members), secret=True)
    shown = page(view, typed=from_post(view, QueryDict("attendance=a&cast_by=a&counts.for=3")))
    assert [(a["value"], "checked" in a) for a in shown.named("cast_by")] == [("a", True), ("b", False)]
    assert [shown.named(f"counts.{how}")[0]["value"] for how in ("for", "against", "abstain")] == ["3", "", ""]
    assert not [*shown.named("vote.a"), *shown.named("vote.b")]
    assert form(kind="meeting").secret is False


def test_a_meeting_shows_every_member_as_typed() -> None:
    members = tuple(PersonView(name, Text(name, name), NONE, (Text("主任", "Director"),)) for name in ("a", "b"))
    view = form(kind="meeting", acts=(ActChoice("resolve", NONE, forward=True),), meeting=members)
    shown = page(view, typed=from_post(view, QueryDict("attendance=a&recused=b&vote.a=against")))
    assert [(a["value"], "checked" in a) for a in shown.named("attendance")] == [("a", True), ("b", False)]
    assert [(a["value"], "checked" in a) for a in shown.named("recused")] == [("a", False), ("b", True)]
    assert [a["value"] for a in shown.named("vote.a") if "checked" in a] == ["against"]
    assert [a["value"] for a in shown.named("vote.b") if "checked" in a] == [""]


def test_two_forms_never_share_a_key() -> None:
    assert build(form()).key != build(form()).key


@pytest.mark.parametrize("kind", ["task", "approval"])
def test_the_english_form_is_wholly_english(kind: str) -> None:
    with translation.override("en"):
        html = page(form(*FIELDS[2:7], *FIELDS[8:], kind=kind, acts=DECIDE)).html
    assert not [letter for letter in html.replace(">中文<", "") if "一" <= letter <= "鿿"], "but for the switch"
