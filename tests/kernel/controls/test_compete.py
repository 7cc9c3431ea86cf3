"""compete 比价: three quotes from three hands, the cheapest of them chosen; one hand that writes three quotes is one quote."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from paper_office import PaperOffice, explains, matter

from lianfang.kernel.alike import fold
from lianfang.kernel.build import without
from lianfang.kernel.controls.compete import KIND
from lianfang.kernel.model import Refusal

BUY = """
params: {large: 100000}
record:
  amount: {type: int, required: true}
  quotes: {type: list, of: {supplier: text, price: money, owner: text, phone: text, account: text, post: text, remark: text}}
  winner: text
  why: longtext
  goods: text
steps:
  ask: {by: applicant, form: [amount]}
  collect: {by: clerk, form: [quotes]}
  choose: {by: head, form: [winner, why]}
  order: {by: clerk, form: [goods]}
controls: [CONTROL]
"""
EXAMPLE = yaml.safe_load(KIND.example)
"""The control that the reference page shows."""


def buy(**more: Any) -> str:
    control = {key: value for key, value in {**EXAMPLE, **more}.items() if value is not None}
    return BUY.replace("CONTROL", yaml.safe_dump(control, default_flow_style=True, width=10_000, allow_unicode=True).strip())


def quote(supplier: str, price: int | None = 90_000, **other: Any) -> dict[str, Any]:
    """A quote of somebody who has nothing in common with anybody."""
    own = {name: f"{name}-{supplier}" for name in ("owner", "phone", "account")}
    made = {"supplier": supplier, "price": price, **own, **other}
    return {name: value for name, value in made.items() if value is not None}


THREE = [quote("Jia", 80_000), quote("Yi", 90_000), quote("Bing", 95_000)]


def choose(quotes: list[dict[str, Any]], winner: str = "Jia", text: str = "", amount: int = 1, **more: Any) -> Refusal | None:
    office = PaperOffice(text or buy())
    assert office.does("ann", "ask", amount=amount) is None
    assert office.does("ben", "collect", quotes=quotes) is None
    return office.does("hua", "choose", winner=winner, **more)


def test_the_example_of_the_page_runs() -> None:
    assert choose(THREE) is None
    assert explains(choose(THREE[:2]), "three-quotes", 2, 3)


@pytest.mark.parametrize("number", range(6))
def test_three_to_the_last_quote_and_five_for_much(number: int) -> None:
    quotes = [quote(f"S{n}", 100 + n) for n in range(number)]
    for amount, needed in ((99_999, 3), (100_000, 5)):
        refusal = choose(quotes, "S0", amount=amount)
        if number >= needed:
            assert refusal is None
        else:
            assert explains(refusal, "three-quotes", number, needed)
            assert refusal is not None
            assert refusal.shown["independent"] == number
            assert f"再取得 {needed - number} 份" in refusal.remedy.zh
            assert f"{needed - number} more" in refusal.remedy.en


def test_no_quotes_at_all() -> None:
    assert explains(choose([]), "three-quotes", 0, 3)
    office = PaperOffice(buy())
    office.does("ann", "ask", amount=1)
    office.does("ben", "collect")
    refusal = office.does("hua", "choose", winner="Jia")
    assert explains(refusal, "three-quotes", "quotes")
    assert refusal is not None
    assert refusal.shown == {"missing": ["quotes"]}


@pytest.mark.parametrize("column", ["owner", "phone", "account"])
def test_two_of_one_hand_count_once_and_it_is_said_what_they_share(column: str) -> None:
    quotes = [*THREE[:2], quote("Bing", **{column: THREE[1][column]})]
    refusal = choose(quotes)
    assert explains(refusal, "three-quotes", 3, 2, "Yi", "Bing", column, THREE[1][column])
    assert refusal is not None
    assert refusal.shown == {
        "quotes": 3, "independent": 2, "needed": 3, "shared": [{"column": column, "lines": [2, 3]}], "lacking": [],
    }  # fmt: skip
    assert choose([*quotes, quote("Ding")]) is None, "a third hand makes up for it"


def test_what_the_matter_does_not_name_may_be_the_same() -> None:
    assert choose([{**one, "post": "100000", "remark": "same"} for one in THREE]) is None
    text = buy(apart=["owner", "post"])
    assert explains(choose([{**one, "post": "100000"} for one in THREE], text=text), "three-quotes", 3, 1, "post", "100000")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13800001111", "138-0000 1111"), ("13800001111", "１３８００００１１１１"), ("13800001111", "138\u200b0000\u30001111"),
        ("+86 (755) 8888,0000", "86-755-88880000"), ("Zhang San", "ZHANG SAN"), ("张三", " 张 三 "), ("Straße 1", "STRASSE １"),
    ],
)  # fmt: skip
def test_two_become_one_when_the_disguise_is_off(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    quotes = [THREE[0], quote("Yi", phone=one), quote("Bing", phone=other)]
    assert explains(choose(quotes), "three-quotes", 3, 2, "phone", one.strip())
    assert choose([THREE[0], quote("Yi", phone=one), quote("Bing", phone=other + "7")]) is None


def test_a_third_links_two_that_share_nothing() -> None:
    quotes = [quote("Jia"), quote("Yi", phone="1"), quote("Bing", phone="1", account="2"), quote("Ding", account="2")]
    assert explains(choose(quotes), "three-quotes", 4, 2, "Yi", "Bing", "Ding")


def test_a_quote_that_leaves_out_its_phone_does_not_count_and_still_links() -> None:
    hidden = quote("Bing", phone=None, account=THREE[1]["account"])
    assert explains(choose([*THREE[:2], quote("Bing", phone=None)]), "three-quotes", 3, 2, "Bing", "phone")
    assert explains(choose([*THREE[:2], hidden, quote("Ding", owner=hidden["owner"])]), "three-quotes", 4, 2, "Ding")


@pytest.mark.parametrize("blank", ["", "  ", "—", "－／"])
def test_a_mere_dash_is_nothing(blank: str) -> None:
    assert explains(choose([*THREE[:2], quote("Bing", owner=blank)]), "three-quotes", 2, "Bing", "owner")
    assert explains(choose([*THREE[:2], {**THREE[2], "supplier": blank}]), "three-quotes", 2, "3", "supplier")


@pytest.mark.parametrize("price", [None, 0, -1])
def test_a_quote_has_a_price(price: int | None) -> None:
    assert explains(choose([*THREE[:2], quote("Bing", price)]), "three-quotes", 2, "Bing", "price")
    assert choose([*THREE[:2], quote("Bing", 1)], "Bing") is None


def test_more_columns_may_be_asked_for() -> None:
    text = buy(whole=["remark"])
    assert explains(choose(THREE, text=text), "three-quotes", 0, 3, "remark")
    assert choose([{**one, "remark": "现货"} for one in THREE], text=text) is None


def test_one_supplier_twice_is_one_supplier_at_its_dearer_price() -> None:
    assert explains(choose([*THREE[:2], quote("ｊｉａ", 70_000)]), "three-quotes", 3, 2, "Jia", "supplier")
    assert choose([*THREE, quote("Jia", 80_000, owner="x", phone="y", account="z")]) is None
    refusal = choose([*THREE, quote(" JIA ", 92_000, owner="x", phone="y", account="z")])
    assert explains(refusal, "three-quotes", "¥920.00", "¥800.00", "¥120.00")


def test_the_chosen_is_one_of_them_however_it_is_written() -> None:
    assert choose(THREE, "ｊ i a") is None
    refusal = choose(THREE, "Wu")
    assert explains(refusal, "three-quotes", "Wu", "Jia", "Yi", "Bing")
    assert refusal is not None
    assert refusal.shown == {"chosen": "Wu", "quoted": ["Jia", "Yi", "Bing"]}
    for blank in ("", "—"):
        assert explains(choose([*THREE, {**quote("x"), "supplier": blank}], blank), "three-quotes", "Jia")


def test_nobody_was_chosen() -> None:
    office = PaperOffice(buy())
    office.does("ann", "ask", amount=1)
    office.does("ben", "collect", quotes=THREE)
    assert explains(office.does("hua", "choose"), "three-quotes", "winner")


def test_a_quote_that_is_not_whole_is_not_chosen() -> None:
    assert explains(choose([*THREE, quote("Wu", 1, phone=None)], "Wu"), "three-quotes", "Wu", "phone")


def test_the_dearer_one_needs_a_reason_and_the_difference_is_told() -> None:
    refusal = choose(THREE, "Yi")
    assert explains(refusal, "three-quotes", "Yi", "¥900.00", "Jia", "¥800.00", "¥100.00", "why")
    assert refusal is not None
    assert refusal.shown == {"chosen": "Yi", "price": 90_000, "least": 80_000, "dearer_by": 10_000}
    assert "Jia" in refusal.remedy.zh
    assert explains(choose(THREE, "Yi", why=" — "), "three-quotes", "why")
    assert choose(THREE, "Yi", why="唯有此家能在本周交货") is None


def test_where_no_reason_counts_only_the_cheapest_is_chosen() -> None:
    text = buy(reason=None)
    refusal = choose(THREE, "Yi", text, why="唯有此家能在本周交货")
    assert explains(refusal, "three-quotes", "¥100.00")
    assert refusal is not None
    assert "why" not in refusal.message.en + refusal.remedy.en
    assert choose(THREE, "Jia", text) is None


def test_one_fen_is_dearer_and_equally_cheap_is_not() -> None:
    assert explains(choose([*THREE, quote("Ding", 79_999)]), "three-quotes", "Ding", "¥0.01")
    equal = [*THREE, quote("Ding", 80_000)]
    assert choose(equal, "Jia") is None
    assert choose(equal, "Ding") is None


def test_a_cheaper_quote_does_not_vanish_for_lack_of_a_phone() -> None:
    assert explains(choose([*THREE, quote("Ding", 10_000, phone=None)]), "three-quotes", "Ding", "¥100.00", "¥700.00")


def test_small_purchases_may_go_without() -> None:
    text = buy(when="amount >= 500")
    assert choose([], amount=499, text=text) is None
    assert explains(choose([], amount=500, text=text), "three-quotes", 0, 3)


def test_many_are_counted_and_only_some_are_named() -> None:
    refusal = choose([quote(f"S{n}", phone="1") for n in range(300)], "S0")
    assert explains(refusal, "three-quotes", 300, 1, "S0", "S2")
    assert refusal is not None
    assert len(refusal.message.zh) < 200


def test_a_personal_value_is_not_repeated_in_the_evidence() -> None:
    text = buy().replace("phone: text", "phone: {type: text, personal: true}")
    refusal = choose([quote("Jia"), quote("Yi", phone="13800001111"), quote("Bing", phone="13800001111")], text=text)
    assert explains(refusal, "three-quotes", "Yi", "Bing", "phone")
    assert "13800001111" not in str(refusal)


# Sealed until the opening


SEALED = (
    buy(entered=["register", "collect"], opening="opens")
    .replace("record:", "record:\n  opens: {type: datetime, required: true}")
    .replace("form: [amount]}", "form: [amount, opens]}\n  register: {by: clerk, form: [quotes]}")
    .replace("{by: head, form: [winner, why]}", "{by: head, kind: approval, returns_to: ask, form: [winner, why]}")
)
OPENS = "2026-03-05T01:00:00Z"


def sealed() -> PaperOffice:
    office = PaperOffice(SEALED)
    assert office.does("ann", "ask", amount=1, opens=OPENS) is None
    assert office.does("ben", "register", quotes=[{**one, "price": 0} for one in THREE]) is None, "who takes part may be known"
    return office


@pytest.mark.parametrize(("moment", "lawful"), [("2026-03-05T00:59:59Z", False), (OPENS, True), ("2026-03-05T01:00:01Z", True)])
def test_no_price_is_entered_before_the_second_of_the_opening(moment: str, lawful: bool) -> None:
    office = sealed()
    office.now = moment
    refusal = office.does("ben", "collect", quotes=THREE)
    if lawful:
        assert refusal is None
        assert office.does("hua", "choose", winner="Jia") is None
    else:
        assert explains(refusal, "three-quotes", "2026-03-05 08:59", "2026-03-05 09:00", "opens")


def test_registering_early_is_no_way_to_enter_a_price() -> None:
    office = PaperOffice(SEALED)
    office.does("ann", "ask", amount=1, opens=OPENS)
    assert explains(office.does("ben", "register", quotes=THREE), "three-quotes", "2026-03-02 09:00")


def test_quotes_of_an_earlier_opening_are_not_carried_over() -> None:
    """The head sends the case back; the second time nobody asked anybody."""
    office = sealed()
    office.now = OPENS
    office.does("ben", "collect", quotes=THREE)
    assert office.does("hua", "choose", act="return", opinion="重新询价") is None
    assert office.does("ann", "ask", amount=1, opens="2026-04-05T01:00:00Z") is None
    assert office.does("ben", "register") is None
    office.now = "2026-04-06T01:00:00Z"
    assert office.does("ben", "collect") is None
    assert explains(office.does("hua", "choose", winner="Jia"), "three-quotes", "quotes", "2026-04-05 09:00")


def test_an_opening_that_is_not_fixed_opens_nothing() -> None:
    office = PaperOffice(SEALED.replace("{type: datetime, required: true}", "datetime"))
    office.does("ann", "ask", amount=1)
    refusal = office.does("ben", "register", quotes=THREE)
    assert explains(refusal, "three-quotes", "opens")
    assert refusal is not None
    assert refusal.shown == {"missing": ["opens"]}


# Whatever is quoted


quotes_of = st.lists(
    st.fixed_dictionaries(
        {"supplier": st.sampled_from(["A", "B", "C", "D", "-"])},
        optional={
            "price": st.integers(-1, 4),
            "owner": st.sampled_from(["o1", "O 1", "o2", "o3", "o4", ""]),
            "phone": st.sampled_from(["1", "2", "3", "4", "５"]),
            "account": st.sampled_from([str(n) for n in range(9)]),
        },
    ),
    max_size=6,
)


@given(quotes_of, st.sampled_from(["A", "b", "Z"]), st.booleans())
def test_accepted_means_three_hands_and_the_cheapest_or_a_reason(quotes: list[dict[str, Any]], winner: str, reason: bool) -> None:
    """The same, said the slow way: sources grow together until nothing changes."""
    identities = [{(c, fold(one.get(c))) for c in ("supplier", "owner", "phone", "account") if fold(one.get(c))} for one in quotes]
    groups = [set(identity) for identity in identities]
    for _ in quotes:
        groups = [set().union(group, *(other for other in groups if other & group)) for group in groups]
    whole = [len(identity) == 4 and one.get("price", 0) > 0 for identity, one in zip(identities, quotes, strict=True)]
    hands = {frozenset(group) for group, fine in zip(groups, whole, strict=True) if fine}
    mine = [n for n, one in enumerate(quotes) if fold(one["supplier"]) == fold(winner)]
    prices = [one["price"] for one in quotes if one.get("price", 0) > 0]
    cheapest = bool(mine and prices) and max(quotes[n].get("price", 0) for n in mine) == min(prices)
    lawful = len(hands) >= 3 and bool(mine) and all(whole[n] for n in mine) and (cheapest or reason)
    assert (choose(quotes, winner, why="理由" if reason else "") is None) == lawful


# Off, and broken


def bad() -> list[dict[str, Any]]:
    return [quote("Jia"), quote("Yi", phone="1"), quote("Bing", phone="1")]


def test_without_it_one_hand_slips_through() -> None:
    assert explains(choose(bad()), "three-quotes")
    office = PaperOffice(buy())
    office.matter = without(office.matter, "three-quotes")
    office.does("ann", "ask", amount=1)
    office.does("ben", "collect", quotes=bad())
    assert office.does("hua", "choose", winner="Wu") is None


def test_a_judge_that_errs_refuses() -> None:
    office = PaperOffice(buy())
    office.does("ann", "ask", amount=1)
    office.does("ben", "collect", quotes=THREE)
    plans = dict(office.matter.plan.steps)
    plans["choose"] = replace(plans["choose"], judges=(("three-quotes", lambda *args: 1 // 0),))  # type: ignore[arg-type,return-value]
    office.matter = replace(office.matter, plan=replace(office.matter.plan, steps=plans))
    refusal = office.does("hua", "choose", winner="Jia")
    assert explains(refusal, "three-quotes")
    assert refusal is not None
    assert refusal.shown == {"error": "ZeroDivisionError"}
    assert office.cases["a"].waiting == ("choose",)


@pytest.mark.parametrize("least", ["0", "1", "amount - amount", "size(quotes) - size(quotes)"])
def test_a_rule_never_asks_for_fewer_than_two(least: str) -> None:
    """A figure of the record may say less; two it is all the same."""
    if least in ("0", "1"):
        with pytest.raises(ValueError, match="least is 2 or more"):
            matter(buy(least=least))
    else:
        text = buy(least=least)
        assert explains(choose(THREE[:1], text=text), "three-quotes", 1, 2)
        assert choose(THREE[:2], text=text) is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"quotes": "quote"}, "quotes'.: no list field 'quote'; did you mean 'quotes'"),
        ({"quotes": "winner"}, "no list field 'winner'"),
        ({"price": "pric"}, "price'.: no column 'pric'; did you mean 'price'"),
        ({"price": "owner"}, "'owner' in price should be one of money, int"),
        ({"apart": ["phone", "price"]}, "'price' in apart should be one of"),
        ({"apart": ["owner", "phon"]}, "apart', 1.: no column 'phon'; did you mean 'phone'"),
        ({"apart": []}, "can't be empty"),
        ({"apart": None}, "'apart' is missing"),
        ({"chosen": "quotes"}, "'quotes' in chosen should be one of"),
        ({"reason": "amount"}, "'amount' in reason should be one of text"),
        ({"least": "winner"}, "least should be a whole number, not text"),
        ({"opening": "goods"}, "opening and entered belong together"),
        ({"entered": ["collect"]}, "opening and entered belong together"),
        ({"entered": ["collect"], "opening": "goods"}, "'goods' in opening should be one of datetime"),
    ],
)
def test_parameters_that_do_not_fit_are_told(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        matter(buy(**change))


def test_the_opening_is_fixed_before_and_every_way_to_enter_is_watched() -> None:
    with pytest.raises(ValueError, match="the step 'register' sets the quotes too"):
        matter(SEALED.replace("entered: [register, collect]", "entered: [collect]"))
    with pytest.raises(ValueError, match="'opens' is set before 'collect', not in it"):
        matter(SEALED.replace("collect: {by: clerk, form: [quotes]}", "collect: {by: clerk, form: [quotes, opens]}"))
