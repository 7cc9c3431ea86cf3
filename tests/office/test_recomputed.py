"""What the tables say, and so what a screen says, is what the log says: all of it can be made again from the entries alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lianfang.kernel import Case, Ledgers, evolve, ledger_changes
from lianfang.kernel.entry import events_of
from lianfang.office import cases
from lianfang.office.acts import due_of, whom
from lianfang.office.engine import engine
from lianfang.store.models import CaseRow, Copy, Entry, LedgerEntry, Mention, Part, Task, chain

SEAL = "government-services/seal"


@pytest.fixture
def worked_in(office: Any, claim: Any, letter: str, application: str) -> Any:
    """An office with cases at every kind of stop: out, done, returned, refused, rejected, withdrawn, waiting, urged, copied, asked on,
    commented on."""
    office.act("gs-keeper", application, "use", stamped=letter, impressions=2)  # refused
    office.act("gs-deputy", application, "approve", "approve")
    office.act("gs-keeper", application, "use", stamped=letter, impressions=2)
    office.act("gs-keeper", application, "custody", seal_intact=True)
    outing = {"title": "现场签约", "document": letter, "copies": 2, "seal": "official-seal", "outing": True, "destination": "区会议中心"}
    out = office.start("gs-clerk", SEAL, **outing).case_id
    office.act("gs-deputy", out, "approve", "approve")
    office.act("gs-director", out, "director", "approve")
    back = engine().now()[:10] + "T23:59:59Z"
    office.act("gs-keeper", out, "leave", companions=["gs-clerk", "gs-clerk-2"], return_by=back)
    rejected = office.start("gs-clerk", SEAL, title="函", document=letter, copies=1, seal="contract-seal").case_id
    office.act("gs-deputy", rejected, "approve", "reject", opinion="暂不发文")
    returned = claim(280_000, "returned")
    office.act("ic-rechecker", returned, "recheck", "return", opinion="请补正")
    waiting = claim(9_000_000, "waiting")
    office.act("ic-clerk", waiting, "", "urge")
    office.act("ic-rechecker", waiting, "recheck", "approve")
    office.act("ic-rechecker", waiting, "", "urge")
    office.act("ic-rechecker", waiting, "", "copy", people=["gs-clerk", "ic-director"])
    office.act("ic-department-head", waiting, "head", "approve")
    office.act("ic-deputy", waiting, "deputy", "return", opinion="请再核", returns_to="head")
    office.act("ic-clerk", waiting, "", "copy", people=["ic-director"])
    held = claim(330_000, "rejected once the budget was reserved")
    for who, step in (("ic-rechecker", "recheck"), ("ic-department-head", "head"), ("ic-deputy", "deputy")):
        assert office.act(who, held, step, "approve").accepted
    office.act("ic-director", held, "director", "reject", opinion="缓办")
    office.act("ic-clerk", claim(310_000, "urged"), "", "urge")
    office.act("ic-clerk", claim(320_000, "withdrawn"), "", "withdraw")
    office.act("ic-rechecker", claim(330_000, "passed"), "", "transfer", step="recheck", person="ic-rechecker-2", opinion="外出")
    asked = {"step": "recheck", "opinion": "是否属实"}
    for number, (who, last) in {
        "asked": ("ic-rechecker", "consult"),
        "answered": ("gs-clerk", "advise"),
        "left": ("ic-rechecker", "recall"),
    }.items():
        case = claim(340_000, number)
        office.act("ic-rechecker", case, "", "consult", people=["gs-clerk"], **asked)
        if last != "consult":
            office.act(who, case, "", last, **({**asked, "agrees": False} if last == "advise" else {"step": "recheck"}))
    office.act("ic-rechecker", waiting, "", "comment", people=["ic-clerk"], opinion="请补明细")
    office.act("ic-clerk", waiting, "", "comment", people=["ic-rechecker", "ic-director"], opinion="已补")
    office.act("ic-rechecker", waiting, "", "comment", people=["ic-clerk"], opinion="已阅")
    office.act("ic-clerk", waiting, "", "withdraw")  # refused
    return office


def replayed() -> tuple[dict[str, Case], Ledgers, dict[str, bytes]]:
    """The cases, the ledgers and the end of each case's chain, from the entries alone."""
    folded: dict[str, Case] = {}
    ledgers, tips = Ledgers(), {}
    for entry in Entry.objects.order_by("id"):
        body = json.loads(entry.body)
        if "fact" in body:
            ledgers.place(body["fact"]["ledger"], body["fact"]["key"], body["fact"]["data"])
        if entry.case_id is None:
            continue
        tips[entry.case_id] = bytes(entry.leaf)
        case = folded.get(entry.case_id) or engine().matter_of(body["version"]).new_case(entry.case_id)
        for event in events_of(body):
            before, case = case, evolve(case, event)
            ledgers.apply(entry.case_id, ledger_changes(before, case, event))
        folded[entry.case_id] = case
    return folded, ledgers, tips


def test_the_list_of_cases(worked_in: Any) -> None:
    folded, _, tips = replayed()
    rows = {row.id: row for row in CaseRow.objects.all()}
    last: dict[str, dict[str, int]] = {case_id: {} for case_id in rows}
    for entry in Entry.objects.filter(kind=Entry.ACCEPTED).order_by("id"):
        if json.loads(entry.body)["command"]["act"] != "comment":
            last[str(entry.case_id)][entry.actor] = entry.id
    assert {case_id: json.loads(row.actors) for case_id, row in rows.items()} == last
    parts = {(person, number, case_id) for case_id, acted in last.items() for person, number in acted.items()}
    assert set(Part.objects.values_list("person", "last", "case_id")) == parts
    assert rows.keys() == folded.keys()
    assert {row.status for row in rows.values()} == {"open", "completed", "rejected", "withdrawn"}
    for case_id, case in folded.items():
        row = rows[case_id]
        told = (row.matter, row.version, row.status, row.applicant, row.opened_at, row.n, bytes(row.tip))
        assert told == (case.matter.id, case.matter.version, case.status, case.applicant, case.opened_at, case.n, tips[case_id])
        assert list(chain(row.last)) == list(Entry.objects.filter(case_id=case_id).order_by("id")), "refusals stand in the chain too"
        assert cases.case_view("inspector", case_id).record == case.values


def test_the_steps_that_wait(worked_in: Any) -> None:
    folded, _, _ = replayed()
    wanted = {
        (case.id, step, item, whom(case, step), due_of(case, step))
        for case in folded.values()
        if case.status == "open"
        for step, item in case.matter.flow.waiting_items(case.position)
    }
    assert "person:ic-rechecker-2" in {address for *_, address, _ in wanted}
    opinions = {(case.id, "", one.step, f"person:{one.person}", "") for case in folded.values() for one in case.asked if one.agrees is None}
    assert len(opinions) == 1
    wanted |= opinions
    assert set(Task.objects.values_list("case_id", "step", "item", "whom", "due")) == wanted


def test_what_was_urged_and_who_may_read(worked_in: Any) -> None:
    """A step that waits knows when it was urged since it waits; a person is named to read a case since the last time."""
    folded: dict[str, Case] = {}
    urged: dict[tuple[str, str], str] = {}
    copies: dict[tuple[str, str], tuple[str, str]] = {}
    for entry in Entry.objects.filter(kind=Entry.ACCEPTED, case_id__isnull=False).order_by("id"):
        body, case_id = json.loads(entry.body), str(entry.case_id)
        case = folded.get(case_id) or engine().matter_of(body["version"]).new_case(case_id)
        for event in events_of(body):
            case = evolve(case, event)
            urged.update({(case_id, step): event.at for step in event.to.split() if event.kind == "urged"})
            copies.update({(one, case_id): (event.actor, event.at) for one in event.data.get("people", ()) if event.kind == "copied"})
        urged = {place: at for place, at in urged.items() if place[0] != case_id or place[1] in case.waiting}
        folded[case_id] = case
    mentions: dict[tuple[str, str | None], int] = {}
    for entry in Entry.objects.filter(kind=Entry.ACCEPTED).order_by("id"):
        for event in events_of(json.loads(entry.body)):
            if event.kind == "commented":
                mentions.pop((event.actor, entry.case_id), None)
                mentions.update({(one, entry.case_id): entry.id for one in event.data["people"]})
    assert {one for one, _ in mentions} == {"ic-clerk", "ic-director"}, "who commented since has answered"
    assert {(one, case): entry for one, case, entry in Mention.objects.values_list("person", "case_id", "entry_id")} == mentions
    assert len(urged) == 1, "one still waits, the other's step was done"
    assert {(case_id, step): at for case_id, step, at in Task.objects.exclude(urged=None).values_list("case_id", "step", "urged")} == urged
    assert len(copies) == 2
    assert {(one, case_id): (by, at) for one, case_id, by, at in Copy.objects.values_list("person", "case_id", "actor", "at")} == copies


def test_the_ledgers(worked_in: Any) -> None:
    _, ledgers, _ = replayed()
    rows = LedgerEntry.objects.values_list("ledger", "key", "case_id", "data", "open")
    kept = {(ledger, key): {"case": case, "data": json.loads(data), "open": open_} for ledger, key, case, data, open_ in rows}
    wanted = {(ledger, key): entry for ledger in engine().catalogue.ledgers for key, entry in ledgers.rows(ledger)}
    assert kept == wanted
    assert ("invoices", "宝文印务:RETURNED") not in kept, "what a returned claim held is free again"
    assert ("invoices", "宝文印务:WITHDRAWN") not in kept, "and what a withdrawn one held"
    assert kept["seal-outings", "official-seal"]["open"], "the seal is still out"
