"""``lianfang watch --log``: the log of another system, from a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

HEAD = "办件编号,环节,办理时间,经办人\n"


def case(name: str, *steps: tuple[str, str]) -> str:
    return "".join(f"{name},{step},2026-01-05 09:{minute:02},{person}\n" for minute, (step, person) in enumerate(steps))


USUAL = "".join(case(f"A{n}", ("申请", "甲乙"[n % 2]), ("审批", "丙丁"[n // 2 % 2])) for n in range(60))
ODD = case("B1", ("申请", "甲"), ("审批", "甲"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "log.csv"


def test_a_log_without_anything_unusual_ends_well(lianfang: Any, file: Path) -> None:
    file.write_text(HEAD + USUAL, "gb18030")
    ended = lianfang("watch", "--log", file)
    assert (ended.status, ended.err) == (0, "")
    assert "60 cases, 120 events" in ended.out and "case=办件编号" in ended.out
    assert [*file.parent.glob("*.csv")] == [file]


def test_unusual_cases_are_ranked_and_explained_and_bad_lines_kept_aside(lianfang: Any, file: Path) -> None:
    file.write_text(HEAD + USUAL + ODD + "B2,申请,昨天,甲\n", "utf-8")
    ended = lianfang("watch", "--log", file, "--json")
    assert ended.status == 1
    (found,) = ended.json["findings"]
    assert (found["rank"], found["case"]) == (1, "B1")
    assert {"same", "hand"} <= {sign["kind"] for sign in found["signs"]}
    assert "也可能无误" in found["message_zh"] and "It can be innocent" in found["message"]
    assert [one["line"] for one in ended.json["bad"]] == [124]
    assert "昨天" in Path(ended.json["aside"]).read_text("utf-8-sig")
    shown = lianfang("watch", "--log", file, "--aside", file.with_name("kept.csv"))
    assert "B1" in shown.out and "✗ 124:" in shown.out and file.with_name("kept.csv").is_file()


def test_columns_and_shares_can_be_said(lianfang: Any, file: Path) -> None:
    file.write_text("no,what\n" + "".join(f"A{n},申请\n" for n in range(30)) + "B,其他\n", "utf-8")
    assert "--column case=" in lianfang("watch", "--log", file).err
    chosen = ("watch", "--log", file, "--column", "case=no", "--column", "step=what")
    assert lianfang(*chosen).status == 0
    assert lianfang(*chosen, "--rare", "5").status == 1
    assert lianfang(*chosen, "--rare", "5", "--crowd", "1").status == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--column", "case=a"), "--column goes with --log"),
        (("--rare", "3"), "--rare goes with --log"),
        (("--aside", "x.csv"), "--aside goes with --bids"),
        (("--log", "FILE", "--bids", "FILE"), "at a time"),
        (("--log", "FILE", "--column", "case"), "NAME=COLUMN"),
        (("--log", "FILE", "--column", "unit=x"), "case, step, time, person"),
        (("--bids", "FILE", "--crowd", "5"), "--crowd goes with --log"),
    ],
)
def test_options_that_mean_nothing_are_told(lianfang: Any, file: Path, arguments: tuple[str, ...], told: str) -> None:
    file.write_text(HEAD + USUAL, "utf-8")
    ended = lianfang("watch", *(str(file) if one == "FILE" else one for one in arguments))
    assert ended.status == 2
    assert told in ended.err


def test_what_can_not_be_printed_does_no_harm(lianfang: Any, file: Path) -> None:
    """Signs that would move a terminal's cursor are spaces."""
    file.write_text(
        '{"events": [{"type": "\\u001b[2J", "relationships": [{"objectId": "a"}]}], "objects": [{"id": "a", "type": "t\\ud800"}]}'
    )
    assert lianfang("watch", "--log", file).status == 2
    file.write_text(
        '{"events": [{"type": "\\u001b[2J", "time": "2026-01-05", "relationships": [{"objectId": "a"}]}],'
        ' "objects": [{"id": "a", "type": "t"}]}'
    )
    ended = lianfang("watch", "--log", file)
    assert ended.status == 0 and "\x1b" not in ended.out


def test_the_example_of_the_manual_is_what_comes_out(lianfang: Any, file: Path) -> None:
    """The page says how many usual cases go before the lines that it shows."""
    page = (Path(__file__).parents[2] / "docs" / "logs.md").read_text("utf-8")
    odd, told = re.findall(r"```(?:csv|text)\n(.*?)```", page, re.DOTALL)
    file.write_text(HEAD + USUAL + odd.removeprefix(HEAD), "utf-8")
    ended = lianfang("watch", "--log", file)
    assert ended.status == 1
    assert told in ended.out
