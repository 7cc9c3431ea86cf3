"""recur 定期履责: a duty that falls due by the calendar and leaves proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lianfang.kernel.calendar import Calendar
from lianfang.kernel.controls.base import DUTY, PERFORM, Control, Kind, Param, Setting, Source, only_holders, turn_matter
from lianfang.kernel.hands import Second
from lianfang.kernel.model import Text
from lianfang.kernel.turns import Held, Turn, each_holder, running

OF, DONE = Text("履责周期", "Period"), Text("履责情况", "What was done")


def _matter(control: Source, matter: Source) -> dict[str, Any]:
    each = control.get("per") == "holder"
    controls = [only_holders(control, [PERFORM], [control["by"]])] if each else []
    return turn_matter(control, matter, control["title"], OF, DONE, by="applicant" if each else "", controls=controls)


def _turns(control: Control, calendar: Calendar, held: Sequence[Held], since: str, until: str) -> Iterator[Turn]:
    every, within, by, per = (control.params[name] for name in ("every", "within", "by", "per"))
    for period in running(every, within, since, until, calendar):
        if per == "holder":
            yield from each_holder(period, held, (by,))
        else:
            yield Turn(*period, by)


def _hands(control: Control, setting: Setting) -> Iterator[Second]:
    """Of a turn of the post as one, the steps of the small matter tell."""
    if control.params["accept_by"] and control.params["per"] == "holder":
        yield Second(control.params["by"], control.params["accept_by"])


KIND = Kind(
    id="recur",
    family=DUTY,
    title=Text("定期履责", "Recurring duty"),
    demand=Text("按日历到期，留下佐证", "falls due by the calendar and leaves proof"),
    params=(
        Param("every", "choice:workday|week|month|quarter|year", Text("周期", "how often"), required=True),
        Param("by", "post", Text("履责岗位", "the post whose duty it is"), required=True),
        Param("within", "duration", Text("周期开始后多久内完成", "how long after the period begins"), required=True),
        Param("proof", "choice:note|file", Text("佐证方式", "what proves it"), default="note"),
        Param("accept_by", "post", Text("由谁核验", "who accepts it"), default=""),
        Param("per", "choice:post|holder", Text("整个岗位一期一次，还是在岗人员每人一次",
                                                "once for the post as one, or once for each holder"), default="post"),
    ),
    blind=Text("看不出佐证是否走过场。", "It can't see whether the proof is for show."),
    matter=_matter,
    turns=_turns,
    hands=_hands,
    method=Text(
        "每期是本岗位的一个小事项办件，未核验（写明 accept_by 的）或逾期未办的预警。per 为 holder 时，周期开始之日在岗、到期前最后一刻"
        "仍在岗的每人各履责一次，只能由本人办理，退回后也由本人重办；期间到岗的从下一期起，期间离岗的本期不再履责。",
        "Each turn is a case of a small matter; one that is not done, or not accepted where `accept_by` is named, is alarmed when it is"
        " overdue. With `per: holder` each who holds the post when the period begins and still in the last second before it falls due"
        " owes a turn of their own, which they alone can do, also when it comes back. Who comes within a period begins with the next; who"
        " leaves within it owes it no more.",
    ),
)  # fmt: skip
