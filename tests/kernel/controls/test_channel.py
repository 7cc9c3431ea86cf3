"""channel 渠道: what comes in is answered in time, and not by whom it concerns."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_office import duty_office

from lianfang.catalogue.drills.office import MemoryOffice
from lianfang.kernel.build import without
from lianfang.kernel.model import CommandError, Refusal
from lianfang.kernel.schedule import Duration

BOX = """
ledgers: {relations: {fields: {related: people}, entries: {duo: {related: [xu]}, hua: {related: []}}}}
steps: {do: {by: applicant}}
controls: [{id: box, kind: channel, by: head, within: 5d, escalate: director, false_alarms: {zh: 无, en: none}}]
"""
HEADS = ("hua", "duo")


def sends(made: MemoryOffice, who: str = "ann", **data: Any) -> Refusal | None:
    said = {"sort": "complaint", "title": "窗口提前关门", "text": "周五下午三点已无人。", **data}
    return made.act(who, "tip", "send", "", said, "box")


def answers(made: MemoryOffice, who: str, text: str = "已核实并整改。") -> Refusal | None:
    return made.act(who, "tip", "answer", "", {"reply": text}, "box")


def test_what_came_in_is_answered_and_the_answer_is_kept() -> None:
    made = duty_office(BOX)
    assert sends(made) is None
    made.wait(Duration(5, "d"))
    assert made.alarms == set(), "its last second"
    assert answers(made, "hua") is None
    assert (made.cases["tip"].status, made.cases["tip"].values["reply"]) == ("completed", "已核实并整改。")
    made.wait(Duration(5, "d"))
    assert made.alarms == set()


def test_what_is_not_answered_in_time_is_the_channel_s_alarm_and_no_other_s() -> None:
    made = duty_office(BOX)
    sends(made)
    made.wait(Duration(5, "d"))
    made.now = made.now.replace("00Z", "01Z")
    made.wait(Duration(0, "h"))
    assert {(alarm.control, alarm.where) for alarm in made.alarms} == {("box", ("tip",))}
    made.alarms.clear()
    made.matter = without(made.matter, "box")
    made.wait(Duration(1, "d"))
    assert made.alarms == set(), "without the channel nobody notices"


@pytest.mark.parametrize("about", [["hua"], ["kit", "hua"]])
def test_whom_it_concerns_does_not_answer_it(about: list[str]) -> None:
    made = duty_office(BOX)
    sends(made, about=about)
    refusal = answers(made, "hua")
    assert refusal is not None
    assert (refusal.control, refusal.kind) == ("box", "recusal"), "under the channel's own name"
    assert "回避" in refusal.message.zh and "stand back" in refusal.message.en
    assert answers(made, "duo") is None
    small = made.duties["box"]
    other = duty_office(BOX)
    other.duties = {"box": without(small, "box")}
    sends(other, about=about)
    assert answers(other, "hua") is None, "the gate is what stops it"


def test_nobody_answers_their_own() -> None:
    made = duty_office(BOX)
    sends(made, "hua")
    refusal = answers(made, "hua")
    assert refusal is not None
    assert refusal.control == "box"
    assert answers(made, "duo") is None


def test_who_is_related_to_whom_it_concerns_does_not_answer_where_relations_are_declared() -> None:
    made = duty_office(BOX.replace("by: head", "by: head, ledger: relations, related: related"))
    sends(made, about=["xu"])
    refusal = answers(made, "duo")
    assert refusal is not None
    assert "利害关系" in refusal.message.zh
    assert answers(made, "hua") is None
    plain = duty_office(BOX)
    sends(plain, about=["xu"])
    assert answers(plain, "duo") is None


def test_only_the_post_answers_and_not_with_nothing() -> None:
    made = duty_office(BOX)
    sends(made)
    refusal = answers(made, "ann")
    assert refusal is not None
    assert refusal.control == "step-post"
    for text in ("", "　"):
        with pytest.raises(CommandError, match="reply"):
            answers(made, "hua", text)


@pytest.mark.parametrize("missing", ["sort", "title", "text"])
def test_what_says_nothing_does_not_come_in(missing: str) -> None:
    said = {"sort": "tip", "title": "x", "text": "y"}
    del said[missing]
    with pytest.raises(CommandError, match=missing):
        duty_office(BOX).act("ann", "tip", "send", "", said, "box")


def test_related_without_a_ledger_is_told() -> None:
    with pytest.raises(ValueError, match="belong together"):
        duty_office(BOX.replace("by: head", "by: head, related: related"))


@given(st.lists(st.sampled_from(["ann", "hua", "duo", "kit"]), unique=True), st.sampled_from(["ann", "hua", "duo"]), st.sampled_from(HEADS))
def test_who_answers_is_neither_the_sender_nor_concerned(about: list[str], sender: str, who: str) -> None:
    made = duty_office(BOX)
    assert sends(made, sender, about=about) is None
    assert (answers(made, who) is None) == (who != sender and who not in about)
