"""Duties that each holder of a post owes: who is asked, who can do it, and who is told of when it is overdue."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from lianfang.catalogue.audit import verify_bundle
from lianfang.kernel import CommandError
from lianfang.kernel.controls import KINDS, pledge
from lianfang.kernel.controls.pledge import digest
from lianfang.office import alerts, cases, desk, forms, installation, log
from lianfang.office import engine as running
from lianfang.office.sweep import sweep
from lianfang.store.models import Alert, Duty, Entry, Holding, MatterVersion

WINDOW = "government-services/window"
PLEDGE, EDUCATION = f"{WINDOW}/integrity-pledge", f"{WINDOW}/education"
KEEPER = "government-services/seal-keeper"


def turn_of(person: str, matter: str = PLEDGE) -> Any:
    """The latest turn that a person owes."""
    return max((line for line in desk.duties(person) if line.matter == matter), key=lambda line: line.opens_at)


def sign(office: Any, person: str, period: str = "") -> Any:
    """Somebody signs the text that the form shows them."""
    (text,) = next(field for field in forms.opening_form(person, PLEDGE).fields if field.id == "text").options
    return office.start(person, PLEDGE, period=period or turn_of(person).period, text=text.value)


def owing(matter: str = PLEDGE) -> set[str]:
    return set(Duty.objects.filter(matter=matter, case_id="").values_list("holder", flat=True))


def rewritten(office: Any, folder: Path) -> None:
    """A release with another text of the pledge."""
    path, drills = (folder / "matters" / WINDOW / name for name in ("matter.yaml", "drills.yaml"))
    text = path.read_text().replace("不收受服务对象的礼品礼金", "不收受服务对象的任何财物").replace("2026-1", "2026-2")
    path.write_text(text)
    controls = yaml.safe_load(text)["controls"]
    sha256 = digest(next(one["text"]["zh"] for one in controls if one["kind"] == "pledge"))
    drills.write_text(re.sub("2026-1-[0-9a-f]{64}", f"2026-2-{sha256}", drills.read_text()))
    running.reset(office.clock)
    installation.install(demo=True)


def test_each_holder_is_asked_on_the_first_day_and_who_did_not_sign_in_time_is_named(window: Any) -> None:
    assert owing() == {"gs-keeper", "gs-keeper-2", "gs-registrar", "gs-registrar-2"}
    assert turn_of("gs-keeper").due == "2026-12-17T01:00:00Z"
    signed = sign(window, "gs-keeper")
    assert signed.accepted, signed.refusal
    assert (turn_of("gs-keeper").state, turn_of("gs-keeper-2").state) == ("done", "open"), "hers is hers alone"
    window.at("2026-12-17T01:00:00Z")
    sweep()
    assert not Alert.objects.filter(control="integrity-pledge").exists()
    window.at("2026-12-17T01:00:01Z")
    sweep()
    told = {alert.explanation.zh for alert in alerts.alerts("inspector").lines if alert.control == "integrity-pledge"}
    assert len(told) == 3
    assert any("季怀璋（印章保管人）" in text and "2026-12-17 09:00" in text for text in told)
    assert not any("黎守玉" in text for text in told)
    english = Alert.objects.get(control="integrity-pledge", about__endswith="|gs-keeper-2").explanation_en
    assert "Ji Huaizhang (Seal keeper)" in english
    sweep()
    assert Alert.objects.filter(control="integrity-pledge").count() == 3, "told once"


def test_who_holds_no_such_post_is_refused_on_record_and_a_holder_can_name_no_turn_but_their_own(window: Any) -> None:
    period = turn_of("gs-keeper").period
    text = next(field for field in forms.opening_form("gs-keeper", PLEDGE).fields if field.id == "text").options[0].value
    tried = window.start("gs-clerk", PLEDGE, period=period, text=text)
    assert not tried.accepted
    assert tried.refusal.control == "integrity-pledge"
    assert Entry.objects.filter(kind=Entry.REFUSED, matter=PLEDGE, actor="gs-clerk").exists()
    assert owing() >= {"gs-keeper", "gs-keeper-2"}, "that settled nobody's"
    Duty.objects.filter(holder="gs-keeper-2").update(period="2026-12-06 theirs")
    with pytest.raises(CommandError) as caught:
        window.start("gs-keeper", PLEDGE, period="2026-12-06 theirs", text=text)
    assert [error.field for error in caught.value.errors] == ["period"]
    (choice,) = next(field for field in forms.opening_form("gs-keeper", PLEDGE).fields if field.id == "period").options
    assert choice.value == period


def test_a_changed_text_is_signed_again_by_everybody_and_the_old_one_by_nobody(window: Any, window_catalogue: Path) -> None:
    before = sign(window, "gs-keeper")
    old = turn_of("gs-keeper-2").period
    window.at("2026-12-10T01:00:00Z")
    rewritten(window, window_catalogue)
    assert owing() == {"gs-keeper", "gs-keeper-2", "gs-registrar", "gs-registrar-2"}
    assert not Duty.objects.filter(period=old, case_id="").exists(), "nobody is asked for the old text any more"
    assert turn_of("gs-keeper").period.startswith("2026-12-10 ")
    with pytest.raises(CommandError):
        window.start("gs-keeper-2", PLEDGE, period=turn_of("gs-keeper-2").period, text=window_text(before.case_id))
    after = sign(window, "gs-keeper")
    assert after.accepted, after.refusal
    window.at("2026-12-18T01:00:00Z")
    sweep()
    assert not Alert.objects.filter(control="integrity-pledge").exists(), "of the new text there are two days left"
    log.export(window.data / "bundle")
    verdict = verify_bundle(window.data / "bundle")
    assert verdict.sound, verdict.faults


def window_text(case_id: str) -> str:
    """The text that was signed in a case."""
    return str(cases.case_view("inspector", case_id).record["text"])


def test_a_release_that_leaves_the_text_alone_asks_nobody_again(
    window: Any, window_catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another title of the control, and of the software's own fields."""
    before = list(Duty.objects.filter(matter=PLEDGE).values_list("period", "holder", "due"))
    window.at("2026-12-10T01:00:00Z")
    path = window_catalogue / "matters" / WINDOW / "matter.yaml"
    path.write_text(
        path.read_text().replace("签订廉洁承诺书, en: The integrity pledge is signed", "签署廉洁承诺书, en: The pledge is signed")
    )
    make = pledge.KIND.matter
    assert make is not None

    def reworded(*given: Any) -> dict[str, Any]:
        small = make(*given)
        small["record"]["text"]["label"] = {"zh": "签署的文本", "en": "What is signed"}
        return small

    monkeypatch.setitem(KINDS, "pledge", replace(pledge.KIND, matter=reworded))
    versions = MatterVersion.objects.filter(matter=PLEDGE).count()
    running.reset(window.clock)
    installation.install(demo=True)
    assert MatterVersion.objects.filter(matter=PLEDGE).count() == versions + 1
    assert list(Duty.objects.filter(matter=PLEDGE).values_list("period", "holder", "due")) == before


def test_who_takes_office_is_asked_from_that_day_and_who_leaves_in_time_no_more(window: Any) -> None:
    Holding.objects.filter(person="gs-keeper-2", post=KEEPER).update(until="2026-12-11")
    Holding.objects.create(person_id="gs-clerk", post=KEEPER, since="2026-12-09")
    window.at("2026-12-08T16:00:00Z")
    sweep()
    assert owing() == {"gs-keeper", "gs-clerk", "gs-registrar", "gs-registrar-2"}
    assert (turn_of("gs-clerk").opens_at, turn_of("gs-clerk").due) == ("2026-12-08T16:00:00Z", "2026-12-18T16:00:00Z")
    assert sign(window, "gs-clerk").accepted
    window.at("2026-12-20T01:00:00Z")
    sweep()
    assert {about.partition("|")[2] for about in Alert.objects.filter(control="integrity-pledge").values_list("about", flat=True)} == {
        "gs-keeper", "gs-registrar", "gs-registrar-2",
    }  # fmt: skip


def test_a_post_given_with_hindsight_is_asked_for_too(window: Any) -> None:
    window.at("2026-12-14T01:00:00Z")
    sweep()
    Holding.objects.create(person_id="gs-clerk", post=KEEPER, since="2026-12-09")
    sweep()
    assert turn_of("gs-clerk").due == "2026-12-18T16:00:00Z"


def test_a_duty_per_holder_is_done_by_each_and_accepted(window: Any) -> None:
    assert owing(EDUCATION) == set(), "the fourth quarter's time was over before the office went live"
    window.at("2027-01-04T01:00:00Z")
    sweep()
    assert owing(EDUCATION) == {"gs-registrar", "gs-registrar-2"}
    done = window.start("gs-registrar", EDUCATION, period="2027-Q1", note="参加了廉政教育会议")
    assert done.accepted, done.refusal
    assert not window.act("gs-registrar-2", done.case_id, "perform", "do", note="替她写").accepted
    assert window.act("gs-head", done.case_id, "accept", "approve").accepted
    window.at("2027-01-17T01:00:00Z")
    sweep()
    (alert,) = Alert.objects.filter(control="education")
    assert alert.about == "2027-Q1|gs-registrar-2"
    assert "常念真（登记员）" in alert.explanation_zh


def test_the_workbench_leads_to_the_whole_text_with_one_s_own_turn_chosen(window: Any) -> None:
    client = window.client("gs-keeper")
    desk_page = client.get("/").content.decode()
    link = re.search(rf'href="(/start/{PLEDGE}/\?period=[^"]+)"', desk_page)
    assert link is not None
    page = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert "一、不收受服务对象的礼品礼金；" in page and "二、不违规接收材料" in page
    period, text = turn_of("gs-keeper").period, re.search(r'value="(2026-1-[0-9a-f]{64})"', page)
    assert text is not None
    assert re.search(rf'<option value="{period}" selected', page), "the turn is chosen"
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    signed = client.post(link[1].partition("?")[0], {"key": key[1], "act": "do", "period": period, "text": text[1]})
    assert signed.status_code == 302, signed.content.decode()
    assert turn_of("gs-keeper").state == "done"
    client.cookies["django_language"] = "en"
    assert "I accept no gifts from those whom I serve" in client.get(f"/start/{PLEDGE}/").content.decode()


def test_a_turn_whose_case_was_withdrawn_waits_to_be_done_again(window: Any) -> None:
    window.at("2027-01-04T01:00:00Z")
    sweep()
    turn = turn_of("gs-registrar", EDUCATION)
    first = window.start("gs-registrar", EDUCATION, period=turn.period, note="已学习")
    assert first.accepted, first.refusal
    assert (turn_of("gs-registrar", EDUCATION).case_id, turn.case_id) == (first.case_id, "")
    assert window.act("gs-registrar", first.case_id, "", "withdraw").accepted
    again = turn_of("gs-registrar", EDUCATION)
    assert (again.state, again.case_id) == ("open", ""), "the desk leads to a new start and not to the case that has ended"
    periods = next(field for field in forms.opening_form("gs-registrar", EDUCATION).fields if field.id == "period").options
    assert turn.period in [one.value for one in periods]
    assert window.start("gs-registrar", EDUCATION, period=turn.period, note="已补学").accepted
    assert turn.period not in [
        one.value for one in next(field for field in forms.opening_form("gs-registrar", EDUCATION).fields if field.id == "period").options
    ]
