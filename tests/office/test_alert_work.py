"""An alert is worked to its end in an office: who may, by when, with what proof; and the log can be judged again."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from lianfang.catalogue.audit import verify_bundle
from lianfang.evidence import leaf_bytes, leaf_hash
from lianfang.kernel import CommandError
from lianfang.kernel import alerts as rules
from lianfang.kernel.model import Command, Text
from lianfang.office import alert_acts, alerts, files, log
from lianfang.office.alert_access import seen
from lianfang.office.alert_log import submit
from lianfang.office.alert_page import alert_page
from lianfang.office.engine import engine, reset
from lianfang.office.people import holders, posts_of
from lianfang.office.sweep import sweep
from lianfang.office.views import NotFound, StaleCase
from lianfang.store.models import Alert, CaseRow, Entry, Person, chain

INNOCENT = {"reason": "innocent-1", "opinion": "两笔是定点快递，各自独立"}


@pytest.fixture
def slices(office: Any, claim: Any) -> list[str]:
    """Three claims that look like one cut up; the first was rechecked by the head of a department."""
    office.at("2026-11-25T02:00:00Z")
    made = [claim(290_000, f"s{number}") for number in range(3)]
    assert office.act("ic-rechecker", made[0], "recheck", "approve").accepted
    assert office.act("ic-department-head", made[0], "head", "approve").accepted
    office.settle()
    return made


@pytest.fixture
def alert(slices: list[str]) -> Alert:
    return Alert.objects.get()


def does(who: str, act: str, /, **data: Any) -> Alert:
    outcome = alert_acts.act(who, Alert.objects.get().id, act, data)
    assert outcome.accepted, outcome.refusal
    return Alert.objects.get()


def refused(who: str, act: str, /, **data: Any) -> str:
    outcome = alert_acts.act(who, Alert.objects.get().id, act, data)
    assert outcome.refusal is not None
    assert outcome.refusal.message.zh and outcome.refusal.message.en
    return outcome.refusal.control


def worked(office: Any) -> Alert:
    """The alert, carried to its end by an inspector and an auditor."""
    paper = office.file("约谈记录.txt", "已约谈。", "inspector")
    does("inspector", "take")
    does("inspector", "forward", opinion="三笔同日同一收款人", files=[paper], ruled_out=[1])
    does("inspector", "forward", opinion="已约谈经办人")
    does("inspector", "forward", opinion="已补办采购手续")
    does("inspector", "close", reason="violation", opinion="化整为零属实，已整改")
    return does("auditor", "agree", opinion="同意")


def test_a_red_alert_goes_its_way_with_a_time_for_each_stage(office: Any, alert: Alert) -> None:
    assert (alert.level, alert.stage, alert.due) == ("red", "verify", "2026-11-27T02:00:00Z"), "two working days"
    does("inspector", "take")
    office.at("2026-11-27T01:00:00Z")
    row = does("inspector", "forward", opinion="三笔同日同一收款人", ruled_out=[1])
    assert (row.stage, row.holder, row.since, row.due) == ("handle", "inspector", "2026-11-27T01:00:00Z", "2026-12-02T01:00:00Z")
    for expected in ("rectify", "close"):
        assert does("inspector", "forward", opinion="已办").stage == expected
    assert does("inspector", "close", reason="handled", opinion="已处理").stage == "agree"
    assert refused("inspector", "agree") == "alert-second"
    row = does("auditor", "agree")
    assert (row.status, row.stage, row.reason, alerts.alert_of(row).outcome) == ("closed", "closed", "handled", "confirmed")


def test_who_is_named_or_acted_in_its_cases_is_kept_from_it_on_record(alert: Alert) -> None:
    assert refused("ic-department-head", "take") == "alert-named", "she leads the unit and approved one of the three"
    (entry,) = Entry.objects.filter(kind=Entry.WORK)
    assert json.loads(entry.body)["work"]["verdict"]["refusal"]["shown"] == {"people": ["ic-department-head"]}
    assert (entry.actor, entry.step, entry.control) == ("ic-department-head", "take", "slices")
    assert does("ic-director", "take").holder == "ic-director"
    page = alert_page("ic-director", alert.id)
    assert "ic-department-head" not in [one.id for one in page.takers]
    assert {"inspector", "ic-deputy"} <= {one.id for one in page.takers}
    assert alert_page("ic-department-head", alert.id).barred
    assert alert_page("ic-department-head", alert.id).acts == ()


def commented(office: Any, alert: Alert) -> None:
    """The inspector is named to read a case of the alert, and asks a question on it."""
    assert office.act("ic-rechecker", alert.cases[0], "", "copy", people=["inspector"]).accepted
    assert office.act("inspector", alert.cases[0], "", "comment", opinion="三张发票为何同日开具？", people=["ic-clerk"]).accepted


def test_who_only_commented_on_its_case_works_it(office: Any, alert: Alert, tmp_path: Path) -> None:
    commented(office, alert)
    assert "inspector" not in json.loads(CaseRow.objects.get(id=alert.cases[0]).actors)
    assert does("inspector", "take").holder == "inspector"
    assert refused("ic-department-head", "take", opinion="我来查") == "alert-named", "who acted still does not"
    log.export(tmp_path / "bundle")
    assert verify_bundle(tmp_path / "bundle").faults == ()


def test_a_log_in_which_they_counted_is_judged_as_it_was(
    office: Any, alert: Alert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(Command, "acted", property(lambda command: (command.actor,)))
        commented(office, alert)
        assert refused("inspector", "take") == "alert-named"
        assert does("auditor", "take").holder == "auditor"
    log.export(tmp_path / "bundle")
    assert verify_bundle(tmp_path / "bundle").faults == ()


def test_it_is_there_for_those_who_look_after_it_only(alert: Alert) -> None:
    for who in ("ic-clerk", "gs-director", "sysadmin"):
        with pytest.raises(NotFound):
            alert_page(who, alert.id)
        with pytest.raises(NotFound):
            alert_acts.act(who, alert.id, "take", {})
    assert not Entry.objects.filter(kind=Entry.WORK).exists(), "a stranger who guesses numbers leaves nothing"


def test_everybody_who_sees_an_alert_may_work_it_by_the_rules_and_nobody_else(office: Any, alert: Alert) -> None:
    """What the list asks of the database is what the kernel asks of the facts."""
    office.at("2026-11-30T02:00:00Z")
    sweep()
    assert Alert.objects.count() > 1
    both = {True: 0, False: 0}
    for row in Alert.objects.all():
        matter = alerts.matter_of(row)
        assert matter is not None
        for who in Person.objects.values_list("id", flat=True):
            by_rule = rules.looks_after(matter, alerts.alert_of(row), *alerts.powers(posts_of(who)))
            assert seen(who).filter(id=row.id).exists() == by_rule, (who, row.matter, row.control)
            both[by_rule] += 1
    assert all(both.values())


def test_what_is_innocent_is_closed_at_once_and_its_record_says_so(alert: Alert) -> None:
    does("inspector", "take")
    assert refused("inspector", "forward", opinion="查过") == "alert-ruled-out"
    assert does("inspector", "close", **INNOCENT).stage == "agree", "red: somebody else must agree"
    (open_one,) = alerts.records("inspector")
    assert (open_one.raised, open_one.open, open_one.precision) == (1, 1, None)
    assert does("auditor", "agree").status == "closed"
    (record,) = alerts.records("inspector")
    assert (record.detector, record.raised, record.confirmed, record.dismissed, record.open) == ("splitting", 1, 0, 1, 0)
    assert record.precision == 0
    assert alerts.by_detector([record, record])[0].raised == 2


def test_a_claim_more_lets_it_grow_and_one_that_was_closed_is_open_again(office: Any, alert: Alert, claim: Any) -> None:
    does("inspector", "take")
    does("inspector", "forward", opinion="查过", ruled_out=[1])
    claim(290_000, "s4")
    office.settle()
    row = Alert.objects.get()
    assert (len(row.cases), row.stage, row.holder) == (4, "handle", "inspector"), "it grew where it stood"
    does("inspector", "close", **INNOCENT)
    does("auditor", "agree")
    claim(290_000, "s5")
    office.settle()
    row = Alert.objects.get()
    assert (row.status, row.stage, row.holder, row.reason) == ("open", "verify", "", "")
    acts = [event.act for event in alert_page("inspector", row.id).history]
    # The watch may have looked in the middle of the claims, and told of the first of them before.
    assert acts[acts.index("take") - 1 :] == ["", "take", "forward", "", "close", "agree", ""]


def test_one_that_became_graver_before_it_was_verified_falls_due_as_early_as_it_would_have_by_that(office: Any, claim: Any) -> None:
    office.at("2026-11-25T02:00:00Z")
    for number in range(2):
        claim(290_000, f"s{number}")
    office.settle()
    row = Alert.objects.get()
    assert (row.level, row.due) == ("orange", "2026-11-30T02:00:00Z"), "three working days"
    claim(290_000, "s2")
    office.settle()
    row = Alert.objects.get()
    assert (row.level, row.due) == ("red", "2026-11-27T02:00:00Z"), "two"
    office.at("2026-11-27T02:00:01Z")
    sweep()
    assert json.loads(Alert.objects.get(control="slices").reported) == [["office/deputy-director", "2026-11-25T02:00:00Z"]]


def test_late_work_is_told_up_the_ladder_and_whoever_is_told_can_see_to_it(office: Any, alert: Alert) -> None:
    deputy, director = (holders([f"office/{post}"])[0] for post in ("deputy-director", "director"))
    assert not seen(deputy).exists()
    office.at("2026-11-27T02:00:01Z")
    sweep()
    row = Alert.objects.get(control="slices")
    assert json.loads(row.reported) == [["office/deputy-director", "2026-11-25T02:00:00Z"]]
    assert seen(deputy).filter(id=row.id).exists()
    assert not seen(director).filter(id=row.id).exists()
    sweep()
    assert Entry.objects.filter(kind=Entry.WORK, step="report", control="slices").count() == 1, "told once"
    office.at("2026-12-02T02:00:01Z")
    sweep()
    assert seen(director).filter(id=row.id).exists(), "three working days later"
    assert alert_acts.act(director, row.id, "take", {}).accepted
    assert row.id in [one.id for one in alerts.waiting(director)]


def test_what_proves_it_is_there_for_those_who_see_the_alert(office: Any, alert: Alert) -> None:
    paper = office.file("约谈记录.txt", "已约谈。", "inspector")
    does("inspector", "take")
    with pytest.raises(CommandError):
        alert_acts.act("auditor", alert.id, "take", {"opinion": "我来", "files": [paper]})
    stolen = office.file("别人的.txt", "不给看", "gs-clerk")
    with pytest.raises(CommandError) as caught:
        alert_acts.act("inspector", alert.id, "forward", {"opinion": "查过", "files": [stolen], "ruled_out": [1]})
    assert [fault.field for fault in caught.value.errors] == ["files"]
    with pytest.raises(NotFound):
        files.fetch("ic-director", paper)
    does("inspector", "forward", opinion="查过", files=[paper], ruled_out=[1])
    assert files.fetch("ic-director", paper)[0].name == "约谈记录.txt"
    with pytest.raises(NotFound):
        files.fetch("ic-clerk", paper)
    (event,) = [one for one in alert_page("auditor", alert.id).history if one.files]
    assert event.files[0].name == "约谈记录.txt"


def test_who_read_an_older_state_does_not_act_on_it_and_a_repeated_act_is_one(alert: Alert) -> None:
    read = alert.last
    first = alert_acts.act("inspector", alert.id, "take", {}, "k1", read)
    again = alert_acts.act("inspector", alert.id, "take", {}, "k1", read)
    assert (first.entry, again.repeated) == (again.entry, True)
    with pytest.raises(StaleCase):
        alert_acts.act("auditor", alert.id, "take", {"opinion": "我来"}, "", read)


def test_the_row_of_an_alert_is_what_the_log_makes_it(office: Any, alert: Alert, claim: Any) -> None:
    refused("ic-department-head", "take")
    worked(office)
    claim(290_000, "s4")
    office.settle()
    does("ic-director", "take")
    office.at("2026-12-05T02:00:00Z")
    sweep()
    folded: dict[Any, rules.Alert] = {}
    tips: dict[Any, list[int]] = {}
    for entry in Entry.objects.filter(kind__in=(Entry.ALERT, Entry.WORK)).order_by("id"):
        body = json.loads(entry.body)
        kept = body.get("alert") or body["work"]
        place = kept["matter"], kept["control"], kept["about"]
        tips.setdefault(place, []).append(entry.id)
        if "alert" in body:
            folded[place] = rules.raised(folded.get(place), kept, entry.at)
        else:
            folded[place] = rules.evolve(folded[place], kept, entry.at)
    rows = {(row.matter, row.control, row.about): row for row in Alert.objects.all()}
    assert {place: alerts.alert_of(row) for place, row in rows.items()} == folded
    assert {place: [entry.id for entry in chain(row.last)] for place, row in rows.items()} == tips
    assert {row.stage for row in rows.values()} == {"verify"}
    assert any(row.reported != "[]" for row in rows.values())


def test_an_export_is_judged_again_act_by_act(office: Any, alert: Alert, tmp_path: Path) -> None:
    refused("ic-department-head", "take")
    worked(office)
    office.at("2026-12-05T02:00:00Z")
    sweep()
    log.export(tmp_path / "bundle")
    assert verify_bundle(tmp_path / "bundle").faults == ()


CHANGES = {
    "somebody else closed it": ('"actor":"auditor"', '"actor":"auditor-2"', "事实"),
    "the one who was barred took it": ('"actor":"ic-department-head"', '"actor":"ic-director"', "事实"),
    "nobody was named": ('"ic-department-head",', "", "预警所涉人员"),
    "it was innocent": ('"reason":"violation"', '"reason":"innocent-9"', "销号理由"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_changed_in_the_store_and_signed_again_is_found(office: Any, alert: Alert, tmp_path: Path, name: str) -> None:
    """Whoever holds the database and the key still can't change what was done about an alert."""
    old, new, told = CHANGES[name]
    refused("ic-department-head", "take")
    worked(office)
    entry = next(one for one in Entry.objects.filter(kind=Entry.WORK).order_by("-id") if old in one.body)
    if office.database:
        pytest.skip("the guard of the embedded store is taken off by hand")
    with sqlite3.connect(office.data / "lianfang.sqlite3") as connection:
        connection.execute("DROP TRIGGER entry_no_update")
        body = entry.body.replace(old, new)
        connection.execute("UPDATE entry SET body = ?, leaf = ? WHERE id = ?", (body, leaf_hash(leaf_bytes(body.encode())), entry.id))
    reset(office.clock)  # what signs it has not seen the log before
    log.export(tmp_path / "bundle")
    faults = verify_bundle(tmp_path / "bundle").faults
    assert faults[0].leaf == entry.id - 1
    assert told in faults[0].zh


def test_what_the_office_does_by_itself_is_judged_too(alert: Alert) -> None:
    matter = alerts.matter_of(alert)
    assert matter is not None
    place = alert.matter, alert.control, alert.about
    _, early = submit(engine(), place, matter, rules.Work("report", {"post": "office/director"}, "", engine().now()))
    assert early is not None and early.refusal is not None and early.refusal.control == "alert-order"
    assert isinstance(early.refusal.message, Text)


def test_lists_are_narrowed_and_counted(office: Any, alert: Alert) -> None:
    office.at("2026-11-27T02:00:01Z")
    sweep()
    everything = alerts.listed("inspector")
    counts = {name: count for name, _, count in everything.levels}
    assert sum(counts.values()) == everything.page.total == Alert.objects.count() > 1
    red = alerts.listed("inspector", level="red")
    assert (red.page.total, {one.level for one in red.page.lines}) == (counts["red"], {"red"})
    states = {name: count for name, _, count in everything.states}
    assert (states["late"], states["open"], states["closed"]) == (1, Alert.objects.count(), 0)
    (late,) = alerts.listed("inspector", state="late").page.lines
    assert late.id == alert.id
    assert everything.mine == 0
    does_it = alert_acts.act("inspector", alert.id, "take", {})
    assert does_it.accepted
    assert [one.id for one in alerts.listed("inspector", mine=True).page.lines] == [alert.id]
    assert (
        alerts.listed("inspector", unit="government-services").page.total == {n: c for n, _, c in everything.units}["government-services"]
    )
