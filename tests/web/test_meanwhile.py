"""A form that was overtaken says what happened meanwhile, and keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lianfang.store.models import Alert
from tests.web.conftest import EXPENSE, Reader

Open = Callable[..., Reader]


def test_the_form_of_a_step_lists_what_was_done_since_it_was_opened(office: Any, reader: Open, slices: list[str]) -> None:
    case, clerk, rechecker = slices[0], reader("ic-clerk"), reader("ic-rechecker")
    path = f"/cases/{case}/steps/recheck/"
    assert office.act("ic-rechecker", case, "recheck", "return", opinion="请补明细").accepted
    sent = {"act": "approve", "opinion": "属实", "as-seen": "2", "key": "k"}
    answer = rechecker.client.post(path, sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    for said in ("其间发生的", "退回修改", "请补明细", "属实</textarea>"):
        assert said in page
    assert "领取发票及原始凭证 · 发起" not in page.split("其间发生的")[1].split("</ul>")[0], "only what came after"
    english = rechecker.speak("en").client.post(path, sent).content.decode()
    assert "What happened meanwhile" in english
    assert "其间发生的" not in clerk.open(f"/start/{EXPENSE}/").words


def test_the_form_of_an_alert_does_the_same(office: Any, reader: Open, slices: list[str]) -> None:
    inspector = reader("inspector")
    seen = Alert.objects.get(id=1).last
    assert inspector.client.post("/alerts/1/", {"form": "take", "act": "take", "as-seen": str(seen), "key": "a"}).status_code == 302
    answer = inspector.client.post("/alerts/1/", {"form": "forward", "act": "forward", "opinion": "属实", "as-seen": str(seen), "key": "b"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "其间发生的" in page and "接办" in page.split("其间发生的")[1].split("</ul>")[0]
    assert "属实</textarea>" in page
