"""A head is away: somebody is named, finds the tasks, acts for both, is ended early; and the bundle tells an outsider the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lianfang.catalogue.audit import verify_bundle
from lianfang.kernel.model import CommandError
from lianfang.office import acts, cases, desk, forms, log, standins
from lianfang.office.views import NotFound
from lianfang.store.models import CaseRow, Entry, LedgerEntry

NINE, LATER = "2026-11-30T01:00:00Z", "2026-11-30T03:00:00Z"
TODAY, FRIDAY = "2026-11-30", "2026-12-04"
SATURDAY = "2026-12-04T16:00:00Z"
"""When Friday is over in the office."""


@pytest.fixture
def lent(office: Any, application: str) -> Callable[..., str]:
    """The deputy names a stand-in until Friday; the application that waits for the deputy."""

    def name(stand_in: str = "gs-keeper-2", first: str = TODAY) -> str:
        office.at(NINE)
        standins.name("gs-deputy", stand_in, (), first, FRIDAY)
        office.at(LATER)
        return application

    return name


def approve(who: str, case: str, behalf: str = "gs-deputy") -> Any:
    return acts.act(who, case, "approve", "approve", {}, behalf=behalf)


def test_the_stand_in_finds_the_task_and_does_it_for_the_deputy(office: Any, lent: Callable[..., str]) -> None:
    assert desk.waiting("gs-keeper-2").total == 0
    case = lent()
    (line,) = desk.waiting("gs-keeper-2").lines
    assert (line.id, line.behalf.zh) == (case, "杜若衡")
    assert desk.waiting("gs-deputy").total == 1, "whoever is away can still act"
    (task,) = desk.tasks("gs-keeper-2")
    assert task.mine and task.behalf is not None and task.behalf.id == "gs-deputy"
    form = forms.step_form("gs-keeper-2", case, "approve")
    assert form.behalf is not None and form.behalf.id == "gs-deputy"
    assert forms.step_form("gs-deputy", case, "approve").behalf is None
    assert approve("gs-keeper-2", case).accepted
    item = cases.case_view("gs-keeper-2", case).timeline[-1]
    assert item.who == ("季怀璋（代杜若衡办理）", "Ji Huaizhang (for Du Ruoheng)")
    assert item.post.zh == "分管副局长"
    assert log.lines("inspector")[0].who.zh == "季怀璋（代杜若衡办理）"
    assert [line.id for who in ("gs-keeper-2", "gs-deputy") for line in desk.done(who).lines] == [case, case]
    assert {"gs-keeper-2", "gs-deputy"} <= json.loads(CaseRow.objects.get(id=case).actors).keys()


def test_it_runs_by_the_offices_clock(office: Any, lent: Callable[..., str]) -> None:
    case = lent(first="2026-12-01")
    assert desk.waiting("gs-keeper-2").total == 0
    refused = approve("gs-keeper-2", case)
    assert (refused.accepted, refused.refusal.control) == (False, "stand-in")
    assert "杜若衡" in refused.refusal.message.zh, "refusals call people by their names"
    office.at("2026-11-30T16:00:00Z")
    assert desk.waiting("gs-keeper-2").total == 1
    office.at(SATURDAY)
    assert desk.waiting("gs-keeper-2").total == 0
    assert not approve("gs-keeper-2", case).accepted
    assert standins.named("gs-deputy") == ()


@pytest.mark.parametrize("who", ["gs-deputy", "gs-keeper-2"])
def test_either_ends_it_early(office: Any, lent: Callable[..., str], who: str) -> None:
    case = lent()
    (one,) = standins.named(who)
    with pytest.raises(NotFound):
        standins.end("gs-clerk", "gs-keeper-2", "gs-deputy", one.since)
    standins.end(who, "gs-keeper-2", "gs-deputy", one.since)
    office.at("2026-11-30T03:01:00Z")
    assert standins.named(who) == ()
    assert not approve("gs-keeper-2", case).accepted
    with pytest.raises(NotFound):
        standins.end(who, "gs-keeper-2", "gs-deputy", one.since)


@pytest.mark.parametrize(
    ("who", "stand_in", "posts", "first", "last", "field"),
    [
        ("gs-deputy", "sysadmin", (), TODAY, FRIDAY, "stand_in"),
        ("gs-deputy", "secadmin", (), TODAY, FRIDAY, "stand_in"),
        ("gs-deputy", "audadmin", (), TODAY, FRIDAY, "stand_in"),
        ("gs-deputy", "gs-deputy", (), TODAY, FRIDAY, "stand_in"),
        ("gs-deputy", "nobody", (), TODAY, FRIDAY, "stand_in"),
        ("gs-deputy", "gs-keeper", ("government-services/director",), TODAY, FRIDAY, "posts"),
        ("gs-deputy", "gs-keeper", (), FRIDAY, TODAY, "last"),
        ("gs-deputy", "gs-keeper", (), "2026-02-01", "2026-02-02", "last"),
        ("gs-deputy", "gs-keeper", (), TODAY, "2036-11-30", "last"),
        ("gs-deputy", "gs-keeper", (), "tomorrow", FRIDAY, "first"),
        ("gs-deputy", "gs-keeper-2", (), TODAY, FRIDAY, "first"),
        ("gs-keeper-2", "gs-keeper", (), TODAY, FRIDAY, "first"),
        ("gs-keeper", "gs-deputy", (), TODAY, FRIDAY, "stand_in"),
    ],
)
def test_who_can_not_be_named(
    office: Any, lent: Callable[..., str], who: str, stand_in: str, posts: tuple[str, ...], first: str, last: str, field: str
) -> None:
    lent()
    before = Entry.objects.count()
    with pytest.raises(CommandError) as error:
        standins.name(who, stand_in, posts, first, last)
    assert [one.field for one in error.value.errors] == [field]
    assert error.value.errors[0].message.zh
    assert Entry.objects.count() == before


def test_the_applicants_stand_in_does_not_approve(office: Any, letter: str) -> None:
    """Also in their own name: the director stands in for the clerk who asks."""
    office.at(NINE)
    standins.name("gs-clerk", "gs-director", (), TODAY, FRIDAY)
    office.at(LATER)
    out = {"title": "现场签约", "document": letter, "copies": 2, "seal": "official-seal", "outing": True, "destination": "区会议中心"}
    case = office.start("gs-clerk", "government-services/seal", **out).case_id
    assert office.act("gs-deputy", case, "approve", "approve").accepted
    refused = office.act("gs-director", case, "director", "approve")
    assert not refused.accepted
    assert "武晓岚" in refused.refusal.message.zh


def test_an_outsider_comes_to_the_same_and_sees_what_was_left_out(
    office: Any, lent: Callable[..., str], letter: str, tmp_path: Path
) -> None:
    case = lent()
    assert approve("gs-keeper-2", case).accepted
    (one,) = standins.named("gs-deputy")
    standins.end("gs-deputy", "gs-keeper-2", "gs-deputy", one.since)
    office.at("2026-11-30T04:00:00Z")
    again = office.start("gs-clerk", "government-services/seal", title="函", document=letter, copies=1, seal="contract-seal").case_id
    assert not approve("gs-keeper-2", again).accepted
    assert office.act("gs-keeper-2", again, "", "urge").accepted is False
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults
    acted = [json.loads(body) for body in Entry.objects.filter(case_id=case).values_list("body", flat=True)]
    assert [body["command"].get("behalf", "") for body in acted] == ["", "gs-deputy"]
    assert "entry:office.stand-ins:gs-keeper-2" in acted[-1]["facts"]
    kept = {key: json.loads(data) for key, data in LedgerEntry.objects.filter(ledger="office.stand-ins").values_list("key", "data")}
    facts = [
        json.loads(body)["fact"] for body in Entry.objects.filter(matter="office.stand-ins").order_by("id").values_list("body", flat=True)
    ]
    assert [fact["by"] for fact in facts] == ["gs-deputy", "gs-deputy"]
    assert kept == {"gs-keeper-2": facts[-1]["data"]}, "what the table says is what the log says"
