"""What a log of another system is: its events by case, and which of a file's names stand for what."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from lianfang.interchange.figures import Unreadable, moment
from lianfang.interchange.kinds import UnreadableFileError
from lianfang.interchange.tables import BadLine, Line
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import OFFICE_TIME, utc_text

COLUMNS: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "case": (Text("办件", "case"), (
        "case:concept:name", "case_id", "caseid", "case id", "caseno", "trace", "办件", "办件编号", "办件号", "案件编号", "案号",
        "业务编号", "业务流水号", "流水号", "申请编号", "受理编号", "单号", "单据号", "工单号", "流程编号", "流程实例", "实例编号",
    )),
    "step": (Text("环节", "step"), (
        "concept:name", "activity", "activity name", "task", "event", "action", "环节", "环节名称", "步骤", "活动", "活动名称", "操作",
        "操作类型", "操作名称", "节点", "节点名称", "动作", "任务",
    )),
    "time": (Text("时间", "time"), (
        "time:timestamp", "timestamp", "complete timestamp", "completetime", "end time", "endtime", "datetime", "date", "时间", "办理时间",
        "操作时间", "完成时间", "处理时间", "结束时间", "发生时间", "提交时间", "日期",
    )),
    "person": (Text("经手人", "person"), (
        "org:resource", "resource", "user", "username", "employee", "actor", "performer", "operator", "originator", "人员", "经手人",
        "办理人", "办理人员", "经办人", "操作人", "操作员", "处理人", "承办人", "审批人", "用户", "姓名",
    )),
    "post": (Text("岗位", "post"), (
        "org:role", "role", "job title", "岗位", "岗位名称", "办理岗位", "经办岗位", "审批岗位", "职务", "角色",
    )),
}  # fmt: skip
"""What an event has, with the names that other systems usually give it. The first that a file has counts, in this order."""
OPTIONAL = frozenset({"time", "person", "post"})
MOST_EVENTS = 2_000_000
MOST_TEXT = 120
"""How many signs of a value are looked at."""
MOST_NAMES = 60
"""How many attributes of an event are looked at."""


class Event(NamedTuple):
    """One step of one case. ``time``: UTC text, '' where it is not told; ``line``: where in the file; ``more``: the other attributes;
    ``post``: that of the person."""

    case: str
    step: str
    time: str
    person: str
    line: int
    more: tuple[tuple[str, str], ...]
    post: str = ""


@dataclass
class Log:
    """What was read. ``cases`` have their events in the order of time (as they stand, where it is the same or not told); ``traits``: what
    is said of a case as a whole; ``names``: the file's own columns, for the lines that are kept aside; ``used``: which stands for what;
    ``apart``: how many events belong to no case."""

    cases: dict[str, list[Event]] = field(default_factory=dict)
    traits: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    bad: list[BadLine] = field(default_factory=list)
    names: tuple[str, ...] = ()
    used: dict[str, str] = field(default_factory=dict)
    apart: int = 0

    @property
    def events(self) -> int:
        """How many events there are."""
        return sum(map(len, self.cases.values()))


class Raw(NamedTuple):
    """An event as a file has it: its cells under the file's own names, and those of its case."""

    line: int
    cells: Mapping[str, str]
    of_case: Mapping[str, str]


class Names:
    """Which of a file's names stand for what: as somebody chose, else as usual."""

    def __init__(self, chosen: Mapping[str, str]) -> None:
        for name in chosen:
            if name not in COLUMNS:
                raise UnreadableFileError(Text(
                    f"“{name}”不是事件的栏目；可指定的有：{'、'.join(COLUMNS)}。",
                    f"{name!r} is nothing that an event has; there are: {', '.join(COLUMNS)}.",
                ))  # fmt: skip
        self.chosen = chosen

    def guessed(self, names: Iterable[str]) -> dict[str, str]:
        """What stands for what among these names. Raises UnreadableFileError where what was chosen, or what is needed, is not there."""
        there = {plain(name): name for name in reversed([*names])}
        found: dict[str, str] = {}
        for name, (title, usual) in COLUMNS.items():
            wanted = (self.chosen[name],) if name in self.chosen else (name, *usual)
            taken = next((there[plain(one)] for one in wanted if plain(one) in there and there[plain(one)] not in found.values()), None)
            if taken is not None:
                found[name] = taken
            elif name in self.chosen or name not in OPTIONAL:
                raise self.missing(name, title, there.values())
        return found

    def missing(self, name: str, title: Text, there: Iterable[str]) -> UnreadableFileError:
        """The error for a column that is not there."""
        wanted = f"“{self.chosen[name]}”" if name in self.chosen else f"表示{title.zh}"
        columns = [*there][::-1]
        return UnreadableFileError(Text(
            f"没有{wanted}的栏目（{name}）；有的是：{'、'.join(columns)}。可用 --column {name}=栏目名 指定。",
            f"The column for the {title.en} ({name}) is missing; there are: {', '.join(columns)}. Say --column {name}=NAME.",
        ))  # fmt: skip


def plain(name: str) -> str:
    """A name as it is compared."""
    return unicodedata.normalize("NFKC", name).strip().casefold().replace("_", " ")


def gather(raws: Iterable[Raw], names: Mapping[str, str], columns: Sequence[str] = ()) -> Log:
    """Make a log of events as they come. What has no case or no step, or a time that can't be read, is told and kept aside.

    Raises UnreadableFileError where nothing is left, or there is too much.
    """
    log = Log(names=tuple(columns), used=dict(names))
    own = frozenset(names.values())
    for count, raw in enumerate(raws):
        if count >= MOST_EVENTS:
            raise UnreadableFileError(
                Text(f"事件超过 {MOST_EVENTS} 个，请分段筛查。", f"There are more than {MOST_EVENTS} events; screen it in parts.")
            )
        try:
            event = _event(raw, names, own)
        except Unreadable as error:
            log.bad.append(BadLine(Line(raw.line, tuple(raw.cells.values())), error.message))
            if not log.names:
                log.names = tuple(raw.cells)
            continue
        log.cases.setdefault(event.case, []).append(event)
        if raw.of_case and event.case not in log.traits:
            log.traits[event.case] = _attributes(raw.of_case, own)
    if not log.cases:
        first = (
            f"；{log.bad[0].line.number}：{log.bad[0].why.zh}" if log.bad else "",
            f"; {log.bad[0].line.number}: {log.bad[0].why.en}" if log.bad else "",
        )
        raise UnreadableFileError(Text(f"没有可用的事件{first[0]}。", f"There is no event that can be used{first[1]}."))
    for events in log.cases.values():
        events.sort(key=lambda one: one.time)
    return log


def _event(raw: Raw, names: Mapping[str, str], own: frozenset[str]) -> Event:
    told = {name: short(raw.cells.get(column, "") or raw.of_case.get(column, "")) for name, column in names.items()}
    for name in ("case", "step"):
        if not told[name]:
            title = COLUMNS[name][0]
            raise Unreadable(Text(f"“{title.zh}”（{names[name]}）是空的", f"the {title.en} ({names[name]}) is empty"))
    try:
        at = when(told["time"]) if "time" in names else ""
    except Unreadable as error:
        raise Unreadable(Text(f"时间“{told['time']}”：{error.message.zh}", f"the time {told['time']!r}: {error.message.en}")) from None
    more = _attributes(raw.cells, own)
    return Event(told["case"], told["step"], at, told.get("person", ""), raw.line, more, told.get("post", ""))


def _attributes(cells: Mapping[str, str], own: frozenset[str]) -> tuple[tuple[str, str], ...]:
    kept = [(sys.intern(name), short(value)) for name, value in cells.items() if name not in own and value]
    return tuple(kept[:MOST_NAMES])


def short(value: str) -> str:
    """A value as it is looked at, one object for the same text; what can't be printed is a space."""
    value = value.strip()[:MOST_TEXT]
    return sys.intern(value if value.isprintable() else "".join(sign if sign.isprintable() else " " for sign in value).strip())


def when(text: str) -> str:
    """A moment as systems write it, as UTC text; without a zone it is by the office's clock. Raises Unreadable."""
    try:
        at = datetime.fromisoformat(text)
        return utc_text(at if at.tzinfo is not None else at.replace(tzinfo=OFFICE_TIME))
    except (ValueError, OverflowError):
        return moment(text if ":" in text else f"{text} 0:00")
