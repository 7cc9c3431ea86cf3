"""Two people at the same thing in the same moment: one wins, the other is told so, and both attempts are evidence."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.db import connections

from lianfang.catalogue.audit import verify_bundle
from lianfang.office import acts, log
from lianfang.store.models import CaseRow, Entry, LedgerEntry, Task

EXPENSE = "information-centre/expense"
ROUNDS = 12


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Start all of them at one moment, each in a thread of its own; their answers."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_deputies_decide_one_case(office: Any, application: Callable[[], str], rivals: Any) -> None:
    one, other = rivals
    for _ in range(ROUNDS):
        case = application()
        one.tell(do="act", person="gs-deputy", case_id=case, step="approve", act="approve", data={})
        other.tell(do="act", person="gs-deputy-2", case_id=case, step="approve", act="reject", data={"opinion": "材料不全"})
        answers = one.answer(), other.answer()
        assert sorted(a["accepted"] for a in answers) == [False, True]
        assert [a["control"] for a in answers if not a["accepted"]] == ["step-order"]
        kinds = Entry.objects.filter(case_id=case).order_by("id").values_list("kind", "n")
        assert list(kinds) == [("accepted", 1), ("accepted", 2), ("refused", 2)]


def test_a_case_is_taken_back_and_approved_at_once(office: Any, application: Callable[[], str], rivals: Any) -> None:
    one, other = rivals
    ends = set()
    for turn in range(ROUNDS):
        case = application()
        jobs: list[dict[str, Any]] = [
            {"do": "act", "person": "gs-clerk", "case_id": case, "step": "", "act": "withdraw", "data": {}},
            {"do": "act", "person": "gs-deputy", "case_id": case, "step": "approve", "act": "approve", "data": {}},
        ]
        for rival, job in zip((one, other) if turn % 2 else (other, one), jobs, strict=True):
            rival.tell(**job)
        answers = one.answer(), other.answer()
        assert sorted(a["accepted"] for a in answers) == [False, True]
        (control,) = [a["control"] for a in answers if not a["accepted"]]
        status = CaseRow.objects.get(id=case).status
        assert (control, status) in {("withdraw-order", "open"), ("step-order", "withdrawn")}
        assert Task.objects.filter(case_id=case).exists() == (status == "open")
        ends.add(status)
    assert ends <= {"open", "withdrawn"}


def test_threads_take_back_urge_and_approve_at_once(office: Any, application: Callable[[], str], tmp_path: Path) -> None:
    for _ in range(ROUNDS):
        case = application()
        taken, decided, *urged = at_once(
            lambda: office.act("gs-clerk", case, "", "withdraw"),  # noqa: B023 run before the next round
            lambda: office.act("gs-deputy", case, "approve", "approve"),  # noqa: B023
            *[lambda: office.act("gs-clerk", case, "", "urge")] * 3,  # noqa: B023
        )
        assert taken.accepted != decided.accepted
        assert sum(outcome.accepted for outcome in urged) <= 1
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults


def test_two_cases_claim_one_invoice(office: Any, expense: Callable[[str], dict[str, Any]], rivals: Any) -> None:
    for turn in range(ROUNDS):
        for rival, clerk in zip(rivals, ("ic-clerk", "ic-clerk-2"), strict=True):
            rival.tell(do="start", person=clerk, matter=EXPENSE, data=expense(f"0440{turn:04}"))
        answers = [rival.answer() for rival in rivals]
        assert sorted(a["accepted"] for a in answers) == [False, True]
        assert [a["control"] for a in answers if not a["accepted"]] == ["invoice-once"]
    assert CaseRow.objects.count() == LedgerEntry.objects.filter(ledger="invoices").count() == ROUNDS


LINE, ALLOWED = "training-2026", 30_000_000


def line_stands() -> tuple[int, int]:
    """What is reserved of the budget line, and what was spent."""
    data = json.loads(LedgerEntry.objects.get(ledger="budget-lines", key=LINE).data)
    return data["reserved"], data["spent"]


def test_two_claims_want_the_last_yuan_of_a_budget(
    office: Any, recommended: Callable[[str, int, str], str], rivals: Any, tmp_path: Path
) -> None:
    """Each round takes more than half of what is left by two processes at once: one gets it, and gives it back by a rejection."""
    for turn in range(ROUNDS):
        cases = [recommended(f"0{turn:02}{n}", ALLOWED // 2 + 1, LINE) for n in range(2)]
        for rival, case in zip(rivals, cases, strict=True):
            rival.tell(do="act", person="ic-deputy", case_id=case, step="deputy", act="approve", data={})
        answers = [rival.answer() for rival in rivals]
        assert sorted(a["accepted"] for a in answers) == [False, True]
        assert [a["control"] for a in answers if not a["accepted"]] == ["within-budget"]
        assert line_stands() == (ALLOWED // 2 + 1, 0)
        held = next(case for case, a in zip(cases, answers, strict=True) if a["accepted"])
        assert office.act("ic-director", held, "director", "reject", opinion="缓办").accepted
        assert line_stands() == (0, 0)
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults


def test_threads_reserve_and_give_back_at_once(office: Any, recommended: Callable[[str, int, str], str], tmp_path: Path) -> None:
    """Eight claims of a quarter each, approved, and four returned while the others are approved: never more than four hold the line."""
    cases = [recommended(f"1{n:03}", ALLOWED // 4, LINE) for n in range(8)]
    approved = at_once(*(lambda case=case: office.act("ic-deputy", case, "deputy", "approve") for case in cases))
    assert sum(outcome.accepted for outcome in approved) == 4
    assert line_stands() == (ALLOWED, 0)
    holding = [case for case, outcome in zip(cases, approved, strict=True) if outcome.accepted]
    waiting = [case for case in cases if case not in holding]
    done = at_once(
        *(lambda case=case: office.act("ic-director", case, "director", "return", opinion="缓办") for case in holding),
        *(lambda case=case: office.act("ic-deputy", case, "deputy", "approve") for case in waiting),
    )
    assert all(outcome.accepted for outcome in done[:4])
    assert line_stands() == (sum(outcome.accepted for outcome in done[4:]) * (ALLOWED // 4), 0)
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults


def test_a_form_sent_twice_through_two_processes(office: Any, expense: Callable[[str], dict[str, Any]], rivals: Any) -> None:
    for turn in range(ROUNDS):
        for rival in rivals:
            rival.tell(do="start", person="ic-clerk", matter=EXPENSE, data=expense(f"0441{turn:04}"), key=f"form-{turn}")
        first, second = (rival.answer() for rival in rivals)
        assert first["accepted"] and second["accepted"]
        assert (first["case"], first["entry"]) == (second["case"], second["entry"])
        assert sorted((first["repeated"], second["repeated"])) == [False, True]
    assert CaseRow.objects.count() == ROUNDS


def test_threads_of_one_process_race_too(office: Any, application: Callable[[], str], expense: Callable[[str], dict[str, Any]]) -> None:
    case = application()
    decided = at_once(
        *(lambda who=who: office.act(who, case, "approve", "approve") for who in ("gs-deputy", "gs-deputy-2") for _ in range(4))
    )
    assert sum(outcome.accepted for outcome in decided) == 1
    claimed = at_once(
        *(lambda who=who: office.start(who, EXPENSE, **expense("04420001")) for who in ("ic-clerk", "ic-clerk-2") for _ in range(4))
    )
    assert sum(outcome.accepted for outcome in claimed) == 1
    data = expense("04420002")
    sent = at_once(*(lambda: acts.start("ic-clerk", EXPENSE, data, key="form") for _ in range(8)))
    assert len({outcome.entry for outcome in sent}) == 1
    assert sum(not outcome.repeated for outcome in sent) == 1


def test_what_racing_processes_leave_is_one_sound_log(
    office: Any, application: Callable[[], str], expense: Callable[[str], dict[str, Any]], rivals: Any, tmp_path: Path
) -> None:
    case = application()
    for turn in range(30):
        for rival in rivals:
            rival.tell(do="start", person="ic-clerk", matter=EXPENSE, data=expense(f"0443{turn:04}"))
            rival.tell(do="act", person="gs-deputy", case_id=case, step="approve", act="approve", data={})
    answers = [rival.answer() for _ in range(60) for rival in rivals]
    assert sum(a["accepted"] for a in answers) == 31
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults
    assert verdict.size == Entry.objects.count()
