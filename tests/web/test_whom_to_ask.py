"""Every refusal says whom to ask: the post that answers for the matter and who holds it that day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lianfang.office import cases, register
from lianfang.office.people import names
from lianfang.office.refusals import whom_to_ask
from lianfang.store.models import Holding
from tests.web.conftest import SEAL, Reader

BOX = "government-services/window/suggestion-box"


@pytest.fixture
def owner() -> Callable[[], tuple[str, str]]:
    """The post that answers for the seal and who holds it now, as pages say it in Chinese and in English."""

    def told() -> tuple[str, str]:
        row = next(row for unit in register.register() for row in unit.rows if row.live == SEAL)
        zh, en = "、".join(one.name.zh for one in row.holders), ", ".join(one.name.en for one in row.holders)
        return f"{row.post.zh}：{zh}", f"{row.post.en}: {en}"

    return told


def test_the_page_of_a_refusal_says_whom_to_ask_in_both_languages(
    office: Any, reader: Callable[..., Reader], ask: Callable[..., str], owner: Callable[[], tuple[str, str]]
) -> None:
    case = ask()
    for language, label, words in (("zh-hans", "可询问", owner()[0]), ("en", "Whom to ask", owner()[1])):
        clerk = reader("gs-clerk").speak(language)
        key = f"again-{language}"
        page = clerk.client.post(f"/cases/{case}/steps/approve/", {"act": "approve", "key": key, "n": "1"}).content.decode()
        refusal = page.partition('<section class="refusal"')[2].partition("</section>")[0]
        assert f"<dt>{label}</dt>" in refusal and f'<dd class="ask">{words}</dd>' in refusal, page
        assert 'class="ask"' not in clerk.open(f"/cases/{case}/").source, "the history is not full of it"
    assert cases.case_view("inspector", case).timeline[-1].refusal is not None


def test_the_interface_says_it_too(office: Any, ask: Callable[..., str], owner: Callable[[], tuple[str, str]]) -> None:
    case, key = ask(), {"Authorization": f"Bearer {office.token('gs-clerk')}"}
    sent = {"step": "approve", "act": "approve", "data": {}}
    answer = office.client("gs-clerk").post(f"/api/v1/cases/{case}/commands", sent, content_type="application/json", headers=key)
    assert answer.status_code == 409
    assert (answer.json()["refusal"]["ask"], answer.json()["refusal"]["ask_en"]) == owner()


def test_it_is_who_holds_the_post_that_day(office: Any, ask: Callable[..., str], owner: Callable[[], tuple[str, str]]) -> None:
    case = ask()
    assert office.act("gs-clerk", case, "approve", "approve").refusal.ask.zh == owner()[0]
    Holding.objects.filter(post="government-services/seal-keeper").update(until="2026-11-24")
    assert office.act("gs-clerk", case, "approve", "approve").refusal.ask.zh.endswith("：现无人任职")


def test_who_may_not_read_the_letter_is_told_no_more_by_it(sealed: Any) -> None:
    letter = sealed.file("撤并窗口.txt", "自下月起撤并两个窗口。", "gs-clerk")
    case = sealed.start("gs-clerk", SEAL, title="密", document=letter, copies=2, seal="official-seal").case_id
    assert sealed.act("gs-deputy", case, "approve", "approve").accepted
    other = sealed.file("另一份.txt", "另一份文件。", "gs-keeper")
    refusal = sealed.act("gs-keeper", case, "use", stamped=other, impressions=2).refusal
    assert refusal.ask == whom_to_ask(SEAL)
    assert "撤并" not in repr(refusal)


def test_of_a_complaint_nobody_else_is_named_and_of_a_duty_the_owner_of_its_matter(window: Any) -> None:
    assert whom_to_ask(BOX) == ("", "")
    assert whom_to_ask("no-such/matter") == ("", "")
    head, held = whom_to_ask("government-services/window"), Holding.objects.filter(post="government-services/head")
    known = names(held.values_list("person_id", flat=True))
    assert held.exists()
    assert all(known[one.person_id].zh in head.zh for one in held)
    assert whom_to_ask("government-services/window/patrol") == head
