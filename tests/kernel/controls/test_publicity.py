"""publicity 公示: a name is published, five working days pass, what people say against it is answered; only then is it appointed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, explains, matter, office_calendar, source

from lianfang.catalogue.compile import compile_source, version_of
from lianfang.kernel.build import without
from lianfang.kernel.controls.publicity import KIND
from lianfang.kernel.decide import needs
from lianfang.kernel.entry import Rejudge, judge
from lianfang.kernel.model import Command, Refusal

APPOINT = """
calendar: true
record:
  candidate: {type: text, required: true}
  notice: {type: file, required: true}
  objections: {type: list, of: {who: text, what: text, answer: text}}
  paper: file
steps:
  nominate: {by: applicant, form: [candidate]}
  publish: {by: clerk, form: [candidate, notice]}
  hear: {by: keeper, form: [objections], MORE}
  agree: {kind: approval, by: head, form: [notice], returns_to: publish}
  appoint: {by: director, form: [notice, objections, paper]}
controls: [CONTROL]
"""
EXAMPLE = yaml.safe_load(KIND.example)
"""The control that the reference page shows."""
NOTICE, OTHER = "a" * 64, "b" * 64
FILES = {NOTICE: {"name": "公示.pdf"}, OTHER: {"name": "公示（改）.pdf"}}
TUESDAY = "2026-03-03T01:00:00Z"
"""Nine o'clock of 3 March in China: five working days end with Tuesday 10 March, which ends at 16:00 UTC."""
LAST, OVER = "2026-03-10T15:59:59Z", "2026-03-10T16:00:00Z"


def appoint(**more: Any) -> str:
    control = {key: value for key, value in {**EXAMPLE, **more}.items() if value is not None}
    written = yaml.safe_dump(control, default_flow_style=True, width=10_000, allow_unicode=True).strip()
    return APPOINT.replace("CONTROL", written).replace(", MORE", "")


def published(text: str = "", at: str = TUESDAY) -> PaperOffice:
    office = PaperOffice(text or appoint(), FILES)
    office.now = at
    assert office.does("ann", "nominate", candidate="Li") is None
    assert office.does("ben", "publish", candidate="Li", notice=NOTICE) is None
    return office


def heard(*objections: dict[str, str], text: str = "", at: str = TUESDAY) -> PaperOffice:
    office = published(text, at)
    assert office.does("kit", "hear", **({"objections": [*objections]} if objections else {})) is None
    assert office.does("hua", "agree") is None
    return office


def appointed(office: PaperOffice, at: str = OVER, **data: Any) -> Refusal | None:
    office.now = at
    return office.does("dora", "appoint", **data)


def test_after_five_working_days_with_nothing_against_it() -> None:
    office = heard()
    assert appointed(office) is None
    assert office.status() == "completed"


@pytest.mark.parametrize(("at", "missing"), [(TUESDAY, 5), ("2026-03-03T15:59:59Z", 5), ("2026-03-03T16:00:00Z", 5),
                                             ("2026-03-04T16:00:00Z", 4), ("2026-03-07T04:00:00Z", 2), (LAST, 1)])  # fmt: skip
def test_a_second_early_is_early_and_what_is_missing_is_told(at: str, missing: int) -> None:
    refusal = appointed(heard(), at)
    assert explains(refusal, "stood-five-days", "2026-03-03 09:00", "clerk", "2026-03-10", f"{missing} ")
    assert refusal is not None
    assert refusal.shown == {"published": TUESDAY, "by": "ben", "until": "2026-03-10", "at": at, "missing": missing}
    assert all("2026-03-11 00:00" in text for text in refusal.remedy)


@pytest.mark.parametrize(
    ("at", "period", "ends", "last"),
    [
        pytest.param("2026-09-30T01:00:00Z", "5wd", None, "2026-10-13", id="a holiday week and a make-up Saturday in between"),
        pytest.param("2026-02-13T01:00:00Z", "1wd", None, "2026-02-14", id="the make-up Saturday before Spring Festival"),
        pytest.param("2025-12-31T01:00:00Z", "1wd", None, "2026-01-04", id="across New Year, to a Sunday worked"),
        pytest.param("2026-04-30T15:59:59Z", "1wd", None, "2026-05-06", id="the last second of 30 April here"),
        pytest.param("2026-04-30T16:00:00Z", "1wd", None, "2026-05-06", id="the first second of May Day here"),
        pytest.param("2026-03-03T01:00:00Z", "7d", None, "2026-03-10", id="seven days"),
        pytest.param("2026-03-02T01:00:00Z", "5d", None, "2026-03-09", id="would end on a Saturday: ends on Monday"),
        pytest.param("2026-03-02T01:00:00Z", "5d", "any", "2026-03-07", id="ends on the Saturday where the matter says so"),
        pytest.param("2026-09-27T01:00:00Z", "5d", None, "2026-10-08", id="would end on a holiday"),
        pytest.param("2026-10-05T01:00:00Z", "5d", None, "2026-10-10", id="ends on a Saturday that is worked"),
    ],
)  # fmt: skip
def test_the_period_ends_at_the_midnight_of_its_last_day(at: str, period: str, ends: str | None, last: str) -> None:
    text = appoint(period=period, ends=ends)
    refusal = appointed(heard(text=text, at=at), f"{last}T15:59:59Z")
    assert refusal is not None
    assert refusal.shown["until"] == last
    assert refusal.shown["missing"] == 1
    assert appointed(heard(text=text, at=at), f"{last}T16:00:00Z") is None


@pytest.mark.parametrize("calendar", ["calendar: true", ""])
def test_where_the_holidays_are_not_known_it_refuses_and_says_so(calendar: str) -> None:
    """28 December and five working days reach into 2027; without a calendar at all no year is known."""
    year = 2027 if calendar else 2026
    office = heard(text=appoint().replace("calendar: true", calendar), at="2026-12-28T01:00:00Z")
    refusal = appointed(office, "2027-06-01T00:00:00Z")
    assert explains(refusal, "stood-five-days", year)
    assert refusal is not None
    assert refusal.shown["year"] == year
    assert all(str(year) in text for text in refusal.remedy)


def test_a_version_without_a_calendar_is_not_taken_to_be_worked_every_week() -> None:
    kept = {key: value for key, value in source(appoint()).items() if key != "calendar"}
    office = heard()
    office.cases["a"] = office.cases["a"]._replace(matter=compile_source(kept))
    office.matter = office.cases["a"].matter
    assert explains(appointed(office, "2026-06-01T00:00:00Z"), "stood-five-days", 2026)


def test_days_that_end_wherever_they_end_need_no_calendar() -> None:
    text = appoint(period="5d", ends="any").replace("calendar: true", "")
    assert appointed(heard(text=text), "2026-03-08T16:00:00Z") is None


def test_what_was_never_published_is_not_acted_on() -> None:
    office = PaperOffice(appoint(), FILES)
    office.does("ann", "nominate", candidate="Li")
    assert explains(appointed(office, notice=NOTICE), "stood-five-days", "publish", "appoint")


def test_publishing_carries_what_it_publishes() -> None:
    office = PaperOffice(appoint(), FILES)
    office.does("ann", "nominate", candidate="Li")
    refusal = office.does("ben", "publish", notice=NOTICE)
    assert explains(refusal, "stood-five-days", "candidate")
    assert refusal is not None
    assert refusal.shown == {"missing": ["candidate"]}


def test_what_is_acted_on_is_the_very_file_that_was_published() -> None:
    refusal = appointed(heard(), notice=OTHER)
    assert explains(refusal, "stood-five-days", "a" * 12, "b" * 12, "2026-03-03 09:00")
    assert refusal is not None
    assert refusal.shown["field"] == "notice"
    assert appointed(heard(), notice=NOTICE) is None
    office = published()
    office.does("kit", "hear")
    office.does("hua", "agree", notice=OTHER)
    assert explains(appointed(office), "stood-five-days", "b" * 12), "changed on the way"


def test_published_again_after_a_change_it_stands_anew() -> None:
    office = published()
    office.does("kit", "hear")
    office.now = "2026-03-10T01:00:00Z"
    assert office.does("hua", "agree", act="return", opinion="姓名有误") is None
    assert explains(appointed(office, "2026-06-01T00:00:00Z"), "stood-five-days", "publish"), "returned: not published any more"
    office.now = "2026-03-11T01:00:00Z"
    assert office.does("ben", "publish", candidate="Li Ming", notice=OTHER) is None
    office.does("kit", "hear")
    office.does("hua", "agree")
    refusal = appointed(office)
    assert explains(refusal, "stood-five-days", "2026-03-11 09:00", "2026-03-18")
    assert appointed(office, "2026-03-18T15:59:59Z") is not None
    assert appointed(office, "2026-03-18T16:00:00Z") is None


def test_of_two_publications_the_later_counts() -> None:
    """The same file put up once more, without any return, in a flow that allows it."""
    text = appoint().replace("steps:", "flow: [nominate, agree, {repeat: {acts: [publish, hear], until: appoint}}]\nsteps:")
    office = PaperOffice(text.replace("returns_to: publish", "returns_to: nominate").replace("form: [notice], ", ""), FILES)
    office.now = TUESDAY
    office.does("ann", "nominate", candidate="Li")
    assert office.does("hua", "agree") is None
    for moment in (TUESDAY, "2026-03-10T01:00:00Z"):
        office.now = moment
        assert office.does("ben", "publish", candidate="Li", notice=NOTICE) is None
        assert office.does("kit", "hear", objections=[]) is None
    assert explains(appointed(office, notice=NOTICE), "stood-five-days", "2026-03-10 09:00", "2026-03-17")
    assert appointed(office, "2026-03-17T16:00:00Z", notice=NOTICE) is None


ONE = {"who": "Wang", "what": "未满任职年限"}
TWO = {"who": "Zhao", "what": "学历存疑"}


def test_an_objection_is_answered_before_anything_is_done() -> None:
    office = heard({**ONE, "answer": "已核实，年限已满"}, TWO)
    refusal = appointed(office)
    assert explains(refusal, "stood-five-days", "2", "Zhao")
    assert refusal is not None
    assert refusal.shown == {"objections": 2, "unanswered": [2]}
    answered = [{**ONE, "answer": "已核实，年限已满"}, {**TWO, "answer": "学历已认证"}]
    assert appointed(office, objections=answered) is None


@pytest.mark.parametrize("answer", ["", " ", "—", "。。"])
def test_a_dash_is_no_answer(answer: str) -> None:
    assert explains(appointed(heard({**ONE, "answer": answer})), "stood-five-days", "Wang")


def test_an_answer_may_be_mended_and_more_objections_may_come() -> None:
    mended = [{**ONE, "answer": "已核实，年限已满三年"}, {**TWO, "answer": "学历已认证"}]
    assert appointed(heard({**ONE, "answer": "已核实"}), objections=mended) is None


@pytest.mark.parametrize("now", [[], [TWO], [{**ONE, "who": "Wan"}, TWO], [TWO, ONE]])
def test_an_objection_on_record_can_be_answered_but_not_made_to_go_away(now: list[dict[str, str]]) -> None:
    answered = [{**row, "answer": "已答复"} for row in now]
    refusal = appointed(heard(ONE, TWO), objections=answered)
    assert refusal is not None
    assert explains(refusal, "stood-five-days", refusal.shown["lost"][0])


def test_nor_by_returning_the_case_and_recording_it_again() -> None:
    office = published(appoint().replace("returns_to: publish", "returns_to: hear"))
    office.does("kit", "hear", objections=[ONE])
    office.does("hua", "agree", act="return", opinion="请答复异议")
    assert explains(office.does("kit", "hear", objections=[]), "stood-five-days", 1)
    assert office.does("kit", "hear", objections=[{**ONE, "answer": "已答复"}, TWO]) is None


def test_nothing_on_record_means_none_only_where_somebody_looked() -> None:
    text = appoint().replace("steps:", "flow: [nominate, publish, agree, {parallel: [hear, appoint]}]\nsteps:")
    office = published(text)
    office.does("hua", "agree")
    refusal = appointed(office)
    assert explains(refusal, "stood-five-days", "hear", "2026-03-03 09:00")
    office.does("kit", "hear")
    assert appointed(office) is None


def test_where_the_matter_says_so_objections_are_closed_only_after_the_period() -> None:
    office = published(appoint(at=["hear", "appoint"]))
    assert explains(office.does("kit", "hear"), "stood-five-days", "5 ")
    office.now = OVER
    assert office.does("kit", "hear") is None


def test_without_it_a_name_is_appointed_on_the_first_day() -> None:
    early = heard(ONE)
    assert explains(appointed(early, TUESDAY), "stood-five-days")
    office = heard(ONE)
    office.matter = without(office.matter, "stood-five-days")
    assert appointed(office, TUESDAY, notice=OTHER) is None


def test_a_judge_that_errs_refuses() -> None:
    office = heard()
    plans = dict(office.matter.plan.steps)
    plans["appoint"] = replace(plans["appoint"], judges=(("stood-five-days", lambda *args: 1 // 0),))  # type: ignore[arg-type,return-value]
    office.matter = replace(office.matter, plan=replace(office.matter.plan, steps=plans))
    refusal = appointed(office)
    assert explains(refusal, "stood-five-days")
    assert refusal is not None
    assert refusal.shown == {"error": "ZeroDivisionError"}
    assert office.cases["a"].waiting == ("appoint",)


def test_a_record_that_lost_what_was_published_refuses() -> None:
    office = heard()
    case = office.cases["a"]
    office.cases["a"] = case._replace(values={name: value for name, value in case.values.items() if name != "candidate"})
    assert explains(appointed(office), "stood-five-days", "candidate")


def test_an_auditor_with_the_source_alone_counts_the_same_days() -> None:
    """Judged again from the stored source; with a make-up Saturday taken out of it, the verdict comes out differently."""
    kept = json.loads(json.dumps(source(appoint())))
    made = compile_source(kept)
    log, case = [], made.new_case("a")
    for who, post, step, act, data, at in (
        ("ann", "", "nominate", "do", {"candidate": "Li"}, "2026-09-30T01:00:00Z"),
        ("ben", "bureau/clerk", "publish", "do", {"candidate": "Li", "notice": NOTICE}, "2026-09-30T01:00:00Z"),
        ("kit", "bureau/keeper", "hear", "do", {}, "2026-10-08T01:00:00Z"),
        ("hua", "bureau/head", "agree", "approve", {}, "2026-10-08T01:00:00Z"),
        ("dora", "bureau/director", "appoint", "do", {}, "2026-10-13T15:59:59Z"),
        ("dora", "bureau/director", "appoint", "do", {}, "2026-10-13T16:00:00Z"),
    ):
        command = Command("a" if case.n else "", step, act, data, who, post, at, at)
        facts: dict[str, Any] = {}
        for need in needs(made, case, command):
            facts[":".join(need)] = [post] if post else ["bureau/clerk"]
        judged = judge(made, case, command, facts)
        log.append(json.loads(json.dumps({**judged.entry, "case": judged.case.id})))
        case = judged.case
    assert [("refusal" in entry["verdict"]) for entry in log] == [False, False, False, False, True, False]
    assert list(Rejudge({made.version: made}.__getitem__).faults(enumerate(log))) == []
    kept["calendar"]["2026"]["work"].remove("2026-10-10")
    other = compile_source(kept)
    assert version_of(kept) != made.version
    found = list(Rejudge({made.version: replace(other, version=made.version)}.__getitem__).faults(enumerate(log)))
    assert [leaf for leaf, _ in found] == [4, 5]


@given(st.dates(date(2025, 1, 2), date(2026, 10, 20)), st.integers(0, 86_399), st.integers(1, 12), st.booleans(), st.integers(0, 40))
def test_allowed_means_that_as_many_days_have_wholly_passed(day: date, second: int, amount: int, working: bool, later: int) -> None:
    """Counted day by day: those after the day of publication here that are over by now."""
    calendar, now = office_calendar(), day + timedelta(days=later)
    # The office's clock is eight hours ahead: the same second of its day, said in UTC.
    shift, local = (-1, second + 16 * 3600) if second < 8 * 3600 else (0, second - 8 * 3600)
    clock = f"T{local // 3600:02d}:{local // 60 % 60:02d}:{local % 60:02d}Z"
    office = heard(text=appoint(period=f"{amount}{'wd' if working else 'd'}", ends="any"), at=f"{day + timedelta(days=shift)}{clock}")
    over = [day + timedelta(days=n) for n in range(1, later)]
    counted = sum(map(calendar.is_workday, over)) if working else len(over)
    refusal = appointed(office, f"{now + timedelta(days=shift)}{clock}")
    assert (refusal is None) == (counted >= amount)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"period": "4h"}, "the period is a day or more"),
        ({"period": "0wd"}, "the period is a day or more"),
        ({"file": "candidate"}, "'candidate' is not a file"),
        ({"file": "paper"}, "the step 'publish' does not carry 'paper'"),
        ({"covers": ["paper"]}, "the step 'publish' does not carry 'paper'"),
        ({"at": ["publish"]}, "'publish' can't be a step after itself"),
        ({"received": ["agree"]}, "the step 'agree' does not carry 'objections'"),
        ({"received": ["appoint"]}, "the step 'hear' sets the objections too"),
        ({"answer": "reply"}, "no column 'reply'"),
        ({"objections": "candidate"}, "no list field 'candidate'"),
        ({"ends": "never"}, "no choice 'never'"),
    ],
)
def test_what_does_not_fit_together_is_told_when_it_is_written(more: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        matter(appoint(**more))
