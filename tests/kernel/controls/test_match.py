"""match 一致: what is stamped is what was approved, and money goes where its budget line says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, explains, matter

from lianfang.kernel.wording import plural, value_text

SPEND = """
ledgers:
  budget:
    fields: {purpose: text, most: money}
    entries: {office-2026: {purpose: office, most: 300000}, bare-2026: {purpose: office}}
record:
  line: text
  purpose: {type: choice, choices: [office, training]}
  amount: {type: money, required: true}
  bills: {type: list, of: {amount: money}}
  back_by: datetime
steps: {spend: {by: applicant, form: [line, purpose, amount, bills, back_by]}}
controls: [CONTROL]
"""
SUM = SPEND.replace("CONTROL", '{id: sum, kind: match, at: spend, that: "sum(bills.map(b, b.amount)) == amount"}')
LINE = SPEND.replace("CONTROL", '{id: line, kind: match, at: spend, ledger: budget, key: line, that: "entry.purpose == purpose"}')
MOST = SPEND.replace("CONTROL", '{id: most, kind: match, at: spend, ledger: budget, key: line, that: "amount <= entry.most"}')
BACK = SPEND.replace("CONTROL", '{id: back, kind: match, at: spend, that: "hours(at, back_by) <= 24 && hours(at, back_by) >= 0"}')


def spend(text: str, **data: Any) -> Any:
    return PaperOffice(text).does("ann", "spend", **{"amount": 300_000, **data})


def test_the_sum_is_right_to_the_last_fen() -> None:
    assert spend(SUM, bills=[{"amount": 100_000}, {"amount": 200_000}]) is None
    for last in (199_999, 200_001):
        refusal = spend(SUM, bills=[{"amount": 100_000}, {"amount": last}])
        assert explains(refusal, "sum", "¥3,000.00", f"¥{(100_000 + last) / 100:,.2f}", "amount", "bills")
        assert refusal.shown["amount"] == 300_000
    assert explains(spend(SUM, bills=[]), "sum", "¥3,000.00")


def test_the_budget_line_says_what_its_money_is_for() -> None:
    assert spend(LINE, line="office-2026", purpose="office") is None
    assert explains(spend(LINE, line="office-2026", purpose="training"), "line", "training", "office", "budget")


def test_a_budget_line_that_does_not_exist_is_named() -> None:
    refusal = spend(LINE, line="office-2062", purpose="office")
    assert explains(refusal, "line", "office-2062", "budget")
    assert refusal.shown == {"ledger": "budget", "key": "office-2062"}


def test_a_column_that_the_entry_lacks_refuses() -> None:
    assert spend(MOST, line="office-2026") is None
    refusal = spend(MOST, line="bare-2026")
    assert explains(refusal, "most")
    assert refusal.shown == {"error": "KeyError"}


@pytest.mark.parametrize(
    ("text", "data", "missing"),
    [(SUM, {}, "bills"), (LINE, {"purpose": "office"}, "line"), (LINE, {"line": "office-2026"}, "purpose"), (BACK, {}, "back_by")],
)
def test_what_was_left_out_is_asked_for_by_name(text: str, data: dict[str, Any], missing: str) -> None:
    refusal = spend(text, **data)
    assert explains(refusal, refusal.control, missing)
    assert refusal.shown == {"missing": [missing]}
    assert missing in refusal.remedy.zh
    assert missing in refusal.remedy.en


@pytest.mark.parametrize(
    ("back_by", "lawful"),
    [
        ("2026-03-02T01:00:00Z", True), ("2026-03-02T00:59:59Z", False), ("2026-03-01T23:59:59Z", False),
        ("2026-03-03T00:59:59Z", True), ("2026-03-03T01:00:00Z", True), ("2026-03-03T01:00:01Z", False),
    ],
)  # fmt: skip
def test_twenty_four_hours_to_the_second(back_by: str, lawful: bool) -> None:
    """It is 01:00:00. An hour begun counts in full, so the second after 24 hours is the 25th, and the second before is an hour ago."""
    refusal = spend(BACK, back_by=back_by)
    assert (refusal is None) if lawful else explains(refusal, "back", "back_by")


@given(st.lists(st.integers(0, 2**40), max_size=30), st.integers(0, 2**41))
def test_accepted_means_equal(bills: list[int], amount: int) -> None:
    lawful = sum(bills) == amount
    assert (spend(SUM, amount=amount, bills=[{"amount": bill} for bill in bills]) is None) == lawful
    assert spend(SUM, amount=sum(bills), bills=[{"amount": bill} for bill in bills]) is None


def test_five_hundred_lines_are_summed_and_more_are_not_taken() -> None:
    assert spend(SUM, amount=500, bills=[{"amount": 1}] * 500) is None
    with pytest.raises(ValueError, match="500"):
        spend(SUM, amount=501, bills=[{"amount": 1}] * 501)


def test_the_same_entry_is_explained_the_same_however_json_ordered_it() -> None:
    refusals = [
        spend(LINE.replace("{purpose: office, most: 300000}", order), line="office-2026", purpose="training")
        for order in ("{purpose: office, most: 300000}", "{most: 300000, purpose: office}")
    ]
    assert refusals[0] == refusals[1]


TOLD = """
ledgers:
  budget:
    fields: {title: {type: text, choices: {run: run}}, purpose: text, keeper: person}
    entries: {office-2026: {title: "〔run〕", purpose: office, keeper: kit}}
params: {most: 3}
record:
  line: {type: entry, ledger: budget}
  purpose: {type: choice, choices: [office, training]}
  amount: money
  bills: {type: list, of: {number: text, amount: money}}
  done: bool
  from_day: date
  back_by: datetime
  mate: person
  mates: people
steps: {spend: {by: applicant, form: [line, purpose, amount, bills, done, from_day, back_by, mate, mates]}}
controls: [{id: told, kind: match, at: spend, LOOKED that: "THAT"}]
"""
FILLED: dict[str, Any] = {
    "line": "office-2026", "purpose": "training", "amount": 250_000, "from_day": "2026-03-05", "back_by": "2026-03-02T11:00:00Z",
    "mate": "ben", "mates": ["ben", "hua"], "bills": [{"number": "7", "amount": 100_000}, {"number": "7", "amount": 50_000}],
}  # fmt: skip
SAID = [
    ("sum(bills.map(b, b.amount)) >= amount", "“〔bills〕”的“〔amount〕”合计为 ¥1,500.00，不得小于“〔amount〕”（¥2,500.00）",
     "the sum of “amount” in “bills” is ¥1,500.00; it should be at least “amount” (¥2,500.00)"),
    ("size(bills) > most", "“〔bills〕”的项数为 2，应大于 3", "the number of “bills” is 2; it should be more than 3"),
    ("most < size(bills)", "“〔bills〕”的项数为 2，应大于 3", "the number of “bills” is 2; it should be more than 3"),
    ("distinct(bills.map(b, b.number))", "“〔bills〕”的“〔number〕”：7、7", "“number” in “bills”: 7, 7"),
    ("hours(at, back_by) <= most", "办理时间到“〔back_by〕”的时间为 10 小时，不得超过 3 小时",
     "the time from the act to “back_by” is 10 hours; it should be at most 3 hours"),
    ("from_day < '2026-03-01'", "“〔from_day〕”为 2026-03-05，应早于 2026-03-01",
     "“from_day” is 2026-03-05; it should be before 2026-03-01"),
    ("has(done) && done", "“〔done〕”：未填写", "“done”: not filled in"),
    ("purpose == 'office'", "“〔purpose〕”为〔training〕，应等于〔office〕", "“purpose” is training; it should equal office"),
    ("mate in ['cai']", "“〔mate〕”：“ben”", "“mate”: “ben”"),
    ("mates.all(m, m != mate)", "“〔mate〕”：“ben”；“〔mates〕”：“ben”、“hua”", "“mate”: “ben”; “mates”: “ben”, “hua”"),
    ("amount * 2 == 3 * amount", "按“〔amount〕”算得的值为 ¥5,000.00，应等于按“〔amount〕”算得的值（¥7,500.00）",
     "what is reckoned from “amount” is ¥5,000.00; it should equal what is reckoned from “amount” (¥7,500.00)"),
    ("amount > sum(bills.map(b, b.amount)) && !(amount == amount)", "“〔amount〕”：¥2,500.00", "“amount”: ¥2,500.00"),
    ("entry.purpose == purpose", "〔budget〕“〔run〕”的“〔purpose〕”为〔office〕，应等于“〔purpose〕”（〔training〕）",
     "“purpose” of “run” (budget) is office; it should equal “purpose” (training)"),
    ("entry.keeper == mate", "〔budget〕“〔run〕”的“〔keeper〕”为“kit”，应等于“〔mate〕”（“ben”）",
     "“keeper” of “run” (budget) is “kit”; it should equal “mate” (“ben”)"),
    ("line != 'office-2026' && entry.purpose == purpose", "“〔line〕”为“〔run〕”，不得等于“office-2026”",
     "“line” is “run”; it should differ from “office-2026”"),
]  # fmt: skip


@pytest.mark.parametrize(("that", "zh", "en"), SAID, ids=[that for that, *_ in SAID])
def test_what_the_values_come_to_is_told_in_both_languages(that: str, zh: str, en: str) -> None:
    looked = "ledger: budget, key: line," if "entry." in that else ""
    office = PaperOffice(TOLD.replace("LOOKED", looked).replace("THAT", that))
    refusal = office.act("ann", "a", "spend", "", FILLED)
    assert refusal is not None
    assert refusal.message == (f"不符合“〔told〕”：{zh}。", f"This does not satisfy “told”: {en}.")


def test_one_line_is_no_lines() -> None:
    assert [value_text("list", [{}] * number).en for number in (0, 1, 2)] == ["0 lines", "1 line", "2 lines"]
    assert [plural(number, "entry", "entries") for number in (0, 1, 2)] == ["0 entries", "1 entry", "2 entries"]


def test_of_many_values_the_beginning_is_told() -> None:
    office = PaperOffice(TOLD.replace("LOOKED", "").replace("THAT", "distinct(bills.map(b, b.number))"))
    refusal = office.act("ann", "a", "spend", "", {"bills": [{"number": str(n % 9), "amount": 1} for n in range(400)]})
    assert explains(refusal, "told", "0", "5")
    assert refusal is not None
    assert refusal.message.zh.endswith("4、5等 400 项。")
    assert refusal.message.en.endswith("4, 5 and 394 more.")


def test_a_ledger_is_looked_up_by_a_key() -> None:
    with pytest.raises(ValueError, match="ledger and key belong together"):
        matter(LINE.replace(" key: line,", ""))
    with pytest.raises(ValueError, match="no field or parameter 'at'"):
        matter(LINE.replace("key: line", "key: at"))


LINES = """
ledgers:
  payees:
    fields: {title: text, card: text}
    entries: {xin: {title: Xin, card: "1001"}, yan: {title: Yan, card: "1002"}, zhou: {title: Zhou}}
record:
  paid: {type: list, of: {payee: {type: entry, ledger: payees}, card: text, sum: money}}
  most: {type: money}
steps: {pay: {by: applicant, form: [paid, most]}}
controls:
  - {id: own, kind: match, at: pay, each: paid, ledger: payees, key: item.payee, that: "item.card == entry.card && item.sum <= most"}
"""


def pay(*paid: tuple[str, str, int], most: int = 100) -> Any:
    return PaperOffice(LINES).does("ann", "pay", most=most, paid=[{"payee": p, "card": c, "sum": s} for p, c, s in paid])


def test_every_line_is_held_against_its_own_entry() -> None:
    assert pay(("xin", "1001", 100), ("yan", "1002", 1)) is None
    assert pay() is None, "no line, nothing to hold against anything"
    refusal = pay(("xin", "1001", 1), ("yan", "1001", 1))
    assert explains(refusal, "own", 2, "1001", "1002", "card")
    assert refusal.shown["line"] == 2
    assert refusal.message.zh == "“〔paid〕”第 2 行：不符合“〔own〕”：“〔card〕”为 1001，应等于〔payees〕“Yan”的“〔card〕”（1002）。"
    assert (
        refusal.message.en
        == "Line 2 of “paid”: This does not satisfy “own”: “card” is 1001; it should equal “card” of “Yan” (payees) (1002)."
    )
    assert explains(pay(("xin", "1001", 101)), "own", 1, "¥1.01", "¥1.00")


def test_a_line_whose_entry_is_not_there_is_named_and_one_that_can_not_be_read_refuses() -> None:
    refusal = pay(("xin", "1001", 1), ("nobody", "1001", 1))
    assert explains(refusal, "own", 2, "nobody", "payees")
    assert refusal.shown == {"ledger": "payees", "key": "nobody", "line": 2}
    assert explains(pay(("zhou", "1001", 1)), "own")
    assert explains(PaperOffice(LINES).does("ann", "pay", most=1), "own", "paid")


@given(st.lists(st.tuples(st.sampled_from(["xin", "yan"]), st.sampled_from(["1001", "1002"])), max_size=8))
def test_accepted_means_that_each_line_agrees(lines: list[tuple[str, str]]) -> None:
    own = {"xin": "1001", "yan": "1002"}
    assert (pay(*((payee, card, 1) for payee, card in lines)) is None) == all(own[payee] == card for payee, card in lines)


def test_only_a_list_has_lines() -> None:
    with pytest.raises(ValueError, match="most"):
        matter(LINES.replace("each: paid", "each: most"))


def test_a_choice_of_the_entry_is_told_in_words() -> None:
    text = """
ledgers: {plans: {fields: {state: {type: choice, choices: [due, done]}}, entries: {one: {state: due}}}}
record: {plan: {type: entry, ledger: plans}}
steps: {pay: {by: applicant, form: [plan]}}
controls: [{id: ready, kind: match, at: pay, ledger: plans, key: plan, that: "entry.state == 'done'"}]
"""
    refusal = PaperOffice(text).does("ann", "pay", plan="one")
    assert refusal.message.zh == "不符合“〔ready〕”：〔plans〕“one”的“〔state〕”为〔due〕，应等于〔done〕。"
    assert refusal.message.en == "This does not satisfy “ready”: “state” of “one” (plans) is due; it should equal done."
