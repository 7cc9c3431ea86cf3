"""deadline 时限: reminded before, escalated and alarmed after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lianfang.kernel.ahead import NEVER, coming
from lianfang.kernel.controls.base import WATCH, Control, Kind, Param
from lianfang.kernel.model import Case, Field, Step, Text
from lianfang.kernel.schedule import NO_GUESS, Due, Duration, add, end_of_day, office_day
from lianfang.kernel.wording import moment

PARAMS = (
    Param("until", "step", Text("须办完的环节", "the step that must be done"), required=True),
    Param("by", "field", Text("写明期限的字段", "the field that holds the deadline"), default=""),
    Param(
        "from",
        "steps",
        Text("从哪个环节完成起算，有几个的从最后完成的起算", "the step from whose end the time runs; of several, that done last"),
        default=(),
        demands=True,
    ),
    Param("within", "duration", Text("时长，如 4h、2d、3wd", "a duration such as 4h, 2d, 3wd"), default=None),
    Param("escalate", "post", Text("逾期报给谁", "to whom it escalates"), required=True),
)


def due(control: Control, case: Case) -> Due | None:
    """When the control's step falls due in a case; None while its time does not run, or where the case does not come to it any more."""
    params = control.params
    until, starts = params["until"], params["from"]
    guessed = NO_GUESS
    if params["by"]:
        deadline = case.values.get(params["by"])
        if deadline is None or until not in case.matter.flow.order:
            return None
        deadline = end_of_day(deadline) if case.matter.record[params["by"]].type == "date" else deadline
    else:
        began = max((case.acts[step][-1].at for step in starts if step in case.acts), default="") if starts else case.opened_at
        if not began:
            return None
        length: Duration = params["within"]
        deadline = add(began, length, case.matter.calendar.guessing())
        if length.by_calendar:
            guessed = case.matter.calendar.guessed(office_day(began), office_day(deadline))
    settled = until in case.acts or case.status != "open"
    if not settled and coming(case).get(until) == NEVER:
        return None
    about = case.matter.label(until)
    text = Text(
        f"“{about.zh}”应于 {moment(deadline)} 前完成{guessed.zh}",
        f"“{about.en}” is due by {moment(deadline)}{guessed.en}",
    )
    return Due(str(deadline), text, settled, guessed)


def bearers(control: Control, case: Case) -> frozenset[str]:
    """Who answers for it that its time does not run out, whoever takes the last step: who did what it counts from, or filled in when it
    falls due; the applicant where it counts from the opening."""
    params = control.params
    by, starts = params["by"], params["from"]
    if not by and not starts:
        return frozenset({case.applicant})
    began = [name for name, step in case.matter.steps.items() if by in step.form] if by else starts
    return frozenset(case.acts[step][-1].actor for step in began if step in case.acts)


def explain(control: Control, case: Case) -> Text:
    """Why an overdue step is alarmed."""
    item = due(control, case)
    about = case.matter.label(control.params["until"])
    limit = moment(item.moment) if item else "—"
    guessed = item.guessed if item else NO_GUESS
    return Text(
        f"办件 {case.id} 的“{about.zh}”应于 {limit} 前完成{guessed.zh}，逾期未完成。",
        f"“{about.en}” of case {case.id} was due by {limit}{guessed.en} and was not done in time.",
    )


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    if bool(params["by"]) == (params["within"] is not None):
        yield Text("须写明 by 或 within 之一", "either by or within is needed, not both")
    if params["by"] and record[params["by"]].type not in ("date", "datetime"):
        yield Text(f"“{params['by']}”不是日期或时间", f"{params['by']!r} is neither a date nor a moment")


KIND = Kind(
    id="deadline",
    family=WATCH,
    title=Text("时限", "Deadline"),
    demand=Text("按时办理，逾期预警并上报", "done in time; overdue is alarmed and escalated"),
    params=PARAMS,
    check=_check,
    blind=Text("看不出按时提交但敷衍了事。", "It can't see work done in time but badly."),
)
