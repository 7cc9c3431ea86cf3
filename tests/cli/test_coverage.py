"""``catalogue --coverage``: what stands behind every row, and how its drills last went."""

from __future__ import annotations

from typing import Any

EXPENSE, SEAL = "information-centre/expense", "government-services/seal"


def test_every_row_is_traced_to_its_drills_and_what_is_not_live_says_so(lianfang: Any) -> None:
    rows = {row["row"]: row for row in lianfang("catalogue", "--coverage", "--json").json["coverage"]}
    assert sorted(rows) == list(range(1, 69))
    expense = rows[63]
    assert expense["matter"] == EXPENSE
    assert all(risk["grade"] and risk["controls"] and risk["drills"] for risk in expense["risks"])
    assert all(measure["controls"] for measure in expense["measures"])
    assert {name for risk in expense["risks"] for name in risk["controls"]} <= set(expense["controls"])
    attempted = {one["id"]: one["risk"] for one in expense["drills"]}
    assert all(attempted[name] == risk["id"] for risk in expense["risks"] for name in risk["drills"])
    assert None in attempted.values(), "lawful runs attempt nothing"
    assert (expense["run"], expense["result"]) == (None, "not run on this version")
    assert rows[5]["matter"] is None
    assert [risk["text"] for risk in rows[5]["risks"]], "its own words all the same"
    assert rows[5]["result"] == "not live"


def test_a_run_that_is_kept_shows_until_the_catalogue_changes(lianfang: Any, spoiled: Any) -> None:
    root = spoiled("organisation.yaml", "units:", "units:")  # a copy of its own
    assert lianfang("drill", SEAL, "--keep", "--catalogue", root).status == 0

    def seal() -> Any:
        rows = lianfang("catalogue", "--coverage", "--json", "--catalogue", root).json["coverage"]
        return next(row for row in rows if row["matter"] == SEAL), [row["matter"] for row in rows if row["run"]]

    row, run = seal()
    assert run == [SEAL], "the others were not run"
    assert {one["verdict"] for one in row["drills"]} == {"refused", "alarmed", "lawful"}
    assert (row["result"], row["run"]["failures"]) == ("all as they must", [])
    changed = root / "organisation.yaml"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n# another office\n", encoding="utf-8")
    row, run = seal()
    assert (run, row["result"]) == ([], "not run on this version")
    assert {one["verdict"] for one in row["drills"]} == {None}


def test_a_kept_run_that_failed_says_how_often(lianfang: Any, spoiled: Any) -> None:
    root = spoiled(f"matters/{EXPENSE}/drills.yaml", "refused: invoice-sum", "refused: papers")
    assert lianfang("drill", EXPENSE, "--keep", "--catalogue", root).status == 1
    rows = lianfang("catalogue", "--coverage", "--json", "--catalogue", root).json["coverage"]
    row = next(row for row in rows if row["matter"] == EXPENSE)
    assert row["result"] == f"{len(row['run']['failures'])} failed"
    told = lianfang("catalogue", "--coverage", "--catalogue", root).out
    assert next(line for line in told.splitlines() if EXPENSE in line).endswith(f"{row['result_zh']} {row['result']}")
    assert "lianfang drill --keep" in told, "and how to run the rest"
