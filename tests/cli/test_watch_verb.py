"""``lianfang watch --bids``: the bids of past tenders, from a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lianfang.cli.main import main

HEAD = "项目编号,投标人,报价,中标,最高限价\n"
INNOCENT = "ZB-1,湾图,571300,是,\nZB-1,致远,640150,否,\nZB-1,明德,803400,否,\n"
STEPS = "ZB-2,湾图,570000,湾图,590000\nZB-2,致远,580000,湾图,590000\nZB-2,明德,590000,湾图,590000\n"
BAD = "ZB-3,湾图,五十万,是,\nZB-3,致远,500000\n,明德,500000,否,\nZB-1,湾 图,1,否,\n"


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["watch", *arguments])
    return int(left.value.code or 0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bids.csv"


def test_innocent_bids_end_well(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(HEAD + INNOCENT, "utf-8")
    assert run("--bids", str(file)) == 0
    assert "¥571,300.00" in capsys.readouterr().out
    assert [*file.parent.iterdir()] == [file]


def test_bids_in_equal_steps_are_a_finding_with_the_winner(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(HEAD + INNOCENT + STEPS, "gb18030")
    assert run("--bids", str(file), "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["tenders"], told["bids"], told["bad"], told["aside"]) == (2, 6, [], None)
    (finding,) = told["findings"]
    assert (finding["tender"], finding["winner"], finding["strength"]) == ("ZB-2", ["湾图"], 2)
    assert "等差" in finding["message_zh"] and "equal steps" in finding["message"]


def test_bad_lines_are_named_and_kept_aside_and_the_others_are_looked_at(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(HEAD + INNOCENT + STEPS + BAD, "utf-8")
    assert run("--bids", str(file), "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["line"] for one in told["bad"]] == [8, 9, 10, 11]
    assert "五十万" in told["bad"][0]["message_zh"]
    assert "第 2 行" in told["bad"][3]["message_zh"]
    assert len(told["findings"]) == 1
    kept = Path(told["aside"]).read_text("utf-8-sig").splitlines()
    assert len(kept) == 5 and kept[1].startswith("ZB-3,湾图,五十万")
    assert run("--bids", str(file), "--aside", str(file.with_name("kept.csv"))) == 1
    assert "✗ 8:" in capsys.readouterr().out
    assert file.with_name("kept.csv").is_file()


def test_a_file_without_a_column_says_which(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("tender,bidder,price\nA,B,1\n", "utf-8")
    assert run("--bids", str(file)) == 2
    told = capsys.readouterr().err
    assert "amount" in told and "price" in told


def test_aside_alone_means_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--aside", "x.csv") == 2
    assert "--bids" in capsys.readouterr().err
