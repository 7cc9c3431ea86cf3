"""Several approved at once, where the matter allows it: each has its own verdict, and none keeps another back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from lianfang.catalogue.load import load
from lianfang.catalogue.problems import CatalogueError
from lianfang.office import batch, installation
from lianfang.office import engine as running
from lianfang.store.models import Entry
from tests.web.conftest import Reader

Open = Callable[..., Reader]
STEP = "  approve:\n"


def allowing(folder: Path, change: Callable[[str], str] = lambda text: text) -> Path:
    """The catalogue with the seal's approval allowed in a batch."""
    shutil.copytree(settings.LIANFANG_CATALOGUE, folder)
    for file in (folder / "templates").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        if STEP in text and "seal" in file.name:
            file.write_text(change(text.replace(STEP, f"{STEP}    batch: true\n", 1)), encoding="utf-8")
    return folder


@pytest.fixture
def allowed(office: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An office whose seal matter allows it."""
    monkeypatch.setattr(settings, "LIANFANG_CATALOGUE", allowing(tmp_path / "catalogue"))
    running.reset(office.clock)
    installation.install(demo=True)
    return office


def ticked(reader: Reader) -> list[str]:
    """What can be ticked on somebody's workbench."""
    return [one["value"] for one in reader.open("/").all("input") if one.get("name") == "item"]


def test_it_is_off_where_the_matter_says_nothing(office: Any, reader: Open, ask: Callable[..., str]) -> None:
    case, leader = ask(), reader("gs-deputy")
    assert not ticked(leader)
    page = leader.client.post("/batch/", {"item": [f"{case}:approve:1"]}).content.decode()
    assert "须逐件办理" in page
    assert Entry.objects.filter(case_id=case).count() == 1


def test_each_has_its_own_verdict_and_evidence_in_one_list(allowed: Any, reader: Open, ask: Callable[..., str]) -> None:
    first, second, moved, own = ask("第一件"), ask("第二件"), ask("第三件"), ask("第四件")
    leader = reader("gs-deputy")
    items = ticked(leader)
    assert {item.split(":")[0] for item in items} == {first, second, moved, own}
    allowed.act("gs-deputy", moved, "approve", "return", opinion="请补正")
    answer = leader.client.post("/batch/", {"item": items, "opinion": "同意。", "key": "k"})
    page = answer.content.decode()
    assert page.count(">已同意</b>") == 3 and "没有提交" in page
    for case in (first, second):
        assert Entry.objects.filter(case_id=case, kind="accepted", step="approve").count() == 1
    before = Entry.objects.count()
    assert leader.client.post("/batch/", {"item": items, "opinion": "同意。", "key": "k"}).content.decode().count(">已同意</b>") == 3
    assert Entry.objects.count() == before, "sent twice, it is done once"


def test_a_refusal_stands_in_the_list_and_in_the_log(allowed: Any, reader: Open, ask: Callable[..., str]) -> None:
    case, other = ask("第一件"), ask("第二件")
    lines = batch.approve("gs-clerk", [(case, "approve", 1), (other, "approve", 1), ("20260101-NOTHING", "approve", 1)])
    assert [line.outcome.accepted if line.outcome else None for line in lines] == [False, False, None]
    assert lines[0].outcome and lines[0].outcome.refusal and lines[0].outcome.refusal.control == "step-post"
    assert Entry.objects.filter(case_id=case, kind="refused").count() == 1
    page = reader("gs-clerk").speak("en").client.post("/batch/", {"item": [f"{case}:approve:1", "nonsense", "a:b:c"]}).content.decode()
    assert "Refused" in page and "What came of the batch" in page
    assert reader("gs-deputy").client.post("/batch/", {}).status_code == 302


def test_who_stands_in_is_not_offered_it(allowed: Any, reader: Open, ask: Callable[..., str]) -> None:
    ask()
    assert ticked(reader("gs-deputy"))
    assert not ticked(reader("gs-clerk"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("    batch: true\n", "").replace("  apply:\n", "  apply:\n    batch: true\n", 1), "nothing to fill in"),
        (lambda text: text.replace("controls:\n", "controls:\n  - {id: haste, kind: pattern, detector: speed}\n", 1), "watches for haste"),
    ],
)
def test_a_form_or_a_watch_for_haste_forbids_it(tmp_path: Path, change: Callable[[str], str], said: str) -> None:
    with pytest.raises(CatalogueError, match=said):
        load(allowing(tmp_path / "catalogue", change), drills=False)
