"""reconcile 对账: payments and bank lines come to four groups, and each difference says what stands on either side."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, matter

from lianfang.kernel.controls.reconcile import Compared, Difference, compare, findings
from lianfang.kernel.ledger import Standing
from lianfang.kernel.schedule import Duration

RULE = """
params: {rounding: 5}
ledgers:
  paid: {fields: {payee: text, amount: money, reference: text, moment: datetime}}
  lines: {fields: {reference: text, day: date, payee: text, amount: money, currency: text}}
record: {payee: text, amount: money, reference: text}
steps:
  pay:
    by: cashier
    form: [payee, amount, reference]
    writes: [{ledger: paid, key: case_id, data: {payee: payee, amount: amount, reference: reference, moment: at}}]
  file: {by: clerk}
controls:
  - id: agrees
    kind: reconcile
    ledger: paid
    with: lines
    key: norm(entry.reference)
    with_key: norm(entry.reference)
    moment: entry.moment
    with_moment: entry.day
    amount: entry.amount
    with_amount: -entry.amount
    that: norm(entry.payee) == norm(other.payee) && norm(other.currency) == "CNY"
    every: month
    grace: 5d
    by: head
    within: 10d
    false_alarms: {zh: 无, en: none}
    MORE: x
"""
PLAIN = RULE.replace("    MORE: x\n", "")
NOW = "2026-03-20T01:00:00Z"
LATER = "2026-05-20T01:00:00Z"


def rule(**more: Any) -> str:
    return RULE.replace("MORE: x", "\n    ".join(f"{name}: {str(value).lower()}" for name, value in more.items()))


def paid(key: str = "a", reference: str = "B1", amount: int = 2800, moment: str = "2026-03-10T01:00:00Z", payee: str = "Bao") -> Standing:
    return Standing(key, f"case-{key}", {"payee": payee, "amount": amount, "reference": reference, "moment": moment})


def line(key: str = "1", reference: str = "B1", amount: int = -2800, day: str = "2026-03-10", **more: str) -> Standing:
    return Standing(key, "", {"reference": reference, "day": day, "payee": "Bao", "amount": amount, "currency": "CNY", **more})


def groups(here: list[Standing], there: list[Standing], now: str = NOW, text: str = PLAIN) -> Compared:
    one = matter(text)
    return compare(one.controls[0], one, here, there, now)


def only(compared: Compared) -> Difference:
    (one,) = compared.differences
    return one


def says(one: Difference, *values: str) -> None:
    """Both sides' values, who clears it and by when, in both languages."""
    for text in one.why:
        missing = [value for value in (*values, "head", "10") if value not in text]
        assert not missing, (missing, text)


def test_the_four_groups() -> None:
    here = [paid("a", "B1"), paid("b", "B2"), paid("c", "B3")]
    there = [line("1", "B1"), line("2", "B2", -2900), line("4", "B4")]
    found = groups(here, there, LATER)
    assert found.agree == ("B1",)
    assert [[one.about for one in group] for group in (found.differ, found.only_here, found.only_there)] == [["B2"], ["B3"], ["B4"]]
    assert [finding.cases for finding in findings(found)] == [("case-b",), ("case-c",), ()]
    assert len({finding.about for finding in findings(found)}) == 3


def test_a_difference_stands_on_the_cases_of_either_side() -> None:
    """Two ledgers of the office, each written by cases: what is missing here is missed by the case there."""
    there = [
        paid("d", "B1", -2800, "2026-03-11T01:00:00Z")._replace(data=line("d", "B1", -2900).data),
        paid("e")._replace(data=line("4", "B4").data),
    ]
    found = groups([paid("a", "B1")], there, LATER)
    assert [finding.cases for finding in findings(found)] == [("case-a", "case-d"), ("case-e",)]


def test_an_amount_that_differs_is_told_with_both_and_the_gap() -> None:
    says(only(groups([paid()], [line(amount=-3800)])), "¥28.00", "¥38.00", "¥10.00", "¥0.00", "case-a", "2026-03-10 09:00")


def test_a_choice_is_told_in_words_and_what_may_be_an_id_in_marks() -> None:
    text = PLAIN.replace("lines: {fields: {", "lines: {fields: {way: {type: choice, choices: [cash]}, ")
    zh, en = only(groups([paid(payee="hua")], [line(amount=-3800, way="cash")], text=text)).why
    assert "〔way〕 〔cash〕" in zh and "way cash" in en, "by the words of the ledger's own list"
    assert "〔payee〕 “hua”" in zh and "payee “hua”" in en
    assert "〔day〕 2026-03-10" in zh and "day 2026-03-10" in en


@pytest.mark.parametrize(("amount", "agrees"), [(-2795, True), (-2794, False), (-2805, True), (-2806, False)])
def test_the_tolerance_to_the_fen(amount: int, agrees: bool) -> None:
    assert bool(groups([paid()], [line(amount=amount)], text=rule(tolerance=5)).agree) == agrees


def test_the_sign_is_part_of_the_amount() -> None:
    """Money that came back in is no payment of the same amount."""
    says(only(groups([paid()], [line(amount=2800)])), "¥28.00", "-¥28.00", "¥56.00")


def test_another_currency_and_another_payee_are_told() -> None:
    says(only(groups([paid()], [line(currency="USD")])), "USD")
    says(only(groups([paid()], [line(payee="Mo")])), "Bao", "Mo")
    assert groups([paid(payee="Ｂ ao")], [line(payee="bao.")]).agree == ("B1",), "what only looks different is the same"


def test_across_midnight_and_across_months_is_the_same_payment() -> None:
    """Paid on 31 March at 23:50 in China, booked on 1 April: it agrees, and is no difference of either month."""
    late = paid(moment="2026-03-31T15:50:00Z")
    assert groups([late], [line(day="2026-04-01")], LATER).agree == ("B1",)


@pytest.mark.parametrize(
    ("moment", "now", "told"),
    [
        ("2026-03-31T15:59:59Z", "2026-04-05T15:59:59Z", False),  # March ends at 16:00 UTC; five days later it is told
        ("2026-03-31T15:59:59Z", "2026-04-05T16:00:00Z", True),
        ("2026-03-31T16:00:00Z", "2026-04-05T16:00:00Z", False),  # a second later it is April's
        ("2026-03-31T16:00:00Z", "2026-05-05T15:59:59Z", False),
        ("2026-03-31T16:00:00Z", "2026-05-05T16:00:00Z", True),
    ],
)
def test_what_stands_on_one_side_is_told_when_its_period_and_the_grace_are_over(moment: str, now: str, told: bool) -> None:
    found = groups([paid(moment=moment)], [], now)
    assert (len(found.only_here), found.waiting) == ((1, ()) if told else (0, ("B1",)))


@pytest.mark.parametrize(("day", "told"), [("2026-03-31", True), ("2026-04-01", False)])
def test_a_day_belongs_to_its_own_month_here(day: str, told: bool) -> None:
    found = groups([], [line(day=day)], "2026-04-05T16:00:00Z")
    assert bool(found.only_there) == told
    if told:
        says(only(found), "B1", "¥28.00", day, "Bao", "2026-04-06 00:00")


def test_working_days_of_a_year_that_nobody_entered_are_told_as_guessed() -> None:
    text = "calendar: true\n" + PLAIN.replace("grace: 5d", "grace: 5wd")
    known, guessed = paid(moment="2026-03-10T01:00:00Z"), paid(moment="2027-03-10T01:00:00Z")
    assert "2027" not in only(groups([known], [], LATER, text)).why.zh
    told = only(groups([guessed], [], "2027-05-20T01:00:00Z", text)).why
    assert "尚无 2027 年放假安排" in told.zh
    assert "the holidays of 2027 are not known" in told.en


@pytest.mark.parametrize("here", [1, 2])
def test_a_key_that_stands_twice_is_told_and_not_joined(here: int) -> None:
    ours = [paid(key, amount=1400) for key in "ab"[:here]]
    theirs = [line("1", amount=-1400), line("2", amount=-1400)][: 3 - here]
    found = groups(ours, theirs)
    assert found.agree == ()
    says(only(found), "B1", "1 ", "2 ", *(f"case-{key}" for key in "ab"[:here]))


def test_a_batch_is_one_line_of_theirs_for_several_of_ours() -> None:
    ours = [paid("a", amount=1400), paid("b", amount=1400)]
    assert groups(ours, [line()], text=rule(batch=True)).agree == ("B1",)
    says(only(groups(ours, [line(amount=-2900)], text=rule(batch=True))), "¥28.00", "¥29.00", "2 ", "case-a", "case-b")
    assert len(groups(ours, [line("1"), line("2")], text=rule(batch=True)).differ) == 1, "two of theirs are still two"
    other = [ours[0], paid("b", amount=1400, payee="Mo")]
    assert len(groups(other, [line()], text=rule(batch=True)).differ) == 1, "each of them must fit"


@pytest.mark.parametrize("broken", [{"reference": ""}, {"reference": "—"}, {"amount": None}, {"day": "soon"}])
def test_a_line_that_can_not_be_read_is_told_at_once_and_agrees_with_nothing(broken: dict[str, Any]) -> None:
    bad = line()._replace(data={**line().data, **broken})
    found = groups([paid(reference="—")], [bad])
    assert [one.about for one in found.only_there] == ["lines/1"]
    assert [one.about for one in found.only_here] == ["paid/a"], "no reference is no key that two could share"


@pytest.mark.parametrize("nothing", ["", "—", "\u3000"])
def test_what_says_nothing_is_no_key_whatever_the_key_is_made_of(nothing: str) -> None:
    text = PLAIN.replace("norm(entry.reference)", "entry.reference")
    found = groups([paid(reference=nothing)], [line(reference=nothing)], text=text)
    assert (found.agree, len(found.only_here), len(found.only_there)) == ((), 1, 1)


def test_what_the_condition_can_not_read_does_not_agree() -> None:
    bare = line()._replace(data={name: value for name, value in line().data.items() if name != "currency"})
    assert len(groups([paid()], [bare]).differ) == 1


def test_only_what_counts_is_compared() -> None:
    text = rule(with_when="entry.amount < -entry.amount")
    assert groups([], [line(amount=500)], LATER, text) == Compared((), (), (), (), ())
    assert len(groups([], [line(amount=-500)], LATER, text).only_there) == 1


def test_an_act_a_fact_and_time_raise_the_alarm_and_a_returned_case_has_none() -> None:
    office = PaperOffice(PLAIN)
    office.does("cai", "pay", payee="Bao", amount=2800, reference="B1")
    office.wait(Duration(34, "d"))
    assert office.alarms == set()
    office.wait(Duration(1, "d"))
    assert [(alarm.control, alarm.where) for alarm in office.alarms] == [("agrees", ("a",))]
    other = PaperOffice(PLAIN)
    other.tell("lines", line(amount=-2900).data)
    assert other.alarms == set()
    other.does("cai", "pay", payee="Bao", amount=2800, reference="B1")
    assert [alarm.where for alarm in other.alarms] == [("a",)]


KEYS = st.sampled_from(["B1", "B2", "B3", "—"])
OURS = st.lists(st.tuples(KEYS, st.integers(1, 3)), max_size=5)


@given(OURS, OURS)
def test_every_entry_is_in_one_group(ours: list[tuple[str, int]], theirs: list[tuple[str, int]]) -> None:
    """None is lost and none stands twice; what agrees is one of each, of the same amount; to swap the sides swaps the groups."""
    here = [paid(f"h{i}", key, amount) for i, (key, amount) in enumerate(ours)]
    there = [line(f"t{i}", key, -amount) for i, (key, amount) in enumerate(theirs)]
    found = groups(here, there, LATER)
    told = [(entry.case, entry.key) for one in found.differences for entry in (*one.here, *one.there)]
    assert len(told) == len(set(told))
    left = {(e.case, e.key): e.data for e in (*here, *there) if (e.case, e.key) not in told}
    assert sorted(data["reference"] for data in left.values()) == sorted([*found.agree, *found.agree])
    assert all(sum(data["amount"] for data in left.values() if data["reference"] == key) == 0 for key in found.agree)
    assert found.waiting == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    with_amount: -entry.amount\n", "", "amount and with_amount belong together"),
        ("moment: entry.moment", "moment: entry.payee", "moment should be date or datetime, not text"),
        ("key: norm(entry.reference)\n    with_key", "key: entry.amount\n    with_key", "key should be text or int, not money"),
        ("amount: entry.amount\n", "amount: entry.payee\n", "amount should be money or int, not text"),
        ("key: norm(entry.reference)\n    with_key", "key: norm(reference)\n    with_key", "no field or parameter 'reference'"),
        ("norm(other.payee)", "norm(other.name)", "no column 'name'"),
    ],
)  # fmt: skip
def test_parameters_that_do_not_fit_are_told(old: str, new: str, told: str) -> None:
    assert old in PLAIN
    with pytest.raises(ValueError, match=told):
        matter(PLAIN.replace(old, new))


def test_a_ledger_is_not_compared_with_itself() -> None:
    with pytest.raises(ValueError, match="two ledgers"):
        matter(PLAIN.replace("ledger: paid\n    with:", "ledger: lines\n    with:").replace("entry.moment", "entry.day"))


def test_a_tolerance_is_a_figure_of_the_matter() -> None:
    assert matter(rule(tolerance="rounding")).controls[0].params["tolerance"] == 5
    for value in (-1, "much"):
        with pytest.raises(ValueError, match=r"tolerance|whole number"):
            matter(rule(tolerance=value))


def test_a_condition_that_does_not_hold_is_a_difference_whatever_it_is_written_like() -> None:
    """Which columns to tell of is read from its text; whether it holds is not."""
    spaced = PLAIN.replace(
        "norm(entry.payee) == norm(other.payee) && norm(other.currency)",
        "norm(entry .payee) == norm(other .payee) && norm(other .currency)",
    )
    assert spaced != PLAIN
    one = only(groups([paid(payee="Lin")], [line()], text=spaced))
    assert "entry .payee" in one.why.zh and "entry .payee" in one.why.en
