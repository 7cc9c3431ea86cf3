"""limit 限额 against what many cases share: of a budget line it is reserved at the approval, spent at the payment, or given back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, explains, matter

CLAIM = """
ledgers:
  lines:
    fields: {title: text, allowed: money, reserved: money, spent: money}
    entries:
      office: {title: office, allowed: 1000, reserved: 0, spent: 0}
      bare: {title: bare, allowed: 500, spent: 0}
record:
  line: {type: entry, ledger: lines}
  amount: {type: money, min: 1}
  bonus: money
steps:
  ask: {by: applicant, form: [line, amount]}
  agree: {by: deputy, kind: approval, returns_to: ask, writes: [{ledger: lines, key: line, adds: {reserved: amount}}]}
  pay:
    by: cashier
    form: [bonus]
    writes: [{ledger: lines, key: line, adds: {reserved: -amount, spent: amount}}]
  check: {by: head, kind: approval, returns_to: agree}
controls:
  - id: left
    kind: limit
    at: agree
    ledger: lines
    key: line
    value: amount
    max: entry.allowed - entry.reserved - entry.spent
"""


def stands(office: PaperOffice, line: str = "office") -> tuple[int, int]:
    """What is reserved of a line, and what was spent."""
    data: Any = office.ledgers.fact("lines", line)
    return data["data"]["reserved"], data["data"]["spent"]


def asks(office: PaperOffice, case: str, amount: int, line: str = "office") -> None:
    assert office.does("ann", "ask", case, line=line, amount=amount) is None


def test_the_last_yuan_is_taken_once_and_the_refusal_says_what_is_left() -> None:
    office = PaperOffice(CLAIM)
    for case, amount in (("a", 600), ("b", 400), ("c", 1)):
        asks(office, case, amount)
    assert office.does("dan", "agree", "a") is None
    assert office.does("dan", "agree", "b") is None, "exactly what is left"
    assert stands(office) == (1000, 0)
    refusal = office.does("dan", "agree", "c")
    assert explains(refusal, "left", "¥0.01", "¥0.00", "¥10.00", "reserved")
    assert refusal is not None
    assert refusal.message.zh == (
        "“〔amount〕”为 ¥0.01，超过允许的 ¥0.00（〔lines〕“office”的“〔allowed〕”为 ¥10.00；"
        "〔lines〕“office”的“〔reserved〕”为 ¥10.00；〔lines〕“office”的“〔spent〕”为 ¥0.00）。"
    )
    assert refusal.shown == {"value": 1, "max": 0, "ledger": "lines", "key": "office"}
    assert stands(office) == (1000, 0), "what was refused reserves nothing"


def test_what_is_paid_is_spent_and_no_longer_reserved() -> None:
    office = PaperOffice(CLAIM)
    asks(office, "a", 600)
    office.does("dan", "agree", "a")
    office.does("cai", "pay", "a")
    assert stands(office) == (0, 600)
    asks(office, "b", 401)
    assert explains(office.does("dan", "agree", "b"), "left", "¥4.01", "¥4.00")


@pytest.mark.parametrize("how", ["return", "reject"])
def test_what_does_not_go_on_is_given_back(how: str) -> None:
    office = PaperOffice(CLAIM)
    asks(office, "a", 1000)
    office.does("dan", "agree", "a")
    office.does("cai", "pay", "a")
    assert stands(office) == (0, 1000)
    assert office.does("hua", "check", "a", act=how, opinion="不符") is None
    assert stands(office) == (0, 0)
    asks(office, "b", 1000)
    assert office.does("dan", "agree", "b") is None


def test_a_return_to_a_later_step_keeps_what_an_earlier_one_reserved() -> None:
    office = PaperOffice(CLAIM)
    asks(office, "a", 700)
    office.does("dan", "agree", "a")
    office.does("cai", "pay", "a")
    assert office.does("hua", "check", "a", act="return", opinion="付错户名", returns_to="pay") is None
    assert stands(office) == (700, 0)
    assert office.does("cai", "pay", "a") is None
    assert stands(office) == (0, 700)


def test_what_the_applicant_takes_back_is_given_back() -> None:
    own = CLAIM.replace("form: [line, amount]}", "form: [line, amount], writes: [{ledger: lines, key: line, adds: {reserved: amount}}]}")
    office = PaperOffice(own)
    asks(office, "a", 900)
    assert stands(office) == (900, 0)
    assert office.act("ann", "a", "", "withdraw", {}) is None
    assert stands(office) == (0, 0)


def test_a_line_that_is_not_there_and_a_figure_that_it_lacks_refuse() -> None:
    office = PaperOffice(CLAIM)
    asks(office, "a", 1, "none")
    assert explains(office.does("dan", "agree", "a"), "left", "none", "lines")
    asks(office, "b", 1, "bare")
    assert explains(office.does("dan", "agree", "b"), "left")


@given(
    st.lists(st.tuples(st.sampled_from(["ask", "agree", "pay", "return", "reject"]), st.integers(0, 3), st.integers(1, 700)), max_size=30)
)
def test_whatever_is_done_no_more_than_the_line_allows_is_held(acts: list[tuple[str, int, int]]) -> None:
    """The line against sums of one's own: of what each case holds of it."""
    office = PaperOffice(CLAIM)
    reserved: dict[str, int] = {}
    spent: dict[str, int] = {}
    asked: dict[str, int] = {}
    for what, number, amount in acts:
        case = f"c{number}"
        if what == "ask" and office.does("ann", "ask", case, line="office", amount=amount) is None:
            asked[case] = amount
        elif what == "agree" and case in asked and office.does("dan", "agree", case) is None:
            reserved[case] = asked[case]
        elif what == "pay" and case in asked and office.does("cai", "pay", case) is None:
            spent[case] = reserved.pop(case)
        elif what in ("return", "reject") and case in asked:
            for who, step in (("dan", "agree"), ("hua", "check")):
                if office.does(who, step, case, act=what, opinion="不符") is None:
                    reserved.pop(case, None)
                    spent.pop(case, None)
        assert stands(office) == (sum(reserved.values()), sum(spent.values()))
        assert sum(stands(office)) <= 1000


def test_of_many_lines_each_is_counted() -> None:
    text = CLAIM.replace("amount: {type: money, min: 1}", "amount: {type: money, min: 1}\n  bills: {type: list, of: {sum: money}}")
    text = text.replace("form: [line, amount]}", "form: [line, amount, bills]}")
    text = text.replace("adds: {reserved: amount}", "each: bills, adds: {reserved: item.sum}")
    office = PaperOffice(text)
    office.does("ann", "ask", line="office", amount=3, bills=[{"sum": 1}, {"sum": 2}])
    office.does("dan", "agree")
    assert stands(office) == (3, 0)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("adds: {reserved: amount}", "adds: {title: amount}", "the column 'title' is no figure to add to"),
        ("adds: {reserved: amount}", "adds: {reserved: line}", "the column is money, what is written is text"),
        ("adds: {reserved: amount}", "adds: {reserve: amount}", "did you mean 'reserved'"),
        ("adds: {reserved: amount}", "data: {title: line}, adds: {reserved: amount}", "adds only adds"),
        ("    key: line\n", "", "ledger and key belong together"),
    ],
)
def test_what_is_wrong_with_it_is_told(old: str, new: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        matter(CLAIM.replace(old, new))


def test_a_step_that_can_not_leave_its_entry_is_refused_and_says_what_is_missing() -> None:
    office = PaperOffice(CLAIM.replace("adds: {reserved: -amount, spent: amount}", "adds: {reserved: -amount, spent: amount + bonus}"))
    asks(office, "a", 1)
    office.does("dan", "agree")
    refusal = office.does("cai", "pay")
    assert refusal is not None
    assert (refusal.control, refusal.shown) == ("step-writes", {"missing": ["bonus"]})
    assert refusal.message.zh == "“〔bonus〕”尚未填写，“台账登记”无从判断，按规定予以拦截。"
    assert "Fill in “bonus” first" in refusal.remedy.en
    assert office.does("cai", "pay", bonus=2) is None
    assert stands(office) == (0, 3)


MONTHLY = """
ledgers:
  quotas:
    fields: {allowed: int, used: int}
    entries:
      bureau/clerk|2026-01: {allowed: 2, used: 0}
      bureau/clerk|2026-02: {allowed: 1, used: 0}
      bureau/keeper|2026-01: {allowed: 1, used: 0}
record: {trips: {type: int, required: true}}
steps:
  ask:
    by: applicant
    form: [trips]
  go: {by: clerk, writes: [{ledger: quotas, key: "as_post + '|' + month(at)", adds: {used: trips}}]}
  drive: {by: keeper, writes: [{ledger: quotas, key: "as_post + '|' + month(at)", adds: {used: trips}}]}
controls:
  - id: quota
    kind: limit
    at: [go, drive]
    ledger: quotas
    key: "as_post + '|' + month(at)"
    value: trips
    max: entry.allowed - entry.used
"""


def test_a_quota_is_of_a_post_and_a_period() -> None:
    """Each post has its own in each month, by the office's clock; what stands in no month's list is nothing to take from."""
    office = PaperOffice(MONTHLY)
    office.now = "2026-01-31T15:59:59Z"
    for case in ("a", "b", "c"):
        assert office.does("ann", "ask", case, trips=1) is None
    assert office.does("ben", "go", "a") is None
    assert office.does("kit", "drive", "a") is None
    assert office.does("ben", "go", "b") is None
    refusal = office.does("kit", "drive", "b")
    assert explains(refusal, "quota", "1", "0", "bureau/keeper|2026-01")
    assert explains(office.does("ben", "go", "c"), "quota", "1", "0", "bureau/clerk|2026-01")
    office.now = "2026-01-31T16:00:00Z"
    assert office.does("ben", "go", "c") is None, "February has begun"
    assert explains(office.does("kit", "drive", "c"), "quota", "bureau/keeper|2026-02")
