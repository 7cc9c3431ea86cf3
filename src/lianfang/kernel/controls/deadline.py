"""deadline 时限: reminded before, escalated and alarmed after, in every round anew; the clock can stop and run again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lianfang.kernel.ahead import NEVER, coming
from lianfang.kernel.controls.base import WATCH, Control, Kind, Param
from lianfang.kernel.model import Act, Case, Field, Step, Text
from lianfang.kernel.schedule import NO_GUESS, Due, Duration, Stop, add, before, end_of_day, office_day, put_off, running_out
from lianfang.kernel.wording import moment

PARAMS = (
    Param("until", "step", Text("须办完的环节", "the step that must be done"), required=True),
    Param(
        "by",
        "field:each",
        Text("写明期限的字段；写了 each 的，为该列表的栏目", "the field that holds the deadline; with `each`, the column of that list"),
        default="",
    ),
    Param(
        "each",
        "list-field",
        Text(
            "期限逐项写明的列表：第几次办理，按第几个期限",
            "the list whose lines each hold one: the first round by the first day, and so on",
        ),
        default="",
    ),
    Param(
        "from",
        "steps",
        Text("从哪个环节完成起算，有几个的从最后完成的起算", "the step from whose end the time runs; of several, that done last"),
        default=(),
        demands=True,
    ),
    Param("within", "duration", Text("时长，如 4h、2d、3wd", "a duration such as 4h, 2d, 3wd"), default=None),
    Param(
        "stops",
        "levels",
        Text("哪些环节完成后停止计时（when 为真时）", "the steps that stop the clock, where their `when` holds"),
        default=(),
    ),
    Param("restarts", "steps", Text("哪些环节完成后恢复计时", "the steps after which it runs again"), default=()),
    Param("remind", "durations", Text("到期前多久提醒，可写几个", "how long before it is due to remind; there may be several"), default=()),
    Param(
        "escalate",
        "ladder",
        Text(
            "逾期报给谁；可逐级写明，后一级写明逾期多久后（after）",
            "to whom it escalates; or rung by rung, each later one with its `after`",
        ),
        required=True,
    ),
)


class Rung(NamedTuple):
    """To which post something late is reported, and how long after it fell due; None for at once."""

    post: str
    after: Duration | None = None

    @property
    def hours(self) -> int:
        """How much later, about: a working day counts as a day."""
        return self.after.amount * (1 if self.after.unit == "h" else 24) if self.after else 0


def due(control: Control, case: Case) -> Due | None:
    """When the control's step falls due in a case; None while its time does not run, or where the case does not come to it any more.

    What is done several times falls due several times: a time that began after the step was last done runs to the next.
    """
    clock, until = _clock(control, case), control.params["until"]
    if clock is None or (not clock.settled and coming(case).get(until) == NEVER):
        return None
    about, time, falls, guessed = case.matter.label(until), which(clock.round), moment(clock.falls), clock.guessed
    text = Text(
        f"“{about.zh}”{time.zh}应于 {falls} 前完成{guessed.zh}",
        f"“{about.en}”{time.en} is due by {falls}{guessed.en}",
    )
    return Due(clock.falls, text, clock.settled, guessed, clock.round)


def pressing(controls: Iterable[Control], case: Case, until: str) -> str:
    """The first moment, until one, at which something falls due by these controls that is still to be done; '' for none. What ``due``
    says, without its words."""
    if case.status != "open":
        return ""
    ahead: Mapping[str, str] | None = None
    first = ""
    for control in controls:
        clock = _clock(control, case)
        if clock is None or clock.settled or clock.falls > (first or until):
            continue
        ahead = coming(case) if ahead is None else ahead
        if ahead.get(control.params["until"]) != NEVER:
            first = clock.falls
    return first


class _Clock(NamedTuple):
    """When a step falls due, whether it is done or there is nothing more to do, what of it is guessed, and which time it is."""

    falls: str
    settled: bool
    guessed: Text
    round: int


def _clock(control: Control, case: Case) -> _Clock | None:
    """The time of a control's step, whether or not the case still comes to it; None while it does not run."""
    params = control.params
    until = params["until"]
    if until not in case.matter.flow.order:
        return None
    last, begins = _last(case, (until,)), _beginning(control, case)
    done = len(case.acts.get(until, ()))
    settled = case.status != "open" or (last is not None and not params["each"] and last.n > (begins.n if begins else 0))
    rounds = max(done, 1) if settled else done + 1
    found = _by(control, case, begins, rounds) if params["by"] else _within(control, case, begins)
    return _Clock(found[0], settled, found[1], rounds) if found is not None else None


def running(case: Case, step: str) -> Iterator[tuple[Control, Due]]:
    """The deadlines whose time runs while a step waits that is theirs, holds theirs up, or can still come before it."""
    for control in case.matter.plan.steps[step].deadlines:
        item = due(control, case)
        if item is not None and not item.done:
            yield control, item


def reminded(control: Control, case: Case, item: Due) -> str:
    """From which moment on it is told that something is soon due; '' where it is told by nothing but its day."""
    return min((before(item.moment, length, case.matter.calendar.guessing()) for length in control.params["remind"]), default="")


def reached(control: Control, case: Case, item: Due, now: str) -> Iterator[Rung]:
    """The rungs of the ladder to which something late is reported by now."""
    calendar = case.matter.calendar.guessing()
    for rung in ladder(control):
        if (add(item.moment, rung.after, calendar) if rung.after else item.moment) < now:
            yield rung


def about_late(case: str, control: Control, item: Due, rung: Rung) -> str:
    """What tells the alert of one round and one rung from every other. The first of each is named as before there were more."""
    first = rung == ladder(control)[0]
    parts = (case, control.params["until"], item.moment, str(item.round) if item.round > 1 else "", "" if first else f">{rung.post}")
    return "|".join(filter(None, parts))


def which(rounds: int) -> Text:
    """Which time it is that something is done; nothing for the first."""
    return Text(f"（第 {rounds} 次）", f" (time {rounds})") if rounds > 1 else Text("", "")


def ladder(control: Control) -> tuple[Rung, ...]:
    """To whom what is late of a control is reported, one after the other; nobody where it says nothing of that."""
    found = control.params.get("escalate", ())
    return found if isinstance(found, tuple) else (Rung(found),)


def _last(case: Case, steps: tuple[str, ...]) -> Act | None:
    return max((case.acts[step][-1] for step in steps if step in case.acts), key=lambda act: act.n, default=None)


def _beginning(control: Control, case: Case) -> Act | None:
    """The act from which the time runs: the last of those named, or of those that said when it is due."""
    params = control.params
    if not params["by"]:
        return _last(case, params["from"])
    said = params["each"] or params["by"]
    acts = (act for step, done in case.acts.items() if said in case.matter.steps[step].form for act in done if said in act.data)
    return max(acts, key=lambda act: act.n, default=None)


def _within(control: Control, case: Case, begins: Act | None) -> tuple[str, Text] | None:
    if begins is None and control.params["from"]:
        return None
    began, calendar = begins.at if begins else case.opened_at, case.matter.calendar
    length: Duration = control.params["within"]
    if not began:
        return None
    falls = running_out(began, length, _stops(control, case), calendar.guessing())
    if not falls:
        return None
    return falls, calendar.guessed(office_day(began), office_day(falls)) if length.by_calendar else NO_GUESS


def _by(control: Control, case: Case, begins: Act | None, rounds: int) -> tuple[str, Text] | None:
    params, record = control.params, case.matter.record
    if params["each"]:
        field = record[params["each"]].of[params["by"]]
        days = sorted(line[params["by"]] for line in case.values.get(params["each"]) or () if line.get(params["by"]) is not None)
        said = days[rounds - 1] if len(days) >= rounds else None
    else:
        field, said = record[params["by"]], case.values.get(params["by"])
    if said is None:
        return None
    since = _last(case, params["from"])
    stops = [stop for stop in _stops(control, case) if since is None or not stop.ends or stop.ends > since.at]
    by_day = field.type == "date"
    falls = put_off(end_of_day(said) if by_day else str(said), stops, days=by_day)
    return (falls, NO_GUESS) if falls else None


def _stops(control: Control, case: Case) -> list[Stop]:
    """The stretches in which the clock of a control stood still, in their order."""
    params = control.params
    acts = [(act, True) for one in params["stops"] for act in case.acts.get(one["step"], ()) if _holds(one.get("when"), case, act)]
    acts += [(act, False) for step in params["restarts"] for act in case.acts.get(step, ())]
    found: list[Stop] = []
    for act, stop in sorted(acts, key=lambda one: one[0].n):
        standing = bool(found) and not found[-1].ends
        if stop and not standing:
            found.append(Stop(act.at, ""))
        elif standing and not stop:
            found[-1] = found[-1]._replace(ends=act.at)
    return found


def _holds(when: Any, case: Case, act: Act) -> bool:
    """Whether an act stops the clock. A condition that can't be told does not: the time runs on, and is seen."""
    try:
        return when is None or bool(when({**case.values, **act.data}))
    except (LookupError, TypeError, ArithmeticError):
        return False


def bearers(control: Control, case: Case) -> frozenset[str]:
    """Who answers for it that its time does not run out, whoever takes the last step: who did what it counts from, or filled in when it
    falls due; the applicant where it counts from the opening."""
    params = control.params
    by, starts = params["each"] or params["by"], params["from"]
    if not by and not starts:
        return frozenset({case.applicant})
    began = [name for name, step in case.matter.steps.items() if by in step.form] if by else starts
    return frozenset(case.acts[step][-1].actor for step in began if step in case.acts)


def explain(control: Control, case: Case, rung: Rung | None = None) -> Text:
    """Why an overdue step is alarmed; on a later rung of the ladder, also that it still is."""
    item = due(control, case)
    about = case.matter.label(control.params["until"])
    limit = moment(item.moment) if item else "—"
    guessed = item.guessed if item else NO_GUESS
    time = which(item.round if item else 1)
    more = Text("", "")
    if rung is not None and rung.after is not None:
        post, length = case.matter.label(rung.post), rung.after.words
        more = Text(f"已逾期 {length.zh}以上，报{post.zh}。", f" It is more than {length.en} late, which is reported to {post.en}.")
    return Text(
        f"办件 {case.id} 的“{about.zh}”{time.zh}应于 {limit} 前完成{guessed.zh}，逾期未完成。{more.zh}",
        f"“{about.en}”{time.en} of case {case.id} was due by {limit}{guessed.en} and was not done in time.{more.en}",
    )


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    if bool(params["by"]) == (params["within"] is not None):
        yield Text("须写明 by 或 within 之一", "either by or within is needed, not both")
    if params["each"] and not params["by"]:
        yield Text("写了 each 的须写明 by", "each needs by, the column that holds the day")
    fields = record[params["each"]].of if params["each"] else record
    if params["by"] and fields[params["by"]].type not in ("date", "datetime"):
        yield Text(f"“{params['by']}”不是日期或时间", f"{params['by']!r} is neither a date nor a moment")
    if bool(params["stops"]) != bool(params["restarts"]):
        yield Text("stops 与 restarts 须一并写明", "stops and restarts need each other: a clock that stops must run again")
    for one in params["stops"]:
        if one["step"] in params["restarts"]:
            yield Text(f"“{one['step']}”不能既停止又恢复计时", f"{one['step']!r} can't both stop the clock and restart it")
        strange = sorted(one["when"].uses - {*steps[one["step"]].form}) if one.get("when") is not None else []
        if strange:
            name = one["step"]
            yield Text(f"“{name}”的表单里没有“{strange[0]}”", f"{name!r} is not asked for {strange[0]!r}: when goes by its own form")
    for first, then in zip(params["escalate"], params["escalate"][1:], strict=False):
        if not first.hours < then.hours:
            yield Text(
                f"报“{then.post}”须比报“{first.post}”更晚（after）", f"{then.post!r} needs an after that is later than {first.post!r}"
            )


KIND = Kind(
    id="deadline",
    family=WATCH,
    title=Text("时限", "Deadline"),
    demand=Text("按时办理，到期前提醒，逾期预警并逐级上报", "done in time; reminded before, overdue is alarmed and escalated"),
    params=PARAMS,
    check=_check,
    blind=Text("看不出按时提交但敷衍了事。", "It can't see work done in time but badly."),
    method=Text(
        "反复办理的环节每次各有期限：起算在上次办完之后的，期限属于下一次。停止计时期间不算：按小时、天的分秒不差地顺延，字段写明日期的按"
        "整日顺延，按工作日的停止当日计入、恢复当日不计入，但恢复当日至少留一整天；停止前已到期的，已经逾期。停止期间没有期限，恢复后才有。"
        "from 与 by 并用的，只扣除 from 之后的停止。提醒显示在须办理的人的工作台上。逐级上报的，每一级各是一条预警、各自存证。",
        "What is done several times falls due each time: a time that begins after it was last done is that of the next. A stretch in which"
        " the clock stands still does not count: hours and days move to the second, a date that a field holds by whole days, and of working"
        " days that on which it stops counts and that on which it runs again does not, but the whole of it is left to act. What had run out"
        " before the clock stopped is late. While it stands still nothing is due. With `by`, `from` says after which step stops count."
        " Reminders stand on the workbench of who must act. On a ladder each rung is an alert, and evidence, of its own.",
    ),
)
