"""The use of a seal, in a browser: started, approved, stamped; and every way to misuse it, refused on the page and kept."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from lianfang.kernel.schedule import office_clock
from tests.browser.conftest import PHONE, Walk, every_view, two_views
from tests.conftest import morning

pytestmark = pytest.mark.browser
SEAL = "government-services/seal"
LETTER = ("关于窗口延时服务的函.txt", "关于窗口延时服务的函：自下月起周六上午开放综合窗口。")
OTHER = ("情况说明.txt", "情况说明：与获批文件不同的另一份文件。")
BLANK = ("空白页.txt", "   \n")
UNAPPROVED = ("未审批盖章", "Stamping without approval")
TAKEN_OUT = ("擅自携带印章外出", "Taking a seal out without leave")
LOST = ("印章丢失", "A seal is lost")
APPROVAL_RULE = ("对印章使用实行领导签批制", "Require a leader's signed approval for the use of a seal")
REGISTER_RULE = ("对印章使用实行登记制度", "Register every use of a seal")
CUSTODY_RULE = ("印章由专人保管、专柜存放", "Seals are kept by an appointed person in a dedicated cabinet")
OUTING_RULE = ("原则上不准将印章带出单位", "In principle a seal may not be taken out of the unit")


def asked(**more: Any) -> dict[str, Any]:
    """What an application says, unless a walk says otherwise."""
    return {"title": "延时服务函", "document": LETTER, "copies": "2", "seal": "official-seal", **more}


def approved(walk: Walk, **more: Any) -> str:
    """An application that the leader has approved."""
    case = walk.start("gs-clerk", SEAL, **asked(**more)).done()
    return walk.take("gs-deputy", case, "approve", "approve").done()


def consented(walk: Walk) -> str:
    """An outing that the director has consented to."""
    case = approved(walk, outing=True, destination="区会议中心现场签约")
    return walk.take("gs-director", case, "director", "approve").done()


def tonight() -> str:
    """Three hours from now by the office's clock, as a datetime input holds it."""
    return (office_clock(morning()) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")


def kept(walk: Walk, login: str, case: str, control: tuple[str, str]) -> None:
    """The refusal stands in the case's history, with its way to comply."""
    history = walk.window(login).open(f"/cases/{case}/").page.locator("#history .moment-refused").last
    expect(history).to_contain_text(walk.say(*control))
    expect(history.locator(".remedy")).not_to_be_empty()
    expect(history.locator(".leaf")).to_have_attribute("href", re.compile(r"/evidence/entries/\d+/"))


@every_view
def test_a_clerk_finds_the_register_and_starts_a_use_of_a_seal(walk: Walk) -> None:
    clerk = walk.watched(walk.blank()).open("/").look("sign-in")
    clerk.page.fill("[name=username]", "gs-clerk")
    clerk.page.fill("[name=password]", walk.office.password)
    clerk.page.locator("main form button.primary").click()
    clerk.page.wait_for_url(f"{walk.address}/")
    clerk.look("workbench")
    expect(clerk.page.locator(f"a[href='/start/{SEAL}/']").first).to_be_visible()
    clerk.open("/register/").look("register")
    clerk.open("/register/?unit=government-services").look("register-unit")
    expect(clerk.page.locator("main")).to_contain_text(walk.say(*CUSTODY_RULE))
    form = clerk.open(f"/start/{SEAL}/").fill(**asked(outing=False)).look("start")
    sha256 = hashlib.sha256(LETTER[1].encode()).hexdigest()
    expect(form.page.locator("[data-hash]")).to_contain_text(sha256)
    case = form.act().done()
    page = form.look("case-started").page
    expect(page.locator(".message")).to_contain_text(walk.say("下一环节：印章的审批", "Next: Approval"))
    expect(page.locator(".map-row.state-done .map-title")).to_contain_text(walk.say("印章的申请", "Application"))
    expect(page.locator(".map-row.state-now .map-title")).to_contain_text(walk.say("印章的审批", "Approval"))
    expect(page.locator(".map-head")).to_have_count(1)
    expect(page.locator(".waits")).to_contain_text(walk.say("杜若衡", "Du Ruoheng"))
    expect(page.locator(f".value-file a[href='/files/{sha256}/']").first).to_be_attached()
    deputy = walk.window("gs-deputy").open(f"/cases/{case}/").look("approval")
    expect(deputy.page.locator(".asked")).to_contain_text(walk.say("请您办理", "Asked of you"))
    buttons = deputy.page.locator(".asked .act-bar button[name=act]:visible")
    expect(buttons).to_have_count(3)
    if walk.view[0] == PHONE:
        deputy.page.set_viewport_size({"width": 390, "height": 460})  # a small phone, or one with its keyboard out
        expect(buttons.first).to_be_in_viewport(ratio=1)
        deputy.page.set_viewport_size({"width": 390, "height": 844})
    deputy.act("return")
    expect(deputy.page.locator(".field-error")).to_be_visible()
    deputy.look("return-without-reason").fill(opinion="份数过多，请减为一份").act("return").done()
    walk.take("gs-clerk", case, "apply", copies="１").done()
    walk.take("gs-deputy", case, "approve", "approve", opinion="同意。").done()
    walk.take("gs-keeper", case, "use", stamped=LETTER, impressions="1").done()
    walk.take("gs-keeper", case, "custody", seal_intact=True).done()
    done = walk.window("gs-clerk").open(f"/cases/{case}/").look("case-completed").page
    expect(done.locator(".status")).to_have_text(walk.say("已办结", "completed"))
    expect(done.locator("#history")).to_contain_text("份数过多，请减为一份")


@two_views
def test_seven_wrong_acts_are_refused_and_kept(walk: Walk) -> None:
    case = walk.start("gs-clerk", SEAL, **asked()).done()

    no_approval = ("用印须经领导签批", "No stamping without a leader's approval")
    keeper = walk.take("gs-keeper", case, "use", stamped=LETTER, impressions="2")
    keeper.refused(no_approval, UNAPPROVED, APPROVAL_RULE).look("refused-unapproved")
    kept(walk, "gs-keeper", case, no_approval)

    own = ("申请、审批、用印由不同的人办理", "Applicant, approver and keeper are different people")
    mine = walk.start("gs-deputy", SEAL, **asked()).done()
    walk.take("gs-deputy", mine, "approve", "approve").refused(own, UNAPPROVED, APPROVAL_RULE).look("refused-own")
    kept(walk, "gs-deputy", mine, own)

    walk.take("gs-deputy-2", case, "approve", "approve").done()
    too_many = ("用印份数不超过获批份数", "No more impressions than approved")
    keeper = walk.take("gs-keeper", case, "use", stamped=LETTER, impressions="3")
    keeper.refused(too_many, UNAPPROVED, REGISTER_RULE, "3", "2").look("refused-copies")
    expect(keeper.page.locator("[name=impressions]")).to_have_value("3")
    expect(keeper.page.locator(".file-kept")).to_contain_text(LETTER[0])
    kept(walk, "gs-keeper", case, too_many)

    other = ("用印文件须与获批文件一致", "The stamped document is the approved one")
    walk.take("gs-keeper", case, "use", stamped=OTHER, impressions="2").refused(other, UNAPPROVED, REGISTER_RULE).look("refused-other")
    kept(walk, "gs-keeper", case, other)

    blank = walk.start("gs-clerk", SEAL, **asked(document=BLANK))
    blank.refused(
        ("申请用印的文件不得空白", "No blank page in what is asked for"), ("空白纸上用印", "Stamping blank paper"), REGISTER_RULE, "1"
    ).look("refused-blank")
    expect(blank.page.locator("[name=title]")).to_have_value("延时服务函")

    one = ("外出须两名以上本局人员同行", "Two companions of the bureau")
    outing = consented(walk)
    keeper = walk.take("gs-keeper", outing, "leave", companions=["gs-clerk"], return_by=tonight())
    keeper.refused(one, TAKEN_OUT, OUTING_RULE, "1", "2").look("refused-companions")
    expect(keeper.page.locator("[name=companions][value=gs-clerk]")).to_be_checked()
    kept(walk, "gs-keeper", outing, one)

    keeper.step(outing, "leave").fill(companions=["gs-clerk", "gs-clerk-2"], return_by=tonight()).act().done()
    out = ("印章在柜方可用印", "A seal that is out can't be used")
    walk.take("gs-keeper", case, "use", stamped=LETTER, impressions="2").refused(out, TAKEN_OUT, OUTING_RULE).look("refused-out")
    kept(walk, "gs-keeper", case, out)
    keeper.look("history-of-refusals")


@two_views
def test_the_bearer_does_not_count_the_seal_back_in(walk: Walk) -> None:
    case = consented(walk)
    walk.take("gs-keeper", case, "leave", companions=["gs-clerk", "gs-clerk-2"], return_by=tonight()).done()
    walk.take("gs-keeper", case, "use_outside", stamped=LETTER, impressions="2").done()
    keeper = walk.take("gs-keeper", case, "hand_back", seal_intact=True)
    expect(keeper.page.locator(".refusal")).to_contain_text(walk.say("只能由登记员办理", "can be done by Registrar only"))
    missing = ("归柜须清点", "Counted back: intact, or lost or damaged")
    walk.take("gs-registrar", case, "hand_back", seal_intact=False).refused(missing, LOST, CUSTODY_RULE)
    walk.take("gs-registrar", case, "hand_back", seal_intact=True).done()
    walk.take("gs-keeper", case, "custody", seal_intact=True).done()


@two_views
def test_a_form_works_without_scripts(walk: Walk) -> None:
    """The buttons then do what the script does: keep a file, and say what is wrong."""
    walk.without_scripts = True
    clerk = walk.window("gs-clerk").open(f"/start/{SEAL}/").fill(title="延时服务函", document=LETTER)
    clerk.page.locator("button[name=keep-file]").click()
    expect(clerk.page.locator(".file-kept .hash")).to_contain_text(hashlib.sha256(LETTER[1].encode()).hexdigest())
    clerk.act()
    expect(clerk.page.locator(".error-summary li")).to_have_count(2)
    clerk.look("errors")
    clerk.fill(copies="2", seal="official-seal").act().done()
