"""红旗指标: what published procurement data look like where bidders, or the buyer, were not fair.

The cases restate what Cardinal 0.0.8 (Open Contracting Partnership, MIT) gives for its own examples (docs/examples/R) and tests
(tests/fixtures/indicators), in the words of this file.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.watch.flags import ALL, CODES, flag, look
from lianfang.watch.flags.fences import fences, fused, quantile

Json = dict[str, Any]
EXCLUDED = {"exclusions": {"procurement_method_details": frozenset({"EXC"})}}
UNCOMPARED = {"": {"no_price_comparison_procurement_methods": frozenset({"NPC"})}}


def flags(code: str, *releases: Json, top: Json | None = None, **settings: Any) -> Json:
    """What a flag gives, with nothing set but what Cardinal's tests set; empty groups left out as it does."""
    below = {name: settings.pop(name) for name in [*settings] if name.startswith("R")}
    found = look(releases, {**EXCLUDED, **UNCOMPARED, **({"": top} if top else {}), code: settings, **below})
    return {group: by_id for group, by_id in found.results.items() if by_id}


def ocids(code: str, *releases: Json, **settings: Any) -> list[str]:
    """The processes that a flag tells."""
    return [*flags(code, *releases, **settings).get("OCID", {})]


def bid(who: str | list[str], amount: float | None = None, status: str = "valid", currency: str = "USD", **more: Any) -> Json:
    value = {} if amount is None else {"value": {"amount": amount, "currency": currency}}
    return {"status": status, "tenderers": [{"id": one} for one in ([who] if isinstance(who, str) else who)], **value, **more}


def award(*who: str, status: str = "active", **more: Any) -> Json:
    return {"status": status, "suppliers": [{"id": one} for one in who], **more}


def process(ocid: str, bids: list[Json], awards: list[Json] | None = None, **tender: Any) -> Json:
    return {"ocid": ocid, "bids": {"details": bids}, "tender": tender, **({} if awards is None else {"awards": awards})}


def period(ocid: str, end: str, start: str = "2000-01-01T18:00:00Z", **tender: Any) -> Json:
    return {"ocid": ocid, "tender": {"tenderPeriod": {"startDate": start, "endDate": end}, **tender}}


SHORT, EXACT = "2000-01-16T17:59:59Z", "2000-01-16T18:00:00Z"


def test_r003_whole_days_from_start_to_end() -> None:
    every = [*(period(one, SHORT, procurementMethod=one) for one in ("open", "selective", "limited", "direct")), period("missing", SHORT)]
    assert ocids("R003", *every, period("exact", EXACT)) == ["open", "selective", "limited", "direct", "missing"]
    assert ocids("R003", *every, procurement_methods=frozenset({"open", "selective"})) == ["open", "selective"]
    assert ocids("R003", period("10", "2000-01-11T17:59:59Z"), period("11", "2000-01-12T17:59:59Z"), threshold=10) == ["10"]
    unreadable = [
        period("a", "invalid"),
        period("b", SHORT, start="invalid"),
        period("c", "2000-02-30T00:00:00Z"),
        period("d", "2000-01-02"),
    ]
    unreadable += [period("e", "2000-01-05T17:59:61Z"), period("f", SHORT.replace("Z", "+24:00")), period("g", SHORT + " ")]
    assert ocids("R003", *unreadable) == []
    assert flags("R003", period("F", "2020-08-04T18:00:00-05:00", "2020-08-03T18:00:00-05:00")) == {"OCID": {"F": {"R003": 1.0}}}
    zones = [period("one zone", "2000-01-16T18:00:00+08:00"), period("the other", "2000-01-16T18:00:00-08:00")]
    assert ocids("R003", *zones) == ["one zone"]
    assert ocids("R003", period("below 0", "2000-01-01T12:00:00Z"), threshold=0) == [], "half a day back is no whole day"


def test_r003_days_by_the_details_of_the_method() -> None:
    def ends(ocid: str, details: str, end: str) -> Json:
        return period(ocid, end, procurementMethodDetails=details)

    detailed = [
        ends("x", "x", "2000-01-06T17:59:59Z"), ends("x exact", "x", "2000-01-06T18:00:00Z"),
        ends("y", "y", "2000-01-11T17:59:59Z"), ends("y exact", "y", "2000-01-11T18:00:00Z"),
        ends("default", "z", SHORT), ends("default exact", "z", EXACT), period("missing", SHORT),
    ]  # fmt: skip
    assert ocids("R003", *detailed, **{"R003.procurement_method_details": {"x": 5, "y": 10}}) == ["x", "y", "default", "missing"]


def test_r018_one_tenderer_where_others_might_have_bid() -> None:
    def tenders(ocid: str, number: Any, **tender: Any) -> Json:
        return {"ocid": ocid, "tender": {"numberOfTenderers": number, **tender}}

    every = [*(tenders(one, 1, procurementMethod=one) for one in ("open", "selective", "limited", "direct")), tenders("missing", 1)]
    others = [tenders("multiple", 2, procurementMethod="open"), tenders("negative", -1, procurementMethod="open")]
    odd = [tenders(str(one), one, procurementMethod="open") for one in (True, 1.0, "1", None)]
    assert ocids("R018", *every, *others, *odd) == ["open", "selective"]
    assert len(ocids("R018", *every, procurement_methods=frozenset())) == 5
    assert look([*every, *others, *odd], {"R018": {}}).judged["R018", "OCID"] == 4, "no number, no verdict"


def two(
    ocid: str, other: float, *, won: str = "valid", awards: list[Json] | None = None, who: str | list[str] = "L", **tender: Any
) -> Json:
    """The winner W bids 1, another bids ``other``."""
    return process(ocid, [bid("W", 1, won), bid(who, other)], [award("W")] if awards is None else awards, **tender)


def left_out(other: float) -> list[Json]:
    """Processes in which the second price is not compared with the first."""
    return [
        two("pending award", other, awards=[award("W"), award(status="pending")]),
        two("invalid award", other, awards=[award("W"), award(status="invalid")]),
        *(two(f"{status} bid", other, won=status) for status in ("invited", "pending", "withdrawn", "disqualified")),
        process("not the lowest", [bid("W", 2), bid("L", 1)], [award("W")]),
        two("multiple awards", other, awards=[award("W"), award("W")]),
        two("multiple tenderers", other, who=["L", "M"]),
        two("multiple suppliers", other, awards=[award("W", "X")]),
        two("a supplier without a name", other, awards=[award("W") | {"suppliers": [{"id": "W"}, {}]}]),
        two("cancelled tender", other, status="cancelled"),
        two("no price comparison", other, procurementMethodDetails="NPC"),
        two("exclude procurement method details", other, procurementMethodDetails="EXC"),
    ]


ACCEPTED = [award("W"), award("C", status="cancelled"), award("U", status="unsuccessful")]


def test_r024_a_second_price_next_to_the_first() -> None:
    usual = [*(two(str(n), 101) for n in range(1, 7)), two("accept", 101, awards=ACCEPTED)]
    again = process("repeat tenderers", [bid("W", 1), bid("W", 2), bid("L", 1)], [award("W")])
    found = flags("R024", two("F", 1), *usual, again, *left_out(1))
    assert found == {"OCID": {"F": {"R024": 0.0}, "repeat tenderers": {"R024": 0.0}}, "Tenderer": {"L": {"R024": 0.0}, "W": {"R024": 0.0}}}
    example = [two("F", 2), *(two(str(n), 100) for n in range(1, 5))]
    assert flags("R024", *example) == {"OCID": {"F": {"R024": 1.0}}, "Tenderer": {"W": {"R024": 0.0}, "L": {"R024": 0.0}}}
    assert ocids("R024", two("a", 1.05), two("b", 1.06), threshold=0.05) == []
    assert ocids("R024", two("a", 1.05), two("b", 1.06), threshold=0.0501) == ["a"]
    assert ocids("R024", two("a", 1), threshold=0) == [], "a fence of 0 is none"
    third = process("a", [bid("W", 1), bid("M", 1.02), bid("L", 3), bid("M", 2)], [award("W"), {"suppliers": [{"id": "X"}]}])
    assert flags("R024", third, threshold=0.05)["Tenderer"] == {"W": {"R024": 0.0}, "M": {"R024": 0.0}}, "an award without a status is none"


def test_r058_a_second_price_far_above_the_first() -> None:
    usual = [*(two(str(n), 1) for n in range(1, 4)), two("accept", 1, awards=ACCEPTED)]
    assert flags("R058", two("F", 101), *usual, *left_out(101)) == {"OCID": {"F": {"R058": 100.0}}, "Tenderer": {"W": {"R058": 0.0}}}
    example = [two("F", 100), *(two(str(n), 2) for n in range(1, 5))]
    assert flags("R058", *example) == {"OCID": {"F": {"R058": 99.0}}, "Tenderer": {"W": {"R058": 0.0}}}
    assert flags("R058", *(two(str(n), 1) for n in range(5))) == {}, "where all are alike, none is far"
    assert ocids("R058", two("on it", 1.5), two("below", 1.25), threshold=0.5) == ["on it"]


def test_a_price_of_nothing_is_no_ratio() -> None:
    free = process("free", [bid("W", 0), bid("L", 5)], [award("W")])
    found = look([free, two("F", 2)], {"R058": {"threshold": 0.5}})
    assert (found.no_ratio, found.judged["R058", "OCID"], [*found.results["OCID"]]) == (1, 1, ["F"])


def test_prices_are_compared_in_the_main_currency() -> None:
    euro = process("euro", [bid("W", 1, currency="EUR"), bid("L", 1, currency="EUR")], [award("W")])
    assert ocids("R024", two("dollar", 1.5), euro, threshold=0.5) == ["dollar"]
    assert ocids("R024", euro, two("dollar", 1.5), threshold=0.5) == ["euro"], "the first that is seen"
    assert ocids("R024", euro, two("dollar", 1.5), threshold=0.5, top={"currency": "USD"}) == ["dollar"]
    only = {"price_comparison_procurement_methods": frozenset({"auction"})}
    auction = two("auction", 1, procurementMethodDetails="auction")
    assert ocids("R024", auction, two("none", 1), threshold=0.5, top=only) == ["auction"]
    assert look([euro, two("dollar", 1)], {"R036": {}}).foreign


def against(ocid: str, *others: str, won: str) -> Json:
    return process(ocid, [bid(one) for one in others], [award(won)])


def test_r025_who_bids_often_and_hardly_wins() -> None:
    every = [*(against(str(n), "F", str(n), won=str(n)) for n in (0, 1, 2, 3, 5, 6, 7, 8)), against("4", "F", "N", won="F")]
    cancelled = process("cancelled tender", [bid("F"), bid("0")], [award("0")], status="cancelled")
    found = flags("R025", *every, against("F", "F", "F", "F", won="F"), cancelled)
    assert found == {"Tenderer": {"N": {"R025": 0.0}, "F": {"R025": 0.2}}}
    example = [against("0", "F", won="F"), *(against(str(n), "F", str(n), won=str(n)) for n in range(1, 6))]
    assert flags("R025", *example) == {"Tenderer": {"F": {"R025": 0.16666666666666666}}}
    assert flags("R025", *every, percentile=100, threshold=0.2) == {"Tenderer": {"F": {"R025": 1 / 9}}}
    assert flags("R025", *every, percentile=0, threshold=1 / 9) == {"Tenderer": {"N": {"R025": 0.0}, "F": {"R025": 1 / 9}}}
    assert flags("R025", *every, percentile=0, threshold=0) == {}, "a fence of 0 is none"


def test_r028_different_tenderers_and_one_price() -> None:
    same = process("F", [bid("V", 1), bid("D", 1, "disqualified")])
    others = [
        process("missing tenderers", [bid("V", 1), bid([], 1, "disqualified")]),
        process("same tenderers", [bid("T", 1), bid("T", 1, "disqualified")]),
        process("shuffled tenderers", [bid(["A", "Z"], 1), bid(["Z", "A"], 1)]),
        process("different decimals", [bid("V", 1.0), bid("D", 1.1)]),
        process("different currencies", [bid("V", 1), bid("D", 1, currency="CAD")]),
        process("cancelled tender", [bid("V", 1), bid("D", 1)], status="cancelled"),
        process("no price comparison", [bid("V", 1), bid("D", 1)], procurementMethodDetails="NPC"),
        process("withdrawn", [bid("V", 1), bid("D", 1, "withdrawn")]),
    ]
    assert flags("R028", same, *others) == {"OCID": {"F": {"R028": 1.0}}, "Tenderer": {"D": {"R028": 1.0}, "V": {"R028": 1.0}}}


def late(ocid: str, who: str = "W", status: str = "active", date: str = "2000-04-01T00:00:00Z", **tender: Any) -> Json:
    return process(ocid, [bid(who, date=date)], [award("W", status=status)], tenderPeriod={"endDate": "2000-03-15T00:00:00Z"}, **tender)


def test_r030_who_came_late_and_won() -> None:
    others = [
        late("losing bid", "L"), late("pending award", status="pending"), late("invalid award", status="invalid"),
        late("cancelled tender", status="active") | {"tender": {"status": "cancelled"}}, late("in time", date="2000-03-15T00:00:00Z"),
    ]  # fmt: skip
    assert flags("R030", late("F"), *others) == {"OCID": {"F": {"R030": 1.0}}, "Tenderer": {"W": {"R030": 1.0}}}


def out(who: str) -> Json:
    return bid(who, status="disqualified")


def test_r035_nobody_is_left_but_the_winner() -> None:
    neither = [bid("I", status="invited"), bid("P", status="pending"), bid("W", status="withdrawn")]
    told = [
        process("F1", [out("D"), bid("V")], [award("V")]),
        process("F2", [out("D"), out("E"), bid("V")], [award("V")]),
        process("repeat", [out("D"), out("D"), bid("V"), bid("V")], [award("V"), award("V")]),
        process("accept", [out("D"), *neither, bid("V")], [award("V"), award("C", status="cancelled"), award("U", status="unsuccessful")]),
    ]
    others = [
        process("pending award", [out("D"), bid("V")], [award("V"), award(status="pending")]),
        process("invalid award", [out("D"), bid("V")], [award("V"), award(status="invalid")]),
        process("none valid", [out("D")], [award("V")]),
        process("two valid", [out("D"), bid("V"), bid("W")], [award("V")]),
        process("another won", [out("D"), bid("V")], [award("S")]),
        process("another won too", [out("D"), bid("V")], [award("V"), award("S")]),
        process("none disqualified", [bid("V")], [award("V")]),
        process("both won", [out("D"), bid("V"), bid("S")], [award("V", "S")]),
        process("only its own", [out("V"), bid("V")], [award("V")]),
        process("cancelled tender", [out("D"), bid("V")], [award("V")], status="cancelled"),
    ]
    values = {"F1": {"R035": 1.0}, "F2": {"R035": 2.0}, "repeat": {"R035": 1.0}, "accept": {"R035": 1.0}}
    assert flags("R035", *told, *others) == {"OCID": values, "Tenderer": {"V": {"R035": 0.0}}}
    assert ocids("R035", *told, threshold=2) == ["F2"]
    assert len(ocids("R035", *told, *others, threshold=0)) == 4, "none is not a red flag"


def test_r036_the_lowest_is_disqualified() -> None:
    def priced(ocid: str, *bids: Json, status: str = "active", **tender: Any) -> Json:
        return process(ocid, [*bids], [{"status": status}], **tender)

    told = [
        priced("F", bid("D", 1, "disqualified"), bid("V", 2)),
        priced("invited", bid("D", 10, "disqualified"), bid("V", 20), bid("I", 1, "invited")),
        priced("withdrawn", bid("D", 10, "disqualified"), bid("V", 20), bid("I", 1, "withdrawn")),
        priced("equal", bid("D", 1, "disqualified"), bid("V", 1)),
    ]
    others = [
        priced("pending", bid("D", 10, "disqualified"), bid("V", 20), bid("P", 1, "pending")),
        priced("valid", bid("D", 10, "disqualified"), bid("V", 1)),
        priced("nonfinal", bid("D", 1, "disqualified"), bid("V", 2), status="pending"),
        priced("cancelled tender", bid("D", 1, "disqualified"), bid("V", 2)) | {"tender": {"status": "cancelled"}},
        priced("missing amount", bid("D", 1, "disqualified"), bid("V")),
        priced("no price comparison", bid("D", 1, "disqualified"), bid("V", 2), procurementMethodDetails="NPC"),
        priced("exclude procurement method details", bid("D", 1, "disqualified"), bid("V", 2), procurementMethodDetails="EXC"),
    ]
    assert flags("R036", *told, *others) == {"OCID": {one["ocid"]: {"R036": 1.0} for one in told}}


def test_r038_bids_of_a_buyer_an_entity_or_a_tenderer_are_disqualified() -> None:
    def bought(ocid: str, who: str, *bids: Json) -> Json:
        return process(ocid, [*bids], procuringEntity={"id": who.replace("B", "P")}) | {"buyer": {"id": who}}

    every = [bought("0", "B", bid("W1"), out("D")), *(bought(str(n), str(n), bid(f"W{n}")) for n in range(1, 5))]
    cancelled = bought("cancelled tender", "B", bid("W1"), out("D"))
    cancelled["tender"]["status"] = "cancelled"
    assert flags("R038", *every, cancelled) == {"Buyer": {"B": {"R038": 0.5}}, "ProcuringEntity": {"P": {"R038": 0.5}}}
    alike = [process("0", [out("D"), *(bid(str(n)) for n in range(4))]), process("1", [bid("D")])]
    assert flags("R038", *alike) == {"Tenderer": {"D": {"R038": 0.5}}}
    assert flags("R038", *alike, minimum_submitted_bids=3) == {}
    assert flags("R038", *alike, process("2", [bid("D", status="withdrawn"), bid("D", status="invited")])) == {
        "Tenderer": {"D": {"R038": 0.5}}
    }
    assert flags("R038", *every, minimum_contracting_processes=3) == {}
    assert flags("R038", *alike, threshold=0.51) == {}


def test_r048_a_supplier_of_many_kinds() -> None:
    def supplied(ocid: str, *codes: str, who: tuple[str, ...] = ("S",), status: str = "active", **tender: Any) -> Json:
        items = [{"classification": {"id": code}} for code in codes]
        return {"ocid": ocid, "awards": [award(*who, status=status, items=items)], "tender": tender}

    both = ("10000000", "11000000")
    every = [
        supplied("F", *both, who=("F",)), *(supplied(str(n), "10000000", who=(str(n),)) for n in range(1, 5)),
        *(supplied(f"{one} award", *both, status=one) for one in ("pending", "cancelled", "unsuccessful", "invalid")),
        supplied("multiple suppliers", *both, who=("S", "T")),
        supplied("cancelled tender", *both, who=("F",)) | {"tender": {"status": "cancelled"}},
    ]  # fmt: skip
    assert flags("R048", *every, minimum_contracting_processes=1) == {"Tenderer": {"F": {"R048": 2.0}}}
    assert flags("R048", *every) == {}
    assert flags("R048", *every, minimum_contracting_processes=1, digits=1, threshold=2) == {}
    assert flags("R048", *every, minimum_contracting_processes=1, threshold=1)["Tenderer"]["1"] == {"R048": 1.0}
    assert flags("R048", every[0], every[0] | {"ocid": "again"}, minimum_contracting_processes=2, threshold=2) != {}


@pytest.mark.parametrize("odd", [None, 1, "x", [], {}, [1], {"details": {}}, {"details": [1, None, {}, {"status": 1}]}])
def test_what_is_of_another_shape_says_nothing(odd: Any) -> None:
    bare = {"ocid": "x", "buyer": odd, "tender": odd, "bids": odd, "awards": odd}
    inside = process("y", [bid("V", 1) | {"tenderers": odd, "value": odd, "date": odd}], [award("V") | {"suppliers": odd, "items": odd}])
    for found in (look([bare]), look([inside])):
        assert not any(found.results.values())


def test_a_section_below_a_flags_own_chooses_it_too() -> None:
    assert look([period("x", SHORT)], {"R003.procurement_method_details": {}}).results["OCID"] == {"x": {"R003": 1.0}}
    assert not any(look([period("x", SHORT)], {"": {}, "exclusions": {}}).results.values())


def test_every_flag_says_what_it_is() -> None:
    for code in CODES:
        for name in ("TITLE", "METHOD", "BLIND_SPOTS", "FALSE_ALARMS"):
            assert all(getattr(flag(code), name)), (code, name)
    assert [*ALL] == [*CODES]


def test_quartiles_are_of_the_eighth_definition() -> None:
    """The figures of statrs' own tests, whose quartiles Cardinal takes."""
    data = [-1.0, 5.0, 0.0, -3.0, 10.0, -0.5, 4.0, 0.2, 1.0, 6.0]
    assert (quantile(data, 0), quantile(data, 1), quantile(data, 0.01), quantile(data, 0.99)) == (-3.0, 10.0, -3.0, 10.0)
    assert quantile(data, 0.7) == 137 / 30
    assert quantile(data, 0.2) == pytest.approx(-0.8, abs=1e-15)
    assert quantile(data, 0.325) == pytest.approx(-37 / 240, abs=1e-15)
    assert quantile([], 0.5) is None and fences([]) is None
    assert fences([3.0]) == (3.0, 3.0, 3.0, 3.0)


@given(st.floats(-1e9, 1e9), st.sampled_from([-1.5, 1.5]), st.floats(-1e9, 1e9))
def test_a_fence_is_rounded_once(one: float, other: float, more: float) -> None:
    found = Fraction(fused(one, other, more))
    exact = Fraction(one) * Fraction(other) + Fraction(more)
    for way in (-math.inf, math.inf):
        assert abs(found - exact) <= abs(Fraction(math.nextafter(float(found), way)) - exact)
    assert fused(1 / 3, 3.0, -1.0) != 1 / 3 * 3.0 - 1.0
