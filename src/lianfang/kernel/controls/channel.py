"""channel 渠道: a box into which complaints, appeals and tips come, and out of which each gets its answer in time.

What comes in is an ordinary case of a small matter made from the control: sent by anybody of the office, answered by one post, by nobody
whom it concerns. Whom it concerns does not get to read it either (``Kind.concerns``).
"""

from __future__ import annotations

from typing import Any

from lianfang.kernel.controls.base import DUTY, Kind, Param, Source, small_matter
from lianfang.kernel.model import Text

SEND, ANSWER, IN_TIME = "send", "answer", "in-time"
ABOUT = "about"
SORTS = {
    "complaint": {"zh": "投诉", "en": "Complaint"},
    "appeal": {"zh": "申诉", "en": "Appeal"},
    "tip": {"zh": "意见、线索", "en": "Suggestion or tip"},
}


def _matter(control: Source, matter: Source) -> dict[str, Any]:
    title = control["title"]
    record = {
        "sort": {"type": "choice", "label": {"zh": "类别", "en": "What it is"}, "required": True, "choices": SORTS},
        "title": {"type": "text", "label": {"zh": "事由", "en": "Subject"}, "required": True, "max": 100},
        ABOUT: {
            "type": "people", "label": {"zh": "涉及的人员", "en": "Whom it concerns"},
            "help": {"zh": "所涉人员看不到来件，也不得答复", "en": "They can neither read it nor answer it"},
        },
        "text": {"type": "longtext", "label": {"zh": "内容", "en": "What you have to say"}, "required": True},
        "papers": {"type": "file", "label": {"zh": "材料", "en": "Paper"}},
        "reply": {"type": "longtext", "label": {"zh": "答复内容", "en": "Reply"}, "required": True},
    }  # fmt: skip
    steps = {
        SEND: {
            "title": {"zh": "提交", "en": "Sent in"}, "kind": "task", "by": "applicant", "form": ["sort", "title", ABOUT, "text", "papers"],
            "note": {"zh": f"{title['zh']}：来件只有答复岗位和纪检监察、审计人员看得到。",
                     "en": f"{title['en']}: read by those who answer, and by inspectors and auditors, only."},
        },
        ANSWER: {"title": {"zh": "答复", "en": "Answered"}, "kind": "task", "by": control["by"], "form": ["reply"]},
    }  # fmt: skip
    declared = {name: control[name] for name in ("ledger", "related") if name in control}
    controls = [
        {
            "id": control["id"], "kind": "recusal", "at": [ANSWER],
            "title": {"zh": "所涉人员和提交人不得答复", "en": "Neither whom it concerns nor its sender answers"},
            "named": [SEND], "parties": f"has({ABOUT}) ? {ABOUT} : []", "applicant": True, **declared,
        },
        {
            "id": IN_TIME, "kind": "deadline", "title": title, "from": [SEND], "within": control["within"], "until": ANSWER,
            "escalate": control["escalate"], "false_alarms": control.get("false_alarms", title),
        },
    ]  # fmt: skip
    return small_matter(control, matter, record=record, flow=[SEND, ANSWER], steps=steps, controls=controls)


KIND = Kind(
    id="channel",
    family=DUTY,
    title=Text("渠道", "Channel"),
    demand=Text("申诉、投诉和意见有人收、按时答", "complaints, appeals and tips are received and answered in time"),
    params=(
        Param("by", "post", Text("负责答复的岗位", "the post that answers"), required=True),
        Param("within", "duration", Text("收到后多久内答复", "how long after it came in it is answered"), required=True),
        Param("escalate", "post", Text("逾期报给谁", "to whom it escalates"), required=True),
        Param("ledger", "ledger", Text("申报利害关系的台账，以人员为键：与所涉人员有利害关系的也不得答复",
                                       "the ledger of declared relations, keyed by person: who is related to whom it concerns does not"
                                       " answer either"), default=""),
        Param("related", "text", Text("其中写明有利害关系的人的栏目", "its column of the people one is related to"), default=""),
    ),
    blind=Text(
        "看不出答复是否敷衍；看不出口头、电话里没有登记的投诉；来件没有写明所涉人员的，无从回避。提交须登录，没有匿名提交。答复岗位的人"
        "都看得到来件（所涉人员除外），单位负责人看不到。存证里有来件全文和提交人：页面和接口不给系统管理员和查阅日志的人看，但直接读取"
        "数据库或导出存证的人看得到。",
        "It can't see whether an answer says anything, nor complaints made by word of mouth that nobody records; where a case does not name"
        " whom it concerns, nobody stands back. Sending needs an account: nothing is anonymous. Everybody who holds the answering post"
        " reads what comes in (but for whom it concerns), the unit's leaders don't. The evidence holds its whole text and its sender: pages"
        " and interface show them neither to administrators nor to readers of the log, but whoever reads the database itself or exports"
        " the log has them.",
    ),
    matter=_matter,
    concerns=ABOUT,
    method=Text(
        "每件来件是一个小事项办件：提交，答复。逾期未答复的预警，并报给 escalate。所涉人员、提交人不得答复（写明 ledger 的，有利害关系的"
        "也不得）。只有提交人、答复岗位和纪检监察、审计人员看得到，其中所涉人员看不到。",
        "What comes in is a case of a small matter: sent, answered. One that is not answered in time is alarmed, to `escalate` too. Neither"
        " whom it concerns nor its sender answers it (nor, with `ledger`, who is related to them). It is read by its sender, by the"
        " answering post and by inspectors and auditors, and by none of these whom it concerns.",
    ),
    example="""\
id: suggestion-box
kind: channel
title: {zh: 意见箱, en: Suggestion box}
by: head
within: 15wd
escalate: director
false_alarms: {zh: 已当面答复、尚未登记。, en: Answered in person and not recorded yet.}
""",
)  # fmt: skip
