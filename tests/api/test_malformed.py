"""What can't be judged is told field by field, and leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

from lianfang.store.models import CaseRow, Entry

SEAL, EXPENSE = "government-services/seal", "information-centre/expense"


def faults(answer: Any) -> dict[str, str]:
    """What was wrong, by field; the answer is checked on the way."""
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["type"] == "urn:lianfang:problem:malformed"
    return {error["field"]: error["message_en"] for error in told["errors"]}


def test_everything_wrong_is_told_at_once_and_nothing_is_kept(caller: Any, letter: str) -> None:
    before = Entry.objects.count()
    told = faults(caller("gs-clerk").open(SEAL, title=" ", document=letter, copies=0, seall="official-seal"))
    assert set(told) == {"title", "copies", "seall", "seal"}
    assert "did you mean 'seal'" in told["seall"]
    assert Entry.objects.count() == before


def test_a_fraction_is_no_money(caller: Any) -> None:
    lines = [{"seller": "宝文印务", "number": "1", "date": "2026-01-02", "amount": 2800.0}]
    told = faults(caller("ic-clerk").open(EXPENSE, title="印制", payee="宝文印务", invoices=lines, vouchers="0" * 64))
    assert '"2800.00"' in told["invoices[0].amount"]
    assert "upload the file" in told["vouchers"]


@pytest.mark.parametrize("amount", ["2,800.00", "2800.001", "¥2800", "", "２８００", "1e3"])
def test_money_in_text_is_plain_yuan(caller: Any, amount: str) -> None:
    lines = [{"seller": "宝文印务", "number": "1", "date": "2026-01-02", "amount": amount}]
    told = faults(caller("ic-clerk").open(EXPENSE, invoices=lines))
    assert set(told) == {"invoices[0].amount", "title", "payee", "vouchers"}
    assert '"2800.00"' in told["invoices[0].amount"]


def test_what_cannot_be_read_what_is_not_there_and_what_is_not_allowed_is_told_in_one_answer(caller: Any) -> None:
    told = faults(caller("gs-clerk").open(SEAL, document="0" * 64, copies=0, seal="no-such-seal", place="x"))
    assert set(told) == {"document", "copies", "seal", "place", "title"}
    assert "no-such-seal" in told["seal"]
    assert not CaseRow.objects.exists()


def test_nobody_is_named_who_does_not_exist(caller: Any, application: str) -> None:
    told = faults(caller("gs-keeper").act(application, "leave", companions=["gs-clerk", "nobody-of-ours"], return_by="tomorrow"))
    assert set(told) == {"companions", "return_by"}
    assert "nobody-of-ours" in told["companions"]


def test_a_count_is_asked_for_as_a_count_and_money_in_fen(caller: Any, letter: str) -> None:
    """How money is written is nobody's concern who counts copies."""
    clerk = caller("gs-clerk")
    for copies in ("2", 2.0, True):
        told = clerk.open(SEAL, title="函", document=letter, copies=copies, seal="official-seal").json()["errors"]
        assert [error["field"] for error in told] == ["copies"]
        assert "whole number" in told[0]["message_en"]
        assert not any(word in told[0]["message"] + told[0]["message_en"] for word in ("金额", "分", "money", "fen", "yuan"))
    lines = [{"seller": "宝文印务", "number": "1", "date": "2026-01-02", "amount": True}]
    assert "fen" in faults(caller("ic-clerk").open(EXPENSE, invoices=lines))["invoices[0].amount"]


def test_an_invoice_of_a_day_that_has_not_come_is_told_at_its_line(caller: Any) -> None:
    lines = [
        {"seller": "宝文印务", "number": number, "date": day, "amount": "1"} for number, day in (("1", "2026-01-02"), ("2", "2199-01-02"))
    ]
    assert set(faults(caller("ic-clerk").open(EXPENSE, title="印制", payee="宝文印务", invoices=lines))) == {"vouchers", "invoices[1].date"}


@pytest.mark.parametrize("moment", ["2026-01-05 17:30", "2026-01-05T17:30:00", "tomorrow", "0001-01-01T00:00:00+09:00"])
def test_a_moment_needs_its_offset(caller: Any, application: str, moment: str) -> None:
    assert set(faults(caller("gs-keeper").act(application, "leave", companions=[], return_by=moment))) == {"return_by"}


def test_naming_the_hash_of_somebodys_document_is_no_way_to_get_hold_of_it(caller: Any, letter: str) -> None:
    lines = [{"seller": "宝文印务", "number": "1", "date": "2026-01-02", "amount": "1"}]
    stranger = caller("ic-clerk")
    assert set(faults(stranger.open(EXPENSE, title="印制", payee="宝文印务", invoices=lines, vouchers=letter))) == {"vouchers"}
    assert stranger.get(f"/files/{letter}").status_code == 404


@pytest.mark.parametrize("text", ["\ud800", "a\x00b"])
def test_what_no_database_can_hold_is_refused_as_malformed(caller: Any, letter: str, text: str) -> None:
    assert set(faults(caller("gs-clerk").open(SEAL, title=text, document=letter, copies=1, seal="official-seal"))) == {"title"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"matter": SEAL, "record": {}, "state": "completed"}, "state"),
        ({"matter": SEAL}, "record"),
        ({"matter": SEAL, "record": []}, "record"),
        ([], "body"),
    ],
)
def test_the_body_has_the_keys_of_the_interface(caller: Any, body: Any, field: str) -> None:
    assert set(faults(caller("gs-clerk").post("/cases", body))) == {field}


@pytest.mark.parametrize(("step", "act", "field"), [("stamp", "do", "step"), ("approve", "do", "act")])
def test_a_step_and_an_act_that_do_not_exist(caller: Any, application: str, step: str, act: str, field: str) -> None:
    assert set(faults(caller("gs-deputy").act(application, step, act))) == {field}


@pytest.mark.parametrize("body", ["{", b"\xff", "[" * 100_000])
def test_a_body_that_is_no_json_is_a_400(caller: Any, body: Any) -> None:
    answer = caller("gs-clerk").post("/cases", body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_a_body_over_the_limit_is_a_413(caller: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = caller("gs-clerk").open(SEAL, title="长" * 100)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:lianfang:problem:too-big"


def test_a_file_of_an_unknown_type_is_told_in_the_readers_language(caller: Any) -> None:
    answer = caller("gs-clerk").upload("run.exe", b"MZ")
    assert answer.status_code == 422
    assert ".exe" in answer.json()["detail"]
