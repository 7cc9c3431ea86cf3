"""``evidence``: exported here, verified anywhere, with nothing but the bundle."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lianfang.office.engine import engine


@pytest.fixture
def bundle(office: Any, lianfang: Any, tmp_path: Path) -> Path:
    """What the office exported after a clerk's application and a keeper's attempt."""
    letter = office.file("函.txt", "正文", "gs-clerk")
    case = office.start("gs-clerk", "government-services/seal", title="函", document=letter, copies=1, seal="official-seal").case_id
    office.act("gs-keeper", case, "use", stamped=letter, impressions=1)
    out = tmp_path / "bundle"
    ended = lianfang("evidence", "export", "--out", out, "--json", env=office.environment)
    assert ended.status == 0, ended.err
    assert ended.json["verifier"] == str(engine().log.signer.verifier)
    assert ended.json["entries"] == len((out / "entries.jsonl").read_bytes().splitlines())
    return out


def test_what_was_exported_is_sound(lianfang: Any, bundle: Path, tmp_path: Path) -> None:
    key = str(engine().log.signer.verifier)
    ended = lianfang("evidence", "verify", bundle, "--key", key, "--json")
    assert ended.status == 0
    assert ended.json["sound"] is True
    assert ended.json["faults"] == ended.json["remarks"] == []
    assert not list((tmp_path / "home").iterdir()), "an auditor's folder stays as it was"
    shown = lianfang("evidence", "verify", bundle).out
    assert "完好" in shown
    assert "Sound" in shown
    assert "--key" in shown, "without a known key it says what it can't say"


def test_a_clock_that_was_set_back_is_remarked_and_the_log_sound(office: Any, lianfang: Any, tmp_path: Path) -> None:
    letter = office.file("函.txt", "正文", "gs-clerk")
    for moment in ("2026-11-25T02:00:00Z", "2026-11-24T02:00:00Z"):
        office.at(moment)
        office.start("gs-clerk", "government-services/seal", title="函", document=letter, copies=1, seal="official-seal")
    lianfang("evidence", "export", "--out", tmp_path / "bundle", env=office.environment)
    ended = lianfang("evidence", "verify", tmp_path / "bundle", "--json")
    assert (ended.status, ended.json["sound"]) == (0, True)
    (remark,) = ended.json["remarks"]
    assert "2026-11-24T02:00:00Z after 2026-11-25T02:00:00Z" in remark["en"]
    shown = lianfang("evidence", "verify", tmp_path / "bundle").out
    assert f"注意：{remark['zh']}。 Note: {remark['en']}." in shown


def test_a_changed_byte_is_found_at_its_leaf(lianfang: Any, bundle: Path) -> None:
    lines = (bundle / "entries.jsonl").read_bytes().splitlines(keepends=True)
    last = len(lines) - 1
    lines[last] = lines[last].replace(b'"impressions":1', b'"impressions":2')
    (bundle / "entries.jsonl").write_bytes(b"".join(lines))
    ended = lianfang("evidence", "verify", bundle, "--json")
    assert ended.status == 1
    assert ended.json["sound"] is False
    assert ended.json["faults"][0]["leaf"] == last
    assert f"leaf {last} fails first" in lianfang("evidence", "verify", bundle).out


def test_a_missing_file_is_unsound_and_another_folder_is_no_bundle(lianfang: Any, bundle: Path, tmp_path: Path) -> None:
    (bundle / "leaves").unlink()
    assert lianfang("evidence", "verify", bundle).status == 1
    assert lianfang("evidence", "verify", tmp_path).status == 2
    assert lianfang("evidence", "verify", tmp_path / "nowhere").status == 2


def test_another_key_is_unsound_and_no_key_at_all_is_bad_input(lianfang: Any, bundle: Path) -> None:
    other = (bundle / "verifier").read_text().strip()
    forged = json.loads(json.dumps(other)).replace("lianfang.localhost", "elsewhere.localhost")
    assert lianfang("evidence", "verify", bundle, "--key", forged).status == 2
    ended = lianfang("evidence", "verify", bundle, "--key", "nonsense")
    assert ended.status == 2
    assert "公钥格式不对" in ended.err


def test_an_export_writes_over_nothing(office: Any, lianfang: Any, bundle: Path) -> None:
    ended = lianfang("evidence", "export", "--out", bundle, env=office.environment)
    assert ended.status == 2
    assert "目录不是空的" in ended.err


def test_an_auditor_needs_no_django(bundle: Path) -> None:
    code = (
        "import sys\nfrom lianfang.cli.main import main\n"
        f"try:\n    main(['evidence', 'verify', {str(bundle)!r}])\n"
        "except SystemExit as ended:\n    print(ended.code, 'django' in sys.modules, 'duckdb' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 False False"


def test_where_there_is_no_office_it_says_so_and_makes_nothing(lianfang: Any, outside: dict[str, str], tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    for env in (outside, {**outside, "LIANFANG_DATA": str(elsewhere)}, {**outside, "LIANFANG_DATABASE": "postgresql://x@127.0.0.1:1/x"}):
        ended = lianfang("evidence", "export", "--out", tmp_path / "bundle", env=env)
        assert ended.status == 2
        assert len(ended.err.splitlines()) == 1
        assert "没有廉防的数据" in ended.err
        assert "There is no office in" in ended.err
        assert "LIANFANG_DATA" in ended.err
    assert not list(home.iterdir())
    assert not elsewhere.exists()


def test_an_empty_database_is_no_office(lianfang: Any, outside: dict[str, str], database: str, tmp_path: Path) -> None:
    """As an earlier version left it behind."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "log.key").touch()
    (data / "lianfang.sqlite3").touch()
    env = {**outside, "LIANFANG_DATA": str(data), "LIANFANG_DATABASE": database}
    ended = lianfang("evidence", "export", "--out", tmp_path / "bundle", env=env)
    assert ended.status == 2
    assert "没有廉防的数据" in ended.err


def test_the_reference_leaves_nothing_where_it_is_made(lianfang: Any, tmp_path: Path) -> None:
    assert lianfang("reference", tmp_path / "reference").status == 0
    assert not list((tmp_path / "home").iterdir())
