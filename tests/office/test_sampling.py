"""A share of each month's finished claims is drawn by the log itself, checked by somebody else, and drawn again by the auditor."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import partial, partialmethod
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from lianfang.catalogue.audit import judge_again, verify_bundle
from lianfang.catalogue.drills import drill
from lianfang.catalogue.load import load
from lianfang.kernel.controls.sample import Drawn, took_part
from lianfang.office import access, cases, desk, installation, log, sampling
from lianfang.office import engine as running
from lianfang.office.sweep import sweep
from lianfang.office.views import NotFound
from lianfang.store.models import Alert, CaseRow, Duty, Entry
from lianfang.watch.engine import find
from tests import written
from tests.five import five

EXPENSE = "information-centre/expense"
CHECK = f"{EXPENSE}/spot-check"
CONTROL = yaml.safe_load("""
id: spot-check
kind: sample
title: {zh: 每月抽查报销, en: Claims are checked again}
share: 40%
every: month
ledger: spot-checks
by: voucher-keeper
within: 10d
false_alarms: {zh: 检查人请假。, en: The checker is on leave.}
""")
LEDGER = {
    "id": "spot-checks", "title": {"zh": "抽查台账", "en": "Spot checks"},
    "fields": {
        "period": {"type": "text", "label": {"zh": "抽查周期", "en": "Period"}},
        "actors": {"type": "people", "label": {"zh": "办理过的人员", "en": "people who acted in it"}},
    },
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The built-in catalogue with a spot check of expenses."""
    made = tmp_path / "catalogue"
    shutil.copytree(settings.LIANFANG_CATALOGUE or five().root, made)
    change(made / "ledgers" / "money.yaml", lambda value: value["ledgers"].append(LEDGER))

    def watched(value: Any) -> None:
        value["controls"].append(CONTROL)
        value["risks"][1]["controls"].append("spot-check")

    change(written.as_one(made, f"matters/{EXPENSE}/matter.yaml"), watched)
    return made


def change(path: Path, how: Callable[[Any], None]) -> None:
    value = yaml.safe_load(path.read_text(encoding="utf-8"))
    how(value)
    path.write_text(yaml.safe_dump(json.loads(json.dumps(value, default=str)), allow_unicode=True, sort_keys=False), encoding="utf-8")


@pytest.fixture
def checked(office: Any, root: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An office that has it in force since 1 March 2027."""
    monkeypatch.setattr(settings, "LIANFANG_CATALOGUE", root)
    office.at("2027-03-01T02:00:00Z")
    running.reset(office.clock)
    installation.install(demo=True)
    return office


def finished(office: Any, claim: Any, number: str, who: str = "ic-clerk", keeper: str = "") -> str:
    """A claim that was paid; ``keeper`` of vouchers stands in for who claims."""
    case_id = str(claim(280_000, number, payee=f"甲{number}", who=keeper or who))
    for person, step in (("rechecker", "recheck"), ("department-head", "head"), ("deputy", "deputy"), ("general-affairs", "settle")):
        assert office.act(f"ic-{person}", case_id, step, "approve").accepted
    assert office.act("ic-cashier", case_id, "pay", paid=280_000, bank_reference=number).accepted
    return case_id


def draws() -> list[dict[str, Any]]:
    return [json.loads(e.body)["fact"] for e in Entry.objects.filter(kind=Entry.FACT, control="spot-check").order_by("id")]


def verdict(tmp_path: Path, name: str = "bundle") -> Any:
    log.export(tmp_path / name)
    return verify_bundle(tmp_path / name)


def test_two_of_five_are_drawn_once_an_hour_after_the_month_and_an_auditor_draws_the_same(checked: Any, claim: Any, tmp_path: Path) -> None:
    made = [finished(checked, claim, f"n{number}") for number in range(5)]
    claim(280_000, "open", payee="未办结")
    checked.at("2027-03-31T16:59:59Z")
    sweep()
    assert draws() == [], "a command of the last second may still be on its way"
    checked.at("2027-03-31T17:00:00Z")
    sweep()
    found = draws()
    assert len(found) == 2
    assert {fact["key"] for fact in found} == set(found[0]["draw"]["drawn"]) <= set(made)
    assert (found[0]["draw"]["of"], found[0]["draw"]["period"]) == (5, "2027-03")
    assert found[0]["data"]["actors"] == sorted(json.loads(CaseRow.objects.get(id=found[0]["key"]).actors))
    before = Entry.objects.count()
    sweep()
    running.reset(checked.clock)
    sweep()
    assert Entry.objects.count() == before, "nor does another process draw again"
    checked.at("2027-04-03T02:00:00Z")
    finished(checked, claim, "april")
    told = verdict(tmp_path)
    assert told.sound, told.faults


def test_a_copy_made_later_moves_no_case_into_another_month_and_a_month_is_drawn_from_once(
    checked: Any, claim: Any, root: Path, tmp_path: Path
) -> None:
    made = [finished(checked, claim, f"n{number}") for number in range(5)]
    checked.at("2027-03-31T16:30:00Z")
    for case_id in made:
        assert checked.act("ic-clerk", case_id, "", "copy", people=["ic-director"]).accepted
    checked.at("2027-03-31T17:00:00Z")
    sweep()
    found = draws()
    assert (len(found), found[0]["draw"]["of"]) == (2, 5)
    told = verdict(tmp_path)
    assert told.sound, told.faults
    change(root / "matters" / EXPENSE / "matter.yaml", lambda value: value["controls"][-1].update(share="100%"))
    running.reset(checked.clock)
    installation.install(demo=True)
    checked.at("2027-04-02T02:00:00Z")
    sweep()
    assert draws() == found, "what another share would have drawn"


def test_who_only_commented_checks_it_and_a_draw_in_which_they_counted_is_drawn_again_as_it_was(
    checked: Any, claim: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = finished(checked, claim, "n1")
    assert checked.act("ic-clerk", case_id, "", "copy", people=["ic-voucher-keeper"]).accepted
    assert checked.act("ic-voucher-keeper", case_id, "", "comment", opinion="凭证请编号", people=[]).accepted
    checked.at("2027-04-01T02:00:00Z")
    sweep()
    (found,) = draws()
    assert found["draw"]["comments"] is False
    assert "ic-voucher-keeper" not in found["data"]["actors"]
    assert checked.start("ic-voucher-keeper", CHECK, period=case_id, note="已核对，无误").accepted
    later = finished(checked, claim, "n2")
    assert checked.act("ic-clerk", later, "", "comment", opinion="请付款", people=[]).accepted
    assert checked.act("ic-clerk", later, "", "copy", people=["ic-accountant"]).accepted
    assert checked.act("ic-accountant", later, "", "comment", opinion="已入账", people=[]).accepted
    with monkeypatch.context() as before:
        before.setattr(sampling, "took_part", partial(took_part, comments=True))
        before.setattr(Drawn, "as_json", partialmethod(Drawn.as_json, comments=True))
        checked.at("2027-05-01T02:00:00Z")
        sweep()
    old = draws()[-1]
    assert "comments" not in old["draw"] and "ic-accountant" in old["data"]["actors"]
    told = verdict(tmp_path)
    assert told.sound, told.faults


def test_a_turn_is_owed_seen_by_the_checker_done_by_nobody_who_acted_and_alarmed_when_late(checked: Any, claim: Any) -> None:
    case_id = finished(checked, claim, "n1")
    with pytest.raises(NotFound):
        access.seen_case("ic-voucher-keeper", case_id)
    checked.at("2027-04-01T02:00:00Z")
    sweep()
    (turn,) = (line for line in desk.duties("ic-voucher-keeper") if line.matter == CHECK)
    assert (turn.period, turn.due, turn.state) == (case_id, "2027-04-10T16:00:00Z", "open")
    assert cases.case_view("ic-voucher-keeper", case_id).id == case_id
    assert case_id in access.seen_cases("ic-voucher-keeper").values_list("id", flat=True)
    with pytest.raises(NotFound):
        access.seen_case("gs-clerk", case_id)
    assert checked.start("ic-cashier", CHECK, period=case_id, note="没问题").refusal.control == "step-post"
    checked.at("2027-04-10T16:00:01Z")
    sweep()
    assert [alert.about for alert in Alert.objects.filter(control="spot-check")] == [case_id]
    assert checked.start("ic-voucher-keeper", CHECK, period=case_id, note="凭证齐全").accepted


def test_a_checker_who_claimed_is_refused(checked: Any, claim: Any) -> None:
    case_id = finished(checked, claim, "n1", keeper="ic-voucher-keeper")
    checked.at("2027-04-01T02:00:00Z")
    sweep()
    refused = checked.start("ic-voucher-keeper", CHECK, period=case_id, note="我自己的，没问题")
    assert refused.refusal.control == "not-an-actor"
    assert case_id in refused.refusal.message.zh


@pytest.fixture
def two_posts(checked: Any, root: Path) -> Any:
    """All claims are drawn; the voucher keeper checks them, and the auditor what she may not."""
    posts = ["voucher-keeper", "office/auditor"]
    change(root / "matters" / EXPENSE / "matter.yaml", lambda value: value["controls"][-1].update(by=posts, share="100%"))
    running.reset(checked.clock)
    installation.install(demo=True)
    return checked


def test_of_several_posts_a_case_falls_to_the_first_that_may_check_it(two_posts: Any, claim: Any) -> None:
    her_own, other = finished(two_posts, claim, "n1", keeper="ic-voucher-keeper"), finished(two_posts, claim, "n2")
    two_posts.at("2027-04-01T02:00:00Z")
    sweep()
    for person, case_id in (("ic-voucher-keeper", other), ("auditor", her_own)):
        assert [line.period for line in desk.duties(person) if line.matter == CHECK] == [case_id]
    refused = [two_posts.start(who, CHECK, period=her_own, note="没问题").refusal for who in ("ic-cashier", "ic-voucher-keeper")]
    assert [one.control for one in refused] == ["spot-check", "not-an-actor"]
    for case_id in (her_own, other):
        assert two_posts.start("auditor", CHECK, period=case_id, note="凭证齐全").accepted
    assert not [line for line in desk.duties("ic-voucher-keeper") if line.matter == CHECK and line.state != "done"]


@pytest.fixture
def decided(two_posts: Any, root: Path, claim: Any) -> tuple[Any, str]:
    """A claim that the office meeting decided on; a deputy checks, or the auditor. Both deputies voted, the director recorded it."""
    change(root / "matters" / EXPENSE / "matter.yaml", lambda value: value["controls"][-1].update(by=["deputy", "office/auditor"]))
    running.reset(two_posts.clock)
    installation.install(demo=True)
    case_id = str(claim(5_000_001, "n1"))
    present = ["ic-director", "ic-deputy", "ic-deputy-2", "ic-department-head", "ic-department-head-2"]
    minutes = {"attendance": present, "votes": [{"person": one, "vote": "for"} for one in present]}
    for person, step in (("rechecker", "recheck"), ("department-head", "head"), ("deputy", "deputy"), ("director", "director")):
        assert two_posts.act(f"ic-{person}", case_id, step, "approve").accepted
    assert two_posts.act("ic-director", case_id, "office_meeting", "resolve", **minutes).accepted
    assert two_posts.act("ic-general-affairs", case_id, "settle", "approve").accepted
    assert two_posts.act("ic-cashier", case_id, "pay", paid=5_000_001, bank_reference="n1").accepted
    two_posts.at("2027-04-01T02:00:00Z")
    sweep()
    return two_posts, case_id


def test_who_voted_does_not_check_and_the_auditor_comes_to_the_same(decided: tuple[Any, str], tmp_path: Path) -> None:
    office, case_id = decided
    assert {"ic-deputy-2", "ic-department-head-2"} <= {*draws()[0]["data"]["actors"]}
    assert Duty.objects.get(matter=CHECK).post == "office/auditor"
    assert office.start("ic-deputy-2", CHECK, period=case_id, note="没问题").refusal.control == "not-an-actor"
    assert office.start("auditor", CHECK, period=case_id, note="凭证齐全").accepted
    told = verdict(tmp_path)
    assert told.sound, told.faults


def test_a_log_that_was_written_before_votes_counted_is_judged_as_it_was(decided: tuple[Any, str]) -> None:
    """It names those who acted, and does not say that it names the voters too."""
    log = [json.loads(body) for body in Entry.objects.order_by("id").values_list("body", flat=True)]
    entry = next(entry for entry in log if "draw" in (entry.get("fact") or {}))
    assert not [fault for fault in faults(log) if "draw" in fault]
    voted = {"ic-deputy-2", "ic-department-head-2"}
    entry["fact"]["data"]["actors"] = [one for one in entry["fact"]["data"]["actors"] if one not in voted]
    assert [fault for fault in faults(log) if "draw" in fault], "one who voted was left out"
    del entry["fact"]["draw"]["voters"]
    assert not [fault for fault in faults(log) if "draw" in fault]


def test_a_draw_that_fails_is_told_and_made_when_it_is_mended(checked: Any, claim: Any) -> None:
    finished(checked, claim, "n1")
    checked.at("2027-04-01T02:00:00Z")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lianfang.office.sampling.drawn", lambda *_: {}["seed"])
        sweep()
    (failed,) = Alert.objects.filter(about="failed|KeyError")
    assert (failed.kind, failed.control, draws()) == ("sample", "spot-check", [])
    sweep()
    assert len(draws()) == 1


def test_what_was_over_before_the_rule_is_not_drawn_from(checked: Any) -> None:
    checked.at("2027-03-02T02:00:00Z")
    sweep()
    assert draws() == []
    assert not Duty.objects.filter(matter=CHECK).exists()


@pytest.fixture
def kept(checked: Any, claim: Any) -> list[dict[str, Any]]:
    """The log of an office that has drawn two of five."""
    for number in range(5):
        finished(checked, claim, f"n{number}")
    checked.at("2027-04-01T02:00:00Z")
    sweep()
    return [json.loads(body) for body in Entry.objects.order_by("id").values_list("body", flat=True)]


def faults(entries: list[dict[str, Any]]) -> list[str]:
    sources = dict(running.engine().catalogue.sources())
    return [en for _, (_, en) in judge_again(sources, iter(enumerate(entries)), [])]


def another(entry: dict[str, Any], kept: list[dict[str, Any]]) -> None:
    """Somebody else's case in place of the drawn one."""
    chosen = entry["fact"]["draw"]["drawn"]
    spare = next(e["case"] for e in kept if e.get("case") and e["case"] not in chosen)
    entry["fact"]["draw"]["drawn"] = sorted([spare, chosen[1]])
    entry["fact"]["key"] = spare


@pytest.mark.parametrize(
    "forge",
    [
        another,
        lambda entry, kept: entry["fact"]["draw"].update(root="0" * 64),
        lambda entry, kept: entry["fact"]["draw"].update(size=entry["fact"]["draw"]["size"] - 1),
        lambda entry, kept: entry["fact"]["draw"].update(of=4),
        lambda entry, kept: entry["fact"]["draw"].update(ends="2027-03-30T16:00:00Z"),
        lambda entry, kept: entry["fact"]["draw"].update(period="2027-02"),
        lambda entry, kept: entry["fact"]["draw"].update(control="slices"),
        lambda entry, kept: entry["fact"]["draw"].update(version="0" * 64),
        lambda entry, kept: entry["fact"]["data"].update(actors=["ic-clerk"]),
        lambda entry, kept: entry["fact"].update(ledger="invoices"),
    ],
)  # fmt: skip
def test_a_draw_that_is_not_the_logs_own_is_found(kept: list[dict[str, Any]], forge: Any) -> None:
    assert faults(kept) == []
    entry = next(e for e in kept if "draw" in e.get("fact", {}))
    forge(entry, kept)
    assert any("draw" in told or "judged again" in told for told in faults(kept))


def test_a_drawn_case_that_was_kept_back_is_found(kept: list[dict[str, Any]]) -> None:
    first = next(i for i, e in enumerate(kept) if "draw" in e.get("fact", {}))
    case_id = kept.pop(first)["fact"]["key"]
    assert any(case_id in told and "missing" in told for told in faults(kept))


def test_drills_prove_it(root: Path) -> None:
    """Missed it is alarmed, checked by an actor it is refused, checked by another it is lawful; without it the miss goes unnoticed."""
    path, keeper = written.as_one(root, f"matters/{EXPENSE}/drills.yaml"), "ic-voucher-keeper"
    known = yaml.safe_load(path.read_text(encoding="utf-8"))["drills"]
    paid = next(one["script"] for one in known if one["id"] == "lawful-small")
    line = next(act for one in known for act in one["script"] if "fact" in act)
    booked = {
        "fact": line["fact"],
        "data": {**line["data"], "reference": paid[-1]["data"]["bank_reference"], "payee": paid[0]["data"]["payee"]},
    }
    check = {"duty": "spot-check", "case": "check", "who": keeper, "data": {"period": "a", "note": "凭证齐全"}}
    own = [{**act, "who": keeper} if act["who"] == paid[0]["who"] else act for act in paid]
    missed = {"risk": "slack-review", "script": [*paid, booked, {"pass": "32d"}, {"pass": "20d", "expect": {"alarmed": "spot-check"}}]}
    refused = {"risk": "slack-review", "script": [*own, {"pass": "31d"}, {**check, "expect": {"refused": "not-an-actor"}}]}
    lawful = {"lawful": True, "ends": "completed", "script": [*paid, {"pass": "31d"}, check, {"pass": "2d"}]}

    def drilled(**drills: Any) -> list[tuple[str, str]]:
        title = {"zh": "抽查", "en": "a spot check"}
        # Those who wait long enough for other alarms would each need a check as well.
        short = [one for one in known if not (one.get("lawful") and any("fact" in act or act.get("pass") == "7d" for act in one["script"]))]
        made = [{"id": name, "title": title, **one} for name, one in drills.items()]
        change(path, lambda value: value.update(drills=[*short, *made]))
        return [(failure.what, failure.id) for failure in drill(load(root), find, [EXPENSE]).failures]

    assert drilled(missed=missed, refused=refused, lawful=lawful) == []
    assert drilled(refused=refused, lawful=lawful) == [("decorative", "spot-check")]
