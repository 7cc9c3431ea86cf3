"""An office that exists keeps what it has when its tables change."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.rows import AT, CASE, ROWS, read, written

BEFORE = "0003"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded database as it was before the last change of its tables, with something in each table that changes."""
    folder = tmp_path_factory.mktemp("before")
    migrated(folder, BEFORE)
    written(folder, {"leaf": [{"idx": 0, "entry_id": 1}, {"idx": 1, "entry_id": 2}], "case_row": [CASE], **ROWS})
    return folder


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copy(kept / "lianfang.sqlite3", tmp_path)
    return tmp_path


def migrated(folder: Path, *target: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "LIANFANG_DATA": str(folder), "LIANFANG_DATABASE": "", "DJANGO_SETTINGS_MODULE": "lianfang.store.settings"}
    command = [sys.executable, "-m", "django", "migrate", "store", *target, "-v0"]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_what_was_there_is_there_afterwards_and_can_only_be_added_to(folder: Path) -> None:
    columns = {table: ", ".join(row[1] for row in read(folder, table, f"PRAGMA table_info({table})")) for table in (*ROWS, "leaf")}
    asked = {table: f"SELECT {names} FROM {table}" for table, names in columns.items()}
    before = {table: read(folder, table, sql) for table, sql in asked.items()}
    done = migrated(folder)
    assert done.returncode == 0, done.stderr
    assert {table: read(folder, table, sql) for table, sql in asked.items()} == before
    assert read(folder, "entry", "SELECT id, before FROM entry") == [(1, None), (2, 1)], "the entries of a case are a chain"
    assert read(folder, "case_row", "SELECT last FROM case_row") == [(2,)]
    assert read(folder, "case_row", f"SELECT {', '.join(CASE)} FROM case_row") == [tuple(CASE.values())]
    assert read(folder, "case_row", "SELECT actors FROM case_row") == [('{"p":1}',)], "the refused entry counts for nothing"
    assert read(folder, "part", "SELECT person, last, case_id FROM part") == [("p", 1, "c")]
    for table, column in (("entry", "id"), ("leaf", "entry_id")):
        for act in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 9"):
            with pytest.raises(sqlite3.DatabaseError, match="append-only"):
                read(folder, table, act)


def test_a_log_with_a_gap_is_left_as_it_is(folder: Path) -> None:
    written(folder, {"entry": [{**ROWS["entry"][0], "id": 5, "n": 3}], "leaf": [{"idx": 2, "entry_id": 5}]})
    done = migrated(folder)
    assert done.returncode
    assert "the log's places do not follow its entries" in done.stderr
    assert [row[0] for row in read(folder, "leaf", "SELECT idx FROM leaf ORDER BY idx")] == [0, 1, 2]


def test_who_uploaded_a_file_first_keeps_its_name_and_who_came_second_does_not_get_it(folder: Path) -> None:
    kept = {"name": "函.txt", "size": 9, "media": "text/plain", "pages": 1, "blank_pages": 0, "kept_by": "p", "kept_at": AT}
    written(folder, {"stored_file": [{"sha256": "ab", **kept}], "file_keeper": [{"sha256": "ab", "person": "q"}]})
    done = migrated(folder)
    assert done.returncode == 0, done.stderr
    assert read(folder, "file_keeper", "SELECT sha256, person, name FROM file_keeper") == [("ab", "p", "函.txt"), ("ab", "q", "")]
    counted = read(folder, "stored_file", "SELECT sha256, size, media, pages, blank_pages, kept_at, rule FROM stored_file")
    assert counted == [("ab", 9, "text/plain", 1, 0, AT, 0)], "as it was counted, to be counted anew"


def test_a_turn_that_was_there_is_the_post_s_as_one_and_a_holder_may_have_another(folder: Path) -> None:
    turn = {
        "matter": "m/d", "parent": "m", "control": "d", "period": "2026-11", "post": "u/p", "opens_at": AT, "due": AT, "case_id": "c",
    }  # fmt: skip
    written(folder, {"duty": [turn]})
    done = migrated(folder)
    assert done.returncode == 0, done.stderr
    assert read(folder, "duty", f"SELECT {', '.join(turn)}, holder FROM duty") == [(*turn.values(), "")]
    written(folder, {"duty": [{**turn, "holder": "p", "told": 0}]})
    with pytest.raises(sqlite3.IntegrityError):
        written(folder, {"duty": [{**turn, "holder": "p", "told": 0}]})


def test_who_only_commented_did_nothing_in_the_case_and_has_answered_what_named_them(folder: Path) -> None:
    assert migrated(folder, "0011").returncode == 0
    said = [("p", "do", 10), ("q", "comment", 11), ("p", "comment", 12), ("r", "approve", 13), ("r", "comment", 14)]
    entries = [
        {
            **ROWS["entry"][0], "case_id": "d", "id": number, "n": number - 9, "actor": actor, "step": "" if act == "comment" else "s",
            "kind": "accepted", "body": json.dumps({"command": {"actor": actor, "act": act}}, separators=(",", ":")),
        }
        for actor, act, number in said
    ]  # fmt: skip
    case = {**CASE, "id": "d", "actors": '{"p":12,"q":11,"r":14}', "last": 14}
    mentions = [{"person": person, "case_id": "d", "entry_id": number} for person, number in (("p", 11), ("q", 12), ("r", 12))]
    written(folder, {"entry": entries, "case_row": [case], "mention": mentions})
    done = migrated(folder)
    assert done.returncode == 0, done.stderr
    assert read(folder, "case_row", "SELECT id, actors FROM case_row") == [("c", '{"p":1}'), ("d", '{"p":10,"r":13}')]
    assert read(folder, "part", "SELECT person, last, case_id FROM part") == [("p", 1, "c"), ("p", 10, "d"), ("r", 13, "d")]
    assert read(folder, "mention", "SELECT person FROM mention") == [("q",)], "who did not comment since"


def test_an_alert_that_was_there_waits_to_be_verified_on_all_that_the_log_says_of_it(folder: Path) -> None:
    """What was raised twice stands on the cases of both times; what a turn had closed outside the log is open, to be closed in it."""
    alert = {
        "matter": "m", "control": "c", "about": "a", "kind": "pattern", "risk": "r", "unit": "u", "level": "red", "status": "closed",
        "raised_at": AT, "entry_id": 4, "cases": '["two"]', "explanation_zh": "化整为零", "explanation_en": "Split",
    }  # fmt: skip
    told = [json.dumps({"alert": {"matter": "m", "control": "c", "about": "a", "cases": [case]}}) for case in ("one", "two")]
    entry = {**ROWS["entry"][0], "case_id": None, "kind": "alert", "n": 0, "actor": ""}
    later = "2026-11-25T08:00:00Z"
    entries = [{**entry, "id": 3, "body": told[0]}, {**entry, "id": 4, "body": told[1], "at": later}]
    written(folder, {"entry": entries, "leaf": [{"idx": 2, "entry_id": 3}, {"idx": 3, "entry_id": 4}], "alert": [alert]})
    done = migrated(folder)
    assert done.returncode == 0, done.stderr
    asked = "SELECT status, stage, cases, holder, due, closers, reported, changed_at, last FROM alert"
    assert read(folder, "alert", asked) == [("open", "verify", '["two", "one"]', "", "", "[]", "[]", later, 4)]
