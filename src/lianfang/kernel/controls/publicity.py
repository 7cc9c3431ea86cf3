"""publicity 公示: what is acted on was published, has stood for its period, and every objection to it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from lianfang.kernel.alike import says
from lianfang.kernel.calendar import Calendar, NoCalendarError
from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.model import Act, Case, Command, Facts, Field, Refusal, Step, Text, Values
from lianfang.kernel.schedule import Duration, office_day
from lianfang.kernel.wording import joined, moment, quoted, several, value_text

ONE_DAY = timedelta(days=1)
KEPT = 512
"""Days whose periods are remembered by each control: more than those on which what is still acted on was published."""
Row = Mapping[str, Any]


def _build(control: Control, setting: Setting) -> Gate:
    params = control.params
    notice, objections, guarded = params["notice"], params["objections"], frozenset(params["at"])
    carried = tuple(dict.fromkeys((params["file"], *params["covers"])))
    calendar = replace(setting.calendar, fixed=False, guess=False)
    period, on_workday = params["period"], params["ends"] == "workday"

    @lru_cache(maxsize=KEPT)  # what is published on a day ends on one day, however many acts ask for it
    def ends(published: date) -> date:
        return last_day(published, period, on_workday, calendar)

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        if command.step == notice:
            return _attached(control, setting, command, carried)
        lost = _lost(params["answer"], case.values.get(objections) or (), values.get(objections) or ())
        if lost:
            return _not_kept(control, setting, lost)
        if command.step not in guarded:
            return None
        acts = case.acts.get(notice)
        if not acts:
            return _unpublished(control, setting, command)
        act = acts[-1]
        return (
            _changed(control, setting, act, values, carried)
            or _stands(control, setting, act, command, ends, calendar)
            or _received(control, setting, case, command, act)
            or _answered(control, setting, values.get(objections) or ())
        )

    return Gate(judge)


def _attached(control: Control, setting: Setting, command: Command, carried: Sequence[str]) -> Refusal | None:
    """The act of publishing carries what it publishes: only so can it be told later from what the record holds by then."""
    absent = [name for name in carried if name not in command.data]
    if not absent:
        return None
    what, step = joined(quoted(setting.label(name)) for name in absent), setting.label(command.step)
    return control.refuse(
        Text(f"办理“{step.zh}”时没有附上{what.zh}，公示的内容无从核对。",
             f"“{step.en}” does not carry {what.en}: what is published could not be told later."),
        Text(f"请在“{step.zh}”时填报{what.zh}；再次公示的，也须重新附上。",
             f"Give {what.en} with “{step.en}”, also when publishing again."),
        {"missing": absent},
    )  # fmt: skip


def _lost(answer: str, before: Sequence[Row], now: Sequence[Row]) -> list[int]:
    """The lines (from 1) of objections that are no longer what they were; answers and what was left open may be filled in."""

    def same(line: int, row: Row) -> bool:
        return line < len(now) and all(now[line].get(name) == value for name, value in row.items() if name != answer and value != "")

    return [line + 1 for line, row in enumerate(before) if not same(line, row)]


def _not_kept(control: Control, setting: Setting, lost: Sequence[int]) -> Refusal:
    what = setting.label(control.params["objections"])
    lines = ", ".join(map(str, lost))
    return control.refuse(
        Text(f"“{what.zh}”第 {lines} 行原已登记的异议被删除或改动。",
             f"Line {lines} of “{what.en}”, an objection on record, is gone or altered."),
        Text("已登记的异议须原样保留在原来的行；登记有误的，在答复中说明，新的异议写在后面。",
             "Objections on record stay as they are, in their line; explain a slip in the answer and add new ones below."),
        {"lost": [*lost]},
    )  # fmt: skip


def _unpublished(control: Control, setting: Setting, command: Command) -> Refusal:
    notice, doing = setting.label(control.params["notice"]), setting.label(command.step)
    words = control.params["period"].words
    return control.refuse(
        Text(f"尚未办理“{notice.zh}”（或退回后未重新办理），不能办理“{doing.zh}”。",
             f"“{notice.en}” is not done (or not done again since the case was returned), so “{doing.en}” can't be done."),
        Text(f"请先办理“{notice.zh}”，公示满 {words.zh}后再办理。", f"First do “{notice.en}” and let it stand for {words.en}."),
        {"notice": control.params["notice"]},
    )  # fmt: skip


def _changed(control: Control, setting: Setting, act: Act, values: Values, carried: Sequence[str]) -> Refusal | None:
    for name in carried:
        was, now = act.data[name], values[name]
        if was == now:
            continue
        field = setting.record[name]
        before, after = value_text(field.type, was, field), value_text(field.type, now, field)
        notice, label = setting.label(control.params["notice"]), field.label
        return control.refuse(
            Text(f"“{label.zh}”与公示的不一致：{moment(act.at)} 公示的是 {before.zh}，现为 {after.zh}。",
                 f"“{label.en}” is not what was published: at {moment(act.at)} it was {before.en}, now it is {after.en}."),
            Text(f"请按公示的内容办理；内容确需变更的，退回后重新办理“{notice.zh}”，公示期重新计算。",
                 f"Act on what was published; if it has to change, return the case and do “{notice.en}” again: the period starts anew."),
            {"field": name, "published": was, "now": now, "at": act.at},
        )  # fmt: skip
    return None


def _stands(
    control: Control, setting: Setting, act: Act, command: Command, ends: Callable[[date], date], calendar: Calendar
) -> Refusal | None:
    period: Duration = control.params["period"]
    published, today = office_day(act.at), office_day(command.at)
    try:
        last = ends(published)
    except NoCalendarError as error:
        told = _published(control, setting, act)
        return control.refuse(
            Text(f"{told.zh}；尚无 {error.year} 年放假安排，公示期何时届满无从判断，按规定予以拦截。",
                 f"{told.en}; the holidays of {error.year} are not known, so its end can't be told and the act is refused."),
            Text(f"请系统管理员登记 {error.year} 年放假安排，由此发布的新版本方可计算。",
                 f"Ask the administrator to enter the holidays of {error.year}: the version published with them can tell."),
            {"published": act.at, "by": act.actor, "year": error.year},
        )  # fmt: skip
    if today > last:
        return None
    told = _published(control, setting, act)
    left = _left(max(today, published + ONE_DAY), last, period, calendar)
    short = Duration(left, period.unit).words
    return control.refuse(
        Text(f"{told.zh}，至 {last} 24:00 届满；现为 {moment(command.at)}，还差 {short.zh}。",
             f"{told.en}, until the end of {last}; it is {moment(command.at)} now, {short.en} too early."),
        Text(f"请在 {last + ONE_DAY} 00:00 以后办理。", f"Do it from {last + ONE_DAY} 00:00 on."),
        {"published": act.at, "by": act.actor, "until": str(last), "at": command.at, "missing": left},
    )  # fmt: skip


def _published(control: Control, setting: Setting, act: Act) -> Text:
    """When it was published and by whom, and how long it must stand."""
    notice, words = setting.label(control.params["notice"]), control.params["period"].words
    who = setting.label(act.post) if act.post else Text("申请人", "the applicant")
    return Text(
        f"“{notice.zh}”由{who.zh}于 {moment(act.at)} 办理，须公示 {words.zh}（公布当日不计）",
        f"“{notice.en}” was done by {who.en} at {moment(act.at)} and must stand for {words.en}, that day not counted",
    )


def last_day(published: date, period: Duration, on_workday: bool, calendar: Calendar) -> date:
    """The last day of a period, at whose end it is over; the day it begins on does not count. Raises NoCalendarError."""
    day = published
    if period.by_calendar:
        counted = 0
        while counted < period.amount:
            day += ONE_DAY
            counted += calendar.is_workday(day)
        return day
    day += timedelta(days=period.amount)
    while on_workday and not calendar.is_workday(day):
        day += ONE_DAY
    return day


def _left(first: date, last: date, period: Duration, calendar: Calendar) -> int:
    """How many days of the period are still to pass, both ends included."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return sum(map(calendar.is_workday, days)) if period.by_calendar else len(days)


def _received(control: Control, setting: Setting, case: Case, command: Command, act: Act) -> Refusal | None:
    """Whether there are objections was recorded after the notice: nothing on record means none only where somebody looked."""
    received = control.params["received"]
    if command.step in received or any(done.at >= act.at for step in received for done in case.acts.get(step, ())):
        return None
    steps, notice = joined(quoted(setting.label(step)) for step in received), setting.label(control.params["notice"])
    return control.refuse(
        Text(f"“{notice.zh}”（{moment(act.at)}）之后尚未办理{steps.zh}，有无异议无从判断。",
             f"{steps.en} was not done since “{notice.en}” ({moment(act.at)}): whether there are objections can't be told."),
        Text(f"请先办理{steps.zh}，没有异议的也须登记。", f"First do {steps.en}, also where there are no objections."),
        {"received": [*received], "published": act.at},
    )  # fmt: skip


def _answered(control: Control, setting: Setting, rows: Sequence[Row]) -> Refusal | None:
    answer, field = control.params["answer"], setting.record[control.params["objections"]]
    open_ = [(number, row) for number, row in enumerate(rows, 1) if not says(row.get(answer))]
    if not open_:
        return None
    told = several([_objection(number, row, field, answer) for number, row in open_])
    column = field.of[answer].label
    return control.refuse(
        Text(f"公示期间收到异议 {len(rows)} 条，有 {len(open_)} 条未答复：{told.zh}。",
             f"Of the {len(rows)} objections received, {len(open_)} are not answered: {told.en}."),
        Text(f"请逐条核实，并在“{field.label.zh}”中填写“{column.zh}”。",
             f"Look into each of them and fill in “{column.en}” in “{field.label.en}”."),
        {"objections": len(rows), "unanswered": [number for number, _ in open_]},
    )  # fmt: skip


def _objection(number: int, row: Row, field: Field, answer: str) -> Text:
    """An objection by its line and what stands first in it."""
    said = next((value_text(column.type, row[name], column) for name, column in field.of.items() if name != answer and row.get(name)), None)
    line = Text(f"第 {number} 行", f"line {number}")
    return Text(f"{line.zh}“{said.zh}”", f"{line.en} “{said.en}”") if said else line


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((params["notice"], *params["received"], *params["at"])))


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    period, notice = params["period"], params["notice"]
    if period.unit not in ("d", "wd") or period.amount < 1:
        yield Text("公示期应为一天以上，如 7d、5wd", "the period is a day or more, such as 7d or 5wd")
    if record[params["file"]].type != "file":
        yield Text(f"“{params['file']}”不是文件", f"{params['file']!r} is not a file")
    if notice in (*params["at"], *params["received"]):
        yield Text(f"“{notice}”不能同时是公示之后的环节", f"{notice!r} can't be a step after itself")
    for name in (params["file"], *params["covers"]):
        if name not in steps[notice].form:
            yield Text(f"公示环节“{notice}”没有“{name}”这一项", f"the step {notice!r} does not carry {name!r}")
    yield from _recorded(params, record, steps)


def _recorded(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    """Every step that sets the objections is judged, so that none of them can make one go away."""
    objections = params["objections"]
    for name in params["received"]:
        if objections not in steps[name].form:
            yield Text(f"环节“{name}”没有“{objections}”这一项", f"the step {name!r} does not carry {objections!r}")
    for name, step in steps.items():
        if objections in step.form and name not in _steps(params):
            yield Text(f"环节“{name}”也填写异议，须列入 received", f"the step {name!r} sets the objections too: name it in received")
    if objections in steps[params["notice"]].form:
        yield Text("异议须在公示之后登记", "objections are recorded after the notice, not with it")
    if not record[objections].of.keys() - {params["answer"]}:
        yield Text("异议须有答复之外的栏目", "an objection needs a column beside its answer")


KIND = Kind(
    id="publicity",
    family=GATE,
    title=Text("公示", "Publicity"),
    demand=Text("公示期满、异议均已答复，所办即所公示", "published long enough, objections answered, and acted on as published"),
    params=(
        Param("at", "steps", Text("须在公示期满后办理的环节", "the steps that wait for the period to end"), required=True, demands=True),
        Param("notice", "step", Text("公示的环节", "the step that publishes"), required=True),
        Param("file", "field", Text("公示文件，由公示的环节填报", "the file that is published, given with that step"), required=True),
        Param("period", "duration", Text("公示期，如 5wd（工作日）或 7d（自然日）", "how long it stands: 5wd (working days) or 7d"),
              required=True),
        Param("objections", "list-field", Text("登记异议的列表", "the list of objections"), required=True),
        Param("answer", "column:objections", Text("其中的答复一栏", "its column of the answer"), required=True),
        Param("received", "steps", Text("登记异议的环节；没有异议也须办理",
                                        "the steps that record objections, done also where there are none"), required=True),
        Param("covers", "fields", Text("随公示文件一并公示、此后不得变动的字段",
                                       "fields that are published with the file and may not change after"), default=(), demands=True),
        Param("ends", "choice:workday|any", Text("自然日的公示期最后一日遇休息日是否顺延到工作日（民法典第二百零三条）",
                                                 "whether a period of calendar days that would end on a day off ends on the next"
                                                 " working day (Civil Code art. 203)"), default="workday"),
    ),
    blind=Text(
        "看不出公示是否真的张贴在应当公开的地方、是否中途撤下，也看不出收到而没有登记的异议、答复是否属实；"
        "当年放假安排临时改变而未登记的，按原安排计算。",
        "It can't see whether the notice really hung where it should and stayed there, objections that were received and not recorded,"
        " nor whether an answer is true. Holidays that were changed at short notice count as they were entered.",
    ),
    steps_of=_steps,
    build=_build,
    check=_check,
    method=Text(
        "公示当日不计，自次日起算，至最后一日 24:00（北京时间）届满。工作日按国务院放假安排计算，含调休；没有当年安排的一律拦截。"
        "公示的环节须附上文件（及 covers 各项）本身，此后有变动的，须重新公示，公示期重新计算。已登记的异议只能补充答复，不能删改。"
        "只填横线之类的不算答复。公示期满后才应登记的，把登记环节也列入 at。",
        "The day of publication does not count; the period ends with its last day at midnight by the office's clock. Working days go by"
        " the State Council's holidays and make-up days; in a year that is not entered the gate refuses. The step that publishes"
        " carries the file (and what `covers` names) itself; after a change it is published again and the period starts anew. An"
        " objection on record can be answered, not altered or removed; a mere dash is no answer. Where objections may only be closed"
        " after the period, name the step that records them under `at` too.",
    ),
    example="""\
id: stood-five-days
kind: publicity
at: appoint
notice: publish
file: notice
covers: [candidate]
period: 5wd
objections: objections
answer: answer
received: hear
""",
    by_calendar=True,
)  # fmt: skip
