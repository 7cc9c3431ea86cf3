"""pledge 承诺: a text that each holder of a post signs for themselves, on taking office and again by the calendar.

A signature is an ordinary case of a small matter made from the control. Its record names the text by edition and SHA-256, of which the
form knows one only: whoever signs signs what they were shown.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lianfang.kernel.calendar import Calendar
from lianfang.kernel.controls.base import DUTY, Control, Kind, Param, Source, only_holders, small_matter
from lianfang.kernel.model import Field, Step, Text
from lianfang.kernel.schedule import Duration, Period, add, office_day, start_of_day
from lianfang.kernel.turns import Held, Turn, a_year_before, each_holder, running

SIGN = "sign"
MARK = 8
"""How many digits of the text's hash tell a turn from that of another text."""
_EDITION = re.compile(r"[a-z0-9][a-z0-9-]{0,31}").fullmatch


def digest(text: str) -> str:
    """The hex SHA-256 of the text that is signed (the Chinese one, UTF-8)."""
    return hashlib.sha256(text.encode()).hexdigest()


def _matter(control: Source, matter: Source) -> dict[str, Any]:
    title, edition, text = control["title"], control["edition"], control["text"]
    sha256 = digest(text["zh"])
    shown = {"zh": f"{edition} 版（SHA-256 为 {sha256[:12]}…）", "en": f"edition {edition} (SHA-256 {sha256[:12]}…)"}
    label = {"zh": "本人已阅读并签署的文本", "en": "The text that I have read and sign"}
    record = {
        "period": {"type": "text", "label": {"zh": "履责周期", "en": "Period"}, "required": True},
        "text": {"type": "choice", "label": label, "required": True, "choices": {f"{edition}-{sha256}": shown}},
    }
    steps = {SIGN: {"title": title, "kind": "task", "by": "applicant", "form": ["period", "text"], "note": text}}
    posts = control["by"] if isinstance(control["by"], list) else [control["by"]]
    controls = [only_holders(control, [SIGN], posts)]
    return small_matter(control, matter, record=record, flow=[SIGN], steps=steps, controls=controls)


def _turns(control: Control, calendar: Calendar, held: Sequence[Held], since: str, until: str) -> Iterator[Turn]:
    posts, within, mark = control.params["by"], control.params["within"], digest(control.params["text"].zh)[:MARK]
    asked: dict[tuple[str, str], Turn] = {}
    begun: dict[Held, str] = {one: max(since, start_of_day(one.since) if one.since else since) for one in held if one.post in posts}
    of_person: dict[str, list[Held]] = {}
    for one in begun:
        of_person.setdefault(one.person, []).append(one)
    for one, opens in begun.items():
        if a_year_before(until) < opens <= until:
            taking = _period(opens, within, calendar)
            asked.update({turn.key: turn for turn in each_holder(taking, of_person[one.person], posts)})
    for period in running(control.params["every"], within, since, until, calendar):
        before = {one.person for one, opens in begun.items() if opens < period.opens}
        asked.update({turn.key: turn for turn in each_holder(period, held, posts) if turn.holder in before})
    return (turn._replace(period=f"{turn.period} {mark}") for turn in asked.values())


def _period(opens: str, within: Duration, calendar: Calendar) -> Period:
    """The time to sign in that begins when somebody takes office, or when the text comes into force."""
    return Period(office_day(opens).isoformat(), opens, add(opens, within, calendar))


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    if not _EDITION(params["edition"]):
        yield Text("edition 应为小写字母、数字和连字符，如 2026-1", "edition should be small letters, digits and hyphens, such as 2026-1")


KIND = Kind(
    id="pledge",
    family=DUTY,
    title=Text("承诺", "Pledge"),
    demand=Text("在岗人员每人亲自签署", "signed by each holder of the post"),
    params=(
        Param("by", "posts", Text("须签署的岗位", "the posts whose holders sign"), required=True, demands=True),
        Param("text", "words", Text("承诺书全文；签署的是中文文本", "the whole text; the Chinese one is what is signed"), required=True),
        Param("edition", "text", Text("文本的版本，如 2026-1", "the edition of the text, such as 2026-1"), required=True),
        Param("within", "duration", Text("到岗、文本施行或周期开始后多久内签署",
                                         "how long after taking office, the text's coming into force or the period's beginning"),
              required=True),
        Param("every", "choice:workday|week|month|quarter|year", Text("多久重签一次", "how often it is signed again"), default="year"),
    ),
    blind=Text(
        "看不出签署人是否读过、是否信守；看不出借用他人账号代签。文本改回以前用过的版本的，到下一周期才重签。",
        "It can't see whether who signs has read the text or keeps to it, nor a signature given from a borrowed account. A text that goes"
        " back to an earlier one is signed again in the next period only.",
    ),
    matter=_matter,
    turns=_turns,
    check=_check,
    method=Text(
        "到岗之日（启用时已在岗的自文本启用之日）起 within 内，以及此后每个周期开始后 within 内，在岗人员每人签署一次；文本有改动的，"
        "自新文本启用之日起人人重签，旧文本未签的不再要求。每期以日期加文本 SHA-256 的前 8 位为名。只能签自己的：签署人即办件的申请人，"
        "须在岗。到期前离岗的不再要求。逾期未签的按人预警。",
        "Each holder signs within `within` of taking office (or of the text's coming into force, where they held the post before), and"
        " again within `within` of the beginning of each period. Where the text changes, everybody signs the new one, counted from the day"
        " it came into force, and nobody the old one. A turn is named by its date and the first 8 digits of the text's SHA-256. One can"
        " only sign for oneself: who signs is the applicant of the case, and holds the post. Who leaves before it is due owes it no more."
        " What is overdue is alarmed person by person.",
    ),
    example="""\
id: integrity-pledge
kind: pledge
title: {zh: 签订廉洁承诺书, en: The integrity pledge is signed}
by: [clerk, director]
text: {zh: 本人承诺：不收受服务对象的礼品礼金。, en: I promise to accept no gifts from those whom I serve.}
edition: 2026-1
within: 10wd
false_alarms: {zh: 长期病假、外派学习尚未返岗。, en: On long sick leave or sent away for training.}
""",
)  # fmt: skip
