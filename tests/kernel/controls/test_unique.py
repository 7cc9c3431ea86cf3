"""unique 唯一: an invoice is claimed once in the whole office, however it is written; a seal that is out is out."""

from __future__ import annotations

import re
import sys
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, explains, matter, source

from lianfang.catalogue.compile import compile_matter

KEY = "norm(item.seller) + ':' + norm(item.number)"
CLAIM = f"""
ledgers:
  invoices: {{fields: {{number: text}}, entries: {{"OLD:1": {{number: "1"}}}}}}
record:
  bills: {{type: list, required: true, of: {{seller: text, number: text}}}}
steps:
  collect:
    by: applicant
    form: [bills]
    writes: [{{ledger: invoices, each: bills, key: "{KEY}", data: {{number: item.number}}}}]
  check: {{by: head, kind: approval, returns_to: collect}}
controls: [{{id: once, kind: unique, at: collect, ledger: invoices, each: bills, key: "{KEY}"}}]
"""
SEAL = """
ledgers: {outings: {fields: {where: text}}}
record: {seal: {type: entry, ledger: outings, required: true}, where: text}
steps:
  leave: {by: applicant, form: [seal, where], writes: [{ledger: outings, key: seal, data: {where: where}}]}
  back: {by: keeper, writes: [{ledger: outings, key: seal, open: false, data: {where: where}}]}
controls: [{id: here, kind: unique, at: leave, ledger: outings, key: seal, until_released: true}]
"""


def bill(number: str, seller: str = "Bao") -> dict[str, str]:
    return {"seller": seller, "number": number}


def claim(office: PaperOffice, case: str, *bills: dict[str, str], who: str = "ann") -> Any:
    return office.does(who, "collect", case, bills=list(bills))


def test_the_second_claim_names_the_first() -> None:
    office = PaperOffice(CLAIM)
    assert claim(office, "a", bill("44030001")) is None
    refusal = claim(office, "b", bill("44030002"), bill("44030001"), who="ben")
    assert explains(refusal, "once", "BAO:44030001", "a", "invoices")
    assert refusal.shown == {"key": "BAO:44030001", "case": "a"}
    assert claim(office, "b", bill("44030002"), who="ben") is None


def test_a_disguise_does_not_help_and_another_seller_is_another_invoice() -> None:
    office = PaperOffice(CLAIM)
    claim(office, "a", bill("AB-4403 0001"))
    for number in ("ab44030001", "ＡＢ４４０３０００１", " A B 4403_0001 "):
        assert explains(claim(office, "b", bill(number, "bao")), "once", "BAO:AB44030001", "a")
    assert claim(office, "b", bill("AB44030001", "Other")) is None


VARIANTS = [
    *(f"AB4403{space}0001" for space in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(space) in ("Zs", "Zl", "Zp", "Cf")),
    *(f"AB4403{sign}0001" for sign in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(sign)[0] == "P"),
    *(
        "ab44030001",
        "ＡＢ４４０３０００１",
        "ａｂ　４４０３　０００１",
        "АВ44030001",
        "ΑΒ44030001",
        "𝐀𝐁44030001",
        "AB\t44030001",
    ),
]
"""One number in every way of writing it: each space, format sign and punctuation mark that there is, and letters that look the same."""


def test_every_way_of_writing_it_is_the_same_invoice_and_the_ledger_keeps_what_was_typed() -> None:
    office = PaperOffice(CLAIM)
    claim(office, "a", bill("ＡＢ-4403 0001"))
    assert [entry["data"] for _, entry in office.ledgers.rows("invoices") if entry["case"]] == [{"number": "ＡＢ-4403 0001"}]
    assert len(VARIANTS) > 1000
    for number in VARIANTS:
        refusal = claim(office, "b", bill(number))
        assert refusal is not None, repr(number)
        assert (refusal.control, refusal.shown) == ("once", {"key": "BAO:AB44030001", "case": "a"}), repr(number)


@pytest.mark.parametrize("key", ["item.seller + ':' + norm(item.number)", "norm(item.seller) + ':' + item.number", "norm(title) + note"])
def test_a_key_of_what_people_type_must_be_folded(key: str) -> None:
    text = CLAIM.replace("record:", "record:\n  title: text\n  note: longtext").replace("form: [bills]", "form: [bills, title, note]")
    loose = re.escape(re.sub(r"norm\([^)]*\)|':'|[+ ]", "", key))
    with pytest.raises(ValueError, match=f"people type '{loose}'.*write norm.{loose}.") as caught:
        matter(text.replace(f'key: "{KEY}"}}]', f'key: "{key}"}}]'))
    assert str(caught.value).count("people type") == 1


def test_a_key_of_choices_entries_and_figures_needs_no_folding() -> None:
    assert matter(SEAL)
    with pytest.raises(ValueError, match="people type 'seal'"):
        matter(SEAL.replace("seal: {type: entry, ledger: outings, required", "seal: {type: text, required"))


def test_a_version_that_was_published_with_another_key_goes_on_judging() -> None:
    faults: list[str] = []
    loose = source(CLAIM.replace(f'key: "{KEY}"}}]', "key: item.number}]"))
    assert compile_matter(loose, lambda place, fault: faults.append(fault.en), published=True), faults


def test_twice_in_one_form() -> None:
    assert explains(claim(PaperOffice(CLAIM), "a", bill("7"), bill("8"), bill(" 7")), "once", "BAO:7")


def test_a_ledger_filled_from_outside_counts_too() -> None:
    refusal = claim(PaperOffice(CLAIM), "a", bill("1", "old"))
    assert explains(refusal, "once", "OLD:1", "invoices")
    assert "None" not in refusal.message.en + refusal.message.zh + refusal.remedy.en


def test_a_claim_sent_back_may_keep_its_own_invoices_and_frees_those_it_gives_up() -> None:
    office = PaperOffice(CLAIM)
    claim(office, "a", bill("7"), bill("8"))
    office.does("hua", "check", "a", act="return", opinion="请更正")
    assert claim(office, "b", bill("8"), who="ben") is None, "between the return and the new claim the invoice is nobody's"
    assert explains(claim(office, "a", bill("7"), bill("8")), "once", "BAO:8", "b")
    assert claim(office, "a", bill("7"), bill("9")) is None
    assert explains(claim(office, "c", bill("7")), "once", "a")


def test_a_rejected_claim_frees_its_invoices_and_a_paid_one_does_not() -> None:
    office = PaperOffice(CLAIM)
    claim(office, "a", bill("7"))
    office.does("hua", "check", "a", act="reject", opinion="不予报销")
    assert claim(office, "b", bill("7")) is None
    assert office.does("hua", "check", "b") is None
    assert office.status("b") == "completed"
    assert explains(claim(office, "c", bill("7")), "once", "b")


def test_a_seal_is_free_again_once_it_is_back() -> None:
    office = PaperOffice(SEAL)
    assert office.does("ann", "leave", "a", seal="round", where="hall") is None
    assert explains(office.does("ben", "leave", "b", seal="round", where="court"), "here", "round", "a")
    assert office.does("ben", "leave", "b", seal="square", where="court") is None
    assert office.does("kit", "back", "a") is None
    assert office.does("ann", "leave", "c", seal="round", where="court") is None


@given(st.lists(st.lists(st.sampled_from("12345"), min_size=1, max_size=3), max_size=6))
def test_no_invoice_is_ever_held_by_two_cases(claims: list[list[str]]) -> None:
    office = PaperOffice(CLAIM)
    held: set[str] = set()
    for number, bills in enumerate(claims):
        accepted = claim(office, f"case{number}", *map(bill, bills)) is None
        assert accepted == (len(set(bills)) == len(bills) and not held & set(bills))
        held |= set(bills) if accepted else set()


def test_what_is_released_only_where_it_came_back() -> None:
    """A seal that was lost is not free because somebody counted."""
    text = SEAL.replace("record: {", "record: {lost: bool, ").replace(
        "back: {by: keeper, writes: [{", "back: {by: keeper, form: [lost], writes: [{when: '!(has(lost) && lost)', "
    )
    for lost in (False, True):
        office = PaperOffice(text)
        office.does("ann", "leave", seal="official", where="court")
        office.does("kit", "back", lost=lost)
        refusal = office.does("ben", "leave", "b", seal="official", where="court")
        assert (refusal is None) if not lost else explains(refusal, "here", "official", "outings")


INSTALMENTS = """
ledgers: {payments: {fields: {sum: money}}}
record: {reference: {type: text, required: true}, sum: {type: money, required: true}, cash: {type: bool}}
flow: [ask, {repeat: {acts: [pay], until: close}}]
steps:
  ask: {by: applicant}
  pay: {by: cashier, form: [reference, sum, cash], writes: [{ledger: payments, key: norm(reference), data: {sum: sum}}]}
  close: {by: head}
controls: [{id: once, kind: unique, at: pay, ledger: payments, key: norm(reference), WITHIN}]
"""


@pytest.mark.parametrize("within", [True, False])
def test_two_payments_of_one_case_need_two_references(within: bool) -> None:
    office = PaperOffice(INSTALMENTS.replace("WITHIN", "within_case: true" if within else "until_released: false"))
    office.does("ann", "ask")
    assert office.does("cai", "pay", reference="B-1", sum=1) is None
    refusal = office.does("cai", "pay", reference="b 1", sum=2)
    if not within:
        assert refusal is None, "what was meant before the parameter came"
        return
    assert explains(refusal, "once", "B1", "payments")
    assert refusal is not None
    assert refusal.shown == {"key": "B1", "within": True}
    assert office.does("cai", "pay", reference="B-2", sum=2) is None


def test_what_was_returned_may_be_entered_again_in_the_same_case() -> None:
    office = PaperOffice(CLAIM.replace("kind: unique,", "kind: unique, within_case: true,"))
    claim(office, "a", bill("7"))
    office.does("hua", "check", "a", act="return", opinion="请更正")
    assert claim(office, "a", bill("7")) is None


def test_it_is_demanded_only_where_it_says() -> None:
    office = PaperOffice(INSTALMENTS.replace("WITHIN", 'within_case: true, when: "!(has(cash) && cash)"'))
    office.does("ann", "ask")
    for reference, cash, lawful in (("B-1", False, True), ("B-1", True, True), ("B-1", False, False)):
        refusal = office.does("cai", "pay", reference=reference, sum=1, cash=cash)
        assert (refusal is None) == lawful
