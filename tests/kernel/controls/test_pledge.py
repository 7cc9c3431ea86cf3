"""pledge 承诺: each holder signs a given text for themselves, on taking office, when it changes, and again every year."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import BEGINS, duty_office, matter, office_calendar

from lianfang.catalogue.drills.office import MemoryOffice
from lianfang.kernel.build import without
from lianfang.kernel.controls.base import Control
from lianfang.kernel.controls.pledge import KIND
from lianfang.kernel.model import CommandError, Text
from lianfang.kernel.schedule import Duration, office_day
from lianfang.kernel.turns import Held, Turn

TEXT = "本人承诺：不收受服务对象的礼品礼金。"
SHA256 = hashlib.sha256(TEXT.encode()).hexdigest()
MARK = SHA256[:8]
PLEDGE = f"""
steps: {{do: {{by: applicant}}}}
controls:
  - id: oath
    kind: pledge
    by: [clerk, director]
    text: {{zh: {TEXT}, en: I promise to accept no gifts.}}
    edition: 2026-1
    within: 10d
    false_alarms: {{zh: 无, en: none}}
"""
SIGNED = {"text": f"2026-1-{SHA256}"}
BEGIN_DAY = "2026-03-02"


def turns(held: Sequence[Held], until: str, since: str = BEGINS, **params: object) -> list[Turn]:
    """The turns of the pledge, for holders written in short."""
    (control,) = matter(PLEDGE).controls
    changed: Control = replace(control, params={**control.params, **params})
    assert KIND.turns is not None
    return [*KIND.turns(changed, office_calendar().guessing(), held, since, until)]


def clerk(person: str, since: str = "2025-01-01", until: str = "") -> Held:
    return Held(person, "bureau/clerk", since, until)


def signs(made: MemoryOffice, who: str, period: str, **data: str) -> object:
    return made.act(who, f"{who}-{period}", "sign", "", {"period": period, **SIGNED, **data}, "oath")


def test_every_holder_signs_and_who_did_not_in_time_is_alarmed_by_name() -> None:
    """Ann, Ben and Duo are clerks, Dora is director; ten days after the beginning at 09:00 are over at 09:00."""
    made = duty_office(PLEDGE)
    assert signs(made, "ann", f"{BEGIN_DAY} {MARK}") is None
    assert signs(made, "dora", f"{BEGIN_DAY} {MARK}") is None
    made.wait(Duration(10, "d"))
    assert made.alarms == set(), "its last second"
    made.now = "2026-03-12T01:00:01Z"
    made.wait(Duration(0, "h"))
    assert {alarm.about for alarm in made.alarms} == {f"{BEGIN_DAY} {MARK}|ben", f"{BEGIN_DAY} {MARK}|duo"}
    made.matter = without(made.matter, "oath")
    made.alarms.clear()
    made.wait(Duration(0, "h"))
    assert made.alarms == set(), "without the pledge nobody is missed"


def test_nobody_signs_for_another() -> None:
    made = duty_office(PLEDGE)
    refusal = made.act("kit", "x", "sign", "", {"period": f"{BEGIN_DAY} {MARK}", **SIGNED}, "oath")
    assert refusal is not None
    assert refusal.control == "oath"
    for words in ("〔clerk〕", "〔director〕"):
        assert words in refusal.message.zh
    assert signs(made, "ann", f"{BEGIN_DAY} {MARK}") is None
    made.wait(Duration(11, "d"))
    assert {alarm.about.partition("|")[2] for alarm in made.alarms} == {"ben", "duo", "dora"}, "hers is hers alone"


def test_nor_a_stand_in_for_who_is_away() -> None:
    made = duty_office(PLEDGE)
    made.lend("ann", "kit", ["bureau/clerk"], made.begins, "2026-04-01T00:00:00Z")
    refusal = made.act("kit", "x", "sign", "", {"period": f"{BEGIN_DAY} {MARK}", **SIGNED}, "oath", behalf="ann")
    assert refusal is not None
    assert refusal.control == "stand-in"
    assert refusal.message.zh and refusal.message.en


@pytest.mark.parametrize("text", [f"2025-1-{SHA256}", "2026-1-" + "0" * 64, "2026-1", ""])
def test_only_the_text_that_is_shown_can_be_signed(text: str) -> None:
    with pytest.raises(CommandError, match="text"):
        signs(duty_office(PLEDGE), "ann", f"{BEGIN_DAY} {MARK}", text=text)


def test_the_form_shows_the_whole_text_and_the_record_says_which() -> None:
    made = duty_office(PLEDGE)
    small = made.duties["oath"]
    assert small.steps["sign"].note == Text(TEXT, "I promise to accept no gifts.")
    assert list(small.record["text"].choices) == [f"2026-1-{SHA256}"]
    signs(made, "ann", f"{BEGIN_DAY} {MARK}")
    assert made.cases[f"ann-{BEGIN_DAY} {MARK}"].values["text"] == f"2026-1-{SHA256}"
    other = duty_office(PLEDGE.replace("礼品礼金", "任何财物")).duties["oath"]
    assert other.record["text"].choices.keys() != small.record["text"].choices.keys()
    assert other.version != small.version


@pytest.mark.parametrize(
    ("held", "owed"),
    [
        (clerk("ann"), [BEGIN_DAY]), (clerk("ann", ""), [BEGIN_DAY]), (clerk("ann", "2026-03-20"), ["2026-03-20"]),
        (clerk("ann", "2026-04-02"), []), (clerk("ann", until="2026-03-02"), []), (clerk("ann", until="2026-03-12"), []),
        (clerk("ann", until="2026-03-13"), [BEGIN_DAY]), (clerk("ann", "2026-03-20", "2026-03-29"), []),
        (clerk("ann", "2026-03-20", "2026-03-30"), ["2026-03-20"]), (Held("ann", "bureau/keeper", "", ""), []),
    ],
)  # fmt: skip
def test_signed_on_taking_office_by_who_stays_till_it_is_due(held: Held, owed: list[str]) -> None:
    """Looked at on 1 April: who takes office that far ahead owes nothing yet."""
    assert [turn.period for turn in turns([held], "2026-04-01T00:00:00Z")] == [f"{day} {MARK}" for day in owed]


def test_taking_office_counts_from_the_first_second_of_that_day() -> None:
    (turn,) = turns([clerk("ann", "2026-03-20")], "2026-04-01T00:00:00Z")
    assert (turn.opens, turn.due, turn.post, turn.holder) == ("2026-03-19T16:00:00Z", "2026-03-29T16:00:00Z", "bureau/clerk", "ann")
    assert turns([clerk("ann", "2026-03-20")], "2026-03-19T15:59:59Z") == []
    assert len(turns([clerk("ann", "2026-03-20")], "2026-03-19T16:00:00Z")) == 1


def test_signed_again_every_year_by_who_held_the_post_before() -> None:
    held = [clerk("ann"), clerk("ben", "2027-01-01"), clerk("cy", until="2027-01-05")]
    found = {(turn.period.split()[0], turn.holder) for turn in turns(held, "2027-01-20T00:00:00Z")}
    assert found == {(BEGIN_DAY, "ann"), ("2027", "ann"), ("2027-01-01", "ben"), (BEGIN_DAY, "cy")}, "who signs on coming signs once"
    quarterly = {turn.period.split()[0] for turn in turns([clerk("ann")], "2026-08-01T00:00:00Z", every="quarter")}
    assert quarterly == {BEGIN_DAY, "2026-Q2", "2026-Q3"}


def test_a_changed_text_is_another_turn_for_everybody() -> None:
    old, new = (
        turns([clerk("ann")], "2026-06-01T00:00:00Z", since, text=Text(zh, "x"))
        for since, zh in ((BEGINS, TEXT), ("2026-05-04T01:00:00Z", TEXT + "不泄密。"))
    )
    assert [turn.period for turn in old] == [f"{BEGIN_DAY} {MARK}"]
    assert [turn.period[:11] for turn in new] == ["2026-05-04 "]
    assert not {turn.key for turn in old} & {turn.key for turn in new}


def test_an_edition_is_a_plain_word() -> None:
    with pytest.raises(ValueError, match="edition should be"):
        matter(PLEDGE.replace("edition: 2026-1", "edition: 二〇二六版"))


def test_a_text_in_one_language_is_no_text() -> None:
    with pytest.raises(ValueError, match="both languages"):
        matter(PLEDGE.replace(", en: I promise to accept no gifts.", ""))


_DAY = st.dates(office_day("2026-01-01T00:00:00Z"), office_day("2027-02-20T00:00:00Z")).map(str)
_HELD = st.builds(Held, st.sampled_from("ab"), st.sampled_from(["bureau/clerk", "bureau/director"]), _DAY, st.just("") | _DAY)


@given(st.lists(_HELD, max_size=4), _DAY)
def test_every_turn_is_one_holder_s_own_in_time_and_asked_once(held: list[Held], day: str) -> None:
    until = f"{day}T00:00:00Z"
    found = turns(held, until)
    assert len({turn.key for turn in found}) == len(found)
    for turn in found:
        assert BEGINS <= turn.opens <= until
        assert turn.opens < turn.due
        opens = office_day(turn.opens).isoformat()
        assert any(one.person == turn.holder and one.since <= opens and (not one.until or opens < one.until) for one in held)
    for one in held:
        first = max(one.since, BEGIN_DAY)
        if not one.until and first <= office_day(until).isoformat() and f"{first}T00:00:00Z" < until and first > BEGIN_DAY:
            assert any(turn.holder == one.person and turn.period.startswith(first) for turn in found), "nobody is forgotten"
