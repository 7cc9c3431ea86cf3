"""pattern 规律监测: three small claims that are one large one raise one alarm; a detector sees only what still stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice

CLAIMS = """
params: {small: 3000}
ledgers: {claims: {fields: {payee: text, amount: int, moment: datetime}}}
record: {payee: {type: text, required: true}, amount: {type: int, required: true}}
steps:
  fill:
    by: applicant
    form: [payee, amount]
    writes: [{ledger: claims, key: case_id, data: {payee: payee, amount: amount, moment: at}}]
  check: {by: head, kind: approval, returns_to: fill}
controls:
  - id: slices
    kind: pattern
    detector: splitting
    ledger: claims
    settings: {group: [payee], amount: amount, moment: moment, limit: small, window: 1d, least: 2}
    false_alarms: {zh: 无, en: none}
"""


def test_slices_raise_one_alarm_that_grows() -> None:
    office = PaperOffice(CLAIMS)
    found = []
    for case in "abc":
        office.does("ann", "fill", case, payee="Bao", amount=2900)
        found.append([alarm.where for alarm in office.alarms])
    assert found == [[], [("a", "b")], [("a", "b", "c")]]


def test_a_slice_that_was_taken_back_is_no_slice() -> None:
    office = PaperOffice(CLAIMS)
    office.does("ann", "fill", "a", payee="Bao", amount=2900)
    office.does("hua", "check", "a", act="return", opinion="请并入另一件")
    office.does("ann", "fill", "b", payee="Bao", amount=2900)
    assert office.alarms == set()


@given(st.lists(st.tuples(st.sampled_from(["Bao", "Yue"]), st.integers(1, 4000)), max_size=6))
def test_alarmed_means_small_amounts_of_one_payee_that_pass_the_limit_together(claims: list[tuple[str, int]]) -> None:
    office = PaperOffice(CLAIMS)
    for number, (payee, amount) in enumerate(claims):
        office.does("ann", "fill", f"case{number}", payee=payee, amount=amount)
    small = {payee: [amount for who, amount in claims if who == payee and amount <= 3000] for payee in ("Bao", "Yue")}
    assert len(office.alarms) == sum(len(amounts) >= 2 and sum(amounts) > 3000 for amounts in small.values())
