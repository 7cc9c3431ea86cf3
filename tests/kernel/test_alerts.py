"""An alert is worked to its end: in order, by who has it, by nobody whom it names, and a red one by two people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, strategies
from paper_office import PaperOffice

from lianfang.kernel import alerts
from lianfang.kernel.alerts import Alert, Work
from lianfang.kernel.entry import Rejudge, Worked, alert_json, judge_work, torn
from lianfang.kernel.model import CommandError, Matter, Text

LATE = """
record: {number: text}
steps:
  fill: {by: applicant, form: [number]}
  check: {by: head, kind: approval, returns_to: fill}
controls:
  - id: late
    kind: deadline
    from: fill
    within: 1d
    until: check
    escalate: [{post: director}, {post: deputy, after: 2d}]
    false_alarms: [{zh: 出差, en: Away}, {zh: 病假, en: Ill}]
"""
ANN, BEN = "ann", "ben"
"""Ann opened the case; the others look after its alert, but for Ben, who is a clerk."""
ROLES = {"ivy": ["inspector"], "max": ["inspector"], "tom": ["auditor"]}
POSTS = {"dora": ["bureau/director"], "dan": ["bureau/deputy"], ANN: ["bureau/clerk"], BEN: ["bureau/clerk"]}
LEADS = {"hua": ["bureau"], ANN: ["bureau"]}
PAPER = "a" * 64


class Desk:
    """One alert, and the log of what was done about it."""

    def __init__(self, level: str = "orange", about: str = "a|check|2026-03-03T01:00:00Z") -> None:
        self.office = PaperOffice(LATE)
        self.matter: Matter = self.office.matter
        self.log: list[dict[str, Any]] = []
        self.about, self.level, self.day = about, level, 1
        self.stands: dict[str, Any] = {}
        self.people = ["kit"]
        self.alert = self.raised("a")

    def raised(self, *cases: str) -> Alert:
        new = Alert(self.matter.id, "late", self.about, self.level, cases, tuple(self.people), self.now)
        time = {"length": "2wd", "due": "2026-03-31T01:00:00Z"}
        kept = json.loads(json.dumps(alert_json(self.matter, new, "risk", Text("逾期", "late"), time)))
        self.log.append({"case": None, "n": 0, "prev": "", "at": self.now, "alert": kept})
        self.alert = alerts.raised(getattr(self, "alert", None), kept, self.now)
        return self.alert

    @property
    def now(self) -> str:
        return f"2026-04-{self.day:02}T01:00:00Z"

    def facts(self, work: Work) -> dict[str, Any]:
        return {":".join(need): self.fact(need) for need in alerts.needs(self.alert, work)}

    def fact(self, need: tuple[str, ...]) -> Any:
        match need:
            case ("posts" | "roles" | "leads" as kind, who):
                return {"posts": POSTS, "roles": ROLES, "leads": LEADS}[kind].get(who, [])
            case ("named",):
                return sorted(self.people)
            case ("entry", _, who):
                return self.stands.get(who)
            case ("file", sha256):
                return {"name": "记录.pdf", "size": 1, "pages": 1, "blank_pages": 0} if sha256 == PAPER else None
            case ("within", stage):
                return {"length": "3wd", "due": f"2026-05-{[*alerts.STAGES].index(stage) + 1:02}T01:00:00Z"}
        raise LookupError(need)

    def tries(self, who: str, act: str, /, **data: Any) -> Worked:
        """Somebody tries an act; it is kept whatever came of it."""
        work = Work(act, data, who, self.now)
        alerts.read(self.matter, self.alert, work)
        worked = judge_work(self.matter, self.alert, work, self.facts(work))
        self.log.append(json.loads(json.dumps(worked.entry)))
        self.alert = worked.alert
        return worked

    def does(self, who: str, act: str, /, **data: Any) -> Alert:
        """Somebody does an act, and nothing stands against it."""
        worked = self.tries(who, act, **data)
        assert worked.refusal is None, worked.refusal
        return self.alert

    def refused(self, who: str, act: str, /, **data: Any) -> str:
        """By which rule an act is refused."""
        refusal = self.tries(who, act, **data).refusal
        assert refusal is not None
        assert refusal.message.zh and refusal.message.en
        return refusal.control

    def until(self, stage: str) -> None:
        """Ivy has the alert and carries it to a stage."""
        self.does("ivy", "take")
        while self.alert.stage != stage:
            ruled = {"ruled_out": [1, 2]} if self.alert.stage == "verify" else {}
            self.does("ivy", "forward", opinion="查过", **ruled)

    def faults(self) -> list[int]:
        rejudge = Rejudge({self.matter.version: self.matter}.__getitem__)
        return [index for index, _ in rejudge.faults(enumerate(self.log))]


def test_an_alert_is_carried_from_stage_to_stage_each_with_its_time() -> None:
    desk = Desk()
    assert (desk.alert.stage, desk.alert.due, desk.alert.outcome) == ("verify", "2026-03-31T01:00:00Z", "")
    desk.does("ivy", "take")
    desk.day = 2
    assert desk.refused("ivy", "close", reason="violation", opinion="属实") == "alert-order", "what is true is put right first"
    assert desk.does("ivy", "forward", opinion="已向两人核实", files=[PAPER], ruled_out=[1, 2])[7:11] == (
        "handle", "ivy", "2026-04-02T01:00:00Z", "2026-05-02T01:00:00Z",
    )  # fmt: skip
    assert desk.does("ivy", "forward", opinion="已约谈").stage == "rectify"
    assert desk.does("ivy", "forward", opinion="已补签").stage == "close"
    closed = desk.does("ivy", "close", reason="violation", opinion="属实，已整改")
    assert (closed.stage, closed.outcome, closed.holder, closed.due, closed.closers) == ("closed", "confirmed", "", "", ("ivy",))
    assert desk.faults() == []


def test_what_is_innocent_is_closed_at_once_for_a_reason_of_its_control() -> None:
    desk = Desk()
    assert [*alerts.reasons(alerts.control_of(desk.matter, "late"))] == ["violation", "handled", "innocent-1", "innocent-2", "other"]
    desk.does("ivy", "take")
    with pytest.raises(CommandError):
        desk.tries("ivy", "close", reason="innocent-3", opinion="出差")
    assert desk.does("ivy", "close", reason="innocent-1", opinion="当周出差").outcome == "dismissed"
    assert desk.refused("ivy", "take") == "alert-order", "what is closed is closed"


def test_verifying_rules_out_what_would_be_innocent() -> None:
    desk = Desk()
    desk.does("ivy", "take")
    assert desk.refused("ivy", "forward", opinion="查过", ruled_out=[2]) == "alert-ruled-out"
    assert desk.does("ivy", "forward", opinion="查过", ruled_out=[2, 1]).stage == "handle"


def test_only_who_looks_after_it_works_it() -> None:
    desk = Desk()
    assert desk.refused(BEN, "take") == "alert-looks-after"
    assert desk.refused("dan", "take") == "alert-looks-after", "of the later rung, whom nothing was reported to yet"
    for who in ("ivy", "tom", "hua", "dora"):
        assert desk.does(who, "take", opinion="我来").holder == who
    assert Desk(about="a|check|2026-03-03T01:00:00Z|>bureau/deputy").does("dan", "take").holder == "dan"


def test_who_is_named_or_stands_in_for_somebody_named_can_neither_work_nor_close_it() -> None:
    desk = Desk("red")
    desk.people += [ANN, "max"]
    assert desk.refused(ANN, "take") == desk.refused("max", "take") == "alert-named"
    desk.until("close")
    assert desk.refused("ivy", "hand", person="max", opinion="请查") == "alert-looks-after"
    desk.does("ivy", "close", reason="handled", opinion="已处理")
    assert desk.refused("max", "agree") == "alert-named"
    desk.stands["tom"] = {
        "case": None,
        "data": {"for": [{"person": "max", "posts": ["x"], "since": "2026-01-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"}]},
        "open": True,
    }
    assert desk.refused("tom", "agree") == "alert-named"
    assert desk.does("dora", "agree").outcome == "confirmed"


def test_a_red_alert_is_closed_by_a_second_person_who_may_send_it_back() -> None:
    desk = Desk("red")
    desk.until("close")
    asked = desk.does("ivy", "close", reason="handled", opinion="已处理")
    assert (asked.stage, asked.outcome, asked.holder) == ("agree", "", "")
    assert desk.refused("ivy", "agree") == desk.refused("ivy", "return", opinion="再看") == "alert-second"
    assert desk.refused("tom", "take") == "alert-order", "it waits for an agreement, not for somebody to have it"
    back = desk.does("tom", "return", opinion="佐证不足")
    assert (back.stage, back.holder, back.reason, back.closers) == ("close", "ivy", "", ())
    desk.does("ivy", "close", reason="violation", opinion="补了佐证")
    assert desk.does("tom", "agree")[12:14] == ("violation", ("ivy",))
    assert desk.faults() == []


def test_taking_it_from_somebody_and_handing_it_over_need_a_reason() -> None:
    desk = Desk()
    desk.does("ivy", "take")
    for who, act, data in (("tom", "take", {}), ("ivy", "hand", {"person": "tom"}), ("ivy", "forward", {}), ("ivy", "close", {})):
        with pytest.raises(CommandError) as found:
            desk.tries(who, act, **data)
        assert "opinion" in {fault.field for fault in found.value.errors}
    assert desk.refused("tom", "forward", opinion="查过", ruled_out=[1, 2]) == "alert-holder"
    assert desk.refused("ivy", "hand", person=BEN, opinion="外出") == "alert-looks-after"
    assert desk.does("ivy", "hand", person="tom", opinion="外出").holder == "tom"
    assert desk.does("hua", "take", opinion="他请假了").holder == "hua"


@pytest.mark.parametrize(
    ("act", "data", "field"),
    [
        ("jump", {}, "act"),
        ("report", {"post": ""}, "act"),
        ("forward", {"opinion": "x", "files": ["x"]}, "files"),
        ("forward", {"opinion": "x", "files": [PAPER] * 21}, "files"),
        ("forward", {"opinion": "x", "ruled_out": ["1"]}, "ruled_out"),
        ("forward", {"opinion": "\u200b"}, "opinion"),
        ("forward", {"opinion": "x" * 2001}, "opinion"),
        ("hand", {"opinion": "x"}, "person"),
        ("take", {"reason": "other"}, "reason"),
    ],
)
def test_what_is_malformed_is_not_judged(act: str, data: dict[str, Any], field: str) -> None:
    desk = Desk()
    with pytest.raises(CommandError) as found:
        alerts.read(desk.matter, desk.alert, Work(act, data, "ivy", desk.now))
    assert field in {fault.field for fault in found.value.errors}


def test_a_paper_that_is_not_kept_proves_nothing() -> None:
    desk = Desk()
    desk.does("ivy", "take")
    assert desk.refused("ivy", "forward", opinion="见附件", files=["b" * 64], ruled_out=[1, 2]) == "alert-proof"


def test_an_alert_that_grows_stays_where_it_is_and_one_that_was_closed_is_open_again() -> None:
    desk = Desk("red")
    desk.until("close")
    desk.people = ["tom"]
    grown = desk.raised("a", "b")
    assert (grown.stage, grown.holder, grown.cases, grown.people) == ("close", "ivy", ("a", "b"), ("kit", "tom"))
    desk.does("ivy", "close", reason="handled", opinion="已处理")
    assert desk.raised("a", "b", "c")[7:9] == ("close", "ivy"), "a closing was asked for of less than it is now"
    desk.people = ["kit"]
    desk.does("ivy", "close", reason="handled", opinion="已处理")
    desk.does("max", "agree")
    again = desk.raised("a", "b", "c", "d")
    assert (again.stage, again.holder, again.outcome) == ("verify", "", "")
    assert again.people == ("kit", "tom")


def test_late_work_is_reported_once_a_stage_and_whom_it_is_reported_to_may_work_it() -> None:
    desk = Desk()
    desk.about = "x"
    assert desk.refused("dan", "take") == "alert-looks-after"
    assert desk.does("", "report", post="bureau/deputy").reported == (("bureau/deputy", desk.now),)
    assert desk.refused("", "report", post="bureau/deputy") == "alert-order", "told once"
    desk.does("dan", "take")
    desk.does("dan", "forward", opinion="查过", ruled_out=[1, 2])
    assert desk.refused("", "report", post="bureau/deputy") == "alert-order", "the next stage is not late yet"
    desk.about = "a|check|2026-03-03T01:00:00Z"
    assert desk.faults() == [], "and the log says so"


def log() -> Desk:
    """An alert worked to its end, with an attempt of somebody whom it names."""
    desk = Desk("red")
    desk.tries("kit", "take")
    desk.until("close")
    desk.does("ivy", "close", reason="handled", opinion="已处理")
    desk.does("tom", "agree")
    return desk


def test_a_log_with_alerts_comes_out_the_same_and_holds_the_attempt_too() -> None:
    desk = log()
    assert desk.faults() == []
    refused = desk.log[1]["work"]["verdict"]["refusal"]
    assert (refused["control"], refused["kind"]) == ("alert-looks-after", "qualified")


CHANGES: list[tuple[int, str, Any]] = [
    (2, "actor", "tom"),
    (3, "version", "0" * 64),
    (3, "matter", "bureau/other"),
    (3, "about", "b"),
    (3, "act", "jump"),
    (3, "data", {"opinion": "查过"}),
    (3, "facts", {}),
    (3, "verdict", {"events": [{"kind": "forwarded", "to": "close"}]}),
    (6, "data", {"opinion": "已处理", "reason": "innocent-9"}),
    (7, "actor", "ivy"),
    (1, "verdict", {"events": [{"kind": "taken", "to": "kit"}]}),
]


@pytest.mark.parametrize(("index", "key", "value"), CHANGES)
def test_what_was_touched_is_found_at_its_leaf(index: int, key: str, value: Any) -> None:
    desk = log()
    desk.log[index]["work"][key] = value
    assert min(desk.faults()) == index


def test_who_is_named_is_what_the_log_made_and_not_what_an_act_says() -> None:
    desk = log()
    for entry in desk.log[2:]:
        if "named" in entry["work"]["facts"]:
            entry["work"]["facts"]["named"] = []
    assert desk.faults()[0] == 2


def test_an_act_is_no_earlier_than_what_came_before_it() -> None:
    desk = log()
    desk.log[2]["at"] = "2026-03-31T01:00:00Z"
    assert desk.faults()[0] == 2


def test_every_part_that_is_missing_is_named() -> None:
    entry = log().log[3]
    for key in entry["work"]:
        less = {**entry, "work": {name: value for name, value in entry["work"].items() if name != key}}
        found = torn(less)
        assert found is not None and f"work.{key}" in found.zh
    assert torn({**entry, "at": "yesterday"}) is not None
    assert torn(entry) is None
    assert torn({"alert": {**log().log[0]["alert"], "people": "ann"}}) is not None


WHO = strategies.sampled_from([ANN, BEN, "ivy", "max", "tom", "hua", "dora", "kit"])
WORDS = strategies.sampled_from(["", "查过"])
REASON = strategies.sampled_from(["violation", "handled", "innocent-1", "other", "cleared"])
TRIED = strategies.tuples(
    WHO, strategies.sampled_from([*alerts.ACTS, "raise"]), WORDS, WHO, REASON, strategies.lists(strategies.sampled_from([1, 2, 3]))
)


@given(level=strategies.sampled_from(["red", "orange", "yellow"]), tries=strategies.lists(TRIED, max_size=40))
def test_whatever_people_try(level: str, tries: list[Any]) -> None:
    """Who is named moves nothing; what was true went through every stage; a red one has two people; and the log comes out the same."""
    desk = Desk(level)
    passed: list[str] = []
    for who, act, words, person, reason, ruled in tries:
        before = desk.alert
        if act == "raise":
            assert desk.raised("a", f"more{len(desk.log)}").stage != "agree"
            passed = [] if before.stage == "closed" else passed
            continue
        given: Mapping[str, Any] = {"opinion": words, "person": person, "reason": reason, "ruled_out": ruled}
        try:
            worked = desk.tries(who, act, **{name: given[name] for name in alerts.FIELDS[act] if name in given})
        except CommandError:
            assert desk.alert == before
            continue
        if worked.refusal is not None:
            assert desk.alert == before
            continue
        assert who not in ("kit", BEN), "who is named, and who looks after nothing"
        passed += [before.stage] * (act == "forward")
        if desk.alert.outcome == "confirmed":
            assert passed[-3:] == ["verify", "handle", "rectify"]
        if desk.alert.stage == "closed" and level == "red":
            assert (act, who in desk.alert.closers) == ("agree", False)
    assert desk.faults() == []
