"""``lianfang watch --ocds``: published procurement, from a file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lianfang.watch.flags import CODES, flag


def process(ocid: str, second: float, **tender: Any) -> str:
    bids = [
        {"status": "valid", "tenderers": [{"id": who}], "value": {"amount": amount, "currency": "CNY"}}
        for who, amount in (("W", 1), ("L", second))
    ]
    awards = [{"status": "active", "suppliers": [{"id": "W"}]}]
    return json.dumps({"ocid": ocid, "bids": {"details": bids}, "awards": awards, "tender": tender}, ensure_ascii=False) + "\n"


EQUAL = {"OCID": {"F": {"R028": 1.0}}, "Tenderer": {"L": {"R028": 1.0}, "W": {"R028": 1.0}}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "releases.jsonl"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


def test_the_answer_is_cardinals_own_object(lianfang: Any, file: Path, settings: Path) -> None:
    file.write_text(process("F", 1) + process("G", 2), "utf-8")
    ended = lianfang("watch", "--ocds", file, "--json")
    assert (ended.status, ended.json, ended.err) == (1, EQUAL, "")
    settings.write_text("[R058]\nthreshold = 0.5\n")
    ended = lianfang("watch", "--ocds", file, "--settings", settings, "--json")
    assert ended.json == {"OCID": {"G": {"R058": 1.0}}, "Tenderer": {"W": {"R058": 0.0}}}
    assert "≥ 0.5" in lianfang("watch", "--ocds", file, "--settings", settings).out
    settings.write_text("[R036]\n")
    ended = lianfang("watch", "--ocds", file, "--settings", settings, "--json")
    assert (ended.status, ended.json) == (0, {})
    assert [one.name for one in file.parent.glob("*.csv")] == []


def test_people_are_told_what_was_looked_at_and_what_may_be_innocent(lianfang: Any, file: Path) -> None:
    file.write_text(process("F\u001b[2J", 1) + process("G", 2, status="cancelled"), "utf-8")
    ended = lianfang("watch", "--ocds", file)
    assert ended.status == 1
    assert "Processes looked at: 1." in ended.out and "excluded by the settings: 1." in ended.out
    assert "Identical bid prices" in ended.out and "报价相同" in ended.out and "R028 can be innocent" in ended.out
    assert "\u001b" not in ended.out
    assert "process F [2J: Identical bid prices\n" in ended.out, "a value that is always the same is not told"
    judged = dict(re.findall(r"^(R\d+) .*? (\d+|—)  +\d", ended.out, re.MULTILINE))
    assert (judged["R028"], judged["R058"], judged["R003"], judged["R018"]) == ("1", "1", "—", "—")


def test_a_bad_line_is_named_and_kept_aside_and_the_answer_stays_the_same(lianfang: Any, file: Path) -> None:
    file.write_text(process("F", 1) + '{"ocid": "b", \n' + process("F", 3) + "\n", "utf-8")
    ended = lianfang("watch", "--ocds", file, "--json")
    assert (ended.status, ended.json) == (1, EQUAL)
    assert "✗ 2：" in ended.err and "✗ 3：" in ended.err and "sound JSON" in ended.err
    kept = file.with_name("releases.aside.csv").read_text("utf-8-sig")
    assert '"{""ocid"": ""b"","' in kept and "at 1" in kept
    shown = lianfang("watch", "--ocds", file, "--aside", file.with_name("kept.csv"))
    assert "✗ 2：" in shown.err and file.with_name("kept.csv").is_file()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[R0028]\n", "line 1: no section 'R0028'; did you mean 'R028'?"),
        ("[R028]\nthreshold = 1\n", "line 2"),
        ("currency = CNY\n", "choose no flag"),
    ],
)
def test_settings_that_say_nothing_end_the_verb(lianfang: Any, file: Path, settings: Path, written: str, told: str) -> None:
    file.write_text(process("F", 1), "utf-8")
    settings.write_text(written, "utf-8")
    ended = lianfang("watch", "--ocds", file, "--settings", settings)
    assert (ended.status, ended.out) == (2, "")
    assert told in ended.err


def test_options_go_with_their_files(lianfang: Any, file: Path, settings: Path) -> None:
    file.write_text(process("F", 1), "utf-8")
    settings.write_text("[R028]\n[defaults]\ncurrency = CNY\n", "utf-8")
    assert "--settings goes with --ocds" in lianfang("watch", "--settings", settings).err
    assert "--rare goes with --log" in lianfang("watch", "--ocds", file, "--rare", "3").err
    assert "at a time" in lianfang("watch", "--ocds", file, "--bids", file).err
    assert "[defaults]" in lianfang("watch", "--ocds", file, "--settings", settings).out
    file.write_text("项目,投标人\n", "utf-8")
    ended = lianfang("watch", "--ocds", file)
    assert ended.status == 2 and "JSON Lines" in ended.err


def test_prices_of_another_currency_are_told_unless_the_settings_say_not_to(lianfang: Any, file: Path, settings: Path) -> None:
    file.write_text(process("F", 1), "utf-8")
    settings.write_text("currency = USD\n[R024]\n", "utf-8")
    assert "USD" in lianfang("watch", "--ocds", file, "--settings", settings).out
    settings.write_text("currency = USD\n[R024]\n[output]\ninfo_currency_mismatches = true\n", "utf-8")
    assert "USD" not in lianfang("watch", "--ocds", file, "--settings", settings).out


PAGE = (Path(__file__).parents[2] / "docs" / "ocds.md").read_text("utf-8")


def test_the_example_of_the_manual_is_what_comes_out(lianfang: Any, file: Path, settings: Path) -> None:
    _, releases = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    (chosen,), (told,) = (re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL) for kind in ("ini", "text"))
    file.write_text(releases, "utf-8")
    settings.write_text(chosen, "utf-8")
    ended = lianfang("watch", "--ocds", file, "--settings", settings)
    assert (ended.status, ended.out) == (1, told)
    assert "✗ 3：" in ended.err


def test_the_manual_lists_every_flag_with_its_settings() -> None:
    rows = {
        code: (title, {*re.findall(r"`(?:\[R003\.)?(\w+)\]?`", said)})
        for code, title, said in re.findall(r"\| (R\d+) \| (.*?) \|(.*)\|", PAGE)
    }
    assert rows == {code: (" ".join(flag(code).TITLE), {*flag(code).SETTINGS}) for code in CODES}
