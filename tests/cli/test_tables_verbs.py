"""``import``, ``export`` and ``watch``: a bank's file comes in, what is wrong with it is kept aside, and what does not agree is told."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from lianfang.store.models import Alert

HEAD = "记账日期,银行流水号,对方户名,支出金额,收入金额,币种\n"


def test_a_file_comes_in_and_its_bad_lines_are_kept_aside(office: Any, lianfang: Any, tmp_path: Path) -> None:
    file = tmp_path / "三月.csv"
    file.write_text(HEAD + "2026-01-05,B1,甲,1.00,,CNY\n2026-01-05,B2,甲,一元,,CNY\n", encoding="gb18030")
    ended = lianfang("import", "--kind", "bank-lines", file, env=office.environment)
    assert ended.status == 1, ended.err
    assert "已导入 1 行" in ended.out
    assert "✗ 3: “支出金额”" in ended.out
    aside = tmp_path / "三月.aside.csv"
    assert aside.read_text(encoding="utf-8-sig").splitlines()[1].startswith("2026-01-05,B2,甲,一元,,CNY,")
    aside.write_text(aside.read_text(encoding="utf-8-sig").replace("一元", "1.00"), encoding="utf-8")
    mended = lianfang("import", "--kind", "bank-lines", aside, "--json", env=office.environment)
    assert (mended.status, mended.json["brought"], mended.json["bad"]) == (0, 1, []), "what was kept aside comes in once it is right"
    again = lianfang("import", "--kind", "bank-lines", aside, "--json", env=office.environment)
    assert (again.json["brought"], again.json["known"]) == (0, 1)


def test_what_can_not_come_in_is_one_sentence(office: Any, lianfang: Any, tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    file.write_text(HEAD)
    for kind, told in (("payments", "no ledger from outside 'payments'"), ("bank-line", "did you mean 'bank-lines'?")):
        ended = lianfang("import", "--kind", kind, file, env=office.environment)
        assert ended.status == 2
        assert told in ended.err
    file.write_bytes(b"\x00\x01")
    assert lianfang("import", "--kind", "bank-lines", file, env=office.environment).status == 2
    assert lianfang("import", "--kind", "bank-lines", file).status == 2, "there is no office here"


def test_reconciling_at_once_tells_the_groups_and_raises_alerts(office: Any, lianfang: Any, tmp_path: Path) -> None:
    ended = lianfang("watch", "--json", env=office.environment)
    assert ended.status == 0
    (found,) = (one for one in ended.json["reconcile"] if one["control"] == "bank-agrees")
    assert (found["control"], found["differ"], found["only_there"]) == ("bank-agrees", [], [])
    file = tmp_path / "lines.csv"
    file.write_text(HEAD + "2026-01-05,B1,甲,1.00,,CNY\n")
    lianfang("import", "--kind", "bank-lines", file, env=office.environment)
    ended = lianfang("watch", "--json", env=office.environment)
    assert ended.status == 1
    (line,) = (line for one in ended.json["reconcile"] if one["control"] == "bank-agrees" for line in one["only_there"])
    assert line["there"][0]["reference"] == "B1"
    assert Alert.objects.get(control="bank-agrees").about == f"difference|{line['about']}"
    assert "¥1.00" in lianfang("watch", env=office.environment).out


def test_what_stands_in_the_ledgers_goes_out_as_tables_that_come_in_again(office: Any, lianfang: Any, tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    file.write_text(HEAD + "2026-01-05,B1,=1+1,1234.50,,CNY\n2026-01-06,B2,乙,,0.07,CNY\n", encoding="utf-8")
    assert lianfang("import", "--kind", "bank-lines", file, env=office.environment).status == 0
    out = tmp_path / "out"
    ended = lianfang("export", "--out", out, "--json", env=office.environment)
    assert ended.status == 0, ended.err
    (told,) = (one for one in ended.json["ledgers"] if one["ledger"] == "bank-lines")
    assert (told["entries"], Path(told["file"])) == (2, out / "bank-lines.csv")
    with (out / "bank-lines.csv").open(encoding="utf-8-sig", newline="") as table:
        first, second = csv.DictReader(table)
    assert (first["记账日期"], first["银行流水号"], first["支出金额"], first["收入金额"]) == ("2026-01-05", "B1", "1234.50", "")
    assert first["对方户名"] == "'=1+1", "no formula for a spreadsheet"
    assert (second["对方户名"], second["收入金额"], second["有效"], second["办件"]) == ("乙", "0.07", "是", "")
    assert len(ended.json["ledgers"]) == len([*out.iterdir()]) > 10, "a file each"
    (out / "bank-lines.csv").write_text((out / "bank-lines.csv").read_text(encoding="utf-8-sig").replace("'=", "="), encoding="utf-8")
    again = lianfang("import", "--kind", "bank-lines", out / "bank-lines.csv", "--json", env=office.environment)
    assert (again.json["brought"], again.json["known"], again.json["bad"]) == (0, 2, []), "what went out says what came in"


def test_what_can_not_go_out_is_one_sentence(office: Any, lianfang: Any, tmp_path: Path) -> None:
    wrong = lianfang("export", "--out", tmp_path / "out", "--ledger", "bank-line", env=office.environment)
    assert wrong.status == 2
    assert "did you mean 'bank-lines'?" in wrong.err
    assert not (tmp_path / "out").exists()
    (tmp_path / "there.txt").write_text("kept")
    assert lianfang("export", "--out", tmp_path, env=office.environment).status == 2
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["there.txt"], "nothing is written over"
    one = lianfang("export", "--out", tmp_path / "one", "--ledger", "seals", "--json", env=office.environment)
    assert [ledger["ledger"] for ledger in one.json["ledgers"]] == ["seals"]
