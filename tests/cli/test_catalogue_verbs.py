"""``check``, ``catalogue`` and ``drill``: what they print and how they end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests import written
from tests.five import five

LIVE = len(five().matters)
EXPENSE, SEAL = "information-centre/expense", "government-services/seal"
MATTER, DRILLS = f"matters/{EXPENSE}/matter.yaml", f"matters/{EXPENSE}/drills.yaml"


def test_check_finds_nothing_in_the_built_in_catalogue(lianfang: Any, tmp_path: Path) -> None:
    ended = lianfang("check", "--json")
    assert ended.status == 0
    assert set(ended.json) == {"errors", "warnings", "no_bypass", "staffing", "loopholes", "reachability"}
    assert ended.json["loopholes"] == {"closed": LIVE, "open": []}
    assert ended.json["reachability"]["refuted"] == []
    assert ended.json["reachability"]["reached"] >= 12
    assert ended.json["staffing"]["satisfiable"] == LIVE
    assert ended.json["errors"] == ended.json["no_bypass"]["refuted"] == ended.json["staffing"]["missing"] == []
    assert ended.json["no_bypass"]["proved"] > 40
    kinds = {warning["kind"] for warning in ended.json["warnings"]}
    assert kinds <= {"not-live", "calendar"}, "calendar: from November on, until the next year's holidays are entered"
    assert not list((tmp_path / "home").iterdir()), "a check leaves nothing behind"


def test_check_names_file_line_word_and_the_nearest_right_one(lianfang: Any, spoiled: Any) -> None:
    root = spoiled(MATTER, "by: cashier", "by: cashire")
    ended = lianfang("check", "--json", "--catalogue", root)
    assert ended.status == 1
    [error] = ended.json["errors"]
    file, line = written.line_of(root, MATTER, "cashire")
    assert (error["file"], error["line"]) == (file, line)
    assert "did you mean 'cashier'" in error["message"]
    assert lianfang("check", "--catalogue", root).out.startswith(f"✗ {file}:{line}:")


def test_check_names_a_detector_that_is_not_there(lianfang: Any, spoiled: Any) -> None:
    root = spoiled(MATTER, "detector: splitting", "detector: spliting")
    ended = lianfang("check", "--json", "--catalogue", root)
    assert ended.status == 1
    error, _ = ended.json["errors"]  # both watches that use it
    assert (error["file"], error["line"]) == written.line_of(root, MATTER, "spliting")
    assert error["message"] == "no detector 'spliting'; did you mean 'splitting'?"


def test_a_misspelt_setting_of_a_detector_stops_the_drill_at_its_line(lianfang: Any, spoiled: Any) -> None:
    root = spoiled(MATTER, "window: 1d, least", "windw: 1d, least")
    error, _ = lianfang("check", "--json", "--catalogue", root).json["errors"]  # both watches that have it
    file, line = written.line_of(root, MATTER, "windw")
    assert (error["file"], error["line"]) == (file, line)
    assert (error["message"], error["message_zh"]) == (
        "no setting 'windw'; did you mean 'window'?",
        "没有名为“windw”的探测器参数，是否指“window”？",
    )
    ended = lianfang("drill", EXPENSE, "--catalogue", root)
    assert ended.status == 2
    assert f"{file}:{line}: " in ended.err
    assert "KeyError" not in ended.err + ended.out


def test_a_way_round_is_a_finding(lianfang: Any, spoiled: Any) -> None:
    ended = lianfang("check", "--json", "--catalogue", spoiled(MATTER, 'when: "amount > small"', 'when: "amount >= small"'))
    assert ended.status == 1
    assert {bypass["without"] for bypass in ended.json["no_bypass"]["refuted"]} == {"director"}


def test_a_loophole_and_a_branch_that_nothing_takes_are_findings(lianfang: Any, spoiled: Any) -> None:
    spoiled(MATTER, "steps: [fill, recheck, head,", "steps: [fill, head,")
    root = spoiled(MATTER, '{when: "amount <= large", do: []}', '{when: "amount <= small", do: []}')
    ended = lianfang("check", "--json", "--catalogue", root)
    assert ended.status == 1
    [hole] = [one for one in ended.json["loopholes"]["open"] if one["kind"] == "self-approval"]
    assert (hole["matter"], hole["step"], hole["path"]) == (EXPENSE, "recheck", ["collect", "fill", "recheck"])
    [dead] = ended.json["reachability"]["refuted"]
    assert (dead["matter"], dead["kind"]) == (EXPENSE, "dead-branch")
    told = lianfang("check", "--catalogue", root).out
    for one in (hole, dead):
        assert f"✗ {one['message_zh']} / {one['message']}" in told


def test_check_prints_a_table_of_what_was_looked_at(lianfang: Any, spoiled: Any) -> None:
    *_, heads, rule, files, sources, deadlines, gates, closed, taken, manned = lianfang("check").out.splitlines()
    assert heads.split() == ["检查", "check", "通过", "passed", "问题", "faults"]
    assert set(rule) == {"─", " "}
    assert [row.split()[-2:] for row in (files, sources, deadlines, closed, manned)] == [["✓", "0"]] * 3 + [[str(LIVE), "0"]] * 2
    assert all(int(row.split()[-2]) > 10 and row.split()[-1] == "0" for row in (gates, taken))
    broken = lianfang("check", "--catalogue", spoiled(MATTER, "by: cashier", "by: cashire")).out.splitlines()
    assert [row.split()[-1] for row in broken[-8:-1]] == ["1", *"——————"], "one fault, and the rest was not looked at"


def test_a_catalogue_that_does_not_load_is_bad_input_to_the_others(lianfang: Any, spoiled: Any) -> None:
    root = spoiled(MATTER, "by: cashier", "by: cashire")
    for verb in ("catalogue", "drill"):
        ended = lianfang(verb, "--catalogue", root)
        assert ended.status == 2, verb
        assert "cashire" in ended.err


def test_catalogue_prints_the_stable_json(lianfang: Any) -> None:
    ended = lianfang("catalogue", "--json")
    assert ended.status == 0
    assert set(ended.json) == {"matters", "register"}
    matter = next(one for one in ended.json["matters"] if one["id"] == SEAL)
    assert set(matter) == {"id", "title", "unit", "unit_title", "source", "steps", "risks", "controls", "drills"}
    assert (matter["title"], matter["unit_title"]) == ("印章管理", "政务局")
    assert matter["source"] == {"register": [48], "map": "十四（四）"}
    assert set(matter["steps"][0]) == {"id", "title", "kind", "by"}
    assert set(matter["risks"][0]) == {"id", "title", "at", "grade", "controls", "blind_spots"}
    assert set(matter["controls"][0]) == {"id", "kind", "family", "title"}
    assert matter["drills"] > 0


def test_every_measure_of_a_live_row_names_what_carries_it_out(lianfang: Any) -> None:
    rows = {row["row"]: row for row in lianfang("catalogue", "--json").json["register"]}
    assert set(rows[63]) == {"row", "unit", "matter", "risks", "measures", "owner"}
    for number in (48, 63):
        assert all(measure["controls"] for measure in rows[number]["measures"])
    first = rows[63]["measures"][0]
    assert first["text"] == "按照财务规定，加强财务印鉴的管理、使用，以及票据保管，定期与银行核对，确保中心资金的安全、完整"
    assert f"{EXPENSE}/bank-check" in first["controls"]


def test_drill_finds_nothing_in_the_built_in_matters(lianfang: Any) -> None:
    ended = lianfang("drill", "--json")
    assert ended.status == 0, ended.out
    counts = ended.json
    assert counts.pop("failures") == []
    generated = counts.pop("generated")
    sorts = {"person", "order", "limit", "twice", "edit", "late", "early", "related", "reading", "delegate", "opinion"}
    assert sorts == set(generated)
    for sort, counted in generated.items():
        assert counted["accepted"] == [] and counted["tried"] == counted["refused"] + counted["alarmed"], sort
        assert bool(counted["tried"]) != ("message" in counted), "what is not tried says why"
    assert set(counts) == {
        "matters", "risks", "undrilled", "drills", "refused", "alarmed", "missed", "lawful", "false_refusals", "false_alarms",
        "weakened", "parts", "decorative",
    }  # fmt: skip
    assert [counts[name] for name in ("undrilled", "missed", "false_refusals", "false_alarms", "decorative")] == [0, 0, 0, 0, 0]
    assert counts["drills"] == counts["refused"] + counts["alarmed"] + counts["lawful"]


def test_a_drill_that_misses_its_verdict_is_a_finding(lianfang: Any, spoiled: Any) -> None:
    ended = lianfang("drill", EXPENSE, "--json", "--catalogue", spoiled(DRILLS, "refused: invoice-sum", "refused: papers"))
    assert ended.status == 1
    assert ended.json["matters"] == 1
    assert ended.json["missed"] >= 1
    assert {"matter", "what", "id", "message", "message_zh"} == set(ended.json["failures"][0])


def test_a_part_of_a_control_that_nothing_needs_is_a_finding(lianfang: Any, spoiled: Any) -> None:
    """What is paid was booked, and what was booked went through the levels: asking for them again at the payment stops nobody."""
    whole = lianfang("drill", EXPENSE, "--json").json
    ended = lianfang("drill", EXPENSE, "--json", "--catalogue", spoiled(MATTER, "    steps: [settle]\n", "    steps: [settle, pay]\n"))
    assert ended.status == 1
    [failure] = ended.json["failures"]
    assert (failure["what"], failure["id"]) == ("decorative", "levels steps: pay")
    assert (ended.json["decorative"], ended.json["parts"]) == (1, whole["parts"] + 2)


def test_a_part_that_its_drill_no_longer_attempts_is_a_finding(lianfang: Any, spoiled: Any) -> None:
    old, new = (
        "{who: ic-deputy, step: deputy, expect: {refused: separate}}",
        "{who: ic-cashier, step: deputy, expect: {refused: step-post}}",
    )
    ended = lianfang("drill", EXPENSE, "--json", "--catalogue", spoiled(DRILLS, old, new))
    assert [failure["id"] for failure in ended.json["failures"]] == ["separate steps: deputy"]


def test_a_lawful_run_raises_what_it_says_and_nothing_else(lianfang: Any, spoiled: Any) -> None:
    drills = f"matters/{SEAL}/drills.yaml"
    told = {"lawful-loss-told", "lawful-damage-told"}
    root = spoiled(drills, "raises: [incident-reported]", "raises: [incident-reported, put-away]")
    failures = lianfang("drill", SEAL, "--json", "--catalogue", root).json["failures"]
    assert {one["id"] for one in failures if one["what"] == "missed"} == told
    spoiled(drills, "raises: [incident-reported, put-away]", "raises: []")
    failures = lianfang("drill", SEAL, "--json", "--catalogue", root).json["failures"]
    assert {one["id"] for one in failures if one["what"] == "false_alarm"} == told


def test_a_drill_names_who_and_what_there_is(lianfang: Any, spoiled: Any) -> None:
    drills = f"matters/{SEAL}/drills.yaml"
    spoiled(drills, "raises: [incident-reported]", "raises: [incident-reportd]")
    spoiled(drills, "also: {gs-keeper: registrar}", "also: {gs-keeper: registar}")
    root = spoiled(drills, "also: {gs-keeper: deputy-director}", "also: {gs-keper: deputy-director}")
    told = [error["message"] for error in lianfang("check", "--json", "--catalogue", root).json["errors"]]
    for near in ("incident-reported", "registrar", "gs-keeper"):
        assert any(f"did you mean '{near}'" in message for message in told), (near, told)


def test_drilling_what_does_not_exist_is_bad_input(lianfang: Any) -> None:
    ended = lianfang("drill", "information-centre/expence")
    assert ended.status == 2
    assert "information-centre/expense" in ended.err


def test_drill_writes_a_page_beside_what_it_prints(lianfang: Any, tmp_path: Path) -> None:
    page = tmp_path / "报告.html"
    ended = lianfang("drill", SEAL, "--json", "--out", page)
    assert (ended.status, ended.json["matters"]) == (0, 1)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_page_that_can_not_be_written_is_told(lianfang: Any, tmp_path: Path) -> None:
    ended = lianfang("drill", SEAL, "--out", tmp_path / "nowhere" / "report.html")
    assert ended.status == 2
    assert "无法写入" in ended.err and "No such file or directory" in ended.err
    assert not ended.out
